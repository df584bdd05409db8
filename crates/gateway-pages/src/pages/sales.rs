//! The list of sales.

use askama::Template;

use super::parts::{Pager, Tab, Tone};
use crate::PageError;
use crate::frame::{Frame, Section};
use crate::words::SalesWords;

/// An invoice in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SaleRow {
    /// Our identifier.
    pub id: String,
    /// Its number.
    pub number: String,
    /// When it was issued, written out.
    pub issue_date: String,
    /// The buyer's name.
    pub buyer: String,
    /// Gross with its currency.
    pub gross: String,
    /// The state's stable name.
    pub state: &'static str,
    /// Whether it waits for somebody to send it.
    pub is_to_be_sent: bool,
    /// The same in words.
    pub state_text: String,
    /// How good that is.
    pub tone: Tone,
    /// KSeF's number.
    pub ksef_number: Option<String>,
    /// Why it stands there.
    pub reason: Option<String>,
    /// The last day for sending it, where one runs, written out.
    pub due_on: Option<String>,
}

/// A column that the list can be sorted by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// What it is called.
    pub label: &'static str,
    /// Where the list sorted by it is, the other way round when it is already.
    pub href: String,
    /// `ascending` or `descending`, when it is sorted by it.
    pub sorted: Option<&'static str>,
    /// Whether it holds amounts.
    pub is_amount: bool,
}

/// What the list is filtered by, as it was typed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SalesFilterView {
    /// Words to search for.
    pub search: String,
    /// A day, as ISO 8601 has it.
    pub issued_from: String,
    /// A day.
    pub issued_to: String,
    /// `online`, `offline` or nothing.
    pub mode: String,
    /// What else was asked, to be sent with the form: the view, the order.
    pub hidden: Vec<(String, String)>,
}

impl SalesFilterView {
    fn is_set(&self) -> bool {
        !(self.search.is_empty()
            && self.issued_from.is_empty()
            && self.issued_to.is_empty()
            && self.mode.is_empty())
    }
}

/// The list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SalesView {
    /// Whose.
    pub company: String,
    /// Its parts.
    pub tabs: Vec<Tab>,
    /// What it is filtered by.
    pub filter: SalesFilterView,
    /// Number, date, buyer, gross: in this order.
    pub columns: Vec<Column>,
    /// The invoices.
    pub rows: Vec<SaleRow>,
    /// Its pages.
    pub pager: Pager,
    /// Whether the viewer decides about invoices.
    pub may_decide: bool,
    /// Whether the viewer sends documents.
    pub may_send: bool,
    /// Where the list stands, for going back to it after a decision.
    pub here: String,
    /// Whether nothing at all is filtered away.
    pub is_everything: bool,
}

#[derive(Template)]
#[template(path = "sales.html")]
struct SalesPage<'a> {
    f: &'a Frame,
    v: &'a SalesView,
    t: &'static SalesWords,
}

/// The list of sales.
///
/// # Errors
/// [`PageError`].
pub fn sales(frame: &Frame, view: &SalesView) -> Result<String, PageError> {
    Ok(SalesPage { f: frame, v: view, t: SalesWords::of(frame.lang) }.render()?)
}
