//! What libraries answer in their own words, as problems: a parameter that is none, a path with bad bytes, a request that
//! took too long, a panic.

use axum::extract::Request;
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use gateway_api::ProblemCode;

use super::Failure;

/// Puts a problem in the place of an error that is none; pages stay pages.
pub(crate) async fn problems_only(request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    let status = response.status();
    if !status.is_client_error() && !status.is_server_error() {
        return response;
    }
    let media_type = response.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    if media_type
        .is_some_and(|name| name.starts_with("application/problem+json") || name.starts_with("text/html"))
    {
        return response;
    }
    let (code, found) = match status {
        StatusCode::NOT_FOUND => (ProblemCode::NotFound, ""),
        StatusCode::METHOD_NOT_ALLOWED => (ProblemCode::MethodNotAllowed, ""),
        StatusCode::REQUEST_TIMEOUT => (ProblemCode::Timeout, ""),
        StatusCode::PAYLOAD_TOO_LARGE => (ProblemCode::BodyTooLarge, ""),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => (ProblemCode::MediaType, "-"),
        status if status.is_client_error() => (ProblemCode::ParameterInvalid, "path, query or body"),
        _ => (ProblemCode::Internal, ""),
    };
    Failure::new(code, found).into_response()
}
