//! Who is told by mail: wished for on the page, a purchase comes, and the letter says how many wait.

mod support;

use std::time::{Duration, Instant};

use support::browser::Browser;
use support::mail_server::MailServer;
use support::office::{add_people, page};
use support::people::PASSWORD;
use support::{COMPANY, World};

#[tokio::test(flavor = "multi_thread")]
async fn a_purchase_that_comes_is_told_by_mail() {
    let mail = MailServer::start().await;
    let world = World::with_limits(COMPANY, ksef_sim::Limits::Off).await;
    world.with_clock_and_offline();
    world.with_mail_to(&mail);
    add_people(&world, &[("kasia", "administrator")]);
    let gateway = world.serve(None);
    let Some(browser) = Browser::start(&gateway.url).await else { return };
    browser.log_in("kasia", PASSWORD).await;
    browser.open(&page("/settings/notices")).await;
    let form = ".narrow-column form:not([action$='/test'])";
    browser.fill(&format!("{form} input[name=address]"), "biuro@firma.example").await;
    browser.click(&format!("{form} input[value='purchases.received']")).await;
    browser.choose(&format!("{form} select[name=rhythm]"), "now").await;
    browser.click(&format!("{form} button")).await;
    browser.wait_for_text("biuro@firma.example").await;
    browser.is_clean("who is told").await;
    browser.open(&page("/simulator")).await;
    browser.click("button[name=count][value='10']").await;
    browser.wait_for_text("a bramka już po nie sięga").await;
    let letter = mail.wait(1).await.remove(0);
    assert!(letter.contains("biuro@firma.example") && letter.contains("10"), "{letter}");
    let deadline = Instant::now() + Duration::from_secs(60);
    browser.open(&page("/settings/notices")).await;
    while !browser.text().await.contains("wysłany") {
        assert!(Instant::now() < deadline, "{}", browser.text().await);
        tokio::time::sleep(Duration::from_millis(500)).await;
        browser.open(&page("/settings/notices")).await;
    }
    browser.is_clean("what was told").await;
    browser.close().await;
}
