//! What the benchmarks of the gateway share: our programs as processes of their own, one company, its documents.

#![allow(dead_code, reason = "each benchmark uses its part")]
#![allow(clippy::print_stdout, reason = "a benchmark speaks to people")]

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use ksef_client::{Access, ClientOptions, KsefClient, LoginCredential};
use ksef_crypto::Credential;
use ksef_id::ContextIdentifier;
use rcgen::{CertificateParams, DnType, KeyPair};
use serde_json::{Value, json};

/// The company that sends and receives.
pub(crate) const COMPANY: &str = "2222222222";
/// Connections of the program that hands invoices over.
const CONNECTIONS: usize = 64;
/// What the simulator takes in one order.
const ORDER_MAX: usize = 100_000;

/// What the benchmark was called with.
pub(crate) struct Arguments(Vec<String>);

impl Arguments {
    /// Those of this process.
    pub(crate) fn read() -> Self {
        Self(std::env::args().collect())
    }

    /// What stands behind a flag.
    pub(crate) fn value(&self, name: &str) -> Option<&str> {
        let place = self.0.iter().position(|argument| argument == name)?;
        self.0.get(place + 1).map(String::as_str)
    }

    /// A number that stands behind a flag.
    pub(crate) fn number(&self, name: &str, otherwise: usize) -> usize {
        self.value(name).map_or(otherwise, |text| text.parse().expect("a number"))
    }
}

/// What the measuring side runs on.
pub(crate) fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime")
}

/// The simulator with its limits off; its second address is the control port's.
pub(crate) fn simulator() -> Process {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bramka"));
    command.args(["simulator", "--listen", "127.0.0.1:0", "--control", "127.0.0.1:0", "--limits", "off"]);
    Process::start(&mut command)
}

/// A gateway with these companies, its data in this folder or in that database; its webhooks may lead to this machine.
pub(crate) fn serve(config: &Path, data: &Path, database: Option<&str>) -> Process {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bramka"));
    command.args(["serve", "--listen", "127.0.0.1:0"]).arg("--config").arg(config).arg("--data").arg(data);
    command.env_remove("BRAMKA_API_KEY").env_remove("BRAMKA_DATABASE").env("BRAMKA_LANG", "en");
    command.env("BRAMKA_WEBHOOK_ALLOW", "127.0.0.0/8");
    if let Some(database) = database {
        command.args(["--database", database]);
    }
    Process::start(&mut command)
}

/// A company as the configuration has it.
pub(crate) fn company(nip: &str, ksef_url: &str) -> String {
    format!(
        "[[company]]\ncontext = \"{nip}\"\nenvironment = \"simulator\"\nksef_url = \"{ksef_url}\"\n\
         certificate = \"auth.crt\"\nkey = \"auth.key\"\n"
    )
}

/// A certificate of the company and its key, as the configuration names them.
pub(crate) fn certificate(folder: &Path) {
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

/// A sale of today with its number.
pub(crate) fn invoice(number: usize) -> String {
    let now = jiff::Timestamp::now();
    let today = now.in_tz("Europe/Warsaw").expect("the zone is compiled in").date().to_string();
    include_str!("../../samples/sale-domestic.xml")
        .replace("{created}", &now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
        .replace("{today}", &today)
        .replace("{number}", &format!("B/{number}"))
}

/// Hands invoices over on many connections; they wait for a person.
pub(crate) async fn hand_over(gateway: &Process, invoices: usize) {
    let http = reqwest::Client::new();
    let settings =
        json!({ "policy": "manual", "upoMode": "batch", "sessionAgeS": 7200, "isSendingOn": true });
    set(&http, gateway, &settings).await;
    let place = Arc::new(AtomicUsize::new(0));
    let begin = Instant::now();
    let mut hands = tokio::task::JoinSet::new();
    for _ in 0..CONNECTIONS {
        let (http, place) = (http.clone(), place.clone());
        let url = format!("{}/api/v1/companies/{COMPANY}/invoices", gateway.address());
        hands.spawn(async move {
            loop {
                let number = place.fetch_add(1, Ordering::Relaxed);
                if number >= invoices {
                    return;
                }
                let request = http
                    .post(&url)
                    .header("content-type", "application/xml")
                    .header("idempotency-key", format!("key-{number}"))
                    .body(invoice(number));
                let status = request.send().await.expect("an answer").status();
                assert_eq!(status.as_u16(), 201);
            }
        });
    }
    while let Some(hand) = hands.join_next().await {
        hand.expect("no panic");
    }
    let taken = begin.elapsed();
    println!(
        "from REST to durable acceptance: {invoices} invoices in {:.2} s, {:.0}/s",
        taken.as_secs_f64(),
        invoices as f64 / taken.as_secs_f64()
    );
}

/// Releases what was handed over, and waits until each has its verified UPO.
pub(crate) async fn release(gateway: &Process, invoices: usize) {
    let http = reqwest::Client::new();
    // End to end: everything that waited is released at once, as after approval of a month's invoices.
    let begin = Instant::now();
    let url = format!("{}/api/v1/companies/{COMPANY}/invoices/release", gateway.address());
    let mut has_more = json!(true);
    while has_more == json!(true) {
        let answer: Value = http.post(&url).send().await.expect("an answer").json().await.expect("JSON");
        has_more = answer["hasMore"].clone();
    }
    loop {
        let counts: Value = http
            .get(format!("{}/api/v1/companies/{COMPANY}/invoices/counts", gateway.address()))
            .send()
            .await
            .expect("an answer")
            .json()
            .await
            .expect("JSON");
        let of = |state: &str| counts[state].as_u64().unwrap_or_default() as usize;
        if of("upoVerified") + of("stored") == invoices {
            break;
        }
        assert!(begin.elapsed() < Duration::from_secs(600), "{counts}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let ended = begin.elapsed();
    println!(
        "end to end to verified UPO: {invoices} invoices in {:.2} s, {:.0}/s",
        ended.as_secs_f64(),
        invoices as f64 / ended.as_secs_f64()
    );
}

async fn set(http: &reqwest::Client, gateway: &Process, settings: &Value) {
    let url = format!("{}/api/v1/companies/{COMPANY}/sending", gateway.address());
    let answer = http.put(url).json(settings).send().await.expect("an answer");
    assert!(answer.status().is_success());
}

/// Puts purchases of the last weeks into the simulator, all within the 90 days to which the first look goes back.
pub(crate) async fn fill(control: &str, purchases: usize) {
    let http = reqwest::Client::new();
    let now = jiff::Timestamp::now();
    let mut left = purchases;
    let orders = purchases.div_ceil(ORDER_MAX);
    for order in 0..orders {
        let share = |place: usize| {
            let days = 85.0 * (1.0 - place as f64 / orders as f64);
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
pub(crate) async fn widen(ksef_url: &str, folder: &Path) {
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

/// Waits until this many purchases are there, and tells how it goes.
pub(crate) async fn receive(gateway: &Process, begin: Instant, purchases: usize) {
    let http = reqwest::Client::new();
    let (mut most, mut last) = (0.0_f64, Instant::now());
    loop {
        let counts = http.get(format!("{}/api/v1/companies/{COMPANY}/purchases/counts", gateway.address()));
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

/// One of our programs, and the addresses that it printed.
pub(crate) struct Process {
    child: Child,
    pub(crate) addresses: Vec<String>,
}

impl Process {
    fn start(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("it starts");
        let lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        let mut lines = lines.map_while(Result::ok);
        let line = lines.find(|line| line.contains("listening")).expect("the ready line");
        let addresses =
            line.split_whitespace().filter(|word| word.starts_with("http")).map(str::to_owned).collect();
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, addresses }
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> &str {
        &self.addresses[0]
    }

    fn file(&self, name: &str) -> String {
        std::fs::read_to_string(PathBuf::from("/proc").join(self.child.id().to_string()).join(name))
            .expect("Linux")
    }

    /// What it holds of memory.
    pub(crate) fn memory_mib(&self) -> f64 {
        let status = self.file("status");
        let line = status.lines().find(|line| line.starts_with("VmRSS")).expect("a line");
        line.split_whitespace().nth(1).and_then(|kib| kib.parse::<f64>().ok()).expect("a number") / 1024.0
    }

    /// What it took of the processors until now.
    pub(crate) fn processor_time(&self) -> Duration {
        let stat = self.file("stat");
        let fields: Vec<&str> = stat.rsplit(')').next().expect("its end").split_whitespace().collect();
        let ticks: u64 =
            fields[11].parse::<u64>().expect("a number") + fields[12].parse::<u64>().expect("a number");
        Duration::from_millis(ticks * 10)
    }

    /// What it takes of a processor within so long.
    pub(crate) async fn spent_within(&self, time: Duration) -> Duration {
        let before = self.processor_time();
        tokio::time::sleep(time).await;
        self.processor_time() - before
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
