//! Latarnia on the port of KSeF: `GET /latarnia/status`, `GET /latarnia/messages`. No token, no limits, no CORS (field
//! notes A7).

use crate::http::Shared;
use crate::inspect::RequestSeen;
use axum::body::Body;
use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, HeaderValue};
use axum::response::Response;

/// Where it lies.
pub(crate) const STATUS_PATH: &str = "/latarnia/status";
/// Where its messages lie.
pub(crate) const MESSAGES_PATH: &str = "/latarnia/messages";

/// `GET /latarnia/status`
pub(crate) fn status(shared: &Shared) -> Response {
    answer(shared, STATUS_PATH, |world, now| serde_json::to_vec(&world.latarnia.status_at(now)))
}

/// `GET /latarnia/messages`
pub(crate) fn messages(shared: &Shared) -> Response {
    answer(shared, MESSAGES_PATH, |world, now| serde_json::to_vec(&world.latarnia.messages_at(now)))
}

fn answer(
    shared: &Shared,
    path: &str,
    write: impl FnOnce(&crate::domain::World, jiff::Timestamp) -> serde_json::Result<Vec<u8>>,
) -> Response {
    let now = shared.now();
    let mut world = shared.world();
    let (status, content_type, body) = match world.latarnia.outage_at(now) {
        Some(status) => {
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
            (status, "text/html", format!("<html><body><h1>{status}</h1></body></html>").into_bytes())
        }
        None => match write(&world, now) {
            Ok(body) => (StatusCode::OK, "application/json; charset=utf-8", body),
            Err(error) => {
                tracing::error!(%error, "what Latarnia tells could not be written");
                (StatusCode::INTERNAL_SERVER_ERROR, "text/html", Vec::new())
            }
        },
    };
    let seen = RequestSeen {
        method: "GET".to_owned(),
        path: path.to_owned(),
        operation: None,
        status: status.as_u16(),
    };
    world.note_request(seen, now, None);
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}
