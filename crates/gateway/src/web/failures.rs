//! Failures of pages as pages. Programs, and whoever does not ask for HTML, get them as they are.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use gateway_access::form_token;
use gateway_api::{BASE_PATH, ProblemCode, Words};
use gateway_pages::{HeldView, ProblemView, Section, held, problem};
use ksef_id::ContextIdentifier;

use super::login::as_failed;
use super::visit::{Visit, local_path};
use crate::access::{Caller, Held, SESSION_COOKIE, cookie};
use crate::rest::FailedWords;
use crate::router::Shared;

/// Shows what went wrong to people.
pub(crate) async fn as_pages(State(shared): State<Shared>, request: Request, next: Next) -> Response {
    let accepts = request.headers().get(header::ACCEPT).and_then(|value| value.to_str().ok());
    let path = request.uri().path();
    if path.starts_with(BASE_PATH) || !accepts.is_some_and(|text| text.contains("text/html")) {
        return next.run(request).await;
    }
    let (headers, path) = (request.headers().clone(), path.to_owned());
    let query = request.uri().query().map(str::to_owned);
    let back = came_from(&headers, &path, request.method().is_safe());
    let response = next.run(request).await;
    let Some(FailedWords { code, message: Words { pl, en } }) = response.extensions().get().cloned() else {
        return response;
    };
    let caller = response.extensions().get::<Caller>().cloned();
    let visit = Visit::of(&headers, &path, query.as_deref(), caller, &shared);
    let title = visit.lang.choose("Nie udało się", "It did not work");
    // Of the company that the path names, for those who know it.
    let company = path.strip_prefix("/companies/").and_then(|rest| rest.split('/').next());
    let company = company.and_then(|text| ContextIdentifier::parse(text).ok());
    let company = company.filter(|context| visit.knows(context));
    let company = company.and_then(|context| shared.app.companies.get(&context));
    let frame = visit.frame(&shared, company.as_deref(), Section::Other, title);
    let status = response.status().as_u16();
    let page = match response.extensions().get::<Held>() {
        Some(brought) => held(&frame, &held_view(brought, &headers, path.clone(), back)),
        None => {
            let message = match code == ProblemCode::ParameterInvalid.code() {
                true => visit.lang.choose(UNREADABLE[0], UNREADABLE[1]),
                false => visit.lang.choose(&pl, &en),
            };
            let message = message.to_owned();
            problem(&frame, &ProblemView { message, code: code.to_owned(), back })
        }
    };
    match visit.page(page) {
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

fn held_view(brought: &Held, headers: &HeaderMap, action: String, back: Option<String>) -> HeldView {
    let session = cookie(headers, SESSION_COOKIE).filter(|_| brought.is_logged_in);
    HeldView { action, form_token: session.map(form_token), fields: brought.fields.clone(), back }
}

/// The page of ours from which a request came, to go back to; none where that would only fail again.
fn came_from(headers: &HeaderMap, path: &str, is_safe: bool) -> Option<String> {
    let from = headers.get(header::REFERER)?.to_str().ok()?;
    let host = headers.get(header::HOST)?.to_str().ok()?;
    let (_, rest) = from.split_once("://")?;
    let back = local_path(rest.strip_prefix(host)?);
    (!is_safe || back != path).then_some(back)
}

/// What a program is told by the name of a parameter.
const UNREADABLE: [&str; 2] = [
    "W adresie albo w formularzu jest coś, czego bramka nie rozumie: może to stary albo obcięty link. Nic się nie zmieniło. Wróć, wybierz to na stronie jeszcze raz albo popraw pola.",
    "The address or the form has something that the gateway does not understand; perhaps a link that is old or was cut. Nothing was changed. Go back, choose it on the page again, or mend the fields.",
];
