//! Official examples and large documents on the demo's path: file, gateway, KSeF number, UPO, bytes read back.

mod support;

use std::path::PathBuf;

use ksef_client::upo::{Expected, verify};
use ksef_crypto::sha256;
use ksef_id::{ContextIdentifier, KsefNumber, Sha256Hash};
use ksef_sim::Limits;
use serde_json::Value;
use support::{COMPANY, ServedGateway, World, invoice, shared_folder};

/// The seller of a document.
fn seller_of(xml: &[u8]) -> String {
    ksef_invoice::read(xml).expect("an invoice").metadata().seller_nip
}

/// The official FA(3) examples, by their names.
fn examples() -> Option<Vec<(String, Vec<u8>)>> {
    let folder: PathBuf = shared_folder()?.join("ksef/samples/fa3");
    let mut examples: Vec<(String, Vec<u8>)> = std::fs::read_dir(folder)
        .expect("the folder")
        .map(|entry| entry.expect("an entry").path())
        .map(|path| {
            let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
            (name, std::fs::read(&path).expect("a file"))
        })
        .collect();
    examples.sort();
    assert_eq!(examples.len(), 13, "the examples are all there");
    Some(examples)
}

/// Sends a document through a gateway and waits for its end.
async fn sent(gateway: &ServedGateway, nip: &str, key: &str, xml: &[u8]) -> Value {
    let (status, taken) = gateway.post(nip, key, xml).await.expect("an answer");
    assert_eq!(status, 201, "{taken:#}");
    gateway.wait_final(nip, taken["id"].as_str().expect("an id")).await
}

/// Number, UPO over the file's hash, and the same bytes from our store and from KSeF.
async fn check_proof(world: &World, gateway: &ServedGateway, ended: &Value, xml: &[u8], name: &str) {
    assert_eq!(ended["state"], "stored", "{name}: {ended:#}");
    let nip = &world.nip;
    let path = format!("/api/v1/companies/{nip}/invoices/{}", ended["id"].as_str().expect("an id"));
    let number = KsefNumber::parse(ended["ksefNumber"].as_str().expect("a number")).expect("a KSeF number");
    let hash = Sha256Hash::from_bytes(&sha256(xml));
    let (status, upo) = gateway.get(&format!("{path}/upo")).await;
    assert_eq!(status, 200);
    let context = ContextIdentifier::parse(nip).expect("a NIP");
    let expected = Expected {
        ksef_number: &number,
        invoice_hash: &hash,
        context: Some(&context),
        environment: None,
        signers: &[],
    };
    verify(&upo, &expected).unwrap_or_else(|error| panic!("{name}: {error}"));
    assert_eq!(gateway.get(&format!("{path}/xml")).await, (200, xml.to_vec()), "{name}");
    let read_back = world.access_of(nip).invoice(&number).await.expect("readable");
    assert_eq!(read_back, xml, "{name}");
    for document in ["pdf", "html"] {
        assert_eq!(gateway.get(&format!("{path}/{document}")).await.0, 200, "{name} as {document}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn twelve_official_examples_go_all_the_way() {
    let Some(examples) = examples() else { return };
    for (name, xml) in examples.into_iter().filter(|(name, _)| name != "example-25") {
        // A fresh state each: 1, 9, 21 and 23 carry the same seller, kind and number.
        let world = World::new(&seller_of(&xml)).await;
        let gateway = world.serve(None);
        let ended = sent(&gateway, &world.nip, &name, &xml).await;
        check_proof(&world, &gateway, &ended, &xml, &name).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_second_of_two_with_the_same_key_is_told_the_firsts_number() {
    let Some(examples) = examples() else { return };
    let xml_of = |wanted: &str| {
        examples.iter().find(|(name, _)| name == wanted).map(|(_, xml)| xml.clone()).expect("an example")
    };
    let (first_xml, second_xml) = (xml_of("example-1"), xml_of("example-9"));
    let world = World::new(&seller_of(&first_xml)).await;
    // Another program sent the first: the gateway would have known its own.
    assert_eq!(world.send_directly(&world.nip, &first_xml).await, 200);
    let first = world.simulator.inspect().invoices[0].ksef_number.to_string();
    let gateway = world.serve(None);
    let second = sent(&gateway, &world.nip, "second", &second_xml).await;
    assert_eq!(second["state"], "numberCollision", "{second:#}");
    assert_eq!(second["ksefNumber"], first.as_str());
    assert!(second["reason"]["text"].as_str().is_some_and(|text| text.starts_with("440 Duplikat faktury")));
    assert_eq!(world.simulator.inspect().invoices.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_example_with_an_attachment_waits_for_consent_and_then_goes_through() {
    let Some(examples) = examples() else { return };
    let (name, xml) = examples.into_iter().find(|(name, _)| name == "example-25").expect("example 25");
    let world = World::new(&seller_of(&xml)).await;
    world.with_clock_and_offline();
    let gateway = world.serve(None);
    let (status, taken) = gateway.post(&world.nip, &name, &xml).await.expect("an answer");
    assert_eq!(status, 201, "{taken:#}");
    let id = taken["id"].as_str().expect("an id");
    // It goes by batch, which gathers for a while.
    world.simulator.clock().advance(jiff::SignedDuration::from_mins(16)).expect("within the clock's range");
    let waiting = gateway.wait_reason(&world.nip, id, "wait.attachmentConsent").await;
    assert_eq!(waiting["state"], "waiting", "{waiting:#}");
    let seen = world.simulator.inspect();
    assert!(seen.invoices.is_empty() && seen.sessions.is_empty(), "nothing was tried");
    let (status, body) = gateway.get(&format!("/api/v1/companies/{}/invoices/{id}/upo", world.nip)).await;
    assert_eq!(status, 404, "{}", String::from_utf8_lossy(&body));

    world.allow_attachments().await;
    world.simulator.clock().advance(jiff::SignedDuration::from_mins(16)).expect("within the clock's range");
    let ended = gateway.wait_final(&world.nip, id).await;
    assert_eq!(ended["state"], "stored", "{ended:#}");
    let seen = world.simulator.inspect();
    assert_eq!(seen.invoices.len(), 1);
    assert_eq!(ended["ksefNumber"], seen.invoices[0].ksef_number.to_string());
    assert!(seen.sessions.iter().all(|session| session.is_closed), "no session is left open");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invoice_of_a_thousand_lines_goes_through() {
    let mut lines = String::new();
    for line in 1..=1000 {
        lines.push_str(&format!(
            "<FaWiersz><NrWierszaFa>{line}</NrWierszaFa><P_7>Towar nr {line}</P_7><P_8A>szt.</P_8A><P_8B>1</P_8B>\
             <P_9A>10.00</P_9A><P_11>10.00</P_11><P_12>23</P_12></FaWiersz>"
        ));
    }
    let small = invoice("1000");
    let (from, to) = (small.find("<FaWiersz>").expect("lines"), small.find("<Platnosc>").expect("payment"));
    let xml = [&small[..from], &lines, &small[to..]]
        .concat()
        .replace("<P_13_1>1450.00</P_13_1>", "<P_13_1>10000.00</P_13_1>")
        .replace("<P_14_1>333.50</P_14_1>", "<P_14_1>2300.00</P_14_1>")
        .replace("<P_13_3>240.00</P_13_3>", "")
        .replace("<P_14_3>12.00</P_14_3>", "")
        .replace("<P_15>2035.50</P_15>", "<P_15>12300.00</P_15>");
    let world = World::new(COMPANY).await;
    let gateway = world.serve(None);
    let ended = sent(&gateway, COMPANY, "thousand", xml.as_bytes()).await;
    check_proof(&world, &gateway, &ended, xml.as_bytes(), "1,000 lines").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_company_with_a_token_sends_as_well() {
    use ksef_wire::{AuthenticationTokenStatus, GenerateTokenRequest, TokenPermissionType};
    let world = World::new(COMPANY).await;
    let access = world.access_of(COMPANY);
    let request = GenerateTokenRequest {
        permissions: vec![TokenPermissionType::InvoiceRead, TokenPermissionType::InvoiceWrite],
        description: "token z testu".into(),
    };
    let made = access.generate_token(&request).await.expect("a token");
    for _ in 0..100 {
        let status = access.token_status(&made.reference_number).await.expect("a status").status;
        if status == AuthenticationTokenStatus::Active {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    std::fs::write(world.folder.path().join("ksef.token"), format!("{}\n", made.token.expose()))
        .expect("written");
    world.configure(&world.simulator.base_url(), "token_file = \"ksef.token\"");
    let gateway = world.serve(None);
    let xml = invoice("token");
    let ended = sent(&gateway, COMPANY, "token", xml.as_bytes()).await;
    check_proof(&world, &gateway, &ended, xml.as_bytes(), "by token").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_bytes_under_two_keys_are_one_invoice_in_ksef() {
    let world = World::with_limits(COMPANY, Limits::Off).await;
    let xml = invoice("twice");
    // Another program sent the same bytes before.
    assert_eq!(world.send_directly(COMPANY, xml.as_bytes()).await, 200);
    let gateway = world.serve(None);
    let first = sent(&gateway, COMPANY, "a", xml.as_bytes()).await;
    assert_eq!(first["state"], "stored");
    // The gateway knows its own: a second key is a mistake to be told.
    let (status, problem) = gateway.post(COMPANY, "b", xml.as_bytes()).await.expect("an answer");
    assert_eq!((status, problem["code"].as_str()), (409, Some("invoice.numberTaken")));
    let history = first["history"].to_string();
    assert!(history.contains("duplicate.adopted"), "{history}");
    assert_eq!(world.simulator.inspect().invoices.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn send_waits_for_the_number_with_a_gateway_and_without_one() {
    let world = World::new(COMPANY).await;
    let file = |number: &str| {
        let path = world.folder.path().join(format!("{number}.xml"));
        std::fs::write(&path, invoice(number)).expect("written");
        path
    };
    let bramka = |words: &[&str], path: &std::path::Path| {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_bramka"))
            .args(["send", "--wait", "--lang", "en"])
            .args(words)
            .arg(path)
            .env_remove("BRAMKA_API_KEY")
            .output()
            .expect("it runs");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{said}");
        let line = String::from_utf8_lossy(&output.stdout).into_owned();
        let (number, name) = line.trim_end().split_once("  ").expect("number and name");
        assert_eq!(name, path.to_string_lossy());
        KsefNumber::parse(number).expect("a KSeF number")
    };
    // Nobody runs, so the command opens the folder itself, with the configuration that lies in it.
    let data = world.data();
    std::fs::create_dir(&data).expect("made");
    for name in ["bramka.toml", "auth.crt", "auth.key", "upo.crt"] {
        std::fs::copy(world.folder.path().join(name), data.join(name)).expect("copied");
    }
    let first = bramka(&["--data", &data.to_string_lossy()], &file("alone"));
    let gateway = world.serve(None);
    let second = bramka(&["--url", &gateway.url], &file("served"));
    // The same file again is the same invoice.
    assert_eq!(bramka(&["--url", &gateway.url], &world.folder.path().join("alone.xml")), first);
    let numbers: Vec<_> =
        world.simulator.inspect().invoices.into_iter().map(|invoice| invoice.ksef_number).collect();
    assert_eq!(numbers, [first, second]);
}
