//! Who stands on which invoices in which role, in the order of each kind of date: the index behind every query.

use super::listed::Listed;
use super::ordered::Ordered;
use super::packed::Moment;
use super::repository::Record;
use jiff::Timestamp;
use jiff::civil::Date;
use ksef_id::Nip;
use std::collections::HashMap;

/// A role on an invoice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Role {
    Seller,
    Buyer,
    Third,
    Authorized,
}

impl Role {
    pub(crate) const ALL: [Self; 4] = [Self::Seller, Self::Buyer, Self::Third, Self::Authorized];
}

/// A range of dates, both ends included, by the kind of date that a query asks for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum DateRange {
    Issue(Date, Date),
    Receipt(Timestamp, Timestamp),
    Storage(Timestamp, Timestamp),
}

impl DateRange {
    /// Whether an invoice's date of this kind lies in it.
    pub(crate) fn contains(&self, record: &Record) -> bool {
        let is_between =
            |at: Moment, from: Timestamp, to: Timestamp| (Moment::of(from)..=Moment::of(to)).contains(&at);
        match *self {
            Self::Issue(from, to) => (from..=to).contains(&record.listed.issue_date),
            Self::Receipt(from, to) => is_between(record.received_at, from, to),
            Self::Storage(from, to) => is_between(record.stored_at, from, to),
        }
    }
}

/// The invoices on which each NIP stands.
#[derive(Debug, Clone, Default)]
pub(crate) struct Parties(HashMap<(Nip, Role), OfParty>);

#[derive(Debug, Clone, Default)]
struct OfParty {
    by_issue: Ordered,
    by_receipt: Ordered,
    by_storage: Ordered,
}

impl Parties {
    /// Adds the invoice at the end of these.
    pub(crate) fn add(&mut self, records: &[Record]) {
        let Some(record) = records.last() else { return };
        // More than four thousand million do not fit into memory.
        let place = u32::try_from(records.len() - 1).unwrap_or(u32::MAX);
        for party in parties(&record.listed) {
            let party = self.0.entry(party).or_default();
            party.by_issue.insert(place, |place| issued(records, place));
            party.by_receipt.insert(place, |place| received(records, place));
            party.by_storage.insert(place, |place| stored(records, place));
        }
    }

    /// The places of the invoices on which a NIP stands in a role, whose date lies in the range: by this date, and then in the
    /// order of numbers.
    pub(crate) fn places(&self, nip: Nip, role: Role, range: DateRange, records: &[Record]) -> Vec<&[u32]> {
        let Some(party) = self.0.get(&(nip, role)) else { return Vec::new() };
        match range {
            DateRange::Issue(from, to) => {
                party.by_issue.between(&Some(from), &Some(to), |place| issued(records, place))
            }
            DateRange::Receipt(from, to) => {
                let (from, to) = (Some(Moment::of(from)), Some(Moment::of(to)));
                party.by_receipt.between(&from, &to, |place| received(records, place))
            }
            DateRange::Storage(from, to) => {
                let (from, to) = (Some(Moment::of(from)), Some(Moment::of(to)));
                party.by_storage.between(&from, &to, |place| stored(records, place))
            }
        }
    }
}

fn at(records: &[Record], place: u32) -> Option<&Record> {
    records.get(usize::try_from(place).ok()?)
}

fn issued(records: &[Record], place: u32) -> Option<Date> {
    Some(at(records, place)?.listed.issue_date)
}

fn received(records: &[Record], place: u32) -> Option<Moment> {
    Some(at(records, place)?.received_at)
}

fn stored(records: &[Record], place: u32) -> Option<Moment> {
    Some(at(records, place)?.stored_at)
}

/// Every NIP on an invoice with its role, that in an internal identifier or an EU VAT number of Poland included.
fn parties(listed: &Listed) -> Vec<(Nip, Role)> {
    let nip = |value: &str| Nip::parse(value.get(..NIP_DIGITS)?).ok();
    let mut parties = vec![(listed.seller, Role::Seller)];
    parties.extend(listed.buyer().and_then(nip).map(|nip| (nip, Role::Buyer)));
    parties
        .extend(listed.authorized().and_then(|subject| nip(subject.nip)).map(|nip| (nip, Role::Authorized)));
    for third in listed.thirds().filter_map(|third| nip(third.identifier?)) {
        // Of several units of one company each is a third subject.
        if !parties.contains(&(third, Role::Third)) {
            parties.push((third, Role::Third));
        }
    }
    parties
}

const NIP_DIGITS: usize = 10;
