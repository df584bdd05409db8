//! HTTP on the simulator's side: what a request is, what an answer is, and the one way between them.

pub(crate) mod body;
pub(crate) mod call;
pub(crate) mod errors;
pub(crate) mod guard;
pub(crate) mod paging;
pub(crate) mod pipeline;

use crate::config::SimulatorConfig;
use crate::domain::World;
use crate::keys::Keys;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What every request sees.
pub(crate) struct Shared {
    pub(crate) config: SimulatorConfig,
    pub(crate) keys: Keys,
    pub(crate) world: Mutex<World>,
}

impl Shared {
    /// The memory. A panic elsewhere (answered with 500) does not take everybody else down.
    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
