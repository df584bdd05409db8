//! What queries filter by, in columns: a filter that fits little looks at a few bytes of each invoice, not at the invoice.
//!
//! Columns say which invoices cannot fit. What they let pass is looked at itself, so they may be as coarse as they like.

use super::repository::Record;
use hashbrown::HashTable;
use ksef_id::Nip;
use ksef_invoice::{Form, InvoiceType, MetadataIdentifierType};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;
use std::hash::{BuildHasher as _, Hash, RandomState};

/// The columns; the place in them is that in the repository.
#[derive(Debug, Clone, Default)]
pub(crate) struct Columns {
    hasher: RandomState,
    /// Sixteen bits of the hash of what stands there.
    numbers: Vec<u16>,
    sellers: Vec<u16>,
    buyers: Vec<u16>,
    net: Vec<f32>,
    vat: Vec<f32>,
    gross: Vec<f32>,
    /// The place of the invoice's sort among the examples.
    sorts: Vec<u32>,
    /// Of each sort the first invoice.
    examples: Vec<u32>,
    by_sort: HashTable<u32>,
}

/// What invoices have in common with thousands of others.
#[derive(PartialEq, Eq, Hash)]
struct Sort<'a> {
    form: Form,
    kind: Option<InvoiceType>,
    buyer_kind: MetadataIdentifierType,
    currency: &'a str,
    is_offline: bool,
    is_self_invoicing: bool,
    has_attachment: bool,
}

/// An amount of an invoice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AmountColumn {
    Net,
    Vat,
    Gross,
}

/// What is looked for; what is `None` may be anything.
#[derive(Debug, Default)]
pub(crate) struct Wanted<'a> {
    /// `P_2`, to the letter.
    pub(crate) number: Option<&'a str>,
    pub(crate) seller: Option<Nip>,
    /// The buyer's identifier.
    pub(crate) buyer: Option<&'a str>,
    /// Which amount, and between what.
    pub(crate) amount: Option<(AmountColumn, Option<Decimal>, Option<Decimal>)>,
}

/// What is looked for, as the columns say it.
pub(crate) struct Sieve<'a> {
    columns: &'a Columns,
    number: Option<u16>,
    seller: Option<u16>,
    buyer: Option<u16>,
    amount: Option<(&'a [f32], f32, f32)>,
    /// Whether each sort fits; `None` when all do.
    sorts: Option<Vec<bool>>,
}

impl Columns {
    /// Adds the invoice at the end of these.
    pub(crate) fn add(&mut self, records: &[Record]) {
        let Some(record) = records.last() else { return };
        let listed = &record.listed;
        let (number, seller, buyer) = (
            self.hash(listed.invoice_number()),
            self.hash(listed.seller.as_str()),
            self.hash(listed.buyer()),
        );
        self.numbers.push(number);
        self.sellers.push(seller);
        self.buyers.push(buyer);
        self.net.push(rough(listed.net));
        self.vat.push(rough(listed.vat));
        self.gross.push(rough(listed.gross));
        let sort = self.sort(records, record);
        self.sorts.push(sort);
    }

    fn sort(&mut self, records: &[Record], record: &Record) -> u32 {
        let Self { hasher, examples, by_sort, .. } = self;
        let example = |sort: &u32| {
            let place = examples.get(usize::try_from(*sort).ok()?)?;
            records.get(usize::try_from(*place).ok()?)
        };
        let wanted = Sort::of(record);
        let is_it = |sort: &u32| example(sort).is_some_and(|example| Sort::of(example) == wanted);
        if let Some(known) = by_sort.find(hasher.hash_one(&wanted), is_it) {
            return *known;
        }
        let sort = u32::try_from(examples.len()).unwrap_or(u32::MAX);
        let hash = |sort: &u32| example(sort).map_or(0, |example| hasher.hash_one(Sort::of(example)));
        by_sort.insert_unique(hasher.hash_one(&wanted), sort, hash);
        examples.push(u32::try_from(records.len().saturating_sub(1)).unwrap_or(u32::MAX));
        sort
    }

    /// Prepares looking for something; `is_sort` says of an example whether invoices of its sort can fit.
    pub(crate) fn sieve<'a>(
        &'a self,
        records: &[Record],
        wanted: &Wanted<'_>,
        is_sort: impl Fn(&Record) -> bool,
    ) -> Sieve<'a> {
        let examples =
            self.examples.iter().map(|place| usize::try_from(*place).ok().and_then(|at| records.get(at)));
        let sorts: Vec<bool> = examples.map(|example| example.is_some_and(&is_sort)).collect();
        let amount = wanted.amount.map(|(column, from, to)| {
            let column = match column {
                AmountColumn::Net => &self.net,
                AmountColumn::Vat => &self.vat,
                AmountColumn::Gross => &self.gross,
            };
            // One step further on both sides: rounding may have gone either way.
            let from = from.map_or(f32::NEG_INFINITY, |from| rough(from).next_down());
            let to = to.map_or(f32::INFINITY, |to| rough(to).next_up());
            (column.as_slice(), from, to)
        });
        Sieve {
            columns: self,
            number: wanted.number.map(|number| self.hash(number)),
            seller: wanted.seller.map(|seller| self.hash(seller.as_str())),
            buyer: wanted.buyer.map(|buyer| self.hash(Some(buyer))),
            amount,
            sorts: sorts.contains(&false).then_some(sorts),
        }
    }

    fn hash(&self, value: impl Hash) -> u16 {
        let [first, second, ..] = self.hasher.hash_one(value).to_le_bytes();
        u16::from_le_bytes([first, second])
    }
}

impl Sieve<'_> {
    /// Whether the invoice at a place can fit.
    pub(crate) fn lets_pass(&self, place: u32) -> bool {
        let Ok(at) = usize::try_from(place) else { return false };
        let is = |column: &[u16], wanted: Option<u16>| {
            wanted.is_none_or(|wanted| column.get(at).is_some_and(|found| *found == wanted))
        };
        is(&self.columns.numbers, self.number)
            && is(&self.columns.sellers, self.seller)
            && is(&self.columns.buyers, self.buyer)
            && self.amount.is_none_or(|(column, from, to)| {
                column.get(at).is_some_and(|amount| (from..=to).contains(amount))
            })
            && self.sorts.as_ref().is_none_or(|sorts| {
                let sort = self.columns.sorts.get(at).and_then(|sort| usize::try_from(*sort).ok());
                sort.and_then(|sort| sorts.get(sort)).is_some_and(|fits| *fits)
            })
    }
}

impl<'a> Sort<'a> {
    fn of(record: &'a Record) -> Self {
        let listed = &record.listed;
        Self {
            form: record.form,
            kind: listed.invoice_type(),
            buyer_kind: listed.buyer_kind(),
            currency: listed.currency(),
            is_offline: record.is_offline,
            is_self_invoicing: listed.is_self_invoicing,
            has_attachment: listed.has_attachment,
        }
    }
}

/// Near enough to tell which amounts cannot lie in a range.
fn rough(amount: Decimal) -> f32 {
    // Every decimal lies within what a float can say.
    amount.to_f32().unwrap_or(f32::NAN)
}
