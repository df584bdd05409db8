//! What our own requests say of KSeF: the best evidence there is (lat#31), smoothed so that one lost packet moves nobody
//! to offline.

use std::collections::VecDeque;

use jiff::{SignedDuration, Timestamp};

use crate::words::named_enum;

named_enum! {
    /// How a request to KSeF ended, as far as reaching KSeF is concerned.
    pub enum Outcome {
        /// KSeF answered, be it with a refusal: 2xx, 4xx, and 429.
        Answered = "answered", "odpowiedź", "answered";
        /// Something at KSeF's end refused: 5xx, a page of maintenance, a redirect to nowhere, no answer in time.
        Refused = "refused", "odmowa serwera", "refused by the server";
        /// There was no connection at all: the trouble may be ours.
        NoConnection = "noConnection", "brak połączenia", "no connection";
    }
}

/// A request and how it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Probe {
    /// When it ended.
    pub at: Timestamp,
    /// How.
    pub outcome: Outcome,
}

/// When requests count as KSeF being down, and when as up again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProbeSettings {
    /// So many failures in a row are needed, at least 1; 3 by default.
    pub failures_min: u32,
    /// And so long a time from the first of them to the last; 2 minutes by default. While an outage is announced the number
    /// alone suffices.
    pub failing_for_min: SignedDuration,
    /// So many answers in a row say that it is up again, at least 1; 2 by default.
    pub answers_min: u32,
}

impl Default for ProbeSettings {
    fn default() -> Self {
        Self { failures_min: 3, failing_for_min: SignedDuration::from_mins(2), answers_min: 2 }
    }
}

/// The recent requests of one company (or of all to one environment), and what they amount to.
#[derive(Debug, Clone, Default)]
pub struct Probes {
    settings: ProbeSettings,
    recent: VecDeque<Probe>,
    /// The run of failures that has not been ended by enough answers.
    failing: Option<Failing>,
    answers_in_a_row: u32,
    processing_since: Option<Timestamp>,
}

/// A run of failures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Failing {
    since: Timestamp,
    /// The last failure of the run.
    last: Timestamp,
    count: u32,
    /// All of the run had no connection.
    never_connected: bool,
    /// It was long enough to count as down once, and stays so until answers end it.
    is_down: bool,
}

/// That KSeF cannot be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Unreached {
    /// Since the first of the failures.
    pub since: Timestamp,
    /// There was not even a connection, so the trouble may be our own network.
    pub never_connected: bool,
}

impl Probes {
    /// No requests yet: KSeF counts as up.
    #[must_use]
    pub fn new(settings: ProbeSettings) -> Self {
        Self { settings, ..Self::default() }
    }

    /// Takes in how a request ended. They must come in the order of their ends; the last 64 are kept for display.
    pub fn record(&mut self, at: Timestamp, outcome: Outcome) {
        if self.recent.len() == RECENT_MAX {
            self.recent.pop_front();
        }
        self.recent.push_back(Probe { at, outcome });
        if outcome == Outcome::Answered {
            self.answers_in_a_row = self.answers_in_a_row.saturating_add(1);
            let is_down = self.failing.is_some_and(|run| run.is_down);
            // A run that did not amount to anything is ended by the first answer.
            if !is_down || self.answers_in_a_row >= self.settings.answers_min {
                self.failing = None;
            }
            return;
        }
        self.answers_in_a_row = 0;
        let not_connected = outcome == Outcome::NoConnection;
        let run = self.failing.get_or_insert(Failing {
            since: at,
            last: at,
            count: 0,
            never_connected: true,
            is_down: false,
        });
        run.last = run.last.max(at);
        run.count = run.count.saturating_add(1);
        run.never_connected &= not_connected;
        let long_enough = run.last.duration_since(run.since) >= self.settings.failing_for_min;
        run.is_down |= run.count >= self.settings.failures_min && long_enough;
    }

    /// Says since when the oldest invoice is in processing (status 150) at KSeF; `None` when there is none.
    pub fn set_processing_since(&mut self, since: Option<Timestamp>) {
        self.processing_since = since;
    }

    /// Since when the oldest invoice is in processing at KSeF.
    #[must_use]
    pub fn processing_since(&self) -> Option<Timestamp> {
        self.processing_since
    }

    /// The last requests, the oldest first.
    pub fn recent(&self) -> impl Iterator<Item = &Probe> {
        self.recent.iter()
    }

    /// Whether KSeF cannot be reached. `is_announced`: an outage is in force by Latarnia, so that the number of failures
    /// suffices without their span.
    #[must_use]
    pub fn unreached(&self, is_announced: bool) -> Option<Unreached> {
        let run = self.failing?;
        let is_down = run.is_down || (is_announced && run.count >= self.settings.failures_min);
        is_down.then_some(Unreached { since: run.since, never_connected: run.never_connected })
    }
}

/// Enough to show, and nothing that grows.
const RECENT_MAX: usize = 64;
