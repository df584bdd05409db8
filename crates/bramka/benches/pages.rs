//! `cargo bench -p bramka --bench pages`: how long the gateway takes for each of its pages, and what they weigh, with a database of
//! a million documents: purchases received and sales sent before, on a simulator in a process of its own, its limits off.
//!
//! `-- --purchases N --sales N` for fewer (950,000 and 50,000). Pages are found as a visitor finds them: by following the links,
//! one of each kind.

#![allow(clippy::print_stdout, reason = "a benchmark speaks to people")]

mod support;

use std::collections::{BTreeSet, HashSet, VecDeque};
use std::time::{Duration, Instant};

use support::{
    Arguments, COMPANY, Process, certificate, company, fill, hand_over, receive, release, runtime, serve,
    simulator, widen,
};

/// So often is each page asked for.
const ROUNDS: usize = 20;
/// More kinds of pages than there are: what is above it would be a link that never ends.
const KINDS_MAX: usize = 500;

fn main() {
    let arguments = Arguments::read();
    let purchases = arguments.number("--purchases", 950_000);
    let sales = arguments.number("--sales", 50_000);
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
    runtime.block_on(async {
        receive(&gateway, begin, purchases).await;
        hand_over(&gateway, sales).await;
        release(&gateway, sales).await;
        let pages = found(&gateway).await;
        measure(&gateway, &pages).await;
    });
}

/// A page of its kind.
struct Page {
    path: String,
    bytes: usize,
}

/// One page of each kind that links lead to.
async fn found(gateway: &Process) -> Vec<Page> {
    let http = reqwest::Client::new();
    let start = ["/".to_owned(), "/?all=yes".to_owned(), format!("/companies/{COMPANY}")];
    let mut kinds: HashSet<String> = start.iter().map(|path| kind(path)).collect();
    let mut ahead: VecDeque<String> = start.into();
    let mut pages = Vec::new();
    while let Some(path) = ahead.pop_front() {
        let answer = http.get(format!("{}{path}", gateway.address())).send().await.expect("an answer");
        assert!(!answer.status().is_server_error(), "{path}: {}", answer.status());
        let is_page = answer
            .headers()
            .get("content-type")
            .is_some_and(|value| value.as_bytes().starts_with(b"text/html"));
        if !is_page || !answer.status().is_success() {
            continue;
        }
        let html = answer.text().await.expect("text");
        for link in html.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
            let link = link.split('#').next().unwrap_or_default().replace("&amp;", "&");
            if link.starts_with('/') && kinds.len() < KINDS_MAX && kinds.insert(kind(&link)) {
                ahead.push_back(link);
            }
        }
        pages.push(Page { path, bytes: html.len() });
    }
    pages
}

/// The path without what names a single document, and the names of what it asks for.
fn kind(path: &str) -> String {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let part = |part: &str| {
        let is_name = part.len() > 15 || part.chars().any(|letter| letter.is_ascii_digit());
        if is_name { "*".to_owned() } else { part.to_owned() }
    };
    let path: Vec<String> = path.split('/').map(part).collect();
    let asked: BTreeSet<&str> = query
        .split('&')
        .filter(|pair| !pair.ends_with('='))
        .filter_map(|pair| pair.split('=').next())
        .collect();
    format!("{}?{}", path.join("/"), asked.into_iter().collect::<Vec<_>>().join("&"))
}

async fn measure(gateway: &Process, pages: &[Page]) {
    let http = reqwest::Client::new();
    let mut all = Vec::new();
    let mut slowest = Vec::new();
    for page in pages {
        let mut times = Vec::new();
        for round in 0..=ROUNDS {
            let begin = Instant::now();
            let answer = http.get(format!("{}{}", gateway.address(), page.path)).send().await;
            answer.expect("an answer").bytes().await.expect("the body");
            // The first fills the cache.
            if round > 0 {
                times.push(begin.elapsed());
            }
        }
        times.sort();
        slowest.push((times[times.len() - 1], times[times.len() / 2], page));
        all.extend(times);
    }
    all.sort();
    let at = |share: f64| millis(all[((all.len() - 1) as f64 * share) as usize]);
    println!(
        "{} kinds of pages, {} answers: median {:.1} ms, p99 {:.1} ms, longest {:.1} ms",
        pages.len(),
        all.len(),
        at(0.5),
        at(0.99),
        at(1.0)
    );
    slowest.sort_by_key(|(longest, _, _)| std::cmp::Reverse(*longest));
    for (longest, median, page) in slowest.iter().take(10) {
        println!("  {:.1} ms (median {:.1}): {}", millis(*longest), millis(*median), page.path);
    }
    let heaviest = pages.iter().max_by_key(|page| page.bytes).expect("a page");
    let html = http.get(format!("{}{}", gateway.address(), heaviest.path)).send().await.expect("an answer");
    let html = html.text().await.expect("text");
    let mut assets = 0;
    for rest in html.split("\"/assets/").skip(1) {
        let name = rest.split('"').next().unwrap_or_default();
        let answer =
            http.get(format!("{}/assets/{name}", gateway.address())).send().await.expect("an answer");
        assert!(answer.status().is_success(), "{name}");
        assets += answer.bytes().await.expect("the body").len();
    }
    println!(
        "heaviest page {:.1} KB, with all that it asks for {:.1} KB: {}",
        heaviest.bytes as f64 / 1e3,
        (heaviest.bytes + assets) as f64 / 1e3,
        heaviest.path
    );
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
