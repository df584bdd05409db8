//! A company of this gateway: its context, its environment, its way to KSeF.

use std::sync::Arc;

use ksef_client::{Access, ClientOptions, Clock, KsefClient, LoginCredential, StartError, environment};
use ksef_crypto::Credential;
use ksef_id::ContextIdentifier;
use ksef_render::Logo;
use tokio::sync::Notify;

use crate::ksef::Ksef;
use crate::steps::Probe;

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
    },
}

impl Environment {
    /// The API's address.
    #[must_use]
    pub fn ksef_url(&self) -> &str {
        match self {
            Self::Simulator { ksef_url } => ksef_url,
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
    pub(crate) ksef: Ksef,
    pub(crate) upo_signers: Vec<[u8; 32]>,
    pub(crate) print: PrintSettings,
    pub(crate) offline: Option<Credential>,
    /// Rung when an invoice was taken in.
    pub(crate) sales_bell: Arc<Notify>,
    /// Rung when purchases shall be looked for at once.
    pub(crate) purchases_bell: Arc<Notify>,
}

impl Company {
    pub(crate) fn new(
        settings: CompanySettings,
        probe: Probe,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, StartError> {
        let options = ClientOptions { clock, ..ClientOptions::default() };
        let client = KsefClient::new(settings.environment.ksef_url(), options)?;
        let access = Access::new(client, settings.context.clone(), settings.credential);
        Ok(Self {
            context: settings.context,
            environment: settings.environment,
            ksef: Ksef::new(access, probe),
            upo_signers: settings.upo_signers,
            print: settings.print,
            offline: settings.offline,
            sales_bell: Arc::new(Notify::new()),
            purchases_bell: Arc::new(Notify::new()),
        })
    }
}
