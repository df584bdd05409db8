//! XAdES signatures, judged by ourselves and by `xmlsec1`.

mod common;

use common::{credential, login_document, run_tool, timestamp};
use ksef_crypto::KeyKind;
use ksef_crypto::xades::{Departure, SignatureStyle, VerifyError, sign_enveloped, verify, verify_as_ksef};

const KINDS: [KeyKind; 3] = [KeyKind::Rsa { bits: 2048 }, KeyKind::EcP256, KeyKind::EcP384];

fn signed(kind: KeyKind, style: SignatureStyle) -> Vec<u8> {
    sign_enveloped(login_document().as_bytes(), &credential(kind), timestamp(), style).expect("it signs")
}

#[test]
fn what_we_sign_verifies_and_says_who_and_when() {
    for kind in KINDS {
        for style in [SignatureStyle::Login, SignatureStyle::Upo] {
            let verified = verify(&signed(kind, style)).expect("own signature");
            assert_eq!(verified.signing_time, timestamp());
            assert_eq!(verified.certificate.public_key_kind(), Some(kind));
            let content = String::from_utf8(verified.signed_content).expect("UTF-8");
            assert!(content.contains("<Nip>5265877635</Nip>") && !content.contains("Signature"), "{content}");
        }
    }
}

#[test]
fn xmlsec1_accepts_both_styles_with_rsa_and_ec() {
    for kind in KINDS {
        for style in [SignatureStyle::Login, SignatureStyle::Upo] {
            let folder = tempfile::tempdir().expect("a folder");
            let file = folder.path().join("signed.xml");
            std::fs::write(&file, signed(kind, style)).expect("written");
            let Some(output) = run_tool(
                "xmlsec1",
                &[
                    "--verify",
                    // The certificate is its own issuer; what is judged here is the signature, not a chain.
                    "--insecure",
                    "--enabled-key-data",
                    "x509",
                    "--id-attr:Id",
                    "http://uri.etsi.org/01903/v1.3.2#:SignedProperties",
                    &file.to_string_lossy(),
                ],
            ) else {
                return;
            };
            let words = [output.stdout, output.stderr].concat();
            let words = String::from_utf8_lossy(&words);
            assert!(
                output.status.success() && words.contains("SignedInfo References (ok/all): 2/2"),
                "{kind}: {words}"
            );
        }
    }
}

#[test]
fn any_altered_byte_is_refused() {
    // Every byte of the document: content, signature, certificate, declaration. A changed byte that only swaps white
    // space or quotes cannot happen here, since the document has none outside of tags to swap.
    let original = signed(KeyKind::EcP256, SignatureStyle::Login);
    for place in 0..original.len() {
        let mut altered = original.clone();
        altered[place] = if altered[place] == b'x' { b'y' } else { b'x' };
        assert!(verify(&altered).is_err(), "byte {place} of {}", String::from_utf8_lossy(&original));
    }
}

/// What a reader takes from a signed document: what was said, by whom, when, and in which shape.
fn meaning(xml: &[u8]) -> (Option<Strict>, Option<AsKsef>) {
    let strict = verify(xml).ok().map(|read| {
        (read.signed_content, read.certificate.der().to_vec(), read.signing_time, read.signature_algorithm)
    });
    let as_ksef = verify_as_ksef(xml)
        .ok()
        .map(|read| (read.signed_content, read.certificate.der().to_vec(), read.departures));
    (strict, as_ksef)
}

type Strict = (Vec<u8>, Vec<u8>, jiff::Timestamp, String);
type AsKsef = (Vec<u8>, Vec<u8>, Vec<Departure>);

/// `original` with one change at `place`, of a kind from 0 to 5.
fn changed(original: &[u8], place: usize, kind: usize, random: &mut fastrand::Rng) -> Vec<u8> {
    let mut altered = original.to_vec();
    match kind {
        0 => altered[place] = random.u8(..),
        1 => altered[place] ^= 1 << random.u8(..8),
        // What means something to XML, Base64 or both.
        2 => altered[place] = random.choice(*b" \t\n\r\"'<>/&;#=:A0").expect("one of them"),
        3 => altered.insert(place, random.choice(*b" \t\n\r\"'<>/&;#=:A0").expect("one of them")),
        4 => drop(altered.remove(place)),
        _ => altered.swap(place, (place + 1).min(original.len() - 1)),
    }
    altered
}

#[test]
fn no_change_of_a_byte_gives_a_login_document_another_meaning() {
    let seed = std::env::var("BRAMKA_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(1);
    eprintln!("BRAMKA_SEED={seed}");
    let mut random = fastrand::Rng::with_seed(seed);
    let mut harmless = 0;
    for kind in [KeyKind::EcP256, KeyKind::Rsa { bits: 2048 }] {
        let original = signed(kind, SignatureStyle::Login);
        let (strict, as_ksef) = meaning(&original);
        assert!(strict.is_some() && as_ksef.is_some());
        for place in 0..original.len() {
            for change in 0..CHANGES {
                let altered = changed(&original, place, change, &mut random);
                let (strict_now, as_ksef_now) = meaning(&altered);
                let shown = || String::from_utf8_lossy(&altered).into_owned();
                assert!(strict_now.is_none() || strict_now == strict, "{kind}, byte {place}: {}", shown());
                assert!(as_ksef_now.is_none() || as_ksef_now == as_ksef, "{kind}, byte {place}: {}", shown());
                if altered != original && strict_now.is_some() {
                    // White space within tags and Base64, the other kind of quotes and the like; never a letter of
                    // what was said.
                    harmless += 1;
                }
            }
        }
    }
    assert!(harmless > 0, "no change at all was taken: then the verifier was not asked");
}

/// Kinds of [`changed`].
const CHANGES: usize = 6;

#[test]
fn each_rule_has_its_refusal() {
    fn check(what: &str, edit: impl Fn(String) -> String, expected: fn(&VerifyError) -> bool) {
        let original = String::from_utf8(signed(KeyKind::EcP256, SignatureStyle::Login)).expect("UTF-8");
        let edited = edit(original.clone());
        assert_ne!(original, edited, "{what}: the edit did nothing");
        let error = verify(edited.as_bytes()).expect_err(what);
        assert!(expected(&error), "{what}: {error:?}");
    }
    let swap = |from: &'static str, to: &'static str| move |xml: String| xml.replace(from, to);

    check("content", swap("5265877635</Nip>", "5265877636</Nip>"), |e| {
        matches!(e, VerifyError::Digest { what: "the document" })
    });
    check("signing time", swap("<xades:SigningTime>2026", "<xades:SigningTime>2025"), |e| {
        matches!(e, VerifyError::Digest { what: "the signed properties" })
    });
    check(
        "no signature",
        |xml| cut(&xml, "<ds:Signature ", "</ds:Signature>"),
        |e| matches!(e, VerifyError::NoSignature),
    );
    check(
        "second signature",
        swap(
            "</AuthTokenRequest>",
            "<ds:Signature xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"/></AuthTokenRequest>",
        ),
        |e| matches!(e, VerifyError::SeveralSignatures),
    );
    check("DTD", swap("<AuthTokenRequest ", "<!DOCTYPE AuthTokenRequest><AuthTokenRequest "), |e| {
        matches!(e, VerifyError::NotXml)
    });
    check("SHA-1", swap("xmlenc#sha256", "xmldsig#sha1"), |e| matches!(e, VerifyError::Algorithm { .. }));
    check("PSS", swap("2001/04/xmldsig-more#ecdsa-sha256", "2007/05/xmldsig-more#sha256-rsa-MGF1"), |e| {
        matches!(e, VerifyError::Algorithm { .. })
    });
    check("RSA algorithm over an EC key", swap("more#ecdsa-sha256", "more#rsa-sha256"), |e| {
        matches!(e, VerifyError::Key { .. })
    });
    check(
        "unsigned certificate name",
        |xml| cut(&xml, "<xades:SigningCertificate>", "</xades:SigningCertificate>"),
        |e| matches!(e, VerifyError::Digest { .. }),
    );
    check("other reference", swap("<ds:Reference URI=\"\"", "<ds:Reference URI=\"#x\""), |e| {
        matches!(e, VerifyError::References)
    });
    check("XPath transform", swap("xmldsig#enveloped-signature", "REC-xpath-19991116"), |e| {
        matches!(e, VerifyError::Algorithm { .. })
    });
    check(
        "wrapping by a second element with the same Id",
        |xml| {
            let id = between(&xml, "<xades:SignedProperties Id=\"", "\"");
            xml.replace("<Challenge>", &format!("<Challenge Id=\"{id}\">"))
        },
        |e| matches!(e, VerifyError::DuplicateId { .. }),
    );
    check(
        "certificate of someone else",
        |xml| {
            let other = String::from_utf8(signed(KeyKind::EcP256, SignatureStyle::Login)).expect("UTF-8");
            let certificate =
                |xml: &str| between(xml, "<ds:X509Certificate>", "</ds:X509Certificate>").to_owned();
            xml.replace(&certificate(&xml), &certificate(&other))
        },
        |e| matches!(e, VerifyError::OtherCertificate),
    );
    check(
        "signature value of another document",
        |xml| {
            let other = String::from_utf8(signed(KeyKind::EcP256, SignatureStyle::Login)).expect("UTF-8");
            let value = |xml: &str| between(xml, "<ds:SignatureValue>", "</ds:SignatureValue>").to_owned();
            xml.replace(&value(&xml), &value(&other))
        },
        |e| matches!(e, VerifyError::SignatureValue),
    );
    check(
        "signature moved below another element",
        |xml| {
            let signature = format!(
                "<ds:Signature {}</ds:Signature>",
                between(&xml, "<ds:Signature ", "</ds:Signature>")
            );
            xml.replace(&signature, "")
                .replace("</AuthTokenRequest>", &format!("<x>{signature}</x></AuthTokenRequest>"))
        },
        |e| matches!(e, VerifyError::NotEnveloped),
    );
}

#[test]
fn documents_that_cannot_carry_a_signature_are_refused() {
    for xml in ["", "no XML", "<a/>", "<!DOCTYPE a><a></a>", "<a><b></a>", "\u{FEFF}"] {
        let result =
            sign_enveloped(xml.as_bytes(), &credential(KeyKind::EcP256), timestamp(), SignatureStyle::Login);
        assert!(result.is_err(), "{xml:?}");
    }
    let twice = sign_enveloped(
        &signed(KeyKind::EcP256, SignatureStyle::Login),
        &credential(KeyKind::EcP256),
        timestamp(),
        SignatureStyle::Login,
    );
    assert!(twice.is_err());
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
    let from = text.find(start).expect("start") + start.len();
    &text[from..from + text[from..].find(end).expect("end")]
}

fn cut(text: &str, start: &str, end: &str) -> String {
    let from = text.find(start).expect("start");
    let to = text.rfind(end).expect("end") + end.len();
    [&text[..from], &text[to..]].concat()
}
