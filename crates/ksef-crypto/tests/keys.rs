//! Private keys as people have them, made by `openssl` at test time: every algorithm in every form.

mod common;

use std::path::Path;

use common::{openssl, openssl_output, read};
use ksef_crypto::{KeyError, KeyKind, SecretString, SigningKey};

const PASSWORD: &str = "zażółć gęślą 1!";
/// The same for [`openssl`], where `~` is a space.
const PASS: &str = "pass:zażółć~gęślą~1!";

fn secret(text: &str) -> SecretString {
    SecretString::from(text.to_owned())
}

fn load(folder: &Path, name: &str, password: Option<&str>) -> Result<SigningKey, KeyError> {
    SigningKey::from_bytes(&read(folder, name), password.map(secret).as_ref())
}

/// Makes `k8.pem` of each kind that KSeF takes and calls `check`; nothing without `openssl`.
fn for_each_kind(check: impl Fn(&Path, KeyKind)) {
    let kinds = [
        ("RSA -pkeyopt rsa_keygen_bits:2048", KeyKind::Rsa { bits: 2048 }),
        ("RSA -pkeyopt rsa_keygen_bits:3072", KeyKind::Rsa { bits: 3072 }),
        ("RSA -pkeyopt rsa_keygen_bits:4096", KeyKind::Rsa { bits: 4096 }),
        ("EC -pkeyopt ec_paramgen_curve:P-256", KeyKind::EcP256),
        ("EC -pkeyopt ec_paramgen_curve:P-384", KeyKind::EcP384),
    ];
    let folder = tempfile::tempdir().expect("a folder");
    for (algorithm, kind) in kinds {
        let made = openssl(folder.path(), &format!("genpkey -algorithm {algorithm} -out {{}}/k8.pem"));
        if made.is_some() {
            check(folder.path(), kind);
        }
    }
}

#[test]
fn plain_keys_load_in_every_structure() {
    for_each_kind(|folder, kind| {
        openssl(folder, "pkcs8 -topk8 -nocrypt -in {}/k8.pem -outform DER -out {}/k8.der");
        openssl(folder, "pkey -in {}/k8.pem -traditional -out {}/old.pem");
        openssl(folder, "pkey -in {}/k8.pem -traditional -outform DER -out {}/old.der");
        for name in ["k8.pem", "k8.der", "old.pem", "old.der"] {
            assert_eq!(load(folder, name, None).expect(name).kind(), kind, "{name}");
            assert!(SigningKey::stands_unencrypted_in(&read(folder, name)), "{name}");
            // A password that is not needed does no harm.
            assert_eq!(load(folder, name, Some("x")).expect(name).kind(), kind, "{name}");
        }
    });
}

#[test]
fn encrypted_keys_load_and_tell_a_wrong_password() {
    let methods = [
        "-v2 aes-256-cbc",
        "-v2 aes-128-cbc",
        "-v2 aes-192-cbc",
        "-v2 des3",
        "-v2 aes-256-cbc -v2prf hmacWithSHA1",
        "-v2 aes-128-cbc -v2prf hmacWithSHA512",
        "-v2 des3 -v2prf hmacWithSHA1",
        "-scrypt",
        "-v1 PBE-SHA1-3DES",
    ];
    for_each_kind(|folder, kind| {
        for method in methods {
            for (form, name) in [("PEM", "enc.pem"), ("DER", "enc.der")] {
                let command = format!(
                    "pkcs8 -topk8 {method} -in {{}}/k8.pem -outform {form} -out {{}}/{name} -passout {PASS}"
                );
                openssl(folder, &command);
                assert_encrypted(folder, name, kind, &command);
            }
        }
    });
}

#[test]
fn openssls_old_headers_are_read() {
    for_each_kind(|folder, kind| {
        for cipher in ["des3", "aes128", "aes192", "aes256"] {
            let command =
                format!("pkey -in {{}}/k8.pem -traditional -{cipher} -passout {PASS} -out {{}}/old.pem");
            openssl(folder, &command);
            let text = String::from_utf8(read(folder, "old.pem")).expect("text");
            assert!(text.contains("Proc-Type: 4,ENCRYPTED"), "{text}");
            assert_encrypted(folder, "old.pem", kind, &command);
            std::fs::write(folder.join("crlf.pem"), text.replace('\n', "\r\n")).expect("written");
            assert_encrypted(folder, "crlf.pem", kind, &command);
        }
    });
}

fn assert_encrypted(folder: &Path, name: &str, kind: KeyKind, how: &str) {
    assert_eq!(load(folder, name, Some(PASSWORD)).expect(how).kind(), kind, "{how}");
    assert!(!SigningKey::stands_unencrypted_in(&read(folder, name)), "{how}");
    assert!(matches!(load(folder, name, None), Err(KeyError::PasswordNeeded)), "{how}");
    for wrong in ["zazolc", "", "zażółć gęślą 1! ", "Zażółć gęślą 1!"] {
        assert!(matches!(load(folder, name, Some(wrong)), Err(KeyError::WrongPassword)), "{how}: {wrong}");
    }
}

#[test]
fn passwords_in_the_code_pages_of_polish_windows_open() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let Some(()) = openssl(folder, "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out {}/k8.pem")
    else {
        return;
    };
    let pages: [&[u8]; 3] =
        [b"\xBF\xF3\xB3w i \x9Cnieg", b"\xBE\xA2\x88w i \x98nieg", b"\xBF\xF3\xB3w i \xB6nieg"];
    for page in pages {
        std::fs::write(folder.join("password"), page).expect("written");
        for command in [
            "pkcs8 -topk8 -in {}/k8.pem -out {}/enc.pem -passout file:{}/password",
            "pkcs8 -topk8 -v1 PBE-SHA1-3DES -in {}/k8.pem -out {}/enc.pem -passout file:{}/password",
            "pkey -in {}/k8.pem -traditional -aes256 -out {}/enc.pem -passout file:{}/password",
        ] {
            openssl(folder, command);
            assert!(load(folder, "enc.pem", Some("żółw i śnieg")).is_ok(), "{command} {page:x?}");
            assert!(matches!(load(folder, "enc.pem", Some("żółw i snieg")), Err(KeyError::WrongPassword)));
        }
    }
}

#[test]
fn other_things_in_the_file_do_no_harm() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let Some(()) = openssl(folder, "ecparam -name prime256v1 -genkey -out {}/with-parameters.pem") else {
        return;
    };
    let text = String::from_utf8(read(folder, "with-parameters.pem")).expect("text");
    assert!(text.contains("BEGIN EC PARAMETERS"), "{text}");
    openssl(folder, "req -x509 -new -key {}/with-parameters.pem -subj /CN=x -days 2 -out {}/c.pem");
    openssl(folder, "ec -in {}/with-parameters.pem -no_public -out {}/no-public.pem");
    openssl(folder, "pkcs8 -topk8 -nocrypt -in {}/no-public.pem -out {}/no-public-k8.pem");
    openssl(folder, "ec -in {}/with-parameters.pem -param_enc explicit -out {}/explicit.pem");
    openssl(folder, "pkcs8 -topk8 -nocrypt -in {}/explicit.pem -out {}/explicit-k8.pem");
    openssl(folder, "pkcs8 -topk8 -nocrypt -in {}/with-parameters.pem -outform DER -out {}/k8.der");
    let base64 = openssl_output(folder, "base64 -in {}/k8.der").expect("openssl is here");
    let with_certificate = [read(folder, "c.pem"), text.clone().into_bytes()].concat();
    let utf16: Vec<u8> =
        format!("\u{FEFF}{}", text.replace('\n', "\r\n")).encode_utf16().flat_map(u16::to_le_bytes).collect();
    for (what, bytes) in [
        ("as it is", text.clone().into_bytes()),
        ("with a mark", format!("\u{FEFF}{text}").into_bytes()),
        ("CRLF", text.replace('\n', "\r\n").into_bytes()),
        ("indented", text.replace('\n', "\n    ").into_bytes()),
        ("UTF-16", utf16),
        ("after a certificate", with_certificate),
        ("without the public half", read(folder, "no-public.pem")),
        ("PKCS#8 without the public half", read(folder, "no-public-k8.pem")),
        ("a curve in numbers", read(folder, "explicit.pem")),
        ("PKCS#8 with a curve in numbers", read(folder, "explicit-k8.pem")),
        ("bare Base64", base64.into_bytes()),
    ] {
        let key = SigningKey::from_bytes(&bytes, None).unwrap_or_else(|error| panic!("{what}: {error}"));
        assert_eq!(key.kind(), KeyKind::EcP256, "{what}");
        let expected = SigningKey::from_bytes(text.as_bytes(), None).expect("a key");
        assert_eq!(key.public_key(), expected.public_key(), "{what}");
    }
}

#[test]
fn keys_that_ksef_does_not_take_are_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let kinds = [
        ("ED25519", "Ed25519"),
        ("X25519", "X25519"),
        ("RSA -pkeyopt rsa_keygen_bits:1024", "RSA-1024"),
        ("RSA-PSS -pkeyopt rsa_keygen_bits:2048", "RSASSA-PSS"),
        ("EC -pkeyopt ec_paramgen_curve:P-521", "EC P-521"),
        ("EC -pkeyopt ec_paramgen_curve:secp256k1", "EC secp256k1"),
        ("EC -pkeyopt ec_paramgen_curve:P-521 -pkeyopt ec_param_enc:explicit", "EC, explicit parameters"),
    ];
    for (algorithm, expected) in kinds {
        let Some(()) = openssl(folder, &format!("genpkey -algorithm {algorithm} -out {{}}/k.pem")) else {
            return;
        };
        openssl(folder, "pkcs8 -topk8 -in {}/k.pem -out {}/enc.pem -passout pass:x");
        for (name, password) in [("k.pem", None), ("enc.pem", Some("x"))] {
            let refused = load(folder, name, password).expect_err(algorithm);
            assert!(matches!(&refused, KeyError::Unsupported { found } if found == expected), "{refused}");
        }
        if algorithm.starts_with("RSA -") || algorithm.starts_with("EC") {
            openssl(folder, "pkey -in {}/k.pem -traditional -outform DER -out {}/old.der");
            let refused = load(folder, "old.der", None).expect_err(algorithm);
            assert!(matches!(&refused, KeyError::Unsupported { found } if found == expected), "{refused}");
        }
    }
}

#[test]
fn encryption_that_is_not_supported_is_named_and_its_conversion_works() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let Some(()) = openssl(folder, "genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out {}/k.pem")
    else {
        return;
    };
    for method in ["PBE-MD5-DES", "PBE-SHA1-RC2-40", "PBE-SHA1-RC2-128", "PBE-SHA1-RC4-128"] {
        openssl(
            folder,
            &format!(
                "pkcs8 -provider legacy -provider default -topk8 -v1 {method} -in {{}}/k.pem -out {{}}/enc.pem -passout pass:x"
            ),
        );
        let refused = load(folder, "enc.pem", Some("x")).expect_err(method);
        assert!(
            matches!(&refused, KeyError::UnsupportedEncryption { method: found } if found == method),
            "{refused}"
        );
        let words = refused.to_string();
        let line = words.split_once("openssl ").expect("a line that converts").1;
        let line = line.replace("OLD.key", "{}/enc.pem").replace("NEW.key", "{}/new.pem");
        openssl(folder, &format!("{line} -passin pass:x -passout pass:y"));
        assert_eq!(
            load(folder, "new.pem", Some("y")).expect("converted").kind(),
            KeyKind::Rsa { bits: 2048 }
        );
    }
}

#[test]
fn costs_beyond_reason_are_refused_at_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let Some(()) = openssl(folder, "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out {}/k.pem")
    else {
        return;
    };
    openssl(folder, "pkcs8 -topk8 -iter 65537 -in {}/k.pem -outform DER -out {}/enc.der -passout pass:x");
    let mut der = read(folder, "enc.der");
    let iterations = [0x02, 0x03, 0x01, 0x00, 0x01];
    let at = der.windows(5).position(|window| window == iterations).expect("the iteration count");
    der[at + 2..at + 5].copy_from_slice(&[0x7F, 0xFF, 0xFF]);
    // Eight million are many and still done by somebody; what is refused is more.
    assert!(matches!(SigningKey::from_bytes(&der, None), Err(KeyError::PasswordNeeded)));
    let iterations = [0x02, 0x03, 0x7F, 0xFF, 0xFF];
    let at = der.windows(5).position(|window| window == iterations).expect("the iteration count");
    // One byte longer: every length around it grows by one, too.
    let mut longer = der[..at].to_vec();
    longer.extend([0x02, 0x04, 0x7F, 0xFF, 0xFF, 0xFF]);
    longer.extend(&der[at + 5..]);
    grow_lengths_around(&mut longer, at);
    let refused = SigningKey::from_bytes(&longer, Some(&secret("x")));
    assert!(
        matches!(&refused, Err(KeyError::UnsupportedEncryption { method }) if method.contains("cost")),
        "{refused:?}"
    );
}

/// Adds one to the length of each SEQUENCE that encloses `at`.
fn grow_lengths_around(der: &mut [u8], at: usize) {
    let mut start = 0;
    while start < at {
        let (head, length) = match der[start + 1] {
            short if short < 0x80 => (2, usize::from(short)),
            0x81 => (3, usize::from(der[start + 2])),
            long => panic!("a length of form {long:x}"),
        };
        if start + head + length > at {
            assert_eq!(der[start], 0x30, "a SEQUENCE at {start}");
            der[start + head - 1] += 1;
            start += head;
        } else {
            start += head + length;
        }
    }
}

#[test]
fn what_is_no_key_says_what_it_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    for nothing in [&b""[..], b"nothing", &[0x30, 0x80], &[0x30, 0x03, 0x02, 0x01, 0x00], &[0xFF; 100]] {
        assert!(matches!(SigningKey::from_bytes(nothing, None), Err(KeyError::NotAKey)), "{nothing:x?}");
    }
    let Some(()) = openssl(folder, "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out {}/k.pem")
    else {
        return;
    };
    openssl(folder, "req -x509 -new -key {}/k.pem -subj /CN=x -days 2 -out {}/c.pem");
    openssl(folder, "pkey -in {}/k.pem -pubout -out {}/p.pem");
    for (name, expected) in [("c.pem", "CERTIFICATE"), ("p.pem", "PUBLIC KEY")] {
        let refused = load(folder, name, None);
        assert!(matches!(&refused, Err(KeyError::OtherPem { label }) if label == expected), "{refused:?}");
    }
    // Cut anywhere, it is no key and no panic.
    openssl(folder, "pkcs8 -topk8 -in {}/k.pem -outform DER -out {}/enc.der -passout pass:x");
    for name in ["k.pem", "enc.der"] {
        let whole = read(folder, name);
        for length in (0..whole.len() - 26).step_by(7) {
            assert!(SigningKey::from_bytes(&whole[..length], Some(&secret("x"))).is_err(), "{name} {length}");
        }
    }
}
