//! Sealed texts as files: one for each, written beside and renamed, readable by their owner only.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::records::associated_data;
use crate::sealed_registry::SealedRegistry;
use crate::{
    MasterKeyId, PassphraseParameters, SealedDataKey, SealedSecret, SecretName, StoreError, VaultStore,
};

/// A folder. Several processes may have it at once: each file is written whole, and what has to be changed in one go is
/// changed under [`FolderStore::lock`].
#[derive(Debug)]
pub struct FolderStore {
    folder: PathBuf,
}

/// A held folder, given back when dropped or when the process ends.
#[derive(Debug)]
pub struct FolderLock {
    _file: File,
}

impl FolderStore {
    /// Opens a folder, making it if it is not there.
    ///
    /// # Errors
    /// [`StoreError`] names the file.
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        for part in ["", DATA_KEYS, SECRETS, PASSPHRASES] {
            let path = folder.join(part);
            private_folder().create(&path).map_err(failed("make", &path))?;
        }
        let store = Self { folder: folder.to_owned() };
        store.lock_file()?;
        Ok(store)
    }

    /// Holds the folder against others who change it; waits while somebody else does.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn lock(&self) -> Result<FolderLock, StoreError> {
        let file = self.lock_file()?;
        file.lock().map_err(failed("lock", &self.folder.join(LOCK_FILE)))?;
        Ok(FolderLock { _file: file })
    }

    fn lock_file(&self) -> Result<File, StoreError> {
        let path = self.folder.join(LOCK_FILE);
        private_file().create(true).truncate(false).open(&path).map_err(failed("open", &path))
    }

    /// Whether a vault lies in this folder.
    #[must_use]
    pub fn is_in(folder: &Path) -> bool {
        folder.join(LOCK_FILE).is_file()
    }

    /// When the list of companies and credentials was last written; `None` while there is none. For noticing changes.
    #[must_use]
    pub fn registry_changed_at(&self) -> Option<std::time::SystemTime> {
        fs::metadata(self.folder.join(REGISTRY)).and_then(|file| file.modified()).ok()
    }

    pub(crate) fn sealed_registry(&self) -> Result<Option<SealedRegistry>, StoreError> {
        read(&self.folder.join(REGISTRY))
    }

    pub(crate) fn put_sealed_registry(&self, registry: &SealedRegistry) -> Result<(), StoreError> {
        write(&self.folder.join(REGISTRY), registry)
    }

    fn secret_path(&self, name: &SecretName) -> PathBuf {
        // Holders may have characters that file systems do not take; their hash has none.
        let hash = ksef_crypto::sha256(&associated_data(&[&name.holder, name.purpose.name(), &name.id]));
        let hash: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
        self.folder.join(SECRETS).join(format!("{hash}.json"))
    }

    fn passphrase_path(&self, key: &MasterKeyId) -> PathBuf {
        self.folder.join(PASSPHRASES).join(format!("{key}.json"))
    }

    fn list<T: DeserializeOwned>(&self, part: &str) -> Result<Vec<T>, StoreError> {
        let folder = self.folder.join(part);
        let mut paths = Vec::new();
        for entry in fs::read_dir(&folder).map_err(failed("read", &folder))? {
            let path = entry.map_err(failed("read", &folder))?.path();
            // A file that was being written when the process died has another ending, and never counted.
            if path.extension().is_some_and(|extension| extension == "json") {
                paths.push(path);
            }
        }
        paths.sort();
        paths.iter().filter_map(|path| read(path).transpose()).collect()
    }
}

impl VaultStore for FolderStore {
    async fn data_keys(&self) -> Result<Vec<SealedDataKey>, StoreError> {
        self.list(DATA_KEYS)
    }

    async fn put_data_key(&self, key: &SealedDataKey) -> Result<(), StoreError> {
        write(&self.folder.join(DATA_KEYS).join(format!("{}.json", key.id)), key)
    }

    async fn secret(&self, name: &SecretName) -> Result<Option<SealedSecret>, StoreError> {
        read(&self.secret_path(name))
    }

    async fn put_secret(&self, secret: &SealedSecret) -> Result<(), StoreError> {
        write(&self.secret_path(&secret.name), secret)
    }

    async fn remove_secret(&self, name: &SecretName) -> Result<bool, StoreError> {
        remove(&self.secret_path(name))
    }

    async fn secret_names(&self) -> Result<Vec<SecretName>, StoreError> {
        let mut names: Vec<SecretName> =
            self.list::<SealedSecret>(SECRETS)?.into_iter().map(|secret| secret.name).collect();
        names.sort();
        Ok(names)
    }

    async fn passphrases(&self) -> Result<Vec<PassphraseParameters>, StoreError> {
        self.list(PASSPHRASES)
    }

    async fn put_passphrase(&self, parameters: &PassphraseParameters) -> Result<(), StoreError> {
        write(&self.passphrase_path(&parameters.master_key), parameters)
    }

    async fn remove_passphrase(&self, key: &MasterKeyId) -> Result<(), StoreError> {
        remove(&self.passphrase_path(key)).map(|_| ())
    }
}

fn read<T: DeserializeOwned>(path: &Path) -> Result<Option<T>, StoreError> {
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed("read", path)(error)),
    };
    serde_json::from_slice(&bytes)
        .map(Some)
        .map_err(|error| StoreError::new("read", path.display().to_string(), error))
}

/// Writes beside, then renames: whoever reads finds the old file or the new one, whole, whenever the power fails.
fn write<T: Serialize>(path: &Path, value: &T) -> Result<(), StoreError> {
    let bytes = serde_json::to_vec_pretty(value)
        .map_err(|error| StoreError::new("write", path.display().to_string(), error))?;
    // Each process writes beside under a name of its own: two at once must not write into one file.
    let beside = path.with_extension(format!("{}.new", std::process::id()));
    let written = private_file().create(true).truncate(true).open(&beside).and_then(|mut file| {
        file.write_all(&bytes)?;
        file.sync_all()
    });
    written.and_then(|()| fs::rename(&beside, path)).map_err(failed("write", path))?;
    sync_folder_of(path)
}

/// Removes a file; says whether there was one.
fn remove(path: &Path) -> Result<bool, StoreError> {
    match fs::remove_file(path) {
        Ok(()) => sync_folder_of(path).map(|()| true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(failed("remove", path)(error)),
    }
}

/// Makes a rename or removal durable.
fn sync_folder_of(path: &Path) -> Result<(), StoreError> {
    let folder = path.parent().unwrap_or(path);
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed("write", folder))
}

fn failed(operation: &'static str, path: &Path) -> impl Fn(io::Error) -> StoreError {
    let place = path.display().to_string();
    move |error| StoreError::new(operation, place.clone(), error)
}

fn private_folder() -> DirBuilder {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
}

fn private_file() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

const DATA_KEYS: &str = "data-keys";
const SECRETS: &str = "secrets";
const PASSPHRASES: &str = "passphrases";
const REGISTRY: &str = "registry.json";
const LOCK_FILE: &str = "vault.lock";
