//! One sales invoice, and the tree of its document.

use askama::Template;

use super::buyers::BuyerCard;
use super::parts::{Choice, JpkView, Tone};
use super::sales::SaleRow;
use crate::PageError;
use crate::frame::{Frame, Section};
use crate::words::{BuyerWords, SalesWords};

/// Something that can be decided now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActionView {
    /// `approve`, `send`, `hold` or `withdraw`.
    pub decision: &'static str,
    /// Whether it is the usual next step.
    pub is_main: bool,
}

impl ActionView {
    fn label(&self, words: &'static SalesWords) -> &'static str {
        match self.decision {
            "approve" => words.approve,
            "send" => words.release,
            "hold" => words.hold,
            _ => words.withdraw,
        }
    }
}

/// An invoice that another one leads to: a technical correction, or the same once more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainLink {
    /// Our identifier.
    pub id: String,
    /// Its number.
    pub number: String,
    /// Its state in words.
    pub state_text: String,
}

/// What validation found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindingView {
    /// Its stable code.
    pub code: String,
    /// Whether KSeF or our rules refuse the document for it.
    pub is_error: bool,
    /// What is wrong and what to do.
    pub message: String,
    /// Where in the document; empty when it is about the file.
    pub path: String,
    /// Line of the file, from 1; none when it is about the file.
    pub line: Option<u64>,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryRow {
    /// When, written out.
    pub at: String,
    /// The state afterwards, in words; empty where there is none.
    pub state_text: String,
    /// What, in words.
    pub event: String,
    /// Who.
    pub actor: String,
    /// KSeF's answer.
    pub evidence: Option<String>,
}

/// An invoice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SaleView {
    /// Whose.
    pub company: String,
    /// What lists show of it.
    pub row: SaleRow,
    /// What comes next, and whose step it is.
    pub next_step: String,
    /// The countdown, how loud it is for people, and its stable name.
    pub deadline: Option<(String, Tone, &'static str)>,
    /// How it was issued, in words.
    pub mode: String,
    /// Its marker in JPK_V7 as of today; none while it belongs in no file.
    pub jpk: Option<JpkView>,
    /// By which policy it goes, in words.
    pub policy: String,
    /// The policies that it can be given; none when it cannot be changed any more or the viewer must not.
    pub policies: Vec<Choice>,
    /// When it was taken in, written out.
    pub taken_in: String,
    /// The original of a technical correction.
    pub technical_of: Option<ChainLink>,
    /// Its technical corrections.
    pub corrections: Vec<ChainLink>,
    /// The one whose bytes it sends once more.
    pub resend_of: Option<ChainLink>,
    /// The one that sends its bytes once more.
    pub resent_as: Option<ChainLink>,
    /// Whether its bytes can be sent once more now.
    pub may_resend: bool,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// Its length in bytes, written out.
    pub size: String,
    /// Whether its UPO is here.
    pub has_upo: bool,
    /// What the buyer is given and why; `true` when there is a file for it.
    pub handover: (String, bool),
    /// What was sent to the buyer by e-mail, and what can be.
    pub buyer: BuyerCard,
    /// What validation found when it was taken in.
    pub findings: Vec<FindingView>,
    /// What the viewer can decide now.
    pub actions: Vec<ActionView>,
    /// The modes it can be issued offline in now; none when it cannot.
    pub offline_modes: Vec<Choice>,
    /// Whether it cannot be issued offline for want of a certificate.
    pub lacks_certificate: bool,
    /// Whether a technical correction can be sent now.
    pub may_correct: bool,
    /// Whether the viewer issues invoices: then a correction, or the settlement of an advance, begins here.
    pub may_issue: bool,
    /// Whether one like it can be issued: what settles an advance does so once.
    pub may_copy: bool,
    /// Whether it may be mended in the form and issued under its number: KSeF refused it.
    pub may_mend: bool,
    /// What happened, oldest first.
    pub history: Vec<HistoryRow>,
}

impl SaleView {
    /// Where its documents are.
    fn api(&self) -> String {
        format!("/api/v1/companies/{}/invoices/{}", self.company, self.row.id)
    }
}

/// A row of a tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TreeRow {
    /// How deep, from 0; at most 9 is drawn.
    pub depth: usize,
    /// What people call it.
    pub label: String,
    /// Its name in the XML.
    pub name: String,
    /// Its text.
    pub text: String,
    /// What the text says, where it is a code.
    pub explanation: Option<String>,
    /// What was found here.
    pub findings: Vec<FindingView>,
}

/// The tree of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StructureView {
    /// Whose.
    pub company: String,
    /// Our identifier.
    pub id: String,
    /// The invoice's number.
    pub number: String,
    /// The form: `FA(3)`.
    pub form: Option<String>,
    /// Whether it has no errors by today's rules.
    pub is_valid: bool,
    /// Whether the bytes are XML at all.
    pub is_xml: bool,
    /// What is wrong with the file as a whole.
    pub findings: Vec<FindingView>,
    /// The rows of this page of it.
    pub rows: Vec<TreeRow>,
    /// Its pages.
    pub pager: super::parts::Pager,
}

#[derive(Template)]
#[template(path = "sale.html")]
struct SalePage<'a> {
    f: &'a Frame,
    v: &'a SaleView,
    t: &'static SalesWords,
    b: &'static BuyerWords,
}

#[derive(Template)]
#[template(path = "structure.html")]
struct StructurePage<'a> {
    f: &'a Frame,
    v: &'a StructureView,
    t: &'static SalesWords,
}

/// An invoice.
///
/// # Errors
/// [`PageError`].
pub fn sale(frame: &Frame, view: &SaleView) -> Result<String, PageError> {
    let (t, b) = (SalesWords::of(frame.lang), BuyerWords::of(frame.lang));
    Ok(SalePage { f: frame, v: view, t, b }.render()?)
}

/// The tree of its document.
///
/// # Errors
/// [`PageError`].
pub fn structure(frame: &Frame, view: &StructureView) -> Result<String, PageError> {
    Ok(StructurePage { f: frame, v: view, t: SalesWords::of(frame.lang) }.render()?)
}
