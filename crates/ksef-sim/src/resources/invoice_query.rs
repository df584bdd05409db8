//! `POST /invoices/query/metadata`: filters and their checks, order, pages.

use super::invoice_metadata::{buyer_type, describe, form_type, invoice_type};
use super::invoices::stands_as;
use crate::domain::World;
use crate::domain::columns::{AmountColumn, Wanted};
use crate::domain::parties::{DateRange, Role};
use crate::domain::permissions::eu_number;
use crate::domain::repository::Record;
use crate::faults::{Site, SubjectRole, Target};
use crate::http::Shared;
use crate::http::body;
use crate::http::call::{Call, Reply};
use crate::http::errors::Refusal;
use crate::http::paging;
use jiff::{SignedDuration, Timestamp};
use ksef_id::{ContextIdentifier, ContextType};
use ksef_wire::codes::ExceptionCode;
use ksef_wire::{
    AmountType, ApiTime, BuyerIdentifierType, InvoiceQueryDateType, InvoiceQueryFilters,
    InvoiceQuerySubjectType, QueryInvoicesMetadataResponse, SortOrder,
};

/// `POST /invoices/query/metadata`
pub(crate) fn query_metadata(shared: &Shared, call: &Call) -> Result<Reply, Refusal> {
    let caller = call.caller()?;
    let offset = paging::number(call, "pageOffset", 0, 0, i32::MAX as usize)?;
    let size = paging::number(call, "pageSize", SIZE_MIN, SIZE_MIN, SIZE_MAX)?;
    let is_descending = match call.query_value("sortOrder").map(SortOrder::from) {
        None | Some(SortOrder::Asc) => false,
        Some(SortOrder::Desc) => true,
        Some(SortOrder::Unknown(text)) => {
            let text = paging::cut(&text);
            return Err(Refusal::validation(format!("The value '{text}' is not valid for 'sortOrder'.")));
        }
    };
    let filters: InvoiceQueryFilters = body::json(call)?;
    let mut world = shared.world();
    let query = Query::check(filters, call.now, hwm(&world, call.now))?;
    query.fail_on_demand(&mut world, call)?;
    if query.is_beyond_hwm {
        return Err(Refusal::code(ExceptionCode::RANGE_BEYOND_HWM, [BEYOND_HWM.to_owned()]));
    }
    let start = offset.saturating_mul(size);
    let end = start.saturating_add(size);
    // One more than are shown, to know whether there are more.
    let limit = end.min(ROWS_MAX) + 1;
    let mut found = query.find(&world, &caller.context, call.now, is_descending, limit);
    let is_limit_reached = found.len() >= ROWS_MAX;
    let has_beyond = found.len() > ROWS_MAX;
    found.truncate(ROWS_MAX);
    Ok(Reply::ok(&QueryInvoicesMetadataResponse {
        has_more: found.len() > end || (has_beyond && end >= found.len()),
        // Told on the page that reaches the limit; exactly 10,000 count as reaching it (field notes B1, issue 816).
        is_truncated: is_limit_reached && end >= found.len(),
        permanent_storage_hwm_date: query.hwm.map(ApiTime),
        invoices: found.into_iter().skip(start).take(size).map(describe).collect(),
    }))
}

/// The high-water mark: everything stored before it is visible.
pub(crate) fn hwm(world: &World, now: Timestamp) -> Timestamp {
    // A late arrival is one that the mark does not wait for.
    let is_awaited = |record: &&Record| record.lag.as_ref().is_none_or(|lag| !lag.is_counted_complete);
    // Only the newest can be invisible: what is older than a second is visible to all.
    let recent = world
        .repository
        .all()
        .iter()
        .rev()
        .take_while(|record| now.duration_since(record.stored_at.at()) < SignedDuration::from_secs(2));
    let first_hidden = recent
        .filter(|record| is_awaited(record) && !world.is_visible(record, now))
        .map(|record| record.stored_at.at())
        .min();
    first_hidden.and_then(|hidden| hidden.checked_sub(TICK).ok()).map_or(now, |mark| mark.min(now))
}

/// A query after its checks.
pub(crate) struct Query {
    role: Role,
    date_type: InvoiceQueryDateType,
    from: Timestamp,
    to: Timestamp,
    /// Given for PermanentStorage only.
    pub(crate) hwm: Option<Timestamp>,
    /// Whether nothing can be given yet: the range begins after the mark that shall limit it.
    pub(crate) is_beyond_hwm: bool,
    filters: InvoiceQueryFilters,
}

impl Query {
    /// Checks the filters; `now` is the end of a range without an end.
    pub(crate) fn check(
        filters: InvoiceQueryFilters,
        now: Timestamp,
        hwm: Timestamp,
    ) -> Result<Self, Refusal> {
        let role = match &filters.subject_type {
            InvoiceQuerySubjectType::Subject1 => Role::Seller,
            InvoiceQuerySubjectType::Subject2 => Role::Buyer,
            InvoiceQuerySubjectType::Subject3 => Role::Third,
            InvoiceQuerySubjectType::SubjectAuthorized => Role::Authorized,
            InvoiceQuerySubjectType::Unknown(text) => return Err(unknown("subjectType", text)),
        };
        check_values(&filters)?;
        let range = &filters.date_range;
        let from = range.from.0;
        let mut to = range.to.map_or(now, |to| to.0);
        if to < from {
            return Err(Refusal::validation(
                "'dateRange.to' must be greater than or equal to 'dateRange.from'.",
            ));
        }
        if to.duration_since(from) > RANGE_MAX {
            return Err(Refusal::validation("'dateRange' must not exceed 100 days."));
        }
        let date_type = range.date_type.clone();
        let is_restricted = range.restrict_to_permanent_storage_hwm_date.unwrap_or(false);
        let is_by_storage = date_type == InvoiceQueryDateType::PermanentStorage;
        let is_beyond_hwm = is_restricted && is_by_storage && from > hwm;
        if is_restricted && is_by_storage {
            to = to.min(hwm);
        }
        // Of an older period the mark is its end.
        let hwm = is_by_storage.then(|| hwm.min(to));
        Ok(Self { role, date_type, from, to, hwm, is_beyond_hwm, filters })
    }

    /// Answers 500 where a fault says so.
    pub(crate) fn fail_on_demand(&self, world: &mut World, call: &Call) -> Result<(), Refusal> {
        let site = Site::Query(match self.role {
            Role::Seller => SubjectRole::Subject1,
            Role::Buyer => SubjectRole::Subject2,
            Role::Third => SubjectRole::Subject3,
            Role::Authorized => SubjectRole::SubjectAuthorized,
        });
        match world.faults.take(site, Target::Operation(call.operation), call.now) {
            Some(_) => Err(Refusal::Internal),
            None => Ok(()),
        }
    }

    /// The first `limit` invoices of a context that fit and are visible, oldest first by the date asked for, or newest
    /// first.
    pub(crate) fn find<'a>(
        &self,
        world: &'a World,
        context: &ContextIdentifier,
        now: Timestamp,
        is_descending: bool,
        limit: usize,
    ) -> Vec<&'a Record> {
        // Nobody stands on an invoice but under a NIP, its own or that of the unit or entity.
        let Some(nip) = context.nip() else { return Vec::new() };
        let range = match self.date_type {
            InvoiceQueryDateType::Issue => {
                DateRange::Issue(crate::clock::warsaw_date(self.from), crate::clock::warsaw_date(self.to))
            }
            InvoiceQueryDateType::Invoicing => DateRange::Receipt(self.from, self.to),
            _ => DateRange::Storage(self.from, self.to),
        };
        let repository = &world.repository;
        let is_found = |record: &&Record| {
            stands_as(record, self.role, context)
                && self.fits_sort(record)
                && self.fits_alone(record)
                && world.is_visible(record, now)
        };
        if let Some(number) = &self.filters.ksef_number {
            let record = repository.get(number).filter(|record| range.contains(record));
            return record.filter(is_found).into_iter().take(limit).collect();
        }
        // An EU entity stands where the seller stands in whose name it issued.
        let role = if context.kind() == ContextType::NipVatUe { Role::Seller } else { self.role };
        let places = repository.places(nip, role, range);
        let places = places.iter().flat_map(|piece| piece.iter().copied());
        let sieve = repository.sieve(&self.wanted(context), |example| self.fits_sort(example));
        let record = |place: u32| repository.at(place).filter(is_found);
        match is_descending {
            true => {
                places.rev().filter(|place| sieve.lets_pass(*place)).filter_map(record).take(limit).collect()
            }
            false => places.filter(|place| sieve.lets_pass(*place)).filter_map(record).take(limit).collect(),
        }
    }

    /// What the columns can look for.
    fn wanted<'a>(&'a self, context: &'a ContextIdentifier) -> Wanted<'a> {
        let filters = &self.filters;
        let buyer = filters.buyer_identifier.as_ref().and_then(|buyer| buyer.value.as_deref());
        // Of a company's invoices those of one of its units, or of an EU entity.
        let own = match context.kind() {
            ContextType::InternalId if self.role == Role::Buyer => Some(context.value()),
            ContextType::NipVatUe => eu_number(context),
            _ => None,
        };
        Wanted {
            number: filters.invoice_number.as_deref(),
            seller: filters.seller_nip,
            buyer: buyer.or(own),
            amount: filters.amount.as_ref().map(|amount| {
                let column = match amount.kind {
                    AmountType::Netto => AmountColumn::Net,
                    AmountType::Vat => AmountColumn::Vat,
                    _ => AmountColumn::Gross,
                };
                (column, amount.from.map(|from| from.0), amount.to.map(|to| to.0))
            }),
        }
    }

    /// The filters by what many invoices have in common (`domain/columns.rs`).
    fn fits_sort(&self, record: &Record) -> bool {
        let (filters, listed) = (&self.filters, &record.listed);
        is_none_or_eq(filters.invoicing_mode.as_ref(), &record.mode())
            && is_none_or_eq(filters.is_self_invoicing.as_ref(), &listed.is_self_invoicing)
            && is_none_or_eq(filters.has_attachment.as_ref(), &listed.has_attachment)
            && is_none_or_eq(filters.form_type.as_ref(), &form_type(record.form))
            && filters
                .currency_codes
                .as_deref()
                .is_none_or(|codes| codes.is_empty() || codes.iter().any(|code| code == listed.currency()))
            && is_empty_or_has(filters.invoice_types.as_deref(), &invoice_type(record))
            && filters
                .buyer_identifier
                .as_ref()
                .is_none_or(|buyer| buyer.kind == buyer_type(listed.buyer_kind()))
    }

    /// The filters by what each invoice has for itself.
    fn fits_alone(&self, record: &Record) -> bool {
        let (filters, listed) = (&self.filters, &record.listed);
        filters.invoice_number.as_ref().is_none_or(|number| number == listed.invoice_number())
            && is_none_or_eq(filters.seller_nip.as_ref(), &listed.seller)
            && filters.amount.as_ref().is_none_or(|amount| {
                let value = match amount.kind {
                    AmountType::Netto => listed.net,
                    AmountType::Vat => listed.vat,
                    _ => listed.gross,
                };
                amount.from.is_none_or(|from| value >= from.0) && amount.to.is_none_or(|to| value <= to.0)
            })
            && filters
                .buyer_identifier
                .as_ref()
                .and_then(|buyer| buyer.value.as_deref())
                .is_none_or(|value| listed.buyer() == Some(value))
    }
}

/// Values that a schema with open enumerations lets pass.
fn check_values(filters: &InvoiceQueryFilters) -> Result<(), Refusal> {
    if let InvoiceQueryDateType::Unknown(text) = &filters.date_range.date_type {
        return Err(unknown("dateRange.dateType", text));
    }
    if let Some(amount) = &filters.amount {
        if let AmountType::Unknown(text) = &amount.kind {
            return Err(unknown("amount.type", text));
        }
        if matches!((amount.from, amount.to), (Some(from), Some(to)) if to < from) {
            return Err(Refusal::validation("'amount.to' must be greater than or equal to 'amount.from'."));
        }
    }
    if let Some(buyer) = &filters.buyer_identifier {
        if let BuyerIdentifierType::Unknown(text) = &buyer.kind {
            return Err(unknown("buyerIdentifier.type", text));
        }
        if buyer.value.as_ref().is_some_and(|value| value.chars().count() > 50) {
            return Err(Refusal::validation(
                "The length of 'buyerIdentifier.value' must be 50 characters or fewer.",
            ));
        }
    }
    if filters.invoice_number.as_ref().is_some_and(|number| number.chars().count() > 256) {
        return Err(Refusal::validation("The length of 'invoiceNumber' must be 256 characters or fewer."));
    }
    if let Some(mode) = filters.invoicing_mode.as_ref().filter(|mode| !mode.is_known()) {
        return Err(unknown("invoicingMode", mode.as_str()));
    }
    if let Some(form) = filters.form_type.as_ref().filter(|form| !form.is_known()) {
        return Err(unknown("formType", form.as_str()));
    }
    let kinds = filters.invoice_types.as_deref().unwrap_or_default();
    if let Some(kind) = kinds.iter().find(|kind| !kind.is_known()) {
        return Err(unknown("invoiceTypes", kind.as_str()));
    }
    let codes = filters.currency_codes.as_deref().unwrap_or_default();
    let is_code = |code: &String| code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_uppercase());
    match codes.iter().find(|code| !is_code(code)) {
        Some(code) => Err(unknown("currencyCodes", code)),
        None => Ok(()),
    }
}

fn unknown(name: &str, value: &str) -> Refusal {
    Refusal::validation(format!(
        "'{name}' has a range of values which does not include '{}'.",
        paging::cut(value)
    ))
}

fn is_none_or_eq<T: PartialEq>(wanted: Option<&T>, found: &T) -> bool {
    wanted.is_none_or(|wanted| wanted == found)
}

fn is_empty_or_has<T: PartialEq>(wanted: Option<&[T]>, found: &T) -> bool {
    wanted.is_none_or(|wanted| wanted.is_empty() || wanted.contains(found))
}

/// Details of 21183, and of an export's status 420.
pub(crate) const BEYOND_HWM: &str = "Parametr dateRange.from jest późniejszy niż PermanentStorageHwmDate przy włączonym \
                                     restrictToPermanentStorageHwmDate.";
const SIZE_MIN: usize = 10;
const SIZE_MAX: usize = 250;
/// "Limit techniczny: ≤ 10 000 rekordów na zestaw filtrów".
const ROWS_MAX: usize = 10_000;
/// "Maksymalny dozwolony okres wynosi 100 dni" (2.7.1).
const RANGE_MAX: SignedDuration = SignedDuration::from_hours(100 * 24);
/// One unit of the API's times.
const TICK: SignedDuration = SignedDuration::from_nanos(100);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seeding::{self, InboxKind, InboxOrder};
    use ksef_id::Nip;
    use serde_json::{Value, json};

    /// What the index and the columns find is what looking at every invoice finds, in the order of the date asked for.
    #[test]
    fn nothing_is_missed_and_nothing_is_found_that_does_not_fit() {
        let mut world = World::new(11);
        let mut dice = fastrand::Rng::with_seed(11);
        let now: Timestamp = "2026-04-01T12:00:00Z".parse().expect("a time");
        let buyers = ["5265877635", "5213003001"];
        for (buyer, count, kind, from) in [
            (buyers[0], 900, InboxKind::Ordinary, "2026-02-01T00:00:00Z"),
            (buyers[1], 300, InboxKind::Ordinary, "2026-01-01T00:00:00Z"),
            (buyers[0], 300, InboxKind::Ordinary, "2026-01-01T00:00:00Z"),
            (buyers[0], 64, InboxKind::Ugly, "2026-03-01T00:00:00Z"),
        ] {
            let buyer = Nip::parse(buyer).expect("a NIP");
            let from = Some(from.parse().expect("a time"));
            seeding::fill(&mut world, &InboxOrder { buyer, count, kind, from, until: None }, now)
                .expect("a good order");
        }
        let records = world.repository.all();
        let (mut some, mut none) = (0, 0);
        for _ in 0..3000 {
            let example = &records[dice.usize(..records.len())];
            let listed = &example.listed;
            let mut filters = json!({
                "subjectType": dice.choice(["Subject1", "Subject2", "Subject2", "Subject3"]),
                "dateRange": {
                    "dateType": dice.choice(["Issue", "Invoicing", "PermanentStorage"]),
                    "from": if dice.bool() { "2026-01-01T00:00:00Z".to_owned() } else { example.stored_at.at().to_string() },
                    "to": dice.choice(["2026-03-31T00:00:00Z", "2026-02-14T10:00:00Z"]),
                },
            });
            let amount = |value: rust_decimal::Decimal| {
                serde_json::to_value(ksef_wire::Amount(value)).expect("a number")
            };
            let (kind, value) = *dice
                .choice([("Netto", listed.net), ("Vat", listed.vat), ("Brutto", listed.gross)].iter())
                .expect("three");
            let possible: [(&str, Value); 12] = [
                ("ksefNumber", json!(example.ksef_number)),
                ("invoiceNumber", json!(listed.invoice_number())),
                ("invoiceNumber", json!("nobody's")),
                ("sellerNip", json!(listed.seller)),
                ("buyerIdentifier", json!({ "type": "Nip", "value": buyers[dice.usize(..2)] })),
                ("amount", json!({ "type": kind, "from": amount(value), "to": amount(value) })),
                ("amount", json!({ "type": kind, "from": amount(value) })),
                ("amount", json!({ "type": kind, "to": amount(value) })),
                ("currencyCodes", json!([listed.currency(), "CHF"])),
                ("invoiceTypes", json!([dice.choice(["Vat", "Kor", "Zal"])])),
                ("invoicingMode", json!(dice.choice(["Online", "Offline"]))),
                ("hasAttachment", json!(dice.bool())),
            ];
            for _ in 0..dice.usize(0..3) {
                let (name, value) = possible[dice.usize(..possible.len())].clone();
                filters[name] = value;
            }
            let to = filters["dateRange"]["to"].as_str().map(str::to_owned);
            if filters["dateRange"]["from"].as_str().map(str::to_owned) > to {
                continue;
            }
            let said = filters.to_string();
            let filters: InvoiceQueryFilters = serde_json::from_value(filters).expect("filters");
            let query = Query::check(filters, now, now).unwrap_or_else(|_| panic!("refused: {said}"));
            let nip =
                if dice.bool() { buyers[dice.usize(..2)].to_owned() } else { listed.seller.to_string() };
            let context = ContextIdentifier::parse(&format!("Nip:{nip}")).expect("a context");
            let key = |record: &Record| match query.date_type {
                InvoiceQueryDateType::Issue => (Some(record.listed.issue_date), None),
                InvoiceQueryDateType::Invoicing => (None, Some(record.received_at)),
                _ => (None, Some(record.stored_at)),
            };
            let day = crate::clock::warsaw_date;
            let range = match query.date_type {
                InvoiceQueryDateType::Issue => DateRange::Issue(day(query.from), day(query.to)),
                InvoiceQueryDateType::Invoicing => DateRange::Receipt(query.from, query.to),
                _ => DateRange::Storage(query.from, query.to),
            };
            let number = query.filters.ksef_number.as_ref();
            let mut expected: Vec<&Record> = records
                .iter()
                .filter(|record| {
                    range.contains(record)
                        && stands_as(record, query.role, &context)
                        && number.is_none_or(|number| *number == record.ksef_number.number())
                        && query.fits_sort(record)
                        && query.fits_alone(record)
                })
                .collect();
            expected.sort_by_key(|record| key(record));
            if expected.is_empty() {
                none += 1
            } else {
                some += 1
            }
            let limit = dice.usize(1..2000);
            let numbers =
                |found: &[&Record]| -> Vec<_> { found.iter().map(|record| record.ksef_number).collect() };
            let found = query.find(&world, &context, now, false, limit);
            assert_eq!(numbers(&found), numbers(&expected[..expected.len().min(limit)]), "{said}");
            expected.reverse();
            let found = query.find(&world, &context, now, true, limit);
            assert_eq!(numbers(&found), numbers(&expected[..expected.len().min(limit)]), "{said}");
        }
        assert!(some > 500 && none > 500, "{some} found something, {none} nothing");
    }
}
