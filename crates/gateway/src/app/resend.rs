//! An invoice that came to an end outside KSeF, once more: the same bytes, as a new document that names the old one.
//!
//! Nothing is built anew, so the codes on a print that the buyer holds stay right. Each is sent once more at most once, and what it
//! became can be in turn: the store takes it in under a key of its own, so that two people who press at once, and whoever presses
//! again after a crash, get the same document.

use gateway_rules::policy::SendingPolicy;
use gateway_rules::resending::{Ended, Over, ResendRefusal, may_be_sent_again};
use gateway_store::{Event, HistoryEntry, OfflineIssue, Resend, Sale, SaleId, SaleState, StoreError, Taken};

use super::take_invoice::{TakeError, TakeOptions, take_invoice};
use super::technical::refusal_code;
use super::{App, WorkError};
use crate::company::Company;

/// Why it was not sent once more; nothing has changed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ResendError {
    /// It is not allowed.
    #[error("it cannot be sent again: {0}")]
    Refused(ResendRefusal),
    /// The document cannot be taken in.
    #[error(transparent)]
    Take(#[from] TakeError),
    /// The database, or the document.
    #[error(transparent)]
    Work(#[from] WorkError),
}

/// Whether it may be sent once more as it is.
pub(crate) fn may_resend(sale: &Sale) -> Result<(), ResendRefusal> {
    let ended = match sale.state {
        SaleState::Withdrawn => Ended::Withdrawn,
        SaleState::Rejected => Ended::Refused(refusal_code(sale).unwrap_or_default()),
        SaleState::NumberCollision => Ended::Collided,
        state if state.is_numbered() => Ended::InKsef,
        _ => Ended::NotYet,
    };
    may_be_sent_again(&Over {
        ended,
        is_offline: sale.is_offline(),
        is_technical_correction: sale.technical_of.is_some(),
    })
}

/// Takes the bytes of `sale` in once more, to be sent in the mode in which it was issued, whatever its policy.
pub(crate) async fn resend(
    app: &App,
    company: &Company,
    sale: &Sale,
    actor: &str,
) -> Result<Taken, ResendError> {
    may_resend(sale).map_err(ResendError::Refused)?;
    let xml = app.checked_xml(sale).await?;
    let offline = sale.is_offline().then(|| {
        let issue = OfflineIssue {
            mode: sale.mode.clone(),
            due_on: sale.due_on,
            certificate_link: sale.certificate_link.clone(),
        };
        (issue, sale.offline_at.unwrap_or(sale.created_at))
    });
    let options = TakeOptions {
        actor,
        policy: SendingPolicy::from_name(&sale.policy),
        resends: Some(Resend { of: sale.id, offline }),
        // What comes a second time is known by what it was built from.
        source: sale.source_sha256.clone(),
        ..TakeOptions::default()
    };
    match take_invoice(app, company, &options, &xml).await {
        // It was erased, since it was read here.
        Err(TakeError::Store(StoreError::NotMovable { .. })) => {
            Err(ResendError::Refused(ResendRefusal::UnderWay))
        }
        taken => Ok(taken?),
    }
}

/// The sale whose bytes it sends once more, and the one that sends its own, by its history.
pub(crate) fn neighbours(history: &[HistoryEntry]) -> [Option<SaleId>; 2] {
    let about = |event: Event| {
        let entry = history.iter().find(|entry| entry.event == event)?;
        entry.detail.as_deref()?.parse().ok()
    };
    [about(Event::TakenIn), about(Event::SentAgain)]
}

/// What became of a sale in the end, however often it was sent once more.
pub(crate) async fn newest(app: &App, sale: Sale) -> Result<Sale, StoreError> {
    let mut newest = sale;
    for _ in 0..CHAIN_MAX {
        let [_, again] = neighbours(&app.store.history(newest.id).await?);
        let Some(again) = again else { break };
        let Some(found) = app.store.sale(&newest.company, again).await? else { break };
        newest = found;
    }
    Ok(newest)
}

/// Nobody sends one more often.
const CHAIN_MAX: usize = 100;
