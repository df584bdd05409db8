//! Certificates that renew themselves: which are due, what is applied for in their place, and one look at those of a
//! company.
//!
//! A certificate is renewed while it is still valid, since only a login by signature may apply (25002), and the old one
//! stays until its end: whoever chooses takes the newest valid one ([`gateway_vault::Registry::login_of`]), so nothing
//! stops in between. What became of each look is noted beside the certificate.

use std::collections::HashSet;

use gateway_vault::{
    CredentialKind, CredentialRecord, FolderStore, PendingApplication, Registry, RegistryError, RenewalNote,
    RenewalResult, Vault, VaultError,
};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use ksef_client::{Access, KsefClient};
use ksef_crypto::KeyKind;
use ksef_id::ContextIdentifier;

use crate::enrollment::{
    EnrollmentError, FollowOptions, Progress, Wish, apply, drop_application, follow, offer,
};
use crate::stored::{StoredError, login_of};

/// What came of one certificate.
#[derive(Debug)]
pub enum Renewal {
    /// Its successor is here and in use.
    Renewed(Box<CredentialRecord>),
    /// KSeF is at the application, or its answer to it was lost; the next look finds out.
    Waiting,
    /// It was not renewed; the next look tries again.
    Failed(RenewalError),
}

/// Why a certificate was not renewed.
#[derive(Debug, thiserror::Error)]
pub enum RenewalError {
    /// Nothing here may apply for it: the company has a token only, and a token cannot (25002).
    #[error("nothing here may apply for it: a token cannot, only a certificate that logs in (25002)")]
    NoCertificate,
    /// The vault's credential cannot be used.
    #[error(transparent)]
    Stored(#[from] StoredError),
    /// KSeF, the vault or the list of credentials.
    #[error(transparent)]
    Enrollment(#[from] EnrollmentError),
}

/// What one look at a company's certificates did: the id of each that was due, and what came of it.
#[derive(Debug, Default)]
pub struct Look {
    /// In the order of the list.
    pub renewals: Vec<(String, Renewal)>,
}

impl Look {
    /// Whether everything that was due is done: then a day may pass until the next look.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.renewals.iter().all(|(_, renewal)| matches!(renewal, Renewal::Renewed(_)))
    }
}

/// The certificates that end by `until` and in whose place nothing stands yet: no application, and no certificate of the
/// same kind that serves their companies beyond that day. What serves nobody, or is no longer valid, is never due.
pub fn due(registry: &Registry, now: Timestamp, until: Timestamp) -> impl Iterator<Item = &CredentialRecord> {
    registry.credentials.iter().filter(move |record| {
        record.is_valid(now)
            && !ends_after(record, until)
            && !record.companies.is_empty()
            && !registry.pending.iter().any(|application| application.replaces.as_ref() == Some(&record.id))
            && !registry.credentials.iter().any(|other| {
                other.kind == record.kind
                    && record.companies.iter().all(|company| other.companies.contains(company))
                    && ends_after(other, until)
            })
    })
}

/// The companies that have something to be looked at ([`look`]): a renewal that was begun, or a certificate that ends within
/// `ahead`. One pass over the list, however many companies there are; `now` gives a company's time, or `None` to leave it out.
pub fn open(
    registry: &Registry,
    now: impl Fn(&ContextIdentifier) -> Option<Timestamp>,
    ahead: SignedDuration,
) -> HashSet<&ContextIdentifier> {
    let begun = registry.pending.iter().filter(|application| application.replaces.is_some());
    let begun = begun.map(|application| &application.context).filter(|company| now(company).is_some());
    let ending = registry.credentials.iter().filter_map(|record| {
        let company = record.companies.first().filter(|_| record.kind != CredentialKind::Token)?;
        let until = now(company)?.checked_add(ahead).unwrap_or(Timestamp::MAX);
        (!ends_after(record, until)).then_some(company)
    });
    begun.chain(ending).collect()
}

/// What is applied for in a certificate's place: the same kind of key, for the same companies, valid from now on.
#[must_use]
pub fn wish_for(record: &CredentialRecord, signed_in_with: Option<String>, today: Date) -> Wish {
    let key = record.certificate().and_then(|certificate| certificate.public_key_kind());
    Wish {
        kind: record.kind,
        name: default_name(record.kind, today),
        key: match key {
            Some(KeyKind::Rsa { .. }) => KeyKind::Rsa { bits: 2048 },
            _ => KeyKind::EcP256,
        },
        valid_from: None,
        companies: record.companies.clone(),
        signed_in_with,
        replaces: Some(record.id.clone()),
        owner: Some(record.owner.kind),
    }
}

/// A name that people recognize in KSeF's list: what it is for, and the day.
#[must_use]
pub fn default_name(kind: CredentialKind, today: Date) -> String {
    let kind = match kind {
        CredentialKind::Authentication => "authentication",
        CredentialKind::Offline => "offline",
        CredentialKind::Token => "token",
    };
    format!("bramka {kind} {today}")
}

/// Looks at the certificates that a company is the first of: takes up renewals that were begun, and begins those that are
/// due within `ahead`. The certificates of others, tokens and what was applied for by a person are left alone.
///
/// `client` is the company's way to KSeF; each login is ended again. `now` gives the company's time.
///
/// # Errors
/// Only when the list of credentials cannot be read or written; everything else is told in the [`Look`].
pub async fn look(
    vault: &Vault<FolderStore>,
    client: &KsefClient,
    company: &ContextIdentifier,
    ahead: SignedDuration,
    options: &FollowOptions,
    now: impl Fn() -> Timestamp,
) -> Result<Look, VaultError> {
    let mut look = Look::default();
    let registry = vault.registry().await?;
    for application in registry.pending.iter().filter(|application| application.context == *company) {
        let Some(replaced) = &application.replaces else { continue };
        let taken_up = take_up(vault, client, &registry, application, options, &now).await;
        note(vault, &mut look, replaced, taken_up, now()).await?;
    }
    // Read again: what was taken up may be there now.
    let registry = vault.registry().await?;
    let until = now().checked_add(ahead).unwrap_or(Timestamp::MAX);
    let is_ours = |record: &&CredentialRecord| record.companies.first() == Some(company);
    for record in due(&registry, now(), until).filter(is_ours) {
        let renewed = renew(vault, client, &registry, record, options, &now).await;
        note(vault, &mut look, &record.id, renewed, now()).await?;
    }
    Ok(look)
}

async fn renew(
    vault: &Vault<FolderStore>,
    client: &KsefClient,
    registry: &Registry,
    record: &CredentialRecord,
    options: &FollowOptions,
    now: &impl Fn() -> Timestamp,
) -> Result<Renewal, RenewalError> {
    let context = record.companies.first().ok_or(RenewalError::NoCertificate)?;
    // A certificate that logs in renews itself; for an Offline one the company logs in as usual.
    let signer = match record.kind {
        CredentialKind::Authentication => Some(record),
        CredentialKind::Offline | CredentialKind::Token => registry.login_certificate_of(context, now()),
    };
    let signer = signer.ok_or(RenewalError::NoCertificate)?;
    let access = Access::new(client.clone(), context.clone(), login_of(vault, signer).await?);
    let outcome = async {
        let offer = offer(&access).await?;
        let zone = jiff::tz::TimeZone::get("Europe/Warsaw").unwrap_or(jiff::tz::TimeZone::UTC);
        let wish = wish_for(record, Some(signer.id.clone()), now().to_zoned(zone).date());
        let application = apply(vault, &access, &offer, &wish, now()).await?;
        follow(vault, &access, &application.id, options, now).await
    };
    let outcome = outcome.await;
    log_out(&access).await;
    Ok(renewal_of(outcome?))
}

/// Takes up a renewal that was begun.
async fn take_up(
    vault: &Vault<FolderStore>,
    client: &KsefClient,
    registry: &Registry,
    application: &PendingApplication,
    options: &FollowOptions,
    now: &impl Fn() -> Timestamp,
) -> Result<Renewal, RenewalError> {
    // Only its owner sees an application: the certificate that applied, else the company's own.
    let applied_with = application.signed_in_with.as_deref().and_then(|id| registry.credential(id).ok());
    let signer = applied_with
        .filter(|record| record.is_valid(now()))
        .or_else(|| registry.login_certificate_of(&application.context, now()))
        .ok_or(RenewalError::NoCertificate)?;
    let access = Access::new(client.clone(), application.context.clone(), login_of(vault, signer).await?);
    let outcome = follow(vault, &access, &application.id, options, now).await;
    log_out(&access).await;
    let is_lost = matches!(outcome, Ok(Progress::NotFound))
        && now().duration_since(application.prepared_at) >= LOST_AFTER;
    if is_lost {
        // KSeF decides within minutes. What its list does not have after a day never arrived, and blocks no new one.
        drop_application(vault, &application.id).await?;
    }
    Ok(renewal_of(outcome?))
}

fn renewal_of(progress: Progress) -> Renewal {
    match progress {
        Progress::Issued(record) => Renewal::Renewed(record),
        Progress::Waiting | Progress::NotFound => Renewal::Waiting,
    }
}

/// Ends a login; one that cannot be ended runs out by itself.
async fn log_out(access: &Access) {
    if let Err(error) = access.logout().await {
        tracing::debug!(%error, "a login was not ended");
    }
}

/// Notes what came of a certificate beside it and in the look.
async fn note(
    vault: &Vault<FolderStore>,
    look: &mut Look,
    id: &str,
    outcome: Result<Renewal, RenewalError>,
    now: Timestamp,
) -> Result<(), VaultError> {
    let renewal = match outcome {
        // Asking failed, or the answer was lost, after the application was written down: it is taken up.
        Err(RenewalError::Enrollment(EnrollmentError::Call(error))) if is_applied_for(vault, id).await? => {
            tracing::debug!(%error, "an application is taken up later");
            Renewal::Waiting
        }
        Err(error) => Renewal::Failed(error),
        Ok(renewal) => renewal,
    };
    let result = match &renewal {
        Renewal::Renewed(record) => RenewalResult::Replaced { by: record.id.clone() },
        Renewal::Waiting => RenewalResult::Waiting,
        Renewal::Failed(error) => RenewalResult::Failed { cause: error.to_string() },
    };
    let noted = vault
        .change_registry(|registry| {
            match registry.note_renewal(id, RenewalNote { at: now, result }) {
                // Whoever removed the certificate meanwhile wants no note of it.
                Ok(()) | Err(RegistryError::NoCredential { .. }) => {}
                Err(error) => tracing::warn!(%error, "a renewal was not noted"),
            }
            Ok::<_, VaultError>(())
        })
        .await;
    look.renewals.push((id.to_owned(), renewal));
    noted
}

async fn is_applied_for(vault: &Vault<FolderStore>, id: &str) -> Result<bool, VaultError> {
    let registry = vault.registry().await?;
    Ok(registry.pending.iter().any(|application| application.replaces.as_deref() == Some(id)))
}

fn ends_after(record: &CredentialRecord, until: Timestamp) -> bool {
    record.certificate().is_some_and(|certificate| certificate.not_after() > until)
}

/// How long after it was written down an application that KSeF does not have is given up.
const LOST_AFTER: SignedDuration = SignedDuration::from_hours(24);
