//! The verification code, read back from the rendered page by an independent reader; the file, checked by another.

mod support;

use ksef_render::{Environment, Language, RenderOptions, html, kod_i_url, pdf, qr_svg};
use support::{has_tool, html_text, options, pdf_text, run, sample, shared, squeezed};

/// As a cheap printer would draw it.
fn codes(pdf: &[u8]) -> Option<Vec<String>> {
    support::codes(pdf, "150")
}

fn expected(xml: &[u8], environment: Environment) -> String {
    let invoice = ksef_invoice::read(xml).expect("readable");
    let nip = invoice.seller.identifier.nip().expect("the sample's seller has a NIP").to_owned();
    kod_i_url(&nip, invoice.issue_date.expect("has a date"), &ksef_crypto::sha256(xml), environment)
}

#[test]
fn the_page_carries_one_code_that_leads_to_the_invoice() {
    let xml = sample("vat.xml");
    for (environment, host) in [
        (Environment::Test, "https://qr-test.ksef.mf.gov.pl/invoice/"),
        (Environment::Demo, "https://qr-demo.ksef.mf.gov.pl/invoice/"),
        (Environment::Prd, "https://qr.ksef.mf.gov.pl/invoice/"),
    ] {
        let url = expected(&xml, environment);
        assert!(url.starts_with(host) && !url.contains('='), "{url}");
        let file = pdf(&xml, &RenderOptions { environment, ..RenderOptions::default() }).expect("renders");
        let Some(codes) = codes(&file) else { return };
        assert_eq!(codes, [url]);
    }
}

#[test]
fn the_official_samples_codes_are_read_back_too() {
    let Some(shared) = shared() else { return };
    for name in ["example-1.xml", "example-11.xml", "example-25.xml"] {
        let xml = std::fs::read(shared.join("ksef/samples/fa3").join(name)).expect("readable");
        let file = pdf(&xml, &options(Language::En)).expect("renders");
        let Some(codes) = codes(&file) else { return };
        assert_eq!(codes, [expected(&xml, Environment::Test)], "{name}");
    }
}

#[test]
fn a_simulators_address_replaces_the_host() {
    let xml = sample("vat.xml");
    let options =
        RenderOptions { qr_base_url: Some("http://127.0.0.1:18081/".to_owned()), ..RenderOptions::default() };
    let url = expected(&xml, Environment::Prd).replace("https://qr.ksef.mf.gov.pl", "http://127.0.0.1:18081");
    assert!(html(&xml, &options).expect("renders").contains(&format!("href=\"{url}\"")));
    let Some(codes) = codes(&pdf(&xml, &options).expect("renders")) else { return };
    assert_eq!(codes, [url]);
}

#[test]
fn the_caption_is_the_number_or_offline() {
    let xml = sample("vat.xml");
    let number = "5265877635-20260223-0100001AF629-AF";
    // A number with a right check sum for this sample's seller is made from its own first 32 characters.
    let number = format!("{}{:02X}", &number[..33], ksef_id::crc8(&number.as_bytes()[..32]));
    let with = RenderOptions {
        ksef_number: Some(ksef_id::KsefNumber::parse(&number).expect("a number")),
        ..RenderOptions::default()
    };
    let without = RenderOptions::default();
    let english = RenderOptions { language: Language::En, ..RenderOptions::default() };
    for (options, there, absent) in [
        (&with, number.as_str(), "oczekuje"),
        (&without, "Faktura oczekuje na nadanie numeru KSeF.", number.as_str()),
        (&english, "This invoice awaits its KSeF number.", number.as_str()),
    ] {
        let mut texts = vec![html_text(&html(&xml, options).expect("renders"))];
        if has_tool("pdftotext") {
            texts.push(pdf_text(&pdf(&xml, options).expect("renders")));
        }
        for text in texts {
            let text = squeezed(&text);
            assert!(text.contains(&squeezed(there)) && !text.contains(&squeezed(absent)), "{there}: {text}");
            assert_eq!(text.contains("offline"), options.ksef_number.is_none());
        }
    }
}

#[test]
fn the_file_is_sound() {
    if !has_tool("qpdf") {
        return;
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    for name in ["vat.xml", "correction.xml", "advance.xml"] {
        let path = folder.path().join(name);
        std::fs::write(&path, pdf(&sample(name), &options(Language::Pl)).expect("renders")).expect("writes");
        let (ok, output) = run("qpdf", &["--check", path.to_str().expect("UTF-8")], b"");
        assert!(ok, "{name}: {}", String::from_utf8_lossy(&output));
    }
}

#[test]
fn fonts_are_embedded_as_subsets_and_can_be_searched() {
    if !has_tool("pdffonts") {
        return;
    }
    let (_, output) =
        run("pdffonts", &["-"], &pdf(&sample("vat.xml"), &options(Language::Pl)).expect("renders"));
    let output = String::from_utf8(output).expect("UTF-8");
    let fonts: Vec<_> = output.lines().skip(2).collect();
    assert_eq!(fonts.len(), 2, "{output}");
    for font in fonts {
        assert!(font.contains("+NotoSans-") && font.matches("yes").count() == 3, "{font}");
    }
}

#[test]
fn the_svg_alone_is_read_back() {
    if !has_tool("zbarimg") || !has_tool("chromium") {
        return;
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (page, image) = (folder.path().join("code.html"), folder.path().join("code.png"));
    std::fs::write(&page, format!("<body><div style=\"width:300px\">{}</div>", qr_svg("zażółć gęślą")))
        .expect("writes");
    let shot = format!("--screenshot={}", image.display());
    let page = format!("file://{}", page.display());
    run(
        "chromium",
        &["--headless", "--no-sandbox", "--disable-gpu", "--window-size=400,400", &shot, &page],
        b"",
    );
    if !image.is_file() {
        return support::skip("a chromium that can take a screenshot");
    }
    let (_, read) = run("zbarimg", &["--quiet", "--raw", image.to_str().expect("UTF-8")], b"");
    assert_eq!(String::from_utf8(read).expect("UTF-8").trim(), "zażółć gęślą");
}
