//! Status 440: KSeF has a document of this seller, kind and number already. Is it ours?
//!
//! KSeF tells the first document's number and not its hash (field notes A2), so its bytes are fetched and compared. The
//! same bytes: an earlier sending of ours arrived after all, and its number is this invoice's number. Other bytes, or
//! bytes we cannot see: a person has to look, and nothing is called a success.

use gateway_store::{Reason, Sale};
use ksef_client::CallError;
use ksef_id::{KsefNumber, ReferenceNumber};
use ksef_wire::codes::ExceptionCode;
use ksef_wire::{InvoiceStatusInfo, SessionInvoiceStatusResponse};

use super::{App, WorkError, reason_of_status};
use crate::company::Company;

/// Decides what a duplicate is. Returns whether the invoice moved.
pub(super) async fn resolve_duplicate(
    app: &App,
    company: &Company,
    sale: &Sale,
    answer: &SessionInvoiceStatusResponse,
) -> Result<bool, WorkError> {
    let status = &answer.status;
    let said = reason_of_status(status.code, &status.description, status.details.as_deref()).text;
    let original = status
        .extension(InvoiceStatusInfo::ORIGINAL_KSEF_NUMBER)
        .and_then(|text| KsefNumber::parse(text).ok());
    let Some(original) = original else {
        let reason = Reason { code: "duplicate.unverified".into(), text: said };
        app.journal.collided(sale.id, None, &reason).await?;
        return Ok(true);
    };
    let ours = app.checked_xml(sale).await?;
    let reason = match company.ksef.invoice(&original).await {
        Ok(theirs) if theirs == ours => {
            let session = status
                .extension(InvoiceStatusInfo::ORIGINAL_SESSION)
                .and_then(|text| ReferenceNumber::parse(text).ok());
            let reason = Reason {
                code: "duplicate.adopted".into(),
                text: "KSeF had the same bytes already, from an earlier sending; its number is taken over"
                    .into(),
            };
            app.journal.numbered(sale.id, &original, session.as_ref(), Some(&reason)).await?;
            return Ok(true);
        }
        Ok(_) => Reason {
            code: "duplicate.otherContent".into(),
            text: format!("{said}; KSeF has other content under this seller, kind and number as {original}"),
        },
        // Numbered, but not to be had yet: the question is asked again.
        Err(error) if error.is_refusal_with(ExceptionCode::INVOICE_NOT_YET_AVAILABLE.0) => return Ok(false),
        Err(error @ CallError::Refused { .. }) => Reason {
            code: "duplicate.unverified".into(),
            text: format!("{said}; the other document {original} cannot be read to compare it: {error}"),
        },
        Err(error) => return Err(error.into()),
    };
    app.journal.collided(sale.id, Some(&original), &reason).await?;
    Ok(true)
}
