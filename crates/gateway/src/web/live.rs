//! `/companies/{company}/live`: tells open pages that something of the company changed, so that they look again at once. It says no
//! more than that: what there is to see, the page itself says, to whoever may see it.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Extension;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use gateway_api::ProblemCode;
use gateway_store::StoreError;
use tokio::sync::watch;
use tokio::time::Instant;

use crate::access::Caller;
use crate::app::App;
use crate::app::notices::listeners::{OF_PERSON_MAX, Place};
use crate::company::Company;
use crate::rest::events::{EVENT_STREAM, until_stopping};
use crate::rest::{Failure, company_of};
use crate::router::Shared;

/// `GET`: a stream with an event for each change.
pub(crate) async fn changes(
    State(shared): State<Shared>,
    Extension(caller): Extension<Caller>,
    Path(company): Path<String>,
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
        app: shared.app.clone(),
        company,
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
type Mark = ([i64; 2], Vec<(String, i64)>, &'static str);

/// A page that is open.
struct Watcher {
    app: Arc<App>,
    company: Arc<Company>,
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
            let now = match mark(&self.app, &self.company).await {
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
            let pause = if self.app.store.is_shared() { POLL } else { LOOK };
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
}

async fn mark(app: &App, company: &Company) -> Result<Mark, StoreError> {
    let store = &app.store;
    let marks = store.change_marks(&company.context).await?;
    let counts = store.unfinished_counts(&company.context).await?;
    let counts = counts.into_iter().map(|(state, count)| (state.to_string(), count)).collect();
    Ok((marks, counts, company.site.reach().words().en))
}

/// Whoever listens comes back by himself, and is asked anew who he is.
const STREAM_LIFE: Duration = Duration::from_secs(600);
const KEEP_ALIVE_EVERY: Duration = Duration::from_secs(15);
/// How often other nodes' writes are looked for.
const POLL: Duration = Duration::from_secs(2);
/// How often it is looked whether KSeF is reached, which nobody writes down.
const LOOK: Duration = Duration::from_secs(10);
/// What happens within a moment is told once, and a busy company costs three looks a second.
const GATHER: Duration = Duration::from_millis(300);
