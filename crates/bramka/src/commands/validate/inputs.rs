//! Which files are meant, and their bytes.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use crate::failure::Failure;

/// What the arguments lead to.
pub(in crate::commands) struct Inputs {
    /// In the order of the arguments; those of a folder by name.
    pub(in crate::commands) files: Vec<PathBuf>,
    /// Arguments and folders that lead nowhere.
    pub(in crate::commands) failures: Vec<Failure>,
}

impl Inputs {
    /// Takes files as they are (they may turn out to be unreadable), and of folders every `*.xml`, however deep; links to
    /// folders are not followed.
    pub(in crate::commands) fn find(arguments: &[PathBuf]) -> Self {
        let mut inputs = Self { files: Vec::new(), failures: Vec::new() };
        for argument in arguments {
            if argument != Path::new(STANDARD_INPUT) && argument.is_dir() {
                inputs.add_folder(argument);
            } else {
                inputs.files.push(argument.clone());
            }
        }
        inputs
    }

    fn add_folder(&mut self, folder: &Path) {
        let before = (self.files.len(), self.failures.len());
        for entry in WalkDir::new(folder).sort_by_file_name() {
            match entry {
                Ok(entry) if !entry.file_type().is_dir() && is_xml(entry.path()) => {
                    self.files.push(entry.into_path())
                }
                Ok(_) => {}
                Err(error) => {
                    let path = error.path().unwrap_or(folder).to_owned();
                    self.failures.push(Failure::unreadable(&path, &error.into()));
                }
            }
        }
        if before == (self.files.len(), self.failures.len()) {
            let folder = folder.display();
            self.failures.push(Failure::new(
                format!("w folderze {folder} nie ma plików *.xml; wskaż pliki albo inny folder"),
                format!("there are no *.xml files in {folder}; name files or another folder"),
            ));
        }
    }
}

fn is_xml(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("xml"))
}

/// Reads a file, or standard input for `-`, into a buffer that is used again for the next.
pub(in crate::commands) fn read(file: &Path, content: &mut Vec<u8>) -> io::Result<()> {
    content.clear();
    // A little more than is looked at, so that the validator itself says that it is too large.
    let limit = ksef_invoice::BYTES_MAX as u64 + 1;
    if file == Path::new(STANDARD_INPUT) {
        io::stdin().lock().take(limit).read_to_end(content)?;
    } else {
        File::open(file)?.take(limit).read_to_end(content)?;
    }
    Ok(())
}

const STANDARD_INPUT: &str = "-";
