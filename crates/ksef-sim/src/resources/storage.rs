//! The addresses that need no token. They answer like the storage service behind the real ones: 403 for what is not or
//! no longer good, without a body of KSeF's.

use super::upo;
use crate::http::Shared;
use crate::http::call::Reply;
use crate::http::pipeline;
use crate::inspect::RequestSeen;
use crate::links::{self, LinkTarget};
use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{CONTENT_TYPE, HeaderValue};
use axum::http::{HeaderName, StatusCode};
use axum::response::Response;
use ksef_wire::headers::X_MS_META_HASH;

/// Answers a GET of such an address. It counts against no limit ("Link nie podlega limitom API").
pub(crate) fn get(shared: &Shared, request: &Request) -> Response {
    let now = shared.config.clock.now();
    let path = request.uri().path();
    let target = links::resolve(path, request.uri().query().unwrap_or_default(), &shared.keys.links, now);
    let document = target.ok().and_then(|target| match target {
        LinkTarget::InvoiceUpo(session, invoice) => {
            let index = shared.world().sessions.get(&session)?.index_of(&invoice)?;
            upo::of_invoice(shared, &session, index, now).ok().flatten()
        }
        LinkTarget::SessionUpo(session, page) => upo::of_page(shared, &session, &page, now).ok().flatten(),
    });
    let mut response = match document {
        Some(document) => {
            let reply = Reply::xml(&document);
            let mut response = Response::new(Body::from(reply.body));
            response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/xml"));
            // Base64 is ASCII.
            if let Some(hash) = reply.meta_hash.and_then(|hash| HeaderValue::from_str(&hash).ok()) {
                response.headers_mut().insert(HeaderName::from_static(X_MS_META_HASH), hash);
            }
            response
        }
        None => {
            let body =
                "<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>AuthenticationFailed</Code></Error>";
            let mut response = Response::new(Body::from(body));
            *response.status_mut() = StatusCode::FORBIDDEN;
            response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/xml"));
            response
        }
    };
    pipeline::finish(shared, &mut response, request.headers(), now);
    shared.world().note_request(RequestSeen {
        method: request.method().to_string(),
        path: path.to_owned(),
        operation: None,
        status: response.status().as_u16(),
    });
    response
}
