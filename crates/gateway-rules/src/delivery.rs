//! When a message that a webhook did not take is tried again, and when that ends.

use jiff::{SignedDuration, Timestamp};

/// What follows an attempt that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AfterFailure {
    /// It is tried again then.
    Again(Timestamp),
    /// It is given up; a person may have it tried again.
    GivenUp,
    /// It is given up, and nothing more is sent to this webhook until a person switches it on.
    SwitchedOff,
}

/// What follows the `attempts`-th attempt at a message that is tried since `begun_at`, to a webhook that took nothing since
/// `failing_since`; `is_gone` when it answered that it wants no more (410).
#[must_use]
pub fn after_failure(
    attempts: u32,
    begun_at: Timestamp,
    failing_since: Option<Timestamp>,
    is_gone: bool,
    now: Timestamp,
) -> AfterFailure {
    let is_long = failing_since.is_some_and(|since| now.duration_since(since) >= TRIED_FOR);
    if is_gone || is_long {
        return AfterFailure::SwitchedOff;
    }
    let end = begun_at + TRIED_FOR;
    if now >= end {
        return AfterFailure::GivenUp;
    }
    let place = usize::try_from(attempts.max(1) - 1).unwrap_or(usize::MAX);
    let pause = PAUSES_S.get(place).copied().unwrap_or(LONGEST_PAUSE_S);
    // The last attempt is made when the three days end.
    AfterFailure::Again((now + SignedDuration::from_secs(pause)).min(end))
}

/// How long a webhook rests before other messages are tried, after so many attempts that failed one after another: one that
/// is broken is not overrun, and one that only dislikes a message gets the others.
#[must_use]
pub fn rest(failures: u32) -> SignedDuration {
    let seconds = 2i64.saturating_pow(failures.min(6));
    SignedDuration::from_secs(seconds.min(REST_MAX_S))
}

/// From the first attempt to the last; and how long a webhook may take nothing before it is switched off.
pub const TRIED_FOR: SignedDuration = SignedDuration::from_hours(72);
const PAUSES_S: [i64; 9] = [5, 30, 120, 600, 1_800, 3_600, 7_200, 14_400, 28_800];
const LONGEST_PAUSE_S: i64 = 43_200;
const REST_MAX_S: i64 = 60;

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_secs(seconds)
    }

    #[test]
    fn a_message_is_tried_for_three_days() {
        let (mut now, mut attempts, mut pauses) = (at(0), 0, Vec::new());
        loop {
            attempts += 1;
            match after_failure(attempts, at(0), None, false, now) {
                AfterFailure::Again(next) => {
                    assert!(next > now);
                    pauses.push(next.duration_since(now).as_secs());
                    now = next;
                }
                end => {
                    assert_eq!(end, AfterFailure::GivenUp);
                    break;
                }
            }
        }
        assert_eq!(now, at(72 * 3600), "the last attempt");
        assert_eq!(attempts, 15);
        assert_eq!(pauses[..4], [5, 30, 120, 600]);
    }

    #[test]
    fn a_webhook_that_takes_nothing_is_switched_off() {
        let check = |since: Option<i64>, is_gone: bool, expected: AfterFailure| {
            let found = after_failure(1, at(300_000), since.map(at), is_gone, at(300_000));
            assert_eq!(found, expected, "{since:?} {is_gone}");
        };
        let again = AfterFailure::Again(at(300_005));
        check(None, false, again);
        check(Some(300_000 - 72 * 3600 + 1), false, again);
        check(Some(300_000 - 72 * 3600), false, AfterFailure::SwitchedOff);
        check(None, true, AfterFailure::SwitchedOff);
    }

    #[test]
    fn rests_grow_to_a_minute() {
        let rests: Vec<i64> = (1..9).map(|failures| rest(failures).as_secs()).collect();
        assert_eq!(rests, [2, 4, 8, 16, 32, 60, 60, 60]);
    }

    #[test]
    fn a_clock_that_was_set_back_ends_nothing() {
        assert_eq!(after_failure(1, at(1000), Some(at(1000)), false, at(0)), AfterFailure::Again(at(5)));
    }
}
