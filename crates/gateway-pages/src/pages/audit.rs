//! The audit log: who did what, when, and how it ended.

use askama::Template;

use super::parts::{Pager, Tab};
use crate::PageError;
use crate::frame::{Frame, Section};
use crate::words::AuditWords;

/// An entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRow {
    /// Its number.
    pub number: String,
    /// When, to the second.
    pub at: String,
    /// Who, in words.
    pub who: String,
    /// From where.
    pub origin: String,
    /// What, in words; as the log has it where there are none.
    pub action: String,
    /// What, as the log has it.
    pub code: String,
    /// In which company; empty for none.
    pub company: String,
    /// On what.
    pub subject: String,
    /// Why it was refused; none when it was done.
    pub refusal: Option<String>,
}

/// What the log is filtered by.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AuditFilterView {
    /// Text that is looked for.
    pub search: String,
    /// Its first day, ISO 8601.
    pub from: String,
    /// Its last day.
    pub to: String,
    /// Only what was refused.
    pub is_refused: bool,
}

impl AuditFilterView {
    fn is_set(&self) -> bool {
        !(self.search.is_empty() && self.from.is_empty() && self.to.is_empty()) || self.is_refused
    }
}

/// The page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditView {
    /// Where the page is.
    pub base: String,
    /// The parts of the settings.
    pub tabs: Vec<Tab>,
    /// Whether it is the log of the whole gateway, which can be verified.
    pub is_gateway: bool,
    /// What it is filtered by.
    pub filter: AuditFilterView,
    /// The query of the filter with its `?`, for exports; empty without one.
    pub query: String,
    /// The entries, newest first.
    pub rows: Vec<AuditRow>,
    /// Only a part of the log was looked at; where the pager leads on, there may be more.
    pub is_cut: bool,
    /// Pages of the log; only older ones are led to.
    pub pager: Pager,
}

#[derive(Template)]
#[template(path = "audit.html")]
struct AuditPage<'a> {
    f: &'a Frame,
    v: &'a AuditView,
    t: &'static AuditWords,
}

/// The audit log.
///
/// # Errors
/// [`PageError`].
pub fn audit(frame: &Frame, view: &AuditView) -> Result<String, PageError> {
    Ok(AuditPage { f: frame, v: view, t: AuditWords::of(frame.lang) }.render()?)
}
