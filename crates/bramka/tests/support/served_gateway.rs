//! The gateway as users run it: a process of its own, asked over HTTP, stopped and killed.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, mpsc};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::program;

/// A gateway in a process of its own.
pub(crate) struct ServedGateway {
    child: Child,
    pub(crate) url: String,
    /// In a lock only so that the gateway can be shared between threads.
    lines: Mutex<mpsc::Receiver<String>>,
    seen: Vec<String>,
    http: reqwest::Client,
}

impl ServedGateway {
    pub(crate) fn start(config: &Path, data: &Path, stop_at: Option<&str>) -> Self {
        Self::start_with(config, data, stop_at, &[])
    }

    /// The same, on another database than its own.
    pub(crate) fn start_on(
        config: &Path,
        data: &Path,
        stop_at: Option<&str>,
        database: Option<&str>,
    ) -> Self {
        let database = database.map(|database| ("BRAMKA_DATABASE", database.to_owned()));
        Self::start_with(config, data, stop_at, database.as_slice())
    }

    /// The same, told more by its environment.
    pub(crate) fn start_with(
        config: &Path,
        data: &Path,
        stop_at: Option<&str>,
        environment: &[(&'static str, String)],
    ) -> Self {
        Self::start_by(Command::new(program()), config, data, stop_at, environment)
    }

    /// The same by a command that ends in the program, whose arguments follow.
    pub(crate) fn start_by(
        mut command: Command,
        config: &Path,
        data: &Path,
        stop_at: Option<&str>,
        environment: &[(&'static str, String)],
    ) -> Self {
        command
            .args(["serve", "--listen", "127.0.0.1:0", "--lang", "en"])
            .arg("--config")
            .arg(config)
            .arg("--data")
            .arg(data)
            .env_remove("BRAMKA_API_KEY")
            .env_remove("BRAMKA_TEST_STOP_AT")
            .env_remove("BRAMKA_DATABASE")
            .env_remove("BRAMKA_OBJECTS");
        if let Some(stop_at) = stop_at {
            command.env("BRAMKA_TEST_STOP_AT", stop_at);
        }
        command.envs(environment.iter().map(|(name, value)| (*name, value.as_str())));
        Self::of(command)
    }

    /// The same by a whole command.
    pub(crate) fn of(mut command: Command) -> Self {
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the gateway starts");
        let (sender, lines) = mpsc::channel();
        read_lines(child.stdout.take().expect("piped"), sender.clone());
        read_lines(child.stderr.take().expect("piped"), sender);
        let http = reqwest::Client::builder().timeout(Duration::from_secs(20)).build().expect("a client");
        let mut gateway =
            Self { child, url: String::new(), lines: Mutex::new(lines), seen: Vec::new(), http };
        let line = gateway.wait_for_line("listening on");
        gateway.url = line.split_whitespace().last().expect("an address").to_owned();
        gateway
    }

    /// The process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits until a line with this text was printed.
    pub(crate) fn wait_for_line(&mut self, text: &str) -> String {
        // It may have come while another line was waited for.
        if let Some(line) = self.seen.iter().find(|line| line.contains(text)) {
            return line.clone();
        }
        let deadline = Instant::now() + Duration::from_secs(60);
        while let Some(left) = deadline.checked_duration_since(Instant::now()) {
            match self.lines.get_mut().expect("no panic while reading").recv_timeout(left) {
                Ok(line) if line.contains(text) => return line,
                Ok(line) => self.seen.push(line),
                Err(_) => break,
            }
        }
        panic!("{text:?} was not printed; what was: {:#?}", self.seen);
    }

    /// SIGKILL: no handler runs, nothing is flushed.
    pub(crate) fn kill(mut self) {
        self.child.kill().expect("killed");
        self.child.wait().expect("dead");
    }

    /// SIGTERM: it finishes what it is at and closes its database.
    pub(crate) fn terminate(&mut self) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().expect("sent").success());
        self.child.wait().expect("ended");
    }

    pub(crate) async fn post(&self, nip: &str, key: &str, xml: &[u8]) -> reqwest::Result<(u16, Value)> {
        let request = self
            .http
            .post(format!("{}/api/v1/companies/{nip}/invoices", self.url))
            .header("content-type", "application/xml")
            .header("idempotency-key", key)
            .body(xml.to_vec());
        let response = request.send().await?;
        Ok((response.status().as_u16(), response.json().await?))
    }

    /// Brings a document of this media type.
    pub(crate) async fn post_as(
        &self,
        nip: &str,
        key: Option<&str>,
        media_type: &str,
        content: Vec<u8>,
    ) -> reqwest::Result<(u16, Value)> {
        let url = format!("{}/api/v1/companies/{nip}/invoices", self.url);
        let mut request = self.http.post(url).header("content-type", media_type).body(content);
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        let response = request.send().await?;
        Ok((response.status().as_u16(), response.json().await?))
    }

    /// Makes a series `FV/{year}/{number}`.
    pub(crate) async fn make_series(&self, nip: &str, name: &str) {
        let body = serde_json::json!({ "template": "FV/{year}/{number}", "reset": "yearly" });
        let (status, answer) =
            self.say("PUT", &format!("/api/v1/companies/{nip}/series/{name}"), &body).await;
        assert_eq!(status, 200, "{answer:#}");
    }

    /// Sends a document to this path; gives status and answer.
    pub(crate) async fn post_xml(&self, path: &str, xml: &[u8]) -> (u16, Value) {
        let request = self.http.post(format!("{}{path}", self.url)).header("content-type", "application/xml");
        let response = request.body(xml.to_vec()).send().await.expect("an answer");
        (response.status().as_u16(), response.json().await.expect("JSON"))
    }

    /// Sends JSON with this method; gives status and answer.
    pub(crate) async fn say(&self, method: &str, path: &str, body: &Value) -> (u16, Value) {
        let method = reqwest::Method::from_bytes(method.as_bytes()).expect("a method");
        let request = self.http.request(method, format!("{}{path}", self.url)).json(body);
        let response = request.send().await.expect("an answer");
        (response.status().as_u16(), response.json().await.expect("JSON"))
    }

    /// Has the company send by this policy and mode.
    pub(crate) async fn set_sending(&self, nip: &str, policy: &str, upo_mode: &str) {
        let body = serde_json::json!({
            "policy": policy, "upoMode": upo_mode, "sessionAgeS": 7200, "isSendingOn": true,
        });
        let (status, answer) = self.say("PUT", &format!("/api/v1/companies/{nip}/sending"), &body).await;
        assert_eq!(status, 200, "{answer:#}");
    }

    /// Waits until an invoice is in a state.
    pub(crate) async fn wait_state(&self, nip: &str, id: &str, state: &str) -> Value {
        self.wait_invoice(nip, id, state, |invoice| invoice["state"] == state).await
    }

    /// Waits until an invoice is held for this reason.
    pub(crate) async fn wait_reason(&self, nip: &str, id: &str, code: &str) -> Value {
        self.wait_invoice(nip, id, code, |invoice| invoice["reason"]["code"] == code).await
    }

    /// Waits until the invoice is where nothing more happens by itself.
    pub(crate) async fn wait_final(&self, nip: &str, id: &str) -> Value {
        self.wait_invoice(nip, id, "at its end", |invoice| invoice["isFinal"] == true).await
    }

    async fn wait_invoice(&self, nip: &str, id: &str, what: &str, holds: impl Fn(&Value) -> bool) -> Value {
        let deadline = Instant::now() + Duration::from_secs(60);
        loop {
            let invoice = self.json(&format!("/api/v1/companies/{nip}/invoices/{id}")).await;
            if holds(&invoice) {
                return invoice;
            }
            assert!(Instant::now() < deadline, "not {what}: {invoice:#}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    pub(crate) async fn get(&self, path: &str) -> (u16, Vec<u8>) {
        let response = self.http.get(format!("{}{path}", self.url)).send().await.expect("an answer");
        (response.status().as_u16(), response.bytes().await.expect("a body").to_vec())
    }

    pub(crate) async fn json(&self, path: &str) -> Value {
        let (status, body) = self.get(path).await;
        assert_eq!(status, 200, "{path}: {}", String::from_utf8_lossy(&body));
        serde_json::from_slice(&body).expect("JSON")
    }
}

impl Drop for ServedGateway {
    fn drop(&mut self) {
        // Already dead is fine.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn read_lines(stream: impl std::io::Read + Send + 'static, sender: mpsc::Sender<String>) {
    std::thread::spawn(move || {
        // For whoever looks for the cause of a failure.
        let echo = std::env::var_os("BRAMKA_TEST_ECHO").is_some();
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            if echo {
                eprintln!("gateway: {line}");
            }
            if sender.send(line).is_err() {
                break;
            }
        }
    });
}
