//! What a print costs: `cargo bench -p ksef-render`.
//!
//! The corpus is made by `bench/corpus.py` of the shared material; without it (or without python3) the benchmark says so
//! and measures the invoice of our own tests. Processor time of this thread, warm; then a process of its own for each
//! document, which renders it once: its processor time with everything that a first print needs, and its peak memory.
#![expect(clippy::print_stdout, reason = "a benchmark's answer goes to standard output")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use ksef_render::RenderOptions;

/// How long each measurement lasts; `BRAMKA_BENCH_SECONDS` changes it.
const SECONDS: f64 = 1.0;
/// Rounds of every measurement; the median counts.
const ROUNDS: usize = 5;

fn main() {
    let mut arguments = std::env::args().skip_while(|argument| argument != "--once").skip(1);
    if let Some(path) = arguments.next() {
        return once(Path::new(&path));
    }
    let seconds = std::env::var("BRAMKA_BENCH_SECONDS").ok().and_then(|text| text.parse().ok());
    let duration = seconds.unwrap_or(SECONDS);
    let default = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let shared = std::env::var_os("BRAMKA_SHARED").map_or(default, PathBuf::from);
    let folder = tempfile::tempdir().expect("a temporary folder");
    println!(
        "| document | XML bytes | PDF bytes | PDF, warm | HTML, warm | process of one PDF | its memory |"
    );
    println!("|---|---|---|---|---|---|---|");
    for (name, path) in corpus(&shared, folder.path()) {
        let bytes = fs::read(&path).expect("a document of the corpus");
        let options = RenderOptions::default();
        let size = ksef_render::pdf(&bytes, &options).expect("renders").len();
        let pdf = median(duration, || drop(ksef_render::pdf(&bytes, &options)));
        let html = median(duration, || drop(ksef_render::html(&bytes, &options)));
        let (cold, memory) = process(&path);
        println!(
            "| {name} | {} | {size} | {pdf:.2} ms | {html:.2} ms | {cold:.1} ms | {memory:.1} MiB |",
            bytes.len()
        );
    }
}

/// Renders one document and tells what the process used: processor milliseconds and peak memory in MiB.
fn once(path: &Path) {
    let bytes = fs::read(path).expect("the document");
    drop(std::hint::black_box(ksef_render::pdf(&bytes, &RenderOptions::default())));
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = peak.and_then(|peak| peak.trim().trim_end_matches("kB").trim().parse::<f64>().ok());
    println!("{} {}", processor_time().as_secs_f64() * 1e3, kib.unwrap_or_default() / 1024.0);
}

fn process(path: &Path) -> (f64, f64) {
    let program = std::env::current_exe().expect("this program");
    let mut runs: Vec<(f64, f64)> = (0..ROUNDS)
        .map(|_| {
            let output = Command::new(&program).arg("--once").arg(path).output().expect("runs");
            let text = String::from_utf8_lossy(&output.stdout).into_owned();
            let mut numbers = text.split_whitespace().filter_map(|word| word.parse().ok());
            (numbers.next().unwrap_or_default(), numbers.next().unwrap_or_default())
        })
        .collect();
    runs.sort_by(|one, other| one.0.total_cmp(&other.0));
    runs[ROUNDS / 2]
}

/// Milliseconds of processor time of one call: the median of the rounds.
fn median(seconds: f64, mut work: impl FnMut()) -> f64 {
    let mut rounds: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let (begin, clock) = (Instant::now(), processor_time());
            let mut count = 0_u32;
            while count == 0 || begin.elapsed() < Duration::from_secs_f64(seconds / ROUNDS as f64) {
                work();
                count += 1;
            }
            processor_time().saturating_sub(clock).as_secs_f64() * 1e3 / f64::from(count)
        })
        .collect();
    rounds.sort_by(f64::total_cmp);
    rounds[ROUNDS / 2]
}

/// What this thread has spent on a processor, as Linux tells.
fn processor_time() -> Duration {
    let text = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds = text.split_whitespace().next().and_then(|number| number.parse().ok());
    Duration::from_nanos(nanoseconds.unwrap_or_default())
}

fn corpus(shared: &Path, folder: &Path) -> Vec<(String, PathBuf)> {
    let script = shared.join("bench/corpus.py");
    let made = Command::new("python3").arg(&script).current_dir(folder).status();
    if script.is_file() && made.is_ok_and(|status| status.success()) {
        let names = ["small", "medium", "large", "attach3mb", "max10k"];
        let path = |name: &str| folder.join("corpus").join(format!("{name}.xml"));
        return names.iter().map(|name| ((*name).to_owned(), path(name))).collect();
    }
    println!("SKIPPED: the corpus needs python3 and {}; our own invoice instead", script.display());
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ksef-invoice/tests/data/vat.xml");
    vec![("our own".to_owned(), own)]
}
