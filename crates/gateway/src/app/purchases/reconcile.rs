//! Reconciliation: the register against KSeF's metadata against the UPO, and what is missing is fetched.
//!
//! KSeF is asked for metadata alone, a package of up to 10,000 entries for each role and range, so that a night costs few of the
//! limits. What KSeF has and we do not is fetched: few by number, many by reading their range again. What we have and KSeF
//! does not tell, what differs, and sales without a UPO are for people: they stand in the report.

use std::collections::HashMap;
use std::time::Duration;

use gateway_rules::calendar::{end_of_warsaw_day, start_of_warsaw_day, warsaw_day};
use gateway_store::{Document, PurchaseRole, Reconciliation, Sale, SaleState};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use ksef_client::export::{ExportLimits, next_export, read_list};
use ksef_id::KsefNumber;
use ksef_wire::InvoiceMetadata;
use ksef_wire::codes::ExportStatusCode;
use serde::Serialize;

use super::{facts, keep_received, look};
use crate::app::{Work, WorkError};

/// What a reconciliation found and did.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Report {
    /// Of each role: what KSeF tells, what is here, and how they differ.
    pub(crate) roles: Vec<RoleReport>,
    /// Of our own sales.
    pub(crate) sales: SalesReport,
    /// Whether nothing is left for people.
    pub(crate) is_clean: bool,
}

#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RoleReport {
    pub(crate) role: &'static str,
    pub(crate) in_ksef: usize,
    pub(crate) here: usize,
    /// KSeF has them and we did not; the first thousand.
    pub(crate) missing: Vec<String>,
    /// Of these, fetched now.
    pub(crate) fetched: usize,
    /// The others are read again with their range.
    pub(crate) is_read_again: bool,
    /// We have them and KSeF does not tell of them.
    pub(crate) not_in_ksef: Vec<String>,
    /// Their bytes here have another hash than KSeF tells.
    pub(crate) differing: Vec<String>,
}

#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SalesReport {
    /// Sales with a KSeF number that were looked at.
    pub(crate) checked: usize,
    /// KSeF does not tell of their number.
    pub(crate) not_in_ksef: Vec<String>,
    /// They have no UPO yet.
    pub(crate) without_upo: Vec<String>,
    /// Their invoice or UPO does not match its hash here.
    pub(crate) damaged: Vec<String>,
}

/// What is compared by itself every night: what KSeF stored in the last weeks.
pub(crate) fn nightly_days(today: Date) -> (Date, Date) {
    (today.saturating_sub(NIGHTLY_DAYS.days()), today)
}

/// Asks for the night's reconciliation when its time has come: after two in the morning, unless there was one that day.
pub(crate) async fn ask_nightly(work: &Work<'_>) -> Result<(), WorkError> {
    let now = work.now();
    let hour = TimeZone::get("Europe/Warsaw").map_or(0, |zone| now.to_zoned(zone).hour());
    let settings = work.app.store.receiving_settings(&work.company.context).await?;
    if hour < NIGHT_HOUR || !settings.is_on {
        return Ok(());
    }
    let (company, today) = (&work.company.context, warsaw_day(now));
    let last = work.app.store.reconciliations(company, 1).await?;
    if last.first().is_some_and(|last| warsaw_day(last.asked_at) >= today) {
        return Ok(());
    }
    // The first day of a gateway has nothing to compare that was not read a moment ago.
    let readings = work.app.store.readings(company).await?;
    let is_old = readings.iter().any(|reading| reading.looked_at.is_some_and(|at| warsaw_day(at) < today));
    if is_old || !last.is_empty() {
        work.app.journal.reconciliation_asked(company, nightly_days(today), now, Timestamp::now()).await?;
    }
    Ok(())
}

/// Does the reconciliations that were asked for, oldest first.
pub(crate) async fn reconcile_asked(work: &Work<'_>) -> Result<(), WorkError> {
    let company = &work.company.context;
    let mut asked = work.app.store.reconciliations(company, ASKED_MAX).await?;
    asked.retain(|one| one.state == "asked");
    for one in asked.into_iter().rev() {
        let report = reconcile(work, &one).await?;
        if !report.is_clean {
            tracing::warn!(company = %company, reconciliation = one.position, "register and KSeF differ: see the report");
        }
        let json = serde_json::to_string(&report).unwrap_or_default();
        work.app.journal.reconciliation_ended(work.fence, one.position, true, &json, work.now()).await?;
    }
    Ok(())
}

async fn reconcile(work: &Work<'_>, asked: &Reconciliation) -> Result<Report, WorkError> {
    let from = start_of_warsaw_day(asked.from_day);
    // What was stored a moment ago may be on its way here.
    let until = end_of_warsaw_day(asked.until_day).min(work.now() - SETTLED_AFTER);
    let mut report = Report::default();
    let mut sold = HashMap::new();
    if from < until {
        for role in PurchaseRole::ALL {
            let told = told(work, role, from, until).await?;
            report.roles.push(compare(work, role, &told, from, until).await?);
            if role == PurchaseRole::Seller {
                sold = told;
            }
        }
    }
    report.sales = sales(work, asked, sold, (from, until)).await?;
    report.is_clean = report.roles.iter().all(|role| {
        role.not_in_ksef.is_empty()
            && role.differing.is_empty()
            && (role.missing.is_empty() || role.fetched >= role.missing.len() || role.is_read_again)
    }) && report.sales.not_in_ksef.is_empty()
        && report.sales.without_upo.is_empty()
        && report.sales.damaged.is_empty();
    Ok(report)
}

/// What KSeF tells of a role and a range: by packages of metadata, in windows that it takes.
async fn told(
    work: &Work<'_>,
    role: PurchaseRole,
    from: Timestamp,
    until: Timestamp,
) -> Result<HashMap<KsefNumber, InvoiceMetadata>, WorkError> {
    let mut told = HashMap::new();
    let mut at = from;
    for _ in 0..PACKAGES_MAX {
        let end = until.min(at + WINDOW);
        let filters = look::range_of(role, at, Some(end));
        let started = work.company.ksef.start_purchase_export(&filters, true).await?;
        let mut pause = FIRST_PAUSE;
        let mut package = None;
        for _ in 0..LOOKS_MAX {
            let status = work.company.ksef.purchase_export_status(&started.reference_number).await?;
            if status.status.code != ExportStatusCode::IN_PROGRESS.0 {
                package = Some(status.package);
                break;
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
        let Some(package) = package else { return Err(WorkError::PackageNotMade) };
        let next = match package.filter(|package| !package.parts.is_empty()) {
            None => end,
            Some(package) => {
                let next = next_export(at, &package);
                let path = work.app.packages.clone();
                let folder =
                    tempfile::tempdir_in(&path).map_err(|source| WorkError::File { path, source })?;
                let package = work.company.ksef.download_purchases(&started, folder.path()).await?;
                let list = tokio::task::spawn_blocking(move || {
                    read_list(&package.path, &package.compression, &ExportLimits::default())
                });
                let list = match list.await {
                    Ok(list) => list?,
                    Err(panic) => std::panic::resume_unwind(panic.into_panic()),
                };
                let is_cut = next.is_truncated || list.len() >= FULL;
                let last = list.iter().map(|one| one.permanent_storage_date.0).max();
                told.extend(list.into_iter().map(|metadata| (metadata.ksef_number.clone(), metadata)));
                match last.filter(|_| is_cut) {
                    Some(last) => last.max(at + SignedDuration::from_millis(1)),
                    None => end,
                }
            }
        };
        at = next;
        if at >= until {
            break;
        }
    }
    Ok(told)
}

async fn compare(
    work: &Work<'_>,
    role: PurchaseRole,
    told: &HashMap<KsefNumber, InvoiceMetadata>,
    from: Timestamp,
    until: Timestamp,
) -> Result<RoleReport, WorkError> {
    let company = &work.company.context;
    let here = work.app.store.stored_between(company, role, from, until).await?;
    let mut missing: Vec<&InvoiceMetadata> =
        told.values().filter(|one| !here.contains_key(&one.ksef_number)).collect();
    missing.sort_by_key(|one| one.permanent_storage_date.0);
    let names = |numbers: Vec<&KsefNumber>| -> Vec<String> {
        let mut names: Vec<String> = numbers.into_iter().map(ToString::to_string).collect();
        names.sort();
        names.truncate(LISTED_MAX);
        names
    };
    let differing = here
        .iter()
        .filter(|(number, hash)| {
            told.get(*number).is_some_and(|one| hash.as_ref().is_some_and(|hash| *hash != one.invoice_hash))
        })
        .map(|(number, _)| number);
    let not_in_ksef = here.keys().filter(|number| !told.contains_key(*number));
    let mut report = RoleReport {
        role: role.as_str(),
        in_ksef: told.len(),
        here: here.len(),
        missing: names(missing.iter().map(|one| &one.ksef_number).collect()),
        not_in_ksef: names(not_in_ksef.collect()),
        differing: names(differing.collect()),
        ..RoleReport::default()
    };
    let Some(first) = missing.first() else { return Ok(report) };
    if missing.len() > FETCHED_MAX {
        // The cursor goes back to before the first one that is missing; what is here comes only once.
        let back = first.permanent_storage_date.0 - SignedDuration::from_millis(1);
        work.app.journal.read_again(work.fence, role, back).await?;
        report.is_read_again = true;
        return Ok(report);
    }
    for metadata in missing {
        match work.company.ksef.purchase(&metadata.ksef_number).await {
            Ok(content) => {
                let invoice = facts::received(metadata, content);
                keep_received(work, role, vec![invoice]).await?;
                report.fetched += 1;
            }
            // Told and not given: it stays in the report.
            Err(error) if look::is_not_there_yet(&error) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(report)
}

/// Our own sales of these days: with their UPO, whole here, and told by KSeF if their numbers are of these days, too.
async fn sales(
    work: &Work<'_>,
    asked: &Reconciliation,
    mut sold: HashMap<KsefNumber, InvoiceMetadata>,
    range: (Timestamp, Timestamp),
) -> Result<SalesReport, WorkError> {
    let mut report = SalesReport::default();
    let mut untold = Vec::new();
    let mut after = 0;
    let (company, days, until) = (&work.company.context, (asked.from_day, asked.until_day), range.1);
    loop {
        let some = work.app.store.numbered_sales(company, days, range, after, SALES_AT_ONCE).await?;
        let Some(last) = some.last() else { break };
        after = last.position;
        for sale in some {
            report.checked += 1;
            let Some(number) = &sale.ksef_number else { continue };
            // What KSeF stored on other days it tells of those days.
            let is_of_days = facts::day_of(number).is_some_and(|day| (days.0..=days.1).contains(&day));
            if is_of_days && !is_told(&sold, number, &sale) {
                untold.push((number.clone(), sale.clone()));
            }
            if matches!(sale.state, SaleState::Numbered | SaleState::DuplicateAdopted) {
                if !is_on_its_way(work, &sale) {
                    push(&mut report.without_upo, name_of(&sale, number));
                }
                continue;
            }
            if !is_whole(work, &sale).await? {
                push(&mut report.damaged, name_of(&sale, number));
            }
        }
    }
    // KSeF stores an invoice after it gave the number, perhaps on the next day: what is left is looked for there, too.
    let later = work.now().min(until + STORED_WITHIN);
    if !untold.is_empty() && until < later {
        sold = told(work, PurchaseRole::Seller, until, later).await?;
        untold.retain(|(number, sale)| !is_told(&sold, number, sale));
    }
    for (number, sale) in untold.iter().filter(|(_, sale)| !is_on_its_way(work, sale)) {
        push(&mut report.not_in_ksef, name_of(sale, number));
    }
    Ok(report)
}

fn is_told(sold: &HashMap<KsefNumber, InvoiceMetadata>, number: &KsefNumber, sale: &Sale) -> bool {
    sold.get(number).is_some_and(|one| one.invoice_hash == sale.sha256)
}

/// Whether it got its number, or went on from there, so lately that KSeF may be storing it still, and its UPO may not be here.
fn is_on_its_way(work: &Work<'_>, sale: &Sale) -> bool {
    sale.updated_at > work.now() - ON_ITS_WAY
}

/// Whether its documents are here and have the hashes with which they came.
async fn is_whole(work: &Work<'_>, sale: &Sale) -> Result<bool, WorkError> {
    for document in [Document::Xml, Document::Upo] {
        let is_good = match work.app.checked_document(sale.id, document).await {
            Ok(Some((_, hash))) => document == Document::Upo || hash == sale.sha256,
            Ok(None) | Err(WorkError::Tampered { .. }) => false,
            Err(error) => return Err(error),
        };
        if !is_good {
            return Ok(false);
        }
    }
    Ok(true)
}

fn name_of(sale: &Sale, number: &KsefNumber) -> String {
    format!("{} {number}", sale.invoice_number)
}

fn push(list: &mut Vec<String>, name: String) {
    if list.len() < LISTED_MAX {
        list.push(name);
    }
}

const NIGHTLY_DAYS: i32 = 35;
const NIGHT_HOUR: i8 = 2;
const ASKED_MAX: u32 = 20;
const WINDOW: SignedDuration = SignedDuration::from_hours(90 * 24);
const SETTLED_AFTER: SignedDuration = SignedDuration::from_secs(2);
/// How long after the last day that was asked for an invoice with a number of that day may have been stored.
const STORED_WITHIN: SignedDuration = SignedDuration::from_hours(7 * 24);
/// A sale that moved so lately is not judged: the next night does.
const ON_ITS_WAY: SignedDuration = SignedDuration::from_mins(10);
/// Packages of one role: a million invoices.
const PACKAGES_MAX: usize = 100;
const FULL: usize = 10_000;
/// More than these are read again instead of one by one.
const FETCHED_MAX: usize = 20;
const LISTED_MAX: usize = 1_000;
const SALES_AT_ONCE: u32 = 500;
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);
const LOOKS_MAX: usize = 40;
