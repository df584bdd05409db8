//! `/api/v1/companies/{company}/events`: what happened, as a list or as a stream.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Extension;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use gateway_access::Right;
use gateway_api::{EventListResource, ProblemCode};
use gateway_store::{Notice, NoticeKind, Store, StoreError};
use ksef_id::ContextIdentifier;
use serde_json::Value;
use tokio::sync::watch;
use tokio::time::Instant;

use super::{Failure, ListQuery, company_of};
use crate::access::{Caller, Identity, view_of};
use crate::app::notices::event;
use crate::app::notices::listeners::{OF_COMPANY_MAX, Place};
use crate::app::{App, cut};
use crate::router::Shared;

/// `GET`: a list; with `Accept: text/event-stream` a stream that goes on.
pub(crate) async fn events(
    State(shared): State<Shared>,
    Extension(caller): Extension<Caller>,
    Path(company): Path<String>,
    Query(query): Query<ListQuery>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let company = company_of(&shared.app, &company)?;
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if accept.contains(EVENT_STREAM) {
        return stream(&shared, caller, &company.context, &query, &headers).await;
    }
    let (after, limit) = (query.after()?, query.limit()?);
    let mut notices = shared.app.store.notices(&company.context, after, limit + 1).await?;
    let has_more = cut(&mut notices, limit);
    let next_cursor = notices.last().map_or(after, |notice| notice.number).to_string();
    let items = narrowed(&shared.app.store, &caller, &company.context, notices)
        .await?
        .into_iter()
        .filter(|notice| may_see(&caller, &company.context, notice.kind))
        .map(|notice| event(notice, shared.app.public_url.as_deref()))
        .collect();
    Ok(axum::Json(EventListResource { items, next_cursor, has_more }).into_response())
}

async fn stream(
    shared: &Shared,
    caller: Caller,
    company: &ContextIdentifier,
    query: &ListQuery,
    headers: &HeaderMap,
) -> Result<Response, Failure> {
    let invalid = || Failure::new(ProblemCode::ParameterInvalid, "Last-Event-ID");
    let last = match headers.get(&LAST_EVENT_ID) {
        Some(value) => {
            Some(value.to_str().ok().and_then(|text| text.trim().parse().ok()).ok_or_else(invalid)?)
        }
        None => query.after.as_ref().map(|_| query.after()).transpose()?,
    };
    let Some(place) = shared.app.listeners.place(company) else {
        return Err(Failure::new(ProblemCode::EventsTooMany, &OF_COMPANY_MAX.to_string()));
    };
    let told = shared.app.journal.told();
    let after = match last {
        Some(after) => after,
        None => shared.app.store.last_notice(company).await?,
    };
    let listener = Listener {
        app: shared.app.clone(),
        shared: shared.clone(),
        caller,
        company: company.clone(),
        after,
        ready: VecDeque::new(),
        told,
        stopping: shared.app.stopping.clone(),
        ends: Instant::now() + STREAM_LIFE,
        _place: place,
    };
    let events = futures_util::stream::unfold(listener, |mut listener| async move {
        let event = listener.next().await?;
        Some((Ok::<_, Infallible>(event), listener))
    });
    let keep_alive = KeepAlive::new().interval(KEEP_ALIVE_EVERY);
    let mut response = Sse::new(events).keep_alive(keep_alive).into_response();
    // Proxies would wait for more before they pass anything on.
    response
        .headers_mut()
        .insert(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    Ok(response)
}

/// Somebody who listens. Nothing is read before it is wanted, so a slow one costs no memory.
struct Listener {
    app: Arc<App>,
    shared: Shared,
    caller: Caller,
    company: ContextIdentifier,
    after: i64,
    ready: VecDeque<Notice>,
    told: watch::Receiver<u64>,
    stopping: watch::Receiver<bool>,
    ends: Instant,
    _place: Place,
}

impl Listener {
    /// The next event; `None` when the stream ends.
    async fn next(&mut self) -> Option<Event> {
        loop {
            while let Some(notice) = self.ready.pop_front() {
                self.after = notice.number;
                if may_see(&self.caller, &self.company, notice.kind) {
                    return self.sse(notice);
                }
            }
            if *self.stopping.borrow() || Instant::now() >= self.ends {
                return None;
            }
            // Before it is read: what is told meanwhile rings again.
            self.told.borrow_and_update();
            match self.read().await {
                Ok(true) => continue,
                Ok(false) => {}
                Err(error) => {
                    tracing::warn!(%error, "events could not be read for a listener");
                    return None;
                }
            }
            let pause = if self.app.store.is_shared() { POLL } else { STREAM_LIFE };
            let (told, stopping) = (&mut self.told, &mut self.stopping);
            let goes_on = tokio::select! {
                () = tokio::time::sleep(pause) => true,
                () = tokio::time::sleep_until(self.ends) => false,
                told = told.changed() => told.is_ok(),
                () = until_stopping(stopping) => false,
            };
            if !goes_on {
                return None;
            }
            tokio::time::sleep(GATHER).await;
        }
    }

    /// Reads on, for whoever may still listen; `false` when there is nothing more.
    async fn read(&mut self) -> Result<bool, StoreError> {
        let notices = self.app.store.notices(&self.company, self.after, AT_ONCE).await?;
        if notices.is_empty() {
            return Ok(false);
        }
        if let Identity::Key(key) = &self.caller.identity {
            let now = self.shared.desk.store().api_key(&key.id).await?;
            let is_the_same =
                now.is_some_and(|now| now.revoked_at.is_none() && now.rotated_at == key.rotated_at);
            if !is_the_same {
                self.ends = Instant::now();
                return Ok(true);
            }
        }
        // What is left out is passed over all the same.
        self.after = notices.last().map_or(self.after, |last| last.number);
        let notices = narrowed(&self.app.store, &self.caller, &self.company, notices).await?;
        self.ready.extend(notices);
        Ok(true)
    }

    fn sse(&self, notice: Notice) -> Option<Event> {
        let (number, kind) = (notice.number.to_string(), notice.kind.as_str());
        let event = event(notice, self.app.public_url.as_deref());
        Event::default().id(number).event(kind).json_data(event).ok()
    }
}

/// Waits until the gateway stops.
pub(crate) async fn until_stopping(stopping: &mut watch::Receiver<bool>) {
    // An error means that the gateway itself is gone, which is a stop as well.
    let _ = stopping.wait_for(|stop| *stop).await;
}

/// Of purchases only those that the caller sees, by what is assigned now; a notice that tells of none is left out.
async fn narrowed(
    store: &Store,
    caller: &Caller,
    company: &ContextIdentifier,
    notices: Vec<Notice>,
) -> Result<Vec<Notice>, StoreError> {
    let view = view_of(store, caller, company).await?;
    if view.is_everything() {
        return Ok(notices);
    }
    let mut told = Vec::with_capacity(notices.len());
    for mut notice in notices {
        // It is about the whole archive.
        if notice.kind == NoticeKind::DocumentsLeaving {
            continue;
        }
        if notice.kind == NoticeKind::PurchasesReceived {
            let position = |item: &Value| item.get("id")?.as_str()?.parse::<i64>().ok();
            let items = notice.data["items"].as_array().cloned().unwrap_or_default();
            let positions: Vec<i64> = items.iter().filter_map(position).collect();
            let seen = store.seen_purchases(company, view, &positions).await?;
            let items: Vec<Value> = items
                .into_iter()
                .filter(|item| position(item).is_some_and(|at| seen.contains(&at)))
                .collect();
            if items.is_empty() {
                continue;
            }
            notice.data["count"] = items.len().into();
            notice.things = i64::try_from(items.len()).unwrap_or(i64::MAX);
            notice.data["items"] = items.into();
        }
        told.push(notice);
    }
    Ok(told)
}

/// Whether somebody is told of this.
fn may_see(caller: &Caller, company: &ContextIdentifier, kind: NoticeKind) -> bool {
    let may = |right| caller.grants.allow(right, company);
    match kind {
        NoticeKind::PurchasesReceived => may(Right::ReadPurchases),
        NoticeKind::InvoicesNumbered
        | NoticeKind::InvoicesIssuedOffline
        | NoticeKind::InvoicesConfirmed
        | NoticeKind::InvoicesRejected
        | NoticeKind::DeadlineNear => may(Right::ReadSales),
        NoticeKind::DocumentsLeaving => may(Right::ReadSales) && may(Right::ReadPurchases),
        NoticeKind::CredentialExpiring
        | NoticeKind::OutageBegan
        | NoticeKind::OutageEnded
        | NoticeKind::WebhookSwitchedOff => true,
    }
}

pub(crate) const EVENT_STREAM: &str = "text/event-stream";
const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");
/// Whoever listens comes back by himself, and is asked anew who he is.
const STREAM_LIFE: Duration = Duration::from_secs(600);
const KEEP_ALIVE_EVERY: Duration = Duration::from_secs(15);
/// How often other nodes' notices are looked for.
const POLL: Duration = Duration::from_secs(1);
/// What is told within a moment is read together.
const GATHER: Duration = Duration::from_millis(50);
const AT_ONCE: u32 = 50;
