//! Refusals, and the shapes in which KSeF tells them.
//!
//! 400 and 429 come in the legacy shape, or as problem details when `X-Error-Format` asks for it; 401, 403 and 410 are
//! always problem details; 404, 405, 413 and 415 are the framework's own (field notes B4).

use super::Shared;
use crate::limits::Exceeded;
use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use jiff::Timestamp;
use ksef_wire::codes::ExceptionCode;
use ksef_wire::{
    ApiError, ApiTime, BadRequestProblemDetails, ExceptionDetails, ExceptionInfo, ExceptionResponse,
    ForbiddenProblemDetails, ForbiddenReason, GoneProblemDetails, TooManyRequestsProblemDetails,
    TooManyRequestsResponse, TooManyRequestsStatus, UnauthorizedProblemDetails, headers,
};
use serde::Serialize;
use serde_json::{Map, Value, json};

/// Why a request is not served.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// 400 with a code of KSeF.
    BadRequest { code: ExceptionCode, details: Vec<String> },
    /// 401.
    Unauthorized,
    /// 403.
    Forbidden { reason: ForbiddenReason, security: Map<String, Value> },
    /// 410.
    Gone,
    /// 413.
    PayloadTooLarge,
    /// 415.
    UnsupportedMediaType,
    /// 429.
    TooManyRequests(Exceeded),
    /// 500: our own fault.
    Internal,
}

impl Refusal {
    /// A code with its details.
    pub(crate) fn code(code: ExceptionCode, details: impl IntoIterator<Item = String>) -> Self {
        Self::BadRequest { code, details: details.into_iter().collect() }
    }

    /// 21405 with one sentence.
    pub(crate) fn validation(sentence: impl Into<String>) -> Self {
        Self::code(ExceptionCode::VALIDATION, [sentence.into()])
    }

    /// 403 with a reason that has no more to tell.
    pub(crate) fn forbidden(reason: ForbiddenReason) -> Self {
        Self::Forbidden { reason, security: Map::new() }
    }
}

/// What error bodies say about the request.
#[derive(Debug, Clone)]
pub(crate) struct Circumstances {
    /// Whether the caller asked for problem details.
    pub(crate) wants_problem_details: bool,
    pub(crate) path: String,
    pub(crate) trace_id: String,
    pub(crate) now: Timestamp,
    /// Whether the text of a 429 names a second less than its header.
    pub(crate) is_one_second_less: bool,
}

impl Circumstances {
    pub(crate) fn of(shared: &Shared, headers: &HeaderMap, path: &str) -> Self {
        let wants_problem_details = headers.get(headers::X_ERROR_FORMAT).is_some_and(|format| {
            format.as_bytes().eq_ignore_ascii_case(headers::PROBLEM_DETAILS.as_bytes())
        });
        let mut world = shared.world();
        Self {
            wants_problem_details,
            path: path.to_owned(),
            trace_id: world.references.trace_id(),
            now: shared.config.clock.now(),
            is_one_second_less: world.habits.tells_one_second_less,
        }
    }
}

/// Writes a refusal.
pub(crate) fn response(refusal: &Refusal, circumstances: &Circumstances) -> Response {
    let instance = circumstances.path.clone();
    let trace_id = circumstances.trace_id.clone();
    let timestamp = ApiTime(circumstances.now);
    match refusal {
        Refusal::BadRequest { code, details } => {
            let description = code.description().unwrap_or_default().to_owned();
            let details = (!details.is_empty()).then(|| details.clone());
            if circumstances.wants_problem_details {
                let body = BadRequestProblemDetails {
                    title: "Bad Request".to_owned(),
                    status: 400,
                    instance,
                    detail: "Żądanie jest nieprawidłowe.".to_owned(),
                    errors: vec![ApiError { code: code.0, description, details }],
                    timestamp,
                    trace_id,
                };
                problem(StatusCode::BAD_REQUEST, &body)
            } else {
                let body = ExceptionResponse {
                    exception: Some(ExceptionInfo {
                        exception_detail_list: Some(vec![ExceptionDetails {
                            exception_code: Some(code.0),
                            exception_description: Some(description),
                            details,
                        }]),
                        service_code: Some(format!("00-{trace_id}-{}-00", &trace_id[..16])),
                        service_name: Some("Undefined".to_owned()),
                        // Recorded with `Z`, unlike all other times.
                        timestamp: Some(format!("{:.7}", circumstances.now)),
                        ..ExceptionInfo::default()
                    }),
                };
                legacy(StatusCode::BAD_REQUEST, &body)
            }
        }
        Refusal::Unauthorized => problem(
            StatusCode::UNAUTHORIZED,
            &UnauthorizedProblemDetails {
                title: "Unauthorized".to_owned(),
                status: 401,
                detail: "Wymagane jest uwierzytelnienie.".to_owned(),
                instance: Some(instance),
                trace_id: Some(trace_id),
                timestamp,
            },
        ),
        Refusal::Forbidden { reason, security } => problem(
            StatusCode::FORBIDDEN,
            &ForbiddenProblemDetails {
                title: "Forbidden".to_owned(),
                status: 403,
                detail: reason.description().to_owned(),
                instance: Some(instance),
                reason_code: reason.code().to_owned(),
                security: (!security.is_empty()).then(|| security.clone()),
                trace_id: Some(trace_id),
                timestamp: Some(timestamp),
            },
        ),
        Refusal::TooManyRequests(exceeded) => {
            let sentence = exceeded.sentence(circumstances.is_one_second_less);
            let mut response = if circumstances.wants_problem_details {
                let body = TooManyRequestsProblemDetails {
                    title: "Too Many Requests".to_owned(),
                    status: 429,
                    instance,
                    detail: sentence,
                    timestamp,
                    trace_id,
                };
                problem(StatusCode::TOO_MANY_REQUESTS, &body)
            } else {
                let status = TooManyRequestsStatus {
                    code: 429,
                    description: "Too Many Requests".to_owned(),
                    details: vec![sentence],
                };
                legacy(StatusCode::TOO_MANY_REQUESTS, &TooManyRequestsResponse { status })
            };
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(exceeded.retry_after_s));
            response
        }
        Refusal::Gone => problem(
            StatusCode::GONE,
            &GoneProblemDetails {
                title: "Gone".to_owned(),
                status: 410,
                instance,
                detail: "Status operacji nie jest już dostępny.".to_owned(),
                timestamp,
                trace_id,
            },
        ),
        Refusal::PayloadTooLarge => framework(StatusCode::PAYLOAD_TOO_LARGE, "15.5.14", &trace_id),
        Refusal::UnsupportedMediaType => framework(StatusCode::UNSUPPORTED_MEDIA_TYPE, "15.5.16", &trace_id),
        Refusal::Internal => framework(StatusCode::INTERNAL_SERVER_ERROR, "15.6.1", &trace_id),
    }
}

/// What is answered where there is no operation.
pub(crate) enum Outside {
    NotFound,
    MethodNotAllowed,
}

/// Answers a request that reached no operation, and notes it.
pub(crate) fn outside(shared: &Shared, request: &Request, kind: Outside) -> Response {
    let (status, section) = match kind {
        Outside::NotFound => (StatusCode::NOT_FOUND, "15.5.5"),
        Outside::MethodNotAllowed => (StatusCode::METHOD_NOT_ALLOWED, "15.5.6"),
    };
    let mut world = shared.world();
    let seen = crate::inspect::RequestSeen {
        method: request.method().to_string(),
        path: request.uri().path().to_owned(),
        operation: None,
        status: status.as_u16(),
    };
    world.note_request(seen, shared.now(), None);
    framework(status, section, &world.references.trace_id())
}

/// Answers when a handler panicked: our bug, logged, and nobody else's problem.
pub(crate) fn panicked(cause: Box<dyn std::any::Any + Send + 'static>) -> Response {
    let text = cause
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| cause.downcast_ref::<&str>().copied())
        .unwrap_or("unknown");
    tracing::error!(panic = text, "a handler panicked");
    framework(StatusCode::INTERNAL_SERVER_ERROR, "15.6.1", "")
}

/// The body that the real API's framework gives for itself (field notes B4, issue 620).
pub(crate) fn framework(status: StatusCode, section: &str, trace_id: &str) -> Response {
    let body = json!({
        "type": format!("https://tools.ietf.org/html/rfc9110#section-{section}"),
        "title": status.canonical_reason().unwrap_or_default(),
        "status": status.as_u16(),
        "traceId": trace_id,
    });
    problem(status, &body)
}

fn problem<T: Serialize>(status: StatusCode, body: &T) -> Response {
    error(status, "application/problem+json", body)
}

fn legacy<T: Serialize>(status: StatusCode, body: &T) -> Response {
    error(status, "application/json; charset=utf-8", body)
}

fn error<T: Serialize>(status: StatusCode, content_type: &'static str, body: &T) -> Response {
    // Error bodies are made of strings, numbers, lists and maps with text keys.
    let body = serde_json::to_vec(body).expect("an error body is JSON");
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-cache,no-store"));
    response
}
