//! The worker for a company's sales: takes up everything that is not final, until nothing is left.
//!
//! It reads its work from the database, so it does not matter who wrote it or when: a document that was just taken in,
//! or a session that a killed process left behind.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use gateway_store::{Sale, SaleId};
use tokio::sync::watch;

use super::pause_after;
use crate::app::{App, WorkError, confirm, follow, read_back, send, settle};
use crate::company::Company;

/// Runs until `stop` says so; a round that has begun is finished first.
pub(crate) async fn run_sales(app: Arc<App>, company: Arc<Company>, mut stop: watch::Receiver<bool>) {
    let mut worker =
        Worker { app, company, next_look: HashMap::new(), failures: 0, last_failure: String::new() };
    // A login at the start shows a wrong credential at once and not with the first invoice.
    if let Err(error) = worker.company.ksef.login().await {
        tracing::warn!(company = %worker.company.context, error = %Chain(&error), "the login to KSeF failed");
    }
    while !*stop.borrow() {
        let pause = worker.round().await;
        // After a failure the bell is not heard: a limit that was reached is not asked again because of new work.
        let heed_bell = worker.failures == 0;
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = worker.company.sales_bell.notified(), if heed_bell => {}
            _ = stop.changed() => {}
        }
    }
}

struct Worker {
    app: Arc<App>,
    company: Arc<Company>,
    /// When an invoice that did not move is looked at again.
    next_look: HashMap<SaleId, Instant>,
    failures: u32,
    last_failure: String,
}

impl Worker {
    /// Does what there is to do; returns how long there is nothing.
    async fn round(&mut self) -> Duration {
        if self.company.ksef.adopt_replacement() {
            tracing::info!(company = %self.company.context, "another credential logs in from now on");
            // What the old one was refused may be let through now.
            self.failures = 0;
        }
        let mut outcome = Round::default();
        // Each part stands for itself: a limit on sending must not keep a UPO waiting.
        let settled = settle::settle_all(&self.app, &self.company).await;
        // Before old sessions are settled, no new one: what is unknown comes first.
        if outcome.note(settled.map(|()| 0)) {
            outcome.note(send::send_waiting(&self.app, &self.company).await);
        }
        outcome.note(self.each(follow::accepted(&self.app, &self.company).await, Part::Follow).await);
        outcome.note(self.each(confirm::numbered(&self.app, &self.company).await, Part::Confirm).await);
        outcome.note(self.each(read_back::confirmed(&self.app, &self.company).await, Part::ReadBack).await);
        self.pause(outcome)
    }

    /// Looks at each invoice whose time has come. Returns how many moved.
    async fn each(&mut self, sales: Result<Vec<Sale>, WorkError>, part: Part) -> Result<usize, WorkError> {
        let mut moved = 0;
        for sale in sales? {
            if self.next_look.get(&sale.id).is_some_and(|moment| *moment > Instant::now()) {
                continue;
            }
            let did_move = match part {
                Part::Follow => follow::follow(&self.app, &self.company, &sale).await?,
                Part::Confirm => confirm::confirm(&self.app, &self.company, &sale).await?,
                Part::ReadBack => read_back::read_back(&self.app, &self.company, &sale).await?,
            };
            if did_move {
                self.next_look.remove(&sale.id);
                moved += 1;
            } else {
                self.next_look.insert(sale.id, Instant::now() + self.look_delay(&sale));
            }
        }
        Ok(moved)
    }

    /// The longer an invoice stands, the rarer it is looked at: seconds at first, minutes when KSeF stalls for hours.
    fn look_delay(&self, sale: &Sale) -> Duration {
        let age = self.app.journal.now().duration_since(sale.updated_at).unsigned_abs();
        (age / 8).clamp(LOOK_DELAY_MIN, LOOK_DELAY_MAX)
    }

    fn pause(&mut self, outcome: Round) -> Duration {
        let Some(error) = outcome.error else {
            self.failures = 0;
            self.last_failure.clear();
            if outcome.moved > 0 {
                return Duration::ZERO;
            }
            let now = Instant::now();
            self.next_look.retain(|_, moment| *moment > now);
            let next = self.next_look.values().min();
            return next.map_or(IDLE_PAUSE, |moment| moment.saturating_duration_since(now)).min(IDLE_PAUSE);
        };
        self.failures += 1;
        let words = Chain(&error).to_string();
        if words != self.last_failure {
            tracing::warn!(company = %self.company.context, error = %words, "work on sales was interrupted");
            self.last_failure = words;
        }
        pause_after(&error, self.failures)
    }
}

#[derive(Clone, Copy)]
enum Part {
    Follow,
    Confirm,
    ReadBack,
}

/// What a round came to: the first failure, and how much moved.
#[derive(Default)]
struct Round {
    error: Option<WorkError>,
    moved: usize,
}

impl Round {
    /// Takes a part's outcome in; says whether it went well.
    fn note(&mut self, outcome: Result<usize, WorkError>) -> bool {
        match outcome {
            Ok(moved) => {
                self.moved += moved;
                true
            }
            Err(error) => {
                self.error.get_or_insert(error);
                false
            }
        }
    }
}

/// An error with its causes, for the log.
pub(super) struct Chain<'a>(pub(super) &'a (dyn std::error::Error + 'static));

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

const LOOK_DELAY_MIN: Duration = Duration::from_millis(50);
const LOOK_DELAY_MAX: Duration = Duration::from_secs(300);
const IDLE_PAUSE: Duration = Duration::from_secs(60);
