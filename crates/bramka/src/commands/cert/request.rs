//! Applying for certificates, following applications, renewing.

use std::process::ExitCode;
use std::time::Duration;

use connection::enrollment::{FollowOptions, Offer, Progress, Wish, apply, follow, offer};
use connection::renewal;
use gateway_vault::{CredentialKind, CredentialRecord, OwnerKind, PendingApplication};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use ksef_client::Access;
use ksef_crypto::KeyKind;
use serde_json::json;

use super::{Desk, described, log_out, shown, signed_outside, token_cannot_apply};
use crate::cli::{KeyTypeName, ListFormat, OwnerName, RenewCerts, RequestCert, ResumeCerts};
use crate::commands::credential;
use crate::failure::Failure;

pub(super) async fn request(desk: &Desk, arguments: &RequestCert) -> Result<ExitCode, Failure> {
    let mut companies = vec![arguments.company.clone()];
    companies.extend(arguments.also.iter().filter(|also| **also != arguments.company).cloned());
    let registry = desk.vault.registry().await?;
    for company in &companies {
        registry.company(company)?;
    }
    let mut company = desk.company(&arguments.company, arguments.with.as_deref()).await?;
    let is_outside = arguments.outside.document.is_some();
    if company.has_token() && !is_outside {
        return Err(token_cannot_apply());
    }
    let kind = CredentialKind::from(arguments.kind);
    let wish = Wish {
        kind,
        name: arguments.name.clone().unwrap_or_else(|| renewal::default_name(kind, today())),
        key: match arguments.key_type {
            KeyTypeName::EcP256 => KeyKind::EcP256,
            KeyTypeName::Rsa2048 => KeyKind::Rsa { bits: 2048 },
        },
        valid_from: arguments.valid_from,
        companies,
        signed_in_with: company.record.as_ref().map(|record| record.id.clone()).filter(|_| !is_outside),
        replaces: None,
        owner: arguments.owner.map(|owner| match owner {
            OwnerName::Person => OwnerKind::Person,
            OwnerName::Firm => OwnerKind::Firm,
            OwnerName::Office => OwnerKind::Office,
        }),
    };
    connection::enrollment::check_name(&wish.name)?;
    let access = match &arguments.outside.document {
        Some(document) => signed_outside::log_in(desk, &company, &arguments.outside, document).await?,
        None => company.access()?,
    };
    let outcome = applied(desk, &access, &wish, !arguments.no_wait).await;
    log_out(&access).await;
    Ok(ExitCode::from(show(desk, outcome?)))
}

/// Where an application stands at the end of a command.
struct Standing {
    application: PendingApplication,
    progress: Progress,
}

async fn applied(desk: &Desk, access: &Access, wish: &Wish, waits: bool) -> Result<Standing, Failure> {
    let offer = offer(access).await?;
    tell_offer(desk, &offer);
    let application = match apply(&desk.vault, access, &offer, wish, Timestamp::now()).await {
        Ok(application) => application,
        Err(connection::enrollment::EnrollmentError::Call(error)) if !error.was_certainly_not_done() => {
            return Err(Failure::new(
                format!("nie wiadomo, czy wniosek dotarł do KSeF ({error}); klucz jest zachowany: bramka cert resume"),
                format!("nobody knows whether the application reached KSeF ({error}); its key is kept: bramka cert resume"),
            )
            .with_exit_code(EXIT_STILL_OPEN));
        }
        Err(error) => return Err(error.into()),
    };
    let wait_max = if waits { WAIT_MAX } else { Duration::ZERO };
    let options = FollowOptions { poll_delay: POLL_DELAY, wait_max };
    let progress = match follow(&desk.vault, access, &application.id, &options, Timestamp::now).await {
        // Asking failed, not applying: the application goes on, and is taken up later.
        Err(connection::enrollment::EnrollmentError::Call(error)) => {
            desk.say(
                &format!("stanu wniosku nie udało się sprawdzić ({error})"),
                &format!("the application's state could not be asked for ({error})"),
            );
            Progress::Waiting
        }
        outcome => outcome?,
    };
    Ok(Standing { application, progress })
}

/// Whose the certificate becomes, and what is left: said before anything is applied for.
fn tell_offer(desk: &Desk, offer: &Offer) {
    let whose = offer.whose();
    if offer.is_persons() {
        desk.say(
            &format!("Certyfikat będzie należał do osoby, która się zalogowała: {whose}. Działa wszędzie tam, gdzie ona ma uprawnienia, i tylko ona może go unieważnić."),
            &format!("The certificate will belong to the person who logged in: {whose}. It works wherever that person has rights, and only they can revoke it."),
        );
    } else {
        desk.say(
            &format!("Certyfikat będzie należał do firmy, która się zalogowała: {whose}. W jej kontekście ma wszystkie uprawnienia właściciela."),
            &format!("The certificate will belong to the firm that logged in: {whose}. In that firm's context it has all of an owner's rights."),
        );
    }
    let (enrollment, certificate) = (offer.limits.enrollment, offer.limits.certificate);
    desk.say(
        &format!(
            "Limit: wnioski {} z {}, certyfikaty {} z {} (unieważnienie nie zwraca wniosku).",
            enrollment.remaining, enrollment.limit, certificate.remaining, certificate.limit
        ),
        &format!(
            "Quota left: applications {} of {}, certificates {} of {} (revoking gives no application back).",
            enrollment.remaining, enrollment.limit, certificate.remaining, certificate.limit
        ),
    );
}

/// Shows where an application stands; gives the exit code that it means.
fn show(desk: &Desk, standing: Standing) -> u8 {
    if desk.format == ListFormat::Json {
        let issued = match &standing.progress {
            Progress::Issued(record) => Some(credential::shown(record)),
            Progress::Waiting | Progress::NotFound => None,
        };
        let state = match &standing.progress {
            Progress::Issued(_) => "issued",
            Progress::Waiting => "waiting",
            Progress::NotFound => "notFound",
        };
        println!(
            "{}",
            json!({ "application": shown(&standing.application), "state": state, "credential": issued })
        );
    }
    match &standing.progress {
        Progress::Issued(record) => {
            desk.say(&credential::described(record, desk.lang), &credential::described(record, desk.lang));
            0
        }
        Progress::Waiting => {
            let line = described(&standing.application, desk.lang);
            desk.say(
                &format!("KSeF jeszcze rozpatruje wniosek: {line}\nDokończ później: bramka cert resume"),
                &format!("KSeF is still at the application: {line}\nFinish it later: bramka cert resume"),
            );
            EXIT_STILL_OPEN
        }
        Progress::NotFound => {
            let line = described(&standing.application, desk.lang);
            desk.say(
                &format!("KSeF nie ma certyfikatu z tym kluczem: {line}\nSprawdź ponownie za kilka minut (bramka cert resume); jeśli go nie będzie, wniosek nie dotarł: bramka cert drop"),
                &format!("KSeF has no certificate with this key: {line}\nLook again in some minutes (bramka cert resume); if it is not there then, the application did not arrive: bramka cert drop"),
            );
            EXIT_STILL_OPEN
        }
    }
}

pub(super) async fn resume(desk: &Desk, arguments: &ResumeCerts) -> Result<ExitCode, Failure> {
    let registry = desk.vault.registry().await?;
    for id in &arguments.ids {
        registry.application(id)?;
    }
    let wanted = |application: &&PendingApplication| {
        arguments.ids.is_empty() || arguments.ids.contains(&application.id)
    };
    let mut worst = 0;
    for application in registry.pending.iter().filter(wanted) {
        // Only its owner sees an application: the certificate that applied, else the company's own.
        let applied_with = application.signed_in_with.as_deref().filter(|id| registry.credential(id).is_ok());
        let mut company =
            desk.company(&application.context, arguments.with.as_deref().or(applied_with)).await?;
        let access = match &arguments.outside.document {
            Some(document) => signed_outside::log_in(desk, &company, &arguments.outside, document).await?,
            None => company.access()?,
        };
        let options = FollowOptions { poll_delay: POLL_DELAY, wait_max: WAIT_MAX };
        let outcome = follow(&desk.vault, &access, &application.id, &options, Timestamp::now).await;
        log_out(&access).await;
        let code = match outcome {
            Ok(progress) => show(desk, Standing { application: application.clone(), progress }),
            // One that fails does not keep the others from being finished.
            Err(error) => told(desk, error.into()),
        };
        worst = worst.max(code);
    }
    if registry.pending.is_empty() {
        desk.say("nie ma niedokończonych wniosków", "there are no unfinished applications");
    }
    Ok(ExitCode::from(worst))
}

pub(super) async fn renew(desk: &Desk, arguments: &RenewCerts) -> Result<ExitCode, Failure> {
    let registry = desk.vault.registry().await?;
    let now = Timestamp::now();
    let mut due = Vec::new();
    for id in &arguments.ids {
        due.push(registry.credential(id)?);
    }
    if arguments.ids.is_empty() {
        let until = now + jiff::SignedDuration::from_hours(24 * i64::from(arguments.within));
        due.extend(renewal::due(&registry, now, until));
    }
    let mut worst = 0;
    for record in &due {
        let line = credential::described(record, desk.lang);
        if arguments.dry_run {
            desk.say(&format!("do odnowienia: {line}"), &format!("to be renewed: {line}"));
            continue;
        }
        desk.say(&format!("odnawianie: {line}"), &format!("renewing: {line}"));
        let code = match renewed(desk, record, !arguments.no_wait).await {
            Ok(standing) => show(desk, standing),
            Err(failure) => told(desk, failure),
        };
        worst = worst.max(code);
    }
    if due.is_empty() {
        desk.say("nic nie wygasa w tym czasie", "nothing expires by then");
    }
    Ok(ExitCode::from(worst))
}

async fn renewed(desk: &Desk, record: &CredentialRecord, waits: bool) -> Result<Standing, Failure> {
    let no_company = || {
        Failure::new(
            format!("poświadczenie {} nie obsługuje żadnej firmy: bramka credential attach", record.id),
            format!("the credential {} serves no company: bramka credential attach", record.id),
        )
    };
    let context = record.companies.first().ok_or_else(no_company)?;
    // A certificate that logs in renews itself; for an Offline one the company logs in as usual.
    let with = (record.kind == CredentialKind::Authentication).then_some(record.id.as_str());
    let mut company = desk.company(context, with).await?;
    if company.has_token() || record.kind == CredentialKind::Token {
        return Err(token_cannot_apply());
    }
    let signer = company.record.as_ref().map(|record| record.id.clone());
    let wish = renewal::wish_for(record, signer, today());
    let access = company.access()?;
    let outcome = applied(desk, &access, &wish, waits).await;
    log_out(&access).await;
    outcome
}

/// Tells a failure among several; gives the exit code that it means.
fn told(desk: &Desk, failure: Failure) -> u8 {
    eprintln!("bramka: {}", failure.words(desk.lang));
    failure.exit_code
}

/// Today in Poland.
fn today() -> jiff::civil::Date {
    let zone = TimeZone::get("Europe/Warsaw").unwrap_or(TimeZone::UTC);
    Timestamp::now().to_zoned(zone).date()
}

const EXIT_STILL_OPEN: u8 = 3;
const POLL_DELAY: Duration = Duration::from_millis(500);
const WAIT_MAX: Duration = Duration::from_secs(120);
