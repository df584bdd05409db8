//! API keys: of a company, or of the whole gateway.

use askama::Template;

use super::parts::{Choice, Tab, Tone};
use crate::PageError;
use crate::frame::{Frame, Section};
use crate::words::KeyWords;

/// A key that was just made. It does not print itself: it is shown once, on the page.
#[derive(Clone, PartialEq, Eq)]
pub struct KeyShown {
    /// What people call it.
    pub name: String,
    /// The key.
    pub key: String,
    /// The address to give to the program beside it, when it is known.
    pub url: Option<String>,
}

impl std::fmt::Debug for KeyShown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KeyShown").field("name", &self.name).finish_non_exhaustive()
    }
}

/// A key in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRow {
    /// Its identifier.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Its first characters.
    pub hint: String,
    /// What it may do, in words.
    pub scopes: String,
    /// For which companies, in words.
    pub reach: String,
    /// The unit whose purchases it sees, and nothing else, in words.
    pub unit: Option<String>,
    /// By whom and when it was made.
    pub made: String,
    /// When and from where it was last used; none when never.
    pub used: Option<String>,
    /// Its state in words.
    pub state: String,
    /// How good that is.
    pub tone: Tone,
    /// Whether it can still be used, so that it can be exchanged or revoked.
    pub is_valid: bool,
}

/// The page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeysView {
    /// Where the page is; what is done goes below it.
    pub base: String,
    /// The parts of the settings.
    pub tabs: Vec<Tab>,
    /// Whether they are those of the whole gateway.
    pub is_gateway: bool,
    /// The key that was just made.
    pub given: Option<KeyShown>,
    /// The keys, the newest first.
    pub keys: Vec<KeyRow>,
    /// The name as it was typed.
    pub name: String,
    /// What a key may do, with what follows from each.
    pub scopes: Vec<Choice>,
    /// The company's units, to one of which a key may be limited.
    pub units: Vec<Choice>,
    /// What went wrong with the form.
    pub problem: Option<String>,
}

#[derive(Template)]
#[template(path = "api-keys.html")]
struct KeysPage<'a> {
    f: &'a Frame,
    v: &'a KeysView,
    t: &'static KeyWords,
}

/// The page of API keys.
///
/// # Errors
/// [`PageError`].
pub fn api_keys(frame: &Frame, view: &KeysView) -> Result<String, PageError> {
    Ok(KeysPage { f: frame, v: view, t: KeyWords::of(frame.lang) }.render()?)
}
