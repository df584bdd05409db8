//! The office's pages as people use them: the first steps and the guides, whose purchases are whose, letters to buyers, rights in
//! KSeF, number series, backups.

mod support;

use std::time::{Duration, Instant};

use ksef_sim::Limits;
use serde_json::{Value, json};
use support::browser::Browser;
use support::mail_server::MailServer;
use support::office::{add_people, page};
use support::people::{As, Asker, PASSWORD, done};
use support::{COMPANY, CONTRACTOR, ServedGateway, World, invoice, program, purchase};

/// A gateway with an administrator `kasia`, an accountant `ewa` and somebody who only looks, `jan`.
async fn office(mail: Option<&MailServer>) -> (World, ServedGateway) {
    let world = World::with_limits(COMPANY, Limits::Off).await;
    world.with_clock_and_offline();
    if let Some(mail) = mail {
        world.with_mail_to(mail);
    }
    add_people(&world, &[("kasia", "administrator"), ("ewa", "accountant"), ("jan", "viewer")]);
    let gateway = world.serve(None);
    (world, gateway)
}

/// How many boxes are ticked.
async fn ticked(browser: &Browser, css: &str) -> i64 {
    browser.count(&format!("{css}:checked")).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_administrator_is_led_on_and_the_list_is_kept_for_each_company() {
    let world = World::with_limits(COMPANY, Limits::Off).await;
    std::fs::write(world.config(), "").expect("written");
    let mut gateway = world.serve(None);
    let line = gateway.wait_for_line("first administrator");
    let code = line.split_whitespace().last().expect("a code").to_owned();
    let Some(browser) = Browser::start(&gateway.url).await else { return };
    browser
        .is_well_made("office-setup", "/setup", ["Pierwszy administrator", "The first administrator"])
        .await;
    browser.fill("input[name=code]", &code).await;
    browser.fill("input[name=login]", "kasia").await;
    browser.fill("input[name=password]", PASSWORD).await;
    browser.click("main button").await;
    browser.fill("input[name=login]", "kasia").await;
    browser.fill("input[name=password]", PASSWORD).await;
    browser.click("main button").await;
    browser.wait_for_text("Od pustej bramki do pierwszej faktury").await;
    assert_eq!(browser.at().await, "/start");
    browser.is_well_made("office-start", "/start", ["Pierwsze kroki", "First steps"]).await;
    // A NIP that is none is said, and what was chosen stays.
    browser.open("/start").await;
    browser.click("input[value=prd]").await;
    browser.click("input[value=withoutSeal]").await;
    browser.fill("input[name=company]", "123").await;
    browser.click("main form button").await;
    browser.wait_for_text("To nie jest NIP").await;
    browser.is_clean("a NIP that is none").await;
    assert_eq!(ticked(&browser, "input[value=withoutSeal]").await, 1);
    // A company without a seal: ZAW-FA stands in its list.
    browser.find("input[name=company]").await.clear().await.expect("cleared");
    browser.fill("input[name=company]", "PL 222-222-22-22").await;
    browser.click("main form button").await;
    browser.wait_for_text("ZAW-FA jest złożone").await;
    browser.wait_for_text("0 z 6").await;
    browser.wait_for_text("Połącz mimo to").await;
    let list = format!("/start?company={COMPANY}&environment=prd&kind=withoutSeal");
    browser.is_well_made("office-checklist", &list, ["ZAW-FA jest złożone", "ZAW-FA is filed"]).await;
    browser.click("input[value=portal]").await;
    browser.click("input[value=zawFa]").await;
    browser.click("#ready form button").await;
    browser.wait_for_text("Zapisano. Możesz tu wrócić").await;
    browser.wait_for_text("2 z 6").await;
    browser.wait_for_text("kasia").await;
    // A sole trader's list is another one, and has no ZAW-FA in it.
    browser.open(&format!("/start?company={CONTRACTOR}&environment=prd&kind=soleTrader")).await;
    browser.wait_for_text("0 z 3").await;
    assert!(!browser.find("#ready").await.text().await.expect("text").contains("ZAW-FA"));
    for item in ["portal", "loginCertificate"] {
        browser.click(&format!("input[value={item}]")).await;
    }
    browser.click("#ready form button").await;
    browser.wait_for_text("Wszystko, co potrzebne, jest gotowe").await;
    browser.is_clean("a list that is ready").await;
    // Both are kept, after a restart as well, and each leads to the wizard filled in.
    drop(browser.console().await);
    gateway.terminate();
    drop(gateway);
    let gateway = world.serve(None);
    let Some(browser) = Browser::start(&gateway.url).await else { return };
    browser.is_well_made("office-login", "/login", ["Zaloguj", "Log in"]).await;
    browser.log_in("kasia", PASSWORD).await;
    browser.open("/start").await;
    browser.wait_for_text("Firmy w przygotowaniu").await;
    browser.wait_for_text("2 z 3").await;
    browser.click(&format!("a[href='/start?company={COMPANY}']")).await;
    browser.wait_for_text("2 z 6").await;
    assert_eq!(ticked(&browser, "#ready input").await, 2);
    // Without scripts it is the same form.
    browser.set_scripts(false).await;
    browser.click("input[value=zawFa]").await;
    browser.click("#ready form button").await;
    browser.wait_for_text("1 z 6").await;
    browser.set_scripts(true).await;
    browser.click("#ready a.button").await;
    browser.wait_for_text("Czym się logować").await;
    let at = browser.at().await;
    browser.is_well_made("office-connect", &at, ["Czym się logować", "What to log in with"]).await;
    let filled = "return [document.querySelector('input[name=nip]').value, \
                  document.querySelector('input[name=environment]:checked').value]";
    assert_eq!(browser.run(filled).await, json!([COMPANY, "prd"]));
    // The simulator asks for nothing: straight to the wizard.
    browser.open("/start").await;
    browser.click("main form button").await;
    browser.wait_for_text("Na symulatorze wystarczy dowolny poprawny NIP").await;
    browser.fill("input[name=nip]", COMPANY).await;
    browser.click("main form button").await;
    browser.wait_for_text("Połączenie działa").await;
    browser.open("/start?company=2222222222").await;
    let words = ["Na symulatorze nie trzeba niczego", "On the simulator nothing has to be"];
    browser.wait_for_text(words[0]).await;
    assert_eq!(browser.at().await, page("/start"));
    browser.is_well_made("office-company-start", &page("/start"), words).await;
    browser
        .is_well_made(
            "office-connection",
            &page("/connection"),
            ["Certyfikaty i tokeny", "Certificates and tokens"],
        )
        .await;
    browser.is_well_made("office-companies", "/?all=yes", ["symulator KSeF", "KSeF simulator"]).await;
    browser.open(&page("/start")).await;
    browser.is_clean("the list of a company on a simulator").await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn guides_are_filled_in_and_name_the_portals_buttons() {
    let (_world, gateway) = office(None).await;
    let Some(browser) = Browser::start(&gateway.url).await else { return };
    browser.log_in("ewa", PASSWORD).await;
    browser.is_well_made("office-account", "/account", ["Twoje logowania", "Where you are logged in"]).await;
    browser.is_well_made("office-guides", "/guides", ["Słowniczek", "What the words mean"]).await;
    browser.open("/guides").await;
    // The dates say how old the knowledge of them is.
    for text in ["01.02.2026", "ponad 200 mln zł", "22.09.2026", "Dz. U. 2025", "UPO"] {
        browser.wait_for_text(text).await;
    }
    browser.click("a[href^='/guides/grant-office']").await;
    browser.wait_for_text("„Podmiotowi do obsługi faktur”").await;
    browser.fill("input[name=company]", "222-222-22-22").await;
    browser.fill("input[name=to]", CONTRACTOR).await;
    browser.click("main form button").await;
    browser.wait_for_text(&format!("Podaj NIP biura: {CONTRACTOR}")).await;
    let at = browser.at().await;
    browser.is_well_made("office-guide", &at, ["Nadanie uprawnień biuru", "accounting office"]).await;
    // In English the portal's own words stay Polish, and each step can be read as it stands there.
    browser.open(&format!("{at}&lang=en")).await;
    let polish = "return [...document.querySelectorAll('.guide b[lang=pl]')].map((one) => one.textContent)";
    let polish = browser.run(polish).await;
    assert!(polish.as_array().expect("a list").contains(&json!("“Nadaj uprawnienia”")), "{polish}");
    browser.click(".guide details summary").await;
    browser.wait_for_text("To robi klient biura").await;
    browser.is_clean("a step in Polish").await;
    // Of another environment it is another portal.
    browser.click(".tabs a[href*='environment=test']").await;
    browser.wait_for_text("https://ap-test.ksef.mf.gov.pl/web/").await;
    for topic in
        ["preconditions", "grant-person", "auth-certificate", "offline-certificate", "token", "attachments"]
    {
        browser.open(&format!("/guides/{topic}?lang=pl")).await;
        browser.find(".guide li").await;
        browser.is_clean(topic).await;
        // What the product does is named as its pages name it.
        let text = browser.find(".guide").await.text().await.expect("text");
        assert!(!text.contains("bramka cert") && !text.contains("bramka doctor"), "{topic}: {text}");
    }
    browser.open("/guides/nothing").await;
    drop(browser.console().await);
    browser.wait_for_text("Nie udało się").await;
    browser.close().await;
}

/// Has purchases fetched, and waits until the inbox has so many rows.
async fn receive(world: &World, asker: &Asker, who: &As, numbers: &[&str]) {
    for number in numbers {
        assert_eq!(world.send_directly(CONTRACTOR, purchase(number).as_bytes()).await, 200);
    }
    let api = format!("/api/v1/companies/{COMPANY}/purchases");
    asker.ask(who, "POST", &format!("{api}/synchronize"), Some(&json!({}))).await;
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        let list = asker.get(who, &api).await.json();
        if list["items"].as_array().is_some_and(|items| items.len() >= numbers.len()) {
            return;
        }
        assert!(Instant::now() < deadline, "no purchases: {list:#}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_purchase_finds_its_people_who_talk_about_it_and_decide() {
    let (world, gateway) = office(None).await;
    let Some(browser) = Browser::start(&gateway.url).await else { return };
    let asker = Asker::new(&gateway.url);
    let kasia = asker.log_in("kasia", PASSWORD).await;
    receive(&world, &asker, &kasia, &["1", "2"]).await;
    browser.log_in("kasia", PASSWORD).await;
    // Rules and units.
    let routing = page("/settings/routing");
    browser.open(&routing).await;
    browser.wait_for_text("Nie ma jeszcze żadnej reguły").await;
    browser.is_clean("no rules").await;
    browser.fill("#unit input[name=identifier]", &format!("{COMPANY}-00017")).await;
    browser.fill("#unit input[name=name]", "Szkoła nr 5").await;
    browser.click("#unit input[value=jan]").await;
    browser.click("#unit button").await;
    browser.wait_for_text("Zapisano jednostkę").await;
    browser.fill("#rule input[name=name]", "drobne").await;
    browser.fill("#rule input[name=seller]", "444-444-44-44").await;
    browser.fill("#rule input[name=grossTo]", "100 000,50").await;
    browser.click("#rule input[value=ewa]").await;
    browser.click("#rule button").await;
    browser.wait_for_text("Zapisano reguły").await;
    browser.wait_for_text("sprzedawca 444-444-44-44, brutto do 100 000,50 → ewa").await;
    browser.fill("#rule input[name=name]", "reszta").await;
    browser.click(&format!("#rule input[value='{COMPANY}-00017']")).await;
    browser.click("#rule button").await;
    browser.wait_for_text("każdy zakup → Szkoła nr 5").await;
    browser
        .is_well_made("office-routing", &routing, ["Komu trafiają zakupy", "Who gets which purchases"])
        .await;
    // The order is changed, a rule is changed, and one is removed.
    let rules = "return [...document.querySelectorAll('ol.rows b')].map((one) => one.textContent)";
    assert_eq!(browser.run(rules).await, json!(["1. drobne", "2. reszta"]));
    browser.click("button[value=up]").await;
    browser.wait_for_text("1. reszta").await;
    browser.click("a[href$='?edit=0#rule']").await;
    let name = browser.find("#rule input[name=name]").await;
    name.clear().await.expect("cleared");
    browser.fill("#rule input[name=name]", "wszystko inne").await;
    browser.click("#rule button").await;
    browser.wait_for_text("1. wszystko inne").await;
    // What somebody else changed meanwhile is not overwritten.
    let rule = json!({ "rules": [{ "name": "inna", "persons": ["ewa"] }] });
    let api = format!("/api/v1/companies/{COMPANY}/routing");
    assert_eq!(asker.ask(&kasia, "PUT", &api, Some(&rule)).await.status, 200);
    browser.click("button[value=down]").await;
    browser.wait_for_text("Ktoś zmienił reguły w międzyczasie").await;
    browser.wait_for_text("1. inna").await;
    // What is nobody's is assigned by them.
    browser.click("form[action$='/apply'] button").await;
    browser.wait_for_text("Przypisano: 2 zakupy").await;
    browser.click("ol.rows form[data-confirm] button").await;
    browser.confirm("a rule that is removed").await;
    browser.wait_for_text("Nie ma jeszcze żadnej reguły").await;
    // Who sees what: jan came to a unit, and sees only what is his.
    assert_eq!(ticked(&browser, "#views input[value=jan]").await, 1);
    browser.click("#views input[value=ewa]").await;
    browser.click("#views button").await;
    browser.wait_for_text("Zapisano, kto co widzi").await;
    assert_eq!(ticked(&browser, "#views input").await, 2);
    browser.log_out().await;
    // Ewa finds both as hers, says something, rejects one, and hands it on.
    browser.log_in("ewa", PASSWORD).await;
    browser.open(&page("/purchases")).await;
    browser.choose("select[name=assigned]", "me").await;
    browser.click("form.filter button").await;
    let deadline = Instant::now() + Duration::from_secs(20);
    while !browser.at().await.contains("assigned=me") {
        assert!(Instant::now() < deadline, "the filter is not asked for");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    browser.is_clean("what is one's own").await;
    browser.click("td a").await;
    browser.wait_for_text("Czyj to zakup").await;
    browser.wait_for_text("ewa").await;
    let at = browser.at().await;
    browser.fill("#comments textarea", "To nasze krzesła?\nPytam w szkole.").await;
    browser.click("#comments button").await;
    browser.wait_for_text("Dodano komentarz").await;
    browser.wait_for_text("Pytam w szkole.").await;
    browser.click("#approval details summary").await;
    browser.fill("#approval textarea", "bez zamówienia").await;
    browser.click("#approval button[value=rejected]").await;
    browser.wait_for_text("Zapisano decyzję").await;
    browser.wait_for_text("odrzucono: bez zamówienia").await;
    browser.click("#approval button[value=none]").await;
    browser.click("#approval button[value=approved]").await;
    browser.wait_for_text("zatwierdzony").await;
    browser.is_well_made("office-purchase", &at, ["Czyj to zakup", "Whose purchase it is"]).await;
    browser.click("#whose details summary").await;
    browser.is_clean("to whom it can be assigned").await;
    browser.click("#whose input[value=ewa]").await;
    browser.click(&format!("#whose input[value='{COMPANY}-00017']")).await;
    browser.click("#whose button").await;
    // It is not hers any more: back to the inbox, which shows the other one.
    browser.wait_for_text("Przypisano zakup").await;
    browser.find("tbody").await;
    assert_eq!(browser.at().await, page("/purchases"));
    assert_eq!(browser.count("tbody tr").await, 1);
    browser.log_out().await;
    // Jan belongs to the school: he sees it, reads what was said, and can change nothing.
    browser.log_in("jan", PASSWORD).await;
    browser.open(&page("/purchases?approval=approved")).await;
    browser.click("td a").await;
    browser.wait_for_text("Pytam w szkole.").await;
    browser.wait_for_text(&format!("Szkoła nr 5 ({COMPANY}-00017)")).await;
    assert_eq!(browser.count("main form").await, 0);
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn invoices_are_sent_to_buyers_by_rule_and_by_hand() {
    let server = MailServer::start().await;
    let (_world, gateway) = office(Some(&server)).await;
    let Some(browser) = Browser::start(&gateway.url).await else { return };
    browser.log_in("kasia", PASSWORD).await;
    let buyers = page("/settings/buyers");
    browser.open(&buyers).await;
    browser.wait_for_text("Książka adresowa jest pusta").await;
    browser.fill("input[name=buyer]", "PL 444-444-44-44").await;
    browser.fill("input[name=address]", "faktury@nabywca.example").await;
    browser.click("form[action$='/address'] button").await;
    browser.wait_for_text("Zapisano adres nabywcy").await;
    browser.click("input[name=outside]").await;
    browser.click("form[action$='/settings/buyers'] button").await;
    browser.wait_for_text("Zapisano.").await;
    assert_eq!(ticked(&browser, "input[type=checkbox]").await, 1);
    browser.is_well_made("office-buyers", &buyers, ["Książka adresowa", "Address book"]).await;
    // By hand, from the invoice's page: at first to the address in the book.
    let asker = Asker::new(&gateway.url);
    let kasia = asker.log_in("kasia", PASSWORD).await;
    let path = format!("/api/v1/companies/{COMPANY}/invoices");
    let request = asker.request(&kasia, "POST", &path).header("content-type", "application/xml");
    let taken: Value = request.body(invoice("1")).send().await.expect("sent").json().await.expect("JSON");
    let id = taken["id"].as_str().expect("an id").to_owned();
    let deadline = Instant::now() + Duration::from_secs(60);
    while asker.get(&kasia, &format!("{path}/{id}")).await.json()["state"] != "stored" {
        assert!(Instant::now() < deadline, "it is not stored");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    browser.open(&page(&format!("/invoices/{id}"))).await;
    let known = browser.run("return document.querySelector('#buyer input[type=email]').value").await;
    assert_eq!(known, json!("faktury@nabywca.example"));
    browser.is_clean("an invoice that can be sent to its buyer").await;
    browser.click("#buyer button").await;
    browser.wait_for_text("List do nabywcy czeka na wysłanie").await;
    // The page looks by itself what became of it.
    browser.wait_for_text("wysłany").await;
    browser.is_clean("a letter that was sent").await;
    browser.fits("office-buyer-card").await;
    let letters = server.wait(1).await;
    assert!(letters[0].contains("faktury@nabywca.example"), "{}", letters[0]);
    // Without scripts the same.
    browser.set_scripts(false).await;
    browser.open(&page(&format!("/invoices/{id}"))).await;
    browser.find("#buyer input[type=email]").await.clear().await.expect("cleared");
    browser.fill("#buyer input[type=email]", "inny@nabywca.example").await;
    browser.click("#buyer button").await;
    browser.wait_for_text("inny@nabywca.example").await;
    browser.open(&buyers).await;
    browser.click("form[action$='/remove'] button").await;
    browser.wait_for_text("Usunąć adres nabywcy?").await;
    browser.click("main form button").await;
    browser.wait_for_text("Książka adresowa jest pusta").await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rights_in_ksef_are_read_granted_and_taken_back() {
    let (_world, gateway) = office(None).await;
    let Some(browser) = Browser::start(&gateway.url).await else { return };
    browser.log_in("kasia", PASSWORD).await;
    let rights = page("/settings/rights");
    browser.open(&rights).await;
    browser.click("main form[method=get] button").await;
    browser.wait_for_text("Nikomu nie nadano uprawnień").await;
    browser.wait_for_text("właściciel: wszystko").await;
    // What is wrong is said before KSeF is asked.
    browser.fill("form[action$='/person'] input[name=to]", "123").await;
    browser.fill("form[action$='/person'] input[name=name]", "Osoba").await;
    browser.fill("form[action$='/person'] input[name=lastName]", "Testowa").await;
    browser.click("form[action$='/person'] button").await;
    browser.wait_for_text("Podaj PESEL (11 cyfr)").await;
    browser.is_clean("an identifier that is none").await;
    let to = browser.find("form[action$='/person'] input[name=to]").await;
    to.clear().await.expect("cleared");
    browser.fill("form[action$='/person'] input[name=to]", "44051401359").await;
    browser.click("form[action$='/person'] button").await;
    browser.wait_for_text("KSeF to wykonał").await;
    browser.wait_for_text("Osoba Testowa (PESEL 44051401359)").await;
    browser.fill("form[action$='/entity'] input[name=to]", "526-587-76-35").await;
    browser.fill("form[action$='/entity'] input[name=name]", "Biuro Rachunkowe").await;
    browser.click("form[action$='/entity'] input[name=delegate]").await;
    browser.click("form[action$='/entity'] button").await;
    browser.wait_for_text("Biuro Rachunkowe (NIP 526-587-76-35)").await;
    browser.wait_for_text("może przekazać dalej").await;
    let read = format!("{rights}?read=yes");
    let words = ["Osoby i firmy z uprawnieniami", "People and firms with rights"];
    browser.is_well_made("office-rights", &read, words).await;
    // Each is taken back, with a question before.
    for left in (0..4).rev() {
        browser.open(&read).await;
        browser.click("form[action$='/revoke'] button").await;
        browser.confirm("a right that is taken back").await;
        browser.wait_for_text("KSeF to wykonał").await;
        assert_eq!(browser.count("form[action$=revoke]").await, left);
    }
    browser.wait_for_text("Nikomu nie nadano uprawnień").await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn series_are_made_and_changed_and_the_state_of_backups_is_told() {
    let (world, gateway) = office(None).await;
    let Some(browser) = Browser::start(&gateway.url).await else { return };
    browser.log_in("kasia", PASSWORD).await;
    let series = page("/settings/series");
    browser.open(&series).await;
    browser.wait_for_text("Nie ma jeszcze żadnej serii").await;
    browser.fill("input[name=name]", "FV").await;
    let template = browser.find(".narrow-column input[name=template]").await;
    template.clear().await.expect("cleared");
    browser.fill(".narrow-column input[name=template]", "FV/{rok}").await;
    browser.click(".narrow-column button").await;
    browser.find("[role=alert]").await;
    drop(browser.console().await);
    browser.is_clean("a template that cannot be").await;
    let typed =
        browser.run("return document.querySelector('.narrow-column input[name=template]').value").await;
    assert_eq!(typed, json!("FV/{rok}"));
    let template = browser.find(".narrow-column input[name=template]").await;
    template.clear().await.expect("cleared");
    browser.fill(".narrow-column input[name=template]", "FV/{year}/{number}").await;
    browser.choose(".narrow-column select[name=reset]", "yearly").await;
    browser.click(".narrow-column button").await;
    browser.wait_for_text("Zapisano serię").await;
    browser.wait_for_text("FV/{year}/{number}").await;
    browser.click(".wide details summary").await;
    let template = browser.find(".wide input[name=template]").await;
    template.clear().await.expect("cleared");
    browser.fill(".wide input[name=template]", "FV/{number:4}/{year}").await;
    browser.click(".wide form button").await;
    browser.wait_for_text("FV/{number:4}/{year}").await;
    browser.is_well_made("office-series", &series, ["Numeracja faktur", "Invoice numbering"]).await;
    // Nothing was backed up yet; then something was.
    browser.open("/settings/backups").await;
    browser.wait_for_text("nie zrobiono jeszcze żadnej kopii").await;
    browser.is_clean("no backup yet").await;
    let (data, folder) = (world.data(), world.folder.path());
    let (data, file) = (data.to_string_lossy().into_owned(), folder.join("kopia.backup"));
    let bramka = |words: &[&str]| {
        let output = std::process::Command::new(program())
            .args(words)
            .args(["--data", &data])
            .env("BRAMKA_BACKUP_PASSPHRASE", "a passphrase of some length")
            .output()
            .expect("it runs");
        assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
    };
    bramka(&["backup", &file.to_string_lossy()]);
    bramka(&["archive", "verify"]);
    browser.open("/settings/backups").await;
    browser.wait_for_text("kopia.backup").await;
    browser.wait_for_text("w ciągu doby").await;
    browser.wait_for_text("cała i sprawdzona").await;
    browser.is_well_made("office-backups", "/settings/backups", ["Ostatnia kopia", "Last backup"]).await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_buttons_of_api_keys_are_in_sight() {
    let (world, gateway) = office(None).await;
    let Some(browser) = Browser::start(&gateway.url).await else { return };
    for name in ["Program magazynowy w oddziale na Woli", "ERP"] {
        let words = ["api-key", "create", name, "--company", COMPANY, "--scope", "read", "--scope", "send"];
        done(&world.data(), &words);
    }
    browser.log_in("kasia", PASSWORD).await;
    for path in ["/settings/api-keys".to_owned(), page("/settings/api-keys")] {
        browser.is_well_made("office-api-keys", &path, ["Program magazynowy", "Program magazynowy"]).await;
    }
    browser.close().await;
}
