//! Collective identifiers: which invoices of a seller are paid together.

use jiff::Timestamp;
use ksef_id::{CollectiveNumber, ContextIdentifier, ContextType, KsefNumber};
use ksef_wire::CollectiveIdentifierInvoicePayment;
use std::collections::HashMap;

/// A collective identifier.
#[derive(Debug, Clone)]
pub(crate) struct Collective {
    pub(crate) number: CollectiveNumber,
    /// Where it was made.
    pub(crate) context: ContextIdentifier,
    pub(crate) created_at: Timestamp,
    pub(crate) invoices: Vec<CollectiveInvoice>,
}

/// An invoice under a collective identifier.
#[derive(Debug, Clone)]
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
    all: Vec<Collective>,
    by_number: HashMap<CollectiveNumber, usize>,
    by_invoice: HashMap<KsefNumber, Vec<usize>>,
}

impl Collectives {
    pub(crate) fn add(&mut self, collective: Collective) {
        let index = self.all.len();
        self.by_number.insert(collective.number.clone(), index);
        for invoice in &collective.invoices {
            self.by_invoice.entry(invoice.ksef_number.clone()).or_default().push(index);
        }
        self.all.push(collective);
    }

    pub(crate) fn get(&self, number: &CollectiveNumber) -> Option<&Collective> {
        self.by_number.get(number).and_then(|index| self.all.get(*index))
    }

    /// Those that a context sees, the newest first and within a moment the highest number.
    pub(crate) fn listed_for(&self, context: &ContextIdentifier) -> Vec<&Collective> {
        sorted(self.all.iter().filter(|collective| collective.is_listed_for(context)).collect())
    }

    /// Those of an invoice, in the same order.
    pub(crate) fn of_invoice(&self, invoice: &KsefNumber) -> Vec<&Collective> {
        let indices = self.by_invoice.get(invoice).map(Vec::as_slice).unwrap_or_default();
        sorted(indices.iter().filter_map(|index| self.all.get(*index)).collect())
    }

    /// In how many identifiers of a context an invoice stands.
    pub(crate) fn count_in(&self, context: &ContextIdentifier, invoice: &KsefNumber) -> usize {
        self.of_invoice(invoice).iter().filter(|collective| collective.context == *context).count()
    }
}

fn sorted(mut found: Vec<&Collective>) -> Vec<&Collective> {
    found.sort_by(|a, b| b.created_at.cmp(&a.created_at).then_with(|| b.number.cmp(&a.number)));
    found
}
