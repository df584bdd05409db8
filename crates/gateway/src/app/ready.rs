//! What has to be right before an invoice leaves: its day has come and is not about to end, what it corrects has a number,
//! and KSeF was allowed to take it.

use gateway_rules::midnight::{Margins, Midnight, Way, guard};
use gateway_store::{Reason, Sale, SaleState};
use jiff::{SignedDuration, Timestamp};

use super::allowed::not_allowed;
use super::offline::issue_at_midnight;
use super::{Work, WorkError, reason_of};

/// Those of `waiting` that may be sent now; beside the others it is written why they wait, and until when.
pub(super) async fn only_ready(
    work: &Work<'_>,
    way: Way,
    waiting: Vec<Sale>,
) -> Result<Vec<Sale>, WorkError> {
    let now = work.now();
    let (mut ready, mut held) = (Vec::with_capacity(waiting.len()), Vec::new());
    for sale in waiting {
        match hindrance(work, &sale, way, now).await {
            Ok(None) => ready.push(sale),
            Ok(Some((reason, until))) => held.push((sale.id, reason, Some(until))),
            // What is about this document is not the others' matter.
            Err(error @ WorkError::Tampered { .. }) => {
                held.push((sale.id, tampered(&error), Some(now + TAMPERED_PAUSE)));
            }
            // Whether it is allowed cannot be asked now; the others need not wait for that.
            Err(WorkError::Call(error)) => held.push((sale.id, reason_of(&error), Some(now + UNTOLD_PAUSE))),
            Err(error) => return Err(error),
        }
    }
    work.app.journal.noted(work.fence, &held, now).await?;
    Ok(ready)
}

/// Bytes are not what was taken in: an alarm, and a person's matter. Looked at again now and then, since it may be put right
/// from a backup.
pub(super) fn tampered(error: &WorkError) -> Reason {
    tracing::error!(%error, "a document was changed where it rests");
    Reason { code: "document.tampered".into(), text: error.to_string() }
}

async fn hindrance(
    work: &Work<'_>,
    sale: &Sale,
    way: Way,
    now: Timestamp,
) -> Result<Option<(Reason, Timestamp)>, WorkError> {
    match guard(sale.issue_date, way, now, &Margins::default()) {
        Midnight::TooEarly { from } => {
            let text = format!("its date of issue {} has not come yet", sale.issue_date);
            return Ok(Some((Reason { code: "wait.issueDate".into(), text }, from)));
        }
        Midnight::Uncertain { midnight } if !sale.is_offline() => {
            if issue_at_midnight(work, sale).await? {
                // It goes at once, as what it is from now on.
                let text = format!("{midnight} is near: it is issued offline");
                return Ok(Some((Reason { code: "midnight.issuedOffline".into(), text }, now)));
            }
        }
        Midnight::Uncertain { .. } | Midnight::StaysOnline { .. } | Midnight::BecomesOffline => {}
    }
    if let Some(held) = not_allowed(work, sale).await? {
        return Ok(Some(held));
    }
    let Some(original) = sale.corrects else { return Ok(None) };
    let Some(original) = work.app.store.sale(&sale.company, original).await? else { return Ok(None) };
    if original.state.is_numbered() {
        return Ok(None);
    }
    // A refused or withdrawn original will never have a number; whether it is corrected nevertheless is a person's matter.
    let (code, pause) = match original.state {
        SaleState::Rejected | SaleState::Withdrawn | SaleState::NumberCollision => {
            ("wait.originalRefused", ORIGINAL_REFUSED_PAUSE)
        }
        _ => ("wait.original", ORIGINAL_PAUSE),
    };
    let text = format!(
        "it corrects {}, which has no KSeF number yet (it is {})",
        original.invoice_number, original.state
    );
    Ok(Some((Reason { code: code.into(), text }, now + pause)))
}

pub(super) const TAMPERED_PAUSE: SignedDuration = SignedDuration::from_mins(15);
const UNTOLD_PAUSE: SignedDuration = SignedDuration::from_mins(1);
const ORIGINAL_PAUSE: SignedDuration = SignedDuration::from_secs(15);
const ORIGINAL_REFUSED_PAUSE: SignedDuration = SignedDuration::from_hours(1);
