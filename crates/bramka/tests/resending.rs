//! What came to an end outside KSeF is sent once more: the same bytes, as a new document, exactly once.

mod support;

use ksef_sim::Fault;
use ksef_wire::Operation;
use serde_json::{Value, json};
use support::browser::Browser;
use support::office::{DAY, office, page};
use support::{COMPANY, ServedGateway, World, invoice};

fn of_today(number: &str) -> String {
    invoice(number).replace("2026-11-01", DAY)
}

fn path(id: &str) -> String {
    format!("/api/v1/companies/{COMPANY}/invoices/{id}")
}

fn id_of(invoice: &Value) -> String {
    invoice["id"].as_str().expect("an id").to_owned()
}

async fn taken(gateway: &ServedGateway, key: &str, xml: &str) -> String {
    let (status, taken) = gateway.post(COMPANY, key, xml.as_bytes()).await.expect("an answer");
    assert_eq!(status, 201, "{taken:#}");
    id_of(&taken)
}

/// An invoice that KSeF refused with this status, issued offline before or not.
async fn refused(world: &World, gateway: &ServedGateway, number: &str, code: i32, is_offline: bool) -> Value {
    gateway.set_sending(COMPANY, "afterApproval", "automatic").await;
    world.simulator.inject(Operation::OnlineInvoiceSend, Fault::InvoiceStatus { code }, 1);
    let id = taken(gateway, number, &of_today(number)).await;
    let (verb, body) =
        if is_offline { ("offline", json!({ "mode": "offline24" })) } else { ("approve", Value::Null) };
    let (status, answer) = gateway.say("POST", &format!("{}/{verb}", path(&id)), &body).await;
    assert_eq!(status, 200, "{answer:#}");
    gateway.wait_state(COMPANY, &id, "rejected").await
}

async fn resend(gateway: &ServedGateway, id: &str) -> (u16, Value) {
    gateway.say("POST", &format!("{}/resend", path(id)), &Value::Null).await
}

#[track_caller]
fn is_refused(answer: &(u16, Value), why: &str) {
    let (status, problem) = answer;
    assert_eq!((*status, problem["code"].as_str()), (409, Some("resend.refused")), "{problem:#}");
    for language in ["pl", "en"] {
        let message = problem["message"][language].as_str().expect("words");
        assert!(message.ends_with(&format!("({why})")), "{why}: {message}");
    }
}

/// It came into KSeF by itself, and not because KSeF had it already.
async fn arrives(gateway: &ServedGateway, id: &str) -> Value {
    let stored = gateway.wait_state(COMPANY, id, "stored").await;
    let history = stored["history"].as_array().expect("a history");
    assert!(history.iter().all(|entry| entry["event"] != "adopted"), "{stored:#}");
    stored
}

#[tokio::test(flavor = "multi_thread")]
async fn many_at_once_have_it_sent_once_more_and_it_arrives_once() {
    let (world, gateway) = office().await;
    let old = refused(&world, &gateway, "right", 410, false).await;
    let id = id_of(&old);
    let answers = futures_util::future::join_all((0..6).map(|_| resend(&gateway, &id))).await;
    let new = id_of(&answers[0].1);
    assert_ne!(new, id);
    assert_eq!(answers.iter().filter(|(status, _)| *status == 201).count(), 1, "{answers:#?}");
    assert!(answers.iter().all(|(_, one)| one["id"] == *new), "{answers:#?}");
    let stored = arrives(&gateway, &new).await;
    assert_eq!((&stored["sha256"], &stored["resendOf"]), (&old["sha256"], &json!(id)), "{stored:#}");
    let old = gateway.json(&path(&id)).await;
    assert_eq!((&old["state"], &old["resentAs"]), (&json!("rejected"), &json!(new)), "{old:#}");
    assert_eq!(old["history"].as_array().and_then(|all| all.last()).expect("one")["event"], "sentAgain");
    // What is in KSeF is not sent a second time, and who asks for the old one is given what there is.
    is_refused(&resend(&gateway, &new).await, "inKsef");
    assert_eq!(resend(&gateway, &id).await.0, 200);
    let waiting = gateway.json(&format!("/api/v1/companies/{COMPANY}/waiting")).await;
    assert_eq!(waiting["items"], json!([]), "{waiting:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_refused_for_its_content_is_not_and_what_was_withdrawn_is() {
    let (world, gateway) = office().await;
    let content = refused(&world, &gateway, "content", 450, false).await;
    is_refused(&resend(&gateway, &id_of(&content)).await, "content");
    let offline = refused(&world, &gateway, "offline", 450, true).await;
    is_refused(&resend(&gateway, &id_of(&offline)).await, "onlyCorrected");
    let waits = taken(&gateway, "waits", &of_today("waits")).await;
    is_refused(&resend(&gateway, &waits).await, "underWay");
    let withdraw = async |id: &str| {
        let asked = format!("{}/withdraw", path(id));
        assert_eq!(gateway.say("POST", &asked, &Value::Null).await.0, 200);
    };
    withdraw(&waits).await;
    // Another document has the number meanwhile: it is named.
    let other = of_today("waits").replace("Segregator", "Skoroszyt");
    let other = taken(&gateway, "other", &other).await;
    let (status, problem) = resend(&gateway, &waits).await;
    assert_eq!((status, &problem["code"]), (409, &json!("invoice.numberTaken")), "{problem:#}");
    assert!(problem["detail"].as_str().is_some_and(|text| text.contains(&other)), "{problem:#}");
    withdraw(&other).await;
    // Whatever the policy: who says "again" means now.
    let (status, new) = resend(&gateway, &waits).await;
    assert_eq!((status, &new["policy"]), (201, &json!("afterApproval")), "{new:#}");
    arrives(&gateway, &id_of(&new)).await;
    // The same bytes under a key of their own are a new document; under the old key they are the old one.
    let xml = of_today("content");
    let (status, known) = gateway.post(COMPANY, "content", xml.as_bytes()).await.expect("an answer");
    assert_eq!((status, &known["id"]), (200, &content["id"]), "{known:#}");
    let again = taken(&gateway, "content-2", &xml).await;
    assert_ne!(json!(again), content["id"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invoice_that_the_buyer_holds_goes_once_more_as_it_was_issued() {
    let (world, gateway) = office().await;
    let old = refused(&world, &gateway, "held", 410, true).await;
    let (status, new) = resend(&gateway, &id_of(&old)).await;
    assert_eq!(status, 201, "{new:#}");
    assert_eq!((&new["mode"], &new["dueOn"]), (&json!("offline24"), &old["dueOn"]), "{new:#}");
    let stored = arrives(&gateway, &id_of(&new)).await;
    assert_eq!((&stored["ksefMode"], &stored["sha256"]), (&json!("Offline"), &old["sha256"]), "{stored:#}");
    let waiting = gateway.json(&format!("/api/v1/companies/{COMPANY}/waiting")).await;
    assert_eq!(waiting["items"], json!([]), "{waiting:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_before_or_after_it_is_written_down_doubles_nothing() {
    for moment in ["before", "after"] {
        let (world, gateway) = office().await;
        let id = id_of(&refused(&world, &gateway, "crash", 410, false).await);
        drop(gateway);
        let point = format!("takeInvoice:{moment}");
        let mut gateway = world.serve(Some(&point));
        let request = reqwest::Client::new().post(format!("{}{}/resend", gateway.url, path(&id)));
        let asking = tokio::spawn(request.send());
        tokio::task::block_in_place(|| gateway.wait_for_line(&format!("stopped at {point}")));
        gateway.kill();
        asking.await.expect("no panic").expect_err("nobody answers");
        let gateway = world.serve(None);
        let (status, new) = resend(&gateway, &id).await;
        assert_eq!(status, if moment == "before" { 201 } else { 200 }, "{new:#}");
        arrives(&gateway, &id_of(&new)).await;
        let list = gateway.json(&format!("/api/v1/companies/{COMPANY}/invoices")).await;
        assert_eq!(list["items"].as_array().map(Vec::len), Some(2), "{list:#}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_invoice_is_sent_again_from_its_page() {
    let (world, gateway) = office().await;
    let Some(browser) = Browser::start(&gateway.url).await else { return };
    let id = id_of(&refused(&world, &gateway, "page", 410, false).await);
    // The file brought once more leads there, by whichever way it came first.
    let file = world.file("faktura.xml", of_today("page"));
    let bring = async || {
        browser.open(&page("/send")).await;
        browser.fill("#files", &file).await;
        browser.click("form[enctype] button").await;
    };
    gateway.set_sending(COMPANY, "manual", "automatic").await;
    bring().await;
    browser.wait_for_text("Przyjęto dokument.").await;
    browser.click("button[value=withdraw]").await;
    browser.confirm("withdrawing").await;
    browser.find("[data-state=withdrawn]").await;
    let withdrawn = browser.at().await;
    bring().await;
    browser.wait_for_text("Ten dokument bramka już zna: wycofana.").await;
    browser.wait_for_text("decyzją użytkownika REST API").await;
    assert_eq!(browser.at().await, withdrawn);
    browser.is_well_made("withdrawn", &withdrawn, ["Wyślij ponownie", "Send again"]).await;
    browser.open(&withdrawn).await;
    browser.click("form[action$='/resend'] button").await;
    browser.wait_for_text("Wysłano ponownie").await;
    browser.find("[data-state=stored]").await;
    browser.wait_for_text("Ponowne wysłanie faktury").await;
    assert_eq!(browser.count("form[action$='/resend']").await, 0);
    browser.is_clean("sent again").await;
    let stored = browser.at().await;
    // Both lead to each other, and the file leads to the newest.
    browser.open(&withdrawn).await;
    browser.wait_for_text("Wysłana ponownie jako").await;
    assert_eq!(browser.count("form[action$='/resend']").await, 0);
    browser.click(&format!("dd a[href='{stored}']")).await;
    browser.find("[data-state=stored]").await;
    bring().await;
    browser.wait_for_text("już zna; oto on").await;
    assert_eq!(browser.at().await, stored);
    // The number has come into KSeF meanwhile: the refused one is not sent any more, and the page says why.
    browser.open(&page(&format!("/invoices/{id}"))).await;
    browser.click("form[action$='/resend'] button").await;
    browser.wait_for_text("Faktura tego sprzedawcy, rodzaju i numeru już tu jest").await;
    browser.close().await;
}
