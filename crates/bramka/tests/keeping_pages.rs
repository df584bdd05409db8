//! The pages of what is kept and who may see it: how long documents are kept, what is held back from erasing, what was erased, and the
//! keys of a unit; with and without scripts, and by somebody who may only look.

mod support;

use std::time::{Duration, Instant};

use ksef_sim::Limits;
use serde_json::json;
use support::browser::Browser;
use support::office::{add_people, settings_page as page};
use support::people::{As, Asker, PASSWORD, key};
use support::{COMPANY, ServedGateway, World, invoice};

/// A unit of the company.
const UNIT: &str = "2222222222-00017";

/// A gateway with an administrator `kasia`, and `jan`, who may only look.
async fn office() -> (World, ServedGateway) {
    let world = World::with_limits(COMPANY, Limits::Off).await;
    add_people(&world, &[("kasia", "administrator"), ("jan", "auditor")]);
    let gateway = world.serve(None);
    (world, gateway)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_would_be_erased_is_seen_held_back_and_only_then_switched_on() {
    let (world, gateway) = office().await;
    let Some(browser) = Browser::start(&gateway.url).await else { return };
    let asker = Asker::new(&gateway.url);
    let admin = As::Key(key(&world.data(), "programy", COMPANY, &["read", "send", "admin"]));
    let invoices = format!("/api/v1/companies/{COMPANY}/invoices");
    for number in ["1", "2"] {
        let request = asker.request(&admin, "POST", &invoices).header("content-type", "application/xml");
        assert_eq!(asker.send(request.body(invoice(number))).await.status, 201);
    }
    browser.log_in("kasia", PASSWORD).await;
    browser.open(&page("")).await;
    browser.click("a[href$='/settings/retention']").await;
    browser.wait_for_text("Usuwanie jest wyłączone.").await;
    browser.wait_for_text("Niczego nie wstrzymano.").await;
    browser.wait_for_text("Na ten dzień niczego.").await;
    browser.wait_for_text("Niczego nie usunięto.").await;
    browser.is_clean("nothing is due").await;
    // Two documents, as of a day on which their time is over.
    let later = page("/retention?asOf=2037-01-01");
    browser.open(&later).await;
    assert_eq!(browser.count("#due li").await, 2);
    assert_eq!(browser.count("#due .pager").await, 0, "there are no purchases that would follow");
    // A hold about nothing is refused, and what was typed stays.
    browser.fill("#hold input[name=reason]", "spór I C 123/26").await;
    browser.click("#hold button").await;
    browser.find("#hold [role=alert]").await;
    drop(browser.console().await);
    browser.is_clean("a hold about nothing").await;
    let typed = browser.run("return document.querySelector('#hold input[name=reason]').value").await;
    assert_eq!(typed, json!("spór I C 123/26"));
    browser.fill("#hold input[name=document]", "FV/1").await;
    browser.click("#hold button").await;
    browser.wait_for_text("Wstrzymano.").await;
    browser.wait_for_text("faktura FV/1").await;
    browser.open(&later).await;
    browser.wait_for_text("zostaje: wstrzymana").await;
    browser
        .is_well_made("keeping-retention", &later, ["Co zostałoby usunięte", "What would be erased"])
        .await;
    // Less than ten years is refused unless it is meant; switching on is asked once more.
    let years = browser.find("input[name=years]").await;
    years.clear().await.expect("cleared");
    browser.fill("input[name=years]", "7").await;
    browser.click(".narrow-column .card:first-child button").await;
    browser.wait_for_text("KSeF").await;
    assert_eq!(rule(&asker, &admin).await, (10, false));
    browser.open(&page("/retention")).await;
    browser.click("input[name=on]").await;
    browser.click(".narrow-column .card:first-child button").await;
    browser.wait_for_text("Usuwać dokumenty, których czas minął?").await;
    browser.is_clean("erasing is asked once more").await;
    browser.fits("keeping-question").await;
    assert_eq!(rule(&asker, &admin).await, (10, false));
    browser.click("button.danger").await;
    browser.wait_for_text("Usuwanie jest włączone.").await;
    assert_eq!(rule(&asker, &admin).await, (10, true));
    // Lifted: it stays in the list.
    browser.click("form[action$='/holds/lift'] button").await;
    browser.find("dialog[open]").await;
    browser.is_clean("lifting a hold").await;
    browser.click("dialog[open] button[value=yes]").await;
    browser.wait_for_text("Zdjęto blokadę.").await;
    browser.wait_for_text("spór I C 123/26").await;
    assert_eq!(browser.count("form[action$='/holds/lift']").await, 0);
    // Without scripts, too.
    browser.set_scripts(false).await;
    browser.open(&page("/retention")).await;
    browser.fill("#hold input[name=party]", "1111111111").await;
    browser.fill("#hold input[name=reason]", "kontrola").await;
    browser.click("#hold button").await;
    browser.wait_for_text("sprzedawca albo nabywca 111-111-11-11").await;
    browser.click("form[action$='/holds/lift'] button").await;
    browser.wait_for_text("Zdjąć blokadę?").await;
    browser.click("button.danger").await;
    browser.wait_for_text("Zdjęto blokadę.").await;
    browser.set_scripts(true).await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_erased_is_told_with_its_numbers_the_last_one_first() {
    // By the simulator's clock, so that years pass in an instant.
    let (world, gateway) = support::office::office().await;
    add_people(&world, &[("kasia", "administrator"), ("jan", "auditor")]);
    let asker = Asker::new(&gateway.url);
    let kasia = asker.log_in("kasia", PASSWORD).await;
    let api = |rest: &str| format!("/api/v1/companies/{COMPANY}/{rest}");
    for number in ["1", "2", "3"] {
        let request =
            asker.request(&kasia, "POST", &api("invoices")).header("content-type", "application/xml");
        let taken = asker.send(request.body(invoice(number))).await;
        assert_eq!(taken.status, 201, "{}", taken.body);
    }
    let deadline = Instant::now() + Duration::from_secs(60);
    while asker.get(&kasia, &api("invoices/counts")).await.json() != json!({ "stored": 3 }) {
        assert!(Instant::now() < deadline, "they are not stored");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    world.control("/control/clock", &json!({ "advanceS": 12_i64 * 366 * 86_400 })).await;
    let rule = json!({ "years": 10, "isOn": true });
    assert_eq!(asker.ask(&kasia, "PUT", &api("retention"), Some(&rule)).await.status, 200);
    let erased = async || asker.get(&kasia, &api("erasures")).await.json()["items"].clone();
    while erased().await.as_array().is_none_or(|items| items.len() < 3) {
        assert!(Instant::now() < deadline, "they are not erased: {:#}", erased().await);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let Some(browser) = Browser::start(&gateway.url).await else { return };
    // Whoever may see the page sees it.
    browser.log_in("jan", PASSWORD).await;
    let path = page("/retention");
    browser.open(&path).await;
    let told = browser.find("#erased").await.text().await.expect("text");
    let last = &erased().await[2];
    for part in [
        "FV/3",
        last["ksefNumber"].as_str().expect("a KSeF number"),
        "Przechowywana do: 31.12.2036.",
        "Powód: 10 pełnych lat po roku wystawienia.",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
    let numbers = "return [...document.querySelectorAll('#erased li b')].map((one) => one.textContent)";
    assert_eq!(browser.run(numbers).await, json!(["FV/3", "FV/2", "FV/1"]));
    browser.is_well_made("keeping-erased", &path, ["Co usunięto", "What was erased"]).await;
    // It goes on before any of them.
    browser.open(&format!("{path}?erased=3")).await;
    assert_eq!(browser.run(numbers).await, json!(["FV/2", "FV/1"]));
    browser.close().await;
}

/// Years, and whether erasing is on.
async fn rule(asker: &Asker, who: &As) -> (i64, bool) {
    let rule = asker.get(who, &format!("/api/v1/companies/{COMPANY}/retention")).await.json();
    (rule["years"].as_i64().expect("a number"), rule["isOn"] == true)
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_only_look_changes_nothing() {
    let (_world, gateway) = office().await;
    let asker = Asker::new(&gateway.url);
    let jan = asker.log_in("jan", PASSWORD).await;
    let seen = asker.get(&jan, &page("/retention")).await;
    assert_eq!(seen.status, 200, "{}", seen.body);
    assert!(seen.body.contains("<fieldset class=\"fields\" disabled>"), "{}", seen.body);
    assert!(!seen.body.contains("id=\"hold\"") && !seen.body.contains("<button>"), "{}", seen.body);
    for path in ["/retention", "/retention/holds", "/retention/holds/lift"] {
        let request = asker
            .request(&jan, "POST", &page(path))
            .header("content-type", "application/x-www-form-urlencoded")
            .body("years=10&on=yes&confirmed=yes&reason=x&document=x&id=1");
        assert_eq!(asker.send(request).await.status, 403, "{path}");
    }
    assert_eq!(rule(&asker, &jan).await, (10, false));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_of_a_unit_is_made_shown_once_and_told_in_the_list() {
    let (_world, gateway) = office().await;
    let Some(browser) = Browser::start(&gateway.url).await else { return };
    browser.log_in("kasia", PASSWORD).await;
    let keys = page("/api-keys");
    browser.open(&keys).await;
    assert_eq!(browser.count("select[name=unit]").await, 0, "a company without units has no choice");
    browser.open(&page("/routing")).await;
    browser.fill("#unit input[name=identifier]", UNIT).await;
    browser.fill("#unit input[name=name]", "Szkoła nr 3").await;
    browser.click("#unit form button").await;
    browser.wait_for_text("Szkoła nr 3").await;
    browser.open(&keys).await;
    let choose = async || {
        let unit = browser.find("select[name=unit]").await;
        unit.select_by_value(UNIT).await.expect("it can be chosen");
    };
    // A unit's key may receive and nothing else: said, and what was chosen stays.
    browser.fill("input[name=name]", "program szkoły").await;
    choose().await;
    browser.click("input[value=read]").await;
    browser.click("form.fields button").await;
    browser.find("[role=alert]").await;
    drop(browser.console().await);
    browser.is_clean("a unit's key that may too much").await;
    let kept = "return [document.querySelector('select[name=unit]').value, \
                document.querySelector('input[name=name]').value, document.querySelector('input[value=read]').checked]";
    assert_eq!(browser.run(kept).await, json!([UNIT, "program szkoły", true]));
    browser.click("input[value=read]").await;
    browser.click("input[value=receive]").await;
    browser.click("form.fields button").await;
    let given = browser.find("[data-secret]").await.text().await.expect("text");
    let asker = Asker::new(&gateway.url);
    let unit = As::Key(given.clone());
    let purchases = format!("/api/v1/companies/{COMPANY}/purchases");
    assert_eq!(asker.get(&unit, &purchases).await.status, 200);
    let invoices = format!("/api/v1/companies/{COMPANY}/invoices");
    assert_eq!(asker.get(&unit, &invoices).await.status, 403);
    browser.open(&keys).await;
    assert!(!browser.text().await.contains(&given), "not a second time");
    browser.wait_for_text(&format!("Jednostka: {UNIT}")).await;
    browser.is_well_made("keeping-unit-keys", &keys, ["Klucze API", "API keys"]).await;
    browser.close().await;
}
