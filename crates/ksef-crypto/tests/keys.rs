//! Private keys and certificates as people have them, made by `openssl` at test time.

mod common;

use common::{openssl, run_tool};
use ksef_crypto::{
    Certificate, CertificateError, Credential, CredentialError, KeyError, KeyKind, SecretString, SigningKey,
    SubjectIdentity,
};

#[test]
fn every_container_of_a_key_loads() {
    let folder = tempfile::tempdir().expect("a folder");
    let (folder, password) = (folder.path(), SecretString::from("zażółć gęślą 1!".to_owned()));
    let read = |name: &str, password: Option<&SecretString>| {
        SigningKey::from_bytes(&std::fs::read(folder.join(name)).expect("made"), password)
    };
    let kinds = [
        ("RSA -pkeyopt rsa_keygen_bits:2048", KeyKind::Rsa { bits: 2048 }),
        ("RSA -pkeyopt rsa_keygen_bits:4096", KeyKind::Rsa { bits: 4096 }),
        ("EC -pkeyopt ec_paramgen_curve:P-256", KeyKind::EcP256),
        ("EC -pkeyopt ec_paramgen_curve:P-384", KeyKind::EcP384),
    ];
    for (algorithm, kind) in kinds {
        let Some(()) = openssl(folder, &format!("genpkey -algorithm {algorithm} -out {{}}/k8.pem")) else {
            return;
        };
        openssl(folder, "pkcs8 -topk8 -nocrypt -in {}/k8.pem -outform DER -out {}/k8.der");
        openssl(folder, "pkey -in {}/k8.pem -traditional -out {}/old.pem");
        openssl(folder, "pkey -in {}/k8.pem -traditional -outform DER -out {}/old.der");
        for name in ["k8.pem", "k8.der", "old.pem", "old.der"] {
            assert_eq!(read(name, None).expect(name).kind(), kind, "{name}");
        }
        for encryption in
            ["aes-256-cbc", "aes-128-cbc", "des3", "aes-256-cbc -v2prf hmacWithSHA1", "aes-256-cbc -scrypt"]
        {
            let encryption = encryption.replace("aes-256-cbc -scrypt", "-scrypt");
            let how = if encryption == "-scrypt" { encryption } else { format!("-v2 {encryption}") };
            for (form, name) in [("PEM", "enc.pem"), ("DER", "enc.der")] {
                let command = format!(
                    "pkcs8 -topk8 {how} -in {{}}/k8.pem -outform {form} -out {{}}/{name} -passout pass:zażółć~gęślą~1!"
                );
                openssl(folder, &command);
                assert_eq!(read(name, Some(&password)).expect(&command).kind(), kind, "{command}");
                assert!(matches!(read(name, None), Err(KeyError::PasswordNeeded)), "{command}");
                let wrong = SecretString::from("zazolc".to_owned());
                assert!(matches!(read(name, Some(&wrong)), Err(KeyError::WrongPassword)), "{command}");
            }
        }
    }
}

#[test]
fn keys_that_cannot_be_used_are_told_apart() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let Some(()) = openssl(folder, "genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out {}/k.pem")
    else {
        return;
    };
    openssl(folder, "pkey -in {}/k.pem -traditional -aes256 -passout pass:x -out {}/proc-type.pem");
    openssl(folder, "genpkey -algorithm ED25519 -out {}/ed.pem");
    openssl(folder, "req -x509 -new -key {}/k.pem -subj /CN=x -days 2 -out {}/c.pem");
    let read = |name: &str| SigningKey::from_bytes(&std::fs::read(folder.join(name)).expect("made"), None);
    assert!(matches!(read("proc-type.pem"), Err(KeyError::UnsupportedEncryption { .. })));
    assert!(matches!(read("ed.pem"), Err(KeyError::Unsupported)));
    assert!(matches!(read("c.pem"), Err(KeyError::OtherPem { label }) if label == "CERTIFICATE"));
    assert!(matches!(SigningKey::from_bytes(b"nothing", None), Err(KeyError::Unsupported)));
    let certificate = Certificate::from_pem_or_der(&std::fs::read(folder.join("k.pem")).expect("made"));
    assert!(matches!(certificate, Err(CertificateError::OtherPem { label }) if label == "PRIVATE KEY"));
    assert!(matches!(Certificate::from_pem_or_der(b""), Err(CertificateError::NotACertificate)));
}

#[test]
fn a_certificate_made_elsewhere_reads_and_pairs_with_its_key_only() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let subject = "/C=PL/O=Firma/2.5.4.97=VATPL-5265877635/CN=Firma";
    for algorithm in ["RSA -pkeyopt rsa_keygen_bits:2048", "EC -pkeyopt ec_paramgen_curve:P-256"] {
        let Some(()) = openssl(folder, &format!("genpkey -algorithm {algorithm} -out {{}}/k.pem")) else {
            return;
        };
        openssl(
            folder,
            &format!("req -x509 -new -key {{}}/k.pem -subj {subject} -days 2 -outform DER -out {{}}/c.der"),
        );
        openssl(folder, "x509 -inform DER -in {}/c.der -out {}/c.pem");
        let key = || {
            SigningKey::from_bytes(&std::fs::read(folder.join("k.pem")).expect("made"), None).expect("a key")
        };
        for name in ["c.der", "c.pem"] {
            let certificate =
                Certificate::from_pem_or_der(&std::fs::read(folder.join(name)).expect("made")).expect(name);
            assert_eq!(certificate.identity(), Some(SubjectIdentity::Nip("5265877635".into())));
            assert!(!certificate.has_person_names());
            let other = SigningKey::generate(key().kind()).expect("a key");
            assert!(matches!(
                Credential::new(certificate.clone(), other),
                Err(CredentialError::Mismatch { .. })
            ));
            Credential::new(certificate, key()).expect("a pair");
        }
    }
}

#[test]
fn our_own_certificate_is_one_to_openssl() {
    let folder = tempfile::tempdir().expect("a folder");
    for kind in [KeyKind::Rsa { bits: 2048 }, KeyKind::EcP256] {
        let credential = common::credential(kind);
        std::fs::write(folder.path().join("own.der"), credential.certificate().der()).expect("written");
        let file = folder.path().join("own.der");
        let arguments = [
            "x509",
            "-inform",
            "DER",
            "-in",
            &file.to_string_lossy(),
            "-noout",
            "-subject",
            "-serial",
            "-nameopt",
            "utf8",
        ];
        let Some(output) = run_tool("openssl", &arguments) else {
            return;
        };
        let words = String::from_utf8_lossy(&output.stdout);
        assert!(words.contains("VATPL-5265877635") && words.contains("Żółta Łódź"), "{words}");
        assert!(words.contains(&format!("serial={}", credential.certificate().serial_hex())), "{words}");
    }
}

#[test]
fn nothing_secret_is_printed() {
    let credential = common::credential(KeyKind::EcP256);
    assert_eq!(format!("{:?}", credential.key()), "SigningKey(EC P-256, ***)");
    assert_eq!(format!("{:?}", ksef_crypto::SessionKey::generate()), "SessionKey(***)");
}
