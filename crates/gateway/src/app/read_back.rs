//! Reading back: *numbered* is not yet *there* (field notes A5), so the invoice is fetched and compared.

use gateway_store::{Reason, Sale, SaleState};
use ksef_client::CallError;

use super::{App, WorkError, reason_of};
use crate::company::Company;

/// Fetches an invoice from KSeF and compares it byte for byte. Returns whether it moved.
pub(crate) async fn read_back(app: &App, company: &Company, sale: &Sale) -> Result<bool, WorkError> {
    let Some(number) = &sale.ksef_number else { return Ok(false) };
    let ours = app.checked_xml(sale).await?;
    match company.ksef.invoice(number).await {
        Ok(theirs) if theirs == ours => {
            app.journal.stored(sale.id).await?;
            Ok(true)
        }
        Ok(_) => {
            tracing::error!(invoice = %sale.id, ksef_number = %number, "KSeF gives other bytes than were sent");
            let text = "KSeF gives other bytes under this number than were sent";
            app.journal.note(sale.id, &Reason { code: "readBack.differs".into(), text: text.into() }).await?;
            Ok(false)
        }
        Err(error @ CallError::Refused { .. }) => {
            app.journal.note(sale.id, &reason_of(&error)).await?;
            Ok(false)
        }
        Err(error) => Err(error.into()),
    }
}

/// The confirmed invoices of a company that were not read back yet, oldest first.
pub(crate) async fn confirmed(app: &App, company: &Company) -> Result<Vec<Sale>, WorkError> {
    Ok(app.store.sales_in(&company.context, SaleState::UpoVerified, ROUND_MAX).await?)
}

/// How many invoices one round looks at.
const ROUND_MAX: u32 = 500;
