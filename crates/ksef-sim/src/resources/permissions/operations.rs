//! Revocations, the status of operations, and the consent to attachments.

use super::super::checks::length;
use super::begin;
use crate::clock::warsaw_date;
use crate::domain::permissions::Work;
use crate::http::Shared;
use crate::http::call::{Call, Reply};
use crate::http::errors::Refusal;
use ksef_wire::{
    ApiTime, CheckAttachmentPermissionStatusResponse, ForbiddenReason, PermissionsOperationStatusResponse,
};

/// `DELETE /permissions/common/grants/{permissionId}`
pub(crate) fn revoke(shared: &Shared, call: &Call) -> Result<Reply, Refusal> {
    let id = permission_id(call)?;
    begin(shared, call, Work::Revoke(id))
}

/// `DELETE /permissions/authorizations/grants/{permissionId}`
pub(crate) fn revoke_authorization(shared: &Shared, call: &Call) -> Result<Reply, Refusal> {
    let id = permission_id(call)?;
    begin(shared, call, Work::RevokeAuthorization(id))
}

/// `GET /permissions/operations/{referenceNumber}`
pub(crate) fn status(shared: &Shared, call: &Call) -> Result<Reply, Refusal> {
    let caller = call.caller()?;
    let reference = call.reference("referenceNumber")?;
    let mut world = shared.world();
    let operation = world.permission_operation(&reference).ok_or_else(|| {
        Refusal::validation(format!("Operacja o numerze referencyjnym {reference} nie została znaleziona."))
    })?;
    if operation.context != caller.context {
        return Err(Refusal::forbidden(ForbiddenReason::InsufficientResourceAccess));
    }
    if operation.is_gone(call.now) {
        return Err(Refusal::Gone);
    }
    Ok(Reply::ok(&PermissionsOperationStatusResponse { status: operation.status(call.now) }))
}

/// `GET /permissions/attachments/status`
pub(crate) fn attachments(shared: &Shared, call: &Call) -> Result<Reply, Refusal> {
    let context = &call.caller()?.context;
    let world = shared.world();
    Ok(Reply::ok(&CheckAttachmentPermissionStatusResponse {
        is_attachment_allowed: Some(world.test_data.may_attach(context, warsaw_date(call.now))),
        revoked_date: world.test_data.attachments_end(context).map(ApiTime),
    }))
}

/// The 36 characters of the path; whether they are anybody's is found out by the operation.
fn permission_id(call: &Call) -> Result<String, Refusal> {
    let text = call.parameter("permissionId");
    length("permissionId", text, 36, 36)?;
    Ok(text.to_ascii_lowercase())
}
