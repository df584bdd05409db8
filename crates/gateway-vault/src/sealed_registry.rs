//! The registry under lock and seal: who may write to the folder could otherwise attach credentials to companies that they
//! must not serve.
//!
//! The text of the registry stands in the file for everybody to read, with a seal beside it under a data key of its own;
//! the master key makes and checks it. What a seal cannot tell is age: whoever may write to the folder can put an older
//! registry back, together with its seal, as they can put back the whole folder.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::folder::FolderStore;
use crate::records::{associated_data, base64_text};
use crate::vault::{Vault, VaultError};
use crate::{Registry, StoreError};

/// The file.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SealedRegistry {
    /// The id of the data key that seals it.
    data_key: String,
    /// The registry, byte for byte as it was sealed.
    registry: Box<RawValue>,
    /// A sealed text of no bytes, bound to all the others.
    #[serde(with = "base64_text")]
    seal: Vec<u8>,
}

impl Vault<FolderStore> {
    /// The companies and credentials; empty when none were added yet.
    ///
    /// # Errors
    /// [`VaultError::Altered`] when somebody without the master key wrote it, [`VaultError::Store`].
    pub async fn registry(&self) -> Result<Registry, VaultError> {
        let Some(sealed) = self.store().sealed_registry()? else { return Ok(Registry::default()) };
        let altered = || VaultError::Altered { what: WHAT.to_owned() };
        let text = sealed.registry.get();
        let key = self.data_key(&sealed.data_key, HOLDER).await?.ok_or_else(altered)?;
        key.open(&sealed.seal, &bound_to(&sealed.data_key, text)).map_err(|_| altered())?;
        serde_json::from_str(text).map_err(|error| StoreError::new("read", WHAT, error).into())
    }

    /// Changes the registry: nobody else does meanwhile, and an error leaves it as it was. Nothing slow belongs into
    /// `change`, least of all a call over the network.
    ///
    /// # Errors
    /// As [`Vault::registry`], and whatever `change` says.
    pub async fn change_registry<T, E: From<VaultError>>(
        &self,
        change: impl FnOnce(&mut Registry) -> Result<T, E>,
    ) -> Result<T, E> {
        let lock = self.store().lock().map_err(VaultError::from)?;
        let mut registry = self.registry().await?;
        let outcome = change(&mut registry)?;
        self.put_registry(&registry).await?;
        drop(lock);
        Ok(outcome)
    }

    async fn put_registry(&self, registry: &Registry) -> Result<(), VaultError> {
        let failed = |error| StoreError::new("write", WHAT, error);
        let text = serde_json::value::to_raw_value(registry).map_err(failed)?;
        let (data_key, key) = self.data_key_for(HOLDER).await?;
        let seal = key.seal(&[], &bound_to(&data_key, text.get()));
        self.store().put_sealed_registry(&SealedRegistry { data_key, registry: text, seal })?;
        Ok(())
    }
}

fn bound_to(data_key: &str, registry: &str) -> Vec<u8> {
    associated_data(&[SEAL, data_key, registry])
}

/// Holder of the data key: no company and no credential has a name like this.
const HOLDER: &str = "registry:";
/// Never changed, since every registry would seem altered.
const SEAL: &str = "bramka registry 1";
const WHAT: &str = "the list of companies and credentials (vault/registry.json)";
