//! Reading back: *numbered* is not yet *there* (field notes A5), so the invoice is fetched and compared. Few are fetched
//! by their numbers, of which KSeF allows 64 an hour; many as a package of KSeF's own making, of up to 10,000.

use std::collections::HashMap;

use gateway_rules::calendar::start_of_warsaw_day;
use gateway_store::{Moving, Reason, Sale, SaleMove, SaleState};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use ksef_client::CallError;
use ksef_client::export::{ExportLimits, StartedExport, next_export, unpack};
use ksef_id::KsefNumber;
use ksef_wire::InvoiceQuerySubjectType;
use ksef_wire::codes::ExportStatusCode;

use super::follow::MOVES_AT_ONCE;
use super::{Work, WorkError, reason_of, stored_since};

/// Fetches an invoice from KSeF and compares it byte for byte. Returns whether it moved.
pub(crate) async fn read_back(work: &Work<'_>, sale: &Sale) -> Result<bool, WorkError> {
    let Some(number) = &sale.ksef_number else { return Ok(false) };
    let ours = match work.app.checked_xml(sale).await {
        Ok(ours) => ours,
        Err(error @ WorkError::Tampered { .. }) => {
            super::online::tampered(work, sale, &error).await?;
            return Ok(false);
        }
        Err(error) => return Err(error),
    };
    match work.company.ksef.invoice(number).await {
        Ok(theirs) if theirs == ours => work.moves_one(sale.id, SaleMove::Store).await,
        Ok(_) => {
            differs(work, sale).await?;
            Ok(false)
        }
        Err(error @ CallError::Refused { .. }) => {
            work.note(sale.id, reason_of(&error), None).await?;
            Ok(false)
        }
        Err(error) => Err(error.into()),
    }
}

/// A package of the company's own invoices that KSeF is making.
pub(crate) struct ReadingBack {
    export: StartedExport,
    from: Timestamp,
}

/// What a package came to.
pub(crate) struct PackageTaken {
    /// Invoices that were found in it.
    pub(crate) found: usize,
    /// Where the next one begins, when this one was cut.
    pub(crate) next: Option<Timestamp>,
}

/// Has KSeF pack the company's invoices: from a moment on, or since the day on which the first of these got its number.
pub(crate) async fn start_package(
    work: &Work<'_>,
    sales: &[Sale],
    from: Option<Timestamp>,
) -> Result<ReadingBack, WorkError> {
    // By the number's own day: when the UPO came says nothing of when the invoice was stored.
    let first = sales.iter().filter_map(|sale| day_of(sale.ksef_number.as_ref()?)).min();
    let day = first.map_or_else(|| work.now(), start_of_warsaw_day);
    let from = from.unwrap_or(day - STORED_BEFORE);
    let export =
        work.company.ksef.start_export(&stored_since(InvoiceQuerySubjectType::Subject1, from)).await?;
    Ok(ReadingBack { export, from })
}

/// The day in a KSeF number: its second part.
fn day_of(number: &KsefNumber) -> Option<Date> {
    let day = number.as_str().split('-').nth(1)?;
    Date::strptime("%Y%m%d", day).ok()
}

/// Looks whether the package is ready, and compares what is in it. `None` while KSeF makes it; else how many were found.
pub(crate) async fn take_package(
    work: &Work<'_>,
    reading: &ReadingBack,
    sales: &[Sale],
) -> Result<Option<PackageTaken>, WorkError> {
    let status = work.company.ksef.export_status(&reading.export.reference_number).await?;
    if status.status.code == ExportStatusCode::IN_PROGRESS.0 {
        return Ok(None);
    }
    let Some(told) = status.package.as_ref().filter(|package| !package.parts.is_empty()) else {
        return Ok(Some(PackageTaken { found: 0, next: None }));
    };
    let next = next_export(reading.from, told);
    let next = Some(next.from).filter(|from| next.is_truncated && *from > reading.from);
    let folder = tempfile_in(work)?;
    let package = work.company.ksef.download_export(&reading.export, folder.path()).await?;
    let wanted: HashMap<KsefNumber, (gateway_store::SaleId, ksef_id::Sha256Hash)> = sales
        .iter()
        .filter_map(|sale| Some((sale.ksef_number.clone()?, (sale.id, sale.sha256.clone()))))
        .collect();
    let compared = tokio::task::spawn_blocking(move || {
        let (mut same, mut other) = (Vec::new(), Vec::new());
        unpack(&package.path, &package.compression, &ExportLimits::default(), |invoice| {
            if let Some((id, sha256)) = wanted.get(&invoice.number) {
                let found = ksef_id::Sha256Hash::from_bytes(&ksef_crypto::sha256(&invoice.bytes));
                if found == *sha256 { same.push(*id) } else { other.push(*id) }
            }
        })
        .map(|_| (same, other))
    });
    let (same, other) = match compared.await {
        Ok(compared) => compared?,
        Err(panic) => std::panic::resume_unwind(panic.into_panic()),
    };
    let moves: Vec<Moving> = same.into_iter().map(|id| Moving::plain(id, SaleMove::Store)).collect();
    let mut found = 0;
    for some in moves.chunks(MOVES_AT_ONCE) {
        found += work.moves(some).await?;
    }
    for sale in sales.iter().filter(|sale| other.contains(&sale.id)) {
        differs(work, sale).await?;
    }
    Ok(Some(PackageTaken { found, next }))
}

async fn differs(work: &Work<'_>, sale: &Sale) -> Result<(), WorkError> {
    tracing::error!(invoice = %sale.id, "KSeF gives other bytes than were sent");
    let text = "KSeF gives other bytes under this number than were sent";
    work.note(sale.id, Reason { code: "readBack.differs".into(), text: text.into() }, None).await
}

/// The confirmed invoices of a company that were not read back yet, oldest first.
pub(crate) async fn confirmed(work: &Work<'_>) -> Result<Vec<Sale>, WorkError> {
    let company = &work.company.context;
    Ok(work.app.store.sales_in(company, SaleState::UpoVerified, work.now(), ROUND_MAX).await?)
}

fn tempfile_in(work: &Work<'_>) -> Result<tempfile::TempDir, WorkError> {
    let path = work.app.packages.clone();
    tempfile::tempdir_in(&path).map_err(|source| WorkError::File { path, source })
}

/// How many invoices one round looks at.
const ROUND_MAX: u32 = 10_000;
/// Permanent storage was seen before the number was given (field notes A5), and moves are later than both.
const STORED_BEFORE: SignedDuration = SignedDuration::from_mins(10);
