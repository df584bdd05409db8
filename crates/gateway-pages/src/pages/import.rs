//! A table of invoices on its way in: its columns, and what would come of it.

use askama::Template;

use super::parts::Choice;
use super::sale::FindingView;
use crate::PageError;
use crate::frame::{Frame, Section};
use crate::words::ImportWords;

/// A column of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnRow {
    /// What stands above it.
    pub heading: String,
    /// What stands first in it.
    pub sample: String,
    /// The fields that it may be.
    pub fields: Vec<Choice>,
}

/// An invoice as it would be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportedRow {
    /// Its number.
    pub number: String,
    /// The cell in which it begins.
    pub place: String,
    /// Written out; empty while it is not known.
    pub issue_date: String,
    /// The buyer.
    pub buyer: String,
    /// Written out; empty while it is not known.
    pub gross: String,
    /// What is wrong, by cell.
    pub findings: Vec<FindingView>,
    /// Whether it would be taken in.
    pub is_good: bool,
}

/// A table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportView {
    /// Whose.
    pub company: String,
    /// Its identifier.
    pub id: String,
    /// The file's name.
    pub file: String,
    /// Its columns.
    pub columns: Vec<ColumnRow>,
    /// How many would be taken in, counted.
    pub good: String,
    /// How many would be refused, counted.
    pub bad: String,
    /// Whether any would be taken in.
    pub has_good: bool,
    /// Whether any would be refused.
    pub has_bad: bool,
    /// What is odd about the table itself.
    pub findings: Vec<FindingView>,
    /// The first of them; those with something wrong before the others.
    pub rows: Vec<ImportedRow>,
    /// Whether there are more than are shown.
    pub is_cut: bool,
    /// Whether the box is ticked that remembers the columns.
    pub remembers: bool,
    /// Why it cannot be read on.
    pub problem: Option<String>,
}

/// The form in which columns are told, as [`Frame::written_form`] names it.
pub const IMPORT_FORM: &str = "import-form";

#[derive(Template)]
#[template(path = "import.html")]
struct ImportPage<'a> {
    f: &'a Frame,
    v: &'a ImportView,
    t: &'static ImportWords,
}

/// A table, before it is taken in.
///
/// # Errors
/// [`PageError`].
pub fn import(frame: &Frame, view: &ImportView) -> Result<String, PageError> {
    Ok(ImportPage { f: frame, v: view, t: ImportWords::of(frame.lang) }.render()?)
}

#[derive(Template)]
#[template(path = "import-begin.html")]
struct ImportBeginPage<'a> {
    f: &'a Frame,
    company: &'a str,
    t: &'static ImportWords,
}

/// Where a table is brought.
///
/// # Errors
/// [`PageError`].
pub fn import_begin(frame: &Frame, company: &str) -> Result<String, PageError> {
    Ok(ImportBeginPage { f: frame, company, t: ImportWords::of(frame.lang) }.render()?)
}
