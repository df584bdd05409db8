//! What runs by itself: claiming work that is due, one worker for each claim, and watching the environments.

mod dispatch;
mod folder;
mod heartbeat;
mod letters;
mod notices;
mod purchases;
mod retention;
mod sales;
mod watch;

pub(crate) use dispatch::{Dispatcher, Node};
pub(crate) use folder::run_folder;
pub(crate) use heartbeat::{hold, run_heartbeat};
pub(crate) use letters::run_letters;
pub(crate) use notices::{run_clock, run_deliveries};
pub(crate) use retention::run_retention;
pub(crate) use watch::run_watch;

use std::time::Duration;

use ksef_client::CallError;

use crate::app::WorkError;

/// How long to wait after a failure, by what failed; `failures` counts how many came one after another.
fn pause_after(error: &WorkError, failures: u32) -> Duration {
    let growing = Duration::from_millis(500) * 2u32.saturating_pow(failures.min(7));
    match error {
        // KSeF says itself when to come back.
        WorkError::Call(CallError::LimitReached { retry_after, .. }) => *retry_after + Duration::from_secs(1),
        // Refusals of a login or a right need a person; asking often brings a block (field notes A3).
        WorkError::Call(CallError::Refused { .. } | CallError::Login(_)) => {
            growing.max(Duration::from_secs(15))
        }
        _ => growing,
    }
}

/// An error with its causes, for the log.
struct Chain<'a>(&'a (dyn std::error::Error + 'static));

impl std::fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0)?;
        let mut cause = self.0.source();
        while let Some(error) = cause {
            write!(f, ": {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}
