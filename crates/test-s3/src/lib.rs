//! A real S3 server (s3s over a folder): HTTP on loopback, signatures checked, and faults when a test asks for them.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream;
use http::{Method, Request, Response};
use http_body_util::{BodyExt as _, StreamBody};
use hyper::body::{Frame, Incoming};
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use s3s::access::{S3Access, S3AccessContext};
use s3s::auth::SimpleAuth;
use s3s::service::{S3Service, S3ServiceBuilder};
use s3s::{Body, S3Error, S3ErrorCode, S3Result, s3_error};
use tokio::net::TcpListener;
use tokio::task::{JoinHandle, JoinSet};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

/// The bucket that is there from the beginning.
pub const BUCKET: &str = "faktury";
/// The only access key.
pub const ACCESS_KEY_ID: &str = "BRAMKATEST";

/// A server at work; it ends when this is dropped, and its files with it.
pub struct S3Server {
    folder: tempfile::TempDir,
    address: SocketAddr,
    tls: Option<TlsAcceptor>,
    /// Made for this run: a secret in the sources would be found by whoever looks for secrets.
    pub secret: String,
    /// What it does wrong, and what it saw.
    pub faults: Arc<Faults>,
    task: JoinHandle<()>,
}

/// What the server does wrong, and what it saw. All may be changed while it runs.
#[derive(Default)]
pub struct Faults {
    /// Milliseconds before each answer.
    pub delay_ms: AtomicU64,
    /// So many coming requests are answered with 503.
    pub refusals: AtomicUsize,
    /// So many coming answers to reading break off in the middle of the body.
    pub broken_bodies: AtomicUsize,
    /// The access key may not remove.
    pub forbids_removing: AtomicBool,
    /// The access key is not told what is not there.
    pub hides_missing: AtomicBool,
    /// Requests so far.
    pub requests: AtomicUsize,
    /// The most requests at one time.
    pub answering_peak: AtomicUsize,
    answering: AtomicUsize,
    /// The most connections at one time.
    pub connections_peak: AtomicUsize,
    connections: AtomicUsize,
}

impl S3Server {
    /// Starts one with an empty bucket [`BUCKET`].
    pub async fn start() -> Self {
        Self::start_with(None).await
    }

    /// The same over TLS, with a certificate that no system trusts; gives it in PEM form too.
    pub async fn start_with_tls() -> (Self, String) {
        let own = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).expect("a certificate");
        let key = PrivateKeyDer::Pkcs8(own.signing_key.serialize_der().into());
        let config =
            ServerConfig::builder().with_no_client_auth().with_single_cert(vec![own.cert.der().clone()], key);
        let tls = TlsAcceptor::from(Arc::new(config.expect("a key")));
        (Self::start_with(Some(tls)).await, own.cert.pem())
    }

    async fn start_with(tls: Option<TlsAcceptor>) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::create_dir(folder.path().join(BUCKET)).expect("a bucket");
        let secret =
            ksef_crypto::random_bytes::<20>().iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        let faults = Arc::new(Faults::default());
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let service = service(folder.path(), &secret, &faults);
        let task = tokio::spawn(serve(listener, tls.clone(), service, Arc::clone(&faults)));
        Self { folder, address, tls, secret, faults, task }
    }

    /// Takes it away, connections and all. What it keeps stays.
    pub async fn stop(&mut self) {
        self.task.abort();
        let _ = (&mut self.task).await;
    }

    /// Brings it back at the same address.
    pub async fn restart(&mut self) {
        let listener = TcpListener::bind(self.address).await.expect("the same port");
        let service = service(self.folder.path(), &self.secret, &self.faults);
        self.task = tokio::spawn(serve(listener, self.tls.clone(), service, Arc::clone(&self.faults)));
    }

    /// Its own address.
    #[must_use]
    pub fn url(&self) -> String {
        let scheme = if self.tls.is_some() { "https" } else { "http" };
        format!("{scheme}://{}", self.address)
    }

    /// The address that the gateway is given for [`BUCKET`]; the key is [`ACCESS_KEY_ID`] with [`S3Server::secret`].
    #[must_use]
    pub fn bucket_url(&self) -> String {
        format!("s3://{BUCKET}/bramka?endpoint={}&region=eu-central-1", self.url())
    }

    /// The files of the objects in the bucket, sorted.
    #[must_use]
    pub fn files(&self) -> Vec<PathBuf> {
        let mut files = Vec::new();
        let mut folders = vec![self.folder.path().join(BUCKET)];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).expect("a folder") {
                let path = entry.expect("an entry").path();
                if path.is_dir() { folders.push(path) } else { files.push(path) }
            }
        }
        files.sort();
        files
    }
}

impl Drop for S3Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn service(folder: &Path, secret: &str, faults: &Arc<Faults>) -> S3Service {
    let files = s3s_fs::FileSystem::new(folder).expect("a folder");
    let mut builder = S3ServiceBuilder::new(files);
    builder.set_auth(SimpleAuth::from_single(ACCESS_KEY_ID, secret));
    builder.set_access(Access { folder: folder.to_owned(), faults: Arc::clone(faults) });
    builder.build()
}

/// s3s-fs makes a bucket by writing into it and knows no rights: other servers refuse, and so does this one.
struct Access {
    folder: PathBuf,
    faults: Arc<Faults>,
}

#[async_trait::async_trait]
impl S3Access for Access {
    async fn check(&self, context: &mut S3AccessContext<'_>) -> S3Result<()> {
        if context.credentials().is_none() {
            return Err(s3_error!(AccessDenied));
        }
        let Some((bucket, key)) = context.s3_path().as_object() else { return Ok(()) };
        if !self.folder.join(bucket).is_dir() {
            return Err(s3_error!(NoSuchBucket));
        }
        let is_missing = !self.folder.join(bucket).join(key).exists();
        let is_forbidden = match context.s3_op().name() {
            "DeleteObject" => self.faults.forbids_removing.load(Ordering::SeqCst),
            "GetObject" => is_missing && self.faults.hides_missing.load(Ordering::SeqCst),
            _ => false,
        };
        if is_forbidden { Err(s3_error!(AccessDenied)) } else { Ok(()) }
    }
}

async fn serve(listener: TcpListener, tls: Option<TlsAcceptor>, service: S3Service, faults: Arc<Faults>) {
    // Dropped with this task, and every connection with it.
    let mut connections = JoinSet::new();
    loop {
        let (stream, _) = listener.accept().await.expect("a connection");
        // An answer's header and body are two packets; the second must not wait for the first one's receipt.
        stream.set_nodelay(true).expect("a connection");
        let (service, faults, tls) = (service.clone(), Arc::clone(&faults), tls.clone());
        connections.spawn(async move {
            let now = faults.connections.fetch_add(1, Ordering::SeqCst) + 1;
            faults.connections_peak.fetch_max(now, Ordering::SeqCst);
            let answers = service_fn(|request| answer(service.clone(), Arc::clone(&faults), request));
            let server = hyper::server::conn::http1::Builder::new();
            // A client that goes away, or does not trust this server, is no fault.
            match tls {
                None => drop(server.serve_connection(TokioIo::new(stream), answers).await),
                Some(tls) => {
                    if let Ok(stream) = tls.accept(stream).await {
                        drop(server.serve_connection(TokioIo::new(stream), answers).await);
                    }
                }
            }
            faults.connections.fetch_sub(1, Ordering::SeqCst);
        });
        while connections.try_join_next().is_some() {}
    }
}

async fn answer(
    service: S3Service,
    faults: Arc<Faults>,
    request: Request<Incoming>,
) -> Result<Response<Body>, Infallible> {
    let faults = Answering::begun(faults);
    tokio::time::sleep(Duration::from_millis(faults.delay_ms.load(Ordering::SeqCst))).await;
    let is_reading = request.method() == Method::GET;
    if takes_one(&faults.refusals) {
        let refusal = S3Error::new(S3ErrorCode::SlowDown).to_http_response();
        return Ok(refusal.expect("an answer"));
    }
    let answer = hyper::service::Service::call(&service, request).await.expect("an answer");
    if is_reading && takes_one(&faults.broken_bodies) {
        let (parts, body) = answer.into_parts();
        let whole = body.collect().await.expect("a body").to_bytes();
        let half: Bytes = whole.slice(..whole.len() / 2);
        // The pause lets the half reach the client before the connection breaks.
        let frames = stream::unfold(Some(half), |left| async move {
            if let Some(half) = left {
                return Some((Ok(Frame::data(half)), None));
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
            Some((Err(io::Error::from(io::ErrorKind::ConnectionReset)), None))
        });
        return Ok(Response::from_parts(parts, Body::http_body_unsync(StreamBody::new(frames))));
    }
    Ok(answer)
}

/// Counts a request for as long as it is being answered, also when the client gives up.
struct Answering(Arc<Faults>);

impl Answering {
    fn begun(faults: Arc<Faults>) -> Self {
        faults.requests.fetch_add(1, Ordering::SeqCst);
        let now = faults.answering.fetch_add(1, Ordering::SeqCst) + 1;
        faults.answering_peak.fetch_max(now, Ordering::SeqCst);
        Self(faults)
    }
}

impl std::ops::Deref for Answering {
    type Target = Faults;

    fn deref(&self) -> &Faults {
        &self.0
    }
}

impl Drop for Answering {
    fn drop(&mut self) {
        self.0.answering.fetch_sub(1, Ordering::SeqCst);
    }
}

fn takes_one(counter: &AtomicUsize) -> bool {
    counter.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok()
}
