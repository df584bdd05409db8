//! Work that takes longer than an answer may: the package of a batch, the package of an export.
//!
//! A handler asks for it under the lock; it begins when the answer has been made, on a thread of its own, and takes the
//! lock only to read what it needs and to write down what came out.

mod batch;
mod export;

use crate::http::Shared;
use ksef_id::ReferenceNumber;
use std::sync::Arc;

/// A piece of work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Job {
    /// Takes the package of a closed batch session apart.
    Batch(ReferenceNumber),
    /// Makes the package of an export.
    Export(ReferenceNumber),
}

impl Job {
    /// Does it.
    pub(crate) fn run(&self, shared: &Shared) {
        match self {
            Self::Batch(session) => batch::run(shared, session),
            Self::Export(export) => export::run(shared, export),
        }
    }
}

/// Begins what handlers asked for.
pub(crate) fn begin(shared: &Arc<Shared>) {
    let jobs = std::mem::take(&mut shared.world().jobs);
    if jobs.is_empty() {
        return;
    }
    let shared = Arc::clone(shared);
    // One thread for what was asked for together: in that order.
    tokio::task::spawn_blocking(move || jobs.iter().for_each(|job| job.run(&shared)));
}
