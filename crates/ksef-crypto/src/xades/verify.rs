//! Verifying, strictly: a signature that could mean two things is refused.
//!
//! What is guarded against, beyond wrong digests: a second signature or a second element with the same Id (signature
//! wrapping), signed properties outside of the signature, transforms that select only a part, a certificate that the
//! signed properties do not name (field notes A8, `ksef-api` issue 643), DTDs, algorithms built on SHA-1.
//!
//! KSeF itself takes more, and not the same everywhere. [`verify_as_ksef`] takes all of it and tells what departs from
//! the strict shape, so that the simulator can decide as the environment does.

use aws_lc_rs::digest::digest;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use uppsala::{Document, NodeId};

use super::algorithms::{self, SignatureAlgorithm};
use super::dom::{self, children, only_child, text};
use super::transforms::{Transforms, algorithm, canonicalization};
use super::{DOCUMENT_BYTES_MAX, DS, SIGNED_PROPERTIES_TYPE, XADES};
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

/// Which signatures are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    Strict,
    AsKsef,
}

struct Signature<'d, 'x> {
    doc: &'d Document<'x>,
    shape: Shape,
    element: NodeId,
    signed_info: NodeId,
    /// `None` in signatures that are no XAdES, or whose properties nothing signs.
    signed_properties: Option<NodeId>,
    departures: Vec<Departure>,
}

impl<'d, 'x> Signature<'d, 'x> {
    fn find(doc: &'d Document<'x>, shape: Shape) -> Result<Self, VerifyError> {
        let element = match doc.get_elements_by_tag_name_ns(DS, "Signature")[..] {
            [] => return Err(VerifyError::NoSignature),
            [only] => only,
            _ => return Err(VerifyError::SeveralSignatures),
        };
        let root = doc.document_element();
        let is_enveloping = shape == Shape::AsKsef && root == Some(element);
        if !is_enveloping && doc.parent(element) != root {
            return Err(VerifyError::NotEnveloped);
        }
        let signed_info = only(doc, element, DS, "SignedInfo")?;
        let departures = Vec::new();
        let mut found = Self { doc, shape, element, signed_info, signed_properties: None, departures };
        found.signed_properties = match shape {
            Shape::Strict => Some(found.strict_properties()?),
            Shape::AsKsef => found.properties()?,
        };
        Ok(found)
    }

    fn strict_properties(&self) -> Result<NodeId, VerifyError> {
        let object = only(self.doc, self.element, DS, "Object")?;
        let qualifying = only(self.doc, object, XADES, "QualifyingProperties")?;
        self.properties_of(qualifying)
    }

    /// The signed properties, if the signature has any.
    fn properties(&self) -> Result<Option<NodeId>, VerifyError> {
        let objects = children(self.doc, self.element, DS, "Object");
        let all: Vec<NodeId> = objects
            .flat_map(|object| children(self.doc, object, XADES, "QualifyingProperties").collect::<Vec<_>>())
            .collect();
        match all[..] {
            [] => Ok(None),
            [qualifying] => self.properties_of(qualifying).map(Some),
            _ => Err(VerifyError::Structure { part: "QualifyingProperties" }),
        }
    }

    fn properties_of(&self, qualifying: NodeId) -> Result<NodeId, VerifyError> {
        let signed_properties = only(self.doc, qualifying, XADES, "SignedProperties")?;
        let id = self.attribute(self.element, "Id");
        let target = self.attribute(qualifying, "Target").and_then(|target| target.strip_prefix('#'));
        if id.is_none() || id != target {
            return Err(VerifyError::Structure { part: "QualifyingProperties that targets it" });
        }
        Ok(signed_properties)
    }

    fn certificate(&self) -> Result<Certificate, VerifyError> {
        let key_info = only(self.doc, self.element, DS, "KeyInfo")?;
        let data = only(self.doc, key_info, DS, "X509Data")?;
        // A chain may follow; the first is the signer's, and the signed properties have to agree.
        let first = children(self.doc, data, DS, "X509Certificate").next();
        let element = first.ok_or(VerifyError::Structure { part: "X509Certificate" })?;
        Ok(Certificate::from_der(&self.base64(element, "X509Certificate")?)?)
    }

    fn departs(&mut self, departure: Departure) {
        if !self.departures.contains(&departure) {
            self.departures.push(departure);
        }
    }

    /// Checks every reference and returns what is signed.
    fn check_references(&mut self) -> Result<Vec<u8>, VerifyError> {
        let references: Vec<NodeId> = children(self.doc, self.signed_info, DS, "Reference").collect();
        let is_counted = match self.shape {
            Shape::Strict => references.len() == 2,
            // The content, the properties, and KeyInfo, which some programs sign as well.
            Shape::AsKsef => (1..=3).contains(&references.len()),
        };
        if !is_counted {
            return Err(VerifyError::References);
        }
        // Before any digest: an Id that stands twice makes every reference to it mean two things.
        let id = self.signed_properties.and_then(|properties| self.attribute(properties, "Id"));
        if let Some(id) = id {
            self.check_unique(id)?;
        }
        let (mut content, mut has_properties) = (None, false);
        for reference in references {
            if self.is_of_properties(reference) && !has_properties {
                self.check_properties(reference)?;
                has_properties = true;
            } else if let Some(element) = self.key_info(reference) {
                self.check_element(reference, element, "KeyInfo")?;
            } else if content.is_none() {
                content = Some(self.check_content(reference)?);
            } else {
                return Err(VerifyError::References);
            }
        }
        if !has_properties {
            if self.shape == Shape::Strict {
                return Err(VerifyError::References);
            }
            // What nothing signs says nothing.
            self.signed_properties = None;
        }
        content.ok_or(VerifyError::References)
    }

    fn is_of_properties(&self, reference: NodeId) -> bool {
        let id = self.signed_properties.and_then(|properties| self.attribute(properties, "Id"));
        let uri = self.attribute(reference, "URI").and_then(|uri| uri.strip_prefix('#'));
        id.is_some() && id == uri && self.attribute(reference, "Type") == Some(SIGNED_PROPERTIES_TYPE)
    }

    fn key_info(&self, reference: NodeId) -> Option<NodeId> {
        let uri = self.attribute(reference, "URI")?.strip_prefix('#')?;
        let key_info = only_child(self.doc, self.element, DS, "KeyInfo")?;
        (self.shape == Shape::AsKsef && self.attribute(key_info, "Id") == Some(uri)).then_some(key_info)
    }

    fn check_properties(&mut self, reference: NodeId) -> Result<(), VerifyError> {
        let properties = self.signed_properties.ok_or(VerifyError::References)?;
        self.check_element(reference, properties, "the signed properties")
    }

    fn check_element(
        &mut self,
        reference: NodeId,
        element: NodeId,
        what: &'static str,
    ) -> Result<(), VerifyError> {
        self.check_unique(self.attribute(element, "Id").ok_or(VerifyError::References)?)?;
        let transforms = self.transforms(reference)?;
        if transforms.enveloped || transforms.base64 {
            return Err(VerifyError::References);
        }
        let canonical = dom::canonical_element(self.doc, element, transforms.mode, &transforms.prefixes)
            .ok_or(VerifyError::NotXml)?;
        self.check_digest(reference, &canonical, what)
    }

    /// Checks the reference to what is signed and returns it.
    fn check_content(&mut self, reference: NodeId) -> Result<Vec<u8>, VerifyError> {
        let uri = self.attribute(reference, "URI").ok_or(VerifyError::References)?;
        let is_enveloping = self.doc.document_element() == Some(self.element);
        match uri.strip_prefix('#') {
            None if uri.is_empty() && !is_enveloping => self.check_enveloped(reference),
            Some(id) if is_enveloping => self.check_enveloping(reference, id),
            _ => Err(VerifyError::References),
        }
    }

    fn check_enveloped(&mut self, reference: NodeId) -> Result<Vec<u8>, VerifyError> {
        let transforms = self.transforms(reference)?;
        if !transforms.enveloped || transforms.base64 {
            return Err(VerifyError::References);
        }
        let content =
            dom::canonical_document(self.doc, Some(self.element), transforms.mode, &transforms.prefixes)
                .ok_or(VerifyError::NotXml)?;
        self.check_digest(reference, &content, "the document")?;
        Ok(content)
    }

    /// The document within an Object of the signature, as XML or as Base64.
    fn check_enveloping(&mut self, reference: NodeId, id: &str) -> Result<Vec<u8>, VerifyError> {
        let object = children(self.doc, self.element, DS, "Object")
            .find(|object| self.attribute(*object, "Id") == Some(id))
            .ok_or(VerifyError::References)?;
        self.check_unique(id)?;
        let transforms = self.transforms(reference)?;
        if transforms.enveloped {
            return Err(VerifyError::References);
        }
        if transforms.base64 {
            let content = self.base64(object, "Object")?;
            self.check_digest(reference, &content, "the document")?;
            return Ok(content);
        }
        let Transforms { mode, prefixes, .. } = transforms;
        let canonical =
            dom::canonical_element(self.doc, object, mode, &prefixes).ok_or(VerifyError::NotXml)?;
        self.check_digest(reference, &canonical, "the document")?;
        let elements: Vec<NodeId> =
            self.doc.children_iter(object).filter(|child| self.doc.element(*child).is_some()).collect();
        let [content] = elements[..] else { return Err(VerifyError::References) };
        dom::canonical_element(self.doc, content, mode, &prefixes).ok_or(VerifyError::NotXml)
    }

    fn check_unique(&self, id: &str) -> Result<(), VerifyError> {
        let carriers = self
            .doc
            .descendants(self.doc.root())
            .into_iter()
            .filter(|node| ["Id", "ID", "id"].iter().any(|name| self.attribute(*node, name) == Some(id)))
            .count();
        if carriers == 1 { Ok(()) } else { Err(VerifyError::DuplicateId { id: id.to_owned() }) }
    }

    fn check_signed_properties(&mut self, certificate: &Certificate) -> Result<jiff::Timestamp, VerifyError> {
        let missing = VerifyError::Structure { part: "SignedProperties" };
        let properties = self.signed_properties.ok_or(missing)?;
        let properties = only(self.doc, properties, XADES, "SignedSignatureProperties")?;
        let time = text(self.doc, only(self.doc, properties, XADES, "SigningTime")?);
        let signing_time = time.parse().map_err(|_| VerifyError::Unreadable { part: "SigningTime" })?;

        let named = only_child(self.doc, properties, XADES, "SigningCertificate")
            .or_else(|| only_child(self.doc, properties, XADES, "SigningCertificateV2"))
            .ok_or(VerifyError::Structure { part: "SigningCertificate" })?;
        let cert = children(self.doc, named, XADES, "Cert").next();
        let cert = cert.ok_or(VerifyError::Structure { part: "Cert in SigningCertificate" })?;
        let cert_digest = only(self.doc, cert, XADES, "CertDigest")?;
        self.check_digest(cert_digest, certificate.der(), "the certificate").map_err(|error| {
            if matches!(error, VerifyError::Digest { .. }) { VerifyError::OtherCertificate } else { error }
        })?;
        if let Some(issuer_serial) = only_child(self.doc, cert, XADES, "IssuerSerial") {
            let serial = text(self.doc, only(self.doc, issuer_serial, DS, "X509SerialNumber")?);
            if serial != certificate.serial_decimal() {
                return Err(VerifyError::OtherCertificate);
            }
        }
        Ok(signing_time)
    }

    fn check_value(&mut self, certificate: &Certificate) -> Result<String, VerifyError> {
        let method = only(self.doc, self.signed_info, DS, "CanonicalizationMethod")?;
        let (mode, prefixes) = canonicalization(self.doc, method, self.shape == Shape::AsKsef)?;
        let signed =
            dom::canonical_element(self.doc, self.signed_info, mode, &prefixes).ok_or(VerifyError::NotXml)?;
        let uri = algorithm(self.doc, only(self.doc, self.signed_info, DS, "SignatureMethod")?)?;
        let algorithm = SignatureAlgorithm::of(&uri, certificate.public_key_kind())?;
        if algorithm.is_sha1 {
            self.take_sha1(&uri)?;
        }
        let value = self.base64(only(self.doc, self.element, DS, "SignatureValue")?, "SignatureValue")?;
        if algorithm.verifies(certificate.public_key(), &signed, &value) {
            Ok(uri)
        } else {
            Err(VerifyError::SignatureValue)
        }
    }

    /// Compares the `DigestValue` within `parent` with the digest of `content` by its `DigestMethod`.
    fn check_digest(
        &mut self,
        parent: NodeId,
        content: &[u8],
        what: &'static str,
    ) -> Result<(), VerifyError> {
        let uri = algorithm(self.doc, only(self.doc, parent, DS, "DigestMethod")?)?;
        let Some((algorithm, is_sha1)) = algorithms::digest(&uri) else {
            return Err(VerifyError::Algorithm { uri });
        };
        if is_sha1 {
            self.take_sha1(&uri)?;
        }
        let expected = self.base64(only(self.doc, parent, DS, "DigestValue")?, "DigestValue")?;
        if digest(algorithm, content).as_ref() == expected {
            Ok(())
        } else {
            Err(VerifyError::Digest { what })
        }
    }

    fn take_sha1(&mut self, uri: &str) -> Result<(), VerifyError> {
        match self.shape {
            Shape::Strict => Err(VerifyError::Algorithm { uri: uri.to_owned() }),
            Shape::AsKsef => {
                self.departs(Departure::Sha1);
                Ok(())
            }
        }
    }

    fn transforms(&self, reference: NodeId) -> Result<Transforms, VerifyError> {
        Transforms::read(self.doc, reference, self.shape == Shape::AsKsef)
    }

    fn attribute(&self, element: NodeId, name: &str) -> Option<&'d str> {
        self.doc.get_attribute(element, name)
    }

    /// Base64 of an element's text; line breaks within it are usual and mean nothing.
    fn base64(&self, element: NodeId, part: &'static str) -> Result<Vec<u8>, VerifyError> {
        let mut compact = text(self.doc, element);
        compact.retain(|letter| !letter.is_ascii_whitespace());
        STANDARD.decode(compact).map_err(|_| VerifyError::Unreadable { part })
    }
}

fn only(
    doc: &Document<'_>,
    parent: NodeId,
    namespace: &str,
    name: &'static str,
) -> Result<NodeId, VerifyError> {
    only_child(doc, parent, namespace, name).ok_or(VerifyError::Structure { part: name })
}
