//! Failures of pages as pages. Programs, and whoever does not ask for HTML, get them as they are.

use axum::extract::{Request, State};
use axum::http::header;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use gateway_api::{BASE_PATH, Words};
use gateway_pages::{ProblemView, Section, problem};

use super::login::as_failed;
use super::visit::Visit;
use crate::rest::FailedWords;
use crate::router::Shared;

/// Shows what went wrong to people.
pub(crate) async fn as_pages(State(shared): State<Shared>, request: Request, next: Next) -> Response {
    let accepts = request.headers().get(header::ACCEPT).and_then(|value| value.to_str().ok());
    let path = request.uri().path();
    if path.starts_with(BASE_PATH) || !accepts.is_some_and(|text| text.contains("text/html")) {
        return next.run(request).await;
    }
    let visit = Visit::of(request.headers(), path, request.uri().query(), None, &shared);
    let response = next.run(request).await;
    let Some(FailedWords { code, message: Words { pl, en } }) = response.extensions().get().cloned() else {
        return response;
    };
    let title = visit.lang.choose("Nie udało się", "It did not work");
    let frame = visit.frame(&shared, None, Section::Other, title);
    let view = ProblemView { message: visit.lang.choose(&pl, &en).to_owned(), code: code.to_owned() };
    let status = response.status().as_u16();
    match visit.page(problem(&frame, &view)) {
        Ok(shown) => {
            let challenge = response.headers().get(header::WWW_AUTHENTICATE).cloned();
            let mut shown = as_failed(shown, status, &response);
            if let Some(challenge) = challenge {
                shown.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
            }
            shown
        }
        Err(failure) => failure.into_response(),
    }
}
