//! How long somebody waits who guesses passwords: counted for the account and for the address that asks.

use std::collections::HashMap;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

/// What failures are counted for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Source {
    /// The account that was tried, whether it exists or not.
    Account(String),
    /// The address that tried.
    Address(String),
}

/// Failed logins of late. Kept in memory: who starts the gateway anew could as well read its database.
#[derive(Debug, Default)]
pub struct LoginThrottle {
    failures: HashMap<Source, Failures>,
}

#[derive(Debug, Clone, Copy)]
struct Failures {
    count: u32,
    last: Timestamp,
}

impl Source {
    /// Failures without a wait. An address is often shared by a whole office.
    const fn free(&self) -> u32 {
        match self {
            Self::Account(_) => 5,
            Self::Address(_) => 20,
        }
    }

    /// The longest wait. For an account it is short, since anybody could make its owner wait.
    const fn wait_max(&self) -> SignedDuration {
        match self {
            Self::Account(_) => SignedDuration::from_secs(60),
            Self::Address(_) => SignedDuration::from_mins(15),
        }
    }
}

impl LoginThrottle {
    /// How long these sources still have to wait; `None` when they may try.
    #[must_use]
    pub fn wait(&self, sources: &[Source], now: Timestamp) -> Option<Duration> {
        let waits = sources.iter().filter_map(|source| {
            let failures = self.failures.get(source)?;
            let over = failures.count.checked_sub(source.free())?;
            // A second, two, four …
            let wait = SignedDuration::from_secs(1 << over.min(20)).min(source.wait_max());
            let left = failures.last + wait - now;
            let left = SignedDuration::try_from(left).ok()?;
            Duration::try_from(left).ok().filter(|left| !left.is_zero())
        });
        waits.max()
    }

    /// A login failed.
    pub fn failed(&mut self, sources: &[Source], now: Timestamp) {
        if self.failures.len() + sources.len() > SOURCES_MAX {
            self.failures.retain(|_, failures| now.duration_since(failures.last) < FORGOTTEN_AFTER);
        }
        if self.failures.len() + sources.len() > SOURCES_MAX {
            // Somebody tries from everywhere. Those who tried most stay counted.
            let mut counts: Vec<u32> = self.failures.values().map(|failures| failures.count).collect();
            counts.sort_unstable();
            let middle = counts[counts.len() / 2];
            self.failures.retain(|_, failures| failures.count > middle);
        }
        for source in sources {
            let failures = self.failures.entry(source.clone()).or_insert(Failures { count: 0, last: now });
            if now.duration_since(failures.last) >= FORGOTTEN_AFTER {
                failures.count = 0;
            }
            *failures = Failures { count: failures.count.saturating_add(1), last: now };
        }
    }

    /// A login succeeded: the account's failures are forgotten; those of the address stay, or somebody with an account of his
    /// own could go on guessing others'.
    pub fn succeeded(&mut self, account: &str) {
        self.failures.remove(&Source::Account(account.to_owned()));
    }
}

const FORGOTTEN_AFTER: SignedDuration = SignedDuration::from_hours(1);
const SOURCES_MAX: usize = 10_000;

#[cfg(test)]
mod tests {
    use super::*;

    fn start() -> Timestamp {
        "2026-11-22T10:00:00Z".parse().expect("a time")
    }

    fn account(name: &str) -> Source {
        Source::Account(name.to_owned())
    }

    #[test]
    fn waits_grow_and_end() {
        let mut throttle = LoginThrottle::default();
        let sources = [account("kasia"), Source::Address("192.0.2.1".into())];
        let now = start();
        for _ in 0..4 {
            throttle.failed(&sources, now);
        }
        assert_eq!(throttle.wait(&sources, now), None, "four mistakes are human");
        let mut waited = Vec::new();
        for _ in 0..8 {
            throttle.failed(&sources, now);
            waited.push(throttle.wait(&sources, now).expect("a wait").as_secs());
        }
        assert_eq!(waited, [1, 2, 4, 8, 16, 32, 60, 60]);
        assert_eq!(throttle.wait(&sources, now + SignedDuration::from_secs(60)), None);
        // Somebody else from another address is not concerned.
        assert_eq!(throttle.wait(&[account("adam"), Source::Address("192.0.2.2".into())], now), None);
        // The same address with another account: not yet, it may be an office.
        assert_eq!(throttle.wait(&[account("adam"), sources[1].clone()], now), None);
        throttle.succeeded("kasia");
        assert_eq!(throttle.wait(&sources[..1], now), None);
    }

    #[test]
    fn one_address_that_tries_many_accounts_waits() {
        let mut throttle = LoginThrottle::default();
        let address = Source::Address("192.0.2.1".into());
        for number in 0..40 {
            throttle.failed(&[account(&format!("user{number}")), address.clone()], start());
        }
        let wait = throttle.wait(&[account("fresh"), address], start()).expect("a wait");
        assert_eq!(wait, Duration::from_secs(15 * 60));
    }

    #[test]
    fn it_forgets_and_does_not_grow_without_end() {
        let mut throttle = LoginThrottle::default();
        for number in 0..3 * SOURCES_MAX {
            throttle.failed(&[account(&number.to_string())], start());
            assert!(throttle.failures.len() <= SOURCES_MAX);
        }
        for _ in 0..30 {
            throttle.failed(&[account("kasia")], start());
        }
        let later = start() + SignedDuration::from_hours(1);
        throttle.failed(&[account("kasia")], later);
        assert_eq!(throttle.wait(&[account("kasia")], later), None);
    }
}
