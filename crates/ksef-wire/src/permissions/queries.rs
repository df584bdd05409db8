//! The lists of permissions and roles. All are paged by `pageOffset` (from 0) and `pageSize` (10 to 100), newest first.

use super::identifiers::{
    AuthorizedEntityType, NipIdentifierType, OptionalIdentifier, PermissionAuthorType, PermissionContextType,
    PermissionTargetType,
};
use super::subjects::{
    EuEntityDetails, PermissionsSubjectEntityByIdentifierDetails, PermissionsSubjectEntityDetails,
    PermissionsSubjectPersonDetails,
};
use super::types::{
    EntityAuthorizationPermissionType, EntityPermissionType, EntityRoleType, EuEntityPermissionScope,
    PermissionState, PersonPermissionType, PersonPermissionsQueryType, PersonalPermissionType, QueryType,
    SubordinateEntityRoleType, SubunitPermissionScope,
};
use crate::auth::TypedIdentifier;
use crate::{ApiTime, SubjectIdentifierType};
use serde::{Deserialize, Serialize};

/// Body of `POST /permissions/query/personal/grants`: what the caller has.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PersonalPermissionsQueryRequest {
    /// Only what works in this context.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub context_identifier: Option<TypedIdentifier<PermissionContextType>>,
    /// Only what was passed on for this client.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_identifier: Option<OptionalIdentifier<PermissionTargetType>>,
    /// Only these permissions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permission_types: Option<Vec<PersonalPermissionType>>,
    /// Only those in this state.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permission_state: Option<PermissionState>,
}

/// A permission of the caller.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PersonalPermission {
    /// Its identifier, 36 characters.
    pub id: String,
    /// Where it works, when that is one place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub context_identifier: Option<TypedIdentifier<PermissionContextType>>,
    /// To whom it was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authorized_identifier: Option<TypedIdentifier<SubjectIdentifierType>>,
    /// For which client, when it was passed on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_identifier: Option<OptionalIdentifier<PermissionTargetType>>,
    /// What is permitted.
    pub permission_scope: PersonalPermissionType,
    /// What for.
    pub description: String,
    /// The person, when one was named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject_person_details: Option<PermissionsSubjectPersonDetails>,
    /// The entity, when one was named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject_entity_details: Option<PermissionsSubjectEntityDetails>,
    /// Whether it works.
    pub permission_state: PermissionState,
    /// Since when.
    pub start_date: ApiTime,
    /// Whether it may be passed on.
    pub can_delegate: bool,
}

/// Answer of `POST /permissions/query/personal/grants`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct QueryPersonalPermissionsResponse {
    /// The page.
    pub permissions: Vec<PersonalPermission>,
    /// What the caller may do as the context's owner (since 2.9.0).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner_permissions: Option<Vec<PersonPermissionType>>,
    /// Whether there is a next page.
    pub has_more: bool,
}

/// Body of `POST /permissions/query/persons/grants`: what others have in the context, or were given in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PersonPermissionsQueryRequest {
    /// Only what this one gave.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author_identifier: Option<OptionalIdentifier<PermissionAuthorType>>,
    /// Only what this one got.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authorized_identifier: Option<TypedIdentifier<SubjectIdentifierType>>,
    /// Only what works in this context.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub context_identifier: Option<TypedIdentifier<PermissionContextType>>,
    /// Only what was passed on for this client.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_identifier: Option<OptionalIdentifier<PermissionTargetType>>,
    /// Only these permissions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permission_types: Option<Vec<PersonPermissionType>>,
    /// Only those in this state.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permission_state: Option<PermissionState>,
    /// Which of the two lists.
    pub query_type: PersonPermissionsQueryType,
}

/// A permission of a person or an entity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PersonPermission {
    /// Its identifier, 36 characters.
    pub id: String,
    /// Who has it.
    pub authorized_identifier: TypedIdentifier<SubjectIdentifierType>,
    /// The subunit that its holder administers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub context_identifier: Option<TypedIdentifier<PermissionContextType>>,
    /// For which client, when it was passed on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_identifier: Option<OptionalIdentifier<PermissionTargetType>>,
    /// Who gave it.
    pub author_identifier: OptionalIdentifier<PermissionAuthorType>,
    /// What is permitted.
    pub permission_scope: PersonPermissionType,
    /// What for.
    pub description: String,
    /// The person, when one was named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject_person_details: Option<PermissionsSubjectPersonDetails>,
    /// The entity, when one was named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject_entity_details: Option<PermissionsSubjectEntityDetails>,
    /// Whether it works.
    pub permission_state: PermissionState,
    /// Since when.
    pub start_date: ApiTime,
    /// Whether it may be passed on.
    pub can_delegate: bool,
}

/// Answer of `POST /permissions/query/persons/grants`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct QueryPersonPermissionsResponse {
    /// The page.
    pub permissions: Vec<PersonPermission>,
    /// Whether there is a next page.
    pub has_more: bool,
}

/// Body of `POST /permissions/query/subunits/grants`: the administrators of units and subordinate entities.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SubunitPermissionsQueryRequest {
    /// Only those of this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subunit_identifier: Option<TypedIdentifier<PermissionContextType>>,
}

/// The permission of an administrator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SubunitPermission {
    /// Its identifier, 36 characters.
    pub id: String,
    /// Who has it.
    pub authorized_identifier: TypedIdentifier<SubjectIdentifierType>,
    /// The unit or the subordinate entity.
    pub subunit_identifier: TypedIdentifier<PermissionContextType>,
    /// Who gave it.
    pub author_identifier: TypedIdentifier<SubjectIdentifierType>,
    /// What is permitted.
    pub permission_scope: SubunitPermissionScope,
    /// What for.
    pub description: String,
    /// The person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject_person_details: Option<PermissionsSubjectPersonDetails>,
    /// The unit's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subunit_name: Option<String>,
    /// Since when.
    pub start_date: ApiTime,
}

/// Answer of `POST /permissions/query/subunits/grants`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct QuerySubunitPermissionsResponse {
    /// The page.
    pub permissions: Vec<SubunitPermission>,
    /// Whether there is a next page.
    pub has_more: bool,
}

/// Body of `POST /permissions/query/entities/grants`: whose invoices the context may handle.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EntityPermissionsQueryRequest {
    /// Only what this one gave.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub context_identifier: Option<TypedIdentifier<PermissionContextType>>,
}

/// A permission that another gave to the context.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EntityPermissionItem {
    /// Its identifier, 36 characters.
    pub id: String,
    /// Who gave it: whose invoices it is about.
    pub context_identifier: TypedIdentifier<PermissionContextType>,
    /// What is permitted.
    pub permission_scope: EntityPermissionType,
    /// What for.
    pub description: String,
    /// Since when.
    pub start_date: ApiTime,
    /// Whether it may be passed on.
    pub can_delegate: bool,
}

/// Answer of `POST /permissions/query/entities/grants`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct QueryEntityPermissionsResponse {
    /// The page.
    pub permissions: Vec<EntityPermissionItem>,
    /// Whether there is a next page.
    pub has_more: bool,
}

/// A role of the context.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EntityRole {
    /// To whom it is subordinate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent_entity_identifier: Option<TypedIdentifier<NipIdentifierType>>,
    /// What it is.
    pub role: EntityRoleType,
    /// In words.
    pub description: String,
    /// Since when.
    pub start_date: ApiTime,
}

/// Answer of `GET /permissions/query/entities/roles`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct QueryEntityRolesResponse {
    /// The page.
    pub roles: Vec<EntityRole>,
    /// Whether there is a next page.
    pub has_more: bool,
}

/// Body of `POST /permissions/query/subordinate-entities/roles`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SubordinateEntityRolesQueryRequest {
    /// Only this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subordinate_entity_identifier: Option<TypedIdentifier<NipIdentifierType>>,
}

/// An entity that is subordinate to the context.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SubordinateEntityRole {
    /// The entity.
    pub subordinate_entity_identifier: TypedIdentifier<NipIdentifierType>,
    /// What it is.
    pub role: SubordinateEntityRoleType,
    /// In words.
    pub description: String,
    /// Since when.
    pub start_date: ApiTime,
}

/// Answer of `POST /permissions/query/subordinate-entities/roles`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct QuerySubordinateEntityRolesResponse {
    /// The page.
    pub roles: Vec<SubordinateEntityRole>,
    /// Whether there is a next page.
    pub has_more: bool,
}

/// Body of `POST /permissions/query/authorizations/grants`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EntityAuthorizationPermissionsQueryRequest {
    /// Only what this one gave; with `Received`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authorizing_identifier: Option<TypedIdentifier<NipIdentifierType>>,
    /// Only what this one got; with `Granted`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authorized_identifier: Option<TypedIdentifier<AuthorizedEntityType>>,
    /// Which of the two lists.
    pub query_type: QueryType,
    /// Only these permissions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permission_types: Option<Vec<EntityAuthorizationPermissionType>>,
}

/// An authorisation of one entity by another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EntityAuthorizationGrant {
    /// Its identifier, 36 characters.
    pub id: String,
    /// Who wrote it down.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author_identifier: Option<TypedIdentifier<SubjectIdentifierType>>,
    /// Who may act.
    pub authorized_entity_identifier: TypedIdentifier<AuthorizedEntityType>,
    /// For whom.
    pub authorizing_entity_identifier: TypedIdentifier<NipIdentifierType>,
    /// What is permitted.
    pub authorization_scope: EntityAuthorizationPermissionType,
    /// What for.
    pub description: String,
    /// The authorised entity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject_entity_details: Option<PermissionsSubjectEntityByIdentifierDetails>,
    /// Since when.
    pub start_date: ApiTime,
}

/// Answer of `POST /permissions/query/authorizations/grants`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct QueryEntityAuthorizationPermissionsResponse {
    /// The page.
    pub authorization_grants: Vec<EntityAuthorizationGrant>,
    /// Whether there is a next page.
    pub has_more: bool,
}

/// Body of `POST /permissions/query/eu-entities/grants`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EuEntityPermissionsQueryRequest {
    /// Only those of the EU entity with exactly this VAT number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vat_ue_identifier: Option<String>,
    /// Only those of a certificate whose fingerprint contains this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authorized_fingerprint_identifier: Option<String>,
    /// Only these permissions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permission_types: Option<Vec<EuEntityPermissionScope>>,
}

/// A permission of an administrator or representative of an EU entity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EuEntityPermission {
    /// Its identifier, 36 characters.
    pub id: String,
    /// Who gave it.
    pub author_identifier: TypedIdentifier<SubjectIdentifierType>,
    /// The EU entity's VAT number.
    pub vat_ue_identifier: String,
    /// The EU entity's name.
    pub eu_entity_name: String,
    /// The fingerprint of the certificate that has it.
    pub authorized_fingerprint_identifier: String,
    /// What is permitted.
    pub permission_scope: EuEntityPermissionScope,
    /// What for.
    pub description: String,
    /// The person, when it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject_person_details: Option<PermissionsSubjectPersonDetails>,
    /// The entity, when it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject_entity_details: Option<PermissionsSubjectEntityDetails>,
    /// The EU entity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub eu_entity_details: Option<EuEntityDetails>,
    /// Since when.
    pub start_date: ApiTime,
}

/// Answer of `POST /permissions/query/eu-entities/grants`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct QueryEuEntityPermissionsResponse {
    /// The page.
    pub permissions: Vec<EuEntityPermission>,
    /// Whether there is a next page.
    pub has_more: bool,
}
