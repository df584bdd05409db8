//! The repository: every invoice that has a KSeF number, and the index that finds duplicates.
//!
//! Made for a million invoices: what lists show of each lies in one piece of text (`listed.rs`), and the indices hold places
//! instead of keys.

use super::listed::Listed;
use super::stored;
use super::table::Kept;
use crate::data::Changes;
use crate::inspection::Facts;
use crate::reference::ReferenceSource;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::read::DeflateDecoder;
use flate2::{Compress, Compression, FlushCompress, Status};
use hashbrown::HashTable;
use jiff::Timestamp;
use jiff::civil::Date;
use ksef_id::{KsefNumber, Nip, ReferenceNumber, Sha256Hash};
use ksef_invoice::Form;
use ksef_wire::codes::ExceptionCode;
use ksef_wire::{Base64Bytes, InvoicingMode};
use serde::{Deserialize, Serialize};
use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::hash::{BuildHasher as _, RandomState};
use std::io::Read as _;
use std::sync::Arc;

/// An invoice with a KSeF number.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Record {
    pub(crate) ksef_number: KsefNumber,
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
    pub(crate) received_at: Timestamp,
    pub(crate) acquired_at: Timestamp,
    pub(crate) stored_at: Timestamp,
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
        is_told.then_some(self.stored_at)
    }

    /// Its mode as the API names it.
    pub(crate) fn mode(&self) -> InvoicingMode {
        if self.is_offline { InvoicingMode::Offline } else { InvoicingMode::Online }
    }
}

/// A SHA-256, as its 32 bytes.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Digest(pub(crate) [u8; 32]);

impl Digest {
    /// Of these bytes.
    pub(crate) fn of(bytes: &[u8]) -> Self {
        Self(ksef_crypto::sha256(bytes))
    }

    /// As the API writes it.
    pub(crate) fn to_hash(self) -> Sha256Hash {
        Sha256Hash::from_bytes(&self.0)
    }
}

impl From<&Sha256Hash> for Digest {
    fn from(hash: &Sha256Hash) -> Self {
        Self(hash.to_bytes())
    }
}

impl std::fmt::Debug for Digest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&STANDARD.encode(self.0))
    }
}

impl Serialize for Digest {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_hash().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Sha256Hash::deserialize(deserializer).map(|hash| Self::from(&hash))
    }
}

/// A document as received, never written anew; kept compressed, since a simulator may hold a million.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(from = "WrittenDocument", into = "WrittenDocument")]
pub(crate) struct Document {
    compressed: Arc<[u8]>,
    length: u32,
}

/// A document on disk.
#[derive(Clone, Serialize, Deserialize)]
struct WrittenDocument {
    deflated: Base64Bytes,
    length: u32,
}

impl From<Document> for WrittenDocument {
    fn from(document: Document) -> Self {
        Self { deflated: Base64Bytes(document.compressed.to_vec()), length: document.length }
    }
}

impl From<WrittenDocument> for Document {
    fn from(written: WrittenDocument) -> Self {
        Self { compressed: written.deflated.0.into(), length: written.length }
    }
}

impl Document {
    /// Takes the bytes. Takes its time: not to be called under the lock for many.
    pub(crate) fn of(bytes: &[u8]) -> Self {
        let compressed = DEFLATE.with_borrow_mut(|deflate| deflated(deflate, bytes));
        Self { compressed: compressed.into(), length: u32::try_from(bytes.len()).unwrap_or(u32::MAX) }
    }

    /// The bytes.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(usize::try_from(self.length).unwrap_or(0));
        if let Err(error) = DeflateDecoder::new(&*self.compressed).read_to_end(&mut bytes) {
            // Only a folder that somebody changed by hand can hold such a document.
            tracing::error!(%error, "a document cannot be unpacked");
        }
        bytes
    }

    /// What it takes.
    pub(crate) fn compressed_bytes(&self) -> usize {
        self.compressed.len()
    }
}

/// Compresses with a compressor that was used before. A new one for each document takes 300 KB each time, and between what
/// stays of one and the next the allocator finds no place for another.
fn deflated(deflate: &mut Compress, bytes: &[u8]) -> Vec<u8> {
    deflate.reset();
    let mut compressed = Vec::with_capacity(bytes.len() / 2 + 64);
    loop {
        let done = usize::try_from(deflate.total_in()).unwrap_or(bytes.len());
        let rest = bytes.get(done..).unwrap_or_default();
        match deflate.compress_vec(rest, &mut compressed, FlushCompress::Finish) {
            Ok(Status::StreamEnd) => return compressed,
            // Full: the output never grows beyond a little more than the input.
            Ok(_) => compressed.reserve(compressed.len().max(64)),
            // Compressing does not fail; what was written so far could not be read.
            Err(error) => {
                tracing::error!(%error, "a document cannot be compressed");
                return compressed;
            }
        }
    }
}

thread_local! {
    static DEFLATE: RefCell<Compress> = RefCell::new(Compress::new(Compression::fast(), false));
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
    by_receipt: BTreeSet<(Moment, u32)>,
    by_storage: BTreeSet<(Moment, u32)>,
}

/// All invoices.
#[derive(Debug, Clone, Default)]
pub(crate) struct Repository {
    records: Vec<Record>,
    hasher: RandomState,
    by_number: HashTable<u32>,
    /// By seller, kind and number (guide, `faktury/weryfikacja-faktury.md`); the newest counts.
    by_key: HashTable<u32>,
    by_hash: HashTable<u32>,
    /// By the hash of the document that each corrects.
    by_corrected: HashTable<u32>,
    by_party: HashMap<Nip, OfParty>,
    /// How many have been written; `None` when nothing is kept.
    written: Option<usize>,
    document_bytes: u64,
}

impl Repository {
    /// The invoice that forbids another of the same seller, kind and number: one issued at most ten full years before
    /// the end of the year `today` lies in.
    pub(crate) fn duplicate_of(&self, facts: &Facts, today: Date) -> Option<&Record> {
        let key = (facts.seller, facts.metadata.invoice_type, facts.metadata.invoice_number.trim());
        let place =
            self.find(&self.by_key, self.hasher.hash_one(key), |record| duplicate_key(record) == key)?;
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
        seller: ksef_id::Nip,
        now: Timestamp,
    ) -> KsefNumber {
        // 48 random bits: the second try is already unlikely, and the loop ends since the repository is finite.
        loop {
            let number = references.ksef_number(seller, now);
            if self.get(&number).is_none() {
                return number;
            }
        }
    }

    /// Adds an invoice; gives its place.
    pub(crate) fn add(&mut self, record: Record) -> u32 {
        // More than four thousand million do not fit into memory.
        let place = u32::try_from(self.records.len()).unwrap_or(u32::MAX);
        for nip in parties(&record.listed) {
            let party = self.by_party.entry(nip).or_default();
            party.by_issue.insert((record.listed.issue_date, place));
            party.by_receipt.insert((Moment::of(record.received_at), place));
            party.by_storage.insert((Moment::of(record.stored_at), place));
        }
        self.document_bytes += record.document.compressed_bytes() as u64;
        self.records.push(record);
        let Self { records, hasher, by_number, by_key, by_hash, by_corrected, .. } = self;
        let Some(record) = records.last() else { return place };
        let at = |place: &u32| usize::try_from(*place).ok().and_then(|place| records.get(place));
        let number = |place: &u32| hasher.hash_one(at(place).map(|record| &record.ksef_number));
        by_number.insert_unique(number(&place), place, number);
        let key = |place: &u32| at(place).map_or(0, |record| hasher.hash_one(duplicate_key(record)));
        let same = |known: &u32| at(known).is_some_and(|known| duplicate_key(known) == duplicate_key(record));
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
        let is_it = |record: &Record| record.ksef_number == *number;
        self.find(&self.by_number, self.hasher.hash_one(Some(number)), is_it).and_then(|place| self.at(place))
    }

    /// The invoice of a hash, or the technical correction of one, whichever came last.
    pub(crate) fn by_hash(&self, hash: &Digest) -> Option<&Record> {
        let own = self.find(&self.by_hash, self.hasher.hash_one(hash), |record| record.hash == *hash);
        let is_correction = |record: &Record| record.hash_of_corrected.as_deref() == Some(hash);
        let correction = self.find(&self.by_corrected, self.hasher.hash_one(Some(hash)), is_correction);
        own.max(correction).and_then(|place| self.at(place))
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
            DateRange::Receipt(from, to) => self.between(&party.by_receipt, Moment::of(from), Moment::of(to)),
            DateRange::Storage(from, to) => self.between(&party.by_storage, Moment::of(from), Moment::of(to)),
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

/// Every NIP on an invoice, that in an internal identifier or an EU VAT number of Poland included.
fn parties(listed: &Listed) -> BTreeSet<Nip> {
    let values = listed.identifiers();
    let mut parties: BTreeSet<Nip> =
        values.filter_map(|value| Nip::parse(value.get(..NIP_DIGITS)?).ok()).collect();
    parties.insert(listed.seller);
    parties
}

/// What makes an invoice the same as another; P_2 without spaces at its ends (field notes A2, issue 703).
fn duplicate_key(record: &Record) -> (Nip, Option<ksef_invoice::InvoiceType>, &str) {
    (record.listed.seller, record.listed.invoice_type(), record.listed.invoice_number().trim())
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

/// A moment in half the place of a [`Timestamp`]: the upper and the lower half of its nanoseconds, the sign turned so that
/// they are in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Moment(u32, u32);

impl Moment {
    /// The clock goes to the year 2199, so the nanoseconds fit; what queries ask for beyond is cut.
    fn of(at: Timestamp) -> Self {
        let nanoseconds = at.as_nanosecond();
        let cut = i64::try_from(nanoseconds).unwrap_or(if nanoseconds < 0 { i64::MIN } else { i64::MAX });
        let bytes = (cut.cast_unsigned() ^ (1 << 63)).to_be_bytes();
        let half = |at: usize| u32::from_be_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
        Self(half(0), half(4))
    }
}

/// "10 pełnych lat, liczonych od końca roku kalendarzowego, w którym faktura została wystawiona".
const UNIQUE_YEARS: i16 = 10;
const NIP_DIGITS: usize = 10;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_come_back_whatever_they_are() {
        let mut random = fastrand::Rng::with_seed(1);
        for length in [0, 1, 63, 64, 65, 4000, 300_000] {
            let bytes: Vec<u8> = (0..length).map(|_| random.u8(..)).collect();
            assert_eq!(Document::of(&bytes).bytes(), bytes, "{length} random bytes");
            let bytes = b"<P_7>Towar</P_7>".repeat(length / 16);
            let document = Document::of(&bytes);
            assert_eq!(document.bytes(), bytes);
            assert!(document.compressed_bytes() <= bytes.len() / 10 + 32);
        }
    }

    #[test]
    fn moments_are_in_the_order_of_time() {
        let at = |text: &str| Moment::of(text.parse().expect("a time"));
        let moments = [
            Moment::of(Timestamp::MIN),
            at("1969-12-31T23:59:59.999999999Z"),
            at("1970-01-01T00:00:00Z"),
            at("2026-11-22T09:00:00.000000001Z"),
            at("2026-11-22T09:00:05Z"),
            at("2199-12-31T23:59:59Z"),
            Moment::of(Timestamp::MAX),
        ];
        assert!(moments.is_sorted_by(|a, b| a < b));
    }
}
