//! Settings: of the whole gateway and of a company, each with what is set and where that comes from.

use askama::Template;

use super::parts::{Choice, Tab};
use crate::PageError;
use crate::frame::{CompanyLink, Frame, Section};
use crate::words::SettingsWords;

/// A setting that is changed elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingRow {
    /// As files, variables and flags call it; empty for what has no name there.
    pub name: String,
    /// What it is.
    pub about: String,
    /// What it is now; never a secret.
    pub value: String,
    /// Where that was said.
    pub source: String,
}

/// The settings of the whole gateway.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GatewaySettingsView {
    /// The parts of the settings.
    pub tabs: Vec<Tab>,
    /// What the program was started with.
    pub rows: Vec<SettingRow>,
    /// Companies whose settings the viewer may see; none when they are too many for a list.
    pub companies: Vec<CompanyLink>,
    /// Whether they are.
    pub are_many: bool,
    /// Whether there are no users yet, so that anybody on this machine may do nearly everything.
    pub is_open: bool,
}

/// How a company sends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SendingForm {
    /// Whether anything is sent at all.
    pub is_on: bool,
    /// When documents go, with what follows from each.
    pub policies: Vec<Choice>,
    /// How soon UPOs are wanted, with what follows from each.
    pub upo_modes: Vec<Choice>,
    /// How old a session may get that invoices share, in minutes.
    pub session_minutes: i64,
}

/// Whether and since when a company's purchases are fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceivingForm {
    /// Whether they are.
    pub is_on: bool,
    /// The first day, as ISO 8601 has it; empty for the usual 90 days.
    pub since: String,
    /// The last day that may be given.
    pub today: String,
}

/// A number series.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeriesRow {
    /// Its name.
    pub name: String,
    /// What its numbers look like.
    pub template: String,
    /// When numbers begin anew, in words.
    pub reset: String,
    /// The last number, written out.
    pub last: String,
}

/// A company's settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompanySettingsView {
    /// Whose.
    pub company: String,
    /// What it is called; empty where nobody named it.
    pub name: String,
    /// The parts of the settings.
    pub tabs: Vec<Tab>,
    /// How it sends.
    pub sending: SendingForm,
    /// How purchases are fetched.
    pub receiving: ReceivingForm,
    /// Its number series.
    pub series: Vec<SeriesRow>,
    /// What is changed elsewhere.
    pub rows: Vec<SettingRow>,
    /// Whether the viewer may change them.
    pub may_change: bool,
    /// Whether the viewer may see those of the whole gateway.
    pub sees_gateway: bool,
}

#[derive(Template)]
#[template(path = "settings.html")]
struct GatewayPage<'a> {
    f: &'a Frame,
    v: &'a GatewaySettingsView,
    t: &'static SettingsWords,
}

#[derive(Template)]
#[template(path = "company-settings.html")]
struct CompanyPage<'a> {
    f: &'a Frame,
    v: &'a CompanySettingsView,
    t: &'static SettingsWords,
}

/// The settings of the whole gateway.
///
/// # Errors
/// [`PageError`].
pub fn gateway_settings(frame: &Frame, view: &GatewaySettingsView) -> Result<String, PageError> {
    Ok(GatewayPage { f: frame, v: view, t: SettingsWords::of(frame.lang) }.render()?)
}

/// A company's settings.
///
/// # Errors
/// [`PageError`].
pub fn company_settings(frame: &Frame, view: &CompanySettingsView) -> Result<String, PageError> {
    Ok(CompanyPage { f: frame, v: view, t: SettingsWords::of(frame.lang) }.render()?)
}
