//! `bramka permission`: who may do what, granting it and taking it back.

mod check;
mod grant;
mod list;
mod subjects;

use std::process::ExitCode;
use std::time::Duration;

use ksef_client::{Access, CallError};
use ksef_id::{ContextIdentifier, ReferenceNumber};
use ksef_wire::codes::PermissionOperationStatusCode;
use ksef_wire::{PermissionsOperationResponse, StatusInfo};
use serde_json::json;

use super::{connected, guide};
use crate::cli::{self, ListFormat, PermissionCommand};
use crate::failure::Failure;
use crate::vault_access;

pub(crate) async fn run(arguments: cli::Permission, lang: cli::Lang) -> Result<ExitCode, Failure> {
    let desk = Desk { arguments: &arguments, lang };
    match &arguments.command {
        PermissionCommand::List(list) => list::list(&desk, list).await,
        PermissionCommand::Grant(grant) => grant::grant(&desk, grant).await,
        PermissionCommand::Revoke(revoke) => {
            let access = desk.access(&revoke.company).await?;
            let asked = if revoke.authorization {
                access.revoke_authorization(&revoke.id).await
            } else {
                access.revoke_permission(&revoke.id).await
            };
            desk.finish(&access, asked, !revoke.no_wait).await
        }
        PermissionCommand::Status(status) => {
            let access = desk.access(&status.company).await?;
            let outcome = access.permission_operation(&status.reference).await;
            log_out(&access).await;
            Ok(ExitCode::from(desk.show(&status.reference, &outcome?.status)))
        }
        PermissionCommand::Check(check) => check::check(&desk, check).await,
        PermissionCommand::Guide(arguments) => guide::run(arguments, lang),
    }
}

/// What every command here works with.
struct Desk<'a> {
    arguments: &'a cli::Permission,
    lang: cli::Lang,
}

impl Desk<'_> {
    async fn access(&self, context: &ContextIdentifier) -> Result<Access, Failure> {
        let data = vault_access::data_folder(self.arguments.data.as_deref())?;
        connected::one(&data, self.arguments.config.as_deref(), context, self.lang).await?.access()
    }

    fn is_json(&self) -> bool {
        self.arguments.format == ListFormat::Json
    }

    /// Waits until KSeF has done what was asked for, and shows how it ended.
    async fn finish(
        &self,
        access: &Access,
        asked: Result<PermissionsOperationResponse, CallError>,
        waits: bool,
    ) -> Result<ExitCode, Failure> {
        let outcome = match asked {
            Ok(answer) => {
                let wait_max = if waits { WAIT_MAX } else { Duration::ZERO };
                followed(access, &answer.reference_number, wait_max).await.map(|status| (answer, status))
            }
            Err(error) => Err(error),
        };
        log_out(access).await;
        let (answer, status) = outcome.map_err(|error| {
            let is_refused = matches!(error, CallError::Refused { .. });
            let failure = Failure::from(error);
            if is_refused { failure.with_exit_code(EXIT_REFUSED) } else { failure }
        })?;
        Ok(ExitCode::from(self.show(&answer.reference_number, &status)))
    }

    /// Shows how an operation stands; gives the exit code that it means.
    fn show(&self, reference: &ReferenceNumber, status: &StatusInfo) -> u8 {
        let code = PermissionOperationStatusCode(status.code);
        let (exit_code, words) = match code {
            PermissionOperationStatusCode::SUCCESS => (0, ["wykonano", "done"]),
            PermissionOperationStatusCode::ACCEPTED => (
                EXIT_STILL_OPEN,
                [
                    "KSeF jeszcze to wykonuje (bywa, że godzinami); sprawdź później: bramka permission status",
                    "KSeF is still at it (it may take hours); look later: bramka permission status",
                ],
            ),
            PermissionOperationStatusCode::IDENTIFIERS_MISMATCH => (
                EXIT_REFUSED,
                [
                    "KSeF odmówił: identyfikatory nie pasują do siebie; sprawdź NIP, PESEL lub odcisk palca",
                    "KSeF refused: the identifiers do not fit each other; check NIP, PESEL or fingerprint",
                ],
            ),
            PermissionOperationStatusCode::NOT_PERMITTED => (
                EXIT_REFUSED,
                [
                    "KSeF odmówił: kto się zalogował, nie może tego nadać (potrzebne CredentialsManage albo SubunitManage)",
                    "KSeF refused: whoever logged in may not grant this (it takes CredentialsManage or SubunitManage)",
                ],
            ),
            PermissionOperationStatusCode::CONTEXT_ROLE_MISMATCH => (
                EXIT_REFUSED,
                [
                    "KSeF odmówił: ta firma nie ma roli, której wymaga to uprawnienie",
                    "KSeF refused: this company has not the role that the permission takes",
                ],
            ),
            PermissionOperationStatusCode::RELATION_NOT_ALLOWED => (
                EXIT_REFUSED,
                [
                    "KSeF odmówił: między tymi podmiotami tak nadać nie można (np. sobie samemu)",
                    "KSeF refused: this cannot be granted between these two (such as to oneself)",
                ],
            ),
            PermissionOperationStatusCode::IDENTIFIER_NOT_ALLOWED => (
                EXIT_REFUSED,
                [
                    "KSeF odmówił: dla identyfikatora tego rodzaju tego nie można",
                    "KSeF refused: not for an identifier of this kind",
                ],
            ),
            _ => (EXIT_REFUSED, ["nie wykonano", "not done"]),
        };
        if self.is_json() {
            println!("{}", json!({ "referenceNumber": reference, "status": status, "exitCode": exit_code }));
        } else {
            let details = status.details.as_deref().unwrap_or_default().join("; ");
            let said = format!("{} {} {details}", status.code, status.description);
            println!("{}  ({})  {reference}", self.lang.pick(words[0], words[1]), said.trim());
        }
        exit_code
    }
}

/// Asks for the status until there is a verdict, or the time is over.
async fn followed(
    access: &Access,
    reference: &ReferenceNumber,
    wait_max: Duration,
) -> Result<StatusInfo, CallError> {
    let (mut waited, mut delay) = (Duration::ZERO, POLL_DELAY_MIN);
    loop {
        let status = access.permission_operation(reference).await?.status;
        let is_open = PermissionOperationStatusCode(status.code) == PermissionOperationStatusCode::ACCEPTED;
        if !is_open || waited >= wait_max {
            return Ok(status);
        }
        tokio::time::sleep(delay).await;
        waited += delay;
        delay = (delay * 2).min(POLL_DELAY_MAX);
    }
}

/// Ends a login; one that cannot be ended runs out by itself.
async fn log_out(access: &Access) {
    if let Err(error) = access.logout().await {
        tracing::debug!(%error, "a login was not ended");
    }
}

const EXIT_REFUSED: u8 = 1;
const EXIT_STILL_OPEN: u8 = 3;
const POLL_DELAY_MIN: Duration = Duration::from_millis(300);
const POLL_DELAY_MAX: Duration = Duration::from_secs(5);
const WAIT_MAX: Duration = Duration::from_secs(60);
