//! Certificates and keys, made at test time.

use jiff::SignedDuration;
use rcgen::{CertificateParams, DnType, KeyPair, KeyUsagePurpose};

/// A certificate of type Offline and its key as PEM, made now.
pub(crate) fn offline_certificate() -> (String, String) {
    let key = KeyPair::generate().expect("a key");
    let mut params = CertificateParams::default();
    params.key_usages = vec![KeyUsagePurpose::ContentCommitment];
    let certificate = params.self_signed(&key).expect("a certificate");
    (certificate.pem(), key.serialize_pem())
}

/// A seal's certificate and its key as PEM, made now.
pub(crate) fn certificate_and_key(nip: &str) -> (String, String) {
    let key = KeyPair::generate().expect("a key");
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CountryName, "PL");
    params.distinguished_name.push(DnType::OrganizationName, "Firma z testu");
    params.distinguished_name.push(DnType::CustomDnType(vec![2, 5, 4, 97]), format!("VATPL-{nip}"));
    params.distinguished_name.push(DnType::CommonName, "Firma z testu");
    let certificate = params.self_signed(&key).expect("a certificate");
    (certificate.pem(), key.serialize_pem())
}

/// The same, valid from yesterday for some days from now.
pub(crate) fn certificate_that_ends(nip: &str, days: i64) -> (String, String) {
    let day = |days: i64| {
        let date = (jiff::Timestamp::now() + SignedDuration::from_hours(24 * days))
            .in_tz("UTC")
            .expect("UTC")
            .date();
        rcgen::date_time_ymd(date.year().into(), date.month().unsigned_abs(), date.day().unsigned_abs())
    };
    let key = KeyPair::generate().expect("a key");
    let mut params = CertificateParams::default();
    (params.not_before, params.not_after) = (day(-1), day(days));
    params.distinguished_name.push(DnType::CountryName, "PL");
    params.distinguished_name.push(DnType::OrganizationName, "Firma z testu");
    params.distinguished_name.push(DnType::CustomDnType(vec![2, 5, 4, 97]), format!("VATPL-{nip}"));
    params.distinguished_name.push(DnType::CommonName, "Firma z testu");
    let certificate = params.self_signed(&key).expect("a certificate");
    (certificate.pem(), key.serialize_pem())
}
