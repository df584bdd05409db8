//! What was backed up and verified, and how it is done.

use askama::Template;

use super::parts::{Tab, Tone};
use crate::PageError;
use crate::frame::{Frame, Section};
use crate::words::BackupWords;

/// A backup, or a verification of the archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupRow {
    /// When, written out.
    pub at: String,
    /// What was done, in words.
    pub what: String,
    /// How it ended, in words.
    pub result: String,
    /// How good that is.
    pub tone: Tone,
    /// The file; none for a verification.
    pub file: Option<String>,
    /// How many documents were looked at, written out.
    pub documents: String,
    /// How large the file is, written out.
    pub size: Option<String>,
}

/// The page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupsView {
    /// The parts of the settings.
    pub tabs: Vec<Tab>,
    /// The last backup.
    pub last: Option<BackupRow>,
    /// How long ago that was, and how good that is.
    pub age: Option<(String, Tone)>,
    /// The last verification.
    pub verified: Option<BackupRow>,
    /// The command, as it is typed on this machine.
    pub command: String,
    /// What was done, newest first.
    pub rows: Vec<BackupRow>,
}

#[derive(Template)]
#[template(path = "backups.html")]
struct BackupsPage<'a> {
    f: &'a Frame,
    v: &'a BackupsView,
    t: &'static BackupWords,
}

/// The page about backups.
///
/// # Errors
/// [`PageError`].
pub fn backups(frame: &Frame, view: &BackupsView) -> Result<String, PageError> {
    Ok(BackupsPage { f: frame, v: view, t: BackupWords::of(frame.lang) }.render()?)
}
