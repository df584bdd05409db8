//! What is decided on an invoice's own page: sending, holding, another policy, offline, a technical correction.

mod support;

use ksef_sim::{Fault, Limits};
use ksef_wire::Operation;
use serde_json::json;
use support::browser::Browser;
use support::office::{DAY, office, page, settings_page};
use support::{COMPANY, ServedGateway, World, invoice};

fn of_today(number: &str) -> String {
    invoice(number).replace("2026-11-01", DAY)
}

async fn taken(gateway: &ServedGateway, number: &str, xml: &str) -> String {
    let (status, taken) = gateway.post(COMPANY, number, xml.as_bytes()).await.expect("an answer");
    assert_eq!(status, 201, "{taken:#}");
    taken["id"].as_str().expect("an id").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn one_invoice_is_sent_held_and_given_another_policy() {
    let (_world, gateway) = office().await;
    let Some(browser) = Browser::start(&gateway.url).await else { return };
    // What waits for KSeF, and does not go since sending is off.
    let body =
        json!({ "policy": "immediate", "upoMode": "automatic", "sessionAgeS": 7200, "isSendingOn": false });
    assert_eq!(gateway.say("PUT", &format!("/api/v1/companies/{COMPANY}/sending"), &body).await.0, 200);
    let id = taken(&gateway, "1", &of_today("1")).await;
    browser.open(&page(&format!("/invoices/{id}"))).await;
    browser.click("button[value=hold]").await;
    browser.wait_for_text("Zatrzymano: 1\u{a0}faktura.").await;
    browser.find("[data-state=approved]").await;
    browser.is_clean("a held invoice").await;
    // Another policy lets it go by itself again.
    browser.click("[data-part=details] summary").await;
    browser.is_clean("policies").await;
    browser.click("input[name=policy][value=manual]").await;
    browser.click("form[action$='/policy'] button").await;
    browser.wait_for_text("Zmieniono sposób wysyłania.").await;
    browser.wait_for_text("zmieniono sposób wysyłania na").await;
    let found = gateway.json(&format!("/api/v1/companies/{COMPANY}/invoices/{id}")).await;
    assert_eq!((&found["policy"], &found["state"]), (&json!("manual"), &json!("approved")));
    gateway.set_sending(COMPANY, "immediate", "automatic").await;
    browser.click("button[value=send]").await;
    browser.wait_for_text("Skierowano do wysłania: 1\u{a0}faktura.").await;
    browser.find("[data-state=stored]").await;
    browser.is_clean("a sent invoice").await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_issued_offline_after_a_question_and_corrected_technically() {
    let (world, gateway) = office().await;
    let Some(browser) = Browser::start(&gateway.url).await else { return };
    gateway.set_sending(COMPANY, "afterApproval", "automatic").await;
    let xml = of_today("1");
    let id = taken(&gateway, "1", &xml).await;
    browser.open(&page(&format!("/invoices/{id}"))).await;
    browser.click("form[action$='/offline'] button").await;
    browser.find("dialog[open]").await;
    browser.wait_for_text("Wystawić offline?").await;
    browser.click("dialog button[value=no]").await;
    let found = gateway.json(&format!("/api/v1/companies/{COMPANY}/invoices/{id}")).await;
    assert_eq!(found["state"], "validated", "nothing was done");
    world.simulator.inject(Operation::OnlineInvoiceSend, Fault::InvoiceStatus { code: 450 }, 1);
    browser.click("form[action$='/offline'] button").await;
    browser.confirm("issuing offline").await;
    browser.wait_for_text("Wystawiono offline; pilnuj terminu.").await;
    browser.find("form[action$='/technical-correction']").await;
    // Another content is refused, with where it differs; the same goes.
    let bring = async |name: &str, xml: String| {
        browser.fill("form[action$='/technical-correction'] input[type=file]", &world.file(name, xml)).await;
        browser.click("form[action$='/technical-correction'] button").await;
    };
    bring("other.xml", xml.replace("Rynek 3", "Rynek 4")).await;
    browser.wait_for_text("Faktura/Podmiot2/Adres/AdresL1").await;
    browser.is_clean("a refused correction").await;
    bring("mended.xml", xml.replace("10:00:00Z", "10:00:01Z")).await;
    browser.wait_for_text("Przyjęto korektę techniczną").await;
    browser.find("[data-state=stored]").await;
    browser.wait_for_text("Korekta techniczna faktury").await;
    browser.is_clean("a technical correction").await;
    browser.click("[data-part=details] dd a").await;
    browser.find("[data-state=rejected]").await;
    browser.wait_for_text("Korekty techniczne").await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_certificate_it_is_said_why_nothing_goes_offline() {
    let world = World::with_limits(COMPANY, Limits::Off).await;
    let gateway = world.serve(None);
    let Some(browser) = Browser::start(&gateway.url).await else { return };
    gateway.set_sending(COMPANY, "afterApproval", "automatic").await;
    let id = taken(&gateway, "1", &invoice("1")).await;
    let invoice_page = page(&format!("/invoices/{id}"));
    browser
        .is_well_made(
            "no-offline-certificate",
            &invoice_page,
            ["Tej firmie go brakuje", "This company has none"],
        )
        .await;
    browser.open(&invoice_page).await;
    assert_eq!(browser.count("form[action$='/offline']").await, 0);
    // A policy that would fall back on it warns, on the invoice and for the company.
    browser.click("[data-part=details] summary").await;
    browser.click("input[name=policy][value=immediateOrOffline]").await;
    browser.wait_for_text("Firma nie ma certyfikatu KSeF typu Offline").await;
    browser.open(&settings_page("")).await;
    browser.click("input[name=policy][value=immediateOrOffline]").await;
    browser.click("form[action$='/settings/sending'] button").await;
    browser.wait_for_text("Zapisano. Firma nie ma certyfikatu KSeF typu Offline").await;
    browser.is_clean("a warning").await;
    browser.open(&invoice_page).await;
    browser.click("a[href$='/connection']:not(nav a)").await;
    browser.wait_for_text("Połączenie").await;
    browser.close().await;
}
