//! Sending: what waits is handed to an online session.
//!
//! Before each send the intent is on disk (`Sending`, with the session), so that a crash leaves a question that KSeF can
//! answer: *is there a document with this hash in that session?* The session is closed before the question is asked
//! (see [`super::settle`]), so the answer cannot change any more.

use gateway_store::{Sale, SaleState};
use ksef_client::{CallError, OpenedOnlineSession};
use ksef_invoice::Form;
use ksef_wire::FormCode;
use ksef_wire::codes::ExceptionCode;

use super::settle::settle_session;
use super::{App, WorkError, reason_of};
use crate::company::Company;

/// Sends what waits, at most [`SESSION_INVOICES_MAX`] in one session. Returns how many were handed over.
pub(crate) async fn send_waiting(app: &App, company: &Company) -> Result<usize, WorkError> {
    let mut waiting = app.store.sales_in(&company.context, SaleState::Waiting, SESSION_INVOICES_MAX).await?;
    let Some(form) =
        waiting.first().and_then(|sale| Form::ALL.into_iter().find(|form| form.name() == sale.form))
    else {
        return Ok(0);
    };
    // A session takes one form; the others come with the next one.
    waiting.retain(|sale| sale.form == form.name());

    let session = match company.ksef.open_session(&form_code(form)).await {
        Ok(session) => session,
        Err(error) => return Err(note_why(app, &waiting, error).await?),
    };
    app.journal.session_opened(&company.context, &session.reference_number).await?;
    let outcome = hand_over(app, company, &session, &waiting).await;
    // Whatever happened, what the session took has to become known.
    let settled = settle_session(app, company, &session.reference_number).await;
    let sent = outcome?;
    settled.map(|()| sent)
}

/// Hands the invoices over one by one, until one fails in a way that makes going on pointless.
async fn hand_over(
    app: &App,
    company: &Company,
    session: &OpenedOnlineSession,
    waiting: &[Sale],
) -> Result<usize, WorkError> {
    let mut sent = 0;
    for sale in waiting {
        let content = match app.checked_xml(sale).await {
            Ok(content) => content,
            Err(error @ WorkError::Tampered { .. }) => {
                let reason =
                    gateway_store::Reason { code: "document.tampered".into(), text: error.to_string() };
                app.journal.note(sale.id, &reason).await?;
                continue;
            }
            Err(error) => return Err(error),
        };
        app.journal.sending_started(sale.id, &session.reference_number).await?;
        match company.ksef.send(session, &content).await {
            Ok(reference) => {
                app.journal.accepted(sale.id, &reference).await?;
                sent += 1;
            }
            Err(error) if is_about_the_invoice(&error) => {
                app.journal.rejected(sale.id, &reason_of(&error)).await?;
            }
            Err(error) if error.was_certainly_not_done() => {
                app.journal.returned(sale.id, &reason_of(&error)).await?;
                return Err(error.into());
            }
            // It stays `Sending`: settling the session asks KSeF.
            Err(error) => return Err(error.into()),
        }
    }
    Ok(sent)
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

/// Says beside each waiting invoice why it waits.
async fn note_why(app: &App, waiting: &[Sale], error: CallError) -> Result<WorkError, WorkError> {
    let reason = reason_of(&error);
    for sale in waiting {
        app.journal.note(sale.id, &reason).await?;
    }
    Ok(error.into())
}

fn form_code(form: Form) -> FormCode {
    FormCode {
        system_code: form.system_code().to_owned(),
        schema_version: form.schema_version().to_owned(),
        value: form.value().to_owned(),
    }
}

/// How many invoices one session is given. Small enough that a session lives seconds, so that whatever is unknown is
/// known soon; KSeF itself takes 10,000.
const SESSION_INVOICES_MAX: u32 = 100;
