//! Sending: one step of the plan at a time.

use gateway_rules::calendar::end_of_warsaw_day;
use gateway_rules::midnight::Way;
use gateway_rules::plan::{
    Budget, Lane, Left, OpenSession, Plan, PlanSettings, Situation, Waiting as Lanes, plan,
};
use gateway_rules::policy::UpoMode;
use gateway_store::{Reason, SendingSettings, Waiting};
use jiff::{SignedDuration, Timestamp};
use ksef_client::BudgetLeft;
use ksef_wire::Operation;

use super::batch::send_batch;
use super::online::{OpenOnline, hand_over, open};
use super::ready::only_ready;
use super::settle::settle_online;
use super::{Work, WorkError, reason_of};

/// What a step came to.
#[derive(Debug)]
pub(crate) enum Step {
    /// Something was done; ask again.
    Did(usize),
    /// There is nothing to do before that time, or before something new comes.
    Wait(Option<Timestamp>),
}

/// Takes the next step for a company. The session that is open is the caller's to keep.
pub(crate) async fn send_step(
    work: &Work<'_>,
    settings: &SendingSettings,
    online: &mut Option<OpenOnline>,
) -> Result<Step, WorkError> {
    let now = work.now();
    let waiting = if settings.is_sending_on {
        work.app.store.waiting(&work.company.context, now).await?
    } else {
        Vec::new()
    };
    // A session takes one form: that of whoever has waited longest, unless something is due today.
    let form = form_first(&waiting, now).map(|first| first.form.clone());
    if let (Some(open), Some(form)) = (&*online, &form)
        && open.form != *form
    {
        return close(work, online).await;
    }
    let groups: Vec<&Waiting> = waiting.iter().filter(|group| Some(&group.form) == form.as_ref()).collect();
    let situation = situation(work, settings, &groups, online.as_ref(), now);
    let step = take(work, plan(&situation), &groups, form.as_deref(), online, now).await;
    if let Err(WorkError::Call(error)) = &step {
        let Reason { code, text } = reason_of(error);
        note(work, &groups, &code, &text, now).await?;
    }
    step
}

/// Does what the plan says.
async fn take(
    work: &Work<'_>,
    plan: Plan,
    groups: &[&Waiting],
    form: Option<&str>,
    online: &mut Option<OpenOnline>,
    now: Timestamp,
) -> Result<Step, WorkError> {
    match plan {
        Plan::OpenOnline => {
            let Some(form) = form else { return Ok(Step::Wait(None)) };
            *online = Some(open(work, form).await?);
            Ok(Step::Did(1))
        }
        Plan::Online { at_most, sharing } => {
            let Some(open) = online.as_mut() else { return Ok(Step::Wait(None)) };
            // Few enough that numbers and UPOs of the first do not wait for the last.
            let at_most = at_most.min(ONLINE_AT_ONCE);
            let sales = match choose_online(groups) {
                Some(group) => {
                    work.app.store.next_to_send(&work.company.context, group, now, at_most).await?
                }
                None => Vec::new(),
            };
            let ready = only_ready(work, Way::OnlineSession, sales).await?;
            if let Some(sharing) = sharing {
                // Who wanted its UPO at once is told, in its history too, why it comes with those of others.
                let reason = Reason { code: "plan.sharedSession".into(), text: sharing.sentence().en };
                let notes: Vec<_> = ready.iter().map(|sale| (sale.id, reason.clone(), None)).collect();
                work.app.journal.noted(work.fence, &notes, now).await?;
            }
            match hand_over(work, open, &ready).await {
                Ok(sent) => Ok(Step::Did(sent.max(1))),
                Err(error) => {
                    // Whatever happened, what the session took has to become known.
                    close(work, online).await?;
                    Err(error)
                }
            }
        }
        Plan::Batch { at_most, bytes_max, only_batch_only, .. } => {
            match choose_batch(groups, only_batch_only) {
                Some(group) => Ok(Step::Did(send_batch(work, group, at_most, bytes_max).await?.max(1))),
                None => Ok(Step::Wait(None)),
            }
        }
        Plan::CloseSession { .. } => close(work, online).await,
        Plan::Wait { until, because } => {
            note(work, groups, &format!("plan.{because}"), because.words().en, now).await?;
            Ok(Step::Wait(until))
        }
    }
}

/// Closes the session and settles what it took.
pub(crate) async fn close(work: &Work<'_>, online: &mut Option<OpenOnline>) -> Result<Step, WorkError> {
    // Gone from here whatever happens: a session that was closed once is settled from the database.
    if let Some(open) = online.take() {
        settle_online(work, &open.session.reference_number).await?;
    }
    Ok(Step::Did(1))
}

fn form_first(waiting: &[Waiting], now: Timestamp) -> Option<&Waiting> {
    waiting.iter().min_by_key(|group| (due(group).filter(|due| *due < now + URGENT).is_none(), group.oldest))
}

fn due(group: &Waiting) -> Option<Timestamp> {
    group.due_on.map(end_of_warsaw_day)
}

/// Those that must go online first, then the oldest.
fn choose_online<'a>(groups: &[&'a Waiting]) -> Option<&'a Waiting> {
    groups
        .iter()
        .copied()
        .filter(|group| !group.is_batch_only)
        .min_by_key(|group| (!group.is_technical, group.oldest))
}

/// Those that must go by batch first, then the most.
fn choose_batch<'a>(groups: &[&'a Waiting], only_batch_only: bool) -> Option<&'a Waiting> {
    groups
        .iter()
        .copied()
        .filter(|group| !group.is_technical && (group.is_batch_only || !only_batch_only))
        .min_by_key(|group| (!group.is_batch_only, std::cmp::Reverse(group.count)))
}

fn situation(
    work: &Work<'_>,
    settings: &SendingSettings,
    groups: &[&Waiting],
    online: Option<&OpenOnline>,
    now: Timestamp,
) -> Situation {
    let mut lanes = Lanes::default();
    for group in groups {
        let lane = match group {
            group if group.is_technical => &mut lanes.online_only,
            group if group.is_batch_only => &mut lanes.batch_only,
            _ => &mut lanes.either,
        };
        add(lane, group);
    }
    let left = |operation| {
        let left = work.company.site.budget.left(Some(&work.company.context), operation);
        as_left(left)
    };
    Situation {
        waiting: lanes,
        upo: UpoMode::from_name(&settings.upo_mode).unwrap_or(UpoMode::Automatic),
        session: online.map(|open| OpenSession { opened_at: open.opened_at, sent: open.sent }),
        budget: Budget {
            invoices: left(Operation::OnlineInvoiceSend),
            online_opens: left(Operation::OnlineSessionOpen),
            batch_opens: left(Operation::BatchSessionOpen),
        },
        limits: work.company.session_limits(),
        settings: PlanSettings {
            session_age_max: SignedDuration::from_secs(settings.session_age_s.clamp(60, 11 * 3600)),
            ..PlanSettings::default()
        },
        now,
    }
}

fn add(lane: &mut Lane, group: &Waiting) {
    let sooner = |one: Option<Timestamp>, two: Option<Timestamp>| match (one, two) {
        (Some(one), Some(two)) => Some(one.min(two)),
        (one, two) => one.or(two),
    };
    lane.count = lane.count.saturating_add(u32::try_from(group.count).unwrap_or(u32::MAX));
    lane.bytes = lane.bytes.saturating_add(u64::try_from(group.bytes).unwrap_or_default());
    lane.oldest = sooner(lane.oldest, Some(group.oldest));
    lane.due = sooner(lane.due, due(group));
}

const fn as_left(left: BudgetLeft) -> Left {
    Left { now: left.now, of_the_hour: left.of_the_hour, next_at: left.next_at }
}

/// Says beside what waits why it waits.
async fn note(
    work: &Work<'_>,
    groups: &[&Waiting],
    code: &str,
    words: &str,
    now: Timestamp,
) -> Result<(), WorkError> {
    let mut notes = Vec::new();
    for group in groups {
        let sales = work.app.store.next_to_send(&work.company.context, group, now, NOTES_MAX).await?;
        notes.extend(
            sales
                .into_iter()
                .map(|sale| (sale.id, Reason { code: code.to_owned(), text: words.to_owned() }, None)),
        );
    }
    Ok(work.app.journal.noted(work.fence, &notes, now).await?)
}

const ONLINE_AT_ONCE: u32 = 50;
/// What is due so soon goes before what has waited longer.
const URGENT: SignedDuration = SignedDuration::from_hours(24);
/// Beside so many invoices the plan's reason is written; the others say it when it is their turn.
const NOTES_MAX: u32 = 1000;
