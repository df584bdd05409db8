//! Taking out of a watched folder what was laid there for a sale that is erased.
//!
//! Removed is what the gateway itself laid under this name, and the document in `sent/` if it is the same byte for byte. A table
//! or a list of many invoices in `sent/` stays: it is the company's own file, and others may stand in it.

use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};

use ksef_crypto::sha256;
use ksef_id::Sha256Hash;

use super::names::copy_name;
use super::{Place, WatchedFolder, safe_name};

/// What is known of a sale whose files are to go.
#[derive(Debug, Clone)]
pub(crate) struct LaidFor {
    /// The names of the files that it came from, without their endings.
    pub(crate) names: Vec<String>,
    pub(crate) invoice_number: String,
    pub(crate) ksef_number: Option<String>,
    /// Of its bytes.
    pub(crate) sha256: Option<Sha256Hash>,
}

/// Removes a sale's files. Blocks.
///
/// # Errors
/// When a file is there and cannot be removed, or the folder itself is not there: a drive that is not mounted has the files all the
/// same.
pub(crate) fn remove_laid(folder: &WatchedFolder, laid: &LaidFor) -> io::Result<()> {
    std::fs::metadata(folder.path())?;
    laid.names.iter().try_for_each(|name| remove(folder, name, laid))
}

fn remove(folder: &WatchedFolder, name: &str, laid: &LaidFor) -> io::Result<()> {
    let pdf = folder.place(Place::Pdf);
    if let Some(number) = &laid.ksef_number {
        gone(&pdf.join(format!("{name}_{number}.pdf")))?;
        gone(&folder.place(Place::Upo).join(format!("{name}_{number}.xml")))?;
    }
    for mark in ["offline", "potwierdzenie"] {
        gone(&pdf.join(format!("{name}_{mark}.pdf")))?;
    }
    let refused = format!("{name}_{}", safe_name(laid.invoice_number.as_ref()));
    for ending in ["", ".findings.json", ".findings.txt"] {
        gone(&folder.place(Place::Rejected).join(format!("{refused}.xml{ending}")))?;
    }
    let Some(hash) = &laid.sha256 else { return Ok(()) };
    match same_document(&folder.place(Place::Sent), name, hash)? {
        Some(path) => gone(&path),
        None => Ok(()),
    }
}

/// The document of this name and hash; of several that were called the same the one that is it.
fn same_document(folder: &Path, name: &str, hash: &Sha256Hash) -> io::Result<Option<PathBuf>> {
    for ending in ["xml", "XML"] {
        for copy in 1..=COPIES_MAX {
            let path = folder.join(copy_name(OsStr::new(&format!("{name}.{ending}")), copy));
            let content = match std::fs::read(&path) {
                Ok(content) => content,
                Err(error) if error.kind() == io::ErrorKind::NotFound => break,
                Err(error) => return Err(error),
            };
            if Sha256Hash::from_bytes(&sha256(&content)) == *hash {
                return Ok(Some(path));
            }
        }
    }
    Ok(None)
}

fn gone(path: &Path) -> io::Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Of one name.
const COPIES_MAX: u32 = 100;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_laid_goes_and_the_rest_stays() {
        let here = tempfile::tempdir().expect("a folder");
        let folder = WatchedFolder::new(here.path().join("exchange"));
        folder.make().expect("made");
        folder.prepare().expect("made");
        let content = b"<Faktura/>";
        let laid = LaidFor {
            names: vec!["a".to_owned()],
            invoice_number: "FV/1".to_owned(),
            ksef_number: None,
            sha256: Some(Sha256Hash::from_bytes(&sha256(content))),
        };
        let put = |place: Place, name: &str, content: &[u8]| {
            std::fs::write(folder.place(place).join(name), content).expect("written");
        };
        put(Place::Sent, "a.xml", b"another");
        put(Place::Sent, "a (2).xml", content);
        put(Place::Sent, "b.xml", content);
        put(Place::Pdf, "a_offline.pdf", b"print");
        put(Place::Pdf, "b_offline.pdf", b"print");
        remove_laid(&folder, &laid).expect("removed");
        let is_there = |place: Place, name: &str| folder.place(place).join(name).exists();
        assert!(!is_there(Place::Sent, "a (2).xml") && !is_there(Place::Pdf, "a_offline.pdf"));
        assert!(is_there(Place::Sent, "a.xml") && is_there(Place::Sent, "b.xml"));
        assert!(is_there(Place::Pdf, "b_offline.pdf"));
        remove_laid(&folder, &laid).expect("nothing is left to remove");
        let unmounted = WatchedFolder::new(here.path().join("nowhere"));
        assert!(remove_laid(&unmounted, &laid).is_err());
    }
}
