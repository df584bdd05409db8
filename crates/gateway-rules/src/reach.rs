//! Whether KSeF can be reached, from our own requests and Latarnia together, and what a waiting document becomes then.
//!
//! Our own requests decide; Latarnia only says what the trouble is called in law (field note A7). So a Latarnia that cannot
//! be read changes nothing, and while KSeF answers, documents are sent whatever Latarnia says.

use jiff::{SignedDuration, Timestamp};

use crate::latarnia::Reading;
use crate::offline::{InvoicingMode, OutageKind};
use crate::policy::SendingPolicy;
use crate::probes::Probes;
use crate::words::Words;

/// Whether KSeF can be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reach {
    /// It answers.
    Up,
    /// It answers and takes invoices, and has processed none for long (field note A4). Nothing is sent again, and nothing
    /// moves to offline: what was sent has been received.
    Slow {
        /// Since when the oldest invoice is in processing.
        since: Timestamp,
    },
    /// It cannot be reached, and nothing was announced.
    Down {
        /// Since the first request that failed.
        since: Timestamp,
        /// There was not even a connection: the trouble may be our own network.
        never_connected: bool,
    },
    /// It cannot be reached in the time of announced works.
    Unavailable {
        /// Their beginning.
        since: Timestamp,
        /// Their end, if it was told.
        until: Option<Timestamp>,
    },
    /// It cannot be reached, and a failure was announced.
    Failing {
        /// Its beginning.
        since: Timestamp,
    },
    /// It cannot be reached, and a total failure was announced.
    TotallyFailing {
        /// Its beginning.
        since: Timestamp,
    },
}

/// What counts as slow, and how long Latarnia's word holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReachSettings {
    /// An invoice that is in processing for so long makes KSeF slow; an hour by default.
    pub slow_after: SignedDuration,
    /// What was read from Latarnia longer ago than this says nothing any more; six hours by default, so that a Latarnia that
    /// falls silent in a failure does not take the failure's term from those who issue invoices in it.
    pub reading_age_max: SignedDuration,
}

impl Default for ReachSettings {
    fn default() -> Self {
        Self { slow_after: SignedDuration::from_hours(1), reading_age_max: SignedDuration::from_hours(6) }
    }
}

/// Whether KSeF can be reached at `now`. `reading` is what was last read from Latarnia, however long ago; `None` when nothing
/// ever was.
#[must_use]
pub fn reach(reading: Option<&Reading>, probes: &Probes, now: Timestamp, settings: &ReachSettings) -> Reach {
    let announced = reading
        .filter(|reading| now.duration_since(reading.read_at) <= settings.reading_age_max)
        .and_then(|reading| reading.in_force(now));
    let Some(unreached) = probes.unreached(announced.is_some()) else {
        return match probes.processing_since() {
            Some(since) if now.duration_since(since) >= settings.slow_after => Reach::Slow { since },
            _ => Reach::Up,
        };
    };
    match announced {
        None => Reach::Down { since: unreached.since, never_connected: unreached.never_connected },
        Some(outage) => match outage.kind {
            OutageKind::Unavailability => Reach::Unavailable { since: outage.started, until: outage.ended },
            OutageKind::Failure => Reach::Failing { since: outage.started },
            OutageKind::TotalFailure => Reach::TotallyFailing { since: outage.started },
        },
    }
}

/// What a waiting document becomes by itself: only under "at once, but offline when KSeF cannot be reached", and only while
/// it cannot. `None`: it goes on waiting.
///
/// Unannounced trouble is offline24, whoever's it is: the other modes need an announcement (guide, `tryby-offline.md`). A mode
/// that was declared is never taken back (#544), and each but a total failure needs an Offline certificate, so the caller
/// refuses clearly where there is none.
#[must_use]
pub fn offline_choice(policy: SendingPolicy, reach: &Reach) -> Option<InvoicingMode> {
    if policy != SendingPolicy::ImmediateOrOffline {
        return None;
    }
    match reach {
        Reach::Up | Reach::Slow { .. } => None,
        Reach::Down { .. } => Some(InvoicingMode::Offline24),
        Reach::Unavailable { .. } => Some(InvoicingMode::Unavailability),
        Reach::Failing { .. } => Some(InvoicingMode::Failure),
        Reach::TotallyFailing { .. } => Some(InvoicingMode::TotalFailure),
    }
}

impl Reach {
    /// The stable name.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Slow { .. } => "slow",
            Self::Down { .. } => "down",
            Self::Unavailable { .. } => "unavailable",
            Self::Failing { .. } => "failing",
            Self::TotallyFailing { .. } => "totallyFailing",
        }
    }

    /// Since when, unless it is up.
    #[must_use]
    pub const fn since(&self) -> Option<Timestamp> {
        match self {
            Self::Up => None,
            Self::Slow { since }
            | Self::Down { since, .. }
            | Self::Unavailable { since, .. }
            | Self::Failing { since }
            | Self::TotallyFailing { since } => Some(*since),
        }
    }

    /// Whether sending makes sense now.
    #[must_use]
    pub const fn can_send(&self) -> bool {
        matches!(self, Self::Up | Self::Slow { .. })
    }

    /// What people are told.
    #[must_use]
    pub const fn words(&self) -> Words {
        let (pl, en) = match self {
            Self::Up => ("KSeF działa", "KSeF works"),
            Self::Slow { .. } => (
                "KSeF przyjmuje faktury, ale od dawna nie nadaje numerów; nie trzeba wysyłać ponownie",
                "KSeF takes invoices, but has given no numbers for long; nothing needs to be sent again",
            ),
            Self::Down { never_connected: true, .. } => (
                "Brak połączenia z KSeF; przyczyna może leżeć po naszej stronie",
                "No connection to KSeF; the cause may be on our side",
            ),
            Self::Down { .. } => (
                "KSeF nie odpowiada prawidłowo; nie ogłoszono awarii",
                "KSeF does not answer properly; no failure was announced",
            ),
            Self::Unavailable { .. } => {
                ("KSeF niedostępny: ogłoszone prace serwisowe", "KSeF is unavailable: announced works")
            }
            Self::Failing { .. } => ("Ogłoszona awaria KSeF", "A failure of KSeF was announced"),
            Self::TotallyFailing { .. } => {
                ("Ogłoszona awaria całkowita KSeF", "A total failure of KSeF was announced")
            }
        };
        Words { pl, en }
    }
}
