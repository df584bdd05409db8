//! The gate: every documented success and error of every operation is produced by some test of this run, or stands here
//! with the reason why it is not.
//!
//! It comes last by its name, waits for the tests that still run, and then compares the specification's tables with what
//! was seen (`common/seen.rs`). A run with a filter has not seen everything and is not judged.

use crate::common::contract;
use crate::common::seen::{self, label};
use ksef_wire::Operation;
use serde_json::Value;
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

/// Rows that no test produces: what the row begins with, and why.
const NOT_PRODUCED: &[(&str, &str)] = &[
    ("GET /auth/{referenceNumber} 410", "its token ends after 45 minutes, the operation after 7 days"),
    ("GET /auth/{referenceNumber} 403", "policies about addresses are for access tokens"),
    ("POST /auth/token/redeem 403", "policies about addresses are for access tokens"),
    ("POST /auth/token/refresh 403", "policies about addresses are for access tokens"),
    ("DELETE /auth/sessions/current 400 21405", "the operation has no input"),
    ("DELETE /testdata/limits/context/session 400 21405", "the operation has no input"),
    ("DELETE /testdata/rate-limits 400 21405", "the operation has no input"),
    ("POST /testdata/rate-limits/production 400 21405", "the operation has no input"),
    ("GET /permissions/attachments/status 400 21405", "the operation has no input"),
];

#[test]
fn every_documented_answer_is_produced() {
    let Some(document) = contract::raw() else { return };
    // A filter, or anything else that leaves tests out.
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let is_harmless = |argument: &String| {
        ["-q", "--quiet", "--nocapture", "--no-capture", "--show-output"].contains(&argument.as_str())
            || ["--test-threads", "--color", "--format"].iter().any(|name| argument.starts_with(name))
            || argument.parse::<usize>().is_ok()
    };
    if !arguments.iter().all(is_harmless) {
        eprintln!("SKIPPED: the gate judges whole runs only, not {arguments:?}");
        return;
    }
    let expected = documented(document);
    let deadline = Instant::now() + Duration::from_secs(900);
    let mut quiet_since = Instant::now();
    let missing = loop {
        let seen = seen::rows();
        let missing: Vec<&String> = expected.iter().filter(|row| !is_seen(row, &seen)).collect();
        if seen::running() > 0 {
            quiet_since = Instant::now();
        }
        if missing.is_empty() || quiet_since.elapsed() > Duration::from_secs(5) || Instant::now() > deadline {
            break missing;
        }
        std::thread::sleep(Duration::from_millis(100));
    };
    // An operation that answers 404 to everything is not there at all, which is DIVERGENCES.md's to say.
    let seen = seen::rows();
    let is_there = |row: &str| {
        let name: String = row.split(' ').take(2).collect::<Vec<_>>().join(" ") + " ";
        let of_it = |row: &String| {
            row.starts_with(&name) && *row != format!("{name}404") && *row != format!("{name}405")
        };
        seen.iter().any(of_it)
    };
    let unexplained: Vec<&String> =
        missing.into_iter().filter(|row| reason(row).is_none() && is_there(row)).collect();
    assert!(unexplained.is_empty(), "{} rows are produced by no test: {unexplained:#?}", unexplained.len());
    let stale: Vec<&str> = NOT_PRODUCED
        .iter()
        .map(|(row, _)| *row)
        .filter(|excused| {
            let rows: Vec<&String> = expected.iter().filter(|row| is_excused_by(row, excused)).collect();
            rows.is_empty() || rows.iter().all(|row| is_seen(row, &seen))
        })
        .collect();
    assert!(stale.is_empty(), "these are produced, or not documented, and need no excuse: {stale:#?}");
}

fn reason(row: &str) -> Option<&'static str> {
    NOT_PRODUCED.iter().find(|(excused, _)| is_excused_by(row, excused)).map(|(_, reason)| *reason)
}

fn is_excused_by(row: &str, excused: &str) -> bool {
    row.starts_with(excused)
}

/// Details in the tables have places for values; what stands before the first one counts.
fn is_seen(row: &str, seen: &BTreeSet<String>) -> bool {
    match row.split_once('{').filter(|_| row.contains(" status ")) {
        Some(_) => {
            let (name, status) = row.split_once(" status ").unwrap_or((row, ""));
            let start = format!("{name} status {}", status.split('{').next().unwrap_or_default());
            seen.iter().any(|row| row.starts_with(&start))
        }
        None => seen.contains(row),
    }
}

/// Every row of the specification.
fn documented(document: &Value) -> BTreeSet<String> {
    let mut rows = BTreeSet::new();
    for &operation in Operation::ALL {
        let name = label(operation);
        let method = operation.method().as_str().to_lowercase();
        let responses = document["paths"][operation.path_template()][&method]["responses"].as_object();
        for (status, response) in responses.into_iter().flatten() {
            let description = response["description"].as_str().unwrap_or_default();
            if status != "400" {
                rows.insert(format!("{name} {status}"));
            }
            // A table without codes documents none.
            for (code, _) in table(description) {
                if status == "400" {
                    rows.insert(format!("{name} 400 {code}"));
                }
            }
        }
    }
    for (operation, schema) in [
        (Operation::AuthStatus, "AuthenticationOperationStatusResponse"),
        (Operation::SessionStatus, "SessionStatusResponse"),
        (Operation::SessionInvoiceStatus, "SessionInvoiceStatusResponse"),
        (Operation::InvoiceExportStatus, "InvoiceExportStatusResponse"),
        (Operation::CertificateEnrollmentStatus, "CertificateEnrollmentStatusResponse"),
    ] {
        let status = &document["components"]["schemas"][schema]["properties"]["status"];
        for (code, cells) in table(status["description"].as_str().unwrap_or_default()) {
            let description = cells[0].replace(" ({statusCode})", "");
            let detail = cells.get(1).map_or("-", String::as_str);
            let name = label(operation);
            rows.insert(match detail {
                "-" | "" => format!("{name} status {code} {description}"),
                detail => format!("{name} status {code} {description}: {detail}"),
            });
        }
    }
    rows
}

/// The rows of a Markdown table whose first cell is a number, and their other cells.
fn table(text: &str) -> Vec<(i64, Vec<String>)> {
    text.lines()
        .filter_map(|line| {
            let mut cells = line.trim().trim_start_matches('|').split('|').map(|cell| cell.trim().to_owned());
            let code = cells.next()?.parse().ok()?;
            Some((code, cells.collect()))
        })
        .collect()
}

/// The judge itself.
#[test]
fn a_row_that_nobody_produced_is_noticed() {
    let seen =
        BTreeSet::from(["GET /a 200".to_owned(), "GET /a status 450 X: Token w kontekście 1".to_owned()]);
    assert!(is_seen("GET /a 200", &seen) && !is_seen("GET /a 401", &seen));
    assert!(is_seen("GET /a status 450 X: Token w kontekście {contextIdentifier}", &seen));
    assert!(!is_seen("GET /a status 450 X: Inny {powód}", &seen));
    assert_eq!(reason("GET /auth/{referenceNumber} 410"), Some(NOT_PRODUCED[0].1));
    assert!(
        reason("DELETE /testdata/rate-limits 400 21405").is_some() && reason("GET /x 400 21405").is_none()
    );
    if let Some(document) = contract::raw() {
        let rows = documented(document);
        assert!(rows.len() > 500, "{}", rows.len());
        assert!(rows.contains("POST /certificates/enrollments 400 25004"));
    }
}
