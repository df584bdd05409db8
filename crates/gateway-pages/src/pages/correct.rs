//! Which invoice is to be corrected, and what is wrong with it.

use askama::Template;

use super::sales::SaleRow;
use crate::PageError;
use crate::frame::{Frame, Section};
use crate::words::CorrectWords;

/// An invoice that may be corrected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CorrectedRow {
    /// What lists show of it.
    pub row: SaleRow,
    /// Whether it can be corrected by the form.
    pub may: bool,
    /// Whether it is an advance invoice that can be settled.
    pub is_advance: bool,
    /// Whether it can be taken back as a whole: a settlement is not, since what was paid before would go back with it.
    pub may_be_zeroed: bool,
    /// Whether it is of a flat-rate farmer.
    pub is_farmers: bool,
    /// The invoice that it corrects, when it is a correction that may be corrected.
    pub corrects: Option<String>,
    /// Whether it has its KSeF number.
    pub has_number: bool,
    /// The buyer's NIP; empty where there is none.
    pub buyer_nip: String,
}

/// The page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CorrectView {
    /// Whose.
    pub company: String,
    /// What is looked for.
    pub search: String,
    /// The invoice that was chosen.
    pub original: Option<CorrectedRow>,
    /// Those to choose from.
    pub found: Vec<CorrectedRow>,
}

#[derive(Template)]
#[template(path = "correct.html")]
struct CorrectPage<'a> {
    f: &'a Frame,
    v: &'a CorrectView,
    t: &'static CorrectWords,
}

/// The page.
///
/// # Errors
/// [`PageError`].
pub fn correct(frame: &Frame, view: &CorrectView) -> Result<String, PageError> {
    Ok(CorrectPage { f: frame, v: view, t: CorrectWords::of(frame.lang) }.render()?)
}
