//! An accounting office and its clients: who has granted the office what it needs, and who has not yet.

use gateway_vault::CompanyEnvironment;
use ksef_client::{Access, LoginError};
use ksef_id::ContextIdentifier;
use ksef_wire::codes::AuthStatusCode;

use crate::doctor::why_not_logged_in;
use crate::guide::{Guide, Reader, Surface, Topic};
use crate::{Finding, Needs, Rights, catalogue};

/// How a client stands with the office.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientGrant {
    /// The client's context.
    pub client: ContextIdentifier,
    /// How it stands.
    pub state: GrantState,
    /// What is wrong, each with the next step.
    pub findings: Vec<Finding>,
    /// What the client has to do, click by click; `None` when nothing.
    pub guide: Option<Guide>,
}

/// How a grant stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GrantState {
    /// Everything that is needed is there.
    Complete,
    /// Something is there, and not all that is needed.
    Partial,
    /// The client has granted nothing.
    Missing,
    /// It could not be found out, which says nothing of the grant.
    Unknown,
}

impl GrantState {
    /// Its stable name for programs.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::Partial => "partial",
            Self::Missing => "missing",
            Self::Unknown => "unknown",
        }
    }
}

/// Logs in to a client's context with the office's certificate, and compares the rights with those needed. The login is
/// ended again.
pub async fn check_grant(
    access: &Access,
    environment: &CompanyEnvironment,
    office: Option<&str>,
    needs: Needs,
) -> ClientGrant {
    let client = access.context().clone();
    let (state, findings) = match access.login().await {
        Ok(()) => {
            let found = match access.claims().await {
                Ok(claims) => compare(&Rights::of(&claims), needs),
                Err(error) => {
                    let cause = error.to_string();
                    (GrantState::Unknown, vec![catalogue::RIGHTS_UNREADABLE.found(&[("cause", &cause)])])
                }
            };
            // A login that cannot be ended runs out by itself.
            if let Err(error) = access.logout().await {
                tracing::debug!(%error, "a login was not ended");
            }
            found
        }
        Err(error) => {
            let state = match &error {
                LoginError::NotAccepted { code, .. }
                    if AuthStatusCode(*code) == AuthStatusCode::NO_PERMISSIONS =>
                {
                    GrantState::Missing
                }
                _ => GrantState::Unknown,
            };
            (state, vec![why_not_logged_in(access, &error)])
        }
    };
    let guide = matches!(state, GrantState::Missing | GrantState::Partial).then(|| {
        let company = client.nip().map(|nip| nip.to_string());
        let reader = Reader {
            surface: Surface::CommandLine,
            environment,
            company: company.as_deref(),
            grantee: office,
        };
        Topic::GrantOffice.guide(&reader)
    });
    ClientGrant { client, state, findings, guide }
}

fn compare(rights: &Rights, needs: Needs) -> (GrantState, Vec<Finding>) {
    let missing: Vec<Finding> = [
        (needs.view, rights.can_view(), &catalogue::CANNOT_VIEW),
        (needs.issue, rights.can_issue(), &catalogue::CANNOT_ISSUE),
        (needs.manage, rights.can_manage(), &catalogue::CANNOT_MANAGE),
    ]
    .into_iter()
    .filter(|(is_needed, can, _)| *is_needed && !can)
    .map(|(_, _, entry)| entry.found(&[]))
    .collect();
    if missing.is_empty() { (GrantState::Complete, missing) } else { (GrantState::Partial, missing) }
}
