//! Connecting a company, and its credentials.

use askama::Template;

use super::parts::{Choice, Tone};
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
    /// `certificate`, `token`, or `made`, which only a simulator takes.
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

/// The credentials of a company that were asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CredentialList {
    /// Those that fit the filters.
    pub rows: Vec<CredentialRow>,
    /// How many there are without them.
    pub total: usize,
    /// Kinds to filter by.
    pub kinds: Vec<Choice>,
    /// States to filter by.
    pub states: Vec<Choice>,
    /// Whether the list was filtered.
    pub is_filtered: bool,
    /// Whether KSeF was asked for its own list, which is among these then.
    pub is_from_ksef: bool,
    /// Why KSeF did not give it.
    pub ksef_problem: Option<String>,
    /// Whether the company logs in by token; none where it has only one of both.
    pub logs_in_by_token: Option<bool>,
}

/// A credential in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CredentialRow {
    /// Its identifier; none for a certificate that only KSeF knows.
    pub id: Option<String>,
    /// What it is, in words.
    pub kind: String,
    /// Its own name in KSeF.
    pub name: Option<String>,
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
    /// Whether another one can be asked for in its place.
    pub may_renew: bool,
    /// What KSeF is told when it is revoked; none when there is nothing to revoke.
    pub revoked_as: Option<String>,
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
pub struct VerdictView {
    /// Whose.
    pub company: String,
    /// Whether all is well.
    pub is_well: bool,
    /// What is logged in with: what it is, whose, from when until when; in words.
    pub login: Option<LoginFacts>,
    /// What may be done, in words.
    pub rights: Option<String>,
    /// What is wrong, the first of it.
    pub wrong: Option<Diagnosis>,
    /// Whether the viewer may send documents.
    pub may_send: bool,
    /// Whether a certificate of type Offline is missing.
    pub lacks_offline: bool,
}

/// What a company logs in with, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoginFacts {
    /// What it is.
    pub kind: String,
    /// Whose.
    pub owner: Option<String>,
    /// From when until when it is valid.
    pub valid: Option<String>,
}

/// A page with the test of the connection in it, which is sent while the test goes on: what stands before the checks, between
/// them and the verdict, and after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestedPage {
    /// Everything up to the first check.
    pub before: String,
    /// From the last check to the verdict.
    pub between: String,
    /// The rest.
    pub after: String,
}

/// A company's credentials and its connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectionView {
    /// Whose.
    pub company: String,
    /// The credentials; none when they stand in the configuration.
    pub credentials: Option<CredentialList>,
    /// Applications that are open.
    pub pending: Vec<PendingRow>,
    /// Whether the viewer may change them.
    pub may_change: bool,
    /// Whether the viewer may have the connection tested.
    pub may_test: bool,
    /// Whether the viewer may take the company out.
    pub may_disconnect: bool,
    /// What was found about what was brought last.
    pub diagnosis: DiagnosisView,
    /// Whether the connection is tested now.
    pub is_tested: bool,
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

#[derive(Template)]
#[template(path = "connection-check.html")]
struct CheckPart<'a> {
    check: &'a CheckRow,
    t: &'static ConnectionWords,
}

#[derive(Template)]
#[template(path = "connection-verdict.html")]
struct VerdictPart<'a> {
    v: &'a VerdictView,
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

/// A company's connection while it is tested ([`ConnectionView::is_tested`]).
///
/// # Errors
/// [`PageError`].
pub fn connection_tested(frame: &Frame, view: &ConnectionView) -> Result<TestedPage, PageError> {
    let page = connection(frame, view)?;
    // What is not tested has no such places, and is one piece.
    let (before, rest) = page.split_once(CHECKS_PLACE).unwrap_or((&page, ""));
    let (between, after) = rest.split_once(VERDICT_PLACE).unwrap_or((rest, ""));
    Ok(TestedPage { before: before.to_owned(), between: between.to_owned(), after: after.to_owned() })
}

/// A check, for its place in the page.
///
/// # Errors
/// [`PageError`].
pub fn connection_check(check: &CheckRow, lang: Language) -> Result<String, PageError> {
    Ok(CheckPart { check, t: ConnectionWords::of(lang) }.render()?)
}

/// How the test ended, for its place in the page.
///
/// # Errors
/// [`PageError`].
pub fn connection_verdict(view: &VerdictView, lang: Language) -> Result<String, PageError> {
    Ok(VerdictPart { v: view, t: ConnectionWords::of(lang) }.render()?)
}

/// Where the checks come in the template; nothing that is shown can contain it, since `<` is written otherwise.
const CHECKS_PLACE: &str = "<!--checks-->";
const VERDICT_PLACE: &str = "<!--verdict-->";
