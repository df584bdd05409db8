//! Signing: the one shape of signature that KSeF's strictest environment takes, used in all of them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bergshamra_c14n::C14nMode;

use super::verify::VerifyError;
use super::{DOCUMENT_BYTES_MAX, DS, ENVELOPED, SHA256_URI, SIGNED_PROPERTIES_TYPE, XADES, dom, verify};
use crate::{Credential, KeyKind};

/// Which of two habits the signature follows; both are valid XAdES-BES.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignatureStyle {
    /// The login document: exclusive canonicalisation, identifiers of its own for each signature.
    Login,
    /// The UPO as KSeF signs it: inclusive canonicalisation and `Id="SignedProperties"` (recorded on TEST,
    /// `shared/ksef/behaviour.md`, "UPO").
    Upo,
}

/// Why a document was not signed.
#[derive(Debug, thiserror::Error)]
pub enum SignError {
    /// Not well-formed, with a DTD, an empty root element, or already signed: nothing of it can be signed here.
    #[error(
        "the document to be signed must be well-formed XML with content, without DTD and without a signature"
    )]
    Document,
    /// The signature that was made does not verify: our own fault, found before KSeF finds it.
    #[error("the signature just made does not verify")]
    SelfCheck(#[source] VerifyError),
}

/// Signs the document with an enveloped XAdES-BES signature, which becomes the root's last child.
///
/// The signature covers the whole document and its own signed properties (time, certificate); the document's bytes
/// stay as they are around it. Every signature is verified before it is given out.
///
/// # Errors
/// [`SignError::Document`] when the document cannot carry a signature.
pub fn sign_enveloped(
    xml: &[u8],
    credential: &Credential,
    signing_time: jiff::Timestamp,
    style: SignatureStyle,
) -> Result<Vec<u8>, SignError> {
    let xml = std::str::from_utf8(xml).map_err(|_| SignError::Document)?;
    if xml.len() > DOCUMENT_BYTES_MAX {
        return Err(SignError::Document);
    }
    let insert_at = end_tag_of_root(xml).ok_or(SignError::Document)?;
    let template = Template::new(credential, signing_time, style);

    // The enveloped transform takes the signature out again, so the digest is that of the document as it is now.
    let document_digest = digest_of_document(xml, style)?;
    let mut parts = Parts { document_digest, ..Parts::default() };
    parts.properties_digest =
        digest_of_element(&template.inserted(xml, insert_at, &parts), XADES, "SignedProperties", style)?;
    let signed_info = canonical(&template.inserted(xml, insert_at, &parts), DS, "SignedInfo", style)?;
    parts.signature_value = STANDARD.encode(credential.key().sign(&signed_info));

    let signed = template.inserted(xml, insert_at, &parts).into_bytes();
    verify(&signed).map_err(SignError::SelfCheck)?;
    Ok(signed)
}

/// Where the root's end tag begins.
fn end_tag_of_root(xml: &str) -> Option<usize> {
    let doc = dom::parse(xml)?;
    let range = doc.node_range(doc.document_element()?)?;
    // The last tag inside the root's range is its own end tag; an empty-element root has none.
    xml.get(range.clone())?.rfind("</").map(|at| range.start + at)
}

fn digest_of_document(xml: &str, style: SignatureStyle) -> Result<String, SignError> {
    let doc = dom::parse(xml).ok_or(SignError::Document)?;
    if !doc.get_elements_by_tag_name_ns(DS, "Signature").is_empty() {
        return Err(SignError::Document);
    }
    let canonical =
        dom::canonical_document(&doc, None, style.canonicalization(), &[]).ok_or(SignError::Document)?;
    Ok(STANDARD.encode(crate::sha256(&canonical)))
}

fn digest_of_element(
    xml: &str,
    namespace: &str,
    name: &str,
    style: SignatureStyle,
) -> Result<String, SignError> {
    Ok(STANDARD.encode(crate::sha256(&canonical(xml, namespace, name, style)?)))
}

fn canonical(xml: &str, namespace: &str, name: &str, style: SignatureStyle) -> Result<Vec<u8>, SignError> {
    let doc = dom::parse(xml).ok_or(SignError::Document)?;
    let element =
        doc.get_elements_by_tag_name_ns(namespace, name).first().copied().ok_or(SignError::Document)?;
    dom::canonical_element(&doc, element, style.canonicalization(), &[]).ok_or(SignError::Document)
}

impl SignatureStyle {
    fn canonicalization(self) -> C14nMode {
        match self {
            Self::Login => C14nMode::Exclusive,
            Self::Upo => C14nMode::Inclusive,
        }
    }
}

/// What is computed one after the other and put into the template each time.
#[derive(Default)]
struct Parts {
    document_digest: String,
    properties_digest: String,
    signature_value: String,
}

/// What stands in the signature from the start.
struct Template {
    signature_id: String,
    properties_id: String,
    canonicalization: &'static str,
    signature_method: &'static str,
    certificate: String,
    certificate_digest: String,
    issuer: String,
    serial: String,
    signing_time: String,
}

impl Template {
    fn new(credential: &Credential, signing_time: jiff::Timestamp, style: SignatureStyle) -> Self {
        let certificate = credential.certificate();
        let id = crate::distinguished_name::hex(&crate::random_bytes::<8>());
        let (signature_id, properties_id) = match style {
            SignatureStyle::Login => (format!("Signature-{id}"), format!("SignedProperties-{id}")),
            SignatureStyle::Upo => ("Signature".to_owned(), "SignedProperties".to_owned()),
        };
        Self {
            signature_id,
            properties_id,
            canonicalization: style.canonicalization().uri(),
            signature_method: signature_method(credential.key().kind()),
            certificate: STANDARD.encode(certificate.der()),
            certificate_digest: STANDARD.encode(certificate.fingerprint_sha256()),
            issuer: quick_xml::escape::escape(certificate.issuer()).into_owned(),
            serial: certificate.serial_decimal().to_owned(),
            signing_time: signing_time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        }
    }

    /// The document with the signature in it, no white space added: whoever canonicalises finds what was written.
    fn inserted(&self, xml: &str, at: usize, parts: &Parts) -> String {
        let Self { signature_id, properties_id, canonicalization, signature_method, .. } = self;
        let Self { certificate, certificate_digest, issuer, serial, signing_time, .. } = self;
        let Parts { document_digest, properties_digest, signature_value } = parts;
        let signature = format!(
            "<ds:Signature xmlns:ds=\"{DS}\" Id=\"{signature_id}\"><ds:SignedInfo>\
             <ds:CanonicalizationMethod Algorithm=\"{canonicalization}\"></ds:CanonicalizationMethod>\
             <ds:SignatureMethod Algorithm=\"{signature_method}\"></ds:SignatureMethod>\
             <ds:Reference URI=\"\"><ds:Transforms><ds:Transform Algorithm=\"{ENVELOPED}\"></ds:Transform>\
             <ds:Transform Algorithm=\"{canonicalization}\"></ds:Transform></ds:Transforms>\
             <ds:DigestMethod Algorithm=\"{SHA256_URI}\"></ds:DigestMethod>\
             <ds:DigestValue>{document_digest}</ds:DigestValue></ds:Reference>\
             <ds:Reference Type=\"{SIGNED_PROPERTIES_TYPE}\" URI=\"#{properties_id}\"><ds:Transforms>\
             <ds:Transform Algorithm=\"{canonicalization}\"></ds:Transform></ds:Transforms>\
             <ds:DigestMethod Algorithm=\"{SHA256_URI}\"></ds:DigestMethod>\
             <ds:DigestValue>{properties_digest}</ds:DigestValue></ds:Reference></ds:SignedInfo>\
             <ds:SignatureValue>{signature_value}</ds:SignatureValue>\
             <ds:KeyInfo><ds:X509Data><ds:X509Certificate>{certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>\
             <ds:Object><xades:QualifyingProperties xmlns:xades=\"{XADES}\" Target=\"#{signature_id}\">\
             <xades:SignedProperties Id=\"{properties_id}\"><xades:SignedSignatureProperties>\
             <xades:SigningTime>{signing_time}</xades:SigningTime><xades:SigningCertificate><xades:Cert>\
             <xades:CertDigest><ds:DigestMethod Algorithm=\"{SHA256_URI}\"></ds:DigestMethod>\
             <ds:DigestValue>{certificate_digest}</ds:DigestValue></xades:CertDigest><xades:IssuerSerial>\
             <ds:X509IssuerName>{issuer}</ds:X509IssuerName><ds:X509SerialNumber>{serial}</ds:X509SerialNumber>\
             </xades:IssuerSerial></xades:Cert></xades:SigningCertificate></xades:SignedSignatureProperties>\
             </xades:SignedProperties></xades:QualifyingProperties></ds:Object></ds:Signature>"
        );
        [&xml[..at], &signature, &xml[at..]].concat()
    }
}

fn signature_method(kind: KeyKind) -> &'static str {
    match kind {
        KeyKind::Rsa { .. } => "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
        KeyKind::EcP256 => "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256",
        KeyKind::EcP384 => "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384",
    }
}
