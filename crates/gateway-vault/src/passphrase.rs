//! Passphrases become master keys by Argon2id.

use argon2::{Algorithm, Argon2, Params, Version};
use ksef_crypto::{SealingKey, random_bytes};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::records::base64_text;
use crate::{MasterKey, MasterKeyError, MasterKeyId};

/// How costly the derivation is, for us and for who guesses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PassphraseCost {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes over it.
    pub passes: u32,
    /// Lanes.
    pub lanes: u32,
}

impl PassphraseCost {
    /// RFC 9106 §4, the second recommended option: 64 MiB, three passes, four lanes.
    pub const RECOMMENDED: Self = Self { memory_kib: 64 * 1024, passes: 3, lanes: 4 };
}

/// How one passphrase becomes one master key. Kept beside the sealed texts; not secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PassphraseParameters {
    /// The key that comes out of the right passphrase.
    pub master_key: MasterKeyId,
    /// 16 random bytes.
    #[serde(with = "base64_text")]
    pub salt: Vec<u8>,
    /// The cost.
    #[serde(flatten)]
    pub cost: PassphraseCost,
}

impl PassphraseParameters {
    /// Makes a master key of a new passphrase.
    ///
    /// # Errors
    /// [`MasterKeyError::Passphrase`] for one that is too short, and for a cost out of bounds.
    pub fn create(
        passphrase: &SecretString,
        cost: PassphraseCost,
    ) -> Result<(MasterKey, Self), MasterKeyError> {
        if passphrase.expose_secret().chars().count() < PASSPHRASE_LENGTH_MIN {
            return Err(MasterKeyError::Passphrase { reason: "it must have at least 12 characters" });
        }
        let salt = random_bytes::<16>().to_vec();
        let key = derive(passphrase, &salt, cost)?;
        let parameters = Self { master_key: key.id().clone(), salt, cost };
        Ok((key, parameters))
    }

    /// Makes the master key again.
    ///
    /// # Errors
    /// [`MasterKeyError::WrongPassphrase`] when another key comes out.
    pub fn unlock(&self, passphrase: &SecretString) -> Result<MasterKey, MasterKeyError> {
        let key = derive(passphrase, &self.salt, self.cost)?;
        if *key.id() == self.master_key { Ok(key) } else { Err(MasterKeyError::WrongPassphrase) }
    }
}

fn derive(passphrase: &SecretString, salt: &[u8], cost: PassphraseCost) -> Result<MasterKey, MasterKeyError> {
    // The parameters lie in a file: what is written there must not be able to take all memory, or be no cost at all.
    if cost.memory_kib > MEMORY_KIB_MAX || cost.passes > PASSES_MAX || cost.lanes > LANES_MAX {
        return Err(MasterKeyError::Passphrase {
            reason: "its parameters ask for more than a gigabyte or 16 passes",
        });
    }
    let wrong = |_| MasterKeyError::Passphrase { reason: "its parameters are out of bounds" };
    let parameters =
        Params::new(cost.memory_kib, cost.passes, cost.lanes, Some(SealingKey::BYTES)).map_err(wrong)?;
    let mut key = Zeroizing::new([0; SealingKey::BYTES]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, parameters)
        .hash_password_into(passphrase.expose_secret().as_bytes(), salt, &mut *key)
        .map_err(wrong)?;
    MasterKey::from_bytes(&*key).ok_or(MasterKeyError::Passphrase { reason: "no key came out of it" })
}

const PASSPHRASE_LENGTH_MIN: usize = 12;
const MEMORY_KIB_MAX: u32 = 1024 * 1024;
const PASSES_MAX: u32 = 16;
const LANES_MAX: u32 = 16;
