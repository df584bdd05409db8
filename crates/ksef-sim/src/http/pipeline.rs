//! The one way of every request: limits, body, caller, permissions, faults, handler, answer, note.

use super::Shared;
use super::call::{Call, Reply};
use super::errors::{self, Circumstances, Refusal};
use super::guard;
use crate::config::Profile;
use crate::faults::Fault;
use crate::inspect::RequestSeen;
use crate::jobs;
use crate::limits::Exceeded;
use axum::body::{Body, Bytes};
use axum::extract::{Query, RawPathParams, Request};
use axum::http::header::{CONTENT_TYPE, DATE, HOST, HeaderValue};
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::response::Response;
use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimePrinter;
use ksef_wire::{Operation, headers};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

/// What answers an operation. Synchronous: everything is in memory, and nothing may wait under the lock.
pub(crate) type Handler = fn(&Shared, &Call) -> Result<Reply, Refusal>;

/// Marks a response that must not be sent: the connection closes instead.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NoAnswer;

/// Serves one request.
pub(crate) async fn serve(
    shared: Arc<Shared>,
    operation: Operation,
    handler: Handler,
    peer: SocketAddr,
    parameters: Option<RawPathParams>,
    request: Request,
) -> Response {
    let now = shared.config.clock.now();
    let (parts, body) = request.into_parts();
    let path = parts.uri.path().to_owned();
    // Read before anything is decided: an answer while the body is still coming would break the connection.
    let body = read(body, body_bytes_max(operation)).await;
    let fault = shared.world().faults.take(operation);
    let mut response = match &fault {
        Some(Fault::LoseRequest) => no_answer(),
        Some(Fault::FailBeforeWork { status }) => broken_gateway(*status),
        Some(Fault::TooManyRequests { retry_after_s }) => {
            let circumstances = Circumstances::of(&shared, &parts.headers, &path);
            let retry_after_s = i64::from(*retry_after_s);
            let exceeded = Exceeded { limit: 0, window: "minutę", retry_after_s };
            errors::response(&Refusal::TooManyRequests(exceeded), &circumstances)
        }
        _ => {
            let incoming = Incoming { operation, peer, parameters, now, parts: &parts };
            match work(&shared, handler, incoming, body) {
                Ok(reply) => success(reply),
                Err(refusal) => {
                    tracing::debug!(operation = operation.name(), ?refusal, "refused");
                    let circumstances = Circumstances::of(&shared, &parts.headers, &path);
                    errors::response(&refusal, &circumstances)
                }
            }
        }
    };
    jobs::begin(&shared);
    match fault {
        Some(Fault::LoseAnswer) => response = no_answer(),
        Some(Fault::FailAfterWork { status }) => response = broken_gateway(status),
        Some(Fault::Delay(delay)) => tokio::time::sleep(delay.min(DELAY_MAX)).await,
        _ => {}
    }
    finish(&shared, &mut response, &parts.headers, now);
    let is_answered = response.extensions().get::<NoAnswer>().is_none();
    shared.world().note_request(RequestSeen {
        method: parts.method.to_string(),
        path,
        operation: Some(operation.name()),
        status: if is_answered { response.status().as_u16() } else { 0 },
    });
    response
}

struct Incoming<'a> {
    operation: Operation,
    peer: SocketAddr,
    parameters: Option<RawPathParams>,
    now: Timestamp,
    parts: &'a axum::http::request::Parts,
}

fn work(
    shared: &Shared,
    handler: Handler,
    incoming: Incoming<'_>,
    body: Result<Bytes, Refusal>,
) -> Result<Reply, Refusal> {
    let Incoming { operation, peer, parameters, now, parts } = incoming;
    let client = peer.ip().to_canonical();
    guard::count_global(shared, client, now)?;
    let caller = guard::authenticate(shared, operation, &parts.headers, client, now)?;
    guard::count_group(shared, operation, caller.as_ref(), client, now)?;
    guard::authorize(operation, caller.as_ref())?;
    let body = body?;
    let Some(parameters) = parameters else {
        return Err(Refusal::validation("The path is not valid UTF-8."));
    };
    let query = Query::<Vec<(String, String)>>::try_from_uri(&parts.uri)
        .map_err(|_| Refusal::validation("The query string is not in the correct format."))?;
    let call = Call {
        parameters: parameters.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
        query: query.0,
        headers: parts.headers.clone(),
        body,
        client,
        origin: origin(&parts.headers),
        now,
        caller,
    };
    handler(shared, &call)
}

/// Scheme and host as the client wrote them.
pub(crate) fn origin(headers: &HeaderMap) -> String {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or("127.0.0.1");
    format!("http://{host}")
}

pub(crate) async fn read(body: Body, bytes_max: usize) -> Result<Bytes, Refusal> {
    match tokio::time::timeout(BODY_TIMEOUT, axum::body::to_bytes(body, bytes_max)).await {
        Ok(Ok(bytes)) => Ok(bytes),
        // Too long, or cut off: nobody reads the answer in the second case.
        Ok(Err(_)) | Err(_) => Err(Refusal::PayloadTooLarge),
    }
}

/// Longest body of an operation, in bytes.
fn body_bytes_max(operation: Operation) -> usize {
    match operation {
        // 3,000,000 bytes of invoice are 4 MB of Base64; what is longer than KSeF allows must still reach its own check.
        Operation::OnlineInvoiceSend => 16 * 1024 * 1024,
        // Archival signatures carry certificate chains and revocation lists.
        Operation::AuthXadesSignature => 4 * 1024 * 1024,
        _ => 1024 * 1024,
    }
}

fn success(reply: Reply) -> Response {
    let mut response = Response::new(Body::from(reply.body));
    *response.status_mut() = reply.status;
    if let Some(content_type) = reply.content_type {
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    }
    // Base64 is ASCII.
    if let Some(hash) = reply.meta_hash.and_then(|hash| HeaderValue::from_str(&hash).ok()) {
        response.headers_mut().insert(HeaderName::from_static(headers::X_MS_META_HASH), hash);
    }
    response
}

fn no_answer() -> Response {
    let mut response = Response::new(Body::empty());
    response.extensions_mut().insert(NoAnswer);
    response
}

/// What stands before KSeF answers in HTML (field notes B4, issue 852).
fn broken_gateway(status: u16) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let page = format!("<html><head><title>{status}</title></head><body><h1>{status}</h1></body></html>");
    let mut response = Response::new(Body::from(page));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/html"));
    response
}

/// Headers that every answer has.
pub(crate) fn finish(shared: &Shared, response: &mut Response, request: &HeaderMap, now: Timestamp) {
    let date = DateTimePrinter::new().timestamp_to_rfc9110_string(&now);
    if let Some(date) = date.ok().and_then(|date| HeaderValue::from_str(&date).ok()) {
        response.headers_mut().insert(DATE, date);
    }
    // On TEST a caller can try its handling of warnings.
    if shared.config.profile == Profile::Test
        && response.status().is_success()
        && let Some(warning) = request.get(headers::X_TEST_SYSTEM_WARNING)
    {
        response.headers_mut().insert(HeaderName::from_static(headers::X_SYSTEM_WARNING), warning.clone());
    }
}

const BODY_TIMEOUT: Duration = Duration::from_secs(60);
const DELAY_MAX: Duration = Duration::from_secs(600);
