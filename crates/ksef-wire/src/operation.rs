//! The operations of the API: method, path, rate-limit group and permissions of each.

use crate::RateLimitGroup;

/// An HTTP method that the API uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Method {
    /// GET
    Get,
    /// POST
    Post,
    /// PUT
    Put,
    /// DELETE
    Delete,
}

impl Method {
    /// The method's name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Delete => "DELETE",
        }
    }
}

/// Defines the operations, one line each.
macro_rules! operations {
    ($( $(#[$meta:meta])* $variant:ident, $method:ident, $path:literal, $group:ident, [$($permission:literal),*]; )+) => {
        /// An operation of the API.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Operation { $( $(#[$meta])* $variant, )+ }

        impl Operation {
            /// Every operation of 2.9.0.
            pub const ALL: &'static [Self] = &[$( Self::$variant ),+];

            /// A name for logs and counters: that of the variant.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $( Self::$variant => stringify!($variant), )+ }
            }

            /// Its method.
            #[must_use]
            pub const fn method(self) -> Method {
                match self { $( Self::$variant => Method::$method, )+ }
            }

            /// Its path below the base address (`…/v2`), with `{parameters}` in braces.
            #[must_use]
            pub const fn path_template(self) -> &'static str {
                match self { $( Self::$variant => $path, )+ }
            }

            /// The rate-limit group it counts in.
            #[must_use]
            pub const fn rate_limit_group(self) -> RateLimitGroup {
                match self { $( Self::$variant => RateLimitGroup::$group, )+ }
            }

            /// The permissions of which one is needed; empty when any authenticated caller (or anybody) may call.
            #[must_use]
            pub const fn required_permissions(self) -> &'static [&'static str] {
                match self { $( Self::$variant => &[$($permission),*], )+ }
            }
        }
    };
}

operations! {
    /// `POST /auth/challenge`
    AuthChallenge, Post, "/auth/challenge", Anonymous, [];
    /// `POST /auth/xades-signature`
    AuthXadesSignature, Post, "/auth/xades-signature", Anonymous, [];
    /// `POST /auth/ksef-token`
    AuthKsefToken, Post, "/auth/ksef-token", Anonymous, [];
    /// `GET /auth/{referenceNumber}`
    AuthStatus, Get, "/auth/{referenceNumber}", Anonymous, [];
    /// `POST /auth/token/redeem`
    AuthTokenRedeem, Post, "/auth/token/redeem", Anonymous, [];
    /// `POST /auth/token/refresh`
    AuthTokenRefresh, Post, "/auth/token/refresh", Anonymous, [];
    /// `GET /auth/sessions`
    AuthSessions, Get, "/auth/sessions", Other, [];
    /// `DELETE /auth/sessions/current`
    AuthSessionRevokeCurrent, Delete, "/auth/sessions/current", Other, [];
    /// `DELETE /auth/sessions/{referenceNumber}`
    AuthSessionRevoke, Delete, "/auth/sessions/{referenceNumber}", Other, [];
    /// `GET /security/public-key-certificates`
    PublicKeyCertificates, Get, "/security/public-key-certificates", Anonymous, [];
    /// `POST /tokens`
    TokenGenerate, Post, "/tokens", Other, [];
    /// `GET /tokens`
    TokenList, Get, "/tokens", Other, [];
    /// `GET /tokens/{referenceNumber}`
    TokenStatus, Get, "/tokens/{referenceNumber}", Other, [];
    /// `DELETE /tokens/{referenceNumber}`
    TokenRevoke, Delete, "/tokens/{referenceNumber}", Other, [];
    /// `POST /sessions/online`
    OnlineSessionOpen, Post, "/sessions/online", OnlineSession, ["InvoiceWrite", "PefInvoiceWrite", "EnforcementOperations"];
    /// `POST /sessions/online/{referenceNumber}/invoices`
    OnlineInvoiceSend, Post, "/sessions/online/{referenceNumber}/invoices", InvoiceSend, ["InvoiceWrite", "PefInvoiceWrite", "EnforcementOperations"];
    /// `POST /sessions/online/{referenceNumber}/close`
    OnlineSessionClose, Post, "/sessions/online/{referenceNumber}/close", OnlineSessionClose, ["InvoiceWrite", "PefInvoiceWrite", "EnforcementOperations"];
    /// `POST /sessions/batch`
    BatchSessionOpen, Post, "/sessions/batch", BatchSession, ["InvoiceWrite", "EnforcementOperations"];
    /// `POST /sessions/batch/{referenceNumber}/close`
    BatchSessionClose, Post, "/sessions/batch/{referenceNumber}/close", BatchSessionClose, ["InvoiceWrite", "EnforcementOperations"];
    /// `GET /sessions`
    SessionList, Get, "/sessions", SessionList, ["InvoiceWrite", "Introspection", "EnforcementOperations"];
    /// `GET /sessions/{referenceNumber}`
    SessionStatus, Get, "/sessions/{referenceNumber}", SessionMisc, ["InvoiceWrite", "Introspection", "PefInvoiceWrite", "EnforcementOperations"];
    /// `GET /sessions/{referenceNumber}/invoices`
    SessionInvoices, Get, "/sessions/{referenceNumber}/invoices", SessionInvoiceList, ["InvoiceWrite", "Introspection", "PefInvoiceWrite", "EnforcementOperations"];
    /// `GET /sessions/{referenceNumber}/invoices/failed`
    SessionFailedInvoices, Get, "/sessions/{referenceNumber}/invoices/failed", SessionInvoiceList, ["InvoiceWrite", "Introspection", "PefInvoiceWrite", "EnforcementOperations"];
    /// `GET /sessions/{referenceNumber}/invoices/{invoiceReferenceNumber}`
    SessionInvoiceStatus, Get, "/sessions/{referenceNumber}/invoices/{invoiceReferenceNumber}", InvoiceStatus, ["InvoiceWrite", "Introspection", "PefInvoiceWrite", "EnforcementOperations"];
    /// `GET /sessions/{referenceNumber}/invoices/ksef/{ksefNumber}/upo`
    UpoByKsefNumber, Get, "/sessions/{referenceNumber}/invoices/ksef/{ksefNumber}/upo", SessionMisc, ["InvoiceWrite", "Introspection", "PefInvoiceWrite", "EnforcementOperations"];
    /// `GET /sessions/{referenceNumber}/invoices/{invoiceReferenceNumber}/upo`
    UpoByInvoiceReference, Get, "/sessions/{referenceNumber}/invoices/{invoiceReferenceNumber}/upo", SessionMisc, ["InvoiceWrite", "Introspection", "PefInvoiceWrite", "EnforcementOperations"];
    /// `GET /sessions/{referenceNumber}/upo/{upoReferenceNumber}`
    UpoOfSession, Get, "/sessions/{referenceNumber}/upo/{upoReferenceNumber}", SessionMisc, ["InvoiceWrite", "Introspection", "PefInvoiceWrite", "EnforcementOperations"];
    /// `GET /invoices/ksef/{ksefNumber}`
    InvoiceDownload, Get, "/invoices/ksef/{ksefNumber}", InvoiceDownload, ["InvoiceRead"];
    /// `POST /invoices/query/metadata`
    InvoiceQueryMetadata, Post, "/invoices/query/metadata", InvoiceMetadata, ["InvoiceRead"];
    /// `POST /invoices/exports`
    InvoiceExport, Post, "/invoices/exports", InvoiceExport, ["InvoiceRead"];
    /// `GET /invoices/exports/{referenceNumber}`
    InvoiceExportStatus, Get, "/invoices/exports/{referenceNumber}", InvoiceExportStatus, ["InvoiceRead"];
    /// `GET /rate-limits`
    RateLimits, Get, "/rate-limits", Other, [];
    /// `GET /limits/context`
    ContextLimits, Get, "/limits/context", Other, [];
    /// `GET /limits/subject`
    SubjectLimits, Get, "/limits/subject", Other, [];
    /// `GET /certificates/limits`
    CertificateLimits, Get, "/certificates/limits", Other, [];
    /// `GET /certificates/enrollments/data`
    CertificateEnrollmentData, Get, "/certificates/enrollments/data", Other, [];
    /// `POST /certificates/enrollments`
    CertificateEnroll, Post, "/certificates/enrollments", Other, [];
    /// `GET /certificates/enrollments/{referenceNumber}`
    CertificateEnrollmentStatus, Get, "/certificates/enrollments/{referenceNumber}", Other, [];
    /// `POST /certificates/retrieve`
    CertificateRetrieve, Post, "/certificates/retrieve", Other, [];
    /// `POST /certificates/{certificateSerialNumber}/revoke`
    CertificateRevoke, Post, "/certificates/{certificateSerialNumber}/revoke", Other, [];
    /// `POST /certificates/query`
    CertificateQuery, Post, "/certificates/query", Other, [];
    /// `PUT /testdata/certificates/{serialNumber}`
    TestDataCertificate, Put, "/testdata/certificates/{serialNumber}", Other, [];
    /// `POST /testdata/subject`
    TestDataSubjectCreate, Post, "/testdata/subject", Anonymous, [];
    /// `POST /testdata/subject/remove`
    TestDataSubjectRemove, Post, "/testdata/subject/remove", Anonymous, [];
    /// `POST /testdata/person`
    TestDataPersonCreate, Post, "/testdata/person", Anonymous, [];
    /// `POST /testdata/person/remove`
    TestDataPersonRemove, Post, "/testdata/person/remove", Anonymous, [];
    /// `POST /testdata/permissions`
    TestDataPermissionsGrant, Post, "/testdata/permissions", Anonymous, [];
    /// `POST /testdata/permissions/revoke`
    TestDataPermissionsRevoke, Post, "/testdata/permissions/revoke", Anonymous, [];
    /// `POST /testdata/attachment`
    TestDataAttachmentGrant, Post, "/testdata/attachment", Anonymous, [];
    /// `POST /testdata/attachment/revoke`
    TestDataAttachmentRevoke, Post, "/testdata/attachment/revoke", Anonymous, [];
    /// `POST /testdata/context/block`
    TestDataContextBlock, Post, "/testdata/context/block", Other, [];
    /// `POST /testdata/context/unblock`
    TestDataContextUnblock, Post, "/testdata/context/unblock", Other, [];
    /// `POST /testdata/limits/context/session`
    TestDataContextLimitsSet, Post, "/testdata/limits/context/session", Other, [];
    /// `DELETE /testdata/limits/context/session`
    TestDataContextLimitsReset, Delete, "/testdata/limits/context/session", Other, [];
    /// `POST /testdata/limits/subject/certificate`
    TestDataSubjectLimitsSet, Post, "/testdata/limits/subject/certificate", Other, [];
    /// `DELETE /testdata/limits/subject/certificate`
    TestDataSubjectLimitsReset, Delete, "/testdata/limits/subject/certificate", Other, [];
    /// `POST /testdata/rate-limits`
    TestDataRateLimitsSet, Post, "/testdata/rate-limits", Other, [];
    /// `DELETE /testdata/rate-limits`
    TestDataRateLimitsReset, Delete, "/testdata/rate-limits", Other, [];
    /// `POST /testdata/rate-limits/production`
    TestDataRateLimitsProduction, Post, "/testdata/rate-limits/production", Other, [];
    /// `POST /collective-identifiers`
    CollectiveIdentifierGenerate, Post, "/collective-identifiers", CollectiveIdentifier, ["InvoiceRead", "InvoiceWrite", "CollectiveIdentifierManage"];
    /// `POST /collective-identifiers/query`
    CollectiveIdentifierQuery, Post, "/collective-identifiers/query", CollectiveIdentifier, ["InvoiceRead", "InvoiceWrite", "CollectiveIdentifierManage"];
    /// `POST /collective-identifiers/invoices`
    CollectiveIdentifierInvoices, Post, "/collective-identifiers/invoices", CollectiveIdentifier, ["InvoiceRead", "InvoiceWrite", "CollectiveIdentifierManage"];
    /// `GET /collective-identifiers/ksef/{ksefNumber}`
    CollectiveIdentifiersOfInvoice, Get, "/collective-identifiers/ksef/{ksefNumber}", CollectiveIdentifier, ["InvoiceRead", "InvoiceWrite", "CollectiveIdentifierManage"];
    /// `POST /permissions/persons/grants`
    PermissionPersonGrant, Post, "/permissions/persons/grants", Other, ["CredentialsManage"];
    /// `POST /permissions/entities/grants`
    PermissionEntityGrant, Post, "/permissions/entities/grants", Other, ["CredentialsManage"];
    /// `POST /permissions/authorizations/grants`
    PermissionAuthorizationGrant, Post, "/permissions/authorizations/grants", Other, ["CredentialsManage"];
    /// `POST /permissions/indirect/grants`
    PermissionIndirectGrant, Post, "/permissions/indirect/grants", Other, ["CredentialsManage"];
    /// `POST /permissions/subunits/grants`
    PermissionSubunitGrant, Post, "/permissions/subunits/grants", Other, ["SubunitManage"];
    /// `POST /permissions/eu-entities/administration/grants`
    PermissionEuEntityAdministrationGrant, Post, "/permissions/eu-entities/administration/grants", Other, ["CredentialsManage"];
    /// `POST /permissions/eu-entities/grants`
    PermissionEuEntityGrant, Post, "/permissions/eu-entities/grants", Other, ["VatUeManage"];
    /// `DELETE /permissions/common/grants/{permissionId}`
    PermissionCommonRevoke, Delete, "/permissions/common/grants/{permissionId}", Other, ["CredentialsManage", "VatUeManage", "SubunitManage"];
    /// `DELETE /permissions/authorizations/grants/{permissionId}`
    PermissionAuthorizationRevoke, Delete, "/permissions/authorizations/grants/{permissionId}", Other, ["CredentialsManage"];
    /// `GET /permissions/operations/{referenceNumber}`
    PermissionOperationStatus, Get, "/permissions/operations/{referenceNumber}", Other, [];
    /// `GET /permissions/attachments/status`
    PermissionAttachmentStatus, Get, "/permissions/attachments/status", Other, ["CredentialsManage", "CredentialsRead"];
    /// `POST /permissions/query/personal/grants`
    PermissionQueryPersonal, Post, "/permissions/query/personal/grants", Other, [];
    /// `POST /permissions/query/persons/grants`
    PermissionQueryPersons, Post, "/permissions/query/persons/grants", Other, ["CredentialsManage", "CredentialsRead", "SubunitManage"];
    /// `POST /permissions/query/subunits/grants`
    PermissionQuerySubunits, Post, "/permissions/query/subunits/grants", Other, ["CredentialsManage", "CredentialsRead", "SubunitManage"];
    /// `POST /permissions/query/entities/grants`
    PermissionQueryEntities, Post, "/permissions/query/entities/grants", Other, ["CredentialsManage", "CredentialsRead"];
    /// `GET /permissions/query/entities/roles`
    PermissionQueryEntityRoles, Get, "/permissions/query/entities/roles", Other, ["CredentialsManage", "CredentialsRead"];
    /// `POST /permissions/query/subordinate-entities/roles`
    PermissionQuerySubordinateRoles, Post, "/permissions/query/subordinate-entities/roles", Other, ["CredentialsManage", "CredentialsRead", "SubunitManage"];
    /// `POST /permissions/query/authorizations/grants`
    PermissionQueryAuthorizations, Post, "/permissions/query/authorizations/grants", Other, ["CredentialsManage", "CredentialsRead", "PefInvoiceWrite"];
    /// `POST /permissions/query/eu-entities/grants`
    PermissionQueryEuEntities, Post, "/permissions/query/eu-entities/grants", Other, ["CredentialsManage", "CredentialsRead", "VatUeManage"];
    /// `GET /peppol/query`
    PeppolQuery, Get, "/peppol/query", Anonymous, [];
}

impl Operation {
    /// The path with its parameters filled in, in order. A parameter is expected to be a checked identifier: nothing
    /// is escaped here.
    #[must_use]
    pub fn path(self, parameters: &[&str]) -> String {
        let mut path = String::with_capacity(96);
        let mut rest = self.path_template();
        let mut parameters = parameters.iter();
        while let Some((before, after)) = rest.split_once('{') {
            path.push_str(before);
            let (name, after) = after.split_once('}').unwrap_or((after, ""));
            path.push_str(parameters.next().copied().unwrap_or(name));
            rest = after;
        }
        path.push_str(rest);
        path
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_filled_in_order() {
        assert_eq!(Operation::UpoOfSession.path(&["A", "B"]), "/sessions/A/upo/B");
        assert_eq!(Operation::SessionList.path(&[]), "/sessions");
    }
}
