//! `bramka simulator --data`: killed with SIGKILL at any moment, started again, and everything that it answered is there.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

mod support;

use ksef_client::{Access, ClientOptions, KsefClient, LoginCredential};
use ksef_crypto::{Certificate, Credential, SigningKey};
use ksef_id::ContextIdentifier;
use support::{COMPANY, certificate_and_key, fa3, invoice};

/// A simulator in a process of its own.
struct Simulator {
    child: Child,
    /// Kept, since the process still writes.
    _stdout: BufReader<ChildStdout>,
    url: String,
    /// From the start of the process to the ready line.
    ready_after: Duration,
}

impl Simulator {
    fn start(data: &Path) -> Self {
        let began = Instant::now();
        let mut child = Command::new(env!("CARGO_BIN_EXE_bramka"))
            .args(["simulator", "--listen", "127.0.0.1:0", "--limits", "off", "--lang", "en", "--data"])
            .arg(data)
            .stdout(Stdio::piped())
            .spawn()
            .expect("the simulator starts");
        let mut stdout = BufReader::new(child.stdout.take().expect("piped"));
        let mut line = String::new();
        stdout.read_line(&mut line).expect("a ready line");
        let url =
            line.split_whitespace().find(|word| word.starts_with("http://")).expect("an address").to_owned();
        Self { child, _stdout: stdout, url, ready_after: began.elapsed() }
    }

    fn access(&self, pair: &(String, String)) -> Access {
        let credential = Credential::new(
            Certificate::from_pem_or_der(pair.0.as_bytes()).expect("a certificate"),
            SigningKey::from_bytes(pair.1.as_bytes(), None).expect("a key"),
        );
        let client = KsefClient::new(&self.url, ClientOptions::default()).expect("a client");
        let context = ContextIdentifier::parse(COMPANY).expect("a NIP");
        Access::new(client, context, LoginCredential::Certificate(Box::new(credential.expect("a pair"))))
    }

    /// SIGKILL: nothing is written any more.
    fn kill(mut self) {
        self.child.kill().expect("killed");
        self.child.wait().expect("gone");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_simulator_goes_on_where_it_was() {
    let folder = tempfile::tempdir().expect("a folder");
    let pair = certificate_and_key(COMPANY);
    let mut taken = Vec::new();
    for round in 0..3u64 {
        let simulator = Simulator::start(folder.path());
        eprintln!("ready after {:?}", simulator.ready_after);
        let access = simulator.access(&pair);
        // What was answered before the kill is known, with the number that it had.
        for (session, reference, number) in &taken {
            let status = access.session_invoice_status(session, reference).await.expect("it is known");
            assert_eq!(status.status.code, 200);
            assert_eq!(status.ksef_number.as_ref(), Some(number), "round {round}");
        }
        let session = access.open_online_session(&fa3()).await.expect("a session");
        let mut sent = Vec::new();
        for place in 0..8 {
            let document = invoice(&format!("K/{round}/{place}"));
            sent.push(access.send_invoice(&session, document.as_ref()).await.expect("taken"));
        }
        for reference in sent {
            let deadline = Instant::now() + Duration::from_secs(20);
            let number = loop {
                let status = access
                    .session_invoice_status(&session.reference_number, &reference)
                    .await
                    .expect("a status");
                if let Some(number) = status.ksef_number {
                    break number;
                }
                assert!(Instant::now() < deadline, "{:?}", status.status);
                tokio::time::sleep(Duration::from_millis(20)).await;
            };
            taken.push((session.reference_number.clone(), reference, number));
        }
        // One is under way at the moment of the kill, so that it falls between two lines.
        let late = tokio::spawn({
            let (access, document) = (simulator.access(&pair), invoice(&format!("L/{round}")));
            async move {
                let session = access.open_online_session(&fa3()).await?;
                access.send_invoice(&session, document.as_ref()).await
            }
        });
        tokio::time::sleep(Duration::from_millis(7 * round)).await;
        simulator.kill();
        // Whatever it was told: the connection is gone.
        let _ = late.await;
    }
    assert_eq!(taken.len(), 24);
    let simulator = Simulator::start(folder.path());
    let second = Command::new(env!("CARGO_BIN_EXE_bramka"))
        .args(["simulator", "--listen", "127.0.0.1:0", "--lang", "en", "--data"])
        .arg(folder.path())
        .output()
        .expect("it ends");
    assert_eq!(second.status.code(), Some(2));
    let words = String::from_utf8_lossy(&second.stderr).into_owned();
    assert!(words.contains("is used by another simulator"), "{words}");
    simulator.kill();
}
