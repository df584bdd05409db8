//! Names in certificates: writing the subjects that KSeF expects, and reading issuers as RFC 4514 text.

use rcgen::{DistinguishedName, DnType, DnValue};
use x509_parser::asn1_rs::{Any, Tag};
use x509_parser::x509::{AttributeTypeAndValue, X509Name};

use crate::Subject;

/// The distinguished name of a subject, with the attributes of the guide's `auth/podpis-xades.md`, "Wymagane atrybuty
/// certyfikatów kwalifikowanych". Text is UTF8String: names with Polish letters in a PrintableString are refused with
/// 25004 (field notes B12).
pub(crate) fn of_subject(subject: &Subject) -> DistinguishedName {
    let mut name = DistinguishedName::new();
    name.push(DnType::CountryName, country("PL"));
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

/// A name for people: `C=PL, O=…, CN=…` in the order of the certificate, every text in UTF-8, well-known attributes by
/// name and others by dotted OID.
pub(crate) fn readable(name: &X509Name<'_>) -> String {
    let attributes = name.iter_attributes().map(|attribute| {
        let oid = attribute.attr_type().to_id_string();
        let known = SHORT_NAMES.iter().chain(&LONG_NAMES).find(|(known, _)| *known == oid);
        let label = known.map_or(oid.as_str(), |(_, label)| label);
        format!("{label}={}", text_of(attribute).replace(char::is_control, " "))
    });
    attributes.collect::<Vec<_>>().join(", ")
}

/// The text of an attribute, whatever string type it has: certificates from Windows have BMPString, old ones Teletex.
pub(crate) fn text_of(attribute: &AttributeTypeAndValue<'_>) -> String {
    let value = attribute.attr_value();
    match value.header.tag() {
        Tag::BmpString => {
            let units =
                value.data.chunks(2).map(|pair| u16::from_be_bytes([pair[0], *pair.get(1).unwrap_or(&0)]));
            char::decode_utf16(units).map(|letter| letter.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
        }
        // T.61 in practice is Latin-1 (RFC 5280 appendix B says the same of what is found in the wild).
        Tag::T61String => value.data.iter().copied().map(char::from).collect(),
        _ => String::from_utf8_lossy(value.data).into_owned(),
    }
}

/// The text of an attribute's value; `None` when the bytes are no text of the type that they claim.
pub(crate) fn attribute_text(value: &Any<'_>) -> Option<String> {
    let bytes = value.data;
    let is_printable = |byte: &u8| byte.is_ascii_alphanumeric() || b" '()+,-./:=?".contains(byte);
    let utf8 = || std::str::from_utf8(bytes).ok().map(str::to_owned);
    match value.tag() {
        Tag::Utf8String => utf8(),
        Tag::PrintableString if bytes.iter().all(is_printable) => utf8(),
        Tag::Ia5String if bytes.is_ascii() => utf8(),
        Tag::BmpString if bytes.len().is_multiple_of(2) => {
            let units = bytes.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
            char::decode_utf16(units).collect::<Result<String, _>>().ok()
        }
        _ => None,
    }
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

/// A countryName: PrintableString as X.520 says, UTF8String if it does not fit.
pub(crate) fn country(code: &str) -> DnValue {
    code.try_into().map_or_else(|_| utf8(code), DnValue::PrintableString)
}

pub(crate) fn utf8(text: &str) -> DnValue {
    DnValue::Utf8String(text.to_owned())
}

pub(crate) fn custom(oid: &[u64]) -> DnType {
    DnType::CustomDnType(oid.to_vec())
}

pub(crate) const SURNAME: &[u64] = &[2, 5, 4, 4];
pub(crate) const SERIAL_NUMBER: &[u64] = &[2, 5, 4, 5];
pub(crate) const GIVEN_NAME: &[u64] = &[2, 5, 4, 42];
pub(crate) const UNIQUE_IDENTIFIER: &[u64] = &[2, 5, 4, 45];
pub(crate) const ORGANIZATION_IDENTIFIER: &[u64] = &[2, 5, 4, 97];

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

/// Attributes that RFC 4514 has no name for, as people know them.
const LONG_NAMES: [(&str, &str); 8] = [
    ("2.5.4.4", "surname"),
    ("2.5.4.5", "serialNumber"),
    ("2.5.4.12", "title"),
    ("2.5.4.17", "postalCode"),
    ("2.5.4.42", "givenName"),
    ("2.5.4.45", "uniqueIdentifier"),
    ("2.5.4.97", "organizationIdentifier"),
    ("1.2.840.113549.1.9.1", "emailAddress"),
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
