//! The repository: every invoice that has a KSeF number, and the index that finds duplicates.

use super::sessions::Lag;
use crate::inspection::Facts;
use crate::reference::ReferenceSource;
use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use jiff::Timestamp;
use jiff::civil::Date;
use ksef_id::{KsefNumber, Nip, ReferenceNumber, Sha256Hash};
use ksef_invoice::Form;
use ksef_wire::InvoicingMode;
use std::collections::{BTreeSet, HashMap};
use std::io::{Read as _, Write as _};
use std::sync::Arc;

/// An invoice with a KSeF number.
#[derive(Debug, Clone)]
pub(crate) struct Record {
    pub(crate) ksef_number: KsefNumber,
    pub(crate) document: Document,
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

/// A document as received, never written anew; kept compressed, since a simulator may hold a million.
#[derive(Debug, Clone)]
pub(crate) struct Document {
    compressed: Arc<[u8]>,
    length: usize,
}

impl Document {
    /// Takes the bytes. Takes its time: not to be called under the lock for many.
    pub(crate) fn of(bytes: &[u8]) -> Self {
        let mut encoder = DeflateEncoder::new(Vec::with_capacity(bytes.len() / 2), Compression::fast());
        // Writing to memory does not fail.
        let compressed =
            encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("memory takes bytes");
        Self { compressed: compressed.into(), length: bytes.len() }
    }

    /// The bytes.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.length);
        // What `of` wrote can be read, from memory.
        DeflateDecoder::new(&*self.compressed).read_to_end(&mut bytes).expect("what was compressed here");
        bytes
    }
}

/// A range of dates, both ends included, by the kind of date that a query asks for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum DateRange {
    Issue(Date, Date),
    Receipt(Timestamp, Timestamp),
    Storage(Timestamp, Timestamp),
}

/// The invoices on which a NIP stands in whatever role, by each kind of date.
#[derive(Debug, Clone, Default)]
struct OfParty {
    by_issue: BTreeSet<(Date, u32)>,
    by_receipt: BTreeSet<(Timestamp, u32)>,
    by_storage: BTreeSet<(Timestamp, u32)>,
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
    by_hash: HashMap<[u8; 32], u32>,
    by_party: HashMap<Nip, OfParty>,
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
        // More than four thousand million do not fit into memory.
        let place = u32::try_from(index).unwrap_or(u32::MAX);
        for hash in [Some(&record.hash), record.hash_of_corrected.as_ref()].into_iter().flatten() {
            self.by_hash.insert(hash.to_bytes(), place);
        }
        for nip in parties(&record.facts) {
            let party = self.by_party.entry(nip).or_default();
            party.by_issue.insert((record.facts.issue_date, place));
            party.by_receipt.insert((record.received_at, place));
            party.by_storage.insert((record.stored_at, place));
        }
        self.records.push(record);
    }

    pub(crate) fn get(&self, number: &KsefNumber) -> Option<&Record> {
        self.by_number.get(number).and_then(|index| self.records.get(*index))
    }

    /// The invoice of a hash, or the technical correction of one.
    pub(crate) fn by_hash(&self, hash: &Sha256Hash) -> Option<&Record> {
        self.by_hash.get(&hash.to_bytes()).and_then(|place| self.at(*place))
    }

    /// The invoices on which a NIP stands, whose date lies in the range, by this date and then in the order of numbers.
    pub(crate) fn of_party(
        &self,
        nip: Nip,
        range: DateRange,
    ) -> Box<dyn DoubleEndedIterator<Item = &Record> + '_> {
        let Some(party) = self.by_party.get(&nip) else { return Box::new(std::iter::empty()) };
        match range {
            DateRange::Issue(from, to) => self.between(&party.by_issue, from, to),
            DateRange::Receipt(from, to) => self.between(&party.by_receipt, from, to),
            DateRange::Storage(from, to) => self.between(&party.by_storage, from, to),
        }
    }

    fn between<'a, T: Ord + Copy>(
        &'a self,
        places: &'a BTreeSet<(T, u32)>,
        from: T,
        to: T,
    ) -> Box<dyn DoubleEndedIterator<Item = &'a Record> + 'a> {
        if to < from {
            return Box::new(std::iter::empty());
        }
        Box::new(places.range((from, 0)..=(to, u32::MAX)).filter_map(|(_, place)| self.at(*place)))
    }

    fn at(&self, place: u32) -> Option<&Record> {
        self.records.get(usize::try_from(place).ok()?)
    }

    /// Everything, in the order of the numbers being given.
    pub(crate) fn all(&self) -> &[Record] {
        &self.records
    }
}

/// Every NIP on an invoice, that in an internal identifier or an EU VAT number of Poland included.
fn parties(facts: &Facts) -> BTreeSet<Nip> {
    let metadata = &facts.metadata;
    let identifiers = std::iter::once(&metadata.buyer.identifier)
        .chain(metadata.third_subjects.iter().map(|third| &third.identifier));
    let values = identifiers.filter_map(|identifier| identifier.value.as_deref());
    let values = values.chain(metadata.authorized_subject.iter().map(|subject| subject.nip.as_str()));
    let mut parties: BTreeSet<Nip> =
        values.filter_map(|value| Nip::parse(value.get(..NIP_DIGITS)?).ok()).collect();
    parties.insert(facts.seller);
    parties
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
const NIP_DIGITS: usize = 10;
