//! Prints over the gateway's API, from the archived bytes: languages, modes, the company's look, the UPO, and what is
//! refused.

mod support;

use std::process::{Command, Stdio};

use ksef_crypto::{Certificate, kod_ii};
use rcgen::{CertificateParams, KeyPair, KeyUsagePurpose};
use serde_json::Value;
use support::{COMPANY, CONTRACTOR, ServedGateway, World, invoice, purchase};

/// A picture of one pixel.
const PNG: &[u8] = &[
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x48, 0x44, 0x52, 0x00,
    0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x01, 0x08, 0x00, 0x00, 0x00, 0x00, 0x3a, 0x7e, 0x9b, 0x55, 0x00,
    0x00, 0x00, 0x0a, 0x49, 0x44, 0x41, 0x54, 0x78, 0x9c, 0x63, 0x60, 0x00, 0x00, 0x00, 0x02, 0x00, 0x01,
    0x48, 0xaf, 0xa4, 0x71, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82,
];

/// A certificate of type Offline and its key as PEM, made now.
fn offline_certificate() -> (String, String) {
    let key = KeyPair::generate().expect("a key");
    let mut params = CertificateParams::default();
    params.key_usages = vec![KeyUsagePurpose::ContentCommitment];
    let certificate = params.self_signed(&key).expect("a certificate");
    (certificate.pem(), key.serialize_pem())
}

async fn text(gateway: &ServedGateway, path: &str) -> String {
    let (status, body) = gateway.get(path).await;
    let body = String::from_utf8(body).expect("UTF-8");
    assert_eq!(status, 200, "{path}: {body}");
    body
}

async fn problem(gateway: &ServedGateway, path: &str, status: u16, code: &str) -> Value {
    let (found, body) = gateway.get(path).await;
    let problem: Value = serde_json::from_slice(&body).expect("JSON");
    assert_eq!((found, problem["code"].as_str()), (status, Some(code)), "{path}: {problem:#}");
    problem
}

/// The text of a PDF; `None`, said aloud, without the tool.
fn pdf_text(file: &[u8]) -> Option<String> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("print.pdf");
    std::fs::write(&path, file).expect("written");
    match Command::new("pdftotext").arg("-raw").arg(&path).arg("-").stderr(Stdio::null()).output() {
        Ok(output) => Some(String::from_utf8(output.stdout).expect("UTF-8")),
        Err(_) => {
            assert_ne!(std::env::var("BRAMKA_REQUIRE").as_deref(), Ok("all"), "pdftotext is required");
            eprintln!("SKIPPED: the tool pdftotext is missing");
            None
        }
    }
}

async fn sent(gateway: &ServedGateway, number: &str) -> Value {
    let (status, taken) = gateway.post(COMPANY, number, invoice(number).as_bytes()).await.expect("an answer");
    assert_eq!(status, 201, "{taken:#}");
    gateway.wait_final(COMPANY, taken["id"].as_str().expect("an id")).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invoice_is_printed_in_each_language_and_mode_as_its_company_wants() {
    let world = World::new(COMPANY).await;
    let (certificate, key) = offline_certificate();
    for (name, bytes) in [("off.crt", certificate.as_bytes()), ("off.key", key.as_bytes()), ("logo.png", PNG)]
    {
        std::fs::write(world.folder.path().join(name), bytes).expect("written");
    }
    world.configure(
        &world.simulator.base_url(),
        "certificate = \"auth.crt\"\nkey = \"auth.key\"\noffline_certificate = \"off.crt\"\n\
         offline_key = \"off.key\"\naccent = \"#2e6b4f\"\n[print]\nlogo = \"logo.png\"\naccent = \"aa0000\"",
    );
    let gateway = world.serve(None);
    let ended = sent(&gateway, "druk/1").await;
    let number = ended["ksefNumber"].as_str().expect("a number").to_owned();
    let path = format!("/api/v1/companies/{COMPANY}/invoices/{}", ended["id"].as_str().expect("an id"));

    // Each language, from the same bytes, with the number that KSeF gave.
    for (query, words) in [
        ("", ["Sprzedawca", "01.11.2026"]),
        ("?lang=en", ["Seller", "2026-11-01"]),
        ("?lang=pl-en", ["Sprzedawca / Seller", "2026-11-01"]),
    ] {
        let page = text(&gateway, &format!("{path}/html{query}")).await;
        for word in words.iter().copied().chain([number.as_str()]) {
            assert!(page.contains(word), "{query}: no {word}");
        }
        // Its own colour, and the logo of all companies.
        assert!(page.contains("--accent: #2e6b4f") && page.contains("class=\"logo\""), "{query}");
        let (status, file) = gateway.get(&format!("{path}/pdf{query}")).await;
        assert!(status == 200 && file.starts_with(b"%PDF-1.7"), "{query}");
        if let Some(text) = pdf_text(&file) {
            assert!(
                text.contains(&number) && words[0].split(" / ").all(|word| text.contains(word)),
                "{text}"
            );
        }
    }
    // The codes of each mode; the second is signed for this document by the company's certificate.
    for (mode, codes) in
        [("online", 1), ("offline24", 2), ("unavailability", 2), ("failure", 2), ("total-failure", 0)]
    {
        let page = text(&gateway, &format!("{path}/html?mode={mode}")).await;
        assert_eq!(page.matches("<figure").count(), codes, "{mode}");
        let link = page.split('"').find(|part| part.contains("/certificate/Nip/"));
        assert_eq!(link.is_some(), codes == 2, "{mode}");
        if let Some(link) = link {
            let certificate = Certificate::from_pem_or_der(certificate.as_bytes()).expect("a certificate");
            kod_ii::verify(link, &certificate).unwrap_or_else(|error| panic!("{mode}: {error}"));
            assert!(link.contains(&format!("/certificate/Nip/{COMPANY}/{COMPANY}/")), "{link}");
        }
        assert_eq!(gateway.get(&format!("{path}/pdf?mode={mode}")).await.0, 200, "{mode}");
    }
    // The UPO as people read it, the signed file inside.
    let page = text(&gateway, &format!("{path}/upo/html?lang=en")).await;
    assert!(page.contains(&number) && page.contains("druk/1"), "{page}");
    let (status, file) = gateway.get(&format!("{path}/upo/pdf")).await;
    assert!(status == 200 && file.starts_with(b"%PDF-1.7"));
    if let Some(text) = pdf_text(&file) {
        assert!(text.contains("Urzędowe poświadczenie odbioru") && text.contains(&number), "{text}");
    }
    // What cannot be meant is refused with what can.
    let refused = problem(&gateway, &format!("{path}/pdf?lang=de"), 400, "request.parameter").await;
    assert!(refused["detail"].as_str().is_some_and(|detail| detail.contains("pl-en")));
    let refused = problem(&gateway, &format!("{path}/html?mode=off"), 400, "request.parameter").await;
    assert!(refused["detail"].as_str().is_some_and(|detail| detail.contains("offline24")));
    problem(&gateway, &format!("{path}/upo/pdf?lang=xx"), 400, "request.parameter").await;
    let none = format!("/api/v1/companies/{COMPANY}/invoices/00000000-0000-4000-8000-000000000000");
    problem(&gateway, &format!("{none}/upo/pdf"), 404, "invoice.unknown").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_certificate_a_number_or_untouched_bytes_it_is_said() {
    let world = World::new(COMPANY).await;
    // Nobody listens there: the invoice waits.
    world.configure("http://127.0.0.1:1/v2", "certificate = \"auth.crt\"\nkey = \"auth.key\"");
    let mut gateway = world.serve(None);
    let (status, taken) = gateway.post(COMPANY, "k", invoice("czeka/1").as_bytes()).await.expect("an answer");
    assert_eq!(status, 201, "{taken:#}");
    let path = format!("/api/v1/companies/{COMPANY}/invoices/{}", taken["id"].as_str().expect("an id"));
    let page = text(&gateway, &format!("{path}/html?lang=en")).await;
    assert!(page.contains("awaits its KSeF number") && page.contains("OFFLINE"), "{page}");
    problem(&gateway, &format!("{path}/upo/pdf"), 404, "upo.notYet").await;
    let refused =
        problem(&gateway, &format!("{path}/pdf?mode=failure"), 422, "offlineCertificate.missing").await;
    assert!(refused["message"]["pl"].as_str().is_some_and(|words| words.contains("failure")), "{refused:#}");

    // Somebody changes a letter in the archive.
    gateway.terminate();
    let changed = world.data();
    let mut count = 0;
    for entry in std::fs::read_dir(changed).expect("the data folder") {
        let file = entry.expect("an entry").path();
        if !file.is_file() {
            continue;
        }
        let mut bytes = std::fs::read(&file).expect("readable");
        let wanted = b"<P_2>FV/czeka/1</P_2>";
        while let Some(at) = bytes.windows(wanted.len()).position(|window| window == wanted) {
            bytes[at + 8] = b'C';
            count += 1;
        }
        std::fs::write(&file, bytes).expect("written");
    }
    assert!(count > 0, "the archive holds the bytes as they are");
    let gateway = world.serve(None);
    for print in ["xml", "pdf", "html"] {
        problem(&gateway, &format!("{path}/{print}"), 500, "document.tampered").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_purchase_is_printed_with_one_code_whatever_is_asked_for() {
    let world = World::new(COMPANY).await;
    assert_eq!(world.send_directly(CONTRACTOR, purchase("zakup/1").as_bytes()).await, 200);
    let gateway = world.serve(None);
    let list = format!("/api/v1/companies/{COMPANY}/purchases");
    let number = loop {
        let purchases = gateway.json(&list).await;
        if let Some(number) = purchases["items"][0]["ksefNumber"].as_str() {
            break number.to_owned();
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    };
    let page = text(&gateway, &format!("{list}/{number}/html?lang=pl-en&mode=offline24")).await;
    assert!(page.contains("Nabywca / Buyer") && page.matches("<figure").count() == 1, "{page}");
    assert_eq!(gateway.get(&format!("{list}/{number}/pdf?lang=en")).await.0, 200);
}

#[test]
fn a_logo_or_colour_that_cannot_be_used_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("logo.gif"), b"GIF89a").expect("written");
    for (print, polish, english) in [
        ("logo = \"logo.gif\"", "logo.gif: Nie można użyć tego logo", "neither PNG nor JPEG"),
        ("logo = \"none.png\"", "nie można odczytać pliku", "none.png cannot be read"),
        ("accent = \"green\"", "to nie kolor", "six hexadecimal digits"),
        ("acent = \"1d4e7e\"", "line 2", "unknown field"),
    ] {
        let config = folder.path().join("bramka.toml");
        std::fs::write(&config, format!("[print]\n{print}\n")).expect("written");
        for (lang, words) in [("pl", polish), ("en", english)] {
            let output = Command::new(env!("CARGO_BIN_EXE_bramka"))
                .args(["serve", "--listen", "127.0.0.1:0", "--lang", lang, "--config"])
                .arg(&config)
                .arg("--data")
                .arg(folder.path().join("data"))
                .output()
                .expect("it runs");
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(output.status.code() == Some(2) && said.contains(words), "{print} in {lang}: {said}");
        }
    }
}
