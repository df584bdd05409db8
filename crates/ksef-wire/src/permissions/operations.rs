//! The operations that grants and revocations are, and the consent to attachments.

use crate::{ApiTime, StatusInfo};
use ksef_id::ReferenceNumber;
use serde::{Deserialize, Serialize};

/// Answer of every grant and revocation (202).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PermissionsOperationResponse {
    /// The operation (`EG`).
    pub reference_number: ReferenceNumber,
}

/// Answer of `GET /permissions/operations/{referenceNumber}`, kept for 30 days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PermissionsOperationStatusResponse {
    /// The status; codes in [`crate::codes::PermissionOperationStatusCode`].
    pub status: StatusInfo,
}

/// Answer of `GET /permissions/attachments/status`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CheckAttachmentPermissionStatusResponse {
    /// Whether invoices of the context may have attachments.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_attachment_allowed: Option<bool>,
    /// Until when they may, once the consent was withdrawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked_date: Option<ApiTime>,
}
