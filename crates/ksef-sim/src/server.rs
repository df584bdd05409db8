//! Connections. Served by hand instead of by axum, because a lost answer is a connection that closes without one.

use crate::clock::{Clock as _, VirtualClock};
use crate::http::pipeline::NoAnswer;
use crate::router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::header::{DATE, HeaderValue};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use jiff::fmt::rfc2822::DateTimePrinter;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};
use tower::ServiceExt as _;

/// Closes the connection instead of answering.
#[derive(Debug, thiserror::Error)]
#[error("the answer is lost on purpose")]
struct Lost;

/// Serves until told to stop. Every answer carries the time of `clock` in `Date`, unless it carries another one.
pub(crate) async fn run(
    listener: TcpListener,
    router: axum::Router,
    clock: Arc<VirtualClock>,
    mut stopped: watch::Receiver<bool>,
) {
    let graceful = GracefulShutdown::new();
    let slots = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    loop {
        let accepted = tokio::select! {
            // An error means that the simulator is gone: stop as well.
            _ = stopped.changed() => break,
            accepted = listener.accept() => accepted,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // Out of file descriptors, most likely: give the others time to end.
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            }
        };
        let Ok(slot) = Arc::clone(&slots).acquire_owned().await else { break };
        // Small answers go out at once.
        let _ = stream.set_nodelay(true);
        let (router, clock) = (router.clone(), Arc::clone(&clock));
        let service = service_fn(move |request: hyper::Request<Incoming>| {
            answer(router.clone(), Arc::clone(&clock), request, peer)
        });
        let connection = hyper::server::conn::http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEADER_TIMEOUT)
            .serve_connection(TokioIo::new(stream), service);
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            // Errors here are the caller's broken connections and our own lost answers.
            if let Err(error) = connection.await {
                tracing::debug!(%error, %peer, "a connection ended early");
            }
            drop(slot);
        });
    }
    drop(listener);
    let _ = tokio::time::timeout(GRACE, graceful.shutdown()).await;
}

async fn answer(
    router: axum::Router,
    clock: Arc<VirtualClock>,
    request: hyper::Request<Incoming>,
    peer: SocketAddr,
) -> Result<hyper::Response<Body>, Lost> {
    let mut request = request.map(Body::new);
    request.extensions_mut().insert(ConnectInfo(peer));
    router::trim_trailing_slash(request.uri_mut());
    let mut response = match router.oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    };
    let date = DateTimePrinter::new().timestamp_to_rfc9110_string(&clock.now());
    if let Some(date) = date.ok().and_then(|date| HeaderValue::from_str(&date).ok()) {
        response.headers_mut().entry(DATE).or_insert(date);
    }
    if response.extensions().get::<NoAnswer>().is_some() { Err(Lost) } else { Ok(response) }
}

/// Connections served at once; more wait.
const CONNECTIONS_MAX: usize = 1024;
const HEADER_TIMEOUT: Duration = Duration::from_secs(30);
/// How long a shutdown waits for requests under way.
const GRACE: Duration = Duration::from_secs(2);
