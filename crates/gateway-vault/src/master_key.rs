//! Master keys and where they come from.

use std::fmt;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ksef_crypto::{SealingKey, sha256};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::{PassphraseParameters, SealedDataKey};

/// A key that seals data keys.
#[derive(Debug)]
pub struct MasterKey {
    id: MasterKeyId,
    key: SealingKey,
}

/// Which master key it is: 16 hexadecimal digits of a hash of the key. Tells nothing of the key itself.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct MasterKeyId(String);

impl fmt::Display for MasterKeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The master key in use, and those before it, which still open what was not rewrapped yet.
#[derive(Debug)]
pub struct MasterKeys {
    current: MasterKey,
    previous: Vec<MasterKey>,
}

/// Where a master key comes from.
#[derive(Debug, Clone)]
pub enum MasterKeySource {
    /// A file with 32 bytes: as they are, in hexadecimal or in Base64.
    File(PathBuf),
    /// An environment variable with the same, as text.
    Environment(String),
    /// A credential that systemd hands to the service (`LoadCredential=`): a file in `$CREDENTIALS_DIRECTORY`.
    SystemdCredential(String),
    /// A passphrase, with how it became a key.
    Passphrase(SecretString, PassphraseParameters),
}

/// Why there is no master key. None says anything of the key.
#[derive(Debug, thiserror::Error)]
pub enum MasterKeyError {
    /// The file cannot be read or made.
    #[error("the master key file {} cannot be used: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The variable is not set.
    #[error("{name} is not set")]
    NotSet {
        /// The variable.
        name: String,
    },
    /// No key stands there.
    #[error(
        "{place} holds no master key: 32 bytes are needed, in Base64 or hexadecimal (openssl rand -base64 32)"
    )]
    Malformed {
        /// The file or variable.
        place: String,
    },
    /// The passphrase cannot be used.
    #[error("the passphrase cannot be used: {reason}")]
    Passphrase {
        /// Why.
        reason: &'static str,
    },
    /// Another key comes out of this passphrase.
    #[error("the passphrase is wrong")]
    WrongPassphrase,
}

impl MasterKey {
    /// Makes a random key.
    #[must_use]
    pub fn generate() -> Self {
        Self::of(SealingKey::generate())
    }

    /// Takes a key; `None` unless it has 32 bytes.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        SealingKey::from_bytes(bytes).map(Self::of)
    }

    /// Reads a key from where it is kept.
    ///
    /// # Errors
    /// [`MasterKeyError`] names the place.
    pub fn read(source: &MasterKeySource) -> Result<Self, MasterKeyError> {
        match source {
            MasterKeySource::File(path) => Self::from_file(path),
            MasterKeySource::Environment(name) => {
                let text = std::env::var(name).map_err(|_| MasterKeyError::NotSet { name: name.clone() })?;
                let text = Zeroizing::new(text);
                Self::from_text(text.as_bytes())
                    .ok_or_else(|| MasterKeyError::Malformed { place: name.clone() })
            }
            MasterKeySource::SystemdCredential(name) => {
                let folder = std::env::var_os(SYSTEMD_FOLDER)
                    .ok_or_else(|| MasterKeyError::NotSet { name: SYSTEMD_FOLDER.to_owned() })?;
                Self::from_file(&Path::new(&folder).join(name))
            }
            MasterKeySource::Passphrase(passphrase, parameters) => parameters.unlock(passphrase),
        }
    }

    /// Makes a key and writes it to a new file that only its owner can read, in Base64.
    ///
    /// # Errors
    /// [`MasterKeyError::File`], also when the file is there already: a master key is never overwritten.
    pub fn create_file(path: &Path) -> Result<Self, MasterKeyError> {
        use std::io::Write as _;
        let failed = |source| MasterKeyError::File { path: path.to_owned(), source };
        let key = Self::generate();
        let text = Zeroizing::new(format!("{}\n", STANDARD.encode(key.key.expose_bytes())));
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(path).map_err(failed)?;
        file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(failed)?;
        Ok(key)
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> &MasterKeyId {
        &self.id
    }

    pub(crate) fn key(&self) -> &SealingKey {
        &self.key
    }

    fn from_file(path: &Path) -> Result<Self, MasterKeyError> {
        let failed = |source| MasterKeyError::File { path: path.to_owned(), source };
        let bytes = Zeroizing::new(std::fs::read(path).map_err(failed)?);
        Self::from_bytes(&bytes)
            .or_else(|| Self::from_text(&bytes))
            .ok_or_else(|| MasterKeyError::Malformed { place: path.display().to_string() })
    }

    fn from_text(text: &[u8]) -> Option<Self> {
        let text = text.trim_ascii();
        let mut key = Zeroizing::new([0; SealingKey::BYTES]);
        if text.len() == 2 * SealingKey::BYTES {
            for (byte, pair) in key.iter_mut().zip(text.chunks_exact(2)) {
                let digit =
                    |letter: u8| char::from(letter).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
                *byte = digit(pair[0])? << 4 | digit(pair[1])?;
            }
            return Self::from_bytes(&*key);
        }
        let decoded = Zeroizing::new(STANDARD.decode(text).ok()?);
        Self::from_bytes(&decoded)
    }

    fn of(key: SealingKey) -> Self {
        // Of a hash with a prefix of its own, so that the id is no hash of the key that somebody else might use.
        let material = Zeroizing::new([b"bramka master key id".as_slice(), key.expose_bytes()].concat());
        let id = sha256(&material)[..8].iter().map(|byte| format!("{byte:02x}")).collect();
        Self { id: MasterKeyId(id), key }
    }
}

impl MasterKeys {
    /// One master key.
    #[must_use]
    pub const fn new(current: MasterKey) -> Self {
        Self { current, previous: Vec::new() }
    }

    /// Adds one that was in use before: it opens, and seals nothing new.
    #[must_use]
    pub fn with_previous(mut self, previous: MasterKey) -> Self {
        self.previous.push(previous);
        self
    }

    /// The one in use.
    #[must_use]
    pub const fn current(&self) -> &MasterKey {
        &self.current
    }

    pub(crate) fn of(&self, data_key: &SealedDataKey) -> Option<&MasterKey> {
        std::iter::once(&self.current).chain(&self.previous).find(|key| key.id == data_key.master_key)
    }
}

const SYSTEMD_FOLDER: &str = "CREDENTIALS_DIRECTORY";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_in_each_spelling() {
        let bytes = [0xAB; 32];
        let expected = MasterKey::from_bytes(&bytes).expect("a key");
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("key");
        for text in [
            bytes.to_vec(),
            format!("{}\n", STANDARD.encode(bytes)).into_bytes(),
            "ab".repeat(32).into_bytes(),
            format!("{}\r\n", "AB".repeat(32)).into_bytes(),
        ] {
            std::fs::write(&path, &text).expect("written");
            let key = MasterKey::read(&MasterKeySource::File(path.clone())).expect("a key");
            assert_eq!(key.id(), expected.id());
        }
        for nonsense in [&b""[..], b"short", &[b'z'; 64]] {
            std::fs::write(&path, nonsense).expect("written");
            let refused = MasterKey::read(&MasterKeySource::File(path.clone()));
            assert!(matches!(refused, Err(MasterKeyError::Malformed { .. })));
        }
    }

    #[test]
    fn a_new_file_is_private_and_never_overwrites() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("master.key");
        let made = MasterKey::create_file(&path).expect("made");
        let read = MasterKey::read(&MasterKeySource::File(path.clone())).expect("read");
        assert_eq!(made.id(), read.id());
        assert!(matches!(MasterKey::create_file(&path), Err(MasterKeyError::File { .. })));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = std::fs::metadata(&path).expect("there").permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        assert!(format!("{made:?}").contains("SealingKey(***)"));
    }
}
