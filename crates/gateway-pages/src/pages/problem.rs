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
    /// The page to go back to.
    pub back: Option<String>,
}

/// What a form brought whose login had ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldView {
    /// Where the form goes.
    pub action: String,
    /// The token of the login of now; none where nobody is logged in.
    pub form_token: Option<String>,
    /// What the form brought, but for its token; none for what no page repeats.
    pub fields: Option<Vec<(String, String)>>,
    /// The page to go back to.
    pub back: Option<String>,
}

#[derive(Template)]
#[template(path = "problem.html")]
struct ProblemPage<'a> {
    f: &'a Frame,
    v: &'a ProblemView,
}

#[derive(Template)]
#[template(path = "held.html")]
struct HeldPage<'a> {
    f: &'a Frame,
    v: &'a HeldView,
}

/// What a form brought, to be sent once more.
///
/// # Errors
/// [`PageError`].
pub fn held(frame: &Frame, view: &HeldView) -> Result<String, PageError> {
    Ok(HeldPage { f: frame, v: view }.render()?)
}

/// The problem as a page.
///
/// # Errors
/// [`PageError`].
pub fn problem(frame: &Frame, view: &ProblemView) -> Result<String, PageError> {
    Ok(ProblemPage { f: frame, v: view }.render()?)
}
