//! A data folder, and `bramka` called on it as somebody at a desk does.

use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

use super::{certificate_and_key, program};

/// A data folder, and how `bramka` is called on it.
pub(crate) struct Desk {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) environment: Vec<(&'static str, String)>,
    pub(crate) said: Vec<u8>,
}

impl Desk {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a folder"), environment: Vec::new(), said: Vec::new() }
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    pub(crate) fn file(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        let path = self.folder.path().join(name);
        std::fs::write(&path, content).expect("written");
        path.to_string_lossy().into_owned()
    }

    pub(crate) fn run(&mut self, words: &[&str]) -> Output {
        let data = self.data().to_string_lossy().into_owned();
        self.run_bare(&[words, &["--data", &data]].concat())
    }

    /// Without `--data`, for commands that have none.
    pub(crate) fn run_bare(&mut self, words: &[&str]) -> Output {
        let mut command = Command::new(program());
        command.args(words).stdin(Stdio::null()).env("BRAMKA_LANG", "en");
        for name in [
            "BRAMKA_API_KEY",
            "BRAMKA_KEY_PASSWORD",
            "BRAMKA_KSEF_TOKEN",
            "BRAMKA_MASTER_KEY",
            "BRAMKA_MASTER_KEY_FILE",
            "BRAMKA_MASTER_PASSPHRASE",
            "CREDENTIALS_DIRECTORY",
        ] {
            command.env_remove(name);
        }
        // Everything that it has to say, so that what must not be said would be found.
        command.env("BRAMKA_LOG", "trace");
        command.envs(self.environment.iter().map(|(name, value)| (*name, value.as_str())));
        let output = command.output().expect("it runs");
        self.said.extend(&output.stdout);
        self.said.extend(&output.stderr);
        output
    }

    #[track_caller]
    pub(crate) fn exits(&mut self, words: &[&str], code: i32) -> String {
        let output = self.run(words);
        said(words, &output, code)
    }

    #[track_caller]
    pub(crate) fn exits_bare(&mut self, words: &[&str], code: i32) -> String {
        let output = self.run_bare(words);
        said(words, &output, code)
    }

    /// Adds a company on a simulator.
    #[track_caller]
    pub(crate) fn company(&mut self, nip: &str, url: &str) {
        self.exits(&["company", "add", nip, "--environment", "simulator", "--ksef-url", url], 0);
    }

    /// Adds a seal's certificate of `owner` for a company; gives the credential's id.
    #[track_caller]
    pub(crate) fn certificate(&mut self, owner: &str, company: &str) -> String {
        let (certificate, key) = certificate_and_key(owner);
        let (certificate, key) = (self.file("auth.crt", certificate), self.file("auth.key", key));
        self.exits(&["credential", "add", &certificate, "--key", &key, "--company", company], 0);
        let list = self.json(&["credential", "list", "--company", company]);
        let last = list.as_array().and_then(|list| list.last()).expect("it was added");
        last["id"].as_str().expect("an id").to_owned()
    }

    #[track_caller]
    pub(crate) fn json(&mut self, words: &[&str]) -> Value {
        let text = self.exits(&[words, &["--format", "json"]].concat(), 0);
        serde_json::from_str(&text).expect("JSON")
    }
}

#[track_caller]
fn said(words: &[&str], output: &Output, code: i32) -> String {
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(code), "{words:?}: {text}{said}");
    if code == 2 { said } else { text }
}
