//! `cargo bench -p bramka --bench sending`: the gateway's speed, with the simulator in a process of its own and its limits
//! off: from REST to durable acceptance, end to end to verified UPO, start, memory at rest, ten thousand companies.
//!
//! `-- --database postgres://…` measures on PostgreSQL; `-- --invoices N` sends so many (20,000).

#![allow(clippy::print_stdout, reason = "a benchmark speaks to people")]

mod support;

use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::json;
use support::{Arguments, COMPANY, certificate, company, hand_over, release, runtime, serve, simulator};

/// Companies of an office, for the measurement at rest.
const COMPANIES: u64 = 10_000;
const REST_AFTER_MAX: Duration = Duration::from_secs(300);

fn main() {
    let arguments = Arguments::read();
    let invoices = arguments.number("--invoices", 20_000);
    let database = arguments.value("--database");
    let runtime = runtime();
    let folder = tempfile::tempdir().expect("a folder");
    let simulator = simulator();
    certificate(folder.path());

    let config = folder.path().join("one.toml");
    std::fs::write(&config, company(COMPANY, simulator.address())).expect("written");
    let begin = Instant::now();
    let gateway = serve(&config, &folder.path().join("data"), database);
    println!("start to the ready line: {:.0} ms", begin.elapsed().as_secs_f64() * 1e3);
    std::thread::sleep(Duration::from_secs(2));
    let spent = runtime.block_on(gateway.spent_within(Duration::from_secs(10)));
    println!("at rest: {:.1} MiB, {:.2} % of a processor", gateway.memory_mib(), spent.as_secs_f64() * 10.0);
    runtime.block_on(hand_over(&gateway, invoices));
    runtime.block_on(release(&gateway, invoices));
    println!("memory after it: {:.1} MiB", gateway.memory_mib());
    drop(gateway);

    if database.is_none() {
        runtime.block_on(office(simulator.address(), folder.path()));
    }
}

/// An office's ten thousand companies with nothing to do: nothing to send, and purchases are not received. (Receiving for so many
/// is bound by what KSeF allows an address: 75 requests a second.)
async fn office(ksef_url: &str, folder: &Path) {
    let companies: Vec<String> = (0..COMPANIES).map(nip).collect();
    let config = folder.join("many.toml");
    let text: String = companies.iter().map(|nip| company(nip, ksef_url)).collect();
    std::fs::write(&config, text).expect("written");
    let begin = Instant::now();
    let gateway = serve(&config, &folder.join("many"), None);
    println!("{COMPANIES} companies: first start {:.0} ms", begin.elapsed().as_secs_f64() * 1e3);
    let http = reqwest::Client::new();
    for nip in &companies {
        let url = format!("{}/api/v1/companies/{nip}/receiving", gateway.address());
        let answer = http.put(url).json(&json!({ "isOn": false })).send().await.expect("an answer");
        assert!(answer.status().is_success(), "{}", answer.text().await.unwrap_or_default());
    }
    drop(gateway);
    let begin = Instant::now();
    let gateway = serve(&config, &folder.join("many"), None);
    println!("{COMPANIES} companies: start {:.0} ms", begin.elapsed().as_secs_f64() * 1e3);
    while gateway.spent_within(Duration::from_secs(20)).await > Duration::from_millis(40) {
        assert!(begin.elapsed() < REST_AFTER_MAX, "it does not come to rest");
    }
    println!("{COMPANIES} companies: at rest {:.0} s after the start", begin.elapsed().as_secs_f64() - 20.0);
    let spent = gateway.spent_within(Duration::from_secs(60)).await;
    println!(
        "{COMPANIES} companies at rest: {:.1} MiB, {:.2} % of a processor",
        gateway.memory_mib(),
        spent.as_secs_f64() / 60.0 * 100.0
    );
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
