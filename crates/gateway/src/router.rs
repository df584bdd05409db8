//! Every route of the gateway.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post, put};
use gateway_api::ProblemCode;
use tokio::sync::Semaphore;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::timeout::TimeoutLayer;

use crate::app::App;
use crate::rest::{
    ApiKey, Failure, decisions, desk, guard, invoices, payments, purchase_desk, purchases, receiving,
    reconciliations, register, series,
};
use crate::web;

/// What handlers are given.
#[derive(Clone)]
pub(crate) struct Shared {
    pub(crate) app: Arc<App>,
    pub(crate) key: Arc<ApiKey>,
    /// Turns of rendering.
    pub(crate) prints: Arc<Semaphore>,
}

pub(crate) fn router(app: Arc<App>, key: ApiKey) -> Router {
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    let prints = Arc::new(Semaphore::new(processors.min(PRINTS_MAX)));
    let shared = Shared { app, key: Arc::new(key), prints };
    Router::new()
        .route("/", get(web::overview))
        .route("/companies/{company}/invoices/{id}", get(web::invoice))
        .route("/style.css", get(web::style))
        .route("/api/v1/companies/{company}/invoices", get(invoices::list).post(invoices::create))
        .route("/api/v1/companies/{company}/invoices/{id}", get(invoices::show))
        .route("/api/v1/companies/{company}/invoices/{id}/xml", get(invoices::xml))
        .route("/api/v1/companies/{company}/invoices/{id}/upo", get(invoices::upo))
        .route("/api/v1/companies/{company}/invoices/{id}/upo/pdf", get(invoices::upo_pdf))
        .route("/api/v1/companies/{company}/invoices/{id}/upo/html", get(invoices::upo_html))
        .route("/api/v1/companies/{company}/invoices/{id}/pdf", get(invoices::pdf))
        .route("/api/v1/companies/{company}/invoices/{id}/html", get(invoices::html))
        .route("/api/v1/companies/{company}/invoices/release", post(decisions::release))
        .route("/api/v1/companies/{company}/invoices/counts", get(decisions::counts))
        .route("/api/v1/companies/{company}/invoices/{id}/approve", post(decisions::approve))
        .route("/api/v1/companies/{company}/invoices/{id}/send", post(decisions::send))
        .route("/api/v1/companies/{company}/invoices/{id}/hold", post(decisions::hold))
        .route("/api/v1/companies/{company}/invoices/{id}/withdraw", post(decisions::withdraw))
        .route("/api/v1/companies/{company}/invoices/{id}/policy", put(decisions::policy))
        .route("/api/v1/companies/{company}/invoices/{id}/offline", post(decisions::offline))
        .route(
            "/api/v1/companies/{company}/invoices/{id}/technical-correction",
            post(desk::technical_correction),
        )
        .route("/api/v1/companies/{company}/invoices/{id}/structure", get(desk::structure))
        .route("/api/v1/companies/{company}/invoices/{id}/handover", get(desk::handover))
        .route("/api/v1/companies/{company}/invoices/{id}/handover/pdf", get(desk::handover_pdf))
        .route("/api/v1/companies/{company}/waiting", get(desk::waiting))
        .route("/api/v1/companies/{company}/sending", get(decisions::sending).put(decisions::set_sending))
        .route("/api/v1/companies/{company}/series", get(series::list))
        .route("/api/v1/companies/{company}/series/{name}", put(series::put))
        .route(
            "/api/v1/companies/{company}/reconciliations",
            get(reconciliations::list).post(reconciliations::ask),
        )
        .route("/api/v1/companies/{company}/reconciliations/{id}", get(reconciliations::show))
        .route("/api/v1/companies/{company}/register.csv", get(register::csv))
        .route("/api/v1/companies/{company}/register.xlsx", get(register::xlsx))
        .route("/api/v1/companies/{company}/jpk/corrections", get(register::corrections))
        .route("/api/v1/companies/{company}/receiving", get(receiving::show).put(receiving::set))
        .route("/api/v1/companies/{company}/purchases", get(purchases::list).post(purchase_desk::enter))
        .route("/api/v1/companies/{company}/purchases/counts", get(purchases::counts))
        .route("/api/v1/companies/{company}/purchases/copies", post(purchase_desk::copies))
        .route("/api/v1/companies/{company}/purchases/payments", post(payments::pay))
        .route("/api/v1/companies/{company}/collective-identifiers", get(payments::list).post(payments::make))
        .route(
            "/api/v1/companies/{company}/purchases/{number}/collective-identifiers",
            get(payments::of_purchase),
        )
        .route("/api/v1/companies/{company}/purchases/synchronize", post(receiving::synchronize))
        .route("/api/v1/companies/{company}/purchases/changes", get(receiving::changes))
        .route("/api/v1/companies/{company}/purchases/changes/acknowledge", post(receiving::acknowledge))
        .route("/api/v1/companies/{company}/purchases/{number}", get(purchases::show))
        .route("/api/v1/companies/{company}/purchases/{number}/state", post(purchase_desk::state))
        .route("/api/v1/companies/{company}/purchases/{number}/note", put(purchase_desk::note))
        .route(
            "/api/v1/companies/{company}/purchases/{number}/scan",
            get(purchases::scan)
                .put(purchase_desk::put_scan)
                .layer(DefaultBodyLimit::max(purchase_desk::SCAN_BYTES_MAX)),
        )
        .route("/api/v1/companies/{company}/purchases/{number}/xml", get(purchases::xml))
        .route("/api/v1/companies/{company}/purchases/{number}/pdf", get(purchases::pdf))
        .route("/api/v1/companies/{company}/purchases/{number}/html", get(purchases::html))
        .fallback(async || Failure::new(ProblemCode::NotFound, ""))
        .method_not_allowed_fallback(async || Failure::new(ProblemCode::MethodNotAllowed, ""))
        .layer(from_fn_with_state(shared.clone(), guard))
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, REQUEST_TIMEOUT))
        .layer(CatchPanicLayer::new())
        .layer(fixed(header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY))
        .layer(fixed(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(fixed(header::REFERRER_POLICY, "no-referrer"))
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
/// Our own style sheet and nothing else. Renderings bring their style with them and carry no script.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
