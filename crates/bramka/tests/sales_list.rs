//! The list of sales as people use it: its parts, its filters and orders, its pages, and what is decided from it.

mod support;

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use support::browser::Browser;
use support::office::{office, page};
use support::{COMPANY, ServedGateway, invoice};

/// An invoice of that day.
async fn taken(gateway: &ServedGateway, number: &str, day: &str) -> String {
    let xml = invoice(number).replace("2026-11-01", day);
    let (status, taken) = gateway.post(COMPANY, number, xml.as_bytes()).await.expect("an answer");
    assert_eq!(status, 201, "{taken:#}");
    taken["id"].as_str().expect("an id").to_owned()
}

async fn decide(gateway: &ServedGateway, id: &str, verb: &str, body: Value) {
    let path = format!("/api/v1/companies/{COMPANY}/invoices/{id}/{verb}");
    let (status, answer) = gateway.say("POST", &path, &body).await;
    assert_eq!(status, 200, "{answer:#}");
}

/// Waits until exactly these numbers stand in the list, in this order.
async fn shows(browser: &Browser, expected: &[&str]) {
    const SCRIPT: &str =
        "return [...document.querySelectorAll('tbody td[data-label] a')].map((one) => one.textContent)";
    let expected: Vec<String> = expected.iter().map(|one| format!("FV/{one}")).collect();
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        let found = browser.run(SCRIPT).await;
        if found == json!(expected) {
            return;
        }
        assert!(Instant::now() < deadline, "{expected:?} and not {found} at {}", browser.at().await);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Sets a field of the filter, of which who drives the browser has no keys, and tells the page as a person's choice does.
async fn sets(browser: &Browser, name: &str, value: &str) {
    browser
        .run(&format!(
            "const field = document.querySelector('form.filter [name={name}]'); field.value = '{value}'; \
             field.dispatchEvent(new Event('input', {{ bubbles: true }}))"
        ))
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_is_apart_from_what_is_on_its_way_and_is_sent_from_its_row() {
    let (world, gateway) = office().await;
    let Some(browser) = Browser::start(&gateway.url).await else { return };
    gateway.set_sending(COMPANY, "manual", "automatic").await;
    let mut ids = Vec::new();
    for number in ["1", "2", "3"] {
        ids.push(taken(&gateway, number, "2026-12-01").await);
    }
    world.simulator.stall_processing();
    browser.open(&page("/invoices?view=waiting")).await;
    shows(&browser, &["3", "2", "1"]).await;
    browser.is_well_made("sales-waiting", &page("/invoices?view=waiting"), ["Oczekują", "Waiting"]).await;
    browser.open(&page("/invoices?view=waiting")).await;
    // Its own button sends that one, whatever else is ticked.
    browser.click(&format!("input[value='{}']", ids[0])).await;
    browser.click(&format!("button[name=send][value='{}']", ids[1])).await;
    browser.wait_for_text("Skierowano do wysłania: 1\u{a0}faktura.").await;
    gateway.wait_state(COMPANY, &ids[1], "accepted").await;
    shows(&browser, &["3", "1"]).await;
    browser.open(&page("/invoices?view=under-way")).await;
    shows(&browser, &["2"]).await;
    assert_eq!(browser.count("button[name=send]").await, 0, "it is sent");
    // Too late is told in words, not by the names of states.
    browser.click(&format!("input[value='{}']", ids[1])).await;
    browser.click("button[value=hold]").await;
    browser.wait_for_text("stan faktury: przyjęta, czeka na numer KSeF").await;
    assert!(!browser.text().await.contains("accepted"), "{}", browser.text().await);
    browser.open(&page("/invoices?lang=en&view=under-way")).await;
    browser.click(&format!("input[value='{}']", ids[1])).await;
    browser.click("button[value=hold]").await;
    browser.wait_for_text("the state of the invoice: accepted, awaiting its KSeF number").await;
    world.simulator.release_processing();
    // Without scripts, too; the dashboard counts both apart.
    browser.open(&page("?lang=pl")).await;
    browser.wait_for_text("Oczekują na wysłanie").await;
    let waiting = browser.find(".figures a[href$='view=waiting']").await.text().await.expect("text");
    assert_eq!(waiting, "2");
    browser.set_scripts(false).await;
    browser.open(&page("/invoices")).await;
    browser.click(&format!("button[name=send][value='{}']", ids[0])).await;
    browser.wait_for_text("Skierowano do wysłania: 1\u{a0}faktura.").await;
    gateway.wait_state(COMPANY, &ids[0], "stored").await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_is_filtered_sorted_and_paged() {
    let (_world, gateway) = office().await;
    let Some(browser) = Browser::start(&gateway.url).await else { return };
    gateway.set_sending(COMPANY, "afterApproval", "automatic").await;
    let mut ids = Vec::new();
    for (number, day) in [("C", "2026-11-29"), ("A", "2026-11-30"), ("B", "2026-12-01")] {
        ids.push(taken(&gateway, number, day).await);
    }
    decide(&gateway, &ids[2], "offline", json!({ "mode": "offline24" })).await;
    gateway.wait_state(COMPANY, &ids[2], "stored").await;
    browser.open(&page("/invoices")).await;
    shows(&browser, &["B", "A", "C"]).await;
    // By number: downwards first, and the other way round; a reader of the screen is told.
    browser.click("thead a[href*='sort=number']").await;
    shows(&browser, &["C", "B", "A"]).await;
    browser.find("th[aria-sort=descending]").await;
    browser.click("thead a[href*='sort=number']").await;
    shows(&browser, &["A", "B", "C"]).await;
    browser.find("th[aria-sort=ascending]").await;
    browser.is_clean("a sorted list").await;
    // Days and the way of issuing, while the order stays.
    sets(&browser, "issuedFrom", "2026-11-30").await;
    shows(&browser, &["A", "B"]).await;
    assert!(browser.at().await.contains("sort=number"), "{}", browser.at().await);
    sets(&browser, "issuedTo", "2026-11-30").await;
    shows(&browser, &["A"]).await;
    browser.open(&page("/invoices")).await;
    sets(&browser, "mode", "offline").await;
    shows(&browser, &["B"]).await;
    sets(&browser, "mode", "online").await;
    shows(&browser, &["A", "C"]).await;
    browser.client.refresh().await.expect("again");
    shows(&browser, &["A", "C"]).await;
    browser.click("form.filter a.button").await;
    shows(&browser, &["B", "A", "C"]).await;
    browser.is_quiet("filters").await;

    // Pages: fifty invoices on each.
    let more: Vec<String> = (0..51).map(|place| format!("{place:03}")).collect();
    for number in &more {
        taken(&gateway, number, "2026-12-01").await;
    }
    browser.open(&page("/invoices?sort=number&order=asc")).await;
    assert_eq!(browser.count("tbody tr").await, 50);
    browser.is_clean("the first page").await;
    browser.click("a[rel=next]").await;
    shows(&browser, &["050", "A", "B", "C"]).await;
    assert_eq!(browser.count("a[rel=next]").await, 0);
    browser.is_clean("the last page").await;
    browser.click("a[rel=prev]").await;
    let deadline = Instant::now() + Duration::from_secs(20);
    while browser.count("tbody tr").await != 50 {
        assert!(Instant::now() < deadline, "{}", browser.text().await);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    browser.close().await;
}
