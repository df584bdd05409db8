//! The repository: every invoice that has a KSeF number, and the index that finds duplicates.

use super::sessions::Lag;
use crate::inspection::Facts;
use crate::reference::ReferenceSource;
use jiff::Timestamp;
use ksef_id::{KsefNumber, ReferenceNumber, Sha256Hash};
use ksef_invoice::Form;
use ksef_wire::InvoicingMode;
use std::collections::HashMap;
use std::sync::Arc;

/// An invoice with a KSeF number.
#[derive(Debug, Clone)]
pub(crate) struct Record {
    pub(crate) ksef_number: KsefNumber,
    /// As received; never written anew.
    pub(crate) bytes: Arc<[u8]>,
    pub(crate) hash: Sha256Hash,
    pub(crate) form: Form,
    pub(crate) facts: Facts,
    pub(crate) mode: InvoicingMode,
    pub(crate) hash_of_corrected: Option<Sha256Hash>,
    /// Session and place in which it came.
    pub(crate) session: ReferenceNumber,
    pub(crate) index: usize,
    pub(crate) received_at: Timestamp,
    pub(crate) acquired_at: Timestamp,
    pub(crate) stored_at: Timestamp,
    pub(crate) lag: Option<Lag>,
}

/// What makes an invoice the same as another: seller, kind, number (guide, `faktury/weryfikacja-faktury.md`).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct DuplicateKey {
    seller: ksef_id::Nip,
    kind: Option<ksef_invoice::InvoiceType>,
    /// P_2 without spaces at its ends (field notes A2, issue 703).
    number: String,
}

/// All invoices.
#[derive(Debug, Clone, Default)]
pub(crate) struct Repository {
    records: Vec<Record>,
    by_number: HashMap<KsefNumber, usize>,
    by_key: HashMap<DuplicateKey, usize>,
}

impl Repository {
    /// The invoice that forbids another of the same seller, kind and number: one issued at most ten full years before
    /// the end of the year `today` lies in.
    pub(crate) fn duplicate_of(&self, facts: &Facts, today: jiff::civil::Date) -> Option<&Record> {
        let record = self.by_key.get(&key(facts)).and_then(|index| self.records.get(*index))?;
        let is_unique_again = today.year() > record.facts.issue_date.year().saturating_add(UNIQUE_YEARS);
        (!is_unique_again).then_some(record)
    }

    /// A KSeF number that nobody has.
    pub(crate) fn free_number(
        &self,
        references: &mut ReferenceSource,
        seller: ksef_id::Nip,
        now: Timestamp,
    ) -> KsefNumber {
        // 48 random bits: the second try is already unlikely, and the loop ends since the repository is finite.
        loop {
            let number = references.ksef_number(seller, now);
            if !self.by_number.contains_key(&number) {
                return number;
            }
        }
    }

    pub(crate) fn add(&mut self, record: Record) {
        let index = self.records.len();
        self.by_number.insert(record.ksef_number.clone(), index);
        self.by_key.insert(key(&record.facts), index);
        self.records.push(record);
    }

    pub(crate) fn get(&self, number: &KsefNumber) -> Option<&Record> {
        self.by_number.get(number).and_then(|index| self.records.get(*index))
    }

    /// Everything, in the order of the numbers being given.
    pub(crate) fn all(&self) -> &[Record] {
        &self.records
    }
}

fn key(facts: &Facts) -> DuplicateKey {
    DuplicateKey {
        seller: facts.seller,
        kind: facts.metadata.invoice_type,
        number: facts.metadata.invoice_number.trim().to_owned(),
    }
}

/// "10 pełnych lat, liczonych od końca roku kalendarzowego, w którym faktura została wystawiona".
const UNIQUE_YEARS: i16 = 10;
