//! The way to KSeF, when it is not there: each cause has its own code.

mod support;

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::Arc;

use connection::doctor::{CheckName, Outcome, Report};
use ksef_sim::Profile;
use rcgen::{CertificateParams, KeyPair};
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use support::{Examined, NIP, outcome, seal, self_signed, simulator};

use Outcome::{Failed, Passed, Skipped};

async fn report(url: &str) -> Report {
    Examined::new(url, Some(self_signed(&seal(NIP)))).report().await
}

/// A server that answers every connection with this text; it ends with the test.
fn answering(answer: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { break };
            let mut request = [0; 4096];
            // Whatever was asked gets the same answer.
            let _ = stream.read(&mut request);
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    format!("http://{address}/v2")
}

/// A TLS server with a certificate of its own making.
fn with_tls(params: CertificateParams) -> String {
    let key = KeyPair::generate().expect("a key");
    let certificate = params.self_signed(&key).expect("a certificate");
    let key = PrivateKeyDer::try_from(key.serialize_der()).expect("a key");
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)
        .expect("a pair");
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(stream) = stream else { break };
            let connection = ServerConnection::new(config.clone()).expect("a connection");
            let mut stream = StreamOwned::new(connection, stream);
            // The handshake fails at the other side: that is what is tried.
            let _ = stream.read(&mut [0; 1024]);
        }
    });
    format!("https://localhost:{port}/v2")
}

#[tokio::test]
async fn nobody_there() {
    // Bound and dropped: nobody listens.
    let port =
        TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port").port();
    let refused = report(&format!("http://127.0.0.1:{port}/v2")).await;
    assert_eq!(outcome(&refused, CheckName::Reachability), (Failed, vec!["CONN102"]));
    assert_eq!(outcome(&refused, CheckName::Login).0, Skipped);
    assert_eq!(outcome(&refused, CheckName::TestSession).0, Skipped);
    // RFC 6761: no such name is ever found.
    let unknown = report("http://ksef.invalid/v2").await;
    assert_eq!(outcome(&unknown, CheckName::Reachability), (Failed, vec!["CONN101"]));
    assert!(!unknown.is_well());
}

#[tokio::test]
async fn somebody_else_there() {
    for (answer, code) in [
        ("HTTP/1.1 200 OK\r\ncontent-length: 13\r\nconnection: close\r\n\r\n<html></html>", "CONN109"),
        (
            "HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1/login\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
            "CONN109",
        ),
        ("HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n", "CONN109"),
        ("HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\nconnection: close\r\n\r\n", "CONN110"),
        (
            "HTTP/1.1 429 Too Many Requests\r\nretry-after: 40\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
            "CONN115",
        ),
    ] {
        let report = report(&answering(answer)).await;
        assert_eq!(outcome(&report, CheckName::Reachability), (Failed, vec![code]), "{answer}");
    }
    let rubbish = report(&answering("this is no HTTP at all\r\n\r\n")).await;
    assert_eq!(outcome(&rubbish, CheckName::Reachability), (Failed, vec!["CONN104"]));
}

#[tokio::test]
async fn nobody_answers_in_time() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    let client = ksef_client::KsefClient::new(
        &format!("http://{address}/v2"),
        ksef_client::ClientOptions {
            timeout: std::time::Duration::from_millis(200),
            attempts_max: 1,
            ..ksef_client::ClientOptions::default()
        },
    )
    .expect("a client");
    let examined = Examined::new(client.base_url(), Some(self_signed(&seal(NIP))));
    let report = connection::doctor::examine(
        &examined.patient,
        &client,
        None,
        None,
        &ksef_client::SystemClock,
        false,
        &mut |_| {},
    )
    .await;
    assert_eq!(outcome(&report, CheckName::Reachability), (Failed, vec!["CONN103"]));
}

#[tokio::test]
async fn a_server_that_nobody_trusts() {
    let url = with_tls(CertificateParams::new(vec!["localhost".to_owned()]).expect("a name"));
    let report = report(&url).await;
    assert_eq!(
        outcome(&report, CheckName::Reachability).0,
        Passed,
        "somebody is there: {:#?}",
        report.checks
    );
    assert_eq!(outcome(&report, CheckName::Tls), (Failed, vec!["CONN105"]));
    assert_eq!(outcome(&report, CheckName::Login).0, Skipped, "no token goes there");
}

#[tokio::test]
async fn a_ksef_without_keys() {
    let report =
        report(&answering("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\nconnection: close\r\n\r\n[]"))
            .await;
    assert_eq!(outcome(&report, CheckName::Environment), (Failed, vec!["CONN112"]));
}

#[tokio::test]
async fn a_failing_server_after_the_first_answer() {
    let simulator = simulator(Profile::Test).await;
    let operation = ksef_wire::Operation::OnlineSessionOpen;
    simulator.inject(operation, ksef_sim::Fault::FailBeforeWork { status: 503 }, 1);
    let report = report(&simulator.base_url()).await;
    assert_eq!(outcome(&report, CheckName::TestSession), (Failed, vec!["CONN501"]));
    assert_eq!(outcome(&report, CheckName::Permissions).0, Passed);
}
