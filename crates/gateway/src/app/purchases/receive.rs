//! Receiving: what was stored in KSeF since the last look, in each of the four roles by itself.
//!
//! By the date of *permanent storage*, the only one that never goes backwards for a reader: KSeF says up to when its list is
//! complete, and the next look begins there. Readers that go by the date of issue or of sending miss what was stored late
//! (field notes B1). What is asked for, and how invoices are fetched, `gateway-rules` decides by what is left of the limits.

use std::time::Duration;

use gateway_rules::calendar::start_of_warsaw_day;
use gateway_rules::receiving::{First, first, window};
use gateway_store::{PurchaseRole, Reading, ReceivingSettings};
use jiff::{SignedDuration, Timestamp};
use ksef_id::ReferenceNumber;

use super::confirm::confirm_entered;
use super::{budget, look, package, reconcile};
use crate::app::{Work, WorkError};

/// What a round came to.
#[derive(Debug, Default)]
pub(crate) struct Round {
    /// Invoices that are new here.
    pub(crate) received: usize,
    /// When to go on, when there is more to do than was done.
    pub(crate) again: Option<Timestamp>,
    /// The first thing that went wrong; the other roles were read all the same.
    pub(crate) error: Option<WorkError>,
}

/// What one step of a role came to.
pub(super) enum Outcome {
    /// There is nothing more for now.
    Done,
    /// So many new ones; there may be more.
    Took(usize),
    /// It goes on at this time.
    Wait(Timestamp),
}

/// One role at work: where it stands, and as what the next step will be written down.
pub(super) struct Role<'a> {
    pub(super) work: &'a Work<'a>,
    pub(super) reading: Reading,
    /// What stands in the database, if anything does: a cursor that somebody else has set meanwhile is not overwritten.
    pub(super) found: Option<Timestamp>,
}

/// Reads every role that is due. `is_over` says between two steps whether to stop.
pub(crate) async fn receive(work: &Work<'_>, every: Duration, is_over: &(dyn Fn() -> bool + Sync)) -> Round {
    let mut round = Round::default();
    match confirm_entered(work).await {
        Ok(again) => round.again = again,
        Err(error) => round.error = Some(error),
    }
    for role in PurchaseRole::ALL {
        // Each role stands for itself: KSeF fails for one and answers for another (field notes B1, issue 516).
        if let Err(error) = read_role(work, role, every, is_over, &mut round).await {
            note_trouble(work, role, &error).await;
            round.error.get_or_insert(error);
        }
        if is_over() {
            return round;
        }
    }
    // Only what was read to its end is worth comparing.
    if round.again.is_none() && round.error.is_none() {
        let reconciled = async {
            reconcile::ask_nightly(work).await?;
            reconcile::reconcile_asked(work).await
        };
        round.error = reconciled.await.err();
    }
    round
}

async fn read_role(
    work: &Work<'_>,
    role: PurchaseRole,
    every: Duration,
    is_over: &(dyn Fn() -> bool + Sync),
    round: &mut Round,
) -> Result<(), WorkError> {
    for _ in 0..STEPS_MAX {
        let settings = work.app.store.receiving_settings(&work.company.context).await?;
        let role = role_of(work, role, &settings).await?;
        match step(&role, &settings, every).await? {
            Outcome::Done => return Ok(()),
            Outcome::Took(new) => round.received += new,
            Outcome::Wait(until) => {
                round.again = Some(round.again.map_or(until, |again| again.min(until)));
                return Ok(());
            }
        }
        if is_over() {
            return Ok(());
        }
    }
    round.again = Some(work.now());
    Ok(())
}

/// Where a role stands; one that was never read begins at the first day.
async fn role_of<'a>(
    work: &'a Work<'a>,
    role: PurchaseRole,
    settings: &ReceivingSettings,
) -> Result<Role<'a>, WorkError> {
    let readings = work.app.store.readings(&work.company.context).await?;
    if let Some(reading) = readings.into_iter().find(|reading| reading.role == role) {
        return Ok(Role { work, found: Some(reading.read_up_to), reading });
    }
    let first = settings.since.map_or_else(|| work.now() - FIRST_LOOK_BACK, start_of_warsaw_day);
    let reading = Reading {
        role,
        begun_from: first,
        read_up_to: first,
        is_behind: false,
        looked_at: None,
        failures: 0,
        trouble: None,
    };
    Ok(Role { work, reading, found: None })
}

async fn step(role: &Role<'_>, settings: &ReceivingSettings, every: Duration) -> Result<Outcome, WorkError> {
    let work = role.work;
    let mut exports = work.app.store.purchase_exports(&work.company.context).await?;
    exports.retain(|export| export.role == role.reading.role);
    if !exports.is_empty() {
        return package::go_on(role, &exports).await;
    }
    let now = work.now();
    let (from, until) = window(role.reading.read_up_to, now);
    if !is_due(&role.reading, settings, every, until.is_some(), now) {
        return Ok(Outcome::Done);
    }
    let failures = u32::try_from(role.reading.failures).unwrap_or(u32::MAX);
    match first(role.reading.is_behind, until.is_some(), failures, &budget(work)) {
        First::Query => look::look(role, from, until).await,
        First::Export => package::start(role, from, until).await,
        First::Wait(until) => Ok(Outcome::Wait(until)),
    }
}

/// Whether it is time to look. Roles that bring little are looked at less often, since all share 20 queries an hour (field
/// note A3).
fn is_due(
    reading: &Reading,
    settings: &ReceivingSettings,
    every: Duration,
    is_past: bool,
    now: Timestamp,
) -> bool {
    let is_asked =
        settings.asked_at.is_some_and(|asked| reading.looked_at.is_none_or(|looked| looked < asked));
    if is_asked {
        return true;
    }
    if !settings.is_on {
        return false;
    }
    let Some(looked) = reading.looked_at.filter(|_| !reading.is_behind && !is_past) else { return true };
    let rounds = match reading.role {
        PurchaseRole::Buyer => 1,
        PurchaseRole::Seller | PurchaseRole::Third => 2,
        PurchaseRole::Authorized => 4,
    };
    let every = SignedDuration::try_from(every * rounds).unwrap_or(SignedDuration::MAX);
    // A clock that was set back makes nobody wait.
    looked > now || now.duration_since(looked) >= every
}

impl Role<'_> {
    /// Writes down how far the role was read, of a range that ended at `until` (`None`: now). Only a range that ends now, and
    /// is not cut, is a look to the end.
    pub(super) async fn read_up_to(
        &self,
        read_up_to: Timestamp,
        until: Option<Timestamp>,
        is_behind: bool,
        done_with: &[ReferenceNumber],
    ) -> Result<(), WorkError> {
        let reading = Reading {
            // Never backwards, whatever is told.
            read_up_to: read_up_to.max(self.reading.read_up_to),
            is_behind,
            looked_at: if is_behind || until.is_some() {
                self.reading.looked_at
            } else {
                Some(self.work.now())
            },
            failures: 0,
            trouble: None,
            ..self.reading.clone()
        };
        Ok(self.work.app.journal.purchases_read(self.work.fence, self.found, &reading, done_with).await?)
    }

    /// Writes down that packages could not be read: they are asked for again.
    pub(super) async fn failed(&self, why: &str, done_with: &[ReferenceNumber]) -> Result<(), WorkError> {
        tracing::warn!(company = %self.work.company.context, role = self.reading.role.as_str(), why, "a package failed");
        let reading = Reading {
            is_behind: true,
            failures: self.reading.failures + 1,
            trouble: Some(why.to_owned()),
            ..self.reading.clone()
        };
        Ok(self.work.app.journal.purchases_read(self.work.fence, self.found, &reading, done_with).await?)
    }

    /// Where reading stands when KSeF vouches for its list up to `hwm` and the range ended at `until`.
    pub(super) fn mark(&self, hwm: Option<Timestamp>, until: Option<Timestamp>) -> Timestamp {
        match (hwm, until) {
            (Some(hwm), Some(until)) => hwm.min(until),
            (Some(hwm), None) => hwm,
            // A range that was over months ago is complete without KSeF's word.
            (None, Some(until)) => until,
            (None, None) => self.reading.read_up_to,
        }
    }
}

/// Why a role is not read, for whoever asks; that it cannot be written down changes nothing.
async fn note_trouble(work: &Work<'_>, role: PurchaseRole, error: &WorkError) {
    // A limit is no trouble: the time when it goes on is shown beside it.
    if matches!(error, WorkError::Call(ksef_client::CallError::LimitReached { .. })) {
        return;
    }
    let noted = async {
        let settings = work.app.store.receiving_settings(&work.company.context).await?;
        let role = role_of(work, role, &settings).await?;
        let reading = Reading { trouble: Some(error.to_string()), ..role.reading };
        work.app.journal.purchases_read(work.fence, role.found, &reading, &[]).await?;
        Ok::<(), WorkError>(())
    };
    if let Err(error) = noted.await {
        tracing::debug!(%error, "why purchases are not read could not be written down");
    }
}

/// How far back the first look goes unless the company says otherwise.
const FIRST_LOOK_BACK: SignedDuration = SignedDuration::from_hours(90 * 24);
/// Steps of a role in one round; then the other roles have their turn.
const STEPS_MAX: usize = 64;
