//! What runs by itself: one worker for a company's sales, one for its purchases.

mod purchases;
mod sales;

pub(crate) use purchases::run_purchases;
pub(crate) use sales::run_sales;

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
