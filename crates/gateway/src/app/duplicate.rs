//! Status 440: KSeF has a document of this seller, kind and number already. Is it ours?
//!
//! KSeF tells the first document's number and not its hash (field notes A2), so its bytes are fetched and compared. The
//! same bytes: an earlier sending of ours arrived after all, and its number is this invoice's number. Other bytes, or
//! bytes we cannot see: a person has to look, and nothing is called a success.

use gateway_store::{Reason, Sale, SaleMove};
use ksef_client::CallError;
use ksef_id::{KsefNumber, ReferenceNumber};
use ksef_wire::codes::ExceptionCode;
use ksef_wire::{InvoiceStatusInfo, SessionInvoiceStatusResponse};

use super::{Work, WorkError, reason_of_status};

/// Decides what a duplicate is; `None` while that cannot be told yet.
pub(super) async fn resolve_duplicate(
    work: &Work<'_>,
    sale: &Sale,
    answer: &SessionInvoiceStatusResponse,
) -> Result<Option<SaleMove>, WorkError> {
    let status = &answer.status;
    let said = reason_of_status(status.code, &status.description, status.details.as_deref()).text;
    let original = status
        .extension(InvoiceStatusInfo::ORIGINAL_KSEF_NUMBER)
        .and_then(|text| KsefNumber::parse(text).ok());
    let Some(original) = original else {
        let reason = Reason { code: "duplicate.unverified".into(), text: said };
        return Ok(Some(SaleMove::Collide { other: None, reason }));
    };
    let ours = work.app.checked_xml(sale).await?;
    let reason = match work.company.ksef.invoice(&original).await {
        Ok(theirs) if theirs == ours => {
            let upo_session = status
                .extension(InvoiceStatusInfo::ORIGINAL_SESSION)
                .and_then(|text| ReferenceNumber::parse(text).ok());
            let reason = Reason {
                code: "duplicate.adopted".into(),
                text: "KSeF had the same bytes already, from an earlier sending; its number is taken over"
                    .into(),
            };
            return Ok(Some(SaleMove::Adopt { number: original, upo_session, reason }));
        }
        Ok(_) => Reason {
            code: "duplicate.otherContent".into(),
            text: format!("{said}; KSeF has other content under this seller, kind and number as {original}"),
        },
        // Numbered, but not to be had yet: the question is asked again.
        Err(error) if error.is_refusal_with(ExceptionCode::INVOICE_NOT_YET_AVAILABLE.0) => return Ok(None),
        Err(error @ CallError::Refused { .. }) => Reason {
            code: "duplicate.unverified".into(),
            text: format!("{said}; the other document {original} cannot be read to compare it: {error}"),
        },
        Err(error) => return Err(error.into()),
    };
    Ok(Some(SaleMove::Collide { other: Some(original), reason }))
}
