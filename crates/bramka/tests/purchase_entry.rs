//! Documents that people enter by hand, over the page as they do it: with a KSeF number, outside KSeF with a scan, mistyped, entered
//! twice, unknown to KSeF; with and without scripts, and by somebody who may only look.

mod support;

use ksef_id::{KsefNumber, Nip};
use ksef_sim::Fault;
use ksef_wire::Operation;
use serde_json::{Value, json};
use support::browser::Browser;
use support::issue_form::{clear_and_fill, field, fill, value, wait_for_value};
use support::office::{add_people, office, page};
use support::people::{As, Asker, PASSWORD};
use support::{COMPANY, CONTRACTOR, ServedGateway, World, purchase};

/// A gateway that fetches nothing by itself, with the accountant `ewa` and `jan`, who may only look; and the numbers of these
/// purchases, which KSeF has.
async fn desk(purchases: &[&str]) -> (World, ServedGateway, Vec<String>) {
    let (world, gateway) = office().await;
    let path = format!("/api/v1/companies/{COMPANY}/receiving");
    assert_eq!(gateway.say("PUT", &path, &json!({ "isOn": false })).await.0, 200);
    for number in purchases {
        assert_eq!(world.send_directly(CONTRACTOR, purchase(number).as_bytes()).await, 200);
    }
    let invoices = world.simulator.inspect().invoices;
    let numbers = invoices.iter().map(|invoice| invoice.ksef_number.to_string()).collect();
    add_people(&world, &[("kasia", "administrator"), ("ewa", "accountant"), ("jan", "viewer")]);
    (world, gateway, numbers)
}

/// The form with everything that must be there, but for how it was issued.
async fn write(browser: &Browser, number: &str, gross: &str) {
    fill(browser, "invoiceNumber", number).await;
    set_day(browser, "issueDate", "2026-11-01").await;
    fill(browser, "grossAmount", gross).await;
}

/// Into the browser's own field for a date, whose keys depend on its language.
async fn set_day(browser: &Browser, name: &str, day: &str) {
    browser.run(&format!("document.querySelector(\"{}\").value = '{day}'", field(name))).await;
}

async fn choose_mode(browser: &Browser, mode: &str) {
    browser.click(&format!("input[name=mode][value={mode}]")).await;
}

async fn save(browser: &Browser) {
    browser.click("#entry-form button[value=save]").await;
}

/// Refused, told at the field, and clean; the browser notes the answer on its console.
async fn is_refused(browser: &Browser, name: &str, text: &str) {
    browser.wait_for_text(text).await;
    drop(browser.console().await);
    browser.is_clean(text).await;
    let said = browser.find(&format!("#note-{name}")).await.text().await.expect("text");
    assert!(said.contains(text), "{name}: {said}");
}

/// The fields as they stand, by name.
async fn fields(browser: &Browser, names: &[&str]) -> Vec<String> {
    let mut values = Vec::new();
    for name in names {
        values.push(value(browser, name).await);
    }
    values
}

async fn purchases_of(asker: &Asker, who: &As) -> Vec<Value> {
    let list = asker.get(who, &format!("/api/v1/companies/{COMPANY}/purchases")).await.json();
    list["items"].as_array().expect("items").clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_purchase_is_entered_by_its_number_which_ksef_confirms() {
    let (_world, gateway, numbers) = desk(&["1"]).await;
    let Some(browser) = Browser::start(&gateway.url).await else { return };
    let asker = Asker::new(&gateway.url);
    let ewa = asker.log_in("ewa", PASSWORD).await;
    browser.log_in("ewa", PASSWORD).await;
    browser.open(&page("/purchases")).await;
    browser.click("section.empty a.button").await;
    let enter = page("/purchases/enter");
    assert_eq!(browser.at().await, enter);
    browser
        .is_well_made("purchase-entry", &enter, ["Wprowadź dokument ręcznie", "Enter a document by hand"])
        .await;
    // Nothing is written: everything that must be there is named.
    save(&browser).await;
    is_refused(&browser, "issueDate", "Podaj datę wystawienia.").await;
    is_refused(&browser, "ksefNumber", "Wpisz numer KSeF albo wybierz").await;
    is_refused(&browser, "grossAmount", "Wpisz kwotę").await;
    browser.fits("purchase-entry-empty").await;
    // A digit that was mistyped, another seller's NIP, an amount that is none.
    let number = &numbers[0];
    let last = if number.ends_with("00") { "01" } else { "00" };
    write(&browser, "D/1", "tysiąc").await;
    fill(&browser, "ksefNumber", &format!("{}{last}", &number[..33])).await;
    fill(&browser, "contractorNip", "111-111-11-12").await;
    fill(&browser, "note", "z segregatora").await;
    save(&browser).await;
    is_refused(&browser, "ksefNumber", "suma kontrolna się nie zgadza").await;
    is_refused(&browser, "contractorNip", "To nie jest NIP").await;
    let names = ["invoiceNumber", "issueDate", "grossAmount", "contractorNip", "note", "currency"];
    let typed = ["D/1", "2026-11-01", "tysiąc", "111-111-11-12", "z segregatora", "PLN"];
    assert_eq!(fields(&browser, &names).await, typed);
    browser.fits("purchase-entry-wrong").await;
    // What was typed stays when the language is switched, and the key Enter saves.
    browser.click(".tools .menu.end:first-child summary").await;
    browser.click(".tools button[formaction$='lang=en']").await;
    browser.wait_for_text("Enter a document by hand").await;
    assert_eq!(fields(&browser, &names).await, typed);
    browser.click(".tools .menu.end:first-child summary").await;
    browser.click(".tools button[formaction$='lang=pl']").await;
    browser.wait_for_text("Wprowadź dokument ręcznie").await;
    clear_and_fill(&browser, "ksefNumber", &number[..30]).await;
    clear_and_fill(&browser, "grossAmount", "1 094,70").await;
    clear_and_fill(&browser, "contractorNip", "111-111-11-11\u{e007}").await;
    is_refused(&browser, "ksefNumber", "nie ma postaci").await;
    // Right by itself, but not this seller's.
    clear_and_fill(&browser, "ksefNumber", number).await;
    save(&browser).await;
    is_refused(&browser, "ksefNumber", "należy do sprzedawcy 3333333333").await;
    assert!(purchases_of(&asker, &ewa).await.is_empty(), "nothing was written down");
    clear_and_fill(&browser, "contractorNip", "333-333-33-33").await;
    save(&browser).await;
    browser.wait_for_text("Zapisano dokument.").await;
    assert_eq!(browser.at().await, page(&format!("/purchases/{number}")));
    // KSeF knows it: the document comes before one's eyes.
    browser.find("iframe.paper").await;
    browser.wait_for_text("KSeF potwierdził numer").await;
    browser.wait_for_text("Wzorcowa Drukarnia S.A.").await;
    browser.is_clean("a purchase that was entered").await;
    let found = purchases_of(&asker, &ewa).await;
    assert_eq!(found[0]["confirmation"], "confirmed", "{found:#?}");
    assert_eq!((found.len(), &found[0]["note"]), (1, &json!("z segregatora")));
    // A second time it leads to the first.
    browser.open(&enter).await;
    write(&browser, "D/1", "1094,70").await;
    fill(&browser, "ksefNumber", &number.to_lowercase()).await;
    save(&browser).await;
    is_refused(&browser, "ksefNumber", "Ten dokument już tu jest").await;
    browser.click(".flash a[href*='/purchases/']").await;
    browser.find("iframe.paper").await;
    assert_eq!(browser.at().await, page(&format!("/purchases/{number}")));
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_that_ksef_does_not_know_is_told_and_entered_again() {
    let (world, gateway, numbers) = desk(&["1"]).await;
    let Some(browser) = Browser::start(&gateway.url).await else { return };
    browser.log_in("ewa", PASSWORD).await;
    let enter = page("/purchases/enter");
    let unknown = KsefNumber::compose(Nip::parse(CONTRACTOR).expect("a NIP"), (2026, 11, 1), 7);
    browser.open(&enter).await;
    write(&browser, "D/1", "1094.70").await;
    fill(&browser, "ksefNumber", unknown.as_str()).await;
    fill(&browser, "netAmount", "890").await;
    save(&browser).await;
    browser.wait_for_text("KSeF nie zna tego numeru").await;
    let at = page(&format!("/purchases/{unknown}"));
    browser
        .is_well_made("purchase-unknown", &at, ["KSeF nie zna tego numeru", "KSeF does not know this number"])
        .await;
    browser.click("a[href*='/purchases/enter?from=']").await;
    wait_for_value(&browser, "ksefNumber", unknown.as_str()).await;
    assert_eq!(
        fields(&browser, &["invoiceNumber", "contractorNip", "netAmount", "grossAmount"]).await,
        ["D/1", "333-333-33-33", "890", "1094,70"]
    );
    // KSeF cannot be reached: it is saved all the same, and asked for until KSeF answers.
    world.simulator.inject(Operation::InvoiceDownload, Fault::FailBeforeWork { status: 503 }, 3);
    clear_and_fill(&browser, "ksefNumber", &numbers[0]).await;
    save(&browser).await;
    browser.wait_for_text("Zapisano dokument.").await;
    browser.wait_for_text("Bramka pyta o niego KSeF").await;
    world.pass(jiff::SignedDuration::from_mins(15)).await;
    browser.find("iframe.paper").await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn documents_outside_ksef_are_entered_with_their_scans_without_scripts_too() {
    let (world, gateway, _) = desk(&[]).await;
    let Some(browser) = Browser::start(&gateway.url).await else { return };
    let asker = Asker::new(&gateway.url);
    let ewa = asker.log_in("ewa", PASSWORD).await;
    browser.log_in("ewa", PASSWORD).await;
    let enter = page("/purchases/enter");
    let scan = b"%PDF-1.4\n% a scan\n";
    let path = world.folder.path().join("skan.pdf");
    std::fs::write(&path, scan).expect("written");
    let (scan_path, no_scan) = (path.to_string_lossy().into_owned(), world.folder.path().join("skan.png"));
    std::fs::write(&no_scan, "not a picture").expect("written");
    for has_scripts in [true, false] {
        let number = format!("ER/{has_scripts}");
        browser.set_scripts(has_scripts).await;
        browser.open(&enter).await;
        choose_mode(&browser, "outsideKsef").await;
        write(&browser, &number, "1.234").await;
        fill(&browser, "contractorNip", "DE 123456789").await;
        fill(&browser, "contractorName", "Müller GmbH").await;
        fill(&browser, "scan", &no_scan.to_string_lossy()).await;
        save(&browser).await;
        browser.wait_for_text("To nie jest skan").await;
        browser.wait_for_text("Wpisz kwotę").await;
        assert_eq!(browser.count("input[name=mode][value=outsideKsef]:checked").await, 1);
        assert_eq!(fields(&browser, &["invoiceNumber", "grossAmount"]).await, [&*number, "1.234"]);
        clear_and_fill(&browser, "grossAmount", "1 234,50").await;
        clear_and_fill(&browser, "currency", "eur").await;
        fill(&browser, "scan", &scan_path).await;
        save(&browser).await;
        browser.wait_for_text("Zapisano dokument.").await;
        browser.wait_for_text("Müller GmbH").await;
        browser.wait_for_text("poza KSeF").await;
        browser.wait_for_text("1 234,50 EUR").await;
        browser.find("a[href$='/scan']").await;
    }
    browser.set_scripts(true).await;
    drop(browser.console().await);
    let entered = purchases_of(&asker, &ewa).await;
    assert_eq!(entered.len(), 2);
    let id = entered[0]["id"].as_str().expect("an id");
    assert_eq!(
        (&entered[0]["mode"], &entered[0]["sellerNip"]),
        (&json!("outsideKsef"), &json!("DE 123456789"))
    );
    let kept = asker.get(&ewa, &format!("/api/v1/companies/{COMPANY}/purchases/{id}/scan")).await;
    assert_eq!((kept.status, kept.body.as_bytes()), (200, &scan[..]));
    let at = page(&format!("/purchases/{id}"));
    browser.is_well_made("purchase-outside", &at, ["Zamień skan", "Replace the scan"]).await;
    // A scan that comes later; what is none is refused.
    browser.open(&at).await;
    for (file, said) in
        [(no_scan.to_string_lossy().into_owned(), "To nie jest skan"), (scan_path, "Dołączono skan.")]
    {
        browser.click("#documents summary").await;
        browser.fill("#documents input[type=file]", &file).await;
        browser.click("#documents form button").await;
        browser.wait_for_text(said).await;
    }
    // A number outside KSeF makes no sense, and the same document is not entered twice.
    browser.open(&enter).await;
    choose_mode(&browser, "totalFailure").await;
    write(&browser, "ER/true", "1").await;
    fill(&browser, "contractorNip", "DE 123456789").await;
    fill(&browser, "ksefNumber", "3333333333-20261101-000000000007-00").await;
    save(&browser).await;
    is_refused(&browser, "mode", "Numer KSeF ma tylko dokument z KSeF").await;
    browser.find(&field("ksefNumber")).await.clear().await.expect("cleared");
    save(&browser).await;
    is_refused(&browser, "invoiceNumber", "Ten dokument już tu jest").await;
    // A sale of a total failure stands among sales that were made elsewhere.
    browser.click("input[name=direction][value=sale]").await;
    clear_and_fill(&browser, "invoiceNumber", "AC/1").await;
    clear_and_fill(&browser, "contractorName", "Konsument").await;
    save(&browser).await;
    browser.wait_for_text("Sprzedaż dla: Konsument").await;
    browser.wait_for_text("w awarii całkowitej KSeF").await;
    browser.open(&page("/purchases")).await;
    browser.click(".tabs a[href*='madeElsewhere=true']").await;
    browser.wait_for_text("AC/1").await;
    assert_eq!(browser.count("tbody tr").await, 1);
    browser.is_clean("sales made elsewhere").await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_only_look_enters_nothing_and_who_sees_his_own_sees_what_he_entered() {
    let (_world, gateway, _) = desk(&[]).await;
    let asker = Asker::new(&gateway.url);
    let jan = asker.log_in("jan", PASSWORD).await;
    let inbox = asker.get(&jan, &page("/purchases")).await;
    assert_eq!(inbox.status, 200);
    assert!(!inbox.body.contains("/purchases/enter"), "{}", inbox.body);
    assert_eq!(asker.get(&jan, &page("/purchases/enter")).await.status, 403);
    let form = |number: &str| {
        let fields = [
            ("direction", "purchase"),
            ("mode", "outsideKsef"),
            ("invoiceNumber", number),
            ("issueDate", "01.11.2026"),
            ("grossAmount", "12,30"),
            ("currency", "PLN"),
            ("do", "save"),
        ];
        let parts = fields.map(|(name, value)| {
            format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
        });
        parts.concat() + "--x--\r\n"
    };
    let send = async |who: &As, number: &str| {
        let request = asker.request(who, "POST", &page("/purchases/enter"));
        let request = request.header("content-type", "multipart/form-data; boundary=x").body(form(number));
        asker.send(request).await
    };
    assert_eq!(send(&jan, "P/1").await.status, 403);
    // Without the token of the form nothing is entered, whoever asks.
    let ewa = asker.log_in("ewa", PASSWORD).await;
    let As::Session(session) = &ewa else { panic!("a session") };
    let request = asker
        .request(&As::Nobody, "POST", &page("/purchases/enter"))
        .header("cookie", format!("bramka_session={session}"))
        .header("content-type", "multipart/form-data; boundary=x");
    assert_eq!(asker.send(request.body(form("P/1"))).await.status, 403);
    let kasia = asker.log_in("kasia", PASSWORD).await;
    let views = format!("/api/v1/companies/{COMPANY}/views/ewa");
    let restricted = json!({ "isRestricted": true });
    assert!(asker.ask(&kasia, "PUT", &views, Some(&restricted)).await.status < 300);
    assert_eq!(send(&kasia, "P/1").await.status, 303);
    assert_eq!(send(&ewa, "P/2").await.status, 303);
    let seen: Vec<Value> =
        purchases_of(&asker, &ewa).await.iter().map(|one| one["invoiceNumber"].clone()).collect();
    assert_eq!(seen, [json!("P/2")]);
    // Of what he does not see he learns no more than that it is there.
    let again = send(&ewa, "P/1").await;
    assert_eq!(again.status, 422);
    assert!(
        again.body.contains("już tu jest") && !again.body.contains("Zobacz ten dokument"),
        "{}",
        again.body
    );
    let again = send(&kasia, "P/1").await;
    assert!(again.body.contains("Zobacz ten dokument"), "{}", again.body);
}
