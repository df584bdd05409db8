//! A sender against real sockets: what it sends, and how it takes what comes back.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use gateway_outbound::{Answer, Message, SendError, UrlError, WebhookSecret, WebhookSender, WebhookUrl};
use jiff::Timestamp;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// A server that reads one request and answers with these bytes; gives what it read.
async fn server(answer: &'static [u8]) -> (SocketAddr, tokio::task::JoinHandle<Vec<u8>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let served = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("a connection");
        let read = read_request(&mut stream).await;
        let _ = stream.write_all(answer).await;
        read
    });
    (address, served)
}

async fn read_request(stream: &mut TcpStream) -> Vec<u8> {
    let mut read = Vec::new();
    let mut buffer = [0; 4096];
    while !read.ends_with(BODY) {
        let count = stream.read(&mut buffer).await.expect("bytes");
        if count == 0 {
            break;
        }
        read.extend_from_slice(&buffer[..count]);
    }
    read
}

async fn send(networks: &str, url: &str) -> Result<Answer, SendError> {
    let sender = WebhookSender::new(networks.parse().expect("networks")).expect("a sender");
    let url = WebhookUrl::parse(url).expect("an address");
    let secret = WebhookSecret::from_bytes(&[7; 32]).expect("a secret");
    let at = Timestamp::from_second(1_700_000_000).expect("a time");
    sender.send(&url, &secret, Message { id: "msg_1", at, body: BODY }).await
}

#[tokio::test]
async fn a_message_carries_id_time_and_signature() {
    let (address, served) = server(b"HTTP/1.1 204 No Content\r\n\r\n").await;
    let answer = send("127.0.0.1", &format!("http://{address}/hook?x=1")).await.expect("an answer");
    assert!(answer.is_taken() && !answer.is_gone());
    let read = String::from_utf8(served.await.expect("served")).expect("text").to_ascii_lowercase();
    assert!(read.starts_with("post /hook?x=1 http/1.1\r\n"), "{read}");
    for header in [
        "webhook-id: msg_1\r\n",
        "webhook-timestamp: 1700000000\r\n",
        "webhook-signature: v1,",
        "content-type: application/json\r\n",
    ] {
        assert!(read.contains(header), "{header} in {read}");
    }
}

#[tokio::test]
async fn redirects_are_answers_and_are_not_followed() {
    let (other, mut visited) = server(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await;
    let location = format!("HTTP/1.1 302 Found\r\nlocation: http://{other}/\r\ncontent-length: 0\r\n\r\n");
    let (address, _served) = server(Box::leak(location.into_boxed_str()).as_bytes()).await;
    let answer = send("127.0.0.1", &format!("http://{address}/")).await.expect("an answer");
    assert_eq!(answer, Answer { status: 302 });
    assert!(tokio::time::timeout(Duration::from_millis(300), &mut visited).await.is_err(), "nobody came");
}

#[tokio::test]
async fn an_endless_answer_is_not_read() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("a connection");
        read_request(&mut stream).await;
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await;
        while stream.write_all(&[b'x'; 65536]).await.is_ok() {}
    });
    let began = Instant::now();
    assert!(send("127.0.0.1", &format!("http://{address}/")).await.expect("an answer").is_taken());
    assert!(began.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn silence_refusal_and_nonsense_are_told_apart() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let silent = listener.local_addr().expect("an address");
    let began = Instant::now();
    assert_eq!(send("127.0.0.1", &format!("http://{silent}/")).await, Err(SendError::Timeout));
    assert!(began.elapsed() < Duration::from_secs(20));
    drop(listener);
    assert_eq!(send("127.0.0.1", &format!("http://{silent}/")).await, Err(SendError::Connect));
    let (nonsense, _served) = server(b"SSH-2.0-OpenSSH\r\n").await;
    assert_eq!(send("127.0.0.1", &format!("http://{nonsense}/")).await, Err(SendError::Broken));
}

#[tokio::test]
async fn names_that_lead_inside_are_not_connected_to() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    // Every system knows this name, and its addresses are loopback.
    assert_eq!(send("", &format!("https://localhost:{port}/")).await, Err(SendError::Url(UrlError::Private)));
    assert_eq!(
        send("10.0.0.0/8", &format!("http://localhost:{port}/")).await,
        Err(SendError::Url(UrlError::Plain))
    );
    assert_eq!(send("", "https://no-such-name.invalid/").await, Err(SendError::Name));
    let nobody = tokio::time::timeout(Duration::from_millis(300), listener.accept()).await;
    assert!(nobody.is_err(), "a connection was made");
    let (address, _served) = server(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await;
    let answer = send("127.0.0.0/8,::1", &format!("http://localhost:{}/", address.port())).await;
    assert_eq!(answer, Ok(Answer { status: 200 }), "allowed, the same name is an address as any other");
}

const BODY: &[u8] = br#"{"type":"purchases.received"}"#;
