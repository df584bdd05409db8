//! The key under which the gateway's database keeps secrets: it lies in the vault of the data folder.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use gateway::SealingKeySource;
use gateway_vault::{SecretName, SecretPurpose, VaultError};
use ksef_crypto::SealingKey;

use crate::cli::Lang;
use crate::failure::Failure;
use crate::vault_access;

/// Gets the key from the vault when it is first asked for; one that is not there is made, the vault as well.
pub(super) fn source(data: &Path, lang: Lang) -> SealingKeySource {
    let data = data.to_owned();
    Arc::new(move || {
        let data = data.clone();
        Box::pin(async move { key(data, lang).await.map_err(|failure| failure.words(Lang::En).to_owned()) })
    })
}

async fn key(data: PathBuf, lang: Lang) -> Result<SealingKey, Failure> {
    let vault = vault_access::open(&data, lang).await?;
    let name = SecretName {
        holder: "gateway".to_owned(),
        purpose: SecretPurpose::WebhookKey,
        id: "database".to_owned(),
    };
    match vault.get(&name).await {
        Ok(bytes) => SealingKey::from_bytes(&bytes)
            .ok_or_else(|| VaultError::Altered { what: name.to_string() }.into()),
        Err(VaultError::NotFound { .. }) => {
            let key = SealingKey::generate();
            vault.put(&name, key.expose_bytes()).await?;
            Ok(key)
        }
        Err(error) => Err(error.into()),
    }
}
