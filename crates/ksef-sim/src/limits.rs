//! Rate limits: sliding windows of a second, a minute and an hour, in parallel.
//!
//! Source: guide, `limity/limity-api.md`; values of API 2.9.0 in `ksef_wire::RateLimitGroup`. A refused request is not
//! counted; the growing penalty for repeated breaches is not there yet (DIVERGENCES.md).

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
    /// The sentence of the API.
    pub(crate) fn sentence(&self) -> String {
        format!(
            "Przekroczono limit {} żądań na {}. Spróbuj ponownie po {} sekundach.",
            self.limit, self.window, self.retry_after_s
        )
    }
}

/// All counters.
#[derive(Debug, Clone, Default)]
pub(crate) struct RateCounters {
    /// Times of the counted requests, oldest first, at most as many as the widest window allows.
    requests: HashMap<CounterKey, VecDeque<Timestamp>>,
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
        let times = self.requests.entry(key).or_default();
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
        if let Some(exceeded) = exceeded.max_by_key(|exceeded| exceeded.retry_after_s) {
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
        self.requests.retain(|_, times| times.back().is_some_and(|last| now.duration_since(*last) < hour));
    }
}

/// Counters kept before idle ones are looked for.
const COUNTERS_MAX: usize = 100_000;

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
    fn minus_one_is_no_limit() {
        let mut counters = RateCounters::default();
        let values = EffectiveApiRateLimitValues { per_second: -1, per_minute: -1, per_hour: -1 };
        let now = Timestamp::from_second(0).expect("a time");
        assert!((0..1000).all(|_| counters.count(key(), values, now).is_ok()));
    }
}
