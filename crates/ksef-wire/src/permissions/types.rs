//! What can be permitted, which roles there are, and the kinds of queries.

use crate::open_enum::open_enum;

open_enum! {
    /// A permission of a person in a context. The members of `PersonPermissionType`, `PersonPermissionScope` and
    /// `OwnerPermissionScope`.
    pub enum PersonPermissionType {
        /// Managing permissions and credentials.
        CredentialsManage,
        /// Reading permissions and credentials.
        CredentialsRead,
        /// Sending invoices.
        InvoiceWrite,
        /// Reading invoices.
        InvoiceRead,
        /// Looking at all sessions of the context.
        Introspection,
        /// Managing subunits: their administrators.
        SubunitManage,
        /// A bailiff's or enforcement authority's operations; only in a context with such a role.
        EnforcementOperations,
        /// Managing collective identifiers.
        CollectiveIdentifierManage,
    }
}

open_enum! {
    /// A permission that the caller has. The members of `PersonalPermissionType` and `PersonalPermissionScope`.
    pub enum PersonalPermissionType {
        /// Managing permissions and credentials.
        CredentialsManage,
        /// Reading permissions and credentials.
        CredentialsRead,
        /// Sending invoices.
        InvoiceWrite,
        /// Reading invoices.
        InvoiceRead,
        /// Looking at all sessions of the context.
        Introspection,
        /// Managing subunits: their administrators.
        SubunitManage,
        /// A bailiff's or enforcement authority's operations.
        EnforcementOperations,
        /// Managing the representatives of an EU entity.
        VatUeManage,
        /// Managing collective identifiers.
        CollectiveIdentifierManage,
    }
}

open_enum! {
    /// A permission to handle another's invoices: given to entities, and passed on by them. The members of
    /// `EntityPermissionType`, `EntityPermissionItemScope` and `IndirectPermissionType`.
    pub enum EntityPermissionType {
        /// Sending invoices.
        InvoiceWrite,
        /// Reading invoices.
        InvoiceRead,
        /// Managing collective identifiers (since 2.8.1).
        CollectiveIdentifierManage,
    }
}

open_enum! {
    /// A permission of one entity to act in its own context for another. The members of
    /// `EntityAuthorizationPermissionType` and `InvoicePermissionType`.
    pub enum EntityAuthorizationPermissionType {
        /// Issuing invoices in the seller's name.
        SelfInvoicing,
        /// Issuing VAT RR invoices in the farmer's name.
        RRInvoicing,
        /// Acting as tax representative.
        TaxRepresentative,
        /// Sending PEF invoices: for Peppol service providers.
        PefInvoicing,
    }
}

open_enum! {
    /// A permission of a representative of an EU entity.
    pub enum EuEntityPermissionType {
        /// Sending invoices.
        InvoiceWrite,
        /// Reading invoices.
        InvoiceRead,
    }
}

open_enum! {
    /// A permission in the context of an EU entity (`EuEntityPermissionsQueryPermissionType`).
    pub enum EuEntityPermissionScope {
        /// Managing the representatives.
        VatUeManage,
        /// Sending invoices.
        InvoiceWrite,
        /// Reading invoices.
        InvoiceRead,
        /// Looking at all sessions of the context.
        Introspection,
    }
}

open_enum! {
    /// The permission of a subunit's administrator.
    pub enum SubunitPermissionScope {
        /// Managing permissions and credentials.
        CredentialsManage,
    }
}

open_enum! {
    /// Whether a permission works.
    pub enum PermissionState {
        /// It works.
        Active,
        /// It does not, since what it was passed on from is gone.
        Inactive,
    }
}

open_enum! {
    /// Which of two lists of persons' permissions is asked for.
    pub enum PersonPermissionsQueryType {
        /// What works in the context of the login.
        PermissionsInCurrentContext,
        /// What was granted in the context of the login: for subunits, subordinate entities and clients.
        PermissionsGrantedInCurrentContext,
    }
}

open_enum! {
    /// Which of two lists of authorisations is asked for.
    pub enum QueryType {
        /// Those that the context gave.
        Granted,
        /// Those that the context was given.
        Received,
    }
}

open_enum! {
    /// What an entity is.
    pub enum EntityRoleType {
        /// A bailiff.
        CourtBailiff,
        /// An enforcement authority.
        EnforcementAuthority,
        /// A unit of local government.
        LocalGovernmentUnit,
        /// A subordinate unit of a local government.
        LocalGovernmentSubUnit,
        /// A VAT group.
        VatGroupUnit,
        /// A member of a VAT group.
        VatGroupSubUnit,
    }
}

open_enum! {
    /// What a subordinate entity is.
    pub enum SubordinateEntityRoleType {
        /// A subordinate unit of a local government.
        LocalGovernmentSubUnit,
        /// A member of a VAT group.
        VatGroupSubUnit,
    }
}
