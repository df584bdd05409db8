//! Certificates from inside: applied for with a key made here, followed until they are issued, put to use.
//!
//! The order is what keeps anything from being lost. The key is sealed and the application is written down before the
//! request leaves; KSeF's reference is written down before its status is asked for; the issued certificate takes the place
//! of its application in one change. A process that dies in between leaves an application that [`follow`] takes up, and
//! where not even KSeF's answer came, the certificate is found in KSeF's list by its key: an application counts against a
//! quota that revoking does not give back (field notes B12), so it is never made twice on a guess.

mod follow;

use gateway_vault::{
    CredentialKind, FolderStore, Owner, OwnerKind, PendingApplication, RegistryError, Vault, VaultError,
};
use jiff::Timestamp;
use ksef_client::{Access, CallError};
use ksef_crypto::csr::{self, CertificateRequestError, CertificateRequestSubject};
use ksef_crypto::{KeyError, KeyKind, random_bytes};
use ksef_id::ContextIdentifier;
use ksef_wire::codes::ExceptionCode;
use ksef_wire::{
    ApiTime, CertificateEnrollmentDataResponse, CertificateLimitsResponse, EnrollCertificateRequest,
    KsefCertificateType,
};

pub use follow::{FollowOptions, Progress, follow};

/// What KSeF would issue to whoever logged in, and how much of the quota is left.
#[derive(Debug, Clone)]
pub struct Offer {
    /// The quota.
    pub limits: CertificateLimitsResponse,
    /// Whom the certificate will name: nobody can apply for somebody else.
    pub subject: CertificateRequestSubject,
}

/// What is applied for.
#[derive(Debug, Clone)]
pub struct Wish {
    /// Authentication or Offline; KSeF issues one type in one certificate.
    pub kind: CredentialKind,
    /// Its name in KSeF, see [`check_name`].
    pub name: String,
    /// RSA of 2048 bits or EC P-256, which KSeF recommends.
    pub key: KeyKind,
    /// Since when it shall be valid; from the issue when `None`.
    pub valid_from: Option<Timestamp>,
    /// The companies that it shall serve here.
    pub companies: Vec<ContextIdentifier>,
    /// The certificate here that logged in.
    pub signed_in_with: Option<String>,
    /// The credential that it shall replace.
    pub replaces: Option<String>,
    /// Whose it is; what KSeF's data say when `None`.
    pub owner: Option<OwnerKind>,
}

/// Why there is no certificate.
#[derive(Debug, thiserror::Error)]
pub enum EnrollmentError {
    /// Whoever logged in by token cannot apply (25001, 25002).
    #[error("KSeF issues certificates only after a login by signature, never by token (25002)")]
    NeedsSignature,
    /// The quota is used up (25006, 25007).
    #[error(
        "the quota is used up: {} applications and {} certificates are left",
        limits.enrollment.remaining,
        limits.certificate.remaining
    )]
    QuotaUsedUp {
        /// What is left.
        limits: CertificateLimitsResponse,
    },
    /// KSeF takes no such name.
    #[error(
        "the name must have 5 to 100 characters: letters (Polish ones, too), digits, blanks, hyphens and underscores"
    )]
    Name,
    /// A token is no certificate.
    #[error("a certificate is for logging in or for offline invoices")]
    Kind,
    /// The request could not be made.
    #[error(transparent)]
    Request(#[from] CertificateRequestError),
    /// The key cannot be written or read.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// KSeF rejected the application.
    #[error("KSeF rejected the application: {code} {description}")]
    Rejected {
        /// KSeF's code.
        code: i32,
        /// KSeF's words.
        description: String,
    },
    /// What KSeF issued is not what was applied for; the application stays, to be looked at.
    #[error("the certificate {serial} that KSeF issued is not the one applied for: {reason}")]
    OtherCertificate {
        /// Its serial number.
        serial: String,
        /// What is wrong.
        reason: &'static str,
    },
    /// A call failed. An application that was written down by then stays.
    #[error(transparent)]
    Call(#[from] CallError),
    /// The vault.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The list of credentials.
    #[error(transparent)]
    Registry(#[from] RegistryError),
}

/// Asks what KSeF would issue. Nothing is applied for yet.
///
/// # Errors
/// [`EnrollmentError::NeedsSignature`] after a login by token, [`EnrollmentError::QuotaUsedUp`].
pub async fn offer(access: &Access) -> Result<Offer, EnrollmentError> {
    let data = match access.certificate_enrollment_data().await {
        Err(error) if needs_signature(&error) => return Err(EnrollmentError::NeedsSignature),
        outcome => outcome?,
    };
    let limits = access.certificate_limits().await?;
    if limits.enrollment.remaining <= 0 || limits.certificate.remaining <= 0 {
        return Err(EnrollmentError::QuotaUsedUp { limits });
    }
    Ok(Offer { limits, subject: subject_of(data) })
}

/// Applies for a certificate. The key is sealed and the application written down before it leaves.
///
/// # Errors
/// [`EnrollmentError::Call`] with an unknown outcome leaves the application in the list, and [`follow`] finds out; any
/// other error leaves nothing.
pub async fn apply(
    vault: &Vault<FolderStore>,
    access: &Access,
    offer: &Offer,
    wish: &Wish,
    now: Timestamp,
) -> Result<PendingApplication, EnrollmentError> {
    check_name(&wish.name)?;
    let certificate_type = type_of(wish.kind)?;
    let request = csr::generate(&offer.subject, wish.key)?;
    let application = PendingApplication {
        id: random_bytes::<6>().iter().map(|byte| format!("{byte:02x}")).collect(),
        context: access.context().clone(),
        signed_in_with: wish.signed_in_with.clone(),
        kind: wish.kind,
        name: wish.name.clone(),
        owner: owner_of(&offer.subject, wish),
        companies: wish.companies.clone(),
        replaces: wish.replaces.clone(),
        reference_number: None,
        prepared_at: now,
    };
    vault.put(&application.secret_name(), &request.key.to_pkcs8()?).await?;
    let written = vault.change_registry(|registry| {
        registry.pending.push(application.clone());
        Ok::<_, VaultError>(())
    });
    if let Err(error) = written.await {
        vault.remove(&application.secret_name()).await?;
        return Err(error.into());
    }
    let body = EnrollCertificateRequest {
        certificate_name: wish.name.clone(),
        certificate_type,
        csr: request.der.into(),
        valid_from: wish.valid_from.map(ApiTime),
    };
    match access.enroll_certificate(&body).await {
        Ok(answer) => {
            let reference = answer.reference_number;
            vault
                .change_registry(|registry| {
                    Ok::<_, EnrollmentError>(registry.application_taken(&application.id, reference.clone())?)
                })
                .await?;
            Ok(PendingApplication { reference_number: Some(reference), ..application })
        }
        Err(error) if error.was_certainly_not_done() => {
            drop_application(vault, &application.id).await?;
            Err(match error.refusal_code().map(ExceptionCode) {
                Some(ExceptionCode::ENROLLMENT_LIMIT | ExceptionCode::CERTIFICATE_LIMIT) => {
                    EnrollmentError::QuotaUsedUp { limits: offer.limits }
                }
                _ if needs_signature(&error) => EnrollmentError::NeedsSignature,
                _ => error.into(),
            })
        }
        Err(error) => Err(error.into()),
    }
}

/// Forgets an application and its key. If KSeF issues the certificate after all, nobody can use it.
///
/// # Errors
/// [`EnrollmentError::Registry`] when there is no such application.
pub async fn drop_application(
    vault: &Vault<FolderStore>,
    id: &str,
) -> Result<PendingApplication, EnrollmentError> {
    let application =
        vault.change_registry(|registry| Ok::<_, EnrollmentError>(registry.remove_application(id)?)).await?;
    vault.remove(&application.secret_name()).await?;
    Ok(application)
}

/// Checks a certificate's name against what the specification allows (`certificateName`).
///
/// # Errors
/// [`EnrollmentError::Name`].
pub fn check_name(name: &str) -> Result<(), EnrollmentError> {
    let fits = |letter: char| letter.is_ascii_alphanumeric() || "_- ąćęłńóśźżĄĆĘŁŃÓŚŹŻ".contains(letter);
    if (NAME_MIN..=NAME_MAX).contains(&name.chars().count()) && name.chars().all(fits) {
        Ok(())
    } else {
        Err(EnrollmentError::Name)
    }
}

impl Offer {
    /// Whether the certificate will name a person rather than a firm.
    #[must_use]
    pub fn is_persons(&self) -> bool {
        self.subject.surname.is_some() || self.subject.given_name.is_some()
    }

    /// Whom the certificate will name, readable: name and number.
    #[must_use]
    pub fn whose(&self) -> String {
        let subject = &self.subject;
        let number = subject.organization_identifier.as_ref().or(subject.serial_number.as_ref());
        number.map_or_else(
            || subject.common_name.clone(),
            |number| format!("{}, {number}", subject.common_name),
        )
    }
}

/// KSeF's word for what a credential here is for.
pub(crate) fn type_of(kind: CredentialKind) -> Result<KsefCertificateType, EnrollmentError> {
    match kind {
        CredentialKind::Authentication => Ok(KsefCertificateType::Authentication),
        CredentialKind::Offline => Ok(KsefCertificateType::Offline),
        CredentialKind::Token => Err(EnrollmentError::Kind),
    }
}

fn owner_of(subject: &CertificateRequestSubject, wish: &Wish) -> Owner {
    let is_own = |context: &ContextIdentifier| {
        let identifier = subject.organization_identifier.as_deref().unwrap_or_default();
        context.nip().is_some_and(|nip| identifier.ends_with(nip.as_str()))
    };
    let kind = match wish.owner {
        Some(kind) => kind,
        None if subject.surname.is_some() || subject.given_name.is_some() => OwnerKind::Person,
        None if wish.companies.iter().any(is_own) => OwnerKind::Firm,
        None => OwnerKind::Office,
    };
    Owner { kind, name: subject.common_name.clone() }
}

fn subject_of(data: CertificateEnrollmentDataResponse) -> CertificateRequestSubject {
    CertificateRequestSubject {
        common_name: data.common_name,
        country_name: data.country_name,
        given_name: data.given_name,
        surname: data.surname,
        serial_number: data.serial_number,
        unique_identifier: data.unique_identifier,
        organization_name: data.organization_name,
        organization_identifier: data.organization_identifier,
    }
}

fn needs_signature(error: &CallError) -> bool {
    [ExceptionCode::CSR_DATA_UNAVAILABLE, ExceptionCode::ENROLLMENT_UNAVAILABLE]
        .iter()
        .any(|code| error.is_refusal_with(code.0))
}

const NAME_MIN: usize = 5;
const NAME_MAX: usize = 100;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_as_ksef_allows_them() {
        for name in ["bramka offline", "Łąka_1", "12345", &"a".repeat(100)] {
            check_name(name).unwrap_or_else(|error| panic!("{name}: {error}"));
        }
        for name in ["", "abcd", "a/b/c/d", "naïveté", &"a".repeat(101)] {
            assert!(matches!(check_name(name), Err(EnrollmentError::Name)), "{name}");
        }
    }
}
