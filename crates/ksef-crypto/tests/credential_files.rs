//! Certificates, chains and containers as people have them, made by `openssl` at test time.

mod common;

use std::path::Path;

use common::{openssl, openssl_output, read};
use ksef_crypto::{
    Certificate, CertificateError, Credential, CredentialError, CredentialFiles, KeyError, KeyKind,
    SecretString, SubjectIdentity,
};

const PASSWORD: &str = "zażółć gęślą 1!";
const PASS: &str = "pass:zażółć~gęślą~1!";
const SUBJECT: &str = "/C=PL/O=Żółta~Łódź/2.5.4.97=VATPL-5265877635/CN=Żółta~Łódź";

fn secret(text: &str) -> SecretString {
    SecretString::from(text.to_owned())
}

/// `k.pem`, `c.pem` and the authority that issued it, `ca.pem`; `None` without `openssl`.
fn make_chain(folder: &Path, algorithm: &str) -> Option<()> {
    openssl(folder, "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out {}/ca.key")?;
    openssl(folder, "req -x509 -new -key {}/ca.key -subj /CN=Authority -days 9 -out {}/ca.pem");
    openssl(folder, &format!("genpkey -algorithm {algorithm} -out {{}}/k.pem"));
    openssl(folder, &format!("req -new -utf8 -key {{}}/k.pem -subj {SUBJECT} -out {{}}/r.pem"));
    openssl(
        folder,
        "x509 -req -in {}/r.pem -CA {}/ca.pem -CAkey {}/ca.key -CAcreateserial -days 2 -out {}/c.pem",
    )
}

const RSA: &str = "RSA -pkeyopt rsa_keygen_bits:2048";
const P256: &str = "EC -pkeyopt ec_paramgen_curve:P-256";
const P384: &str = "EC -pkeyopt ec_paramgen_curve:P-384";

#[test]
fn certificates_load_whatever_became_of_the_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let Some(()) = make_chain(folder, P256) else { return };
    openssl(folder, "x509 -in {}/c.pem -outform DER -out {}/c.der");
    openssl(folder, "x509 -in {}/c.pem -trustout -addtrust serverAuth -out {}/trusted.pem");
    openssl(
        folder,
        "pkcs12 -export -in {}/c.pem -inkey {}/k.pem -certfile {}/ca.pem -out {}/c.p12 -passout pass:x",
    );
    openssl(folder, "pkcs12 -in {}/c.p12 -nodes -passin pass:x -out {}/bags.pem");
    let base64 = openssl_output(folder, "base64 -in {}/c.der").expect("openssl is here");
    let text = String::from_utf8(read(folder, "c.pem")).expect("text");
    let words = openssl_output(folder, "x509 -in {}/c.pem -text").expect("openssl is here");
    assert!(String::from_utf8_lossy(&read(folder, "bags.pem")).contains("Bag Attributes"));
    let expected = read(folder, "c.der");
    for (what, bytes) in [
        ("PEM", text.clone().into_bytes()),
        ("DER", expected.clone()),
        ("with a mark", format!("\u{FEFF}{text}").into_bytes()),
        ("CRLF", text.replace('\n', "\r\n").into_bytes()),
        ("without a last line end", text.trim_end().as_bytes().to_vec()),
        ("after a description", words.into_bytes()),
        ("trusted", read(folder, "trusted.pem")),
        ("bag attributes", read(folder, "bags.pem")),
        ("bare Base64", base64.into_bytes()),
        ("one line", text.replace('\n', " ").into_bytes()),
    ] {
        let certificate =
            Certificate::from_pem_or_der(&bytes).unwrap_or_else(|error| panic!("{what}: {error}"));
        assert!(certificate.der() == expected, "{what}");
        assert_eq!(certificate.identity(), Some(SubjectIdentity::Nip("5265877635".into())), "{what}");
        assert_eq!(certificate.nip().as_deref(), Some("5265877635"));
        assert_eq!(
            certificate.subject(),
            "C=PL, O=Żółta Łódź, organizationIdentifier=VATPL-5265877635, CN=Żółta Łódź"
        );
        assert_eq!(certificate.issuer_readable(), "CN=Authority");
    }
}

#[test]
fn what_is_no_certificate_says_what_it_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    for nothing in [&b""[..], b"nothing", &[0x30, 0x82], &[0xFF; 100]] {
        assert!(matches!(Certificate::from_pem_or_der(nothing), Err(CertificateError::NotACertificate)));
        assert!(CredentialFiles::read(nothing, None, None).is_err());
    }
    let Some(()) = make_chain(folder, P256) else { return };
    let refused = Certificate::from_pem_or_der(&read(folder, "k.pem"));
    assert!(matches!(refused, Err(CertificateError::OtherPem { label }) if label == "PRIVATE KEY"));
    openssl(folder, "crl2pkcs7 -nocrl -certfile {}/c.pem -out {}/c.p7b");
    openssl(folder, "crl2pkcs7 -nocrl -certfile {}/c.pem -outform DER -out {}/c.p7b.der");
    for name in ["c.p7b", "c.p7b.der"] {
        let refused = Certificate::from_pem_or_der(&read(folder, name));
        assert!(matches!(refused, Err(CertificateError::Pkcs7)), "{name}");
    }
    // The line that the message gives works.
    openssl(folder, "pkcs7 -print_certs -in {}/c.p7b -out {}/new.pem");
    Certificate::from_pem_or_der(&read(folder, "new.pem")).expect("taken out");
}

#[test]
fn a_chain_in_any_order_yields_its_end() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let Some(()) = make_chain(folder, P256) else { return };
    let (end, authority, key) = (read(folder, "c.pem"), read(folder, "ca.pem"), read(folder, "k.pem"));
    let expected = Certificate::from_pem_or_der(&end).expect("a certificate");
    for chain in [[&end[..], &authority].concat(), [&authority[..], &end].concat()] {
        assert_eq!(Certificate::all_from_bytes(&chain).expect("two").len(), 2);
        let files = CredentialFiles::read(&chain, None, None).expect("certificates");
        assert_eq!(files.certificate().expect("one").der(), expected.der());
        let credential = Credential::read(&chain, Some(&key), None).expect("a credential");
        assert_eq!(credential.certificate().der(), expected.der());
        // All in one file.
        let credential = Credential::read(&[&chain[..], &key].concat(), None, None).expect("a credential");
        assert_eq!(credential.certificate().der(), expected.der());
    }
    assert!(matches!(Credential::read(&end, None, None), Err(CredentialError::NoKey)));
    let foreign = read(folder, "ca.key");
    assert!(matches!(Credential::read(&end, Some(&foreign), None), Err(CredentialError::Mismatch { .. })));
}

#[test]
fn containers_old_and_new_load_with_their_chains() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let methods = [
        "",
        "-legacy",
        "-keypbe PBE-SHA1-3DES -certpbe PBE-SHA1-3DES -macalg sha1",
        "-keypbe AES-128-CBC -certpbe AES-128-CBC -macalg sha512",
        "-keypbe PBE-SHA1-3DES -certpbe NONE -macalg sha1",
        "-nomac",
    ];
    let kinds = [(RSA, KeyKind::Rsa { bits: 2048 }), (P256, KeyKind::EcP256), (P384, KeyKind::EcP384)];
    for (algorithm, kind) in kinds {
        let Some(()) = make_chain(folder, algorithm) else { return };
        let expected = Certificate::from_pem_or_der(&read(folder, "c.pem")).expect("a certificate");
        for method in methods {
            for certificates in ["", "-certfile {}/ca.pem "] {
                let command = format!(
                    "pkcs12 -export {method} {certificates}-in {{}}/c.pem -inkey {{}}/k.pem -out {{}}/c.p12 -passout {PASS}"
                );
                openssl(folder, &command.replace("  ", " "));
                let container = read(folder, "c.p12");
                let credential = Credential::read(&container, None, Some(&secret(PASSWORD)))
                    .unwrap_or_else(|error| panic!("{command}: {error}"));
                assert_eq!(credential.certificate().der(), expected.der(), "{command}");
                assert_eq!(credential.key().kind(), kind, "{command}");
                for (password, is_expected) in [
                    (
                        Some("zazolc"),
                        (|error| matches!(error, KeyError::WrongPassword)) as fn(&KeyError) -> bool,
                    ),
                    (None, |error| matches!(error, KeyError::PasswordNeeded)),
                ] {
                    let files = CredentialFiles::read(&container, None, password.map(secret).as_ref());
                    let files = files.expect("a container");
                    let refused = files.keys().expect_err("it is closed");
                    assert!(is_expected(refused), "{command} {password:?}: {refused:?}");
                    assert!(files.certificate().is_none());
                }
            }
        }
    }
}

#[test]
fn containers_without_a_password_and_with_odd_ones_load() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let Some(()) = make_chain(folder, P256) else { return };
    let export = |options: &str| {
        openssl(
            folder,
            &format!("pkcs12 -export {options} -in {{}}/c.pem -inkey {{}}/k.pem -out {{}}/c.p12"),
        );
        read(folder, "c.p12")
    };
    for options in ["-passout pass:", "-legacy -passout pass:"] {
        let container = export(options);
        Credential::read(&container, None, None).expect(options);
        Credential::read(&container, None, Some(&secret(""))).expect(options);
    }
    // What OpenSSL before 1.1.0 made of UTF-8: each byte a letter.
    let widened: String = "żółw".bytes().map(char::from).collect();
    let container = export(&format!("-legacy -passout pass:{widened}"));
    Credential::read(&container, None, Some(&secret("żółw"))).expect("as old OpenSSL wrote it");
    // What is no UTF-8 is widened even today.
    std::fs::write(folder.join("password"), b"\xBF\xF3\xB3w").expect("written");
    let container = export("-legacy -passout file:{}/password");
    Credential::read(&container, None, Some(&secret("żółw"))).expect("as a Polish Windows wrote it");
    let refused = Credential::read(&container, None, Some(&secret("zolw")));
    assert!(matches!(refused, Err(CredentialError::Key(KeyError::WrongPassword))));
}

#[test]
fn a_wrong_password_of_a_container_without_mac_is_told_even_when_its_padding_fits_by_chance() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let Some(()) = make_chain(folder, P256) else { return };
    openssl(
        folder,
        &format!(
            "pkcs12 -export -legacy -nomac -in {{}}/c.pem -inkey {{}}/k.pem -out {{}}/c.p12 -passout {PASS}"
        ),
    );
    let container = read(folder, "c.p12");
    // Enough passwords for some to decrypt to a correct padding.
    for attempt in 0..2_000 {
        let files = CredentialFiles::read(&container, None, Some(&secret(&format!("{attempt}"))));
        let files = files.expect("a container");
        let refused = files.keys().expect_err("it is closed");
        assert!(matches!(refused, KeyError::WrongPassword), "{attempt}: {refused:?}");
    }
}

#[test]
fn a_container_with_several_keys_yields_the_wanted_pair() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let mut store = p12_keystore::KeyStore::new();
    let mut serials = Vec::new();
    for (alias, usage) in [("first", "digitalSignature"), ("second", "nonRepudiation")] {
        let made = openssl(folder, &format!("genpkey -algorithm {P256} -out {{}}/k.pem"));
        if made.is_none() {
            return;
        }
        openssl(
            folder,
            &format!(
                "req -x509 -new -key {{}}/k.pem -subj /CN={alias} -days 2 -addext keyUsage=critical,{usage} -outform DER -out {{}}/c.der"
            ),
        );
        openssl(folder, "pkcs8 -topk8 -nocrypt -in {}/k.pem -outform DER -out {}/k.der");
        let certificate = p12_keystore::Certificate::from_der(&read(folder, "c.der")).expect("a certificate");
        let key = p12_keystore::PrivateKey::from_der(&read(folder, "k.der")).expect("a key");
        let chain = p12_keystore::PrivateKeyChain::new(alias, key, [certificate]);
        store.add_entry(alias, p12_keystore::KeyStoreEntry::PrivateKeyChain(chain));
        serials.push(Certificate::from_der(&read(folder, "c.der")).expect("a certificate").serial_hex());
    }
    let container = store.writer("hasło").write().expect("a container");
    let files = || CredentialFiles::read(&container, None, Some(&secret("hasło"))).expect("a container");
    assert_eq!(files().pairs().count(), 2);
    for serial in &serials {
        let credential = files().into_credential_where(|certificate| certificate.serial_hex() == *serial);
        assert_eq!(credential.expect("a pair").certificate().serial_hex(), *serial);
    }
}

#[test]
fn containers_that_are_not_supported_say_so_and_their_conversion_works() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let Some(()) = make_chain(folder, P256) else { return };
    openssl(
        folder,
        "pkcs12 -export -legacy -keypbe PBE-SHA1-RC4-128 -certpbe PBE-SHA1-RC2-128 -in {}/c.pem -inkey {}/k.pem -out {}/c.p12 -passout pass:x",
    );
    let files = CredentialFiles::read(&read(folder, "c.p12"), None, Some(&secret("x"))).expect("a container");
    let refused = files.keys().expect_err("not supported").to_string();
    let line = refused.split_once("convert it with: ").expect("a line").1;
    let (first, second) = line.split_once(" | ").expect("two commands");
    let (first, second) = (first.replace("OLD.p12", "{}/c.p12"), second.replace("NEW.p12", "{}/new.p12"));
    let strip = |line: &str| line.trim_start_matches("openssl ").to_owned();
    openssl(folder, &format!("{} -passin pass:x -out {{}}/between.pem", strip(&first)));
    openssl(folder, &format!("{} -in {{}}/between.pem -passout pass:y", strip(&second)));
    Credential::read(&read(folder, "new.p12"), None, Some(&secret("y"))).expect("converted");
    // BER, as some browsers export it: an indefinite length.
    let mut ber = read(folder, "new.p12");
    ber[1] = 0x80;
    let files = CredentialFiles::read(&ber, None, Some(&secret("y"))).expect("a container");
    assert!(matches!(files.keys(), Err(KeyError::UnsupportedContainer { found }) if found.contains("BER")));
    // Cut anywhere, there is an answer and no panic.
    let whole = read(folder, "new.p12");
    for length in (0..whole.len()).step_by(61) {
        let _ = CredentialFiles::read(&whole[..length], None, Some(&secret("y")));
        assert!(Credential::read(&whole[..length], None, Some(&secret("y"))).is_err());
    }
}

#[test]
fn our_own_certificate_is_one_to_openssl() {
    let folder = tempfile::tempdir().expect("a folder");
    for kind in [KeyKind::Rsa { bits: 2048 }, KeyKind::EcP256] {
        let credential = common::credential(kind);
        std::fs::write(folder.path().join("own.der"), credential.certificate().der()).expect("written");
        let command = "x509 -inform DER -in {}/own.der -noout -subject -serial -nameopt utf8";
        let Some(words) = openssl_output(folder.path(), command) else { return };
        assert!(words.contains("VATPL-5265877635") && words.contains("Żółta Łódź"), "{words}");
        assert!(words.contains(&format!("serial={}", credential.certificate().serial_hex())), "{words}");
    }
}

#[test]
fn nothing_secret_is_printed() {
    let credential = common::credential(KeyKind::EcP256);
    assert_eq!(format!("{:?}", credential.key()), "SigningKey(EC P-256, ***)");
    assert_eq!(format!("{:?}", ksef_crypto::SessionKey::generate()), "SessionKey(***)");
    let folder = tempfile::tempdir().expect("a folder");
    let Some(()) = make_chain(folder.path(), P256) else { return };
    let files =
        CredentialFiles::read(&read(folder.path(), "c.pem"), Some(&read(folder.path(), "k.pem")), None);
    let shown = format!("{files:?}");
    assert!(shown.contains("SigningKey(EC P-256, ***)"), "{shown}");
}
