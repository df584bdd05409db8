//! Requests for certificates, read by `openssl`.

mod common;

use common::{openssl_output, read};
use ksef_crypto::csr::{CertificateRequestError, CertificateRequestSubject, generate};
use ksef_crypto::{Certificate, Credential, KeyKind};

fn person() -> CertificateRequestSubject {
    CertificateRequestSubject {
        common_name: "Żaneta Święć".into(),
        country_name: "PL".into(),
        given_name: Some("Żaneta".into()),
        surname: Some("Święć".into()),
        serial_number: Some("PNOPL-88102341294".into()),
        unique_identifier: Some("u-1".into()),
        ..CertificateRequestSubject::default()
    }
}

fn seal() -> CertificateRequestSubject {
    CertificateRequestSubject {
        common_name: "Róża, Łąka i Spółka sp. j.".into(),
        country_name: "PL".into(),
        organization_name: Some("Róża, Łąka i Spółka sp. j.".into()),
        organization_identifier: Some("VATPL-5265877635".into()),
        ..CertificateRequestSubject::default()
    }
}

#[test]
fn openssl_reads_the_exact_subject_and_verifies_the_request() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let cases = [
        (
            person(),
            "countryName=PL,GN=Żaneta,SN=Święć,serialNumber=PNOPL-88102341294,x500UniqueIdentifier=u-1,commonName=Żaneta Święć",
        ),
        (
            seal(),
            "countryName=PL,organizationName=Róża, Łąka i Spółka sp. j.,organizationIdentifier=VATPL-5265877635,commonName=Róża, Łąka i Spółka sp. j.",
        ),
    ];
    for (subject, expected) in cases {
        for kind in [KeyKind::EcP256, KeyKind::Rsa { bits: 2048 }] {
            let request = generate(&subject, kind).expect("a request");
            assert_eq!(request.key.kind(), kind);
            std::fs::write(folder.join("r.der"), &request.der).expect("written");
            let Some(words) = openssl_output(
                folder,
                "req -inform DER -in {}/r.der -verify -noout -subject -nameopt utf8,sep_comma_plus,lname",
            ) else {
                return;
            };
            let told = words
                .trim()
                .trim_start_matches("subject=")
                .replace("givenName=", "GN=")
                .replace("surname=", "SN=");
            assert_eq!(told, expected);
            // Every text is a UTF8String but the country, and nothing else is asked for.
            let structure =
                openssl_output(folder, "asn1parse -inform DER -in {}/r.der").expect("openssl is here");
            assert_eq!(structure.matches("PRINTABLESTRING").count(), 1, "{structure}");
            assert_eq!(
                structure.matches("UTF8STRING").count(),
                expected.matches('=').count() - 1,
                "{structure}"
            );
            let bits =
                openssl_output(folder, "req -inform DER -in {}/r.der -noout -text").expect("openssl is here");
            assert!(bits.contains(if kind == KeyKind::EcP256 { "prime256v1" } else { "2048 bit" }), "{bits}");
        }
    }
}

#[test]
fn a_certificate_over_the_request_pairs_with_its_key() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let request = generate(&person(), KeyKind::EcP256).expect("a request");
    std::fs::write(folder.join("r.der"), &request.der).expect("written");
    let made = [
        "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out {}/ca.pem",
        "req -x509 -new -key {}/ca.pem -subj /CN=CA -days 2 -out {}/ca.crt",
        "req -inform DER -in {}/r.der -out {}/r.pem",
        "x509 -req -in {}/r.pem -CA {}/ca.crt -CAkey {}/ca.pem -CAcreateserial -days 1 -out {}/c.pem",
    ];
    for words in made {
        if openssl_output(folder, words).is_none() {
            return;
        }
    }
    let certificate = Certificate::from_pem_or_der(&read(folder, "c.pem")).expect("a certificate");
    assert!(certificate.subject().contains("surname=Święć"), "{}", certificate.subject());
    Credential::new(certificate, request.key).expect("a pair");
}

#[test]
fn what_ksef_would_refuse_is_not_made() {
    for kind in [KeyKind::EcP384, KeyKind::Rsa { bits: 4096 }] {
        assert!(
            matches!(generate(&seal(), kind), Err(CertificateRequestError::KeyKind { found }) if found == kind)
        );
    }
    let nameless = CertificateRequestSubject { common_name: String::new(), ..seal() };
    let refused = generate(&nameless, KeyKind::EcP256);
    assert!(matches!(refused, Err(CertificateRequestError::Empty { attribute: "commonName" })));
}
