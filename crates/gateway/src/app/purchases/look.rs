//! A look at the list: what is new of a page of metadata is fetched by number, or a package is asked for.

use gateway_rules::receiving::{LIST_OVERLAP, Way, way};
use gateway_store::PurchaseRole;
use jiff::{SignedDuration, Timestamp};
use ksef_client::CallError;
use ksef_id::KsefNumber;
use ksef_wire::codes::ExceptionCode;
use ksef_wire::{InvoiceMetadata, InvoiceQueryDateRange, InvoiceQueryDateType, InvoiceQueryFilters};

use super::receive::{Outcome, Role};
use super::{budget, facts, keep_received, package, subject_type};
use crate::app::{WorkError, stored_since};

/// Asks for the first page of a range and fetches what is new of it.
pub(super) async fn look(
    role: &Role<'_>,
    from: Timestamp,
    until: Option<Timestamp>,
) -> Result<Outcome, WorkError> {
    let work = role.work;
    let list_from = (from - LIST_OVERLAP).max(role.reading.begun_from.min(from));
    let page = match work.company.ksef.purchases(&stored_between(role, list_from, until), 0).await {
        Ok(page) => page,
        // Nothing was stored since: the range begins after what KSeF vouches for.
        Err(error) if error.is_refusal_with(ExceptionCode::RANGE_BEYOND_HWM.0) => {
            role.read_up_to(from, until, false, &[]).await?;
            return Ok(Outcome::Done);
        }
        Err(error) => return Err(error.into()),
    };
    let numbers: Vec<KsefNumber> = page.invoices.iter().map(|one| one.ksef_number.clone()).collect();
    let company = &work.company.context;
    let known = work.app.store.known_purchases(company, role.reading.role, &numbers).await?;
    let new: Vec<&InvoiceMetadata> =
        page.invoices.iter().filter(|one| !known.contains(&one.ksef_number)).collect();
    let mark = role.mark(page.permanent_storage_hwm_date.map(|date| date.0), until);
    let count = u32::try_from(new.len()).unwrap_or(u32::MAX);
    let failures = u32::try_from(role.reading.failures).unwrap_or(u32::MAX);
    let has_more = page.has_more || page.is_truncated;
    match way(count, has_more, failures, &budget(work)) {
        Way::Nothing => {
            role.read_up_to(mark, until, false, &[]).await?;
            Ok(if until.is_some() { Outcome::Took(0) } else { Outcome::Done })
        }
        Way::ByNumber(at_most) => {
            let some = new.get(..at_most as usize).unwrap_or(&new);
            let (received, withheld) = by_number(role, some).await?;
            let is_all = some.len() == new.len() && !has_more;
            let read = if is_all { mark } else { last_date(some).unwrap_or(from) };
            // What KSeF lists and does not give yet (field note A5) is looked for again, for a day at most; what is later
            // still is found by reconciliation.
            let read = withheld.map_or(read, |date| read.min(date.max(read - WITHHELD_MAX)));
            role.read_up_to(read, until, !is_all, &[]).await?;
            Ok(Outcome::Took(received))
        }
        Way::Export => {
            // Everything before the first new one is here.
            let first = new.first().copied().or(page.invoices.last()).map(|one| one.permanent_storage_date.0);
            let start = first.map_or(from, |date| date - JUST_BEFORE).max(list_from);
            package::start(role, start, until).await
        }
        Way::Wait(until) => Ok(Outcome::Wait(until)),
    }
}

/// Fetches invoices one by one and writes each down. Returns how many were new, and when the first was stored that KSeF
/// does not give yet.
async fn by_number(
    role: &Role<'_>,
    invoices: &[&InvoiceMetadata],
) -> Result<(usize, Option<Timestamp>), WorkError> {
    let work = role.work;
    let (mut received, mut withheld) = (0, None);
    for metadata in invoices {
        let content = match work.company.ksef.purchase(&metadata.ksef_number).await {
            Ok(content) => content,
            Err(error) if is_not_there_yet(&error) => {
                tracing::info!(ksef_number = %metadata.ksef_number, "KSeF lists a purchase that it does not give yet");
                withheld = withheld.or(Some(metadata.permanent_storage_date.0));
                continue;
            }
            Err(error) => return Err(error.into()),
        };
        let invoice = facts::received(metadata, content);
        received += keep_received(work, role.reading.role, vec![invoice]).await?;
    }
    Ok((received, withheld))
}

/// 21164 and 21165: listed, and not to be had (field note A5).
pub(super) fn is_not_there_yet(error: &CallError) -> bool {
    error.is_refusal_with(ExceptionCode::INVOICE_NOT_FOUND.0)
        || error.is_refusal_with(ExceptionCode::INVOICE_NOT_YET_AVAILABLE.0)
}

fn last_date(invoices: &[&InvoiceMetadata]) -> Option<Timestamp> {
    invoices.last().map(|metadata| metadata.permanent_storage_date.0 - JUST_BEFORE)
}

/// What was stored in a range, of the invoices in which the company has the role that is read.
pub(super) fn stored_between(
    role: &Role<'_>,
    from: Timestamp,
    until: Option<Timestamp>,
) -> InvoiceQueryFilters {
    range_of(role.reading.role, from, until)
}

/// The same of any role.
pub(super) fn range_of(role: PurchaseRole, from: Timestamp, until: Option<Timestamp>) -> InvoiceQueryFilters {
    InvoiceQueryFilters {
        date_range: InvoiceQueryDateRange {
            date_type: InvoiceQueryDateType::PermanentStorage,
            from: from.into(),
            to: until.map(Into::into),
            restrict_to_permanent_storage_hwm_date: None,
        },
        ..stored_since(subject_type(role), from)
    }
}

/// Several may have been stored at the same instant, of which one was the last on the page.
const JUST_BEFORE: SignedDuration = SignedDuration::from_millis(1);
const WITHHELD_MAX: SignedDuration = SignedDuration::from_hours(24);
