//! What can go wrong with the archive as a whole. What is wrong with single documents is no error but a finding
//! ([`crate::Broken`]).

use std::io;
use std::path::PathBuf;

use gateway_objects::ObjectError;
use gateway_store::StoreError;
use gateway_vault::SealedFileError;

/// Why it was not done.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// The sealed file: its key, or damage.
    #[error(transparent)]
    Sealed(#[from] SealedFileError),
    /// It opens, and what stands in it is not what this version writes.
    #[error("the backup cannot be read: {reason}; it may have been made by a later bramka")]
    Content {
        /// What is wrong.
        reason: String,
    },
    /// It does not hold what it says at its end that it holds.
    #[error("the backup is not whole: {reason}")]
    NotWhole {
        /// What is missing.
        reason: String,
    },
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The vault's folder.
    #[error(transparent)]
    Vault(#[from] gateway_vault::StoreError),
    /// The object store.
    #[error(transparent)]
    Objects(#[from] ObjectError),
    /// A file beside the database.
    #[error("{} cannot be read or written: {source}", path.display())]
    File {
        /// Which one.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl ArchiveError {
    /// A failure while reading or writing the sealed file.
    pub(crate) fn stream(error: io::Error) -> Self {
        Self::Sealed(SealedFileError::of(error))
    }
}
