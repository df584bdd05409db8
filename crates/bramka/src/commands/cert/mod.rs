//! `bramka cert`: certificates of KSeF, from inside.

mod list;
mod request;
mod revoke;
mod signed_outside;

use std::path::Path;
use std::process::ExitCode;

use connection::enrollment::EnrollmentError;
use gateway_vault::{CredentialKind, FolderStore, PendingApplication, Registry, Vault};
use ksef_client::Access;
use ksef_id::ContextIdentifier;
use serde_json::{Value, json};

use super::connected::{self, Connected};
use crate::cli::{self, CertCommand, CertTypeName};
use crate::failure::Failure;
use crate::vault_access;

pub(crate) async fn run(arguments: cli::Cert, lang: cli::Lang) -> Result<ExitCode, Failure> {
    let desk = Desk::open(arguments.data.as_deref(), arguments.format, lang).await?;
    match &arguments.command {
        CertCommand::Request(request) => request::request(&desk, request).await,
        CertCommand::Pending => {
            let registry = desk.vault.registry().await?;
            match desk.format {
                cli::ListFormat::Json => {
                    println!("{}", json!(registry.pending.iter().map(shown).collect::<Vec<_>>()));
                }
                cli::ListFormat::Text => {
                    registry
                        .pending
                        .iter()
                        .for_each(|application| println!("{}", described(application, lang)));
                }
            }
            Ok(ExitCode::SUCCESS)
        }
        CertCommand::Resume(resume) => request::resume(&desk, resume).await,
        CertCommand::Drop(application) => {
            connection::enrollment::drop_application(&desk.vault, &application.id).await?;
            println!(
                "{}",
                lang.pick(
                    "zapomniano; jeśli KSeF wyda ten certyfikat, nikt go nie użyje",
                    "forgotten; if KSeF issues this certificate, nobody can use it"
                )
            );
            Ok(ExitCode::SUCCESS)
        }
        CertCommand::List(list) => list::list(&desk, list).await,
        CertCommand::Fetch(fetch) => list::fetch(&desk, fetch).await,
        CertCommand::Renew(renew) => request::renew(&desk, renew).await,
        CertCommand::Revoke(revoke) => revoke::revoke(&desk, revoke).await,
    }
}

/// What every command here works with.
struct Desk {
    vault: Vault<FolderStore>,
    format: cli::ListFormat,
    lang: cli::Lang,
}

impl Desk {
    async fn open(data: Option<&Path>, format: cli::ListFormat, lang: cli::Lang) -> Result<Self, Failure> {
        let data = vault_access::data_folder(data)?;
        let vault = vault_access::open_existing(&data, lang).await?.ok_or_else(vault_access::no_vault)?;
        Ok(Self { vault, format, lang })
    }

    /// A company with what it logs in with, or with another certificate of the vault.
    async fn company(&self, context: &ContextIdentifier, with: Option<&str>) -> Result<Connected, Failure> {
        let registry = self.vault.registry().await?;
        let mut company = connected::of_vault(&self.vault, &registry, context).await?;
        let now = connected::now_at(&company.environment).await;
        // Also where the company is set to log in by token, which can do nothing about certificates.
        let record = match with {
            Some(id) => Some(registry.credential(id)?),
            None if company.has_token() => registry.login_certificate_of(context, now),
            None => None,
        };
        if let Some(record) = record {
            company.login = Some(connection::stored::login_of(&self.vault, record).await?);
            company.record = Some(record.clone());
        }
        Ok(company)
    }

    /// Says something to people; programs get JSON only.
    fn say(&self, pl: &str, en: &str) {
        if self.format == cli::ListFormat::Text {
            println!("{}", self.lang.pick(pl, en));
        }
    }
}

/// Ends a login; one that cannot be ended runs out by itself.
async fn log_out(access: &Access) {
    if let Err(error) = access.logout().await {
        tracing::debug!(%error, "a login was not ended");
    }
}

/// Where a serial number is used here: the id of its credential.
fn id_of(registry: &Registry, serial: &str) -> Option<String> {
    let is_it = |record: &&gateway_vault::CredentialRecord| {
        record.certificate().is_some_and(|certificate| certificate.serial_hex() == serial)
    };
    registry.credentials.iter().find(is_it).map(|record| record.id.clone())
}

fn shown(application: &PendingApplication) -> Value {
    json!({
        "id": application.id,
        "context": application.context,
        "type": type_name(application.kind),
        "name": application.name,
        "owner": application.owner.name,
        "companies": application.companies,
        "referenceNumber": application.reference_number,
        "replaces": application.replaces,
        "preparedAt": application.prepared_at,
    })
}

fn described(application: &PendingApplication, lang: cli::Lang) -> String {
    let reference = application.reference_number.as_ref().map_or_else(
        || lang.pick("odpowiedź KSeF nie dotarła", "KSeF's answer did not arrive").to_owned(),
        ToString::to_string,
    );
    let (id, name) = (&application.id, &application.name);
    format!("{id}  {}  {name}  {}  {reference}", type_name(application.kind), application.owner.name)
}

const fn type_name(kind: CredentialKind) -> &'static str {
    match kind {
        CredentialKind::Authentication => "Authentication",
        CredentialKind::Offline => "Offline",
        CredentialKind::Token => "token",
    }
}

impl From<CertTypeName> for CredentialKind {
    fn from(name: CertTypeName) -> Self {
        match name {
            CertTypeName::Authentication => Self::Authentication,
            CertTypeName::Offline => Self::Offline,
        }
    }
}

impl From<EnrollmentError> for Failure {
    fn from(error: EnrollmentError) -> Self {
        let en = error.to_string();
        match error {
            EnrollmentError::NeedsSignature => token_cannot_apply(),
            EnrollmentError::QuotaUsedUp { limits } => {
                let (enrollments, certificates) = (limits.enrollment.remaining, limits.certificate.remaining);
                Self::new(
                    format!(
                        "limit jest wyczerpany: zostało wniosków {enrollments}, certyfikatów {certificates}; unieważnienie (bramka cert revoke) zwalnia miejsce na certyfikat, ale nie zwraca wniosku"
                    ),
                    format!("{en}; revoking (bramka cert revoke) frees a place for a certificate and gives no application back"),
                )
                .with_exit_code(1)
            }
            EnrollmentError::Name => Self::new(
                "nazwa ma mieć od 5 do 100 znaków: litery (także polskie), cyfry, spacje, myślniki i podkreślniki",
                en,
            ),
            EnrollmentError::Rejected { code, description } => {
                Self::new(format!("KSeF odrzucił wniosek: {code} {description}"), en).with_exit_code(1)
            }
            EnrollmentError::OtherCertificate { serial, .. } => Self::new(
                format!("certyfikat {serial}, który wydał KSeF, nie jest tym, o który wnioskowano"),
                en,
            ),
            EnrollmentError::Call(error) => error.into(),
            EnrollmentError::Vault(error) => error.into(),
            EnrollmentError::Registry(error) => error.into(),
            EnrollmentError::Request(_) | EnrollmentError::Key(_) | EnrollmentError::Kind => {
                Self::new(format!("wniosku nie udało się przygotować: {en}"), en)
            }
        }
    }
}

/// 25002, before it is tried.
pub(super) fn token_cannot_apply() -> Failure {
    Failure::new(
        "KSeF wydaje certyfikaty tylko po zalogowaniu podpisem, nigdy tokenem (25002). Pierwszy certyfikat uzyskasz podpisem z zewnątrz (bramka cert request --sign-outside PLIK) albo w Aplikacji Podatnika (bramka guide auth-certificate); następne bramka uzyska nim sama",
        "KSeF issues certificates only after a login by signature, never by token (25002). Get the first one by a signature from outside (bramka cert request --sign-outside FILE) or in Aplikacja Podatnika (bramka guide auth-certificate); bramka gets further ones with it",
    )
    .with_exit_code(1)
}
