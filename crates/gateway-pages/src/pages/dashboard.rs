//! What needs somebody now, of one company.

use askama::Template;

use super::parts::Tone;
use crate::PageError;
use crate::chart::Chart;
use crate::frame::{Frame, Section};
use crate::words::DashboardWords;

/// Something that needs somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attention {
    /// Where it is dealt with.
    pub href: String,
    /// What it is: an invoice's number, a certificate.
    pub what: String,
    /// Who it concerns, and how much.
    pub about: String,
    /// Its state in a word or two.
    pub state: String,
    /// How urgent.
    pub tone: Tone,
    /// Why, and what to do.
    pub because: String,
    /// The countdown, where a term runs.
    pub deadline: Option<String>,
}

/// How purchases are fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receiving {
    /// Whether they are.
    pub is_on: bool,
    /// Up to when KSeF was read, written out.
    pub read_up_to: Option<String>,
    /// When it was asked last.
    pub looked_at: Option<String>,
    /// When it may be asked next, when that is not at once.
    pub next_at: Option<String>,
    /// Queries left this hour; none when there is no limit.
    pub budget: Option<String>,
    /// What went wrong last.
    pub trouble: Option<String>,
    /// Whether the viewer may have it looked now.
    pub may_ask: bool,
}

/// A certificate, and how long it lasts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expiry {
    /// Which one, and until when, in words.
    pub text: String,
    /// How urgent.
    pub tone: Tone,
}

/// A company's dashboard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DashboardView {
    /// Its context.
    pub company: String,
    /// What needs somebody, the loudest first.
    pub attention: Vec<Attention>,
    /// Whether there is more than is shown.
    pub has_more: bool,
    /// How many invoices wait to be sent, by whomever, written out.
    pub to_be_sent: String,
    /// How many invoices are on their way, written out.
    pub under_way: String,
    /// How many purchases are new, written out; none for who may not see them.
    pub new_purchases: Option<String>,
    /// KSeF's state in words.
    pub ksef: String,
    /// Since when, unless it is up.
    pub ksef_since: Option<String>,
    /// How good that is.
    pub ksef_tone: Tone,
    /// Whether the company sends at all.
    pub is_sending_on: bool,
    /// How purchases are fetched; none for who may not see them.
    pub receiving: Option<Receiving>,
    /// Certificates that are known here.
    pub credentials: Vec<Expiry>,
    /// Sent and received over time.
    pub chart: Chart,
    /// Whether the company never sent anything and the viewer may.
    pub invites: bool,
}

#[derive(Template)]
#[template(path = "dashboard.html")]
struct DashboardPage<'a> {
    f: &'a Frame,
    v: &'a DashboardView,
    t: &'static DashboardWords,
}

/// One company.
///
/// # Errors
/// [`PageError`].
pub fn dashboard(frame: &Frame, view: &DashboardView) -> Result<String, PageError> {
    Ok(DashboardPage { f: frame, v: view, t: DashboardWords::of(frame.lang) }.render()?)
}
