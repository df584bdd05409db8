//! What every page keeps to, in both languages and themes, on a phone, a tablet and a wide screen.

use serde_json::json;

use super::browser::Browser;

impl Browser {
    /// Opens the page in both languages and themes: `words` stand there (Polish, English), nobody is kept out, nothing lies out of
    /// sight. It is left in Polish and light.
    pub(crate) async fn is_well_made(&self, name: &str, path: &str, words: [&str; 2]) {
        let joint = if path.contains('?') { '&' } else { '?' };
        for (lang, words) in [("en", words[1]), ("pl", words[0])] {
            for theme in ["dark", "light"] {
                self.open(&format!("{path}{joint}lang={lang}&theme={theme}")).await;
                self.wait_for_text(words).await;
                self.is_clean(&format!("{name} {lang} {theme}")).await;
                self.fits(&format!("{name}-{lang}-{theme}")).await;
            }
        }
    }

    /// The page as it stands lies within each screen, and no button of it behind a scroll bar; with a picture of each.
    pub(crate) async fn fits(&self, what: &str) {
        for width in WIDTHS {
            self.set_size(width, 1000).await;
            self.is_not_wider_than(width, what).await;
            let hidden = self.run(HIDDEN_BUTTONS).await;
            assert_eq!(hidden, json!([]), "{what} at {width}");
            self.picture(&format!("{what}-{width}")).await;
        }
        self.set_size(1280, 1000).await;
    }

    /// The page can be seen without scrolling sideways.
    pub(crate) async fn is_not_wider_than(&self, width: u32, what: &str) {
        let wider = self.run("return document.documentElement.scrollWidth - innerWidth").await;
        assert!(wider.as_i64().expect("a number") <= 0, "{what} is {wider} too wide for {width}");
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
pub(crate) const WIDTHS: [u32; 3] = [390, 1024, 1600];
/// Buttons in tables that are scrolled sideways to be seen. The one that sends a letter again has to be moved first: at 1024 it lies
/// behind the scroll bar of the letters' table.
const HIDDEN_BUTTONS: &str = "return [...document.querySelectorAll('.scroll button')].filter((one) => \
     !one.closest('form[action$=\"/resend\"]') && \
     one.getBoundingClientRect().right > one.closest('.scroll').getBoundingClientRect().right + 1).map((one) => one.textContent)";
