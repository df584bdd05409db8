//! The vault as the gateway's pages use it: the same judgement and the same sealing as `bramka company` and `bramka credential`.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use connection::enrollment::{
    EnrollmentError, FollowOptions, Progress, Wish, apply, drop_application, follow, offer,
};
use connection::renewal::{default_name, wish_for};
use connection::stored::{certificate_of, login_of};
use gateway::{
    CompanySettings, Environment, Given, InUse, Judged, Kept, KeptCredential, KeptKind, Keyring,
    KeyringError, NewCompany, PendingCertificate, PrintSettings, Wanted,
};
use gateway_api::Words;
use gateway_vault::{Company, CompanyEnvironment, CredentialKind, CredentialRecord, FolderStore, Vault};
use jiff::{SignedDuration, Timestamp};
use ksef_client::{Access, KsefClient};
use ksef_crypto::{Certificate, Credential, CredentialFiles, KeyKind, Subject};
use ksef_id::{CertificateSerial, ContextIdentifier};
use ksef_sim::{Simulator, SimulatorConfig};
use ksef_wire::{CertificateRevocationReason, RevokeCertificateRequest};
use secrecy::ExposeSecret as _;
use serde::{Deserialize, Serialize};
use tokio::sync::{Mutex, OnceCell};
use zeroize::Zeroizing;

use super::cert::token_cannot_apply;
use super::company::{GoesAlong, choose_login, take_out};
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

    /// A login of a company with one of its certificates: the one of this identifier, else the one that it logs in with. Tokens
    /// cannot apply for certificates, nor end them.
    async fn signed_in(
        vault: &Vault<FolderStore>,
        client: &KsefClient,
        company: &ContextIdentifier,
        with: Option<&str>,
        now: Timestamp,
    ) -> Result<(Access, String), Failure> {
        let registry = vault.registry().await?;
        let chosen = with
            .and_then(|id| registry.credential(id).ok())
            .filter(|record| record.kind == CredentialKind::Authentication && record.is_valid(now));
        let signer = chosen.or_else(|| registry.login_certificate_of(company, now));
        let signer = signer.ok_or_else(token_cannot_apply)?;
        let access = Access::new(client.clone(), company.clone(), login_of(vault, signer).await?);
        Ok((access, signer.id.clone()))
    }

    /// What the gateway works with from now on, after something of this kind came. What is older, not valid yet, or of the other way
    /// to log in is kept, and something else goes on being worked with.
    async fn kept(
        vault: &Vault<FolderStore>,
        company: &ContextIdentifier,
        kind: CredentialKind,
        now: Timestamp,
    ) -> Result<Option<Kept>, Failure> {
        let registry = vault.registry().await?;
        let in_use = match kind {
            CredentialKind::Offline => registry.offline_of(company, now),
            CredentialKind::Authentication | CredentialKind::Token => registry.login_of(company, now),
        };
        let Some(record) = in_use else { return Ok(None) };
        Ok(Some(match kind {
            CredentialKind::Offline => Kept::Offline(Box::new(certificate_of(vault, record).await?)),
            CredentialKind::Authentication | CredentialKind::Token => {
                Kept::Login(login_of(vault, record).await?)
            }
        }))
    }

    /// What a company works with now.
    async fn in_use(vault: &Vault<FolderStore>, company: &ContextIdentifier) -> Result<InUse, Failure> {
        let registry = vault.registry().await?;
        let now = now_at(&registry.company(company)?.environment).await;
        let (mut login, mut offline) = (None, None);
        if let Some(record) = registry.login_of(company, now) {
            login = Some(login_of(vault, record).await?);
        }
        if let Some(record) = registry.offline_of(company, now) {
            offline = Some(Box::new(certificate_of(vault, record).await?));
        }
        Ok(InUse { login, offline })
    }
}

/// The serial number of a certificate that KSeF issued.
fn serial_of(record: &CredentialRecord) -> Option<CertificateSerial> {
    record.certificate().and_then(|one| CertificateSerial::parse(&one.serial_hex()).ok())
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
            let kept = Self::kept(vault, company, record.kind, now).await?;
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
                logs_in_by_token: false,
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
                name: company.name.clone(),
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

    async fn disconnect(&self, company: &ContextIdentifier) -> Result<(), KeyringError> {
        let work = async {
            let vault = self.vault().await?;
            take_out(vault, company, GoesAlong::Everything).await.map(drop)
        };
        work.await.map_err(refused)
    }

    async fn forget(&self, company: &ContextIdentifier, id: &str) -> Result<InUse, KeyringError> {
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
            Self::in_use(vault, company).await
        };
        work.await.map_err(refused)
    }

    async fn log_in_by(&self, company: &ContextIdentifier, kind: KeptKind) -> Result<InUse, KeyringError> {
        let kind = match kind {
            KeptKind::Token => CredentialKind::Token,
            KeptKind::Authentication | KeptKind::Offline => CredentialKind::Authentication,
        };
        let work = async {
            let vault = self.vault().await?;
            let now = now_at(&vault.registry().await?.company(company)?.environment).await;
            vault.change_registry(|registry| choose_login(registry, company, kind, now)).await?;
            Self::in_use(vault, company).await
        };
        work.await.map_err(refused)
    }

    async fn pending(&self, company: &ContextIdentifier) -> Result<Vec<PendingCertificate>, KeyringError> {
        let Some(vault) = self.opened() else { return Ok(Vec::new()) };
        let registry = vault.registry().await.map_err(|error| refused(error.into()))?;
        let of_company = registry.pending.iter().filter(|one| one.context == *company);
        Ok(of_company
            .map(|one| PendingCertificate {
                id: one.id.clone(),
                kind: kept_kind(one.kind),
                name: one.name.clone(),
                owner: one.owner.name.clone(),
                since: one.prepared_at,
                is_received: one.reference_number.is_some(),
            })
            .collect())
    }

    async fn apply(
        &self,
        client: &KsefClient,
        company: &ContextIdentifier,
        wanted: &Wanted,
        now: Timestamp,
    ) -> Result<String, KeyringError> {
        let work = async {
            let vault = self.vault().await?;
            let registry = vault.registry().await?;
            let zone = jiff::tz::TimeZone::get("Europe/Warsaw").unwrap_or(jiff::tz::TimeZone::UTC);
            let today = now.to_zoned(zone).date();
            // A certificate that logs in renews itself; for everything else the company logs in as usual.
            let replaced = match wanted {
                Wanted::Renewal(id) => {
                    let record = registry.credential(id)?;
                    if !record.companies.contains(company) {
                        return Err(gateway_vault::RegistryError::NoCredential { id: id.clone() }.into());
                    }
                    Some(record)
                }
                Wanted::Another(_) => None,
            };
            let with = replaced.map(|record| record.id.as_str());
            let (access, signer) = Self::signed_in(vault, client, company, with, now).await?;
            let wish = match (replaced, wanted) {
                (Some(record), _) if record.kind == CredentialKind::Token => return Err(token_cannot_apply()),
                (Some(record), _) => wish_for(record, Some(signer), today),
                (None, wanted) => {
                    let kind = match wanted {
                        Wanted::Another(KeptKind::Offline) => CredentialKind::Offline,
                        _ => CredentialKind::Authentication,
                    };
                    Wish {
                        kind,
                        name: default_name(kind, today),
                        key: KeyKind::EcP256,
                        valid_from: None,
                        companies: vec![company.clone()],
                        signed_in_with: Some(signer),
                        replaces: None,
                        owner: None,
                    }
                }
            };
            let outcome = async {
                let offer = offer(&access).await?;
                apply(vault, &access, &offer, &wish, now).await
            };
            let outcome = outcome.await;
            log_out(&access).await;
            match outcome {
                Ok(application) => Ok(application.id),
                Err(EnrollmentError::Call(error)) if !error.was_certainly_not_done() => Err(Failure::new(
                    format!(
                        "Nie wiadomo, czy wniosek dotarł do KSeF ({error}). Klucz jest zachowany: wniosek stoi na liście, sprawdź go za chwilę."
                    ),
                    format!(
                        "Nobody knows whether the application reached KSeF ({error}). Its key is kept: the application stands in the list, look at it in a moment."
                    ),
                )),
                Err(error) => Err(error.into()),
            }
        };
        work.await.map_err(refused)
    }

    async fn follow(
        &self,
        client: &KsefClient,
        company: &ContextIdentifier,
        id: &str,
        now: Timestamp,
    ) -> Result<Option<Kept>, KeyringError> {
        let work = async {
            let vault = self.vault().await?;
            let registry = vault.registry().await?;
            let application = registry.application(id)?.clone();
            if application.context != *company {
                return Err(gateway_vault::RegistryError::NoCredential { id: id.to_owned() }.into());
            }
            // Only its owner sees an application: the certificate that applied, else the company's own.
            let with = application.signed_in_with.as_deref();
            let (access, _) = Self::signed_in(vault, client, company, with, now).await?;
            let outcome = follow(vault, &access, id, &FOLLOW, || now).await;
            log_out(&access).await;
            match outcome? {
                Progress::Issued(record) => Self::kept(vault, company, record.kind, now).await,
                Progress::NotFound if now.duration_since(application.prepared_at) >= LOST_AFTER => {
                    // KSeF decides within minutes: what its list does not have after a day never arrived.
                    drop_application(vault, id).await?;
                    Ok(None)
                }
                Progress::Waiting | Progress::NotFound => Ok(None),
            }
        };
        work.await.map_err(refused)
    }

    async fn revoke(
        &self,
        client: &KsefClient,
        company: &ContextIdentifier,
        which: &str,
        now: Timestamp,
    ) -> Result<InUse, KeyringError> {
        let work = async {
            let vault = self.vault().await?;
            let registry = vault.registry().await?;
            let by_serial = CertificateSerial::parse(which).ok();
            let record = registry.credentials.iter().find(|record| {
                record.companies.contains(company)
                    && (record.id == which || by_serial.is_some() && serial_of(record) == by_serial)
            });
            let serial = record.and_then(serial_of).or(by_serial).ok_or_else(|| {
                Failure::new(
                    "To nie certyfikat KSeF: nie ma czego unieważniać w KSeF.",
                    "This is no certificate of KSeF: there is nothing to revoke in KSeF.",
                )
            })?;
            let (access, _) = Self::signed_in(vault, client, company, None, now).await?;
            let request = RevokeCertificateRequest {
                revocation_reason: Some(CertificateRevocationReason::Unspecified),
            };
            let outcome = access.revoke_certificate(&serial, &request).await;
            log_out(&access).await;
            outcome?;
            if let Some(record) = record {
                vault
                    .change_registry(|registry| Ok::<_, Failure>(registry.note_revoked(&record.id, now)?))
                    .await?;
            }
            Self::in_use(vault, company).await
        };
        work.await.map_err(refused)
    }

    async fn learn_revoked(
        &self,
        company: &ContextIdentifier,
        serials: &[CertificateSerial],
        now: Timestamp,
    ) -> Result<InUse, KeyringError> {
        let work = async {
            let vault = self.vault().await?;
            vault
                .change_registry(|registry| {
                    let is_it = |record: &&CredentialRecord| {
                        record.companies.contains(company)
                            && serial_of(record).is_some_and(|serial| serials.contains(&serial))
                    };
                    let found: Vec<String> =
                        registry.credentials.iter().filter(is_it).map(|record| record.id.clone()).collect();
                    found.iter().try_for_each(|id| registry.note_revoked(id, now)).map_err(Failure::from)
                })
                .await?;
            Self::in_use(vault, company).await
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
        kind: kept_kind(record.kind),
        name: record.name.clone(),
        owner: record.owner.name.clone(),
        serial: certificate.as_ref().map(Certificate::serial_hex),
        valid: certificate.as_ref().map(|one| (one.not_before(), one.not_after())),
        is_in_use,
        is_revoked: record.revoked_at.is_some(),
        certificate: record.certificate.clone(),
        companies: record.companies.len(),
    }
}

const fn kept_kind(kind: CredentialKind) -> KeptKind {
    match kind {
        CredentialKind::Authentication => KeptKind::Authentication,
        CredentialKind::Offline => KeptKind::Offline,
        CredentialKind::Token => KeptKind::Token,
    }
}

/// Ends a login; one that cannot be ended runs out by itself.
async fn log_out(access: &Access) {
    if let Err(error) = access.logout().await {
        tracing::debug!(%error, "a login was not ended");
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

const FOLLOW: FollowOptions =
    FollowOptions { poll_delay: Duration::from_millis(500), wait_max: Duration::from_secs(120) };
/// What KSeF's list does not have by then never arrived.
const LOST_AFTER: SignedDuration = SignedDuration::from_hours(24);
const ADDRESSES: &str = "simulator.json";
