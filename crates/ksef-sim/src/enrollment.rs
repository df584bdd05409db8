//! Issuing certificates: whom they name, for how long, under which number.

use crate::domain::World;
use crate::domain::certificates::IssuedCertificate;
use crate::domain::logins::Subject;
use crate::http::Shared;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use ksef_crypto::{
    Certificate, CertificateAuthority, CertificateError, Credential, CredentialError, Issuance, KeyKind,
    KeyUsage, ReceivedRequest, SubjectIdentity,
};
use ksef_id::CertificateSerial;
use ksef_wire::{CertificateEnrollmentDataResponse, KsefCertificateType, TokenAuthorType};

/// What somebody who signed with a certificate can apply with: the attributes of its subject. `None` when it lacks one
/// that every certificate of KSeF has.
pub(crate) fn data_of(certificate: &Certificate) -> Option<CertificateEnrollmentDataResponse> {
    let attributes = certificate.subject_attributes();
    let value = |oid: &str| attributes.iter().find(|(known, _)| known == oid).map(|(_, value)| value.clone());
    Some(CertificateEnrollmentDataResponse {
        common_name: value(COMMON_NAME)?,
        country_name: value(COUNTRY_NAME)?,
        given_name: value(GIVEN_NAME),
        surname: value(SURNAME),
        serial_number: value(SERIAL_NUMBER),
        unique_identifier: value(UNIQUE_IDENTIFIER),
        organization_name: value(ORGANIZATION_NAME),
        organization_identifier: value(ORGANIZATION_IDENTIFIER),
    })
}

/// Whether a request names exactly whom the data name: the same attributes with the same values, and no others.
pub(crate) fn names_the_same(request: &ReceivedRequest, data: &CertificateEnrollmentDataResponse) -> bool {
    let mut expected: Vec<(&str, &str)> = [
        (COMMON_NAME, Some(&data.common_name)),
        (COUNTRY_NAME, Some(&data.country_name)),
        (GIVEN_NAME, data.given_name.as_ref()),
        (SURNAME, data.surname.as_ref()),
        (SERIAL_NUMBER, data.serial_number.as_ref()),
        (UNIQUE_IDENTIFIER, data.unique_identifier.as_ref()),
        (ORGANIZATION_NAME, data.organization_name.as_ref()),
        (ORGANIZATION_IDENTIFIER, data.organization_identifier.as_ref()),
    ]
    .into_iter()
    .filter_map(|(oid, value)| Some((oid, value?.as_str())))
    .collect();
    let mut found: Vec<(&str, &str)> =
        request.subject.iter().map(|(oid, value)| (oid.as_str(), value.as_str())).collect();
    // The order of attributes means nothing.
    expected.sort_unstable();
    found.sort_unstable();
    expected == found
}

/// What a certificate is for and how long it is valid.
pub(crate) struct Terms<'a> {
    pub(crate) kind: &'a KsefCertificateType,
    pub(crate) valid_from: Timestamp,
    pub(crate) valid_until: Timestamp,
}

impl Terms<'_> {
    /// These terms under a number.
    pub(crate) fn issuance(&self, serial: &CertificateSerial) -> Issuance {
        Issuance {
            serial: serial.to_bytes(),
            not_before: self.valid_from,
            not_after: self.valid_until,
            usage: match self.kind {
                KsefCertificateType::Offline => KeyUsage::NonRepudiation,
                KsefCertificateType::Authentication | KsefCertificateType::Unknown(_) => {
                    KeyUsage::DigitalSignature
                }
            },
        }
    }
}

/// Issues what a request asks for.
pub(crate) fn issue(
    authority: &CertificateAuthority,
    request: &ReceivedRequest,
    serial: &CertificateSerial,
    terms: &Terms<'_>,
) -> Result<Certificate, CertificateError> {
    authority.issue(&request.subject, &request.spki_der, &terms.issuance(serial))
}

/// Issues a certificate that nobody applied for.
pub(crate) fn issue_unasked(
    shared: &Shared,
    subject: &ksef_crypto::Subject,
    kind: KsefCertificateType,
    key: KeyKind,
) -> Result<Credential, CredentialError> {
    let now = shared.config.clock.now();
    let valid_from = just_now(now);
    let valid_until = end_of_validity(valid_from).ok_or(CertificateError::Dates)?;
    let serial = free_serial(&mut shared.world());
    let terms = Terms { kind: &kind, valid_from, valid_until };
    let credential = shared.keys.authority.issue_credential(subject, key, &terms.issuance(&serial))?;
    let certificate = credential.certificate().clone();
    let owner = match certificate.identity() {
        Some(SubjectIdentity::Nip(value)) => Subject { kind: TokenAuthorType::Nip, value },
        Some(SubjectIdentity::Pesel(value)) => Subject { kind: TokenAuthorType::Pesel, value },
        None => Subject { kind: TokenAuthorType::Fingerprint, value: fingerprint(&certificate) },
    };
    let common_name = data_of(&certificate).map_or_else(String::new, |data| data.common_name);
    shared.world().certificates.add(IssuedCertificate {
        name: format!("Certyfikat {serial}"),
        serial,
        kind,
        owner,
        valid_until: certificate.not_after(),
        certificate,
        common_name,
        requested_at: now,
        used_at: None,
        revocation: None,
        enrollment: None,
    });
    Ok(credential)
}

/// A certificate's SHA-256 in upper-case hexadecimal digits, as permissions name it.
pub(crate) fn fingerprint(certificate: &Certificate) -> String {
    certificate.fingerprint_sha256().iter().map(|byte| format!("{byte:02X}")).collect()
}

/// Two years after the beginning (the guide's example, `certyfikaty-KSeF.md`); `None` beyond what X.509 can write.
pub(crate) fn end_of_validity(valid_from: Timestamp) -> Option<Timestamp> {
    let from = valid_from.to_zoned(TimeZone::UTC);
    // Years before 1950 and after 9999 have no place in a certificate.
    let is_writable = (1950..=9990).contains(&from.year());
    is_writable
        .then(|| from.checked_add(VALIDITY_YEARS.years()).ok().map(|until| until.timestamp()))
        .flatten()
}

/// When a certificate that is valid at once begins: a moment ago, so that a clock that lags behind takes it, too.
pub(crate) fn just_now(now: Timestamp) -> Timestamp {
    now.checked_sub(SignedDuration::from_secs(60)).unwrap_or(now)
}

/// A serial number that nobody has.
pub(crate) fn free_serial(world: &mut World) -> CertificateSerial {
    // 62 random bits: the second try is already unlikely.
    loop {
        let serial = world.references.certificate_serial();
        if !world.certificates.has(&serial) {
            return serial;
        }
    }
}

const VALIDITY_YEARS: i32 = 2;
const COMMON_NAME: &str = "2.5.4.3";
const SURNAME: &str = "2.5.4.4";
const SERIAL_NUMBER: &str = "2.5.4.5";
const COUNTRY_NAME: &str = "2.5.4.6";
const ORGANIZATION_NAME: &str = "2.5.4.10";
const GIVEN_NAME: &str = "2.5.4.42";
const UNIQUE_IDENTIFIER: &str = "2.5.4.45";
const ORGANIZATION_IDENTIFIER: &str = "2.5.4.97";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_years_also_from_a_leap_day() {
        let end = |from: &str| end_of_validity(from.parse().expect("a time")).map(|end| end.to_string());
        assert_eq!(end("2026-11-22T10:00:00Z").as_deref(), Some("2028-11-22T10:00:00Z"));
        assert_eq!(end("2028-02-29T10:00:00Z").as_deref(), Some("2030-02-28T10:00:00Z"));
        assert_eq!(end("9999-01-01T00:00:00Z"), None);
        assert_eq!(end("1900-01-01T00:00:00Z"), None);
    }
}
