//! The files that were saved: in folders, in ZIP files, by themselves. Held is one at a time.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use walkdir::WalkDir;
use zip::ZipArchive;

use crate::failure::Failure;

/// A saved file: by itself, or in a ZIP file.
pub(super) struct Saved {
    path: PathBuf,
    /// Its name in the ZIP file.
    entry: Option<String>,
}

impl Saved {
    /// As it is told to people.
    pub(super) fn name(&self) -> String {
        match &self.entry {
            Some(name) => format!("{}/{name}", self.path.display()),
            None => self.path.display().to_string(),
        }
    }
}

/// Where files are read from; the ZIP file that was read last stays open.
#[derive(Default)]
pub(super) struct Shelf {
    open: Option<(PathBuf, ZipArchive<BufReader<File>>)>,
}

impl Shelf {
    /// Every XML file that the paths lead to, in their order; links are not followed.
    pub(super) fn find(paths: &[PathBuf]) -> Result<(Self, Vec<Saved>), Failure> {
        let mut shelf = Self::default();
        let mut files = Vec::new();
        for path in paths {
            if path.is_dir() {
                for entry in WalkDir::new(path).sort_by_file_name() {
                    let entry = entry.map_err(|error| Failure::unreadable(path, &error.into()))?;
                    if entry.file_type().is_file() && is_xml(&entry.path().to_string_lossy()) {
                        files.push(Saved { path: entry.into_path(), entry: None });
                    }
                }
            } else if path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("zip")) {
                let archive = shelf.archive(path)?;
                // Only names are looked at: nothing is written anywhere by them.
                // A name that is no text is nothing that could be told.
                let names = archive.file_names().filter_map(Result::ok).filter(|name| is_xml(name));
                let entries = names.map(|name| Saved { path: path.clone(), entry: Some(name.into_owned()) });
                // One more than there may be, so that too many are refused and not passed over.
                files.extend(entries.take(FILES_MAX + 1));
            } else {
                files.push(Saved { path: path.clone(), entry: None });
            }
            if files.len() > FILES_MAX {
                return Err(Failure::new(
                    format!("więcej niż {FILES_MAX} plików: przenieś je w kilku częściach"),
                    format!("more than {FILES_MAX} files: import them in several parts"),
                ));
            }
        }
        Ok((shelf, files))
    }

    /// The bytes of a file; of one that is too long to be taken so much that the gateway says so.
    pub(super) fn read(&mut self, file: &Saved) -> Result<Vec<u8>, Failure> {
        let mut content = Vec::new();
        let failed = |error: std::io::Error| Failure::unreadable(&file.path, &error);
        match &file.entry {
            None => {
                let opened = File::open(&file.path).map_err(failed)?;
                opened.take(BYTES_MAX).read_to_end(&mut content).map_err(failed)?;
            }
            Some(name) => {
                let archive = self.archive(&file.path)?;
                let entry = archive.by_name(name).map_err(|error| broken(&file.path, &error))?;
                entry.take(BYTES_MAX).read_to_end(&mut content).map_err(failed)?;
            }
        }
        Ok(content)
    }

    fn archive(&mut self, path: &Path) -> Result<&mut ZipArchive<BufReader<File>>, Failure> {
        let is_open = self.open.as_ref().is_some_and(|(open, _)| open == path);
        if !is_open {
            let file = File::open(path).map_err(|error| Failure::unreadable(path, &error))?;
            let archive = ZipArchive::new(BufReader::new(file)).map_err(|error| broken(path, &error))?;
            self.open = Some((path.to_owned(), archive));
        }
        let (_, archive) = self.open.as_mut().expect("it was opened above");
        Ok(archive)
    }
}

fn broken(path: &Path, error: &zip::result::ZipError) -> Failure {
    let path = path.display();
    Failure::new(format!("{path}: uszkodzony ZIP: {error}"), format!("{path}: a damaged ZIP: {error}"))
}

fn is_xml(name: &str) -> bool {
    name.to_ascii_lowercase().ends_with(".xml")
}

/// More than the gateway takes of a UPO.
const BYTES_MAX: u64 = 33 * 1024 * 1024;
const FILES_MAX: usize = 1_000_000;
