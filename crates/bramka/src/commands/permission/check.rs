//! `bramka permission check`: an office's clients, and whose grant is missing.

use std::process::ExitCode;

use connection::guide::Topic;
use connection::office::{ClientGrant, GrantState, check_grant};
use connection::{Message, Needs};
use gateway_vault::{CredentialKind, CredentialRecord, OwnerKind, Registry};
use ksef_client::Access;
use serde_json::json;

use super::Desk;
use crate::cli::{CheckGrants, NeedName};
use crate::commands::{connected, doctor, guide};
use crate::failure::Failure;
use crate::paint::Paint;
use crate::vault_access;

pub(super) async fn check(desk: &Desk<'_>, arguments: &CheckGrants) -> Result<ExitCode, Failure> {
    let data = vault_access::data_folder(desk.arguments.data.as_deref())?;
    let vault = vault_access::open_existing(&data, desk.lang).await?.ok_or_else(vault_access::no_vault)?;
    let registry = vault.registry().await?;
    let records = offices(&registry, arguments)?;
    let needs = |need| arguments.need.contains(&need);
    let needs =
        Needs { view: needs(NeedName::View), issue: needs(NeedName::Issue), manage: needs(NeedName::Manage) };
    let (mut grants, mut is_complete) = (Vec::new(), true);
    for record in records {
        let office = arguments.office.map(|nip| nip.to_string()).or_else(|| record.certificate()?.nip());
        for context in &record.companies {
            // The office's own context needs nobody's grant.
            if context.nip().map(|nip| nip.to_string()) == office && office.is_some() {
                continue;
            }
            let company = connected::of_vault(&vault, &registry, context).await?;
            let login = connection::stored::login_of(&vault, record).await?;
            let access = Access::new(company.client()?, context.clone(), login);
            let grant = check_grant(&access, &company.environment, office.as_deref(), needs).await;
            is_complete &= grant.state == GrantState::Complete;
            if !desk.is_json() {
                print(&grant, company.name.as_deref(), desk.lang);
            }
            grants.push((record.id.clone(), company.name, grant));
        }
    }
    if desk.is_json() {
        let shown: Vec<_> = grants
            .iter()
            .map(|(credential, name, grant)| {
                json!({
                    "client": grant.client,
                    "name": name,
                    "credential": credential,
                    "state": grant.state.name(),
                    "findings": grant.findings.iter().map(doctor::finding).collect::<Vec<_>>(),
                    "guide": grant.guide.as_ref().map(|steps| guide::as_json(Topic::GrantOffice, steps)),
                })
            })
            .collect();
        println!("{}", json!({ "isComplete": is_complete, "clients": shown }));
    } else {
        print_sum(&grants.iter().map(|(_, _, grant)| grant).collect::<Vec<_>>(), desk.lang);
    }
    Ok(ExitCode::from(u8::from(!is_complete)))
}

/// The certificates whose clients are checked.
fn offices<'a>(
    registry: &'a Registry,
    arguments: &CheckGrants,
) -> Result<Vec<&'a CredentialRecord>, Failure> {
    if let Some(id) = &arguments.with {
        return Ok(vec![registry.credential(id)?]);
    }
    let now = jiff::Timestamp::now();
    let found: Vec<&CredentialRecord> = registry
        .credentials
        .iter()
        .filter(|record| {
            record.owner.kind == OwnerKind::Office && record.kind == CredentialKind::Authentication
        })
        .filter(|record| record.is_valid(now))
        .collect();
    if found.is_empty() {
        return Err(Failure::new(
            "nie ma certyfikatu biura: dodaj go (bramka credential add … --owner office --company …) albo wskaż przez --with",
            "there is no office's certificate: add one (bramka credential add … --owner office --company …), or name one with --with",
        ));
    }
    Ok(found)
}

fn print(grant: &ClientGrant, name: Option<&str>, lang: crate::cli::Lang) {
    let paint = Paint::of_stdout();
    let said = |message: &Message| lang.pick(&message.pl, &message.en).to_owned();
    let mark = match grant.state {
        GrantState::Complete => paint.green(lang.pick("nadane", "granted")),
        GrantState::Partial => paint.yellow(lang.pick("niepełne", "partial")),
        GrantState::Missing => paint.red(lang.pick("brak", "missing")),
        GrantState::Unknown => paint.yellow(lang.pick("nieznane", "unknown")),
    };
    let name = name.map(|name| format!("  {name}")).unwrap_or_default();
    println!("{}{name}: {mark}", grant.client);
    for finding in &grant.findings {
        println!("  [{}] {}", finding.code, said(&finding.message));
    }
    if let Some(steps) = &grant.guide {
        guide::print(steps, lang);
        println!();
    }
}

fn print_sum(grants: &[&ClientGrant], lang: crate::cli::Lang) {
    let missing: Vec<&str> = grants
        .iter()
        .filter(|grant| grant.state != GrantState::Complete)
        .map(|grant| grant.client.as_str())
        .collect();
    let (all, count) = (grants.len(), missing.len());
    if missing.is_empty() {
        println!(
            "{}",
            match lang {
                crate::cli::Lang::Pl => format!("Wszyscy klienci ({all}) nadali, co trzeba."),
                crate::cli::Lang::En => format!("All clients ({all}) have granted what is needed."),
            }
        );
    } else {
        println!(
            "{} {count}/{all}: {}",
            lang.pick("Brakuje uprawnień:", "Grants missing:"),
            missing.join(", ")
        );
    }
}
