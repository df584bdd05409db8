//! The companies of a data folder's vault, ready for the gateway, and what changes while it runs.

use std::collections::HashMap;
use std::path::Path;
use std::time::{Duration, Instant, SystemTime};

use gateway::{CompanySettings, Gateway, PrintSettings};
use gateway_vault::{CompanyEnvironment, FolderStore, Registry, Vault};
use ksef_crypto::Credential;
use ksef_id::ContextIdentifier;

use super::connected::{certificate_of, environment_of, login_of, of_vault};
use crate::cli::Lang;
use crate::failure::Failure;
use crate::vault_access;

/// The companies of a vault, with the vault that they came from.
pub(super) struct VaultCompanies {
    vault: Vault<FolderStore>,
    /// Which credential each company logs in with.
    logins: HashMap<ContextIdentifier, String>,
    changed_at: Option<SystemTime>,
}

/// Every company that has a credential to log in with; the others are named on standard error and left out.
pub(super) async fn load(
    data: &Path,
    print: &PrintSettings,
    lang: Lang,
) -> Result<(Vec<CompanySettings>, Option<VaultCompanies>), Failure> {
    let Some(vault) = vault_access::open_existing(data, lang).await? else { return Ok((Vec::new(), None)) };
    let changed_at = vault.store().registry_changed_at();
    let registry = vault.registry().await?;
    let (mut companies, mut logins) = (Vec::new(), HashMap::new());
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
        let offline = offline_of(&vault, &registry, &context).await?;
        logins.extend(connected.record.map(|record| (context.clone(), record.id)));
        companies.push(CompanySettings {
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
    Ok((companies, Some(VaultCompanies { vault, logins, changed_at })))
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
        let credential = if is_offline { offline_of(&vault, &registry, context).await? } else { None };
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
) -> Result<Option<Credential>, Failure> {
    match registry.offline_of(context, jiff::Timestamp::now()) {
        Some(record) => certificate_of(vault, record).await.map(Some),
        None => Ok(None),
    }
}

impl VaultCompanies {
    /// Gives the gateway each credential that takes another's place: a certificate added or renewed while it runs, or one
    /// whose time has come. Never returns; what cannot be read is tried again.
    pub(super) async fn keep_up(mut self, gateway: &Gateway) {
        let mut looked_at = Instant::now();
        loop {
            tokio::time::sleep(LOOK_EVERY).await;
            let changed_at = self.vault.store().registry_changed_at();
            if changed_at == self.changed_at && looked_at.elapsed() < CHOOSE_EVERY {
                continue;
            }
            looked_at = Instant::now();
            match self.replaced(gateway).await {
                Ok(()) => self.changed_at = changed_at,
                Err(failure) => tracing::warn!("the vault: {}", failure.words(Lang::En)),
            }
        }
    }

    async fn replaced(&mut self, gateway: &Gateway) -> Result<(), Failure> {
        let registry = self.vault.registry().await?;
        for (context, id) in &mut self.logins {
            // A company that was removed, or has nothing valid left, goes on with what it has until the next start.
            let Some(record) = registry.login_of(context, jiff::Timestamp::now()) else { continue };
            if record.id == *id {
                continue;
            }
            let credential = login_of(&self.vault, record).await?;
            if gateway.replace_credential(context, credential) {
                id.clone_from(&record.id);
            }
        }
        Ok(())
    }
}

const LOOK_EVERY: Duration = Duration::from_secs(2);
/// Validity begins and ends without anything being written.
const CHOOSE_EVERY: Duration = Duration::from_secs(300);
