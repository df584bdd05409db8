//! A small world for tests: a simulator in this process, a gateway as a child process, a folder between them.
#![allow(dead_code, reason = "each test file uses its part")]

pub(crate) mod browser;
pub(crate) mod issue_form;
pub(crate) mod mail_server;
pub(crate) mod open_page;
pub(crate) mod people;
pub(crate) mod receiver;

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Mutex, mpsc};
use std::time::{Duration, Instant};

use jiff::SignedDuration;
use ksef_client::{Access, ClientOptions, KsefClient, LoginCredential};
use ksef_crypto::{Certificate, Credential, SigningKey};
use ksef_id::ContextIdentifier;
use ksef_sim::{Clock as _, Limits, Simulator, SimulatorConfig};
use ksef_wire::FormCode;
use rcgen::{CertificateParams, DnType, KeyPair, KeyUsagePurpose};
use serde_json::Value;
use test_s3::S3Server;

use mail_server::MailServer;
use receiver::Receiver;

/// NIP of the company in most tests.
pub(crate) const COMPANY: &str = "2222222222";
/// NIP of its contractor.
pub(crate) const CONTRACTOR: &str = "3333333333";

/// A simulator and a folder with the configuration of one company.
pub(crate) struct World {
    pub(crate) simulator: Simulator,
    pub(crate) folder: tempfile::TempDir,
    pub(crate) nip: String,
    /// Where documents rest, when not in the database.
    pub(crate) objects: Option<S3Server>,
    /// Where webhooks lead, and the key with which they are made.
    pub(crate) receiver: Option<(Receiver, String)>,
    /// Where letters go, and the key with which it is said who gets them.
    pub(crate) mail_server: Option<(MailServer, String)>,
}

impl World {
    /// A fresh simulator with KSeF's own limits, and a company with a certificate made now.
    pub(crate) async fn new(nip: &str) -> Self {
        Self::with_limits(nip, Limits::Production).await
    }

    pub(crate) async fn with_limits(nip: &str, limits: Limits) -> Self {
        let config = SimulatorConfig { limits, control: Some(loopback()), ..SimulatorConfig::default() };
        let simulator = Simulator::start(config, loopback()).await.expect("a simulator");
        let folder = tempfile::tempdir().expect("a folder");
        let (certificate, key) = certificate_and_key(nip);
        std::fs::write(folder.path().join("auth.crt"), certificate).expect("written");
        std::fs::write(folder.path().join("auth.key"), key).expect("written");
        let world =
            Self { simulator, folder, nip: nip.to_owned(), objects: None, receiver: None, mail_server: None };
        std::fs::write(world.folder.path().join("upo.crt"), world.simulator.upo_certificate())
            .expect("written");
        world.configure(&world.simulator.base_url(), "certificate = \"auth.crt\"\nkey = \"auth.key\"");
        world
    }

    /// Has the company live by the simulator's clock, and gives it a certificate of type Offline.
    pub(crate) fn with_clock_and_offline(&self) {
        let (certificate, key) = offline_certificate();
        std::fs::write(self.folder.path().join("off.crt"), certificate).expect("written");
        std::fs::write(self.folder.path().join("off.key"), key).expect("written");
        let control = self.simulator.control_url().expect("a control port");
        self.configure(
            &self.simulator.base_url(),
            &format!(
                "control_url = \"{control}\"\ncertificate = \"auth.crt\"\nkey = \"auth.key\"\n\
                 offline_certificate = \"off.crt\"\noffline_key = \"off.key\""
            ),
        );
    }

    /// Has documents rest in object storage.
    pub(crate) async fn with_objects(&mut self) {
        self.objects = Some(S3Server::start().await);
    }

    /// Has somebody listen to webhooks.
    pub(crate) async fn with_receiver(&mut self) {
        let key = people::key(&self.data(), "hooks", &self.nip, &["admin"]);
        self.receiver = Some((Receiver::start().await, key));
    }

    /// Has letters taken by a server of this process.
    pub(crate) async fn with_mail_server(&mut self) {
        let key = people::key(&self.data(), "letters", &self.nip, &["admin"]);
        let server = MailServer::start().await;
        let port = server.address.port();
        self.with_mail(&format!(
            "[mail]\nhost = \"127.0.0.1\"\nport = {port}\nsecurity = \"none\"\nfrom = \"bramka@firma.example\"\n"
        ));
        self.mail_server = Some((server, key));
    }

    /// Gives the gateway these lines of configuration and a password for its mail server.
    pub(crate) fn with_mail(&self, lines: &str) {
        std::fs::write(self.folder.path().join("smtp.password"), "tajne").expect("written");
        let text = std::fs::read_to_string(self.config()).expect("configured");
        let text = format!("public_url = \"https://bramka.example\"\n{text}\n{lines}");
        std::fs::write(self.config(), text).expect("written");
    }

    /// Gives the company a certificate that ends in some days.
    pub(crate) fn with_certificate_for(&self, days: i64) {
        let (certificate, key) = certificate_that_ends(&self.nip, days);
        std::fs::write(self.folder.path().join("auth.crt"), certificate).expect("written");
        std::fs::write(self.folder.path().join("auth.key"), key).expect("written");
    }

    /// What a gateway of this world is told by its environment.
    pub(crate) fn environment(&self) -> Vec<(&'static str, String)> {
        let mut environment = vec![("BRAMKA_WEBHOOK_ALLOW", "127.0.0.0/8".to_owned())];
        if let Some(objects) = &self.objects {
            environment.extend(Self::environment_of(objects));
        }
        environment
    }

    fn environment_of(objects: &S3Server) -> [(&'static str, String); 3] {
        [
            ("BRAMKA_OBJECTS", objects.bucket_url()),
            ("AWS_ACCESS_KEY_ID", test_s3::ACCESS_KEY_ID.to_owned()),
            ("AWS_SECRET_ACCESS_KEY", objects.secret.clone()),
        ]
    }

    /// Gives a configured company a certificate of type Offline.
    pub(crate) fn with_offline_certificate(&self) {
        let (certificate, key) = offline_certificate();
        std::fs::write(self.folder.path().join("off.crt"), certificate).expect("written");
        std::fs::write(self.folder.path().join("off.key"), key).expect("written");
        let text = std::fs::read_to_string(self.config()).expect("configured");
        let lines = "offline_certificate = \"off.crt\"\noffline_key = \"off.key\"\n";
        std::fs::write(self.config(), text + lines).expect("written");
    }

    /// Has the company watch the folder `exchange`, whose tables have no seller of their own.
    pub(crate) fn with_folder(&self) {
        let columns = format!(
            "[constants.seller]\nnip = \"{}\"\nname = \"Firma z testu\"\n\
             address = {{ line1 = \"ul. Testowa 1\", line2 = \"00-001 Warszawa\" }}\n",
            self.nip
        );
        std::fs::write(self.folder.path().join("columns.toml"), columns).expect("written");
        self.configure(
            &self.simulator.base_url(),
            "certificate = \"auth.crt\"\nkey = \"auth.key\"\nfolder = \"exchange\"\ncolumns = \"columns.toml\"",
        );
    }

    /// A folder of the watched one.
    pub(crate) fn folder_place(&self, place: &str) -> PathBuf {
        self.folder.path().join("exchange").join(place)
    }

    /// What lies in a folder of the watched one, by name; nothing half-written counts.
    pub(crate) fn names_in(&self, place: &str) -> Vec<String> {
        let Ok(entries) = std::fs::read_dir(self.folder_place(place)) else { return Vec::new() };
        let names = entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned());
        let mut names: Vec<String> = names.filter(|name| !name.starts_with('.')).collect();
        names.sort();
        names
    }

    /// Waits until so many files lie in a folder of the watched one.
    pub(crate) async fn wait_for_files(&self, place: &str, count: usize) -> Vec<String> {
        let deadline = Instant::now() + Duration::from_secs(60);
        loop {
            let names = self.names_in(place);
            if names.len() == count {
                return names;
            }
            assert!(Instant::now() < deadline, "{place} has {names:?}, not {count}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Says something over the simulator's control port.
    pub(crate) async fn control(&self, path: &str, body: &Value) {
        let url = format!("{}{path}", self.simulator.control_url().expect("a control port"));
        let answer = reqwest::Client::new().put(url).json(body).send().await.expect("an answer");
        assert!(answer.status().is_success(), "{path}: {}", answer.text().await.unwrap_or_default());
    }

    /// So long passes by the simulator's clock; then the gateway gets the time it takes to see that, and to do what follows.
    pub(crate) async fn pass(&self, time: SignedDuration) {
        // Over the control port, so that the simulator sees at once what is due by then.
        self.control("/control/clock", &serde_json::json!({ "advanceS": time.as_secs() })).await;
        self.rest().await;
    }

    /// Until the gateway has not called KSeF for a moment in which it looked at its clock and its work; at most a while, for
    /// one that goes on asking.
    pub(crate) async fn rest(&self) {
        let url = format!("{}/control/state", self.simulator.control_url().expect("a control port"));
        let http = reqwest::Client::new();
        let (mut count, mut since) = (u64::MAX, Instant::now());
        let deadline = Instant::now() + REST_MAX;
        while since.elapsed() < REST && Instant::now() < deadline {
            tokio::time::sleep(Duration::from_millis(50)).await;
            let state: Value = http.get(&url).send().await.expect("an answer").json().await.expect("JSON");
            let now = state["requests"].as_u64().expect("a count");
            if now != count {
                (count, since) = (now, Instant::now());
            }
        }
    }

    /// Puts so many purchases of the last hour into the company's inbox.
    pub(crate) async fn fill_inbox(&self, count: u32) {
        let from = self.simulator.clock().now() - jiff::SignedDuration::from_hours(1);
        self.inbox(&serde_json::json!({ "count": count, "from": from })).await;
    }

    /// Puts purchases into the company's inbox, as an order of the control port says.
    pub(crate) async fn inbox(&self, order: &Value) {
        let mut order = order.clone();
        order["buyer"] = self.nip.as_str().into();
        let url = format!("{}/control/inbox", self.simulator.control_url().expect("a control port"));
        let answer = reqwest::Client::new().post(url).json(&order).send().await.expect("an answer");
        assert!(answer.status().is_success(), "{}", answer.text().await.unwrap_or_default());
    }

    /// Lets the company send attachments.
    pub(crate) async fn allow_attachments(&self) {
        let url = format!("{}/testdata/attachment", self.simulator.base_url());
        let body = serde_json::json!({ "nip": self.nip });
        let answer = reqwest::Client::new().post(url).json(&body).send().await.expect("an answer");
        assert!(answer.status().is_success(), "{}", answer.text().await.unwrap_or_default());
    }

    /// Gives the gateway a second company on the same simulator.
    pub(crate) fn with_second_company(&self, nip: &str) {
        let (certificate, key) = certificate_and_key(nip);
        std::fs::write(self.folder.path().join("second.crt"), certificate).expect("written");
        std::fs::write(self.folder.path().join("second.key"), key).expect("written");
        let mut text = std::fs::read_to_string(self.config()).expect("read");
        text.push_str(&format!(
            "\n[[company]]\ncontext = \"{nip}\"\nenvironment = \"simulator\"\nksef_url = \"{}\"\n\
             certificate = \"second.crt\"\nkey = \"second.key\"\n",
            self.simulator.base_url()
        ));
        std::fs::write(self.config(), text).expect("written");
    }

    /// Writes the configuration with this address and these lines for the credential.
    pub(crate) fn configure(&self, ksef_url: &str, credential: &str) {
        let text = format!(
            "[[company]]\ncontext = \"{}\"\nenvironment = \"simulator\"\nksef_url = \"{ksef_url}\"\n\
             upo_certificates = [\"upo.crt\"]\n{credential}\n",
            self.nip
        );
        std::fs::write(self.config(), text).expect("written");
    }

    pub(crate) fn config(&self) -> PathBuf {
        self.folder.path().join("bramka.toml")
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// The gateway as a child process, listening.
    pub(crate) fn serve(&self, stop_at: Option<&str>) -> ServedGateway {
        let start = || ServedGateway::start_with(&self.config(), &self.data(), stop_at, &self.environment());
        // The object store answers from this runtime, also while the gateway starts and asks it.
        if self.objects.is_some() { tokio::task::block_in_place(start) } else { start() }
    }

    /// Someone else's access to the simulator, for a company of its own.
    pub(crate) fn access_of(&self, nip: &str) -> Access {
        let (certificate, key) = certificate_and_key(nip);
        let credential = Credential::new(
            Certificate::from_pem_or_der(certificate.as_bytes()).expect("a certificate"),
            SigningKey::from_bytes(key.as_bytes(), None).expect("a key"),
        )
        .expect("a pair");
        let client = KsefClient::new(&self.simulator.base_url(), ClientOptions::default()).expect("a client");
        let context = ContextIdentifier::parse(nip).expect("a NIP");
        Access::new(client, context, LoginCredential::Certificate(Box::new(credential)))
    }

    /// Allows a company ten times what production allows: the most that KSeF's test data take.
    pub(crate) async fn widen_limits(&self, nip: &str) {
        let access = self.access_of(nip);
        let limits = access.rate_limits().await.expect("an answer");
        let mut limits = serde_json::to_value(limits).expect("JSON");
        for group in limits.as_object_mut().expect("groups").values_mut() {
            for value in group.as_object_mut().expect("values").values_mut() {
                *value = (value.as_i64().expect("a number") * 10).into();
            }
        }
        let request = serde_json::from_value(serde_json::json!({ "rateLimits": limits }));
        access.test_data_set_rate_limits(&request.expect("a request")).await.expect("set");
    }

    /// Sends a document past the gateway, and waits until KSeF has decided.
    pub(crate) async fn send_directly(&self, nip: &str, xml: &[u8]) -> i32 {
        let access = self.access_of(nip);
        let session = access.open_online_session(&fa3()).await.expect("a session");
        let invoice = access.send_invoice(&session, xml).await.expect("sent");
        access.close_online_session(&session.reference_number).await.expect("closed");
        for _ in 0..200 {
            let answer =
                access.session_invoice_status(&session.reference_number, &invoice).await.expect("a status");
            if answer.status.code >= 200 {
                return answer.status.code;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("KSeF did not decide");
    }
}

/// A data folder, and how `bramka` is called on it.
pub(crate) struct Desk {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) environment: Vec<(&'static str, String)>,
    pub(crate) said: Vec<u8>,
}

impl Desk {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a folder"), environment: Vec::new(), said: Vec::new() }
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    pub(crate) fn file(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        let path = self.folder.path().join(name);
        std::fs::write(&path, content).expect("written");
        path.to_string_lossy().into_owned()
    }

    pub(crate) fn run(&mut self, words: &[&str]) -> Output {
        let data = self.data().to_string_lossy().into_owned();
        self.run_bare(&[words, &["--data", &data]].concat())
    }

    /// Without `--data`, for commands that have none.
    pub(crate) fn run_bare(&mut self, words: &[&str]) -> Output {
        let mut command = Command::new(program());
        command.args(words).stdin(Stdio::null()).env("BRAMKA_LANG", "en");
        for name in [
            "BRAMKA_API_KEY",
            "BRAMKA_KEY_PASSWORD",
            "BRAMKA_KSEF_TOKEN",
            "BRAMKA_MASTER_KEY",
            "BRAMKA_MASTER_KEY_FILE",
            "BRAMKA_MASTER_PASSPHRASE",
            "CREDENTIALS_DIRECTORY",
        ] {
            command.env_remove(name);
        }
        // Everything that it has to say, so that what must not be said would be found.
        command.env("BRAMKA_LOG", "trace");
        command.envs(self.environment.iter().map(|(name, value)| (*name, value.as_str())));
        let output = command.output().expect("it runs");
        self.said.extend(&output.stdout);
        self.said.extend(&output.stderr);
        output
    }

    #[track_caller]
    pub(crate) fn exits(&mut self, words: &[&str], code: i32) -> String {
        let output = self.run(words);
        said(words, &output, code)
    }

    #[track_caller]
    pub(crate) fn exits_bare(&mut self, words: &[&str], code: i32) -> String {
        let output = self.run_bare(words);
        said(words, &output, code)
    }

    /// Adds a company on a simulator.
    #[track_caller]
    pub(crate) fn company(&mut self, nip: &str, url: &str) {
        self.exits(&["company", "add", nip, "--environment", "simulator", "--ksef-url", url], 0);
    }

    /// Adds a seal's certificate of `owner` for a company; gives the credential's id.
    #[track_caller]
    pub(crate) fn certificate(&mut self, owner: &str, company: &str) -> String {
        let (certificate, key) = certificate_and_key(owner);
        let (certificate, key) = (self.file("auth.crt", certificate), self.file("auth.key", key));
        self.exits(&["credential", "add", &certificate, "--key", &key, "--company", company], 0);
        let list = self.json(&["credential", "list", "--company", company]);
        let last = list.as_array().and_then(|list| list.last()).expect("it was added");
        last["id"].as_str().expect("an id").to_owned()
    }

    #[track_caller]
    pub(crate) fn json(&mut self, words: &[&str]) -> Value {
        let text = self.exits(&[words, &["--format", "json"]].concat(), 0);
        serde_json::from_str(&text).expect("JSON")
    }
}

/// Every file in a folder, however deep.
pub(crate) fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() { found.extend(files_below(&path)) } else { found.push(path) }
    }
    found
}

/// Whether a text stands somewhere in bytes.
pub(crate) fn has(haystack: &[u8], needle: &str) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle.as_bytes())
}

#[track_caller]
fn said(words: &[&str], output: &Output, code: i32) -> String {
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(code), "{words:?}: {text}{said}");
    if code == 2 { said } else { text }
}

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
        let deadline = Instant::now() + Duration::from_secs(60);
        loop {
            let invoice = self.json(&format!("/api/v1/companies/{nip}/invoices/{id}")).await;
            if invoice["state"] == state {
                return invoice;
            }
            assert!(Instant::now() < deadline, "not {state}: {invoice:#}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Waits until an invoice is held for this reason.
    pub(crate) async fn wait_reason(&self, nip: &str, id: &str, code: &str) -> Value {
        let deadline = Instant::now() + Duration::from_secs(60);
        loop {
            let invoice = self.json(&format!("/api/v1/companies/{nip}/invoices/{id}")).await;
            if invoice["reason"]["code"] == code {
                return invoice;
            }
            assert!(Instant::now() < deadline, "not for {code}: {invoice:#}");
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

    /// Waits until the invoice is where nothing more happens by itself.
    pub(crate) async fn wait_final(&self, nip: &str, id: &str) -> Value {
        let deadline = Instant::now() + Duration::from_secs(60);
        loop {
            let invoice = self.json(&format!("/api/v1/companies/{nip}/invoices/{id}")).await;
            if invoice["isFinal"] == true {
                return invoice;
            }
            assert!(Instant::now() < deadline, "still {invoice:#}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
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

/// The program under test; for runs of hours a copy (`BRAMKA_PROGRAM`), so that nobody's next build takes its place.
pub(crate) fn program() -> PathBuf {
    std::env::var_os("BRAMKA_PROGRAM").map_or_else(|| env!("CARGO_BIN_EXE_bramka").into(), PathBuf::from)
}

/// Longer than the gateway's looks at a simulator's clock and at its work are apart.
const REST: Duration = Duration::from_millis(700);
const REST_MAX: Duration = Duration::from_secs(3);

pub(crate) fn loopback() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 0))
}

pub(crate) fn fa3() -> FormCode {
    FormCode { system_code: "FA (3)".into(), schema_version: "1-0E".into(), value: "FA".into() }
}

/// A certificate of type Offline and its key as PEM, made now.
pub(crate) fn offline_certificate() -> (String, String) {
    let key = KeyPair::generate().expect("a key");
    let mut params = CertificateParams::default();
    params.key_usages = vec![KeyUsagePurpose::ContentCommitment];
    let certificate = params.self_signed(&key).expect("a certificate");
    (certificate.pem(), key.serialize_pem())
}

/// A seal's certificate and its key as PEM, made now.
pub(crate) fn certificate_and_key(nip: &str) -> (String, String) {
    let key = KeyPair::generate().expect("a key");
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CountryName, "PL");
    params.distinguished_name.push(DnType::OrganizationName, "Firma z testu");
    params.distinguished_name.push(DnType::CustomDnType(vec![2, 5, 4, 97]), format!("VATPL-{nip}"));
    params.distinguished_name.push(DnType::CommonName, "Firma z testu");
    let certificate = params.self_signed(&key).expect("a certificate");
    (certificate.pem(), key.serialize_pem())
}

/// The same, valid from yesterday for some days from now.
fn certificate_that_ends(nip: &str, days: i64) -> (String, String) {
    let day = |days: i64| {
        let date = (jiff::Timestamp::now() + SignedDuration::from_hours(24 * days))
            .in_tz("UTC")
            .expect("UTC")
            .date();
        rcgen::date_time_ymd(date.year().into(), date.month().unsigned_abs(), date.day().unsigned_abs())
    };
    let key = KeyPair::generate().expect("a key");
    let mut params = CertificateParams::default();
    (params.not_before, params.not_after) = (day(-1), day(days));
    params.distinguished_name.push(DnType::CountryName, "PL");
    params.distinguished_name.push(DnType::OrganizationName, "Firma z testu");
    params.distinguished_name.push(DnType::CustomDnType(vec![2, 5, 4, 97]), format!("VATPL-{nip}"));
    params.distinguished_name.push(DnType::CommonName, "Firma z testu");
    let certificate = params.self_signed(&key).expect("a certificate");
    (certificate.pem(), key.serialize_pem())
}

/// A sales invoice of [`COMPANY`] with this number.
pub(crate) fn invoice(number: &str) -> String {
    fill(include_str!("../../samples/sale-domestic.xml"), number)
}

/// The same in neutral form.
pub(crate) fn neutral(number: &str) -> Value {
    serde_json::json!({
        "number": number, "issueDate": "2026-11-01",
        "seller": { "nip": COMPANY, "name": "Firma z testu",
                    "address": { "line1": "ul. Testowa 1", "line2": "00-001 Warszawa" } },
        "buyer": { "nip": "1111111111", "name": "Nabywca z testu",
                   "address": { "line1": "ul. Inna 2", "line2": "30-001 Kraków" } },
        "lines": [{ "name": "Segregator", "quantity": 4, "unit": "szt.", "netUnitPrice": 250, "vatRate": "23" }],
    })
}

/// A purchase invoice: from [`CONTRACTOR`] to [`COMPANY`].
pub(crate) fn purchase(number: &str) -> String {
    fill(include_str!("../../samples/purchase.xml"), number)
}

/// An invoice with an attachment, which KSeF refuses online.
pub(crate) fn invoice_with_attachment(number: &str) -> String {
    let attachment = "<Zalacznik><BlokDanych><MetaDane><ZKlucz>zakres</ZKlucz><ZWartosc>test</ZWartosc></MetaDane>\
                      <Tekst><Akapit>Opis</Akapit></Tekst></BlokDanych></Zalacznik></Faktura>";
    invoice(number).replace("</Faktura>", attachment)
}

fn fill(template: &str, number: &str) -> String {
    template
        .replace("{created}", "2026-11-01T10:00:00Z")
        .replace("{today}", "2026-11-01")
        .replace("{number}", number)
}

/// The folder of official material, if it is here. Said aloud when it is not; a failure where `BRAMKA_REQUIRE=all`.
pub(crate) fn shared_folder() -> Option<PathBuf> {
    let folder = std::env::var_os("BRAMKA_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from);
    if folder.join("ksef").is_dir() {
        return Some(folder);
    }
    assert_ne!(std::env::var("BRAMKA_REQUIRE").as_deref(), Ok("all"), "{} is required", folder.display());
    eprintln!("SKIPPED: {} is not here (BRAMKA_SHARED)", folder.display());
    None
}
