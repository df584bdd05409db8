//! Prints over the gateway's API, from the archived bytes: languages, modes, the company's look, the UPO, and what is
//! refused.

mod support;

use std::process::{Command, Stdio};

use ksef_crypto::{Certificate, kod_ii};
use serde_json::Value;
use support::{COMPANY, CONTRACTOR, ServedGateway, World, invoice, offline_certificate, pdf_text, purchase};

/// A picture of one pixel.
const PNG: &[u8] = &[
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x48, 0x44, 0x52, 0x00,
    0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x01, 0x08, 0x00, 0x00, 0x00, 0x00, 0x3a, 0x7e, 0x9b, 0x55, 0x00,
    0x00, 0x00, 0x0a, 0x49, 0x44, 0x41, 0x54, 0x78, 0x9c, 0x63, 0x60, 0x00, 0x00, 0x00, 0x02, 0x00, 0x01,
    0x48, 0xaf, 0xa4, 0x71, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82,
];

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
        ("acent = \"1d4e7e\"", "wiersz 2: nie ma ustawienia acent", "there is no setting acent"),
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

/// `bramka` in a language, with nothing of this machine's settings; exit code, standard output, standard error.
fn bramka(lang: &str, words: &[&str]) -> (Option<i32>, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bramka"));
    for name in
        ["BRAMKA_MASTER_KEY", "BRAMKA_MASTER_KEY_FILE", "BRAMKA_MASTER_PASSPHRASE", "CREDENTIALS_DIRECTORY"]
    {
        command.env_remove(name);
    }
    let output = command.args(words).env("BRAMKA_LANG", lang).stdin(Stdio::null()).output().expect("it runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

#[test]
fn the_command_line_signs_with_files_and_with_the_vaults_certificate() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).to_str().expect("UTF-8").to_owned();
    let (certificate, key) = offline_certificate();
    let (login, login_key) = support::certificate_and_key(COMPANY);
    for (name, text) in [
        ("off.crt", &certificate),
        ("off.key", &key),
        ("login.crt", &login),
        ("login.key", &login_key),
        ("invoice.xml", &invoice("offline/1")),
    ] {
        std::fs::write(path(name), text).expect("written");
    }
    let parsed = Certificate::from_pem_or_der(certificate.as_bytes()).expect("a certificate");
    let (xml, page, data) = (path("invoice.xml"), path("page.html"), path("data"));
    // What each print's second code leads to; the certificate that signed it judges it.
    let signed = |words: &[&str]| {
        let (code, _, said) =
            bramka("en", &[&["render", &xml, "-o", &page, "--mode", "offline24"], words].concat());
        assert_eq!(code, Some(0), "{words:?}: {said}");
        let page = std::fs::read_to_string(&page).expect("made");
        let link =
            page.split('"').find(|part| part.contains("/certificate/")).expect("a second code").to_owned();
        kod_ii::verify(&link, &parsed).unwrap_or_else(|error| panic!("{words:?}: {error}"));
        link
    };
    let files = ["--offline-cert", &path("off.crt"), "--offline-key", &path("off.key")];
    let link = signed(&[&files[..], &["--context", "Nip:3333333333", "--environment", "demo"]].concat());
    assert!(
        link.starts_with("https://qr-demo.ksef.mf.gov.pl/certificate/Nip/3333333333/2222222222/"),
        "{link}"
    );

    let of_vault = ["--company", COMPANY, "--data", &data];
    let refused = |lang: &str, words: &[&str], expected: &str| {
        let (code, _, said) = bramka(lang, &[&["render", &xml, "-o", &page], words].concat());
        assert!(code == Some(2) && said.contains(expected), "{words:?}: {said}");
    };
    refused("pl", &[&of_vault[..], &["--mode", "failure"]].concat(), "nie ma sejfu");
    let added = bramka("en", &["company", "add", COMPANY, "--environment", "test", "--data", &data]);
    assert_eq!(added.0, Some(0), "{}", added.2);
    refused(
        "pl",
        &[&of_vault[..], &["--mode", "failure"]].concat(),
        "nie ma ważnego certyfikatu typu Offline",
    );
    let (certificate, key) = (path("off.crt"), path("off.key"));
    let words = ["credential", "add", &certificate, "--key", &key, "--company", COMPANY, "--data", &data];
    let added = bramka("en", &words);
    assert_eq!(added.0, Some(0), "{}{}", added.1, added.2);
    // The company's environment and context, unless they are given.
    assert!(
        signed(&of_vault)
            .starts_with("https://qr-test.ksef.mf.gov.pl/certificate/Nip/2222222222/2222222222/")
    );
    let link = signed(&[&of_vault[..], &["--context", "Nip:3333333333", "--environment", "prd"]].concat());
    assert!(link.starts_with("https://qr.ksef.mf.gov.pl/certificate/Nip/3333333333/"), "{link}");

    // What is wrong with files is said in both languages, with the file's name.
    let offline = ["--mode", "offline24", "--context", "Nip:2222222222"];
    for (files, polish, english) in [
        (
            vec!["--offline-cert", xml.as_str()],
            "to nie jest certyfikat X.509",
            "neither an X.509 certificate",
        ),
        (vec!["--offline-cert", &certificate], "brak klucza prywatnego", "there is no private key"),
        (
            vec!["--offline-cert", &certificate, "--offline-key", &xml],
            "to nie jest klucz prywatny",
            "no private key",
        ),
    ] {
        refused("pl", &[&offline[..], &files].concat(), polish);
        refused("en", &[&offline[..], &files].concat(), english);
    }
    let (login, login_key) = (path("login.crt"), path("login.key"));
    let other = ["--offline-cert", &login, "--offline-key", &login_key];
    refused("pl", &[&offline[..], &other].concat(), "nie może podpisać drugiego kodu QR");
    refused("en", &[&offline[..], &other].concat(), "cannot sign the second QR code");
    let (code, _, said) = bramka("en", &[&["render", &xml][..], &of_vault, &files].concat());
    assert!(code == Some(2) && said.contains("cannot be used with"), "{said}");
}

#[test]
fn a_folder_has_a_bar_on_a_terminal_and_none_in_a_pipe() {
    let folder = tempfile::tempdir().expect("a folder");
    let (inbox, prints) = (folder.path().join("inbox"), folder.path().join("prints"));
    std::fs::create_dir(&inbox).expect("made");
    for number in 0..25 {
        std::fs::write(inbox.join(format!("{number}.xml")), invoice("pasek/1")).expect("written");
    }
    let words = ["render", inbox.to_str().expect("UTF-8"), "-o", prints.to_str().expect("UTF-8")];
    let (code, _, said) = bramka("en", &words);
    assert_eq!((code, said.as_str()), (Some(0), ""));
    // `script` runs a command on a terminal of its own.
    let command = format!("{} {}", env!("CARGO_BIN_EXE_bramka"), words.join(" "));
    match Command::new("script").args(["-qec", &command, "/dev/null"]).stdin(Stdio::null()).output() {
        Ok(output) => {
            let said = String::from_utf8_lossy(&output.stdout);
            assert!(output.status.success() && said.contains("/25"), "{said}");
        }
        Err(_) => {
            assert_ne!(std::env::var("BRAMKA_REQUIRE").as_deref(), Ok("all"), "script is required");
            eprintln!("SKIPPED: the tool script is missing");
        }
    }
    assert_eq!(std::fs::read_dir(&prints).expect("made").count(), 25);
}
