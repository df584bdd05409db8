//! Who gets a permission: the details of requests, checked, in the form of answers.

use super::super::checks::{self, ill_shaped, length, missing, nip, unknown};
use crate::http::errors::Refusal;
use ksef_wire::{
    EntityByFingerprintDetails, EuEntityPermissionSubjectDetails, EuEntityPermissionSubjectDetailsType,
    IdDocument, PermissionsSubjectEntityDetails, PermissionsSubjectEntityDetailsType,
    PermissionsSubjectPersonDetails, PersonByFingerprintWithIdentifierDetails,
    PersonByFingerprintWithoutIdentifierDetails, PersonIdentifierType, PersonPermissionSubjectDetails,
    PersonPermissionSubjectDetailsType as PersonType,
};

/// A person.
pub(super) fn person(
    details: PersonPermissionSubjectDetails,
) -> Result<PermissionsSubjectPersonDetails, Refusal> {
    match details.subject_details_type {
        PersonType::PersonByIdentifier => {
            let name = "subjectDetails.personById";
            let person = details.person_by_id.ok_or_else(|| missing(name))?;
            names(name, &person.first_name, &person.last_name)?;
            Ok(PermissionsSubjectPersonDetails {
                subject_details_type: PersonType::PersonByIdentifier,
                first_name: person.first_name,
                last_name: person.last_name,
                person_identifier: None,
                birth_date: None,
                id_document: None,
            })
        }
        PersonType::PersonByFingerprintWithIdentifier => with_identifier(details.person_by_fp_with_id),
        PersonType::PersonByFingerprintWithoutIdentifier => without_identifier(details.person_by_fp_no_id),
        PersonType::Unknown(text) => Err(unknown("subjectDetails.subjectDetailsType", &text)),
    }
}

/// A person or an entity.
pub(super) enum EuSubject {
    Person(PermissionsSubjectPersonDetails),
    Entity(PermissionsSubjectEntityDetails),
}

/// A person or an entity, known by fingerprint.
pub(super) fn eu_subject(details: EuEntityPermissionSubjectDetails) -> Result<EuSubject, Refusal> {
    use EuEntityPermissionSubjectDetailsType as Type;
    match details.subject_details_type {
        Type::PersonByFingerprintWithIdentifier => {
            with_identifier(details.person_by_fp_with_id).map(EuSubject::Person)
        }
        Type::PersonByFingerprintWithoutIdentifier => {
            without_identifier(details.person_by_fp_no_id).map(EuSubject::Person)
        }
        Type::EntityByFingerprint => {
            let name = "subjectDetails.entityByFp";
            let entity = details.entity_by_fp.ok_or_else(|| missing(name))?;
            let EntityByFingerprintDetails { full_name, address } = entity;
            length(&format!("{name}.fullName"), &full_name, 0, 100)?;
            length(&format!("{name}.address"), &address, 0, 512)?;
            Ok(EuSubject::Entity(PermissionsSubjectEntityDetails {
                subject_details_type: PermissionsSubjectEntityDetailsType::EntityByFingerprint,
                full_name,
                address: Some(address),
            }))
        }
        Type::Unknown(text) => Err(unknown("subjectDetails.subjectDetailsType", &text)),
    }
}

fn with_identifier(
    details: Option<PersonByFingerprintWithIdentifierDetails>,
) -> Result<PermissionsSubjectPersonDetails, Refusal> {
    let name = "subjectDetails.personByFpWithId";
    let person = details.ok_or_else(|| missing(name))?;
    names(name, &person.first_name, &person.last_name)?;
    let value = person.identifier.value.as_str();
    match &person.identifier.kind {
        PersonIdentifierType::Nip => {
            nip(&format!("{name}.identifier.value"), value)?;
        }
        PersonIdentifierType::Pesel if checks::is_pesel(value) => {}
        PersonIdentifierType::Pesel => return Err(ill_shaped(&format!("{name}.identifier.value"))),
        PersonIdentifierType::Unknown(text) => return Err(unknown(&format!("{name}.identifier.type"), text)),
    }
    Ok(PermissionsSubjectPersonDetails {
        subject_details_type: PersonType::PersonByFingerprintWithIdentifier,
        first_name: person.first_name,
        last_name: person.last_name,
        person_identifier: Some(person.identifier),
        birth_date: None,
        id_document: None,
    })
}

fn without_identifier(
    details: Option<PersonByFingerprintWithoutIdentifierDetails>,
) -> Result<PermissionsSubjectPersonDetails, Refusal> {
    let name = "subjectDetails.personByFpNoId";
    let person = details.ok_or_else(|| missing(name))?;
    names(name, &person.first_name, &person.last_name)?;
    let IdDocument { kind, number, country } = &person.id_document;
    length(&format!("{name}.idDocument.type"), kind, 0, 20)?;
    length(&format!("{name}.idDocument.number"), number, 0, 20)?;
    if country.len() != 2 || !country.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return Err(ill_shaped(&format!("{name}.idDocument.country")));
    }
    Ok(PermissionsSubjectPersonDetails {
        subject_details_type: PersonType::PersonByFingerprintWithoutIdentifier,
        first_name: person.first_name,
        last_name: person.last_name,
        person_identifier: None,
        birth_date: Some(person.birth_date),
        id_document: Some(person.id_document),
    })
}

fn names(name: &str, first: &str, last: &str) -> Result<(), Refusal> {
    length(&format!("{name}.firstName"), first, 2, 30)?;
    length(&format!("{name}.lastName"), last, 2, 81)
}
