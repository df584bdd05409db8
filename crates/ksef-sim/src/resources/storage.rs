//! The addresses that need no token. They answer like the storage service behind the real ones: 403 for what is not or
//! no longer good, without a body of KSeF's.

use super::batch_sessions::{BLOB_TYPE, BLOB_TYPE_HEADER, ENCRYPTED_PART_BYTES_MAX};
use super::{exports, upo};
use crate::domain::batches;
use crate::faults::Target;
use crate::http::errors::Circumstances;
use crate::http::pipeline::{self, Faults, NoAnswer};
use crate::http::{Shared, broken};
use crate::inspect::RequestSeen;
use crate::links::{self, LinkTarget};
use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, StatusCode, Uri};
use axum::response::Response;
use jiff::Timestamp;
use ksef_id::{ReferenceNumber, Sha256Hash};
use ksef_wire::headers::X_MS_META_HASH;

/// Answers a GET of such an address. It counts against no limit ("Link nie podlega limitom API").
pub(crate) async fn get(shared: &Shared, request: Request) -> Response {
    shared.catch_up();
    let now = shared.now();
    let (parts, _) = request.into_parts();
    let faults = Faults::of(shared, Target::StorageDownload, now);
    let response = instead(shared, &faults, &parts).unwrap_or_else(|| download(shared, &parts.uri, now));
    finish(shared, response, &faults, &parts, now).await
}

/// The answer that a fault puts in the place of the work.
fn instead(shared: &Shared, faults: &Faults, parts: &Parts) -> Option<Response> {
    let (before, fault) = faults.main.as_ref()?;
    let circumstances = Circumstances::of(shared, &parts.headers, parts.uri.path());
    let target = parts.uri.path_and_query().map_or("/", |target| target.as_str());
    broken::instead(fault, *before, target, &circumstances)
}

fn download(shared: &Shared, uri: &Uri, now: Timestamp) -> Response {
    let path = uri.path();
    let target = links::resolve(path, uri.query().unwrap_or_default(), &shared.keys.links, now);
    let document = target.ok().and_then(|target| match target {
        LinkTarget::InvoiceUpo(session, invoice) => {
            let index = shared.world().sessions.get(&session)?.index_of(&invoice)?;
            let document = upo::of_invoice(shared, &session, index, now).ok().flatten()?;
            Some((document.into(), "application/xml"))
        }
        LinkTarget::SessionUpo(session, page) => {
            let document = upo::of_page(shared, &session, &page, now).ok().flatten()?;
            Some((document.into(), "application/xml"))
        }
        LinkTarget::ExportPart(export, ordinal) => {
            Some((exports::part(shared, &export, ordinal, now)?, "application/octet-stream"))
        }
        // A part is brought there, not fetched.
        LinkTarget::BatchPart(..) => None,
    });
    match document {
        Some((bytes, content_type)) => {
            let hash = Sha256Hash::from_bytes(&ksef_crypto::sha256(&bytes)).to_string();
            let mut response = Response::new(Body::from(bytes));
            response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
            // Base64 is ASCII.
            if let Ok(hash) = HeaderValue::from_str(&hash) {
                response.headers_mut().insert(HeaderName::from_static(X_MS_META_HASH), hash);
            }
            response
        }
        None => refusal(StatusCode::FORBIDDEN),
    }
}

/// Takes a part of a batch: 201, or 400, 401, 403 as the guide lists them (`sesja-wsadowa.md`, step 5).
pub(crate) async fn put(shared: &Shared, request: Request) -> Response {
    shared.catch_up();
    let now = shared.now();
    let (parts, body) = request.into_parts();
    let (path, query) = (parts.uri.path(), parts.uri.query().unwrap_or_default());
    // "Autoryzacja jest weryfikowana na początku każdego żądania HTTP": what ends during the upload does not stop it.
    let target = links::resolve(path, query, &shared.keys.links, now);
    let body = pipeline::read(body, ENCRYPTED_PART_BYTES_MAX).await;
    let faults = Faults::of(shared, Target::StorageUpload, now);
    if let Some(response) = instead(shared, &faults, &parts) {
        return finish(shared, response, &faults, &parts, now).await;
    }
    let status = match (target, body) {
        (Ok(LinkTarget::BatchPart(session, ordinal)), Ok(content)) => {
            take_part(shared, &session, ordinal, &parts.headers, content)
        }
        (Ok(LinkTarget::BatchPart(..)), Err(_)) => StatusCode::PAYLOAD_TOO_LARGE,
        _ => StatusCode::FORBIDDEN,
    };
    let response = if status.is_success() {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = status;
        response
    } else {
        refusal(status)
    };
    finish(shared, response, &faults, &parts, now).await
}

fn take_part(
    shared: &Shared,
    session: &ReferenceNumber,
    ordinal: i32,
    headers: &HeaderMap,
    content: Bytes,
) -> StatusCode {
    if headers.contains_key(AUTHORIZATION) {
        return StatusCode::UNAUTHORIZED;
    }
    let name = batches::part_name(session, ordinal);
    let mut world = shared.world();
    let Some(session) = world.sessions.get_mut(session).filter(|session| session.is_open()) else {
        return StatusCode::FORBIDDEN;
    };
    let Some(part) = session.batch.as_mut().and_then(|batch| batch.part_mut(ordinal)) else {
        return StatusCode::FORBIDDEN;
    };
    let has =
        |name: &str, value: &str| headers.get(name).is_some_and(|found| found.as_bytes() == value.as_bytes());
    if !has(BLOB_TYPE_HEADER, BLOB_TYPE) || !has(X_MS_META_HASH, part.hash.as_str()) || content.is_empty() {
        return StatusCode::BAD_REQUEST;
    }
    // Size and content are judged later: when the session is closed, and when it is processed.
    shared.keep_part(&name, &content);
    if shared.is_failing() {
        return StatusCode::INTERNAL_SERVER_ERROR;
    }
    part.content = Some(content);
    StatusCode::CREATED
}

fn refusal(status: StatusCode) -> Response {
    let code = match status {
        StatusCode::BAD_REQUEST => "InvalidHeaderValue",
        StatusCode::UNAUTHORIZED => "InvalidAuthenticationInfo",
        StatusCode::PAYLOAD_TOO_LARGE => "RequestBodyTooLarge",
        _ => "AuthenticationFailed",
    };
    let body = format!("<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>{code}</Code></Error>");
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/xml"));
    response
}

async fn finish(
    shared: &Shared,
    response: Response,
    faults: &Faults,
    parts: &Parts,
    now: Timestamp,
) -> Response {
    let mut response = faults.finish(response, now).await;
    pipeline::finish(shared, &mut response, &parts.headers);
    let is_answered = response.extensions().get::<NoAnswer>().is_none();
    let seen = RequestSeen {
        method: parts.method.to_string(),
        path: parts.uri.path().to_owned(),
        operation: None,
        status: if is_answered { response.status().as_u16() } else { 0 },
    };
    shared.note_request(seen, now, faults.name());
    response
}
