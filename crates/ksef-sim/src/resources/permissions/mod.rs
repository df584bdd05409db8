//! Permissions: granted, revoked, listed. Requests are checked here, decided in `domain::permissions`.

pub(crate) mod eu_grants;
pub(crate) mod grants;
mod listing;
pub(crate) mod operations;
pub(crate) mod queries;
pub(crate) mod role_queries;
mod subjects;

use crate::domain::permissions::{Asker, Work};
use crate::faults::{Fault, Site, Target};
use crate::http::Shared;
use crate::http::call::{Call, Reply};
use crate::http::errors::Refusal;
use axum::http::StatusCode;
use jiff::SignedDuration;
use ksef_wire::PermissionsOperationResponse;
use ksef_wire::codes::PermissionOperationStatusCode;

/// Accepts an operation: 202 with its number.
fn begin(shared: &Shared, call: &Call, work: Work) -> Result<Reply, Refusal> {
    let caller = call.caller()?;
    let mut world = shared.world();
    let delay = match world.faults.take(Site::Permission, Target::Operation(call.operation), call.now) {
        Some(Fault::PermissionDelay { for_s }) => SignedDuration::from_secs(i64::from(for_s)),
        _ => SignedDuration::ZERO,
    };
    let end = world.faults.outcome(call.operation, call.now);
    let end = end.map(|(code, _)| PermissionOperationStatusCode(code));
    let asker = Asker { context: &caller.context, subject: &caller.subject, rights: &caller.rights };
    let reference_number = world.begin_permission_operation(&asker, work, delay, end, call.now);
    Ok(Reply::json(StatusCode::ACCEPTED, &PermissionsOperationResponse { reference_number }))
}
