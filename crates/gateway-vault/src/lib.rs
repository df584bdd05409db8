//! Keys, tokens and passwords at rest.
//!
//! Each secret is sealed with AES-256-GCM under a data key, each data key under a master key that has an id; the holder
//! and the purpose of a secret are part of what is authenticated, so that a sealed text moved to another company, or used
//! for something else, does not open. The master key comes from outside: a file, the environment, a systemd credential or
//! a passphrase. Changing it rewraps the data keys one by one while everything stays readable.
//!
//! Which companies there are and which credentials serve them is no secret, but sealed against being changed by somebody
//! without the master key.
//!
//! What lies where, is a store's business ([`VaultStore`]); it sees sealed bytes only. This crate knows nothing of KSeF's
//! protocol and asks nobody over the network.

mod folder;
mod master_key;
mod passphrase;
mod pending;
mod records;
mod registry;
mod sealed_file;
mod sealed_registry;
mod store;
mod vault;

pub use folder::{FolderLock, FolderStore};
pub use master_key::{MasterKey, MasterKeyError, MasterKeyId, MasterKeySource, MasterKeys};
pub use passphrase::{PassphraseCost, PassphraseParameters};
pub use pending::PendingApplication;
pub use records::{SealedDataKey, SealedSecret, SecretName, SecretPurpose};
pub use registry::{
    Company, CompanyEnvironment, CredentialKind, CredentialRecord, Owner, OwnerKind, Registry, RegistryError,
    RenewalNote, RenewalResult,
};
pub use sealed_file::{FileKey, SealedFileError, SealedReader, SealedWriter};
pub use store::{StoreError, VaultStore};
pub use vault::{Rotation, Vault, VaultError};
