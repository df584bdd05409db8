//! Collective identifiers: which invoices of a seller are paid together.

use super::table::Table;
use jiff::Timestamp;
use ksef_id::{CollectiveNumber, ContextIdentifier, ContextType, KsefNumber};
use ksef_wire::CollectiveIdentifierInvoicePayment;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// A collective identifier.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Collective {
    pub(crate) number: CollectiveNumber,
    /// Where it was made.
    pub(crate) context: ContextIdentifier,
    pub(crate) created_at: Timestamp,
    pub(crate) invoices: Vec<CollectiveInvoice>,
}

/// An invoice under a collective identifier.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CollectiveInvoice {
    pub(crate) ksef_number: KsefNumber,
    pub(crate) payment: Option<CollectiveIdentifierInvoicePayment>,
    pub(crate) description: Option<String>,
}

impl Collective {
    /// Whether a context sees it in lists: its maker, and the seller ("w roli Podmiotu 1").
    pub(crate) fn is_listed_for(&self, context: &ContextIdentifier) -> bool {
        let is_seller = context.kind() == ContextType::Nip && context.nip() == Some(self.number.seller());
        self.context == *context || is_seller
    }
}

/// All collective identifiers.
#[derive(Debug, Clone, Default)]
pub(crate) struct Collectives {
    pub(crate) all: Table<CollectiveNumber, Collective>,
    by_invoice: HashMap<KsefNumber, Vec<CollectiveNumber>>,
}

impl Collectives {
    pub(crate) fn add(&mut self, collective: Collective) {
        note(&mut self.by_invoice, &collective);
        self.all.insert(collective.number.clone(), collective);
    }

    /// Finds them by their invoices again after they were read.
    pub(crate) fn settle_read(&mut self) {
        self.by_invoice.clear();
        for collective in self.all.values() {
            note(&mut self.by_invoice, collective);
        }
    }

    pub(crate) fn get(&self, number: &CollectiveNumber) -> Option<&Collective> {
        self.all.get(number)
    }

    /// Those that a context sees, the newest first and within a moment the highest number.
    pub(crate) fn listed_for(&self, context: &ContextIdentifier) -> Vec<&Collective> {
        sorted(self.all.values().filter(|collective| collective.is_listed_for(context)).collect())
    }

    /// Those of an invoice, in the same order.
    pub(crate) fn of_invoice(&self, invoice: &KsefNumber) -> Vec<&Collective> {
        let numbers = self.by_invoice.get(invoice).map(Vec::as_slice).unwrap_or_default();
        sorted(numbers.iter().filter_map(|number| self.all.get(number)).collect())
    }

    /// In how many identifiers of a context an invoice stands.
    pub(crate) fn count_in(&self, context: &ContextIdentifier, invoice: &KsefNumber) -> usize {
        self.of_invoice(invoice).iter().filter(|collective| collective.context == *context).count()
    }
}

fn note(by_invoice: &mut HashMap<KsefNumber, Vec<CollectiveNumber>>, collective: &Collective) {
    for invoice in &collective.invoices {
        by_invoice.entry(invoice.ksef_number.clone()).or_default().push(collective.number.clone());
    }
}

fn sorted(mut found: Vec<&Collective>) -> Vec<&Collective> {
    found.sort_by(|a, b| b.created_at.cmp(&a.created_at).then_with(|| b.number.cmp(&a.number)));
    found
}
