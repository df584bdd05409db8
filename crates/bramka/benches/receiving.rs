//! `cargo bench -p bramka --bench receiving`: purchases from a simulator in a process of its own, its limits off: how many a second,
//! in how much memory, how quickly a program reads them over the cursor API, and how long after a purchase is on disk here its signed
//! message arrives at a webhook on this machine.
//!
//! `-- --purchases N` receives so many (100,000); `-- --database postgres://…` measures on PostgreSQL.

#![allow(clippy::print_stdout, reason = "a benchmark speaks to people")]

#[path = "../tests/support/receiver.rs"]
mod receiver;
mod support;

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use receiver::{Came, Receiver};
use serde_json::{Value, json};
use support::{
    Arguments, COMPANY, Process, certificate, company, fill, receive, runtime, serve, simulator, widen,
};

fn main() {
    let arguments = Arguments::read();
    let purchases = arguments.number("--purchases", 100_000);
    let runtime = runtime();
    let folder = tempfile::tempdir().expect("a folder");
    let simulator = simulator();
    runtime.block_on(fill(&simulator.addresses[1], purchases));
    certificate(folder.path());
    runtime.block_on(widen(simulator.address(), folder.path()));
    let config = folder.path().join("one.toml");
    std::fs::write(&config, company(COMPANY, simulator.address())).expect("written");
    let (data, database) = (folder.path().join("data"), arguments.value("--database"));
    let key = key(&data, database);
    let begin = Instant::now();
    let gateway = serve(&config, &data, database);
    runtime.block_on(receive(&gateway, begin, purchases));
    runtime.block_on(read(&gateway, purchases));
    runtime.block_on(told(&gateway, &simulator.addresses[1], &key));
}

/// A key with which webhooks are made.
fn key(data: &Path, database: Option<&str>) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bramka"));
    command
        .args(["api-key", "create", "hooks", "--company", COMPANY, "--scope", "admin", "--data"])
        .arg(data);
    command.env_remove("BRAMKA_DATABASE");
    if let Some(database) = database {
        command.env("BRAMKA_DATABASE", database);
    }
    let output = command.output().expect("it runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("a key").trim().to_owned()
}

/// Has some more purchases come, and measures from the time at which they were written down to the arrival of their messages. That
/// time is taken before the write, so the wait for the disk counts as well.
async fn told(gateway: &Process, control: &str, key: &str) {
    let (http, receiver) = (reqwest::Client::new(), Receiver::start().await);
    let company = format!("{}/api/v1/companies/{COMPANY}", gateway.address());
    let body = json!({ "url": receiver.url(), "events": ["purchases.received"] });
    let request = http.post(format!("{company}/webhooks")).header("x-api-key", key).json(&body);
    let made: Value = request.send().await.expect("an answer").json().await.expect("JSON");
    let secret = made["secret"].as_str().unwrap_or_else(|| panic!("{made}")).to_owned();
    let count = |came: &[Came]| {
        came.iter().map(|one| one.json()["data"]["count"].as_u64().unwrap_or_default()).sum::<u64>()
    };
    for round in 1..=TOLD_ROUNDS {
        let now = Timestamp::now();
        let body = json!({ "buyer": COMPANY, "count": TOLD_AT_ONCE, "from": now, "until": now });
        let filled = http.post(format!("{control}/control/inbox")).json(&body).send().await;
        assert!(filled.expect("an answer").status().is_success());
        let asked = http.post(format!("{company}/purchases/synchronize")).send().await.expect("an answer");
        assert!(asked.status().is_success());
        let begin = Instant::now();
        while count(&receiver.came()) < round * TOLD_AT_ONCE {
            assert!(begin.elapsed() < TOLD_PATIENCE, "{} were told", count(&receiver.came()));
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
    let mut waits = Vec::new();
    for one in receiver.came() {
        assert!(one.is_signed_with(&secret), "{one:?}");
        let (message, age) = (one.json(), one.at.elapsed());
        let received: Timestamp = message["timestamp"].as_str().expect("a time").parse().expect("a time");
        let wait = Timestamp::now().duration_since(received).as_secs_f64() - age.as_secs_f64();
        waits.extend((0..count(&[one])).map(|_| wait));
    }
    waits.sort_by(f64::total_cmp);
    println!(
        "from receipt to webhook: {} purchases, p50 {:.0} ms, max {:.0} ms",
        waits.len(),
        waits[waits.len() / 2] * 1e3,
        waits[waits.len() - 1] * 1e3
    );
}

/// Reads all of them over the cursor API.
async fn read(gateway: &Process, purchases: usize) {
    let http = reqwest::Client::new();
    let begin = Instant::now();
    let (mut after, mut seen) = ("0".to_owned(), 0);
    loop {
        let url = format!(
            "{}/api/v1/companies/{COMPANY}/purchases/changes?after={after}&limit=1000",
            gateway.address()
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

/// Purchases that come one after another: two in each look, since each look asks KSeF for four lists, and an hour has two hundred.
const TOLD_ROUNDS: u64 = 25;
const TOLD_AT_ONCE: u64 = 2;
const TOLD_PATIENCE: Duration = Duration::from_secs(120);
