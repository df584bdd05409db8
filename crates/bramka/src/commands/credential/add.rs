//! `bramka credential add`: judged first, then sealed.

use std::path::Path;
use std::process::ExitCode;

use gateway_vault::{
    CompanyEnvironment, CredentialKind, CredentialRecord, FolderStore, Owner, OwnerKind, Registry, Vault,
};
use ksef_crypto::diagnosis::{
    Environment, Finding, Purpose, Question, TokenDiagnosis, diagnose, diagnose_token,
};
use ksef_crypto::{Certificate, CertificateType, random_bytes};
use ksef_id::ContextIdentifier;
use secrecy::ExposeSecret as _;
use zeroize::Zeroizing;

use super::inspect::read_files;
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

/// The secret first: a credential that is listed has one. If it cannot be listed, the secret goes again.
async fn keep(vault: &Vault<FolderStore>, record: &CredentialRecord, secret: &[u8]) -> Result<(), Failure> {
    vault.put(&record.secret_name(), secret).await?;
    let added =
        vault.change_registry(|registry| Ok::<_, Failure>(registry.add_credential(record.clone())?)).await;
    if added.is_err() {
        vault.remove(&record.secret_name()).await?;
    }
    added
}

/// What came of looking at it; the credential only when nothing speaks against it.
struct Judged {
    problems: Vec<Finding>,
    notes: Vec<Finding>,
    credential: Option<(CredentialRecord, Zeroizing<Vec<u8>>)>,
}

fn judge_certificate(
    arguments: &AddCredential,
    path: &Path,
    registry: &Registry,
    lang: cli::Lang,
) -> Result<Judged, Failure> {
    let files = read_files(path, arguments.key.as_deref(), arguments.password_file.as_deref(), lang)?;
    let by_type = |certificate: &Certificate| match certificate.certificate_type() {
        CertificateType::Offline => Purpose::Offline,
        CertificateType::Authentication | CertificateType::Other => Purpose::Authentication,
    };
    let purpose = arguments.purpose.map(Purpose::from).or_else(|| files.certificate().map(by_type));
    let (mut problems, mut notes) = (Vec::new(), Vec::new());
    for context in &arguments.companies {
        let nip = context.nip();
        let question = Question {
            now: jiff::Timestamp::now(),
            purpose,
            environment: environment_of(&registry.company(context)?.environment),
            company_nip: nip.as_ref().map(ksef_id::Nip::as_str),
        };
        let found = diagnose(&files, &question);
        // What is the same for several companies is said once.
        problems.extend(
            found.problems.into_iter().filter(|finding| !problems.contains(finding)).collect::<Vec<_>>(),
        );
        notes.extend(found.notes.into_iter().filter(|finding| !notes.contains(finding)).collect::<Vec<_>>());
    }
    if !problems.is_empty() {
        return Ok(Judged { problems, notes, credential: None });
    }
    let wanted = purpose.map(Purpose::certificate_type);
    let credential = files
        .into_credential_where(|certificate| Some(certificate.certificate_type()) == wanted)
        .map_err(|error| Failure::new(error.to_string(), error.to_string()))?;
    let certificate = credential.certificate();
    let secret =
        credential.key().to_pkcs8().map_err(|error| Failure::new(error.to_string(), error.to_string()))?;
    let id = new_id();
    let record = CredentialRecord {
        holder: format!("credential:{id}"),
        owner: owner_of(arguments, certificate),
        kind: match purpose {
            Some(Purpose::Offline) => CredentialKind::Offline,
            _ => CredentialKind::Authentication,
        },
        certificate: certificate.der().to_vec(),
        companies: arguments.companies.clone(),
        added_at: jiff::Timestamp::now(),
        renewal: None,
        id,
    };
    Ok(Judged { problems, notes, credential: Some((record, secret)) })
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
    let nip = context.nip();
    let question = Question {
        company_nip: nip.as_ref().map(ksef_id::Nip::as_str),
        ..Question::at(jiff::Timestamp::now())
    };
    let TokenDiagnosis { token, problems, notes, .. } = diagnose_token(token.expose_secret(), &question);
    if !problems.is_empty() {
        return Ok(Judged { problems, notes, credential: None });
    }
    let name = arguments.owner_name.clone().unwrap_or_else(|| context.to_string());
    let record = CredentialRecord {
        id: new_id(),
        owner: Owner { kind: owner_kind(arguments.owner.unwrap_or(OwnerName::Firm)), name },
        kind: CredentialKind::Token,
        certificate: Vec::new(),
        companies: vec![context.clone()],
        holder: context.to_string(),
        added_at: jiff::Timestamp::now(),
        renewal: None,
    };
    let secret = Zeroizing::new(token.expose_secret().as_bytes().to_vec());
    Ok(Judged { problems, notes, credential: Some((record, secret)) })
}

/// What was said, else what the certificate says: a person's, the company's own, or somebody else's who serves it.
fn owner_of(arguments: &AddCredential, certificate: &Certificate) -> Owner {
    let is_own = |context: &ContextIdentifier| {
        context.nip().is_some_and(|nip| Some(nip.as_str()) == certificate.nip().as_deref())
    };
    let kind = match arguments.owner {
        Some(name) => owner_kind(name),
        None if certificate.has_person_names() => OwnerKind::Person,
        None if arguments.companies.iter().any(is_own) => OwnerKind::Firm,
        None => OwnerKind::Office,
    };
    let common_name = || {
        let subject = certificate.subject();
        subject.rsplit_once("CN=").map_or(subject, |(_, name)| name).to_owned()
    };
    Owner { kind, name: arguments.owner_name.clone().unwrap_or_else(common_name) }
}

const fn owner_kind(name: OwnerName) -> OwnerKind {
    match name {
        OwnerName::Person => OwnerKind::Person,
        OwnerName::Firm => OwnerKind::Firm,
        OwnerName::Office => OwnerKind::Office,
    }
}

/// A simulator takes what TEST takes, and more.
pub(super) const fn environment_of(environment: &CompanyEnvironment) -> Option<Environment> {
    match environment {
        CompanyEnvironment::Test => Some(Environment::Test),
        CompanyEnvironment::Demo => Some(Environment::Demo),
        CompanyEnvironment::Prd => Some(Environment::Prd),
        CompanyEnvironment::Simulator { .. } => None,
    }
}

fn new_id() -> String {
    random_bytes::<6>().iter().map(|byte| format!("{byte:02x}")).collect()
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
