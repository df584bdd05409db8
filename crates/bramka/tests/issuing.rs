//! Invoices are written on the pages: in a form that is looked at while somebody types, as corrections that are prepared; with and
//! without scripts, in a real browser.

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

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
use serde_json::{Value, json};
use support::browser::Browser;
use support::people::{As, Asker};
use support::{COMPANY, ServedGateway, World, invoice};

/// Tuesday, 1 December 2026, ten in the morning in Warsaw.
async fn office() -> (World, ServedGateway) {
    let world = World::with_limits(COMPANY, Limits::Off).await;
    world.with_clock_and_offline();
    world.control("/control/clock", &json!({ "now": "2026-12-01T09:00:00Z" })).await;
    let gateway = world.serve(None);
    (world, gateway)
}

fn page(rest: &str) -> String {
    format!("/companies/{COMPANY}{rest}")
}

/// A sale of the sample's buyer, 4444444444, that has its KSeF number.
async fn stored(gateway: &ServedGateway, number: &str) -> String {
    let xml = invoice(number).replace("2026-11-01", "2026-12-01");
    let (status, taken) = gateway.post(COMPANY, number, xml.as_bytes()).await.expect("an answer");
    assert_eq!(status, 201, "{taken:#}");
    let id = taken["id"].as_str().expect("an id").to_owned();
    gateway.wait_final(COMPANY, &id).await;
    id
}

async fn sales(gateway: &ServedGateway) -> Vec<Value> {
    let list = gateway.json(&format!("/api/v1/companies/{COMPANY}/invoices")).await;
    list["items"].as_array().expect("items").clone()
}

/// The document of a sale, as KSeF gets it.
async fn document(gateway: &ServedGateway, sale: &Value) -> String {
    let id = sale["id"].as_str().expect("an id");
    let (status, xml) = gateway.get(&format!("/api/v1/companies/{COMPANY}/invoices/{id}/xml")).await;
    assert_eq!(status, 200);
    String::from_utf8(xml).expect("UTF-8")
}

fn field(name: &str) -> String {
    format!("[name='{name}']")
}

async fn fill(browser: &Browser, name: &str, text: &str) {
    browser.fill(&field(name), text).await;
}

async fn clear_and_fill(browser: &Browser, name: &str, text: &str) {
    browser.find(&field(name)).await.clear().await.expect("cleared");
    fill(browser, name, text).await;
}

async fn press(browser: &Browser, action: &str) {
    browser.click(&format!(".issue button[value={action}]:not(.unseen)")).await;
}

async fn value(browser: &Browser, name: &str) -> String {
    let script = format!("return document.querySelector(\"{}\").value", field(name));
    browser.run(&script).await.as_str().unwrap_or_default().to_owned()
}

async fn wait_for_value(browser: &Browser, name: &str, expected: &str) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while value(browser, name).await != expected {
        assert!(Instant::now() < deadline, "{name} is {:?}", value(browser, name).await);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// The seller, a buyer and a line, in an empty form of a company that has issued nothing yet.
async fn write(browser: &Browser, number: &str) {
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
    browser.picture("issue-faults").await;
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
    press(&browser, "keep").await;
    browser.wait_for_text("Zapisano szkic.").await;
    assert!(sales(&gateway).await.is_empty(), "a draft is no invoice");
    browser.open(&page("/issue/drafts")).await;
    browser.wait_for_text("Nabywca z testu").await;
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
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_buyer_is_corrected_to_zero_and_the_right_one_gets_a_new_invoice() {
    let (_world, gateway) = office().await;
    let Some(browser) = Browser::start(&gateway.url).await else { return };
    let id = stored(&gateway, "7").await;
    browser.open(&page(&format!("/invoices/{id}"))).await;
    browser.click("a[href*='/correct?id=']").await;
    browser.is_clean("what is to be put right").await;
    browser.picture("correct-what").await;
    browser.click("a[href$='how=zero']").await;
    browser.wait_for_text("1 z 2").await;
    browser.is_clean("a correction to zero").await;
    browser.picture("correct-zero").await;
    fill(&browser, "number", "KOR/1/2026").await;
    browser.wait_for_text("−2 035,50 zł").await;
    press(&browser, "issue").await;
    browser.wait_for_text("2 z 2").await;
    assert_eq!(
        (value(&browser, "buyer.taxId").await.as_str(), value(&browser, "lines.2.price").await.as_str()),
        ("", "40,00")
    );
    fill(&browser, "number", "FV/8/2026").await;
    fill(&browser, "buyer.taxId", "1111111111").await;
    fill(&browser, "buyer.name", "Właściwy nabywca").await;
    fill(&browser, "buyer.address.line1", "ul. Inna 2").await;
    fill(&browser, "buyer.address.line2", "30-001 Kraków").await;
    browser.wait_for_text("Gotowa do wystawienia").await;
    press(&browser, "issue").await;
    browser.wait_for_text("Wystawiono FV/8/2026").await;
    let all = sales(&gateway).await;
    let numbers: Vec<(&Value, &Value)> =
        all.iter().map(|one| (&one["invoiceNumber"], &one["grossAmount"])).collect();
    let texts = ["FV/7", "2035.50", "KOR/1/2026", "-2035.50", "FV/8/2026", "2035.50"].map(|text| json!(text));
    assert_eq!(numbers, [(&texts[0], &texts[1]), (&texts[2], &texts[3]), (&texts[4], &texts[5])]);
    let xml = document(&gateway, &all[1]).await;
    let number = all[0]["ksefNumber"].as_str().expect("a KSeF number");
    for part in [
        "<RodzajFaktury>KOR</RodzajFaktury>",
        &format!("<NrKSeFFaKorygowanej>{number}</NrKSeFFaKorygowanej>"),
        "<NIP>4444444444</NIP>",
        "<StanPrzed>1</StanPrzed>",
        "<P_8B>0</P_8B>",
    ] {
        assert!(xml.contains(part), "{part}: {xml}");
    }
    for one in &all {
        gateway.wait_final(COMPANY, one["id"].as_str().expect("an id")).await;
    }
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lines_texts_other_programs_invoices_and_whole_periods_are_corrected() {
    let (_world, gateway) = office().await;
    let Some(browser) = Browser::start(&gateway.url).await else { return };
    let id = stored(&gateway, "7").await;
    stored(&gateway, "8").await;
    // Ten of fifty are brought back.
    browser.open(&page(&format!("/issue?correct={id}&how=lines"))).await;
    fill(&browser, "number", "KOR/1").await;
    clear_and_fill(&browser, "lines.0.quantity", "40").await;
    browser.wait_for_text("−233,70 zł").await;
    press(&browser, "issue").await;
    browser.wait_for_text("Wystawiono KOR/1").await;
    // The buyer's name was wrong.
    browser.open(&page(&format!("/issue?correct={id}&how=texts"))).await;
    fill(&browser, "number", "KOR/2").await;
    clear_and_fill(&browser, "buyer.name", "Sklep Pod Lipą sp. z o.o.").await;
    browser.wait_for_text("Gotowa do wystawienia").await;
    press(&browser, "issue").await;
    browser.wait_for_text("Wystawiono KOR/2").await;
    // An invoice from before KSeF: before and after are typed.
    browser.open(&page("/correct")).await;
    browser.is_clean("where a correction begins").await;
    browser.picture("correct").await;
    browser.click("a[href$='how=typed']").await;
    for (name, text) in [
        ("number", "KOR/3"),
        ("correction.corrected.0.number", "FA/17/2025"),
        ("buyer.taxId", "4444444444"),
        ("lines.0.was.name", "Krzesło"),
        ("lines.0.was.quantity", "5"),
        ("lines.0.was.price", "100"),
        ("lines.0.name", "Krzesło"),
        ("lines.0.quantity", "4"),
        ("lines.0.price", "100"),
    ] {
        fill(&browser, name, text).await;
    }
    browser.run("document.querySelector(\"[name='correction.corrected.0.issueDate']\").value = '2025-10-02'; return 0").await;
    wait_for_value(&browser, "buyer.name", "Sklep Pod Lipą sp. z o.o.").await;
    press(&browser, "check").await;
    browser.wait_for_text("−123,00 zł").await;
    browser.is_clean("an invoice from elsewhere").await;
    press(&browser, "issue").await;
    browser.wait_for_text("Wystawiono KOR/3").await;
    // A discount on all of December.
    browser.open(&page("/issue?buyer=444-444-44-44&from=2026-12-01&to=2026-12-31")).await;
    browser.wait_for_text("liczba faktur: 2").await;
    fill(&browser, "number", "KOR/4").await;
    fill(&browser, "lines.0.price", "-100").await;
    browser.wait_for_text("−123,00 zł").await;
    press(&browser, "issue").await;
    browser.wait_for_text("Wystawiono KOR/4").await;
    let all = sales(&gateway).await;
    let of = |number: &str| all.iter().find(|one| one["invoiceNumber"] == number).expect(number);
    let lines = document(&gateway, of("KOR/1")).await;
    assert_eq!(
        (lines.matches("<FaWiersz>").count(), lines.matches("<StanPrzed>1</StanPrzed>").count()),
        (2, 1),
        "{lines}"
    );
    let texts = document(&gateway, of("KOR/2")).await;
    assert!(texts.contains("<Podmiot2K>") && texts.contains("Sklep Pod Lipą s.c."), "{texts}");
    assert!(!texts.contains("<FaWiersz>") && !texts.contains("<Podmiot1K>"), "{texts}");
    let typed = document(&gateway, of("KOR/3")).await;
    assert!(typed.contains("<NrKSeFN>1</NrKSeFN>"), "{typed}");
    let discount = document(&gateway, of("KOR/4")).await;
    assert_eq!(discount.matches("<DaneFaKorygowanej>").count(), 2, "{discount}");
    assert!(discount.contains("<OkresFaKorygowanej>"), "{discount}");
    for one in &all {
        gateway.wait_final(COMPANY, one["id"].as_str().expect("an id")).await;
    }
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_advance_is_issued_and_settled() {
    let (_world, gateway) = office().await;
    let Some(browser) = Browser::start(&gateway.url).await else { return };
    browser.open(&page("/issue")).await;
    browser.find(&field("kind")).await.select_by_value("ZAL").await.expect("chosen");
    write(&browser, "ZAL/1").await;
    fill(&browser, "advance.amount", "1230").await;
    browser.wait_for_text("1 230,00 zł").await;
    press(&browser, "issue").await;
    browser.wait_for_text("Wystawiono ZAL/1").await;
    browser.find("[data-state=stored]").await;
    browser.click("a[href*='/correct?id=']").await;
    browser.click("a[href*='settle=']").await;
    fill(&browser, "number", "ROZ/1").await;
    // 2461.23 less what is paid.
    browser.wait_for_text("1 231,23 zł").await;
    press(&browser, "issue").await;
    browser.wait_for_text("Wystawiono ROZ/1").await;
    let all = sales(&gateway).await;
    let last = document(&gateway, &all[1]).await;
    assert!(
        last.contains("<RodzajFaktury>ROZ</RodzajFaktury>") && last.contains("<FakturaZaliczkowa>"),
        "{last}"
    );
    gateway.wait_final(COMPANY, all[1]["id"].as_str().expect("an id")).await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_form_is_accessible_in_both_themes_and_languages_at_every_width() {
    let (_world, gateway) = office().await;
    let Some(browser) = Browser::start(&gateway.url).await else { return };
    let id = stored(&gateway, "7").await;
    for (name, path) in [
        ("issue", page(&format!("/issue?copy={id}"))),
        ("correct-lines", page(&format!("/issue?correct={id}&how=lines"))),
        ("correct-begin", page("/correct")),
        ("drafts", page("/issue/drafts")),
    ] {
        let joint = if path.contains('?') { '&' } else { '?' };
        for lang in ["pl", "en"] {
            for theme in ["light", "dark"] {
                browser.open(&format!("{path}{joint}lang={lang}&theme={theme}")).await;
                let what = format!("{name} {lang} {theme}");
                browser.is_clean(&what).await;
                for width in [390, 1024, 1600] {
                    browser.set_size(width, 1000).await;
                    let wider = browser.run("return document.documentElement.scrollWidth - innerWidth").await;
                    assert!(wider.as_i64().expect("a number") <= 0, "{what} is {wider} too wide for {width}");
                    // As long as the page is, for whoever looks.
                    browser.set_size(width, 2600).await;
                    browser.picture(&format!("{name}-{lang}-{theme}-{width}")).await;
                }
                browser.set_size(1280, 1000).await;
            }
        }
    }
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_with_strange_headings_is_mapped_looked_at_and_taken_in() {
    let (world, gateway) = office().await;
    let Some(browser) = Browser::start(&gateway.url).await else { return };
    stored(&gateway, "7").await;
    let table = "Dokument;Kiedy;NIP;Komu;Ulica;Miasto;Co;Ile;Po ile;Stawka;Notatka\n\
                 T/1;2026-12-01;1111111111;Nabywca A;Inna 2;30-001 Kraków;Śruba;10;2,50;23%;x\n\
                 T/1;2026-12-01;1111111111;Nabywca A;Inna 2;30-001 Kraków;Nit;4;1,00;8%;\n\
                 T/2;2026-12-01;1111111112;Nabywca B;Inna 3;30-001 Kraków;Śruba;1;2,50;23%;\n";
    let path = world.folder.path().join("zamówienia.csv");
    std::fs::write(&path, table).expect("written");
    let bring = async || {
        browser.open(&page("/import")).await;
        browser.fill("#file", &path.to_string_lossy()).await;
        browser.click("form[enctype] button").await;
        browser.wait_for_text("Co jest w kolumnach").await;
    };
    browser.open(&page("/import")).await;
    browser.is_clean("where a table is brought").await;
    bring().await;
    // The number is nowhere yet; what the usual headings mean is known.
    browser.wait_for_text("Brakuje kolumny z numerem faktury").await;
    for (heading, field) in [
        ("Dokument", "number"),
        ("Kiedy", "issueDate"),
        ("Komu", "buyer.name"),
        ("Co", "lines.name"),
        ("Ile", "lines.quantity"),
        ("Po ile", "lines.netUnitPrice"),
        ("Notatka", ""),
    ] {
        let select = browser.find(&format!("select[aria-label$=': {heading}']")).await;
        select.select_by_value(field).await.unwrap_or_else(|error| panic!("{heading}: {error}"));
    }
    browser.click("[name=remember]").await;
    browser.click("button[value=map]").await;
    browser.wait_for_text("w porządku").await;
    let text = browser.text().await;
    // 25.00 and 4.00 net; the second invoice has a NIP that is none, told by its cell.
    assert!(text.contains("35,07 zł") && text.contains("C4"), "{text}");
    assert!(text.contains("Do wczytania: 1 faktura") && text.contains("pominięte: 1 faktura"), "{text}");
    browser.is_clean("a preview").await;
    for width in [390, 1024, 1600] {
        browser.set_size(width, 1000).await;
        let wider = browser.run("return document.documentElement.scrollWidth - innerWidth").await;
        assert!(wider.as_i64().expect("a number") <= 0, "{wider} too wide for {width}");
        browser.picture(&format!("import-{width}")).await;
    }
    browser.set_size(1280, 1000).await;
    // Looked at is not taken in.
    assert_eq!(sales(&gateway).await.len(), 1);
    browser.click("button[value=take]").await;
    browser.wait_for_text("Co stało się z dokumentami").await;
    browser.is_clean("what became of the table").await;
    let all = sales(&gateway).await;
    assert_eq!(
        (all.len(), &all[1]["invoiceNumber"], &all[1]["grossAmount"]),
        (2, &json!("T/1"), &json!("35.07"))
    );
    let xml = document(&gateway, &all[1]).await;
    assert!(xml.contains("Przykładowa Hurtownia"), "the seller as on the newest invoice: {xml}");
    // The next table of the same headings is known, and the same invoice, too.
    bring().await;
    browser.wait_for_text("w porządku").await;
    browser.click("button[value=take]").await;
    browser.wait_for_text("znana już wcześniej").await;
    assert_eq!(sales(&gateway).await.len(), 2);
    bring().await;
    browser.click("button[value=forget]").await;
    browser.wait_for_text("Tabeli nie wczytano.").await;
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
async fn a_register_that_was_given_says_who_an_unknown_buyer_is_and_its_failure_stops_nobody() {
    let world = World::with_limits(COMPANY, Limits::Off).await;
    let (certificate, key) = support::certificate_and_key(COMPANY);
    let credential = Credential::new(
        Certificate::from_pem_or_der(certificate.as_bytes()).expect("a certificate"),
        SigningKey::from_bytes(key.as_bytes(), None).expect("a key"),
    );
    let company = CompanySettings {
        context: ContextIdentifier::parse(COMPANY).expect("a NIP"),
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
