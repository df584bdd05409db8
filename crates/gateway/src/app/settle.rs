//! Settling a session: after it, what the session took is written down.
//!
//! The fence: a request that was on its way when we died may still arrive while we ask. A closed session takes nothing,
//! so the session is closed first and its list read afterwards; what is not in the list then is certainly not in KSeF.

use gateway_store::{Moving, Reason, Sale, SaleMove, SaleState};
use ksef_client::CallError;
use ksef_id::{ReferenceNumber, Sha256Hash};
use ksef_wire::codes::{BatchSessionStatusCode, ExceptionCode, OnlineSessionStatusCode};
use ksef_wire::{SessionInvoiceStatusResponse, SessionStatusResponse};

use super::follow::{ByHash, MOVES_AT_ONCE, SessionList, UpoAddresses, take_verdicts};
use super::verdict::{json, pause_before_attempt};
use super::{Work, WorkError, confirm, reason_of_status};

/// Closes an online session, finds out what became of every invoice that is still `sending` in it, and writes it down.
pub(crate) async fn settle_online(work: &Work<'_>, session: &ReferenceNumber) -> Result<(), WorkError> {
    match work.company.ksef.close_session(session).await {
        Ok(()) => {}
        // Closed before (by us, whose answer was lost, or by KSeF), or unknown: the status decides.
        Err(error) if says_it_is_closed(&error) => {}
        Err(error) => return Err(error.into()),
    }
    let unknown = sending_in(work, session).await?;
    if !unknown.is_empty() {
        let mut taken = taken_by(work, session).await?;
        let moves: Vec<Moving> = unknown
            .iter()
            .map(|sale| match taken.get_mut(&sale.sha256).and_then(Vec::pop) {
                Some(invoice) => Moving {
                    id: sale.id,
                    by: SaleMove::Accept { reference: invoice.reference_number.clone() },
                    evidence: super::verdict::evidence(&invoice),
                },
                None => not_taken(sale, session, "is closed and has no document with this hash"),
            })
            .collect();
        work.moves(&moves).await?;
    }
    work.app.journal.session_settled(work.fence, session, work.now()).await?;
    Ok(())
}

/// The invoices of a closed online session, by hash.
async fn taken_by(
    work: &Work<'_>,
    session: &ReferenceNumber,
) -> Result<ByHash<SessionInvoiceStatusResponse>, WorkError> {
    let mut taken: ByHash<SessionInvoiceStatusResponse> = ByHash::new();
    match work.company.ksef.session_status(session).await {
        Ok(answer) if answer.status.code == OnlineSessionStatusCode::OPEN.0 => {
            return Err(WorkError::SessionStillOpen);
        }
        Ok(_) => {}
        // A session that KSeF does not know took nothing.
        Err(error) if error.is_refusal_with(ExceptionCode::SESSION_NOT_FOUND.0) => return Ok(taken),
        Err(error) => return Err(error.into()),
    }
    let mut list = SessionList::new(session);
    while let Some(invoices) = list.next(work).await? {
        for invoice in invoices {
            taken.entry(invoice.invoice_hash.clone()).or_default().push(invoice);
        }
    }
    Ok(taken)
}

/// Looks how far KSeF is with a batch session that nobody here is bringing parts for any more, and takes what it decided.
/// Returns whether the session is settled.
pub(crate) async fn settle_batch(
    work: &Work<'_>,
    session: &ReferenceNumber,
    upos: &mut UpoAddresses,
) -> Result<bool, WorkError> {
    let answer = match work.company.ksef.session_status(session).await {
        Ok(answer) => answer,
        Err(error) if error.is_refusal_with(ExceptionCode::SESSION_NOT_FOUND.0) => {
            return abandon(work, session, "is not known to KSeF", None).await.map(|()| true);
        }
        Err(error) => return Err(error.into()),
    };
    match BatchSessionStatusCode(answer.status.code) {
        BatchSessionStatusCode::STARTED => close_left_batch(work, session).await,
        BatchSessionStatusCode::PROCESSING => Ok(false),
        _ => take_batch(work, session, &answer, upos).await,
    }
}

/// A batch that is still open was left by a process that died. Closing it is the fence: only what was brought in full is
/// closed and processed; where parts are missing nobody ever asked to process it, and nobody will.
async fn close_left_batch(work: &Work<'_>, session: &ReferenceNumber) -> Result<bool, WorkError> {
    match work.company.ksef.close_batch(session).await {
        Ok(()) => Ok(false),
        Err(error) if error.is_refusal_with(ExceptionCode::SESSION_STATUS_FORBIDS.0) => Ok(false),
        Err(error @ CallError::Refused { http_status: 400 | 404, .. }) => {
            let why = "was left before all of its parts were brought";
            abandon(work, session, why, json(&error.to_string())).await.map(|()| true)
        }
        Err(error) => Err(error.into()),
    }
}

/// What was to go in a batch that KSeF certainly does not process waits again.
pub(super) async fn abandon(
    work: &Work<'_>,
    session: &ReferenceNumber,
    why: &str,
    evidence: Option<String>,
) -> Result<(), WorkError> {
    let moves: Vec<Moving> = sending_in(work, session)
        .await?
        .iter()
        .map(|sale| Moving { evidence: evidence.clone(), ..not_taken(sale, session, why) })
        .collect();
    for some in moves.chunks(MOVES_AT_ONCE) {
        work.moves(some).await?;
    }
    work.app.journal.session_settled(work.fence, session, work.now()).await?;
    Ok(())
}

/// Takes a processed batch in: each invoice by KSeF's word about it, and what KSeF has no word about waits again.
async fn take_batch(
    work: &Work<'_>,
    session: &ReferenceNumber,
    answer: &SessionStatusResponse,
    upos: &mut UpoAddresses,
) -> Result<bool, WorkError> {
    let is_processed = answer.status.code == BatchSessionStatusCode::PROCESSED.0;
    if is_processed {
        confirm::by_session(work, session, answer).await?;
    }
    // What its UPO does not speak of was refused, most likely: the list of those is shorter than that of all.
    let sent = sending_in(work, session).await?;
    let mut open: ByHash<&Sale> = ByHash::new();
    for sale in &sent {
        open.entry(sale.sha256.clone()).or_default().push(sale);
    }
    let refused = is_processed.then(|| SessionList::of_refused(session));
    let mut is_pending = false;
    for mut list in refused.into_iter().chain([SessionList::new(session)]) {
        while !open.is_empty() {
            let Some(invoices) = list.next(work).await? else { break };
            let mut told = Vec::with_capacity(invoices.len());
            for invoice in invoices {
                let Some(sale) = pop(&mut open, &invoice.invoice_hash) else { continue };
                is_pending |= matches!(invoice.status.code, 100 | 150);
                told.push((sale, invoice));
            }
            take_verdicts(work, session, told, upos).await?;
        }
    }
    let status = &answer.status;
    let reason = reason_of_status(status.code, &status.description, status.details.as_deref());
    let now = work.now();
    let left: Vec<&Sale> = open.into_values().flatten().collect();
    let moves: Vec<Moving> = left
        .iter()
        .map(|sale| Moving {
            id: sale.id,
            by: SaleMove::SendBack { reason: reason.clone() },
            evidence: json(status),
        })
        .collect();
    for some in moves.chunks(MOVES_AT_ONCE) {
        work.moves(some).await?;
    }
    let held: Vec<_> = left
        .iter()
        .map(|sale| (sale.id, reason.clone(), Some(now + pause_before_attempt(sale.attempts))))
        .filter(|(_, _, until)| until.is_some_and(|until| until > now))
        .collect();
    work.app.journal.noted(work.fence, &held, now).await?;
    if is_pending || !sending_in(work, session).await?.is_empty() {
        return Ok(false);
    }
    work.app.journal.session_settled(work.fence, session, now).await?;
    Ok(true)
}

fn pop<'a>(open: &mut ByHash<&'a Sale>, hash: &Sha256Hash) -> Option<&'a Sale> {
    let same = open.get_mut(hash)?;
    let sale = same.pop();
    if same.is_empty() {
        open.remove(hash);
    }
    sale
}

async fn sending_in(work: &Work<'_>, session: &ReferenceNumber) -> Result<Vec<Sale>, WorkError> {
    Ok(work.app.store.sales_of_session(session, SaleState::Sending, UNKNOWN_MAX).await?)
}

fn not_taken(sale: &Sale, session: &ReferenceNumber, why: &str) -> Moving {
    let reason = Reason { code: "send.notInKsef".into(), text: format!("session {session} {why}") };
    Moving::plain(sale.id, SaleMove::SendBack { reason })
}

fn says_it_is_closed(error: &CallError) -> bool {
    [ExceptionCode::SESSION_STATUS_FORBIDS, ExceptionCode::SESSION_NOT_FOUND]
        .iter()
        .any(|code| error.is_refusal_with(code.0))
}

/// No session has more.
const UNKNOWN_MAX: u32 = 10_000;
