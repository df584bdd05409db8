//! What validation answers: findings, each with its place, its reason and what to do.

use std::fmt;
use std::io::{self, Write};
use std::path::Path;

use serde::ser::{Serialize, SerializeSeq, SerializeStruct, Serializer};

use crate::Form;

/// Whether a finding makes the document invalid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// KSeF or the law refuses the document.
    Error,
    /// The document passes and something in it looks wrong or unwise.
    Warning,
}

/// Which of the three layers of checks found it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Layer {
    /// The file: encoding, XML, size, forbidden characters (guide, `weryfikacja-faktury.md`). Codes `FILE…`.
    File,
    /// The form's XSD. Codes `XSD…`.
    Schema,
    /// What the values mean. Codes `FA…`, for the other forms also `RR…` and `PEF…`.
    Meaning,
    /// The neutral form that a document is built from ([`crate::build`]). Codes `NI…`.
    Input,
}

/// On whose authority a rule stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Basis {
    /// KSeF checks it and refuses.
    Ksef,
    /// The law demands it; KSeF does not check it.
    Law,
    /// Neither refuses; experience advises.
    Advice,
}

/// A set of KSeF's environments; serialised as a list of `test`, `demo`, `prd`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Environments {
    /// The TEST environment.
    pub test: bool,
    /// The DEMO environment (pre-production).
    pub demo: bool,
    /// Production.
    pub prd: bool,
}

impl Environments {
    /// No environment.
    pub const NONE: Self = Self { test: false, demo: false, prd: false };
    /// All three.
    pub const ALL: Self = Self { test: true, demo: true, prd: true };
    /// TEST and DEMO.
    pub const TEST_DEMO: Self = Self { test: true, demo: true, prd: false };
    /// Production only.
    pub const PRD: Self = Self { test: false, demo: false, prd: true };

    /// The members' names, in the order test, demo, prd.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        [(self.test, "test"), (self.demo, "demo"), (self.prd, "prd")]
            .into_iter()
            .filter_map(|(member, name)| member.then_some(name))
    }
}

impl Serialize for Environments {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(None)?;
        for name in self.names() {
            list.serialize_element(name)?;
        }
        list.end()
    }
}

/// A sentence in both languages that users see.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, serde::Serialize)]
pub struct Message {
    /// Polish.
    pub pl: String,
    /// English.
    pub en: String,
}

/// One fault of a document.
///
/// Serialises as `{"code","severity","layer","path","line","column","offset","found","allowed","message":{"pl","en"},
/// "refusedBy":["test",…],"basis"}`.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// Stable code; [`crate::explain`] knows each.
    pub code: &'static str,
    /// Error or warning, in the profile that was asked for.
    pub severity: Severity,
    /// The layer that found it.
    pub layer: Layer,
    /// Where in the document: `Faktura/Fa/FaWiersz[3]/P_8B`, attributes as `…/KodFormularza/@kodSystemowy`. An index
    /// stands at each element that may repeat there. Empty when the finding is about the file.
    pub path: String,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// Byte offset, from 0.
    pub offset: usize,
    /// What stands there, cut at 200 characters.
    pub found: Option<String>,
    /// What may stand there.
    pub allowed: Option<String>,
    /// What is wrong and what to do.
    pub message: Message,
    /// The environments of KSeF that refuse the document for this.
    pub refused_by: Environments,
    /// On whose authority.
    pub basis: Basis,
}

/// All that validation found.
///
/// Serialises as `{"form","valid","findings"}`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Report {
    /// The form that the document claims to be; `None` when it is none of ours.
    pub form: Option<Form>,
    /// The findings in the order of the document, file rules first; at most [`Report::FINDINGS_MAX`] and then one
    /// (`FILE099`) that says how many more there are.
    pub findings: Vec<Finding>,
}

impl Report {
    /// How many findings a report lists at most.
    pub const FINDINGS_MAX: usize = 1000;

    /// Whether the document is valid: no finding is an error.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        self.errors().next().is_none()
    }

    /// The findings that make the document invalid.
    pub fn errors(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| finding.severity == Severity::Error)
    }

    /// Writes it as a line of JSON for programs, with the file that it is of.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write_line(&self, file: &Path, out: &mut impl Write) -> io::Result<()> {
        #[derive(serde::Serialize)]
        struct Line<'a> {
            file: String,
            #[serde(flatten)]
            report: &'a Report,
        }
        serde_json::to_writer(&mut *out, &Line { file: file.display().to_string(), report: self })?;
        writeln!(out)
    }

    /// The findings that do not.
    pub fn warnings(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| finding.severity == Severity::Warning)
    }
}

impl Serialize for Report {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut report = serializer.serialize_struct("Report", 3)?;
        report.serialize_field("form", &self.form)?;
        report.serialize_field("valid", &self.is_valid())?;
        report.serialize_field("findings", &self.findings)?;
        report.end()
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{} {} {} {}", self.line, self.column, self.code, self.path, self.message.en)
    }
}
