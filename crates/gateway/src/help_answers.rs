//! Whether people found the help of a page useful: a line of JSON for each answer, in a file of the data folder. It goes nowhere;
//! whoever runs the gateway may download it.

use std::io::Write as _;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;
use serde_json::json;

/// The file with the answers.
pub(crate) struct HelpAnswers {
    path: PathBuf,
    /// One line at a time.
    writing: Mutex<()>,
}

impl HelpAnswers {
    pub(crate) fn new(path: PathBuf) -> Self {
        Self { path, writing: Mutex::new(()) }
    }

    /// Keeps an answer about a part of the pages. Once the file is full nothing more is kept: `false`.
    pub(crate) fn keep(
        &self,
        at: Timestamp,
        part: &str,
        language: &str,
        is_useful: bool,
    ) -> std::io::Result<bool> {
        let _turn = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let mut file = std::fs::OpenOptions::new().create(true).append(true).open(&self.path)?;
        if file.metadata()?.len() > BYTES_MAX {
            return Ok(false);
        }
        // Who it was is nobody's business.
        let line = json!({ "at": at, "part": part, "language": language, "isUseful": is_useful });
        file.write_all(format!("{line}\n").as_bytes())?;
        Ok(true)
    }

    /// Everything that was answered; empty when nobody answered yet.
    pub(crate) fn all(&self) -> std::io::Result<Vec<u8>> {
        match std::fs::read(&self.path) {
            Ok(lines) => Ok(lines),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
            Err(error) => Err(error),
        }
    }
}

/// Some ten thousand answers.
const BYTES_MAX: u64 = 1024 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_kept_until_the_file_is_full() {
        let folder = tempfile::tempdir().expect("a folder");
        let answers = HelpAnswers::new(folder.path().join("help.jsonl"));
        assert!(answers.all().expect("read").is_empty());
        assert!(answers.keep(Timestamp::UNIX_EPOCH, "sales", "pl", true).expect("kept"));
        assert!(answers.keep(Timestamp::UNIX_EPOCH, "send", "en", false).expect("kept"));
        let all = String::from_utf8(answers.all().expect("read")).expect("text");
        let lines: Vec<serde_json::Value> =
            all.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
        assert_eq!(
            (lines.len(), &lines[1]["part"], &lines[1]["isUseful"]),
            (2, &json!("send"), &json!(false))
        );
        std::fs::write(folder.path().join("help.jsonl"), vec![b' '; 1024 * 1024 + 1]).expect("written");
        assert!(!answers.keep(Timestamp::UNIX_EPOCH, "sales", "pl", true).expect("not kept"));
    }
}
