//! The panel of a simulator: what can be made to happen, and what the gateway does next.

use askama::Template;

use super::parts::{Choice, Tone};
use crate::PageError;
use crate::frame::{Frame, Section};
use crate::words::SimulatorWords;

/// Something that the gateway does, or waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NextRow {
    /// What it is.
    pub text: String,
    /// How good that is.
    pub tone: Tone,
    /// Where more can be seen.
    pub href: Option<String>,
}

/// The panel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SimulatorView {
    /// Whose.
    pub company: String,
    /// The simulator's time, written out; none when it does not answer.
    pub now: Option<String>,
    /// Whether its clock runs.
    pub is_running: bool,
    /// Whether something goes wrong that was made to go wrong here.
    pub has_trouble: bool,
    /// The trouble that can be made, with what it is like.
    pub troubles: Vec<Choice>,
    /// To when the clock can be moved, with what can be seen then.
    pub moments: Vec<Choice>,
    /// What the gateway does next.
    pub next: Vec<NextRow>,
    /// Whether the company is one that samples can be made for.
    pub may_receive: bool,
}

#[derive(Template)]
#[template(path = "simulator.html")]
struct SimulatorPage<'a> {
    f: &'a Frame,
    v: &'a SimulatorView,
    t: &'static SimulatorWords,
}

/// The panel of a simulator.
///
/// # Errors
/// [`PageError`].
pub fn simulator(frame: &Frame, view: &SimulatorView) -> Result<String, PageError> {
    Ok(SimulatorPage { f: frame, v: view, t: SimulatorWords::of(frame.lang) }.render()?)
}
