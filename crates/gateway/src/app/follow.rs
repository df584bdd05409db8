//! Following: from what KSeF took to its verdict.

use std::collections::HashMap;

use gateway_store::{Sale, SaleId, SaleState};
use ksef_id::{ReferenceNumber, Sha256Hash};
use ksef_wire::SessionInvoiceStatusResponse;

use super::duplicate::resolve_duplicate;
use super::verdict::{Verdict, by_status, verdict};
use super::{Work, WorkError};

/// Where UPOs can be fetched that KSeF just told of: without a token and without a limit, for three days. Never written
/// down, since who has the address has the UPO.
pub(crate) type UpoAddresses = HashMap<SaleId, String>;

/// Asks what became of one accepted invoice. Returns whether it moved.
pub(crate) async fn follow(work: &Work<'_>, sale: &Sale, upos: &mut UpoAddresses) -> Result<bool, WorkError> {
    let (Some(session), Some(reference)) = (&sale.session, &sale.invoice_reference) else { return Ok(false) };
    let answer = work.company.ksef.invoice_status(session, reference).await?;
    Ok(take_verdicts(work, session, vec![(sale, answer)], upos).await? == 1)
}

/// The same for many invoices of one session: the session's list is asked for instead of each. Returns how many moved.
pub(crate) async fn follow_session(
    work: &Work<'_>,
    session: &ReferenceNumber,
    sales: &[Sale],
    upos: &mut UpoAddresses,
) -> Result<usize, WorkError> {
    let by_reference: HashMap<&ReferenceNumber, &Sale> =
        sales.iter().filter_map(|sale| Some((sale.invoice_reference.as_ref()?, sale))).collect();
    let mut moved = 0;
    let mut list = SessionList::new(session);
    while let Some(invoices) = list.next(work).await? {
        let told = invoices
            .into_iter()
            .filter_map(|answer| Some((*by_reference.get(&answer.reference_number)?, answer)))
            .collect();
        moved += take_verdicts(work, session, told, upos).await?;
    }
    Ok(moved)
}

/// Takes KSeF's words about invoices in. Returns how many moved.
pub(super) async fn take_verdicts(
    work: &Work<'_>,
    session: &ReferenceNumber,
    told: Vec<(&Sale, SessionInvoiceStatusResponse)>,
    upos: &mut UpoAddresses,
) -> Result<usize, WorkError> {
    let mut moves = Vec::with_capacity(told.len());
    let mut held = Vec::new();
    for (sale, answer) in told {
        match verdict(sale, session, &answer, work.now()) {
            Verdict::Pending => {}
            Verdict::Moves(by) => {
                moves.push(by_status(sale, by, &answer));
                upos.extend(answer.upo_download_url.map(|address| (sale.id, address)));
            }
            Verdict::TryAgain(reason, not_before) => {
                let by = gateway_store::SaleMove::SendBack { reason: reason.clone() };
                moves.push(by_status(sale, by, &answer));
                held.push((sale.id, reason, Some(not_before).filter(|time| *time > work.now())));
            }
            Verdict::Duplicate => {
                if let Some(by) = resolve_duplicate(work, sale, &answer).await? {
                    moves.push(by_status(sale, by, &answer));
                }
            }
        }
    }
    let mut moved = 0;
    for some in moves.chunks(MOVES_AT_ONCE) {
        moved += work.moves(some).await?;
    }
    held.retain(|(_, _, not_before)| not_before.is_some());
    work.app.journal.noted(work.fence, &held, work.now()).await?;
    Ok(moved)
}

/// The accepted invoices of a company, oldest first.
pub(crate) async fn accepted(work: &Work<'_>) -> Result<Vec<Sale>, WorkError> {
    let company = &work.company.context;
    Ok(work.app.store.sales_in(company, SaleState::Accepted, work.now(), ROUND_MAX).await?)
}

/// The list of a session's invoices, page by page.
pub(super) struct SessionList<'a> {
    session: &'a ReferenceNumber,
    /// Of all its invoices, or of those that KSeF refused.
    is_of_refused: bool,
    continuation: Option<String>,
    pages_left: usize,
}

impl<'a> SessionList<'a> {
    pub(super) const fn new(session: &'a ReferenceNumber) -> Self {
        Self { session, is_of_refused: false, continuation: None, pages_left: SESSION_PAGES_MAX }
    }

    pub(super) fn of_refused(session: &'a ReferenceNumber) -> Self {
        Self { is_of_refused: true, ..Self::new(session) }
    }

    pub(super) async fn next(
        &mut self,
        work: &Work<'_>,
    ) -> Result<Option<Vec<SessionInvoiceStatusResponse>>, WorkError> {
        if self.pages_left == 0 {
            return Ok(None);
        }
        let continuation = self.continuation.as_deref();
        let page = match self.is_of_refused {
            true => work.company.ksef.session_refusals(self.session, continuation).await?,
            false => work.company.ksef.session_invoices(self.session, continuation).await?,
        };
        self.continuation = page.continuation_token;
        self.pages_left = if self.continuation.is_some() { self.pages_left - 1 } else { 0 };
        Ok(Some(page.invoices))
    }
}

/// Invoices by what their bytes are; the same bytes can be in a session twice.
pub(super) type ByHash<T> = HashMap<Sha256Hash, Vec<T>>;

/// How many invoices one round looks at.
const ROUND_MAX: u32 = 10_000;
/// How many moves one write makes: enough to share the wait for the disk, and few enough that others get their turn.
pub(super) const MOVES_AT_ONCE: usize = 500;
/// KSeF takes at most 10,000 invoices in a session, and a page has 1,000.
const SESSION_PAGES_MAX: usize = 11;
