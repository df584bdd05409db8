//! Putting the gateway together: folder, database, companies, workers, HTTP.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use gateway_store::{Store, StoreError, StoreOptions};
use ksef_client::{Clock, LoginCredential, SystemClock};
use ksef_crypto::SecretString;
use ksef_id::ContextIdentifier;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::app::App;
use crate::company::{Company, CompanySettings};
use crate::folder::{DataFolder, FolderError};
use crate::journal::Journal;
use crate::rest::ApiKey;
use crate::steps::Probe;
use crate::{jobs, router};

/// What a gateway is started with.
pub struct GatewayOptions {
    /// Where it listens; port 0 takes any free one.
    pub listen: SocketAddr,
    /// Its data folder.
    pub data: PathBuf,
    /// Its companies.
    pub companies: Vec<CompanySettings>,
    /// The key that every request must bring; without one the gateway listens on loopback only.
    pub api_key: Option<SecretString>,
    /// How often purchases are looked for. KSeF allows 20 queries an hour (field notes A3).
    pub purchases_every: Duration,
    /// Stops at a step, in tests.
    pub probe: Probe,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
}

impl GatewayOptions {
    /// The usual settings for a listening address and a data folder.
    #[must_use]
    pub fn new(listen: SocketAddr, data: PathBuf) -> Self {
        Self {
            listen,
            data,
            companies: Vec::new(),
            api_key: None,
            purchases_every: PURCHASES_EVERY,
            probe: Probe::default(),
            clock: Arc::new(SystemClock),
        }
    }
}

/// A running gateway.
pub struct Gateway {
    address: SocketAddr,
    app: Arc<App>,
    stop: watch::Sender<bool>,
    tasks: JoinSet<()>,
    _folder: DataFolder,
}

/// Why a gateway does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The data folder.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A company's address.
    #[error("the company {context} cannot be connected: {source}")]
    Company {
        /// Which one.
        context: ContextIdentifier,
        /// Why.
        source: ksef_client::StartError,
    },
    /// A company stands twice in the settings.
    #[error("the company {context} is given twice")]
    CompanyTwice {
        /// Which one.
        context: ContextIdentifier,
    },
    /// The address is taken or not ours.
    #[error(
        "cannot listen on {address}: the port may be taken by another program; choose another with --listen"
    )]
    Listen {
        /// The address.
        address: SocketAddr,
        /// The cause.
        source: std::io::Error,
    },
    /// Reachable from elsewhere, and open to everybody.
    #[error(
        "listening on {address} needs an API key: set BRAMKA_API_KEY or --api-key-file, or listen on 127.0.0.1"
    )]
    OpenToAll {
        /// The address.
        address: SocketAddr,
    },
}

impl Gateway {
    /// Starts: when it returns, it listens, and what an earlier process left undone is being taken up.
    ///
    /// # Errors
    /// [`StartError`]; nothing is left running then.
    pub async fn start(options: GatewayOptions) -> Result<Self, StartError> {
        let address = options.listen;
        if options.api_key.is_none() && !address.ip().is_loopback() {
            return Err(StartError::OpenToAll { address });
        }
        let folder = DataFolder::hold(&options.data)?;
        let listener =
            TcpListener::bind(address).await.map_err(|source| StartError::Listen { address, source })?;
        let address = listener.local_addr().map_err(|source| StartError::Listen { address, source })?;

        let (store, writer) = Store::open(&folder.database(), StoreOptions::default()).await?;
        let journal = Journal::new(writer, options.probe, options.clock.clone());
        let mut app = App { store, journal, companies: Default::default() };
        for settings in options.companies {
            let context = settings.context.clone();
            let company = Company::new(settings, options.probe, options.clock.clone())
                .map_err(|source| StartError::Company { context: context.clone(), source })?;
            app.journal.add_company(&context).await?;
            if app.companies.insert(context.clone(), Arc::new(company)).is_some() {
                return Err(StartError::CompanyTwice { context });
            }
        }

        let app = Arc::new(app);
        let (stop, stopping) = watch::channel(false);
        let mut tasks = JoinSet::new();
        for company in app.companies.values() {
            tasks.spawn(jobs::run_sales(app.clone(), company.clone(), stopping.clone()));
            let every = options.purchases_every;
            tasks.spawn(jobs::run_purchases(app.clone(), company.clone(), every, stopping.clone()));
        }
        let router = router::router(app.clone(), ApiKey::new(options.api_key));
        tasks.spawn(serve(listener, router, stopping));
        Ok(Self { address, app, stop, tasks, _folder: folder })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Looks for a company's purchases now; an unknown company is nothing to look at.
    pub fn receive_purchases(&self, context: &ContextIdentifier) {
        if let Some(company) = self.app.companies.get(context) {
            company.purchases_bell.notify_one();
        }
    }

    /// Has a company log in with another credential, without a stop: what is being sent is finished with the old one.
    /// `false` when there is no such company.
    pub fn replace_credential(&self, context: &ContextIdentifier, credential: LoginCredential) -> bool {
        let Some(company) = self.app.companies.get(context) else { return false };
        company.ksef.replace_credential(credential);
        company.sales_bell.notify_one();
        true
    }

    /// Stops: takes no new request, lets workers finish the step they are at, and closes the database. What is
    /// unfinished after ten seconds is cut off, which is as safe as a crash.
    pub async fn stop(mut self) {
        // Nobody listening any more is fine: then there is nothing to stop.
        let _ = self.stop.send(true);
        let all_done = async { while self.tasks.join_next().await.is_some() {} };
        if tokio::time::timeout(STOP_WAIT, all_done).await.is_err() {
            self.tasks.shutdown().await;
        }
        self.app.store.close().await;
        self.app.journal.close().await;
    }
}

async fn serve(listener: TcpListener, router: axum::Router, mut stopping: watch::Receiver<bool>) {
    let stopped = async move {
        // An error means that the gateway itself is gone, which is a stop as well.
        let _ = stopping.wait_for(|stop| *stop).await;
    };
    if let Err(error) = axum::serve(listener, router).with_graceful_shutdown(stopped).await {
        tracing::error!(%error, "the HTTP server ended");
    }
}

const PURCHASES_EVERY: Duration = Duration::from_secs(15 * 60);
const STOP_WAIT: Duration = Duration::from_secs(10);
