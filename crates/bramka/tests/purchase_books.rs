//! Purchases in the books: the register with its markers, what is corrected after a late number, what is compared with KSeF, what
//! is paid.

mod support;

use jiff::civil::Date;
use jiff::{SignedDuration, ToSpan as _};
use ksef_sim::{Fault, FaultRule, Limits, Target};
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use support::{COMPANY, CONTRACTOR, ServedGateway, World, invoice, purchase};

/// An account whose check digits are right.
const ACCOUNT: &str = "61109010140000071219812874";

fn path(rest: &str) -> String {
    format!("/api/v1/companies/{COMPANY}/{rest}")
}

/// A purchase of the contractor that can be paid.
fn payable(number: &str) -> String {
    purchase(number).replace("94000000001234567890123456", ACCOUNT)
}

async fn wait_purchases(gateway: &ServedGateway, count: usize) -> Vec<Value> {
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        let list = gateway.json(&path("purchases")).await;
        let items = list["items"].as_array().expect("a list");
        if items.len() == count {
            return items.clone();
        }
        assert!(Instant::now() < deadline, "{} purchases, not {count}", items.len());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

async fn reconciled(gateway: &ServedGateway) -> Value {
    reconciled_of(gateway, json!({})).await
}

/// The report about some days.
async fn reconciled_of(gateway: &ServedGateway, days: Value) -> Value {
    let (status, asked) = gateway.say("POST", &path("reconciliations"), &days).await;
    assert_eq!(status, 202, "{asked:#}");
    let id = asked["id"].as_str().expect("an id");
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        let found = gateway.json(&path(&format!("reconciliations/{id}"))).await;
        if found["state"] == "done" {
            return found["report"].clone();
        }
        assert!(Instant::now() < deadline, "{found:#}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// The page of a document has its marker.
async fn shows(gateway: &ServedGateway, rest: &str, marker: &str) {
    let (status, page) = gateway.get(&format!("/companies/{COMPANY}/{rest}")).await;
    let page = String::from_utf8(page).expect("UTF-8");
    assert_eq!(status, 200, "{page}");
    assert!(page.contains(&format!("data-jpk=\"{marker}\"")), "{marker}: {page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_register_has_markers_and_no_formula() {
    let world = World::with_limits(COMPANY, Limits::Off).await;
    let formula = purchase("1").replace("Wzorcowa Drukarnia S.A.", "=HYPERLINK(&quot;http://x&quot;)");
    assert_eq!(world.send_directly(CONTRACTOR, formula.as_bytes()).await, 200);
    let gateway = world.serve(None);
    let (status, sale) = gateway.post(COMPANY, "1", invoice("1").as_bytes()).await.expect("an answer");
    assert_eq!(status, 201, "{sale:#}");
    let ended = gateway.wait_final(COMPANY, sale["id"].as_str().expect("an id")).await;
    assert_eq!(ended["jpkMarker"]["field"], "NrKSeF");
    let number = wait_purchases(&gateway, 1).await[0]["ksefNumber"].as_str().expect("a number").to_owned();
    for (mode, is_sale) in [("outsideKsef", true), ("failure", false)] {
        let body = json!({
            "mode": mode, "isSale": is_sale, "invoiceNumber": format!("P/{mode}"), "contractorName": "Konsument",
            "contractorNip": "9999999999", "issueDate": "2026-11-02", "grossAmount": "10.00",
        });
        let (status, entered) = gateway.say("POST", &path("purchases"), &body).await;
        assert_eq!(status, 201, "{entered:#}");
        let marker = if is_sale { "BFK" } else { "OFF" };
        shows(&gateway, &format!("purchases/{}", entered["id"].as_str().expect("an id")), marker).await;
    }
    shows(&gateway, &format!("purchases/{number}"), "NrKSeF").await;
    shows(&gateway, &format!("invoices/{}", sale["id"].as_str().expect("an id")), "NrKSeF").await;
    let (status, csv) = gateway.get(&path("register.csv")).await;
    let csv = String::from_utf8(csv).expect("UTF-8");
    assert_eq!(status, 200, "{csv}");
    let lines: Vec<&str> = csv.lines().collect();
    assert_eq!(lines.len(), 5, "{csv}");
    assert!(lines[0].starts_with("direction,jpkMarker,ksefNumber,"));
    let line = |begin: &str| {
        lines.iter().find(|line| line.starts_with(begin)).unwrap_or_else(|| panic!("{begin}: {csv}"))
    };
    line(&format!("purchase,NrKSeF,{number},"));
    line("sale,NrKSeF,");
    line("sale,BFK,,P/outsideKsef,");
    line("purchase,OFF,,P/failure,");
    assert!(csv.contains("\"'=HYPERLINK(\"\"http://x\"\")\""), "{csv}");
    // A file that was handed in before the number was given had no place for it.
    let shown = gateway.json(&path(&format!("purchases/{number}?asOf=2020-01-01"))).await;
    assert!(shown["jpkMarker"].is_null(), "{shown:#}");
    let only = String::from_utf8(gateway.get(&path("register.csv?direction=sales")).await.1).expect("UTF-8");
    assert_eq!(only.lines().count(), 3, "{only}");
    let (status, xlsx) = gateway.get(&path("register.xlsx")).await;
    assert_eq!((status, &xlsx[..2]), (200, b"PK".as_slice()));
    assert_eq!(gateway.get(&path("register.csv?colour=red")).await.0, 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn injected_gaps_are_found_and_healed() {
    let world = World::with_limits(COMPANY, Limits::Off).await;
    for number in ["1", "2", "3"] {
        assert_eq!(world.send_directly(CONTRACTOR, purchase(number).as_bytes()).await, 200);
    }
    let mut gateway = world.serve(None);
    let items = wait_purchases(&gateway, 3).await;
    let (status, sale) = gateway.post(COMPANY, "1", invoice("1").as_bytes()).await.expect("an answer");
    assert_eq!(status, 201, "{sale:#}");
    gateway.wait_final(COMPANY, sale["id"].as_str().expect("an id")).await;
    tokio::time::sleep(Duration::from_secs(3)).await;
    let report = reconciled(&gateway).await;
    assert_eq!(report["isClean"], true, "{report:#}");
    assert_eq!(report["sales"]["checked"], 1);

    // Behind its back: one purchase is lost, another one's hash is changed, the sale's UPO is damaged.
    gateway.terminate();
    let lost = items[0]["ksefNumber"].as_str().expect("a number");
    let changed = items[1]["ksefNumber"].as_str().expect("a number");
    let database = world.data().join("gateway.db");
    let script = format!(
        "import sqlite3\nd = sqlite3.connect({database:?})\n\
         d.execute(\"DELETE FROM purchase_documents WHERE purchase IN (SELECT position FROM purchases WHERE ksef_number = '{lost}')\")\n\
         d.execute(\"DELETE FROM purchases WHERE ksef_number = '{lost}'\")\n\
         d.execute(\"UPDATE purchases SET sha256 = '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=' WHERE ksef_number = '{changed}'\")\n\
         d.execute(\"UPDATE sale_documents SET content = X'00' WHERE kind = 'upo'\")\n\
         d.commit()\n"
    );
    let done = std::process::Command::new("python3").args(["-c", &script]).status();
    let Ok(done) = done else {
        assert_ne!(std::env::var("BRAMKA_REQUIRE").as_deref(), Ok("all"), "python3 is required");
        eprintln!("SKIPPED: python3 is not here");
        return;
    };
    assert!(done.success());
    let gateway = world.serve(None);
    let report = reconciled(&gateway).await;
    assert_eq!(report["isClean"], false, "{report:#}");
    let buyer = &report["roles"][0];
    assert_eq!((&buyer["missing"], &buyer["fetched"]), (&json!([lost]), &json!(1)), "{report:#}");
    assert_eq!(buyer["differing"], json!([changed]));
    assert_eq!(report["sales"]["damaged"].as_array().map(Vec::len), Some(1), "{report:#}");
    wait_purchases(&gateway, 3).await;
    let (status, xml) = gateway.get(&path(&format!("purchases/{lost}/xml"))).await;
    assert_eq!(status, 200);
    assert!(String::from_utf8_lossy(&xml).contains("Druk katalogu"));
}

/// A sale is looked for where KSeF has it: neither the day on which it was taken in nor that of its number has to be the one on
/// which it was stored.
#[tokio::test(flavor = "multi_thread")]
async fn a_sale_that_ksef_stored_on_another_day_is_not_called_missing() {
    let world = World::with_limits(COMPANY, Limits::Off).await;
    world.with_clock_and_offline();
    let today = jiff::Timestamp::now().in_tz("Europe/Warsaw").expect("the zone is compiled in").date();
    let clock = async |day: Date, hour: i8, minute: i8| {
        let now = day.at(hour, minute, 0, 0).in_tz("Europe/Warsaw").expect("a time").timestamp();
        world.control("/control/clock", &json!({ "now": now.to_string() })).await;
    };
    let gateway = world.serve(None);
    gateway.set_sending(COMPANY, "afterApproval", "automatic").await;
    let (status, held) = gateway.post(COMPANY, "1", invoice("1").as_bytes()).await.expect("an answer");
    assert_eq!(status, 201, "{held:#}");
    let approve = async |sale: &Value| {
        let id = sale["id"].as_str().expect("an id").to_owned();
        let verb = path(&format!("invoices/{id}/approve"));
        let (status, answer) = gateway.say("POST", &verb, &Value::Null).await;
        assert_eq!(status, 200, "{answer:#}");
        id
    };
    // Released three days later.
    let released = today.saturating_add(3.days());
    clock(released, 10, 0).await;
    let first = approve(&held).await;
    assert_eq!(gateway.wait_final(COMPANY, &first).await["state"], "stored");
    // Numbered some minutes before that day ends, stored when the next one has begun.
    clock(released, 23, 50).await;
    let late = Fault::NotStored { for_s: 1_800, code: 21164 };
    world.simulator.plan(FaultRule::always(Target::Everything, late)).expect("a rule");
    let (_, second) = gateway.post(COMPANY, "2", invoice("2").as_bytes()).await.expect("an answer");
    let second = approve(&second).await;
    gateway.wait_state(COMPANY, &second, "upoVerified").await;
    world.simulator.clear_faults();
    world.pass(SignedDuration::from_mins(45)).await;
    assert_eq!(gateway.wait_final(COMPANY, &second).await["state"], "stored");
    world.pass(SignedDuration::from_mins(45)).await;

    // Both were taken in today, and have numbers of the day of their release.
    for (day, checked) in [(today, 2), (released, 2), (released.saturating_add(1.day()), 0)] {
        let report = reconciled_of(&gateway, json!({ "from": day, "until": day })).await;
        assert_eq!(
            (&report["sales"]["notInKsef"], &report["isClean"]),
            (&json!([]), &json!(true)),
            "{report:#}"
        );
        assert_eq!(report["sales"]["checked"], checked, "{day}: {report:#}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn purchases_are_paid_one_by_one_and_together() {
    let world = World::with_limits(COMPANY, Limits::Off).await;
    let marked = payable("2").replace("<P_18A>2", "<P_18A>1");
    let mistyped = payable("4").replace(ACCOUNT, "61109010140000071219812875");
    for xml in [payable("1"), marked, payable("3"), mistyped] {
        assert_eq!(world.send_directly(CONTRACTOR, xml.as_bytes()).await, 200);
    }
    let gateway = world.serve(None);
    let items = wait_purchases(&gateway, 4).await;
    let pay = async |body: Value| gateway.say("POST", &path("purchases/payments"), &body).await;
    let id = |place: usize| items[place]["id"].clone();
    let (status, paid) = pay(json!({ "purchases": [id(0), id(1)] })).await;
    assert_eq!(status, 200, "{paid:#}");
    let number = items[0]["ksefNumber"].as_str().expect("a number");
    assert_eq!(paid["items"][0]["amount"], "1094.70");
    assert!(paid["items"][0]["title"].as_str().is_some_and(|title| title.starts_with(number)), "{paid:#}");
    let split = paid["items"][1]["title"].as_str().expect("a title");
    assert!(split.starts_with(&format!("/VAT/204,70/IDC/{CONTRACTOR}/INV/")), "{split}");
    // An account that cannot be right, and nothing is paid at all.
    let (status, problem) = pay(json!({ "purchases": [id(0), id(3)] })).await;
    assert_eq!((status, problem["code"].as_str()), (422, Some("payment.impossible")), "{problem:#}");
    assert_eq!(problem["findings"], json!([{ "id": id(3), "code": "noAccount" }]));
    // Together under one identifier, which the same invoices get again.
    let together = json!({ "purchases": [id(0), id(2)], "isCollective": true });
    let (status, first) = pay(together.clone()).await;
    assert_eq!(status, 200, "{first:#}");
    assert_eq!(
        (first["items"].as_array().map(Vec::len), first["items"][0]["amount"].as_str()),
        (Some(1), Some("2189.40"))
    );
    let identifier = first["items"][0]["identifier"].as_str().expect("an identifier");
    assert!(ksef_id::CollectiveNumber::parse(identifier).is_ok(), "{identifier}");
    assert_eq!(pay(together.clone()).await.1, first);
    let mut file = together;
    for (name, value) in
        [("format", "elixir0"), ("account", ACCOUNT), ("payerName", "Żółta Firma, ul. Próbna 1")]
    {
        file[name] = value.into();
    }
    let request =
        reqwest::Client::new().post(format!("{}{}", gateway.url, path("purchases/payments"))).json(&file);
    let bytes = request.send().await.expect("an answer").bytes().await.expect("a body");
    assert!(bytes.starts_with(b"110,") && bytes.ends_with(b"\r\n"));
    // Windows-1250: one byte for each letter.
    assert!(bytes.windows(5).any(|five| five == b"\xaf\xf3\xb3ta"), "{:?}", String::from_utf8_lossy(&bytes));
    let list = gateway.json(&path("collective-identifiers")).await;
    assert_eq!(list["items"].as_array().map(Vec::len), Some(1), "{list:#}");
    assert_eq!(list["items"][0]["number"], identifier);
    // What KSeF allows is not asked beyond: the answer says when to come back.
    let looks =
        path(&format!("purchases/{}/collective-identifiers", items[0]["id"].as_str().expect("an id")));
    let http = reqwest::Client::new();
    let mut refused = None;
    for _ in 0..LOOKS_MAX {
        let answer = http.get(format!("{}{looks}", gateway.url)).send().await.expect("an answer");
        if answer.status() != 200 {
            refused = Some(answer);
            break;
        }
    }
    let refused = refused.expect("KSeF's limits are those of production");
    assert_eq!(refused.status(), 429);
    let wait = refused.headers()["retry-after"].to_str().expect("ASCII").parse::<u64>().expect("seconds");
    assert!((1..=3600).contains(&wait), "{wait}");
    let problem: Value = refused.json().await.expect("JSON");
    assert_eq!(problem["code"], "ksef.limit", "{problem:#}");
    assert!(
        problem["detail"].as_str().is_some_and(|text| text.contains(&format!("{wait} s"))),
        "{problem:#}"
    );
    let seen = world.simulator.inspect();
    assert!(seen.requests.iter().all(|request| request.status != 429), "KSeF was asked too often");
}

/// More looks than KSeF allows in an hour.
const LOOKS_MAX: usize = 400;
