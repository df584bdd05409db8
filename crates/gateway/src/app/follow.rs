//! Following: from KSeF's reference number to its verdict.

use gateway_store::{Sale, SaleState};
use ksef_wire::SessionInvoiceStatusResponse;
use ksef_wire::codes::InvoiceStatusCode;

use super::duplicate::resolve_duplicate;
use super::{App, WorkError, reason_of_status};
use crate::company::Company;

/// Asks what became of an accepted invoice. Returns whether it moved.
pub(crate) async fn follow(app: &App, company: &Company, sale: &Sale) -> Result<bool, WorkError> {
    let (Some(session), Some(reference)) = (&sale.session, &sale.invoice_reference) else { return Ok(false) };
    let answer = company.ksef.invoice_status(session, reference).await?;
    match InvoiceStatusCode(answer.status.code) {
        InvoiceStatusCode::ACCEPTED_FOR_PROCESSING | InvoiceStatusCode::PROCESSING => Ok(false),
        InvoiceStatusCode::SUCCESS => match &answer.ksef_number {
            Some(number) => {
                app.journal.numbered(sale.id, number, Some(session), None).await?;
                Ok(true)
            }
            None => Ok(false),
        },
        InvoiceStatusCode::DUPLICATE => resolve_duplicate(app, company, sale, &answer).await,
        code => {
            refuse_or_try_again(app, sale, code, &answer).await?;
            Ok(true)
        }
    }
}

/// A verdict against the invoice is final. One against the circumstances (the session's key, KSeF's own trouble) gives
/// it another session, a few times: such failures come singly and at random (field notes B3).
async fn refuse_or_try_again(
    app: &App,
    sale: &Sale,
    code: InvoiceStatusCode,
    answer: &SessionInvoiceStatusResponse,
) -> Result<(), WorkError> {
    let status = &answer.status;
    let reason = reason_of_status(status.code, &status.description, status.details.as_deref());
    let of_circumstances = [
        InvoiceStatusCode::CANCELLED_BY_SESSION_ERROR,
        InvoiceStatusCode::NOT_DECRYPTED,
        InvoiceStatusCode::UNKNOWN_ERROR,
        InvoiceStatusCode::CANCELLED_BY_SYSTEM,
    ];
    if of_circumstances.contains(&code) && sale.attempts < ATTEMPTS_MAX {
        app.journal.returned(sale.id, &reason).await?;
    } else {
        app.journal.rejected(sale.id, &reason).await?;
    }
    Ok(())
}

/// The accepted invoices of a company, oldest first.
pub(crate) async fn accepted(app: &App, company: &Company) -> Result<Vec<Sale>, WorkError> {
    Ok(app.store.sales_in(&company.context, SaleState::Accepted, ROUND_MAX).await?)
}

/// Sessions an invoice is given before a failure of the circumstances counts as a refusal.
const ATTEMPTS_MAX: i64 = 3;
/// How many invoices one round looks at.
const ROUND_MAX: u32 = 500;
