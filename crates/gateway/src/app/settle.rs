//! Settling a session: after it, what the session took is written down.
//!
//! The fence: a request that was on its way when we died may still arrive while we ask. A closed session takes nothing,
//! so the session is closed first and its list read afterwards; what is not in the list then is certainly not in KSeF.

use std::collections::HashMap;

use gateway_store::{Reason, SaleState};
use ksef_client::CallError;
use ksef_id::{ReferenceNumber, Sha256Hash};
use ksef_wire::codes::{ExceptionCode, OnlineSessionStatusCode};

use super::{App, WorkError};
use crate::company::Company;

/// Settles every session of the company that is not settled, such as those of a process that was killed.
pub(crate) async fn settle_all(app: &App, company: &Company) -> Result<(), WorkError> {
    for session in app.store.unsettled_sessions(&company.context).await? {
        settle_session(app, company, &session.reference).await?;
    }
    Ok(())
}

/// Closes the session, finds out what became of every invoice that is still `Sending` in it, and writes it down.
pub(crate) async fn settle_session(
    app: &App,
    company: &Company,
    session: &ReferenceNumber,
) -> Result<(), WorkError> {
    match company.ksef.close_session(session).await {
        Ok(()) => {}
        // Closed before (by us, whose answer was lost, or by KSeF), or unknown: the status decides.
        Err(error) if says_it_is_closed(&error) => {}
        Err(error) => return Err(error.into()),
    }
    let unknown: Vec<_> = app
        .store
        .sales_in(&company.context, SaleState::Sending, UNKNOWN_MAX)
        .await?
        .into_iter()
        .filter(|sale| sale.session.as_ref() == Some(session))
        .collect();
    if !unknown.is_empty() {
        let mut taken = invoices_in(company, session).await?;
        for sale in unknown {
            match taken.get_mut(&sale.sha256).and_then(Vec::pop) {
                Some(reference) => app.journal.accepted(sale.id, &reference).await?,
                None => {
                    let text = format!("session {session} is closed and has no document with this hash");
                    app.journal.returned(sale.id, &Reason { code: "send.notInKsef".into(), text }).await?;
                }
            }
        }
    }
    app.journal.session_settled(session).await?;
    Ok(())
}

/// The references of a closed session's invoices, by hash.
async fn invoices_in(
    company: &Company,
    session: &ReferenceNumber,
) -> Result<HashMap<Sha256Hash, Vec<ReferenceNumber>>, WorkError> {
    match company.ksef.session_status(session).await {
        Ok(answer) if answer.status.code == OnlineSessionStatusCode::OPEN.0 => {
            return Err(WorkError::SessionStillOpen);
        }
        Ok(_) => {}
        // A session that KSeF does not know took nothing.
        Err(error) if error.is_refusal_with(ExceptionCode::SESSION_NOT_FOUND.0) => return Ok(HashMap::new()),
        Err(error) => return Err(error.into()),
    }
    let mut taken: HashMap<Sha256Hash, Vec<ReferenceNumber>> = HashMap::new();
    let mut continuation = None;
    for _ in 0..SESSION_PAGES_MAX {
        let page = company.ksef.session_invoices(session, continuation.as_deref()).await?;
        for invoice in page.invoices {
            taken.entry(invoice.invoice_hash).or_default().push(invoice.reference_number);
        }
        continuation = page.continuation_token;
        if continuation.is_none() {
            break;
        }
    }
    Ok(taken)
}

fn says_it_is_closed(error: &CallError) -> bool {
    [ExceptionCode::SESSION_STATUS_FORBIDS, ExceptionCode::SESSION_NOT_FOUND]
        .iter()
        .any(|code| error.is_refusal_with(code.0))
}

/// KSeF takes at most 10,000 invoices in a session, and a page has 1,000.
const SESSION_PAGES_MAX: usize = 10;
/// One worker sends one invoice at a time, so more than one unknown is already rare.
const UNKNOWN_MAX: u32 = 1000;
