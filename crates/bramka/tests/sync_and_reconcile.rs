//! `bramka sync` and `bramka reconcile` as somebody uses them who has only a gateway's address: what they say, and how they end.

mod support;

use std::process::{Command, Stdio};

use ksef_sim::Limits;
use serde_json::{Value, json};
use support::{COMPANY, CONTRACTOR, ServedGateway, World, invoice, program, purchase};

/// Nobody's company here, with a NIP that could be one.
const STRANGER: &str = "5265877635";

/// `bramka` with these words at that address; it ends with this code. Gives what it printed and what it complained about.
#[track_caller]
fn exits(url: &str, words: &[&str], code: i32) -> (String, String) {
    let output = tokio::task::block_in_place(|| {
        Command::new(program())
            .args(words)
            .args(["--url", url])
            .env("BRAMKA_LANG", "en")
            .env_remove("BRAMKA_API_KEY")
            .stdin(Stdio::null())
            .output()
            .expect("it runs")
    });
    let printed = String::from_utf8(output.stdout).expect("UTF-8");
    let complained = String::from_utf8(output.stderr).expect("UTF-8");
    assert_eq!(output.status.code(), Some(code), "{words:?}: {printed}{complained}");
    (printed, complained)
}

async fn count(gateway: &ServedGateway) -> usize {
    let list = gateway.json(&format!("/api/v1/companies/{COMPANY}/purchases")).await;
    list["items"].as_array().expect("a list").len()
}

#[tokio::test(flavor = "multi_thread")]
async fn sync_brings_what_is_new_and_says_how_far_it_read() {
    let world = World::with_limits(COMPANY, Limits::Off).await;
    // Each look asks for four lists; production allows twenty an hour.
    world.widen_limits(COMPANY).await;
    let gateway = world.serve(None);
    let sync = ["sync", "--company", COMPANY];
    let wait = [&sync[..], &["--wait", "60s"]].concat();
    // Nothing is new.
    let (said, _) = exits(&gateway.url, &wait, 0);
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(lines.len(), 4, "{said}");
    for (line, role) in lines.iter().zip(["buyer", "seller", "third", "authorized"]) {
        assert!(line.starts_with(role) && line.contains("100 %") && line.contains("read up to 2"), "{said}");
    }
    assert_eq!(count(&gateway).await, 0);
    // Something is: when it ends, it is here.
    for number in ["1", "2"] {
        assert_eq!(world.send_directly(CONTRACTOR, purchase(number).as_bytes()).await, 200);
    }
    let (said, _) = exits(&gateway.url, &[&wait[..], &["--format", "json"]].concat(), 0);
    let told: Value = serde_json::from_str(&said).expect("one JSON object");
    assert_eq!(told["roles"].as_array().map(Vec::len), Some(4), "{told:#}");
    assert_eq!(count(&gateway).await, 2);
    // Who does not wait is told how far it was read before; nothing comes twice.
    let (said, _) = exits(&gateway.url, &[&sync[..], &["--lang", "pl"]].concat(), 0);
    assert!(said.contains("odczytano do"), "{said}");
    exits(&gateway.url, &wait, 0);
    assert_eq!(count(&gateway).await, 2);
    // A time within which nothing can be read.
    exits(&gateway.url, &[&sync[..], &["--wait", "0s"]].concat(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn reconcile_says_whether_a_person_is_needed() {
    let mut world = World::with_limits(COMPANY, Limits::Off).await;
    world.with_objects().await;
    let gateway = world.serve(None);
    let reconcile = ["reconcile", "--company", COMPANY];
    let (said, _) = exits(&gateway.url, &reconcile, 0);
    assert!(said.contains("buyer: in KSeF 0, here 0, missing 0, fetched 0"), "{said}");
    assert!(said.contains("sales checked: 0") && said.ends_with("Everything agrees.\n"), "{said}");
    // A purchase that came meanwhile, and a sale of our own.
    assert_eq!(world.send_directly(CONTRACTOR, purchase("7").as_bytes()).await, 200);
    let (_, sale) = gateway.post(COMPANY, "1", invoice("1").as_bytes()).await.expect("an answer");
    let id = sale["id"].as_str().expect("an id");
    assert_eq!(gateway.wait_final(COMPANY, id).await["state"], "stored");
    // What was stored a moment ago is left to the next time.
    tokio::time::sleep(std::time::Duration::from_secs(3)).await;
    exits(&gateway.url, &["sync", "--company", COMPANY, "--wait", "60s"], 0);
    let (said, _) = exits(&gateway.url, &[&reconcile[..], &["--lang", "pl"]].concat(), 0);
    assert!(said.contains("buyer: w KSeF 1, tutaj 1, brakowało 0, pobrano 0"), "{said}");
    assert!(said.contains("sprawdzona sprzedaż: 1") && said.ends_with("Wszystko się zgadza.\n"), "{said}");
    // The sale's document is gone from the object store.
    let hash = ksef_crypto::sha256(invoice("1").as_bytes());
    let files = world.objects.as_ref().expect("an object store").files();
    let lost =
        files.iter().find(|file| std::fs::read(file).is_ok_and(|bytes| ksef_crypto::sha256(&bytes) == hash));
    std::fs::remove_file(lost.unwrap_or_else(|| panic!("{files:#?}"))).expect("removed");
    let (said, _) = exits(&gateway.url, &reconcile, 1);
    assert!(said.contains("damaged here: FV/1 ") && said.ends_with("This needs a person.\n"), "{said}");
    let (said, _) = exits(&gateway.url, &[&reconcile[..], &["--format", "json"]].concat(), 1);
    let told: Value = serde_json::from_str(&said).expect("one JSON object");
    assert_eq!((&told["state"], &told["report"]["isClean"]), (&json!("done"), &json!(false)), "{told:#}");
    assert_eq!(told["report"]["sales"]["damaged"].as_array().map(Vec::len), Some(1), "{told:#}");
    // Days of which nothing is known, and days that cannot be.
    let days = |from, until| [&reconcile[..], &["--from", from, "--until", until]].concat();
    let (said, _) = exits(&gateway.url, &days("2026-02-01", "2026-02-28"), 0);
    assert!(said.starts_with("2026-02-01 – 2026-02-28\n"), "{said}");
    let (_, said) = exits(&gateway.url, &days("2026-02-28", "2026-02-01"), 2);
    assert!(said.contains("from, until"), "{said}");
    let (_, said) = exits(&gateway.url, &days("2026-02-30", "2026-02-28"), 2);
    assert!(said.contains("--from"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn mistakes_are_told_in_words_that_help() {
    let world = World::with_limits(COMPANY, Limits::Off).await;
    let gateway = world.serve(None);
    // A port at which nobody is any more.
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
    let nobody = format!("http://{}", nobody.expect("a port"));
    for verb in ["sync", "reconcile"] {
        let (printed, said) = exits(&nobody, &[verb, "--company", COMPANY], 2);
        assert!(printed.is_empty() && said.contains(&nobody) && said.contains("bramka serve"), "{said}");
        let (_, said) = exits(&nobody, &[verb, "--company", COMPANY, "--lang", "pl"], 2);
        assert!(said.contains("nie odpowiada"), "{said}");
        // No NIP at all; a NIP that is nobody's here; none given.
        let (_, said) = exits(&gateway.url, &[verb, "--company", "2222222223"], 2);
        assert!(said.contains("2222222223"), "{said}");
        let (printed, said) = exits(&gateway.url, &[verb, "--company", STRANGER], 2);
        assert!(printed.is_empty() && said.contains(STRANGER), "{said}");
        let (_, said) = exits(&gateway.url, &[verb], 2);
        assert!(said.contains("--company"), "{said}");
        // What answers there is no gateway.
        exits(&world.simulator.base_url(), &[verb, "--company", COMPANY], 2);
    }
}
