//! A running simulator.

use crate::clock::{Clock, VirtualClock};
use crate::config::SimulatorConfig;
use crate::control::{self, Control};
use crate::data::{DataError, Folder};
use crate::domain::World;
use crate::domain::encryption_keys::{EncryptionKeys, Rotation};
use crate::domain::habits::Habits;
use crate::enrollment;
use crate::faults::{Fault, FaultRule, RuleError, Target};
use crate::http::Shared;
use crate::inspect::Inspection;
use crate::jobs;
use crate::keys::{Keys, KeysError};
use crate::router;
use crate::scenarios::{self, Scenario, ScenarioError, ScenarioOutcome};
use crate::server;
use jiff::SignedDuration;
use ksef_crypto::{Credential, CredentialError, KeyKind, KeyWrapError, Subject};
use ksef_id::Nip;
use ksef_wire::codes::PermissionOperationStatusCode;
use ksef_wire::{KsefCertificateType, Operation, PublicKeyCertificateUsage};
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// A running simulator. Dropping it stops it as [`Simulator::shutdown`] does, without waiting.
pub struct Simulator {
    address: SocketAddr,
    shared: Arc<Shared>,
    control: Option<SocketAddr>,
    stop: watch::Sender<bool>,
    servers: Vec<JoinHandle<()>>,
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
    /// The folder of [`SimulatorConfig::data`] cannot be used.
    #[error(transparent)]
    Data(#[from] DataError),
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
        let (listener, address) = bind(listen).await?;
        let control_listener = match config.control {
            Some(listen) => Some(bind(listen).await?),
            None => None,
        };
        let clock = Arc::new(VirtualClock::over(Arc::clone(&config.clock)));
        let config = SimulatorConfig { clock: Arc::clone(&clock) as Arc<dyn Clock>, ..config };
        let shared = prepare(config, Arc::clone(&clock))?;
        // What was under way when the process ended.
        jobs::begin(&shared);
        let (stop, stopped) = watch::channel(false);
        let router = router::router(Arc::clone(&shared));
        let mut servers =
            vec![tokio::spawn(server::run(listener, router, Arc::clone(&clock), stopped.clone()))];
        tracing::info!(%address, "simulator listening");
        let mut control = None;
        let ksef = address;
        if let Some((listener, address)) = control_listener {
            let control_state = Control::new(Arc::clone(&shared), api_url(ksef));
            let router = control::router(Arc::new(control_state));
            servers.push(tokio::spawn(server::run(listener, router, clock, stopped)));
            tracing::info!(%address, "control port listening");
            control = Some(address);
        }
        Ok(Self { address, shared, control, stop, servers })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The base address of the API, `http://127.0.0.1:PORT/v2`.
    #[must_use]
    pub fn base_url(&self) -> String {
        api_url(self.address)
    }

    /// The address of the control port's page and API, `http://127.0.0.1:PORT`; `None` when there is no control port.
    #[must_use]
    pub fn control_url(&self) -> Option<String> {
        self.control.map(|address| format!("http://{address}"))
    }

    /// Sets a scenario for a company.
    ///
    /// # Errors
    /// [`ScenarioError`] says what could not be set.
    pub fn set_scenario(&self, scenario: &Scenario, company: Nip) -> Result<ScenarioOutcome, ScenarioError> {
        scenarios::apply(&self.shared, scenario, company)
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

    /// The certificate of the built-in authority (DER), whose certificates log in in every profile.
    #[must_use]
    pub fn authority_certificate(&self) -> &[u8] {
        self.shared.keys.authority.certificate().der()
    }

    /// Makes a key and has the built-in authority issue a certificate of KSeF for it, valid for two years: the first
    /// one, where nobody can log in with a certificate of one's own making to apply for it. Quotas are not asked.
    ///
    /// It belongs to the NIP or PESEL that `subject` names, and to its own fingerprint when it names none.
    ///
    /// # Errors
    /// [`CredentialError`] when the key or the certificate cannot be made.
    pub fn issue_certificate(
        &self,
        subject: &Subject,
        kind: KsefCertificateType,
        key: KeyKind,
    ) -> Result<Credential, CredentialError> {
        enrollment::issue_unasked(&self.shared, subject, kind, key)
    }

    /// What it received and did so far, copied at this moment.
    #[must_use]
    pub fn inspect(&self) -> Inspection {
        self.shared.world().inspect()
    }

    /// Makes the next `count` requests of an operation meet a fault. Faults of one operation come in the order in
    /// which they were injected.
    pub fn inject(&self, operation: Operation, fault: Fault, count: u32) {
        if count == 0 {
            return;
        }
        // A rule with a figure out of its range does nothing, as its fault would.
        if let Err(error) = self.plan(FaultRule::always(Target::Operation(operation), fault).times(count)) {
            tracing::warn!(%error, "a fault was not taken");
        }
    }

    /// Makes faults happen as a rule says; gives the number by which the control port knows it.
    ///
    /// # Errors
    /// [`RuleError`] when the rule makes no sense.
    pub fn plan(&self, rule: FaultRule) -> Result<u64, RuleError> {
        self.shared.world().faults.add(rule)
    }

    /// Behaves from now on as KSeF did at another time, or is said to.
    pub fn set_habits(&self, habits: Habits) {
        *self.shared.world().habits = habits;
    }

    /// The clock that every timer follows.
    #[must_use]
    pub fn clock(&self) -> &VirtualClock {
        &self.shared.clock
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
        self.shared.world().faults.is_processing_stalled = false;
        self.shared.catch_up();
    }

    /// From now on grants and revocations of permissions stay at 100 for so long by the simulator's clock before they are
    /// decided (field notes A10: for a day); zero ends that for those to come.
    pub fn delay_permissions(&self, delay: SignedDuration) {
        self.shared.world().permissions.disturbance.delay = delay.max(SignedDuration::ZERO);
    }

    /// Rotates the keys that callers encrypt for: new ones are published; the old ones go on for `overlap`, or are refused from
    /// now on when there is none (an emergency).
    ///
    /// # Errors
    /// [`KeysError`] when a key cannot be made.
    pub fn rotate_keys(&self, overlap: Option<SignedDuration>) -> Result<(), KeysError> {
        let rotation = overlap.map_or(Rotation::Emergency, Rotation::Planned);
        for usage in [
            PublicKeyCertificateUsage::KsefTokenEncryption,
            PublicKeyCertificateUsage::SymmetricKeyEncryption,
        ] {
            control::keys::rotate_key(&self.shared, &usage, rotation)?;
        }
        Ok(())
    }

    /// From now on grants and revocations of permissions end like this and do nothing (400, 500, 550); `None` ends that.
    pub fn fail_permissions(&self, outcome: Option<PermissionOperationStatusCode>) {
        self.shared.world().permissions.disturbance.outcome = outcome;
    }

    /// Stops taking connections, ends those that are idle and waits a moment for the rest.
    pub async fn shutdown(mut self) {
        // An error means that the server has ended already.
        let _ = self.stop.send(true);
        for server in self.servers.drain(..) {
            let _ = server.await;
        }
    }
}

/// Makes keys and memory, or takes them out of the folder.
fn prepare(config: SimulatorConfig, clock: Arc<VirtualClock>) -> Result<Arc<Shared>, StartError> {
    let mut config = config;
    let (folder, mut world, keys) = match &config.data {
        Some(path) => {
            let opened = Folder::open(path, config.profile, config.seed, &clock)?;
            config.seed = opened.seed;
            (Some(opened.folder), opened.world, opened.keys)
        }
        None => (None, World::new(config.seed), None),
    };
    let now = clock.now();
    // Keys take their time, so all of them are made at once.
    std::thread::scope(|scope| {
        let encryption =
            world.encryption_keys.is_empty().then(|| scope.spawn(|| EncryptionKeys::generate(now)));
        let keys = match keys {
            Some(keys) => keys,
            None => {
                let keys = Keys::generate()?;
                if let Some(folder) = &folder {
                    folder.keep_keys(&keys)?;
                }
                keys
            }
        };
        if let Some(encryption) = encryption {
            let made = encryption.join().map_err(|_| KeysError::from(KeyWrapError::Generate))?;
            *world.encryption_keys = made?;
        }
        let shared = Shared::new(config, keys, world, clock, folder);
        // Writes the keys down.
        drop(shared.world());
        Ok(Arc::new(shared))
    })
}

async fn bind(listen: SocketAddr) -> Result<(TcpListener, SocketAddr), StartError> {
    let listener = TcpListener::bind(listen).await.map_err(|source| match source.kind() {
        std::io::ErrorKind::AddrInUse => StartError::AddressInUse { address: listen },
        _ => StartError::Listen { address: listen, source },
    })?;
    let address = listener.local_addr().map_err(|source| StartError::Listen { address: listen, source })?;
    Ok((listener, address))
}

fn api_url(address: SocketAddr) -> String {
    format!("http://{address}{}", router::BASE_PATH)
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
