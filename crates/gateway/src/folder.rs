//! The data folder: one process holds it.

use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

/// A held data folder; given back when dropped or when the process ends, however it ends.
#[derive(Debug)]
pub struct DataFolder {
    path: PathBuf,
    _lock: File,
}

/// Why the folder cannot be held.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// It cannot be made or written to.
    #[error("the data folder {} cannot be used: check that it may be written to, or choose another with --data", path.display())]
    NotWritable {
        /// The folder.
        path: PathBuf,
        /// The cause.
        source: std::io::Error,
    },
    /// Someone else has it.
    #[error("the data folder {} is in use by {holder}: stop that one first, or choose another folder with --data", path.display())]
    InUse {
        /// The folder.
        path: PathBuf,
        /// Who has it.
        holder: String,
    },
}

impl DataFolder {
    /// Makes the folder if needed and holds it.
    ///
    /// # Errors
    /// [`FolderError`].
    pub fn hold(path: &Path) -> Result<Self, FolderError> {
        let not_writable = |source| FolderError::NotWritable { path: path.to_owned(), source };
        private_folder().create(path).map_err(not_writable)?;
        let mut lock = OpenOptions::new()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(path.join(LOCK_FILE))
            .map_err(not_writable)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                // Who it is only makes the sentence better; not being able to read it changes nothing.
                let _ = lock.read_to_string(&mut holder);
                let holder = match holder.trim() {
                    "" => "another process".to_owned(),
                    text => text.to_owned(),
                };
                return Err(FolderError::InUse { path: path.to_owned(), holder });
            }
            Err(TryLockError::Error(source)) => return Err(not_writable(source)),
        }
        lock.set_len(0).map_err(not_writable)?;
        lock.seek(SeekFrom::Start(0)).map_err(not_writable)?;
        writeln!(lock, "bramka, process {}", std::process::id()).map_err(not_writable)?;
        Ok(Self { path: path.to_owned(), _lock: lock })
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Where packages lie until they are sent; what a process that died left there is removed.
    pub(crate) fn packages(&self) -> Result<PathBuf, FolderError> {
        let path = self.path.join("packages");
        let not_writable = |source| FolderError::NotWritable { path: path.clone(), source };
        match std::fs::remove_dir_all(&path) {
            Ok(()) => {}
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(not_writable(error)),
        }
        private_folder().create(&path).map_err(not_writable)?;
        Ok(path)
    }

    /// Where it is kept what was spent of KSeF's limits.
    pub(crate) fn limits(&self) -> PathBuf {
        self.path.join("limits")
    }

    /// Where it is kept whether people found the help useful.
    pub(crate) fn help_answers(&self) -> PathBuf {
        self.path.join("help.jsonl")
    }

    /// This node's name among those that share a database: made once, kept here.
    pub(crate) fn node_name(&self, fresh: impl FnOnce() -> String) -> Result<String, FolderError> {
        let path = self.path.join("node");
        let not_writable = |source| FolderError::NotWritable { path: path.clone(), source };
        match std::fs::read_to_string(&path) {
            Ok(name) if !name.trim().is_empty() => Ok(name.trim().to_owned()),
            _ => {
                let name = fresh();
                std::fs::write(&path, &name).map_err(not_writable)?;
                Ok(name)
            }
        }
    }

    /// The database file in it.
    pub(crate) fn database(&self) -> PathBuf {
        database_file(&self.path)
    }
}

/// The database file of a data folder that has no other database.
#[must_use]
pub fn database_file(data: &Path) -> PathBuf {
    data.join("gateway.db")
}

/// Makes a data folder that is not there, readable by its owner only.
///
/// # Errors
/// The file system's.
pub fn make_data_folder(data: &Path) -> std::io::Result<()> {
    private_folder().create(data)
}

/// Makes folders that only their owner can read: invoices are nobody else's business.
pub(crate) fn private_folder() -> DirBuilder {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
}

const LOCK_FILE: &str = "bramka.lock";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_holder_is_told_who_has_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let first = DataFolder::hold(folder.path()).expect("free");
        let error = DataFolder::hold(folder.path()).expect_err("held");
        assert!(error.to_string().contains(&format!("process {}", std::process::id())), "{error}");
        drop(first);
        DataFolder::hold(folder.path()).expect("free again");
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_named() {
        let error = DataFolder::hold(Path::new("/proc/none")).expect_err("no folder");
        assert!(matches!(error, FolderError::NotWritable { .. }) && error.to_string().contains("/proc/none"));
    }
}
