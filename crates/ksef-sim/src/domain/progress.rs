//! Asynchronous work that is done at once and shown step by step.
//!
//! Everything is computed when it is asked for, so that the order of events depends on the requests alone. What the
//! outside sees is the intermediate status at least once, and the final one within a second.

use super::packed::Moment;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::time::{Duration, Instant};

/// How far a piece of work has come for those who look at it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(from = "Written", into = "Written")]
pub(crate) struct Progress {
    began: Moment,
    /// `None` after a restart: real time has passed then.
    began_really: Option<Instant>,
    /// Not finished before this moment, however often it is looked at.
    not_before: Option<Box<Timestamp>>,
    was_shown: bool,
    is_finished: bool,
}

/// What is kept: who asks again after a restart is shown the end, unless that is held back.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Written {
    began: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    not_before: Option<Box<Timestamp>>,
}

impl From<Progress> for Written {
    fn from(progress: Progress) -> Self {
        Self { began: progress.began.at(), not_before: progress.not_before.filter(|_| !progress.is_finished) }
    }
}

impl From<Written> for Progress {
    fn from(written: Written) -> Self {
        Self {
            began: written.began.into(),
            began_really: None,
            is_finished: written.not_before.is_none(),
            not_before: written.not_before,
            was_shown: true,
        }
    }
}

impl Progress {
    pub(crate) fn begin(now: Timestamp) -> Self {
        Self {
            began: now.into(),
            began_really: Some(Instant::now()),
            not_before: None,
            was_shown: false,
            is_finished: false,
        }
    }

    /// Holds the final status back until a moment of the simulator's clock.
    pub(crate) fn hold_until(self, moment: Option<Timestamp>) -> Self {
        Self { not_before: moment.map(Box::new), ..self }
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
        if !self.is_finished && self.not_before.as_ref().is_some_and(|moment| now < **moment) {
            return false;
        }
        // Real time counts as well: under a clock that stands still work must still end.
        let really = self.began_really.map_or(LONG_AGO, |began| began.elapsed().min(LONG_AGO));
        let really = SignedDuration::try_from(really).unwrap_or(SignedDuration::ZERO);
        let age = now.duration_since(self.began.at()).max(really);
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

    #[test]
    fn after_a_restart_only_what_is_held_back_goes_on() {
        let now = Timestamp::from_second(0).expect("a time");
        let later = now + SignedDuration::from_secs(5);
        let again = |progress: &Progress| -> Progress {
            serde_json::from_str(&serde_json::to_string(progress).expect("JSON")).expect("what was written")
        };
        assert!(again(&Progress::begin(now)).look(now));
        let held = again(&Progress::begin(now).hold_until(Some(later)));
        assert!(!held.would_be_finished(now) && held.would_be_finished(later));
    }
}
