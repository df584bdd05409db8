//! The one way of every request: limits, body, caller, permissions, faults, handler, answer, note.

use super::Shared;
use super::call::{Call, Reply};
use super::errors::{self, Circumstances, Refusal};
use super::{broken, guard};
use crate::config::Profile;
use crate::faults::{Fault, Site, Target};
use crate::inspect::RequestSeen;
use crate::jobs;
use axum::body::{Body, Bytes};
use axum::extract::{Query, RawPathParams, Request};
use axum::http::header::{CONTENT_TYPE, HOST, HeaderValue};
use axum::http::{HeaderMap, HeaderName};
use axum::response::Response;
use jiff::Timestamp;
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
    shared.catch_up();
    let now = shared.now();
    let (parts, body) = request.into_parts();
    let path = parts.uri.path().to_owned();
    // Read before anything is decided: an answer while the body is still coming would break the connection.
    let body = read(body, body_bytes_max(operation)).await;
    let faults = Faults::of(&shared, Target::Operation(operation), now);
    let instead = faults.main.as_ref().and_then(|(before, fault)| {
        let circumstances = Circumstances::of(&shared, &parts.headers, &path);
        let target = parts.uri.path_and_query().map_or(path.as_str(), |target| target.as_str());
        broken::instead(fault, *before, target, &circumstances)
    });
    let mut response = match instead {
        Some(response) => response,
        None => {
            let incoming = Incoming { operation, peer, parameters, now, parts: &parts };
            let done = work(&shared, handler, incoming, body);
            let done = if shared.is_failing() { Err(Refusal::Internal) } else { done };
            match done {
                Ok(mut reply) => {
                    broken::alter(&faults.beside, &mut reply);
                    success(reply)
                }
                Err(refusal) => {
                    tracing::debug!(operation = operation.name(), ?refusal, "refused");
                    let circumstances = Circumstances::of(&shared, &parts.headers, &path);
                    errors::response(&refusal, &circumstances)
                }
            }
        }
    };
    jobs::begin(&shared);
    response = faults.finish(response, now).await;
    finish(&shared, &mut response, &parts.headers);
    let is_answered = response.extensions().get::<NoAnswer>().is_none();
    let seen = RequestSeen {
        method: parts.method.to_string(),
        path,
        operation: Some(operation.name()),
        status: if is_answered { response.status().as_u16() } else { 0 },
    };
    shared.note_request(seen, now, faults.name());
    response
}

/// The faults that meet a request.
pub(crate) struct Faults {
    /// The one that changes what happens, and how often it has happened before.
    pub(crate) main: Option<(u32, Fault)>,
    /// Those that change the answer only.
    pub(crate) beside: Vec<Fault>,
}

impl Faults {
    pub(crate) fn of(shared: &Shared, target: Target, now: Timestamp) -> Self {
        let mut world = shared.world();
        let main = world.faults.take_counted(Site::Request, target, now);
        Self { main, beside: world.faults.take_all(Site::Answer, target, now) }
    }

    /// Waits, loses or changes the answer.
    pub(crate) async fn finish(&self, response: Response, now: Timestamp) -> Response {
        let mut response = response;
        if let Some((_, fault)) = &self.main {
            if let Fault::Delay(delay) = fault {
                tokio::time::sleep((*delay).min(DELAY_MAX)).await;
            }
            response = broken::afterwards(fault, response);
        }
        broken::alter_headers(&self.beside, &mut response, now);
        response
    }

    /// What happened, for the list of requests.
    pub(crate) fn name(&self) -> Option<String> {
        self.main.as_ref().map(|(_, fault)| fault).or(self.beside.first()).map(Fault::kind)
    }
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
    shared.world().settle_permissions(now);
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
        operation,
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
    if let Some(warning) = reply.warning {
        let name = HeaderName::from_static(headers::X_SYSTEM_WARNING);
        response.headers_mut().insert(name, HeaderValue::from_static(warning));
    }
    // Base64 is ASCII.
    if let Some(hash) = reply.meta_hash.and_then(|hash| HeaderValue::from_str(&hash).ok()) {
        response.headers_mut().insert(HeaderName::from_static(headers::X_MS_META_HASH), hash);
    }
    response
}

/// Headers that every answer of an operation or a given address has.
pub(crate) fn finish(shared: &Shared, response: &mut Response, request: &HeaderMap) {
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
