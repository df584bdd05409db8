//! What KSeF's word about an invoice means for it.

use gateway_store::{Moving, Reason, Sale, SaleMove};
use jiff::{SignedDuration, Timestamp};
use ksef_id::ReferenceNumber;
use ksef_wire::SessionInvoiceStatusResponse;
use ksef_wire::codes::InvoiceStatusCode;
use serde::Serialize;

use super::reason_of_status;

/// What follows from a status.
#[derive(Debug)]
pub(super) enum Verdict {
    /// KSeF has not decided yet.
    Pending,
    /// The invoice moves.
    Moves(SaleMove),
    /// It moves back to be sent again, not before that time.
    TryAgain(Reason, Timestamp),
    /// KSeF has a document of this seller, kind and number already.
    Duplicate,
}

/// Reads a status. A verdict against the invoice is final. One against the circumstances (the session's key, KSeF's own
/// trouble) gives it another session: such failures come singly and at random (field notes B3); what fails again and
/// again waits longer each time, and nothing is ever given up without a person.
pub(super) fn verdict(
    sale: &Sale,
    session: &ReferenceNumber,
    answer: &SessionInvoiceStatusResponse,
    now: Timestamp,
) -> Verdict {
    let status = &answer.status;
    let code = InvoiceStatusCode(status.code);
    let reason = || reason_of_status(status.code, &status.description, status.details.as_deref());
    match code {
        InvoiceStatusCode::ACCEPTED_FOR_PROCESSING | InvoiceStatusCode::PROCESSING => Verdict::Pending,
        InvoiceStatusCode::SUCCESS => match &answer.ksef_number {
            Some(number) => Verdict::Moves(SaleMove::Number {
                number: number.clone(),
                upo_session: session.clone(),
                ksef_mode: answer.invoicing_mode.as_ref().map(|mode| mode.as_str().to_owned()),
            }),
            None => Verdict::Pending,
        },
        InvoiceStatusCode::DUPLICATE => Verdict::Duplicate,
        InvoiceStatusCode::CANCELLED_BY_SESSION_ERROR
        | InvoiceStatusCode::NOT_DECRYPTED
        | InvoiceStatusCode::UNKNOWN_ERROR
        | InvoiceStatusCode::CANCELLED_BY_SYSTEM => {
            Verdict::TryAgain(reason(), now + pause_before_attempt(sale.attempts))
        }
        _ => Verdict::Moves(SaleMove::Reject { reason: reason() }),
    }
}

/// How long to wait before an invoice is sent once more, by how often it was sent.
pub(super) fn pause_before_attempt(attempts: i64) -> SignedDuration {
    match attempts {
        ..=2 => SignedDuration::ZERO,
        3..=5 => SignedDuration::from_mins(1),
        _ => SignedDuration::from_mins(15),
    }
}

/// KSeF's status as evidence: as it came, but for the address of the UPO, which is a secret for as long as it works.
pub(super) fn evidence(answer: &SessionInvoiceStatusResponse) -> Option<String> {
    let mut kept = answer.clone();
    kept.upo_download_url = None;
    json(&kept)
}

/// Any answer as evidence.
pub(super) fn json(answer: &impl Serialize) -> Option<String> {
    serde_json::to_string(answer).ok()
}

/// A move with KSeF's status behind it.
pub(super) fn by_status(sale: &Sale, by: SaleMove, answer: &SessionInvoiceStatusResponse) -> Moving {
    Moving { id: sale.id, by, evidence: evidence(answer) }
}
