//! Somebody else's server that takes webhooks: it keeps what comes and answers as it is told.
#![allow(dead_code, reason = "each test file uses its part")]

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use gateway_outbound::WebhookSecret;
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// How a message is answered.
#[derive(Debug, Clone)]
pub(crate) enum Say {
    /// With this status.
    Status(u16),
    /// With 200 after a while.
    Late(Duration),
    /// With a redirect to there.
    Redirect(String),
    /// The connection is closed without an answer.
    Nothing,
}

/// A message that came.
#[derive(Debug, Clone)]
pub(crate) struct Came {
    pub(crate) at: Instant,
    pub(crate) id: String,
    pub(crate) timestamp: String,
    pub(crate) signature: String,
    pub(crate) body: Vec<u8>,
}

/// A server on a port of its own, as long as this lives.
pub(crate) struct Receiver {
    pub(crate) address: SocketAddr,
    state: Arc<Mutex<State>>,
    task: tokio::task::JoinHandle<()>,
}

#[derive(Default)]
struct State {
    came: Vec<Came>,
    script: VecDeque<Say>,
    always: Option<Say>,
}

impl Came {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("JSON")
    }

    pub(crate) fn kind(&self) -> String {
        self.json()["type"].as_str().expect("a type").to_owned()
    }

    /// Whether the signature is right, by the specification and not by the sender's code.
    pub(crate) fn is_signed_with(&self, secret: &str) -> bool {
        let key = WebhookSecret::parse(secret).expect("a secret");
        let signed = [self.id.as_bytes(), b".", self.timestamp.as_bytes(), b".", &self.body].concat();
        let expected = hmac_sha256(key.expose_bytes(), &signed);
        self.signature.split(' ').filter_map(|one| one.strip_prefix("v1,")).any(|one| {
            use base64::Engine as _;
            base64::engine::general_purpose::STANDARD.decode(one).is_ok_and(|given| given == expected)
        })
    }
}

/// RFC 2104 over the workspace's SHA-256.
fn hmac_sha256(key: &[u8], message: &[u8]) -> Vec<u8> {
    let mut block = [0u8; 64];
    if key.len() > 64 {
        block[..32].copy_from_slice(&ksef_crypto::sha256(key));
    } else {
        block[..key.len()].copy_from_slice(key);
    }
    let with = |pad: u8, rest: &[u8]| {
        let padded: Vec<u8> = block.iter().map(|byte| byte ^ pad).chain(rest.iter().copied()).collect();
        ksef_crypto::sha256(&padded)
    };
    with(0x5c, &with(0x36, message)).to_vec()
}

impl Receiver {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let state = Arc::new(Mutex::new(State::default()));
        let shared = state.clone();
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, shared.clone()));
            }
        });
        Self { address, state, task }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/hook", self.address)
    }

    /// The next messages are answered so, one after another; later ones are taken.
    pub(crate) fn script(&self, says: impl IntoIterator<Item = Say>) {
        self.state.lock().expect("free").script.extend(says);
    }

    /// Every message that the script does not speak of is answered so.
    pub(crate) fn always(&self, say: Option<Say>) {
        self.state.lock().expect("free").always = say;
    }

    pub(crate) fn came(&self) -> Vec<Came> {
        self.state.lock().expect("free").came.clone()
    }

    /// Waits until this holds of what came.
    pub(crate) async fn wait(&self, what: &str, holds: impl Fn(&[Came]) -> bool) -> Vec<Came> {
        let deadline = Instant::now() + Duration::from_secs(60);
        loop {
            let came = self.came();
            if holds(&came) {
                return came;
            }
            let kinds: Vec<_> = came.iter().map(|one| (one.kind(), one.id.clone())).collect();
            assert!(Instant::now() < deadline, "not {what}: {kinds:#?}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(mut stream: TcpStream, state: Arc<Mutex<State>>) {
    loop {
        let Some((head, body)) = request(&mut stream).await else { return };
        let header = |name: &str| {
            let found = head.lines().find_map(|line| {
                let (key, value) = line.split_once(':')?;
                key.eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
            });
            found.unwrap_or_default()
        };
        let came = Came {
            at: Instant::now(),
            id: header("webhook-id"),
            timestamp: header("webhook-timestamp"),
            signature: header("webhook-signature"),
            body,
        };
        let say = {
            let mut state = state.lock().expect("free");
            state.came.push(came);
            let say = state.script.pop_front().or_else(|| state.always.clone());
            say.unwrap_or(Say::Status(200))
        };
        let answer = match say {
            Say::Status(status) => format!("HTTP/1.1 {status} x\r\ncontent-length: 0\r\n\r\n"),
            Say::Late(pause) => {
                tokio::time::sleep(pause).await;
                "HTTP/1.1 200 x\r\ncontent-length: 0\r\n\r\n".to_owned()
            }
            Say::Redirect(place) => {
                format!("HTTP/1.1 307 x\r\nlocation: {place}\r\ncontent-length: 0\r\n\r\n")
            }
            Say::Nothing => return,
        };
        if stream.write_all(answer.as_bytes()).await.is_err() {
            return;
        }
    }
}

/// A request's head and body.
async fn request(stream: &mut TcpStream) -> Option<(String, Vec<u8>)> {
    let mut read = Vec::new();
    let mut buffer = [0; 8192];
    let end = loop {
        if let Some(end) = read.windows(4).position(|window| window == b"\r\n\r\n") {
            break end + 4;
        }
        let count = stream.read(&mut buffer).await.ok().filter(|count| *count > 0)?;
        read.extend_from_slice(&buffer[..count]);
    };
    let head = String::from_utf8(read[..end].to_vec()).ok()?;
    let length = head.lines().find_map(|line| {
        let (key, value) = line.split_once(':')?;
        key.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
    })?;
    let mut body = read.split_off(end);
    while body.len() < length {
        let count = stream.read(&mut buffer).await.ok().filter(|count| *count > 0)?;
        body.extend_from_slice(&buffer[..count]);
    }
    Some((head, body))
}
