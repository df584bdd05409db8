//! The vault as the gateway's pages use it: the same judgement and the same sealing as `bramka company` and `bramka credential`.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use connection::stored::{certificate_of, login_of};
use gateway::{
    CompanySettings, Environment, Given, Judged, Kept, KeptCredential, KeptKind, Keyring, KeyringError,
    NewCompany, PrintSettings,
};
use gateway_api::Words;
use gateway_vault::{Company, CompanyEnvironment, CredentialKind, CredentialRecord, FolderStore, Vault};
use jiff::{SignedDuration, Timestamp};
use ksef_crypto::{Certificate, Credential, CredentialFiles, KeyKind, Subject};
use ksef_id::ContextIdentifier;
use ksef_sim::{Simulator, SimulatorConfig};
use secrecy::ExposeSecret as _;
use serde::{Deserialize, Serialize};
use tokio::sync::{Mutex, OnceCell};
use zeroize::Zeroizing;

use super::connected::{environment_of, now_at};
use super::credential::judge::{self, OwnerSaid, keep};
use super::simulator;
use crate::cli::Lang;
use crate::failure::Failure;
use crate::vault_access;

/// The vault of a data folder, opened when it is first needed.
pub(crate) struct VaultKeyring {
    data: PathBuf,
    print: PrintSettings,
    lang: Lang,
    vault: OnceCell<Arc<Vault<FolderStore>>>,
    /// The simulator that this program runs for whoever wants to try.
    simulator: Mutex<Option<Simulator>>,
}

/// Where the own simulator listens, so that its companies find it after a restart.
#[derive(Serialize, Deserialize)]
struct Addresses {
    ksef: SocketAddr,
    control: SocketAddr,
}

impl VaultKeyring {
    /// The keyring of a data folder, whose vault may be open already.
    pub(crate) fn new(
        data: PathBuf,
        print: PrintSettings,
        vault: Option<Arc<Vault<FolderStore>>>,
        lang: Lang,
    ) -> Self {
        Self { data, print, lang, vault: OnceCell::new_with(vault), simulator: Mutex::new(None) }
    }

    /// The vault, if it is open.
    pub(crate) fn opened(&self) -> Option<Arc<Vault<FolderStore>>> {
        self.vault.get().cloned()
    }

    /// Opens the vault, which is made if it is not there.
    async fn vault(&self) -> Result<&Arc<Vault<FolderStore>>, Failure> {
        self.vault
            .get_or_try_init(|| async { vault_access::open(&self.data, self.lang).await.map(Arc::new) })
            .await
    }

    /// Starts the own simulator again, if there was one in this data folder.
    pub(crate) async fn resume_simulator(&self) -> Result<(), Failure> {
        let Ok(text) = std::fs::read_to_string(self.data.join(ADDRESSES)) else { return Ok(()) };
        let Ok(addresses) = serde_json::from_str::<Addresses>(&text) else { return Ok(()) };
        let started = self.start_simulator(addresses.ksef, addresses.control).await?;
        *self.simulator.lock().await = Some(started);
        Ok(())
    }

    /// Ends the own simulator.
    pub(crate) async fn stop(&self) {
        if let Some(simulator) = self.simulator.lock().await.take() {
            simulator.shutdown().await;
        }
    }

    async fn start_simulator(&self, ksef: SocketAddr, control: SocketAddr) -> Result<Simulator, Failure> {
        let data = Some(self.data.join("simulator"));
        simulator::start(SimulatorConfig { control: Some(control), data, ..SimulatorConfig::default() }, ksef)
            .await
    }

    /// The own simulator as an environment; started when it is first asked for.
    async fn own_simulator(&self) -> Result<CompanyEnvironment, Failure> {
        let mut simulator = self.simulator.lock().await;
        if simulator.is_none() {
            let any = SocketAddr::from(([127, 0, 0, 1], 0));
            let started = self.start_simulator(any, any).await?;
            let address = |url: &str| {
                let rest = url.trim_start_matches("http://");
                rest.split('/').next().and_then(|host| host.parse::<SocketAddr>().ok())
            };
            if let (Some(ksef), Some(control)) =
                (address(&started.base_url()), started.control_url().as_deref().and_then(address))
            {
                let path = self.data.join(ADDRESSES);
                let text = serde_json::to_string(&Addresses { ksef, control }).unwrap_or_default();
                std::fs::write(&path, text).map_err(|error| Failure::unwritable(&path, &error))?;
            }
            *simulator = Some(started);
        }
        let running =
            simulator.as_ref().ok_or_else(|| Failure::new("symulator nie działa", "no simulator runs"))?;
        Ok(CompanyEnvironment::Simulator { ksef_url: running.base_url(), control_url: running.control_url() })
    }

    /// Judges what was brought.
    fn judge(
        given: Given,
        context: &ContextIdentifier,
        environment: &CompanyEnvironment,
        now: Timestamp,
    ) -> Result<judge::Judged, Failure> {
        let served = [(context.clone(), environment.clone())];
        let owner = OwnerSaid::default();
        match given {
            Given::Token(token) => Ok(judge::token(token.expose_secret(), context, &owner)),
            Given::Files { certificate, key, password, purpose } => {
                let key = key.as_ref().map(|key| key.as_slice());
                let files = CredentialFiles::read(&certificate, key, password.as_ref())
                    .map_err(|error| Failure::no_certificate("certyfikat / certificate".as_ref(), &error))?;
                judge::certificate(files, purpose, &served, &owner, now)
            }
            Given::MadeHere => {
                let (certificate, key) = made_here(context, environment, now)?;
                let files = CredentialFiles::read(&certificate, Some(key.as_slice()), None)
                    .map_err(|error| Failure::new(error.to_string(), error.to_string()))?;
                judge::certificate(files, None, &served, &owner, now)
            }
        }
    }

    /// What the gateway works with from now on.
    async fn kept(vault: &Vault<FolderStore>, record: &CredentialRecord) -> Result<Kept, Failure> {
        Ok(match record.kind {
            CredentialKind::Offline => Kept::Offline(Box::new(certificate_of(vault, record).await?)),
            CredentialKind::Authentication | CredentialKind::Token => {
                Kept::Login(login_of(vault, record).await?)
            }
        })
    }
}

#[async_trait]
impl Keyring for VaultKeyring {
    async fn credentials(
        &self,
        company: &ContextIdentifier,
    ) -> Result<Option<Vec<KeptCredential>>, KeyringError> {
        // A vault that is not there is not made for being looked at.
        let Some(vault) = self.opened() else { return Ok(None) };
        let registry = vault.registry().await.map_err(|error| refused(error.into()))?;
        let Ok(found) = registry.company(company) else { return Ok(None) };
        let now = now_at(&found.environment).await;
        let in_use: Vec<&str> = [registry.login_of(company, now), registry.offline_of(company, now)]
            .into_iter()
            .flatten()
            .map(|record| record.id.as_str())
            .collect();
        let of_company =
            registry.credentials.iter().rev().filter(|record| record.companies.contains(company));
        Ok(Some(
            of_company.map(|record| kept_credential(record, in_use.contains(&record.id.as_str()))).collect(),
        ))
    }

    async fn add(&self, company: &ContextIdentifier, given: Given) -> Result<Judged, KeyringError> {
        let work = async {
            let vault = self.vault().await?;
            let registry = vault.registry().await?;
            let environment = registry.company(company)?.environment.clone();
            let now = now_at(&environment).await;
            let judge::Judged { problems, notes, credential } =
                Self::judge(given, company, &environment, now)?;
            let Some((record, secret)) = credential else {
                return Ok(Judged { problems, notes, kept: None });
            };
            keep(vault, &record, &secret).await?;
            // What is older or not valid yet is kept, and something else goes on being worked with.
            let registry = vault.registry().await?;
            let in_use = match record.kind {
                CredentialKind::Offline => registry.offline_of(company, now),
                _ => registry.login_of(company, now),
            };
            let kept = match in_use {
                Some(in_use) => Some(Self::kept(vault, in_use).await?),
                None => None,
            };
            Ok::<_, Failure>(Judged { problems, notes, kept })
        };
        work.await.map_err(refused)
    }

    async fn connect(&self, company: NewCompany, given: Given) -> Result<Judged, KeyringError> {
        let work = async {
            let environment = match &company.environment {
                None => self.own_simulator().await?,
                Some(Environment::Test) => CompanyEnvironment::Test,
                Some(Environment::Demo) => CompanyEnvironment::Demo,
                Some(Environment::Prd) => CompanyEnvironment::Prd,
                Some(Environment::Simulator { ksef_url, control_url }) => CompanyEnvironment::Simulator {
                    ksef_url: ksef_url.clone(),
                    control_url: control_url.clone(),
                },
            };
            let context = company.context.clone();
            let now = now_at(&environment).await;
            let judge::Judged { problems, notes, credential } =
                Self::judge(given, &context, &environment, now)?;
            let Some((record, secret)) = credential else {
                return Ok(Judged { problems, notes, kept: None });
            };
            if record.kind == CredentialKind::Offline {
                return Err(Failure::new(
                    "Certyfikatem typu Offline nie można się logować: najpierw dodaj certyfikat typu Uwierzytelnienie albo token, a ten potem.",
                    "A certificate of type Offline cannot log in: first add one of type Authentication or a token, then this one.",
                ));
            }
            let vault = self.vault().await?;
            let added = Company {
                context: context.clone(),
                name: company.name.clone(),
                environment: environment.clone(),
                added_at: Timestamp::now(),
            };
            vault.change_registry(|registry| Ok::<_, Failure>(registry.add_company(added)?)).await?;
            if let Err(failure) = keep(vault, &record, &secret).await {
                // All of it or nothing.
                let undo = vault
                    .change_registry(|registry| {
                        registry.remove_company(&context)?;
                        Ok::<_, Failure>(())
                    })
                    .await;
                undo?;
                return Err(failure);
            }
            let settings = CompanySettings {
                context,
                environment: environment_of(&environment),
                credential: login_of(vault, &record).await?,
                upo_signers: Vec::new(),
                print: self.print.clone(),
                offline: None,
                folder: None,
                columns: invoice_tables::ColumnMap::built_in(),
            };
            Ok::<_, Failure>(Judged { problems, notes, kept: Some(Kept::Company(Box::new(settings))) })
        };
        work.await.map_err(refused)
    }

    async fn forget(&self, company: &ContextIdentifier, id: &str) -> Result<(), KeyringError> {
        let work = async {
            let vault = self.vault().await?;
            let removed = vault
                .change_registry(|registry| {
                    let record = registry.credential(id)?;
                    if !record.companies.contains(company) {
                        let id = id.to_owned();
                        return Err(Failure::from(gateway_vault::RegistryError::NoCredential { id }));
                    }
                    // A certificate that serves others goes on serving them.
                    if record.companies.len() > 1 {
                        registry.detach(id, company)?;
                        return Ok(None);
                    }
                    Ok(Some(registry.remove_credential(id)?))
                })
                .await?;
            if let Some(removed) = removed {
                vault.remove(&removed.secret_name()).await?;
            }
            Ok::<_, Failure>(())
        };
        work.await.map_err(refused)
    }

    fn has_simulator(&self) -> bool {
        true
    }
}

fn kept_credential(record: &CredentialRecord, is_in_use: bool) -> KeptCredential {
    let certificate = record.certificate();
    KeptCredential {
        id: record.id.clone(),
        kind: match record.kind {
            CredentialKind::Authentication => KeptKind::Authentication,
            CredentialKind::Offline => KeptKind::Offline,
            CredentialKind::Token => KeptKind::Token,
        },
        owner: record.owner.name.clone(),
        serial: certificate.as_ref().map(Certificate::serial_hex),
        valid: certificate.as_ref().map(|one| (one.not_before(), one.not_after())),
        is_in_use,
        certificate: record.certificate.clone(),
        companies: record.companies.len(),
    }
}

/// A certificate for a simulator, which takes one that nobody issued.
fn made_here(
    context: &ContextIdentifier,
    environment: &CompanyEnvironment,
    now: Timestamp,
) -> Result<(Vec<u8>, Zeroizing<Vec<u8>>), Failure> {
    let (Some(nip), CompanyEnvironment::Simulator { .. }) = (context.nip(), environment) else {
        return Err(Failure::new(
            "Certyfikat utworzony na miejscu działa tylko na symulatorze i tylko dla NIP.",
            "A certificate made on the spot works on a simulator only, and for a NIP only.",
        ));
    };
    let day = SignedDuration::from_hours(24);
    let subject = Subject::Seal { nip: nip.to_string(), organization: format!("Symulator {nip}") };
    let made = Credential::self_signed(&subject, KeyKind::EcP256, now - day, now + day * 730)
        .map_err(|error| Failure::new(error.to_string(), error.to_string()))?;
    let key = made.key().to_pkcs8().map_err(|error| Failure::new(error.to_string(), error.to_string()))?;
    Ok((made.certificate().der().to_vec(), key))
}

fn refused(failure: Failure) -> KeyringError {
    let (pl, en) = (failure.words(Lang::Pl).to_owned(), failure.words(Lang::En).to_owned());
    KeyringError::Refused(Words { pl, en })
}

const ADDRESSES: &str = "simulator.json";
