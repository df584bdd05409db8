//! The pages as people use them: in a real browser, with and without scripts, in both languages and themes, by somebody who may
//! do everything and somebody who may not.

mod support;

use serde_json::{Value, json};
use support::browser::Browser;
use support::office::{DAY, add_people, office, page};
use support::people::{As, Asker, PASSWORD, code_of};
use support::{COMPANY, ServedGateway, invoice};

fn of_today(number: &str) -> String {
    // The sample begins its number so itself.
    invoice(number.trim_start_matches("FV/")).replace("2026-11-01", DAY)
}

async fn taken(gateway: &ServedGateway, number: &str) -> String {
    let xml = of_today(number);
    let (status, taken) = gateway.post(COMPANY, number, xml.as_bytes()).await.expect("an answer");
    assert_eq!(status, 201, "{taken:#}");
    taken["id"].as_str().expect("an id").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_is_accessible_in_both_themes_and_languages_and_asks_nobody_else() {
    let (world, gateway) = office().await;
    let Some(browser) = Browser::start(&gateway.url).await else { return };
    for (name, path) in [
        ("empty-dashboard", page("")),
        ("empty-sales", page("/invoices")),
        ("empty-purchases", page("/purchases")),
    ] {
        browser.is_well_made(name, &path, ["Sprzedaż", "Sales"]).await;
    }
    // One in KSeF, one that waits for a person, one issued offline that KSeF refused, and purchases.
    let stored = taken(&gateway, "FV/1").await;
    gateway.wait_final(COMPANY, &stored).await;
    gateway.set_sending(COMPANY, "afterApproval", "automatic").await;
    let waits = taken(&gateway, "FV/2").await;
    world.simulator.inject(
        ksef_wire::Operation::OnlineInvoiceSend,
        ksef_sim::Fault::InvoiceStatus { code: 430 },
        1,
    );
    let refused = taken(&gateway, "FV/3").await;
    let offline = format!("/api/v1/companies/{COMPANY}/invoices/{refused}/offline");
    let (status, answer) = gateway.say("POST", &offline, &json!({ "mode": "offline24" })).await;
    assert_eq!(status, 200, "{answer:#}");
    gateway.wait_state(COMPANY, &refused, "rejected").await;
    world.fill_inbox(3).await;
    let asked = format!("/api/v1/companies/{COMPANY}/purchases/synchronize");
    assert_eq!(gateway.say("POST", &asked, &json!({})).await.0, 202);
    let purchases = format!("/api/v1/companies/{COMPANY}/purchases");
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(60);
    let number = loop {
        let found = gateway.json(&purchases).await;
        if found["items"].as_array().is_some_and(|items| items.len() == 3) {
            break found["items"][0]["ksefNumber"].as_str().expect("a number").to_owned();
        }
        assert!(std::time::Instant::now() < deadline, "{found:#}");
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    };
    let pages = [
        ("dashboard", page("")),
        ("sales", page("/invoices")),
        ("none-found", page("/invoices?search=nothing")),
        ("stored", page(&format!("/invoices/{stored}"))),
        ("waiting", page(&format!("/invoices/{waits}"))),
        ("refused", page(&format!("/invoices/{refused}"))),
        ("structure", page(&format!("/invoices/{stored}/structure"))),
        ("send", page("/send")),
        ("purchases", page("/purchases")),
        ("purchase", page(&format!("/purchases/{number}"))),
    ];
    for (name, path) in &pages {
        browser.is_well_made(name, path, ["Sprzedaż", "Sales"]).await;
    }
    // What needs somebody comes first, and the chart counts what was issued this month.
    browser.open(&page("")).await;
    let text = browser.text().await;
    assert!(text.contains("wysłane: 3") && text.contains("FV/2") && text.contains("FV/3"), "{text}");
    assert!(text.contains("Do KSeF najpóźniej 02.12.2026"), "{text}");
    for (lang, theme) in [("en", "dark"), ("en", "light"), ("pl", "dark"), ("pl", "light")] {
        browser.open(&page(&format!("/invoices/nothing?lang={lang}&theme={theme}"))).await;
        browser.wait_for_text("invoice.unknown").await;
        // A browser notes on its console that the page was not found.
        drop(browser.console().await);
        let what = format!("problem-{lang}-{theme}");
        browser.is_clean(&what).await;
        browser.fits(&what).await;
    }
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_sent_and_its_state_changes_before_ones_eyes() {
    let (world, gateway) = office().await;
    let Some(browser) = Browser::start(&gateway.url).await else { return };
    // From the first page to the KSeF number: so few clicks.
    browser.open("/").await;
    browser.click("section.empty a.button").await;
    browser.fill("#files", &world.file("faktura.xml", of_today("FV/A"))).await;
    browser.wait_for_text("faktura.xml").await;
    browser.click("form[enctype] button").await;
    browser.wait_for_text("Przyjęto dokument.").await;
    browser.find("[data-state=stored]").await;
    browser.wait_for_text("w KSeF, sprawdzona").await;
    browser.is_clean("an invoice that arrived").await;
    // Said once.
    browser.client.refresh().await.expect("again");
    assert!(!browser.text().await.contains("Przyjęto dokument."));
    // The same file once more is known.
    browser.open(&page("/send")).await;
    browser.fill("#files", &world.file("faktura.xml", of_today("FV/A"))).await;
    browser.click("form[enctype] button").await;
    browser.wait_for_text("już zna").await;
    // Several files, one of them broken: what is wrong stands at its line, the others are taken in.
    browser.open(&page("/send")).await;
    let broken = of_today("FV/C").replace("<P_15>", "<P_15>x");
    let several = [world.file("b.xml", of_today("FV/B")), world.file("c.xml", broken)].join("\n");
    browser.fill("#files", &several).await;
    browser.click("form[enctype] button").await;
    browser.wait_for_text("odrzucona, nic nie zapisano").await;
    browser.wait_for_text("Faktura/Fa/P_15").await;
    assert!(!browser.text().await.contains("must be"), "what is wrong is said in Polish");
    browser.is_clean("results").await;
    browser.fits("send-results").await;
    let list = gateway.json(&format!("/api/v1/companies/{COMPANY}/invoices")).await;
    let numbers: Vec<&str> = list["items"]
        .as_array()
        .expect("items")
        .iter()
        .filter_map(|one| one["invoiceNumber"].as_str())
        .collect();
    assert_eq!(numbers, ["FV/A", "FV/B"]);
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn invoices_are_found_while_typing_and_decided_together() {
    let (_world, gateway) = office().await;
    let Some(browser) = Browser::start(&gateway.url).await else { return };
    gateway.set_sending(COMPANY, "afterApproval", "automatic").await;
    let mut ids = Vec::new();
    for number in ["FV/10", "FV/11", "KOR/1"] {
        ids.push(taken(&gateway, number).await);
    }
    browser.open(&page("/invoices")).await;
    browser.fill("input[type=search]", "FV/KOR").await;
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(20);
    while browser.count("tbody tr").await != 1 {
        assert!(std::time::Instant::now() < deadline, "{}", browser.text().await);
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert!(browser.at().await.contains("search=FV%2FKOR"), "the address is that of what is seen");
    browser.open(&page("/invoices?view=attention")).await;
    browser.click("[data-all=id]").await;
    browser.click("button[value=withdraw]").await;
    browser.find("dialog[open]").await;
    browser.is_clean("a question").await;
    browser.click("dialog button[value=no]").await;
    for id in &ids {
        let found = gateway.json(&format!("/api/v1/companies/{COMPANY}/invoices/{id}")).await;
        assert_eq!(found["state"], "validated", "nothing was done");
    }
    browser.click(&format!("input[value='{}']", ids[0])).await;
    browser.click("button[value=approve]").await;
    browser.wait_for_text("Zatwierdzono: 2\u{a0}faktury.").await;
    gateway.wait_final(COMPANY, &ids[1]).await;
    browser.click(&format!("input[value='{}']", ids[0])).await;
    browser.click("button[value=withdraw]").await;
    browser.click("dialog[open] button[value=yes]").await;
    browser.wait_for_text("Wycofano: 1\u{a0}faktura.").await;
    gateway.wait_state(COMPANY, &ids[0], "withdrawn").await;
    // Nothing ticked, nothing done.
    browser.open(&page("/invoices")).await;
    browser.click("button[value=hold]").await;
    browser.wait_for_text("Nie zaznaczono żadnej faktury").await;
    browser.is_quiet("decisions").await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_works_without_scripts() {
    let (world, gateway) = office().await;
    let Some(browser) = Browser::start(&gateway.url).await else { return };
    gateway.set_sending(COMPANY, "afterApproval", "automatic").await;
    browser.set_scripts(false).await;
    browser.open(&page("/send")).await;
    browser.fill("#files", &world.file("faktura.xml", of_today("FV/N"))).await;
    browser.click("form[enctype] button").await;
    browser.wait_for_text("Przyjęto dokument.").await;
    // Withdrawing asks on a page.
    browser.click("button[value=withdraw]").await;
    browser.wait_for_text("Wycofać zaznaczone faktury?").await;
    browser.fits("question").await;
    browser.click("a.button").await;
    browser.find("[data-state=validated]").await;
    // Then approval, and the page says how it went on when it is asked again.
    browser.click("button[value=approve]").await;
    browser.wait_for_text("Zatwierdzono: 1\u{a0}faktura.").await;
    let id = browser.at().await.rsplit('/').next().expect("an id").to_owned();
    gateway.wait_final(COMPANY, &id).await;
    browser.client.refresh().await.expect("again");
    browser.find("[data-state=stored]").await;
    // Filters are a form.
    browser.open(&page("/invoices")).await;
    browser.fill("input[type=search]", "nothing").await;
    browser.click("form.filter button").await;
    browser.wait_for_text("Nie znaleziono faktur").await;
    // Language and theme are links, and stay.
    browser.open(&page("/invoices?lang=en&theme=dark")).await;
    browser.open(&page("/invoices")).await;
    browser.wait_for_text("Sales").await;
    browser.find("html[data-theme=dark][lang=en]").await;
    // Offline, asked on a page too.
    let second = taken(&gateway, "FV/O").await;
    browser.open(&page(&format!("/invoices/{second}"))).await;
    browser.click("form[action$='/offline'] button").await;
    browser.wait_for_text("Issue offline?").await;
    browser.click("button.danger").await;
    browser.wait_for_text("Issued offline; mind the term.").await;
    let issued = gateway.json(&format!("/api/v1/companies/{COMPANY}/invoices/{second}")).await;
    assert_eq!(issued["mode"], "offline24");
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_people_see_and_do_what_they_may() {
    let (world, gateway) = office().await;
    let Some(browser) = Browser::start(&gateway.url).await else { return };
    gateway.set_sending(COMPANY, "afterApproval", "automatic").await;
    let id = taken(&gateway, "FV/P").await;
    let data = world.data();
    add_people(&world, &[("kasia", "administrator"), ("piotr", "viewer")]);
    let log_in = async |login: &str, password: &str| {
        browser.fill("input[name=login]", login).await;
        browser.fill("input[name=password]", password).await;
        browser.click("main button").await;
    };
    // The viewer: led to the login and back, sees the invoice and no button.
    let invoice_page = page(&format!("/invoices/{id}"));
    browser.open(&invoice_page).await;
    browser.is_clean("the login").await;
    log_in("piotr", "not the password").await;
    browser.wait_for_text("Nazwa użytkownika").await;
    browser.find("[role=alert]").await;
    drop(browser.console().await);
    browser.is_clean("a failed login").await;
    browser.fits("failed-login").await;
    browser.find("input[name=login]").await.clear().await.expect("cleared");
    log_in("piotr", PASSWORD).await;
    browser.find("[data-state=validated]").await;
    assert_eq!(browser.at().await, invoice_page);
    assert_eq!(browser.count("main button").await, 0, "{}", browser.text().await);
    assert!(!browser.text().await.contains("Wyślij"), "{}", browser.text().await);
    let asker = Asker::new(&gateway.url);
    let As::Session(piotr) = asker.log_in("piotr", PASSWORD).await else { panic!("a session") };
    let decide = page("/invoices/decide");
    let token = gateway_access::form_token(&piotr);
    for (body, expected) in
        [(format!("token={token}&id={id}&decision=approve"), 403), (format!("id={id}&decision=approve"), 403)]
    {
        let request = asker
            .request(&As::Nobody, "POST", &decide)
            .header("cookie", format!("bramka_session={piotr}"))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body);
        assert_eq!(asker.send(request).await.status, expected);
    }
    // Out, and in as somebody who decides; the form carries a token, and a file is taken by a form of several parts.
    browser.click(".menu.end:last-child summary").await;
    browser.click("form[action='/logout'] button").await;
    browser.find("input[name=login]").await;
    log_in("kasia", PASSWORD).await;
    browser.wait_for_text("Wymaga Twojej uwagi").await;
    browser.open(&page("/send")).await;
    browser.fill("#files", &world.file("faktura.xml", of_today("FV/Q"))).await;
    browser.click("form[enctype] button").await;
    browser.wait_for_text("Przyjęto dokument.").await;
    browser.click("button[value=approve]").await;
    browser.wait_for_text("Zatwierdzono: 1\u{a0}faktura.").await;
    let id = browser.at().await.rsplit('/').next().expect("an id").to_owned();
    let key = support::people::key(&data, "reader", COMPANY, &["read"]);
    let shown = asker.get(&As::Key(key), &format!("/api/v1/companies/{COMPANY}/invoices/{id}")).await.json();
    assert_eq!(shown["history"][0]["actor"], "kasia", "{shown:#}");
    // Her account.
    browser.open("/account").await;
    browser.is_clean("the account").await;
    browser.fill("form[action$='second-factor'] input[name=password]", PASSWORD).await;
    browser.click("button[value=begin]").await;
    browser.find("img.qr").await;
    browser.is_clean("a second factor").await;
    browser.fits("second-factor").await;
    browser.fill("input[name=code]", "000000").await;
    browser.fill("form[action$='second-factor'] input[name=password]", PASSWORD).await;
    browser.click("button[value=confirm]").await;
    browser.find("[role=alert]").await;
    // The app has that key by now: it is shown again, and with a wrong password it is still waited for.
    browser.fill("input[name=code]", "000000").await;
    browser.fill("form[action$='second-factor'] input[name=password]", "not the password").await;
    browser.click("button[value=confirm]").await;
    browser.wait_for_text("Aplikacja ma już klucz").await;
    browser.fill("input[name=code]", "000000").await;
    browser.fill("form[action$='second-factor'] input[name=password]", PASSWORD).await;
    browser.click("button[value=confirm]").await;
    let secret = browser.find("code.long").await.text().await.expect("the key");
    let Some(code) = code_of(&secret, 0) else { return };
    browser.fill("input[name=code]", &code).await;
    browser.fill("form[action$='second-factor'] input[name=password]", PASSWORD).await;
    browser.click("button[value=confirm]").await;
    browser.find("ul.codes").await;
    assert_eq!(browser.count("ul.codes li").await, 10);
    drop(browser.console().await);
    browser.is_clean("recovery codes").await;
    browser.fits("recovery-codes").await;
    // From now on it is asked for.
    browser.log_out().await;
    log_in("kasia", PASSWORD).await;
    browser.find("input[name=code]").await;
    drop(browser.console().await);
    browser.is_clean("a login that asks for the code").await;
    browser.fits("login-code").await;
    browser.fill("input[name=password]", PASSWORD).await;
    browser.fill("input[name=code]", &code_of(&secret, 30).expect("python was there")).await;
    browser.click("main button").await;
    browser.wait_for_text("Wymaga Twojej uwagi").await;
    // Away with it, and another password.
    browser.open("/account").await;
    browser.fill("form[action$='second-factor'] input[name=password]", PASSWORD).await;
    browser.click("button[value=remove]").await;
    browser.find("button[value=begin]").await;
    browser.fill("form[action$='/password'] input[name=password]", "not the password").await;
    browser.fill("form[action$='/password'] input[name=new]", "another long password").await;
    browser.click("form[action$='/password'] button").await;
    browser.find("[role=alert]").await;
    browser.fill("form[action$='/password'] input[name=password]", PASSWORD).await;
    browser.fill("form[action$='/password'] input[name=new]", "another long password").await;
    browser.click("form[action$='/password'] button").await;
    browser.wait_for_text("Zmieniono hasło.").await;
    browser.log_out().await;
    log_in("kasia", "another long password").await;
    browser.wait_for_text("Wymaga Twojej uwagi").await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_with_files_needs_its_token() {
    let (world, gateway) = office().await;
    add_people(&world, &[("kasia", "administrator")]);
    let asker = Asker::new(&gateway.url);
    let As::Session(kasia) = asker.log_in("kasia", PASSWORD).await else { panic!("a session") };
    let token = gateway_access::form_token(&kasia);
    let xml = of_today("FV/T");
    let part = |name: &str, rest: &str, body: &str| {
        format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"{rest}\r\n\r\n{body}\r\n")
    };
    let file = part("file", "; filename=\"f.xml\"", &xml);
    for (body, status) in [
        (format!("{file}--x--\r\n"), 403),
        (format!("{}{file}--x--\r\n", part("token", "", "wrong")), 403),
        // Behind a file it is not looked for.
        (format!("{file}{}--x--\r\n", part("token", "", &token)), 403),
        (format!("{}--x--\r\n", part("token", "; filename=\"t\"", &token)), 403),
        (format!("{}{file}--x--\r\n", part("token", "", &token)), 303),
    ] {
        let request = asker
            .request(&As::Nobody, "POST", &page("/send"))
            .header("cookie", format!("bramka_session={kasia}"))
            .header("content-type", "multipart/form-data; boundary=x")
            .body(body.clone());
        let answer = asker.send(request).await;
        assert_eq!(answer.status, status, "{body}: {}", answer.body);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_are_small_strict_and_kept_by_nobody() {
    let (_world, gateway) = office().await;
    for count in 0..60 {
        taken(&gateway, &format!("FV/{count}")).await;
    }
    let asker = Asker::new(&gateway.url);
    for path in [page(""), page("/invoices"), page("/purchases"), page("/send")] {
        let answer = asker.get(&As::Nobody, &path).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        let policy = answer.header("content-security-policy");
        assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{path}: {policy}");
        assert_eq!(answer.header("cache-control"), "no-store", "{path}");
        assert!(answer.body.len() < 100_000, "{path} has {} bytes", answer.body.len());
        assert!(!answer.body.contains(" style=\"") && !answer.body.contains(" onclick"), "{path}");
    }
    let first = asker.get(&As::Nobody, &page("/invoices")).await.body;
    let next = first.split("rel=\"next\" href=\"").nth(1).expect("a second page");
    let next = next.split('"').next().expect("an address").replace("&amp;", "&").replace("&#38;", "&");
    let second = asker.get(&As::Nobody, &next).await;
    assert_eq!((second.status, second.body.matches("<tr>").count()), (200, 11), "{next}");
    let style = first.split("href=\"").find(|part| part.starts_with("/assets/")).expect("a style sheet");
    let style = style.split('"').next().expect("an address");
    let sheet = asker.get(&As::Nobody, style).await;
    assert!(sheet.header("cache-control").contains("immutable"), "{style}");
    // Programs get problems, people get pages.
    let unknown = page("/invoices/nothing");
    assert_eq!(asker.get(&As::Nobody, &unknown).await.code(), "invoice.unknown");
    let request = asker.request(&As::Nobody, "GET", &unknown).header("accept", "text/html");
    let shown = asker.send(request).await;
    assert_eq!((shown.status, shown.header("content-type")), (404, "text/html; charset=utf-8"));
    assert!(
        shown.body.contains("invoice.unknown") && shown.body.contains("Nic nie przepadło"),
        "{}",
        shown.body
    );
    let found: Value =
        asker.get(&As::Nobody, &format!("/api/v1/companies/{COMPANY}/invoices/counts")).await.json();
    assert!(found.is_object());
}
