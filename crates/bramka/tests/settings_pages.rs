//! The pages of settings as an administrator uses them: users, API keys, webhooks, e-mail notices, the audit log, and everything
//! that is set in one place; with and without scripts, and by somebody who may only look.

mod support;

use std::time::{Duration, Instant};

use ksef_sim::Limits;
use serde_json::{Value, json};
use support::browser::Browser;
use support::office::{add_people, settings_page as page};
use support::people::{As, Asker, PASSWORD, done};
use support::receiver::{Receiver, Say};
use support::{COMPANY, ServedGateway, World, invoice};

const OTHER: &str = "another good passphrase";

/// A gateway with a mail server, on a simulator whose time it lives by, and an administrator, `kasia`.
async fn office() -> (World, ServedGateway) {
    let mut world = World::with_limits(COMPANY, Limits::Off).await;
    world.with_clock_and_offline();
    world.with_mail_server().await;
    let text = std::fs::read_to_string(world.config()).expect("configured");
    std::fs::write(world.config(), format!("{text}support = \"pomoc@firma.example\"\n")).expect("written");
    add_people(&world, &[("kasia", "administrator")]);
    let gateway =
        ServedGateway::start_with(&world.config(), &world.data(), None, world.environment().as_slice());
    (world, gateway)
}

/// A browser in which the administrator is logged in.
async fn administrator(gateway: &ServedGateway) -> Option<Browser> {
    let browser = Browser::start(&gateway.url).await?;
    browser.log_in("kasia", PASSWORD).await;
    browser.wait_for_text("Wymaga Twojej uwagi").await;
    Some(browser)
}

/// A secret that the page shows.
async fn shown(browser: &Browser) -> String {
    browser.find("[data-secret]").await.text().await.expect("text")
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_of_settings_is_accessible_in_both_themes_and_languages() {
    let (world, gateway) = office().await;
    let Some(browser) = administrator(&gateway).await else { return };
    let receiver = Receiver::start().await;
    let data = world.data();
    done(&data, &["user", "add", "piotr", "--role", &format!("{COMPANY}=viewer")]);
    done(&data, &["api-key", "create", "ERP w biurze", "--company", COMPANY, "--scope", "read"]);
    browser.open(&page("/webhooks")).await;
    browser.is_clean("no webhooks").await;
    browser.fill("input[name=name]", "ERP").await;
    browser.fill("input[name=url]", &receiver.url()).await;
    browser.click("form.fields button").await;
    browser.find("[data-secret]").await;
    browser.is_clean("the secret of a webhook").await;
    browser.fits("settings-webhook-secret").await;
    let hook = browser.run("return document.querySelector('form[action$=\"/test\"]').action").await;
    let hook = hook.as_str().expect("an address").trim_end_matches("/test");
    let hook = hook.strip_prefix(&gateway.url).expect("ours").to_owned();
    browser.open(&page("/notices")).await;
    browser.is_clean("no notices").await;
    browser.fits("settings-no-notices").await;
    browser.fill("form.fields input[name=address]", "biuro@firma.example").await;
    browser.click(".narrow-column form.fields button").await;
    browser.wait_for_text("biuro@firma.example").await;
    browser.fill("form[action$='/test'] input[name=address]", "biuro@firma.example").await;
    browser.click("form[action$='/test'] button").await;
    browser.wait_for_text("wiadomość próbna").await;
    let pages = [
        ("settings", "/settings".to_owned(), ["Ustawienia bramki", "Settings of the gateway"]),
        ("users", "/settings/users".to_owned(), ["Nowy użytkownik", "A new user"]),
        ("user", "/settings/users/piotr".to_owned(), ["Role w firmach", "Roles in companies"]),
        ("keys", "/settings/api-keys".to_owned(), ["ERP w biurze", "ERP w biurze"]),
        ("audit", "/settings/audit".to_owned(), ["nowy webhook", "a new webhook"]),
        (
            "no-entries",
            "/settings/audit?search=nothing+of+it".to_owned(),
            ["Nie ma takich", "no such entries"],
        ),
        ("company", page(""), ["Wysyłanie", "Sending"]),
        ("company-keys", page("/api-keys"), ["Utwórz klucz", "Make a key"]),
        ("webhooks", page("/webhooks"), ["Dodaj webhook", "Add a webhook"]),
        ("webhook", hook, ["Dziennik doręczeń", "Log of deliveries"]),
        ("notices", page("/notices"), ["Dodaj adres", "Add an address"]),
        ("company-audit", page("/audit"), ["list próbny", "a test letter"]),
    ];
    for (name, path, words) in pages {
        browser.is_well_made(&format!("settings-{name}"), &path, words).await;
    }
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_is_added_changed_switched_off_and_removed() {
    let (_world, gateway) = office().await;
    let Some(browser) = administrator(&gateway).await else { return };
    browser.click("a[href$='/settings']").await;
    browser.click("a[href='/settings']").await;
    browser.click("a[href='/settings/users']").await;
    // What is wrong is said, and what was typed stays.
    browser.fill("input[name=login]", "kasia").await;
    browser.fill("input[name=name]", "Druga").await;
    browser.fill("input[name=password]", OTHER).await;
    browser.click("form.fields button").await;
    browser.find("[role=alert]").await;
    drop(browser.console().await);
    browser.is_clean("a login that is taken").await;
    let typed = browser.run("return document.querySelector('input[name=name]').value").await;
    assert_eq!(typed, json!("Druga"));
    browser.find("input[name=login]").await.clear().await.expect("cleared");
    browser.fill("input[name=login]", "piotr").await;
    browser.fill("input[name=password]", OTHER).await;
    browser.choose("select[name=reach]", COMPANY).await;
    browser.choose("select[name=role]", "viewer").await;
    browser.click("form.fields button").await;
    browser.wait_for_text("Dodano użytkownika piotr.").await;
    // He sees the company, and no settings.
    let asker = Asker::new(&gateway.url);
    let piotr = asker.log_in("piotr", OTHER).await;
    let dashboard = asker.get(&piotr, &format!("/companies/{COMPANY}")).await;
    assert_eq!(dashboard.status, 200);
    assert!(!dashboard.body.contains("/settings"), "{}", dashboard.body);
    for path in ["/settings".to_owned(), page(""), page("/api-keys"), "/settings/users".to_owned()] {
        assert_eq!(asker.get(&piotr, &path).await.status, 403, "{path}");
    }
    // Another role: an auditor sees the settings, and nothing in them can be changed.
    browser.open("/settings/users").await;
    browser.click("a[href='/settings/users/piotr']").await;
    browser.choose("form[action$='/roles'] select[name=role]", "auditor").await;
    browser.click("form[action$='/roles'] button").await;
    browser.wait_for_text("Zapisano role.").await;
    let settings = asker.get(&piotr, &page("")).await;
    assert_eq!(settings.status, 200, "{}", settings.body);
    assert!(settings.body.contains("<fieldset class=\"fields\" disabled>"), "{}", settings.body);
    assert!(!settings.body.contains("<button>"), "{}", settings.body);
    let tabs = settings.body.matches("/settings/").filter(|_| true).count();
    assert!(
        tabs > 0
            && settings.body.contains("/settings/audit")
            && !settings.body.contains("/settings/webhooks")
    );
    // The same, in every company.
    browser.choose("fieldset select[name=reach]", "*").await;
    browser.choose("fieldset select[name=role]", "accountant").await;
    browser.click("form[action$='/roles'] button").await;
    browser.wait_for_text("wszystkie firmy").await;
    // Taken away again.
    browser.choose("form[action$='/roles'] label:nth-of-type(1) select[name=role]", "").await;
    browser.click("form[action$='/roles'] button").await;
    browser.wait_for_text("Zapisano role.").await;
    assert_eq!(browser.count("form[action$=roles] > label").await, 1);
    // Another password, which ends his login.
    browser.fill("form[action$='/password'] input[name=password]", "short").await;
    let is_valid =
        browser.run("return document.querySelector('form[action$=password]').checkValidity()").await;
    assert_eq!(is_valid, json!(false));
    browser.fill("form[action$='/password'] input[name=password]", " but long enough").await;
    let is_valid =
        browser.run("return document.querySelector('form[action$=password]').checkValidity()").await;
    assert_eq!(is_valid, json!(false), "it is not said that his logins may end");
    assert_eq!(asker.get(&piotr, "/account").await.status, 200);
    browser.click("form[action$='/password'] input[name=confirmed]").await;
    browser.click("form[action$='/password'] button").await;
    browser.wait_for_text("Ustawiono nowe hasło").await;
    assert_eq!(asker.get(&piotr, "/account").await.status, 303);
    let piotr = asker.log_in("piotr", "short but long enough").await;
    // Switched off, and on.
    browser.click("form[action$='/active'] button[value=no]").await;
    browser.wait_for_text("Wyłączono logowanie").await;
    browser.is_clean("somebody who is switched off").await;
    assert_eq!(asker.get(&piotr, "/account").await.status, 303);
    browser.click("form[action$='/active'] button[value=yes]").await;
    browser.wait_for_text("Włączono logowanie").await;
    // The last administrator stays one.
    browser.open("/settings/users/kasia").await;
    browser.click("form[action$='/active'] button[value=no]").await;
    browser.find(".flash.bad").await;
    browser.is_clean("the last administrator").await;
    // Gone, once that is confirmed.
    browser.open("/settings/users/piotr").await;
    browser.click("form[action$='/remove'] button").await;
    browser.click("dialog[open] button[value=no]").await;
    browser.click("form[action$='/remove'] button").await;
    browser.confirm("removing a user").await;
    browser.wait_for_text("Usunięto użytkownika.").await;
    assert!(!browser.text().await.contains("piotr"), "{}", browser.text().await);
    browser.is_quiet("users").await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_shown_once_beside_the_address_and_is_void_once_it_is_exchanged_or_revoked() {
    let (_world, gateway) = office().await;
    let Some(browser) = administrator(&gateway).await else { return };
    let asker = Asker::new(&gateway.url);
    let invoices = format!("/api/v1/companies/{COMPANY}/invoices");
    let status = async |key: &str| asker.get(&As::Key(key.to_owned()), &invoices).await.status;
    browser.open(&page("/api-keys")).await;
    browser.fill("input[name=name]", "ERP").await;
    // No scope is ticked: said.
    browser.click("form.fields button").await;
    browser.find("[role=alert]").await;
    drop(browser.console().await);
    browser.is_clean("a key without scopes").await;
    browser.click("input[value=read]").await;
    browser.click("form.fields button").await;
    let first = shown(&browser).await;
    assert!(first.starts_with("bramka_"), "a key");
    browser.wait_for_text("https://bramka.example").await;
    browser.is_clean("a key that is shown").await;
    browser.fits("settings-key-shown").await;
    assert_eq!(status(&first).await, 200);
    assert_eq!(asker.ask(&As::Key(first.clone()), "POST", &invoices, Some(&json!({}))).await.status, 403);
    browser.open(&page("/api-keys")).await;
    assert!(!browser.text().await.contains(&first), "not a second time");
    browser.click("form[action$='/rotate'] button").await;
    browser.confirm("exchanging a key").await;
    let second = shown(&browser).await;
    assert_ne!(first, second);
    assert_eq!((status(&first).await, status(&second).await), (401, 200));
    // A key of the whole gateway, which shows those of companies, too.
    browser.open("/settings/api-keys").await;
    browser.wait_for_text("ERP").await;
    browser.fill("input[name=name]", "nadzór").await;
    browser.click("input[value=read]").await;
    browser.click("form.fields button").await;
    let all = shown(&browser).await;
    assert_eq!(asker.get(&As::Key(all), "/metrics").await.status, 200);
    browser.open(&page("/api-keys")).await;
    assert!(!browser.text().await.contains("nadzór"), "a company sees its own");
    browser.click("form[action$='/revoke'] button").await;
    browser.confirm("revoking a key").await;
    browser.wait_for_text("Unieważniono klucz.").await;
    assert_eq!(status(&second).await, 401);
    assert_eq!(
        browser.count("form[action$=rotate]").await,
        1,
        "another key, with which the tests read letters"
    );
    browser.is_quiet("keys").await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_is_tried_watched_replayed_and_switched_off() {
    let (world, gateway) = office().await;
    let Some(browser) = administrator(&gateway).await else { return };
    let receiver = Receiver::start().await;
    let erp = As::Key(support::people::key(&world.data(), "ERP", COMPANY, &["send"]));
    let asker = Asker::new(&gateway.url);
    let send = async |number: &str| {
        let request = asker
            .request(&erp, "POST", &format!("/api/v1/companies/{COMPANY}/invoices"))
            .header("idempotency-key", number)
            .header("content-type", "application/xml")
            .body(invoice(number));
        let answer = asker.send(request).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
    };
    browser.open(&page("/webhooks")).await;
    browser.fill("input[name=url]", "https://10.0.0.1/hook").await;
    browser.click("form.fields button").await;
    browser.wait_for_text("sieci prywatnej").await;
    browser.find("[role=alert]").await;
    drop(browser.console().await);
    browser.is_clean("an address that is not taken").await;
    browser.find("input[name=url]").await.clear().await.expect("cleared");
    browser.fill("input[name=url]", &receiver.url()).await;
    browser.fill("input[name=name]", "ERP").await;
    browser.click("input[value='invoices.numbered']").await;
    browser.click("form.fields button").await;
    let secret = shown(&browser).await;
    browser.click("form[action$='/test'] button").await;
    browser.wait_for_text("Komunikat próbny przyjęto: HTTP 200").await;
    let came = receiver.wait("tried", |came| !came.is_empty()).await;
    assert!(came[0].is_signed_with(&secret));
    receiver.script([Say::Status(500)]);
    browser.click("form[action$='/test'] button").await;
    browser.wait_for_text("nie przyjęto: HTTP 500").await;
    // A sale is told, and the log shows it by itself.
    send("1").await;
    browser.wait_for_text("doręczono").await;
    browser.is_clean("a delivery").await;
    browser.fits("settings-webhook-delivered").await;
    let told = receiver.came().len();
    browser.click("input[name=delivery]").await;
    browser.click("button[value=chosen]").await;
    browser.wait_for_text("Do ponownego wysłania: 1\u{a0}komunikat.").await;
    let came = receiver.wait("told again", |came| came.len() > told).await;
    assert_eq!(came[told].id, came[told - 1].id, "the same message");
    browser.click("button[value=chosen]").await;
    browser.wait_for_text("Nie zaznaczono żadnego komunikatu.").await;
    browser.run("document.querySelector('input[name=since]').value = '2020-01-01T00:00'; return 0").await;
    browser.click("button[value=since]").await;
    browser.wait_for_text("Do ponownego wysłania:").await;
    // Switched off it gets nothing.
    browser.click("input[name=active]").await;
    browser.click("form.fields:not([action$='/replay']) button").await;
    browser.wait_for_text("Zapisano.").await;
    browser.find("h1 + .state.plain").await;
    // Another secret, then gone.
    browser.click("form[action$='/rotate'] button").await;
    browser.confirm("a new secret").await;
    assert_ne!(shown(&browser).await, secret);
    browser.click("form[action$='/remove'] button").await;
    browser.confirm("removing a webhook").await;
    browser.wait_for_text("Nie ma jeszcze webhooków.").await;
    browser.is_quiet("webhooks").await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_said_who_is_told_by_mail_and_what_became_of_the_letters() {
    let (_world, gateway) = office().await;
    let Some(browser) = administrator(&gateway).await else { return };
    browser.open(&page("/notices")).await;
    let form = ".narrow-column form:not([action$='/test'])";
    browser.fill(&format!("{form} input[name=address]"), "biuro@firma.example").await;
    browser.click(&format!("{form} input[value='invoices.rejected']")).await;
    browser.choose(&format!("{form} select[name=rhythm]"), "hourly").await;
    browser.click(&format!("{form} button")).await;
    browser.wait_for_text("co godzinę: KSeF odrzucił faktury").await;
    // Changed: every day at six, of everything, and paused.
    browser.click(".rows summary").await;
    browser.is_clean("a form that was opened").await;
    browser.choose(".rows select[name=rhythm]", "daily").await;
    browser.find(".rows input[name=hour]").await.clear().await.expect("cleared");
    browser.fill(".rows input[name=hour]", "6").await;
    browser.click(".rows input[value='invoices.rejected']").await;
    browser.click(".rows input[name=active]").await;
    browser.click(".rows form.fields button").await;
    browser.wait_for_text("raz dziennie o 6:00: wszystkie zdarzenia").await;
    browser.wait_for_text("wstrzymane").await;
    browser.fill("form[action$='/test'] input[name=address]", "biuro@firma.example").await;
    browser.click("form[action$='/test'] button").await;
    let deadline = Instant::now() + Duration::from_secs(60);
    while !browser.text().await.contains("wysłany") {
        assert!(Instant::now() < deadline, "{}", browser.text().await);
        tokio::time::sleep(Duration::from_millis(500)).await;
        browser.open(&page("/notices")).await;
    }
    browser.click("form[action$='/resend'] button").await;
    browser.wait_for_text("List zostanie wysłany ponownie.").await;
    browser.click("form[action$='/remove'] button").await;
    browser.confirm("who is not told any more").await;
    browser.wait_for_text("Nikt jeszcze.").await;
    browser.is_quiet("notices").await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_audit_log_is_searched_downloaded_and_verified() {
    let (world, gateway) = office().await;
    let Some(browser) = administrator(&gateway).await else { return };
    let asker = Asker::new(&gateway.url);
    let kasia = asker.log_in("kasia", PASSWORD).await;
    done(&world.data(), &["user", "add", "piotr", "--role", &format!("{COMPANY}=viewer")]);
    let piotr = asker.log_in("piotr", PASSWORD).await;
    // Refused, and told so.
    let sending = format!("/api/v1/companies/{COMPANY}/sending");
    assert_eq!(asker.ask(&piotr, "PUT", &sending, Some(&json!({}))).await.status, 403);
    browser.open("/settings/audit").await;
    browser.wait_for_text("nowy użytkownik").await;
    browser.click("input[name=refused]").await;
    browser.click("form.filter button").await;
    browser.wait_for_text("odmowa").await;
    let deadline = Instant::now() + Duration::from_secs(20);
    while browser.count("tbody tr").await != 1 {
        assert!(Instant::now() < deadline, "{}", browser.text().await);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(browser.text().await.contains("piotr"), "{}", browser.text().await);
    browser.is_clean("what was refused").await;
    // The company's own log has what concerns it alone.
    browser.open(&page("/audit")).await;
    browser.wait_for_text("ustawienia wysyłania").await;
    assert!(!browser.text().await.contains("nowy użytkownik"));
    // The files have what the page has.
    let csv = asker.get(&kasia, "/settings/audit/export.csv?search=user+add").await;
    assert_eq!((csv.status, csv.header("content-type")), (200, "text/csv; charset=utf-8"));
    let lines: Vec<&str> = csv.body.lines().collect();
    assert_eq!(lines.len(), 3, "{}", csv.body);
    assert!(lines[0].starts_with("number,at,who") && lines[1].contains("piotr"), "{}", csv.body);
    let whole = asker.get(&kasia, "/settings/audit/export.jsonl").await;
    let entries: Vec<Value> =
        whole.body.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let numbers: Vec<i64> = entries.iter().filter_map(|one| one["number"].as_i64()).collect();
    let last = numbers[0];
    assert_eq!(numbers, (1..=last).rev().collect::<Vec<_>>(), "all of them, newest first");
    let of_company = asker.get(&kasia, &page("/audit/export.jsonl")).await;
    assert!(of_company.body.lines().all(|line| line.contains(COMPANY)), "{}", of_company.body);
    assert_eq!(asker.get(&kasia, "/settings/audit?from=yesterday").await.status, 400);
    browser.open("/settings/audit").await;
    browser.click("form[action$='/verify'] button").await;
    browser.wait_for_text("Dziennik jest cały").await;
    browser.is_clean("a log that was verified").await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_stand_in_one_place_with_where_they_come_from() {
    let (_world, gateway) = office().await;
    let Some(browser) = administrator(&gateway).await else { return };
    browser.open("/settings").await;
    let text = browser.text().await;
    for expected in [
        "public_url",
        "https://bramka.example",
        "bramka.toml",
        "flaga --listen",
        "webhooks.allow",
        "zmienna BRAMKA_WEBHOOK_ALLOW",
        "mail.host",
        "wartość domyślna",
    ] {
        assert!(text.contains(expected), "{expected}: {text}");
    }
    assert!(!text.contains("tajne"), "the password of the mail server");
    // How a company sends, with what follows from it.
    browser.open(&page("")).await;
    browser.wait_for_text("simulator").await;
    browser.click("input[name=policy][value=afterApproval]").await;
    browser.click("input[name=upoMode][value=batch]").await;
    browser.find("input[name=sessionMinutes]").await.clear().await.expect("cleared");
    browser.fill("input[name=sessionMinutes]", "30").await;
    browser.click("form[action$='/sending'] button").await;
    browser.wait_for_text("Zapisano.").await;
    browser.click("form[action$='/receiving'] input[name=on]").await;
    browser.click("form[action$='/receiving'] button").await;
    browser.wait_for_text("Zapisano.").await;
    let asker = Asker::new(&gateway.url);
    let kasia = asker.log_in("kasia", PASSWORD).await;
    let sending = asker.get(&kasia, &format!("/api/v1/companies/{COMPANY}/sending")).await.json();
    assert_eq!(
        (&sending["policy"], &sending["upoMode"], &sending["sessionAgeS"], &sending["isSendingOn"]),
        (&json!("afterApproval"), &json!("batch"), &json!(1800), &json!(true)),
        "{sending:#}"
    );
    let receiving = asker.get(&kasia, &format!("/api/v1/companies/{COMPANY}/receiving")).await.json();
    assert_eq!(receiving["isOn"], false, "{receiving:#}");
    browser.is_clean("settings that were saved").await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_are_changed_without_scripts() {
    let (_world, gateway) = office().await;
    let Some(browser) = administrator(&gateway).await else { return };
    browser.set_scripts(false).await;
    browser.open("/settings/users").await;
    browser.fill("input[name=login]", "piotr").await;
    browser.fill("input[name=password]", OTHER).await;
    browser.click("form.fields button").await;
    browser.wait_for_text("Dodano użytkownika piotr.").await;
    browser.click("a[href='/settings/users/piotr']").await;
    browser.click("form[action$='/remove'] button").await;
    browser.wait_for_text("Usunąć tego użytkownika?").await;
    browser.click("button.danger").await;
    browser.wait_for_text("Usunięto użytkownika.").await;
    browser.open(&page("/api-keys")).await;
    browser.fill("input[name=name]", "ERP").await;
    browser.click("input[value=read]").await;
    browser.click("form.fields button").await;
    let first = shown(&browser).await;
    browser.click("form[action$='/rotate'] button").await;
    browser.wait_for_text("Wymienić klucz?").await;
    browser.click("button.danger").await;
    assert_ne!(shown(&browser).await, first);
    browser.click("form[action$='/revoke'] button").await;
    browser.wait_for_text("Unieważnić klucz?").await;
    browser.click("button.danger").await;
    browser.wait_for_text("Unieważniono klucz.").await;
    browser.open("/settings/audit").await;
    browser.fill("input[type=search]", "rotate").await;
    browser.click("form.filter button").await;
    browser.wait_for_text("wymiana klucza API").await;
    // The way out stays the same.
    browser.open("/").await;
    browser.log_out().await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_help_of_a_page_is_rated_here_and_nowhere_else() {
    let (_world, gateway) = office().await;
    let Some(browser) = administrator(&gateway).await else { return };
    browser.click(".help summary").await;
    browser.wait_for_text("Tu widać, co wymaga człowieka").await;
    browser.wait_for_text("pomoc@firma.example").await;
    browser.is_clean("help that is open").await;
    browser.fits("settings-help").await;
    browser.click("button[name=useful][value=yes]").await;
    browser.wait_for_text("Odpowiedź zostaje na tej maszynie.").await;
    assert_eq!(browser.at().await, format!("/companies/{COMPANY}"));
    browser.set_scripts(false).await;
    browser.open("/account?lang=en").await;
    browser.click(".help summary").await;
    browser.click("button[name=useful][value=no]").await;
    browser.wait_for_text("The answer stays on this machine.").await;
    let asker = Asker::new(&gateway.url);
    let kasia = asker.log_in("kasia", PASSWORD).await;
    let answers = asker.get(&kasia, "/help/answers.jsonl").await;
    let lines: Vec<Value> =
        answers.body.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let told: Vec<(&str, bool)> =
        lines.iter().filter_map(|line| Some((line["part"].as_str()?, line["isUseful"].as_bool()?))).collect();
    assert_eq!(told, [("dashboard", true), ("account", false)]);
    assert!(!answers.body.contains("kasia"), "nobody asks who it was");
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_state_of_ksef_shows_announcements_with_their_evidence_and_what_is_left_of_limits() {
    let (world, gateway) = office().await;
    let Some(browser) = administrator(&gateway).await else { return };
    browser.click("a[href$='/ksef']").await;
    browser.wait_for_text("Latarnia niczego nie ogłosiła.").await;
    browser.is_clean("nothing announced").await;
    let now = jiff::Timestamp::now();
    let event = |category: &str, hours: [i64; 2]| {
        let [start, end] = hours.map(|hours| now + jiff::SignedDuration::from_hours(hours));
        json!({ "category": category, "start": start, "end": end })
    };
    let events = json!([event("MAINTENANCE", [-30, -28]), event("FAILURE", [-1, 5])]);
    world.control("/control/latarnia", &json!({ "events": events })).await;
    browser.wait_for_text("awaria KSeF").await;
    // It stands on every page of the company.
    browser.wait_for_text("Ministerstwo ogłosiło: awaria KSeF").await;
    browser.open(&format!("/companies/{COMPANY}/invoices")).await;
    browser.wait_for_text("Ministerstwo ogłosiło: awaria KSeF").await;
    browser.is_clean("an announcement").await;
    browser.click("[data-part=announced] a").await;
    // What is announced is evidence; KSeF answers all the same.
    browser.wait_for_text("KSeF działa").await;
    browser.wait_for_text("niedostępność KSeF").await;
    browser.wait_for_text("2\u{a0}godziny").await;
    browser.wait_for_text("szukanie zakupów").await;
    browser.click("td details summary").await;
    browser.wait_for_text("\"category\"").await;
    browser
        .is_well_made("ksef", &format!("/companies/{COMPANY}/ksef"), ["Limity KSeF", "Limits of KSeF"])
        .await;
    let asker = Asker::new(&gateway.url);
    let kasia = asker.log_in("kasia", PASSWORD).await;
    let file = asker.get(&kasia, &format!("/companies/{COMPANY}/ksef/evidence.json")).await.json();
    let kinds: Vec<&str> =
        file["items"].as_array().expect("a list").iter().filter_map(|one| one["kind"].as_str()).collect();
    assert!(kinds.contains(&"failure") && kinds.contains(&"unavailability"), "{file:#}");
    assert!(file["items"][0]["message"].is_object() && file["items"][0]["capturedAt"].is_string());
    browser.close().await;
}
