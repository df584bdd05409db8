//! The table of meanings against every code that the specification and the field notes have.

mod support;

use std::collections::BTreeSet;

use ksef_client::meaning::{Actor, Layer, Meaning, all, explain, find};
use ksef_client::{CallError, LoginError, UnknownCause};
use ksef_wire::codes::ExceptionCode;
use ksef_wire::{ApiError, Operation};
use serde_json::Value;
use support::shared;

/// The rows of a Markdown table whose first cell is a number: the number, and the other cells.
fn rows(text: &str) -> Vec<(String, Vec<String>)> {
    text.lines()
        .filter_map(|line| {
            let mut cells = line.trim().trim_matches('|').split('|').map(|cell| cell.trim().to_owned());
            let number = cells.next().filter(|cell| cell.parse::<i32>().is_ok())?;
            Some((number, cells.collect()))
        })
        .collect()
}

/// A known meaning, never that of the unknown.
#[track_caller]
fn known(layer: Layer, number: &str, operation: Option<Operation>, details: &[String]) -> &'static Meaning {
    let meaning = find(layer, number, operation, details);
    assert_eq!(meaning.number, number, "{layer:?} {number} {operation:?} is missing");
    meaning
}

fn operation_of(method: &str, path: &str) -> Operation {
    let is_it = |operation: &&Operation| {
        operation.method().as_str().eq_ignore_ascii_case(method) && operation.path_template() == path
    };
    *Operation::ALL.iter().find(is_it).unwrap_or_else(|| panic!("{method} {path} is no operation"))
}

/// What a detail's template says of its own, without the parts that are filled in.
fn is_told_by_details(cells: &[String]) -> bool {
    cells.get(1).is_some_and(|detail| !detail.is_empty() && detail != "-")
}

#[test]
fn every_code_of_the_specification_has_its_meaning() {
    let Some(shared) = shared() else { return };
    let document = std::fs::read(shared.join("ksef/open-api-2.9.0.json")).expect("the document");
    let document: Value = serde_json::from_slice(&document).expect("JSON");
    let (mut requests, mut statuses) = (0, 0);
    for (path, methods) in document["paths"].as_object().expect("paths") {
        for (method, described) in methods.as_object().expect("methods") {
            let Some(responses) = described["responses"].as_object() else { continue };
            let operation = operation_of(method, path);
            for (status, response) in responses {
                if !status.starts_with('2') {
                    known(Layer::Http, status, Some(operation), &[]);
                }
                let text = response["description"].as_str().unwrap_or_default();
                if status == "400" {
                    for (code, cells) in rows(text) {
                        let details: Vec<String> = cells.get(1).cloned().into_iter().collect();
                        known(Layer::Request, &code, Some(operation), &details);
                        requests += 1;
                    }
                }
                for line in text.lines().filter(|_| status == "403") {
                    let cell = line.trim().trim_start_matches(['|', '-', ' ', '*']);
                    let reason = cell.split(['|', ' ', ':']).next().unwrap_or_default().trim_matches('`');
                    if reason.contains('-')
                        && reason.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')
                    {
                        known(Layer::Forbidden, reason, Some(operation), &[]);
                    }
                }
            }
        }
    }
    assert!(requests >= 190, "only {requests} rows were found");
    for reason in ksef_wire::ForbiddenReason::ALL {
        known(Layer::Forbidden, reason.code(), None, &[]);
    }

    let sessions = status_text(&document, "SessionStatusResponse");
    let (batch, online) = sessions.split_once("Sesja interaktywna:").expect("two tables");
    for (layer, text) in [
        (Layer::Login, status_text(&document, "AuthenticationOperationStatusResponse")),
        (Layer::Login, status_text(&document, "AuthenticationListItem")),
        (Layer::Invoice, status_text(&document, "SessionInvoiceStatusResponse")),
        (Layer::Export, status_text(&document, "InvoiceExportStatusResponse")),
        (Layer::Permission, status_text(&document, "PermissionsOperationStatusResponse")),
        (Layer::Certificate, status_text(&document, "CertificateEnrollmentStatusResponse")),
        (Layer::BatchSession, batch),
        (Layer::OnlineSession, online),
    ] {
        let rows = rows(text);
        assert!(rows.len() >= 5, "{layer:?}");
        for (code, cells) in &rows {
            let details: Vec<String> = cells.get(1).cloned().into_iter().collect();
            let meaning = known(layer, code, None, &details);
            let is_one_of_several = rows.iter().filter(|(other, _)| other == code).count() > 1;
            if is_one_of_several && is_told_by_details(cells) {
                assert!(meaning.cause.is_some(), "{layer:?} {code}: the cause {details:?} is not told apart");
            }
            statuses += 1;
        }
    }
    assert!(statuses > 90, "only {statuses} rows were found");
}

fn status_text<'a>(document: &'a Value, schema: &str) -> &'a str {
    document["components"]["schemas"][schema]["properties"]["status"]["description"]
        .as_str()
        .unwrap_or_else(|| panic!("{schema} has a table"))
}

#[test]
fn every_code_of_the_field_notes_has_its_meaning() {
    let Some(shared) = shared() else { return };
    let notes = std::fs::read_to_string(shared.join("field-notes.md")).expect("the notes");
    let mut found = BTreeSet::new();
    for word in notes.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '-' && letter != '#')
    {
        // Numbers of threads have a #; what else has five digits and such a beginning is a code.
        let is_code =
            word.len() == 5 && ["21", "25", "26", "30", "71"].iter().any(|start| word.starts_with(start));
        let is_old_code = word.len() == 4 && word.starts_with("910");
        if word.bytes().all(|byte| byte.is_ascii_digit()) && (is_code || is_old_code) {
            found.insert(word.to_owned());
        }
    }
    // 9101 to 9106 is told as an unofficial list of numbers, of which the specification has four.
    found.remove("9106");
    assert!(found.len() >= 15 && found.contains("21184"), "{found:?}");
    for code in &found {
        known(Layer::Request, code, None, &[]);
    }
    for (layer, codes) in [
        (Layer::Request, &["-1", "500"][..]),
        (Layer::Http, &["400", "401", "403", "404", "405", "410", "415", "429", "500", "502", "503", "504"]),
        (Layer::Login, &["100", "200", "415", "425", "450", "480"]),
        (Layer::OnlineSession, &["100", "170", "200", "415", "440"]),
        (Layer::BatchSession, &["100", "150", "200", "405", "415", "420", "430", "440"]),
        (Layer::Invoice, &["100", "150", "200", "410", "415", "430", "435", "440", "450", "550"]),
        (Layer::Export, &["100", "200", "210", "415", "420", "550"]),
        (Layer::Warning, &["sig-001", "xml-002"]),
    ] {
        for code in codes {
            known(layer, code, None, &[]);
        }
    }
}

#[test]
fn the_table_is_sound() {
    let mut codes = BTreeSet::new();
    for meaning in all() {
        let code = meaning.code();
        assert!(codes.insert(code.clone()), "{code} stands twice");
        assert!(explain(&code).contains(&meaning), "{code} is explained");
        for words in [meaning.message, meaning.remedy] {
            for text in [words.pl, words.en] {
                assert!(text.ends_with('.') && text.len() >= 5 && !text.contains("  "), "{code}: {text:?}");
            }
        }
        assert_ne!(meaning.message.pl, meaning.message.en, "{code}");
        assert!(!meaning.source.is_empty(), "{code}");
        if meaning.actor == Actor::Ksef {
            assert!(meaning.waiting_helps, "{code}: what KSeF has to mend is waited for");
        }
    }
    for layer in Layer::ALL {
        let unknown = find(layer, "no such code", None, &[]);
        assert!(unknown.layer == layer && unknown.number == "*", "{layer:?} has words for what nobody knows");
    }
    for code in ExceptionCode::ALL {
        known(Layer::Request, &code.to_string(), None, &[]);
    }
}

#[test]
fn a_number_may_mean_several_things_and_details_decide() {
    let meanings = explain("415");
    let layers: BTreeSet<Layer> = meanings.iter().map(|meaning| meaning.layer).collect();
    assert!(
        layers.contains(&Layer::Login) && layers.contains(&Layer::Invoice) && layers.contains(&Layer::Export)
    );
    assert_eq!(explain("KSEF.Invoice.440").len(), 1);
    assert!(explain("ksef.440").len() >= 3, "the short form of the gateway's reasons");
    assert!(explain("no such code").is_empty() && explain("").is_empty() && explain("*").is_empty());

    let details = |text: &str| vec![text.to_owned()];
    let revoked = find(Layer::Login, "450", None, &details("Token unieważniony"));
    assert_eq!(revoked.code(), "ksef.login.450.tokenRevoked");
    assert_eq!(revoked.actor, Actor::CompanyAdministrator);
    let time = find(Layer::Login, "450", None, &details("Nieprawidłowy czas tokena"));
    assert!(time.waiting_helps && time.actor == Actor::Program);
    assert_eq!(find(Layer::Login, "450", None, &[]).code(), "ksef.login.450");
    let close = find(Layer::Request, "21180", Some(Operation::OnlineSessionClose), &[]);
    assert_eq!(
        (close.actor, close.code().as_str()),
        (Actor::Nobody, "ksef.request.21180.onlineSessionClose")
    );
    assert_eq!(find(Layer::Request, "21180", Some(Operation::OnlineInvoiceSend), &[]).actor, Actor::Program);
}

#[test]
fn every_error_of_a_call_leads_to_its_meaning() {
    let operation = Operation::OnlineSessionOpen;
    let api_error = |code: i32| ApiError { code, description: "opis".into(), details: None };
    let refused = |http_status, errors: Vec<ApiError>, reason: Option<&str>| CallError::Refused {
        operation,
        http_status,
        errors,
        reason_code: reason.map(str::to_owned),
        permissions: None,
        trace_id: None,
    };
    for (error, code) in [
        (refused(400, vec![api_error(21470)], None), "ksef.request.21470"),
        (refused(400, vec![api_error(12345)], None), "ksef.request.unknown"),
        (refused(401, vec![api_error(401)], None), "ksef.http.401"),
        (
            refused(403, vec![api_error(403)], Some("missing-permissions")),
            "ksef.forbidden.missing-permissions",
        ),
        (refused(403, vec![], None), "ksef.http.403"),
        (refused(418, vec![], None), "ksef.http.unknown"),
        (CallError::LimitReached { operation, retry_after: std::time::Duration::ZERO }, "ksef.http.429"),
        (CallError::Unknown { operation, cause: UnknownCause::Timeout }, "ksef.call.timeout"),
        (
            CallError::Unknown { operation, cause: UnknownCause::ServerError { http_status: 503 } },
            "ksef.http.503",
        ),
        (
            CallError::Unknown {
                operation,
                cause: UnknownCause::NotKsef { http_status: 200, reason: String::new() },
            },
            "ksef.call.notKsef",
        ),
        (CallError::Unprepared { operation, reason: String::new() }, "ksef.call.unprepared"),
        (
            CallError::from(LoginError::NotAccepted {
                code: 460,
                description: String::new(),
                details: vec!["Certyfikat odwołany".into()],
            }),
            "ksef.login.460.certificateRevoked",
        ),
        (CallError::from(LoginError::NoKey { usage: "x" }), "ksef.call.noKey"),
        (
            CallError::from(LoginError::TooSlow { waited: std::time::Duration::ZERO }),
            "ksef.call.loginTooSlow",
        ),
    ] {
        assert_eq!(error.meaning().code(), code, "{error}");
    }
}
