//! Purchases: how they are received, what people do with them, what is paid, and whether nothing is missing.

pub(crate) mod by_day;
pub(crate) mod confirm;
pub(crate) mod copies;
pub(crate) mod enter;
pub(crate) mod entry;
mod facts;
pub(crate) mod files;
pub(crate) mod former;
mod look;
mod package;
pub(crate) mod payment;
pub(crate) mod receive;
pub(crate) mod reconcile;
pub(crate) mod register;
pub(crate) mod routing;
pub(crate) mod scan;

pub(crate) use facts::minor;

use gateway_objects::ObjectKind;
use gateway_rules::plan::Left;
use gateway_rules::receiving::ReadingBudget;
use gateway_store::{PurchaseRole, ReceivedInvoice};
use ksef_wire::{InvoiceQuerySubjectType, Operation};

use super::{Work, WorkError};

/// Writes down what KSeF gave; its bytes are where documents rest before the database says so. Returns how many are new.
async fn keep_received(
    work: &Work<'_>,
    role: PurchaseRole,
    mut invoices: Vec<ReceivedInvoice>,
) -> Result<usize, WorkError> {
    let hashes: Vec<_> = invoices.iter().map(|invoice| invoice.sha256.clone()).collect();
    let arriving =
        work.app.documents.arriving(ObjectKind::Invoice, &hashes.iter().collect::<Vec<_>>()).await?;
    work.app.documents.keep_received(&arriving, &mut invoices).await?;
    if role != PurchaseRole::Seller {
        routing::assign_received(work.app, &work.company.context, &mut invoices).await?;
    }
    let new = work.app.journal.purchases_received(work.fence, role, &invoices, work.now()).await?;
    drop(arriving);
    Ok(new)
}

/// KSeF's name of a role.
pub(crate) const fn subject_type(role: PurchaseRole) -> InvoiceQuerySubjectType {
    match role {
        PurchaseRole::Seller => InvoiceQuerySubjectType::Subject1,
        PurchaseRole::Buyer => InvoiceQuerySubjectType::Subject2,
        PurchaseRole::Third => InvoiceQuerySubjectType::Subject3,
        PurchaseRole::Authorized => InvoiceQuerySubjectType::SubjectAuthorized,
    }
}

/// What is left of the limits for reading.
pub(crate) fn budget(work: &Work<'_>) -> ReadingBudget {
    let left = |operation| {
        let left = work.company.site.budget.left(Some(&work.company.context), operation);
        Left { now: left.now, of_the_hour: left.of_the_hour, next_at: left.next_at }
    };
    ReadingBudget {
        queries: left(Operation::InvoiceQueryMetadata),
        exports: left(Operation::InvoiceExport),
        downloads: left(Operation::InvoiceDownload),
    }
}
