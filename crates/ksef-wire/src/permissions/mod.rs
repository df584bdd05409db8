//! Permissions: granting, revoking, the operations that come of both, and the lists of what was granted.
//!
//! Shapes and members are those of the OpenAPI document, what they mean is in the guide (`uprawnienia.md`). Where the
//! document has several schemas with the same members (`PersonPermissionType` and `PersonPermissionScope`, the many
//! identifiers of type and value) there is one type here; `tests/openapi.rs` names the pairs.

mod grants;
mod identifiers;
mod operations;
mod queries;
mod subjects;
mod types;

pub use grants::{
    EntityAuthorizationPermissionsGrantRequest, EntityPermission, EntityPermissionsGrantRequest,
    EuEntityAdministrationPermissionsGrantRequest, EuEntityPermissionsGrantRequest,
    IndirectPermissionsGrantRequest, PersonPermissionsGrantRequest, SubunitPermissionsGrantRequest,
};
pub use identifiers::{
    AuthorizedEntityType, FingerprintIdentifierType, NipIdentifierType, NipVatUeIdentifierType,
    OptionalIdentifier, PermissionAuthorType, PermissionContextType, PermissionTargetType,
    PersonIdentifierType,
};
pub use operations::{
    CheckAttachmentPermissionStatusResponse, PermissionsOperationResponse, PermissionsOperationStatusResponse,
};
pub use queries::{
    EntityAuthorizationGrant, EntityAuthorizationPermissionsQueryRequest, EntityPermissionItem,
    EntityPermissionsQueryRequest, EntityRole, EuEntityPermission, EuEntityPermissionsQueryRequest,
    PersonPermission, PersonPermissionsQueryRequest, PersonalPermission, PersonalPermissionsQueryRequest,
    QueryEntityAuthorizationPermissionsResponse, QueryEntityPermissionsResponse, QueryEntityRolesResponse,
    QueryEuEntityPermissionsResponse, QueryPersonPermissionsResponse, QueryPersonalPermissionsResponse,
    QuerySubordinateEntityRolesResponse, QuerySubunitPermissionsResponse, SubordinateEntityRole,
    SubordinateEntityRolesQueryRequest, SubunitPermission, SubunitPermissionsQueryRequest,
};
pub use subjects::{
    EntityByFingerprintDetails, EntityDetails, EuEntityDetails, EuEntityPermissionSubjectDetails,
    EuEntityPermissionSubjectDetailsType, IdDocument, PermissionsSubjectEntityByIdentifierDetails,
    PermissionsSubjectEntityDetails, PermissionsSubjectEntityDetailsType, PermissionsSubjectPersonDetails,
    PersonByFingerprintWithIdentifierDetails, PersonByFingerprintWithoutIdentifierDetails, PersonDetails,
    PersonPermissionSubjectDetails, PersonPermissionSubjectDetailsType,
};
pub use types::{
    EntityAuthorizationPermissionType, EntityPermissionType, EntityRoleType, EuEntityPermissionScope,
    EuEntityPermissionType, PermissionState, PersonPermissionType, PersonPermissionsQueryType,
    PersonalPermissionType, QueryType, SubordinateEntityRoleType, SubunitPermissionScope,
};
