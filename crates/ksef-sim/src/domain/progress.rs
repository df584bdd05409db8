//! Asynchronous work that is done at once and shown step by step.
//!
//! Everything is computed when it is asked for, so that the order of events depends on the requests alone. What the
//! outside sees is the intermediate status at least once, and the final one within a second.

use jiff::{SignedDuration, Timestamp};
use std::time::{Duration, Instant};

/// How far a piece of work has come for those who look at it.
#[derive(Debug, Clone)]
pub(crate) struct Progress {
    began: Timestamp,
    began_really: Instant,
    /// Not finished before this moment, however often it is looked at.
    not_before: Option<Timestamp>,
    was_shown: bool,
    is_finished: bool,
}

impl Progress {
    pub(crate) fn begin(now: Timestamp) -> Self {
        Self {
            began: now,
            began_really: Instant::now(),
            not_before: None,
            was_shown: false,
            is_finished: false,
        }
    }

    /// Holds the final status back until a moment of the simulator's clock.
    pub(crate) fn hold_until(self, moment: Option<Timestamp>) -> Self {
        Self { not_before: moment, ..self }
    }

    /// Looks at the work: whether the final status is to be shown. Looking counts as having been shown the other.
    pub(crate) fn look(&mut self, now: Timestamp) -> bool {
        if self.would_be_finished(now) {
            self.is_finished = true;
        }
        self.was_shown = true;
        self.is_finished
    }

    /// What the next look would see, without looking.
    pub(crate) fn would_be_finished(&self, now: Timestamp) -> bool {
        if !self.is_finished && self.not_before.is_some_and(|moment| now < moment) {
            return false;
        }
        // Real time counts as well: under a clock that stands still work must still end.
        let age = now.duration_since(self.began).max(
            SignedDuration::try_from(self.began_really.elapsed().min(LONG_AGO))
                .unwrap_or(SignedDuration::ZERO),
        );
        self.is_finished || age >= ALWAYS_FINISHED || (self.was_shown && age >= FINISHED_ONCE_SHOWN)
    }
}

const ALWAYS_FINISHED: SignedDuration = SignedDuration::from_secs(1);
const FINISHED_ONCE_SHOWN: SignedDuration = SignedDuration::from_millis(30);
/// Keeps the elapsed time within what a signed duration holds.
const LONG_AGO: Duration = Duration::from_secs(3600);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_intermediate_status_is_shown_once() {
        let now = Timestamp::from_second(0).expect("a time");
        let after = |ms| now + SignedDuration::from_millis(ms);
        let mut progress = Progress::begin(now);
        assert!(!progress.look(after(0)));
        assert!(progress.look(after(40)));
        assert!(progress.look(after(0)), "what is finished stays finished, even if the clock goes back");

        let mut progress = Progress::begin(now);
        assert!(!progress.look(after(999)), "nobody has been shown the intermediate status yet");
        assert!(progress.look(after(999)));

        assert!(Progress::begin(now).look(after(1000)), "after a second it is over for everybody");

        let mut held = Progress::begin(now).hold_until(Some(after(5000)));
        assert!(!held.look(after(4999)), "held back");
        assert!(held.look(after(5000)));
    }
}
