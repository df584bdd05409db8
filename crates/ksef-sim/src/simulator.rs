//! A running simulator.

use crate::config::SimulatorConfig;
use crate::domain::{World, processing};
use crate::faults::Fault;
use crate::http::Shared;
use crate::inspect::Inspection;
use crate::keys::{Keys, KeysError};
use crate::server;
use ksef_wire::Operation;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// A running simulator. Dropping it stops it as [`Simulator::shutdown`] does, without waiting.
pub struct Simulator {
    address: SocketAddr,
    shared: Arc<Shared>,
    stop: watch::Sender<bool>,
    server: JoinHandle<()>,
}

/// Why a simulator did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Somebody else listens there.
    #[error("{address} is already in use: stop the program that listens there, or choose another port")]
    AddressInUse {
        /// The address that was asked for.
        address: SocketAddr,
    },
    /// The system does not let us listen there.
    #[error("cannot listen on {address}")]
    Listen {
        /// The address that was asked for.
        address: SocketAddr,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The keys could not be made.
    #[error("the simulator's keys could not be made")]
    Keys(#[from] KeysError),
}

impl Simulator {
    /// Makes keys and listens; when this returns, requests are answered.
    ///
    /// `listen` with port 0 takes a free port. The simulator has no transport security and, in profile test, no secrets
    /// worth it: give it a loopback address unless others must reach it.
    ///
    /// # Errors
    /// [`StartError`] says which address is taken or cannot be had.
    pub async fn start(config: SimulatorConfig, listen: SocketAddr) -> Result<Self, StartError> {
        let listener = TcpListener::bind(listen).await.map_err(|source| match source.kind() {
            std::io::ErrorKind::AddrInUse => StartError::AddressInUse { address: listen },
            _ => StartError::Listen { address: listen, source },
        })?;
        let address =
            listener.local_addr().map_err(|source| StartError::Listen { address: listen, source })?;
        let keys = Keys::generate(config.clock.now())?;
        let world = Mutex::new(World::new(config.seed));
        let shared = Arc::new(Shared { config, keys, world });
        let (stop, stopped) = watch::channel(false);
        let server = tokio::spawn(server::run(listener, Arc::clone(&shared), stopped));
        tracing::info!(%address, "simulator listening");
        Ok(Self { address, shared, stop, server })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The base address of the API, `http://127.0.0.1:PORT/v2`.
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("http://{}{}", self.address, crate::router::BASE_PATH)
    }

    /// The seed it was started with.
    #[must_use]
    pub fn seed(&self) -> u64 {
        self.shared.config.seed
    }

    /// The certificate that signs the UPO (DER), so that a test can compare.
    #[must_use]
    pub fn upo_certificate(&self) -> &[u8] {
        self.shared.keys.upo.certificate().der()
    }

    /// What it received and did so far, copied at this moment.
    #[must_use]
    pub fn inspect(&self) -> Inspection {
        self.shared.world().inspect()
    }

    /// Makes the next `count` requests of an operation meet a fault. Faults of one operation come in the order in
    /// which they were injected.
    pub fn inject(&self, operation: Operation, fault: Fault, count: u32) {
        self.shared.world().faults.add(operation, fault, count);
    }

    /// Forgets the injected faults that did not happen yet. Stalled processing stays stalled.
    pub fn clear_faults(&self) {
        self.shared.world().faults.clear();
    }

    /// From now on invoices are taken and stay at 150 (April 2026, field notes A4).
    pub fn stall_processing(&self) {
        self.shared.world().faults.is_processing_stalled = true;
    }

    /// Processes what waits, in the order of arrival, and everything after it at once.
    pub fn release_processing(&self) {
        let now = self.shared.config.clock.now();
        let mut world = self.shared.world();
        world.faults.is_processing_stalled = false;
        for examined in std::mem::take(&mut world.backlog) {
            processing::decide(&mut world, examined, now);
        }
        let jobs = std::mem::take(&mut world.stalled_jobs);
        drop(world);
        jobs.iter().for_each(|job| job.run(&self.shared));
    }

    /// Stops taking connections, ends those that are idle and waits a moment for the rest.
    pub async fn shutdown(mut self) {
        // An error means that the server has ended already.
        let _ = self.stop.send(true);
        let _ = (&mut self.server).await;
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        let _ = self.stop.send(true);
    }
}

impl std::fmt::Debug for Simulator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Simulator").field("address", &self.address).finish_non_exhaustive()
    }
}
