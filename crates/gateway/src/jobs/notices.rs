//! Telling: deliveries to webhooks, one worker for each webhook that something is due for; and looking at the clock for terms
//! and certificates that end.

use std::sync::Arc;
use std::time::{Duration, Instant};

use gateway_store::StoreError;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::Chain;
use crate::app::App;
use crate::app::notices::deliver::deliver;
use crate::app::notices::watch::{credentials, deadlines};

/// Delivers until stopped, and until every attempt under way has ended.
pub(crate) async fn run_deliveries(app: Arc<App>, node: String, mut stop: watch::Receiver<bool>) {
    let mut told = app.journal.told();
    let mut workers = JoinSet::new();
    while !*stop.borrow() {
        while workers.try_join_next().is_some() {}
        let pause = match claim(&app, &node, &mut workers, &stop).await {
            Ok(pause) => pause,
            Err(error) => {
                tracing::warn!(error = %Chain(&error), "deliveries could not be looked for");
                AFTER_FAILURE
            }
        };
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            // An error would mean that the journal is gone, and the gateway with it.
            _ = told.changed() => tokio::time::sleep(GATHER).await,
            _ = workers.join_next(), if !workers.is_empty() => {}
            _ = stop.changed() => {}
        }
    }
    while workers.join_next().await.is_some() {}
}

/// Claims what is due; returns how long there is nothing.
async fn claim(
    app: &Arc<App>,
    node: &str,
    workers: &mut JoinSet<()>,
    stop: &watch::Receiver<bool>,
) -> Result<Duration, StoreError> {
    let longest = if app.store.is_shared() { POLL } else { IDLE };
    let free = WORKERS_MAX.saturating_sub(workers.len());
    let now = Timestamp::now();
    // Asked first: of ten thousand companies next to none has a webhook, and a claim writes.
    let Some(due) = app.store.next_delivery().await? else { return Ok(longest) };
    if due <= now && free > 0 {
        let limit = u32::try_from(free).unwrap_or(u32::MAX);
        for claimed in app.journal.webhooks_claimed(node, limit, now, now + HELD_FOR).await? {
            let (app, stop) = (app.clone(), stop.clone());
            workers.spawn(async move {
                if let Err(error) = deliver(&app, &claimed, &stop).await {
                    tracing::warn!(webhook = claimed.id, error = %Chain(&error), "a webhook's deliveries stopped");
                }
            });
        }
        return Ok(SHORTEST);
    }
    let pause = due.duration_since(now).max(SignedDuration::ZERO);
    Ok(Duration::try_from(pause).unwrap_or(longest).clamp(SHORTEST, longest))
}

/// Looks at the clock until stopped.
pub(crate) async fn run_clock(app: Arc<App>, mut stop: watch::Receiver<bool>) {
    let mut forgotten: Option<Instant> = None;
    while !*stop.borrow() {
        if let Err(error) = look(&app).await {
            tracing::warn!(error = %Chain(&error), "what ends soon could not be told");
        }
        if forgotten.is_none_or(|last| last.elapsed() >= FORGET_EVERY) {
            forgotten = Some(Instant::now());
            forget(&app).await;
        }
        // On a simulator hours pass in an instant.
        let is_virtual = app.companies.now().values().any(|company| company.site.is_virtual);
        let every = if is_virtual { VIRTUAL_EVERY } else { EVERY };
        tokio::select! {
            () = tokio::time::sleep(every) => {}
            _ = stop.changed() => {}
        }
    }
}

async fn look(app: &App) -> Result<(), StoreError> {
    deadlines(app).await?;
    credentials(app).await
}

async fn forget(app: &App) {
    let now = Timestamp::now();
    for _ in 0..FORGET_ROUNDS_MAX {
        match app.journal.notices_forgotten(now - KEPT_FOR, now - KEYS_KEPT_FOR).await {
            Ok(0) => return,
            Ok(_) => {}
            Err(error) => {
                tracing::warn!(error = %Chain(&error), "old notices could not be forgotten");
                return;
            }
        }
    }
}

/// Webhooks that are sent to at once: slow ones keep no others waiting.
const WORKERS_MAX: usize = 32;
/// How long a webhook is this node's; longer than a run of deliveries takes.
const HELD_FOR: SignedDuration = SignedDuration::from_secs(60);
/// What is told within a moment is claimed together.
const GATHER: Duration = Duration::from_millis(50);
const SHORTEST: Duration = Duration::from_millis(100);
/// How often other nodes' notices are looked for.
const POLL: Duration = Duration::from_secs(1);
const IDLE: Duration = Duration::from_secs(30);
const AFTER_FAILURE: Duration = Duration::from_secs(2);
const EVERY: Duration = Duration::from_secs(60);
const VIRTUAL_EVERY: Duration = Duration::from_secs(1);
const FORGET_EVERY: Duration = Duration::from_secs(6 * 3600);
const FORGET_ROUNDS_MAX: usize = 1000;
/// How long events can be asked for.
const KEPT_FOR: SignedDuration = SignedDuration::from_hours(90 * 24);
/// Longer than anything is near its end: a certificate is valid for two years, and is told of at its end.
const KEYS_KEPT_FOR: SignedDuration = SignedDuration::from_hours(800 * 24);
