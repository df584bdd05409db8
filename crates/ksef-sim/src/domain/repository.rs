//! The repository: every invoice that has a KSeF number, and the index that finds duplicates.
//!
//! Made for a million invoices: what lists show of each lies in one piece of text (`listed.rs`), and the indices hold places
//! instead of keys.

use super::columns::{Columns, Sieve, Wanted};
use super::documents::{Digest, Document};
use super::habits::Habits;
use super::listed::Listed;
use super::packed::{Moment, PackedKsefNumber};
use super::parties::{DateRange, Parties, Role};
use super::stored;
use super::table::Kept;
use crate::data::Changes;
use crate::inspection::Facts;
use crate::reference::ReferenceSource;
use hashbrown::HashTable;
use jiff::Timestamp;
use jiff::civil::Date;
use ksef_id::{KsefNumber, Nip, ReferenceNumber};
use ksef_invoice::Form;
use ksef_wire::InvoicingMode;
use ksef_wire::codes::ExceptionCode;
use serde::{Deserialize, Serialize};
use std::hash::{BuildHasher as _, RandomState};
use std::sync::Arc;

/// An invoice with a KSeF number.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Record {
    pub(crate) ksef_number: PackedKsefNumber,
    pub(crate) document: Document,
    pub(crate) hash: Digest,
    #[serde(with = "stored::form")]
    pub(crate) form: Form,
    pub(crate) listed: Listed,
    /// Online, or offline.
    pub(crate) is_offline: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) hash_of_corrected: Option<Box<Digest>>,
    /// Session and place in which it came.
    #[serde(with = "stored::shared")]
    pub(crate) session: Arc<ReferenceNumber>,
    pub(crate) index: u32,
    pub(crate) received_at: Moment,
    pub(crate) acquired_at: Moment,
    pub(crate) stored_at: Moment,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) lag: Option<Box<Lag>>,
}

/// Why an invoice that has its number cannot be read yet (field notes A5, B1).
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Lag {
    pub(crate) until: Timestamp,
    /// The code of a download until then: 21164 or 21165.
    pub(crate) code: ExceptionCode,
    /// Whether queries give out a mark as if it were there.
    pub(crate) is_counted_complete: bool,
}

impl Record {
    /// When it was stored, as far as that is told.
    pub(crate) fn stored_date(&self, now: Timestamp) -> Option<Timestamp> {
        let is_told = self.lag.as_ref().is_none_or(|lag| now >= lag.until || lag.is_counted_complete);
        is_told.then(|| self.stored_at.at())
    }

    /// Its mode as the API names it.
    pub(crate) fn mode(&self) -> InvoicingMode {
        if self.is_offline { InvoicingMode::Offline } else { InvoicingMode::Online }
    }
}

/// All invoices.
#[derive(Debug, Clone, Default)]
pub(crate) struct Repository {
    records: Vec<Record>,
    hasher: RandomState,
    by_number: HashTable<u32>,
    /// By seller, kind and number (guide, `faktury/weryfikacja-faktury.md`), found by the number without spaces at its
    /// ends; of each number as it is written the newest.
    by_key: HashTable<u32>,
    by_hash: HashTable<u32>,
    /// By the hash of the document that each corrects.
    by_corrected: HashTable<u32>,
    parties: Parties,
    columns: Columns,
    /// How many have been written; `None` when nothing is kept.
    written: Option<usize>,
    document_bytes: u64,
}

impl Repository {
    /// The invoice that forbids another of the same seller, kind and number: one issued at most ten full years before
    /// the end of the year `today` lies in. Of several whose numbers are the same but for spaces the newest counts.
    pub(crate) fn duplicate_of(
        &self,
        (document, facts): (&Document, &Facts),
        habits: &Habits,
        today: Date,
    ) -> Option<&Record> {
        let number = facts.metadata.invoice_number.as_str();
        let key = (facts.seller, facts.metadata.invoice_type, number.trim());
        let written = (!habits.trims_invoice_numbers).then(|| written_number(document));
        let is_same = |record: &Record| {
            duplicate_key(record) == key
                && written.as_ref().is_none_or(|written| written_number(&record.document) == *written)
        };
        let places = self.by_key.iter_hash(self.hasher.hash_one(key)).copied();
        let place = places.filter(|place| self.at(*place).is_some_and(is_same)).max()?;
        let record = self.at(place)?;
        let is_unique_again = today.year() > record.listed.issue_date.year().saturating_add(UNIQUE_YEARS);
        (!is_unique_again).then_some(record)
    }

    fn find(&self, index: &HashTable<u32>, hash: u64, is_it: impl Fn(&Record) -> bool) -> Option<u32> {
        index.find(hash, |place| self.at(*place).is_some_and(&is_it)).copied()
    }

    /// A KSeF number that nobody has.
    pub(crate) fn free_number(
        &self,
        references: &mut ReferenceSource,
        seller: Nip,
        now: Timestamp,
    ) -> PackedKsefNumber {
        // 48 random bits: the second try is already unlikely, and the loop ends since the repository is finite.
        loop {
            let number = references.ksef_number(seller, now);
            if self.numbered(number).is_none() {
                return number;
            }
        }
    }

    /// Adds an invoice; gives its place.
    pub(crate) fn add(&mut self, record: Record) -> u32 {
        // More than four thousand million do not fit into memory.
        let place = u32::try_from(self.records.len()).unwrap_or(u32::MAX);
        self.document_bytes += record.document.compressed_bytes() as u64;
        self.records.push(record);
        self.parties.add(&self.records);
        self.columns.add(&self.records);
        let Self { records, hasher, by_number, by_key, by_hash, by_corrected, .. } = self;
        let Some(record) = records.last() else { return place };
        let at = |place: &u32| usize::try_from(*place).ok().and_then(|place| records.get(place));
        let number = |place: &u32| hasher.hash_one(at(place).map(|record| record.ksef_number));
        by_number.insert_unique(number(&place), place, number);
        let key = |place: &u32| at(place).map_or(0, |record| hasher.hash_one(duplicate_key(record)));
        let same = |known: &u32| {
            at(known).is_some_and(|known| {
                duplicate_key(known) == duplicate_key(record)
                    && written_number(&known.document) == written_number(&record.document)
            })
        };
        replace(by_key, place, key, same);
        let hash = |place: &u32| at(place).map_or(0, |record| hasher.hash_one(record.hash));
        replace(by_hash, place, hash, |known| at(known).is_some_and(|known| known.hash == record.hash));
        if record.hash_of_corrected.is_some() {
            let corrected = |place: &u32| {
                at(place).map_or(0, |record| hasher.hash_one(record.hash_of_corrected.as_deref()))
            };
            let same = |known: &u32| {
                at(known).is_some_and(|known| known.hash_of_corrected == record.hash_of_corrected)
            };
            replace(by_corrected, place, corrected, same);
        }
        place
    }

    pub(crate) fn get(&self, number: &KsefNumber) -> Option<&Record> {
        self.numbered(PackedKsefNumber::of(number)?)
    }

    fn numbered(&self, number: PackedKsefNumber) -> Option<&Record> {
        let is_it = |record: &Record| record.ksef_number == number;
        self.find(&self.by_number, self.hasher.hash_one(Some(number)), is_it).and_then(|place| self.at(place))
    }

    /// The invoice of a hash, or the technical correction of one, whichever came last.
    pub(crate) fn by_hash(&self, hash: &Digest) -> Option<&Record> {
        let own = self.find(&self.by_hash, self.hasher.hash_one(hash), |record| record.hash == *hash);
        let is_correction = |record: &Record| record.hash_of_corrected.as_deref() == Some(hash);
        let correction = self.find(&self.by_corrected, self.hasher.hash_one(Some(hash)), is_correction);
        own.max(correction).and_then(|place| self.at(place))
    }

    /// The places of the invoices on which a NIP stands in a role, whose date lies in the range: by this date, and then in the
    /// order of numbers.
    pub(crate) fn places(&self, nip: Nip, role: Role, range: DateRange) -> Vec<&[u32]> {
        self.parties.places(nip, role, range, &self.records)
    }

    /// Prepares looking for something; `is_sort` says of one invoice whether others like it can fit (`columns.rs`).
    pub(crate) fn sieve(&self, wanted: &Wanted<'_>, is_sort: impl Fn(&Record) -> bool) -> Sieve<'_> {
        self.columns.sieve(&self.records, wanted, is_sort)
    }

    /// The invoice at a place.
    pub(crate) fn at(&self, place: u32) -> Option<&Record> {
        self.records.get(usize::try_from(place).ok()?)
    }

    /// What the documents take, compressed.
    pub(crate) fn document_bytes(&self) -> u64 {
        self.document_bytes
    }

    /// Everything, in the order of the numbers being given.
    pub(crate) fn all(&self) -> &[Record] {
        &self.records
    }
}

/// Invoices are written once and never change.
impl Kept for Repository {
    fn watch(&mut self) {
        self.written.get_or_insert(self.records.len());
    }

    fn is_changed(&self) -> bool {
        self.written.is_some_and(|written| written < self.records.len())
    }

    fn write(&mut self, name: &str, is_all: bool, changes: &mut Changes) {
        let start = self.written.filter(|_| !is_all).unwrap_or(0);
        for (place, record) in self.records.iter().enumerate().skip(start) {
            changes.put(name, &place.to_string(), record);
        }
        if self.written.is_some() {
            self.written = Some(self.records.len());
        }
    }

    fn read(&mut self, key: &str, value: Option<&str>) -> Result<bool, serde_json::Error> {
        let Some(value) = value else { return Ok(false) };
        if key.parse() != Ok(self.records.len()) {
            return Err(serde::de::Error::custom("an invoice before it is missing"));
        }
        let mut record: Record = serde_json::from_str(value)?;
        // One text for all invoices of a session, as when they came.
        if let Some(last) = self.records.last().filter(|last| last.session == record.session) {
            record.session = Arc::clone(&last.session);
        }
        self.add(record);
        Ok(false)
    }
}

/// What makes an invoice the same as another; P_2 without spaces at its ends (field notes A2, issue 703).
fn duplicate_key(record: &Record) -> (Nip, Option<ksef_invoice::InvoiceType>, &str) {
    (record.listed.seller, record.listed.invoice_type(), record.listed.invoice_number().trim())
}

/// P_2 as it stands in a document, spaces included, which everything else leaves out (the schema's type collapses them). Empty
/// in forms that have no P_2.
fn written_number(document: &Document) -> Vec<u8> {
    let bytes = document.bytes();
    let mut rest = bytes.as_slice();
    while let Some(at) = rest.windows(4).position(|window| window == b"P_2>") {
        let is_start = rest[..at].iter().rev().find(|byte| matches!(byte, b'<' | b'/' | b'>')) == Some(&b'<');
        rest = &rest[at + 4..];
        if is_start {
            return rest.iter().take_while(|byte| **byte != b'<').copied().collect();
        }
    }
    Vec::new()
}

/// Puts a place into an index instead of one that means the same.
fn replace(
    index: &mut HashTable<u32>,
    place: u32,
    hash: impl Fn(&u32) -> u64,
    is_same: impl Fn(&u32) -> bool,
) {
    match index.find_mut(hash(&place), is_same) {
        Some(known) => *known = place,
        None => {
            index.insert_unique(hash(&place), place, hash);
        }
    }
}

/// "10 pełnych lat, liczonych od końca roku kalendarzowego, w którym faktura została wystawiona".
const UNIQUE_YEARS: i16 = 10;
