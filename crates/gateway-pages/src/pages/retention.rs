//! How long documents are kept, what is held back from erasing, what would be erased and what was.

use askama::Template;

use super::parts::Tab;
use crate::PageError;
use crate::frame::{Frame, Section};
use crate::words::RetentionWords;

/// A hold in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HoldRow {
    /// Its identifier.
    pub id: String,
    /// What it is about, in words.
    pub about: String,
    /// Why it was placed.
    pub reason: String,
    /// By whom and when it was placed.
    pub placed: String,
    /// By whom and when it was lifted; none while it holds.
    pub lifted: Option<String>,
}

/// A document whose time is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueRow {
    /// Whether it is a sale or a purchase, in words.
    pub direction: String,
    /// The seller's own number.
    pub number: String,
    /// KSeF's number.
    pub ksef_number: Option<String>,
    /// When it was issued, written out.
    pub issued: String,
    /// Until when it had to be kept, written out.
    pub kept_until: String,
    /// Why it stays all the same; none for what is erased.
    pub stopped_by: Option<String>,
}

/// What is left of a document that was erased.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErasedRow {
    /// Whether it was a sale or a purchase, in words.
    pub direction: String,
    /// The seller's own number.
    pub number: String,
    /// KSeF's number.
    pub ksef_number: Option<String>,
    /// On which day it was erased, written out.
    pub erased: String,
    /// Until when it had to be kept, written out.
    pub kept_until: String,
    /// Why it was erased, in words.
    pub reason: String,
}

/// The form of a new hold, as it was typed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HoldForm {
    /// A KSeF number, an invoice number, or an identifier.
    pub document: String,
    /// The identifier of seller or buyer.
    pub party: String,
    /// The first day of issue.
    pub from: String,
    /// The last one.
    pub until: String,
    /// Why.
    pub reason: String,
}

/// The page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetentionView {
    /// Where the page is; what is done goes below it.
    pub base: String,
    /// The parts of the settings.
    pub tabs: Vec<Tab>,
    /// Whether the visitor may change anything here.
    pub may_change: bool,
    /// Full calendar years after the year of issue.
    pub years: i64,
    /// The least and the most of them.
    pub years_range: (i64, i64),
    /// Whether anything is erased at all.
    pub is_on: bool,
    /// What was issued before this day may be erased today, written out.
    pub erased_before: String,
    /// How many objects of erased documents the object store still has; none when it has none.
    pub objects_left: Option<String>,
    /// Holds, the oldest first.
    pub holds: Vec<HoldRow>,
    /// Where the list of holds goes on.
    pub next_holds: Option<String>,
    /// The day as of which is told what would be erased.
    pub as_of: String,
    /// What would be, and what is held back.
    pub due: Vec<DueRow>,
    /// Where that list goes on.
    pub next_due: Option<String>,
    /// What was erased, the newest first.
    pub erased: Vec<ErasedRow>,
    /// Where that list goes on.
    pub next_erased: Option<String>,
    /// The form of a new hold.
    pub form: HoldForm,
    /// What went wrong with it.
    pub problem: Option<String>,
}

#[derive(Template)]
#[template(path = "retention.html")]
struct RetentionPage<'a> {
    f: &'a Frame,
    v: &'a RetentionView,
    t: &'static RetentionWords,
}

/// The page of how long documents are kept.
///
/// # Errors
/// [`PageError`].
pub fn retention(frame: &Frame, view: &RetentionView) -> Result<String, PageError> {
    Ok(RetentionPage { f: frame, v: view, t: RetentionWords::of(frame.lang) }.render()?)
}
