//! What needs somebody besides invoices stands on the dashboard, each with the way to where it is mended.

mod support;

use ksef_sim::Limits;
use serde_json::json;
use support::browser::Browser;
use support::office::{DAY, add_people, office, page};
use support::people::{Asker, PASSWORD};
use support::receiver::{Receiver, Say};
use support::{COMPANY, World, invoice};

/// Follows a line of what needs somebody.
async fn follows(browser: &Browser, what: &str, to: &str) {
    browser.open(&page("")).await;
    browser.wait_for_text(what).await;
    browser.click(&format!("[data-part=attention] a[href^='{to}']")).await;
    assert!(browser.at().await.starts_with(to), "{}", browser.at().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_that_ends_is_told_to_whoever_may_renew_it() {
    let world = World::with_limits(COMPANY, Limits::Off).await;
    world.with_certificate_for(5);
    add_people(&world, &[("kasia", "administrator"), ("jan", "viewer")]);
    let gateway = world.serve(None);
    let Some(browser) = Browser::start(&gateway.url).await else { return };
    browser.log_in("kasia", PASSWORD).await;
    let words = ["Certyfikat logowania wygasa", "The certificate that logs in expires on"];
    browser.is_well_made("needs", &page(""), words).await;
    follows(&browser, words[0], &page("/connection")).await;
    // Among companies, too, which it brings to the front.
    browser.is_well_made("needs-companies", "/?all=yes&view=attention", words).await;
    assert_eq!(browser.count(".cards li").await, 1);
    browser.log_out().await;
    browser.log_in("jan", PASSWORD).await;
    browser.open(&page("")).await;
    browser.wait_for_text("Nic nie czeka na Ciebie").await;
    browser.open("/?all=yes&view=attention").await;
    assert_eq!(browser.count(".cards li").await, 0);
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_that_ksef_refuses_and_a_token_that_ends_are_told() {
    let world = World::with_limits(COMPANY, Limits::Off).await;
    world.file("token", "20261101-EC-1234567890-ABCDEF1234-01|nip-2222222222|0123456789abcdef");
    let control = world.simulator.control_url().expect("a control port");
    let credential = format!("control_url = \"{control}\"\ntoken_file = \"token\"");
    world.configure(&world.simulator.base_url(), &credential);
    world.control("/control/clock", &json!({ "now": "2026-12-01T09:00:00Z" })).await;
    let gateway = world.serve(None);
    let Some(browser) = Browser::start(&gateway.url).await else { return };
    let xml = invoice("1").replace("2026-11-01", DAY);
    let (status, taken) = gateway.post(COMPANY, "1", xml.as_bytes()).await.expect("an answer");
    assert_eq!(status, 201, "{taken:#}");
    browser.open(&page("")).await;
    browser.wait_for_text("Tokeny KSeF mają działać do 31.12.2026").await;
    browser.wait_for_text("KSeF odmówił zalogowania").await;
    let asked = format!("/api/v1/companies/{COMPANY}/purchases/synchronize");
    assert_eq!(gateway.say("POST", &asked, &json!({})).await.0, 202);
    browser.wait_for_text("Pobieranie zakupów się nie udaje").await;
    browser.is_clean("a refused login").await;
    browser.fits("needs-login").await;
    follows(&browser, "KSeF odmówił zalogowania", &page("/connection")).await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_that_was_switched_off_is_told() {
    let (world, gateway) = office().await;
    add_people(&world, &[("kasia", "administrator")]);
    let asker = Asker::new(&gateway.url);
    let kasia = asker.log_in("kasia", PASSWORD).await;
    let Some(browser) = Browser::start(&gateway.url).await else { return };
    browser.log_in("kasia", PASSWORD).await;
    let receiver = Receiver::start().await;
    receiver.script([Say::Status(410)]);
    let path = format!("/api/v1/companies/{COMPANY}/webhooks");
    let asked = json!({ "name": "ERP", "url": receiver.url(), "events": [] });
    let webhook = asker.ask(&kasia, "POST", &path, Some(&asked)).await;
    assert_eq!(webhook.status, 201, "{}", webhook.body);
    let webhook = webhook.json();
    browser.open(&page("")).await;
    browser.wait_for_text("Nic nie czeka na Ciebie").await;
    let xml = invoice("1").replace("2026-11-01", DAY);
    let path = format!("/api/v1/companies/{COMPANY}/invoices");
    let request = asker.request(&kasia, "POST", &path).header("content-type", "application/xml");
    assert_eq!(asker.send(request.body(xml)).await.status, 201);
    // Before one's eyes.
    browser.wait_for_text("Webhook ERP został wyłączony").await;
    browser.is_clean("a webhook that was switched off").await;
    let id = webhook["id"].as_str().expect("an id");
    follows(&browser, "Webhook ERP został wyłączony", &page(&format!("/settings/webhooks/{id}"))).await;
    browser.close().await;
}
