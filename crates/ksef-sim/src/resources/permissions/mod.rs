//! Permissions: granted, revoked, listed. Requests are checked here, decided in `domain::permissions`.

pub(crate) mod eu_grants;
pub(crate) mod grants;
mod listing;
pub(crate) mod operations;
pub(crate) mod queries;
pub(crate) mod role_queries;
mod subjects;

use crate::domain::permissions::Work;
use crate::http::Shared;
use crate::http::call::{Call, Reply};
use crate::http::errors::Refusal;
use axum::http::StatusCode;
use ksef_wire::PermissionsOperationResponse;

/// Accepts an operation: 202 with its number.
fn begin(shared: &Shared, call: &Call, work: Work) -> Result<Reply, Refusal> {
    let caller = call.caller()?;
    let mut world = shared.world();
    let reference_number =
        world.begin_permission_operation(&caller.context, &caller.subject, &caller.rights, work, call.now);
    Ok(Reply::json(StatusCode::ACCEPTED, &PermissionsOperationResponse { reference_number }))
}
