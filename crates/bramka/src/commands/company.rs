//! `bramka company`: the companies of this gateway.

mod sending;

use std::process::ExitCode;

use gateway_vault::{
    Company, CompanyEnvironment, CredentialKind, CredentialRecord, FolderStore, Registry, RegistryError,
    Vault,
};
use ksef_id::ContextIdentifier;
use serde_json::json;

use super::connected::now_at;
use super::credential::{described, shown};
use crate::cli::{self, CompanyCommand, EnvironmentName, LoginName};
use crate::failure::Failure;
use crate::vault_access;

pub(crate) async fn run(arguments: cli::Company, lang: cli::Lang) -> Result<ExitCode, Failure> {
    let data = vault_access::data_folder(arguments.data.as_deref())?;
    match &arguments.command {
        CompanyCommand::Add(company) => {
            let company = company_of(company)?;
            let vault = vault_access::open(&data, lang).await?;
            vault.change_registry(|registry| Ok::<_, Failure>(registry.add_company(company)?)).await?;
            println!("{}", lang.pick("dodano", "added"));
        }
        CompanyCommand::List(list) => {
            let registry = vault_access::registry(&data, lang).await?;
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
            // A gateway need not run for a company to be shown.
            let sending = sending::of(&show.gateway, &show.context).await?;
            let registry = vault_access::registry(&data, lang).await?;
            let company = match registry.company(&show.context) {
                Ok(company) => Some(company),
                // One that stands in the gateway's configuration.
                Err(_) if sending.is_some() => None,
                Err(error) => return Err(error.into()),
            };
            match show.format {
                cli::ListFormat::Json => {
                    let mut shown = match company {
                        Some(company) => as_json(company, &registry),
                        None => json!({ "context": show.context }),
                    };
                    shown["sending"] = json!(sending);
                    println!("{shown}");
                }
                cli::ListFormat::Text => {
                    match company {
                        Some(company) => show_company(company, &registry, lang),
                        None => println!("{}", show.context),
                    }
                    sending::print(sending.as_ref(), lang);
                }
            }
        }
        CompanyCommand::Set(set) => sending::set(set, lang).await?,
        CompanyCommand::Login(login) => log_in_by(&data, login, lang).await?,
        CompanyCommand::Remove(remove) => {
            let Some(vault) = vault_access::open_existing(&data, lang).await? else {
                return Err(RegistryError::NoCompany { context: remove.context.clone() }.into());
            };
            remove_company(&vault, &remove.context, lang).await?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn show_company(company: &Company, registry: &Registry, lang: cli::Lang) {
    println!("{}", line_of(company));
    let now = jiff::Timestamp::now();
    let login = registry.login_of(&company.context, now).map(|record| &record.id);
    let offline = registry.offline_of(&company.context, now).map(|record| &record.id);
    for credential in serving(registry, &company.context) {
        let mark = match Some(&credential.id) {
            id if id == login => lang.pick("  [tym się loguje]", "  [logs in with this]"),
            id if id == offline => lang.pick("  [tym podpisuje offline]", "  [signs offline with this]"),
            _ => "",
        };
        println!("  {}{mark}", described(credential, lang));
    }
}

/// Has the company log in by certificate or by token; a gateway that runs sees it within seconds.
async fn log_in_by(
    data: &std::path::Path,
    arguments: &cli::CompanyLogin,
    lang: cli::Lang,
) -> Result<(), Failure> {
    let no_company = || RegistryError::NoCompany { context: arguments.context.clone() };
    let vault = vault_access::open_existing(data, lang).await?.ok_or_else(no_company)?;
    let kind = match arguments.by {
        LoginName::Certificate => CredentialKind::Authentication,
        LoginName::Token => CredentialKind::Token,
    };
    let now = now_at(&vault.registry().await?.company(&arguments.context)?.environment).await;
    let chosen = vault.change_registry(|registry| choose_login(registry, &arguments.context, kind, now));
    println!("{}", described(&chosen.await?, lang));
    Ok(())
}

/// Has a company log in by certificate, or by token, and gives what it logs in with then: one of that kind, or nothing changes.
pub(super) fn choose_login(
    registry: &mut Registry,
    context: &ContextIdentifier,
    kind: CredentialKind,
    now: jiff::Timestamp,
) -> Result<CredentialRecord, Failure> {
    registry.log_in_by(context, kind)?;
    let chosen = registry.login_of(context, now).filter(|record| record.kind == kind);
    chosen.cloned().ok_or_else(|| match kind {
        CredentialKind::Token => Failure::new(
            "Ta firma nie ma tu tokena: najpierw go dodaj. Nic się nie zmieniło.",
            "This company has no token here: add one first. Nothing has changed.",
        ),
        CredentialKind::Authentication | CredentialKind::Offline => Failure::new(
            "Ta firma nie ma tu ważnego certyfikatu typu Uwierzytelnienie: najpierw go dodaj. Nic się nie zmieniło.",
            "This company has no valid certificate of type Authentication here: add one first. Nothing has changed.",
        ),
    })
}

/// What of a company's credentials goes with it, of those that serve no other one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum GoesAlong {
    /// Tokens, which are of no use to anybody else.
    Tokens,
    /// Certificates as well.
    Everything,
}

/// Takes a company out of the vault; gives the credentials that stay and serve nobody.
pub(super) async fn take_out(
    vault: &Vault<FolderStore>,
    context: &ContextIdentifier,
    along: GoesAlong,
) -> Result<Vec<CredentialRecord>, Failure> {
    let removed = vault.change_registry(|registry| {
        let idle: Vec<_> = registry.remove_company(context)?.into_iter().cloned().collect();
        let (gone, left): (Vec<_>, Vec<_>) = idle.into_iter().partition(|credential| {
            along == GoesAlong::Everything || credential.kind == CredentialKind::Token
        });
        for credential in &gone {
            registry.remove_credential(&credential.id)?;
        }
        Ok::<_, Failure>((gone, left))
    });
    let (gone, left) = removed.await?;
    for credential in &gone {
        vault.remove(&credential.secret_name()).await?;
    }
    Ok(left)
}

async fn remove_company(
    vault: &Vault<FolderStore>,
    context: &ContextIdentifier,
    lang: cli::Lang,
) -> Result<(), Failure> {
    let certificates = take_out(vault, context, GoesAlong::Tokens).await?;
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
    let environment = match (arguments.environment, &arguments.ksef_url, &arguments.control_url) {
        (EnvironmentName::Simulator, Some(url), control_url) => {
            CompanyEnvironment::Simulator { ksef_url: url.clone(), control_url: control_url.clone() }
        }
        (EnvironmentName::Test, None, None) => CompanyEnvironment::Test,
        (EnvironmentName::Demo, None, None) => CompanyEnvironment::Demo,
        (EnvironmentName::Prd, None, None) => CompanyEnvironment::Prd,
        (EnvironmentName::Simulator, None, _) | (_, Some(_), _) | (_, _, Some(_)) => {
            return Err(Failure::new(
                "--ksef-url podaje się tylko i zawsze dla --environment simulator, a --control-url tylko z nim",
                "--ksef-url goes with --environment simulator, and only with that; --control-url goes with it",
            ));
        }
    };
    Ok(Company {
        context: arguments.context.clone(),
        name: arguments.name.clone(),
        environment,
        added_at: jiff::Timestamp::now(),
        logs_in_by_token: false,
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
    let (url, control_url) = match &company.environment {
        CompanyEnvironment::Simulator { ksef_url, control_url } => (Some(ksef_url), control_url.as_ref()),
        _ => (None, None),
    };
    let now = jiff::Timestamp::now();
    let id = |record: Option<&gateway_vault::CredentialRecord>| record.map(|record| record.id.clone());
    json!({
        "context": company.context,
        "logsInByToken": company.logs_in_by_token,
        "loginCredential": id(registry.login_of(&company.context, now)),
        "offlineCredential": id(registry.offline_of(&company.context, now)),
        "name": company.name,
        "environment": company.environment.name(),
        "ksefUrl": url,
        "controlUrl": control_url,
        "addedAt": company.added_at,
        "credentials": serving(registry, &company.context).map(shown).collect::<Vec<_>>(),
    })
}
