//! `bramka credential`: certificates, keys and tokens.

mod add;
mod attach;
mod inspect;
pub(crate) mod judge;

use std::process::ExitCode;

use gateway_vault::{CredentialKind, CredentialRecord, OwnerKind, RenewalNote, RenewalResult};
use ksef_crypto::Certificate;
use ksef_crypto::diagnosis::Purpose;
use serde_json::{Value, json};

use crate::cli;
use crate::failure::Failure;
use crate::vault_access;

pub(crate) async fn run(arguments: cli::Credential, lang: cli::Lang) -> Result<ExitCode, Failure> {
    match &arguments.command {
        cli::CredentialCommand::Inspect(arguments) => inspect::run(arguments, lang),
        cli::CredentialCommand::Add(arguments) => add::run(arguments, lang).await,
        cli::CredentialCommand::List(list) => {
            let data = vault_access::data_folder(list.data.as_deref())?;
            let registry = vault_access::registry(&data, lang).await?;
            let wanted = registry.credentials.iter().filter(|credential| {
                list.company.as_ref().is_none_or(|company| credential.companies.contains(company))
            });
            match list.format {
                cli::ListFormat::Json => println!("{}", json!(wanted.map(shown).collect::<Vec<_>>())),
                cli::ListFormat::Text => {
                    wanted.for_each(|credential| println!("{}", described(credential, lang)))
                }
            }
            Ok(ExitCode::SUCCESS)
        }
        cli::CredentialCommand::Attach(attach) => attach::attach(attach, lang).await,
        cli::CredentialCommand::Detach(detach) => attach::detach(detach, lang).await,
        cli::CredentialCommand::Remove(remove) => {
            let data = vault_access::data_folder(remove.data.as_deref())?;
            let vault = vault_access::open(&data, lang).await?;
            let id = &remove.id;
            let removed =
                vault.change_registry(|registry| Ok::<_, Failure>(registry.remove_credential(id)?)).await?;
            vault.remove(&removed.secret_name()).await?;
            println!("{}", lang.pick("usunięto", "removed"));
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// A credential as programs read it.
pub(super) fn shown(credential: &CredentialRecord) -> Value {
    let certificate = Certificate::from_der(&credential.certificate).ok();
    json!({
        "id": credential.id,
        "kind": kind_name(credential.kind),
        "owner": { "kind": owner_name(credential.owner.kind), "name": credential.owner.name },
        "name": credential.name,
        "companies": credential.companies,
        "status": status_of(credential)[2],
        "serial": certificate.as_ref().map(Certificate::serial_hex),
        "subject": certificate.as_ref().map(Certificate::subject),
        "notBefore": certificate.as_ref().map(Certificate::not_before),
        "notAfter": certificate.as_ref().map(Certificate::not_after),
        "addedAt": credential.added_at,
        "renewal": credential.renewal,
        "revokedAt": credential.revoked_at,
    })
}

/// A credential as people read it, in one line.
pub(super) fn described(credential: &CredentialRecord, lang: cli::Lang) -> String {
    let what = match Certificate::from_der(&credential.certificate) {
        Ok(certificate) => {
            let until = certificate.not_after().strftime("%Y-%m-%d").to_string();
            let serial = certificate.serial_hex();
            match lang {
                cli::Lang::Pl => format!("{serial}, ważny do {until}"),
                cli::Lang::En => format!("{serial}, valid until {until}"),
            }
        }
        Err(_) => "–".to_owned(),
    };
    let companies: Vec<&str> = credential.companies.iter().map(ksef_id::ContextIdentifier::as_str).collect();
    let (id, kind, owner) = (&credential.id, kind_name(credential.kind), &credential.owner.name);
    let [pl, en, _] = status_of(credential);
    let status = lang.pick(pl, en);
    let renewal = credential.renewal.as_ref().map(|note| renewal_in_words(note, lang)).unwrap_or_default();
    format!("{id}  {kind}  {status}  {what}  {owner}  → {}{renewal}", companies.join(", "))
}

/// What came of its renewal, to be put behind a credential.
fn renewal_in_words(note: &RenewalNote, lang: cli::Lang) -> String {
    let day = note.at.strftime("%Y-%m-%d");
    match (&note.result, lang) {
        (RenewalResult::Replaced { by }, cli::Lang::Pl) => format!("  (odnowiony {day}: {by})"),
        (RenewalResult::Replaced { by }, cli::Lang::En) => format!("  (renewed {day}: {by})"),
        (RenewalResult::Waiting, cli::Lang::Pl) => format!("  (odnawiany od {day}, KSeF rozpatruje wniosek)"),
        (RenewalResult::Waiting, cli::Lang::En) => {
            format!("  (being renewed since {day}, KSeF is at the application)")
        }
        (RenewalResult::Failed { cause }, cli::Lang::Pl) => format!("  (nie odnowiono {day}: {cause})"),
        (RenewalResult::Failed { cause }, cli::Lang::En) => format!("  (not renewed {day}: {cause})"),
    }
}

/// Whether it can be used now, in Polish, in English and for programs.
fn status_of(credential: &CredentialRecord) -> [&'static str; 3] {
    let now = jiff::Timestamp::now();
    if credential.revoked_at.is_some() {
        return ["unieważniony w KSeF", "revoked in KSeF", "revoked"];
    }
    match credential.certificate() {
        Some(certificate) if now < certificate.not_before() => {
            ["jeszcze nieważny", "not valid yet", "notYetValid"]
        }
        Some(certificate) if now > certificate.not_after() => ["wygasły", "expired", "expired"],
        _ => ["aktywny", "active", "active"],
    }
}

/// What a credential of this kind is needed for.
const fn purpose_of(kind: CredentialKind) -> Purpose {
    match kind {
        CredentialKind::Offline => Purpose::Offline,
        CredentialKind::Authentication | CredentialKind::Token => Purpose::Authentication,
    }
}

const fn kind_name(kind: CredentialKind) -> &'static str {
    match kind {
        CredentialKind::Authentication => "authentication",
        CredentialKind::Offline => "offline",
        CredentialKind::Token => "token",
    }
}

const fn owner_name(kind: OwnerKind) -> &'static str {
    match kind {
        OwnerKind::Person => "person",
        OwnerKind::Firm => "firm",
        OwnerKind::Office => "office",
    }
}
