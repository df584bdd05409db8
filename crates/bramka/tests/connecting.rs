//! Connecting a company over the pages, as a newcomer does it: on the simulator in a few clicks; with certificates and tokens, right
//! and wrong; and what is shown of them afterwards.

mod support;

use std::time::{Duration, Instant};

use ksef_sim::Limits;
use support::browser::Browser;
use support::open_page::Open;
use support::people::{As, Asker};
use support::{
    COMPANY, CONTRACTOR, ServedGateway, World, certificate_and_key, files_below, invoice,
    offline_certificate, openssl,
};

/// A gateway that knows no company.
async fn empty() -> (World, ServedGateway) {
    let world = World::with_limits(COMPANY, Limits::Off).await;
    std::fs::write(world.config(), "").expect("written");
    let gateway = world.serve(None);
    (world, gateway)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newcomer_has_a_ksef_number_in_ten_clicks_and_two_minutes() {
    let (world, mut gateway) = empty().await;
    let Some(browser) = Browser::start(&gateway.url).await else { return };
    let begun = Instant::now();
    browser.open("/").await;
    browser.is_clean("no company yet").await;
    browser.fits("no-company").await;
    let mut clicks = 0;
    let mut click = async |css: &str| {
        clicks += 1;
        browser.click(css).await;
    };
    click("section.empty a[href='/start']").await;
    browser.is_clean("the first steps").await;
    // The simulator is chosen already.
    click("main form button").await;
    browser.is_clean("the wizard").await;
    browser.fill("input[name=nip]", "222-222-22-22").await;
    click("main form button").await;
    browser.wait_for_text("Połączenie działa").await;
    click("section a[href$='/send']").await;
    let today =
        jiff::Zoned::now().with_time_zone(jiff::tz::TimeZone::get("Europe/Warsaw").expect("a zone")).date();
    let xml = invoice("FV/1").replace("2026-11-01", &today.to_string());
    browser.fill("#files", &world.file("faktura.xml", xml)).await;
    click("form[enctype] button").await;
    browser.find("[data-state=stored]").await;
    let number = browser.find("[data-part=state] .code").await.text().await.expect("text");
    assert_eq!(number.len(), 35, "{number}");
    assert!(clicks <= 10 && begun.elapsed() < Duration::from_secs(120), "{clicks}, {:?}", begun.elapsed());
    eprintln!("{clicks} clicks, {:.1} s", begun.elapsed().as_secs_f64());
    browser.open(&format!("/companies/{COMPANY}/connection")).await;
    browser.wait_for_text("Aktywny").await;
    browser.is_clean("the connection").await;
    browser.close().await;
    // After a restart the company and its simulator are there again.
    gateway.terminate();
    drop(gateway);
    let gateway = world.serve(None);
    let second = invoice("FV/2").replace("2026-11-01", &today.to_string());
    let (status, taken) = gateway.post(COMPANY, "second", second.as_bytes()).await.expect("an answer");
    assert_eq!(status, 201, "{taken:#}");
    let found = gateway.wait_final(COMPANY, taken["id"].as_str().expect("an id")).await;
    assert_eq!(found["state"], "stored", "{found:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_company_is_disconnected_once_nothing_waits_and_its_documents_are_there_when_it_comes_back() {
    let (world, gateway) = empty().await;
    let Some(browser) = Browser::start(&gateway.url).await else { return };
    let today =
        jiff::Zoned::now().with_time_zone(jiff::tz::TimeZone::get("Europe/Warsaw").expect("a zone")).date();
    let connect = async || {
        browser.open("/connect").await;
        browser.fill("input[name=nip]", COMPANY).await;
        browser.click("main form button").await;
        browser.wait_for_text("Połączenie działa").await;
    };
    let take = async |number: &str| {
        let xml = invoice(number).replace("2026-11-01", &today.to_string());
        let (status, taken) = gateway.post(COMPANY, number, xml.as_bytes()).await.expect("an answer");
        assert_eq!(status, 201, "{taken:#}");
        taken["id"].as_str().expect("an id").to_owned()
    };
    connect().await;
    let sent = take("FV/1").await;
    gateway.wait_final(COMPANY, &sent).await;
    gateway.set_sending(COMPANY, "manual", "automatic").await;
    let kept_back = take("FV/2").await;
    let (connection, disconnect) =
        (format!("/companies/{COMPANY}/connection"), "form[action$='/disconnect'] button");
    browser.open(&connection).await;
    browser.click(disconnect).await;
    browser.confirm("disconnecting a company").await;
    browser.wait_for_text("Nie odłączono: 1\u{a0}faktura nie ma jeszcze UPO").await;
    browser.open(&format!("/companies/{COMPANY}/invoices/{kept_back}")).await;
    browser.click("button[value=withdraw]").await;
    browser.confirm("a withdrawal").await;
    browser.find("[data-state=withdrawn]").await;
    browser.open(&connection).await;
    browser.click(disconnect).await;
    browser.click("dialog[open] button[value=no]").await;
    browser.click(disconnect).await;
    browser.click("dialog[open] button[value=yes]").await;
    browser.wait_for_text("Odłączono firmę 222-222-22-22.").await;
    browser.is_clean("no company any more").await;
    // Nothing of it is found, and no key is left.
    let (status, _) = gateway.get(&format!("/companies/{COMPANY}")).await;
    assert_eq!(status, 404);
    let secrets = files_below(&world.data()).into_iter().filter(|path| {
        path.parent().and_then(|folder| folder.file_name()).is_some_and(|name| name == "secrets")
    });
    assert_eq!(secrets.count(), 0, "{:?}", files_below(&world.data()));
    // It comes back with what it had, and without scripts a page asks.
    connect().await;
    browser.set_scripts(false).await;
    browser.open(&format!("/companies/{COMPANY}/invoices")).await;
    browser.wait_for_text("FV/1").await;
    browser.open(&connection).await;
    browser.click(disconnect).await;
    browser.wait_for_text("Odłączyć tę firmę?").await;
    browser.click("button.danger").await;
    browser.wait_for_text("Odłączono firmę").await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_a_credential_is_said_at_its_field_and_nothing_is_kept() {
    let (world, gateway) = empty().await;
    let Some(browser) = Browser::start(&gateway.url).await else { return };
    let (certificate, key) = certificate_and_key(COMPANY);
    let (_, foreign_key) = certificate_and_key(CONTRACTOR);
    let (offline, offline_key) = offline_certificate();
    let files = [
        ("own.crt", certificate),
        ("own.key", key),
        ("foreign.key", foreign_key),
        ("offline.crt", offline),
        ("offline.key", offline_key),
        ("notes.crt", "these are notes".to_owned()),
    ];
    for (name, content) in &files {
        world.file(name, content);
    }
    let path = |name: &str| world.folder.path().join(name).to_string_lossy().into_owned();
    let attempt = async |certificate: Option<&str>, key: Option<&str>, environment: &str| {
        browser.open("/connect").await;
        browser.fill("input[name=nip]", COMPANY).await;
        browser.click(&format!("input[value={environment}]")).await;
        if let Some(name) = certificate {
            browser.fill("#certificate", &path(name)).await;
        }
        if let Some(name) = key {
            browser.fill("#key", &path(name)).await;
        }
        browser.click("main form button").await;
        browser.find("[role=alert]").await;
        drop(browser.console().await);
        browser.is_clean("a fault").await;
        browser.text().await
    };
    for (certificate, key, environment, expected) in [
        (None, None, "test", "Wskaż plik certyfikatu"),
        (Some("own.crt"), Some("foreign.key"), "test", "CRED103"),
        (Some("offline.crt"), Some("offline.key"), "test", "Offline"),
        (Some("notes.crt"), None, "test", "nie jest certyfikat"),
        // Nobody issued it, which production does not take.
        (Some("own.crt"), Some("own.key"), "prd", "CRED4"),
    ] {
        let text = attempt(certificate, key, environment).await;
        assert!(text.contains(expected), "{certificate:?} {key:?} {environment}: {text}");
    }
    // A NIP that is none, and a token that is none.
    browser.open("/connect").await;
    browser.fill("input[name=nip]", "1234567890").await;
    browser.click("main form button").await;
    browser.wait_for_text("To nie jest NIP").await;
    browser.open("/connect").await;
    browser.fill("input[name=nip]", COMPANY).await;
    browser.click("input[value=test]").await;
    browser.click("input[value=token]").await;
    browser.fill("input[name=ksefToken]", "x").await;
    browser.click("main form button").await;
    browser.wait_for_text("CRED6").await;
    // Nothing of it was kept.
    browser.open("/?all=yes").await;
    browser.wait_for_text("Nie ma jeszcze żadnej firmy").await;
    browser.close().await;
}

/// A seal's certificate that is valid only from the year 2090 on, and its key.
fn certificate_of_the_future() -> (String, String) {
    let key = rcgen::KeyPair::generate().expect("a key");
    let mut params = rcgen::CertificateParams::default();
    (params.not_before, params.not_after) =
        (rcgen::date_time_ymd(2090, 1, 1), rcgen::date_time_ymd(2092, 1, 1));
    let organization = rcgen::DnType::CustomDnType(vec![2, 5, 4, 97]);
    params.distinguished_name.push(organization, format!("VATPL-{COMPANY}"));
    let certificate = params.self_signed(&key).expect("a certificate");
    (certificate.pem(), key.serialize_pem())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_and_a_certificate_of_the_future_are_told() {
    let (world, gateway) = empty().await;
    let Some(browser) = Browser::start(&gateway.url).await else { return };
    for (name, (certificate, key)) in
        [("own", certificate_and_key(COMPANY)), ("future", certificate_of_the_future())]
    {
        world.file(&format!("{name}.crt"), certificate);
        world.file(&format!("{name}.key"), key);
    }
    let path = |name: &str| world.folder.path().join(name).to_string_lossy().into_owned();
    let mut cases = vec![("future", "future", "", "CRED201")];
    // A key under a password, as the Ministry's portal makes them.
    let seal = "pkcs8 -topk8 -v2 aes-256-cbc -passout pass:Prawdziwe-1 -in own.key -out sealed.key";
    if openssl(world.folder.path(), seal).is_some() {
        cases.extend([("own", "sealed", "Inne-hasło-1", "CRED101"), ("own", "sealed", "", "CRED102")]);
    }
    for (certificate, key, password, expected) in cases {
        browser.open("/connect").await;
        browser.fill("input[name=nip]", COMPANY).await;
        browser.click("input[value=test]").await;
        browser.fill("#certificate", &path(&format!("{certificate}.crt"))).await;
        browser.fill("#key", &path(&format!("{key}.key"))).await;
        if !password.is_empty() {
            browser.fill("input[name=password]", password).await;
        }
        browser.click("main form button").await;
        browser.find("[role=alert]").await;
        drop(browser.console().await);
        browser.is_clean(expected).await;
        let text = browser.text().await;
        assert!(text.contains(expected), "{expected}: {text}");
        assert!(password.is_empty() || !text.contains(password), "the password is not said again");
    }
    browser.open("/?all=yes").await;
    browser.wait_for_text("Nie ma jeszcze żadnej firmy").await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn credentials_are_added_listed_and_forgotten() {
    let (world, gateway) = empty().await;
    let Some(browser) = Browser::start(&gateway.url).await else { return };
    browser.open("/connect").await;
    browser.fill("input[name=nip]", COMPANY).await;
    browser.click("main form button").await;
    browser.wait_for_text("Połączenie działa").await;
    browser.wait_for_text("Następny krok: certyfikat typu Offline").await;
    // The next step, by file.
    let (offline, key) = offline_certificate();
    browser.fill("#certificate", &world.file("offline.crt", offline)).await;
    browser.fill("#key", &world.file("offline.key", key)).await;
    browser.find("select[name=purpose]").await.select_by_value("authentication").await.expect("chosen");
    browser.click("form[enctype] button").await;
    // Wrong type: said, and nothing is kept.
    browser.wait_for_text("CRED3").await;
    drop(browser.console().await);
    let again = |name: &str| world.folder.path().join(name).to_string_lossy().into_owned();
    browser.fill("#certificate", &again("offline.crt")).await;
    browser.fill("#key", &again("offline.key")).await;
    browser.find("select[name=purpose]").await.select_by_value("offline").await.expect("chosen");
    browser.click("form[enctype] button").await;
    browser.wait_for_text("certyfikat Offline").await;
    browser.is_clean("two credentials").await;
    browser.fits("tested-connection").await;
    let rows = browser.run("return document.querySelectorAll('form[action$=forget]').length").await;
    assert_eq!(rows, serde_json::json!(2));
    // Cancelled, then done.
    browser.click("form[action$=forget] button").await;
    browser.click("dialog[open] button[value=no]").await;
    browser.click("form[action$=forget] button").await;
    browser.click("dialog[open] button[value=yes]").await;
    browser.wait_for_text("Zapomniano poświadczenie").await;
    let rows = browser.run("return document.querySelectorAll('form[action$=forget]').length").await;
    assert_eq!(rows, serde_json::json!(1));
    browser.is_quiet("credentials").await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_is_applied_for_renewed_and_revoked_over_the_pages() {
    let (_world, gateway) = empty().await;
    let Some(browser) = Browser::start(&gateway.url).await else { return };
    browser.open("/connect").await;
    browser.fill("input[name=nip]", COMPANY).await;
    browser.click("main form button").await;
    browser.wait_for_text("Połączenie działa").await;
    let page = format!("/companies/{COMPANY}/connection");
    browser.open(&page).await;
    // The Offline one, which comes by itself once KSeF issued it; who has the page open is told of the application.
    let mut open = Open::new(&Asker::new(&gateway.url), &As::Nobody, "of=certificates").await;
    browser.click("button[value=offline][name=kind]").await;
    open.told().await;
    browser.wait_for_text("Wniosek złożony.").await;
    browser.is_clean("an application").await;
    browser.wait_for_text("certyfikat Offline").await;
    browser.find("form[action$='/revoke']").await;
    let rows = "return document.querySelectorAll('form[action$=forget]').length";
    let wait_for_rows = async |count: i64| {
        let deadline = Instant::now() + Duration::from_secs(60);
        while browser.run(rows).await != serde_json::json!(count) {
            assert!(Instant::now() < deadline, "{}", browser.text().await);
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    };
    wait_for_rows(2).await;
    // Invoices can be issued offline with it at once.
    browser.open(&page).await;
    assert!(!browser.text().await.contains("Następny krok: certyfikat typu Offline"));
    // Renewed: another one in its place.
    browser.click("form[action$='/renew'] button").await;
    browser.wait_for_text("Wniosek złożony.").await;
    wait_for_rows(3).await;
    browser.is_clean("certificates").await;
    browser.is_well_made("certificates", &page, ["Odnów", "Renew"]).await;
    // Revoked in KSeF, and still here until it is forgotten; without scripts a page asks.
    browser.set_scripts(false).await;
    browser.open(&page).await;
    browser.click("form[action$='/revoke'] button").await;
    browser.wait_for_text("Unieważnić certyfikat w KSeF?").await;
    browser.click("button.danger").await;
    browser.wait_for_text("Unieważniono w KSeF.").await;
    let left =
        browser.client.find_all(fantoccini::Locator::Css("form[action$=forget]")).await.expect("found");
    assert_eq!(left.len(), 3);
    browser.close().await;
}
