//! Our verdict beside libxml2's, in one run on one machine: `cargo bench -p ksef-invoice`.
//!
//! The corpus is made by `bench/corpus.py`, the peer compiled from `bench/libxml2_validate.c`, both of the shared
//! material; without them (or without cc, libxml2-dev, python3) the benchmark says so and measures our own invoice
//! alone. Nothing is kept between rounds, and both sides begin with the same bytes in memory.
#![expect(clippy::print_stdout, reason = "a benchmark's answer goes to standard output")]

mod cold;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use ksef_invoice::{Layers, ValidationOptions, validate};

/// How long each measurement lasts; `BRAMKA_BENCH_SECONDS` changes it.
const SECONDS: f64 = 1.0;
/// Rounds of every measurement, ours and theirs in turn; the median counts.
const ROUNDS: usize = 5;

fn main() {
    let seconds = std::env::var("BRAMKA_BENCH_SECONDS").ok().and_then(|text| text.parse().ok());
    let duration = seconds.unwrap_or(SECONDS);
    let default = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let shared = std::env::var_os("BRAMKA_SHARED").map_or(default, PathBuf::from);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let corpus = corpus(&shared, folder.path());
    let peer = Peer::build(&shared, folder.path());
    println!("| document | bytes | libxml2 DOM | schema layer | ratio | all layers | ratio |");
    println!("|---|---|---|---|---|---|---|");
    for (name, path) in &corpus {
        let bytes = fs::read(path).expect("a document of the corpus");
        let (mut theirs, mut schema, mut all) = (Vec::new(), Vec::new(), Vec::new());
        let (mut schema_ratios, mut all_ratios) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            let quick = rate(&bytes, Layers::Schema, duration);
            let whole = rate(&bytes, Layers::All, duration);
            schema.push(quick);
            all.push(whole);
            if let Some(peer) = peer.as_ref().and_then(|peer| peer.rate(path, duration)) {
                theirs.push(peer);
                schema_ratios.push(quick / peer);
                all_ratios.push(whole / peer);
            }
        }
        let shown = |rate: Option<f64>| {
            rate.map_or_else(
                || "–".to_owned(),
                |rate| format!("{rate:.0}/s, {:.0} MB/s", rate * bytes.len() as f64 / 1e6),
            )
        };
        let times = |ratio: Option<f64>| ratio.map_or_else(|| "–".to_owned(), |ratio| format!("{ratio:.1}×"));
        println!(
            "| {name} | {} | {} | {} | {} | {} | {} |",
            bytes.len(),
            shown(median(theirs)),
            shown(median(schema)),
            times(median(schema_ratios)),
            shown(median(all)),
            times(median(all_ratios))
        );
    }
    if let (Some(peer), Some((_, small))) = (&peer, corpus.first()) {
        cold::measure(small, &peer.schema, &peer.catalogue);
    }
}

/// Documents a second of processor time, on one thread.
fn rate(bytes: &[u8], layers: Layers, seconds: f64) -> f64 {
    let today = Some(jiff::civil::date(2026, 2, 15));
    let options = ValidationOptions { layers, today, ..ValidationOptions::default() };
    let report = validate(bytes, &options);
    assert!(layers == Layers::All || report.is_valid(), "{:?}", report.findings);
    let (begin, clock) = (Instant::now(), processor_time());
    let mut count = 0_u32;
    while begin.elapsed() < Duration::from_secs_f64(seconds) {
        for _ in 0..8 {
            std::hint::black_box(validate(std::hint::black_box(bytes), &options));
        }
        count += 8;
    }
    let spent = clock.zip(processor_time()).map(|(begin, end)| end.saturating_sub(begin));
    f64::from(count) / spent.unwrap_or_else(|| begin.elapsed()).as_secs_f64()
}

/// What this thread has spent on a processor, where Linux tells; else the wall clock counts.
fn processor_time() -> Option<Duration> {
    let text = fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    Some(Duration::from_nanos(text.split_whitespace().next()?.parse().ok()?))
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}

fn corpus(shared: &Path, folder: &Path) -> Vec<(String, PathBuf)> {
    let script = shared.join("bench/corpus.py");
    let made = Command::new("python3").arg(&script).current_dir(folder).status();
    if script.is_file() && made.is_ok_and(|status| status.success()) {
        let names = ["small", "medium", "large", "attach3mb"];
        let path = |name: &str| folder.join("corpus").join(format!("{name}.xml"));
        return names.iter().map(|name| ((*name).to_owned(), path(name))).collect();
    }
    println!("SKIPPED: the corpus needs python3 and {}; our own invoice instead", script.display());
    vec![("our own".to_owned(), Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/vat.xml"))]
}

/// libxml2 with the official FA(3) schema, its imports led to the local copies.
struct Peer {
    program: PathBuf,
    schema: PathBuf,
    catalogue: PathBuf,
}

impl Peer {
    fn build(shared: &Path, folder: &Path) -> Option<Self> {
        let schemas = shared.join("ksef/docs/faktury/schemy/FA");
        let peer = Self {
            program: folder.join("libxml2_validate"),
            schema: schemas.join("schemat_FA(3)_v1-0E.xsd"),
            catalogue: folder.join("catalog.xml"),
        };
        let flags = Command::new("xml2-config").args(["--cflags", "--libs"]).output().ok();
        let flags = flags.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
        let source = shared.join("bench/libxml2_validate.c");
        let built = flags.filter(|_| source.is_file()).and_then(|flags| {
            let mut cc = Command::new("cc");
            cc.arg("-O2").arg(&source).args(flags.split_whitespace()).arg("-o").arg(&peer.program);
            Some(cc.output().ok()?.status.success())
        });
        if built != Some(true) {
            println!("SKIPPED: libxml2 needs cc, libxml2-dev and {}", source.display());
            return None;
        }
        let base = schemas.join("bazowe").canonicalize().ok()?;
        let address = "http://crd.gov.pl/xml/schematy/dziedzinowe/mf/2022/01/05/eD/DefinicjeTypy/";
        let rewrite = format!(
            "<catalog xmlns=\"urn:oasis:names:tc:entity:xmlns:xml:catalog\">\
             <rewriteSystem systemIdStartString=\"{address}\" rewritePrefix=\"file://{base}/\"/>\
             <rewriteURI uriStartString=\"{address}\" rewritePrefix=\"file://{base}/\"/></catalog>",
            base = base.display()
        );
        fs::write(&peer.catalogue, rewrite).ok()?;
        Some(peer)
    }

    /// Documents a second of processor time, the best of the program's three rounds.
    fn rate(&self, document: &Path, seconds: f64) -> Option<f64> {
        let output = Command::new(&self.program)
            .arg("domvalid")
            .args([&self.schema, document])
            .arg((seconds / 3.0).to_string())
            .env("XML_CATALOG_FILES", &self.catalogue)
            .output()
            .ok()?;
        let words = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(words.contains("rc=0 "), "libxml2 refuses the document: {words}");
        let rates = words.split_whitespace().filter_map(|word| word.strip_prefix("inv/s_cpu="));
        rates.filter_map(|rate| rate.parse().ok()).max_by(f64::total_cmp)
    }
}
