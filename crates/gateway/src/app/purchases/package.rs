//! Packages: up to 10,000 invoices of KSeF's own making. Each is written down before it is waited for, since there is no list of
//! them (field note B2), and its successor is asked for before it is taken in, so that KSeF packs while we unpack.

use std::time::Duration;

use gateway_rules::receiving::EXPORT_OVERLAP;
use gateway_store::{PurchaseExport, ReceivedInvoice};
use jiff::{SignedDuration, Timestamp};
use ksef_client::CallError;
use ksef_client::export::{
    DownloadedPackage, ExportLimits, StartedExport, UnpackError, next_export, read_list, unpack_listed,
};
use ksef_crypto::SessionKey;
use ksef_id::ReferenceNumber;
use ksef_wire::InvoiceExportStatusResponse;
use ksef_wire::codes::ExportStatusCode;
use tokio::sync::mpsc;

use super::look::stored_between;
use super::receive::{Outcome, Role};
use super::{facts, keep_received};
use crate::app::WorkError;

/// Has KSeF pack what was stored in a range, and writes the package down.
pub(super) async fn start(
    role: &Role<'_>,
    from: Timestamp,
    until: Option<Timestamp>,
) -> Result<Outcome, WorkError> {
    ask(role, from, until).await?;
    Ok(Outcome::Took(0))
}

async fn ask(role: &Role<'_>, from: Timestamp, until: Option<Timestamp>) -> Result<(), WorkError> {
    let work = role.work;
    let started = work.company.ksef.start_purchase_export(&stored_between(role, from, until), false).await?;
    let export = PurchaseExport {
        reference: started.reference_number,
        role: role.reading.role,
        key: [&started.key.key()[..], &started.key.iv()[..]].concat(),
        from,
        until,
        asked_at: work.now(),
    };
    Ok(work.app.journal.purchase_export_kept(work.fence, &export).await?)
}

/// Goes on with the first of the packages that were asked for: waits for it a little, has the next one made, takes it in.
pub(super) async fn go_on(role: &Role<'_>, exports: &[PurchaseExport]) -> Result<Outcome, WorkError> {
    let Some(export) = exports.first() else { return Ok(Outcome::Done) };
    // What comes after one that failed is of no use: its range begins too late.
    let all: Vec<ReferenceNumber> = exports.iter().map(|export| export.reference.clone()).collect();
    let Some(started) = started(export) else {
        role.failed("the key of a package cannot be read", &all).await?;
        return Ok(Outcome::Took(0));
    };
    let status = match wait(role, export).await {
        Ok(Some(status)) => status,
        Ok(None) => {
            if role.work.now().duration_since(export.asked_at) > MADE_WITHIN {
                // Packages were seen to hang for days, and the same request to succeed (field note B2).
                role.failed("KSeF does not finish a package", &all).await?;
                return Ok(Outcome::Took(0));
            }
            return Ok(Outcome::Wait(role.work.now() + LOOK_AGAIN));
        }
        Err(error @ CallError::Refused { .. }) => {
            // It is gone: after seven days, or since it was another's.
            role.failed(&error.to_string(), &all).await?;
            return Ok(Outcome::Took(0));
        }
        Err(error) => return Err(error.into()),
    };
    let code = ExportStatusCode(status.status.code);
    if code == ExportStatusCode::RANGE_BEYOND_HWM {
        role.read_up_to(export.from, export.until, false, &all).await?;
        return Ok(Outcome::Done);
    }
    let package = status.package.filter(|_| code == ExportStatusCode::SUCCESS);
    let Some(told) = package else {
        role.failed(&format!("{} {}", code.0, status.status.description), &all).await?;
        return Ok(Outcome::Took(0));
    };
    let hwm = told.permanent_storage_hwm_date.map(|date| date.0);
    if told.parts.is_empty() {
        role.read_up_to(role.mark(hwm, export.until), export.until, false, &all).await?;
        return Ok(Outcome::Took(0));
    }
    let next = next_export(export.from, &told);
    let has_successor = exports.len() > 1;
    if next.is_truncated && next.from > export.from && !has_successor {
        // No worse without: it is asked for when this one is in.
        if let Err(error) = ask(role, next.from, export.until).await {
            tracing::debug!(%error, "the next package could not be asked for yet");
        }
    }
    let taken = match take(role, &started).await {
        Ok(taken) => taken,
        Err(error @ (WorkError::Download(_) | WorkError::Unpack(_))) => {
            role.failed(&error.to_string(), &all).await?;
            return Ok(Outcome::Took(0));
        }
        Err(error) => return Err(error),
    };
    let done = [export.reference.clone()];
    // A full package is a cut one, whatever it says of itself (field note B1, issues 816 and 821).
    if next.is_truncated || taken.listed >= FULL {
        let last = taken.last.map_or(next.from, |last| last - JUST_BEFORE).max(next.from);
        // Ten thousand at one instant: going on behind them is all that is left, and reconciliation tells.
        let last = if last > export.from { last } else { export.from + JUST_BEFORE * 2 };
        role.read_up_to(last, export.until, true, &done).await?;
    } else {
        let mark = role.mark(hwm, export.until);
        // The end of what is there: a little is read again, since some come late.
        let mark = if export.until.is_none() { mark - EXPORT_OVERLAP } else { mark };
        role.read_up_to(mark, export.until, false, &done).await?;
    }
    Ok(Outcome::Took(taken.new))
}

/// The status of a package, once it is no longer being made; `None` when that takes longer.
async fn wait(
    role: &Role<'_>,
    export: &PurchaseExport,
) -> Result<Option<InvoiceExportStatusResponse>, CallError> {
    let mut pause = FIRST_PAUSE;
    for _ in 0..LOOKS_MAX {
        let status = role.work.company.ksef.purchase_export_status(&export.reference).await?;
        if status.status.code != ExportStatusCode::IN_PROGRESS.0 {
            return Ok(Some(status));
        }
        tokio::time::sleep(pause).await;
        pause *= 2;
    }
    Ok(None)
}

fn started(export: &PurchaseExport) -> Option<StartedExport> {
    let (key, iv) = export.key.split_at_checked(SESSION_KEY_BYTES)?;
    let key = SessionKey::from_parts(key, iv).ok()?;
    Some(StartedExport { reference_number: export.reference.clone(), key })
}

/// What a package held.
struct Taken {
    listed: usize,
    new: usize,
    /// When the last of them was stored.
    last: Option<Timestamp>,
}

/// Fetches a package and writes its invoices down, some hundreds at a time, while the next ones are unpacked.
async fn take(role: &Role<'_>, started: &StartedExport) -> Result<Taken, WorkError> {
    let work = role.work;
    let path = work.app.packages.clone();
    let folder = tempfile::tempdir_in(&path).map_err(|source| WorkError::File { path, source })?;
    let package = work.company.ksef.download_purchases(started, folder.path()).await?;
    let (sender, mut batches) = mpsc::channel(BATCHES_AHEAD);
    let unpacking = tokio::task::spawn_blocking(move || unpack_into(&package, sender));
    let mut new = 0;
    let mut failed = None;
    while let Some(batch) = batches.recv().await {
        match keep_received(work, role.reading.role, batch).await {
            Ok(received) => new += received,
            Err(error) => {
                failed = Some(error);
                break;
            }
        }
    }
    drop(batches);
    let unpacked = match unpacking.await {
        Ok(unpacked) => unpacked,
        Err(panic) => std::panic::resume_unwind(panic.into_panic()),
    };
    // The folder goes with everything in it only now.
    drop(folder);
    if let Some(error) = failed {
        return Err(error);
    }
    let (listed, last) = unpacked?;
    Ok(Taken { listed, new, last })
}

/// Reads a package's invoices and hands them over in batches. Blocks.
fn unpack_into(
    package: &DownloadedPackage,
    sender: mpsc::Sender<Vec<ReceivedInvoice>>,
) -> Result<(usize, Option<Timestamp>), UnpackError> {
    let limits = ExportLimits { invoices_max: INVOICES_MAX, ..ExportLimits::default() };
    let list = read_list(&package.path, &package.compression, &limits)?;
    let (listed, last) = (list.len(), list.iter().map(|one| one.permanent_storage_date.0).max());
    let mut batch = Vec::with_capacity(BATCH);
    let mut is_heard = true;
    unpack_listed(&package.path, &package.compression, &limits, &list, |metadata, bytes| {
        // Nobody takes any more: the writer has failed, and says so itself.
        if !is_heard {
            return;
        }
        batch.push(facts::received(metadata, bytes));
        if batch.len() == BATCH {
            let full = std::mem::replace(&mut batch, Vec::with_capacity(BATCH));
            is_heard = sender.blocking_send(full).is_ok();
        }
    })?;
    if is_heard && !batch.is_empty() {
        // As above.
        let _ = sender.blocking_send(batch);
    }
    Ok((listed, last))
}

/// Invoices that are written in one go.
const BATCH: usize = 250;
/// Batches that wait to be written.
const BATCHES_AHEAD: usize = 2;
/// "Limit liczby faktur: 10 000 sztuk"
const FULL: usize = 10_000;
/// Packages with more than they may have were seen (field note B1, issue 821).
const INVOICES_MAX: usize = 20_000;
const SESSION_KEY_BYTES: usize = 32;
const FIRST_PAUSE: Duration = Duration::from_millis(50);
/// Some six seconds in all.
const LOOKS_MAX: usize = 7;
const LOOK_AGAIN: SignedDuration = SignedDuration::from_secs(15);
const MADE_WITHIN: SignedDuration = SignedDuration::from_mins(30);
const JUST_BEFORE: SignedDuration = SignedDuration::from_millis(1);
