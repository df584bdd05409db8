//! The gate before every route: who asks, whether that is allowed, and what the audit log is told.

use axum::Form;
use axum::body::Body;
use axum::extract::{FromRequest as _, Multipart, RawPathParams, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Redirect, Response};
use gateway_access::{Grants, Reach, Right, Token, is_form_token};
use gateway_api::{BASE_PATH, ProblemCode};
use gateway_store::{AuditNote, noted};
use jiff::SignedDuration;
use ksef_id::ContextIdentifier;

use super::desk::SESSION_LIFE;
use super::held::Held;
use super::request::{GivenKey, given_key};
use super::{Caller, Identity, SESSION_COOKIE, cookie, is_from_here, is_local, origin_of};
use crate::rest::Failure;
use crate::router::Shared;

/// Who may use a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// Everybody, before a login too.
    Public,
    /// Everybody who is known.
    Anybody,
    /// Only people who logged in.
    Person,
    /// Whoever has this right in the company that the path names.
    Company(Right),
    /// Whoever has this right for all companies.
    Gateway(Right),
}

/// Whether the audit log is told of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Audited {
    /// Of each, and how it ended.
    Each,
    /// The history of the invoice tells it, in the same write; the log tells only of what the gate refused.
    InHistory,
    /// It only reads; the log tells only of what the gate refused.
    Reading,
    /// The use case tells it itself, since it knows better who it was.
    Itself,
}

/// The gate of one route.
#[derive(Clone)]
pub(crate) struct Gate {
    pub(crate) shared: Shared,
    pub(crate) access: Access,
    pub(crate) audited: Audited,
    /// How long a form may be, in bytes: it is read here for its token.
    pub(crate) form_bytes_max: usize,
    /// The path as the table of routes has it.
    pub(crate) path: &'static str,
}

/// Lets a request through to its route, or not.
pub(crate) async fn admit(
    State(gate): State<Gate>,
    params: RawPathParams,
    request: Request,
    next: Next,
) -> Response {
    let (caller, mut request) = match recognized(&gate.shared, request, gate.form_bytes_max).await {
        Ok(found) => found,
        Err((failure, request)) if gate.access == Access::Public => {
            // Who is nobody may still log in; a page of another site may not make him do it.
            if !is_safe(request.method()) && failure.problem.code == ProblemCode::CrossSite.code() {
                return failure.into_response();
            }
            let origin = origin_of(request.headers(), request.extensions());
            let grants = Grants::User(Default::default());
            (Caller { identity: Identity::Nobody, grants, origin }, request)
        }
        Err((failure, request)) => return unknown(&gate.shared, failure, request).await,
    };
    let action = format!("{} {}", request.method(), gate.path.strip_prefix(BASE_PATH).unwrap_or(gate.path));
    let mut note = caller.note(&action, gate.shared.desk.now());
    let mut subjects = Vec::new();
    for (name, value) in &params {
        if name == "company" {
            value.clone_into(&mut note.company);
        } else {
            subjects.push(value);
        }
    }
    note.subject = subjects.join("/");
    if let Err(failure) = allowed(gate.access, &caller, &mut note.company) {
        tell(&gate.shared, &note, &format!("refused: {}", failure.problem.code)).await;
        let mut response = failure.into_response();
        response.extensions_mut().insert(caller);
        return response;
    }
    request.extensions_mut().insert(caller.clone());
    let mut response = passed(&gate, note, request, next).await;
    // A page that says what went wrong is made for whoever asked.
    if !response.status().is_success() {
        response.extensions_mut().insert(caller);
    }
    response
}

/// The route's own answer, of which the audit log is told.
async fn passed(gate: &Gate, note: AuditNote, request: Request, next: Next) -> Response {
    if gate.audited != Audited::Each {
        return next.run(request).await;
    }
    let (response, left) = noted(note, next.run(request)).await;
    if let Some(note) = left {
        let result = match response.extensions().get::<ProblemCode>() {
            Some(code) => format!("refused: {}", code.code()),
            None if response.status().is_client_error() || response.status().is_server_error() => {
                format!("refused: {}", response.status().as_u16())
            }
            None => "done".to_owned(),
        };
        tell(&gate.shared, &note, &result).await;
    }
    response
}

/// Whether the caller may use the route. To whoever has nothing to do with a company, it does not exist.
fn allowed(access: Access, caller: &Caller, company: &mut String) -> Result<(), Failure> {
    let forbidden = |right: Right| Failure::new(ProblemCode::Forbidden, right.as_str());
    match access {
        Access::Public | Access::Anybody => Ok(()),
        Access::Person => match caller.identity {
            Identity::User(_) => Ok(()),
            _ => Err(Failure::new(ProblemCode::Forbidden, "person")),
        },
        Access::Gateway(right) if caller.grants.allow_everywhere(right) => Ok(()),
        Access::Gateway(right) => Err(forbidden(right)),
        Access::Company(right) => {
            let context = ContextIdentifier::parse(company)
                .map_err(|error| Failure::new(ProblemCode::CompanyInvalid, &error.found))?;
            context.as_str().clone_into(company);
            if !caller.knows(&context) {
                return Err(Failure::new(ProblemCode::CompanyUnknown, context.as_str()));
            }
            if caller.grants.allow(right, &context) { Ok(()) } else { Err(forbidden(right)) }
        }
    }
}

/// Who sent a request. It is given back, since its body may have been read for the token of a form.
async fn recognized(
    shared: &Shared,
    request: Request,
    form_bytes_max: usize,
) -> Result<(Caller, Request), (Failure, Request)> {
    let headers = request.headers();
    let origin = origin_of(headers, request.extensions());
    let is_safe = is_safe(request.method());
    let key = given_key(headers);
    // What a browser adds by itself proves nothing of what its user wants.
    let is_ambient = key.as_ref().is_none_or(|key| key.is_ambient);
    if is_ambient && !is_safe && !is_from_here(headers, shared.public_url.as_deref()) {
        return Err((Failure::new(ProblemCode::CrossSite, ""), request));
    }
    if let Some(key) = key {
        return match by_key(shared, &key, &origin).await {
            Ok((identity, grants)) => Ok((Caller { identity, grants, origin }, request)),
            Err(failure) => Err((failure, request)),
        };
    }
    let session = cookie(headers, SESSION_COOKIE).map(str::to_owned);
    let found = match &session {
        Some(token) => by_session(shared, token).await,
        None => Ok(None),
    };
    match found {
        Ok(Some((identity, grants))) => {
            let caller = Caller { identity, grants, origin };
            if is_safe {
                return Ok((caller, request));
            }
            let request =
                with_form_token(request, session.as_deref().unwrap_or_default(), form_bytes_max).await?;
            Ok((caller, request))
        }
        Ok(None) => match as_anybody(shared, headers).await {
            Ok((identity, grants)) => Ok((Caller { identity, grants, origin }, request)),
            Err(failure) => Err((failure, request)),
        },
        Err(failure) => Err((failure, request)),
    }
}

async fn by_key(shared: &Shared, key: &GivenKey, origin: &str) -> Result<(Identity, Grants), Failure> {
    let given = Token::given(&key.text);
    if shared.operator.as_ref().is_some_and(|operator| operator.is(&given)) {
        return Ok((Identity::Operator, Grants::Operator));
    }
    let store = shared.desk.store();
    let Some(record) = store.api_key_by_hash(&given.hash()).await? else {
        return Err(Failure::new(ProblemCode::ApiKeyWrong, ""));
    };
    let now = shared.desk.now();
    if record.used_at.is_none_or(|used| now.duration_since(used) >= NOTED_EVERY) {
        // When it was used is worth less than the request.
        if let Err(error) = shared.desk.writer.api_key_used(&record.id, origin, now).await {
            tracing::warn!(%error, "the use of an API key was not written down");
        }
    }
    let grants = Grants::Key { reach: record.reach.clone(), scopes: record.scopes.clone() };
    Ok((Identity::Key(Box::new(record)), grants))
}

async fn by_session(shared: &Shared, token: &str) -> Result<Option<(Identity, Grants)>, Failure> {
    let now = shared.desk.now();
    let found = shared.desk.store().login_session(&Token::given(token).hash(), SESSION_LIFE, now).await?;
    let Some((session, user)) = found else { return Ok(None) };
    if now.duration_since(session.seen_at) >= NOTED_EVERY
        && let Err(error) = shared.desk.writer.login_session_seen(&session.id, now).await
    {
        tracing::warn!(%error, "the use of a session was not written down");
    }
    let grants = Grants::User(user.roles.clone());
    Ok(Some((Identity::User(Box::new((user, session))), grants)))
}

/// Somebody who brings nothing: on this machine that is enough while there are no users and the operator set no key.
async fn as_anybody(shared: &Shared, headers: &HeaderMap) -> Result<(Identity, Grants), Failure> {
    if shared.operator.is_some() || shared.desk.has_users().await? {
        return Err(Failure::new(ProblemCode::ApiKeyMissing, ""));
    }
    if !is_local(headers) {
        let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("-");
        return Err(Failure::new(ProblemCode::HostForbidden, host));
    }
    Ok((Identity::Local, Grants::Open))
}

/// Checks the form token of a request that changes something: in a header, or as a field of the form.
async fn with_form_token(
    request: Request,
    session: &str,
    bytes_max: usize,
) -> Result<Request, (Failure, Request)> {
    let expired = |request| (Failure::new(ProblemCode::FormExpired, ""), request);
    if let Some(given) = request.headers().get(FORM_TOKEN) {
        let is_right = given.to_str().is_ok_and(|given| is_form_token(session, given));
        return if is_right { Ok(request) } else { Err(expired(request)) };
    }
    let media_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let is_multipart = media_type.is_some_and(|name| name.starts_with(FILES_MEDIA_TYPE));
    if !is_multipart && !media_type.is_some_and(|name| name.starts_with(FORM_MEDIA_TYPE)) {
        return Err(expired(request));
    }
    let (request, field) = form_field(request, is_multipart, bytes_max).await?;
    if field.is_some_and(|field| is_form_token(session, &field)) {
        Ok(request)
    } else {
        Err(expired(request))
    }
}

/// The field `token` of a form. The request can be read once more; one that is too large is told so.
async fn form_field(
    request: Request,
    is_multipart: bool,
    bytes_max: usize,
) -> Result<(Request, Option<String>), (Failure, Request)> {
    let (parts, body) = request.into_parts();
    let Ok(bytes) = axum::body::to_bytes(body, bytes_max).await else {
        let code = if is_multipart { ProblemCode::FileTooLarge } else { ProblemCode::BodyTooLarge };
        let failure = Failure::new(code, &bytes_max.to_string());
        return Err((failure, Request::from_parts(parts, Body::empty())));
    };
    let copy = Request::from_parts(parts.clone(), Body::from(bytes.clone()));
    let field = if is_multipart {
        token_beside_files(copy).await
    } else {
        let fields = Form::<Vec<(String, String)>>::from_request(copy, &()).await;
        fields
            .ok()
            .and_then(|Form(fields)| fields.into_iter().find(|(name, _)| name == TOKEN))
            .map(|found| found.1)
    };
    Ok((Request::from_parts(parts, Body::from(bytes)), field))
}

/// The token of a form that brings files: its first field, so that no file is gone through for it.
async fn token_beside_files(request: Request) -> Option<String> {
    let mut form = Multipart::from_request(request, &()).await.ok()?;
    let field = form.next_field().await.ok()??;
    if field.name() == Some(TOKEN) && field.file_name().is_none() { field.text().await.ok() } else { None }
}

/// What somebody is told whom nobody knows: a page leads to the login, or keeps what its form brought until he is known again;
/// everything else says what is missing.
async fn unknown(shared: &Shared, failure: Failure, request: Request) -> Response {
    let path = request.uri().path();
    let is_page = !path.starts_with(BASE_PATH) && path != METRICS;
    let is_about_keys = failure.problem.status == StatusCode::UNAUTHORIZED.as_u16();
    let is_expired = failure.problem.code == ProblemCode::FormExpired.code();
    if !is_page || !(is_about_keys || is_expired) {
        return failure.into_response();
    }
    let is_for_people = is_expired || shared.desk.has_users().await.unwrap_or(false);
    if is_for_people && is_safe(request.method()) {
        let next: String = path.bytes().map(in_query).collect();
        return Redirect::to(&format!("/login?next={next}")).into_response();
    }
    if is_for_people && Held::is_wanted(request.headers()) {
        let mut response = failure.into_response();
        response.extensions_mut().insert(Held::of(request, is_expired).await);
        return response;
    }
    if is_expired {
        return failure.into_response();
    }
    let mut response = failure.into_response();
    let challenge = HeaderValue::from_static("Basic realm=\"bramka\", charset=\"UTF-8\"");
    response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
    response
}

/// A byte of a path as a query carries it.
fn in_query(byte: u8) -> String {
    if byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte) {
        char::from(byte).to_string()
    } else {
        format!("%{byte:02X}")
    }
}

/// What stands where no route is: whoever is unknown learns no more than elsewhere.
pub(crate) async fn stranger(State(shared): State<Shared>, request: Request) -> Response {
    match recognized(&shared, request, FORM_BYTES_MAX).await {
        Ok(_) => Failure::new(ProblemCode::NotFound, "").into_response(),
        Err((failure, _)) => failure.into_response(),
    }
}

async fn tell(shared: &Shared, note: &AuditNote, result: &str) {
    if let Err(error) = shared.desk.writer.tell(note, result).await {
        tracing::error!(%error, action = note.action, who = note.who, "the audit log was not told");
    }
}

fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

impl Access {
    /// In words for the table of routes: `public`, `anybody`, `person`, or the right.
    pub(crate) fn name(self) -> String {
        match self {
            Self::Public => "public".to_owned(),
            Self::Anybody => "anybody".to_owned(),
            Self::Person => "person".to_owned(),
            Self::Company(right) => right.as_str().to_owned(),
            Self::Gateway(right) => format!("{right} {}", Reach::All),
        }
    }
}

/// How often it is written down that a key or a session was used.
const NOTED_EVERY: SignedDuration = SignedDuration::from_mins(1);
/// Asked for by programs, although it is not below the API's path.
const METRICS: &str = "/metrics";
/// The header in which scripts of our pages bring the token of a form.
const FORM_TOKEN: &str = "x-form-token";
const FORM_MEDIA_TYPE: &str = "application/x-www-form-urlencoded";
const FILES_MEDIA_TYPE: &str = "multipart/form-data";
/// The field of a form that carries its token.
pub(super) const TOKEN: &str = "token";
/// Of a form without files.
pub(crate) const FORM_BYTES_MAX: usize = 64 * 1024;
