//! `GET /security/public-key-certificates`, and the keys that callers name.

use crate::domain::encryption_keys::EncryptionKey;
use crate::http::Shared;
use crate::http::call::{Call, Reply};
use crate::http::errors::Refusal;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use ksef_crypto::UnwrappingKey;
use ksef_wire::codes::ExceptionCode;
use ksef_wire::{ApiTime, Base64Bytes, PublicKeyCertificate, PublicKeyCertificateUsage};
use std::sync::Arc;

/// The certificates that may be encrypted for now: one for each purpose, two while a planned rotation lasts.
pub(crate) fn public_key_certificates(shared: &Shared, call: &Call) -> Result<Reply, Refusal> {
    let mut world = shared.world();
    renew(&mut world.encryption_keys, call.now)?;
    let keys: Vec<PublicKeyCertificate> = world.encryption_keys.current(call.now).map(entry).collect();
    Ok(Reply::ok(&keys))
}

/// The private keys for something that was encrypted: the one that the caller names, or all that are accepted, the newest
/// first.
pub(crate) fn accepted_keys(
    shared: &Shared,
    usage: &PublicKeyCertificateUsage,
    named: Option<&str>,
    now: Timestamp,
) -> Result<Vec<Arc<UnwrappingKey>>, Refusal> {
    let mut world = shared.world();
    renew(&mut world.encryption_keys, now)?;
    let current = world.encryption_keys.current(now).rev().filter(|key| key.usage == *usage);
    let Some(named) = named else { return Ok(current.map(|key| Arc::clone(&key.private)).collect()) };
    if named.len() != 44 || STANDARD.decode(named).is_err() {
        return Err(Refusal::validation("'publicKeyId' is not in the correct format."));
    }
    let found: Vec<_> =
        current.filter(|key| public_key_id(key) == named).map(|key| Arc::clone(&key.private)).collect();
    if found.is_empty() {
        let sentence = format!("Klucz o identyfikatorze {named} nie jest wspierany.");
        return Err(Refusal::code(ExceptionCode::UNKNOWN_PUBLIC_KEY, [sentence]));
    }
    Ok(found)
}

/// Decrypts with the first key that fits.
pub(crate) fn unwrap(keys: &[Arc<UnwrappingKey>], wrapped: &[u8]) -> Option<Vec<u8>> {
    keys.iter().find_map(|key| key.unwrap(wrapped).ok())
}

/// Publishes new certificates in time: a virtual clock may pass the years of the old ones in an instant.
fn renew(
    keys: &mut crate::domain::table::Whole<crate::domain::encryption_keys::EncryptionKeys>,
    now: Timestamp,
) -> Result<(), Refusal> {
    if !keys.is_due(now) {
        return Ok(());
    }
    keys.renew(now).map_err(|error| {
        tracing::error!(%error, "an encryption certificate could not be made");
        Refusal::Internal
    })
}

fn public_key_id(key: &EncryptionKey) -> String {
    STANDARD.encode(key.certificate.spki_sha256())
}

fn entry(key: &EncryptionKey) -> PublicKeyCertificate {
    PublicKeyCertificate {
        certificate: Base64Bytes(key.certificate.der().to_vec()),
        certificate_id: STANDARD.encode(key.certificate.fingerprint_sha256()),
        public_key_id: public_key_id(key),
        valid_from: ApiTime(key.certificate.not_before()),
        valid_to: ApiTime(key.certificate.not_after()),
        usage: vec![key.usage.clone()],
    }
}
