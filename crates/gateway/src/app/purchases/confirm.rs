//! Numbers that were entered by hand: KSeF is asked for each.

use gateway_rules::calendar::warsaw_day;
use gateway_store::Purchase;
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use ksef_client::CallError;

use super::look::is_not_there_yet;
use super::{facts, keep_received};
use crate::app::{Work, WorkError, reason_of};

/// Asks KSeF for what was entered with its number. What it gives is written down; what it does not have is noted. Returns
/// when to ask again for what may not be there yet.
pub(crate) async fn confirm_entered(work: &Work<'_>) -> Result<Option<Timestamp>, WorkError> {
    let company = &work.company.context;
    let mut again: Option<Timestamp> = None;
    for purchase in work.app.store.unconfirmed_purchases(company, AT_ONCE).await? {
        let Some(number) = &purchase.ksef_number else { continue };
        match work.company.ksef.purchase(number).await {
            Ok(content) => {
                let (role, invoice) = facts::fetched(company, number, &purchase.facts, content);
                keep_received(work, role, vec![invoice]).await?;
            }
            Err(error) if is_not_there_yet(&error) && is_fresh(&purchase, work.now()) => {
                let age = work.now().duration_since(purchase.received_at);
                let next = work.now() + if age < SignedDuration::from_mins(1) { SOON } else { LATER };
                again = Some(again.map_or(next, |again| again.min(next)));
            }
            // There is none of this number, or it is another's: 21164, and 403 without the right to see it.
            Err(error @ CallError::Refused { .. }) => {
                let (code, now) = (reason_of(&error).code, work.now());
                work.app.journal.purchase_not_confirmed(company, purchase.position, &code, now).await?;
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(again)
}

/// An invoice can be had a while after it has its number (field note A5): one of today or yesterday is asked for again.
fn is_fresh(purchase: &Purchase, now: Timestamp) -> bool {
    let age = now.duration_since(purchase.received_at);
    let yesterday = warsaw_day(now).saturating_sub(1.day());
    age < SignedDuration::from_hours(24) && purchase.received_on >= yesterday
}

/// KSeF gives 64 invoices an hour by number; the others wait.
const AT_ONCE: u32 = 20;
const SOON: SignedDuration = SignedDuration::from_secs(2);
const LATER: SignedDuration = SignedDuration::from_mins(10);
