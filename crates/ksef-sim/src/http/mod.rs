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
use crate::data::Folder;
use crate::domain::World;
use crate::domain::processing;
use crate::inspect::RequestSeen;
use crate::keys::Keys;
use jiff::Timestamp;
use std::ops::{Deref, DerefMut};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

/// What every request sees.
pub(crate) struct Shared {
    pub(crate) config: SimulatorConfig,
    pub(crate) keys: Keys,
    world: Mutex<World>,
    /// The same clock as in `config`, to be moved.
    pub(crate) clock: Arc<VirtualClock>,
    /// Where everything is kept; `None` when it is not.
    folder: Option<Mutex<Folder>>,
    /// Whether the folder could not be written.
    is_failing: AtomicBool,
    /// Wakes who looks at the requests as they come.
    pub(crate) requests_noted: Notify,
}

/// The memory, locked. When it is let go, what changed has been written into the folder: nobody is answered before.
pub(crate) struct WorldGuard<'a> {
    world: MutexGuard<'a, World>,
    shared: &'a Shared,
}

impl Deref for WorldGuard<'_> {
    type Target = World;

    fn deref(&self) -> &World {
        &self.world
    }
}

impl DerefMut for WorldGuard<'_> {
    fn deref_mut(&mut self) -> &mut World {
        &mut self.world
    }
}

impl Drop for WorldGuard<'_> {
    fn drop(&mut self) {
        let Some(folder) = &self.shared.folder else { return };
        let clock = &self.shared.clock;
        if !self.world.is_changed() && self.world.clock_written == clock.state() {
            return;
        }
        let mut folder = folder.lock().unwrap_or_else(PoisonError::into_inner);
        self.shared.note_failure(folder.commit(&mut self.world, clock));
    }
}

impl Shared {
    pub(crate) fn new(
        config: SimulatorConfig,
        keys: Keys,
        world: World,
        clock: Arc<VirtualClock>,
        folder: Option<Folder>,
    ) -> Self {
        let (world, folder) = (Mutex::new(world), folder.map(Mutex::new));
        Self {
            config,
            keys,
            world,
            clock,
            folder,
            is_failing: AtomicBool::new(false),
            requests_noted: Notify::new(),
        }
    }

    /// The memory. A panic elsewhere (answered with 500) does not take everybody else down.
    pub(crate) fn world(&self) -> WorldGuard<'_> {
        WorldGuard { world: self.world.lock().unwrap_or_else(PoisonError::into_inner), shared: self }
    }

    /// Puts another memory in the place of this one. Lists of requests and counters are the other one's as well.
    pub(crate) fn replace_world(&self, mut world: World) {
        if self.folder.is_some() {
            world.watch();
            world.is_replaced = true;
        }
        *self.world() = world;
    }

    /// Whether something could not be written into the folder: then nothing may be promised any more.
    pub(crate) fn is_failing(&self) -> bool {
        self.is_failing.load(Ordering::Relaxed)
    }

    /// Keeps what is too large for the journal; before anybody is told that it was taken.
    pub(crate) fn keep_part(&self, name: &str, content: &[u8]) {
        if let Some(folder) = &self.folder {
            let folder = folder.lock().unwrap_or_else(PoisonError::into_inner);
            self.note_failure(folder.keep_part(name, content));
        }
    }

    /// Forgets it.
    pub(crate) fn forget_part(&self, name: &str) {
        if let Some(folder) = &self.folder {
            let folder = folder.lock().unwrap_or_else(PoisonError::into_inner);
            self.note_failure(folder.forget_part(name));
        }
    }

    /// Notes an answered request.
    pub(crate) fn note_request(&self, seen: RequestSeen, at: Timestamp, fault: Option<String>) {
        self.world().note_request(seen, at, fault);
        self.requests_noted.notify_waiters();
    }

    fn note_failure(&self, outcome: std::io::Result<()>) {
        if let Err(error) = outcome {
            tracing::error!(%error, "the folder of --data cannot be written: from now on everything is refused");
            self.is_failing.store(true, Ordering::Relaxed);
        }
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
            for examined in world.backlog.take_all() {
                processing::decide(&mut world, examined, now);
            }
            std::mem::take(&mut world.stalled_jobs)
        };
        jobs.iter().for_each(|job| job.run(self));
    }
}
