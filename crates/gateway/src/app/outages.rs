//! Watching an environment: Latarnia is read, what it says is kept as evidence, and deadlines follow it.

use gateway_rules::calendar::start_of_warsaw_day;
use gateway_rules::latarnia::{Announcement, Reading, Status, outages};
use gateway_rules::offline::{InvoicingMode, Outage, OutageKind, term};
use gateway_store::{KeptOutage, NoticeKind, OutageTelling, StoreError, Telling};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use ksef_client::latarnia::Latarnia;
use ksef_wire::latarnia::{LatarniaMessage, LatarniaState, MessageCategory};
use serde_json::json;

use super::App;
use crate::site::Site;

/// Reads Latarnia once. One that does not answer changes nothing.
pub(crate) async fn watch(app: &App, site: &Site, latarnia: &Latarnia) -> Result<(), StoreError> {
    let status = match latarnia.status().await {
        Ok(status) => status,
        Err(error) => {
            tracing::debug!(site = site.name, %error, "Latarnia says nothing");
            return Ok(());
        }
    };
    // Ended failures stand in the list of messages only.
    let messages = latarnia.messages().await.ok();
    let all: Vec<LatarniaMessage> = status
        .content
        .messages
        .readable
        .iter()
        .chain(messages.iter().flat_map(|messages| &messages.content.readable))
        .filter(|message| !message.is_test_dummy())
        .cloned()
        .collect();
    let announcements: Vec<Announcement> = all.iter().filter_map(announcement).collect();
    for message in &all {
        if let Some(kept) = evidence(message, status.received_at) {
            let telling = telling(message, &all, app, site, status.received_at);
            app.journal.outage_kept(&site.name, &kept, telling.as_ref()).await?;
        }
    }
    let only_dummies = !status.content.messages.readable.is_empty() && announcements.is_empty();
    site.set_reading(Reading {
        read_at: status.received_at,
        status: if only_dummies { Status::Unknown } else { state(&status.content.status) },
        announcements,
    });
    follow_deadlines(app, site).await
}

/// Sets the last day of everything that was issued offline anew, by all outages known.
async fn follow_deadlines(app: &App, site: &Site) -> Result<(), StoreError> {
    let now = site.now();
    // Asked for all at once: of ten thousand companies next to none waits.
    for context in app.store.companies_with_offline_unsent().await? {
        if app.companies.get(&context).is_none_or(|company| company.site.name != site.name) {
            continue;
        }
        let unsent = app.store.offline_unsent(&context, ROUND_MAX).await?;
        let Some(first) = unsent.iter().map(|sale| sale.issue_date).min() else { continue };
        let known = known(app, site, first).await?;
        let deadlines: Vec<_> = unsent
            .iter()
            .filter_map(|sale| Some((sale, InvoicingMode::from_name(&sale.mode)?)))
            .map(|(sale, mode)| (sale.id, term(mode, sale.issue_date, &known).due()))
            .collect();
        app.journal.deadlines_set(&deadlines, now).await?;
    }
    Ok(())
}

/// The announced outages that matter for invoices issued on a day or later.
pub(super) async fn known(app: &App, site: &Site, since: Date) -> Result<Vec<Outage>, StoreError> {
    let kept = app.store.outages(&site.name, start_of_warsaw_day(since) - BEFORE).await?;
    let announcements: Vec<Announcement> = kept
        .iter()
        .filter_map(|kept| {
            Some(Announcement {
                // One reference is one event; its number is read back from the evidence's own name.
                event: kept.reference.split('/').next().and_then(|event| event.parse().ok()),
                kind: OutageKind::from_name(&kept.kind)?,
                start: kept.started,
                end: kept.ended,
            })
        })
        .collect();
    Ok(outages(&announcements))
}

/// What companies are told of a message. Of an event whose end is known by now its beginning is no news, nor is one that
/// began long ago; and of an end is told only where the beginning was.
fn telling(
    message: &LatarniaMessage,
    all: &[LatarniaMessage],
    app: &App,
    site: &Site,
    now: Timestamp,
) -> Option<OutageTelling> {
    let event = message.event_id.map_or_else(|| message.id.clone(), |event| event.to_string());
    let item = json!({
        "kind": kind(&message.category)?.as_str(),
        "start": message.start.0.to_string(),
        "end": message.end.as_ref().map(|end| end.0.to_string()),
    });
    let key = |what: &str| format!("outage/{event}/{what}");
    let ends = |one: &LatarniaMessage| one.end.as_ref().is_some_and(|end| end.0 <= now);
    let is_over = all.iter().any(|other| other.event_id == message.event_id && ends(other));
    let (kind, telling) = if ends(message) {
        let telling = Telling { key: key("ended"), only_after: Some(key("began")), item };
        (NoticeKind::OutageEnded, telling)
    } else {
        let is_old = now.duration_since(message.start.0) > NEWS;
        if is_over || is_old {
            return None;
        }
        (NoticeKind::OutageBegan, Telling { key: key("began"), only_after: None, item })
    };
    let companies = app.companies.now();
    let concerned = companies.values().filter(|company| company.site.name == site.name);
    let companies = concerned.map(|company| company.context.clone()).collect();
    Some(OutageTelling { kind, telling, companies })
}

fn announcement(message: &LatarniaMessage) -> Option<Announcement> {
    Some(Announcement {
        event: message.event_id,
        kind: kind(&message.category)?,
        start: message.start.0,
        end: message.end.as_ref().map(|end| end.0),
    })
}

fn evidence(message: &LatarniaMessage, captured: Timestamp) -> Option<KeptOutage> {
    Some(KeptOutage {
        reference: format!(
            "{}/{}/{}",
            message.event_id.map_or_else(|| "-".to_owned(), |event| event.to_string()),
            message.id,
            message.version.unwrap_or_default()
        ),
        kind: kind(&message.category)?.as_str().to_owned(),
        started: message.start.0,
        ended: message.end.as_ref().map(|end| end.0),
        captured,
        evidence: serde_json::to_string(message).unwrap_or_default(),
    })
}

fn kind(category: &MessageCategory) -> Option<OutageKind> {
    match category {
        MessageCategory::Failure => Some(OutageKind::Failure),
        MessageCategory::TotalFailure => Some(OutageKind::TotalFailure),
        MessageCategory::Maintenance => Some(OutageKind::Unavailability),
        _ => None,
    }
}

fn state(state: &LatarniaState) -> Status {
    match state {
        LatarniaState::Available => Status::Available,
        LatarniaState::Maintenance => Status::Out(OutageKind::Unavailability),
        LatarniaState::Failure => Status::Out(OutageKind::Failure),
        LatarniaState::TotalFailure => Status::Out(OutageKind::TotalFailure),
        _ => Status::Unknown,
    }
}

/// An outage that began earlier may last into the day.
const BEFORE: SignedDuration = SignedDuration::from_hours(31 * 24);
/// An outage that began earlier is no news to anybody.
const NEWS: SignedDuration = SignedDuration::from_hours(48);
/// How many deadlines one look counts anew.
const ROUND_MAX: u32 = 10_000;
