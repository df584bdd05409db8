//! What has to be right before an invoice leaves: its day has come, and what it corrects has a number.

use gateway_rules::midnight::{Margins, Midnight, Way, guard};
use gateway_store::{Reason, Sale, SaleState};
use jiff::{SignedDuration, Timestamp};

use super::{Work, WorkError};

/// Those of `waiting` that may be sent now; beside the others it is written why they wait, and until when.
pub(super) async fn only_ready(work: &Work<'_>, waiting: Vec<Sale>) -> Result<Vec<Sale>, WorkError> {
    let now = work.now();
    let (mut ready, mut held) = (Vec::with_capacity(waiting.len()), Vec::new());
    for sale in waiting {
        match hindrance(work, &sale, now).await? {
            None => ready.push(sale),
            Some((reason, until)) => held.push((sale.id, reason, Some(until))),
        }
    }
    work.app.journal.noted(work.fence, &held, now).await?;
    Ok(ready)
}

async fn hindrance(
    work: &Work<'_>,
    sale: &Sale,
    now: Timestamp,
) -> Result<Option<(Reason, Timestamp)>, WorkError> {
    if let Midnight::TooEarly { from } = guard(sale.issue_date, Way::OnlineSession, now, &Margins::default())
    {
        let text = format!("its date of issue {} has not come yet", sale.issue_date);
        return Ok(Some((Reason { code: "wait.issueDate".into(), text }, from)));
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

const ORIGINAL_PAUSE: SignedDuration = SignedDuration::from_secs(15);
const ORIGINAL_REFUSED_PAUSE: SignedDuration = SignedDuration::from_hours(1);
