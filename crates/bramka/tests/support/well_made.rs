//! What every page keeps to, in both languages and themes, on a phone, a tablet and a wide screen.

use serde_json::json;

use super::browser::Browser;

impl Browser {
    /// The page in both languages and themes, Polish and light last: clean, in its theme, and fitting every screen.
    pub(crate) async fn is_well_made(&self, name: &str, path: &str, words: [&str; 2]) {
        for (lang, words) in [("en", words[1]), ("pl", words[0])] {
            for theme in ["dark", "light"] {
                let joint = if path.contains('?') { '&' } else { '?' };
                self.open(&format!("{path}{joint}lang={lang}&theme={theme}")).await;
                let what = format!("{name}-{lang}-{theme}");
                self.wait_for_text(words).await;
                self.is_clean(&what).await;
                let ground = self.run("return getComputedStyle(document.body).backgroundColor").await;
                assert_eq!(ground == json!("rgb(17, 21, 27)"), theme == "dark", "{what}: {ground}");
                self.fits(&what).await;
            }
        }
    }

    /// Nothing of the page as it stands lies beyond its edge, nor of its tables behind a scroll bar: on a phone, a tablet and a wide
    /// screen.
    pub(crate) async fn fits(&self, what: &str) {
        for width in WIDTHS {
            self.set_size(width, 1000).await;
            let wider = self
                .run("return document.documentElement.scrollWidth - document.documentElement.clientWidth")
                .await;
            assert!(wider.as_i64().expect("a number") <= 0, "{what} is {wider} too wide for {width}");
            for hidden in [BEHIND_SCROLL_BARS, BEYOND_THE_LINES] {
                let found = self.run(hidden).await;
                assert_eq!(found, json!([]), "{what} at {width}");
            }
            self.whole_picture(&format!("{what}-{width}"), width).await;
        }
        self.set_size(1280, 1000).await;
    }

    /// As long as the page is, for whoever wants to look.
    async fn whole_picture(&self, name: &str, width: u32) {
        if std::env::var_os("BRAMKA_PICTURES").is_none() {
            return;
        }
        let long = self.run("return document.documentElement.scrollHeight").await;
        let long = long.as_u64().and_then(|long| u32::try_from(long).ok()).unwrap_or_default();
        self.set_size(width, long.clamp(1000, 6000)).await;
        self.picture(name).await;
    }

    /// How many elements fit.
    pub(crate) async fn count(&self, css: &str) -> i64 {
        let script = format!("return document.querySelectorAll({css:?}).length");
        self.run(&script).await.as_i64().expect("a number")
    }

    /// Logs in, and waits until it is seen who that is.
    pub(crate) async fn log_in(&self, login: &str, password: &str) {
        self.open("/login").await;
        self.fill("input[name=login]", login).await;
        self.fill("input[name=password]", password).await;
        self.click("main button").await;
        self.find(".who").await;
    }
}

/// A phone, a tablet, a wide screen.
const WIDTHS: [u32; 3] = [390, 1024, 1600];
/// Tables that are wider than their place.
const BEHIND_SCROLL_BARS: &str = "return [...document.querySelectorAll('.scroll')] \
     .filter((one) => one.scrollWidth > one.clientWidth + 1) \
     .map((one) => [one.scrollWidth, one.clientWidth, one.textContent.slice(0, 200)])";
/// In the form of an invoice: fields of lines that lie beyond the edge of their card, and names that have no room.
const BEYOND_THE_LINES: &str = "const card = document.querySelector('#lines')?.getBoundingClientRect(); \
     const place = (one) => one.getBoundingClientRect(); \
     return !card ? [] : [...document.querySelectorAll('.lines :is(input, select, button, output)')] \
         .filter((one) => !one.closest('details:not([open])')) \
         .filter((one) => place(one).right > card.right || (/[.]name$/.test(one.name) && place(one).width < 180)) \
         .map((one) => one.name ?? one.textContent)";
