//! Login, and the first administrator.

use askama::Template;

use crate::PageError;
use crate::frame::{Frame, Section};
use crate::words::SignInWords;

/// The form of the login.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoginView {
    /// The form's token.
    pub token: String,
    /// What was typed before.
    pub login: String,
    /// Where to go afterwards.
    pub next: String,
    /// What went wrong.
    pub problem: Option<String>,
    /// Whether a code of the second factor is asked for.
    pub needs_code: bool,
}

/// The form of the first administrator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetupView {
    /// The form's token.
    pub token: String,
    /// What was typed before.
    pub login: String,
    /// What was typed before.
    pub name: String,
    /// What went wrong.
    pub problem: Option<String>,
}

#[derive(Template)]
#[template(path = "login.html")]
struct LoginPage<'a> {
    f: &'a Frame,
    v: &'a LoginView,
    t: &'static SignInWords,
}

#[derive(Template)]
#[template(path = "setup.html")]
struct SetupPage<'a> {
    f: &'a Frame,
    v: &'a SetupView,
    t: &'static SignInWords,
}

/// The login.
///
/// # Errors
/// [`PageError`].
pub fn login(frame: &Frame, view: &LoginView) -> Result<String, PageError> {
    Ok(LoginPage { f: frame, v: view, t: SignInWords::of(frame.lang) }.render()?)
}

/// The first administrator.
///
/// # Errors
/// [`PageError`].
pub fn setup(frame: &Frame, view: &SetupView) -> Result<String, PageError> {
    Ok(SetupPage { f: frame, v: view, t: SignInWords::of(frame.lang) }.render()?)
}
