//! Rate limits: sliding windows of a second, a minute and an hour, in parallel.
//!
//! Source: guide, `limity/limity-api.md`; values of API 2.9.0 in `ksef_wire::RateLimitGroup`. A refused request is not
//! counted, but who goes on asking while being refused waits longer and longer ("Multiple breaches may significantly
//! extend the block", ibid.; how it grows is ours, see DIVERGENCES.md).

use jiff::{SignedDuration, Timestamp};
use ksef_wire::EffectiveApiRateLimitValues;
use std::collections::{HashMap, VecDeque};

/// Which counter a request moves.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct CounterKey {
    /// The context, or nothing for counters per address.
    pub(crate) context: Option<String>,
    /// The caller's address.
    pub(crate) client: std::net::IpAddr,
    /// The group, or the operation where each counts for itself.
    pub(crate) name: &'static str,
}

/// A request that came too often.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Exceeded {
    /// Requests allowed in the window.
    pub(crate) limit: i32,
    /// The window in Polish: `sekundę`, `minutę`, `godzinę`.
    pub(crate) window: &'static str,
    /// Whole seconds until a request is allowed again, at least 1.
    pub(crate) retry_after_s: i64,
}

impl Exceeded {
    /// The sentence of the API, which may name a second less than the header (field notes A3, issue 788).
    pub(crate) fn sentence(&self, is_one_second_less: bool) -> String {
        format!(
            "Przekroczono limit {} żądań na {}. Spróbuj ponownie po {} sekundach.",
            self.limit,
            self.window,
            self.retry_after_s - i64::from(is_one_second_less)
        )
    }
}

/// All counters.
#[derive(Debug, Clone, Default)]
pub(crate) struct RateCounters {
    /// Times of the counted requests, oldest first, at most as many as the widest window allows.
    requests: HashMap<CounterKey, VecDeque<Timestamp>>,
    breaches: HashMap<CounterKey, Breaches>,
}

/// Refusals of one counter, one soon after the other.
#[derive(Debug, Clone, Copy)]
struct Breaches {
    count: u32,
    last: Timestamp,
    /// Until when everything is refused.
    blocked_until: Timestamp,
}

impl Breaches {
    /// One more refusal. Each full [`BREACHES_PER_STEP`] doubles the block, from a minute to an hour.
    fn add(&mut self, now: Timestamp) {
        self.count = self.count.saturating_add(1);
        self.last = now;
        if self.count.is_multiple_of(BREACHES_PER_STEP) {
            let step = (self.count / BREACHES_PER_STEP - 1).min(PENALTY_STEPS_MAX);
            let penalty = FIRST_PENALTY.saturating_mul(1 << step).min(LONGEST_PENALTY);
            self.blocked_until = self.blocked_until.max(now.checked_add(penalty).unwrap_or(now));
        }
    }
}

impl RateCounters {
    /// Counts a request, or says that it came too often.
    pub(crate) fn count(
        &mut self,
        key: CounterKey,
        values: EffectiveApiRateLimitValues,
        now: Timestamp,
    ) -> Result<(), Exceeded> {
        if self.requests.len() >= COUNTERS_MAX {
            self.forget_idle(now);
        }
        let mut breaches = self.breaches.get(&key).copied().filter(|breaches| {
            // Forgotten once nobody was refused for an hour, and when a clock that was set back makes it the future.
            breaches.last <= now && now.duration_since(breaches.last) < LONGEST_PENALTY
        });
        let times = self.requests.entry(key.clone()).or_default();
        let windows = [
            (values.per_second, "sekundę", SignedDuration::from_secs(1)),
            (values.per_minute, "minutę", SignedDuration::from_mins(1)),
            (values.per_hour, "godzinę", SignedDuration::from_hours(1)),
        ];
        // What no limited window looks back to is forgotten.
        let widest = windows.iter().filter(|(limit, ..)| *limit >= 0).map(|(.., width)| *width).max();
        let Some(widest) = widest else { return Ok(()) };
        while times.front().is_some_and(|first| now.duration_since(*first) >= widest) {
            times.pop_front();
        }
        let exceeded =
            windows.iter().filter(|(limit, ..)| *limit >= 0).filter_map(|&(limit, window, width)| {
                let inside = times.iter().rev().take_while(|time| now.duration_since(**time) < width).count();
                let limit_count = usize::try_from(limit).unwrap_or(0);
                if inside < limit_count {
                    return None;
                }
                // The window frees when the request that is `limit` places back leaves it.
                let blocking = times.len().checked_sub(limit_count.max(1)).and_then(|index| times.get(index));
                let wait = blocking.map_or(width, |time| width - now.duration_since(*time));
                let retry_after_s = (wait.as_millis() + 999) / 1000;
                Some(Exceeded {
                    limit,
                    window,
                    retry_after_s: i64::try_from(retry_after_s).unwrap_or(1).max(1),
                })
            });
        // The longest wait is the one that helps the caller.
        let exceeded = exceeded.max_by_key(|exceeded| exceeded.retry_after_s);
        let penalty = breaches.map(|breaches| breaches.blocked_until.duration_since(now));
        let penalty = penalty.filter(|penalty| penalty.is_positive());
        if exceeded.is_some() || penalty.is_some() {
            let breaches = breaches.get_or_insert(Breaches { count: 0, last: now, blocked_until: now });
            breaches.add(now);
            let penalty = breaches.blocked_until.duration_since(now);
            let mut exceeded = exceeded.unwrap_or(Exceeded {
                limit: values.per_minute.max(values.per_second),
                window: if values.per_minute >= 0 { "minutę" } else { "sekundę" },
                retry_after_s: 1,
            });
            let penalty_s = i64::try_from((penalty.as_millis() + 999) / 1000).unwrap_or(1);
            exceeded.retry_after_s = exceeded.retry_after_s.max(penalty_s);
            self.breaches.insert(key, *breaches);
            return Err(exceeded);
        }
        times.push_back(now);
        Ok(())
    }

    /// Forgets requests that came later than `now`: the clock was put back.
    pub(crate) fn forget_after(&mut self, now: Timestamp) {
        for times in self.requests.values_mut() {
            times.retain(|time| *time <= now);
        }
    }

    fn forget_idle(&mut self, now: Timestamp) {
        let hour = SignedDuration::from_hours(1);
        self.breaches.retain(|_, breaches| now.duration_since(breaches.last) < hour);
        self.requests.retain(|_, times| times.back().is_some_and(|last| now.duration_since(*last) < hour));
    }
}

/// Counters kept before idle ones are looked for.
const COUNTERS_MAX: usize = 100_000;
/// Refusals that are forgiven before the block grows, and again before it doubles.
const BREACHES_PER_STEP: u32 = 10;
/// Doublings after which the block is the longest one.
const PENALTY_STEPS_MAX: u32 = 10;
const FIRST_PENALTY: SignedDuration = SignedDuration::from_mins(1);
const LONGEST_PENALTY: SignedDuration = SignedDuration::from_hours(1);

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> CounterKey {
        CounterKey { context: None, client: [127, 0, 0, 1].into(), name: "x" }
    }

    #[test]
    fn windows_slide_and_hold_in_parallel() {
        let mut counters = RateCounters::default();
        let values = EffectiveApiRateLimitValues { per_second: 2, per_minute: 3, per_hour: 4 };
        let start = Timestamp::from_second(1_000_000).expect("a time");
        let mut at = |ms: i64| counters.count(key(), values, start + SignedDuration::from_millis(ms));
        assert_eq!(at(0), Ok(()));
        assert_eq!(at(10), Ok(()));
        assert_eq!(at(20), Err(Exceeded { limit: 2, window: "sekundę", retry_after_s: 1 }));
        assert_eq!(at(1000), Ok(()), "the first has left the second");
        assert_eq!(at(5_000), Err(Exceeded { limit: 3, window: "minutę", retry_after_s: 55 }));
        assert_eq!(at(60_000), Ok(()), "the first has left the minute");
        assert_eq!(at(130_000), Err(Exceeded { limit: 4, window: "godzinę", retry_after_s: 3470 }));
        assert_eq!(at(3_600_000), Ok(()));
    }

    #[test]
    fn who_goes_on_asking_waits_longer_and_longer() {
        let mut counters = RateCounters::default();
        let values = EffectiveApiRateLimitValues { per_second: 1, per_minute: 100, per_hour: 1000 };
        let start = Timestamp::from_second(1_000_000).expect("a time");
        let mut at = |ms: i64| counters.count(key(), values, start + SignedDuration::from_millis(ms));
        assert_eq!(at(0), Ok(()));
        let waits: Vec<i64> =
            (1..=30).filter_map(|ms| at(ms).err()).map(|exceeded| exceeded.retry_after_s).collect();
        assert_eq!(waits[..9], [1; 9], "nine are forgiven");
        assert_eq!((waits[9], waits[19], waits[29]), (60, 120, 240));
        assert_eq!(at(239_000).map_err(|exceeded| exceeded.retry_after_s), Err(2), "the block holds");
        assert_eq!(at(240_031), Ok(()), "and ends");
        assert_eq!(at(3_900_000), Ok(()));
        let waits = (1..=9).filter_map(|ms| at(3_900_000 + ms).err()).map(|exceeded| exceeded.retry_after_s);
        assert_eq!(waits.max(), Some(1), "an hour later it is forgotten");
    }

    #[test]
    fn minus_one_is_no_limit() {
        let mut counters = RateCounters::default();
        let values = EffectiveApiRateLimitValues { per_second: -1, per_minute: -1, per_hour: -1 };
        let now = Timestamp::from_second(0).expect("a time");
        assert!((0..1000).all(|_| counters.count(key(), values, now).is_ok()));
    }
}
