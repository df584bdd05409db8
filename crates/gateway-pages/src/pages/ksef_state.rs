//! KSeF's state: whether it can be reached, what Latarnia announced, what is kept as evidence, and what is left of the limits.

use askama::Template;

use super::parts::Tone;
use crate::PageError;
use crate::frame::{Frame, Section};
use crate::words::KsefStateWords;

/// A message of Latarnia as it was captured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutageRow {
    /// What it announced, in words.
    pub kind: String,
    /// How grave that is.
    pub tone: Tone,
    /// When it began.
    pub started: String,
    /// When it ended, or is to end.
    pub ended: Option<String>,
    /// How long it lasts or lasted, in words; none while nobody knows.
    pub length: Option<String>,
    /// When the message was captured.
    pub captured: String,
    /// The message as Latarnia gave it.
    pub evidence: String,
}

/// A limit of KSeF's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LimitRow {
    /// What is limited, in words.
    pub what: String,
    /// Requests that could be sent at once, written out; none without a limit.
    pub now: Option<String>,
    /// Requests left of the last hour's.
    pub of_the_hour: Option<String>,
    /// When the next one can be sent, when that is not at once.
    pub next: Option<String>,
}

/// The page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KsefStateView {
    /// Whose.
    pub company: String,
    /// KSeF's state in words.
    pub ksef: String,
    /// Since when, unless it is up.
    pub since: Option<String>,
    /// How good that is.
    pub tone: Tone,
    /// What is announced, the newest first.
    pub outages: Vec<OutageRow>,
    /// What is left of the limits.
    pub limits: Vec<LimitRow>,
}

#[derive(Template)]
#[template(path = "ksef-state.html")]
struct KsefStatePage<'a> {
    f: &'a Frame,
    v: &'a KsefStateView,
    t: &'static KsefStateWords,
}

/// The page of KSeF's state.
///
/// # Errors
/// [`PageError`].
pub fn ksef_state(frame: &Frame, view: &KsefStateView) -> Result<String, PageError> {
    Ok(KsefStatePage { f: frame, v: view, t: KsefStateWords::of(frame.lang) }.render()?)
}
