//! Verifying, strictly: a signature that could mean two things is refused.
//!
//! What is guarded against, beyond wrong digests: a second signature or a second element with the same Id (signature
//! wrapping), signed properties outside of the signature, transforms that select only a part, a certificate that the
//! signed properties do not name (field notes A8, `ksef-api` issue 643), DTDs, algorithms built on SHA-1.
//!
//! KSeF itself takes more, and not the same everywhere. [`verify_as_ksef`] takes all of it and tells what departs from
//! the strict shape, so that the simulator can decide as the environment does.

use super::signature::{Shape, Signature};
use super::{DOCUMENT_BYTES_MAX, dom};
use crate::{Certificate, CertificateError};

/// What a valid signature says. That the certificate may be trusted is for the caller to decide.
#[derive(Debug, Clone)]
pub struct VerifiedSignature {
    /// The certificate whose key signed, named by the signed properties.
    pub certificate: Certificate,
    /// When the signer claims to have signed.
    pub signing_time: jiff::Timestamp,
    /// The canonical form of what was signed: the document without the signature. Read the content from here, not from
    /// the document, and nothing unsigned can slip in.
    pub signed_content: Vec<u8>,
    /// URI of the signature's algorithm.
    pub signature_algorithm: String,
}

/// Which rule a signature breaks.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// Not XML 1.0 in UTF-8, not well-formed, nested too deeply, or with a DTD.
    #[error("the document is not well-formed XML 1.0 in UTF-8, or it has a DTD")]
    NotXml,
    /// More than 16 MiB.
    #[error("the document is longer than 16 MiB")]
    TooLarge,
    /// No `ds:Signature`.
    #[error("the document has no signature")]
    NoSignature,
    /// More than one `ds:Signature`.
    #[error("the document has more than one signature")]
    SeveralSignatures,
    /// The signature is not a child of the root.
    #[error("the signature is not enveloped: it must be a child of the root element")]
    NotEnveloped,
    /// A part that XML-DSig or XAdES asks for is missing or stands there twice.
    #[error("the signature must have exactly one {part}")]
    Structure {
        /// The element's name.
        part: &'static str,
    },
    /// An algorithm that is not taken.
    #[error("the signature uses {uri}, which is not accepted")]
    Algorithm {
        /// The algorithm's URI.
        uri: String,
    },
    /// A reference to something other than the document and the signed properties.
    #[error(
        "the signature must refer to the whole document and to its signed properties and to nothing else"
    )]
    References,
    /// The Id of the signed properties is not unique in the document.
    #[error("the identifier {id} stands more than once in the document")]
    DuplicateId {
        /// The identifier.
        id: String,
    },
    /// A digest differs: the document or the signed properties were changed.
    #[error("the digest of {what} differs: it was changed after signing")]
    Digest {
        /// What was changed.
        what: &'static str,
    },
    /// Base64 or a date that cannot be read.
    #[error("{part} cannot be read")]
    Unreadable {
        /// The element's name.
        part: &'static str,
    },
    /// The certificate cannot be read.
    #[error("the signing certificate cannot be read")]
    Certificate(#[from] CertificateError),
    /// The certificate is not the one that the signed properties name.
    #[error("the signed properties name another certificate than the one in KeyInfo")]
    OtherCertificate,
    /// The certificate's key is of a kind or size that is not taken, or not the kind of the algorithm.
    #[error("the certificate's key does not fit the signature's algorithm {uri}")]
    Key {
        /// The algorithm's URI.
        uri: String,
    },
    /// The signature value is not of this key over this content.
    #[error("the signature value does not verify with the certificate's key")]
    SignatureValue,
}

/// A signature as KSeF reads it, with what a stricter reader would refuse.
#[derive(Debug, Clone)]
pub struct LoginSignature {
    /// The certificate whose key signed.
    pub certificate: Certificate,
    /// What was signed: the document without the signature, or what the signature envelops.
    pub signed_content: Vec<u8>,
    /// In what the signature departs from the strict shape, each kind once.
    pub departures: Vec<Departure>,
}

/// What some environments of KSeF take and others refuse (field notes A8).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Departure {
    /// A digest or the signature itself is built on SHA-1.
    Sha1,
    /// No signed properties name the certificate, so that it could be exchanged (`ksef-api` issue 643).
    NoSigningCertificate,
}

/// Verifies a document's only signature, enveloped and in the strict shape.
///
/// # Errors
/// [`VerifyError`] names the first rule that is broken.
pub fn verify(xml: &[u8]) -> Result<VerifiedSignature, VerifyError> {
    let xml = readable(xml)?;
    let doc = dom::parse(xml).ok_or(VerifyError::NotXml)?;
    let mut signature = Signature::find(&doc, Shape::Strict)?;
    let certificate = signature.certificate()?;
    let signed_content = signature.check_references()?;
    let signing_time = signature.check_signed_properties(&certificate)?;
    let signature_algorithm = signature.check_value(&certificate)?;
    Ok(VerifiedSignature { certificate, signing_time, signed_content, signature_algorithm })
}

/// Verifies a document's only signature as KSeF does at login: enveloped or enveloping, with all transforms that the
/// guide lists (`auth/podpis-xades.md`).
///
/// # Errors
/// [`VerifyError`] names the first rule that is broken.
pub fn verify_as_ksef(xml: &[u8]) -> Result<LoginSignature, VerifyError> {
    let xml = readable(xml)?;
    let doc = dom::parse(xml).ok_or(VerifyError::NotXml)?;
    let mut signature = Signature::find(&doc, Shape::AsKsef)?;
    let certificate = signature.certificate()?;
    let signed_content = signature.check_references()?;
    match signature.check_signed_properties(&certificate) {
        Ok(_) => {}
        Err(VerifyError::Structure { .. }) => signature.departs(Departure::NoSigningCertificate),
        Err(other) => return Err(other),
    }
    signature.check_value(&certificate)?;
    Ok(LoginSignature { certificate, signed_content, departures: signature.departures })
}

fn readable(xml: &[u8]) -> Result<&str, VerifyError> {
    if xml.len() > DOCUMENT_BYTES_MAX {
        return Err(VerifyError::TooLarge);
    }
    std::str::from_utf8(xml).map_err(|_| VerifyError::NotXml)
}
