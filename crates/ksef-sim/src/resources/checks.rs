//! What several resources check in requests, with the sentences of KSeF's validators (21405).

use crate::domain::logins::Subject;
use crate::http::errors::Refusal;
use crate::http::paging::cut;
use ksef_id::Nip;
use ksef_wire::{SubjectIdentifierType, TokenAuthorType, TypedIdentifier};

/// A description: 5 to 256 characters.
pub(crate) fn description(name: &str, text: &str) -> Result<(), Refusal> {
    length(name, text, 5, 256)
}

/// A text of so many characters.
pub(crate) fn length(name: &str, text: &str, min: usize, max: usize) -> Result<(), Refusal> {
    let length = text.chars().count();
    if (min..=max).contains(&length) {
        return Ok(());
    }
    Err(Refusal::validation(format!(
        "'{name}' must be between {min} and {max} characters. You entered {length} characters."
    )))
}

/// A subject by NIP, PESEL or fingerprint.
pub(crate) fn subject(
    name: &str,
    identifier: &TypedIdentifier<SubjectIdentifierType>,
) -> Result<Subject, Refusal> {
    let value = identifier.value.as_str();
    let (kind, is_good) = match &identifier.kind {
        SubjectIdentifierType::Nip => (TokenAuthorType::Nip, Nip::parse(value).is_ok()),
        SubjectIdentifierType::Pesel => (TokenAuthorType::Pesel, is_pesel(value)),
        SubjectIdentifierType::Fingerprint => (TokenAuthorType::Fingerprint, is_fingerprint(value)),
        SubjectIdentifierType::Unknown(text) => return Err(unknown(&format!("{name}.type"), text)),
    };
    // Fingerprints are written in capitals everywhere.
    let subject = Subject { kind, value: value.to_ascii_uppercase() };
    if is_good { Ok(subject) } else { Err(ill_shaped(&format!("{name}.value"))) }
}

/// A NIP.
pub(crate) fn nip(name: &str, text: &str) -> Result<Nip, Refusal> {
    Nip::parse(text).map_err(|_| ill_shaped(name))
}

/// The pattern of the API: eleven digits with a month of some century; the check digit is not looked at on TEST.
pub(crate) fn is_pesel(text: &str) -> bool {
    let is_month = |month: &str| month.parse().is_ok_and(|month: u8| (1..=12).contains(&(month % 20)));
    text.len() == 11 && text.bytes().all(|byte| byte.is_ascii_digit()) && text.get(2..4).is_some_and(is_month)
}

/// SHA-256 in hexadecimal digits.
pub(crate) fn is_fingerprint(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// A value that an enumeration does not have.
pub(crate) fn unknown(name: &str, value: &str) -> Refusal {
    Refusal::validation(format!("'{name}' has a range of values which does not include '{}'.", cut(value)))
}

/// A value of a wrong shape.
pub(crate) fn ill_shaped(name: &str) -> Refusal {
    Refusal::validation(format!("'{name}' is not in the correct format."))
}

/// A value that must be there.
pub(crate) fn missing(name: &str) -> Refusal {
    Refusal::validation(format!("'{name}' must not be empty."))
}
