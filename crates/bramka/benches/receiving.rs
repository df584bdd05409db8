//! `cargo bench -p bramka --bench receiving`: purchases from a simulator in a process of its own, its limits off: how many a second,
//! in how much memory, and how quickly a program reads them over the cursor API.
//!
//! `-- --purchases N` receives so many (100,000); `-- --database postgres://…` measures on PostgreSQL.

#![allow(clippy::print_stdout, reason = "a benchmark speaks to people")]

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use ksef_client::{Access, ClientOptions, KsefClient, LoginCredential};
use ksef_crypto::Credential;
use ksef_id::ContextIdentifier;
use rcgen::{CertificateParams, DnType, KeyPair};
use serde_json::{Value, json};

const COMPANY: &str = "2222222222";
/// What the simulator takes in one order.
const ORDER_MAX: usize = 100_000;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let value = |name: &str| {
        let place = arguments.iter().position(|argument| argument == name)?;
        arguments.get(place + 1).cloned()
    };
    let purchases = value("--purchases").map_or(100_000, |text| text.parse().expect("a number"));
    let database = value("--database");
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = runtime.expect("a runtime");
    let folder = tempfile::tempdir().expect("a folder");
    let mut command = Command::new(env!("CARGO_BIN_EXE_bramka"));
    command.args(["simulator", "--listen", "127.0.0.1:0", "--control", "127.0.0.1:0", "--limits", "off"]);
    let simulator = Process::start(&mut command, "listening");
    runtime.block_on(fill(&simulator.addresses[1], purchases));
    certificate(folder.path());
    runtime.block_on(widen(&simulator.addresses[0], folder.path()));
    let config = folder.path().join("one.toml");
    let text = format!(
        "[[company]]\ncontext = \"{COMPANY}\"\nenvironment = \"simulator\"\nksef_url = \"{}\"\n\
         certificate = \"auth.crt\"\nkey = \"auth.key\"\n",
        simulator.addresses[0]
    );
    std::fs::write(&config, text).expect("written");
    let mut command = Command::new(env!("CARGO_BIN_EXE_bramka"));
    command.args(["serve", "--listen", "127.0.0.1:0"]).arg("--config").arg(&config);
    command.arg("--data").arg(folder.path().join("data"));
    command.env_remove("BRAMKA_API_KEY").env_remove("BRAMKA_DATABASE").env("BRAMKA_LANG", "en");
    if let Some(database) = &database {
        command.args(["--database", database]);
    }
    let begin = Instant::now();
    let gateway = Process::start(&mut command, "listening");
    runtime.block_on(receive(&gateway, begin, purchases));
    runtime.block_on(read(&gateway, purchases));
}

/// Puts purchases of the last month into the simulator.
async fn fill(control: &str, purchases: usize) {
    let http = reqwest::Client::new();
    let now = jiff::Timestamp::now();
    let mut left = purchases;
    let orders = purchases.div_ceil(ORDER_MAX);
    for order in 0..orders {
        let share = |place: usize| {
            let days = 30.0 * (1.0 - place as f64 / orders as f64);
            now - jiff::SignedDuration::from_secs_f64(days * 86_400.0 + 60.0)
        };
        let body = json!({
            "buyer": COMPANY, "count": left.min(ORDER_MAX), "from": share(order), "until": share(order + 1),
        });
        let answer =
            http.post(format!("{control}/control/inbox")).json(&body).send().await.expect("an answer");
        assert!(answer.status().is_success(), "{}", answer.text().await.unwrap_or_default());
        left -= left.min(ORDER_MAX);
    }
}

/// Allows the company ten times what production allows, which is the most that KSeF's test data take: with production's limits
/// an hour brings 200,000.
async fn widen(ksef_url: &str, folder: &Path) {
    let file = |name: &str| std::fs::read(folder.join(name)).expect("written");
    let credential = Credential::read(&file("auth.crt"), Some(&file("auth.key")), None).expect("a pair");
    let client = KsefClient::new(ksef_url, ClientOptions::default()).expect("a client");
    let context = ContextIdentifier::parse(COMPANY).expect("a NIP");
    let access = Access::new(client, context, LoginCredential::Certificate(Box::new(credential)));
    let limits = access.rate_limits().await.expect("an answer");
    let mut limits = serde_json::to_value(limits).expect("JSON");
    for group in limits.as_object_mut().expect("groups").values_mut() {
        for value in group.as_object_mut().expect("values").values_mut() {
            *value = (value.as_i64().expect("a number") * 10).into();
        }
    }
    let request = serde_json::from_value(json!({ "rateLimits": limits })).expect("a request");
    access.test_data_set_rate_limits(&request).await.expect("set");
}

async fn receive(gateway: &Process, begin: Instant, purchases: usize) {
    let http = reqwest::Client::new();
    let (mut most, mut last) = (0.0_f64, Instant::now());
    loop {
        let counts =
            http.get(format!("{}/api/v1/companies/{COMPANY}/purchases/counts", gateway.addresses[0]));
        let counts: Value = counts.send().await.expect("an answer").json().await.expect("JSON");
        let there = counts[0]["count"].as_u64().unwrap_or_default() as usize;
        let memory = gateway.memory_mib();
        most = most.max(memory);
        if last.elapsed() > Duration::from_secs(10) {
            last = Instant::now();
            println!("  {there} in {:.0} s, {memory:.0} MiB", begin.elapsed().as_secs_f64());
        }
        if there >= purchases {
            break;
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    let took = begin.elapsed().as_secs_f64();
    println!("received: {purchases} in {took:.1} s, {:.0}/s, at most {most:.0} MiB", purchases as f64 / took);
}

/// Reads all of them over the cursor API.
async fn read(gateway: &Process, purchases: usize) {
    let http = reqwest::Client::new();
    let begin = Instant::now();
    let (mut after, mut seen) = ("0".to_owned(), 0);
    loop {
        let url = format!(
            "{}/api/v1/companies/{COMPANY}/purchases/changes?after={after}&limit=1000",
            gateway.addresses[0]
        );
        let page: Value = http.get(url).send().await.expect("an answer").json().await.expect("JSON");
        seen += page["items"].as_array().expect("a list").len();
        page["nextCursor"].as_str().expect("a cursor").clone_into(&mut after);
        if page["hasMore"] != true {
            break;
        }
    }
    assert_eq!(seen, purchases);
    let took = begin.elapsed().as_secs_f64();
    println!("cursor API: {seen} in {took:.1} s, {:.0}/s", seen as f64 / took);
}

fn certificate(folder: &Path) {
    let key = KeyPair::generate().expect("a key");
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CountryName, "PL");
    params.distinguished_name.push(DnType::OrganizationName, "Firma z pomiaru");
    params.distinguished_name.push(DnType::CustomDnType(vec![2, 5, 4, 97]), format!("VATPL-{COMPANY}"));
    params.distinguished_name.push(DnType::CommonName, "Firma z pomiaru");
    let certificate = params.self_signed(&key).expect("a certificate");
    std::fs::write(folder.join("auth.crt"), certificate.pem()).expect("written");
    std::fs::write(folder.join("auth.key"), key.serialize_pem()).expect("written");
}

/// One of our programs, and the addresses that it printed.
struct Process {
    child: Child,
    addresses: Vec<String>,
}

impl Process {
    fn start(command: &mut Command, ready: &str) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("it starts");
        let lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        let mut lines = lines.map_while(Result::ok);
        let line = lines.find(|line| line.contains(ready)).expect("the ready line");
        let addresses =
            line.split_whitespace().filter(|word| word.starts_with("http")).map(str::to_owned).collect();
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, addresses }
    }

    fn memory_mib(&self) -> f64 {
        let path = PathBuf::from("/proc").join(self.child.id().to_string()).join("status");
        let status = std::fs::read_to_string(path).expect("Linux");
        let line = status.lines().find(|line| line.starts_with("VmRSS")).expect("a line");
        line.split_whitespace().nth(1).and_then(|kib| kib.parse::<f64>().ok()).expect("a number") / 1024.0
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
