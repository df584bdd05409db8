//! The panel of a simulator: purchases come, KSeF fails and comes back, time passes, and the page says what the gateway does next;
//! with and without scripts.

mod support;

use serde_json::Value;
use support::browser::Browser;
use support::office::{DAY, office, page};
use support::{COMPANY, ServedGateway, invoice};

async fn taken(gateway: &ServedGateway, number: &str) -> String {
    let xml = invoice(number).replace("2026-11-01", DAY);
    let (status, taken) = gateway.post(COMPANY, number, xml.as_bytes()).await.expect("an answer");
    assert_eq!(status, 201, "{taken:#}");
    taken["id"].as_str().expect("an id").to_owned()
}

async fn found(gateway: &ServedGateway, id: &str) -> Value {
    gateway.json(&format!("/api/v1/companies/{COMPANY}/invoices/{id}")).await
}

#[tokio::test(flavor = "multi_thread")]
async fn purchases_come_ksef_fails_and_comes_back_and_a_day_passes() {
    let (_world, gateway) = office().await;
    let Some(browser) = Browser::start(&gateway.url).await else { return };
    browser.open(&page("")).await;
    browser.click("a[href$='/simulator']").await;
    browser.wait_for_text("KSeF działa.").await;
    browser.wait_for_text("Nową fakturę sprawdzi, zapisze i wyśle od razu").await;
    browser.is_well_made("simulator", &page("/simulator"), ["KSeF działa.", "KSeF works."]).await;
    // A purchase comes, and is fetched at once.
    browser.click("button[name=count][value='1']").await;
    browser.wait_for_text("a bramka już po nie sięga").await;
    browser.open(&page("/purchases")).await;
    browser.find("tbody tr").await;
    // KSeF fails: what is sent waits, and the page says so.
    browser.open(&page("/simulator")).await;
    browser.click("form[action$='/trouble'] button").await;
    browser.wait_for_text("Zepsuto.").await;
    let waits = taken(&gateway, "1").await;
    browser.wait_for_text("bramka próbuje dalej").await;
    browser.wait_for_text("Do wysłania: 1\u{a0}faktura.").await;
    // It takes some failures over some minutes until that counts as KSeF being down.
    browser.click("input[name=to][value=hour]").await;
    browser.click("form[action$='/clock'] button").await;
    browser.wait_for_text("KSeF nie odpowiada prawidłowo").await;
    browser.wait_for_text("wyśle ją sama, gdy KSeF wróci").await;
    browser.is_clean("trouble").await;
    browser.fits("simulator-trouble").await;
    assert!(found(&gateway, &waits).await["ksefNumber"].is_null());
    browser.click("form[action$='/recover'] button").await;
    browser.wait_for_text("KSeF działa znowu.").await;
    // However late it looks again: an hour passes.
    browser.click("input[name=to][value=hour]").await;
    browser.click("form[action$='/clock'] button").await;
    browser.wait_for_text("Jest teraz 01.12.2026 12:0").await;
    gateway.wait_final(COMPANY, &waits).await;
    // An answer is lost: it was taken all the same, once.
    browser.click("input[value=lostAnswer]").await;
    browser.click("form[action$='/trouble'] button").await;
    browser.wait_for_text("Zepsuto.").await;
    let lost = taken(&gateway, "2").await;
    let stored = gateway.wait_final(COMPANY, &lost).await;
    assert_eq!(stored["state"], "stored", "{stored:#}");
    // An announced failure, with an end that was announced once it is over.
    browser.open(&page("/simulator")).await;
    browser.click("input[value=totalFailure]").await;
    browser.click("form[action$='/trouble'] button").await;
    // It is believed once KSeF does not answer, either; which of the two is seen first is the machine's. So is whether the invoice was
    // let off before: then it waits to be sent ("Do wysłania"), or stands in a session that KSeF answers nothing about ("W drodze").
    let third = taken(&gateway, "3").await;
    browser.wait_for_text(": 1\u{a0}faktura.").await;
    browser.click("input[name=to][value=hour]").await;
    browser.click("form[action$='/clock'] button").await;
    browser.wait_for_text("Ogłoszona awaria całkowita KSeF").await;
    browser.click("form[action$='/recover'] button").await;
    browser.wait_for_text("KSeF działa znowu.").await;
    browser.click("input[name=to][value=hour]").await;
    browser.click("form[action$='/clock'] button").await;
    browser.wait_for_text("KSeF działa.").await;
    let stored = gateway.wait_final(COMPANY, &third).await;
    assert_eq!(stored["state"], "stored", "{stored:#}");
    // Tomorrow.
    browser.click("form[action$='/clock'] button").await;
    browser.wait_for_text("Jest teraz 02.12.2026 08:00.").await;
    browser.is_quiet("the panel").await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_panel_works_without_scripts_and_only_on_a_simulator_that_can_be_steered() {
    let (world, gateway) = office().await;
    let Some(browser) = Browser::start(&gateway.url).await else { return };
    browser.set_scripts(false).await;
    browser.open(&page("/simulator")).await;
    browser.click("input[value=stalled]").await;
    browser.click("form[action$='/trouble'] button").await;
    browser.wait_for_text("Zepsuto.").await;
    let stalled = taken(&gateway, "1").await;
    gateway.wait_state(COMPANY, &stalled, "accepted").await;
    browser.click("form[action$='/recover'] button").await;
    browser.wait_for_text("KSeF działa znowu.").await;
    gateway.wait_final(COMPANY, &stalled).await;
    browser.click("button[name=count][value='10']").await;
    browser.wait_for_text("a bramka już po nie sięga").await;
    browser.click("input[value=week]").await;
    browser.click("form[action$='/clock'] button").await;
    browser.wait_for_text("Jest teraz 08.12.2026 08:00.").await;
    browser.close().await;
    drop(gateway);
    // Without a control port there is no panel, and nothing leads to it.
    let config = std::fs::read_to_string(world.config()).expect("configured");
    let without: Vec<&str> = config.lines().filter(|line| !line.starts_with("control_url")).collect();
    std::fs::write(world.config(), without.join("\n")).expect("written");
    let gateway = world.serve(None);
    let (status, _) = gateway.get(&page("/simulator")).await;
    assert_eq!(status, 404);
    let (status, body) = gateway.get(&page("")).await;
    assert_eq!(status, 200);
    assert!(!String::from_utf8_lossy(&body).contains("/simulator\""));
}
