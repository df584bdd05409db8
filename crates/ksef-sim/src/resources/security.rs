//! `GET /security/public-key-certificates`.

use crate::http::Shared;
use crate::http::call::{Call, Reply};
use crate::http::errors::Refusal;
use crate::keys::EncryptionKey;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ksef_wire::codes::ExceptionCode;
use ksef_wire::{ApiTime, Base64Bytes, PublicKeyCertificate, PublicKeyCertificateUsage};

/// The two certificates.
#[expect(clippy::unnecessary_wraps, reason = "the signature of a handler")]
pub(crate) fn public_key_certificates(shared: &Shared, _: &Call) -> Result<Reply, Refusal> {
    let keys = &shared.keys;
    Ok(Reply::ok(&[
        entry(&keys.token, PublicKeyCertificateUsage::KsefTokenEncryption),
        entry(&keys.symmetric, PublicKeyCertificateUsage::SymmetricKeyEncryption),
    ]))
}

/// Refuses a `publicKeyId` that is not the key's.
pub(crate) fn check_public_key_id(named: Option<&str>, key: &EncryptionKey) -> Result<(), Refusal> {
    let Some(named) = named else { return Ok(()) };
    if named.len() != 44 || STANDARD.decode(named).is_err() {
        return Err(Refusal::validation("'publicKeyId' is not in the correct format."));
    }
    if named != public_key_id(key) {
        let sentence = format!("Klucz o identyfikatorze {named} nie jest wspierany.");
        return Err(Refusal::code(ExceptionCode::UNKNOWN_PUBLIC_KEY, [sentence]));
    }
    Ok(())
}

fn public_key_id(key: &EncryptionKey) -> String {
    STANDARD.encode(key.certificate.spki_sha256())
}

fn entry(key: &EncryptionKey, usage: PublicKeyCertificateUsage) -> PublicKeyCertificate {
    PublicKeyCertificate {
        certificate: Base64Bytes(key.certificate.der().to_vec()),
        certificate_id: STANDARD.encode(key.certificate.fingerprint_sha256()),
        public_key_id: public_key_id(key),
        valid_from: ApiTime(key.certificate.not_before()),
        valid_to: ApiTime(key.certificate.not_after()),
        usage: vec![usage],
    }
}
