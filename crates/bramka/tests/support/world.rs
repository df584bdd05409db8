//! A simulator, the folder of a company that is to work with it, and what happens between them.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use jiff::SignedDuration;
use ksef_client::{Access, ClientOptions, KsefClient, LoginCredential};
use ksef_crypto::{Certificate, Credential, SigningKey};
use ksef_id::ContextIdentifier;
use ksef_sim::{Clock as _, Limits, Simulator, SimulatorConfig};
use serde_json::Value;
use test_s3::S3Server;

use super::certificates::{certificate_and_key, certificate_that_ends, offline_certificate};
use super::mail_server::MailServer;
use super::receiver::Receiver;
use super::{ServedGateway, fa3, loopback, people};

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
        self.with_mail_to(&server);
        self.mail_server = Some((server, key));
    }

    /// Has letters go to this server.
    pub(crate) fn with_mail_to(&self, server: &MailServer) {
        let port = server.address.port();
        self.with_mail(&format!(
            "[mail]\nhost = \"127.0.0.1\"\nport = {port}\nsecurity = \"none\"\nfrom = \"bramka@firma.example\"\n"
        ));
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

    /// A file as somebody brings it; gives its path.
    pub(crate) fn file(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        let path = self.folder.path().join(name);
        std::fs::write(&path, content).expect("written");
        path.to_string_lossy().into_owned()
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
        Self::access_at(&self.simulator.base_url(), nip)
    }

    /// The same at a simulator that is not this world's.
    pub(crate) fn access_at(url: &str, nip: &str) -> Access {
        let (certificate, key) = certificate_and_key(nip);
        let credential = Credential::new(
            Certificate::from_pem_or_der(certificate.as_bytes()).expect("a certificate"),
            SigningKey::from_bytes(key.as_bytes(), None).expect("a key"),
        )
        .expect("a pair");
        let client = KsefClient::new(url, ClientOptions::default()).expect("a client");
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

/// Longer than the gateway's looks at a simulator's clock and at its work are apart.
const REST: Duration = Duration::from_millis(700);
const REST_MAX: Duration = Duration::from_secs(3);
