//! The companies of a data folder's vault, ready for the gateway.

use std::path::Path;

use gateway::{CompanySettings, Environment};
use gateway_vault::{CompanyEnvironment, CredentialKind, CredentialRecord, FolderStore, Registry, Vault};
use ksef_client::LoginCredential;
use ksef_crypto::{Certificate, Credential, SecretString, SigningKey};
use ksef_id::ContextIdentifier;

use crate::cli::Lang;
use crate::failure::Failure;
use crate::vault_access;

/// Every company that has a credential to log in with; the others are named on standard error and left out.
pub(super) async fn load(data: &Path, lang: Lang) -> Result<Vec<CompanySettings>, Failure> {
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
        });
    }
    Ok(companies)
}

/// A certificate that is valid now, the newest; else a token, the newest.
fn chosen<'a>(registry: &'a Registry, context: &'a ContextIdentifier) -> Option<&'a CredentialRecord> {
    let now = jiff::Timestamp::now();
    let is_valid = |record: &&CredentialRecord| {
        Certificate::from_der(&record.certificate)
            .is_ok_and(|certificate| certificate.not_before() <= now && now <= certificate.not_after())
    };
    registry
        .serving(context, CredentialKind::Authentication)
        .find(is_valid)
        .or_else(|| registry.serving(context, CredentialKind::Token).next())
}

async fn credential_of(
    vault: &Vault<FolderStore>,
    record: &CredentialRecord,
) -> Result<LoginCredential, Failure> {
    let secret = vault.get(&record.secret_name()).await?;
    let damaged = |error: &dyn std::fmt::Display| {
        let id = &record.id;
        Failure::new(
            format!("poświadczenie {id} jest uszkodzone ({error}): usuń je i dodaj jeszcze raz"),
            format!("the credential {id} is damaged ({error}): remove it and add it again"),
        )
    };
    if record.kind == CredentialKind::Token {
        let token = std::str::from_utf8(&secret).map_err(|error| damaged(&error))?;
        return Ok(LoginCredential::KsefToken(SecretString::from(token.to_owned())));
    }
    let certificate = Certificate::from_der(&record.certificate).map_err(|error| damaged(&error))?;
    let key = SigningKey::from_bytes(&secret, None).map_err(|error| damaged(&error))?;
    let credential = Credential::new(certificate, key).map_err(|error| damaged(&error))?;
    Ok(LoginCredential::Certificate(Box::new(credential)))
}
