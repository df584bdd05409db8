//! A company's watched folder: documents are taken from `in/`, and what became of them is laid beside.
//!
//! ```text
//! in/        documents to be sent; nothing is looked at below it
//! sent/      documents that were taken in
//! rejected/  documents that were not, each with NAME.findings.txt (for people) and NAME.findings.json (for programs)
//! upo/       NAME_KSEFNUMBER.xml, when the UPO is verified
//! pdf/       NAME_KSEFNUMBER.pdf, when there is a KSeF number
//! ```
//!
//! This module knows files. What a document is and what becomes of it is `app`'s business; `jobs/folder.rs` brings both
//! together. The folder is looked at in intervals: changes on a network drive are announced to nobody.

mod erase;
mod files;
mod names;
mod report;
mod settled;
mod writers;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use gateway_api::Words;

pub(crate) use erase::{LaidFor, remove_laid};
pub(crate) use files::{move_into, read_stable, write_whole};
pub(crate) use names::{safe_name, split};
pub(crate) use report::{Refused, Report};
pub(crate) use settled::{Candidate, Settled};

/// The folder, and what is the matter with it.
pub(crate) struct WatchedFolder {
    path: PathBuf,
    trouble: Mutex<Option<Words>>,
}

/// A folder inside the watched one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    In,
    Sent,
    Rejected,
    Upo,
    Pdf,
}

impl Place {
    const ALL: [Self; 5] = [Self::In, Self::Sent, Self::Rejected, Self::Upo, Self::Pdf];

    const fn name(self) -> &'static str {
        match self {
            Self::In => "in",
            Self::Sent => "sent",
            Self::Rejected => "rejected",
            Self::Upo => "upo",
            Self::Pdf => "pdf",
        }
    }
}

impl WatchedFolder {
    pub(crate) fn new(path: PathBuf) -> Self {
        Self { path, trouble: Mutex::new(None) }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn place(&self, place: Place) -> PathBuf {
        self.path.join(place.name())
    }

    /// What keeps documents from being taken or laid out, for people.
    pub(crate) fn trouble(&self) -> Option<Words> {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Takes down what is the matter, or that all is well; says whether that is news.
    pub(crate) fn set_trouble(&self, trouble: Option<Words>) -> bool {
        let mut kept = self.trouble.lock().unwrap_or_else(PoisonError::into_inner);
        let is_news = *kept != trouble;
        *kept = trouble;
        is_news
    }

    /// Makes the folder itself where its parent is there. Only at the start: a folder that vanishes later is a drive
    /// that is not mounted, and documents laid into its place would be lost from sight.
    pub(crate) fn make(&self) -> io::Result<()> {
        match std::fs::create_dir(&self.path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
            other => other,
        }
    }

    /// Makes the folders inside that are missing, if the watched one is there.
    pub(crate) fn prepare(&self) -> io::Result<()> {
        for place in Place::ALL {
            match std::fs::create_dir(self.place(place)) {
                Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }
}

/// What is the matter with a file or folder, and what to do.
pub(crate) fn words_of(path: &Path, error: &io::Error) -> Words {
    let path = path.display();
    let (pl, en) = match error.kind() {
        io::ErrorKind::NotFound => (
            format!("Folderu {path} nie ma: podłącz dysk albo utwórz folder. Bramka czeka, nic nie ginie."),
            format!(
                "The folder {path} is not there: connect the drive, or make the folder. The gateway waits, nothing is lost."
            ),
        ),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => (
            format!("Dysk z {path} jest pełny: zwolnij miejsce. Bramka ponowi sama, nic nie ginie."),
            format!(
                "The disk of {path} is full: make room. The gateway tries again by itself, nothing is lost."
            ),
        ),
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => (
            format!(
                "Bramka nie ma praw do {path}: potrzebny jest odczyt i zapis. Ponowi sama, nic nie ginie."
            ),
            format!(
                "The gateway has no rights to {path}: it must read and write there. It tries again by itself, nothing is lost."
            ),
        ),
        _ => (
            format!("Nie można użyć {path} ({error}). Bramka ponowi sama, nic nie ginie."),
            format!("{path} cannot be used ({error}). The gateway tries again by itself, nothing is lost."),
        ),
    };
    Words { pl, en }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_made_below_what_is_there_and_no_deeper() {
        let here = tempfile::tempdir().expect("a folder");
        let folder = WatchedFolder::new(here.path().join("exchange"));
        assert!(folder.prepare().is_err(), "a drive that is not there is not made up");
        folder.make().expect("made");
        folder.make().expect("it is there already");
        folder.prepare().expect("made");
        folder.prepare().expect("they are there already");
        for place in Place::ALL {
            assert!(folder.place(place).is_dir(), "{place:?}");
        }
        assert!(WatchedFolder::new(here.path().join("a/b")).make().is_err());
    }

    #[test]
    fn trouble_is_told_once() {
        let folder = WatchedFolder::new("x".into());
        let words = words_of(Path::new("x"), &io::ErrorKind::StorageFull.into());
        assert!(words.pl.contains("pełny") && words.en.contains("full"));
        assert!(folder.set_trouble(Some(words.clone())));
        assert!(!folder.set_trouble(Some(words.clone())));
        assert_eq!(folder.trouble(), Some(words));
        assert!(folder.set_trouble(None) && !folder.set_trouble(None));
    }
}
