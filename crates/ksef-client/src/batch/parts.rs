//! A package cut into parts, each encrypted by itself into a file.

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use ksef_crypto::{PartEncryptor, SessionKey, Sha256Stream};
use ksef_id::Sha256Hash;

use super::pack::PackError;

/// An encrypted part on disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackedPart {
    /// From 1.
    pub ordinal: i32,
    /// Where it lies.
    pub path: PathBuf,
    /// Its length in bytes, encrypted.
    pub bytes: u64,
    /// SHA-256 of the encrypted part.
    pub hash: Sha256Hash,
}

/// Takes a package as it grows, and cuts it.
pub(super) struct PartWriter<'a> {
    key: &'a SessionKey,
    folder: &'a Path,
    part_bytes: u64,
    current: Option<OpenPart>,
    parts: Vec<PackedPart>,
    package_hash: Sha256Stream,
    package_bytes: u64,
}

struct OpenPart {
    path: PathBuf,
    file: File,
    cipher: PartEncryptor,
    hash: Sha256Stream,
    plain_bytes: u64,
    bytes: u64,
    /// Ciphertext that is not written yet.
    buffer: Vec<u8>,
}

impl<'a> PartWriter<'a> {
    pub(super) fn new(key: &'a SessionKey, folder: &'a Path, part_bytes: u64) -> Self {
        let (current, parts, package_hash) = (None, Vec::new(), Sha256Stream::default());
        Self { key, folder, part_bytes, current, parts, package_hash, package_bytes: 0 }
    }

    pub(super) fn write(&mut self, mut piece: &[u8]) -> Result<(), PackError> {
        self.package_hash.update(piece);
        self.package_bytes += piece.len() as u64;
        while !piece.is_empty() {
            let part = match &mut self.current {
                Some(part) => part,
                None => self.current.insert(OpenPart::create(self.folder, self.parts.len(), self.key)?),
            };
            let room = usize::try_from(self.part_bytes - part.plain_bytes).unwrap_or(usize::MAX);
            let (now, later) = piece.split_at(room.min(piece.len()));
            part.write(now)?;
            piece = later;
            if part.plain_bytes == self.part_bytes {
                self.close_part()?;
            }
        }
        Ok(())
    }

    /// The parts, and the whole package's length and hash.
    pub(super) fn finish(mut self) -> Result<(Vec<PackedPart>, u64, Sha256Hash), PackError> {
        self.close_part()?;
        let hash = Sha256Hash::from_bytes(&self.package_hash.finish());
        Ok((self.parts, self.package_bytes, hash))
    }

    fn close_part(&mut self) -> Result<(), PackError> {
        if let Some(part) = self.current.take() {
            let ordinal = i32::try_from(self.parts.len() + 1).unwrap_or(i32::MAX);
            self.parts.push(part.finish(ordinal)?);
        }
        Ok(())
    }
}

impl OpenPart {
    fn create(folder: &Path, index: usize, key: &SessionKey) -> Result<Self, PackError> {
        let path = folder.join(format!("part-{:02}", index + 1));
        let file = File::create(&path).map_err(|source| PackError::Write { path: path.clone(), source })?;
        let (cipher, hash) = (PartEncryptor::new(key), Sha256Stream::default());
        Ok(Self { path, file, cipher, hash, plain_bytes: 0, bytes: 0, buffer: Vec::new() })
    }

    fn write(&mut self, piece: &[u8]) -> Result<(), PackError> {
        for piece in piece.chunks(BUFFER_BYTES) {
            self.cipher.update(piece, &mut self.buffer);
            self.plain_bytes += piece.len() as u64;
            if self.buffer.len() >= BUFFER_BYTES {
                self.flush()?;
            }
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<(), PackError> {
        self.hash.update(&self.buffer);
        self.bytes += self.buffer.len() as u64;
        let written = self.file.write_all(&self.buffer);
        written.map_err(|source| PackError::Write { path: self.path.clone(), source })?;
        self.buffer.clear();
        Ok(())
    }

    fn finish(self, ordinal: i32) -> Result<PackedPart, PackError> {
        let Self { path, mut file, cipher, mut hash, bytes, mut buffer, .. } = self;
        cipher.finish(&mut buffer);
        hash.update(&buffer);
        file.write_all(&buffer).map_err(|source| PackError::Write { path: path.clone(), source })?;
        let bytes = bytes + buffer.len() as u64;
        Ok(PackedPart { ordinal, hash: Sha256Hash::from_bytes(&hash.finish()), bytes, path })
    }
}

const BUFFER_BYTES: usize = 256 * 1024;
