//! `cargo bench -p bramka --bench receiving`: purchases from a simulator in a process of its own, its limits off: how many a second,
//! in how much memory, and how quickly a program reads them over the cursor API.
//!
//! `-- --purchases N` receives so many (100,000); `-- --database postgres://…` measures on PostgreSQL.

#![allow(clippy::print_stdout, reason = "a benchmark speaks to people")]

mod support;

use std::time::Instant;

use serde_json::Value;
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
    let begin = Instant::now();
    let gateway = serve(&config, &folder.path().join("data"), arguments.value("--database"));
    runtime.block_on(receive(&gateway, begin, purchases));
    runtime.block_on(read(&gateway, purchases));
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
