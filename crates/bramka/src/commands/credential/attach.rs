//! `bramka credential attach` and `detach`: which companies a certificate serves.

use std::process::ExitCode;

use ksef_crypto::CredentialFiles;
use ksef_crypto::diagnosis::{Question, diagnose};

use super::add::print_findings;
use super::judge::environment_of;
use super::{described, purpose_of};
use crate::cli::{self, AttachCredential};
use crate::failure::Failure;
use crate::vault_access;

pub(super) async fn attach(arguments: &AttachCredential, lang: cli::Lang) -> Result<ExitCode, Failure> {
    let data = vault_access::data_folder(arguments.data.as_deref())?;
    let vault = vault_access::open(&data, lang).await?;
    let mut registry = vault.registry().await?;
    let context = &arguments.company;
    registry.attach(&arguments.id, context)?;
    let credential = registry.credential(&arguments.id)?;
    let files = CredentialFiles::read(&credential.certificate, None, None)
        .map_err(|error| Failure::new(error.to_string(), error.to_string()))?;
    let nip = context.nip();
    let question = Question {
        now: jiff::Timestamp::now(),
        purpose: Some(purpose_of(credential.kind)),
        environment: environment_of(&registry.company(context)?.environment),
        company_nip: nip.as_ref().map(ksef_id::Nip::as_str),
    };
    let mut found = diagnose(&files, &question);
    // The key lies in the vault and was checked when it was taken in.
    found.notes.retain(|finding| finding.code != NO_KEY);
    print_findings(&found.problems, &found.notes, lang);
    if !found.problems.is_empty() {
        println!("{}", lang.pick("nie przypisano", "not attached"));
        return Ok(ExitCode::FAILURE);
    }
    vault.change_registry(|registry| Ok::<_, Failure>(registry.attach(&arguments.id, context)?)).await?;
    println!("{}", described(credential, lang));
    Ok(ExitCode::SUCCESS)
}

pub(super) async fn detach(arguments: &AttachCredential, lang: cli::Lang) -> Result<ExitCode, Failure> {
    let data = vault_access::data_folder(arguments.data.as_deref())?;
    let vault = vault_access::open(&data, lang).await?;
    let detached = vault.change_registry(|registry| {
        registry.detach(&arguments.id, &arguments.company)?;
        Ok::<_, Failure>(registry.credential(&arguments.id)?.clone())
    });
    println!("{}", described(&detached.await?, lang));
    Ok(ExitCode::SUCCESS)
}

const NO_KEY: &str = "CRED108";
