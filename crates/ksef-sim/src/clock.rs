//! The simulator's clock, and Polish days.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use std::sync::{Mutex, PoisonError};

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

/// The day in Poland: KSeF numbers, `invoicingMode` and the rule about P_1 go by it (field notes A6).
pub(crate) fn warsaw_date(at: Timestamp) -> Date {
    at.to_zoned(warsaw()).date()
}

/// Europe/Warsaw, from the database that jiff carries where the system has none.
pub(crate) fn warsaw() -> TimeZone {
    TimeZone::get("Europe/Warsaw").unwrap_or(TimeZone::UTC)
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
    fn polish_midnight_comes_before_utc_midnight() {
        check("2026-01-31T22:59:59Z", "2026-01-31");
        check("2026-01-31T23:00:00Z", "2026-02-01");
        check("2026-06-30T21:59:59Z", "2026-06-30");
        check("2026-06-30T22:00:00Z", "2026-07-01");
    }
}
