//! Answers that are broken on purpose, each as it was seen (field notes B4).

use super::call::Reply;
use super::errors::{self, Circumstances, Refusal};
use super::pipeline::NoAnswer;
use crate::faults::{ErrorShape, Fault, growing_s};
use crate::limits::Exceeded;
use axum::body::{Body, Bytes};
use axum::http::header::{CONTENT_TYPE, DATE, HeaderValue, LOCATION};
use axum::http::{HeaderName, StatusCode};
use axum::response::Response;
use jiff::fmt::rfc2822::DateTimePrinter;
use jiff::{SignedDuration, Timestamp};
use ksef_wire::codes::ExceptionCode;
use ksef_wire::headers;
use serde_json::{Value, json};

/// The answer that comes instead of the work; `None` when the work is done. `before` is how often a growing block has been
/// run into, `target` the path and query that were asked for.
pub(crate) fn instead(
    fault: &Fault,
    before: u32,
    target: &str,
    circumstances: &Circumstances,
) -> Option<Response> {
    let too_many = |retry_after_s: i64| {
        let exceeded = Exceeded { limit: 0, window: "minutę", retry_after_s };
        errors::response(&Refusal::TooManyRequests(exceeded), circumstances)
    };
    Some(match fault {
        Fault::LoseRequest => no_answer(),
        Fault::FailBeforeWork { status } => gateway_page(*status),
        Fault::TooManyRequests { retry_after_s } => too_many(i64::from(*retry_after_s)),
        Fault::GrowingTooManyRequests { first_s } => too_many(growing_s(*first_s, before)),
        Fault::RedirectLoop => {
            let mut response = Response::new(Body::empty());
            *response.status_mut() = StatusCode::TEMPORARY_REDIRECT;
            if let Ok(location) = HeaderValue::from_str(target) {
                response.headers_mut().insert(LOCATION, location);
            }
            response
        }
        Fault::ErrorBody { shape } => error_body(*shape, circumstances),
        Fault::Refuse { code } => errors::response(&Refusal::code(ExceptionCode(*code), None), circumstances),
        _ => return None,
    })
}

/// What becomes of the answer after the work.
pub(crate) fn afterwards(fault: &Fault, response: Response) -> Response {
    match fault {
        Fault::LoseAnswer => no_answer(),
        Fault::FailAfterWork { status } => gateway_page(*status),
        Fault::NotJson => page(StatusCode::OK, "<html><body>Request unsuccessful.</body></html>".to_owned()),
        _ => response,
    }
}

/// Changes a good answer's body and hash.
pub(crate) fn alter(faults: &[Fault], reply: &mut Reply) {
    let is_json = reply.content_type.is_some_and(|content_type| content_type.starts_with("application/json"));
    for fault in faults {
        match fault {
            Fault::UnknownFields | Fault::UnknownValues | Fault::OmitField { .. } if is_json => {
                let Ok(mut body) = serde_json::from_slice::<Value>(&reply.body) else { continue };
                match fault {
                    Fault::UnknownFields => add_unknown_fields(&mut body, 0),
                    Fault::OmitField { field } => omit(&mut body, field),
                    _ => set_unknown_values(&mut body),
                }
                reply.body = Bytes::from(body.to_string());
            }
            Fault::WrongHash if reply.meta_hash.is_some() => reply.meta_hash = Some(wrong_hash()),
            _ => {}
        }
    }
}

/// Changes an answer's headers.
pub(crate) fn alter_headers(faults: &[Fault], response: &mut Response, now: Timestamp) {
    for fault in faults {
        match fault {
            Fault::Warning { warning } => {
                let name = HeaderName::from_static(headers::X_SYSTEM_WARNING);
                response.headers_mut().append(name, HeaderValue::from_static(warning.text()));
            }
            Fault::ClockSkew { seconds } => {
                let wrong = now.checked_add(SignedDuration::from_secs(*seconds)).unwrap_or(now);
                let date = DateTimePrinter::new().timestamp_to_rfc9110_string(&wrong);
                if let Some(date) = date.ok().and_then(|date| HeaderValue::from_str(&date).ok()) {
                    response.headers_mut().insert(DATE, date);
                }
            }
            Fault::WrongHash => {
                let name = HeaderName::from_static(headers::X_MS_META_HASH);
                if response.headers().contains_key(&name)
                    && let Ok(hash) = HeaderValue::from_str(&wrong_hash())
                {
                    response.headers_mut().insert(name, hash);
                }
            }
            _ => {}
        }
    }
}

/// A hash that is the hash of nothing that was sent: that of another text.
pub(crate) fn wrong_hash() -> String {
    ksef_id::Sha256Hash::from_bytes(&ksef_crypto::sha256(b"another document")).to_string()
}

pub(crate) fn no_answer() -> Response {
    let mut response = Response::new(Body::empty());
    response.extensions_mut().insert(NoAnswer);
    response
}

/// What stands before KSeF answers in HTML (field notes B4, issue 852).
fn gateway_page(status: u16) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    page(status, format!("<html><head><title>{status}</title></head><body><h1>{status}</h1></body></html>"))
}

fn page(status: StatusCode, html: String) -> Response {
    body(status, "text/html", html)
}

fn body(status: StatusCode, content_type: &'static str, text: String) -> Response {
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

fn error_body(shape: ErrorShape, circumstances: &Circumstances) -> Response {
    let legacy = |status, code: i32| {
        let trace = &circumstances.trace_id;
        let text = json!({ "exception": {
            "serviceCtx": "srvTEMFA", "serviceCode": format!("00-{trace}-00"), "serviceName": "Undefined",
            "timestamp": format!("{:.7}", circumstances.now),
            "exceptionDetailList": [{
                "exceptionCode": code, "exceptionDescription": "Nieoczekiwany błąd.", "details": null
            }],
        }});
        body(status, "application/json; charset=utf-8", text.to_string())
    };
    let refusal = || Refusal::validation("'body' must not be empty.");
    match shape {
        ErrorShape::Legacy => {
            let circumstances = Circumstances { wants_problem_details: false, ..circumstances.clone() };
            errors::response(&refusal(), &circumstances)
        }
        ErrorShape::ProblemDetails => {
            let circumstances = Circumstances { wants_problem_details: true, ..circumstances.clone() };
            errors::response(&refusal(), &circumstances)
        }
        ErrorShape::Framework => errors::framework(StatusCode::NOT_FOUND, "15.5.5", &circumstances.trace_id),
        ErrorShape::LegacyMinusOne => legacy(StatusCode::BAD_REQUEST, -1),
        ErrorShape::LegacyInternal => legacy(StatusCode::INTERNAL_SERVER_ERROR, 500),
        ErrorShape::EmptyForbidden => {
            let mut response = Response::new(Body::empty());
            *response.status_mut() = StatusCode::FORBIDDEN;
            response
        }
        ErrorShape::ObjectStore => {
            let text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>AccessDenied</Code><Message>Access \
                        Denied</Message></Error>";
            body(StatusCode::FORBIDDEN, "application/xml", text.to_owned())
        }
        ErrorShape::Html => gateway_page(502),
    }
}

/// Gives every object a field of each kind that nobody knows.
fn add_unknown_fields(value: &mut Value, depth: usize) {
    match value {
        Value::Object(object) if depth < DEPTH_MAX => {
            object.values_mut().for_each(|value| add_unknown_fields(value, depth + 1));
            object.insert("notYetKnownObject".to_owned(), json!({ "value": [1, null, "x"] }));
            object.insert("notYetKnownNull".to_owned(), Value::Null);
        }
        Value::Array(items) if depth < DEPTH_MAX => {
            items.iter_mut().for_each(|value| add_unknown_fields(value, depth + 1));
        }
        _ => {}
    }
}

/// Takes every field of a name out.
fn omit(value: &mut Value, field: &str) {
    match value {
        Value::Object(object) => {
            object.remove(field);
            object.values_mut().for_each(|value| omit(value, field));
        }
        Value::Array(items) => items.iter_mut().for_each(|value| omit(value, field)),
        _ => {}
    }
}

/// Replaces the values of the API's enumerations, wherever a field of that name holds one.
fn set_unknown_values(value: &mut Value) {
    match value {
        Value::Object(object) => {
            for (name, value) in object {
                if value.is_string() && ENUMERATIONS.contains(&name.as_str()) {
                    *value = json!("NotYetKnown");
                } else {
                    set_unknown_values(value);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(set_unknown_values),
        _ => {}
    }
}

/// Fields of answers whose values the specification enumerates, and of which a client can live without knowing the value.
const ENUMERATIONS: [&str; 9] = [
    "authenticationMethod",
    "category",
    "compressionType",
    "formType",
    "invoiceType",
    "invoicingMode",
    "permissionScope",
    "subjectType",
    "type",
];
const DEPTH_MAX: usize = 32;
