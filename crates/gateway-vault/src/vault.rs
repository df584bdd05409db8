//! Putting secrets in, taking them out, changing the master key.

use std::collections::BTreeMap;

use ksef_crypto::{SealingKey, random_bytes};
use zeroize::Zeroizing;

use crate::records::associated_data;
use crate::{MasterKeyId, MasterKeys, SealedDataKey, SealedSecret, SecretName, StoreError, VaultStore};

/// A vault over a store.
#[derive(Debug)]
pub struct Vault<S> {
    store: S,
    keys: MasterKeys,
}

/// What a change of the master key did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rotation {
    /// Data keys that are under the current master key now and were not before.
    pub rewrapped: usize,
    /// Data keys whose master key is not at hand; until there are none, the old master keys must be kept.
    pub left: usize,
}

/// Why a secret cannot be put in or taken out. None says anything of the secret.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// There is none of this name.
    #[error("there is no {name} in the vault")]
    NotFound {
        /// Its name.
        name: SecretName,
    },
    /// It is there and does not open.
    #[error("{what} does not open: it was altered or moved here from another place")]
    Altered {
        /// The secret or data key.
        what: String,
    },
    /// The master key that opens it was not given.
    #[error("the vault needs the master key {id}, which was not given; the one that was given is {given}")]
    MasterKeyMissing {
        /// The one that is needed.
        id: MasterKeyId,
        /// The one in use.
        given: MasterKeyId,
    },
    /// A secret that is longer than any that belongs here.
    #[error("{name} has {length} bytes, more than the {SECRET_BYTES_MAX} that a secret may have")]
    TooLong {
        /// Its name.
        name: SecretName,
        /// How long it is.
        length: usize,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl<S: VaultStore> Vault<S> {
    /// Opens a vault. Nothing is read yet: whether the master keys are the right ones shows with the first secret, or
    /// with [`Vault::check`].
    pub const fn new(store: S, keys: MasterKeys) -> Self {
        Self { store, keys }
    }

    /// The store below.
    pub const fn store(&self) -> &S {
        &self.store
    }

    /// Makes sure that every data key opens with the master keys at hand.
    ///
    /// # Errors
    /// [`VaultError::MasterKeyMissing`] and [`VaultError::Altered`].
    pub async fn check(&self) -> Result<(), VaultError> {
        for data_key in self.store.data_keys().await? {
            self.open_data_key(&data_key)?;
        }
        Ok(())
    }

    /// Puts a secret in; one of the same name is replaced.
    ///
    /// # Errors
    /// [`VaultError::TooLong`], [`VaultError::Store`].
    pub async fn put(&self, name: &SecretName, secret: &[u8]) -> Result<(), VaultError> {
        if secret.len() > SECRET_BYTES_MAX {
            return Err(VaultError::TooLong { name: name.clone(), length: secret.len() });
        }
        let (id, key) = self.data_key_for(&name.holder).await?;
        let sealed = key.seal(secret, &bound_to(name, &id));
        self.store.put_secret(&SealedSecret { name: name.clone(), data_key: id, sealed }).await?;
        Ok(())
    }

    /// Takes a secret out, in memory that is wiped.
    ///
    /// # Errors
    /// [`VaultError`].
    pub async fn get(&self, name: &SecretName) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        let not_found = || VaultError::NotFound { name: name.clone() };
        let altered = || VaultError::Altered { what: name.to_string() };
        let secret = self.store.secret(name).await?.ok_or_else(not_found)?;
        let data_keys = self.store.data_keys().await?;
        let data_key = data_keys.iter().find(|key| key.id == secret.data_key).ok_or_else(altered)?;
        let key = self.open_data_key(data_key)?;
        // Bound to the name that was asked for, not to the one that stands in the record.
        key.open(&secret.sealed, &bound_to(name, &secret.data_key)).map_err(|_| altered())
    }

    /// Forgets a secret; says whether there was one.
    ///
    /// # Errors
    /// [`VaultError::Store`].
    pub async fn remove(&self, name: &SecretName) -> Result<bool, VaultError> {
        Ok(self.store.remove_secret(name).await?)
    }

    /// The names of every secret.
    ///
    /// # Errors
    /// [`VaultError::Store`].
    pub async fn names(&self) -> Result<Vec<SecretName>, VaultError> {
        Ok(self.store.secret_names().await?)
    }

    /// Puts every data key under the current master key, one after the other. At any moment everything is readable with
    /// the old and the new key together; interrupted, it is simply done again. Secrets are not touched. In the end,
    /// passphrases that open nothing any more are forgotten.
    ///
    /// # Errors
    /// [`VaultError::Altered`] and [`VaultError::Store`]; what was rewrapped by then stays so.
    pub async fn rotate(&self) -> Result<Rotation, VaultError> {
        let mut rotation = Rotation { rewrapped: 0, left: 0 };
        for data_key in self.store.data_keys().await? {
            if data_key.master_key == *self.keys.current().id() {
                continue;
            }
            match self.open_data_key(&data_key) {
                Ok(key) => {
                    self.store.put_data_key(&self.wrapped(&data_key.id, &data_key.holder, &key)).await?;
                    rotation.rewrapped += 1;
                }
                Err(VaultError::MasterKeyMissing { .. }) => rotation.left += 1,
                Err(error) => return Err(error),
            }
        }
        if rotation.left == 0 {
            for parameters in self.store.passphrases().await? {
                if parameters.master_key != *self.keys.current().id() {
                    self.store.remove_passphrase(&parameters.master_key).await?;
                }
            }
        }
        Ok(rotation)
    }

    /// How many data keys lie under each master key.
    ///
    /// # Errors
    /// [`VaultError::Store`].
    pub async fn master_keys_in_use(&self) -> Result<BTreeMap<MasterKeyId, usize>, VaultError> {
        let mut counts = BTreeMap::new();
        for data_key in self.store.data_keys().await? {
            *counts.entry(data_key.master_key).or_insert(0) += 1;
        }
        Ok(counts)
    }

    /// A data key of this holder under the current master key, made if there is none.
    pub(crate) async fn data_key_for(&self, holder: &str) -> Result<(String, SealingKey), VaultError> {
        let current = self.keys.current().id();
        let data_keys = self.store.data_keys().await?;
        let at_hand = data_keys.iter().find(|key| key.holder == holder && key.master_key == *current);
        if let Some(data_key) = at_hand {
            return Ok((data_key.id.clone(), self.open_data_key(data_key)?));
        }
        let key = SealingKey::generate();
        let id: String = random_bytes::<16>().iter().map(|byte| format!("{byte:02x}")).collect();
        self.store.put_data_key(&self.wrapped(&id, holder, &key)).await?;
        Ok((id, key))
    }

    /// The data key of this id, if it is there and this holder's.
    pub(crate) async fn data_key(&self, id: &str, holder: &str) -> Result<Option<SealingKey>, VaultError> {
        let data_keys = self.store.data_keys().await?;
        let found = data_keys.iter().find(|key| key.id == id && key.holder == holder);
        found.map(|key| self.open_data_key(key)).transpose()
    }

    fn wrapped(&self, id: &str, holder: &str, key: &SealingKey) -> SealedDataKey {
        let master = self.keys.current();
        let sealed = master.key().seal(key.expose_bytes(), &associated_data(&[DATA_KEY, id, holder]));
        SealedDataKey {
            id: id.to_owned(),
            holder: holder.to_owned(),
            master_key: master.id().clone(),
            sealed,
        }
    }

    fn open_data_key(&self, data_key: &SealedDataKey) -> Result<SealingKey, VaultError> {
        let master = self.keys.of(data_key).ok_or_else(|| VaultError::MasterKeyMissing {
            id: data_key.master_key.clone(),
            given: self.keys.current().id().clone(),
        })?;
        master
            .key()
            .open(&data_key.sealed, &associated_data(&[DATA_KEY, &data_key.id, &data_key.holder]))
            .ok()
            .and_then(|bytes| SealingKey::from_bytes(&bytes))
            .ok_or_else(|| VaultError::Altered { what: format!("the data key {}", data_key.id) })
    }
}

/// What a secret is bound to. Never changed, since everything sealed would be lost.
fn bound_to(name: &SecretName, data_key: &str) -> Vec<u8> {
    associated_data(&[SECRET, &name.holder, name.purpose.name(), &name.id, data_key])
}

const DATA_KEY: &str = "bramka data key 1";
const SECRET: &str = "bramka secret 1";
/// An RSA-4096 key has some 2.4 kB.
const SECRET_BYTES_MAX: usize = 64 * 1024;
