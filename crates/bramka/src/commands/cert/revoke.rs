//! Ending a certificate in KSeF: for good, and apart from forgetting it here.

use std::io::{IsTerminal as _, Write as _};
use std::process::ExitCode;

use ksef_client::CallError;
use ksef_id::CertificateSerial;
use ksef_wire::{CertificateRevocationReason, RevokeCertificateRequest};
use serde_json::json;

use super::super::connected;
use super::{Desk, id_of, log_out, token_cannot_apply};
use crate::cli::{ListFormat, RevocationReasonName, RevokeCert};
use crate::failure::Failure;

pub(super) async fn revoke(desk: &Desk, arguments: &RevokeCert) -> Result<ExitCode, Failure> {
    let registry = desk.vault.registry().await?;
    let serial = serial_of(arguments, &registry)?;
    let here = id_of(&registry, serial.as_str());
    let mut company = desk.company(&arguments.company, None).await?;
    if company.has_token() {
        return Err(token_cannot_apply());
    }
    if company.record.as_ref().is_some_and(|record| Some(&record.id) == here.as_ref()) {
        desk.say(
            "Uwaga: tym certyfikatem firma się teraz loguje. Otwarte logowania działają jeszcze do 7 dni, nowe nie będą możliwe.",
            "Note: the company logs in with this certificate now. Logins that are open go on for up to 7 days, new ones will not be possible.",
        );
    }
    if !arguments.yes && !is_confirmed(&serial, desk)? {
        desk.say("nie unieważniono", "not revoked");
        return Ok(ExitCode::FAILURE);
    }
    let reason = match arguments.reason {
        RevocationReasonName::Unspecified => CertificateRevocationReason::Unspecified,
        RevocationReasonName::Superseded => CertificateRevocationReason::Superseded,
        RevocationReasonName::KeyCompromise => CertificateRevocationReason::KeyCompromise,
    };
    let access = company.access()?;
    let request = RevokeCertificateRequest { revocation_reason: Some(reason) };
    let outcome = access.revoke_certificate(&serial, &request).await;
    log_out(&access).await;
    outcome.map_err(|error| {
        let is_refused = matches!(error, CallError::Refused { .. });
        let failure = Failure::from(error);
        if is_refused { failure.with_exit_code(1) } else { failure }
    })?;
    if let Some(id) = &here {
        let now = connected::now_at(&company.environment).await;
        desk.vault.change_registry(|registry| Ok::<_, Failure>(registry.note_revoked(id, now)?)).await?;
    }
    if desk.format == ListFormat::Json {
        println!("{}", json!({ "revoked": serial, "credential": here }));
    }
    desk.say(&format!("unieważniono w KSeF: {serial}"), &format!("revoked in KSeF: {serial}"));
    if let Some(id) = here {
        desk.say(
            &format!("tutaj nadal jest; zapomnij go: bramka credential remove {id}"),
            &format!("it is still here; forget it: bramka credential remove {id}"),
        );
    }
    Ok(ExitCode::SUCCESS)
}

fn serial_of(
    arguments: &RevokeCert,
    registry: &gateway_vault::Registry,
) -> Result<CertificateSerial, Failure> {
    if let Ok(serial) = CertificateSerial::parse(&arguments.which) {
        return Ok(serial);
    }
    let record = registry.credential(&arguments.which)?;
    let serial = record.certificate().map(|certificate| certificate.serial_hex()).unwrap_or_default();
    CertificateSerial::parse(&serial).map_err(|_| {
        let id = &arguments.which;
        Failure::new(
            format!("{id} to nie certyfikat KSeF: nie ma czego unieważniać w KSeF"),
            format!("{id} is no certificate of KSeF: there is nothing to revoke in KSeF"),
        )
    })
}

/// Asks on a terminal; where nobody can be asked, `--yes` has to be said.
fn is_confirmed(serial: &CertificateSerial, desk: &Desk) -> Result<bool, Failure> {
    if !std::io::stdin().is_terminal() {
        return Err(Failure::new(
            "unieważnienia nie da się cofnąć: potwierdź je przez --yes",
            "there is no way back from revoking: confirm it with --yes",
        ));
    }
    print!("{} {serial}? [t/y/N] ", desk.lang.pick("Na zawsze unieważnić w KSeF", "Revoke for good in KSeF"));
    let mut answer = String::new();
    let read = std::io::stdout().flush().and_then(|()| std::io::stdin().read_line(&mut answer));
    read.map_err(|error| Failure::new(format!("terminal: {error}"), format!("terminal: {error}")))?;
    Ok(matches!(answer.trim().to_lowercase().as_str(), "t" | "tak" | "y" | "yes"))
}
