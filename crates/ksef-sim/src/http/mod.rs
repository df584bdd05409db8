//! HTTP on the simulator's side: what a request is, what an answer is, and the one way between them.

pub(crate) mod body;
pub(crate) mod broken;
pub(crate) mod call;
pub(crate) mod errors;
pub(crate) mod guard;
pub(crate) mod paging;
pub(crate) mod pipeline;

use crate::clock::{Clock as _, VirtualClock};
use crate::config::SimulatorConfig;
use crate::domain::World;
use crate::domain::processing;
use crate::keys::Keys;
use jiff::Timestamp;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What every request sees.
pub(crate) struct Shared {
    pub(crate) config: SimulatorConfig,
    pub(crate) keys: Keys,
    pub(crate) world: Mutex<World>,
    /// The same clock as in `config`, to be moved.
    pub(crate) clock: Arc<VirtualClock>,
}

impl Shared {
    /// The memory. A panic elsewhere (answered with 500) does not take everybody else down.
    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// To be called when the clock was moved: what time ends is ended, and limits forget requests that now lie in the
    /// future.
    pub(crate) fn moved(&self) {
        let now = self.now();
        let mut world = self.world();
        world.sessions.expire(now);
        world.counters.forget_after(now);
        drop(world);
        self.catch_up();
    }

    /// Does what time has made due: documents and exports that waited while processing was stalled. Called before
    /// anybody looks, so that nothing needs a thread that watches the clock.
    pub(crate) fn catch_up(&self) {
        let now = self.now();
        let jobs = {
            let mut world = self.world();
            if world.has_nothing_stalled() || world.faults.is_stalled(now) {
                return;
            }
            for examined in std::mem::take(&mut world.backlog) {
                processing::decide(&mut world, examined, now);
            }
            std::mem::take(&mut world.stalled_jobs)
        };
        jobs.iter().for_each(|job| job.run(self));
    }
}
