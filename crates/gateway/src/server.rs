//! Connections. Served by hand, since slow and idle clients must not keep others out: a limit on connections, and on the
//! time that a request's head may take.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::ConnectInfo;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use tower::ServiceExt as _;

/// Serves until told to stop, by TLS if there is something to accept it with; requests under way are finished.
pub(crate) async fn serve(
    listener: TcpListener,
    tls: Option<watch::Receiver<TlsAcceptor>>,
    router: axum::Router,
    mut stopping: watch::Receiver<bool>,
) {
    let graceful = GracefulShutdown::new();
    let slots = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    loop {
        let Ok(slot) = Arc::clone(&slots).acquire_owned().await else { break };
        let accepted = tokio::select! {
            // An error means that the gateway itself is gone, which is a stop as well.
            _ = stopping.wait_for(|stop| *stop) => break,
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
        // Small answers go out at once.
        let _ = stream.set_nodelay(true);
        let router = router.clone();
        let service =
            service_fn(move |request: hyper::Request<Incoming>| answer(router.clone(), request, peer));
        let acceptor = tls.as_ref().map(|acceptors| acceptors.borrow().clone());
        let watcher = graceful.watcher();
        tokio::spawn(async move {
            let stream = match acceptor {
                None => Stream::Plain(stream),
                // Shaking hands takes as long as sending a head may.
                Some(acceptor) => match tokio::time::timeout(HEAD_TIMEOUT, acceptor.accept(stream)).await {
                    Ok(Ok(stream)) => Stream::Tls(Box::new(stream)),
                    Ok(Err(error)) => return tracing::debug!(%error, %peer, "no TLS came about"),
                    Err(_) => return tracing::debug!(%peer, "TLS took too long"),
                },
            };
            let mut http = hyper::server::conn::http1::Builder::new();
            http.timer(TokioTimer::new())
                // Also how long an idle connection is kept for its next request.
                .header_read_timeout(HEAD_TIMEOUT)
                .max_buf_size(HEAD_BYTES_MAX);
            // However slowly somebody reads or writes, a connection has an end.
            let ended = match stream {
                Stream::Plain(stream) => {
                    let connection = watcher.watch(http.serve_connection(TokioIo::new(stream), service));
                    tokio::time::timeout(CONNECTION_LIFE, connection).await
                }
                Stream::Tls(stream) => {
                    let connection = watcher.watch(http.serve_connection(TokioIo::new(stream), service));
                    tokio::time::timeout(CONNECTION_LIFE, connection).await
                }
            };
            match ended {
                Ok(Ok(())) => {}
                Ok(Err(error)) => tracing::debug!(%error, %peer, "a connection ended early"),
                Err(_) => tracing::debug!(%peer, "a connection was kept too long"),
            }
            drop(slot);
        });
    }
    drop(listener);
    graceful.shutdown().await;
}

/// A connection, as it is or by TLS.
enum Stream {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

async fn answer(
    router: axum::Router,
    request: hyper::Request<Incoming>,
    peer: SocketAddr,
) -> Result<hyper::Response<Body>, std::convert::Infallible> {
    let mut request = request.map(Body::new);
    request.extensions_mut().insert(ConnectInfo(peer));
    router.oneshot(request).await
}

/// Connections served at once; more wait in the system's queue. A thousand idle ones leave room for those who work.
const CONNECTIONS_MAX: usize = 4096;
const HEAD_TIMEOUT: Duration = Duration::from_secs(20);
const HEAD_BYTES_MAX: usize = 64 * 1024;
/// Clients that work open another one.
const CONNECTION_LIFE: Duration = Duration::from_secs(3600);
