//! Invoices are written on the pages: in a form that is looked at while somebody types; with and without scripts, in a real browser.

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use gateway::{
    CompanySettings, Contractor, ContractorLookup, Environment, Gateway, GatewayOptions, LookupError,
    PrintSettings,
};
use invoice_tables::ColumnMap;
use ksef_client::LoginCredential;
use ksef_crypto::{Certificate, Credential, SigningKey};
use ksef_id::{ContextIdentifier, Nip};
use ksef_sim::Limits;
use serde_json::json;
use support::browser::Browser;
use support::issue_form::{
    clear_and_fill, document, fill, press, sales, stored, value, wait_for_value, write,
};
use support::office::{office, page};
use support::people::{As, Asker};
use support::{COMPANY, World};

#[tokio::test(flavor = "multi_thread")]
async fn an_invoice_is_looked_at_while_it_is_written_and_issued_once() {
    let (_world, gateway) = office().await;
    let Some(browser) = Browser::start(&gateway.url).await else { return };
    browser.open(&page("/invoices")).await;
    browser.click(".title a.button").await;
    browser.wait_for_text("Wystaw fakturę").await;
    browser.is_clean("an empty form").await;
    assert_eq!(value(&browser, "issueDate").await, "2026-12-01");
    assert_eq!(value(&browser, "payment.due.0.date").await, "2026-12-15");
    assert!(!browser.text().await.contains("NI004"), "nobody is blamed for what is not written yet");
    // What is wrong stands at its field while it is typed; what is missing is not told yet.
    fill(&browser, "buyer.taxId", "1234567890").await;
    browser.find("[name='buyer.taxId'][aria-invalid=true]").await;
    browser.is_clean("a wrong NIP").await;
    clear_and_fill(&browser, "buyer.taxId", "").await;
    write(&browser, "FV/1/2026").await;
    // 2 × 1000.50 net, 23 % of it.
    browser.wait_for_text("2 461,23 zł").await;
    browser.wait_for_text("Gotowa do wystawienia").await;
    fill(&browser, "lines.0.quantity", "x").await;
    browser.find("[name='lines.0.quantity'][aria-invalid=true]").await;
    clear_and_fill(&browser, "lines.0.quantity", "3").await;
    browser.wait_for_text("3 691,85 zł").await;
    assert_eq!(value(&browser, "buyer.name").await, "Nabywca z testu", "what was typed stays");
    // A line that was removed can be put back.
    press(&browser, "remove-0").await;
    browser.wait_for_text("Usunięto pozycję Projekt.").await;
    browser.is_clean("a line that was removed").await;
    press(&browser, "restore").await;
    wait_for_value(&browser, "lines.0.name", "Projekt").await;
    browser.wait_for_text("3 691,85 zł").await;
    // Pressed twice at once: one invoice.
    const TWICE: &str = "const done = arguments[arguments.length - 1]; \
         const form = document.querySelector('form[data-check]'); \
         const body = new URLSearchParams(new FormData(form)); body.set('do', 'issue'); \
         const ask = () => fetch(form.getAttribute('action'), { method: 'POST', body }).then((answer) => answer.url); \
         Promise.all([ask(), ask()]).then(done, (error) => done(String(error)));";
    let twice = browser.client.execute_async(TWICE, Vec::new()).await.expect("it runs");
    assert_eq!(twice[0], twice[1], "both lead to the invoice");
    press(&browser, "issue").await;
    browser.wait_for_text("FV/1/2026").await;
    browser.find("[data-state=stored]").await;
    let all = sales(&gateway).await;
    assert_eq!(all.len(), 1, "{all:#?}");
    assert_eq!(all[0]["grossAmount"], "3691.85");
    let xml = document(&gateway, &all[0]).await;
    for part in
        ["<NIP>1111111111</NIP>", "<P_8B>3</P_8B>", "<P_9A>1000.5</P_9A>", "<Termin>2026-12-15</Termin>"]
    {
        assert!(xml.contains(part), "{part}: {xml}");
    }
    // The next one knows the seller and the buyer, and that the number is taken.
    browser.open(&page("/issue")).await;
    assert_eq!(value(&browser, "seller.name").await, "Firma z testu");
    fill(&browser, "buyer.taxId", "1111111111").await;
    wait_for_value(&browser, "buyer.name", "Nabywca z testu").await;
    wait_for_value(&browser, "buyer.address.line2", "30-001 Kraków").await;
    fill(&browser, "number", "FV/1/2026").await;
    browser.wait_for_text("Faktura o tym numerze już jest").await;
    press(&browser, "issue").await;
    browser.find("[role=alert]").await;
    browser.wait_for_text("Popraw, zanim wystawisz").await;
    browser.is_clean("what is to be mended").await;
    browser.fits("issue-faults").await;
    // The list of what is wrong leads to the fields.
    browser.click("[role=alert] a").await;
    assert_eq!(sales(&gateway).await.len(), 1);
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_scripts_lines_come_and_go_a_draft_is_kept_and_a_series_gives_the_number() {
    let (_world, gateway) = office().await;
    let Some(browser) = Browser::start(&gateway.url).await else { return };
    gateway.make_series(COMPANY, "FV").await;
    gateway.set_sending(COMPANY, "afterApproval", "automatic").await;
    browser.set_scripts(false).await;
    browser.open(&page("/issue")).await;
    assert!(browser.text().await.contains("FV/2026/1"), "{}", browser.text().await);
    browser.find("[name='seller.name']").await;
    write(&browser, "").await;
    press(&browser, "add").await;
    fill(&browser, "lines.1.name", "Nadzór").await;
    fill(&browser, "lines.1.quantity", "1").await;
    fill(&browser, "lines.1.price", "10").await;
    press(&browser, "add").await;
    fill(&browser, "lines.2.name", "Pomyłka").await;
    press(&browser, "remove-2").await;
    browser.wait_for_text("2 473,53 zł").await;
    // A line that was removed by mistake comes back as it was.
    browser.wait_for_text("Usunięto pozycję Pomyłka.").await;
    press(&browser, "remove-0").await;
    browser.wait_for_text("Usunięto pozycję Projekt.").await;
    assert_eq!(value(&browser, "lines.0.name").await, "Nadzór");
    browser.fits("issue-removed-line").await;
    press(&browser, "restore").await;
    browser.wait_for_text("2 473,53 zł").await;
    assert_eq!(value(&browser, "lines.0.price").await, "1 000,50");
    assert_eq!(browser.count("[value=restore]").await, 0);
    press(&browser, "keep").await;
    browser.wait_for_text("Zapisano szkic.").await;
    assert!(sales(&gateway).await.is_empty(), "a draft is no invoice");
    browser.open(&page("/issue/drafts")).await;
    browser.wait_for_text("Nabywca z testu").await;
    browser.fits("drafts").await;
    browser.click("tbody a").await;
    assert_eq!(value(&browser, "lines.1.name").await, "Nadzór");
    // A preview opens beside it and issues nothing.
    browser.click("[formaction$='/preview']").await;
    let windows = browser.client.windows().await.expect("windows");
    assert_eq!(windows.len(), 2);
    browser.client.switch_to_window(windows[1].clone()).await.expect("the other one");
    browser.wait_for_text("Nadzór").await;
    browser.wait_for_text("jeszcze nie wystawiono").await;
    browser.picture("issue-preview").await;
    browser.client.close_window().await.expect("closed");
    browser.client.switch_to_window(windows[0].clone()).await.expect("back");
    press(&browser, "issue").await;
    browser.wait_for_text("Wystawiono FV/2026/1; czeka na zatwierdzenie.").await;
    let all = sales(&gateway).await;
    assert_eq!(
        (all.len(), &all[0]["state"], &all[0]["grossAmount"]),
        (1, &json!("validated"), &json!("2473.53"))
    );
    browser.open(&page("/issue/drafts")).await;
    browser.wait_for_text("Nie ma szkiców").await;
    // Removing one asks first, on a page.
    browser.open(&page("/issue")).await;
    write(&browser, "").await;
    press(&browser, "keep").await;
    browser.open(&page("/issue/drafts")).await;
    browser.click("form[action$='/remove'] button").await;
    browser.wait_for_text("Usunąć szkic?").await;
    browser.wait_for_text("Nabywca z testu").await;
    browser.fits("draft-question").await;
    browser.click("a.button").await;
    browser.click("form[action$='/remove'] button").await;
    browser.click("form[action$='/remove'] button:not(.quiet)").await;
    browser.wait_for_text("Usunięto szkic.").await;
    browser.wait_for_text("Nie ma szkiców").await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_written_stays_when_language_or_theme_is_switched() {
    let (_world, gateway) = office().await;
    let Some(browser) = Browser::start(&gateway.url).await else { return };
    let id = stored(&gateway, "7").await;
    let switch = async |what: &str, words: &str| {
        browser.click(".tools .menu.end:first-child summary").await;
        browser.click(&format!(".tools button[formaction$='{what}']")).await;
        browser.wait_for_text(words).await;
    };
    for has_scripts in [true, false] {
        browser.set_scripts(has_scripts).await;
        browser.open(&page("/issue?lang=pl")).await;
        write(&browser, "FV/1/2026").await;
        press(&browser, "add").await;
        fill(&browser, "lines.1.name", "Nadzór").await;
        switch("lang=en", "Issue an invoice").await;
        for (name, text) in [
            ("number", "FV/1/2026"),
            ("buyer.name", "Nabywca z testu"),
            ("lines.0.price", "1 000,50"),
            ("lines.1.name", "Nadzór"),
        ] {
            assert_eq!(value(&browser, name).await, text, "{name}, scripts: {has_scripts}");
        }
        browser.wait_for_text("2,461.23").await;
        assert!(!browser.text().await.contains("Mend this"), "nobody is blamed for switching");
        switch("theme=dark", "Issue an invoice").await;
        assert_eq!(value(&browser, "number").await, "FV/1/2026");
        browser.find("html[data-theme=dark]").await;
        if has_scripts {
            browser.is_clean("a switched form").await;
        }
        switch("theme=system", "Issue an invoice").await;
        // A correction stays one.
        browser.open(&page(&format!("/issue?correct={id}&how=lines"))).await;
        fill(&browser, "number", "KOR/1").await;
        clear_and_fill(&browser, "lines.0.quantity", "40").await;
        switch("lang=pl", "Wystaw korektę").await;
        assert_eq!(
            (value(&browser, "number").await, value(&browser, "lines.0.quantity").await),
            ("KOR/1".to_owned(), "40".to_owned())
        );
        browser.wait_for_text("−233,70 zł").await;
    }
    assert_eq!(sales(&gateway).await.len(), 1, "switching issues nothing");
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_form_is_accessible_in_both_themes_and_languages_at_every_width() {
    let (_world, gateway) = office().await;
    let Some(browser) = Browser::start(&gateway.url).await else { return };
    let id = stored(&gateway, "7").await;
    for (name, path, words) in [
        ("issue", page(&format!("/issue?copy={id}")), ["Wystaw fakturę", "Issue an invoice"]),
        (
            "correct-lines",
            page(&format!("/issue?correct={id}&how=lines")),
            ["Wystaw korektę", "Issue a correction"],
        ),
        ("correct-begin", page("/correct"), ["Korekta faktury", "Correct an invoice"]),
        ("no-drafts", page("/issue/drafts"), ["Nie ma szkiców", "There are no drafts"]),
    ] {
        browser.is_well_made(name, &path, words).await;
    }
    browser.close().await;
}

/// A register of taxpayers that knows one, and counts who asks.
struct Register(AtomicUsize);

#[async_trait]
impl ContractorLookup for Register {
    async fn look_up(&self, nip: &Nip) -> Result<Option<Contractor>, LookupError> {
        self.0.fetch_add(1, Ordering::SeqCst);
        match nip.as_str() {
            "5265877635" => Ok(Some(Contractor {
                name: "Firma z rejestru".to_owned(),
                line1: "ul. Rejestrowa 3".to_owned(),
                country: "PL".to_owned(),
                ..Contractor::default()
            })),
            "1111111111" => Err(LookupError { reason: "closed for today".to_owned() }),
            _ => Ok(None),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_buyer_abroad_is_remembered_by_name_with_its_number_and_address() {
    let (_world, gateway) = office().await;
    let Some(browser) = Browser::start(&gateway.url).await else { return };
    browser.open(&page("/issue")).await;
    browser.choose("[name='buyer.kind']", "foreign").await;
    write(&browser, "FV/1/2026").await;
    clear_and_fill(&browser, "buyer.taxId", "12-3456789").await;
    clear_and_fill(&browser, "buyer.name", "Buyer Abroad Inc.").await;
    clear_and_fill(&browser, "buyer.address.country", "US").await;
    press(&browser, "issue").await;
    browser.find("[data-state=stored]").await;
    // Only the name is known of the next one: it is offered, and says the rest.
    browser.open(&page("/issue")).await;
    assert_eq!(browser.count("#known-names option[value='Buyer Abroad Inc.']").await, 1);
    assert_eq!(value(&browser, "buyer.kind").await, "nip");
    fill(&browser, "buyer.name", "Buyer Abroad Inc.").await;
    wait_for_value(&browser, "buyer.kind", "foreign").await;
    wait_for_value(&browser, "buyer.taxId", "12-3456789").await;
    wait_for_value(&browser, "buyer.address.country", "US").await;
    wait_for_value(&browser, "buyer.address.line2", "30-001 Kraków").await;
    browser.is_quiet("a buyer abroad").await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_register_that_was_given_says_who_an_unknown_buyer_is_and_its_failure_stops_nobody() {
    let world = World::with_limits(COMPANY, Limits::Off).await;
    let (certificate, key) = support::certificate_and_key(COMPANY);
    let credential = Credential::new(
        Certificate::from_pem_or_der(certificate.as_bytes()).expect("a certificate"),
        SigningKey::from_bytes(key.as_bytes(), None).expect("a key"),
    );
    let company = CompanySettings {
        context: ContextIdentifier::parse(COMPANY).expect("a NIP"),
        name: None,
        environment: Environment::Simulator { ksef_url: world.simulator.base_url(), control_url: None },
        credential: LoginCredential::Certificate(Box::new(credential.expect("a pair"))),
        upo_signers: Vec::new(),
        print: PrintSettings::default(),
        offline: None,
        folder: None,
        columns: ColumnMap::built_in(),
    };
    let register = Arc::new(Register(AtomicUsize::new(0)));
    let options = GatewayOptions {
        companies: vec![company],
        contractors: Some(register.clone()),
        ..GatewayOptions::new(support::loopback(), world.data())
    };
    let gateway = Gateway::start(options).await.expect("it starts");
    let asker = Asker::new(&gateway.url());
    let post = async |fields: &str| {
        let request = asker
            .request(&As::Nobody, "POST", &page("/issue"))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(format!("do=typing&buyer.kind=nip&{fields}"));
        let answer = asker.send(request).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.body
    };
    let known = post("buyer.taxId=526-587-76-35").await;
    assert!(known.contains("value=\"Firma z rejestru\"") && known.contains("ul. Rejestrowa 3"), "{known}");
    let failed = post("buyer.taxId=1111111111&lines.0.name=Projekt").await;
    assert!(failed.contains("value=\"Projekt\""), "{failed}");
    post("buyer.taxId=4444444444").await;
    assert_eq!(register.0.load(Ordering::SeqCst), 3);
    // What is written already, or is no NIP, is nobody's business.
    let written = post("buyer.taxId=5265877635&buyer.name=Sama").await;
    assert!(!written.contains("Firma z rejestru"), "{written}");
    post("buyer.taxId=526").await;
    assert_eq!(register.0.load(Ordering::SeqCst), 3);
    gateway.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_missing_is_asked_for_in_words() {
    let (_world, gateway) = office().await;
    let Some(browser) = Browser::start(&gateway.url).await else { return };
    browser.open(&page("/issue")).await;
    press(&browser, "issue").await;
    browser.wait_for_text("Popraw, zanim wystawisz").await;
    browser.wait_for_text("Wypełnij to pole.").await;
    let text = browser.text().await;
    assert!(!text.contains("Brakuje pola"), "names for programs: {text}");
    browser.is_clean("what is missing").await;
    assert!(sales(&gateway).await.is_empty());
    browser.close().await;
}
