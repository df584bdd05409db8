//! The requests as they come, as server-sent events.

use super::Control;
use super::ControlError;
use super::inspect::{PageOf, read, requests_after};
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use futures_util::stream;
use std::convert::Infallible;
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

/// `GET /control/requests/events`
pub(crate) async fn stream(
    State(control): State<Arc<Control>>,
    page: PageOf,
) -> Result<Response, ControlError> {
    let page = read(page)?;
    let newest = control.shared.world().requests().back().map_or(0, |last| last.sequence);
    let after = page.asked_after().unwrap_or(newest);
    let events = stream::unfold((control, after, true), |(control, after, is_first)| async move {
        let (text, after) =
            if is_first { (": requests\n\n".to_owned(), after) } else { next(&control, after).await };
        Some((Ok::<_, Infallible>(Bytes::from(text)), (control, after, false)))
    });
    let headers = [(CONTENT_TYPE, "text/event-stream"), (CACHE_CONTROL, "no-store")];
    Ok((headers, Body::from_stream(events)).into_response())
}

/// The next events, or a comment when there are none for a while: so a caller that is gone is noticed.
async fn next(control: &Control, after: u64) -> (String, u64) {
    let noticed = control.shared.requests_noted.notified();
    tokio::pin!(noticed);
    // From now on none is missed.
    noticed.as_mut().enable();
    let mut views = requests_after(control, after, EVENTS_AT_ONCE);
    if views.is_empty() && tokio::time::timeout(QUIET, noticed).await.is_ok() {
        views = requests_after(control, after, EVENTS_AT_ONCE);
    }
    let mut text = String::new();
    let mut last = after;
    for view in views {
        last = view.sequence;
        let data = serde_json::to_string(&view).unwrap_or_default();
        // Writing to a String does not fail.
        let _ = write!(text, "event: request\nid: {last}\ndata: {data}\n\n");
    }
    if text.is_empty() {
        text.push_str(":\n\n");
    }
    (text, last)
}

const EVENTS_AT_ONCE: usize = 200;
const QUIET: Duration = Duration::from_secs(15);
