//! A company with what it logs in with, from the vault or from the configuration, for commands that speak to KSeF
//! themselves.

use std::path::Path;
use std::time::Duration;

use connection::doctor::{CompanyEnvironment, Held};
use connection::stored::{StoredError, login_of};
use gateway::{Environment, Settings};
use gateway_vault::{CredentialKind, CredentialRecord, FolderStore, Registry, Vault};
use jiff::Timestamp;
use ksef_client::{Access, ClientOptions, Clock as _, KsefClient, LoginCredential, SimulatorClock};
use ksef_crypto::{Certificate, SecretString};
use ksef_id::ContextIdentifier;
use secrecy::ExposeSecret as _;

use super::serve::config_in;
use crate::cli::Lang;
use crate::failure::Failure;
use crate::vault_access;

/// A company as the commands meet it.
pub(crate) struct Connected {
    pub(crate) context: ContextIdentifier,
    pub(crate) name: Option<String>,
    pub(crate) environment: CompanyEnvironment,
    /// What logs in; `None` when there is nothing.
    pub(crate) login: Option<LoginCredential>,
    /// The credential in the vault that `login` is; `None` for the configuration's.
    pub(crate) record: Option<CredentialRecord>,
    pub(crate) offline_certificates: Vec<Certificate>,
}

impl Connected {
    /// The client of its KSeF, with waits that suit somebody who sits before it.
    pub(crate) fn client(&self) -> Result<KsefClient, Failure> {
        let options = ClientOptions {
            connect_timeout: Duration::from_secs(10),
            timeout: Duration::from_secs(30),
            attempts_max: 2,
            ..ClientOptions::default()
        };
        KsefClient::new(environment_of(&self.environment).ksef_url(), options)
            .map_err(|error| Failure::new(format!("nieprawidłowy adres KSeF ({error})"), error.to_string()))
    }

    /// What it logs in with, to be looked at.
    pub(crate) fn held(&self) -> Option<Held> {
        match &self.login {
            Some(LoginCredential::Certificate(credential)) => {
                Some(Held::Certificate(Box::new(credential.certificate().clone())))
            }
            Some(LoginCredential::KsefToken(token)) => {
                Some(Held::Token(SecretString::from(token.expose_secret().to_owned())))
            }
            None => self
                .record
                .as_ref()?
                .certificate()
                .map(|certificate| Held::Certificate(Box::new(certificate))),
        }
    }

    /// Its login to KSeF.
    pub(crate) fn access(&mut self) -> Result<Access, Failure> {
        let client = self.client()?;
        let context = &self.context;
        let login = self.login.take().ok_or_else(|| {
            Failure::new(
                format!("firma {context} nie ma czym się zalogować: bramka credential add … --company {context}"),
                format!("company {context} has nothing to log in with: bramka credential add … --company {context}"),
            )
        })?;
        Ok(Access::new(client, context.clone(), login))
    }

    /// Whether it logs in with a token.
    pub(crate) fn has_token(&self) -> bool {
        matches!(self.login, Some(LoginCredential::KsefToken(_)))
    }
}

/// A company by its context: from the vault, else from the configuration.
pub(crate) async fn one(
    data: &Path,
    config: Option<&Path>,
    context: &ContextIdentifier,
    lang: Lang,
) -> Result<Connected, Failure> {
    all(data, config, lang)
        .await?
        .into_iter()
        .find(|company| company.context == *context)
        .ok_or_else(|| gateway_vault::RegistryError::NoCompany { context: context.clone() }.into())
}

/// Every company of the vault and of the configuration.
pub(crate) async fn all(data: &Path, config: Option<&Path>, lang: Lang) -> Result<Vec<Connected>, Failure> {
    let mut companies = Vec::new();
    if let Some(vault) = vault_access::open_existing(data, lang).await? {
        let registry = vault.registry().await?;
        for company in &registry.companies {
            companies.push(of_vault(&vault, &registry, &company.context).await?);
        }
    }
    let config = config.map(Path::to_owned).or_else(|| config_in(Some(data)));
    if let Some(config) = config {
        companies.extend(Settings::read(&config)?.companies.into_iter().map(of_settings));
    }
    Ok(companies)
}

/// A company of the vault with what it logs in with now.
pub(crate) async fn of_vault(
    vault: &Vault<FolderStore>,
    registry: &Registry,
    context: &ContextIdentifier,
) -> Result<Connected, Failure> {
    let company = registry.company(context)?;
    let now = now_at(&company.environment).await;
    let record = registry.login_of(context, now);
    let login = match record {
        Some(record) => Some(login_of(vault, record).await?),
        None => None,
    };
    // One that cannot log in any more is still worth looking at.
    let record = record.or_else(|| registry.serving(context, CredentialKind::Authentication).next());
    let mut offline: Vec<Certificate> = registry
        .serving(context, CredentialKind::Offline)
        .filter_map(CredentialRecord::certificate)
        .collect();
    if let Some(in_use) = registry.offline_of(context, now).and_then(CredentialRecord::certificate) {
        // The one in use first.
        offline.sort_by_key(|certificate| certificate.der() != in_use.der());
    }
    Ok(Connected {
        context: context.clone(),
        name: company.name.clone(),
        environment: company.environment.clone(),
        login,
        record: record.cloned(),
        offline_certificates: offline,
    })
}

fn of_settings(settings: gateway::CompanySettings) -> Connected {
    Connected {
        context: settings.context,
        name: None,
        environment: match settings.environment {
            Environment::Test => CompanyEnvironment::Test,
            Environment::Demo => CompanyEnvironment::Demo,
            Environment::Prd => CompanyEnvironment::Prd,
            Environment::Simulator { ksef_url, control_url } => {
                CompanyEnvironment::Simulator { ksef_url, control_url }
            }
        },
        login: Some(settings.credential),
        record: None,
        offline_certificates: Vec::new(),
    }
}

/// The gateway's word for an environment of the vault.
pub(crate) fn environment_of(environment: &CompanyEnvironment) -> Environment {
    match environment {
        CompanyEnvironment::Test => Environment::Test,
        CompanyEnvironment::Demo => Environment::Demo,
        CompanyEnvironment::Prd => Environment::Prd,
        CompanyEnvironment::Simulator { ksef_url, control_url } => {
            Environment::Simulator { ksef_url: ksef_url.clone(), control_url: control_url.clone() }
        }
    }
}

/// What time it is where a company's invoices are: the machine's, or the simulator's whose control port is known.
pub(crate) async fn now_at(environment: &CompanyEnvironment) -> Timestamp {
    let CompanyEnvironment::Simulator { control_url: Some(control_url), .. } = environment else {
        return Timestamp::now();
    };
    match SimulatorClock::new(control_url) {
        Ok(clock) => {
            clock.ask().await;
            clock.now()
        }
        Err(_) => Timestamp::now(),
    }
}

impl From<StoredError> for Failure {
    fn from(error: StoredError) -> Self {
        match error {
            StoredError::Vault(error) => error.into(),
            StoredError::Damaged { ref id, ref reason } => Self::new(
                format!("poświadczenie {id} jest uszkodzone ({reason}): usuń je i dodaj jeszcze raz"),
                error.to_string(),
            ),
        }
    }
}
