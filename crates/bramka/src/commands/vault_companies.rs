//! The companies of a data folder's vault, ready for the gateway.

use std::path::Path;

use gateway::{CompanySettings, Environment, PrintSettings};
use gateway_vault::{CompanyEnvironment, CredentialKind, CredentialRecord, FolderStore, Registry, Vault};
use ksef_client::LoginCredential;
use ksef_crypto::{Certificate, Credential, SecretString, SigningKey};
use ksef_id::ContextIdentifier;

use crate::cli::Lang;
use crate::failure::Failure;
use crate::vault_access;

/// Every company that has a credential to log in with; the others are named on standard error and left out.
pub(super) async fn load(
    data: &Path,
    print: &PrintSettings,
    lang: Lang,
) -> Result<Vec<CompanySettings>, Failure> {
    let Some(store) = vault_access::existing_store(data)? else { return Ok(Vec::new()) };
    let registry = store.registry()?;
    if registry.companies.is_empty() {
        return Ok(Vec::new());
    }
    let vault = vault_access::open(store, data, lang).await?;
    let mut companies = Vec::new();
    for company in &registry.companies {
        let context = &company.context;
        let Some(record) = chosen(&registry, context) else {
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
        companies.push(CompanySettings {
            context: context.clone(),
            environment: match &company.environment {
                CompanyEnvironment::Test => Environment::Test,
                CompanyEnvironment::Demo => Environment::Demo,
                CompanyEnvironment::Prd => Environment::Prd,
                CompanyEnvironment::Simulator { ksef_url } => {
                    Environment::Simulator { ksef_url: ksef_url.clone() }
                }
            },
            credential: credential_of(&vault, record).await?,
            upo_signers: Vec::new(),
            print: print.clone(),
            offline: offline_of(&vault, &registry, context).await?,
        });
    }
    Ok(companies)
}

/// What prints of a company need: its environment and, when they carry a second code, what signs it.
pub(super) fn for_prints(
    data: Option<&Path>,
    context: &ContextIdentifier,
    is_offline: bool,
    lang: Lang,
) -> Result<(CompanyEnvironment, Option<Credential>), Failure> {
    let data = vault_access::data_folder(data)?;
    let Some(store) = vault_access::existing_store(&data)? else {
        return Err(Failure::new(
            format!("w folderze {} nie ma sejfu", data.display()),
            format!("there is no vault in {}", data.display()),
        ));
    };
    let registry = store.registry()?;
    let environment = registry.company(context)?.environment.clone();
    if !is_offline {
        return Ok((environment, None));
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::new(error.to_string(), error.to_string()))?;
    let credential = runtime.block_on(async {
        let vault = vault_access::open(store, &data, lang).await?;
        offline_of(&vault, &registry, context).await
    })?;
    let missing = || {
        Failure::new(
            format!(
                "firma {context} nie ma ważnego certyfikatu typu Offline: bramka credential add … --company {context}"
            ),
            format!(
                "company {context} has no valid certificate of type Offline: bramka credential add … --company {context}"
            ),
        )
    };
    Ok((environment, Some(credential.ok_or_else(missing)?)))
}

/// The certificate that signs the second code of the company's offline invoices, if it has one that is valid now.
pub(super) async fn offline_of(
    vault: &Vault<FolderStore>,
    registry: &Registry,
    context: &ContextIdentifier,
) -> Result<Option<Credential>, Failure> {
    match registry.serving(context, CredentialKind::Offline).find(is_valid_now) {
        Some(record) => certificate_of(vault, record).await.map(Some),
        None => Ok(None),
    }
}

fn is_valid_now(record: &&CredentialRecord) -> bool {
    let now = jiff::Timestamp::now();
    Certificate::from_der(&record.certificate)
        .is_ok_and(|certificate| certificate.not_before() <= now && now <= certificate.not_after())
}

/// A certificate that is valid now, the newest; else a token, the newest.
fn chosen<'a>(registry: &'a Registry, context: &'a ContextIdentifier) -> Option<&'a CredentialRecord> {
    registry
        .serving(context, CredentialKind::Authentication)
        .find(is_valid_now)
        .or_else(|| registry.serving(context, CredentialKind::Token).next())
}

async fn credential_of(
    vault: &Vault<FolderStore>,
    record: &CredentialRecord,
) -> Result<LoginCredential, Failure> {
    if record.kind != CredentialKind::Token {
        return Ok(LoginCredential::Certificate(Box::new(certificate_of(vault, record).await?)));
    }
    let secret = vault.get(&record.secret_name()).await?;
    let token = std::str::from_utf8(&secret).map_err(|error| damaged(record, &error))?;
    Ok(LoginCredential::KsefToken(SecretString::from(token.to_owned())))
}

async fn certificate_of(
    vault: &Vault<FolderStore>,
    record: &CredentialRecord,
) -> Result<Credential, Failure> {
    let secret = vault.get(&record.secret_name()).await?;
    let certificate = Certificate::from_der(&record.certificate).map_err(|error| damaged(record, &error))?;
    let key = SigningKey::from_bytes(&secret, None).map_err(|error| damaged(record, &error))?;
    Credential::new(certificate, key).map_err(|error| damaged(record, &error))
}

fn damaged(record: &CredentialRecord, error: &dyn std::fmt::Display) -> Failure {
    let id = &record.id;
    Failure::new(
        format!("poświadczenie {id} jest uszkodzone ({error}): usuń je i dodaj jeszcze raz"),
        format!("the credential {id} is damaged ({error}): remove it and add it again"),
    )
}
