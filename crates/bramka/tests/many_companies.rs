//! An office of many companies: they have names, are found, and those that need somebody stand first.

mod support;

use support::browser::Browser;
use support::office::{add_people, page};
use support::people::PASSWORD;
use support::{COMPANY, World, certificate_and_key, invoice};

/// As many clients besides the company that the world begins with.
const CLIENTS: u32 = 40;

/// The NIP of a client, with a right check digit.
fn nip(place: u32) -> String {
    const WEIGHTS: [u32; 9] = [6, 5, 7, 2, 3, 4, 5, 6, 7];
    (526_000_000 + place * 11..)
        .find_map(|base| {
            let text = base.to_string();
            let sum: u32 =
                text.bytes().zip(WEIGHTS).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
            (sum % 11 < 10).then(|| format!("{text}{}", sum % 11))
        })
        .expect("one of a few has a check digit")
}

/// The text of what is found first.
async fn text_of(browser: &Browser, css: &str) -> String {
    browser.find(css).await.text().await.expect("its text")
}

/// Adds clients to the configuration, each by its name.
fn with_clients(world: &World) {
    let mut text = std::fs::read_to_string(world.config()).expect("read");
    for place in 0..CLIENTS {
        let (certificate, key) = certificate_and_key(&nip(place));
        world.file(&format!("{place}.crt"), certificate);
        world.file(&format!("{place}.key"), key);
        text.push_str(&format!(
            "\n[[company]]\ncontext = \"{}\"\nname = \"Klient {place:02} sp. z o.o.\"\nenvironment = \"simulator\"\n\
             ksef_url = \"{}\"\ncertificate = \"{place}.crt\"\nkey = \"{place}.key\"\n",
            nip(place),
            world.simulator.base_url()
        ));
    }
    std::fs::write(world.config(), text).expect("written");
}

#[tokio::test(flavor = "multi_thread")]
async fn many_companies_are_named_found_and_sorted_by_who_needs_somebody() {
    let world = World::with_limits(COMPANY, ksef_sim::Limits::Off).await;
    with_clients(&world);
    let gateway = world.serve(None);
    // One invoice waits for a person.
    gateway.set_sending(COMPANY, "afterApproval", "automatic").await;
    let (status, taken) = gateway.post(COMPANY, "1", invoice("1").as_bytes()).await.expect("an answer");
    assert_eq!(status, 201, "{taken:#}");
    add_people(&world, &[("kasia", "administrator"), ("jan", "viewer")]);
    let Some(browser) = Browser::start(&gateway.url).await else { return };
    browser.log_in("kasia", PASSWORD).await;
    // The last one in the order of names is the one that waits for somebody.
    browser.open(&page("/settings?lang=pl")).await;
    browser.fill("input[name=name]", "Żółw i Synowie").await;
    browser.click("form[action$='/settings/name'] button").await;
    browser.wait_for_text("Zapisano.").await;
    assert_eq!(text_of(&browser, ".top .company .named").await, "Żółw i Synowie");
    browser.open("/?all=yes").await;
    browser.wait_for_text("Żółw i Synowie").await;
    let first = text_of(&browser, ".cards li:first-child").await;
    assert!(first.contains("Żółw i Synowie") && first.contains("1 faktura wymaga uwagi"), "{first}");
    assert_eq!(browser.count(".cards li").await, 24);
    browser.is_well_made("companies", "/?all=yes", ["Żółw i Synowie", "1 invoice needs you"]).await;
    // The second page has the others, and says where the first is.
    browser.click("a[rel=next]").await;
    browser.wait_for_text("Klient 39 sp. z o.o.").await;
    assert_eq!(browser.count(".cards li").await, i64::from(CLIENTS) + 1 - 24);
    browser.click("a[rel=prev]").await;
    browser.wait_for_text("Żółw i Synowie").await;
    // By a part of the name as it is typed, and by the NIP as people write it.
    browser.fill("input[name=search]", "klient 17").await;
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(20);
    while browser.count(".cards li").await != 1 {
        assert!(std::time::Instant::now() < deadline, "{}", browser.text().await);
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    browser.wait_for_text("Klient 17 sp. z o.o.").await;
    let digits = nip(23);
    let written = format!("{}-{}-{}-{}", &digits[..3], &digits[3..6], &digits[6..8], &digits[8..]);
    browser.open(&format!("/?all=yes&search={written}")).await;
    browser.wait_for_text("Klient 23 sp. z o.o.").await;
    assert_eq!(browser.count(".cards li").await, 1);
    browser.open("/?all=yes&search=nikt").await;
    browser.wait_for_text("Nie znaleziono firmy").await;
    browser.is_clean("no company found").await;
    browser.open("/?all=yes&view=attention").await;
    browser.wait_for_text("Żółw i Synowie").await;
    assert_eq!(browser.count(".cards li").await, 1);
    // So many are no menu: it leads to the list.
    browser.open(&page("")).await;
    browser.click(".top .company summary").await;
    browser.is_clean("the menu of companies").await;
    assert_eq!(browser.count(".top .company .menu li").await, 1);
    browser.click(".top .company .menu a").await;
    browser.wait_for_text("Klient 00 sp. z o.o.").await;
    // Who knows one company sees no others.
    browser.log_out().await;
    browser.log_in("jan", PASSWORD).await;
    browser.open("/?all=yes").await;
    browser.wait_for_text("Żółw i Synowie").await;
    assert_eq!(browser.count(".cards li").await, 1);
    assert!(!browser.text().await.contains("Klient"), "{}", browser.text().await);
    browser.is_quiet("many companies").await;
    browser.close().await;
}
