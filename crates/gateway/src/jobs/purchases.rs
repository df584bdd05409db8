//! The worker for a company's purchases: looks when its time has come, or when told to.

use std::time::Duration;

use gateway_store::Fence;

use super::{Chain, pause_after};
use crate::app::{App, Work, receive};
use crate::company::Company;

/// Looks once; returns in how long to look again.
pub(super) async fn run_purchases(app: &App, company: &Company, fence: &Fence, every: Duration) -> Duration {
    let work = Work { app, company, fence };
    match receive::receive(&work).await {
        Ok(received) => {
            if received > 0 {
                tracing::info!(company = %company.context, received, "purchases received");
            }
            every
        }
        Err(error) => {
            tracing::warn!(company = %company.context, error = %Chain(&error), "purchases could not be fetched");
            pause_after(&error, FAILURES).min(every)
        }
    }
}

/// A failed look is repeated after some seconds, and not at once: what failed may last.
const FAILURES: u32 = 3;
