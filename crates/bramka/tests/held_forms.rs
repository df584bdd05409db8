//! A login that ends while somebody fills in a form: what was typed is kept, and goes on after the next login; and what is said of a
//! failure is said within the page that it belongs to.

mod support;

use ksef_sim::Limits;
use support::browser::Browser;
use support::issue_form;
use support::office::{add_people, page};
use support::people::PASSWORD;
use support::{COMPANY, ServedGateway, World};

const TYPED: &str = "Łąka „po przerwie” & syn";

async fn office() -> (World, ServedGateway) {
    let world = World::with_limits(COMPANY, Limits::Off).await;
    add_people(&world, &[("kasia", "administrator"), ("jan", "viewer")]);
    let gateway = world.serve(None);
    (world, gateway)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_typed_outlives_the_login() {
    let (_world, gateway) = office().await;
    let Some(browser) = Browser::start(&gateway.url).await else { return };
    browser.log_in("kasia", PASSWORD).await;
    browser.open(&page("/issue")).await;
    issue_form::fill(&browser, "buyer.name", TYPED).await;
    // The login ends meanwhile.
    browser.client.delete_all_cookies().await.expect("deleted");
    browser.click("button[name=do][value=keep]").await;
    browser.wait_for_text("Logowanie wygasło").await;
    browser.wait_for_text("Nic nie przepadło").await;
    drop(browser.console().await);
    browser.is_clean("a login that ended").await;
    browser.fits("login-ended").await;
    // Logged in anew in another tab.
    let here = browser.client.window().await.expect("a window");
    browser.click("main a[target=_blank]").await;
    let all = browser.client.windows().await.expect("windows");
    let other = all.into_iter().find(|one| *one != here).expect("another tab");
    browser.client.switch_to_window(other).await.expect("switched");
    browser.fill("input[name=login]", "kasia").await;
    browser.fill("input[name=password]", PASSWORD).await;
    browser.click("main button").await;
    browser.find(".who").await;
    browser.client.close_window().await.expect("closed");
    browser.client.switch_to_window(here).await.expect("switched");
    // The form goes on; it is from before this login, which is asked about.
    browser.click("main form button").await;
    browser.wait_for_text("sprzed ostatniego logowania").await;
    drop(browser.console().await);
    browser.is_clean("a form from before the login").await;
    browser.click("main form button").await;
    browser.wait_for_text("Zapisano szkic.").await;
    browser.open(&page("/issue/drafts")).await;
    browser.click("tbody a").await;
    let kept = browser.find(&issue_form::field("buyer.name")).await.prop("value").await.expect("a value");
    assert_eq!(kept.as_deref(), Some(TYPED));
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn passwords_are_not_repeated_and_failures_keep_the_menus() {
    let (_world, gateway) = office().await;
    let Some(browser) = Browser::start(&gateway.url).await else { return };
    browser.log_in("jan", PASSWORD).await;
    browser.open("/account").await;
    for field in
        browser.client.find_all(fantoccini::Locator::Css("input[type=password]")).await.expect("found")
    {
        field.send_keys("Nowe-hasło-na-próbę-1").await.expect("typed");
    }
    browser.client.delete_all_cookies().await.expect("deleted");
    browser.click("form[action='/account/password'] button").await;
    browser.wait_for_text("Logowanie wygasło").await;
    let source = browser.client.source().await.expect("a page");
    assert!(!source.contains("Nowe-has"), "a password is repeated");
    browser.log_in("jan", PASSWORD).await;
    // What he may not do, he is told among his own menus, with the way back.
    browser.open(&page("/invoices/11111111-1111-4111-8111-111111111111")).await;
    browser.wait_for_text("Nie udało się").await;
    drop(browser.console().await);
    let text = browser.text().await;
    assert!(text.contains("Sprzedaż") && text.contains("jan"), "the menus are there: {text}");
    browser.is_clean("a failure").await;
    browser.close().await;
}
