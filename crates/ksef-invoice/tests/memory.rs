//! How much memory a document costs, by the peak that Linux notes for a process (`VmHWM`).
//!
//! Each document is measured in a process of its own: this test runs itself again with [`MEASURE`] set.

mod support;

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use ksef_invoice::{Layers, ValidationOptions, validate};
use support::VAT;

/// Names the document for the process that measures.
const MEASURE: &str = "BRAMKA_MEASURE_MEMORY_OF";

/// An invoice of so many lines, as the benchmarks' largest is.
fn lines(count: usize) -> String {
    let start = VAT.find("<FaWiersz>").expect("a line");
    let end = VAT.rfind("</FaWiersz>").expect("a line") + "</FaWiersz>".len();
    let mut many = String::new();
    for number in 1..=count {
        let _ = write!(
            many,
            "<FaWiersz>\n\t\t\t<NrWierszaFa>{number}</NrWierszaFa>\n\t\t\t<UU_ID>{number:032x}</UU_ID>\n\t\t\t\
             <P_7>karton 9594</P_7>\n\t\t\t<P_8A>szt.</P_8A>\n\t\t\t<P_8B>55</P_8B>\n\t\t\t<P_9A>197.58</P_9A>\n\t\t\t\
             <P_11>10866.90</P_11>\n\t\t\t<P_12>23</P_12>\n\t\t</FaWiersz>\n\t\t"
        );
    }
    format!("{}{many}{}", &VAT[..start], &VAT[end..])
}

/// Bytes that this process has at most had in memory, and has now.
fn memory() -> Option<(usize, usize)> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let field = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name))?;
        Some(line.split_whitespace().nth(1)?.parse::<usize>().ok()? * 1024)
    };
    Some((field("VmHWM")?, field("VmRSS")?))
}

/// What validating costs beyond the document itself, for the schema and for all layers.
fn measure(path: &Path) {
    let document = fs::read(path).expect("the document");
    for layers in [Layers::Schema, Layers::All] {
        let options =
            ValidationOptions { layers, today: Some(support::TODAY), ..ValidationOptions::default() };
        // The tables are read once for a process.
        let _ = validate(VAT.as_bytes(), &options);
        // Makes the peak what there is now.
        fs::write("/proc/self/clear_refs", "5").expect("Linux lets a process forget its peak");
        let (_, before) = memory().expect("Linux");
        let report = validate(&document, &options);
        let (peak, _) = memory().expect("Linux");
        eprintln!("{layers:?} {} {}", peak.saturating_sub(before), report.findings.len());
    }
}

fn measured(document: &str) -> Option<[usize; 2]> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("document.xml");
    fs::write(&path, document).expect("written");
    let output = Command::new(std::env::current_exe().expect("this test"))
        .args(["--exact", "--nocapture", "validating_needs_little_memory"])
        .env(MEASURE, &path)
        .output()
        .expect("it runs");
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{text}");
    let bytes = |layers: &str| {
        let line = text.lines().find_map(|line| line.split_once(layers))?.1;
        line.split_whitespace().next()?.parse::<usize>().ok()
    };
    Some([bytes("Schema ")?, bytes("All ")?])
}

#[test]
fn validating_needs_little_memory() {
    if let Some(path) = std::env::var_os(MEASURE) {
        return measure(Path::new(&path));
    }
    if memory().is_none() || fs::write("/proc/self/clear_refs", "5").is_err() {
        return support::skip("memory is measured by Linux's /proc");
    }
    let tiny = "<a/>".repeat(700_000);
    let behind = |start: &str, what: &str| VAT.replacen(start, &format!("{start}{what}"), 1);
    // The schema's verdict keeps nothing of a document; the rules of meaning keep its record, which is smaller than the
    // document unless that is made of the shortest elements.
    let cases: [(&str, String, f64, f64); 6] = [
        ("10,000 lines", lines(10_000), 0.1, 0.7),
        ("tiny elements", behind("<FaWiersz>", &"<a/>".repeat(100_000)), 2.0, 5.0),
        ("tiny elements of no form", format!("<r>{tiny}</r>"), 0.1, 0.1),
        ("one text", VAT.replace("REG-01", &"x".repeat(2_900_000)), 1.1, 1.1),
        ("one text of references", VAT.replace("REG-01", &"&lt;".repeat(720_000)), 0.6, 0.9),
        (
            "faults",
            VAT.replace("<FaWiersz>", &format!("{}<FaWiersz>", "<P_1>x</P_1>".repeat(240_000))),
            0.3,
            1.6,
        ),
    ];
    for (name, document, schema_max, all_max) in cases {
        let [schema, all] = measured(&document).expect(name);
        let size = document.len() as f64;
        eprintln!("{name}: {size} bytes, schema +{schema}, all layers +{all}");
        // A page here and there is the allocator's.
        let allowed = |times: f64| times * size + 256.0 * 1024.0;
        assert!(schema as f64 <= allowed(schema_max), "{name}: the schema takes {schema} bytes");
        assert!(all as f64 <= allowed(all_max), "{name}: all layers take {all} bytes");
    }
}
