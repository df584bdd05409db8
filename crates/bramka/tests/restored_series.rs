//! Number series of a restored backup: it is older than what was issued since, and no number may be given twice. Over REST, on the
//! command line, and on the page.

mod support;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use ksef_sim::Limits;
use serde_json::{Value, json};
use support::browser::Browser;
use support::people::{PASSWORD, done};
use support::{COMPANY, ServedGateway, World, call_bramka, neutral};

#[track_caller]
fn exits(words: &[&str], code: i32) -> String {
    let passphrase = [("BRAMKA_BACKUP_PASSPHRASE", "a passphrase of some length")];
    let (ended, said) = call_bramka(words, &passphrase);
    assert_eq!(ended, Some(code), "{words:?}: {said}");
    said
}

/// An order without a number, of the series `FV`.
async fn order(gateway: &ServedGateway, key: &str) -> (u16, Value) {
    let mut order = neutral("-");
    order["series"] = "FV".into();
    order.as_object_mut().expect("an object").remove("number");
    let body = order.to_string().into_bytes();
    gateway.post_as(COMPANY, Some(key), "application/json", body).await.expect("an answer")
}

/// Has orders taken in; waits until KSeF has their invoices. Gives their numbers.
async fn ordered(gateway: &ServedGateway, keys: &[&str]) -> Vec<String> {
    let mut numbers = Vec::new();
    for key in keys {
        let (status, taken) = order(gateway, key).await;
        assert!(matches!(status, 200 | 201), "{taken:#}");
        let ended = gateway.wait_final(COMPANY, taken["id"].as_str().expect("an id")).await;
        assert_eq!(ended["state"], "stored", "{ended:#}");
        numbers.push(taken["invoiceNumber"].as_str().expect("a number").to_owned());
    }
    numbers
}

/// A world whose company issued two invoices of a series before a backup and one after it; and the data folder that was made of
/// the backup.
async fn restored() -> (World, PathBuf) {
    let world = World::with_limits(COMPANY, Limits::Off).await;
    let mut gateway = world.serve(None);
    gateway.make_series(COMPANY, "FV").await;
    assert_eq!(ordered(&gateway, &["a", "b"]).await, ["FV/2026/1", "FV/2026/2"]);
    let file = world.folder.path().join("a.backup").to_string_lossy().into_owned();
    let (old, new) = (world.data().to_string_lossy().into_owned(), world.folder.path().join("new"));
    exits(&["backup", &file, "--data", &old], 0);
    assert_eq!(ordered(&gateway, &["c"]).await, ["FV/2026/3"]);
    gateway.terminate();
    let said = exits(&["restore", &file, "--data", &new.to_string_lossy()], 0);
    assert!(said.contains("number series are held"), "{said}");
    (world, new)
}

fn serve(world: &World, data: &Path) -> ServedGateway {
    ServedGateway::start(&world.config(), data, None)
}

/// Has the gateway look for what of the series is in KSeF, and waits until it has seen it.
async fn wait_highest(gateway: &ServedGateway, highest: i64) {
    exits(&["sync", "--company", COMPANY, "--url", &gateway.url], 0);
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        let list = gateway.json(&format!("/api/v1/companies/{COMPANY}/series")).await;
        let series = &list["items"][0];
        assert_eq!((&series["isHeld"], &series["last"]), (&json!(true), &json!(2)), "{list:#}");
        if series["highestUsed"] == highest {
            return;
        }
        assert!(Instant::now() < deadline, "{list:#}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_number_is_given_until_somebody_says_where_the_series_goes_on() {
    let (world, data) = restored().await;
    let gateway = serve(&world, &data);
    // What has its number keeps it; nothing gets a new one.
    let (status, known) = order(&gateway, "a").await;
    assert_eq!((status, known["invoiceNumber"].as_str()), (200, Some("FV/2026/1")), "{known:#}");
    let (status, problem) = order(&gateway, "d").await;
    assert_eq!((status, problem["code"].as_str()), (409, Some("series.held")), "{problem:#}");
    // KSeF tells of the one that was issued after the backup.
    wait_highest(&gateway, 3).await;
    let url = ["--url", gateway.url.as_str()];
    let said = exits(&[&["series", "list", COMPANY][..], &url].concat(), 0);
    assert!(said.contains("held since a restore") && said.contains("highest known number: 3"), "{said}");
    let resume =
        |more: &[&str], code| exits(&[&["series", "resume", COMPANY, "FV"][..], more, &url].concat(), code);
    let said = resume(&["--last", "2"], 2);
    assert!(said.contains("3 is used already"), "{said}");
    assert_eq!(order(&gateway, "d").await.0, 409);
    let said = exits(&[&["series", "resume", COMPANY, "other"][..], &url].concat(), 2);
    assert!(said.contains("no number series other"), "{said}");
    // Two more were printed, and are not in KSeF yet.
    let said = resume(&["--last", "5"], 0);
    assert!(!said.contains("held") && said.contains("last number 5"), "{said}");
    assert!(resume(&[], 2).contains("is not held"));
    assert_eq!(ordered(&gateway, &["d", "e", "d"]).await, ["FV/2026/6", "FV/2026/7", "FV/2026/6"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn unless_told_more_it_goes_on_after_what_is_known() {
    let (world, data) = restored().await;
    let gateway = serve(&world, &data);
    wait_highest(&gateway, 3).await;
    exits(&["series", "resume", COMPANY, "FV", "--url", &gateway.url], 0);
    assert_eq!(ordered(&gateway, &["d"]).await, ["FV/2026/4"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_asks_where_it_goes_on() {
    let (world, data) = restored().await;
    let gateway = serve(&world, &data);
    wait_highest(&gateway, 3).await;
    done(&data, &["user", "add", "kasia", "--role", "*=administrator"]);
    let Some(browser) = Browser::start(&gateway.url).await else { return };
    browser.log_in("kasia", PASSWORD).await;
    // The dashboard leads there.
    browser.open(&format!("/companies/{COMPANY}")).await;
    browser.wait_for_text("Seria numerów FV stoi").await;
    browser.is_clean("a held series on the dashboard").await;
    let page = format!("/companies/{COMPANY}/settings/series");
    browser.click(&format!("[data-part=attention] a[href='{page}']")).await;
    browser.wait_for_text("Wstrzymana: bazę odtworzono").await;
    let words = ["Wstrzymana: bazę odtworzono", "Held: the database was restored"];
    browser.is_well_made("held-series", &page, words).await;
    let suggested = browser.run("return document.querySelector('input[name=last]').value").await;
    assert_eq!(suggested, json!("3"));
    browser.click("form[action$='/resume'] button").await;
    browser.wait_for_text("Seria idzie dalej.").await;
    assert_eq!(browser.count("form[action$='/resume']").await, 0);
    browser.is_clean("a series that goes on").await;
    browser.close().await;
}
