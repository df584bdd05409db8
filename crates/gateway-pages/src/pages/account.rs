//! One's own login: password, second factor, sessions.

use askama::Template;

use crate::PageError;
use crate::frame::{Frame, Section};
use crate::words::AccountWords;

/// A login that lasts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoginRow {
    /// Its identifier.
    pub id: String,
    /// Since when, written out.
    pub since: String,
    /// When it was used last.
    pub seen: String,
    /// From where.
    pub address: String,
    /// With what.
    pub agent: String,
    /// Whether it is this one.
    pub is_current: bool,
}

/// Where the second factor stands. What is in it is secret and shown once.
#[derive(Clone, PartialEq, Eq)]
pub enum FactorView {
    /// There is none.
    Off,
    /// It was begun: the key as text, and its QR code as the address of a picture.
    Begun {
        /// The key as text.
        key: String,
        /// `data:image/svg+xml,…`.
        image: String,
    },
    /// It was begun, and its first code is waited for; the key was shown before.
    Waiting,
    /// It is on.
    On,
    /// It was just switched on: the recovery codes.
    Made(Vec<String>),
}

impl std::fmt::Debug for FactorView {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Off => "Off",
            Self::Begun { .. } => "Begun",
            Self::Waiting => "Waiting",
            Self::On => "On",
            Self::Made(_) => "Made",
        })
    }
}

/// The page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountView {
    /// What went wrong, and with which form: `password`, `factor`.
    pub problem: Option<(&'static str, String)>,
    /// The second factor.
    pub factor: FactorView,
    /// The logins.
    pub logins: Vec<LoginRow>,
}

impl AccountView {
    fn problem_of(&self, form: &str) -> Option<&str> {
        self.problem.as_ref().filter(|(of, _)| *of == form).map(|(_, text)| text.as_str())
    }
}

#[derive(Template)]
#[template(path = "account.html")]
struct AccountPage<'a> {
    f: &'a Frame,
    v: &'a AccountView,
    t: &'static AccountWords,
}

/// The page about one's own login.
///
/// # Errors
/// [`PageError`].
pub fn account(frame: &Frame, view: &AccountView) -> Result<String, PageError> {
    Ok(AccountPage { f: frame, v: view, t: AccountWords::of(frame.lang) }.render()?)
}
