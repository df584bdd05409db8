//! Erasing what need not be kept any more, where a company has it switched on; and telling what KSeF gives up soon.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use super::Chain;
use crate::app::App;
use crate::app::retention::{erase_due, erase_objects, leaving};

/// Looks until stopped: every hour, at once when something was decided.
pub(crate) async fn run_retention(app: Arc<App>, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        round(&app, &stop).await;
        // On a simulator years pass in an instant.
        let is_virtual = app.companies.now().values().any(|company| company.site.is_virtual);
        let every = if is_virtual { VIRTUAL_EVERY } else { EVERY };
        tokio::select! {
            () = tokio::time::sleep(every) => {}
            () = app.retention_bell.notified() => {}
            _ = stop.changed() => {}
        }
    }
}

async fn round(app: &App, stop: &watch::Receiver<bool>) {
    if let Err(error) = leaving(app).await {
        tracing::warn!(error = %Chain(&error), "what KSeF gives up soon could not be told");
    }
    let companies = match app.store.retentions_on().await {
        Ok(companies) => companies,
        Err(error) => {
            tracing::warn!(error = %Chain(&error), "what may be erased could not be looked for");
            return;
        }
    };
    for retention in companies {
        if *stop.borrow() {
            return;
        }
        match erase_due(app, &retention.company).await {
            Ok(0) => {}
            Ok(count) => tracing::info!(company = %retention.company, count, "documents were erased"),
            Err(error) => {
                tracing::warn!(company = %retention.company, error = %Chain(&error), "documents could not be erased");
            }
        }
    }
    // Bounded by what was erased: each round takes some away, or fails.
    loop {
        match erase_objects(app).await {
            Ok(0) => return,
            Ok(_) if *stop.borrow() => return,
            Ok(_) => {}
            Err(error) => {
                tracing::warn!(error = %Chain(&error), "objects of erased documents could not be removed");
                return;
            }
        }
    }
}

const EVERY: Duration = Duration::from_secs(3600);
const VIRTUAL_EVERY: Duration = Duration::from_secs(1);
