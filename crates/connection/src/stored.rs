//! A credential of the vault, ready to use: its record put together with its secret.

use gateway_vault::{CredentialKind, CredentialRecord, FolderStore, Vault, VaultError};
use ksef_client::LoginCredential;
use ksef_crypto::{Certificate, Credential, SecretString, SigningKey};

/// Why a credential of the vault cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum StoredError {
    /// Its secret cannot be opened.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// What is there is no certificate, no key, no token, or the two do not belong together.
    #[error("the credential {id} is damaged ({reason}): remove it and add it again")]
    Damaged {
        /// Its id.
        id: String,
        /// What is wrong; nothing secret.
        reason: String,
    },
}

/// What logs in: a certificate with its key, or a token.
///
/// # Errors
/// [`StoredError`].
pub async fn login_of(
    vault: &Vault<FolderStore>,
    record: &CredentialRecord,
) -> Result<LoginCredential, StoredError> {
    if record.kind != CredentialKind::Token {
        return Ok(LoginCredential::Certificate(Box::new(certificate_of(vault, record).await?)));
    }
    let secret = vault.get(&record.secret_name()).await?;
    let token = std::str::from_utf8(&secret).map_err(|error| damaged(record, &error))?;
    Ok(LoginCredential::KsefToken(SecretString::from(token.to_owned())))
}

/// A certificate with its key.
///
/// # Errors
/// [`StoredError`].
pub async fn certificate_of(
    vault: &Vault<FolderStore>,
    record: &CredentialRecord,
) -> Result<Credential, StoredError> {
    let secret = vault.get(&record.secret_name()).await?;
    let certificate = Certificate::from_der(&record.certificate).map_err(|error| damaged(record, &error))?;
    let key = SigningKey::from_bytes(&secret, None).map_err(|error| damaged(record, &error))?;
    Credential::new(certificate, key).map_err(|error| damaged(record, &error))
}

fn damaged(record: &CredentialRecord, error: &dyn std::fmt::Display) -> StoredError {
    StoredError::Damaged { id: record.id.clone(), reason: error.to_string() }
}
