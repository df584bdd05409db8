//! Putting the gateway together: folder, database, companies, workers, HTTP.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use gateway_access::{Token, TokenKind};
use gateway_objects::{ObjectError, ObjectSettings, Objects};
use gateway_outbound::{MailSender, MailSettings, MailSettingsError, Networks, WebhookSender};
use gateway_store::{Database, SaleId, SpendingWriter, Store, StoreError, StoreOptions};
use jiff::Timestamp;
use ksef_client::{
    ClientOptions, Clock, KsefClient, LimitBudget, LoginCredential, SimulatorClock, SystemClock,
};
use ksef_crypto::{Credential, SecretString};
use ksef_id::ContextIdentifier;
use secrecy::ExposeSecret as _;
use tokio::net::TcpListener;
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;

use crate::access::AccessDesk;
use crate::app::App;
use crate::app::intake::Intake;
use crate::app::letters::Mail;
use crate::app::secrets::{SealingKeySource, Secrets};
use crate::companies::Companies;
use crate::company::{Company, CompanySettings, Environment, PrintSettings};
use crate::contractors::ContractorLookup;
use crate::documents::Documents;
use crate::folder::{DataFolder, FolderError};
use crate::help_answers::HelpAnswers;
use crate::journal::Journal;
use crate::keyring::Keyring;
use crate::router::Given;
use crate::settings::PublicUrl;
use crate::site::Site;
use crate::spending::{SpendingFile, SpendingTable};
use crate::steps::Probe;
use crate::tls::{Tls, TlsError, TlsFiles};
use crate::told::ToldSetting;
use crate::{jobs, router, server};

/// What a gateway is started with.
pub struct GatewayOptions {
    /// Where it listens; port 0 takes any free one.
    pub listen: SocketAddr,
    /// Its data folder.
    pub data: PathBuf,
    /// Its database; a file of SQLite in the data folder when nothing else is said.
    pub database: Option<Database>,
    /// Whether older tables of a PostgreSQL database may be changed; a file of SQLite is copied first and needs no leave.
    pub may_migrate: bool,
    /// Where documents rest; in the database when nothing else is said.
    pub objects: Option<ObjectSettings>,
    /// Its companies.
    pub companies: Vec<CompanySettings>,
    /// The key that every request must bring; without one the gateway listens on loopback only.
    pub api_key: Option<SecretString>,
    /// The address under which others reach it.
    pub public_url: Option<PublicUrl>,
    /// With what TLS is spoken; without it a proxy in front does.
    pub tls: Option<TlsFiles>,
    /// How often purchases are looked for. KSeF allows 20 queries an hour (field notes A3).
    pub purchases_every: Duration,
    /// How long one answer goes on releasing what waits for a person: well within the time that a request may take. Who asks again
    /// has the rest released.
    pub release_for: Duration,
    /// Networks that webhooks may lead into beside the public ones.
    pub webhook_networks: Networks,
    /// The mail server; without one nobody is written to.
    pub mail: Option<MailSettings>,
    /// Whom people may ask for help: an address, a telephone number. It stands on pages and at the end of letters.
    pub support: Option<String>,
    /// Gives the key under which the database's secrets are sealed; without one there can be no webhooks.
    pub sealing_key: Option<SealingKeySource>,
    /// Stops at a step, in tests.
    pub probe: Probe,
    /// What time it is, but for companies on a simulator whose control port is known.
    pub clock: Arc<dyn Clock>,
    /// How prints of companies look that are connected later.
    pub print: PrintSettings,
    /// Where secrets are kept that people bring over the pages; without one they cannot.
    pub keyring: Option<Arc<dyn Keyring>>,
    /// Who is asked who buyers are; nobody is unless somebody is given.
    pub contractors: Option<Arc<dyn ContractorLookup>>,
    /// What the program was started with, for the page of settings; never a secret.
    pub told: Vec<ToldSetting>,
}

impl GatewayOptions {
    /// The usual settings for a listening address and a data folder.
    #[must_use]
    pub fn new(listen: SocketAddr, data: PathBuf) -> Self {
        Self {
            listen,
            data,
            database: None,
            may_migrate: false,
            objects: None,
            companies: Vec::new(),
            api_key: None,
            public_url: None,
            tls: None,
            purchases_every: PURCHASES_EVERY,
            release_for: RELEASE_FOR,
            webhook_networks: Networks::default(),
            mail: None,
            support: None,
            sealing_key: None,
            probe: Probe::default(),
            clock: Arc::new(SystemClock),
            print: PrintSettings::default(),
            keyring: None,
            contractors: None,
            told: Vec::new(),
        }
    }
}

/// A running gateway.
pub struct Gateway {
    address: SocketAddr,
    is_tls: bool,
    app: Arc<App>,
    stop: watch::Sender<bool>,
    office: Arc<Office>,
    setup_code: Option<SecretString>,
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
    /// The object store.
    #[error(transparent)]
    Objects(#[from] ObjectError),
    /// The certificate for TLS.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// A company's address.
    #[error("the company {context} cannot be connected: {source}")]
    Company {
        /// Which one.
        context: ContextIdentifier,
        /// Why.
        source: ksef_client::StartError,
    },
    /// The sender of webhooks.
    #[error("messages cannot be sent to webhooks: the certificates of this system cannot be used")]
    Webhooks(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The mail server's settings.
    #[error("the mail server: {0}")]
    Mail(#[from] MailSettingsError),
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
        "listening on {address} needs users or an API key: make a user (bramka user add), set BRAMKA_API_KEY or --api-key-file, or listen on 127.0.0.1"
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
        let folder = DataFolder::hold(&options.data)?;
        let tls = options.tls.map(Tls::load).transpose()?;
        let listener =
            TcpListener::bind(address).await.map_err(|source| StartError::Listen { address, source })?;
        let address = listener.local_addr().map_err(|source| StartError::Listen { address, source })?;

        let database = options.database.unwrap_or_else(|| Database::Sqlite(folder.database()));
        let objects = match options.objects {
            Some(settings) => {
                let objects = Objects::open(settings)?;
                objects.check().await?;
                Some(objects)
            }
            None => None,
        };
        let store_options = StoreOptions { may_migrate: options.may_migrate, ..StoreOptions::default() };
        let (store, writer) = Store::open(&database, store_options).await?;
        let has_users = store.has_users().await?;
        if options.api_key.is_none() && !has_users && !address.ip().is_loopback() {
            return Err(StartError::OpenToAll { address });
        }
        let setup_code = (!has_users).then(|| Token::generate(TokenKind::Setup));
        let shown_code = setup_code.as_ref().map(|code| code.secret().clone());
        let desk = AccessDesk::new(store.clone(), writer.access(), options.clock.clone(), setup_code);
        let journal = Arc::new(Journal::new(writer, options.probe));
        let node = jobs::Node {
            name: folder.node_name(|| SaleId::generate().to_string())?,
            purchases_every: options.purchases_every,
        };
        // What this node held when it died is its own again at once.
        journal.free_work(&node.name).await?;
        journal.free_webhooks(&node.name).await?;
        journal.free_letters(&node.name).await?;
        let node_name = node.name.clone();

        let (stop, stopping) = watch::channel(false);
        let others = match store.spending() {
            Some(nodes) => Some(nodes.alive(&node.name).await?),
            None => None,
        };
        let sites = Sites {
            by_address: BTreeMap::new(),
            clock: options.clock,
            limits: folder.limits(),
            spending: store.spending(),
            others: others.map_or(0, |others| others.count),
            hold: others.and_then(jobs::hold),
        };
        let documents = Documents::new(store.clone(), journal.clone(), objects, options.probe);
        let (intake, intake_writer) = Intake::new(journal.clone());
        let packages = folder.packages()?;
        let webhooks = WebhookSender::new(options.webhook_networks)
            .map_err(|error| StartError::Webhooks(error.into()))?;
        let mail = match options.mail {
            Some(server) => Some(Mail { sender: MailSender::new(server)? }),
            None => None,
        };
        let names = store.company_names().await?;
        let app = Arc::new(App {
            store,
            journal,
            documents,
            companies: Companies::named(names),
            intake,
            bell: Notify::new(),
            retention_bell: Notify::new(),
            packages,
            release_for: options.release_for,
            webhooks,
            mail,
            support: options.support,
            purchases_every: options.purchases_every,
            listeners: Arc::default(),
            secrets: Secrets::new(options.sealing_key),
            public_url: options.public_url.as_ref().map(|url| url.as_str().to_owned()),
            purchases_by_day: Default::default(),
            help: HelpAnswers::new(folder.help_answers()),
            data: folder.path().to_owned(),
            told: options.told,
            stopping: stopping.clone(),
        });
        let office = Arc::new(Office {
            app: app.clone(),
            sites: tokio::sync::Mutex::new(sites),
            tasks: Mutex::new(JoinSet::new()),
            stopping: stopping.clone(),
            probe: options.probe,
        });
        office.enlist(options.companies).await?;
        // Whatever is connected later comes when the others know of this node.
        office.sites.lock().await.hold = None;
        if let Some(nodes) = app.store.spending() {
            let (office, name) = (office.clone(), node_name.clone());
            office.clone().spawn(jobs::run_heartbeat(office, nodes, name, stopping.clone()));
        }
        office.spawn(intake_writer.run());
        office.spawn(jobs::run_deliveries(app.clone(), node_name.clone(), stopping.clone()));
        office.spawn(jobs::run_letters(app.clone(), node_name, stopping.clone()));
        office.spawn(jobs::run_clock(app.clone(), stopping.clone()));
        office.spawn(jobs::run_retention(app.clone(), stopping.clone()));
        office.spawn(jobs::Dispatcher::new(app.clone(), node, stopping.clone()).run());
        let is_tls = tls.is_some();
        let given = Given {
            operator: options.api_key.map(|key| Token::given(key.expose_secret())),
            public_url: options.public_url,
            is_tls,
            keyring: options.keyring,
            contractors: options.contractors,
        };
        let router = router::router(office.clone(), desk, given);
        let acceptors = tls.as_ref().map(Tls::acceptors);
        if let Some(tls) = tls {
            office.spawn(until_stopped(stopping.clone(), tls.follow()));
        }
        office.spawn(server::serve(listener, acceptors, router, stopping));
        Ok(Self { address, is_tls, app, stop, office, setup_code: shown_code, _folder: folder })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The same as an address of the web, without a slash at its end.
    #[must_use]
    pub fn url(&self) -> String {
        format!("{}://{}", if self.is_tls { "https" } else { "http" }, self.address)
    }

    /// The code that makes the first administrator; `None` when there are users.
    #[must_use]
    pub fn setup_code(&self) -> Option<&SecretString> {
        self.setup_code.as_ref()
    }

    /// Looks for a company's purchases now; an unknown company is nothing to look at.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn receive_purchases(&self, context: &ContextIdentifier) -> Result<(), StoreError> {
        let Some(company) = self.app.companies.get(context) else { return Ok(()) };
        self.app.journal.purchases_asked(context, company.now(), Timestamp::now()).await?;
        self.app.bell.notify_one();
        Ok(())
    }

    /// Has a company log in with another credential, without a stop: what is being sent is finished with the old one.
    /// `false` when there is no such company.
    pub fn replace_credential(&self, context: &ContextIdentifier, credential: LoginCredential) -> bool {
        let Some(company) = self.app.companies.get(context) else { return false };
        company.replace_login(credential);
        company.sales_bell.notify_one();
        self.app.bell.notify_one();
        true
    }

    /// Has a company's second codes signed with another certificate of type Offline. `false` when there is no such company.
    pub fn replace_offline_certificate(&self, context: &ContextIdentifier, certificate: Credential) -> bool {
        let Some(company) = self.app.companies.get(context) else { return false };
        company.set_offline(Some(Box::new(certificate)));
        true
    }

    /// Has a company sign no second codes any more. `false` when there is no such company.
    pub fn drop_offline_certificate(&self, context: &ContextIdentifier) -> bool {
        let Some(company) = self.app.companies.get(context) else { return false };
        company.set_offline(None);
        true
    }

    /// What time it is for a company: the machine's, or its simulator's. `None` when there is no such company.
    #[must_use]
    pub fn now_of(&self, context: &ContextIdentifier) -> Option<Timestamp> {
        self.app.companies.get(context).map(|company| company.now())
    }

    /// A company's way to KSeF, with its limits and its clock, for a login of its own. `None` when there is no such company.
    #[must_use]
    pub fn client_of(&self, context: &ContextIdentifier) -> Option<KsefClient> {
        self.app.companies.get(context).map(|company| company.site.client.clone())
    }

    /// Stops: takes no new request, lets workers finish the step they are at, and closes the database. What is
    /// unfinished after ten seconds is cut off, which is as safe as a crash.
    pub async fn stop(self) {
        // Nobody listening any more is fine: then there is nothing to stop.
        let _ = self.stop.send(true);
        let mut tasks = std::mem::take(&mut *self.office.tasks());
        let all_done = async { while tasks.join_next().await.is_some() {} };
        if tokio::time::timeout(STOP_WAIT, all_done).await.is_err() {
            tasks.shutdown().await;
        }
        self.app.store.close().await;
        self.app.journal.close().await;
    }
}

/// Where companies are taken on, at the start and later, and what works for them.
pub(crate) struct Office {
    pub(crate) app: Arc<App>,
    sites: tokio::sync::Mutex<Sites>,
    tasks: Mutex<JoinSet<()>>,
    stopping: watch::Receiver<bool>,
    probe: Probe,
}

impl Office {
    /// Takes companies on: they are worked for from now on.
    ///
    /// # Errors
    /// [`StartError::Company`], [`StartError::CompanyTwice`], [`StartError::Store`]; none is taken on then.
    pub(crate) async fn enlist(&self, newcomers: Vec<CompanySettings>) -> Result<(), StartError> {
        let contexts: Vec<ContextIdentifier> =
            newcomers.iter().map(|settings| settings.context.clone()).collect();
        let named: Vec<(ContextIdentifier, String)> = newcomers
            .iter()
            .filter_map(|settings| Some((settings.context.clone(), settings.name.clone()?)))
            .collect();
        let mut companies = Vec::with_capacity(newcomers.len());
        for settings in newcomers {
            let found = self.sites.lock().await.of(&settings.environment).await;
            let (site, newcomer) =
                found.map_err(|source| StartError::Company { context: settings.context.clone(), source })?;
            if let Some(newcomer) = newcomer {
                if let Some(clock) = newcomer.clock {
                    self.spawn(until_stopped(self.stopping.clone(), async move { clock.follow().await }));
                }
                self.spawn(jobs::run_watch(self.app.clone(), site.clone(), self.stopping.clone()));
            }
            companies.push(Arc::new(Company::new(settings, site, self.probe)));
        }
        self.app.journal.add_companies(&contexts, Timestamp::now()).await?;
        if !named.is_empty() {
            self.app.journal.name_unnamed_companies(&named).await?;
            self.app.companies.rename(self.app.store.company_names().await?);
        }
        self.app.companies.add(&companies).map_err(|context| StartError::CompanyTwice { context })?;
        for company in companies {
            if let Some(folder) = company.folder.clone() {
                let (app, stopping) = (self.app.clone(), self.stopping.clone());
                self.spawn(jobs::run_folder(app, company, folder, stopping));
            }
        }
        self.app.bell.notify_one();
        Ok(())
    }

    /// Has what KSeF allows this address as a whole be shared with so many other nodes.
    pub(crate) async fn share_limits(&self, others: u32) {
        let mut sites = self.sites.lock().await;
        if sites.others != others {
            sites.others = others;
            for site in sites.by_address.values() {
                site.budget.share_address(others);
            }
        }
    }

    pub(crate) fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        let mut tasks = self.tasks();
        // Whatever ended meanwhile is let go.
        while tasks.try_join_next().is_some() {}
        tasks.spawn(work);
    }

    fn tasks(&self) -> MutexGuard<'_, JoinSet<()>> {
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What follows a site that is new here.
struct Newcomer {
    clock: Option<Arc<SimulatorClock>>,
}

/// The environments that companies work with: one of each, however many companies there are.
struct Sites {
    by_address: BTreeMap<String, Arc<Site>>,
    clock: Arc<dyn Clock>,
    /// Where it is kept what was spent of the limits.
    limits: PathBuf,
    /// The same, where nodes share the database.
    spending: Option<SpendingWriter>,
    /// How many other nodes do.
    others: u32,
    /// For how long nothing is sent at first.
    hold: Option<Duration>,
}

impl Sites {
    /// The site of an environment, and what is to follow it when it is new here.
    async fn of(
        &mut self,
        environment: &Environment,
    ) -> Result<(Arc<Site>, Option<Newcomer>), ksef_client::StartError> {
        let address = environment.ksef_url().to_owned();
        if let Some(site) = self.by_address.get(&address) {
            return Ok((site.clone(), None));
        }
        let mut newcomer = Newcomer { clock: None };
        let (clock, is_virtual): (Arc<dyn Clock>, bool) = match environment {
            Environment::Simulator { control_url: Some(control_url), .. } => {
                let clock = SimulatorClock::new(control_url)?;
                // By another time than the simulator's, what was spent of its limits would be forgotten or never end.
                for _ in 0..CLOCK_ASKED_MAX {
                    if clock.ask().await {
                        break;
                    }
                }
                newcomer.clock = Some(clock.clone());
                (clock, true)
            }
            _ => (self.clock.clone(), false),
        };
        let budget = LimitBudget::new(clock.clone());
        budget.share_address(self.others);
        if let Some(time) = self.hold {
            budget.hold_for(time);
        }
        match &self.spending {
            Some(spending) => SpendingTable::attach(spending.clone(), &budget),
            None => {
                if let Err(error) = SpendingFile::attach(&self.limits, &address, &budget) {
                    tracing::warn!(%error, "what is spent of the limits is not kept over a restart");
                }
            }
        }
        let options =
            ClientOptions { clock: clock.clone(), budget: Some(budget.clone()), ..ClientOptions::default() };
        let client = KsefClient::new(&address, options)?;
        let name = environment.official().map_or(address.clone(), |_| environment.name().to_owned());
        let site = Arc::new(Site::new(name, client, clock, budget, environment.latarnia_url(), is_virtual));
        self.by_address.insert(address, site.clone());
        Ok((site, Some(newcomer)))
    }
}

async fn until_stopped(mut stopping: watch::Receiver<bool>, work: impl Future<Output = ()>) {
    tokio::select! {
        () = work => {}
        _ = stopping.wait_for(|stop| *stop) => {}
    }
}

const PURCHASES_EVERY: Duration = Duration::from_secs(15 * 60);
const RELEASE_FOR: Duration = Duration::from_secs(15);
/// A simulator that is there and busy answers by then; one that is not is worked with once it is.
const CLOCK_ASKED_MAX: u32 = 3;
const STOP_WAIT: Duration = Duration::from_secs(10);
