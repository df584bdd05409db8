//! Nodes that share a database share what KSeF allows their address as a whole: each takes an equal part of it. They are
//! taken to send from one address; where each has its own, they are only more careful than they need to be.

use std::sync::Arc;
use std::time::Duration;

use gateway_store::{OtherNodes, SpendingWriter};
use tokio::sync::watch;

use super::Chain;
use crate::gateway::Office;

/// Gives signs of life until stopped, and takes leave.
pub(crate) async fn run_heartbeat(
    office: Arc<Office>,
    nodes: SpendingWriter,
    name: String,
    mut stop: watch::Receiver<bool>,
) {
    while !*stop.borrow() {
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            _ = stop.changed() => break,
        }
        match nodes.alive(&name).await {
            Ok(others) => office.share_limits(others.count).await,
            // While the database is away nothing is claimed, so nothing is sent.
            Err(error) => tracing::debug!(error = %Chain(&error), "no sign of life could be given"),
        }
    }
    if let Err(error) = nodes.gone(&name).await {
        tracing::debug!(error = %Chain(&error), "the others find out by themselves that this node stopped");
    }
}

/// For how long a node that starts sends nothing: until the others have counted it in, or what its own earlier process
/// sent is a second old.
pub(crate) fn hold(others: OtherNodes) -> Option<Duration> {
    (others.count > 0 || others.was_here).then_some(HOLD)
}

const EVERY: Duration = Duration::from_millis(500);
/// Three times as long as a sign of life takes.
const HOLD: Duration = Duration::from_millis(1500);
