//! `bramka credential add`: judged first, then sealed.

use std::path::Path;
use std::process::ExitCode;

use gateway_vault::{CompanyEnvironment, OwnerKind, Registry};
use ksef_crypto::diagnosis::{Finding, Purpose};
use ksef_id::ContextIdentifier;
use secrecy::ExposeSecret as _;

use super::inspect::read_files;
use super::judge::{self, Judged, OwnerSaid, keep};
use crate::cli::{self, AddCredential, OwnerName};
use crate::failure::Failure;
use crate::paint::Paint;
use crate::{secret_input, vault_access};

pub(super) async fn run(arguments: &AddCredential, lang: cli::Lang) -> Result<ExitCode, Failure> {
    let data = vault_access::data_folder(arguments.data.as_deref())?;
    let vault = vault_access::open(&data, lang).await?;
    let registry = vault.registry().await?;
    for context in &arguments.companies {
        registry.company(context)?;
    }
    let judged = match &arguments.certificate {
        Some(certificate) => judge_certificate(arguments, certificate, &registry, lang)?,
        None => judge_token(arguments, lang)?,
    };
    print_findings(&judged.problems, &judged.notes, lang);
    let Some((record, secret)) = judged.credential else {
        println!("{}", lang.pick("nie dodano", "not added"));
        return Ok(ExitCode::FAILURE);
    };
    keep(&vault, &record, &secret).await?;
    println!("{}", super::described(&record, lang));
    Ok(ExitCode::SUCCESS)
}

fn judge_certificate(
    arguments: &AddCredential,
    path: &Path,
    registry: &Registry,
    lang: cli::Lang,
) -> Result<Judged, Failure> {
    let files = read_files(path, arguments.key.as_deref(), arguments.password_file.as_deref(), lang)?;
    let served = arguments
        .companies
        .iter()
        .map(|context| Ok((context.clone(), registry.company(context)?.environment.clone())))
        .collect::<Result<Vec<(ContextIdentifier, CompanyEnvironment)>, Failure>>()?;
    let purpose = arguments.purpose.map(Purpose::from);
    judge::certificate(files, purpose, &served, &owner_said(arguments), jiff::Timestamp::now())
}

fn judge_token(arguments: &AddCredential, lang: cli::Lang) -> Result<Judged, Failure> {
    let [context] = &arguments.companies[..] else {
        return Err(Failure::new(
            "token działa w jednej firmie: podaj jedno --company",
            "a token works for one company: give one --company",
        ));
    };
    let token = match &arguments.token_file {
        Some(file) => Some(secret_input::from_file(file)?),
        None => match secret_input::from_environment("BRAMKA_KSEF_TOKEN") {
            Some(token) => Some(token),
            None => secret_input::ask(lang.pick("Token KSeF: ", "KSeF token: "))?,
        },
    };
    let token = token.ok_or_else(|| {
        Failure::new(
            "nie podano tokena: ustaw BRAMKA_KSEF_TOKEN albo podaj --token-file",
            "no token was given: set BRAMKA_KSEF_TOKEN, or give --token-file",
        )
    })?;
    Ok(judge::token(token.expose_secret(), context, &owner_said(arguments)))
}

fn owner_said(arguments: &AddCredential) -> OwnerSaid {
    OwnerSaid { kind: arguments.owner.map(owner_kind), name: arguments.owner_name.clone() }
}

const fn owner_kind(name: OwnerName) -> OwnerKind {
    match name {
        OwnerName::Person => OwnerKind::Person,
        OwnerName::Firm => OwnerKind::Firm,
        OwnerName::Office => OwnerKind::Office,
    }
}

/// Problems first, each with its remedy.
pub(super) fn print_findings(problems: &[Finding], notes: &[Finding], lang: cli::Lang) {
    let paint = Paint::of_stdout();
    for finding in problems {
        print(&paint.red("problem"), finding, lang);
    }
    for finding in notes {
        print(&paint.yellow(lang.pick("uwaga", "note")), finding, lang);
    }
}

fn print(label: &str, finding: &Finding, lang: cli::Lang) {
    println!("{label}[{}]: {}", finding.code, lang.pick(&finding.message.pl, &finding.message.en));
    println!("  {}", lang.pick(&finding.remedy.pl, &finding.remedy.en));
}
