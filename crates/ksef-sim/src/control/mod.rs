//! The control port: everything by which a test or a person steers the simulator. Never on the port of KSeF.
//!
//! [`ROUTES`] is the one list: the router and the OpenAPI document are made from it.

mod answers;
mod certificates;
pub(crate) mod clock;
mod document;
mod events;
pub(crate) mod faults;
mod habits;
pub(crate) mod inbox;
pub(crate) mod inspect;
pub(crate) mod keys;
mod latarnia;
pub(crate) mod scenarios;
pub(crate) mod snapshots;

pub(crate) use answers::ControlError;

use crate::domain::World;
use crate::http::Shared;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::HeaderMap;
use axum::http::header::{HOST, ORIGIN};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{MethodRouter, delete, get, post, put};
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tower_http::catch_panic::CatchPanicLayer;

/// What every control call sees.
pub(crate) struct Control {
    pub(crate) shared: Arc<Shared>,
    /// The base address of the API that is steered.
    pub(crate) ksef_url: String,
    snapshots: Mutex<BTreeMap<String, Snapshot>>,
}

/// A copy of everything that KSeF remembers.
pub(crate) struct Snapshot {
    pub(crate) taken_at: Timestamp,
    pub(crate) world: World,
}

impl Control {
    pub(crate) fn new(shared: Arc<Shared>, ksef_url: String) -> Self {
        Self { shared, ksef_url, snapshots: Mutex::default() }
    }

    pub(crate) fn snapshots(&self) -> MutexGuard<'_, BTreeMap<String, Snapshot>> {
        self.snapshots.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A route of the control API.
pub(crate) struct Route {
    pub(crate) method: &'static str,
    pub(crate) path: &'static str,
    /// One sentence for the document.
    pub(crate) summary: &'static str,
    /// Names of query parameters, all optional numbers.
    pub(crate) query: &'static [&'static str],
    /// Name of the body's schema; `None` for no body.
    pub(crate) body: Option<&'static str>,
    /// Status and name of the schema of the answer; no schema for an empty one.
    pub(crate) answer: (u16, Option<&'static str>),
    handler: fn() -> MethodRouter<Arc<Control>>,
}

/// Every route of the control API, in the order of the document.
pub(crate) const ROUTES: &[Route] = &[
    Route {
        method: "get",
        path: "/control/openapi.json",
        summary: "This document.",
        query: &[],
        body: None,
        answer: (200, Some("Document")),
        handler: || get(document::openapi),
    },
    Route {
        method: "get",
        path: "/control/clock",
        summary: "The simulator's clock.",
        query: &[],
        body: None,
        answer: (200, Some("Clock")),
        handler: || get(clock::show),
    },
    Route {
        method: "put",
        path: "/control/clock",
        summary: "Sets, moves, stops or starts the clock; every timer follows.",
        query: &[],
        body: Some("ClockChange"),
        answer: (200, Some("Clock")),
        handler: || put(clock::change),
    },
    Route {
        method: "get",
        path: "/control/faults",
        summary: "The fault rules that can still happen, and the seed of their dice.",
        query: &[],
        body: None,
        answer: (200, Some("FaultRules")),
        handler: || get(faults::list),
    },
    Route {
        method: "post",
        path: "/control/faults",
        summary: "Adds a fault rule.",
        query: &[],
        body: Some("FaultRule"),
        answer: (201, Some("PlannedFault")),
        handler: || post(faults::add),
    },
    Route {
        method: "delete",
        path: "/control/faults",
        summary: "Removes all fault rules.",
        query: &[],
        body: None,
        answer: (204, None),
        handler: || delete(faults::clear),
    },
    Route {
        method: "delete",
        path: "/control/faults/{id}",
        summary: "Removes a fault rule.",
        query: &[],
        body: None,
        answer: (204, None),
        handler: || delete(faults::remove),
    },
    Route {
        method: "put",
        path: "/control/processing",
        summary: "Stops the processing of invoices (they stay at 150), or lets it go on.",
        query: &[],
        body: Some("Processing"),
        answer: (200, Some("Processing")),
        handler: || put(faults::set_processing),
    },
    Route {
        method: "get",
        path: "/control/scenarios",
        summary: "The named scenarios and what each sets.",
        query: &[],
        body: None,
        answer: (200, Some("Scenarios")),
        handler: || get(scenarios::list),
    },
    Route {
        method: "post",
        path: "/control/scenarios/{name}",
        summary: "Sets a scenario for a company.",
        query: &[],
        body: Some("ScenarioOrder"),
        answer: (200, Some("ScenarioOutcome")),
        handler: || post(scenarios::apply),
    },
    Route {
        method: "post",
        path: "/control/inbox",
        summary: "Puts purchase invoices into a company's inbox.",
        query: &[],
        body: Some("InboxOrder"),
        answer: (201, Some("InboxOutcome")),
        handler: || post(inbox::fill),
    },
    Route {
        method: "get",
        path: "/control/state",
        summary: "What the simulator is and how much it holds.",
        query: &[],
        body: None,
        answer: (200, Some("State")),
        handler: || get(inspect::state),
    },
    Route {
        method: "get",
        path: "/control/requests",
        summary: "The requests that KSeF received, in the order of their answers.",
        query: &["after", "limit"],
        body: None,
        answer: (200, Some("Requests")),
        handler: || get(inspect::requests),
    },
    Route {
        method: "get",
        path: "/control/requests/events",
        summary: "The requests as they come, as server-sent events `request`, from the next one on or those after `after`.",
        query: &["after"],
        body: None,
        answer: (200, Some("Events")),
        handler: || get(events::stream),
    },
    Route {
        method: "get",
        path: "/control/sessions",
        summary: "The sessions, in the order of opening.",
        query: &["after", "limit"],
        body: None,
        answer: (200, Some("Sessions")),
        handler: || get(inspect::sessions),
    },
    Route {
        method: "get",
        path: "/control/submissions",
        summary: "Everything that was sent, in the order of arrival.",
        query: &["after", "limit"],
        body: None,
        answer: (200, Some("Submissions")),
        handler: || get(inspect::submissions),
    },
    Route {
        method: "get",
        path: "/control/invoices",
        summary: "The invoices that have a number, with how often each document was sent.",
        query: &["after", "limit"],
        body: None,
        answer: (200, Some("Invoices")),
        handler: || get(inspect::invoices),
    },
    Route {
        method: "get",
        path: "/control/invoices/{ksefNumber}",
        summary: "The document of an invoice, byte for byte.",
        query: &[],
        body: None,
        answer: (200, Some("Xml")),
        handler: || get(inspect::invoice),
    },
    Route {
        method: "post",
        path: "/control/certificates",
        summary: "Issues a certificate of KSeF that nobody applied for, with its key: the first one in demo and prd.",
        query: &[],
        body: Some("CertificateOrder"),
        answer: (201, Some("CertificateOutcome")),
        handler: || post(certificates::issue),
    },
    Route {
        method: "post",
        path: "/control/keys",
        summary: "Rotates an encryption key, as planned, in an emergency, or under a new certificate only.",
        query: &[],
        body: Some("KeyRotation"),
        answer: (200, Some("EncryptionKeys")),
        handler: || post(keys::rotate),
    },
    Route {
        method: "get",
        path: "/control/latarnia",
        summary: "The timeline of Latarnia.",
        query: &[],
        body: None,
        answer: (200, Some("Latarnia")),
        handler: || get(latarnia::show),
    },
    Route {
        method: "put",
        path: "/control/latarnia",
        summary: "Writes the timeline of Latarnia anew.",
        query: &[],
        body: Some("Latarnia"),
        answer: (200, Some("Latarnia")),
        handler: || put(latarnia::write),
    },
    Route {
        method: "get",
        path: "/control/habits",
        summary: "How the simulator behaves where KSeF changed, or where nobody knows.",
        query: &[],
        body: None,
        answer: (200, Some("Habits")),
        handler: || get(habits::show),
    },
    Route {
        method: "put",
        path: "/control/habits",
        summary: "Sets these switches; those that are not named are as in production today.",
        query: &[],
        body: Some("Habits"),
        answer: (200, Some("Habits")),
        handler: || put(habits::write),
    },
    Route {
        method: "get",
        path: "/control/snapshots",
        summary: "The snapshots.",
        query: &[],
        body: None,
        answer: (200, Some("Snapshots")),
        handler: || get(snapshots::list),
    },
    Route {
        method: "put",
        path: "/control/snapshots/{name}",
        summary: "Remembers everything under a name.",
        query: &[],
        body: None,
        answer: (200, Some("Snapshot")),
        handler: || put(snapshots::take),
    },
    Route {
        method: "delete",
        path: "/control/snapshots/{name}",
        summary: "Forgets a snapshot.",
        query: &[],
        body: None,
        answer: (204, None),
        handler: || delete(snapshots::forget),
    },
    Route {
        method: "post",
        path: "/control/snapshots/{name}/restore",
        summary: "Goes back to a snapshot, the clock included.",
        query: &[],
        body: None,
        answer: (200, Some("Snapshot")),
        handler: || post(snapshots::restore),
    },
    Route {
        method: "post",
        path: "/control/reset",
        summary: "Forgets everything but keys and clock.",
        query: &[],
        body: None,
        answer: (204, None),
        handler: || post(snapshots::reset),
    },
];

/// The service of the control port.
pub(crate) fn router(control: Arc<Control>) -> axum::Router {
    let mut router = axum::Router::new();
    for route in ROUTES {
        router = router.route(route.path, (route.handler)());
    }
    router
        .merge(crate::console::router())
        .fallback(|| async { ControlError::not_found("nie ma takiego adresu", "there is nothing here") })
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .layer(middleware::from_fn(guard))
        .with_state(control)
        .layer(CatchPanicLayer::custom(answers::panicked))
}

/// Lets in programs and this machine's own pages, not pages of others: a page somewhere on the web could otherwise steer
/// the simulator of whoever looks at it, by its forms or under a name that it makes point here.
async fn guard(request: Request, next: Next) -> Response {
    if is_let_in(request.headers()) {
        return next.run(request).await;
    }
    ControlError::forbidden().into_response()
}

fn is_let_in(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let host = text(HOST).unwrap_or_default();
    let is_port = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let name = host.rsplit_once(':').filter(|(_, port)| is_port(port)).map_or(host, |(name, _)| name);
    let is_own = name.eq_ignore_ascii_case("localhost")
        || name.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>().is_ok();
    is_own && text(ORIGIN).is_none_or(|origin| origin == format!("http://{host}"))
}

/// Runs something that takes its time, and the lock, outside the threads that serve.
pub(crate) async fn aside<T: Send + 'static>(
    State(control): State<Arc<Control>>,
    work: impl FnOnce(&Control) -> Result<T, ControlError> + Send + 'static,
) -> Result<T, ControlError> {
    match tokio::task::spawn_blocking(move || work(&control)).await {
        Ok(outcome) => outcome,
        Err(error) => {
            tracing::error!(%error, "a control call ended early");
            Err(ControlError::internal())
        }
    }
}

const BODY_BYTES_MAX: usize = 4 * 1024 * 1024;
