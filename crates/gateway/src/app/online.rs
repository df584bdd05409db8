//! Sending in an online session.
//!
//! Before each send the intent is on disk (`sending`, with the session), so that a crash leaves a question that KSeF can
//! answer: *is there a document with this hash in that session?* The session is closed before the question is asked
//! (see [`super::settle`]), so the answer cannot change any more.

use gateway_store::{Moving, Sale, SaleMove};
use jiff::Timestamp;
use ksef_client::{CallError, OpenedOnlineSession, SendAs};
use ksef_id::Sha256Hash;
use ksef_wire::codes::ExceptionCode;

use super::{Work, WorkError, form_code, ready, reason_of};

/// An online session that this process opened and can send in.
#[derive(Debug)]
pub(crate) struct OpenOnline {
    pub(crate) session: OpenedOnlineSession,
    /// The form that it takes.
    pub(crate) form: String,
    pub(crate) opened_at: Timestamp,
    /// How many invoices were sent in it.
    pub(crate) sent: u32,
}

/// Opens a session for a form and writes it down.
pub(super) async fn open(work: &Work<'_>, form: &str) -> Result<OpenOnline, WorkError> {
    let opened_at = work.now();
    let code = form_code(form).ok_or_else(|| unknown_form(form))?;
    let session = work.company.ksef.open_session(&code).await?;
    work.app.journal.session_opened(work.fence, &session.reference_number, opened_at).await?;
    Ok(OpenOnline { session, form: form.to_owned(), opened_at, sent: 0 })
}

/// Hands invoices over one by one, until one fails in a way that makes going on pointless. Returns how many KSeF took.
pub(super) async fn hand_over(
    work: &Work<'_>,
    open: &mut OpenOnline,
    sales: &[Sale],
) -> Result<usize, WorkError> {
    let session = &open.session.reference_number;
    let mut sent = 0;
    for sale in sales {
        let content = match work.app.checked_xml(sale).await {
            Ok(content) => content,
            Err(error @ WorkError::Tampered { .. }) => {
                tampered(work, sale, &error).await?;
                continue;
            }
            Err(error) => return Err(error),
        };
        let send_as = SendAs { is_offline: sale.is_offline(), corrects: corrected_hash(work, sale).await? };
        if !work.moves_one(sale.id, SaleMove::StartSending { session: session.clone() }).await? {
            // A person took it back while it was on its way here.
            continue;
        }
        open.sent += 1;
        match work.company.ksef.send(&open.session, &content, &send_as).await {
            Ok(reference) => {
                work.moves_one(sale.id, SaleMove::Accept { reference }).await?;
                sent += 1;
            }
            Err(error) if is_about_the_invoice(&error) => {
                let moving = Moving {
                    id: sale.id,
                    by: SaleMove::Reject { reason: reason_of(&error) },
                    evidence: super::verdict::json(&error.to_string()),
                };
                work.moves(&[moving]).await?;
            }
            Err(error) if error.was_certainly_not_done() => {
                work.moves_one(sale.id, SaleMove::SendBack { reason: reason_of(&error) }).await?;
                return Err(error.into());
            }
            // It stays `sending`: settling the session asks KSeF.
            Err(error) => return Err(error.into()),
        }
    }
    Ok(sent)
}

/// The hash of the invoice that a technical correction stands for.
async fn corrected_hash(work: &Work<'_>, sale: &Sale) -> Result<Option<Sha256Hash>, WorkError> {
    let Some(of) = sale.technical_of else { return Ok(None) };
    let corrected = work.app.store.sale(&sale.company, of).await?;
    Ok(corrected.map(|corrected| corrected.sha256))
}

/// Says that bytes are not what was taken in.
pub(super) async fn tampered(work: &Work<'_>, sale: &Sale, error: &WorkError) -> Result<(), WorkError> {
    work.note(sale.id, ready::tampered(error), Some(work.now() + ready::TAMPERED_PAUSE)).await
}

/// Whether KSeF refused this document, rather than the session, the login or the pace.
fn is_about_the_invoice(error: &CallError) -> bool {
    let about_the_session = [
        ExceptionCode::SESSION_INVOICE_LIMIT,
        ExceptionCode::SESSION_NOT_FOUND,
        ExceptionCode::SESSION_STATUS_FORBIDS,
        ExceptionCode::SESSION_TEMPORARILY_UNAVAILABLE,
    ];
    matches!(error, CallError::Refused { http_status: 400, .. })
        && !about_the_session.iter().any(|code| error.is_refusal_with(code.0))
}

/// A form that was taken in by a newer version than this one.
pub(super) fn unknown_form(form: &str) -> WorkError {
    gateway_store::StoreError::Corrupt { what: "a form", found: form.to_owned() }.into()
}
