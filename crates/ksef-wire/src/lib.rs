//! Requests, responses, codes, operations and headers of the KSeF API, exactly as the API has them.
//!
//! The types follow the official OpenAPI document of version 2.9.0; `tests/openapi.rs` compares each of them with that
//! document. This crate does no I/O and decides nothing: what a code means for a caller is the client's business, when
//! a code is given the simulator's.
//!
//! Two habits run through all types. Enumerations are open: a value this version does not know is carried in
//! `Unknown`, since KSeF adds values without a new version (guide, `api-changelog.md`). And fields that may be missing
//! are left out when they are `None`: both forms, absent and `null`, are read.

mod amount;
mod auth;
mod batch;
mod bytes;
mod certificates;
pub mod codes;
mod collective_identifiers;
mod context_limits;
mod errors;
mod exports;
pub mod headers;
mod invoices;
pub mod latarnia;
mod limits;
mod open_enum;
mod operation;
mod peppol;
mod permissions;
mod security;
mod sessions;
mod status;
mod test_data;
mod time;
mod tokens;

pub use amount::Amount;
pub use auth::{
    AllowedIps, AuthenticationChallengeResponse, AuthenticationInitResponse, AuthenticationListItem,
    AuthenticationListResponse, AuthenticationMethod, AuthenticationMethodCategory, AuthenticationMethodInfo,
    AuthenticationOperationStatusResponse, AuthenticationTokenRefreshResponse, AuthenticationTokensResponse,
    AuthorizationPolicy, InitTokenAuthenticationRequest, TokenInfo, TypedIdentifier,
};
pub use batch::{
    BatchFileInfo, BatchFilePartInfo, CompressionType, OpenBatchSessionRequest, OpenBatchSessionResponse,
    PartUploadRequest,
};
pub use bytes::{Base64Bytes, Secret};
pub use certificates::{
    CertificateEnrollmentDataResponse, CertificateEnrollmentStatusResponse, CertificateLimit,
    CertificateLimitsResponse, CertificateListItem, CertificateListItemStatus, CertificateRevocationReason,
    EnrollCertificateRequest, EnrollCertificateResponse, KsefCertificateType, QueryCertificatesRequest,
    QueryCertificatesResponse, RetrieveCertificatesListItem, RetrieveCertificatesRequest,
    RetrieveCertificatesResponse, RevokeCertificateRequest,
};
pub use collective_identifiers::{
    CollectiveIdentifierInvoice, CollectiveIdentifierInvoicePayment,
    CollectiveIdentifierInvoicesQueryRequest, CollectiveIdentifierInvoicesQueryResponse,
    CollectiveIdentifierInvoicesQueryResponseItem, CollectiveIdentifiersByKsefNumberQueryResponse,
    CollectiveIdentifiersByKsefNumberQueryResponseItem, CollectiveIdentifiersQueryRequest,
    CollectiveIdentifiersQueryResponse, CollectiveIdentifiersQueryResponseItem,
    GenerateCollectiveIdentifierRequest, GenerateCollectiveIdentifierResponse,
};
pub use context_limits::{
    ApiRateLimitsOverride, CertificateLimits, CollectiveIdentifierLimits, EffectiveContextLimits,
    EffectiveSubjectLimits, EnrollmentLimits, SessionLimits, SetRateLimitsRequest, SetSubjectLimitsRequest,
    SubjectIdentifierType,
};
pub use errors::{
    ApiError, BadRequestProblemDetails, ExceptionDetails, ExceptionInfo, ExceptionResponse,
    ForbiddenProblemDetails, ForbiddenReason, GoneProblemDetails, TooManyRequestsProblemDetails,
    TooManyRequestsResponse, TooManyRequestsStatus, UnauthorizedProblemDetails,
};
pub use exports::{
    ExportInvoicesResponse, InvoiceExportRequest, InvoiceExportStatusResponse, InvoicePackage,
    InvoicePackagePart, PackageMetadata,
};
pub use invoices::{
    AmountType, BuyerIdentifierType, InvoiceMetadata, InvoiceMetadataAuthorizedSubject, InvoiceMetadataBuyer,
    InvoiceMetadataBuyerIdentifier, InvoiceMetadataSeller, InvoiceMetadataThirdSubject,
    InvoiceMetadataThirdSubjectIdentifier, InvoiceQueryAmount, InvoiceQueryBuyerIdentifier,
    InvoiceQueryDateRange, InvoiceQueryDateType, InvoiceQueryFilters, InvoiceQueryFormType,
    InvoiceQuerySubjectType, InvoiceType, QueryInvoicesMetadataResponse, SortOrder,
    ThirdSubjectIdentifierType,
};
pub use limits::{EffectiveApiRateLimitValues, EffectiveApiRateLimits, RateLimitGroup};
pub use operation::{Method, Operation};
pub use peppol::{PeppolProvider, QueryPeppolProvidersResponse};
pub use permissions::{
    AuthorizedEntityType, CheckAttachmentPermissionStatusResponse, EntityAuthorizationGrant,
    EntityAuthorizationPermissionType, EntityAuthorizationPermissionsGrantRequest,
    EntityAuthorizationPermissionsQueryRequest, EntityByFingerprintDetails, EntityDetails, EntityPermission,
    EntityPermissionItem, EntityPermissionType, EntityPermissionsGrantRequest, EntityPermissionsQueryRequest,
    EntityRole, EntityRoleType, EuEntityAdministrationPermissionsGrantRequest, EuEntityDetails,
    EuEntityPermission, EuEntityPermissionScope, EuEntityPermissionSubjectDetails,
    EuEntityPermissionSubjectDetailsType, EuEntityPermissionType, EuEntityPermissionsGrantRequest,
    EuEntityPermissionsQueryRequest, FingerprintIdentifierType, IdDocument, IndirectPermissionsGrantRequest,
    NipIdentifierType, NipVatUeIdentifierType, OptionalIdentifier, PermissionAuthorType,
    PermissionContextType, PermissionState, PermissionTargetType, PermissionsOperationResponse,
    PermissionsOperationStatusResponse, PermissionsSubjectEntityByIdentifierDetails,
    PermissionsSubjectEntityDetails, PermissionsSubjectEntityDetailsType, PermissionsSubjectPersonDetails,
    PersonByFingerprintWithIdentifierDetails, PersonByFingerprintWithoutIdentifierDetails, PersonDetails,
    PersonIdentifierType, PersonPermission, PersonPermissionSubjectDetails,
    PersonPermissionSubjectDetailsType, PersonPermissionType, PersonPermissionsGrantRequest,
    PersonPermissionsQueryRequest, PersonPermissionsQueryType, PersonalPermission, PersonalPermissionType,
    PersonalPermissionsQueryRequest, QueryEntityAuthorizationPermissionsResponse,
    QueryEntityPermissionsResponse, QueryEntityRolesResponse, QueryEuEntityPermissionsResponse,
    QueryPersonPermissionsResponse, QueryPersonalPermissionsResponse, QuerySubordinateEntityRolesResponse,
    QuerySubunitPermissionsResponse, QueryType, SubordinateEntityRole, SubordinateEntityRoleType,
    SubordinateEntityRolesQueryRequest, SubunitPermission, SubunitPermissionScope,
    SubunitPermissionsGrantRequest, SubunitPermissionsQueryRequest,
};
pub use security::{PublicKeyCertificate, PublicKeyCertificateUsage};
pub use sessions::{
    CommonSessionStatus, EncryptionInfo, FormCode, InvoicingMode, OpenOnlineSessionRequest,
    OpenOnlineSessionResponse, SendInvoiceRequest, SendInvoiceResponse, SessionInvoiceStatusResponse,
    SessionInvoicesResponse, SessionStatusResponse, SessionType, SessionsQueryResponse,
    SessionsQueryResponseItem, UpoPageResponse, UpoResponse,
};
pub use status::{InvoiceStatusInfo, StatusInfo};
pub use test_data::{
    AttachmentPermissionGrantRequest, AttachmentPermissionRevokeRequest, ContextAuthenticationRequest,
    PersonCreateRequest, PersonRemoveRequest, SubjectCreateRequest, SubjectRemoveRequest, SubjectType,
    Subunit, TestDataContextIdentifierType, TestDataPermission, TestDataPermissionType,
    TestDataPermissionsGrantRequest, TestDataPermissionsRevokeRequest, TestDataUpdateCertificateRequest,
};
pub use time::ApiTime;
pub use tokens::{
    AuthenticationTokenStatus, GenerateTokenRequest, GenerateTokenResponse, QueryTokensResponse,
    TokenAuthorType, TokenPermissionType, TokenStatusResponse,
};
