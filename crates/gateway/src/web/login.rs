//! The pages before everything else: login, logout, the first administrator. Forms that work without scripts.

use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::{Extension, Form};
use gateway_access::{Token, TokenKind, form_token, is_form_token};
use gateway_api::ProblemCode;
use gateway_pages::{LoginView, Section, SetupView, login, setup};
use ksef_crypto::SecretString;
use secrecy::ExposeSecret as _;

use super::visit::{Visit, local_path};
use crate::access::{Caller, FORM_COOKIE, Identity, LoginAsked, SESSION_COOKIE, SetUp, cookie};
use crate::rest::Failure;
use crate::router::Shared;

/// Where to go after the login.
#[derive(serde::Deserialize)]
pub(crate) struct NextQuery {
    next: Option<String>,
}

/// The form of the login. It does not print itself: it holds a password.
#[derive(serde::Deserialize)]
pub(crate) struct LoginForm {
    token: String,
    login: String,
    password: String,
    #[serde(default)]
    code: String,
    #[serde(default)]
    next: String,
}

/// The form of the first administrator.
#[derive(serde::Deserialize)]
pub(crate) struct SetupForm {
    token: String,
    code: String,
    login: String,
    #[serde(default)]
    name: String,
    password: String,
}

/// `GET /login`.
pub(crate) async fn login_page(
    State(shared): State<Shared>,
    visit: Visit,
    Query(next): Query<NextQuery>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    if !shared.desk.has_users().await? {
        return Ok(Redirect::to("/setup").into_response());
    }
    let (secret, set_cookie) = form_secret(&shared, &headers);
    let view = LoginView {
        token: form_token(&secret),
        login: String::new(),
        next: local_path(next.next.as_deref().unwrap_or_default()),
        problem: None,
        needs_code: false,
    };
    let shown = login_form(&shared, visit, &view)?;
    Ok(with_cookie(shown, set_cookie))
}

/// `POST /login`.
pub(crate) async fn log_in(
    State(shared): State<Shared>,
    Extension(caller): Extension<Caller>,
    visit: Visit,
    headers: HeaderMap,
    Form(form): Form<LoginForm>,
) -> Result<Response, Failure> {
    let secret = checked_form(&headers, &form.token)?;
    let agent = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or("-");
    let asked = LoginAsked {
        login: &form.login,
        password: SecretString::from(form.password),
        code: Some(form.code.as_str()),
        agent,
    };
    let next = local_path(&form.next);
    let failure: Failure = match shared.desk.log_in(&caller, asked).await {
        Ok(token) => {
            let session = cookie_of(&shared, SESSION_COOKIE, token.secret().expose_secret());
            return Ok(with_cookie(Redirect::to(&next).into_response(), Some(session)));
        }
        Err(error) => error.into(),
    };
    let needs_code = failure.problem.code == ProblemCode::LoginCodeNeeded.code();
    let problem = told(&failure, &visit)?;
    let (status, retry) = (failure.problem.status, failure.into_response());
    let view = LoginView {
        token: form_token(&secret),
        login: form.login,
        next,
        problem: Some(problem),
        needs_code: needs_code || !form.code.is_empty(),
    };
    let shown = login_form(&shared, visit, &view)?;
    Ok(as_failed(shown, status, &retry))
}

/// `POST /logout`.
pub(crate) async fn log_out(
    State(shared): State<Shared>,
    Extension(caller): Extension<Caller>,
) -> Result<Response, Failure> {
    if let Identity::User(user) = &caller.identity {
        shared.desk.end_session(&user.0, &user.1.id).await?;
    }
    let gone = format!("{SESSION_COOKIE}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0");
    Ok(with_cookie(Redirect::to("/login").into_response(), Some(gone)))
}

/// `GET /setup`.
pub(crate) async fn setup_page(
    State(shared): State<Shared>,
    visit: Visit,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    if shared.desk.has_users().await? {
        return Ok(Redirect::to("/login").into_response());
    }
    let (secret, set_cookie) = form_secret(&shared, &headers);
    let view =
        SetupView { token: form_token(&secret), login: String::new(), name: String::new(), problem: None };
    let shown = setup_form(&shared, visit, &view)?;
    Ok(with_cookie(shown, set_cookie))
}

/// `POST /setup`.
pub(crate) async fn set_up(
    State(shared): State<Shared>,
    Extension(caller): Extension<Caller>,
    visit: Visit,
    headers: HeaderMap,
    Form(form): Form<SetupForm>,
) -> Result<Response, Failure> {
    let secret = checked_form(&headers, &form.token)?;
    let password = SecretString::from(form.password);
    let asked = SetUp { code: &form.code, login: &form.login, name: &form.name, password };
    let failure: Failure = match shared.desk.set_up(&caller, asked).await {
        Ok(_) => return Ok(Redirect::to("/login?next=/start").into_response()),
        Err(error) => error.into(),
    };
    let problem = told(&failure, &visit)?;
    let (status, retry) = (failure.problem.status, failure.into_response());
    let view =
        SetupView { token: form_token(&secret), login: form.login, name: form.name, problem: Some(problem) };
    let shown = setup_form(&shared, visit, &view)?;
    Ok(as_failed(shown, status, &retry))
}

fn login_form(shared: &Shared, visit: Visit, view: &LoginView) -> Result<Response, Failure> {
    let title = visit.lang.choose("Logowanie", "Login");
    let frame = visit.frame(shared, None, Section::SignIn, title);
    visit.page(login(&frame, view))
}

fn setup_form(shared: &Shared, visit: Visit, view: &SetupView) -> Result<Response, Failure> {
    let title = visit.lang.choose("Pierwszy administrator", "The first administrator");
    let frame = visit.frame(shared, None, Section::SignIn, title);
    visit.page(setup(&frame, view))
}

/// What a form says that was not taken; a fault of ours is no matter of the form.
pub(super) fn told(failure: &Failure, visit: &Visit) -> Result<String, Failure> {
    if failure.problem.status >= StatusCode::INTERNAL_SERVER_ERROR.as_u16() {
        return Err(Failure::new(ProblemCode::Internal, ""));
    }
    Ok(visit.pick(&failure.problem.message))
}

/// The page with the status of what went wrong, and with the headers that go with it.
pub(super) fn as_failed(mut shown: Response, status: u16, failed: &Response) -> Response {
    *shown.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
    if let Some(value) = failed.headers().get(header::RETRY_AFTER) {
        shown.headers_mut().insert(header::RETRY_AFTER, value.clone());
    }
    shown
}

/// What the form's token is made from: the cookie that is there, or a new one.
fn form_secret(shared: &Shared, headers: &HeaderMap) -> (String, Option<String>) {
    match cookie(headers, FORM_COOKIE) {
        Some(secret) => (secret.to_owned(), None),
        None => {
            let secret = Token::generate(TokenKind::Session).secret().expose_secret().to_owned();
            let set_cookie = cookie_of(shared, FORM_COOKIE, &secret);
            (secret, Some(set_cookie))
        }
    }
}

/// The secret of a form that is ours: its cookie and its token belong together.
fn checked_form(headers: &HeaderMap, token: &str) -> Result<String, Failure> {
    let secret = cookie(headers, FORM_COOKIE).filter(|secret| is_form_token(secret, token));
    secret.map(str::to_owned).ok_or_else(|| Failure::new(ProblemCode::FormExpired, ""))
}

fn cookie_of(shared: &Shared, name: &str, value: &str) -> String {
    let secure = if shared.is_tls() { "; Secure" } else { "" };
    format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{secure}")
}

fn with_cookie(mut response: Response, set_cookie: Option<String>) -> Response {
    if let Some(value) = set_cookie.and_then(|text| HeaderValue::from_str(&text).ok()) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    // Neither a page with a token nor the way to one is for anybody else.
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
