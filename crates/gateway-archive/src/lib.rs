//! What the gateway keeps, as a whole: taken out into one sealed file, put back, and examined document by document.
//!
//! A backup is a picture of the database at one moment, made while the gateway works ([`gateway_store::Snapshot`]), together
//! with the vault, whose secrets stay sealed in it. It is written and read as a stream, so its size is no matter of memory.
//!
//! What this crate must not do: ask anybody over the network but the object store, and change what is kept.

mod backup;
mod document;
mod error;
mod examine;
mod export;
mod format;
mod kept;
mod restore;
mod verify;

pub use backup::{BackupSource, backup};
pub use document::{Broken, Fault};
pub use error::ArchiveError;
pub use examine::{Contents, examine};
pub use export::{ExportReport, ExportRequest, export};
pub use gateway_objects::{ObjectError, Objects};
pub use gateway_store::{SchemaVersion, StoreError};
pub use restore::{RestoreTarget, restore};
pub use verify::{VerifyReport, verify};

/// Tells how far the work is: what is done, of how much. What is counted differs; both grow to the same number.
pub type OnProgress<'a> = &'a mut dyn FnMut(u64, u64);
