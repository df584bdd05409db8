//! What Latarnia announced, and the outages that follow from it.
//!
//! Latarnia is evidence of the legal mode and never a gate: it was down while KSeF worked, silent while KSeF stood still,
//! and TEST has shown a total failure for ever (field note A7). Leave those canned messages out before they come here.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::offline::{Outage, OutageKind};

/// What was last read from Latarnia.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// When it was read.
    pub read_at: Timestamp,
    /// The state that it told: `None` for "available" (and for a state that nobody knows).
    pub status: Option<OutageKind>,
    /// Its messages, in any order.
    pub announcements: Vec<Announcement>,
}

/// A message of Latarnia: a start, an end, or works to come. Times are those of its fields, not of its text (lat#24).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Announcement {
    /// The event; the same for its start and its end.
    pub event: Option<i64>,
    /// What it is about.
    pub kind: OutageKind,
    /// When the event begins.
    pub start: Timestamp,
    /// When it ends; `None` while nobody has said.
    pub end: Option<Timestamp>,
}

/// The outages that messages tell of, by their beginning.
///
/// Start and end of an event become one outage. Whether a failure that becomes total keeps its event, and how many ends it
/// then has, was never answered (lat#7); so an end that was told for one kind also ends the other kind of the same event, if
/// that began before it and has no end of its own.
#[must_use]
pub fn outages(announcements: &[Announcement]) -> Vec<Outage> {
    // Without a number of the event, kind and start tell events apart.
    type Key = (Option<i64>, OutageKind, Option<Timestamp>);
    let mut merged: BTreeMap<Key, Outage> = BTreeMap::new();
    let mut ends: BTreeMap<i64, Vec<Timestamp>> = BTreeMap::new();
    for said in announcements {
        let start_if_alone = said.event.is_none().then_some(said.start);
        let outage = merged.entry((said.event, said.kind, start_if_alone)).or_insert(Outage {
            kind: said.kind,
            started: said.start,
            ended: None,
        });
        outage.started = outage.started.min(said.start);
        outage.ended = outage.ended.max(said.end);
        if let (Some(event), Some(end)) = (said.event, said.end) {
            ends.entry(event).or_default().push(end);
        }
    }
    for ((event, ..), outage) in &mut merged {
        let Some(ends) = event.and_then(|event| ends.get(&event)) else { continue };
        if outage.ended.is_none() {
            outage.ended = ends.iter().copied().filter(|end| *end > outage.started).max();
        }
    }
    let mut outages: Vec<Outage> = merged.into_values().collect();
    outages.sort_by_key(|outage| (outage.started, outage.kind));
    outages
}

impl Reading {
    /// The gravest outage that is in force at `now` by what was read, if any. Messages count before the status: they have
    /// times. A status without a message in force (left out, or unreadable) counts from the time of reading.
    #[must_use]
    pub fn in_force(&self, now: Timestamp) -> Option<Outage> {
        let by_messages = gravest_in_force(&outages(&self.announcements), now);
        by_messages
            .or_else(|| self.status.map(|kind| Outage { kind, started: self.read_at.min(now), ended: None }))
    }
}

/// The gravest of these outages that lasts at `now`: a total failure before a failure before an unavailability.
#[must_use]
pub fn gravest_in_force(outages: &[Outage], now: Timestamp) -> Option<Outage> {
    outages.iter().filter(|outage| outage.lasts_at(now)).max_by_key(|outage| outage.kind).copied()
}
