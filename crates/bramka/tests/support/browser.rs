//! A real browser without a screen, and somebody who looks over its shoulder: axe-core for accessibility, the console, and
//! every request that it makes.

use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use fantoccini::elements::Element;
use fantoccini::{Client, ClientBuilder, Locator};
use serde_json::{Value, json};

/// A browser at work. It ends with the test.
pub(crate) struct Browser {
    driver: Child,
    /// Where the driver listens, with the session: for what WebDriver itself has no words for.
    session: String,
    http: reqwest::Client,
    pub(crate) client: Client,
    axe: String,
    /// The gateway's address: whoever is asked besides it is one too many.
    url: String,
    /// Where browser and driver put what they need for a while.
    _scratch: tempfile::TempDir,
}

impl Browser {
    /// A browser for the pages of the gateway at `url`; `None`, said aloud, where something is missing.
    pub(crate) async fn start(url: &str) -> Option<Self> {
        let (Some(chromium), Some(chromedriver)) = (program("chromium"), program("chromedriver")) else {
            return missing("chromium with chromedriver");
        };
        let axe = axe()?;
        let scratch = tempfile::tempdir().expect("a folder");
        let mut driver = Command::new(chromedriver)
            .arg("--port=0")
            .env("TMPDIR", scratch.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the driver starts");
        let mut lines = BufReader::new(driver.stdout.take().expect("piped")).lines();
        let port = loop {
            let line = lines.next().expect("a line with its port").expect("text");
            if let Some((_, rest)) = line.split_once("started successfully on port ") {
                break rest.trim_end_matches('.').to_owned();
            }
        };
        // Read on, so that it never waits for whoever reads.
        std::thread::spawn(move || lines.map_while(Result::ok).for_each(drop));
        let address = format!("http://127.0.0.1:{port}");
        let capabilities = json!({
            "browserName": "chrome",
            "goog:chromeOptions": {
                "binary": chromium,
                "args": [
                    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
                    "--disable-background-networking", "--disable-component-update", "--disable-sync",
                    "--window-size=1280,1000",
                ],
                "prefs": { "intl.accept_languages": "pl" },
            },
            "goog:loggingPrefs": { "browser": "ALL", "performance": "ALL" },
        });
        let Value::Object(capabilities) = capabilities else { unreachable!("an object was written") };
        let connector = hyper_util::client::legacy::connect::HttpConnector::new();
        let client = ClientBuilder::new(connector)
            .capabilities(capabilities)
            .connect(&address)
            .await
            .expect("a browser");
        let id = client.session_id().await.expect("an answer").expect("a session");
        let session = format!("{address}/session/{id}");
        let http = reqwest::Client::new();
        Some(Self { driver, session, http, client, axe, url: url.to_owned(), _scratch: scratch })
    }

    /// Opens a page of the gateway.
    pub(crate) async fn open(&self, path: &str) {
        self.client.goto(&format!("{}{path}", self.url)).await.expect("a page");
    }

    /// The path and query where it is.
    pub(crate) async fn at(&self) -> String {
        let url = self.client.current_url().await.expect("an address").to_string();
        url.strip_prefix(&self.url).unwrap_or(&url).to_owned()
    }

    /// The first element that fits, as soon as there is one.
    pub(crate) async fn find(&self, css: &str) -> Element {
        let deadline = Instant::now() + PATIENCE;
        loop {
            match self.client.find(Locator::Css(css)).await {
                Ok(found) => return found,
                Err(error) if Instant::now() > deadline => panic!("{css} at {}: {error}", self.at().await),
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        }
    }

    pub(crate) async fn click(&self, css: &str) {
        self.find(css).await.click().await.unwrap_or_else(|error| panic!("{css}: {error}"));
    }

    pub(crate) async fn fill(&self, css: &str, text: &str) {
        let field = self.find(css).await;
        field.send_keys(text).await.unwrap_or_else(|error| panic!("{css}: {error}"));
    }

    /// Chooses an entry of a list by its value.
    pub(crate) async fn choose(&self, css: &str, value: &str) {
        self.find(css).await.select_by_value(value).await.unwrap_or_else(|error| panic!("{css}: {error}"));
    }

    /// Confirms what a dialog asks.
    pub(crate) async fn confirm(&self, what: &str) {
        self.find("dialog[open]").await;
        self.is_clean(what).await;
        self.click("dialog[open] button[value=yes]").await;
    }

    /// Logs out, from whatever page it is.
    pub(crate) async fn log_out(&self) {
        self.open("/account").await;
        self.click(".menu.end:last-child summary").await;
        self.click("form[action='/logout'] button").await;
        self.find("input[name=login]").await;
    }

    /// The page's text, as it is seen.
    pub(crate) async fn text(&self) -> String {
        let deadline = Instant::now() + PATIENCE;
        loop {
            // The page may be going away under the question.
            match self.find("body").await.text().await {
                Ok(text) => return text,
                Err(error) => assert!(Instant::now() < deadline, "text: {error}"),
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Waits until this is to be read on the page.
    pub(crate) async fn wait_for_text(&self, text: &str) {
        let deadline = Instant::now() + PATIENCE;
        // Who drives the browser is given every space as the usual one.
        let text = &text.replace('\u{a0}', " ");
        loop {
            // The page may be going away under the question.
            let seen = match self.client.find(Locator::Css("body")).await {
                Ok(body) => body.text().await.unwrap_or_default(),
                Err(_) => String::new(),
            };
            if seen.contains(text.as_str()) {
                return;
            }
            assert!(Instant::now() < deadline, "{text:?} does not stand on {}: {seen}", self.at().await);
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Runs a script in the page; gives what it returns.
    pub(crate) async fn run(&self, script: &str) -> Value {
        self.client.execute(script, Vec::new()).await.expect("it runs")
    }

    /// Switches scripts of pages off, or on.
    pub(crate) async fn set_scripts(&self, are_on: bool) {
        self.command("Emulation.setScriptExecutionDisabled", json!({ "value": !are_on })).await;
    }

    /// As wide as a phone, or a desk.
    pub(crate) async fn set_size(&self, width: u32, height: u32) {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500 });
        self.command("Emulation.setDeviceMetricsOverride", size).await;
    }

    /// Says whether whoever looks wishes motion: `reduce` or `no-preference`.
    pub(crate) async fn prefer_motion(&self, wish: &str) {
        let features = json!({ "features": [{ "name": "prefers-reduced-motion", "value": wish }] });
        self.command("Emulation.setEmulatedMedia", features).await;
    }

    /// Has files that are downloaded saved in a folder.
    pub(crate) async fn downloads_to(&self, folder: &std::path::Path) {
        let asked = json!({ "behavior": "allow", "downloadPath": folder.to_string_lossy() });
        self.command("Browser.setDownloadBehavior", asked).await;
    }

    /// Drops a file upon an element, as from a folder that is open beside the browser.
    pub(crate) async fn drop_file(&self, css: &str, path: &str) {
        let place = self
            .client
            .execute(
                "const place = document.querySelector(arguments[0]); place.scrollIntoView({ block: 'center' }); \
                 const { x, y, width, height } = place.getBoundingClientRect(); return [x + width / 2, y + height / 2];",
                vec![json!(css)],
            )
            .await
            .expect("a place");
        for kind in ["dragEnter", "dragOver", "drop"] {
            let data = json!({ "items": [], "files": [path], "dragOperationsMask": 1 });
            let event = json!({ "type": kind, "x": place[0], "y": place[1], "data": data });
            self.command("Input.dispatchDragEvent", event).await;
        }
    }

    async fn command(&self, name: &str, parameters: Value) {
        let body = json!({ "cmd": name, "params": parameters });
        let answer = self.http.post(format!("{}/goog/cdp/execute", self.session)).json(&body).send().await;
        let answer = answer.expect("an answer");
        assert!(answer.status().is_success(), "{name}: {}", answer.text().await.unwrap_or_default());
    }

    async fn log(&self, kind: &str) -> Vec<Value> {
        let body = json!({ "type": kind });
        let answer =
            self.http.post(format!("{}/se/log", self.session)).json(&body).send().await.expect("an answer");
        let answer: Value = answer.json().await.expect("JSON");
        answer["value"].as_array().cloned().unwrap_or_default()
    }

    /// The page as it stands keeps to the rules: no finding of axe-core, nothing on the console, no request to anybody else.
    pub(crate) async fn is_clean(&self, what: &str) {
        const RUN: &str = "const done = arguments[arguments.length - 1]; \
             axe.run(document, { iframes: false, resultTypes: ['violations'] }) \
             .then((result) => done(result.violations.map((one) => [one.id, one.help, one.nodes.map((node) => \
             node.target.join(' ') + ' ' + node.failureSummary)]))).catch((error) => done([['axe', String(error), []]]));";
        self.client.execute(&self.axe, Vec::new()).await.expect("axe is there");
        let found = self.client.execute_async(RUN, Vec::new()).await.expect("axe answers");
        assert_eq!(found, json!([]), "{what} at {}: {found:#}", self.at().await);
        self.is_quiet(what).await;
    }

    /// What the console has since it was asked last.
    pub(crate) async fn console(&self) -> Vec<Value> {
        self.log("browser").await.into_iter().filter(|line| line["level"] != "DEBUG").collect()
    }

    /// Nothing on the console, no request to anybody else.
    pub(crate) async fn is_quiet(&self, what: &str) {
        let said = self.console().await;
        assert!(said.is_empty(), "{what} at {}: {said:#?}", self.at().await);
        for line in self.log("performance").await {
            let event: Value =
                serde_json::from_str(line["message"].as_str().unwrap_or_default()).expect("JSON");
            if event["message"]["method"] != "Network.requestWillBeSent" {
                continue;
            }
            let asked = event["message"]["params"]["request"]["url"].as_str().unwrap_or_default().to_owned();
            let is_ours = asked.starts_with(&self.url) || asked.starts_with("data:");
            assert!(is_ours, "{what} asks {asked}");
        }
    }

    /// The page as a picture, in the folder that `BRAMKA_PICTURES` names, for whoever wants to look.
    pub(crate) async fn picture(&self, name: &str) {
        let Some(folder) = std::env::var_os("BRAMKA_PICTURES") else { return };
        let png = self.client.screenshot().await.expect("a picture");
        std::fs::write(PathBuf::from(folder).join(format!("{name}.png")), png).expect("written");
    }

    pub(crate) async fn close(self) {
        // Waited for: a browser that is gone writes nothing behind the back of whoever removes its folder.
        self.http.delete(&self.session).send().await.expect("an end");
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Already dead is fine.
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

fn program(name: &str) -> Option<PathBuf> {
    let paths = std::env::var_os("PATH")?;
    std::env::split_paths(&paths).map(|folder| folder.join(name)).find(|path| path.is_file())
}

/// axe-core, as a Python package carries it.
fn axe() -> Option<String> {
    let Some(python) = std::env::var_os("BRAMKA_OUTSIDERS") else {
        return missing("a Python with .ci/outsiders.txt (BRAMKA_OUTSIDERS)");
    };
    let find = "import axe_playwright_python, pathlib; \
                print(pathlib.Path(axe_playwright_python.__file__).parent / 'axe.min.js')";
    let output = Command::new(python).args(["-c", find]).output().expect("python runs");
    let path = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    match std::fs::read_to_string(path) {
        Ok(script) => Some(script),
        Err(_) => missing("axe-playwright-python in the Python of BRAMKA_OUTSIDERS"),
    }
}

fn missing<T>(what: &str) -> Option<T> {
    assert_ne!(std::env::var("BRAMKA_REQUIRE").as_deref(), Ok("all"), "{what} is required");
    eprintln!("SKIPPED: {what} is missing");
    None
}

const PATIENCE: Duration = Duration::from_secs(30);
