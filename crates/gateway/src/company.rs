//! A company of this gateway: its context, its environment, its way to KSeF.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant};

use gateway_rules::plan::SessionLimits;
use invoice_tables::ColumnMap;
use jiff::Timestamp;
use ksef_client::{Access, LoginCredential, environment, latarnia};
use ksef_crypto::{Certificate, Credential};
use ksef_id::ContextIdentifier;
use ksef_render::{Environment as RenderEnvironment, Logo};
use tokio::sync::Notify;

use crate::app::allowed::Allowed;
use crate::ksef::Ksef;
use crate::site::Site;
use crate::steps::Probe;
use crate::watched::WatchedFolder;

/// Which KSeF a company works with. A company is bound to one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Environment {
    /// The Ministry's test environment.
    Test,
    /// The Ministry's demo (pre-production) environment.
    Demo,
    /// Production.
    Prd,
    /// A simulator at this address (`http://127.0.0.1:9090/v2`).
    Simulator {
        /// The API's address.
        ksef_url: String,
        /// Its control port (`http://127.0.0.1:9091`), from which the gateway takes the time for this company.
        control_url: Option<String>,
    },
}

impl Environment {
    /// The API's address.
    #[must_use]
    pub fn ksef_url(&self) -> &str {
        match self {
            Self::Simulator { ksef_url, .. } => ksef_url,
            Self::Test => environment::addresses(environment::Environment::Test).api,
            Self::Demo => environment::addresses(environment::Environment::Demo).api,
            Self::Prd => environment::addresses(environment::Environment::Prd).api,
        }
    }

    /// Which of the Ministry's environments it is; `None` for a simulator.
    #[must_use]
    pub const fn official(&self) -> Option<environment::Environment> {
        match self {
            Self::Test => Some(environment::Environment::Test),
            Self::Demo => Some(environment::Environment::Demo),
            Self::Prd => Some(environment::Environment::Prd),
            Self::Simulator { .. } => None,
        }
    }

    /// Where its Latarnia is; the demo environment may have none.
    #[must_use]
    pub fn latarnia_url(&self) -> Option<String> {
        match self.official() {
            Some(environment) => environment::addresses(environment).latarnia.map(str::to_owned),
            None => Some(latarnia::simulator_address(self.ksef_url())),
        }
    }

    /// Its name in settings and on pages.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Test => "test",
            Self::Demo => "demo",
            Self::Prd => "prd",
            Self::Simulator { .. } => "simulator",
        }
    }
}

/// What the gateway is told about a company.
pub struct CompanySettings {
    /// Its context.
    pub context: ContextIdentifier,
    /// What it is called, unless somebody named it on the pages.
    pub name: Option<String>,
    /// Its environment.
    pub environment: Environment,
    /// What it logs in with.
    pub credential: LoginCredential,
    /// SHA-256 fingerprints of certificates that may sign its UPOs; empty accepts any signer.
    pub upo_signers: Vec<[u8; 32]>,
    /// How its prints look.
    pub print: PrintSettings,
    /// The certificate of type Offline that signs the second code on prints of invoices issued offline.
    pub offline: Option<Credential>,
    /// The folder that is watched for its documents, if there is one.
    pub folder: Option<PathBuf>,
    /// What the columns of its tables mean.
    pub columns: ColumnMap,
}

/// How a company's prints look.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PrintSettings {
    /// Its mark, at the top of the first page.
    pub logo: Option<Logo>,
    /// Its colour as red, green and blue.
    pub accent: Option<[u8; 3]>,
}

impl PrintSettings {
    /// These settings, and what they leave open as in `others`.
    #[must_use]
    pub fn or(self, others: &Self) -> Self {
        Self { logo: self.logo.or_else(|| others.logo.clone()), accent: self.accent.or(others.accent) }
    }
}

/// A company at work.
pub(crate) struct Company {
    pub(crate) context: ContextIdentifier,
    pub(crate) environment: Environment,
    pub(crate) site: Arc<Site>,
    pub(crate) ksef: Ksef,
    pub(crate) upo_signers: Vec<[u8; 32]>,
    pub(crate) print: PrintSettings,
    /// The certificate that logs in; `None` for a token.
    login_certificate: RwLock<Option<Arc<Certificate>>>,
    offline: RwLock<Option<Arc<Credential>>>,
    pub(crate) folder: Option<Arc<WatchedFolder>>,
    pub(crate) columns: ColumnMap,
    /// Rung when there is something to do for its sales.
    pub(crate) sales_bell: Notify,
    /// What KSeF lets it send beyond plain invoices of its own.
    pub(crate) allowed: Allowed,
    /// What a session takes.
    session_limits: Mutex<SessionLimits>,
    /// When its limits were learnt.
    limits_learnt: tokio::sync::Mutex<Option<Instant>>,
}

impl Company {
    pub(crate) fn new(settings: CompanySettings, site: Arc<Site>, probe: Probe) -> Self {
        let login_certificate = RwLock::new(certificate_of(&settings.credential));
        let access = Access::new(site.client.clone(), settings.context.clone(), settings.credential);
        Self {
            context: settings.context,
            environment: settings.environment,
            ksef: Ksef::new(access, site.clone(), probe),
            site,
            upo_signers: settings.upo_signers,
            print: settings.print,
            login_certificate,
            offline: RwLock::new(settings.offline.map(Arc::new)),
            folder: settings.folder.map(|path| Arc::new(WatchedFolder::new(path))),
            columns: settings.columns,
            sales_bell: Notify::new(),
            allowed: Allowed::default(),
            session_limits: Mutex::new(SessionLimits::production()),
            limits_learnt: tokio::sync::Mutex::new(None),
        }
    }

    /// Logs in when this process first works for it, which shows a wrong credential before the first invoice does, and
    /// learns now and then what KSeF allows. Neither keeps anything from being tried.
    pub(crate) async fn prepare(&self) {
        // Whoever comes meanwhile for the company's other work waits for this login instead of making one of its own.
        let mut learnt = self.limits_learnt.lock().await;
        if learnt.is_some_and(|moment| moment.elapsed() < LIMITS_EVERY) {
            return;
        }
        if learnt.is_none()
            && let Err(error) = self.ksef.login().await
        {
            tracing::warn!(company = %self.context, %error, "the login to KSeF failed");
            return;
        }
        match self.ksef.learn_limits().await {
            Ok(limits) => {
                let most = |found: i32, documented: u32| match u32::try_from(found) {
                    Ok(found) if found > 0 => found,
                    // Nothing that could be sent by: what is documented is as good a guess as any.
                    _ => documented,
                };
                let documented = SessionLimits::production();
                *self.session_limits.lock().unwrap_or_else(PoisonError::into_inner) = SessionLimits {
                    online_invoices_max: most(
                        limits.online_session.max_invoices,
                        documented.online_invoices_max,
                    ),
                    batch_invoices_max: most(
                        limits.batch_session.max_invoices,
                        documented.batch_invoices_max,
                    ),
                    ..documented
                };
            }
            Err(error) => {
                tracing::info!(company = %self.context, %error, "the documented limits are kept to")
            }
        }
        *learnt = Some(Instant::now());
    }

    /// The certificate that logs in; `None` for a token, which does not say when it ends.
    pub(crate) fn login_certificate(&self) -> Option<Arc<Certificate>> {
        self.login_certificate.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Logs in with another credential as soon as nothing is being sent with the old one.
    pub(crate) fn replace_login(&self, credential: LoginCredential) {
        *self.login_certificate.write().unwrap_or_else(PoisonError::into_inner) = certificate_of(&credential);
        self.ksef.replace_credential(credential);
    }

    /// The certificate that signs the second code of invoices issued offline.
    pub(crate) fn offline(&self) -> Option<Arc<Credential>> {
        self.offline.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Signs second codes with another certificate from now on, or none at all.
    pub(crate) fn set_offline(&self, certificate: Option<Box<Credential>>) {
        *self.offline.write().unwrap_or_else(PoisonError::into_inner) = certificate.map(Arc::from);
    }

    /// What a session takes, as KSeF said last.
    pub(crate) fn session_limits(&self) -> SessionLimits {
        *self.session_limits.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where the codes of its prints point: the Ministry's pages, or those of the simulator, under whose address the API's
    /// lies.
    pub(crate) fn qr_base_url(&self) -> String {
        match &self.environment {
            Environment::Test => RenderEnvironment::Test.qr_base_url().to_owned(),
            Environment::Demo => RenderEnvironment::Demo.qr_base_url().to_owned(),
            Environment::Prd => RenderEnvironment::Prd.qr_base_url().to_owned(),
            Environment::Simulator { ksef_url, .. } => {
                ksef_url.trim_end_matches('/').trim_end_matches("/v2").to_owned()
            }
        }
    }

    /// What time it is where the company's invoices are: the system's, or the simulator's.
    pub(crate) fn now(&self) -> Timestamp {
        self.site.now()
    }
}

fn certificate_of(credential: &LoginCredential) -> Option<Arc<Certificate>> {
    match credential {
        LoginCredential::Certificate(credential) => Some(Arc::new(credential.certificate().clone())),
        LoginCredential::KsefToken(_) => None,
    }
}

/// How often limits are learnt anew: a change takes effect within this time.
const LIMITS_EVERY: Duration = Duration::from_secs(3600);
