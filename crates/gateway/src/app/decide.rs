//! What a person decides about an invoice that is not sent yet.

use std::time::{Duration, Instant};

use gateway_rules::calendar::warsaw_day;
use gateway_rules::offline::InvoicingMode;
use gateway_rules::policy::SendingPolicy;
use gateway_store::{Moving, Reason, Sale, SaleMove, SaleState, StoreError};

use super::offline::{IssueError, issue_of};
use super::{App, WorkError};
use crate::company::Company;

/// A person's word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Decision {
    /// It may be sent.
    Approve,
    /// It is to be sent, whatever its policy.
    Send,
    /// It waits for a person again.
    Hold,
    /// It is not to be sent at all.
    Withdraw,
}

/// Why it was not done; nothing has changed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DecideError {
    /// It is not where that can be decided.
    #[error("the invoice is {state}")]
    TooLate {
        /// Where it is.
        state: SaleState,
    },
    /// It cannot be issued offline.
    #[error(transparent)]
    Issue(#[from] IssueError),
    /// The database, or the document.
    #[error(transparent)]
    Work(#[from] WorkError),
}

impl From<StoreError> for DecideError {
    fn from(error: StoreError) -> Self {
        Self::Work(error.into())
    }
}

/// Carries a decision out. `actor` is who decided.
pub(crate) async fn decide(
    app: &App,
    company: &Company,
    sale: &Sale,
    decision: Decision,
    actor: &str,
) -> Result<(), DecideError> {
    if matches!(decision, Decision::Approve | Decision::Send) && sale.technical_of.is_some() {
        return match sale.state {
            SaleState::Validated => super::technical::release(app, company, sale, actor).await,
            state => Err(DecideError::TooLate { state }),
        };
    }
    let sends_itself = SendingPolicy::from_name(&sale.policy) != Some(SendingPolicy::Manual);
    let moves: &[SaleMove] = match (decision, sale.state) {
        (Decision::Approve, SaleState::Validated) if sends_itself => &[SaleMove::Approve, SaleMove::Release],
        (Decision::Approve, SaleState::Validated) => &[SaleMove::Approve],
        (Decision::Send, SaleState::Validated) => &[SaleMove::Approve, SaleMove::Release],
        (Decision::Send, SaleState::Approved) => &[SaleMove::Release],
        (Decision::Hold, SaleState::Waiting) => &[SaleMove::Hold],
        (Decision::Withdraw, state) if state.next().contains(&SaleState::Withdrawn) => {
            let reason = Reason { code: WITHDRAWN.into(), text: format!("{TAKEN_BACK_BY}{actor}") };
            return finish(app, company, sale, &[SaleMove::Withdraw { reason }], actor).await;
        }
        (_, state) => return Err(DecideError::TooLate { state }),
    };
    finish(app, company, sale, moves, actor).await
}

/// What one answer to "release everything" did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ReleasedNow {
    /// How many invoices are to be sent by it; what somebody else released meanwhile is not among them.
    pub(crate) released: usize,
    /// Others wait still: the time was over.
    pub(crate) has_more: bool,
}

/// Sends everything that waits for a person, as far as it can be done in `time`: what is valid is approved with it.
///
/// Hundreds of thousands take minutes: nobody waits for an answer that long, and whoever gives up must not stop it halfway without
/// a word. At least one write is done whatever the time, so that who asks again comes to the end.
pub(crate) async fn release_all(
    app: &App,
    company: &Company,
    actor: &str,
    time: Duration,
) -> Result<ReleasedNow, DecideError> {
    let begin = Instant::now();
    let (mut now, mut is_first) = (ReleasedNow { released: 0, has_more: false }, true);
    'states: for (state, moves) in [
        (SaleState::Approved, [SaleMove::Release].as_slice()),
        (SaleState::Validated, [SaleMove::Approve, SaleMove::Release].as_slice()),
    ] {
        loop {
            let some = app.store.sales_in(&company.context, state, company.now(), TOGETHER).await?;
            if some.is_empty() {
                break;
            }
            if !is_first && begin.elapsed() >= time {
                now.has_more = true;
                break 'states;
            }
            is_first = false;
            // One that a crash left behind goes as what it stands for, never as an invoice of its own.
            let (technical, others): (Vec<&Sale>, Vec<&Sale>) =
                some.iter().partition(|sale| sale.technical_of.is_some());
            let all: Vec<Moving> = others
                .iter()
                .flat_map(|sale| moves.iter().map(|by| Moving::plain(sale.id, by.clone())))
                .collect();
            let outcomes = app.journal.decided(&all, actor, company.now()).await?;
            // The last move of each is its release.
            let mut moved =
                outcomes.chunks(moves.len()).filter(|of_one| matches!(of_one.last(), Some(Ok(())))).count();
            for sale in technical {
                match super::technical::release(app, company, sale, actor).await {
                    Ok(()) => moved += 1,
                    // It waits where it was; the others do not wait for it.
                    Err(error) => {
                        tracing::warn!(company = %company.context, id = %sale.id, %error, "a technical correction was not released");
                    }
                }
            }
            now.released += moved;
            // What somebody else moves meanwhile is not to be waited for.
            if some.len() < TOGETHER as usize || moved == 0 {
                break;
            }
        }
    }
    company.sales_bell.notify_one();
    app.bell.notify_one();
    Ok(now)
}

/// Lets an invoice that is not sent yet go by another policy.
pub(crate) async fn change_policy(
    app: &App,
    company: &Company,
    sale: &Sale,
    policy: SendingPolicy,
    actor: &str,
) -> Result<(), DecideError> {
    match app.journal.change_policy(sale.id, policy.as_str(), actor, company.now()).await {
        Ok(()) => {}
        Err(StoreError::NotMovable { .. }) => return Err(DecideError::TooLate { state: sale.state }),
        Err(error) => return Err(error.into()),
    }
    // What waits to be sent by itself and shall not any more is a person's again, and the other way round.
    let moves: &[SaleMove] = match (sale.state, policy.sends_by_itself()) {
        (SaleState::Waiting, false) => &[SaleMove::Hold],
        (SaleState::Approved, true) => &[SaleMove::Release],
        _ => &[],
    };
    finish(app, company, sale, moves, actor).await
}

/// Issues an invoice offline before it is sent: it has both codes and its deadline from now on.
pub(crate) async fn move_to_offline(
    app: &App,
    company: &Company,
    sale: &Sale,
    mode: InvoicingMode,
    actor: &str,
) -> Result<(), DecideError> {
    let release: &[SaleMove] = match sale.state {
        SaleState::Validated if sale.technical_of.is_some() => {
            return super::technical::release(app, company, sale, actor).await;
        }
        SaleState::Validated => &[SaleMove::Approve, SaleMove::Release],
        SaleState::Approved => &[SaleMove::Release],
        SaleState::Waiting => &[],
        state => return Err(DecideError::TooLate { state }),
    };
    let xml = app.checked_xml(sale).await?;
    let outages = super::outages::known(app, &company.site, warsaw_day(company.now())).await?;
    let issue = issue_of(company, sale, &xml, mode, &outages)?;
    let mut moves = release.to_vec();
    moves.push(SaleMove::IssueOffline(issue));
    finish(app, company, sale, &moves, actor).await
}

pub(super) async fn finish(
    app: &App,
    company: &Company,
    sale: &Sale,
    moves: &[SaleMove],
    actor: &str,
) -> Result<(), DecideError> {
    let moves: Vec<Moving> = moves.iter().map(|by| Moving::plain(sale.id, by.clone())).collect();
    if moves.is_empty() {
        return Ok(());
    }
    for outcome in app.journal.decided(&moves, actor, company.now()).await? {
        match outcome {
            Ok(()) => {}
            Err(StoreError::NotMovable { .. }) => return Err(DecideError::TooLate { state: sale.state }),
            Err(error) => return Err(error.into()),
        }
    }
    company.sales_bell.notify_one();
    app.bell.notify_one();
    Ok(())
}

/// The reason of what a person took back, and how its text begins; who it was follows.
pub(crate) const WITHDRAWN: &str = "withdrawn";
pub(crate) const TAKEN_BACK_BY: &str = "taken back by ";
/// How many invoices one write releases.
const TOGETHER: u32 = 500;
