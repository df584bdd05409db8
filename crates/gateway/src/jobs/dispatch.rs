//! Claiming: work that is due is claimed from the database, and each claim gets a worker. What nobody asks for costs
//! nothing: ten thousand companies at rest are ten thousand rows.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use gateway_store::{Fence, StoreError, WorkKind};
use jiff::{SignedDuration, Timestamp};
use ksef_id::ContextIdentifier;
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::Chain;
use super::purchases::run_purchases;
use super::sales::run_sales;
use crate::app::App;

/// This process among those that share a database.
pub(crate) struct Node {
    /// Its name: the same after a restart, so that it takes up at once what it left.
    pub(crate) name: String,
    /// How often purchases are looked for.
    pub(crate) purchases_every: Duration,
}

/// Claims work and has it done.
pub(crate) struct Dispatcher {
    app: Arc<App>,
    node: Arc<Node>,
    active: Arc<Active>,
    stop: watch::Receiver<bool>,
}

/// The claims that are being worked at.
#[derive(Default)]
pub(crate) struct Active {
    fences: Mutex<Vec<Fence>>,
    lost: Mutex<HashSet<(ContextIdentifier, WorkKind, i64)>>,
}

impl Active {
    /// Whether another node has taken a claim over.
    pub(crate) fn is_lost(&self, fence: &Fence) -> bool {
        let lost = self.lost.lock().unwrap_or_else(PoisonError::into_inner);
        lost.contains(&(fence.company.clone(), fence.kind, fence.epoch))
    }

    fn add(&self, fence: &Fence) {
        self.fences.lock().unwrap_or_else(PoisonError::into_inner).push(fence.clone());
    }

    fn remove(&self, fence: &Fence) {
        self.fences.lock().unwrap_or_else(PoisonError::into_inner).retain(|one| one != fence);
        let key = (fence.company.clone(), fence.kind, fence.epoch);
        self.lost.lock().unwrap_or_else(PoisonError::into_inner).remove(&key);
    }

    fn all(&self) -> Vec<Fence> {
        self.fences.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn lose(&self, fence: &Fence) {
        let key = (fence.company.clone(), fence.kind, fence.epoch);
        self.lost.lock().unwrap_or_else(PoisonError::into_inner).insert(key);
    }
}

impl Dispatcher {
    pub(crate) fn new(app: Arc<App>, node: Node, stop: watch::Receiver<bool>) -> Self {
        Self { app, node: Arc::new(node), active: Arc::default(), stop }
    }

    /// Runs until stopped, and until every worker has finished the step it was at.
    pub(crate) async fn run(mut self) {
        let mut workers = JoinSet::new();
        let renewing = tokio::spawn(renew(self.app.clone(), self.active.clone(), self.stop.clone()));
        while !*self.stop.borrow() {
            while workers.try_join_next().is_some() {}
            let free = WORKERS_MAX.saturating_sub(workers.len());
            let pause = match self.claim(free, &mut workers).await {
                Ok(pause) => pause,
                Err(error) => {
                    tracing::warn!(error = %Chain(&error), "work could not be claimed");
                    AFTER_FAILURE
                }
            };
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = self.app.bell.notified() => {}
                // A place is free again.
                _ = workers.join_next(), if workers.len() >= WORKERS_MAX => {}
                _ = self.stop.changed() => {}
            }
        }
        while workers.join_next().await.is_some() {}
        renewing.abort();
    }

    /// Claims what is due; returns how long there is nothing.
    async fn claim(&self, free: usize, workers: &mut JoinSet<()>) -> Result<Duration, StoreError> {
        if free == 0 {
            return Ok(POLL);
        }
        let limit = u32::try_from(free).unwrap_or(u32::MAX);
        let now = Timestamp::now();
        let claims = self.app.journal.claim_work(&self.node.name, limit, now, now + LEASE).await?;
        for fence in claims {
            let Some(company) = self.app.companies.get(&fence.company) else {
                // Another node's company, or one that was taken out of the settings.
                self.app.journal.release_work(&fence, now + UNKNOWN_COMPANY_PAUSE, now).await?;
                continue;
            };
            if let Some(spending) = self.app.store.spending() {
                let lines = spending.spent_elsewhere(&fence.company).await?;
                let lines = lines.iter().map(String::as_str);
                company.site.budget.set_spent_elsewhere(&fence.company, lines);
            }
            self.active.add(&fence);
            let (app, active, node, stop) =
                (self.app.clone(), self.active.clone(), self.node.clone(), self.stop.clone());
            workers.spawn(async move {
                let next = match fence.kind {
                    WorkKind::Sales => run_sales(&app, &company, &fence, &active, stop).await,
                    WorkKind::Purchases => {
                        run_purchases(&app, &company, &fence, &active, node.purchases_every, stop).await
                    }
                };
                let now = Timestamp::now();
                let next = SignedDuration::try_from(next).map_or(now, |pause| now + pause);
                if let Err(error) = app.journal.release_work(&fence, next, now).await {
                    tracing::warn!(error = %Chain(&error), "work could not be given back; its lease will run out");
                }
                active.remove(&fence);
                // What rang meanwhile is due now.
                app.bell.notify_one();
            });
        }
        let next = self.app.store.next_due().await?;
        let longest = if self.app.store.is_shared() { POLL } else { IDLE };
        Ok(next.map_or(longest, |due| {
            let pause = due.duration_since(now).max(SignedDuration::ZERO);
            Duration::try_from(pause).unwrap_or(longest).clamp(SHORTEST, longest)
        }))
    }
}

/// Holds the leases of what is being worked at.
async fn renew(app: Arc<App>, active: Arc<Active>, mut stop: watch::Receiver<bool>) {
    loop {
        tokio::select! {
            () = tokio::time::sleep(RENEW_EVERY) => {}
            // Workers finish their steps; their leases last long enough for that.
            _ = stop.changed() => {}
        }
        for fence in active.all() {
            match app.journal.renew_lease(&fence, Timestamp::now() + LEASE).await {
                Ok(true) => {}
                Ok(false) => {
                    tracing::warn!(company = %fence.company, "another node has taken over");
                    active.lose(&fence);
                }
                Err(error) => tracing::warn!(error = %Chain(&error), "a lease could not be renewed"),
            }
        }
    }
}

/// How long work is another's at the latest after a node died.
const LEASE: SignedDuration = SignedDuration::from_secs(20);
const RENEW_EVERY: Duration = Duration::from_secs(5);
/// How often other nodes' bells are looked for.
const POLL: Duration = Duration::from_secs(1);
/// Nobody else writes: only the bell and the next due time matter.
const IDLE: Duration = Duration::from_secs(60);
const SHORTEST: Duration = Duration::from_millis(5);
const AFTER_FAILURE: Duration = Duration::from_secs(2);
/// Companies that are worked for at once.
const WORKERS_MAX: usize = 64;
const UNKNOWN_COMPANY_PAUSE: SignedDuration = SignedDuration::from_secs(30);
