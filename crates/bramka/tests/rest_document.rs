//! The document of the REST interface: what it says is what is answered, and it grows by addition only.

mod support;

use std::path::{Path, PathBuf};
use std::process::Command;

use ksef_sim::Limits;
use serde_json::{Value, json};
use support::people::{As, Asker};
use support::{COMPANY, CONTRACTOR, ServedGateway, World, invoice, purchase};

#[test]
fn the_committed_document_is_this_one_and_nothing_of_it_was_taken_away() {
    let place = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/openapi.json");
    let committed = std::fs::read_to_string(&place).expect("docs/openapi.json");
    let (older, newer): (Value, Value) = (
        serde_json::from_str(&committed).expect("JSON"),
        serde_json::from_str(&gateway::openapi_json()).expect("JSON"),
    );
    let broken = gateway::rest_breaks(&older, &newer);
    assert!(broken.is_empty(), "programs rely on this: {broken:#?}");
    assert!(
        committed == gateway::openapi_json(),
        "write the additions down: cargo run -p gateway --example openapi > docs/openapi.json"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_served_to_programs_and_as_a_page_to_people() {
    let world = World::with_limits(COMPANY, Limits::Off).await;
    let gateway = world.serve(None);
    let asker = Asker::new(&gateway.url);
    let document = asker.ask(&As::Nobody, "GET", "/api/v1/openapi.json", None).await;
    assert_eq!((document.status, document.json()["openapi"].as_str()), (200, Some("3.1.0")));
    let page = asker.ask(&As::Nobody, "GET", "/api", None).await;
    assert_eq!(page.status, 200);
    for words in [
        "POST /api/v1/companies/{company}/invoices",
        "Idempotency-Key",
        "InvoiceResource",
        "invoice.numberTaken",
    ] {
        assert!(page.body.contains(words), "{words}");
    }
    assert!(!page.body.contains("http://") && !page.body.contains("https://"), "it needs no other host");
}

/// Nothing is answered that the document does not have, whatever is asked, and nothing takes longer than ten seconds.
///
/// `BRAMKA_REST_EXAMPLES` and `BRAMKA_REST_SEED` ask more, and other things: an hour of it is run by hand.
#[tokio::test(flavor = "multi_thread")]
async fn schemathesis_finds_no_answer_outside_the_document() {
    let Some(python) = python() else { return };
    let world = World::with_limits(COMPANY, Limits::Off).await;
    assert_eq!(world.send_directly(CONTRACTOR, purchase("1").as_bytes()).await, 200);
    let gateway = world.serve(None);
    let (status, sent) = gateway.post(COMPANY, "first", invoice("1").as_bytes()).await.expect("an answer");
    assert_eq!(status, 201, "{sent:#}");
    let id = sent["id"].as_str().expect("an id");
    gateway.wait_final(COMPANY, id).await;
    let number = first_purchase(&gateway).await;
    let known =
        json!({ "company": COMPANY, "id": id, "number": number, "name": "first", "login": "somebody" });
    drop(gateway);
    // The operator's key is none that could be revoked on the way.
    let key = "schemathesis".repeat(4);
    let environment = [("BRAMKA_API_KEY", key.clone())];
    let gateway = ServedGateway::start_with(&world.config(), &world.data(), None, &environment);
    let folder = tempfile::tempdir().expect("a folder");
    let document = folder.path().join("openapi.json");
    std::fs::write(&document, gateway::openapi_json()).expect("written");
    let mut command = Command::new(python);
    command
        .args(["-m", "schemathesis.cli", "run"])
        .arg(&document)
        .args(["--url", &gateway.url])
        .args(["--checks", "not_a_server_error,status_code_conformance,content_type_conformance"])
        .args(["--checks", "response_schema_conformance"])
        .args(["--phases", "examples,coverage,fuzzing", "--request-timeout", "10"])
        .args(["--max-examples", &by_hand("BRAMKA_REST_EXAMPLES", "12")])
        .args(["--seed", &by_hand("BRAMKA_REST_SEED", "1")])
        .args(["--continue-on-failure", "--no-color", "--generation-database", "none"])
        .args(["--report", "har", "--report-har-path", "report.har"])
        .env("SCHEMATHESIS_HOOKS", "rest_hooks")
        .env("BRAMKA_KEY", key)
        .env("BRAMKA_KNOWN", known.to_string())
        .env("PYTHONPATH", Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/outsiders"))
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .current_dir(folder.path());
    let output =
        tokio::task::spawn_blocking(move || command.output().expect("python runs")).await.expect("no panic");
    let report = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{report}{}", String::from_utf8_lossy(&output.stderr));
    let document: Value = serde_json::from_str(&gateway::openapi_json()).expect("JSON");
    let items = document["paths"].as_object().expect("paths").values();
    let operations: usize = items.filter_map(Value::as_object).map(serde_json::Map::len).sum();
    assert!(report.contains(&format!("Tested: {operations}")), "every operation was tested: {report}");
    // It came far enough in to see more than closed doors.
    let seen = std::fs::read_to_string(folder.path().join("report.har")).expect("a report");
    let seen: Value = serde_json::from_str(&seen).expect("JSON");
    let count = |status: u64| {
        let entries = seen["log"]["entries"].as_array().expect("entries").iter();
        entries.filter(|entry| entry["response"]["status"] == status).count()
    };
    assert!(
        count(200) > 300 && count(404) > 100 && count(401) < 300,
        "{} {} {}",
        count(200),
        count(404),
        count(401)
    );
}

fn by_hand(variable: &str, usual: &str) -> String {
    std::env::var(variable).unwrap_or_else(|_| usual.to_owned())
}

/// The KSeF number of the first purchase, once it is here.
async fn first_purchase(gateway: &ServedGateway) -> String {
    let path = format!("/api/v1/companies/{COMPANY}/purchases");
    for _ in 0..600 {
        if let Some(number) = gateway.json(&path).await["items"][0]["ksefNumber"].as_str() {
            return number.to_owned();
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("the purchase did not come");
}

/// The Python that has the outsiders' packages.
fn python() -> Option<PathBuf> {
    let python = std::env::var_os("BRAMKA_OUTSIDERS").map(PathBuf::from);
    if python.is_none() {
        assert_ne!(std::env::var("BRAMKA_REQUIRE").as_deref(), Ok("all"), "BRAMKA_OUTSIDERS is required");
        eprintln!("SKIPPED: a Python with .ci/outsiders.txt (BRAMKA_OUTSIDERS) is missing");
    }
    python
}
