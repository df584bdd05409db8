//! KOD II: signed here, judged by `openssl`, and the other way round.

mod common;

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use common::{openssl, read};
use ksef_crypto::kod_ii::{self, KodIiError};
use ksef_crypto::{Certificate, CertificateType, Credential, KeyKind, SigningKey};

/// A certificate and its key on disk (`c.pem`, `k.pem`), with the key usage that is asked for.
fn made(folder: &Path, algorithm: &str, usage: &str) -> Option<Credential> {
    openssl(folder, &format!("genpkey -algorithm {algorithm} -out {{}}/k.pem"))?;
    openssl(
        folder,
        &format!(
            "req -x509 -new -key {{}}/k.pem -subj /CN=x -days 2 -addext keyUsage=critical,{usage} -out {{}}/c.pem"
        ),
    );
    let certificate = Certificate::from_pem_or_der(&read(folder, "c.pem")).expect("a certificate");
    let key = SigningKey::from_bytes(&read(folder, "k.pem"), None).expect("a key");
    Some(Credential::new(certificate, key).expect("a pair"))
}

fn link(serial: &str) -> String {
    let hash = "UtQp9Gpc51y-u3xApZjIjgkpZ01js-J8KflSPW8WzIE";
    format!("https://qr-test.ksef.mf.gov.pl/certificate/Nip/1111111111/1111111111/{serial}/{hash}")
}

const RSA: &str = "RSA -pkeyopt rsa_keygen_bits:2048";
const P256: &str = "EC -pkeyopt ec_paramgen_curve:P-256";
const P384: &str = "EC -pkeyopt ec_paramgen_curve:P-384";

#[test]
fn openssl_accepts_what_is_signed_here() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    for (algorithm, signature_length) in [(RSA, 256), (P256, 64)] {
        let Some(credential) = made(folder, algorithm, "nonRepudiation") else { return };
        let link = link(&credential.certificate().serial_hex());
        // A `/` at the end is no part of what is signed.
        let signed = kod_ii::sign(&format!("{link}/"), &credential).expect("signed");
        kod_ii::verify(&signed, credential.certificate()).expect("verified here");
        let (unsigned, signature) = signed.rsplit_once('/').expect("segments");
        assert_eq!(unsigned, link);
        let signature = URL_SAFE_NO_PAD.decode(signature).expect("canonical base64url");
        assert_eq!(signature.len(), signature_length);

        std::fs::write(folder.join("text"), link.strip_prefix("https://").expect("a scheme"))
            .expect("written");
        openssl(folder, "x509 -in {}/c.pem -noout -pubkey -out {}/p.pem");
        let (der, options) = match credential.key().kind() {
            KeyKind::Rsa { .. } => (signature, "-sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:32 "),
            _ => (der_of(&signature), ""),
        };
        std::fs::write(folder.join("signature"), der).expect("written");
        openssl(
            folder,
            &format!("dgst -sha256 -verify {{}}/p.pem {options}-signature {{}}/signature {{}}/text"),
        );
    }
}

#[test]
fn der_signatures_of_others_are_accepted() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let Some(credential) = made(folder, P256, "nonRepudiation") else { return };
    let link = link(&credential.certificate().serial_hex());
    std::fs::write(folder.join("text"), link.strip_prefix("https://").expect("a scheme")).expect("written");
    openssl(folder, "dgst -sha256 -sign {}/k.pem -out {}/signature {}/text");
    let signature = read(folder, "signature");
    kod_ii::verify_signature(&link, &signature, credential.certificate()).expect("DER");
    let whole = format!("{link}/{}", URL_SAFE_NO_PAD.encode(&signature));
    kod_ii::verify(&whole, credential.certificate()).expect("DER in a link");
}

#[test]
fn a_changed_link_or_signature_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    for algorithm in [RSA, P256] {
        let Some(credential) = made(folder.path(), algorithm, "nonRepudiation") else { return };
        let certificate = credential.certificate();
        let signed = kod_ii::sign(&link(&certificate.serial_hex()), &credential).expect("signed");
        let refused =
            |link: String| assert_eq!(kod_ii::verify(&link, certificate), Err(KodIiError::Signature));
        refused(signed.replacen("/1111111111/", "/1111111112/", 1));
        refused(signed.replacen("qr-test", "qr", 1));
        refused(signed.replacen("UtQ", "UtR", 1));
        let (unsigned, signature) = signed.rsplit_once('/').expect("segments");
        let mut bytes = URL_SAFE_NO_PAD.decode(signature).expect("base64url");
        bytes[7] ^= 1;
        refused(format!("{unsigned}/{}", URL_SAFE_NO_PAD.encode(bytes)));
        // Unused bits of the last character would make several links of one: refused, whatever KSeF's page does.
        assert!(matches!(kod_ii::verify(&format!("{signed}="), certificate), Err(KodIiError::Link { .. })));
    }
}

#[test]
fn only_offline_credentials_sign_and_only_their_own_links() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    for (usage, found) in [
        ("digitalSignature", CertificateType::Authentication),
        ("digitalSignature,nonRepudiation", CertificateType::Other),
    ] {
        let Some(credential) = made(folder, P256, usage) else { return };
        let link = link(&credential.certificate().serial_hex());
        assert_eq!(kod_ii::sign(&link, &credential), Err(KodIiError::NotOffline { found }));
    }
    let credential = made(folder, P384, "nonRepudiation").expect("openssl is here");
    let serial = credential.certificate().serial_hex();
    assert_eq!(kod_ii::sign(&link(&serial), &credential), Err(KodIiError::Key { found: KeyKind::EcP384 }));

    let credential = made(folder, P256, "nonRepudiation").expect("openssl is here");
    let serial = credential.certificate().serial_hex();
    assert!(matches!(
        kod_ii::sign(&link("01F20A5D352AE590"), &credential),
        Err(KodIiError::OtherCertificate { signing, .. }) if signing == serial
    ));
    for wrong in [
        "",
        "https://qr.ksef.mf.gov.pl",
        "https://qr.ksef.mf.gov.pl/certificate/Nip/1/2",
        "a/certificate//1/2/3/4",
    ] {
        assert!(matches!(kod_ii::sign(wrong, &credential), Err(KodIiError::Link { .. })), "{wrong}");
    }
}

/// `r ‖ s` as the DER that openssl reads: a SEQUENCE of two INTEGERs.
fn der_of(fixed: &[u8]) -> Vec<u8> {
    let integer = |half: &[u8]| {
        let significant: Vec<u8> = half.iter().copied().skip_while(|byte| *byte == 0).collect();
        let sign = if significant.first().is_none_or(|byte| *byte >= 0x80) { vec![0] } else { vec![] };
        let value = [sign, significant].concat();
        [vec![2, u8::try_from(value.len()).expect("short")], value].concat()
    };
    let body = [integer(&fixed[..32]), integer(&fixed[32..])].concat();
    [vec![0x30, u8::try_from(body.len()).expect("short")], body].concat()
}
