//! A small world for tests: a simulator in this process, a gateway as a child process, a folder between them.
#![allow(dead_code, unused_imports, reason = "each test file uses its part")]

pub(crate) mod browser;
mod certificates;
mod desk;
pub(crate) mod issue_form;
pub(crate) mod mail_server;
pub(crate) mod office;
pub(crate) mod open_page;
mod openssl;
pub(crate) mod people;
pub(crate) mod receiver;
mod samples;
mod served_gateway;
mod tokens;
mod well_made;
mod world;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use ksef_wire::FormCode;

pub(crate) use certificates::{certificate_and_key, offline_certificate};
pub(crate) use desk::Desk;
pub(crate) use openssl::openssl;
pub(crate) use samples::{invoice, invoice_with_attachment, neutral, purchase};
pub(crate) use served_gateway::ServedGateway;
pub(crate) use tokens::active_token;
pub(crate) use world::World;

/// NIP of the company in most tests.
pub(crate) const COMPANY: &str = "2222222222";
/// NIP of its contractor.
pub(crate) const CONTRACTOR: &str = "3333333333";

/// The program under test; for runs of hours a copy (`BRAMKA_PROGRAM`), so that nobody's next build takes its place.
pub(crate) fn program() -> PathBuf {
    std::env::var_os("BRAMKA_PROGRAM").map_or_else(|| env!("CARGO_BIN_EXE_bramka").into(), PathBuf::from)
}

/// Every file in a folder, however deep.
pub(crate) fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() { found.extend(files_below(&path)) } else { found.push(path) }
    }
    found
}

/// Whether a text stands somewhere in bytes.
pub(crate) fn has(haystack: &[u8], needle: &str) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle.as_bytes())
}

/// The text of a PDF; `None`, said aloud, without the tool.
pub(crate) fn pdf_text(file: &[u8]) -> Option<String> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("print.pdf");
    std::fs::write(&path, file).expect("written");
    match Command::new("pdftotext").arg("-raw").arg(&path).arg("-").stderr(Stdio::null()).output() {
        Ok(output) => Some(String::from_utf8(output.stdout).expect("UTF-8")),
        Err(_) => {
            assert_ne!(std::env::var("BRAMKA_REQUIRE").as_deref(), Ok("all"), "pdftotext is required");
            eprintln!("SKIPPED: the tool pdftotext is missing");
            None
        }
    }
}

/// `bramka` with these words and more in its environment; gives its exit code and what it said.
pub(crate) fn call_bramka(words: &[&str], environment: &[(&str, &str)]) -> (Option<i32>, String) {
    let output = Command::new(program())
        .args(words)
        .env("BRAMKA_LANG", "en")
        .env_remove("BRAMKA_API_KEY")
        .env_remove("BRAMKA_DATABASE")
        .envs(environment.iter().copied())
        .stdin(Stdio::null())
        .output()
        .expect("it runs");
    let said =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    (output.status.code(), said)
}

pub(crate) fn loopback() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 0))
}

pub(crate) fn fa3() -> FormCode {
    FormCode { system_code: "FA (3)".into(), schema_version: "1-0E".into(), value: "FA".into() }
}

/// The folder of official material, if it is here. Said aloud when it is not; a failure where `BRAMKA_REQUIRE=all`.
pub(crate) fn shared_folder() -> Option<PathBuf> {
    let folder = std::env::var_os("BRAMKA_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from);
    if folder.join("ksef").is_dir() {
        return Some(folder);
    }
    assert_ne!(std::env::var("BRAMKA_REQUIRE").as_deref(), Ok("all"), "{} is required", folder.display());
    eprintln!("SKIPPED: {} is not here (BRAMKA_SHARED)", folder.display());
    None
}
