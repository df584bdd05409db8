//! Watching an environment: Latarnia now and then.

use std::sync::Arc;
use std::time::Duration;

use ksef_client::latarnia::{Latarnia, LatarniaOptions};
use tokio::sync::watch;

use super::Chain;
use crate::app::{App, outages};
use crate::site::Site;

/// Runs until `stop` says so.
pub(crate) async fn run_watch(app: Arc<App>, site: Arc<Site>, mut stop: watch::Receiver<bool>) {
    let options = LatarniaOptions { clock: site.clock.clone(), ..LatarniaOptions::default() };
    let Some(url) = &site.latarnia_url else { return };
    let latarnia = match Latarnia::new(url, options) {
        Ok(latarnia) => latarnia,
        Err(error) => {
            tracing::warn!(%error, "Latarnia cannot be watched");
            return;
        }
    };
    // On a simulator hours pass in an instant.
    let every = if site.is_virtual { VIRTUAL_EVERY } else { EVERY };
    while !*stop.borrow() {
        if let Err(error) = outages::watch(&app, &site, &latarnia).await {
            tracing::warn!(error = %Chain(&error), "what Latarnia said could not be kept");
        }
        tokio::select! {
            () = tokio::time::sleep(every) => {}
            _ = stop.changed() => {}
        }
    }
}

const EVERY: Duration = Duration::from_secs(60);
const VIRTUAL_EVERY: Duration = Duration::from_secs(1);
