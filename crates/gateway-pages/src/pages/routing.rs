//! By which rules purchases find their people, the units, and who sees what.

use askama::Template;

use super::parts::{Choice, Tab};
use crate::PageError;
use crate::frame::{Frame, Section};
use crate::words::RoutingWords;

/// A rule in the list, or the form of one. Only the form has everybody to choose from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RuleForm {
    /// Its place among the rules, from 0; none for a new one.
    pub at: Option<usize>,
    /// What people call it.
    pub name: String,
    /// The seller's NIP.
    pub seller: String,
    /// A third party's identifier.
    pub third: String,
    /// How the order number begins.
    pub order_number: String,
    /// The least gross amount.
    pub gross_from: String,
    /// The greatest.
    pub gross_to: String,
    /// To whom: people.
    pub persons: Vec<Choice>,
    /// To whom: units.
    pub units: Vec<Choice>,
    /// What it says, in words.
    pub summary: String,
}

impl RuleForm {
    fn place(&self) -> String {
        self.at.map(|at| at.to_string()).unwrap_or_default()
    }
}

/// A unit, or the form of a new one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UnitForm {
    /// Its NIP or internal identifier; empty for a new one.
    pub identifier: String,
    /// What it is called.
    pub name: String,
    /// Who belongs to it.
    pub members: Vec<Choice>,
    /// The same in words.
    pub summary: String,
}

/// The page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoutingView {
    /// Where the page is.
    pub base: String,
    /// The parts of the settings.
    pub tabs: Vec<Tab>,
    /// The rules as they were shown: a change made meanwhile by somebody else is noticed by it.
    pub of: String,
    /// The rules in their order.
    pub rules: Vec<RuleForm>,
    /// The form: of the rule that is being changed, or of a new one.
    pub rule: RuleForm,
    /// The units.
    pub units: Vec<UnitForm>,
    /// The form: of the unit that is being changed, or of a new one.
    pub unit: UnitForm,
    /// Who can be restricted to what is his; chosen are those who are.
    pub views: Vec<Choice>,
    /// Whether there are more people than are shown.
    pub is_cut: bool,
}

#[derive(Template)]
#[template(path = "routing.html")]
struct RoutingPage<'a> {
    f: &'a Frame,
    v: &'a RoutingView,
    t: &'static RoutingWords,
}

/// The page of routing.
///
/// # Errors
/// [`PageError`].
pub fn routing(frame: &Frame, view: &RoutingView) -> Result<String, PageError> {
    Ok(RoutingPage { f: frame, v: view, t: RoutingWords::of(frame.lang) }.render()?)
}
