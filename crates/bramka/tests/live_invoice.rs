//! An invoice's page and the dashboard follow what happens, parts that come and go among them, while they stay open.

mod support;

use std::time::{Duration, Instant};

use ksef_sim::Fault;
use ksef_wire::Operation;
use serde_json::{Value, json};
use support::browser::Browser;
use support::office::{DAY, office, page};
use support::{COMPANY, ServedGateway, invoice};

async fn taken(gateway: &ServedGateway, number: &str) -> String {
    let xml = invoice(number).replace("2026-11-01", DAY);
    let (status, taken) = gateway.post(COMPANY, number, xml.as_bytes()).await.expect("an answer");
    assert_eq!(status, 201, "{taken:#}");
    taken["id"].as_str().expect("an id").to_owned()
}

/// What somebody else does.
async fn decide(gateway: &ServedGateway, id: &str, method: &str, verb: &str, body: Value) {
    let path = format!("/api/v1/companies/{COMPANY}/invoices/{id}/{verb}");
    let (status, answer) = gateway.say(method, &path, &body).await;
    assert_eq!(status, 200, "{answer:#}");
}

/// Marks the page that is open: a page that was loaded anew has no mark.
async fn mark(browser: &Browser) {
    browser.run("window.mark = 'here'").await;
}

/// Waits until so many elements fit, on the page that was marked.
async fn comes_to(browser: &Browser, css: &str, count: i64) {
    let deadline = Instant::now() + Duration::from_secs(40);
    while browser.count(css).await != count {
        assert!(Instant::now() < deadline, "not {count} of {css}: {}", browser.text().await);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(browser.run("return window.mark").await, json!("here"), "it was not loaded anew");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_be_done_with_an_invoice_follows_its_state() {
    let (world, gateway) = office().await;
    let Some(browser) = Browser::start(&gateway.url).await else { return };
    gateway.set_sending(COMPANY, "afterApproval", "automatic").await;
    // Somebody else gives it another policy, and approves it: there is an Offline certificate, so a list stands among the actions.
    let id = taken(&gateway, "1").await;
    browser.open(&page(&format!("/invoices/{id}"))).await;
    mark(&browser).await;
    comes_to(&browser, "button[value=approve]", 1).await;
    comes_to(&browser, "[data-part=actions] select[name=mode]", 1).await;
    decide(&gateway, &id, "PUT", "policy", json!({ "policy": "manual" })).await;
    comes_to(&browser, "button[value=send]", 1).await;
    decide(&gateway, &id, "POST", "approve", Value::Null).await;
    comes_to(&browser, "[data-state=approved]", 1).await;
    comes_to(&browser, "button[value=approve]", 0).await;
    world.simulator.stall_processing();
    decide(&gateway, &id, "POST", "send", Value::Null).await;
    comes_to(&browser, "[data-state=accepted]", 1).await;
    // What is with KSeF is neither held nor withdrawn, nor does it get another policy.
    comes_to(&browser, "[data-part=actions] button", 0).await;
    comes_to(&browser, "form[action$='/policy']", 0).await;
    browser.is_clean("an invoice on its way").await;
    world.simulator.release_processing();
    comes_to(&browser, "[data-part=documents] a[href*='/upo']", 2).await;
    browser.is_quiet("an invoice that arrived").await;

    // What is chosen in a list is not taken from under one's hands.
    let id = taken(&gateway, "2").await;
    browser.open(&page(&format!("/invoices/{id}"))).await;
    mark(&browser).await;
    browser.choose("select[name=mode]", "failure").await;
    browser.run("document.activeElement.blur()").await;
    decide(&gateway, &id, "POST", "approve", Value::Null).await;
    gateway.wait_state(COMPANY, &id, "stored").await;
    comes_to(&browser, "[data-state=stored]", 1).await;
    assert_eq!(browser.count("select[name=mode]").await, 1);

    // A refusal brings the form for a technical correction.
    let id = taken(&gateway, "3").await;
    browser.open(&page(&format!("/invoices/{id}"))).await;
    mark(&browser).await;
    world.simulator.inject(Operation::OnlineInvoiceSend, Fault::InvoiceStatus { code: 450 }, 1);
    decide(&gateway, &id, "POST", "offline", json!({ "mode": "offline24" })).await;
    comes_to(&browser, "form[action$='/technical-correction']", 1).await;
    comes_to(&browser, "[data-part=actions] select", 0).await;
    browser.is_clean("a refused invoice").await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_dashboard_begins_its_chart_with_the_first_invoice() {
    let (_world, gateway) = office().await;
    let Some(browser) = Browser::start(&gateway.url).await else { return };
    browser.open(&page("")).await;
    mark(&browser).await;
    comes_to(&browser, "[data-part=first] a.button", 1).await;
    comes_to(&browser, "svg.chart", 0).await;
    taken(&gateway, "1").await;
    comes_to(&browser, "svg.chart rect", 1).await;
    comes_to(&browser, "[data-part=first] a.button", 0).await;
    browser.is_clean("a dashboard").await;
    browser.close().await;
}
