//! KSeF's public keys: kept for a while, chosen by usage and validity, forgotten when KSeF no longer takes them.
//!
//! Source: guide, `klucze-publiczne-do-szyfrowania.md`. A withdrawn key is refused at once (21470), or KSeF finds only
//! later that it cannot open what was encrypted (status 415, field notes B3). Either way the keys are fetched anew and
//! the operation is done once more, with a new key of the session; never a second time, since then it is not the key.

use std::sync::{Mutex, PoisonError};

use ksef_crypto::{SessionKey, WrappingKey};
use ksef_wire::codes::ExceptionCode;
use ksef_wire::{EncryptionInfo, Operation, PublicKeyCertificate, PublicKeyCertificateUsage};

use crate::error::{CallError, LoginError};
use crate::transport::{KsefClient, Request};

/// The keys as they were fetched last.
#[derive(Default)]
pub(crate) struct KeptKeys {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    fetched: Option<(jiff::Timestamp, Vec<PublicKeyCertificate>)>,
    /// `publicKeyId` of keys that KSeF has opened a session with since they were fetched.
    proven: Vec<String>,
}

impl KsefClient {
    /// `GET /security/public-key-certificates`, past what is kept.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn public_key_certificates(&self) -> Result<Vec<PublicKeyCertificate>, CallError> {
        self.call(&Request::new(Operation::PublicKeyCertificates, &[]), None).await?.json()
    }

    /// KSeF's public key for a purpose: of those valid now, the one that became valid last, since two overlap while
    /// keys are rotated (guide, §4.1). The list is fetched once an hour, and after [`KsefClient::forget_public_keys`].
    ///
    /// # Errors
    /// [`LoginError::NoKey`] when none is valid, [`LoginError::Wrap`] when its certificate cannot be used.
    pub async fn wrapping_key(&self, usage: PublicKeyCertificateUsage) -> Result<WrappingKey, LoginError> {
        let name = match usage {
            PublicKeyCertificateUsage::KsefTokenEncryption => "KsefTokenEncryption",
            _ => "SymmetricKeyEncryption",
        };
        let now = self.now();
        let kept = self.kept_keys().state().fetched.clone();
        let kept = kept
            .filter(|(at, _)| now >= *at && now.duration_since(*at) < KEPT_FOR)
            .and_then(|(_, keys)| newest(keys, &usage, now));
        let key = match kept {
            Some(key) => key,
            None => {
                let keys = self.public_key_certificates().await?;
                self.kept_keys().state().fetched = Some((now, keys.clone()));
                newest(keys, &usage, now).ok_or(LoginError::NoKey { usage: name })?
            }
        };
        Ok(WrappingKey::from_certificate_der(&key.certificate.0)?)
    }

    /// Fetches the keys anew when the next one is needed. Done by itself after 21470 and statuses 415.
    pub fn forget_public_keys(&self) {
        *self.kept_keys().state() = State::default();
    }

    /// A session's key, wrapped for KSeF with its present public key.
    pub(crate) async fn encryption_info(&self, key: &SessionKey) -> Result<EncryptionInfo, CallError> {
        let wrapping = self.wrapping_key(PublicKeyCertificateUsage::SymmetricKeyEncryption).await?;
        Ok(EncryptionInfo {
            encrypted_symmetric_key: wrapping.wrap(key.key()).map_err(LoginError::from)?.into(),
            initialization_vector: key.iv().to_vec().into(),
            public_key_id: Some(wrapping.public_key_id().to_owned()),
        })
    }

    /// Whether KSeF is known to open what this key encrypts.
    pub(crate) fn is_proven(&self, public_key_id: Option<&String>) -> bool {
        public_key_id.is_some_and(|id| self.kept_keys().state().proven.contains(id))
    }

    /// KSeF opened what this key encrypted.
    pub(crate) fn prove(&self, public_key_id: Option<String>) {
        let mut state = self.kept_keys().state();
        let proven = &mut state.proven;
        proven.extend(public_key_id.filter(|id| !proven.contains(id)));
        // More than a rotation brings within an hour; older ones are only checked again.
        let surplus = proven.len().saturating_sub(PROVEN_MAX);
        proven.drain(..surplus);
    }
}

impl KeptKeys {
    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        // The state is whole between any two statements, so a panic elsewhere spoils nothing.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether an error says that KSeF no longer takes the public key.
pub(crate) fn is_withdrawn_key(error: &CallError) -> bool {
    error.is_refusal_with(ExceptionCode::UNKNOWN_PUBLIC_KEY.0)
}

fn newest(
    keys: Vec<PublicKeyCertificate>,
    usage: &PublicKeyCertificateUsage,
    now: jiff::Timestamp,
) -> Option<PublicKeyCertificate> {
    keys.into_iter()
        .filter(|key| key.usage.contains(usage) && key.valid_from.0 <= now && now < key.valid_to.0)
        .max_by_key(|key| key.valid_from.0)
}

/// How long a fetched list is used. A planned rotation overlaps for longer; an unplanned one shows itself.
const KEPT_FOR: jiff::SignedDuration = jiff::SignedDuration::from_hours(1);
const PROVEN_MAX: usize = 8;
