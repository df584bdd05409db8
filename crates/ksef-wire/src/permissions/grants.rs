//! Bodies of the seven ways to grant.

use super::identifiers::{
    AuthorizedEntityType, FingerprintIdentifierType, NipIdentifierType, NipVatUeIdentifierType,
    OptionalIdentifier, PermissionContextType, PermissionTargetType,
};
use super::subjects::{
    EntityDetails, EuEntityDetails, EuEntityPermissionSubjectDetails, PersonPermissionSubjectDetails,
};
use super::types::{
    EntityAuthorizationPermissionType, EntityPermissionType, EuEntityPermissionType, PersonPermissionType,
};
use crate::SubjectIdentifierType;
use crate::auth::TypedIdentifier;
use serde::{Deserialize, Serialize};

/// Body of `POST /permissions/persons/grants`: work in the context of the login.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PersonPermissionsGrantRequest {
    /// To whom.
    pub subject_identifier: TypedIdentifier<SubjectIdentifierType>,
    /// What, each once.
    pub permissions: Vec<PersonPermissionType>,
    /// What for, 5 to 256 characters.
    pub description: String,
    /// Who that is.
    pub subject_details: PersonPermissionSubjectDetails,
}

/// A permission of an entity, and whether the entity may pass it on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EntityPermission {
    /// What is permitted.
    #[serde(rename = "type")]
    pub kind: EntityPermissionType,
    /// Whether it may be passed on.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub can_delegate: bool,
}

/// Body of `POST /permissions/entities/grants`: handling the invoices of the context.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EntityPermissionsGrantRequest {
    /// To whom.
    pub subject_identifier: TypedIdentifier<NipIdentifierType>,
    /// What, each once.
    pub permissions: Vec<EntityPermission>,
    /// What for, 5 to 256 characters.
    pub description: String,
    /// Who that is.
    pub subject_details: EntityDetails,
}

/// Body of `POST /permissions/authorizations/grants`: acting in one's own context for this one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EntityAuthorizationPermissionsGrantRequest {
    /// To whom.
    pub subject_identifier: TypedIdentifier<AuthorizedEntityType>,
    /// What.
    pub permission: EntityAuthorizationPermissionType,
    /// What for, 5 to 256 characters.
    pub description: String,
    /// Who that is.
    pub subject_details: EntityDetails,
}

/// Body of `POST /permissions/indirect/grants`: handling the invoices of a client who allowed to pass that on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct IndirectPermissionsGrantRequest {
    /// To whom.
    pub subject_identifier: TypedIdentifier<SubjectIdentifierType>,
    /// For which client; absent means all of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_identifier: Option<OptionalIdentifier<PermissionTargetType>>,
    /// What, each once.
    pub permissions: Vec<EntityPermissionType>,
    /// What for, 5 to 256 characters.
    pub description: String,
    /// Who that is.
    pub subject_details: PersonPermissionSubjectDetails,
}

/// Body of `POST /permissions/subunits/grants`: administering a unit, which is made by it, or a subordinate entity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SubunitPermissionsGrantRequest {
    /// To whom.
    pub subject_identifier: TypedIdentifier<SubjectIdentifierType>,
    /// The unit or the subordinate entity.
    pub context_identifier: TypedIdentifier<PermissionContextType>,
    /// What for, 5 to 256 characters.
    pub description: String,
    /// The unit's name, 5 to 256 characters; required for a unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subunit_name: Option<String>,
    /// Who that is.
    pub subject_details: PersonPermissionSubjectDetails,
}

/// Body of `POST /permissions/eu-entities/administration/grants`: administering an EU entity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EuEntityAdministrationPermissionsGrantRequest {
    /// To whom.
    pub subject_identifier: TypedIdentifier<FingerprintIdentifierType>,
    /// The NIP of the login's context with the EU entity's number.
    pub context_identifier: TypedIdentifier<NipVatUeIdentifierType>,
    /// What for, 5 to 256 characters.
    pub description: String,
    /// The EU entity's name, 5 to 256 characters.
    pub eu_entity_name: String,
    /// Who that is.
    pub subject_details: EuEntityPermissionSubjectDetails,
    /// The EU entity.
    pub eu_entity_details: EuEntityDetails,
}

/// Body of `POST /permissions/eu-entities/grants`: representing the EU entity of the context.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EuEntityPermissionsGrantRequest {
    /// To whom.
    pub subject_identifier: TypedIdentifier<FingerprintIdentifierType>,
    /// What, each once.
    pub permissions: Vec<EuEntityPermissionType>,
    /// What for, 5 to 256 characters.
    pub description: String,
    /// Who that is.
    pub subject_details: EuEntityPermissionSubjectDetails,
}
