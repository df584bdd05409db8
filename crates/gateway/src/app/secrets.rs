//! Secrets in the database: sealed under a key that is not in it.
//!
//! The key comes from the vault of the data folder, when it is first needed: a gateway that seals nothing needs no vault. Nodes
//! that share a database share the vault's content as well, as they do for their companies' certificates.

use std::pin::Pin;
use std::sync::Arc;

use ksef_crypto::SealingKey;
use tokio::sync::OnceCell;
use zeroize::Zeroizing;

/// Gives the key that seals secrets in the database, or says in words why it cannot.
pub type SealingKeySource =
    Arc<dyn Fn() -> Pin<Box<dyn Future<Output = Result<SealingKey, String>> + Send>> + Send + Sync>;

/// Seals and opens secrets.
pub(crate) struct Secrets {
    source: Option<SealingKeySource>,
    key: OnceCell<SealingKey>,
}

/// Why a secret cannot be sealed or opened.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SecretsError {
    /// The vault does not open.
    #[error("the key of the database's secrets is not at hand: {reason}")]
    NoKey { reason: String },
    /// It was sealed under another key, for something else, or altered.
    #[error("a secret in the database does not open: the vault's key is another one, or it was altered")]
    Altered,
}

impl Secrets {
    pub(crate) fn new(source: Option<SealingKeySource>) -> Self {
        Self { source, key: OnceCell::new() }
    }

    /// Seals a secret for one use, such as a webhook's.
    pub(crate) async fn seal(&self, secret: &[u8], bound_to: &[&str]) -> Result<Vec<u8>, SecretsError> {
        Ok(self.key().await?.seal(secret, &associated_data(bound_to)))
    }

    /// Opens what was sealed for the same use.
    pub(crate) async fn open(
        &self,
        sealed: &[u8],
        bound_to: &[&str],
    ) -> Result<Zeroizing<Vec<u8>>, SecretsError> {
        let opened = self.key().await?.open(sealed, &associated_data(bound_to));
        opened.map_err(|_| SecretsError::Altered)
    }

    async fn key(&self) -> Result<&SealingKey, SecretsError> {
        let get = async || match &self.source {
            Some(source) => source().await.map_err(|reason| SecretsError::NoKey { reason }),
            None => Err(SecretsError::NoKey { reason: "this gateway was given none".to_owned() }),
        };
        self.key.get_or_try_init(get).await
    }
}

/// Fields as bytes that no other fields give.
fn associated_data(fields: &[&str]) -> Vec<u8> {
    let mut data = b"bramka database secret 1".to_vec();
    for field in fields {
        data.extend_from_slice(&(field.len() as u64).to_be_bytes());
        data.extend_from_slice(field.as_bytes());
    }
    data
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_secret_opens_for_its_use_only() {
        let source: SealingKeySource = Arc::new(|| Box::pin(async { Ok(SealingKey::generate()) }));
        let secrets = Secrets::new(Some(source));
        let sealed = secrets.seal(b"secret", &["webhook", "1"]).await.expect("sealed");
        assert_eq!(*secrets.open(&sealed, &["webhook", "1"]).await.expect("opened"), b"secret");
        for other in [&["webhook", "2"][..], &["webhook1"], &["webhook", "1", ""]] {
            assert!(matches!(secrets.open(&sealed, other).await, Err(SecretsError::Altered)), "{other:?}");
        }
        assert!(matches!(Secrets::new(None).seal(b"", &[]).await, Err(SecretsError::NoKey { .. })));
    }
}
