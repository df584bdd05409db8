//! KOD II: the signature in the verification link of an offline invoice.
//!
//! What is signed is the link itself, without its scheme and without a `/` at its end; the signature then follows as one
//! more segment in base64url without padding (guide, `kody-qr.md` §2). The text is hashed once, by the signature scheme:
//! programs that hashed it beforehand, or used a salt of another length, print codes that turn red (field notes B9).
//! Every signature made here is verified before it is handed out.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::certificate_type::CertificateType;
use crate::signing_key::verify_link_signature;
use crate::{Certificate, Credential, KeyKind};

/// Why a link cannot be signed, or is not what it should be.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum KodIiError {
    /// The text is no link of a certificate: `https://host/certificate/{type}/{value}/{nip}/{serial}/{hash}`.
    #[error("this is no verification link of a certificate: {reason}")]
    Link {
        /// What is wrong with it.
        reason: &'static str,
    },
    /// KSeF takes KOD II from certificates of type Offline only.
    #[error(
        "a certificate of type {found} cannot sign offline invoices: take the company's Offline certificate"
    )]
    NotOffline {
        /// Its type.
        found: CertificateType,
    },
    /// The guide names RSA-PSS and ECDSA on P-256, nothing else.
    #[error("a {found} key cannot sign offline invoices: KSeF takes RSA or EC P-256")]
    Key {
        /// The key.
        found: KeyKind,
    },
    /// The link names another certificate than the one that signs.
    #[error("the link names the certificate {named}, the one that signs is {signing}")]
    OtherCertificate {
        /// Serial number in the link.
        named: String,
        /// Serial number of the certificate at hand.
        signing: String,
    },
    /// The signature is not one of this certificate over this link.
    #[error("the signature of the verification link does not hold")]
    Signature,
}

/// Signs a link: its own text, `/`, and the signature in base64url.
///
/// `link` is `https://{host}/certificate/{context type}/{context}/{seller's NIP}/{serial}/{hash}`; a scheme may be absent.
/// RSA signs with PSS, SHA-256 and a salt of 32 bytes, P-256 with ECDSA as `r ‖ s` of 64 bytes (86 characters).
///
/// # Errors
/// [`KodIiError`] when the link is none or names another certificate, and when the credential cannot sign such links.
pub fn sign(link: &str, credential: &Credential) -> Result<String, KodIiError> {
    let link = link.trim_end_matches('/');
    let certificate = credential.certificate();
    if certificate.certificate_type() != CertificateType::Offline {
        return Err(KodIiError::NotOffline { found: certificate.certificate_type() });
    }
    check_key(credential.key().kind())?;
    check_serial(link, certificate)?;
    let signature = credential.key().sign_link(signed_text(link).as_bytes());
    verify_signature(link, &signature, certificate)?;
    Ok(format!("{link}/{}", URL_SAFE_NO_PAD.encode(signature)))
}

/// Verifies a whole link, signature included, as [`sign`] makes it.
///
/// # Errors
/// [`KodIiError::Link`] without a signature in base64url, and as [`verify_signature`].
pub fn verify(link: &str, certificate: &Certificate) -> Result<(), KodIiError> {
    let (link, signature) = link
        .trim_end_matches('/')
        .rsplit_once('/')
        .ok_or(KodIiError::Link { reason: "it has no segments" })?;
    let signature = URL_SAFE_NO_PAD
        .decode(signature)
        .map_err(|_| KodIiError::Link { reason: "its last segment is no base64url without padding" })?;
    check_serial(link, certificate)?;
    verify_signature(link, &signature, certificate)
}

/// Verifies the raw signature of a link that stands without it. ECDSA is taken as `r ‖ s` and as DER, both of which the
/// guide allows.
///
/// # Errors
/// [`KodIiError::Key`] and [`KodIiError::Signature`].
pub fn verify_signature(link: &str, signature: &[u8], certificate: &Certificate) -> Result<(), KodIiError> {
    let kind = certificate.public_key_kind().ok_or(KodIiError::Signature)?;
    check_key(kind)?;
    let text = signed_text(link.trim_end_matches('/'));
    if verify_link_signature(kind, certificate.public_key(), text.as_bytes(), signature) {
        Ok(())
    } else {
        Err(KodIiError::Signature)
    }
}

/// The part of the link that is signed: no scheme.
fn signed_text(link: &str) -> &str {
    link.split_once("://").map_or(link, |(_, rest)| rest)
}

fn check_key(kind: KeyKind) -> Result<(), KodIiError> {
    match kind {
        KeyKind::Rsa { .. } | KeyKind::EcP256 => Ok(()),
        KeyKind::EcP384 => Err(KodIiError::Key { found: kind }),
    }
}

fn check_serial(link: &str, certificate: &Certificate) -> Result<(), KodIiError> {
    let segments: Vec<&str> = signed_text(link).split('/').collect();
    // A host may have a path of its own before `certificate`, as a simulator's has.
    let at = segments.iter().rposition(|segment| *segment == "certificate");
    let Some([_, kind, context, nip, serial, hash]) = at.map(|at| &segments[at..]) else {
        return Err(KodIiError::Link { reason: "after `certificate` there must be five segments" });
    };
    if [kind, context, nip, serial, hash].iter().any(|segment| segment.is_empty()) {
        return Err(KodIiError::Link { reason: "a segment is empty" });
    }
    if serial.eq_ignore_ascii_case(&certificate.serial_hex()) {
        Ok(())
    } else {
        Err(KodIiError::OtherCertificate { named: (*serial).to_owned(), signing: certificate.serial_hex() })
    }
}
