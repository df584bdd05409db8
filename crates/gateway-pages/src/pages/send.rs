//! Documents to be sent, from files; and what became of them.

use askama::Template;

use super::sale::FindingView;
use crate::PageError;
use crate::frame::{Frame, Section};
use crate::words::SalesWords;

/// What became of one invoice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentRow {
    /// The file's name.
    pub file: String,
    /// Where in it: a cell, a JSON pointer; empty for a file with one invoice.
    pub place: String,
    /// The invoice's number, as far as it is known.
    pub number: Option<String>,
    /// Our identifier, when it was taken in.
    pub id: Option<String>,
    /// Whether it was known already.
    pub is_known: bool,
    /// Where one stands that was known already, in words.
    pub stands: Option<String>,
    /// Why it was refused.
    pub problem: Option<String>,
    /// What is wrong with it.
    pub findings: Vec<FindingView>,
}

/// The form, and what became of what was sent by it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SendView {
    /// Whose.
    pub company: String,
    /// What was sent; empty before.
    pub results: Vec<SentRow>,
    /// The policy by which valid documents go, in a sentence.
    pub policy: String,
}

#[derive(Template)]
#[template(path = "send.html")]
struct SendPage<'a> {
    f: &'a Frame,
    v: &'a SendView,
    t: &'static SalesWords,
}

/// The form.
///
/// # Errors
/// [`PageError`].
pub fn send(frame: &Frame, view: &SendView) -> Result<String, PageError> {
    Ok(SendPage { f: frame, v: view, t: SalesWords::of(frame.lang) }.render()?)
}
