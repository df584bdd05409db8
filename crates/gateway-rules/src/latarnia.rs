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
    /// The state that it told.
    pub status: Status,
    /// Its messages, in any order.
    pub announcements: Vec<Announcement>,
}

/// The state of KSeF as Latarnia tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Status {
    /// It works.
    Available,
    /// It does not, for this reason.
    Out(OutageKind),
    /// A state that nobody knows, or only messages were read.
    Unknown,
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
    /// The outages that were told of, by their beginning.
    ///
    /// An outage without an end has ended if Latarnia says by now that KSeF is available: its message of the end was lost or
    /// cannot be read. The time of this reading is its end then; keep the first, for later readings know it no better.
    #[must_use]
    pub fn outages(&self) -> Vec<Outage> {
        let mut outages = outages(&self.announcements);
        if self.status == Status::Available {
            for outage in outages.iter_mut().filter(|outage| outage.started <= self.read_at) {
                outage.ended = outage.ended.or(Some(self.read_at));
            }
        }
        outages
    }

    /// The gravest outage that is in force at `now` by what was read, if any. Messages count before the status: they have
    /// times. A status without a message in force (left out, or unreadable) counts from the time of reading.
    #[must_use]
    pub fn in_force(&self, now: Timestamp) -> Option<Outage> {
        gravest_in_force(&self.outages(), now).or_else(|| match self.status {
            Status::Out(kind) => Some(Outage { kind, started: self.read_at.min(now), ended: None }),
            Status::Available | Status::Unknown => None,
        })
    }
}

/// The gravest of these outages that lasts at `now`: a total failure before a failure before an unavailability.
#[must_use]
pub fn gravest_in_force(outages: &[Outage], now: Timestamp) -> Option<Outage> {
    outages.iter().filter(|outage| outage.lasts_at(now)).max_by_key(|outage| outage.kind).copied()
}
