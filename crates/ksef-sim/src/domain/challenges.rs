//! Challenges of logins: each lives for 10 minutes (guide, `uwierzytelnianie.md`) and serves once.

use super::table::Table;
use jiff::{SignedDuration, Timestamp};
use ksef_id::ReferenceNumber;

/// The challenges that are alive.
#[derive(Debug, Clone, Default)]
pub(crate) struct Challenges {
    pub(crate) given: Table<ReferenceNumber, Timestamp>,
}

impl Challenges {
    /// Remembers a challenge that is given out.
    pub(crate) fn add(&mut self, challenge: ReferenceNumber, now: Timestamp) {
        if self.given.len() >= SWEEP_AT {
            self.given.retain(|given| is_alive(*given, now));
        }
        self.given.insert(challenge, now);
    }

    /// Takes a challenge: when it was given, if it is known, unused and alive.
    pub(crate) fn take(&mut self, challenge: &ReferenceNumber, now: Timestamp) -> Option<Timestamp> {
        self.given.take(challenge).filter(|given| is_alive(*given, now))
    }
}

fn is_alive(given: Timestamp, now: Timestamp) -> bool {
    now.duration_since(given) < LIFE
}

const LIFE: SignedDuration = SignedDuration::from_mins(10);
/// From this number on, dead challenges are swept out before another is kept.
const SWEEP_AT: usize = 10_000;
