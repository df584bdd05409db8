//! Judging a credential before it is kept: the same for files of the command line and for those that pages bring.

use gateway_vault::{
    CompanyEnvironment, CredentialKind, CredentialRecord, FolderStore, Owner, OwnerKind, Vault,
};
use jiff::Timestamp;
use ksef_crypto::diagnosis::{
    Environment, Finding, Purpose, Question, TokenDiagnosis, diagnose, diagnose_token,
};
use ksef_crypto::{Certificate, CertificateType, CredentialFiles, random_bytes};
use ksef_id::ContextIdentifier;
use secrecy::ExposeSecret as _;
use zeroize::Zeroizing;

use crate::failure::Failure;

/// What came of looking at it; the credential only when nothing speaks against it.
pub(crate) struct Judged {
    pub(crate) problems: Vec<Finding>,
    pub(crate) notes: Vec<Finding>,
    pub(crate) credential: Option<(CredentialRecord, Zeroizing<Vec<u8>>)>,
}

/// Whose somebody said that it is; what was not said is taken from the certificate.
#[derive(Debug, Clone, Default)]
pub(crate) struct OwnerSaid {
    pub(crate) kind: Option<OwnerKind>,
    pub(crate) name: Option<String>,
}

/// Judges a certificate with its key for the companies that it shall serve.
pub(crate) fn certificate(
    files: CredentialFiles,
    purpose: Option<Purpose>,
    served: &[(ContextIdentifier, CompanyEnvironment)],
    owner: &OwnerSaid,
    now: Timestamp,
) -> Result<Judged, Failure> {
    let by_type = |certificate: &Certificate| match certificate.certificate_type() {
        CertificateType::Offline => Purpose::Offline,
        CertificateType::Authentication | CertificateType::Other => Purpose::Authentication,
    };
    let purpose = purpose.or_else(|| files.certificate().map(by_type));
    let (mut problems, mut notes) = (Vec::new(), Vec::new());
    for (context, environment) in served {
        let nip = context.nip();
        let question = Question {
            now,
            purpose,
            environment: environment_of(environment),
            company_nip: nip.as_ref().map(ksef_id::Nip::as_str),
        };
        let found = diagnose(&files, &question);
        // What is the same for several companies is said once.
        for finding in found.problems {
            if !problems.contains(&finding) {
                problems.push(finding);
            }
        }
        for finding in found.notes {
            if !notes.contains(&finding) {
                notes.push(finding);
            }
        }
    }
    if !problems.is_empty() {
        return Ok(Judged { problems, notes, credential: None });
    }
    let wanted = purpose.map(Purpose::certificate_type);
    let failed = |error: &dyn std::error::Error| Failure::new(error.to_string(), error.to_string());
    let credential = files
        .into_credential_where(|certificate| Some(certificate.certificate_type()) == wanted)
        .map_err(|error| failed(&error))?;
    let certificate = credential.certificate();
    let secret = credential.key().to_pkcs8().map_err(|error| failed(&error))?;
    let id = new_id();
    let record = CredentialRecord {
        holder: format!("credential:{id}"),
        owner: owner_of(owner, certificate, served),
        kind: match purpose {
            Some(Purpose::Offline) => CredentialKind::Offline,
            _ => CredentialKind::Authentication,
        },
        certificate: certificate.der().to_vec(),
        companies: served.iter().map(|(context, _)| context.clone()).collect(),
        added_at: Timestamp::now(),
        name: None,
        renewal: None,
        revoked_at: None,
        id,
    };
    Ok(Judged { problems, notes, credential: Some((record, secret)) })
}

/// Judges a token, as it was pasted, for the company in which it was generated.
pub(crate) fn token(pasted: &str, context: &ContextIdentifier, owner: &OwnerSaid) -> Judged {
    let nip = context.nip();
    let question =
        Question { company_nip: nip.as_ref().map(ksef_id::Nip::as_str), ..Question::at(Timestamp::now()) };
    let TokenDiagnosis { token, problems, notes, .. } = diagnose_token(pasted, &question);
    if !problems.is_empty() {
        return Judged { problems, notes, credential: None };
    }
    let name = owner.name.clone().unwrap_or_else(|| context.to_string());
    let record = CredentialRecord {
        id: new_id(),
        owner: Owner { kind: owner.kind.unwrap_or(OwnerKind::Firm), name },
        kind: CredentialKind::Token,
        certificate: Vec::new(),
        companies: vec![context.clone()],
        holder: context.to_string(),
        added_at: Timestamp::now(),
        name: None,
        renewal: None,
        revoked_at: None,
    };
    let secret = Zeroizing::new(token.expose_secret().as_bytes().to_vec());
    Judged { problems, notes, credential: Some((record, secret)) }
}

/// The secret first: a credential that is listed has one. If it cannot be listed, the secret goes again.
pub(crate) async fn keep(
    vault: &Vault<FolderStore>,
    record: &CredentialRecord,
    secret: &[u8],
) -> Result<(), Failure> {
    vault.put(&record.secret_name(), secret).await?;
    let added =
        vault.change_registry(|registry| Ok::<_, Failure>(registry.add_credential(record.clone())?)).await;
    if added.is_err() {
        vault.remove(&record.secret_name()).await?;
    }
    added
}

/// What was said, else what the certificate says: a person's, the company's own, or somebody else's who serves it.
fn owner_of(
    said: &OwnerSaid,
    certificate: &Certificate,
    served: &[(ContextIdentifier, CompanyEnvironment)],
) -> Owner {
    let is_own = |context: &ContextIdentifier| {
        context.nip().is_some_and(|nip| Some(nip.as_str()) == certificate.nip().as_deref())
    };
    let kind = match said.kind {
        Some(kind) => kind,
        None if certificate.has_person_names() => OwnerKind::Person,
        None if served.iter().any(|(context, _)| is_own(context)) => OwnerKind::Firm,
        None => OwnerKind::Office,
    };
    let common_name = || {
        let found = certificate.subject_attributes().into_iter().find(|(kind, _)| kind == COMMON_NAME);
        found.map_or_else(|| certificate.subject().to_owned(), |(_, name)| name)
    };
    Owner { kind, name: said.name.clone().unwrap_or_else(common_name) }
}

/// A simulator takes what TEST takes, and more.
pub(crate) const fn environment_of(environment: &CompanyEnvironment) -> Option<Environment> {
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

/// The object identifier of `CN` (X.520).
const COMMON_NAME: &str = "2.5.4.3";
