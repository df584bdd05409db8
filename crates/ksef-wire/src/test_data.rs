//! Test data: subjects, persons, permissions and consents that exist on TEST only.

use crate::auth::TypedIdentifier;
use crate::open_enum::open_enum;
use crate::{ApiTime, SubjectIdentifierType};
use jiff::civil::Date;
use ksef_id::{ContextType, Nip};
use serde::{Deserialize, Serialize};

open_enum! {
    /// What a test subject is.
    pub enum SubjectType {
        /// A bailiff's office or another enforcement authority.
        EnforcementAuthority,
        /// A VAT group.
        VatGroup,
        /// A unit of local government.
        JST,
    }
}

/// A subordinate unit of a VAT group or a local government.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Subunit {
    /// Its NIP.
    pub subject_nip: Nip,
    /// 5 to 256 characters.
    pub description: String,
}

/// Body of `POST /testdata/subject`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SubjectCreateRequest {
    /// Its NIP.
    pub subject_nip: Nip,
    /// What it is.
    pub subject_type: SubjectType,
    /// Its units.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subunits: Option<Vec<Subunit>>,
    /// 5 to 256 characters.
    pub description: String,
    /// Since when it exists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_date: Option<ApiTime>,
}

/// Body of `POST /testdata/subject/remove`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SubjectRemoveRequest {
    /// Its NIP.
    pub subject_nip: Nip,
}

/// Body of `POST /testdata/person`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PersonCreateRequest {
    /// The NIP of which the person becomes owner.
    pub nip: Nip,
    /// The person's PESEL.
    pub pesel: String,
    /// Whether the person is a bailiff.
    pub is_bailiff: bool,
    /// 5 to 256 characters.
    pub description: String,
    /// Whether the person is dead: logging in then ends with 470.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_deceased: bool,
    /// Since when the person is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_date: Option<ApiTime>,
}

/// Body of `POST /testdata/person/remove`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PersonRemoveRequest {
    /// The person's NIP.
    pub nip: Nip,
}

open_enum! {
    /// How the context of test permissions is known.
    pub enum TestDataContextIdentifierType {
        /// By NIP.
        Nip,
    }
}

open_enum! {
    /// A permission that test data can give.
    pub enum TestDataPermissionType {
        /// Reading invoices.
        InvoiceRead,
        /// Sending invoices.
        InvoiceWrite,
        /// Looking at all sessions of the context.
        Introspection,
        /// Reading permissions.
        CredentialsRead,
        /// Giving permissions.
        CredentialsManage,
        /// A bailiff's operations.
        EnforcementOperations,
        /// Managing subunits.
        SubunitManage,
        /// Managing collective identifiers.
        CollectiveIdentifierManage,
    }
}

/// A permission with its description.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TestDataPermission {
    /// 5 to 256 characters.
    pub description: String,
    /// What is permitted.
    pub permission_type: TestDataPermissionType,
}

/// Body of `POST /testdata/permissions`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TestDataPermissionsGrantRequest {
    /// Where.
    pub context_identifier: TypedIdentifier<TestDataContextIdentifierType>,
    /// To whom.
    pub authorized_identifier: TypedIdentifier<SubjectIdentifierType>,
    /// What.
    pub permissions: Vec<TestDataPermission>,
}

/// Body of `POST /testdata/permissions/revoke`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TestDataPermissionsRevokeRequest {
    /// Where.
    pub context_identifier: TypedIdentifier<TestDataContextIdentifierType>,
    /// From whom.
    pub authorized_identifier: TypedIdentifier<SubjectIdentifierType>,
}

/// Body of `POST /testdata/attachment`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AttachmentPermissionGrantRequest {
    /// Who may send invoices with attachments.
    pub nip: Nip,
}

/// Body of `POST /testdata/attachment/revoke`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AttachmentPermissionRevokeRequest {
    /// Who may no longer.
    pub nip: Nip,
    /// The last day on which the subject may; absent: at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected_end_date: Option<Date>,
}

/// Body of `POST /testdata/context/block` and `POST /testdata/context/unblock`
/// (`BlockContextAuthenticationRequest`, `UnblockContextAuthenticationRequest`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ContextAuthenticationRequest {
    /// The context.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub context_identifier: Option<TypedIdentifier<ContextType>>,
}

/// Body of `PUT /testdata/certificates/{serialNumber}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TestDataUpdateCertificateRequest {
    /// The new end of its validity, not after the present one.
    pub valid_to: ApiTime,
}
