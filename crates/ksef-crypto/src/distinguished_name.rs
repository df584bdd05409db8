//! Names in certificates: writing the subjects that KSeF expects, and reading issuers as RFC 4514 text.

use rcgen::{DistinguishedName, DnType, DnValue};
use x509_parser::x509::X509Name;

use crate::Subject;

/// The distinguished name of a subject, with the attributes of the guide's `auth/podpis-xades.md`, "Wymagane atrybuty
/// certyfikatów kwalifikowanych". Text is UTF8String: names with Polish letters in a PrintableString are refused with
/// 25004 (field notes B12).
pub(crate) fn of_subject(subject: &Subject) -> DistinguishedName {
    let mut name = DistinguishedName::new();
    name.push(DnType::CountryName, printable("PL"));
    match subject {
        Subject::Seal { nip, organization } => {
            name.push(DnType::OrganizationName, utf8(organization));
            name.push(custom(ORGANIZATION_IDENTIFIER), utf8(&format!("VATPL-{nip}")));
            name.push(DnType::CommonName, utf8(organization));
        }
        Subject::Person { identity, given_name, surname } => {
            name.push(custom(GIVEN_NAME), utf8(given_name));
            name.push(custom(SURNAME), utf8(surname));
            name.push(custom(SERIAL_NUMBER), utf8(&identity.serial_number()));
            name.push(DnType::CommonName, utf8(&format!("{given_name} {surname}")));
        }
        Subject::Named { common_name } => name.push(DnType::CommonName, utf8(common_name)),
    }
    name
}

/// A name with a common name only.
pub(crate) fn named(common_name: &str) -> DistinguishedName {
    of_subject(&Subject::Named { common_name: common_name.to_owned() })
}

/// A name as RFC 4514 text: most specific attribute first, special characters escaped, attributes without a short name
/// in that RFC as dotted OID with `#` and the hexadecimal value, as XML-DSig's X509IssuerName asks.
pub(crate) fn rfc4514(name: &X509Name<'_>) -> String {
    let mut parts = Vec::new();
    for rdn in name.iter_rdn() {
        let attributes: Vec<String> = rdn
            .iter()
            .map(|attribute| {
                let oid = attribute.attr_type().to_id_string();
                let short = SHORT_NAMES.iter().find(|(known, _)| *known == oid).map(|(_, short)| *short);
                match (short, attribute.as_str()) {
                    (Some(short), Ok(value)) => format!("{short}={}", escaped(value)),
                    _ => format!("{oid}=#{}", hex(attribute.attr_value().data)),
                }
            })
            .collect();
        parts.push(attributes.join("+"));
    }
    parts.reverse();
    parts.join(",")
}

fn escaped(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let last = value.chars().count().saturating_sub(1);
    for (place, letter) in value.chars().enumerate() {
        let at_edge = place == 0 && matches!(letter, ' ' | '#') || place == last && letter == ' ';
        if at_edge || matches!(letter, ',' | '+' | '"' | '\\' | '<' | '>' | ';' | '=') {
            out.push('\\');
        }
        out.push(letter);
    }
    out
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn utf8(text: &str) -> DnValue {
    DnValue::Utf8String(text.to_owned())
}

fn printable(text: &'static str) -> DnValue {
    DnValue::PrintableString(text.try_into().expect("country codes are printable"))
}

fn custom(oid: &[u64]) -> DnType {
    DnType::CustomDnType(oid.to_vec())
}

const SURNAME: &[u64] = &[2, 5, 4, 4];
const SERIAL_NUMBER: &[u64] = &[2, 5, 4, 5];
const GIVEN_NAME: &[u64] = &[2, 5, 4, 42];
const ORGANIZATION_IDENTIFIER: &[u64] = &[2, 5, 4, 97];

/// The attribute names that RFC 4514 §3 lists.
const SHORT_NAMES: [(&str, &str); 9] = [
    ("2.5.4.3", "CN"),
    ("2.5.4.7", "L"),
    ("2.5.4.8", "ST"),
    ("2.5.4.10", "O"),
    ("2.5.4.11", "OU"),
    ("2.5.4.6", "C"),
    ("2.5.4.9", "STREET"),
    ("0.9.2342.19200300.100.1.25", "DC"),
    ("0.9.2342.19200300.100.1.1", "UID"),
];

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn special_characters_are_escaped() {
        assert_eq!(escaped("Spółka, \"A+B\""), "Spółka\\, \\\"A\\+B\\\"");
        assert_eq!(escaped(" #x "), "\\ #x\\ ");
        assert_eq!(escaped(""), "");
    }
}
