//! Documents issued offline: two codes, the second one signed and judged by `openssl`; the confirmation of a transaction;
//! codes on other programs' PDFs.

mod support;

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ksef_crypto::{Certificate, Credential, KeyKind, SigningKey};
use ksef_id::ContextIdentifier;
use ksef_render::{
    Corner, Environment, Language, Mode, RenderError, RenderOptions, StampPlace, confirmation_html,
    confirmation_pdf, html, kod_i_url, kod_ii_url, pdf, stamp,
};
use support::{codes, has_tool, html_text, pdf_text, run, sample, squeezed};

const RSA: &[&str] = &["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"];
const P256: &[&str] = &["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"];

/// A certificate of type Offline and its key, made now; `None` without openssl.
fn credential(folder: &Path, algorithm: &[&str]) -> Option<Credential> {
    if !has_tool("openssl") {
        return None;
    }
    let path = |name: &str| folder.join(name).to_str().expect("UTF-8").to_owned();
    let (key, certificate, public) = (path("k.pem"), path("c.pem"), path("p.pem"));
    let mut generate = vec!["genpkey"];
    generate.extend(algorithm);
    generate.extend(["-out", &key]);
    assert!(run("openssl", &generate, b"").0);
    let request =
        ["req", "-x509", "-new", "-key", &key, "-subj", "/CN=x", "-days", "2", "-out", &certificate];
    let usage = ["-addext", "keyUsage=critical,nonRepudiation"];
    assert!(run("openssl", &[&request[..], &usage].concat(), b"").0);
    assert!(run("openssl", &["x509", "-in", &certificate, "-noout", "-pubkey", "-out", &public], b"").0);
    let read = |name: &str| std::fs::read(folder.join(name)).expect("written");
    let certificate = Certificate::from_pem_or_der(&read("c.pem")).expect("a certificate");
    let key = SigningKey::from_bytes(&read("k.pem"), None).expect("a key");
    Some(Credential::new(certificate, key).expect("a pair"))
}

/// r and s as the SEQUENCE that openssl wants.
fn der(signature: &[u8]) -> Vec<u8> {
    let integer = |bytes: &[u8]| {
        let mut number: Vec<u8> = bytes.iter().copied().skip_while(|byte| *byte == 0).collect();
        if number.first().is_none_or(|byte| *byte > 127) {
            number.insert(0, 0);
        }
        [vec![2, number.len() as u8], number].concat()
    };
    let (r, s) = signature.split_at(signature.len() / 2);
    let body = [integer(r), integer(s)].concat();
    [vec![0x30, body.len() as u8], body].concat()
}

fn openssl_accepts(folder: &Path, credential: &Credential, link: &str) {
    let (text, signature) = link.rsplit_once('/').expect("segments");
    let signature = URL_SAFE_NO_PAD.decode(signature).expect("canonical base64url without padding");
    std::fs::write(folder.join("t"), text.strip_prefix("https://").expect("a scheme")).expect("writes");
    let is_rsa = matches!(credential.key().kind(), KeyKind::Rsa { .. });
    std::fs::write(folder.join("s"), if is_rsa { signature } else { der(&signature) }).expect("writes");
    let path = |name: &str| folder.join(name).to_str().expect("UTF-8").to_owned();
    let (public, signature, text) = (path("p.pem"), path("s"), path("t"));
    let mut arguments = vec!["dgst", "-sha256", "-verify", &public];
    if is_rsa {
        arguments.extend(["-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:32"]);
    }
    arguments.extend(["-signature", &signature, &text]);
    assert!(run("openssl", &arguments, b"").0, "openssl refuses {link}");
}

fn offline(xml: &[u8], credential: &Credential, context: &str, mode: Mode) -> RenderOptions {
    let context = ContextIdentifier::parse(context).expect("a context");
    let url = kod_ii_url(xml, Environment::Test.qr_base_url(), &context, credential).expect("signed");
    RenderOptions {
        environment: Environment::Test,
        mode,
        certificate_url: Some(url),
        ..RenderOptions::default()
    }
}

#[test]
fn offline_prints_carry_two_codes_that_a_reader_reads_and_openssl_verifies() {
    let folder = tempfile::tempdir().expect("a folder");
    let xml = sample("vat.xml");
    let hash = ksef_crypto::sha256(&xml);
    for (algorithm, mode) in [(P256, Mode::Offline24), (P256, Mode::Unavailability), (RSA, Mode::Failure)] {
        let Some(credential) = credential(folder.path(), algorithm) else { return };
        // The context is not the seller's: both stand in the link, apart.
        let options = offline(&xml, &credential, "Nip:1111111111", mode);
        let file = pdf(&xml, &options).expect("renders");
        let Some(mut read) = codes(&file, "250") else { return };
        read.sort();
        let date = jiff::civil::date(2026, 11, 20);
        let first = kod_i_url("5265877635", date, &hash, Environment::Test);
        let second = options.certificate_url.clone().expect("set");
        let prefix = format!(
            "https://qr-test.ksef.mf.gov.pl/certificate/Nip/1111111111/5265877635/{}/",
            credential.certificate().serial_hex()
        );
        assert!(second.starts_with(&prefix), "{second}");
        assert_eq!(read, [second.clone(), first]);
        openssl_accepts(folder.path(), &credential, &second);
        if has_tool("pdftotext") {
            let text = pdf_text(&file);
            assert!(text.contains("OFFLINE") && text.contains("CERTYFIKAT"), "{text}");
        }
        assert_eq!(html(&xml, &options).expect("renders").matches("<figure").count(), 2);
    }
}

#[test]
fn other_modes_carry_one_code_or_none() {
    let xml = sample("vat.xml");
    // A link that is not asked for does not appear.
    let certificate_url = Some("https://qr.ksef.mf.gov.pl/certificate/x".to_owned());
    for (mode, count) in [(Mode::Online, 1), (Mode::TotalFailure, 0)] {
        let options =
            RenderOptions { mode, certificate_url: certificate_url.clone(), ..RenderOptions::default() };
        assert_eq!(html(&xml, &options).expect("renders").matches("<figure").count(), count);
        let Some(read) = codes(&pdf(&xml, &options).expect("renders"), "150") else { return };
        assert_eq!(read.len(), count);
    }
}

#[test]
fn the_link_of_fa_rr_is_made_of_its_own_date_and_the_farmer() {
    let xml = sample("rr.xml");
    let options = RenderOptions { environment: Environment::Demo, ..RenderOptions::default() };
    let Some(read) = codes(&pdf(&xml, &options).expect("renders"), "150") else { return };
    let hash = ksef_crypto::sha256(&xml);
    assert_eq!(read, [kod_i_url("5265877635", jiff::civil::date(2026, 9, 14), &hash, Environment::Demo)]);
}

#[test]
fn a_confirmation_names_the_sale_and_carries_both_codes() {
    let folder = tempfile::tempdir().expect("a folder");
    let Some(credential) = credential(folder.path(), P256) else { return };
    for (name, number, amount) in [
        ("vat.xml", "FV/2026/11/0001", "1\u{202f}272,53\u{a0}PLN"),
        ("rr.xml", "RR/2026/09/31", "5\u{202f}692,40\u{a0}PLN"),
        ("pef.xml", "PEF/7/2026", "1\u{202f}476,00\u{a0}PLN"),
    ] {
        let xml = sample(name);
        let online = RenderOptions::default();
        assert_eq!(confirmation_pdf(&xml, &online), Err(RenderError::NotOffline));
        let options = offline(&xml, &credential, "Nip:5265877635", Mode::Offline24);
        let page = html_text(&confirmation_html(&xml, &options).expect("renders"));
        for part in ["Potwierdzenie transakcji", "nie jest fakturą", number, amount, "OFFLINE", "CERTYFIKAT"]
        {
            assert!(page.contains(part), "{name}: {part} is not in {page}");
        }
        let english = RenderOptions { language: Language::En, ..options.clone() };
        let page = html_text(&confirmation_html(&xml, &english).expect("renders"));
        assert!(page.contains("Confirmation of a transaction") && page.contains("not an invoice"), "{page}");
        let file = confirmation_pdf(&xml, &options).expect("renders");
        assert!(
            !squeezed(&String::from_utf8_lossy(&file)).contains("embeddedfile"),
            "the invoice is not inside"
        );
        let Some(read) = codes(&file, "250") else { return };
        assert_eq!(read.len(), 2, "{name}");
    }
    assert!(
        confirmation_pdf(&sample("upo.xml"), &RenderOptions { mode: Mode::Failure, ..Default::default() })
            .is_err()
    );
}

#[test]
fn a_link_is_signed_only_for_what_it_can_be_made_of() {
    let folder = tempfile::tempdir().expect("a folder");
    let Some(credential) = credential(folder.path(), P256) else { return };
    let context = ContextIdentifier::parse("Nip:5265877635").expect("a context");
    let url = |xml: &[u8]| kod_ii_url(xml, "https://qr.ksef.mf.gov.pl", &context, &credential);
    assert_eq!(url(&sample("upo.xml")), Err(RenderError::NoLink("NIP")));
    assert!(matches!(url(b"<a"), Err(RenderError::Unreadable(_))));
    assert!(url(&sample("pef.xml")).expect("signed").contains("/Nip/5265877635/5265877635/"));
}

#[test]
fn codes_are_stamped_on_other_programs_pages() {
    let folder = tempfile::tempdir().expect("a folder");
    let Some(credential) = credential(folder.path(), P256) else { return };
    let xml = sample("vat.xml");
    // A page without codes, as an ERP would make it.
    let plain = RenderOptions { mode: Mode::TotalFailure, ..RenderOptions::default() };
    let page = pdf(&xml, &plain).expect("renders");
    let options = offline(&xml, &credential, "Nip:5265877635", Mode::Offline24);
    let first = kod_i_url(
        "5265877635",
        jiff::civil::date(2026, 11, 20),
        &ksef_crypto::sha256(&xml),
        Environment::Test,
    );
    for corner in [Corner::TopRight, Corner::BottomLeft] {
        let place = StampPlace { corner, page: Some(1), side_mm: 40.0, ..StampPlace::default() };
        let stamped = stamp(&page, &xml, &options, &place).expect("stamped");
        let Some(mut read) = codes(&stamped, "250") else { return };
        read.sort();
        assert_eq!(read, [options.certificate_url.clone().expect("set"), first.clone()], "{corner:?}");
        if has_tool("pdftotext") {
            let text = pdf_text(&stamped);
            assert!(text.contains("CERTYFIKAT") && text.contains("FV/2026/11/0001"), "{text}");
        }
        if has_tool("qpdf") {
            let path = folder.path().join("stamped.pdf");
            std::fs::write(&path, &stamped).expect("writes");
            assert!(run("qpdf", &["--check", path.to_str().expect("UTF-8")], b"").0);
        }
    }
    let place = StampPlace::default();
    assert_eq!(stamp(&page, &xml, &plain, &place), Err(RenderError::NothingToStamp));
    let online = RenderOptions::default();
    assert!(matches!(stamp(b"no PDF", &xml, &online, &place), Err(RenderError::NotPdf(_))));
    let nowhere = StampPlace { page: Some(9), ..place };
    assert_eq!(stamp(&page, &xml, &online, &nowhere), Err(RenderError::NotPdf("it has no such page")));
    // Stamping twice keeps both: names do not clash.
    let twice = stamp(
        &stamp(&page, &xml, &online, &place).expect("stamped"),
        &xml,
        &online,
        &StampPlace { corner: Corner::TopLeft, ..place },
    );
    assert!(twice.is_ok());
}
