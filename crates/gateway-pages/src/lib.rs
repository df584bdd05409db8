//! The gateway's pages: views in, HTML out.
//!
//! Every page is a function of a [`Frame`] (who looks, in which language, where) and a view (what is there to see). Templates
//! are plain HTML files, checked by the compiler against the views; words stand in `words/`, Polish beside English, so that a
//! missing one does not compile. [`assets`] are files of our own, and nothing is asked of another host.
//!
//! Pure: no I/O, no clock, no SQL, no rights. What somebody may do is decided before, and stands in the views.

pub mod assets;
mod chart;
mod format;
mod frame;
mod pages;
mod words;

pub use chart::{Chart, Day};
pub use format::{Language, Plural, nip};
pub use frame::{CompanyLink, CompanyNav, Flash, FlashKind, Frame, Section, Theme};
pub use pages::*;

/// A page could not be written out: a fault of ours.
#[derive(Debug)]
pub struct PageError(askama::Error);

impl std::fmt::Display for PageError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the page could not be written out")
    }
}

impl std::error::Error for PageError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0)
    }
}

impl From<askama::Error> for PageError {
    fn from(error: askama::Error) -> Self {
        Self(error)
    }
}
