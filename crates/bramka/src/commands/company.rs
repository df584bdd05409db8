//! `bramka company`: the companies of this gateway.

use std::process::ExitCode;

use gateway_vault::{Company, CompanyEnvironment, CredentialKind, Registry, RegistryError, VaultStore as _};
use ksef_id::ContextIdentifier;
use serde_json::json;

use super::credential::{described, shown};
use crate::cli::{self, CompanyCommand, EnvironmentName};
use crate::failure::Failure;
use crate::vault_access;

pub(crate) async fn run(arguments: cli::Company, lang: cli::Lang) -> Result<ExitCode, Failure> {
    let data = vault_access::data_folder(arguments.data.as_deref())?;
    match &arguments.command {
        CompanyCommand::Add(company) => {
            let store = vault_access::store(&data)?;
            let mut registry = store.registry()?;
            registry.add_company(company_of(company)?)?;
            store.put_registry(&registry)?;
            println!("{}", lang.pick("dodano", "added"));
        }
        CompanyCommand::List(list) => {
            let registry = registry_in(&data)?;
            match list.format {
                cli::ListFormat::Json => {
                    let companies: Vec<_> =
                        registry.companies.iter().map(|company| as_json(company, &registry)).collect();
                    println!("{}", json!(companies));
                }
                cli::ListFormat::Text => {
                    for company in &registry.companies {
                        println!("{}", line_of(company));
                    }
                }
            }
        }
        CompanyCommand::Show(show) => {
            let registry = registry_in(&data)?;
            let company = registry.company(&show.context)?;
            match show.format {
                cli::ListFormat::Json => println!("{}", as_json(company, &registry)),
                cli::ListFormat::Text => {
                    println!("{}", line_of(company));
                    for credential in serving(&registry, &show.context) {
                        println!("  {}", described(credential, lang));
                    }
                }
            }
        }
        CompanyCommand::Remove(remove) => {
            let Some(store) = vault_access::existing_store(&data)? else {
                return Err(RegistryError::NoCompany { context: remove.context.clone() }.into());
            };
            remove_company(&store, &remove.context, lang).await?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// What a data folder's registry has; empty where there is no vault.
pub(super) fn registry_in(data: &std::path::Path) -> Result<Registry, Failure> {
    Ok(match vault_access::existing_store(data)? {
        Some(store) => store.registry()?,
        None => Registry::default(),
    })
}

/// Removes the company, and its tokens with their secrets, which are of no use to anybody else.
async fn remove_company(
    store: &gateway_vault::FolderStore,
    context: &ContextIdentifier,
    lang: cli::Lang,
) -> Result<(), Failure> {
    let mut registry = store.registry()?;
    let idle: Vec<_> = registry.remove_company(context)?.into_iter().cloned().collect();
    let (tokens, certificates): (Vec<_>, Vec<_>) =
        idle.into_iter().partition(|credential| credential.kind == CredentialKind::Token);
    for token in &tokens {
        registry.remove_credential(&token.id)?;
    }
    store.put_registry(&registry)?;
    for token in &tokens {
        store.remove_secret(&token.secret_name()).await?;
    }
    println!("{}", lang.pick("usunięto", "removed"));
    for credential in &certificates {
        let id = &credential.id;
        match lang {
            cli::Lang::Pl => {
                println!("certyfikat {id} nie obsługuje już żadnej firmy: bramka credential remove {id}")
            }
            cli::Lang::En => {
                println!("the certificate {id} serves no company any more: bramka credential remove {id}")
            }
        }
    }
    Ok(())
}

fn company_of(arguments: &cli::AddCompany) -> Result<Company, Failure> {
    let environment = match (arguments.environment, &arguments.ksef_url) {
        (EnvironmentName::Simulator, Some(url)) => CompanyEnvironment::Simulator { ksef_url: url.clone() },
        (EnvironmentName::Test, None) => CompanyEnvironment::Test,
        (EnvironmentName::Demo, None) => CompanyEnvironment::Demo,
        (EnvironmentName::Prd, None) => CompanyEnvironment::Prd,
        (EnvironmentName::Simulator, None) | (_, Some(_)) => {
            return Err(Failure::new(
                "--ksef-url podaje się tylko i zawsze dla --environment simulator",
                "--ksef-url goes with --environment simulator, and only with that",
            ));
        }
    };
    Ok(Company {
        context: arguments.context.clone(),
        name: arguments.name.clone(),
        environment,
        added_at: jiff::Timestamp::now(),
    })
}

fn serving<'a>(
    registry: &'a Registry,
    context: &'a ContextIdentifier,
) -> impl Iterator<Item = &'a gateway_vault::CredentialRecord> {
    registry.credentials.iter().filter(|credential| credential.companies.contains(context))
}

fn line_of(company: &Company) -> String {
    let name = company.name.as_deref().unwrap_or_default();
    format!("{}  {}  {name}", company.context, company.environment.name()).trim_end().to_owned()
}

fn as_json(company: &Company, registry: &Registry) -> serde_json::Value {
    let url = match &company.environment {
        CompanyEnvironment::Simulator { ksef_url } => Some(ksef_url),
        _ => None,
    };
    json!({
        "context": company.context,
        "name": company.name,
        "environment": company.environment.name(),
        "ksefUrl": url,
        "addedAt": company.added_at,
        "credentials": serving(registry, &company.context).map(shown).collect::<Vec<_>>(),
    })
}
