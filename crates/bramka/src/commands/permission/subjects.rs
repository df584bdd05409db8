//! Who gets something: identifiers and details as people write them on the command line.

use ksef_wire::{
    EntityByFingerprintDetails, EuEntityPermissionSubjectDetails, EuEntityPermissionSubjectDetailsType,
    IdDocument, PersonByFingerprintWithIdentifierDetails, PersonByFingerprintWithoutIdentifierDetails,
    PersonIdentifierType, PersonPermissionSubjectDetails, PersonPermissionSubjectDetailsType,
    SubjectIdentifierType, TypedIdentifier,
};

use crate::cli::Grantee;
use crate::failure::Failure;

/// `TYPE:VALUE`; of NIP, PESEL and fingerprint the value alone will do, since each has its own length.
pub(super) fn typed<T: for<'a> From<&'a str>>(
    text: &str,
    kinds: &[&str],
) -> Result<TypedIdentifier<T>, Failure> {
    let bare = || {
        let is_digits = text.bytes().all(|byte| byte.is_ascii_digit());
        let kind = match text.len() {
            10 if is_digits => "Nip",
            11 if is_digits => "Pesel",
            64 if text.bytes().all(|byte| byte.is_ascii_hexdigit()) => "Fingerprint",
            _ => return None,
        };
        Some((kind, text))
    };
    let found = text.split_once(':').or_else(bare);
    let known = found.and_then(|(kind, value)| {
        let kind = kinds.iter().find(|known| known.eq_ignore_ascii_case(kind))?;
        (!value.is_empty()).then_some((*kind, value))
    });
    let (kind, value) = known.ok_or_else(|| {
        let kinds = kinds.join(":…, ");
        Failure::new(
            format!("{text:?} to nie identyfikator: podaj {kinds}:…"),
            format!("{text:?} is no identifier: give {kinds}:…"),
        )
    })?;
    // KSeF writes fingerprints in capitals.
    let value = if kind == "Fingerprint" { value.to_uppercase() } else { value.to_owned() };
    Ok(TypedIdentifier { kind: T::from(kind), value })
}

/// A person, as NIP, PESEL or fingerprint.
pub(super) fn person(grantee: &Grantee) -> Result<TypedIdentifier<SubjectIdentifierType>, Failure> {
    typed(&grantee.to, &["Nip", "Pesel", "Fingerprint"])
}

/// The details that go with a person's identifier.
pub(super) fn person_details(
    grantee: &Grantee,
    subject: &TypedIdentifier<SubjectIdentifierType>,
) -> Result<PersonPermissionSubjectDetails, Failure> {
    let (first_name, last_name) = names(grantee)?;
    if subject.kind != SubjectIdentifierType::Fingerprint {
        return Ok(PersonPermissionSubjectDetails::by_identifier(&first_name, &last_name));
    }
    let mut details = PersonPermissionSubjectDetails::by_identifier("", "");
    details.person_by_id = None;
    match fingerprint_details(grantee, first_name, last_name)? {
        Fingerprinted::WithIdentifier(person) => {
            details.subject_details_type =
                PersonPermissionSubjectDetailsType::PersonByFingerprintWithIdentifier;
            details.person_by_fp_with_id = Some(person);
        }
        Fingerprinted::Without(person) => {
            details.subject_details_type =
                PersonPermissionSubjectDetailsType::PersonByFingerprintWithoutIdentifier;
            details.person_by_fp_no_id = Some(person);
        }
    }
    Ok(details)
}

/// The details of somebody who acts for an EU entity: a person, or a firm with a seal.
pub(super) fn eu_details(grantee: &Grantee) -> Result<EuEntityPermissionSubjectDetails, Failure> {
    let mut details = EuEntityPermissionSubjectDetails {
        subject_details_type: EuEntityPermissionSubjectDetailsType::EntityByFingerprint,
        person_by_fp_with_id: None,
        person_by_fp_no_id: None,
        entity_by_fp: None,
    };
    if let (Some(full_name), Some(address)) = (&grantee.firm_name, &grantee.firm_address) {
        details.entity_by_fp =
            Some(EntityByFingerprintDetails { full_name: full_name.clone(), address: address.clone() });
        return Ok(details);
    }
    let (first_name, last_name) = names(grantee)?;
    match fingerprint_details(grantee, first_name, last_name)? {
        Fingerprinted::WithIdentifier(person) => {
            details.subject_details_type =
                EuEntityPermissionSubjectDetailsType::PersonByFingerprintWithIdentifier;
            details.person_by_fp_with_id = Some(person);
        }
        Fingerprinted::Without(person) => {
            details.subject_details_type =
                EuEntityPermissionSubjectDetailsType::PersonByFingerprintWithoutIdentifier;
            details.person_by_fp_no_id = Some(person);
        }
    }
    Ok(details)
}

enum Fingerprinted {
    WithIdentifier(PersonByFingerprintWithIdentifierDetails),
    Without(PersonByFingerprintWithoutIdentifierDetails),
}

fn fingerprint_details(
    grantee: &Grantee,
    first_name: String,
    last_name: String,
) -> Result<Fingerprinted, Failure> {
    if let Some(identifier) = &grantee.identifier {
        let identifier = typed::<PersonIdentifierType>(identifier, &["Nip", "Pesel"])?;
        let person = PersonByFingerprintWithIdentifierDetails { first_name, last_name, identifier };
        return Ok(Fingerprinted::WithIdentifier(person));
    }
    let (Some(birth_date), Some(document)) = (grantee.birth_date, &grantee.document) else {
        return Err(Failure::new(
            "odcisk palca wymaga --identifier (NIP lub PESEL osoby) albo --birth-date i --document",
            "a fingerprint takes --identifier (the person's NIP or PESEL), or --birth-date and --document",
        ));
    };
    let parts: Vec<&str> = document.split(':').collect();
    let [kind, number, country] = parts[..] else {
        return Err(Failure::new(
            "--document ma postać RODZAJ:NUMER:KRAJ, np. paszport:AB123456:DE",
            "--document looks like KIND:NUMBER:COUNTRY, such as passport:AB123456:DE",
        ));
    };
    let id_document =
        IdDocument { kind: kind.to_owned(), number: number.to_owned(), country: country.to_uppercase() };
    let person =
        PersonByFingerprintWithoutIdentifierDetails { first_name, last_name, birth_date, id_document };
    Ok(Fingerprinted::Without(person))
}

fn names(grantee: &Grantee) -> Result<(String, String), Failure> {
    match (&grantee.first_name, &grantee.last_name) {
        (Some(first), Some(last)) => Ok((first.clone(), last.clone())),
        _ => Err(Failure::new(
            "podaj imię i nazwisko: --first-name, --last-name",
            "give the person's names: --first-name, --last-name",
        )),
    }
}

/// Permissions as the API calls them; one that it does not know is refused here, with those that it knows.
pub(super) fn permissions<T: for<'a> From<&'a str>>(
    texts: &[String],
    known: &[&str],
) -> Result<Vec<T>, Failure> {
    texts
        .iter()
        .map(|text| {
            let name = known.iter().find(|name| name.eq_ignore_ascii_case(text)).ok_or_else(|| {
                let known = known.join(", ");
                Failure::new(
                    format!("nie ma uprawnienia {text:?}: są {known}"),
                    format!("there is no permission {text:?}: there are {known}"),
                )
            })?;
            Ok(T::from(name))
        })
        .collect()
}
