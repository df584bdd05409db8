//! Clients and testers that are not ours, against `bramka simulator` as a stranger would start it.
//!
//! They run with the Python that `BRAMKA_OUTSIDERS` names, in which `.ci/outsiders.txt` is installed; `.ci/run` makes it.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

/// Statuses that KSeF answers with and the specification does not name for every operation.
const OUTSIDE_THE_SPECIFICATION: [&str; 5] = ["401", "404", "405", "413", "415"];

/// The simulator in a process of its own.
struct Simulator {
    child: Child,
    url: String,
    /// Held open: who cannot write to its standard output ends.
    _output: BufReader<ChildStdout>,
}

impl Simulator {
    fn start() -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_bramka"))
            .args(["simulator", "--listen", "127.0.0.1:0", "--limits", "off", "--lang", "en"])
            .stdout(Stdio::piped())
            .spawn()
            .expect("the simulator starts");
        let mut line = String::new();
        let mut output = BufReader::new(child.stdout.take().expect("piped"));
        output.read_line(&mut line).expect("a line");
        let url = line.split_whitespace().find(|word| word.starts_with("http://")).expect("an address");
        Self { child, url: url.to_owned(), _output: output }
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        // Already dead is fine.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_client_from_pypi_lives_its_whole_life() {
    let Some(python) = python() else { return };
    let simulator = Simulator::start();
    let invoice = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ksef-invoice/tests/data/vat.xml");
    let output = Command::new(python)
        .arg(scripts().join("ksef_client_flow.py"))
        .args([simulator.url.as_str(), invoice.to_str().expect("a readable path")])
        .output()
        .expect("python runs");
    assert!(
        output.status.success(),
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
fn schemathesis_finds_no_answer_outside_the_specification() {
    let (Some(python), Some(specification)) = (python(), specification()) else { return };
    let simulator = Simulator::start();
    let folder = tempfile::tempdir().expect("a folder");
    let document = folder.path().join("openapi.json");
    std::fs::write(&document, specification.to_string()).expect("written");
    let output = Command::new(python)
        .args(["-m", "schemathesis.cli", "run"])
        .arg(&document)
        .args(["--url", &simulator.url])
        .args(["--checks", "not_a_server_error,status_code_conformance,content_type_conformance"])
        .args(["--checks", "response_schema_conformance"])
        .args(["--phases", "examples,coverage,fuzzing", "--max-examples", "15", "--seed", "1"])
        .args(["--continue-on-failure", "--no-color", "--generation-database", "none"])
        .env("SCHEMATHESIS_HOOKS", "schemathesis_hooks")
        .env("BRAMKA_KSEF_URL", &simulator.url)
        .env("PYTHONPATH", scripts())
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .current_dir(folder.path())
        .output()
        .expect("python runs");
    let report = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{report}{}", String::from_utf8_lossy(&output.stderr));
    assert!(report.contains("Tested: 83"), "every operation was tested: {report}");
}

/// The official document, to which the statuses are added that KSeF answers with at any operation.
fn specification() -> Option<Value> {
    let shared = std::env::var_os("BRAMKA_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from);
    let Ok(text) = std::fs::read_to_string(shared.join("ksef/open-api-2.9.0.json")) else {
        return missing("the OpenAPI document (BRAMKA_SHARED)");
    };
    let mut document: Value = serde_json::from_str(&text).expect("JSON");
    let paths = document["paths"].as_object_mut().expect("paths");
    for operation in
        paths.values_mut().filter_map(Value::as_object_mut).flat_map(|methods| methods.values_mut())
    {
        let Some(responses) = operation.get_mut("responses").and_then(Value::as_object_mut) else { continue };
        for status in OUTSIDE_THE_SPECIFICATION {
            responses.entry(status).or_insert_with(|| json!({ "description": "at any operation" }));
        }
    }
    Some(document)
}

fn scripts() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/outsiders")
}

/// The Python that has the outsiders' packages.
fn python() -> Option<PathBuf> {
    match std::env::var_os("BRAMKA_OUTSIDERS") {
        Some(python) => Some(python.into()),
        None => missing("a Python with .ci/outsiders.txt (BRAMKA_OUTSIDERS)"),
    }
}

fn missing<T>(what: &str) -> Option<T> {
    assert_ne!(std::env::var("BRAMKA_REQUIRE").as_deref(), Ok("all"), "{what} is required");
    eprintln!("SKIPPED: {what} is missing");
    None
}
