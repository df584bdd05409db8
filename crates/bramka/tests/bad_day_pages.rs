//! A bad day at the desk, over the pages alone: KSeF fails, an invoice is issued offline and goes on when KSeF is back; and one that
//! KSeF refuses is mended and sent again.

mod support;

use std::time::{Duration, Instant};

use ksef_sim::{Fault, FaultRule, Target};
use ksef_wire::Operation;
use support::browser::Browser;
use support::issue_form;
use support::office::{DAY, office, page};
use support::{COMPANY, World, invoice};

/// Sends a file on the page as somebody does; the page of its invoice follows.
async fn send(browser: &Browser, world: &World, xml: &str) {
    browser.open(&page("/send")).await;
    browser.fill("#files", &world.file("faktura.xml", xml)).await;
    browser.click("form[enctype] button").await;
    browser.wait_for_text("Przyjęto dokument.").await;
}

fn of_today(number: &str) -> String {
    invoice(number).replace("2026-11-01", DAY)
}

/// An hour passes on the simulator's panel, as often as it takes until the invoice's page shows this state.
async fn hours_until(browser: &Browser, invoice: &str, state: &str) {
    let deadline = Instant::now() + Duration::from_secs(90);
    loop {
        browser.open(&page("/simulator")).await;
        browser.click("input[name=to][value=hour]").await;
        browser.click("form[action$='/clock'] button").await;
        browser.wait_for_text("Jest teraz").await;
        browser.open(invoice).await;
        for _ in 0..25 {
            if browser.count(&format!("[data-state={state}]")).await > 0 {
                return;
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        assert!(Instant::now() < deadline, "{state}: {}", browser.text().await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ksef_is_down_an_invoice_goes_offline_and_on_when_it_is_back() {
    let (world, gateway) = office().await;
    let Some(browser) = Browser::start(&gateway.url).await else { return };
    browser.open(&page("/simulator")).await;
    browser.click("form[action$='/trouble'] button").await;
    browser.wait_for_text("Zepsuto.").await;
    send(&browser, &world, &of_today("1")).await;
    let here = browser.at().await;
    browser.wait_for_text("bramka próbuje dalej").await;
    browser.is_clean("it waits for KSeF").await;
    // The customer waits: issued offline, with the question first.
    browser.click("form[action$='/offline'] button").await;
    browser.confirm("an invoice that goes offline").await;
    browser.wait_for_text("Wystawiono offline").await;
    browser.is_clean("issued offline").await;
    browser.fits("issued-offline").await;
    let id = here.split('?').next().and_then(|path| path.rsplit('/').next()).expect("an id").to_owned();
    let issued = gateway.json(&format!("/api/v1/companies/{COMPANY}/invoices/{id}")).await;
    assert_eq!((&issued["mode"], issued["ksefNumber"].is_null()), (&"offline24".into(), true), "{issued:#}");
    // What is printed for the customer has both codes.
    browser.open(&page(&format!("/invoices/{id}/view"))).await;
    let text = browser.text().await;
    assert!(text.contains("OFFLINE") && text.contains("CERTYFIKAT"), "{text}");
    // KSeF is back: it goes by itself, once, and its proof comes.
    browser.open(&page("/simulator")).await;
    browser.click("form[action$='/recover'] button").await;
    browser.wait_for_text("KSeF działa znowu.").await;
    hours_until(&browser, &page(&format!("/invoices/{id}")), "stored").await;
    browser.find("a[href*='/upo']").await;
    browser.is_clean("in KSeF after all").await;
    let stored = gateway.json(&format!("/api/v1/companies/{COMPANY}/invoices/{id}")).await;
    assert_eq!(stored["mode"], "offline24");
    assert!(stored["ksefNumber"].is_string(), "{stored:#}");
    assert_eq!(world.simulator.inspect().invoices.len(), 1, "once");
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_ksef_refuses_is_mended_and_sent_again() {
    let (world, gateway) = office().await;
    let Some(browser) = Browser::start(&gateway.url).await else { return };
    world.simulator.inject(Operation::OnlineInvoiceSend, Fault::InvoiceStatus { code: 450 }, 1);
    send(&browser, &world, &of_today("2")).await;
    browser.find("[data-state=rejected]").await;
    browser.is_clean("a refused invoice").await;
    browser.fits("refused-before-ones-eyes").await;
    let refused = browser.at().await;
    // It is what needs somebody now, on the first page.
    browser.open(&page("")).await;
    browser.wait_for_text("FV/2").await;
    // Mended in the program that made it, and brought again under its number: refused once more.
    world.simulator.inject(Operation::OnlineInvoiceSend, Fault::InvoiceStatus { code: 450 }, 1);
    send(&browser, &world, &of_today("2").replace("Sklep Pod", "Sklepik Pod")).await;
    browser.find("[data-state=rejected]").await;
    assert_ne!(browser.at().await, refused, "it is another document");
    // Then mended in the form, with its number and its day.
    browser.click("a[href$='how=mend']").await;
    browser.wait_for_text("została odrzucona przez KSeF").await;
    assert_eq!(issue_form::value(&browser, "number").await, "FV/2");
    assert_eq!(issue_form::value(&browser, "issueDate").await, DAY);
    issue_form::clear_and_fill(&browser, "buyer.name", "Sklep Pod Lipą sp. z o.o.").await;
    browser.wait_for_text("Gotowa do wystawienia").await;
    browser.is_clean("a form to mend").await;
    issue_form::press(&browser, "issue").await;
    browser.wait_for_text("Wystawiono FV/2").await;
    browser.find("[data-state=stored]").await;
    browser.is_clean("mended").await;
    browser.open(&page("")).await;
    browser.find("[data-part]").await;
    assert!(!browser.text().await.contains("FV/2"), "nothing is left to do: {}", browser.text().await);
    assert_eq!(world.simulator.inspect().invoices.len(), 1);
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_takes_its_time_says_so() {
    let (world, gateway) = office().await;
    let Some(browser) = Browser::start(&gateway.url).await else { return };
    let late = Fault::Delay(Duration::from_secs(3));
    world
        .simulator
        .plan(FaultRule::always(Target::Operation(Operation::PermissionPersonGrant), late))
        .expect("a rule");
    browser.open(&page("/settings/rights")).await;
    browser.fill("form[action$='/person'] input[name=to]", "44051401359").await;
    browser.fill("form[action$='/person'] input[name=name]", "Osoba").await;
    browser.fill("form[action$='/person'] input[name=lastName]", "Testowa").await;
    // Who drives the browser waits for the answer, so the page itself notes what it says meanwhile.
    browser
        .run(
            "const place = document.getElementById('working'); \
             new MutationObserver(() => sessionStorage.setItem('said', place.textContent)) \
                 .observe(place, { childList: true })",
        )
        .await;
    browser.click("form[action$='/person'] button").await;
    browser.wait_for_text("KSeF to wykonał").await;
    let said = browser.run("return sessionStorage.getItem('said')").await;
    assert!(said.as_str().is_some_and(|text| text.starts_with("Trwa.")), "{said}");
    assert_eq!(browser.run("return document.getElementById('working').textContent").await, "");
    browser.is_clean("it is done").await;
    browser.close().await;
}
