//! Bad input: one clear message, an exit code or a documented HTTP answer, and nothing half-done.

mod support;

use std::path::Path;
use std::process::{Command, Output};

use support::{COMPANY, World, certificate_and_key, invoice, shared_folder};

fn bramka(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_bramka"))
        .args(arguments)
        .env_remove("BRAMKA_API_KEY")
        .env("BRAMKA_LANG", "en")
        .output()
        .expect("it runs")
}

/// Runs a command that must fail with this code and a single line on standard error that has these words.
#[track_caller]
fn fails(arguments: &[&str], exit_code: i32, words: &[&str]) {
    let output = bramka(arguments);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(exit_code), "{arguments:?}: {said}");
    let message: Vec<&str> = said.lines().filter(|line| line.starts_with("bramka:")).collect();
    assert_eq!(message.len(), 1, "{arguments:?}: {said}");
    for word in words {
        assert!(message[0].contains(word), "{arguments:?}: {word:?} is not in {said}");
    }
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn documents_that_are_no_invoices_are_answered_and_not_stored() {
    let world = World::new(COMPANY).await;
    let gateway = world.serve(None);
    let good = invoice("bad-input");
    let bom = [b"\xEF\xBB\xBF".as_slice(), good.as_bytes()].concat();
    let latin = good.replace("UTF-8", "ISO-8859-2");
    let broken = [good.as_bytes()[..400].to_vec(), vec![0x81], good.as_bytes()[400..].to_vec()].concat();
    let padding = format!("<!--{}-->", "x".repeat(1_000_000));
    let large = good.replace("</Faktura>", &format!("{padding}</Faktura>"));
    let huge = vec![b' '; 5 * 1024 * 1024];
    let pef = "<Invoice xmlns=\"urn:oasis:names:specification:ubl:schema:xsd:Invoice-2\"/>";
    let cases: [(&str, &[u8], u16, &str); 10] = [
        ("empty", b"", 400, "invoice.empty"),
        ("not XML", b"to nie jest XML", 422, "invoice.invalid"),
        ("another schema", b"<a xmlns=\"urn:b\"/>", 422, "invoice.invalid"),
        ("PEF", pef.as_bytes(), 422, "invoice.formNotHere"),
        ("BOM", &bom, 422, "invoice.invalid"),
        ("declared as ISO-8859-2", latin.as_bytes(), 422, "invoice.invalid"),
        ("not UTF-8", &broken, 422, "invoice.invalid"),
        ("over 1,000,000 bytes", large.as_bytes(), 413, "invoice.tooLarge"),
        ("far too large", &huge, 413, "invoice.tooLarge"),
        ("cut off", &good.as_bytes()[..good.len() / 2], 422, "invoice.invalid"),
    ];
    for (what, body, status, code) in cases {
        let (found, problem) = gateway.post(COMPANY, "bad", body).await.expect(what);
        assert_eq!((found, problem["code"].as_str()), (status, Some(code)), "{what}: {problem:#}");
        assert_eq!(problem["status"], status);
        for language in ["pl", "en"] {
            assert!(problem["message"][language].as_str().is_some_and(|words| words.len() > 20), "{what}");
        }
        if code == "invoice.invalid" {
            let finding = &problem["findings"][0];
            assert!(
                finding["code"].is_string() && finding["line"].as_u64() >= Some(1),
                "{what}: {problem:#}"
            );
        }
    }
    let other = good.replace(COMPANY, "6666666666");
    let (status, problem) = gateway.post(COMPANY, "other", other.as_bytes()).await.expect("an answer");
    assert_eq!((status, problem["code"].as_str()), (422, Some("invoice.otherSeller")));
    let list = gateway.json(&format!("/api/v1/companies/{COMPANY}/invoices")).await;
    assert_eq!(list["items"].as_array().map(Vec::len), Some(0), "nothing was stored");
    assert!(world.simulator.inspect().submissions.is_empty(), "and nothing was sent");
    // The key of what was refused is free.
    assert_eq!(gateway.post(COMPANY, "bad", good.as_bytes()).await.expect("an answer").0, 201);
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_that_make_no_sense_have_documented_answers() {
    let world = World::new(COMPANY).await;
    let gateway = world.serve(None);
    let code = |body: &[u8]| {
        let problem: serde_json::Value = serde_json::from_slice(body).expect("a problem");
        problem["code"].as_str().expect("a code").to_owned()
    };
    let base = format!("/api/v1/companies/{COMPANY}");
    for (path, status, expected) in [
        ("/api/v1/nothing".to_owned(), 404, "request.path"),
        ("/api/v1/companies/7777777777/invoices".to_owned(), 404, "company.unknown"),
        ("/api/v1/companies/abc/invoices".to_owned(), 400, "company.invalid"),
        (format!("{base}/invoices/abc"), 404, "invoice.unknown"),
        (format!("{base}/invoices?limit=0"), 400, "request.parameter"),
        (format!("{base}/invoices?after=x"), 400, "request.parameter"),
        (format!("{base}/purchases/abc/xml"), 404, "purchase.unknown"),
    ] {
        let (found, body) = gateway.get(&path).await;
        assert_eq!((found, code(&body).as_str()), (status, expected), "{path}");
    }
    let xml = invoice("key");
    assert_eq!(gateway.post(COMPANY, "key", xml.as_bytes()).await.expect("new").0, 201);
    assert_eq!(gateway.post(COMPANY, "key", xml.as_bytes()).await.expect("known").0, 200);
    let (status, problem) =
        gateway.post(COMPANY, "key", invoice("key2").as_bytes()).await.expect("an answer");
    assert_eq!((status, problem["code"].as_str()), (409, Some("idempotencyKey.reused")));
    let client = reqwest::Client::new();
    let url = format!("{}{base}/invoices", gateway.url);
    let plain = client.post(&url).header("content-type", "text/plain").body(xml.clone()).send().await;
    assert_eq!(plain.expect("an answer").status().as_u16(), 415);
    let foreign = client.get(&url).header("host", "evil.example").send().await.expect("an answer");
    assert_eq!(foreign.status().as_u16(), 403);
    let method = client.delete(&url).send().await.expect("an answer");
    assert_eq!(method.status().as_u16(), 405);
}

#[tokio::test(flavor = "multi_thread")]
async fn credentials_that_do_not_work_are_named_before_anything_is_called() {
    let world = World::new(COMPANY).await;
    let folder = world.folder.path();
    let serve = |credential: &str, words: &[&str]| {
        world.configure(&world.simulator.base_url(), credential);
        let (config, data) = (text(&world.config()), text(&world.data()));
        fails(&["serve", "--listen", "127.0.0.1:0", "--config", &config, "--data", &data], 2, words);
        assert!(!world.data().exists(), "no folder was made");
    };
    let pair = "certificate = \"auth.crt\"\nkey = ";

    std::fs::write(folder.join("other.key"), certificate_and_key(COMPANY).1).expect("written");
    serve(&format!("{pair}\"other.key\""), &[COMPANY, "does not belong to the certificate"]);
    serve(&format!("{pair}\"none.key\""), &["none.key", "cannot be read"]);
    serve(&format!("{pair}\"auth.crt\""), &["auth.crt", "CERTIFICATE, not a private key"]);
    serve("certificate = \"auth.key\"\nkey = \"auth.key\"", &["auth.key", "PRIVATE KEY, not a certificate"]);
    serve("", &["certificate and key, or token_file"]);
    serve("certificate = 7", &["bramka.toml: line 6: ", "expected"]);

    // A key under a password, made by openssl as the Ministry's portal makes them.
    let encrypted = folder.join("encrypted.key");
    let made = Command::new("openssl")
        .args(["pkcs8", "-topk8", "-v2", "aes-256-cbc", "-passout", "pass:Prawdziwe-1", "-in"])
        .arg(folder.join("auth.key"))
        .arg("-out")
        .arg(&encrypted)
        .output();
    match made {
        Ok(output) if output.status.success() => {
            std::fs::write(folder.join("wrong.password"), "Inne-hasło-1\n").expect("written");
            serve(&format!("{pair}\"encrypted.key\""), &["encrypted: give its password"]);
            let wrong = format!("{pair}\"encrypted.key\"\nkey_password_file = \"wrong.password\"");
            serve(&wrong, &["the password does not open the private key"]);
        }
        _ => {
            assert_ne!(std::env::var("BRAMKA_REQUIRE").as_deref(), Ok("all"), "openssl is required");
            eprintln!("SKIPPED: openssl is not installed");
        }
    }
    assert!(world.simulator.inspect().requests.is_empty(), "KSeF was not called");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_simulator_that_is_not_there_keeps_invoices_waiting_with_the_reason() {
    let world = World::new(COMPANY).await;
    // A port that nobody listens on: taken and given back.
    let port =
        std::net::TcpListener::bind(support::loopback()).expect("a port").local_addr().expect("it").port();
    world.configure(&format!("http://127.0.0.1:{port}/v2"), "certificate = \"auth.crt\"\nkey = \"auth.key\"");
    let gateway = world.serve(None);
    let (status, taken) = gateway.post(COMPANY, "wait", invoice("wait").as_bytes()).await.expect("taken");
    assert_eq!(status, 201, "the gateway takes invoices without KSeF");
    let path = format!("/api/v1/companies/{COMPANY}/invoices/{}", taken["id"].as_str().expect("an id"));
    for attempt in 0.. {
        let invoice = gateway.json(&path).await;
        assert_eq!(invoice["state"], "waiting");
        if invoice["reason"]["code"] == "call.notSent" {
            assert!(
                invoice["reason"]["text"].as_str().is_some_and(|text| text.contains("cannot be reached"))
            );
            break;
        }
        assert!(attempt < 200, "no reason: {invoice:#}");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    drop(gateway);
    // KSeF is back, so it goes on by itself.
    world.configure(&world.simulator.base_url(), "certificate = \"auth.crt\"\nkey = \"auth.key\"");
    let gateway = world.serve(None);
    let ended = gateway.wait_final(COMPANY, taken["id"].as_str().expect("an id")).await;
    assert_eq!(ended["state"], "stored");
}

#[tokio::test(flavor = "multi_thread")]
async fn ports_and_folders_that_cannot_be_had_are_named() {
    let world = World::new(COMPANY).await;
    let gateway = world.serve(None);
    let (config, data) = (text(&world.config()), text(&world.data()));
    let taken = gateway.url.trim_start_matches("http://").to_owned();
    let other = text(&world.folder.path().join("other"));
    fails(&["serve", "--listen", &taken, "--config", &config, "--data", &other], 2, &[&taken, "--listen"]);
    fails(
        &["serve", "--listen", "127.0.0.1:0", "--config", &config, "--data", &data],
        2,
        &["in use by bramka, process", "--data"],
    );
    let simulator = world.simulator.address().to_string();
    fails(&["simulator", "--listen", &simulator], 2, &[&simulator, "already in use"]);
    fails(&["serve", "--listen", "127.0.0.1:0", "--data", "/proc/none"], 2, &["/proc/none", "--data"]);
    fails(&["serve", "--listen", "0.0.0.0:0", "--data", &other], 2, &["needs users or an API key"]);
    let database = "postgres://someone:secret-word@127.0.0.1:1/x";
    fails(&["serve", "--database", database, "--data", &other], 2, &["127.0.0.1:1/x", "user and password"]);
    fails(&["demo", "--once", "--listen", &taken, "--data", &other], 2, &[&taken, "--listen"]);
    fails(
        &["send", "--url", "http://127.0.0.1:9", "--company", COMPANY, &config],
        2,
        &["does not answer", "--url"],
    );
    fails(&["send", "/none.xml"], 2, &["/none.xml", "cannot be read"]);
}

#[test]
fn validate_says_what_is_wrong_and_where() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = |name: &str, content: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, content).expect("written");
        text(&path)
    };
    let good = file("good.xml", &invoice("1"));
    let bad = file("bad.xml", &invoice("1").replace("<P_8B>50</P_8B>", "<P_8B>pięćdziesiąt</P_8B>"));
    let pef = file("pef.xml", "<Invoice xmlns=\"urn:oasis:names:specification:ubl:schema:xsd:Invoice-2\"/>");
    assert_eq!(bramka(&["validate", &good]).status.code(), Some(0));
    let output = bramka(&["validate", "--lang", "en", &bad]);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("error[XSD") && said.contains("Faktura/Fa/FaWiersz[1]/P_8B"), "{said}");
    assert!(said.contains("pięćdziesiąt") && said.contains("^^^^^^^^^^^^"), "{said}");

    let output = bramka(&["validate", "--format", "json", &good, &bad]);
    let lines: Vec<serde_json::Value> = String::from_utf8_lossy(&output.stdout)
        .lines()
        .map(|line| serde_json::from_str(line).expect("one object a line"))
        .collect();
    assert_eq!(lines.len(), 2);
    assert_eq!((&lines[0]["valid"], &lines[0]["form"]), (&true.into(), &"FA(3)".into()));
    assert_eq!((&lines[1]["valid"], &lines[1]["file"]), (&false.into(), &bad.clone().into()));
    let findings = lines[1]["findings"].as_array().expect("findings");
    let error = findings.iter().find(|finding| finding["severity"] == "error").expect("an error");
    assert!(
        error["message"]["pl"].is_string()
            && error["code"].as_str().is_some_and(|code| code.starts_with("XSD"))
    );

    assert_eq!(bramka(&["validate", "/none.xml"]).status.code(), Some(2));
    // PEF is rendered, though it is not sent yet.
    let output = bramka(&["render", &pef, "-o", &text(&folder.path().join("x.pdf"))]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let out = text(&folder.path().join("good.pdf"));
    assert_eq!(bramka(&["render", &good, "-o", &out]).status.code(), Some(0));
    assert!(std::fs::read(&out).expect("made").starts_with(b"%PDF-"));
    assert_eq!(bramka(&["render", &good, "-o", "/tmp/x.doc"]).status.code(), Some(2));

    // An offline mode says what it lacks; a confirmation is for offline sales only.
    let output = bramka(&["render", &good, "-o", &out, "--mode", "offline24"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("--offline-cert"));
    assert_eq!(bramka(&["render", &good, "-o", &out, "--confirmation"]).status.code(), Some(2));
    // A folder: what can be read is rendered, the rest is named.
    let prints = folder.path().join("prints");
    let inbox = folder.path().join("inbox");
    std::fs::create_dir(&inbox).expect("made");
    std::fs::copy(&good, inbox.join("one.xml")).expect("copied");
    std::fs::write(inbox.join("two.xml"), "<a>").expect("written");
    std::fs::create_dir(inbox.join("deeper")).expect("made");
    std::fs::copy(&good, inbox.join("deeper/three.XML")).expect("copied");
    let output = bramka(&["render", &text(&inbox), "-o", &text(&prints), "--html", "--lang", "pl-en"]);
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(String::from_utf8_lossy(&output.stderr).contains("two.xml"));
    let page = std::fs::read_to_string(prints.join("one.html")).expect("made");
    assert!(page.contains("Sprzedawca / Seller"));
    assert!(prints.join("deeper/three.html").is_file(), "as it lies in the inbox");
    let empty = text(&folder.path().join("empty"));
    std::fs::create_dir(&empty).expect("made");
    assert_eq!(bramka(&["render", &empty]).status.code(), Some(2));
    // Codes on a PDF of another program.
    let stamped = text(&folder.path().join("stamped.pdf"));
    let output = bramka(&["stamp", &out, "--invoice", &good, "-o", &stamped, "--corner", "top-left"]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(std::fs::read(&stamped).expect("made").len() > 1000);
    assert_eq!(bramka(&["stamp", &good, "--invoice", &good, "-o", &stamped]).status.code(), Some(2));
}

#[test]
fn every_official_example_is_valid() {
    let Some(shared) = shared_folder() else { return };
    for entry in std::fs::read_dir(shared.join("ksef/samples/fa3")).expect("the folder") {
        let path = text(&entry.expect("an entry").path());
        assert_eq!(bramka(&["validate", &path]).status.code(), Some(0), "{path}");
    }
}
