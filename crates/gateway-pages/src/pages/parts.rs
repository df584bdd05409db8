//! What several pages have.

use askama::Template;

use crate::PageError;
use crate::frame::{Frame, Section};

/// How good news something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Done.
    Good,
    /// Somebody must act.
    Bad,
    /// Somebody may act; or soon must.
    Warn,
    /// The gateway is at it.
    Busy,
    /// Neither.
    Plain,
}

impl Tone {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Bad => "bad",
            Self::Warn => "warn",
            Self::Busy => "busy",
            Self::Plain => "plain",
        }
    }
}

/// A document's marker in JPK_V7.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JpkView {
    /// `NrKSeF`, `OFF`, `BFK` or `DI`.
    pub field: &'static str,
    /// The number, of `NrKSeF`.
    pub number: Option<String>,
    /// What it means.
    pub meaning: String,
    /// What is to be done about a file that was handed in before.
    pub to_do: Option<String>,
}

/// A part of a list that is one click away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tab {
    /// What it is called.
    pub label: String,
    /// Where it is.
    pub href: String,
    /// How many there are, written out, where that is known cheaply.
    pub count: Option<String>,
    /// Whether it is looked at.
    pub is_current: bool,
}

/// Pages of a list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Pager {
    /// Which page this is, from 1.
    pub page: u32,
    /// Where the one before is.
    pub previous: Option<String>,
    /// Where the next one is.
    pub next: Option<String>,
}

impl Pager {
    pub(crate) fn is_needed(&self) -> bool {
        self.previous.is_some() || self.next.is_some()
    }
}

/// One of several values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What people read.
    pub label: String,
    /// What follows from it, in a sentence.
    pub note: String,
    /// Whether it is chosen now.
    pub is_chosen: bool,
}

/// The question before something that cannot be undone, for browsers without scripts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confirmation {
    /// The question.
    pub question: String,
    /// What follows.
    pub note: String,
    /// What it is about, one line each.
    pub about: Vec<String>,
    /// Where the answer goes.
    pub action: String,
    /// What was asked before, to be sent once more.
    pub fields: Vec<(String, String)>,
    /// Where *no* leads.
    pub back: String,
}

#[derive(Template)]
#[template(path = "confirmation.html")]
struct ConfirmationPage<'a> {
    f: &'a Frame,
    v: &'a Confirmation,
}

/// The question as a page.
///
/// # Errors
/// [`PageError`].
pub fn confirmation(frame: &Frame, view: &Confirmation) -> Result<String, PageError> {
    Ok(ConfirmationPage { f: frame, v: view }.render()?)
}
