//! The one signature of a document: found, and its certificate, signed properties and value checked. What it refers to is
//! checked in `references.rs`.

use aws_lc_rs::digest::digest;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use uppsala::{Document, NodeId};

use super::algorithms::{self, SignatureAlgorithm};
use super::dom::{self, children, only_child, text};
use super::transforms::{algorithm, canonicalization};
use super::verify::{Departure, VerifyError};
use super::{DS, XADES};
use crate::Certificate;

/// Which signatures are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Strict,
    AsKsef,
}

pub(super) struct Signature<'d, 'x> {
    pub(super) doc: &'d Document<'x>,
    pub(super) shape: Shape,
    pub(super) element: NodeId,
    pub(super) signed_info: NodeId,
    /// `None` in signatures that are no XAdES, or whose properties nothing signs.
    pub(super) signed_properties: Option<NodeId>,
    pub(super) departures: Vec<Departure>,
}

impl<'d, 'x> Signature<'d, 'x> {
    pub(super) fn find(doc: &'d Document<'x>, shape: Shape) -> Result<Self, VerifyError> {
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

    pub(super) fn certificate(&self) -> Result<Certificate, VerifyError> {
        let key_info = only(self.doc, self.element, DS, "KeyInfo")?;
        let data = only(self.doc, key_info, DS, "X509Data")?;
        // A chain may follow; the first is the signer's, and the signed properties have to agree.
        let first = children(self.doc, data, DS, "X509Certificate").next();
        let element = first.ok_or(VerifyError::Structure { part: "X509Certificate" })?;
        Ok(Certificate::from_der(&self.base64(element, "X509Certificate")?)?)
    }

    pub(super) fn departs(&mut self, departure: Departure) {
        if !self.departures.contains(&departure) {
            self.departures.push(departure);
        }
    }

    pub(super) fn check_signed_properties(
        &mut self,
        certificate: &Certificate,
    ) -> Result<jiff::Timestamp, VerifyError> {
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

    pub(super) fn check_value(&mut self, certificate: &Certificate) -> Result<String, VerifyError> {
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
    pub(super) fn check_digest(
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

    pub(super) fn attribute(&self, element: NodeId, name: &str) -> Option<&'d str> {
        self.doc.get_attribute(element, name)
    }

    /// Base64 of an element's text; line breaks within it are usual and mean nothing.
    pub(super) fn base64(&self, element: NodeId, part: &'static str) -> Result<Vec<u8>, VerifyError> {
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
