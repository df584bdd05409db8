//! The worker for a company's purchases: looks when its time has come, or when told to, and stays while packages are made.

use std::time::Duration;

use gateway_store::Fence;
use tokio::sync::watch;

use super::dispatch::Active;
use super::{Chain, pause_after};
use crate::app::purchases::receive::receive;
use crate::app::{App, Work};
use crate::company::Company;

/// Looks until everything is read for now, the lease is lost, or `stop` says so; returns in how long to look again.
pub(super) async fn run_purchases(
    app: &App,
    company: &Company,
    fence: &Fence,
    active: &Active,
    every: Duration,
    mut stop: watch::Receiver<bool>,
) -> Duration {
    let work = Work { app, company, fence };
    let is_wanted = is_wanted(&work).await;
    if is_wanted {
        company.prepare().await;
    }
    let mut received = 0;
    let pause = loop {
        let stopping = stop.clone();
        let is_over = || *stopping.borrow() || active.is_lost(fence);
        let round = receive(&work, every, &is_over).await;
        received += round.received;
        if is_over() {
            break Duration::ZERO;
        }
        let soon = round.again.map(|again| {
            let pause = again.duration_since(company.now());
            Duration::try_from(pause).unwrap_or_default().max(SHORTEST)
        });
        let pause = match &round.error {
            Some(error) => {
                tracing::warn!(company = %company.context, error = %Chain(error), "purchases could not be fetched");
                pause_after(error, FAILURES).min(every).min(soon.unwrap_or(every))
            }
            None if is_wanted => soon.unwrap_or(every).min(every),
            None => soon.unwrap_or(UNWANTED),
        };
        if pause > STAY {
            break pause;
        }
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            _ = stop.changed() => {}
        }
    };
    if received > 0 {
        tracing::info!(company = %company.context, received, "purchases received");
    }
    pause
}

/// Whether anybody wants purchases to be read. Whoever has it switched off may have asked for a look all the same.
async fn is_wanted(work: &Work<'_>) -> bool {
    let settings = work.app.store.receiving_settings(&work.company.context).await;
    // What cannot be read now is told by the round.
    settings.map_or(true, |settings| settings.is_on || settings.asked_at.is_some())
}

/// How long there is nothing for who wants no purchases; whoever asks for some rings.
const UNWANTED: Duration = Duration::from_secs(3600);
/// A failed look is repeated after some seconds, and not at once: what failed may last.
const FAILURES: u32 = 3;
/// What is due sooner is waited for without giving the claim back.
const STAY: Duration = Duration::from_secs(20);
const SHORTEST: Duration = Duration::from_millis(100);
