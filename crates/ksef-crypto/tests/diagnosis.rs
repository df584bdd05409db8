//! Each cause has its finding, and only that one; certificates are made by `openssl` at test time.

mod common;

use std::path::Path;

use common::{openssl, read};
use ksef_crypto::diagnosis::{
    CredentialDiagnosis, Environment, Finding, Purpose, Question, codes, diagnose, diagnose_token, explain,
};
use ksef_crypto::{CredentialFiles, SecretString};
use secrecy::ExposeSecret as _;

fn day(days: i64) -> jiff::Timestamp {
    jiff::Timestamp::now() + jiff::SignedDuration::from_hours(24 * days)
}

fn ask<'a>() -> Question<'a> {
    Question::at(day(1))
}

fn codes_of(findings: &[Finding]) -> Vec<&'static str> {
    findings.iter().map(|finding| finding.code).collect()
}

/// What a certificate is made with.
struct Made {
    algorithm: &'static str,
    subject: &'static str,
    usage: &'static str,
    issuer: Option<&'static str>,
    more: &'static str,
}

const PLAIN: Made = Made {
    algorithm: "EC -pkeyopt ec_paramgen_curve:P-256",
    subject: "/C=PL/O=Firma/2.5.4.97=VATPL-5265877635/CN=Firma",
    usage: "digitalSignature",
    issuer: Some("CCK KSeF"),
    more: "",
};

/// `c.pem`, valid for 100 days from now, and its encrypted key `k.pem`.
fn make(folder: &Path, made: &Made) -> Option<()> {
    openssl(folder, &format!("genpkey -algorithm {} -out {{}}/plain.pem", made.algorithm))?;
    openssl(folder, "pkcs8 -topk8 -in {}/plain.pem -out {}/k.pem -passout pass:tajne");
    let subject = made.subject.replace(' ', "~");
    let extensions = format!("-addext keyUsage=critical,{}{}", made.usage, made.more);
    match made.issuer {
        None => openssl(
            folder,
            &format!(
                "req -x509 -utf8 -new -key {{}}/plain.pem -subj {subject} -days 100 {extensions} -out {{}}/c.pem"
            ),
        ),
        Some(issuer) => {
            openssl(folder, "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out {}/ca.key");
            let issuer = issuer.replace(' ', "~");
            openssl(
                folder,
                &format!(
                    "req -x509 -new -key {{}}/ca.key -subj /C=PL/O=MF/CN={issuer} -days 200 -out {{}}/ca.pem"
                ),
            );
            openssl(
                folder,
                &format!("req -new -utf8 -key {{}}/plain.pem -subj {subject} {extensions} -out {{}}/r.pem"),
            );
            openssl(
                folder,
                "x509 -req -copy_extensions copyall -in {}/r.pem -CA {}/ca.pem -CAkey {}/ca.key -CAcreateserial -days 100 -out {}/c.pem",
            )
        }
    }
}

fn judge(folder: &Path, password: Option<&str>, question: &Question<'_>) -> CredentialDiagnosis {
    let password = password.map(|text| SecretString::from(text.to_owned()));
    let key = read(folder, "k.pem");
    let files = CredentialFiles::read(&read(folder, "c.pem"), Some(&key), password.as_ref());
    diagnose(&files.expect("a certificate"), question)
}

fn check(folder: &Path, question: &Question<'_>, problems: &[&str], notes: &[&str]) {
    let found = judge(folder, Some("tajne"), question);
    assert_eq!(codes_of(&found.problems), problems, "{:?}", found.problems);
    assert_eq!(codes_of(&found.notes), notes, "{:?}", found.notes);
    for finding in found.problems.iter().chain(&found.notes) {
        assert!(codes().any(|code| code == finding.code), "{}", finding.code);
        for text in [&finding.message.pl, &finding.message.en, &finding.remedy.pl, &finding.remedy.en] {
            assert!(!text.contains(['{', '}']), "{text}");
        }
    }
}

#[test]
fn a_sound_credential_has_no_problem() {
    let folder = tempfile::tempdir().expect("a folder");
    let Some(()) = make(folder.path(), &PLAIN) else { return };
    check(folder.path(), &ask(), &[], &[]);
    let all = Question {
        purpose: Some(Purpose::Authentication),
        environment: Some(Environment::Prd),
        company_nip: Some("5265877635"),
        ..ask()
    };
    check(folder.path(), &all, &[], &["CRED501"]);
}

#[test]
fn passwords_and_keys() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let Some(()) = make(folder, &PLAIN) else { return };
    assert_eq!(codes_of(&judge(folder, Some("TAJNE"), &ask()).problems), ["CRED101"]);
    assert_eq!(codes_of(&judge(folder, None, &ask()).problems), ["CRED102"]);

    openssl(folder, "pkcs8 -topk8 -in {}/ca.key -out {}/k.pem -passout pass:tajne");
    let found = judge(folder, Some("tajne"), &ask());
    assert_eq!(codes_of(&found.problems), ["CRED103"]);
    let certificate = found.certificate.expect("the certificate");
    assert!(found.problems[0].message.en.contains(&certificate.serial_hex()), "{:?}", found.problems);

    std::fs::write(folder.join("k.pem"), "nothing").expect("written");
    check(folder, &ask(), &["CRED104"], &[]);
    openssl(folder, "genpkey -algorithm ED25519 -out {}/k.pem");
    let found = judge(folder, None, &ask());
    assert_eq!(codes_of(&found.problems), ["CRED105"]);
    assert!(found.problems[0].message.pl.contains("Ed25519"), "{:?}", found.problems);
    openssl(
        folder,
        "pkcs8 -provider legacy -provider default -topk8 -v1 PBE-MD5-DES -in {}/plain.pem -out {}/k.pem -passout pass:tajne",
    );
    check(folder, &ask(), &["CRED106"], &[]);
    std::fs::copy(folder.join("c.pem"), folder.join("k.pem")).expect("copied");
    check(folder, &ask(), &["CRED112"], &[]);
    std::fs::copy(folder.join("plain.pem"), folder.join("k.pem")).expect("copied");
    check(folder, &ask(), &[], &["CRED109"]);

    let files = CredentialFiles::read(&read(folder, "c.pem"), None, None).expect("a certificate");
    assert_eq!(codes_of(&diagnose(&files, &ask()).notes), ["CRED108"]);

    openssl(folder, "pkcs12 -export -in {}/c.pem -inkey {}/plain.pem -out {}/c.p12 -passout pass:x");
    let mut container = read(folder, "c.p12");
    let wrong = CredentialFiles::read(&container, None, Some(&SecretString::from("y".to_owned())));
    let found = diagnose(&wrong.expect("a container"), &ask());
    assert_eq!(codes_of(&found.problems), ["CRED101"]);
    assert!(found.certificate.is_none() && found.key.is_none());
    container[1] = 0x80;
    let files = CredentialFiles::read(&container, None, None).expect("a container");
    assert_eq!(codes_of(&diagnose(&files, &ask()).problems), ["CRED107"]);

    let short = Made { algorithm: "RSA -pkeyopt rsa_keygen_bits:1024", ..PLAIN };
    make(folder, &short);
    let found = judge(folder, Some("tajne"), &ask());
    assert_eq!(codes_of(&found.problems), ["CRED105", "CRED111"]);
}

#[test]
fn several_pairs_and_which_was_taken() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let mut all = Vec::new();
    for usage in ["digitalSignature", "nonRepudiation"] {
        let Some(()) = make(folder, &Made { usage, ..PLAIN }) else { return };
        all.extend(read(folder, "c.pem"));
        all.extend(read(folder, "plain.pem"));
    }
    let files = CredentialFiles::read(&all, None, None).expect("certificates");
    for purpose in [Purpose::Authentication, Purpose::Offline] {
        let found = diagnose(&files, &Question { purpose: Some(purpose), ..ask() });
        assert!(found.problems.is_empty(), "{:?}", found.problems);
        assert_eq!(codes_of(&found.notes), ["CRED110", "CRED109"]);
        assert_eq!(found.certificate.expect("one").certificate_type(), purpose.certificate_type());
    }
}

#[test]
fn validity() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let Some(()) = make(folder, &PLAIN) else { return };
    check(folder, &Question::at(day(-1)), &["CRED201"], &[]);
    check(folder, &Question::at(day(101)), &["CRED202"], &[]);
    check(folder, &Question::at(day(69)), &[], &[]);
    check(folder, &Question::at(day(90)), &[], &["CRED203"]);
    let found = judge(folder, Some("tajne"), &Question::at(day(-1)));
    let from = found.certificate.expect("the certificate").not_before();
    // Half past eleven in the evening here is another day there: what people are told is Warsaw's.
    let warsaw = from.in_tz("Europe/Warsaw").expect("the time zone").strftime("%Y-%m-%d %H:%M").to_string();
    assert!(found.problems[0].message.en.contains(&warsaw), "{:?}", found.problems);
    let found = judge(folder, Some("tajne"), &Question::at(day(90)));
    assert!(found.notes[0].message.pl.contains("za 9 dni"), "{:?}", found.notes);
}

#[test]
fn purpose() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let with = |purpose| Question { purpose: Some(purpose), ..ask() };
    let Some(()) = make(folder, &PLAIN) else { return };
    check(folder, &with(Purpose::Offline), &["CRED302"], &[]);
    make(folder, &Made { usage: "nonRepudiation", ..PLAIN });
    check(folder, &ask(), &[], &["CRED304"]);
    check(folder, &with(Purpose::Offline), &[], &[]);
    check(folder, &with(Purpose::Authentication), &["CRED301"], &[]);
    make(folder, &Made { usage: "digitalSignature,nonRepudiation", ..PLAIN });
    check(folder, &ask(), &[], &["CRED305"]);
    check(folder, &with(Purpose::Offline), &["CRED303"], &[]);
    check(folder, &with(Purpose::Authentication), &[], &["CRED305"]);
    let p384 = "EC -pkeyopt ec_paramgen_curve:P-384";
    make(folder, &Made { usage: "nonRepudiation", algorithm: p384, ..PLAIN });
    check(folder, &with(Purpose::Offline), &["CRED306"], &[]);
}

#[test]
fn environment() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let at = |environment| Question { environment: Some(environment), ..ask() };
    let Some(()) = make(folder, &PLAIN) else { return };
    check(folder, &at(Environment::Prd), &[], &[]);
    check(folder, &at(Environment::Test), &["CRED402"], &[]);
    check(folder, &at(Environment::Demo), &["CRED402"], &[]);
    make(folder, &Made { issuer: Some("TEST CCK KSeF"), ..PLAIN });
    check(folder, &ask(), &[], &["CRED405"]);
    check(folder, &at(Environment::Prd), &["CRED401"], &[]);
    check(folder, &at(Environment::Demo), &[], &[]);
    check(folder, &at(Environment::Test), &[], &[]);
    make(folder, &Made { issuer: None, ..PLAIN });
    check(folder, &ask(), &[], &["CRED403"]);
    check(folder, &at(Environment::Test), &[], &[]);
    check(folder, &at(Environment::Demo), &["CRED403"], &[]);
    check(folder, &at(Environment::Prd), &["CRED403"], &[]);
    make(folder, &Made { issuer: Some("Someone"), ..PLAIN });
    check(folder, &ask(), &[], &["CRED404"]);
    check(folder, &at(Environment::Test), &[], &["CRED404"]);
    check(folder, &at(Environment::Prd), &["CRED404"], &[]);
    // A qualified certificate: its issuer need not be known, and Non-Repudiation alone does not make it Offline.
    let statements = " -addext 1.3.6.1.5.5.7.1.3=DER:30:0A:30:08:06:06:04:00:8E:46:01:01";
    make(folder, &Made { issuer: Some("Someone"), usage: "nonRepudiation", more: statements, ..PLAIN });
    check(folder, &at(Environment::Prd), &[], &["CRED305"]);
    check(
        folder,
        &Question { purpose: Some(Purpose::Authentication), ..at(Environment::Prd) },
        &[],
        &["CRED305"],
    );
}

#[test]
fn whose_it_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let of = |nip| Question { company_nip: Some(nip), ..ask() };
    let person = |identity: &'static str| Made { subject: identity, ..PLAIN };
    let Some(()) = make(folder, &PLAIN) else { return };
    check(folder, &of("5265877635"), &[], &["CRED501"]);
    check(folder, &of("1111111111"), &[], &["CRED503"]);
    make(folder, &person("/C=PL/GN=A/SN=B/serialNumber=TINPL-5265877635/CN=A B"));
    check(folder, &of("5265877635"), &[], &["CRED501"]);
    check(folder, &of("1111111111"), &[], &["CRED502"]);
    make(folder, &person("/C=PL/GN=A/SN=B/serialNumber=PNOPL-88102341294/CN=A B"));
    check(folder, &of("5265877635"), &[], &["CRED502"]);
    let found = judge(folder, Some("tajne"), &of("5265877635"));
    assert!(!format!("{:?}", found.notes).contains("88102341294"), "a PESEL is nobody's business");
    make(folder, &person("/C=PL/CN=A B"));
    check(folder, &of("5265877635"), &[], &["CRED504"]);
    make(folder, &person("/C=PL/GN=A/SN=B/O=Firma/2.5.4.97=VATPL-5265877635/CN=Firma"));
    check(folder, &of("5265877635"), &[], &["CRED501", "CRED505"]);
}

const TOKEN: &str = "20260101-EC-0123456789-ABCDEF0123-0A|nip-5265877635|0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

#[test]
fn tokens() {
    let question = Question { company_nip: Some("5265877635"), ..ask() };
    let check = |pasted: &str, problems: &[&str], notes: &[&str]| {
        let found = diagnose_token(pasted, &question);
        assert_eq!(codes_of(&found.problems), problems, "{pasted}");
        assert_eq!(codes_of(&found.notes), notes, "{pasted}");
        let shown = format!("{found:?}");
        assert!(pasted.len() < 20 || !shown.contains(pasted.trim()), "it prints the token: {shown}");
    };
    check(TOKEN, &[], &["CRED610"]);
    check(&format!(" \"{TOKEN}\"\r\n"), &[], &["CRED611", "CRED610"]);
    let trimmed = diagnose_token(&format!("„{TOKEN}”\n"), &question);
    assert_eq!(trimmed.token.expose_secret(), TOKEN);
    assert_eq!(trimmed.nip.as_deref(), Some("5265877635"));
    // Lengths vary: 40 is none to check for.
    check("a1b2c3d4e5f6a7b8c9d0e1f2a3b4c5d6e7f8a9b0", &[], &["CRED609", "CRED610"]);
    check(&TOKEN.replace("nip-5265877635", "internalId-5265877635-12345"), &[], &["CRED610"]);
    check(&"AB".repeat(32), &["CRED601"], &[]);
    check("", &["CRED602"], &[]);
    check("  \n", &["CRED602"], &["CRED611"]);
    check(&"x|".repeat(81), &["CRED603"], &[]);
    check("eyJhbGciOiJIUzI1NiJ9.eyJ0eXAiOiJDb250ZXh0VG9rZW4ifQ.c2ln", &["CRED604"], &[]);
    check("20260101-EC-0123456789-ABCDEF0123-0A", &["CRED605"], &[]);
    check("-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----", &["CRED606"], &[]);
    check("hunter2", &["CRED607"], &[]);
    check("https://ksef.mf.gov.pl/web/tokens/of/this/company", &["CRED607"], &[]);
    check(&TOKEN.replace("5265877635", "1111111111"), &["CRED608"], &["CRED610"]);
    check(&TOKEN.replace('|', " | "), &["CRED612"], &[]);
    check("zażółć gęślą jaźń i jeszcze trochę, aby było długo", &["CRED612"], &[]);
}

#[test]
fn every_code_is_explained() {
    assert!(codes().count() > 30);
    for code in codes() {
        let told = explain(code).expect(code);
        assert!(
            !told.message.pl.is_empty() && !told.remedy.en.is_empty() && !told.source.is_empty(),
            "{code}"
        );
    }
}
