//! Number series, and their templates.

use askama::Template;

use super::parts::{Choice, Tab};
use crate::PageError;
use crate::frame::{Frame, Section};
use crate::words::SeriesWords;

/// A series, or the form of a new one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SeriesForm {
    /// Its name; empty for a new one.
    pub name: String,
    /// What its numbers look like.
    pub template: String,
    /// When counting begins anew.
    pub resets: Vec<Choice>,
    /// What stands for `{unit}`.
    pub unit: String,
    /// What stands for `{kind}`.
    pub kind: String,
    /// The last number with its period, written out; none when there is none.
    pub last: Option<String>,
    /// Numbers that no invoice has.
    pub gaps: Vec<String>,
    /// Of one that is held since a restore: the last running number that is known to be used.
    pub held_at: Option<i64>,
}

/// The page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeriesView {
    /// Where the page is.
    pub base: String,
    /// The parts of the settings.
    pub tabs: Vec<Tab>,
    /// The series.
    pub rows: Vec<SeriesForm>,
    /// The form of a new one.
    pub form: SeriesForm,
    /// What is wrong with what was asked for.
    pub problem: Option<String>,
}

#[derive(Template)]
#[template(path = "series.html")]
struct SeriesPage<'a> {
    f: &'a Frame,
    v: &'a SeriesView,
    t: &'static SeriesWords,
}

/// The page of number series.
///
/// # Errors
/// [`PageError`].
pub fn series(frame: &Frame, view: &SeriesView) -> Result<String, PageError> {
    Ok(SeriesPage { f: frame, v: view, t: SeriesWords::of(frame.lang) }.render()?)
}
