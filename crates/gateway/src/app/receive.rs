//! Receiving purchases: what others sent to the company since the last look.
//!
//! By the date of *permanent storage*, the only one that never goes backwards for a reader: KSeF says up to when its
//! list is complete (`permanentStorageHwmDate`), and the next look begins there, with an overlap. Readers that go by
//! the date of issue or of sending miss what was stored late (field notes B1).

use gateway_store::NewPurchase;
use jiff::SignedDuration;
use ksef_crypto::sha256;
use ksef_id::Sha256Hash;
use ksef_wire::codes::ExceptionCode;
use ksef_wire::{InvoiceMetadata, InvoiceQuerySubjectType};

use super::{App, Work, WorkError, stored_since};
use crate::company::Company;

/// Fetches new purchases. Returns how many there were.
pub(crate) async fn receive(work: &Work<'_>) -> Result<usize, WorkError> {
    let (app, company) = (work.app, work.company);
    let read_up_to = app.store.purchases_read_up_to(&company.context).await?;
    let first = company.now() - FIRST_LOOK_BACK;
    let from = read_up_to.map_or(first, |moment| moment - OVERLAP).max(first);
    let filters = stored_since(InvoiceQuerySubjectType::Subject2, from);
    let mut received = 0;
    let mut complete_up_to = None;
    for page_offset in 0..PAGES_MAX {
        let page = match company.ksef.purchases(&filters, page_offset).await {
            Ok(page) => page,
            // Nothing was stored since: the range begins after what KSeF vouches for.
            Err(error) if error.is_refusal_with(ExceptionCode::RANGE_BEYOND_HWM.0) => return Ok(received),
            Err(error) => return Err(error.into()),
        };
        for metadata in &page.invoices {
            received += usize::from(fetch_if_new(app, company, metadata).await?);
        }
        if page_offset == 0 {
            // The first page's promise: what is stored while the others are read may be missing from them.
            complete_up_to = page.permanent_storage_hwm_date.map(|date| date.0);
        }
        if !page.has_more || page.is_truncated {
            // Cut at 10,000: go on from the last one seen.
            if page.is_truncated {
                complete_up_to = page.invoices.last().map(|metadata| metadata.permanent_storage_date.0);
            }
            if let Some(moment) = complete_up_to {
                app.journal.purchases_read(&company.context, moment).await?;
            }
            break;
        }
    }
    Ok(received)
}

async fn fetch_if_new(app: &App, company: &Company, metadata: &InvoiceMetadata) -> Result<bool, WorkError> {
    if app.store.has_purchase(&company.context, &metadata.ksef_number).await? {
        return Ok(false);
    }
    let content = company.ksef.purchase(&metadata.ksef_number).await?;
    let sha256 = Sha256Hash::from_bytes(&sha256(&content));
    if sha256 != metadata.invoice_hash {
        // Stored as it came all the same: losing it would be worse, and both hashes are on record.
        tracing::error!(ksef_number = %metadata.ksef_number, "a purchase's bytes differ from the hash in its metadata");
    }
    let new = NewPurchase {
        company: &company.context,
        ksef_number: &metadata.ksef_number,
        invoice_number: &metadata.invoice_number,
        seller_nip: metadata.seller.nip,
        seller_name: metadata.seller.name.as_deref(),
        issue_date: metadata.issue_date,
        gross: &metadata.gross_amount.0.to_string(),
        currency: &metadata.currency,
        sha256: &sha256,
        permanent_storage_date: metadata.permanent_storage_date.0,
        content: &content,
    };
    Ok(app.journal.purchase_received(&new, company.now()).await?)
}

/// How far back the first look goes; KSeF takes ranges of at most 100 days.
const FIRST_LOOK_BACK: SignedDuration = SignedDuration::from_hours(90 * 24);
/// How much of what was read is read again (field notes B1: late arrivals were seen below the promised date).
const OVERLAP: SignedDuration = SignedDuration::from_hours(1);
/// 10,000 records, where KSeF cuts, in pages of 250.
const PAGES_MAX: u32 = 40;
