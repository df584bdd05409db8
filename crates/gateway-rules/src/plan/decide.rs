//! The decision itself: a batch first, since it carries most; then the online session; else until when to wait.

use jiff::{SignedDuration, Timestamp};

use super::{BatchReason, CloseReason, Lane, Left, OpenSession, Plan, Sharing, Situation, WaitReason};
use crate::policy::UpoMode;

/// The next step of a company's worker.
///
/// - Immediate UPO: a session for each document; once openings are used up for longer than a moment, the last session is kept
///   and shared, and the plan says so. By batch go only attachments, what would be late, and what no session can be had for.
/// - Batch UPO: one online session up to its age; what an hour's online limit cannot carry goes by batch.
/// - Automatic: a session a document while little waits, a shared one when documents come faster, batches from
///   [`PlanSettings::batch_from`](super::PlanSettings::batch_from) on.
///
/// A full batch leaves at once. A smaller one gathers for as long as keeps openings in hand: with `n` left of the hour's, an
/// `n + 1`-th of an hour, so that a steady trickle never uses them up; before the end of a term it gathers for a
/// minute, and for seconds in the last two.
#[must_use]
pub fn plan(situation: &Situation) -> Plan {
    let mut waits = Vec::with_capacity(3);
    for step in [batch(situation), online(situation)] {
        match step {
            Step::Do(plan) => return plan,
            Step::Wait(at, because) => waits.push((at, because)),
            Step::Nothing => (),
        }
    }
    // Of several reasons the one that ends first; it is a moment ahead in any case, so that nobody asks in circles.
    let soonest = waits.into_iter().min_by_key(|(at, _)| *at);
    match (soonest, close_at(situation)) {
        (Some((at, because)), close) => {
            let at = close.map_or(at, |close| at.min(close));
            Plan::Wait { until: Some(at.max(later(situation.now, STEP_MIN))), because }
        }
        (None, close) => {
            let until = close.map(|close| close.max(later(situation.now, STEP_MIN)));
            Plan::Wait { until, because: WaitReason::NothingWaits }
        }
    }
}

/// What one of the two ways says.
enum Step {
    Do(Plan),
    Wait(Timestamp, WaitReason),
    Nothing,
}

fn batch(situation: &Situation) -> Step {
    let Situation { waiting, upo, budget, limits, now, .. } = situation;
    let together = waiting.either.with(waiting.batch_only);
    let by_load = waiting.either.count > 0
        && match upo {
            UpoMode::Immediate => no_session_for_long(situation),
            UpoMode::Batch => {
                exceeds(waiting.either.count, budget.invoices.of_the_hour) || no_session_for_long(situation)
            }
            UpoMode::Automatic => {
                waiting.either.count >= situation.settings.batch_from
                    || exceeds(waiting.either.count, budget.invoices.of_the_hour)
                    || no_session_for_long(situation)
            }
        };
    let by_urgency = would_be_late(situation, &waiting.either);
    let (lane, because) = if by_urgency {
        (together, BatchReason::Urgency)
    } else if by_load {
        (together, BatchReason::Load)
    } else if waiting.batch_only.count > 0 && *upo == UpoMode::Automatic {
        // A batch goes anyway: what else waits may come along.
        (together, BatchReason::MustGoByBatch)
    } else {
        (waiting.batch_only, BatchReason::MustGoByBatch)
    };
    if lane.count == 0 {
        return Step::Nothing;
    }
    let bytes_max = limits.package_bytes_max / 100 * PACKAGE_PERCENT;
    let is_full = lane.count >= limits.batch_invoices_max || lane.bytes >= bytes_max;
    // What came along to fill a batch hurries nobody: what counts is the age and the term of what needs it.
    let needs_it = if because == BatchReason::MustGoByBatch { &waiting.batch_only } else { &lane };
    if let Some(ready_at) = ready_at(situation, needs_it).filter(|ready_at| !is_full && ready_at > now) {
        return Step::Wait(ready_at, WaitReason::Gathering);
    }
    if budget.batch_opens.now == 0 {
        return Step::Wait(budget.batch_opens.next_at, WaitReason::BatchOpensUsedUp);
    }
    Step::Do(Plan::Batch {
        at_most: lane.count.min(limits.batch_invoices_max).max(1),
        bytes_max,
        only_batch_only: lane.count == waiting.batch_only.count,
        because,
    })
}

fn online(situation: &Situation) -> Step {
    let Situation { waiting, budget, .. } = situation;
    let count = waiting.either.count.saturating_add(waiting.online_only.count);
    let Some(session) = situation.session else {
        return match () {
            () if count == 0 => Step::Nothing,
            // A session is opened only for an invoice that can follow at once.
            () if budget.invoices.now == 0 => Step::Wait(budget.invoices.next_at, WaitReason::InvoicesUsedUp),
            () if budget.online_opens.now == 0 => {
                Step::Wait(budget.online_opens.next_at, WaitReason::OnlineOpensUsedUp)
            }
            () => Step::Do(Plan::OpenOnline),
        };
    };
    if let Some(because) = reason_to_close(situation, &session, count) {
        return Step::Do(Plan::CloseSession { because });
    }
    if count == 0 {
        // Kept for want of openings: as soon as there is one, it is closed.
        return match situation.upo {
            UpoMode::Immediate if session.sent > 0 => {
                Step::Wait(budget.online_opens.next_at, WaitReason::NothingWaits)
            }
            _ => Step::Nothing,
        };
    }
    if budget.invoices.now == 0 {
        return Step::Wait(budget.invoices.next_at, WaitReason::InvoicesUsedUp);
    }
    let room = situation.limits.online_invoices_max.saturating_sub(session.sent).max(1);
    let is_shared = situation.upo == UpoMode::Immediate && session.sent > 0;
    let at_most =
        if situation.upo == UpoMode::Immediate { 1 } else { count.min(room).min(budget.invoices.now) };
    let sharing = is_shared.then_some(Sharing { until: budget.online_opens.next_at });
    Step::Do(Plan::Online { at_most, sharing })
}

fn reason_to_close(situation: &Situation, session: &OpenSession, count: u32) -> Option<CloseReason> {
    if situation.now >= ends_at(situation, session) {
        return Some(CloseReason::Age);
    }
    if session.sent >= situation.limits.online_invoices_max {
        return Some(CloseReason::Full);
    }
    if session.sent == 0 {
        return None;
    }
    let opens = &situation.budget.online_opens;
    match situation.upo {
        UpoMode::Immediate => {
            let soon = later(situation.now, situation.settings.short_wait);
            let can_open_soon = opens.now > 0 || opens.next_at <= soon;
            can_open_soon.then_some(CloseReason::OneDocument)
        }
        UpoMode::Batch => None,
        UpoMode::Automatic => {
            let has_reserve = opens.of_the_hour.is_none_or(|left| left >= OPENS_RESERVE);
            (count == 0 && has_reserve).then_some(CloseReason::NothingWaits)
        }
    }
}

/// When the session that is open has to be closed for its age.
fn close_at(situation: &Situation) -> Option<Timestamp> {
    situation.session.map(|session| ends_at(situation, &session))
}

fn ends_at(situation: &Situation, session: &OpenSession) -> Timestamp {
    later(session.opened_at, situation.settings.session_age_max.min(SESSION_AGE_MAX))
}

/// Whether a lane's documents, sent one by one, would miss the first of their terms.
fn would_be_late(situation: &Situation, lane: &Lane) -> bool {
    let invoices = &situation.budget.invoices;
    let within_the_hour = lane.due.is_some_and(|due| due <= later(situation.now, HOUR));
    (is_due_soon(situation, lane) && lane.count > invoices.now)
        || (within_the_hour && exceeds(lane.count, invoices.of_the_hour))
}

/// There is no online session, and none can be opened for longer than a moment: after a restart, say.
fn no_session_for_long(situation: &Situation) -> bool {
    let opens = &situation.budget.online_opens;
    situation.session.is_none()
        && opens.now == 0
        && opens.next_at > later(situation.now, situation.settings.short_wait)
}

fn is_due_soon(situation: &Situation, lane: &Lane) -> bool {
    lane.count > 0
        && lane.due.is_some_and(|due| due <= later(situation.now, situation.settings.urgent_before))
}

/// When a batch that is not full has gathered long enough; `None` when nobody knows how long it has.
fn ready_at(situation: &Situation, lane: &Lane) -> Option<Timestamp> {
    // Since a moment that has not come: the clock was set back, and nobody knows how long it has waited.
    let oldest =
        lane.oldest.filter(|oldest| *oldest <= later(situation.now, situation.settings.gather_min))?;
    let usual = later(oldest, gathering_time(situation));
    let Some(due) = lane.due.filter(|due| *due > situation.now && is_due_soon(situation, lane)) else {
        // Once it is late anyway, hurry would only use up openings.
        return Some(usual);
    };
    // Even before midnight documents gather for a moment: each with a batch of its own, the last ones would find no opening.
    let shortest = later(oldest, situation.settings.gather_min);
    let last_call = later(due, -LAST_CALL).max(later(oldest, LAST_CALL_GATHER));
    let latest = later(due, -LAST_CALL_GATHER);
    Some(usual.min(shortest).min(last_call).min(latest))
}

fn gathering_time(situation: &Situation) -> SignedDuration {
    let settings = &situation.settings;
    let Left { of_the_hour: Some(left), .. } = situation.budget.batch_opens else {
        return settings.gather_min;
    };
    let share = SignedDuration::from_secs(HOUR.as_secs() / (i64::from(left) + 1));
    share.min(settings.gather_max).max(settings.gather_min)
}

fn exceeds(count: u32, limit: Option<u32>) -> bool {
    limit.is_some_and(|limit| count > limit)
}

/// An instant moved, at most to the ends of time.
fn later(instant: Timestamp, by: SignedDuration) -> Timestamp {
    let end = if by.is_negative() { Timestamp::MIN } else { Timestamp::MAX };
    instant.checked_add(by).unwrap_or(end)
}

const HOUR: SignedDuration = SignedDuration::from_hours(1);
/// KSeF ends an online session after 12 hours (field note B8); an hour is left for closing it in peace.
const SESSION_AGE_MAX: SignedDuration = SignedDuration::from_hours(11);
/// In the last minutes of a term batches gather for seconds only.
const LAST_CALL: SignedDuration = SignedDuration::from_mins(2);
const LAST_CALL_GATHER: SignedDuration = SignedDuration::from_secs(10);
/// Least time until a plan is asked for again.
const STEP_MIN: SignedDuration = SignedDuration::from_millis(100);
/// With fewer openings left of the hour's a session is rather kept than closed.
const OPENS_RESERVE: u32 = 10;
/// How much of a package may be plain XML: names, headers and the worst case of compression need the rest.
const PACKAGE_PERCENT: u64 = 99;
