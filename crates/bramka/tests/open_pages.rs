//! Open pages are told that something changed: of what every page of a company shows, and of what only some show.

mod support;

use std::time::{Duration, Instant};

use ksef_sim::Limits;
use serde_json::{Value, json};
use support::browser::Browser;
use support::mail_server::MailServer;
use support::office::{add_people, page};
use support::open_page::Open;
use support::people::{As, Asker, PASSWORD};
use support::receiver::Receiver;
use support::{COMPANY, ServedGateway, World, invoice};

/// A gateway with an administrator `kasia` and an accountant `ewa`.
async fn office() -> (World, ServedGateway) {
    let world = World::with_limits(COMPANY, Limits::Off).await;
    world.with_clock_and_offline();
    add_people(&world, &[("kasia", "administrator"), ("ewa", "accountant")]);
    let gateway = world.serve(None);
    (world, gateway)
}

#[tokio::test(flavor = "multi_thread")]
async fn open_pages_are_told_of_changes_and_nobody_opens_too_many() {
    let (_world, gateway) = office().await;
    let asker = Asker::new(&gateway.url);
    let (kasia, ewa) = (asker.log_in("kasia", PASSWORD).await, asker.log_in("ewa", PASSWORD).await);
    let live = page("/live");
    let open = async |who: &As| {
        let request = asker.request(who, "GET", &live).header("accept", "text/event-stream");
        request.send().await.expect("an answer")
    };
    assert_eq!(asker.get(&kasia, &live).await.status, 400, "who asks for no stream gets none");
    let mut streams = Vec::new();
    for _ in 0..8 {
        let stream = open(&kasia).await;
        assert_eq!(stream.status(), 200);
        assert_eq!(stream.headers()["content-type"], "text/event-stream");
        streams.push(stream);
    }
    assert_eq!(open(&kasia).await.status(), 429, "one too many of hers");
    let mut of_ewa = open(&ewa).await;
    let told = async |stream: &mut reqwest::Response| {
        let part = tokio::time::timeout(Duration::from_secs(20), stream.chunk()).await.expect("in time");
        String::from_utf8(part.expect("read").expect("a part").to_vec()).expect("text")
    };
    assert!(told(&mut of_ewa).await.contains("event: change"), "the first one lets a page catch up");
    let path = format!("/api/v1/companies/{COMPANY}/invoices");
    let request = asker.request(&kasia, "POST", &path).header("content-type", "application/xml");
    assert_eq!(request.body(invoice("1")).send().await.expect("sent").status(), 201);
    let change = told(&mut of_ewa).await;
    assert!(change.contains("event: change") && !change.contains("FV"), "it says nothing else: {change}");
    // A place is free again once a page is closed.
    streams.clear();
    let deadline = Instant::now() + Duration::from_secs(20);
    while open(&kasia).await.status() != 200 {
        assert!(Instant::now() < deadline, "no place is given back");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    drop(of_ewa);
    // In a browser: told. Without a place it looks all the same.
    let Some(browser) = Browser::start(&gateway.url).await else { return };
    browser.log_in("kasia", PASSWORD).await;
    let sell = async |number: &str| {
        let request = asker.request(&kasia, "POST", &path).header("content-type", "application/xml");
        assert_eq!(request.body(invoice(number)).send().await.expect("sent").status(), 201);
    };
    let stored = async |count: i64| {
        let deadline = Instant::now() + Duration::from_secs(60);
        let script = "return document.querySelectorAll('[data-state=stored]').length";
        while browser.run(script).await != json!(count) {
            assert!(Instant::now() < deadline, "no {count}: {}", browser.text().await);
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    browser.open(&page("/invoices")).await;
    stored(1).await;
    sell("2").await;
    stored(2).await;
    browser.is_quiet("a page that is told").await;
    browser.open("/account").await;
    let mut taken = Vec::new();
    loop {
        let stream = open(&kasia).await;
        if stream.status() != 200 {
            break;
        }
        taken.push(stream);
    }
    browser.open(&page("/invoices")).await;
    sell("3").await;
    stored(3).await;
    browser.close().await;
}

/// A sale that is at its end; gives its identifier.
async fn sell(asker: &Asker, who: &As) -> String {
    let path = format!("/api/v1/companies/{COMPANY}/invoices");
    let request = asker.request(who, "POST", &path).header("content-type", "application/xml");
    let taken = asker.send(request.body(invoice("1"))).await;
    assert_eq!(taken.status, 201, "{}", taken.body);
    let id = taken.json()["id"].as_str().expect("an id").to_owned();
    let deadline = Instant::now() + Duration::from_secs(60);
    while asker.get(who, &format!("{path}/{id}")).await.json()["isFinal"] != true {
        assert!(Instant::now() < deadline, "it does not end");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    id
}

#[tokio::test(flavor = "multi_thread")]
async fn the_panel_of_a_simulator_is_told_what_the_simulator_does() {
    let (world, gateway) = office().await;
    let asker = Asker::new(&gateway.url);
    let kasia = asker.log_in("kasia", PASSWORD).await;
    world.control("/control/clock", &json!({ "now": "2026-12-01T09:00:00Z" })).await;
    let mut other = Open::new(&asker, &kasia, "").await;
    let mut panel = Open::new(&asker, &kasia, "of=simulator").await;
    world.control("/control/clock", &json!({ "now": "2026-12-01T09:02:00Z" })).await;
    panel.told().await;
    other.is_not_told().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_of_a_webhook_is_told_of_its_deliveries() {
    let (world, gateway) = office().await;
    drop(gateway);
    let environment = [("BRAMKA_WEBHOOK_ALLOW", "127.0.0.0/8".to_owned())];
    let gateway = ServedGateway::start_with(&world.config(), &world.data(), None, &environment);
    let asker = Asker::new(&gateway.url);
    let kasia = asker.log_in("kasia", PASSWORD).await;
    let receiver = Receiver::start().await;
    let ask = async |path: &str, body: Value| {
        let path = format!("/api/v1/companies/{COMPANY}/{path}");
        let answer = asker.ask(&kasia, "POST", &path, Some(&body)).await;
        assert!(answer.status < 300, "{path}: {}", answer.body);
        answer.json()
    };
    let hook = ask("webhooks", json!({ "url": receiver.url(), "events": [] })).await;
    let id = hook["id"].as_str().expect("an id").to_owned();
    sell(&asker, &kasia).await;
    receiver.wait("told of the sale", |came| came.len() >= 2).await;
    let mut log = Open::new(&asker, &kasia, &format!("webhook={id}")).await;
    let mut other = Open::new(&asker, &kasia, "webhook=none").await;
    // Sent once more: nothing that the company is told, but another state in the log.
    ask(&format!("webhooks/{id}/replay"), json!({ "since": "2020-01-01T00:00:00Z" })).await;
    log.told().await;
    other.is_not_told().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_of_a_sale_is_told_of_letters_about_it() {
    let (world, gateway) = office().await;
    drop(gateway);
    let server = MailServer::start().await;
    world.with_mail_to(&server);
    let gateway = world.serve(None);
    let asker = Asker::new(&gateway.url);
    let kasia = asker.log_in("kasia", PASSWORD).await;
    let id = sell(&asker, &kasia).await;
    let mut sale = Open::new(&asker, &kasia, &format!("sale={id}")).await;
    let mut other = Open::new(&asker, &kasia, "").await;
    let path = format!("/api/v1/companies/{COMPANY}/invoices/{id}/letters");
    let body = json!({ "address": "ksiegowosc@nabywca.example" });
    let answer = asker.ask(&kasia, "POST", &path, Some(&body)).await;
    assert_eq!(answer.status, 202, "{}", answer.body);
    sale.told().await;
    other.is_not_told().await;
}
