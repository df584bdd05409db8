//! Names and documents of those who get a permission.

use super::identifiers::PersonIdentifierType;
use crate::auth::TypedIdentifier;
use crate::open_enum::open_enum;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A person's name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PersonDetails {
    /// First name, 2 to 30 characters.
    pub first_name: String,
    /// Last name, 2 to 81 characters.
    pub last_name: String,
}

/// A person whose certificate has neither NIP nor PESEL, but who has one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PersonByFingerprintWithIdentifierDetails {
    /// First name, 2 to 30 characters.
    pub first_name: String,
    /// Last name, 2 to 81 characters.
    pub last_name: String,
    /// NIP or PESEL.
    pub identifier: TypedIdentifier<PersonIdentifierType>,
}

/// A person without NIP and PESEL.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PersonByFingerprintWithoutIdentifierDetails {
    /// First name, 2 to 30 characters.
    pub first_name: String,
    /// Last name, 2 to 81 characters.
    pub last_name: String,
    /// Day of birth.
    pub birth_date: Date,
    /// An identity document.
    pub id_document: IdDocument,
}

/// An identity document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct IdDocument {
    /// What it is, up to 20 characters.
    #[serde(rename = "type")]
    pub kind: String,
    /// Its number, up to 20 characters.
    pub number: String,
    /// Which country gave it, ISO 3166-1 alpha-2.
    pub country: String,
}

/// An entity that logs in by an unnamed seal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EntityByFingerprintDetails {
    /// Its name, up to 100 characters.
    pub full_name: String,
    /// Its address, up to 512 characters.
    pub address: String,
}

/// An entity's name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EntityDetails {
    /// The name, 5 to 90 characters.
    pub full_name: String,
}

/// An EU entity (`EuEntityDetails` of requests, `PermissionsEuEntityDetails` of answers).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EuEntityDetails {
    /// Its name, up to 100 characters.
    pub full_name: String,
    /// Its address, up to 512 characters.
    pub address: String,
}

open_enum! {
    /// Which details of a person are given. The members of `PersonPermissionSubjectDetailsType` and
    /// `PersonSubjectDetailsType`.
    pub enum PersonPermissionSubjectDetailsType {
        /// Known by NIP or PESEL.
        PersonByIdentifier,
        /// Known by the fingerprint of a certificate; has NIP or PESEL.
        PersonByFingerprintWithIdentifier,
        /// Known by the fingerprint of a certificate only.
        PersonByFingerprintWithoutIdentifier,
    }
}

/// Details of a person who gets a permission: the one of the three that the type names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PersonPermissionSubjectDetails {
    /// Which details these are.
    pub subject_details_type: PersonPermissionSubjectDetailsType,
    /// For `PersonByIdentifier`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person_by_id: Option<PersonDetails>,
    /// For `PersonByFingerprintWithIdentifier`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person_by_fp_with_id: Option<PersonByFingerprintWithIdentifierDetails>,
    /// For `PersonByFingerprintWithoutIdentifier`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person_by_fp_no_id: Option<PersonByFingerprintWithoutIdentifierDetails>,
}

impl PersonPermissionSubjectDetails {
    /// The details of a person known by NIP or PESEL.
    #[must_use]
    pub fn by_identifier(first_name: &str, last_name: &str) -> Self {
        let details = PersonDetails { first_name: first_name.to_owned(), last_name: last_name.to_owned() };
        Self {
            subject_details_type: PersonPermissionSubjectDetailsType::PersonByIdentifier,
            person_by_id: Some(details),
            person_by_fp_with_id: None,
            person_by_fp_no_id: None,
        }
    }
}

open_enum! {
    /// Which details of somebody with an unnamed certificate are given.
    pub enum EuEntityPermissionSubjectDetailsType {
        /// A person who has NIP or PESEL.
        PersonByFingerprintWithIdentifier,
        /// A person without.
        PersonByFingerprintWithoutIdentifier,
        /// An entity.
        EntityByFingerprint,
    }
}

/// Details of somebody who gets a permission for an EU entity: the one of the three that the type names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EuEntityPermissionSubjectDetails {
    /// Which details these are.
    pub subject_details_type: EuEntityPermissionSubjectDetailsType,
    /// For `PersonByFingerprintWithIdentifier`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person_by_fp_with_id: Option<PersonByFingerprintWithIdentifierDetails>,
    /// For `PersonByFingerprintWithoutIdentifier`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person_by_fp_no_id: Option<PersonByFingerprintWithoutIdentifierDetails>,
    /// For `EntityByFingerprint`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entity_by_fp: Option<EntityByFingerprintDetails>,
}

/// A person in an answer (`PermissionsSubjectPersonDetails`, `PermissionsSubjectPersonByFingerprintDetails`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PermissionsSubjectPersonDetails {
    /// How the person is known.
    pub subject_details_type: PersonPermissionSubjectDetailsType,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// NIP or PESEL of a person known by fingerprint.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person_identifier: Option<TypedIdentifier<PersonIdentifierType>>,
    /// Day of birth of a person without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub birth_date: Option<Date>,
    /// Identity document of a person without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id_document: Option<IdDocument>,
}

open_enum! {
    /// How an entity of an answer is known (`EntitySubjectDetailsType`; two other schemas have one of the two).
    pub enum PermissionsSubjectEntityDetailsType {
        /// By NIP.
        EntityByIdentifier,
        /// By the fingerprint of a seal.
        EntityByFingerprint,
    }
}

/// An entity in an answer (`PermissionsSubjectEntityDetails`, `PermissionsSubjectEntityByFingerprintDetails`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PermissionsSubjectEntityDetails {
    /// How the entity is known.
    pub subject_details_type: PermissionsSubjectEntityDetailsType,
    /// Its name.
    pub full_name: String,
    /// Its address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
}

/// An entity known by NIP in an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PermissionsSubjectEntityByIdentifierDetails {
    /// How the entity is known.
    pub subject_details_type: PermissionsSubjectEntityDetailsType,
    /// Its name.
    pub full_name: String,
}
