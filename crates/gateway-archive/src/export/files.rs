//! Files of an export: written whole or not at all, and not again when they are there and right.

use std::cell::Cell;
use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use ksef_crypto::sha256;

use crate::ArchiveError;

/// The folder of an export.
pub(super) struct Files {
    folder: PathBuf,
    pub(super) written: Cell<u64>,
    pub(super) kept: Cell<u64>,
}

impl Files {
    pub(super) fn new(folder: &Path) -> Result<Self, ArchiveError> {
        fs::create_dir_all(folder).map_err(failed(folder))?;
        Ok(Self { folder: folder.to_owned(), written: Cell::new(0), kept: Cell::new(0) })
    }

    pub(super) fn is_there(&self, path: &str) -> bool {
        self.folder.join(path).is_file()
    }

    /// Writes a document, unless the same stands there.
    pub(super) fn write(&self, path: &str, content: &[u8]) -> Result<(), ArchiveError> {
        let target = self.folder.join(path);
        let is_same = fs::metadata(&target).is_ok_and(|file| file.len() == content.len() as u64)
            && fs::read(&target).is_ok_and(|there| sha256(&there) == sha256(content));
        if is_same {
            self.kept.set(self.kept.get() + 1);
            return Ok(());
        }
        let mut output = self.begin(path)?;
        output.write_all(content).map_err(failed(&target))?;
        self.end(path, output)?;
        self.written.set(self.written.get() + 1);
        Ok(())
    }

    /// A file that is written bit by bit, under another name until [`Files::end`].
    pub(super) fn begin(&self, path: &str) -> Result<File, ArchiveError> {
        let target = self.folder.join(path);
        let folder = target.parent().unwrap_or(&self.folder);
        fs::create_dir_all(folder).map_err(failed(folder))?;
        let beside = beside(&target);
        File::create(&beside).map_err(failed(&beside))
    }

    pub(super) fn end(&self, path: &str, file: File) -> Result<(), ArchiveError> {
        let target = self.folder.join(path);
        file.sync_all().map_err(failed(&target))?;
        fs::rename(beside(&target), &target).map_err(failed(&target))
    }
}

pub(super) fn failed(path: &Path) -> impl Fn(std::io::Error) -> ArchiveError {
    let path = path.to_owned();
    move |source| ArchiveError::File { path: path.clone(), source }
}

fn beside(target: &Path) -> PathBuf {
    let mut name = target.as_os_str().to_owned();
    name.push(".part");
    PathBuf::from(name)
}

/// A name that every file system takes: contexts have colons, and what KSeF names has nothing else.
pub(super) fn safe(name: &str) -> String {
    name.chars()
        .map(|sign| if sign.is_ascii_alphanumeric() || "-_.".contains(sign) { sign } else { '-' })
        .collect()
}

/// The ending of a file of this media type.
pub(super) fn ending(media_type: &str) -> &'static str {
    match media_type {
        "application/pdf" => ".scan.pdf",
        "image/png" => ".png",
        "image/jpeg" => ".jpg",
        "image/tiff" => ".tif",
        _ => ".bin",
    }
}
