//! Verifying, strictly: a signature that could mean two things is refused.
//!
//! What is guarded against, beyond wrong digests: a second signature or a second element with the same Id (signature
//! wrapping), signed properties outside of the signature, transforms that select only a part, a certificate that the
//! signed properties do not name (field notes A8, `ksef-api` issue 643), DTDs, algorithms built on SHA-1.

use aws_lc_rs::digest::{SHA256, SHA384, SHA512, digest};
use aws_lc_rs::signature as engine;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bergshamra_c14n::C14nMode;
use uppsala::{Document, NodeId};

use super::dom::{self, children, only_child, text};
use super::{DOCUMENT_BYTES_MAX, DS, ENVELOPED, SIGNED_PROPERTIES_TYPE, XADES};
use crate::{Certificate, CertificateError, KeyKind};

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

/// Verifies a document's only signature.
///
/// # Errors
/// [`VerifyError`] names the first rule that is broken.
pub fn verify(xml: &[u8]) -> Result<VerifiedSignature, VerifyError> {
    if xml.len() > DOCUMENT_BYTES_MAX {
        return Err(VerifyError::TooLarge);
    }
    let xml = std::str::from_utf8(xml).map_err(|_| VerifyError::NotXml)?;
    let doc = dom::parse(xml).ok_or(VerifyError::NotXml)?;
    let signature = Signature::find(&doc)?;

    let certificate = signature.certificate()?;
    let signed_content = signature.check_references()?;
    let signing_time = signature.check_signed_properties(&certificate)?;
    let signature_algorithm = signature.check_value(&certificate)?;
    Ok(VerifiedSignature { certificate, signing_time, signed_content, signature_algorithm })
}

struct Signature<'d, 'x> {
    doc: &'d Document<'x>,
    element: NodeId,
    signed_info: NodeId,
    signed_properties: NodeId,
}

impl<'d, 'x> Signature<'d, 'x> {
    fn find(doc: &'d Document<'x>) -> Result<Self, VerifyError> {
        let element = match doc.get_elements_by_tag_name_ns(DS, "Signature")[..] {
            [] => return Err(VerifyError::NoSignature),
            [only] => only,
            _ => return Err(VerifyError::SeveralSignatures),
        };
        if doc.parent(element) != doc.document_element() {
            return Err(VerifyError::NotEnveloped);
        }
        let signed_info = only(doc, element, DS, "SignedInfo")?;
        let object = only(doc, element, DS, "Object")?;
        let qualifying = only(doc, object, XADES, "QualifyingProperties")?;
        let signed_properties = only(doc, qualifying, XADES, "SignedProperties")?;
        let id = doc.get_attribute(element, "Id");
        let target = doc.get_attribute(qualifying, "Target").and_then(|target| target.strip_prefix('#'));
        if id.is_none() || id != target {
            return Err(VerifyError::Structure { part: "QualifyingProperties that targets it" });
        }
        Ok(Self { doc, element, signed_info, signed_properties })
    }

    fn certificate(&self) -> Result<Certificate, VerifyError> {
        let key_info = only(self.doc, self.element, DS, "KeyInfo")?;
        let data = only(self.doc, key_info, DS, "X509Data")?;
        // A chain may follow; the first is the signer's, and the signed properties have to agree.
        let first = children(self.doc, data, DS, "X509Certificate").next();
        let element = first.ok_or(VerifyError::Structure { part: "X509Certificate" })?;
        Ok(Certificate::from_der(&self.base64(element, "X509Certificate")?)?)
    }

    /// Checks both references and returns the canonical content without the signature.
    fn check_references(&self) -> Result<Vec<u8>, VerifyError> {
        let references: Vec<NodeId> = children(self.doc, self.signed_info, DS, "Reference").collect();
        let [first, second] = references[..] else {
            return Err(VerifyError::References);
        };
        let (document, properties) =
            if self.attribute(first, "URI") == Some("") { (first, second) } else { (second, first) };
        let id = self.attribute(self.signed_properties, "Id").ok_or(VerifyError::References)?;
        let refers_right = self.attribute(document, "URI") == Some("")
            && self.attribute(properties, "URI").and_then(|uri| uri.strip_prefix('#')) == Some(id)
            && self.attribute(properties, "Type") == Some(SIGNED_PROPERTIES_TYPE);
        if !refers_right {
            return Err(VerifyError::References);
        }
        self.check_unique(id)?;

        let transforms = self.transforms(document)?;
        if !transforms.enveloped {
            return Err(VerifyError::References);
        }
        let content =
            dom::canonical_document(self.doc, Some(self.element), transforms.mode, &transforms.prefixes)
                .ok_or(VerifyError::NotXml)?;
        self.check_digest(document, &content, "the document")?;

        let transforms = self.transforms(properties)?;
        if transforms.enveloped {
            return Err(VerifyError::References);
        }
        let canonical =
            dom::canonical_element(self.doc, self.signed_properties, transforms.mode, &transforms.prefixes)
                .ok_or(VerifyError::NotXml)?;
        self.check_digest(properties, &canonical, "the signed properties")?;
        Ok(content)
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

    fn check_signed_properties(&self, certificate: &Certificate) -> Result<jiff::Timestamp, VerifyError> {
        let properties = only(self.doc, self.signed_properties, XADES, "SignedSignatureProperties")?;
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

    fn check_value(&self, certificate: &Certificate) -> Result<String, VerifyError> {
        let method = only(self.doc, self.signed_info, DS, "CanonicalizationMethod")?;
        let (mode, prefixes) = self.canonicalization(method)?;
        let signed =
            dom::canonical_element(self.doc, self.signed_info, mode, &prefixes).ok_or(VerifyError::NotXml)?;
        let uri = self.algorithm(only(self.doc, self.signed_info, DS, "SignatureMethod")?)?;
        let algorithm = signature_algorithm(&uri, certificate.public_key_kind())?;
        let value = self.base64(only(self.doc, self.element, DS, "SignatureValue")?, "SignatureValue")?;
        engine::UnparsedPublicKey::new(algorithm, certificate.public_key())
            .verify(&signed, &value)
            .map_err(|_| VerifyError::SignatureValue)?;
        Ok(uri)
    }

    /// Compares the `DigestValue` within `parent` with the digest of `content` by its `DigestMethod`.
    fn check_digest(&self, parent: NodeId, content: &[u8], what: &'static str) -> Result<(), VerifyError> {
        let uri = self.algorithm(only(self.doc, parent, DS, "DigestMethod")?)?;
        let algorithm = match uri.as_str() {
            "http://www.w3.org/2001/04/xmlenc#sha256" => &SHA256,
            "http://www.w3.org/2001/04/xmldsig-more#sha384" => &SHA384,
            "http://www.w3.org/2001/04/xmlenc#sha512" => &SHA512,
            _ => return Err(VerifyError::Algorithm { uri }),
        };
        let expected = self.base64(only(self.doc, parent, DS, "DigestValue")?, "DigestValue")?;
        if digest(algorithm, content).as_ref() == expected {
            Ok(())
        } else {
            Err(VerifyError::Digest { what })
        }
    }

    /// The transforms of a reference: at most the enveloped one and one canonicalisation, in this order.
    fn transforms(&self, reference: NodeId) -> Result<Transforms, VerifyError> {
        let mut transforms = Transforms { enveloped: false, mode: C14nMode::Inclusive, prefixes: Vec::new() };
        let Some(list) = only_child(self.doc, reference, DS, "Transforms") else {
            return Ok(transforms);
        };
        let mut canonicalized = false;
        for transform in children(self.doc, list, DS, "Transform") {
            let uri = self.algorithm(transform)?;
            if canonicalized {
                return Err(VerifyError::Algorithm { uri });
            }
            if uri == ENVELOPED {
                transforms.enveloped = true;
            } else {
                (transforms.mode, transforms.prefixes) = self.canonicalization(transform)?;
                canonicalized = true;
            }
        }
        Ok(transforms)
    }

    fn canonicalization(&self, method: NodeId) -> Result<(C14nMode, Vec<String>), VerifyError> {
        let uri = self.algorithm(method)?;
        let mode = C14nMode::from_uri(&uri).filter(|mode| !mode.with_comments());
        let mode = mode.ok_or(VerifyError::Algorithm { uri })?;
        let prefixes = only_child(self.doc, method, mode.uri(), "InclusiveNamespaces")
            .and_then(|list| self.attribute(list, "PrefixList"))
            .map(|list| list.split_ascii_whitespace().map(str::to_owned).collect())
            .unwrap_or_default();
        Ok((mode, prefixes))
    }

    fn algorithm(&self, element: NodeId) -> Result<String, VerifyError> {
        self.attribute(element, "Algorithm")
            .map(str::to_owned)
            .ok_or(VerifyError::Structure { part: "Algorithm" })
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

struct Transforms {
    enveloped: bool,
    mode: C14nMode,
    prefixes: Vec<String>,
}

fn only(
    doc: &Document<'_>,
    parent: NodeId,
    namespace: &str,
    name: &'static str,
) -> Result<NodeId, VerifyError> {
    only_child(doc, parent, namespace, name).ok_or(VerifyError::Structure { part: name })
}

fn signature_algorithm(
    uri: &str,
    kind: Option<KeyKind>,
) -> Result<&'static dyn engine::VerificationAlgorithm, VerifyError> {
    let wrong_key = || VerifyError::Key { uri: uri.to_owned() };
    let kind = kind.ok_or_else(wrong_key)?;
    let Some(name) = uri.strip_prefix("http://www.w3.org/2001/04/xmldsig-more#") else {
        return Err(VerifyError::Algorithm { uri: uri.to_owned() });
    };
    // The RSA algorithms of the engine refuse moduli under 2048 bits, as KSeF does. With EC the digest has to match the
    // curve (field notes A8).
    Ok(match (name, kind) {
        ("rsa-sha256", KeyKind::Rsa { .. }) => &engine::RSA_PKCS1_2048_8192_SHA256,
        ("rsa-sha384", KeyKind::Rsa { .. }) => &engine::RSA_PKCS1_2048_8192_SHA384,
        ("rsa-sha512", KeyKind::Rsa { .. }) => &engine::RSA_PKCS1_2048_8192_SHA512,
        ("ecdsa-sha256", KeyKind::EcP256) => &engine::ECDSA_P256_SHA256_FIXED,
        ("ecdsa-sha384", KeyKind::EcP384) => &engine::ECDSA_P384_SHA384_FIXED,
        ("rsa-sha256" | "rsa-sha384" | "rsa-sha512" | "ecdsa-sha256" | "ecdsa-sha384", _) => {
            return Err(wrong_key());
        }
        _ => return Err(VerifyError::Algorithm { uri: uri.to_owned() }),
    })
}
