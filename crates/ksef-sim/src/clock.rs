//! The simulator's clock, and Polish days.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Where the simulator takes its time from.
pub trait Clock: Send + Sync {
    /// The present moment.
    fn now(&self) -> Timestamp;
}

/// The computer's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// A clock that stands still until it is moved.
///
/// Asynchronous work of the simulator still finishes within a second of real time: who freezes the clock wants
/// reproducible dates, not a KSeF that never answers.
#[derive(Debug)]
pub struct ManualClock(Mutex<Timestamp>);

impl ManualClock {
    /// A clock that shows `now`.
    #[must_use]
    pub fn new(now: Timestamp) -> Self {
        Self(Mutex::new(now))
    }

    /// Shows another time from now on.
    pub fn set(&self, now: Timestamp) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = now;
    }

    /// Moves on (or back, by a negative duration); stays where it is at the end of representable time.
    pub fn advance(&self, by: SignedDuration) {
        let mut now = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *now = now.checked_add(by).unwrap_or(*now);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The clock of a running simulator: that of [`crate::SimulatorConfig`], but it can be set, moved, stopped and let run.
///
/// Until it is touched it shows what the clock below it shows. A moved clock goes on from where it was put, at the pace
/// of the clock below; a stopped one stands still.
pub struct VirtualClock {
    below: Arc<dyn Clock>,
    shift: Mutex<ClockState>,
}

/// How a virtual clock stands to the one below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ClockState {
    /// What is added to the clock below.
    offset: SignedDuration,
    /// What it shows while it is stopped.
    stopped_at: Option<Timestamp>,
}

/// A time that the simulator does not go to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the clock goes from {EARLIEST} to {LATEST} only")]
pub struct ClockOutOfRange;

impl VirtualClock {
    pub(crate) fn over(below: Arc<dyn Clock>) -> Self {
        Self { below, shift: Mutex::default() }
    }

    /// Shows another time from now on, stopped or running as it was.
    ///
    /// # Errors
    /// [`ClockOutOfRange`] outside of the years 2000 to 2199: identifiers carry dates of four digits, and periods of ten
    /// years are added to them.
    pub fn set(&self, now: Timestamp) -> Result<(), ClockOutOfRange> {
        self.moved(|_| Some(now))
    }

    /// Moves on, or back by a negative duration.
    ///
    /// # Errors
    /// [`ClockOutOfRange`], and nothing is moved.
    pub fn advance(&self, by: SignedDuration) -> Result<(), ClockOutOfRange> {
        self.moved(|now| now.checked_add(by).ok())
    }

    /// Stands still from now on.
    pub fn freeze(&self) {
        let mut shift = self.shift();
        let now = self.shown(*shift);
        shift.stopped_at.get_or_insert(now);
    }

    /// Goes on from where it stands.
    pub fn run(&self) {
        let mut shift = self.shift();
        if let Some(stopped_at) = shift.stopped_at.take() {
            shift.offset = stopped_at.duration_since(self.below.now());
        }
    }

    /// Whether it runs.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.shift().stopped_at.is_none()
    }

    pub(crate) fn state(&self) -> ClockState {
        *self.shift()
    }

    pub(crate) fn restore(&self, state: ClockState) {
        *self.shift() = state;
    }

    fn moved(&self, to: impl FnOnce(Timestamp) -> Option<Timestamp>) -> Result<(), ClockOutOfRange> {
        let mut shift = self.shift();
        let target = to(self.shown(*shift)).ok_or(ClockOutOfRange)?;
        let (earliest, latest) = (parsed(EARLIEST), parsed(LATEST));
        if !(earliest..=latest).contains(&target) {
            return Err(ClockOutOfRange);
        }
        match &mut shift.stopped_at {
            Some(stopped_at) => *stopped_at = target,
            None => shift.offset = target.duration_since(self.below.now()),
        }
        Ok(())
    }

    fn shown(&self, shift: ClockState) -> Timestamp {
        let below = || self.below.now();
        shift.stopped_at.unwrap_or_else(|| below().checked_add(shift.offset).unwrap_or_else(|_| below()))
    }

    fn shift(&self) -> MutexGuard<'_, ClockState> {
        self.shift.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clock for VirtualClock {
    fn now(&self) -> Timestamp {
        let shift = *self.shift();
        self.shown(shift)
    }
}

impl std::fmt::Debug for VirtualClock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("VirtualClock").field("shift", &*self.shift()).finish_non_exhaustive()
    }
}

/// From when to when a clock can be set.
pub(crate) fn range() -> (Timestamp, Timestamp) {
    (parsed(EARLIEST), parsed(LATEST))
}

fn parsed(text: &str) -> Timestamp {
    // The two constants below.
    text.parse().expect("a constant is a time")
}

const EARLIEST: &str = "2000-01-01T00:00:00Z";
const LATEST: &str = "2199-12-31T23:59:59Z";

/// The day in Poland: KSeF numbers, `invoicingMode` and the rule about P_1 go by it (field notes A6).
pub(crate) fn warsaw_date(at: Timestamp) -> Date {
    at.to_zoned(warsaw()).date()
}

/// Europe/Warsaw, from the database that jiff carries where the system has none.
pub(crate) fn warsaw() -> TimeZone {
    TimeZone::get("Europe/Warsaw").unwrap_or(TimeZone::UTC)
}

/// When a Polish day begins; `None` outside representable time.
pub(crate) fn warsaw_midnight(day: Date) -> Option<Timestamp> {
    day.to_zoned(warsaw()).ok().map(|start| start.timestamp())
}

/// (year, month, day), as the identifiers of `ksef-id` take it.
pub(crate) fn ymd(date: Date) -> (u16, u8, u8) {
    // Dates before year 1 or after 9999 do not occur: the clock starts from a Timestamp of this era.
    (date.year().unsigned_abs(), date.month().unsigned_abs(), date.day().unsigned_abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(at: &str, expected: &str) {
        let at: Timestamp = at.parse().expect("a time");
        assert_eq!(warsaw_date(at).to_string(), expected);
    }

    #[test]
    fn a_virtual_clock_is_set_moved_stopped_and_let_run() {
        let at = |text: &str| text.parse::<Timestamp>().expect("a time");
        let below = Arc::new(ManualClock::new(at("2026-03-29T00:59:00Z")));
        let clock = VirtualClock::over(below.clone());
        assert_eq!(clock.now(), below.now());
        clock.set(at("2030-01-01T00:00:00Z")).expect("in range");
        below.advance(SignedDuration::from_secs(5));
        assert_eq!(clock.now(), at("2030-01-01T00:00:05Z"), "a moved clock goes on");
        clock.freeze();
        below.advance(SignedDuration::from_hours(1));
        assert_eq!(clock.now(), at("2030-01-01T00:00:05Z"));
        clock.advance(SignedDuration::from_hours(-24)).expect("in range");
        assert_eq!((clock.now(), clock.is_running()), (at("2029-12-31T00:00:05Z"), false));
        clock.run();
        below.advance(SignedDuration::from_secs(1));
        assert_eq!((clock.now(), clock.is_running()), (at("2029-12-31T00:00:06Z"), true));
        assert_eq!(clock.set(at("1999-12-31T23:59:59Z")), Err(ClockOutOfRange));
        assert_eq!(clock.advance(SignedDuration::MAX), Err(ClockOutOfRange));
        assert_eq!(clock.now(), at("2029-12-31T00:00:06Z"));
    }

    #[test]
    fn polish_midnight_comes_before_utc_midnight() {
        check("2026-01-31T22:59:59Z", "2026-01-31");
        check("2026-01-31T23:00:00Z", "2026-02-01");
        check("2026-06-30T21:59:59Z", "2026-06-30");
        check("2026-06-30T22:00:00Z", "2026-07-01");
    }
}
