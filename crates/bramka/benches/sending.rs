//! `cargo bench -p bramka --bench sending`: the gateway's speed, with the simulator in a process of its own and its limits
//! off: from REST to durable acceptance, end to end to verified UPO, start, memory at rest, ten thousand companies.
//!
//! `-- --database postgres://…` measures on PostgreSQL; `-- --invoices N` sends so many (20,000).

#![allow(clippy::print_stdout, reason = "a benchmark speaks to people")]

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use rcgen::{CertificateParams, DnType, KeyPair};
use serde_json::{Value, json};

const COMPANY: &str = "2222222222";
/// Connections of the program that hands invoices over.
const CONNECTIONS: usize = 64;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let value = |name: &str| {
        arguments
            .iter()
            .position(|argument| argument == name)
            .and_then(|place| arguments.get(place + 1))
            .cloned()
    };
    let invoices = value("--invoices").map_or(20_000, |text| text.parse().expect("a number"));
    let database = value("--database");
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime");
    let folder = tempfile::tempdir().expect("a folder");
    let simulator = Process::start(
        Command::new(env!("CARGO_BIN_EXE_bramka")).args([
            "simulator",
            "--listen",
            "127.0.0.1:0",
            "--limits",
            "off",
        ]),
        "listening",
    );
    let ksef_url = simulator.url.clone();
    certificate(folder.path());

    let config = folder.path().join("one.toml");
    std::fs::write(&config, company(COMPANY, &ksef_url)).expect("written");
    let data = folder.path().join("data");
    let begin = Instant::now();
    let gateway = serve(&config, &data, database.as_deref());
    println!("start to the ready line: {:.0} ms", begin.elapsed().as_secs_f64() * 1e3);
    std::thread::sleep(Duration::from_secs(2));
    println!("memory at rest: {:.1} MiB", gateway.memory_mib());
    runtime.block_on(send(&gateway, invoices));
    println!("memory after it: {:.1} MiB", gateway.memory_mib());
    drop(gateway);

    if database.is_none() {
        let config = folder.path().join("many.toml");
        let companies: String = (0..10_000).map(|place| company(&nip(place), &ksef_url)).collect();
        std::fs::write(&config, companies).expect("written");
        let begin = Instant::now();
        let gateway = serve(&config, &folder.path().join("many"), None);
        println!("10,000 companies: start {:.0} ms", begin.elapsed().as_secs_f64() * 1e3);
        // Each looks for purchases once after the start; then they are at rest.
        std::thread::sleep(Duration::from_secs(120));
        let before = gateway.processor_time();
        std::thread::sleep(Duration::from_secs(30));
        let spent = gateway.processor_time() - before;
        println!(
            "10,000 companies at rest: {:.1} MiB, {:.2} % of a processor",
            gateway.memory_mib(),
            spent.as_secs_f64() / 30.0 * 100.0
        );
    }
}

/// Hands invoices over on many connections, and waits until each has its verified UPO.
async fn send(gateway: &Process, invoices: usize) {
    let http = reqwest::Client::new();
    let settings =
        json!({ "policy": "manual", "upoMode": "batch", "sessionAgeS": 7200, "isSendingOn": true });
    set(&http, gateway, &settings).await;
    let place = Arc::new(AtomicUsize::new(0));
    let begin = Instant::now();
    let mut hands = tokio::task::JoinSet::new();
    for _ in 0..CONNECTIONS {
        let (http, place) = (http.clone(), place.clone());
        let url = format!("{}/api/v1/companies/{COMPANY}/invoices", gateway.url);
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

    // End to end: everything that waited is released at once, as after approval of a month's invoices.
    let begin = Instant::now();
    let url = format!("{}/api/v1/companies/{COMPANY}/invoices/release", gateway.url);
    let released = http.post(&url).send().await.expect("an answer");
    assert!(released.status().is_success(), "{}", released.status());
    loop {
        let counts: Value = http
            .get(format!("{}/api/v1/companies/{COMPANY}/invoices/counts", gateway.url))
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
    let url = format!("{}/api/v1/companies/{COMPANY}/sending", gateway.url);
    let answer = http.put(url).json(settings).send().await.expect("an answer");
    assert!(answer.status().is_success());
}

fn serve(config: &Path, data: &Path, database: Option<&str>) -> Process {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bramka"));
    command.args(["serve", "--listen", "127.0.0.1:0"]).arg("--config").arg(config).arg("--data").arg(data);
    command.env_remove("BRAMKA_API_KEY").env_remove("BRAMKA_DATABASE").env("BRAMKA_LANG", "en");
    if let Some(database) = database {
        command.args(["--database", database]);
    }
    Process::start(&mut command, "listening")
}

fn company(nip: &str, ksef_url: &str) -> String {
    format!(
        "[[company]]\ncontext = \"{nip}\"\nenvironment = \"simulator\"\nksef_url = \"{ksef_url}\"\n\
         certificate = \"auth.crt\"\nkey = \"auth.key\"\n"
    )
}

/// The NIP with this place among those that have a right check digit.
fn nip(place: u64) -> String {
    const WEIGHTS: [u64; 9] = [6, 5, 7, 2, 3, 4, 5, 6, 7];
    // Its second and third digits are not both zero.
    let base = 111_000_000 + place * 11;
    (base..)
        .find_map(|base| {
            let text = base.to_string();
            let sum: u64 =
                text.bytes().zip(WEIGHTS).map(|(digit, weight)| u64::from(digit - b'0') * weight).sum();
            (sum % 11 < 10).then(|| format!("{text}{}", sum % 11))
        })
        .expect("one of a few has a check digit")
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

fn invoice(number: usize) -> String {
    let now = jiff::Timestamp::now();
    let today = now.in_tz("Europe/Warsaw").expect("the zone is compiled in").date().to_string();
    include_str!("../samples/sale-domestic.xml")
        .replace("{created}", &now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
        .replace("{today}", &today)
        .replace("{number}", &format!("B/{number}"))
}

/// One of our programs.
struct Process {
    child: Child,
    url: String,
}

impl Process {
    fn start(command: &mut Command, ready: &str) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("it starts");
        let lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        let mut lines = lines.map_while(Result::ok);
        let line = lines.find(|line| line.contains(ready)).expect("the ready line");
        let url =
            line.split_whitespace().find(|word| word.starts_with("http")).expect("an address").to_owned();
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, url }
    }

    fn file(&self, name: &str) -> String {
        std::fs::read_to_string(PathBuf::from("/proc").join(self.child.id().to_string()).join(name))
            .expect("Linux")
    }

    fn memory_mib(&self) -> f64 {
        let status = self.file("status");
        let line = status.lines().find(|line| line.starts_with("VmRSS")).expect("a line");
        line.split_whitespace().nth(1).and_then(|kib| kib.parse::<f64>().ok()).expect("a number") / 1024.0
    }

    fn processor_time(&self) -> Duration {
        let stat = self.file("stat");
        let fields: Vec<&str> = stat.rsplit(')').next().expect("its end").split_whitespace().collect();
        let ticks: u64 =
            fields[11].parse::<u64>().expect("a number") + fields[12].parse::<u64>().expect("a number");
        Duration::from_millis(ticks * 10)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
