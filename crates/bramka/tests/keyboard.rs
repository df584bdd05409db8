//! The pages without a mouse: the way past the menus, menus and dialogs, a whole invoice sent; and without motion where that is asked
//! for.

mod support;

use fantoccini::actions::{InputSource as _, KeyAction, KeyActions};
use serde_json::json;
use support::browser::Browser;
use support::office::{DAY, office, page};
use support::{COMPANY, invoice};

const TAB: char = '\u{e004}';
const ENTER: char = '\u{e007}';
const ESCAPE: char = '\u{e00c}';
const SPACE: char = ' ';

/// Presses a key wherever the focus is.
async fn press(browser: &Browser, value: char) {
    let keys = KeyActions::new("keys".to_owned());
    let keys = keys.then(KeyAction::Down { value }).then(KeyAction::Up { value });
    browser.client.perform_actions(keys).await.expect("pressed");
}

/// Goes on by Tab until an element has the focus; each stop can be seen.
async fn tab_to(browser: &Browser, css: &str) {
    for _ in 0..80 {
        press(browser, TAB).await;
        let stop = browser
            .client
            .execute(
                "const here = document.activeElement, style = getComputedStyle(here); \
                 const box = here.getBoundingClientRect(); \
                 return [here.matches(arguments[0]), here.tagName, \
                     style.outlineStyle !== 'none' || style.boxShadow !== 'none', box.width > 0 && box.height > 0]",
                vec![json!(css)],
            )
            .await
            .expect("it runs");
        assert!(
            stop[1] == "BODY" || (stop[2] == true && stop[3] == true),
            "a focus that nobody sees: {stop}"
        );
        if stop[0] == true {
            return;
        }
    }
    panic!("{css} is not reached by Tab at {}", browser.at().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_is_reached_by_keys() {
    let (world, gateway) = office().await;
    let Some(browser) = Browser::start(&gateway.url).await else { return };
    // The first stop leads past the menus.
    browser.open(&page("/send")).await;
    press(&browser, TAB).await;
    let first = browser.run("return document.activeElement.getAttribute('href')").await;
    assert_eq!(first, "#content");
    press(&browser, ENTER).await;
    assert_eq!(browser.run("return document.activeElement.id").await, "content");
    // From there to the form, and an invoice is sent.
    tab_to(&browser, "#files").await;
    let xml = invoice("FV/1").replace("2026-11-01", DAY);
    browser.fill("#files", &world.file("faktura.xml", xml)).await;
    tab_to(&browser, "form[enctype] button").await;
    press(&browser, ENTER).await;
    browser.find("[data-state=stored]").await;
    // A menu opens, and closes by Escape with the focus where it was.
    browser.find("iframe.paper").await;
    tab_to(&browser, ".tools summary").await;
    press(&browser, ENTER).await;
    browser.find(".tools details[open]").await;
    press(&browser, ESCAPE).await;
    assert_eq!(browser.count(".tools details[open]").await, 0);
    assert_eq!(browser.run("return document.activeElement.tagName").await, "SUMMARY");
    // A dialog holds the focus, begins at what changes nothing, and gives it back.
    gateway.set_sending(COMPANY, "afterApproval", "automatic").await;
    let second = invoice("FV/2").replace("2026-11-01", DAY);
    let (status, taken) = gateway.post(COMPANY, "second", second.as_bytes()).await.expect("an answer");
    assert_eq!(status, 201, "{taken:#}");
    browser.open(&page(&format!("/invoices/{}", taken["id"].as_str().expect("an id")))).await;
    tab_to(&browser, "button[value=withdraw]").await;
    press(&browser, SPACE).await;
    browser.find("dialog[open]").await;
    assert_eq!(browser.run("return document.activeElement.value").await, "no");
    for _ in 0..6 {
        press(&browser, TAB).await;
        let inside = "return !document.hasFocus() || document.activeElement === document.body \
                      || document.activeElement.closest('dialog') !== null";
        assert_eq!(browser.run(inside).await, true, "the focus left the dialog");
    }
    press(&browser, ESCAPE).await;
    assert_eq!(browser.count("dialog[open]").await, 0);
    assert_eq!(browser.run("return document.activeElement.value").await, "withdraw");
    browser.is_quiet("keys").await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_moves_where_that_is_asked_for() {
    let (_world, gateway) = office().await;
    let Some(browser) = Browser::start(&gateway.url).await else { return };
    let moves = "return [...document.querySelectorAll('*')].some((one) => { const style = getComputedStyle(one); \
                 return style.transitionDuration !== '0s' || style.animationName !== 'none' })";
    for (wish, expected) in [("reduce", false), ("no-preference", true)] {
        browser.prefer_motion(wish).await;
        browser.open(&page("/invoices")).await;
        assert_eq!(browser.run(moves).await, expected, "{wish}");
    }
    browser.close().await;
}
