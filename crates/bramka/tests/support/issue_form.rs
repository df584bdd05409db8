//! The form in which invoices are written, as somebody fills it in.
#![allow(dead_code, reason = "each test file uses its part")]

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::browser::Browser;
use super::office::DAY;
use super::{COMPANY, ServedGateway, invoice};

/// A sale of the sample's buyer, 4444444444, that has its KSeF number.
pub(crate) async fn stored(gateway: &ServedGateway, number: &str) -> String {
    let xml = invoice(number).replace("2026-11-01", DAY);
    let (status, taken) = gateway.post(COMPANY, number, xml.as_bytes()).await.expect("an answer");
    assert_eq!(status, 201, "{taken:#}");
    let id = taken["id"].as_str().expect("an id").to_owned();
    gateway.wait_final(COMPANY, &id).await;
    id
}

pub(crate) async fn sales(gateway: &ServedGateway) -> Vec<Value> {
    let list = gateway.json(&format!("/api/v1/companies/{COMPANY}/invoices")).await;
    list["items"].as_array().expect("items").clone()
}

/// The document of a sale, as KSeF gets it.
pub(crate) async fn document(gateway: &ServedGateway, sale: &Value) -> String {
    let id = sale["id"].as_str().expect("an id");
    let (status, xml) = gateway.get(&format!("/api/v1/companies/{COMPANY}/invoices/{id}/xml")).await;
    assert_eq!(status, 200);
    String::from_utf8(xml).expect("UTF-8")
}

pub(crate) fn field(name: &str) -> String {
    format!("[name='{name}']")
}

pub(crate) async fn fill(browser: &Browser, name: &str, text: &str) {
    browser.fill(&field(name), text).await;
}

pub(crate) async fn clear_and_fill(browser: &Browser, name: &str, text: &str) {
    browser.find(&field(name)).await.clear().await.expect("cleared");
    fill(browser, name, text).await;
}

pub(crate) async fn press(browser: &Browser, action: &str) {
    browser.click(&format!(".issue button[value={action}]:not(.unseen)")).await;
}

pub(crate) async fn value(browser: &Browser, name: &str) -> String {
    let script = format!("return document.querySelector(\"{}\").value", field(name));
    browser.run(&script).await.as_str().unwrap_or_default().to_owned()
}

pub(crate) async fn wait_for_value(browser: &Browser, name: &str, expected: &str) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while value(browser, name).await != expected {
        assert!(Instant::now() < deadline, "{name} is {:?}", value(browser, name).await);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// The seller, a buyer and a line, in an empty form of a company that has issued nothing yet.
pub(crate) async fn write(browser: &Browser, number: &str) {
    fill(browser, "number", number).await;
    fill(browser, "seller.name", "Firma z testu").await;
    fill(browser, "seller.address.line1", "ul. Testowa 1").await;
    fill(browser, "seller.address.line2", "00-001 Warszawa").await;
    fill(browser, "buyer.taxId", "111-111-11-11").await;
    fill(browser, "buyer.name", "Nabywca z testu").await;
    fill(browser, "buyer.address.line1", "ul. Inna 2").await;
    fill(browser, "buyer.address.line2", "30-001 Kraków").await;
    fill(browser, "lines.0.name", "Projekt").await;
    fill(browser, "lines.0.quantity", "2").await;
    fill(browser, "lines.0.price", "1 000,50").await;
}

/// Another kind of document: the page comes again with the fields of that kind.
pub(crate) async fn choose_kind(browser: &Browser, kind: &str) {
    browser.choose(&field("kind"), kind).await;
    browser.find(&format!("form[data-kind='{kind}']")).await;
}
