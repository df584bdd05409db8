//! The inbox of purchases, and one purchase.

use askama::Template;

use super::parts::{Choice, JpkView, Pager, Tab, Tone};
use super::sale::HistoryRow;
use crate::PageError;
use crate::frame::{Frame, Section};
use crate::words::PurchaseWords;

/// A purchase in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PurchaseRow {
    /// How addresses name it: its KSeF number, or ours without one.
    pub key: String,
    /// KSeF's number.
    pub ksef_number: Option<String>,
    /// The seller's own number.
    pub number: String,
    /// The other side, the seller of a purchase and the buyer of a sale: its name, or what is known of it.
    pub other: String,
    /// When it was issued, written out.
    pub issue_date: String,
    /// When it was received, written out.
    pub received_on: String,
    /// By when it is to be paid, written out.
    pub due_date: Option<String>,
    /// Gross with its currency.
    pub gross: String,
    /// The state's stable name.
    pub state: &'static str,
    /// The same in words.
    pub state_text: String,
    /// How loud that is.
    pub tone: Tone,
    /// Whether it is a copy of another document.
    pub is_copy: bool,
    /// Approved or rejected, in words.
    pub approval: Option<(String, Tone)>,
}

/// What the list is filtered by, as it was typed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PurchaseFilterView {
    /// Words to search for.
    pub search: String,
    /// A day, as ISO 8601 has it.
    pub received_from: String,
    /// A day.
    pub received_to: String,
    /// Whose: anybody's, one's own, nobody's.
    pub assigned: Vec<Choice>,
    /// Approved, rejected, neither.
    pub approvals: Vec<Choice>,
    /// What else was asked.
    pub hidden: Vec<(String, String)>,
}

impl PurchaseFilterView {
    fn is_set(&self) -> bool {
        let is_chosen = |one: &Choice| one.is_chosen && !one.value.is_empty();
        !(self.search.is_empty() && self.received_from.is_empty() && self.received_to.is_empty())
            || self.assigned.iter().chain(&self.approvals).any(is_chosen)
    }
}

/// The inbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PurchasesView {
    /// Whose.
    pub company: String,
    /// Its parts.
    pub tabs: Vec<Tab>,
    /// What it is filtered by.
    pub filter: PurchaseFilterView,
    /// The purchases.
    pub rows: Vec<PurchaseRow>,
    /// Its pages.
    pub pager: Pager,
    /// Whether the viewer works with purchases.
    pub may_work: bool,
    /// Whether the viewer may download the register.
    pub may_register: bool,
    /// Whether nothing at all is filtered away.
    pub is_everything: bool,
    /// Whether these are sales that were made elsewhere.
    pub is_sales: bool,
    /// Where all that the filters show is had as one file.
    pub package: String,
    /// The states that ticked ones are given.
    pub marks: Vec<Choice>,
    /// The path and what was asked, to come back to.
    pub here: String,
}

/// What KSeF says of a number that was entered by hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfirmationView {
    /// In words.
    pub text: String,
    /// Whether somebody must look at it.
    pub is_bad: bool,
}

/// What somebody said about a purchase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommentRow {
    /// When.
    pub at: String,
    /// Who.
    pub actor: String,
    /// What.
    pub text: String,
}

/// A purchase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PurchaseDetails {
    /// Whose.
    pub company: String,
    /// What lists show of it.
    pub row: PurchaseRow,
    /// Whether the company is its seller.
    pub is_sale: bool,
    /// How it was issued, where that was not in KSeF.
    pub mode: Option<String>,
    /// What KSeF says of its number, where that was entered by hand.
    pub confirmation: Option<ConfirmationView>,
    /// The other side's NIP or other identifier.
    pub other_id: Option<String>,
    /// The day of delivery or of the service, where it is told.
    pub sale_date: Option<String>,
    /// When KSeF stored it for good, written out.
    pub stored_in_ksef: Option<String>,
    /// Its marker in JPK_V7 as of today.
    pub jpk: Option<JpkView>,
    /// Title of the transfer that pays it; none where nothing is due or no transfer can be made.
    pub transfer_title: Option<String>,
    /// Net with its currency.
    pub net: Option<String>,
    /// VAT with its currency.
    pub vat: Option<String>,
    /// The account it is to be paid to.
    pub account: Option<String>,
    /// Split payment is compulsory.
    pub is_split_payment: bool,
    /// It says that it is paid.
    pub is_paid: bool,
    /// Of which purchase it is a copy.
    pub copy_of: Option<String>,
    /// Whether its XML is here.
    pub has_document: bool,
    /// Whether there is a scan of it.
    pub has_scan: bool,
    /// The states that it can be given; none when the viewer must not.
    pub states: Vec<Choice>,
    /// What somebody wrote about it.
    pub note: String,
    /// Whose it is: people and units, in words; empty for everybody's.
    pub assigned: Vec<String>,
    /// To whom it can be assigned: people.
    pub persons: Vec<Choice>,
    /// To whom it can be assigned: units.
    pub units: Vec<Choice>,
    /// What people said about it, oldest first.
    pub comments: Vec<CommentRow>,
    /// Our identifier of it.
    pub position: i64,
    /// Whether the viewer may correct it: a sale that another program issued.
    pub may_correct: bool,
    /// Whether the viewer works with purchases.
    pub may_work: bool,
    /// What happened, oldest first.
    pub history: Vec<HistoryRow>,
}

impl PurchaseDetails {
    /// Where its documents are.
    fn api(&self) -> String {
        format!("/api/v1/companies/{}/purchases/{}", self.company, self.row.key)
    }

    /// Where it is.
    fn page(&self) -> String {
        format!("/companies/{}/purchases/{}", self.company, self.row.key)
    }
}

#[derive(Template)]
#[template(path = "purchases.html")]
struct PurchasesPage<'a> {
    f: &'a Frame,
    v: &'a PurchasesView,
    t: &'static PurchaseWords,
}

#[derive(Template)]
#[template(path = "purchase.html")]
struct PurchasePage<'a> {
    f: &'a Frame,
    v: &'a PurchaseDetails,
    t: &'static PurchaseWords,
}

/// The inbox.
///
/// # Errors
/// [`PageError`].
pub fn purchases(frame: &Frame, view: &PurchasesView) -> Result<String, PageError> {
    Ok(PurchasesPage { f: frame, v: view, t: PurchaseWords::of(frame.lang) }.render()?)
}

/// One purchase.
///
/// # Errors
/// [`PageError`].
pub fn purchase(frame: &Frame, view: &PurchaseDetails) -> Result<String, PageError> {
    Ok(PurchasePage { f: frame, v: view, t: PurchaseWords::of(frame.lang) }.render()?)
}

/// What was found of a document that came another way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CopyFound {
    /// It is here already.
    Here {
        /// Byte by byte, or by seller and number.
        is_same: bool,
        /// The purchase in addresses.
        key: String,
        /// Its number.
        number: String,
    },
    /// It is not.
    Nowhere,
    /// It is no invoice as XML.
    Unreadable,
    /// Neither a file nor seller and number were given.
    Incomplete,
}

/// The page that says whether a document is here already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopyView {
    /// Whose.
    pub company: String,
    /// What was found, once something was asked.
    pub found: Option<CopyFound>,
    /// The seller's NIP as it was typed.
    pub seller: String,
    /// The number as it was typed.
    pub number: String,
    /// Whether the viewer may enter documents by hand.
    pub may_enter: bool,
}

#[derive(Template)]
#[template(path = "purchase-copy.html")]
struct CopyPage<'a> {
    f: &'a Frame,
    v: &'a CopyView,
    t: &'static PurchaseWords,
}

/// Whether a document that came another way is here already.
///
/// # Errors
/// [`PageError`].
pub fn purchase_copy(frame: &Frame, view: &CopyView) -> Result<String, PageError> {
    Ok(CopyPage { f: frame, v: view, t: PurchaseWords::of(frame.lang) }.render()?)
}
