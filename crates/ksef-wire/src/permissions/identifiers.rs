//! How those who give, get and are handled are known.

use crate::auth::TypedIdentifier;
use crate::open_enum::open_enum;
use serde::{Deserialize, Serialize};

open_enum! {
    /// Who gave a person's permission.
    pub enum PermissionAuthorType {
        /// By NIP.
        Nip,
        /// By PESEL.
        Pesel,
        /// By the fingerprint of a certificate.
        Fingerprint,
        /// KSeF itself; without value.
        System,
    }
}

open_enum! {
    /// Whose invoices a permission that was passed on is about.
    pub enum PermissionTargetType {
        /// One client, by NIP.
        Nip,
        /// All clients; without value.
        AllPartners,
        /// A unit of one client.
        InternalId,
    }
}

open_enum! {
    /// Where a permission works. The members of `PersonPermissionsContextIdentifierType`,
    /// `PersonalPermissionsContextIdentifierType`, `EntityPermissionsContextIdentifierType`,
    /// `SubunitPermissionsContextIdentifierType` and `SubunitPermissionsSubunitIdentifierType`.
    pub enum PermissionContextType {
        /// A taxpayer.
        Nip,
        /// A unit: NIP, hyphen, five digits of which the last is a check digit.
        InternalId,
    }
}

open_enum! {
    /// How an authorised entity is known.
    pub enum AuthorizedEntityType {
        /// By NIP.
        Nip,
        /// A Peppol service provider, `PXX000000`.
        PeppolId,
    }
}

open_enum! {
    /// How a person who logs in by an unnamed certificate is known otherwise.
    pub enum PersonIdentifierType {
        /// By PESEL.
        Pesel,
        /// By NIP.
        Nip,
    }
}

open_enum! {
    /// Where only a NIP is possible.
    pub enum NipIdentifierType {
        /// A NIP.
        Nip,
    }
}

open_enum! {
    /// Where only the fingerprint of a certificate is possible.
    pub enum FingerprintIdentifierType {
        /// SHA-256 of the certificate, 64 hexadecimal digits.
        Fingerprint,
    }
}

open_enum! {
    /// Where only the context of an EU entity is possible.
    pub enum NipVatUeIdentifierType {
        /// A NIP and an EU VAT number, `9999999999-XX…`.
        NipVatUe,
    }
}

/// An identifier whose value is left out for some types ([`PermissionAuthorType::System`],
/// [`PermissionTargetType::AllPartners`]).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OptionalIdentifier<T> {
    /// What kind of identifier it is.
    #[serde(rename = "type")]
    pub kind: T,
    /// The identifier, when the type has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
}

impl<T> OptionalIdentifier<T> {
    /// An identifier of a type that has no value.
    #[must_use]
    pub const fn bare(kind: T) -> Self {
        Self { kind, value: None }
    }
}

impl<T> From<TypedIdentifier<T>> for OptionalIdentifier<T> {
    fn from(identifier: TypedIdentifier<T>) -> Self {
        Self { kind: identifier.kind, value: Some(identifier.value) }
    }
}
