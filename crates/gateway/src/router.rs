//! Every route of the gateway, with who may use it.
//!
//! `router/pages.rs` and `router/rest.rs` list them; each is made by the functions of `router/route.rs` only, which take the right.
//! The test `every_route.rs` walks [`routes`] and calls each with no, wrong and foreign rights.

mod pages;
mod rest;
mod route;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{from_fn, from_fn_with_state};
use gateway_access::Token;
use gateway_api::ProblemCode;
use tokio::sync::Semaphore;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::timeout::TimeoutLayer;

use crate::access::{AccessDesk, Gate, admit, stranger};
use crate::app::App;
use crate::contractors::ContractorLookup;
use crate::gateway::Office;
use crate::keyring::Keyring;
use crate::rest::health::Answers;
use crate::rest::{Failure, health, problems_only};
use crate::settings::PublicUrl;
use crate::web;

use route::Route;

/// What handlers are given.
#[derive(Clone)]
pub(crate) struct Shared {
    pub(crate) app: Arc<App>,
    /// Where companies are taken on.
    pub(crate) office: Arc<Office>,
    /// Where secrets are kept that people bring.
    pub(crate) keyring: Option<Arc<dyn Keyring>>,
    /// Who is asked who buyers are.
    pub(crate) contractors: Option<Arc<dyn ContractorLookup>>,
    /// Users, sessions, keys.
    pub(crate) desk: Arc<AccessDesk>,
    /// The key of whoever runs the gateway.
    pub(crate) operator: Option<Arc<Token>>,
    /// The address under which others reach the gateway.
    pub(crate) public_url: Option<String>,
    /// Callers speak TLS with this process itself.
    pub(crate) is_tls: bool,
    /// How requests ended.
    pub(crate) answers: Arc<Answers>,
    /// Turns of rendering.
    pub(crate) prints: Arc<Semaphore>,
}

impl Shared {
    /// Whether browsers reach the gateway over TLS, as far as it was told.
    pub(crate) fn is_tls(&self) -> bool {
        self.is_tls || self.public_url.as_deref().is_some_and(|url| url.starts_with("https://"))
    }
}

/// A route as others see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RouteInfo {
    /// `GET`, `POST` …
    pub method: String,
    /// With its parameters in braces.
    pub path: &'static str,
    /// Who may use it: `public`, `anybody`, `person`, a right in the company of the path, or a right followed by ` *` for the
    /// whole gateway.
    pub access: String,
}

/// The table of routes.
fn table() -> Vec<Route> {
    let mut all = pages::pages();
    all.extend(rest::rest());
    all
}

/// Every route, in the order of the table.
#[must_use]
pub fn routes() -> Vec<RouteInfo> {
    let info = |route: Route| RouteInfo {
        method: route.method.to_string(),
        path: route.path,
        access: route.access.name(),
    };
    table().into_iter().map(info).collect()
}

/// What a gateway was given for its routes.
pub(crate) struct Given {
    /// The key of whoever runs the gateway.
    pub(crate) operator: Option<Token>,
    /// The address under which others reach it.
    pub(crate) public_url: Option<PublicUrl>,
    /// Whether TLS is spoken here.
    pub(crate) is_tls: bool,
    /// Where secrets are kept.
    pub(crate) keyring: Option<Arc<dyn Keyring>>,
    /// Who is asked who buyers are.
    pub(crate) contractors: Option<Arc<dyn ContractorLookup>>,
}

pub(crate) fn router(office: Arc<Office>, desk: AccessDesk, given: Given) -> Router {
    let Given { operator, public_url, is_tls, keyring, contractors } = given;
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    let shared = Shared {
        app: office.app.clone(),
        office,
        keyring,
        contractors,
        desk: Arc::new(desk),
        operator: operator.map(Arc::new),
        public_url: public_url.map(|url| url.as_str().to_owned()),
        is_tls,
        answers: Arc::default(),
        prints: Arc::new(Semaphore::new(processors.min(PRINTS_MAX))),
    };
    let mut router = Router::new();
    for Route { path, access, audited, form_bytes_max, handler, .. } in table() {
        let gate = Gate { shared: shared.clone(), access, audited, form_bytes_max, path };
        router = router.route(path, handler.route_layer(from_fn_with_state(gate, admit)));
    }
    router
        .fallback(stranger)
        .method_not_allowed_fallback(async || Failure::new(ProblemCode::MethodNotAllowed, ""))
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, REQUEST_TIMEOUT))
        .layer(CatchPanicLayer::new())
        .layer(from_fn(problems_only))
        .layer(from_fn_with_state(shared.clone(), web::as_pages))
        .layer(from_fn_with_state(shared.clone(), health::count))
        .layer(fixed(header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY))
        .layer(fixed(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        // Others learn nothing; without any referrer a browser would send our own forms as from nowhere (`Origin: null`).
        .layer(fixed(header::REFERRER_POLICY, "same-origin"))
        .layer(fixed(header::X_FRAME_OPTIONS, "DENY"))
        .with_state(shared)
}

/// A header that every answer carries, unless the handler set a stricter one itself.
fn fixed(name: HeaderName, value: &'static str) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value))
}

/// Of every request but those that bring documents, which say themselves how long they may be.
const BODY_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Prints made at once: no more than processors, and than memory for the largest documents.
const PRINTS_MAX: usize = 8;
const REQUEST_TIMEOUT: Duration = Duration::from_secs(60);
/// Renderings bring their style with them and carry no script; pages set a stricter policy themselves.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
