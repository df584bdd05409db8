//! What was backed up and verified on this machine: a line of JSON for each, in a file of the data folder. It stands beside the
//! database and not in it: backups work on databases that nobody may write to, such as one of an earlier version.

use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum BackupDeed {
    /// A backup was written, and read again as a whole.
    Backup,
    /// The archive itself was verified.
    Verify,
}

/// A backup, or a verification of the archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BackupNote {
    /// When it was done.
    pub at: Timestamp,
    /// What was done.
    pub deed: BackupDeed,
    /// The file, as it was named; none for a verification.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// How large the file is, in bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
    /// How many documents were looked at.
    pub documents: u64,
    /// How much was not what it was.
    pub broken: u64,
}

impl BackupNote {
    /// Keeps it in a data folder. The file does not grow without end: what is oldest goes.
    ///
    /// # Errors
    /// When the file cannot be written; what was done is done all the same.
    pub fn keep(&self, data: &Path) -> std::io::Result<()> {
        let path = data.join(FILE);
        let mut line = serde_json::to_string(self).map_err(std::io::Error::other)?;
        line.push('\n');
        if std::fs::metadata(&path).is_ok_and(|file| file.len() > BYTES_MAX) {
            let kept = last_lines(&path, BYTES_MAX / 2)?;
            let beside = data.join(format!("{FILE}.part"));
            std::fs::write(&beside, kept + &line)?;
            return std::fs::rename(&beside, &path);
        }
        std::fs::OpenOptions::new().create(true).append(true).open(&path)?.write_all(line.as_bytes())
    }
}

/// What was done last, the newest first, at most `limit`. A line that is none is passed over.
pub(crate) fn last(data: &Path, limit: usize) -> std::io::Result<Vec<BackupNote>> {
    let lines = match last_lines(&data.join(FILE), BYTES_MAX) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        lines => lines?,
    };
    let notes = lines.lines().rev().filter_map(|line| serde_json::from_str(line).ok());
    Ok(notes.take(limit).collect())
}

/// The whole lines at the end of a file.
fn last_lines(path: &Path, bytes_max: u64) -> std::io::Result<String> {
    let mut file = std::fs::File::open(path)?;
    let skip = file.metadata()?.len().saturating_sub(bytes_max);
    file.seek(SeekFrom::Start(skip))?;
    let mut bytes = Vec::new();
    file.take(bytes_max).read_to_end(&mut bytes)?;
    let text = String::from_utf8_lossy(&bytes).into_owned();
    if skip == 0 {
        return Ok(text);
    }
    Ok(text.split_once('\n').map(|(_, rest)| rest.to_owned()).unwrap_or_default())
}

const FILE: &str = "backups.jsonl";
/// Some thousand notes: years of one a night.
const BYTES_MAX: u64 = 256 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    fn note(documents: u64) -> BackupNote {
        BackupNote {
            at: Timestamp::UNIX_EPOCH,
            deed: BackupDeed::Backup,
            file: Some("kopia.bramka".to_owned()),
            bytes: Some(1024),
            documents,
            broken: 0,
        }
    }

    #[test]
    fn the_newest_stand_first_and_the_oldest_go_at_last() {
        let folder = tempfile::tempdir().expect("a folder");
        let data = folder.path();
        assert_eq!(last(data, 5).expect("read"), []);
        note(1).keep(data).expect("kept");
        std::fs::write(data.join(FILE), std::fs::read_to_string(data.join(FILE)).expect("read") + "torn\n")
            .expect("written");
        note(2).keep(data).expect("kept");
        assert_eq!(last(data, 5).expect("read"), [note(2), note(1)]);
        assert_eq!(last(data, 1).expect("read"), [note(2)]);
        for number in 0..3_000 {
            note(number).keep(data).expect("kept");
        }
        assert!(std::fs::metadata(data.join(FILE)).expect("there").len() <= BYTES_MAX + 1_000);
        assert_eq!(last(data, 1).expect("read"), [note(2_999)]);
        assert!(!last(data, 10_000).expect("read").contains(&note(1)));
    }
}
