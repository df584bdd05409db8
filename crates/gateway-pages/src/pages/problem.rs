//! What somebody is told whose request could not be answered.

use askama::Template;

use crate::PageError;
use crate::frame::{Frame, Section};

/// A problem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProblemView {
    /// What happened, in the language of the page.
    pub message: String,
    /// Its stable code.
    pub code: String,
}

#[derive(Template)]
#[template(path = "problem.html")]
struct ProblemPage<'a> {
    f: &'a Frame,
    v: &'a ProblemView,
}

/// The problem as a page.
///
/// # Errors
/// [`PageError`].
pub fn problem(frame: &Frame, view: &ProblemView) -> Result<String, PageError> {
    Ok(ProblemPage { f: frame, v: view }.render()?)
}
