//! `/companies/{company}/live`: tells open pages that something of the company changed, so that they look again at once. It says no
//! more than that: what there is to see, the page itself says, to whoever may see it. Some pages show what is not among what a
//! company is told (deliveries of a webhook, letters about a sale, applications for certificates, a simulator): they name it, and
//! who does not show it pays nothing for it.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Extension;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use gateway_api::ProblemCode;
use gateway_store::{SaleId, StoreError};
use ksef_client::SimulatorControl;
use tokio::sync::watch;
use tokio::time::Instant;

use crate::access::Caller;
use crate::app::notices::listeners::{OF_PERSON_MAX, Place};
use crate::company::Company;
use crate::rest::events::{EVENT_STREAM, until_stopping};
use crate::rest::{Failure, company_of};
use crate::router::Shared;
use crate::web::simulator::control_of;

/// What a page shows besides what every page of the company shows.
#[derive(Debug, Default, serde::Deserialize)]
pub(crate) struct LiveQuery {
    /// The deliveries of a webhook, those before a position.
    webhook: Option<String>,
    before: Option<i64>,
    /// A sale, and the letters about it.
    sale: Option<String>,
    /// `certificates` or `simulator`.
    of: Option<String>,
}

/// `GET`: a stream with an event for each change.
pub(crate) async fn changes(
    State(shared): State<Shared>,
    Extension(caller): Extension<Caller>,
    Path(company): Path<String>,
    Query(query): Query<LiveQuery>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let company = company_of(&shared.app, &company)?;
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !accept.contains(EVENT_STREAM) {
        return Err(Failure::new(ProblemCode::ParameterInvalid, "Accept (text/event-stream)"));
    }
    let Some(place) = shared.app.listeners.place_of_person(&caller.who()) else {
        return Err(Failure::new(ProblemCode::EventsTooMany, &OF_PERSON_MAX.to_string()));
    };
    let watcher = Watcher {
        written: shared.app.journal.written(),
        stopping: shared.app.stopping.clone(),
        control: query.of.as_deref().filter(|of| *of == SIMULATOR).and_then(|_| control_of(&company).ok()),
        shared: shared.clone(),
        company,
        query,
        seen: None,
        ends: Instant::now() + STREAM_LIFE,
        _place: place,
    };
    let events = futures_util::stream::unfold(watcher, |mut watcher| async move {
        let event = watcher.next().await?;
        Some((Ok::<_, Infallible>(event), watcher))
    });
    let mut response =
        Sse::new(events).keep_alive(KeepAlive::new().interval(KEEP_ALIVE_EVERY)).into_response();
    // Proxies would wait for more before they pass anything on.
    let unbuffered = HeaderName::from_static("x-accel-buffering");
    response.headers_mut().insert(unbuffered, HeaderValue::from_static("no"));
    Ok(response)
}

/// What tells one moment of a company from another, cheaply.
#[derive(PartialEq, Eq)]
struct Mark {
    told: [i64; 2],
    unfinished: Vec<(String, i64)>,
    reach: &'static str,
    /// What the page has named.
    named: Vec<String>,
}

/// A page that is open.
struct Watcher {
    shared: Shared,
    company: Arc<Company>,
    query: LiveQuery,
    /// Of the simulator that the page shows.
    control: Option<SimulatorControl>,
    /// As it was told last; none before the first look.
    seen: Option<Mark>,
    written: watch::Receiver<u64>,
    stopping: watch::Receiver<bool>,
    ends: Instant,
    _place: Place,
}

impl Watcher {
    /// The next change; `None` when the stream ends.
    async fn next(&mut self) -> Option<Event> {
        loop {
            if *self.stopping.borrow() || Instant::now() >= self.ends {
                return None;
            }
            // Before it is read: what is written meanwhile rings again.
            self.written.borrow_and_update();
            let now = match self.mark().await {
                Ok(now) => now,
                Err(error) => {
                    tracing::warn!(%error, "an open page could not be told of changes");
                    return None;
                }
            };
            let is_other = self.seen.as_ref() != Some(&now);
            let is_first = self.seen.replace(now).is_none();
            if is_first || is_other {
                // The first one lets a page catch up with what changed before it listened.
                return Some(Event::default().event("change").data(""));
            }
            let is_written_here = !self.shared.app.store.is_shared() && self.query.of.is_none();
            let pause = if is_written_here { LOOK } else { POLL };
            let goes_on = tokio::select! {
                () = tokio::time::sleep(pause) => true,
                () = tokio::time::sleep_until(self.ends) => false,
                written = self.written.changed() => written.is_ok(),
                () = until_stopping(&mut self.stopping) => false,
            };
            if !goes_on {
                return None;
            }
            tokio::time::sleep(GATHER).await;
        }
    }

    async fn mark(&self) -> Result<Mark, StoreError> {
        let store = &self.shared.app.store;
        let counts = store.unfinished_counts(&self.company.context).await?;
        Ok(Mark {
            told: store.change_marks(&self.company.context).await?,
            unfinished: counts.into_iter().map(|(state, count)| (state.to_string(), count)).collect(),
            reach: self.company.site.reach().words().en,
            named: self.named().await?,
        })
    }

    /// What the page has named, as far as it is the company's.
    async fn named(&self) -> Result<Vec<String>, StoreError> {
        let (store, context) = (&self.shared.app.store, &self.company.context);
        let mut found = Vec::new();
        if let Some(id) = &self.query.webhook
            && let Some((webhook, _)) = store.webhook(context, id).await?
        {
            found.push(format!("{} {:?}", webhook.is_active, webhook.failing_since));
            let deliveries = store.deliveries(id, self.query.before, DELIVERIES_SHOWN).await?;
            found.extend(
                deliveries.iter().map(|one| {
                    format!("{} {:?} {} {:?}", one.position, one.state, one.attempts, one.tried_at)
                }),
            );
        }
        if let Some(sale) = self.query.sale.as_ref().and_then(|id| id.parse::<SaleId>().ok()) {
            // Another policy leaves it in its state.
            let found_sale = store.sale(context, sale).await?;
            found.extend(found_sale.map(|one| format!("{} {}", one.state, one.policy)));
            let letters = store.letters_of_sale(context, sale).await?;
            found
                .extend(letters.iter().map(|one| format!("{} {} {}", one.position, one.state, one.attempts)));
        }
        if self.query.of.as_deref() == Some(CERTIFICATES)
            && let Some(keyring) = &self.shared.keyring
        {
            // A vault that cannot be read is told by the page.
            let kept = keyring.credentials(context).await.ok().flatten().unwrap_or_default();
            found.extend(kept.into_iter().map(|one| one.id));
            let pending = keyring.pending(context).await.unwrap_or_default();
            found.extend(pending.iter().map(|one| format!("{} {}", one.id, one.is_received)));
        }
        if let Some(control) = &self.control {
            let state = control.state().await.ok();
            // Its time to the minute, as the page has it.
            found.extend(state.map(|state| {
                format!("{} {} {}", state.now.as_second() / 60, state.is_running, state.faults)
            }));
        }
        Ok(found)
    }
}

/// What pages name: see [`LiveQuery::of`].
pub(super) const CERTIFICATES: &str = "certificates";
pub(super) const SIMULATOR: &str = "simulator";
/// Deliveries that the page of a webhook shows.
pub(super) const DELIVERIES_SHOWN: u32 = 50;
/// Whoever listens comes back by himself, and is asked anew who he is.
const STREAM_LIFE: Duration = Duration::from_secs(600);
const KEEP_ALIVE_EVERY: Duration = Duration::from_secs(15);
/// How often is looked for what others write: other nodes, the vault's keeper, a simulator.
const POLL: Duration = Duration::from_secs(2);
/// How often it is looked whether KSeF is reached, which nobody writes down.
const LOOK: Duration = Duration::from_secs(10);
/// What happens within a moment is told once, and a busy company costs three looks a second.
const GATHER: Duration = Duration::from_millis(300);
