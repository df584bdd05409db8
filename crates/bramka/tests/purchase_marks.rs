//! Purchases marked over the pages: one by being looked at, several at once; and whether what came by mail is here already.

mod support;

use std::time::{Duration, Instant};

use serde_json::json;
use support::browser::Browser;
use support::office::{DAY, office, page};
use support::{COMPANY, CONTRACTOR, ServedGateway, World, purchase};

/// A gateway that has fetched three purchases.
async fn desk() -> (World, ServedGateway) {
    let (world, gateway) = office().await;
    for number in ["1", "2", "3"] {
        assert_eq!(world.send_directly(CONTRACTOR, purchase(number).as_bytes()).await, 200);
    }
    let path = |rest: &str| format!("/api/v1/companies/{COMPANY}/{rest}");
    assert_eq!(gateway.say("POST", &path("purchases/synchronize"), &json!({})).await.0, 202);
    let deadline = Instant::now() + Duration::from_secs(60);
    while gateway.json(&path("purchases")).await["items"].as_array().map(Vec::len) != Some(3) {
        assert!(Instant::now() < deadline, "three purchases do not come");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    (world, gateway)
}

/// How many rows of the list are in this state.
async fn in_state(browser: &Browser, state: &str) -> i64 {
    browser.count(&format!("[data-part=list] [data-state={state}]")).await
}

#[tokio::test(flavor = "multi_thread")]
async fn purchases_are_seen_by_being_opened_and_marked_together() {
    let (_world, gateway) = desk().await;
    let Some(browser) = Browser::start(&gateway.url).await else { return };
    let list = page("/purchases");
    browser.open(&list).await;
    assert_eq!(in_state(&browser, "new").await, 3);
    browser.click("tbody a").await;
    browser.find("[data-state=seen]").await;
    browser.open(&list).await;
    assert_eq!((in_state(&browser, "new").await, in_state(&browser, "seen").await), (2, 1));
    // Nothing ticked, then all.
    for scripts in [true, false] {
        browser.set_scripts(scripts).await;
        browser.open(&list).await;
        browser.click("button[name=do][value=booked]").await;
        browser.wait_for_text("Nie zaznaczono żadnego zakupu").await;
        let state = if scripts { "booked" } else { "seen" };
        for place in 1..=3 {
            browser.click(&format!("tbody tr:nth-child({place}) input[name=id]")).await;
        }
        browser.click(&format!("button[name=do][value={state}]")).await;
        browser.wait_for_text("3\u{a0}zakupy.").await;
        assert_eq!(in_state(&browser, state).await, 3, "scripts {scripts}");
    }
    browser.set_scripts(true).await;
    let words = ["Zaznaczone oznacz jako", "Mark the ticked ones as"];
    browser.is_well_made("purchases-marks", &list, words).await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_from_mail_is_told_from_what_is_not_here() {
    let (world, gateway) = desk().await;
    let Some(browser) = Browser::start(&gateway.url).await else { return };
    let form = page("/purchases/copies");
    browser.open(&page("/purchases")).await;
    browser.click("a[href$='/purchases/copies']").await;
    let words = ["Czy ta faktura już jest w zakupach?", "Is this invoice among the purchases already?"];
    browser.is_well_made("purchase-copy", &form, words).await;
    let brought = async |content: &str| {
        browser.open(&form).await;
        browser.fill("#copy", &world.file("mail.xml", content)).await;
        browser.click("form.card button").await;
    };
    brought(&purchase("2")).await;
    browser.wait_for_text("To kopia, co do bajtu.").await;
    browser.is_clean("a copy").await;
    brought(&format!("{}\n", purchase("2"))).await;
    browser.wait_for_text("Faktura tego sprzedawcy o tym numerze jest już").await;
    brought(&purchase("9")).await;
    browser.wait_for_text("Takiej faktury nie ma w zakupach.").await;
    browser.is_clean("no copy").await;
    brought("to nie jest faktura").await;
    browser.wait_for_text("nie da się odczytać").await;
    browser.is_clean("no invoice").await;
    // By seller and number, as it is written on paper.
    browser.open(&form).await;
    browser.click("form.card button").await;
    browser.wait_for_text("Wskaż plik albo wpisz NIP").await;
    browser.fill("input[name=seller]", "333-333-33-33").await;
    browser.fill("input[name=number]", "D/3").await;
    browser.click("form.card button").await;
    browser.wait_for_text("Faktura tego sprzedawcy o tym numerze jest już").await;
    // Its history tells what was asked.
    browser.click("section[role=status] a").await;
    browser.wait_for_text("znaleziono kopię: ten sam sprzedawca i numer").await;
    browser.is_quiet("copies").await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_purchase_is_fetched_noted_down_booked_and_kept_with_its_scan() {
    let (world, gateway) = office().await;
    let Some(browser) = Browser::start(&gateway.url).await else { return };
    // Of today, so that the chart has it.
    let first = purchase("1").replace("2026-11-01", DAY);
    assert_eq!(world.send_directly(CONTRACTOR, first.as_bytes()).await, 200);
    // Fetched from the dashboard, whose chart counts it, in a table too.
    browser.open(&page("")).await;
    browser.click("form[action$='/synchronize'] button").await;
    browser.find("tbody tr").await;
    browser.open(&page("")).await;
    browser.find("svg.chart rect").await;
    browser.click("[data-part=chart] summary").await;
    assert_eq!(browser.count("[data-part=chart] tbody tr").await, 1, "{}", browser.text().await);
    browser.is_clean("the chart as a table").await;
    // The next one from the list.
    assert_eq!(world.send_directly(CONTRACTOR, purchase("2").as_bytes()).await, 200);
    browser.open(&page("/purchases")).await;
    browser.click("form[action$='/synchronize'] button").await;
    browser.find("tbody tr:nth-child(2)").await;
    // Looked for by a word within the seller's name.
    browser.fill("input[type=search]", "przedawc").await;
    browser.find("tbody tr:nth-child(2)").await;
    browser.fill("input[type=search]", " nikogo").await;
    browser.wait_for_text("Nie znaleziono zakupów").await;
    browser.open(&page("/purchases")).await;
    browser.click("tbody a").await;
    browser.fill("form[action$='/note'] textarea", "Umowa 7, drugi kwartał").await;
    browser.click("form[action$='/note'] button").await;
    browser.wait_for_text("Zapisano notatkę.").await;
    let scan = world.folder.path().join("skan.pdf");
    std::fs::write(&scan, b"%PDF-1.4\n% a scan\n").expect("written");
    browser.click("#documents summary").await;
    browser.fill("#documents input[name=scan]", &scan.to_string_lossy()).await;
    browser.click("#documents form button").await;
    browser.find("#documents a[href$='/scan']").await;
    browser.click("form[action$='/state'] button[value=booked]").await;
    browser.find("[data-state=booked]").await;
    let note = browser.run("return document.querySelector('form[action$=note] textarea').value").await;
    assert_eq!(note, "Umowa 7, drugi kwartał");
    browser.is_quiet("a purchase").await;
    browser.close().await;
}
