//! The form in which a purchase, or a document outside KSeF, is entered by hand.

use std::collections::BTreeMap;

use askama::Template;

use super::issue::Field;
use super::parts::Choice;
use super::sale::FindingView;
use crate::PageError;
use crate::frame::{Frame, Section};
use crate::words::PurchaseEntryWords;

/// The form.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PurchaseEntryView {
    /// Whose.
    pub company: String,
    /// What is written in the fields, by name.
    pub fields: BTreeMap<String, String>,
    /// What is wrong, by field.
    pub faults: BTreeMap<String, Vec<FindingView>>,
    /// How the document may have been issued.
    pub modes: Vec<Choice>,
    /// The document that is here already: how addresses name it.
    pub known: Option<String>,
    /// What a scan may be, for the browser's dialog.
    pub scan_kinds: String,
}

/// The form, as [`Frame::written_form`] names it.
pub const ENTRY_FORM: &str = "entry-form";

impl PurchaseEntryView {
    fn value(&self, name: &str) -> &str {
        self.fields.get(name).map(String::as_str).unwrap_or_default()
    }

    fn faults_of(&self, name: &str) -> &[FindingView] {
        self.faults.get(name).map(Vec::as_slice).unwrap_or_default()
    }

    fn is_sale(&self) -> bool {
        self.value("direction") == "sale"
    }

    fn field<'a>(&'a self, name: &str, label: &'a str, kind: &'a str, hint: &'a str) -> Field<'a> {
        Field {
            name: name.to_owned(),
            label,
            kind,
            value: self.value(name),
            hint,
            list: "",
            faults: self.faults_of(name),
            is_fixed: false,
            is_focused: false,
            is_unlabelled: false,
        }
    }

    fn text<'a>(&'a self, name: &str, label: &'a str) -> Field<'a> {
        self.field(name, label, "text", "")
    }

    fn hinted<'a>(&'a self, name: &str, label: &'a str, hint: &'a str) -> Field<'a> {
        self.field(name, label, "text", hint)
    }

    fn date<'a>(&'a self, name: &str, label: &'a str) -> Field<'a> {
        self.field(name, label, "date", "")
    }

    /// Fields with something wrong, in their order on the page, and what they are called.
    fn wrong(&self, t: &'static PurchaseEntryWords) -> Vec<(&'static str, &'static str)> {
        let mut all = vec![
            ("mode", t.mode),
            ("ksefNumber", t.number),
            ("invoiceNumber", t.invoice_number),
            ("contractorName", t.contractor_name),
            ("contractorNip", t.contractor_nip),
            ("issueDate", t.issue_date),
            ("saleDate", t.sale_date),
            ("dueDate", t.due_date),
            ("receivedOn", t.received_on),
            ("netAmount", t.net),
            ("vatAmount", t.vat),
            ("grossAmount", t.gross),
            ("currency", t.currency),
            ("account", t.account),
            ("scan", t.scan),
            ("note", t.note),
        ];
        all.retain(|(name, _)| !self.faults_of(name).is_empty());
        all
    }
}

#[derive(Template)]
#[template(path = "purchase-entry.html")]
struct PurchaseEntryPage<'a> {
    f: &'a Frame,
    v: &'a PurchaseEntryView,
    t: &'static PurchaseEntryWords,
}

/// The form.
///
/// # Errors
/// [`PageError`].
pub fn purchase_entry(frame: &Frame, view: &PurchaseEntryView) -> Result<String, PageError> {
    Ok(PurchaseEntryPage { f: frame, v: view, t: PurchaseEntryWords::of(frame.lang) }.render()?)
}
