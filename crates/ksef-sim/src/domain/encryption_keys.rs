//! The keys that callers encrypt for: published with their certificates, rotated as planned or in an emergency (guide,
//! `bezpieczenstwo/klucze-publiczne-do-szyfrowania.md`).

use crate::keys::KeysError;
use jiff::{SignedDuration, Timestamp};
use ksef_crypto::{Certificate, UnwrappingKey};
use ksef_wire::{Base64Bytes, PublicKeyCertificateUsage};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A key with a certificate.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub(crate) struct EncryptionKey {
    pub(crate) usage: PublicKeyCertificateUsage,
    pub(crate) private: Arc<UnwrappingKey>,
    pub(crate) certificate: Certificate,
    /// When it ends to be published and accepted; `None` while nothing takes its place.
    pub(crate) ends_at: Option<Timestamp>,
}

/// What becomes of the key that was there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rotation {
    /// Both are published and accepted for so long.
    Planned(SignedDuration),
    /// The old one is neither from now on.
    Emergency,
    /// The same key under a new certificate.
    Recertified,
}

/// All keys, those that have ended too.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct EncryptionKeys(Vec<EncryptionKey>);

impl EncryptionKeys {
    /// The first keys, one for each purpose.
    pub(crate) fn generate(now: Timestamp) -> Result<Self, KeysError> {
        let (token, symmetric) = (UnwrappingKey::generate()?, UnwrappingKey::generate()?);
        Ok(Self(vec![
            certified(PublicKeyCertificateUsage::KsefTokenEncryption, Arc::new(token), now)?,
            certified(PublicKeyCertificateUsage::SymmetricKeyEncryption, Arc::new(symmetric), now)?,
        ]))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The keys that are published and accepted, the oldest first.
    pub(crate) fn current(&self, now: Timestamp) -> impl DoubleEndedIterator<Item = &EncryptionKey> {
        self.0.iter().filter(move |key| key.ends_at.is_none_or(|end| now < end))
    }

    /// Whether a certificate ends soon and a new one has to be published.
    pub(crate) fn is_due(&self, now: Timestamp) -> bool {
        self.current(now).any(|key| key.is_due(now))
    }

    /// Puts a new certificate in the place of the one of a purpose, `fresh` being the key of a rotation.
    pub(crate) fn rotate(
        &mut self,
        usage: &PublicKeyCertificateUsage,
        rotation: Rotation,
        fresh: Option<Arc<UnwrappingKey>>,
        now: Timestamp,
    ) -> Result<(), KeysError> {
        let old = self.0.iter().rev().find(|key| key.usage == *usage && key.ends_at.is_none());
        let private = fresh.or_else(|| old.map(|old| Arc::clone(&old.private)));
        let Some(private) = private else { return Ok(()) };
        let new = certified(usage.clone(), private, now)?;
        let ends_at = match rotation {
            Rotation::Planned(overlap) => now.checked_add(overlap).unwrap_or(now),
            Rotation::Emergency | Rotation::Recertified => now,
        };
        for old in self.0.iter_mut().filter(|key| key.usage == *usage) {
            // An emergency ends what a planned rotation left for a while, too.
            old.ends_at = Some(old.ends_at.map_or(ends_at, |end| end.min(ends_at)));
        }
        self.0.push(new);
        // What has ended is only kept until there is much of it.
        if self.0.len() > KEYS_MAX {
            self.0.retain(|key| key.ends_at.is_none_or(|end| now < end));
        }
        Ok(())
    }

    /// New certificates for the keys whose certificates end soon.
    pub(crate) fn renew(&mut self, now: Timestamp) -> Result<(), KeysError> {
        for usage in [
            PublicKeyCertificateUsage::KsefTokenEncryption,
            PublicKeyCertificateUsage::SymmetricKeyEncryption,
        ] {
            if self.current(now).any(|key| key.usage == usage && key.is_due(now)) {
                self.rotate(&usage, Rotation::Recertified, None, now)?;
            }
        }
        Ok(())
    }
}

impl EncryptionKey {
    /// Whether it needs another certificate: this one ends soon, or begins only later since the clock was put back, and then
    /// no client would encrypt for it.
    fn is_due(&self, now: Timestamp) -> bool {
        let soon = now.checked_add(RENEWED_BEFORE).unwrap_or(now);
        let certificate = &self.certificate;
        self.ends_at.is_none() && (certificate.not_after() <= soon || certificate.not_before() > now)
    }
}

fn certified(
    usage: PublicKeyCertificateUsage,
    private: Arc<UnwrappingKey>,
    now: Timestamp,
) -> Result<EncryptionKey, KeysError> {
    let not_before = now.checked_sub(DAY).unwrap_or(now);
    let not_after = now.checked_add(DAY * VALIDITY_DAYS).unwrap_or(now);
    let name = format!("bramka KSeF simulator: {usage}");
    let certificate = private.self_signed_certificate(&name, not_before, not_after)?;
    Ok(EncryptionKey { usage, private, certificate, ends_at: None })
}

/// A key on disk.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Written {
    usage: PublicKeyCertificateUsage,
    /// PKCS#8.
    private_key: Base64Bytes,
    certificate: Base64Bytes,
    ends_at: Option<Timestamp>,
}

impl From<EncryptionKey> for Written {
    fn from(key: EncryptionKey) -> Self {
        Self {
            usage: key.usage,
            private_key: Base64Bytes(key.private.private_key().to_vec()),
            certificate: Base64Bytes(key.certificate.der().to_vec()),
            ends_at: key.ends_at,
        }
    }
}

impl TryFrom<Written> for EncryptionKey {
    type Error = KeysError;

    fn try_from(written: Written) -> Result<Self, KeysError> {
        Ok(Self {
            usage: written.usage,
            private: Arc::new(UnwrappingKey::restore(&written.private_key.0)?),
            certificate: Certificate::from_der(&written.certificate.0)?,
            ends_at: written.ends_at,
        })
    }
}

const DAY: SignedDuration = SignedDuration::from_hours(24);
/// KSeF's own encryption certificates live for two years.
const VALIDITY_DAYS: i32 = 730;
/// How long before its end a certificate is replaced by another for the same key (the guide's example: some months).
const RENEWED_BEFORE: SignedDuration = SignedDuration::from_hours(24 * 120);
const KEYS_MAX: usize = 1000;
