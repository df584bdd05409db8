//! The worker for a company's purchases: looks at start, on a schedule, and when told to.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use super::pause_after;
use super::sales::Chain;
use crate::app::{App, receive};
use crate::company::Company;

/// Runs until `stop` says so.
pub(crate) async fn run_purchases(
    app: Arc<App>,
    company: Arc<Company>,
    every: Duration,
    mut stop: watch::Receiver<bool>,
) {
    let mut failures = 0;
    while !*stop.borrow() {
        let pause = match receive::receive(&app, &company).await {
            Ok(received) => {
                failures = 0;
                if received > 0 {
                    tracing::info!(company = %company.context, received, "purchases received");
                }
                every
            }
            Err(error) => {
                failures += 1;
                tracing::warn!(company = %company.context, error = %Chain(&error), "purchases could not be fetched");
                pause_after(&error, failures)
            }
        };
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = company.purchases_bell.notified() => {}
            _ = stop.changed() => {}
        }
    }
}
