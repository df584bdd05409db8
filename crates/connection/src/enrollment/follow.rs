//! Following an application until its certificate is here.

use std::time::Duration;

use gateway_vault::{CredentialKind, CredentialRecord, FolderStore, PendingApplication, Vault};
use jiff::{SignedDuration, Timestamp};
use ksef_client::Access;
use ksef_crypto::{Certificate, CertificateType, SigningKey};
use ksef_id::{CertificateSerial, ReferenceNumber};
use ksef_wire::codes::EnrollmentStatusCode;
use ksef_wire::{QueryCertificatesRequest, RetrieveCertificatesRequest};

use super::{EnrollmentError, drop_application, type_of};

/// How long somebody waits.
#[derive(Debug, Clone, Copy)]
pub struct FollowOptions {
    /// Between two looks, at first; it doubles up to ten times as long.
    pub poll_delay: Duration,
    /// In all.
    pub wait_max: Duration,
}

/// Where an application stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Progress {
    /// The certificate is here and in use.
    Issued(Box<CredentialRecord>),
    /// KSeF is still at it.
    Waiting,
    /// KSeF's answer to the application was lost, and its list has no certificate for this key (yet).
    NotFound,
}

/// Follows an application, also one of an earlier process. `now` gives the time.
///
/// # Errors
/// [`EnrollmentError::Rejected`] removes the application and its key; any other error leaves them.
pub async fn follow(
    vault: &Vault<FolderStore>,
    access: &Access,
    id: &str,
    options: &FollowOptions,
    now: impl Fn() -> Timestamp,
) -> Result<Progress, EnrollmentError> {
    let application = vault.registry().await?.application(id)?.clone();
    let secret = vault.get(&application.secret_name()).await?;
    let key = SigningKey::from_bytes(&secret, None)?;
    let serial = match &application.reference_number {
        Some(reference) => match outcome(access, reference, options).await? {
            Outcome::Issued(serial) => Some(serial),
            Outcome::Waiting => return Ok(Progress::Waiting),
            Outcome::Rejected(error) => {
                drop_application(vault, id).await?;
                return Err(error);
            }
        },
        None => None,
    };
    let certificate = match serial {
        Some(serial) => retrieve(access, std::slice::from_ref(&serial)).await?.into_iter().next(),
        None => search(access, &application, &key).await?,
    };
    let Some(certificate) = certificate else { return Ok(Progress::NotFound) };
    check(&certificate, &application, &key)?;
    let issued = application.issued(certificate.der(), now());
    // The key under its new name first: a credential that is listed has one.
    vault.put(&issued.secret_name(), &secret).await?;
    let issued = vault
        .change_registry(|registry| {
            Ok::<_, EnrollmentError>(registry.application_issued(id, certificate.der(), issued.added_at)?)
        })
        .await?;
    vault.remove(&application.secret_name()).await?;
    Ok(Progress::Issued(Box::new(issued)))
}

enum Outcome {
    Issued(CertificateSerial),
    Waiting,
    Rejected(EnrollmentError),
}

/// Asks for the status until there is a verdict, or the time is over.
async fn outcome(
    access: &Access,
    reference: &ReferenceNumber,
    options: &FollowOptions,
) -> Result<Outcome, EnrollmentError> {
    let (mut waited, mut delay) = (Duration::ZERO, options.poll_delay);
    loop {
        let answer = access.certificate_enrollment_status(reference).await?;
        match (EnrollmentStatusCode(answer.status.code), answer.certificate_serial_number) {
            (EnrollmentStatusCode::ISSUED, Some(serial)) => return Ok(Outcome::Issued(serial)),
            (EnrollmentStatusCode::ACCEPTED | EnrollmentStatusCode::ISSUED, _) => {
                if waited >= options.wait_max {
                    return Ok(Outcome::Waiting);
                }
                tokio::time::sleep(delay).await;
                waited += delay;
                delay = (delay * 2).min(options.poll_delay * POLL_DELAY_GROWTH_MAX);
            }
            (EnrollmentStatusCode(code), _) => {
                let details = answer.status.details.unwrap_or_default().join("; ");
                let description = if details.is_empty() { answer.status.description } else { details };
                return Ok(Outcome::Rejected(EnrollmentError::Rejected { code, description }));
            }
        }
    }
}

async fn retrieve(
    access: &Access,
    serials: &[CertificateSerial],
) -> Result<Vec<Certificate>, EnrollmentError> {
    let request = RetrieveCertificatesRequest { certificate_serial_numbers: serials.to_vec() };
    let answer = access.retrieve_certificates(&request).await?;
    // What is no certificate cannot be the one that is looked for.
    Ok(answer
        .certificates
        .iter()
        .filter_map(|item| Certificate::from_der(&item.certificate.0).ok())
        .collect())
}

/// Finds the certificate of an application whose answer was lost: the one with its key.
async fn search(
    access: &Access,
    application: &PendingApplication,
    key: &SigningKey,
) -> Result<Option<Certificate>, EnrollmentError> {
    let filter = QueryCertificatesRequest {
        name: Some(application.name.clone()),
        kind: Some(type_of(application.kind)?),
        ..QueryCertificatesRequest::default()
    };
    for page in 0..PAGES_MAX {
        let answer = access.query_certificates(&filter, page).await?;
        let serials: Vec<CertificateSerial> = answer
            .certificates
            .iter()
            .filter(|item| item.request_date.0 >= application.prepared_at - CLOCKS_APART_MAX)
            .map(|item| item.certificate_serial_number.clone())
            .collect();
        for some in serials.chunks(RETRIEVED_MAX) {
            let found = retrieve(access, some).await?;
            let own = found.into_iter().find(|certificate| certificate.public_key() == key.public_key());
            if own.is_some() {
                return Ok(own);
            }
        }
        // The newest come first: what is older than the application is somebody else's.
        if !answer.has_more || serials.is_empty() {
            return Ok(None);
        }
    }
    Ok(None)
}

fn check(
    certificate: &Certificate,
    application: &PendingApplication,
    key: &SigningKey,
) -> Result<(), EnrollmentError> {
    let other = |reason| Err(EnrollmentError::OtherCertificate { serial: certificate.serial_hex(), reason });
    if certificate.public_key() != key.public_key() {
        return other("it certifies another key");
    }
    let wanted = match application.kind {
        CredentialKind::Offline => CertificateType::Offline,
        CredentialKind::Authentication | CredentialKind::Token => CertificateType::Authentication,
    };
    if certificate.certificate_type() != wanted {
        return other("it is of another type");
    }
    Ok(())
}

const POLL_DELAY_GROWTH_MAX: u32 = 10;
/// `POST /certificates/retrieve` takes ten.
const RETRIEVED_MAX: usize = 10;
/// Fifty certificates a page; nobody may have more than a hundred active ones.
const PAGES_MAX: u32 = 20;
/// How far this machine's clock may be ahead of KSeF's.
const CLOCKS_APART_MAX: SignedDuration = SignedDuration::from_hours(24);
