//! Preparing invoices beside PyPI's clients, in one run on one machine: `cargo bench -p ksef-client`. With `-- --large` also
//! the largest package, 5 GB of documents: it needs 4 GB of disk and some minutes.
//!
//! The corpus is made by `bench/corpus.py` of the shared material. The peers run in the Python that `BRAMKA_OUTSIDERS`
//! names (ksef-client) and the one that `BRAMKA_KSEF2` names (ksef2); what is missing is said, and ours is measured
//! alone. Each batch is packed in a process of its own, so that its peak memory is its own.
#![expect(clippy::print_stdout, reason = "a benchmark's answer goes to standard output")]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use ksef_client::batch::{BatchDocument, DocumentSource, PackOptions, pack};
use ksef_crypto::{SessionKey, sha256};
use ksef_wire::CompressionType;
use serde_json::{Value, json};

/// Rounds of every measurement, ours and theirs in turn; the median counts.
const ROUNDS: usize = 5;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let [_, command, folder, kind] = arguments.as_slice()
        && command == "pack"
    {
        println!("{}", pack_once(Path::new(folder), kind));
        return;
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let Some(corpus) = corpus(folder.path()) else {
        println!("not measured: the corpus needs BRAMKA_SHARED and python3");
        return;
    };
    batches(&corpus.join("batch10k"));
    if arguments.iter().any(|argument| argument == "--large") {
        largest(&corpus.join("attach3mb.xml"), folder.path());
    }
    one_invoice(&corpus.join("small.xml"));
}

fn batches(invoices: &Path) {
    println!("| 10,000 invoices into encrypted parts | wall | CPU | package | peak memory |");
    println!("|---|---|---|---|---|");
    let peer_script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/peer_batch.py");
    for kind in ["Zip", "TarGz"] {
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            let own = std::env::current_exe().expect("this program");
            ours.extend(measured(Command::new(own).arg("pack").arg(invoices).arg(kind)));
            if let Some(python) = std::env::var_os("BRAMKA_OUTSIDERS") {
                theirs.extend(measured(Command::new(python).arg(&peer_script).arg(invoices).arg(kind)));
            }
        }
        row(&format!("{kind}, bramka"), &ours);
        row(&format!("{kind}, ksef-client"), &theirs);
    }
}

/// As many documents of 3 MB as 5 GB hold, under names of their own.
fn largest(document: &Path, folder: &Path) {
    let bytes = std::fs::metadata(document).expect("a document of the corpus").len();
    let many = folder.join("many");
    std::fs::create_dir(&many).expect("a folder");
    for number in 0..5_000_000_000 / bytes {
        std::fs::hard_link(document, many.join(format!("{number}.xml"))).expect("a link");
    }
    let own = std::env::current_exe().expect("this program");
    let measured = measured(Command::new(own).arg("pack").arg(&many).arg("TarGz"));
    row("TarGz of 5 GB, bramka", &Vec::from_iter(measured));
}

fn row(name: &str, rounds: &[Value]) {
    let median = |field: &str| {
        let mut values: Vec<f64> = rounds.iter().filter_map(|round| round[field].as_f64()).collect();
        values.sort_by(f64::total_cmp);
        values.get(values.len() / 2).copied()
    };
    let shown = |value: Option<f64>, unit: f64, digits: usize, name: &str| {
        value.map_or_else(|| "not measured".to_owned(), |value| format!("{:.digits$} {name}", value / unit))
    };
    println!(
        "| {name} | {} | {} | {} | {} |",
        shown(median("wall"), 1.0, 2, "s"),
        shown(median("cpu"), 1.0, 2, "s"),
        shown(median("bytes"), 1e6, 2, "MB"),
        shown(median("rss"), 1_048_576.0, 0, "MiB")
    );
}

fn files_of(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    paths
}

/// Packs a folder once and says what it took.
fn pack_once(folder: &Path, kind: &str) -> Value {
    // Finding the documents is part of the work, as with the peer.
    let began = Instant::now();
    let paths = files_of(folder);
    let document = |path: &PathBuf| BatchDocument {
        name: path.file_name().expect("a name").to_string_lossy().into_owned(),
        source: DocumentSource::File(path.clone()),
        expected_hash: None,
    };
    let documents: Vec<BatchDocument> = paths.iter().map(document).collect();
    let compression = if kind == "Zip" { CompressionType::Zip } else { CompressionType::TarGz };
    let options = PackOptions { compression, ..PackOptions::default() };
    let parts = tempfile::tempdir().expect("a folder");
    let batch = pack(&documents, &SessionKey::generate(), parts.path(), &options).expect("packed");
    assert_eq!(batch.documents.len(), documents.len());
    json!({
        "wall": began.elapsed().as_secs_f64(),
        "cpu": processor_time().as_secs_f64(),
        "bytes": batch.bytes,
        "rss": peak_memory_bytes(),
    })
}

fn one_invoice(file: &Path) {
    let content = std::fs::read(file).expect("a document of the corpus");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/peer_invoice.py");
    let python = std::env::var_os("BRAMKA_KSEF2").or_else(|| std::env::var_os("BRAMKA_OUTSIDERS"));
    let key = SessionKey::generate();
    let (mut ours, mut ratios, mut name) = (Vec::new(), Vec::new(), String::from("no peer"));
    for _ in 0..ROUNDS {
        let (began, mut count) = (Instant::now(), 0_u32);
        while began.elapsed() < Duration::from_millis(500) {
            for _ in 0..100 {
                let encrypted = key.encrypt(&content);
                std::hint::black_box((sha256(&content), sha256(&encrypted)));
            }
            count += 100;
        }
        let own = began.elapsed().as_secs_f64() / f64::from(count);
        ours.push(own);
        let peer = python
            .as_ref()
            .and_then(|python| measured(Command::new(python).arg(&script).arg(file).arg("0.5")));
        if let Some(peer) = peer {
            ratios.push(peer["seconds"].as_f64().expect("seconds") / own);
            name = peer["name"].as_str().expect("a name").to_owned();
        }
    }
    ours.sort_by(f64::total_cmp);
    ratios.sort_by(f64::total_cmp);
    println!();
    println!("| hash, encrypt, hash of {} bytes | bramka | {name} takes |", content.len());
    println!("|---|---|---|");
    let ratio =
        ratios.get(ratios.len() / 2).map_or("not measured".to_owned(), |ratio| format!("{ratio:.1}×"));
    println!("| one thread | {:.1} µs | {ratio} |", ours.get(ROUNDS / 2).copied().unwrap_or_default() * 1e6);
}

/// The JSON that a program prints; nothing, and a word about it, when it fails.
fn measured(command: &mut Command) -> Option<Value> {
    let output = command.output().ok()?;
    if !output.status.success() {
        println!("{command:?} failed: {}", String::from_utf8_lossy(&output.stderr));
        return None;
    }
    serde_json::from_slice(&output.stdout).ok()
}

fn corpus(folder: &Path) -> Option<PathBuf> {
    let shared = std::env::var_os("BRAMKA_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from);
    let script = std::fs::canonicalize(shared.join("bench/corpus.py")).ok()?;
    let made = Command::new("python3").arg(script).arg("all").current_dir(folder).status().ok()?;
    made.success().then(|| folder.join("corpus"))
}

/// Processor time of this process, all threads (Linux, `/proc/self/stat`, in ticks of 10 ms).
fn processor_time() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let ticks: u64 =
        after_name.split_whitespace().skip(11).take(2).filter_map(|text| text.parse::<u64>().ok()).sum();
    Duration::from_millis(ticks * 10)
}

/// The most memory that this process ever had (Linux, `VmHWM`).
fn peak_memory_bytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
    line.split_whitespace().next().and_then(|text| text.parse::<u64>().ok()).unwrap_or_default() * 1024
}
