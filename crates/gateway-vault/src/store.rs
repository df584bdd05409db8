//! Where sealed texts are kept.

use std::error::Error;
use std::future::Future;

use crate::{MasterKeyId, PassphraseParameters, SealedDataKey, SealedSecret, SecretName};

/// A place for sealed texts. Each `put` is atomic and durable once it has returned; what was there under the same id or
/// name is replaced.
pub trait VaultStore: Send + Sync {
    /// Every data key.
    fn data_keys(&self) -> impl Future<Output = Result<Vec<SealedDataKey>, StoreError>> + Send;

    /// Keeps a data key.
    fn put_data_key(&self, key: &SealedDataKey) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// A secret by its name.
    fn secret(
        &self,
        name: &SecretName,
    ) -> impl Future<Output = Result<Option<SealedSecret>, StoreError>> + Send;

    /// Keeps a secret.
    fn put_secret(&self, secret: &SealedSecret) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Forgets a secret; says whether there was one.
    fn remove_secret(&self, name: &SecretName) -> impl Future<Output = Result<bool, StoreError>> + Send;

    /// The names of every secret, in order.
    fn secret_names(&self) -> impl Future<Output = Result<Vec<SecretName>, StoreError>> + Send;

    /// How passphrases become master keys; one for each passphrase in use.
    fn passphrases(&self) -> impl Future<Output = Result<Vec<PassphraseParameters>, StoreError>> + Send;

    /// Keeps how a passphrase becomes a master key.
    fn put_passphrase(
        &self,
        parameters: &PassphraseParameters,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Forgets how a passphrase becomes this master key.
    fn remove_passphrase(&self, key: &MasterKeyId) -> impl Future<Output = Result<(), StoreError>> + Send;
}

/// The store did not do it.
#[derive(Debug, thiserror::Error)]
#[error("the vault cannot {operation} {place}: {source}")]
pub struct StoreError {
    /// What was tried: `read`, `write`, `remove`.
    pub operation: &'static str,
    /// Where: a file or table.
    pub place: String,
    /// Why not.
    pub source: Box<dyn Error + Send + Sync>,
}

impl StoreError {
    /// Names the operation and the place of a failure.
    pub fn new(
        operation: &'static str,
        place: impl Into<String>,
        source: impl Into<Box<dyn Error + Send + Sync>>,
    ) -> Self {
        Self { operation, place: place.into(), source: source.into() }
    }
}
