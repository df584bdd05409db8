//! An authority of one's own and the requests that it reads, with OpenSSL as the other side.

mod common;

use common::run_tool;
use jiff::{SignedDuration, Timestamp};
use ksef_crypto::{
    CertificateAuthority, Issuance, KeyKind, KeyUsage, ReceivedRequest, RequestRefusal, Subject,
    SubjectIdentity,
};

fn authority() -> CertificateAuthority {
    let now: Timestamp = common::timestamp();
    let (from, to) = (now - SignedDuration::from_hours(24), now + SignedDuration::from_hours(24 * 3650));
    CertificateAuthority::generate("Próbny wystawca", from, to).expect("an authority")
}

fn issuance(usage: KeyUsage) -> Issuance {
    let now = common::timestamp();
    Issuance {
        serial: [0x03, 0x21, 0xC8, 0x2D, 0xA4, 0x1B, 0x43, 0x62],
        not_before: now,
        not_after: now + SignedDuration::from_hours(24 * 730),
        usage,
    }
}

fn person() -> Subject {
    let identity = SubjectIdentity::Pesel("88102341294".to_owned());
    Subject::Person { identity, given_name: "Łucja".to_owned(), surname: "Żak-Ósma".to_owned() }
}

#[test]
fn what_it_issues_is_verified_by_openssl() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let authority = authority();
    for (usage, text) in
        [(KeyUsage::DigitalSignature, "Digital Signature"), (KeyUsage::NonRepudiation, "Non Repudiation")]
    {
        for kind in [KeyKind::EcP256, KeyKind::Rsa { bits: 2048 }] {
            let credential =
                authority.issue_credential(&person(), kind, &issuance(usage)).expect("a credential");
            let certificate = credential.certificate();
            assert_eq!(certificate.serial_hex(), "0321C82DA41B4362");
            assert_eq!(certificate.identity(), Some(SubjectIdentity::Pesel("88102341294".to_owned())));
            assert!(authority.has_issued(certificate) && !certificate.is_self_signed());
            std::fs::write(path("ca.der"), authority.certificate().der()).expect("written");
            std::fs::write(path("own.der"), certificate.der()).expect("written");
            let Some(made) = run_tool("openssl", &["x509", "-in", &path("ca.der"), "-out", &path("ca.pem")])
            else {
                return;
            };
            assert!(made.status.success());
            let verified = run_tool(
                "openssl",
                &["verify", "-no_check_time", "-CAfile", &path("ca.pem"), &path("own.der")],
            )
            .expect("installed");
            assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stderr));
            let shown = run_tool("openssl", &["x509", "-in", &path("own.der"), "-noout", "-text"])
                .expect("installed");
            let shown = String::from_utf8_lossy(&shown.stdout);
            assert!(shown.contains(text), "{shown}");
        }
    }
}

#[test]
fn another_authority_has_issued_nothing_of_it() {
    let (ours, other) = (authority(), authority());
    let credential = ours
        .issue_credential(&person(), KeyKind::EcP256, &issuance(KeyUsage::DigitalSignature))
        .expect("a credential");
    assert!(!other.has_issued(credential.certificate()), "the same name and another key");
    let restored = CertificateAuthority::restore(
        ours.certificate().der(),
        &ours.private_key().expect("its key is given out"),
    )
    .expect("the same authority");
    assert!(restored.has_issued(credential.certificate()));
    assert!(
        CertificateAuthority::restore(other.certificate().der(), &ours.private_key().expect("a key"))
            .is_err()
    );
}

#[test]
fn requests_of_openssl_are_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let subject = "/C=PL/CN=Żółta Łódź/serialNumber=PNOPL-88102341294/GN=Łucja";
    let request = |key: &[&str], digest: &[&str]| -> Option<Vec<u8>> {
        let made = run_tool("openssl", &[&["genpkey", "-out", &path("key.pem")], key].concat())?;
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let arguments: &[&str] = &[
            "req",
            "-new",
            "-utf8",
            "-key",
            &path("key.pem"),
            "-subj",
            subject,
            "-outform",
            "DER",
            "-out",
            &path("csr.der"),
        ];
        let made = run_tool("openssl", &[arguments, digest].concat())?;
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        Some(std::fs::read(path("csr.der")).expect("written"))
    };
    let rsa = |bits| ["-algorithm", "RSA", "-pkeyopt", bits];
    let ec = |curve| ["-algorithm", "EC", "-pkeyopt", curve];
    let (p256, rsa2048) = (ec("ec_paramgen_curve:P-256"), rsa("rsa_keygen_bits:2048"));
    let pss = ["-sha256", "-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:32"];
    for (key, digest) in [
        (&p256, &["-sha256"][..]),
        (&p256, &["-sha384"]),
        (&p256, &["-sha512"]),
        (&p256, &["-sha1"]),
        (&rsa2048, &["-sha256"]),
        (&rsa2048, &["-sha384"]),
        (&rsa2048, &["-sha512"]),
        (&rsa2048, &["-sha1"]),
        (&rsa2048, &pss),
    ] {
        let Some(der) = request(key, digest) else { return };
        let read = ReceivedRequest::read(&der).unwrap_or_else(|error| panic!("{key:?} {digest:?}: {error}"));
        assert_eq!(read.attribute("2.5.4.3"), Some("Żółta Łódź"));
        assert_eq!(read.attribute("2.5.4.42"), Some("Łucja"));
        assert_eq!(read.attribute("2.5.4.5"), Some("PNOPL-88102341294"));
        // The certificate says what the request asked for, letter by letter.
        let certificate = authority()
            .issue(&read.subject, &read.spki_der, &issuance(KeyUsage::DigitalSignature))
            .expect("a certificate");
        assert_eq!(certificate.subject_attributes(), read.subject);
        assert_eq!(certificate.spki_der(), read.spki_der);

        let mut changed = der.clone();
        let last = changed.len() - 1;
        changed[last] ^= 1;
        assert!(ReceivedRequest::read(&changed).is_err(), "{key:?} {digest:?}: changed");
    }
    let check = |key: &[&str], digest: &[&str], expected: RequestRefusal| {
        let der = request(key, digest).expect("openssl is there");
        assert_eq!(ReceivedRequest::read(&der).expect_err("refused"), expected, "{key:?} {digest:?}");
    };
    check(&rsa("rsa_keygen_bits:3072"), &["-sha256"], RequestRefusal::Key);
    check(&ec("ec_paramgen_curve:P-384"), &["-sha384"], RequestRefusal::Key);
    check(&["-algorithm", "ED25519"], &[], RequestRefusal::Key);
    let sha224 = RequestRefusal::SignatureAlgorithm { oid: "1.2.840.113549.1.1.14".to_owned() };
    check(&rsa2048, &["-sha224"], sha224);

    // Field notes B12: a name with Polish letters in a PrintableString.
    let der = request(&p256, &["-sha256"]).expect("openssl is there");
    let name = "Żółta Łódź".as_bytes();
    let at = der.windows(name.len()).position(|window| window == name).expect("the name stands there") - 2;
    let mut printable = der.clone();
    printable[at] = 19;
    assert!(matches!(ReceivedRequest::read(&printable), Err(RequestRefusal::Format { .. })));
    for garbage in [&b""[..], b"x", &der[..der.len() - 1], &[der.as_slice(), b"0"].concat()] {
        assert!(matches!(ReceivedRequest::read(garbage), Err(RequestRefusal::Format { .. })));
    }
}
