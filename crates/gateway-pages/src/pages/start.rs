//! The first steps, and what people read before them: dates, guides, what the words mean.

use askama::Template;

use super::parts::{Choice, Tab, Tone};
use crate::PageError;
use crate::frame::{Frame, Section};
use crate::words::StartWords;

/// Something that must be true before a company works with KSeF.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemRow {
    /// Its stable name.
    pub name: &'static str,
    /// What must be true.
    pub text: String,
    /// What to know about it.
    pub note: String,
    /// Whether it was ticked.
    pub is_done: bool,
    /// Whether the gateway sees it itself, so that nobody need tick it.
    pub is_seen: bool,
    /// Whether nothing works without it.
    pub is_needed: bool,
    /// The guide that says how.
    pub guide: Option<String>,
}

/// What must be ready, of one company.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChecklistView {
    /// The company, as people write its NIP.
    pub company: String,
    /// Where ticks go.
    pub action: String,
    /// What goes with them.
    pub hidden: Vec<(&'static str, String)>,
    /// For which environment and kind of firm it is, in words.
    pub about: String,
    /// The items.
    pub items: Vec<ItemRow>,
    /// How many are done: `2 z 6`.
    pub done: String,
    /// Whether all that is needed is done.
    pub is_ready: bool,
    /// Who ticked last and when, in words.
    pub said: Option<String>,
    /// Whether the viewer may tick.
    pub may_change: bool,
    /// Where it is connected; none when it is.
    pub connect: Option<String>,
    /// Where the kind of firm is chosen anew.
    pub change_kind: String,
}

/// A company that is being prepared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PreparedRow {
    /// Its NIP, as people write it.
    pub company: String,
    /// Where its list is.
    pub href: String,
    /// How many are done.
    pub done: String,
}

/// A date that people plan by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DateRow {
    /// The day, written out.
    pub date: String,
    /// What changes.
    pub what: String,
    /// How long it is until then.
    pub left: String,
    /// How near that is.
    pub tone: Tone,
    /// Of which day the knowledge is.
    pub as_of: String,
    /// Where it is written.
    pub source: String,
}

/// A guide that can be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GuideLink {
    /// What it is about.
    pub title: String,
    /// Where it is.
    pub href: String,
    /// Whether it is looked at.
    pub is_current: bool,
}

/// The first steps of a gateway.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StartView {
    /// The environments, with what is true of them.
    pub environments: Vec<Choice>,
    /// The kinds of firm.
    pub kinds: Vec<Choice>,
    /// The NIP as it was typed.
    pub nip: String,
    /// Whether that is none.
    pub is_nip_wrong: bool,
    /// Whether nobody said what kind of firm it is.
    pub is_kind_missing: bool,
    /// What must be ready, once that is known.
    pub list: Option<ChecklistView>,
    /// Companies that were begun with.
    pub prepared: Vec<PreparedRow>,
    /// The dates.
    pub dates: Vec<DateRow>,
    /// The guides.
    pub guides: Vec<GuideLink>,
}

/// The list of a company that is connected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompanyStartView {
    /// Whose.
    pub company: String,
    /// Whether nothing is needed there: a simulator.
    pub is_simulator: bool,
    /// The kinds of firm, as long as it is not known.
    pub kinds: Vec<Choice>,
    /// Where the kind goes.
    pub action: String,
    /// Whether the viewer may say anything.
    pub may_change: bool,
    /// The list.
    pub list: Option<ChecklistView>,
    /// The guides.
    pub guides: Vec<GuideLink>,
}

/// A piece of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StepPart {
    /// Words.
    Text(String),
    /// The name of a button, a menu or a box.
    Name {
        /// The name.
        text: String,
        /// Whether it is Polish on a page in another language: the portal has no other.
        is_polish: bool,
    },
    /// An address.
    Link(String),
}

/// A step of a guide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GuideStep {
    /// In the language of the page.
    pub parts: Vec<StepPart>,
    /// In Polish, for whoever reads another language and clicks in a Polish portal.
    pub polish: Option<String>,
}

/// A guide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GuideView {
    /// What it is about.
    pub title: String,
    /// The steps, in order.
    pub steps: Vec<GuideStep>,
    /// The environments; each has a portal of its own.
    pub environments: Vec<Tab>,
    /// Where the form goes.
    pub action: String,
    /// The environment that it keeps.
    pub environment: &'static str,
    /// The company's NIP that is filled in.
    pub company: String,
    /// Who is granted to, filled in; none for guides that grant nothing.
    pub grantee: Option<String>,
    /// Every guide.
    pub guides: Vec<GuideLink>,
}

/// The dates, the guides and what the words mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GuidesView {
    /// The dates.
    pub dates: Vec<DateRow>,
    /// The guides.
    pub guides: Vec<GuideLink>,
    /// Words and what they mean.
    pub dictionary: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "start.html")]
struct StartPage<'a> {
    f: &'a Frame,
    v: &'a StartView,
    t: &'static StartWords,
}

#[derive(Template)]
#[template(path = "company-start.html")]
struct CompanyStartPage<'a> {
    f: &'a Frame,
    v: &'a CompanyStartView,
    t: &'static StartWords,
}

#[derive(Template)]
#[template(path = "guides.html")]
struct GuidesPage<'a> {
    f: &'a Frame,
    v: &'a GuidesView,
    t: &'static StartWords,
}

#[derive(Template)]
#[template(path = "guide.html")]
struct GuidePage<'a> {
    f: &'a Frame,
    v: &'a GuideView,
    t: &'static StartWords,
}

/// The first steps.
///
/// # Errors
/// [`PageError`].
pub fn start(frame: &Frame, view: &StartView) -> Result<String, PageError> {
    Ok(StartPage { f: frame, v: view, t: StartWords::of(frame.lang) }.render()?)
}

/// The list of a company that is connected.
///
/// # Errors
/// [`PageError`].
pub fn company_start(frame: &Frame, view: &CompanyStartView) -> Result<String, PageError> {
    Ok(CompanyStartPage { f: frame, v: view, t: StartWords::of(frame.lang) }.render()?)
}

/// The dates and the guides.
///
/// # Errors
/// [`PageError`].
pub fn guides(frame: &Frame, view: &GuidesView) -> Result<String, PageError> {
    Ok(GuidesPage { f: frame, v: view, t: StartWords::of(frame.lang) }.render()?)
}

/// One guide.
///
/// # Errors
/// [`PageError`].
pub fn guide(frame: &Frame, view: &GuideView) -> Result<String, PageError> {
    Ok(GuidePage { f: frame, v: view, t: StartWords::of(frame.lang) }.render()?)
}
