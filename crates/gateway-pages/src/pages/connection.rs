//! Connecting a company, and its credentials.

use askama::Template;

use super::parts::Tone;
use crate::PageError;
use crate::format::Language;
use crate::frame::{Frame, Section};
use crate::words::ConnectionWords;

/// What a diagnosis found, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnosis {
    /// Its stable code.
    pub code: String,
    /// What it is.
    pub message: String,
    /// What to do.
    pub remedy: String,
    /// The field of the form that it concerns: `certificate`, `key`, `password`, `token`, `nip`.
    pub field: &'static str,
}

/// What was found about what somebody brought.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DiagnosisView {
    /// What speaks against it.
    pub problems: Vec<Diagnosis>,
    /// What is worth knowing.
    pub notes: Vec<Diagnosis>,
}

impl DiagnosisView {
    fn of(&self, field: &str) -> Vec<&Diagnosis> {
        self.problems.iter().filter(|one| one.field == field).collect()
    }

    fn concerns(&self, field: &str) -> bool {
        self.problems.iter().any(|one| one.field == field)
    }
}

/// What was filled in before, without what is secret.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ConnectForm {
    /// The NIP as it was typed.
    pub nip: String,
    /// The name.
    pub name: String,
    /// `simulator`, `test`, `demo`, `prd`.
    pub environment: String,
    /// `certificate` or `token`.
    pub way: String,
}

/// The form that connects a company.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectView {
    /// What was filled in before.
    pub form: ConnectForm,
    /// What was found.
    pub diagnosis: DiagnosisView,
    /// Whether the program runs a simulator of its own.
    pub has_simulator: bool,
    /// Whether credentials can be taken at all.
    pub is_offered: bool,
}

/// A credential in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CredentialRow {
    /// Its identifier.
    pub id: String,
    /// What it is, in words.
    pub kind: String,
    /// Whose.
    pub owner: String,
    /// The serial number.
    pub serial: Option<String>,
    /// From when until when, in words.
    pub valid: Option<String>,
    /// `Aktywny`, in words.
    pub status: String,
    /// How good that is.
    pub tone: Tone,
    /// Whether the company works with it.
    pub is_in_use: bool,
    /// Whether it serves other companies, too.
    pub is_shared: bool,
    /// Whether it is a certificate, which can be renewed and revoked.
    pub is_certificate: bool,
}

/// An application for a certificate that is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingRow {
    /// Its identifier.
    pub id: String,
    /// What it will be, in words.
    pub kind: String,
    /// Whose.
    pub owner: String,
    /// Since when.
    pub since: String,
    /// Where it stands, in words.
    pub state: String,
}

/// A check of the connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckRow {
    /// What was checked.
    pub title: String,
    /// `passed`, `noted`, `failed`, `notReadable`, `skipped`.
    pub outcome: String,
    /// What was found.
    pub found: String,
    /// What to do.
    pub findings: Vec<Diagnosis>,
}

impl CheckRow {
    fn tone(&self) -> &'static str {
        match self.outcome.as_str() {
            "passed" => "good",
            "noted" | "notReadable" => "warn",
            "failed" => "bad",
            _ => "plain",
        }
    }

    fn words(&self, words: &'static ConnectionWords) -> &'static str {
        match self.outcome.as_str() {
            "passed" => words.passed,
            "noted" => words.noted,
            "failed" => words.failed,
            "notReadable" => words.not_readable,
            _ => words.skipped,
        }
    }
}

/// How the test of the connection ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestView {
    /// Whether all is well.
    pub is_well: bool,
    /// The checks.
    pub checks: Vec<CheckRow>,
}

/// A company's credentials and its connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectionView {
    /// Whose.
    pub company: String,
    /// The credentials; none when they stand in the configuration.
    pub credentials: Option<Vec<CredentialRow>>,
    /// Applications that are open.
    pub pending: Vec<PendingRow>,
    /// Whether the viewer may change them.
    pub may_change: bool,
    /// Whether the viewer may have the connection tested.
    pub may_test: bool,
    /// Whether the viewer may send documents.
    pub may_send: bool,
    /// What was found about what was brought last.
    pub diagnosis: DiagnosisView,
    /// The last test, when it was just made.
    pub test: Option<TestView>,
    /// Whether a certificate of type Offline is missing.
    pub lacks_offline: bool,
}

#[derive(Template)]
#[template(path = "connect.html")]
struct ConnectPage<'a> {
    f: &'a Frame,
    v: &'a ConnectView,
    t: &'static ConnectionWords,
}

#[derive(Template)]
#[template(path = "connection.html")]
struct ConnectionPage<'a> {
    f: &'a Frame,
    v: &'a ConnectionView,
    t: &'static ConnectionWords,
}

/// What an environment is called, and what is true of it: `simulator`, `demo`, `prd`; any other name is TEST.
#[must_use]
pub fn environment_words(name: &str, lang: Language) -> [&'static str; 2] {
    let words = ConnectionWords::of(lang);
    match name {
        "simulator" => [words.simulator, words.simulator_note],
        "demo" => [words.demo, words.demo_note],
        "prd" => [words.production, words.production_note],
        _ => [words.test, words.test_note],
    }
}

/// The form that connects a company.
///
/// # Errors
/// [`PageError`].
pub fn connect(frame: &Frame, view: &ConnectView) -> Result<String, PageError> {
    Ok(ConnectPage { f: frame, v: view, t: ConnectionWords::of(frame.lang) }.render()?)
}

/// A company's connection.
///
/// # Errors
/// [`PageError`].
pub fn connection(frame: &Frame, view: &ConnectionView) -> Result<String, PageError> {
    Ok(ConnectionPage { f: frame, v: view, t: ConnectionWords::of(frame.lang) }.render()?)
}
