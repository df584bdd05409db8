//! The companies of a data folder's vault, ready for the gateway, and what changes while it runs.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use connection::stored::{certificate_of, login_of};
use gateway::{CompanySettings, Gateway, PrintSettings};
use gateway_vault::{CompanyEnvironment, CredentialKind, FolderStore, Registry, Vault};
use jiff::{SignedDuration, Timestamp};
use ksef_crypto::Credential;
use ksef_id::ContextIdentifier;

use super::connected::{environment_of, now_at, of_vault};
use super::renewing;
use crate::cli::Lang;
use crate::failure::Failure;
use crate::vault_access;

/// The companies of a vault, with the vault that they came from.
pub(super) struct VaultCompanies {
    vault: Arc<Vault<FolderStore>>,
    /// Which credential each company logs in with.
    logins: HashMap<ContextIdentifier, String>,
    /// Which one signs the second code of its offline invoices.
    offline: HashMap<ContextIdentifier, String>,
    changed_at: Option<SystemTime>,
    /// How long before their end certificates are renewed; `None` for never.
    renewed_ahead: Option<SignedDuration>,
}

/// Every company that has a credential to log in with; the others are named on standard error and left out.
/// `renewed_ahead` is how long before their end certificates shall be renewed.
pub(super) async fn load(
    data: &Path,
    print: &PrintSettings,
    renewed_ahead: Option<SignedDuration>,
    lang: Lang,
) -> Result<(Vec<CompanySettings>, Option<VaultCompanies>), Failure> {
    let Some(vault) = vault_access::open_existing(data, lang).await? else { return Ok((Vec::new(), None)) };
    let changed_at = vault.store().registry_changed_at();
    let registry = vault.registry().await?;
    let (mut companies, mut logins, mut offline_ids) = (Vec::new(), HashMap::new(), HashMap::new());
    for company in &registry.companies {
        let connected = of_vault(&vault, &registry, &company.context).await?;
        let context = connected.context;
        let Some(credential) = connected.login else {
            eprintln!(
                "{}",
                match lang {
                    Lang::Pl => format!(
                        "firma {context} nie ma czym się zalogować: bramka credential add … --company {context}"
                    ),
                    Lang::En => format!(
                        "company {context} has nothing to log in with: bramka credential add … --company {context}"
                    ),
                }
            );
            continue;
        };
        let now = now_at(&connected.environment).await;
        let offline = offline_of(&vault, &registry, &context, now).await?;
        let signing = registry.offline_of(&context, now);
        offline_ids.extend(signing.map(|record| (context.clone(), record.id.clone())));
        logins.extend(connected.record.map(|record| (context.clone(), record.id)));
        companies.push(CompanySettings {
            name: registry.company(&context).ok().and_then(|company| company.name.clone()),
            context,
            environment: environment_of(&connected.environment),
            credential,
            upo_signers: Vec::new(),
            print: print.clone(),
            offline,
            folder: None,
            columns: invoice_tables::ColumnMap::built_in(),
        });
    }
    let vault = Arc::new(vault);
    Ok((companies, Some(VaultCompanies { vault, logins, offline: offline_ids, changed_at, renewed_ahead })))
}

/// What prints of a company need: its environment and, when they carry a second code, what signs it.
pub(super) fn for_prints(
    data: Option<&Path>,
    context: &ContextIdentifier,
    is_offline: bool,
    lang: Lang,
) -> Result<(CompanyEnvironment, Option<Credential>), Failure> {
    let data = vault_access::data_folder(data)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::new(error.to_string(), error.to_string()))?;
    let (environment, credential) = runtime.block_on(async {
        let vault = vault_access::open_existing(&data, lang).await?.ok_or_else(|| {
            Failure::new(
                format!("w folderze {} nie ma sejfu", data.display()),
                format!("there is no vault in {}", data.display()),
            )
        })?;
        let registry = vault.registry().await?;
        let environment = registry.company(context)?.environment.clone();
        let credential = match is_offline {
            true => offline_of(&vault, &registry, context, now_at(&environment).await).await?,
            false => None,
        };
        Ok::<_, Failure>((environment, credential))
    })?;
    if is_offline && credential.is_none() {
        return Err(Failure::new(
            format!(
                "firma {context} nie ma ważnego certyfikatu typu Offline: bramka cert request --type offline --company {context} albo bramka credential add … --company {context}"
            ),
            format!(
                "company {context} has no valid certificate of type Offline: bramka cert request --type offline --company {context}, or bramka credential add … --company {context}"
            ),
        ));
    }
    Ok((environment, credential))
}

/// The certificate that signs the second code of the company's offline invoices, if it has one that is valid now.
async fn offline_of(
    vault: &Vault<FolderStore>,
    registry: &Registry,
    context: &ContextIdentifier,
    now: Timestamp,
) -> Result<Option<Credential>, Failure> {
    match registry.offline_of(context, now) {
        Some(record) => Ok(Some(certificate_of(vault, record).await?)),
        None => Ok(None),
    }
}

impl VaultCompanies {
    /// A vault that was made while the gateway runs: its companies were taken on as they came.
    pub(super) fn made_later(vault: Arc<Vault<FolderStore>>, renewed_ahead: Option<SignedDuration>) -> Self {
        Self { vault, logins: HashMap::new(), offline: HashMap::new(), changed_at: None, renewed_ahead }
    }

    /// The vault that they came from.
    pub(super) fn vault(&self) -> Arc<Vault<FolderStore>> {
        self.vault.clone()
    }

    /// Renews certificates ahead of their end, and gives the gateway each credential that takes another's place: one added or
    /// renewed while it runs, or one whose time has come. Never returns; what cannot be read is tried again.
    pub(super) async fn keep_up(self, gateway: &Gateway) {
        let Self { vault, mut logins, mut offline, mut changed_at, renewed_ahead } = self;
        let switch = async {
            let mut looked_at = Instant::now();
            loop {
                tokio::time::sleep(LOOK_EVERY).await;
                let written_at = vault.store().registry_changed_at();
                if written_at == changed_at && looked_at.elapsed() < CHOOSE_EVERY {
                    continue;
                }
                looked_at = Instant::now();
                match switch(&vault, gateway, &mut logins, &mut offline).await {
                    Ok(()) => changed_at = written_at,
                    Err(failure) => tracing::warn!("the vault: {}", failure.words(Lang::En)),
                }
            }
        };
        let renew = async {
            match renewed_ahead {
                Some(ahead) => renewing::run(&vault, gateway, ahead).await,
                None => std::future::pending().await,
            }
        };
        tokio::join!(switch, renew);
    }
}

/// Gives the gateway what is newer than what it has. A company that was removed, or has nothing valid left to log in with, goes on
/// with what it has until the next start.
async fn switch(
    vault: &Vault<FolderStore>,
    gateway: &Gateway,
    logins: &mut HashMap<ContextIdentifier, String>,
    offline: &mut HashMap<ContextIdentifier, String>,
) -> Result<(), Failure> {
    let registry = vault.registry().await?;
    for company in &registry.companies {
        let context = &company.context;
        let Some(now) = gateway.now_of(context) else { continue };
        if let Some(record) = registry.login_of(context, now)
            && logins.get(context) != Some(&record.id)
        {
            let credential = login_of(vault, record).await?;
            if gateway.replace_credential(context, credential) {
                logins.insert(context.clone(), record.id.clone());
            }
        }
        if let Some(record) = registry.offline_of(context, now)
            && offline.get(context) != Some(&record.id)
        {
            let credential = certificate_of(vault, record).await?;
            if gateway.replace_offline_certificate(context, credential) {
                offline.insert(context.clone(), record.id.clone());
            }
        }
        // One that was revoked or forgotten makes codes that nobody can confirm.
        let is_left = registry.serving(context, CredentialKind::Offline).any(|one| one.revoked_at.is_none());
        if !is_left && offline.remove(context).is_some() {
            gateway.drop_offline_certificate(context);
        }
    }
    Ok(())
}

const LOOK_EVERY: Duration = Duration::from_secs(2);
/// Validity begins and ends without anything being written.
const CHOOSE_EVERY: Duration = Duration::from_secs(300);
