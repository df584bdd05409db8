//! A company's rights in KSeF: who has which, granting, taking back.

use askama::Template;

use super::parts::{Choice, Tab};
use crate::PageError;
use crate::frame::{Frame, Section};
use crate::words::RightsWords;

/// A right that somebody has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RightRow {
    /// KSeF's identifier of it.
    pub id: String,
    /// Who has it: name and identifier.
    pub who: String,
    /// What it permits, in words.
    pub what: String,
    /// KSeF's own name of it.
    pub name: String,
    /// Since when, written out.
    pub since: String,
    /// What was said when it was granted.
    pub description: String,
    /// Whether it may be passed on.
    pub passes_on: bool,
    /// Whether it works.
    pub is_active: bool,
}

/// What KSeF said.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RightsRead {
    /// Whether the gateway's login is the owner, who may do everything.
    pub is_owner: bool,
    /// What the gateway's login may do.
    pub own: Vec<String>,
    /// What people and firms have in the company.
    pub persons: Vec<RightRow>,
    /// What firms may do in the company's name.
    pub authorizations: Vec<RightRow>,
    /// Whether there are more.
    pub is_cut: bool,
}

/// What was typed into the forms.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GrantForm {
    /// PESEL or NIP of a person, or a firm's NIP.
    pub to: String,
    /// First name, or the firm's name.
    pub name: String,
    /// Last name.
    pub last_name: String,
}

/// The page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RightsView {
    /// Where the page is.
    pub base: String,
    /// The parts of the settings.
    pub tabs: Vec<Tab>,
    /// Whether there is a credential to ask KSeF with.
    pub has_login: bool,
    /// What KSeF said, once it was asked.
    pub read: Option<RightsRead>,
    /// What went wrong.
    pub problem: Option<String>,
    /// What a person can be granted.
    pub to_person: Vec<Choice>,
    /// What a firm can be granted.
    pub to_entity: Vec<Choice>,
    /// What was typed for a person.
    pub person: GrantForm,
    /// What was typed for a firm.
    pub entity: GrantForm,
}

#[derive(Template)]
#[template(path = "rights.html")]
struct RightsPage<'a> {
    f: &'a Frame,
    v: &'a RightsView,
    t: &'static RightsWords,
}

/// The page of a company's rights in KSeF.
///
/// # Errors
/// [`PageError`].
pub fn rights(frame: &Frame, view: &RightsView) -> Result<String, PageError> {
    Ok(RightsPage { f: frame, v: view, t: RightsWords::of(frame.lang) }.render()?)
}
