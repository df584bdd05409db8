//! The client against the simulator, over real HTTP.

mod support;

use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use ksef_client::upo::{Expected, SignerTrust, UpoError, verify};
use ksef_client::{
    Access, CallError, ClientOptions, Environment, KsefClient, LoginCredential, LoginError, SimulatorClock,
    UnknownCause,
};
use ksef_crypto::{KeyKind, SecretString, sha256};
use ksef_id::{ContextIdentifier, Sha256Hash};
use ksef_sim::{ErrorShape, Fault, ManualClock, Simulator, SimulatorConfig};
use ksef_wire::Operation;
use support::{NIP, access, credential, ec, fa3, invoice, loopback, options, simulator};

#[tokio::test]
async fn every_kind_of_key_logs_in() {
    let simulator = simulator().await;
    for kind in [KeyKind::Rsa { bits: 2048 }, KeyKind::EcP256, KeyKind::EcP384] {
        access(&simulator, credential(NIP, kind))
            .login()
            .await
            .unwrap_or_else(|error| panic!("{kind}: {error}"));
    }
}

#[tokio::test]
async fn the_first_answer_after_a_jump_tells_the_simulators_time() {
    let config = SimulatorConfig { control: Some(loopback()), ..SimulatorConfig::default() };
    let simulator = Simulator::start(config, loopback()).await.expect("a simulator");
    let clock = SimulatorClock::new(&simulator.control_url().expect("a control port")).expect("a clock");
    let options = ClientOptions { clock: clock.clone(), ..options() };
    let client = KsefClient::new(&simulator.base_url(), options).expect("a client");
    let access = Access::new(client, ContextIdentifier::parse(NIP).expect("a NIP"), ec());
    for hours in [5, -10] {
        simulator.clock().advance(SignedDuration::from_hours(hours)).expect("within its range");
        let apart = || {
            let simulators = ksef_sim::Clock::now(simulator.clock());
            ksef_client::Clock::now(&*clock).duration_since(simulators).abs()
        };
        assert!(apart() > SignedDuration::from_hours(4), "nobody has told it yet");
        access.login().await.expect("logged in");
        assert!(apart() < SignedDuration::from_secs(4), "{hours}: {:?}", apart());
    }
}

#[tokio::test]
async fn a_refused_login_keeps_ksefs_own_words() {
    let simulator = simulator().await;
    let other = access(&simulator, credential("3333333333", KeyKind::EcP256)).login().await;
    assert!(matches!(&other, Err(LoginError::NotAccepted { code: 415, .. })), "{other:?}");
    let token = LoginCredential::KsefToken(SecretString::from("no-token".to_owned()));
    let wrong = access(&simulator, token).login().await;
    let Err(LoginError::NotAccepted { code: 450, details, .. }) = &wrong else { panic!("{wrong:?}") };
    assert!(!details.is_empty());
    assert!(!format!("{wrong:?}").contains("no-token"), "the token is in no error");
}

#[tokio::test]
async fn a_session_ends_in_a_upo_that_only_fits_its_invoice() {
    let simulator = simulator().await;
    let access = access(&simulator, ec());
    let xml = invoice("1");
    let session = access.open_online_session(&fa3()).await.expect("open");
    let reference = access.send_invoice(&session, &xml).await.expect("sent");
    access.close_online_session(&session.reference_number).await.expect("closed");
    let again = access.close_online_session(&session.reference_number).await.expect_err("closed already");
    assert!(again.is_refusal_with(21180) && again.was_certainly_not_done(), "{again}");
    let number = loop {
        let answer =
            access.session_invoice_status(&session.reference_number, &reference).await.expect("a status");
        if let Some(number) = answer.ksef_number {
            break number;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    let upo = access.upo_by_ksef_number(&session.reference_number, &number).await.expect("a UPO");
    let same = access.upo_of_invoice(&session.reference_number, &reference).await.expect("a UPO");
    assert_eq!(upo, same);
    assert_eq!(access.invoice(&number).await.expect("readable"), xml);

    let hash = Sha256Hash::from_bytes(&sha256(&xml));
    let signer = sha256(simulator.upo_certificate());
    let signers = [signer];
    let expected = Expected {
        ksef_number: &number,
        invoice_hash: &hash,
        context: Some(access.context()),
        environment: None,
        signers: &signers,
    };
    let confirmation = verify(&upo, &expected).expect("it holds");
    assert_eq!(confirmation.session, session.reference_number);
    assert_eq!(confirmation.signer, SignerTrust::Pinned);
    let result = verify(&upo, &Expected { signers: &[], ..expected.clone() });
    assert_eq!(result.expect("anybody may sign").signer, SignerTrust::Unchecked);
    // No simulator's UPO passes for KSeF's own, whatever it writes of itself.
    let result =
        verify(&upo, &Expected { environment: Some(Environment::Test), signers: &[], ..expected.clone() });
    assert!(matches!(result, Err(UpoError::Signer { .. })));
    let result = verify(&upo, &Expected { environment: Some(Environment::Prd), ..expected.clone() });
    assert!(matches!(result, Err(UpoError::OtherEnvironment { .. })));

    let other_hash = Sha256Hash::from_bytes(&sha256(b"something else"));
    let result = verify(&upo, &Expected { invoice_hash: &other_hash, ..expected.clone() });
    assert!(matches!(result, Err(UpoError::OtherContent { .. })));
    let other_context = ContextIdentifier::parse("3333333333").expect("a NIP");
    let result = verify(&upo, &Expected { context: Some(&other_context), ..expected.clone() });
    assert!(matches!(result, Err(UpoError::OtherContext { .. })));
    let result = verify(&upo, &Expected { signers: &[[0; 32]], ..expected.clone() });
    assert!(matches!(result, Err(UpoError::Signer { .. })));
    let tampered = String::from_utf8(upo).expect("UTF-8").replace("<TrybWysylki>O", "<TrybWysylki>X");
    assert!(matches!(verify(tampered.as_bytes(), &expected), Err(UpoError::Signature(_))));
}

#[tokio::test]
async fn what_changes_nothing_is_repeated_and_what_sends_is_not() {
    let simulator = simulator().await;
    // Impatient, so that a late answer is one that did not come.
    let impatient = ClientOptions { timeout: Duration::from_millis(700), ..options() };
    let client = KsefClient::new(&simulator.base_url(), impatient).expect("a client");
    let access = Access::new(client, ContextIdentifier::parse(NIP).expect("a NIP"), ec());
    access.login().await.expect("logged in");
    let session = access.open_online_session(&fa3()).await.expect("open");

    // A question is asked again until it is answered.
    for fault in [Fault::FailBeforeWork { status: 502 }, Fault::LoseAnswer, Fault::LoseRequest] {
        simulator.inject(Operation::SessionStatus, fault.clone(), 2);
        access.session_status(&session.reference_number).await.unwrap_or_else(|e| panic!("{fault:?}: {e}"));
    }
    // A sending is not: its outcome is unknown, whether it was done or not.
    let cases = [
        Fault::LoseAnswer,
        Fault::LoseRequest,
        Fault::FailAfterWork { status: 500 },
        Fault::FailBeforeWork { status: 504 },
        Fault::Delay(Duration::from_secs(2)),
    ];
    for fault in cases {
        let before = simulator.inspect().count(Operation::OnlineInvoiceSend);
        simulator.inject(Operation::OnlineInvoiceSend, fault.clone(), 1);
        let error = access.send_invoice(&session, &invoice("1")).await.expect_err("no answer");
        assert!(
            matches!(error, CallError::Unknown { .. }) && !error.was_certainly_not_done(),
            "{fault:?}: {error}"
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
        let sent = simulator.inspect().count(Operation::OnlineInvoiceSend) - before;
        assert!(sent <= 1, "{fault:?} was sent {sent} times");
    }
}

#[tokio::test]
async fn a_limit_is_waited_for_when_short_and_told_when_long() {
    let simulator = simulator().await;
    let access = access(&simulator, ec());
    access.login().await.expect("logged in");
    simulator.inject(Operation::OnlineSessionOpen, Fault::TooManyRequests { retry_after_s: 0 }, 1);
    let session = access.open_online_session(&fa3()).await.expect("after a moment");
    simulator.inject(Operation::OnlineInvoiceSend, Fault::TooManyRequests { retry_after_s: 2680 }, 1);
    let error = access.send_invoice(&session, &invoice("1")).await.expect_err("too long to wait");
    assert!(
        matches!(&error, CallError::LimitReached { retry_after, .. } if retry_after.as_secs() == 2680),
        "{error}"
    );
    assert!(error.was_certainly_not_done());
}

#[tokio::test]
async fn an_access_token_is_replaced_before_and_after_its_end() {
    struct Shared(Arc<ManualClock>);
    impl ksef_client::Clock for Shared {
        fn now(&self) -> jiff::Timestamp {
            ksef_sim::Clock::now(&*self.0)
        }
    }
    let clock = Arc::new(ManualClock::new(jiff::Timestamp::now()));
    let config = SimulatorConfig { clock: clock.clone(), ..SimulatorConfig::default() };
    let simulator = Simulator::start(config, loopback()).await.expect("a simulator");
    // On a clock that stands still nothing asynchronous ends, so it is moved while the login waits.
    let moving = clock.clone();
    let mover = tokio::spawn(async move {
        loop {
            moving.advance(jiff::SignedDuration::from_millis(50));
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    });
    let knowing = ClientOptions { clock: Arc::new(Shared(clock.clone())), ..options() };
    let client = KsefClient::new(&simulator.base_url(), knowing).expect("a client");
    let context = ContextIdentifier::parse(NIP).expect("a NIP");
    let knows_the_time = Access::new(client, context, ec());
    knows_the_time.open_online_session(&fa3()).await.expect("open");
    clock.advance(jiff::SignedDuration::from_mins(16));
    knows_the_time.open_online_session(&fa3()).await.expect("refreshed ahead");
    assert_eq!(simulator.inspect().count(Operation::AuthTokenRefresh), 1);
    assert_eq!(simulator.inspect().count(Operation::AuthChallenge), 1);

    // Refreshing that fails leads to a new login: when KSeF says that the login is over, and when it does not answer.
    let logins = || simulator.inspect().count(Operation::AuthXadesSignature);
    for fault in [
        Fault::Refuse { code: 21301 },
        Fault::Refuse { code: 21304 },
        Fault::ErrorBody { shape: ErrorShape::Framework },
        Fault::FailBeforeWork { status: 503 },
        Fault::LoseRequest,
    ] {
        let before = logins();
        clock.advance(jiff::SignedDuration::from_mins(16));
        simulator.inject(Operation::AuthTokenRefresh, fault.clone(), 100);
        knows_the_time.open_online_session(&fa3()).await.unwrap_or_else(|error| panic!("{fault:?}: {error}"));
        assert_eq!(logins(), before + 1, "{fault:?}");
        simulator.clear_faults();
        knows_the_time.open_online_session(&fa3()).await.expect("by the new login");
        assert_eq!(logins(), before + 1, "{fault:?}");
    }
    // While the old token is still good for a while, no answer to a refresh costs nothing.
    let before = logins();
    clock.advance(jiff::SignedDuration::from_secs(14 * 60 + 30));
    simulator.inject(Operation::AuthTokenRefresh, Fault::FailBeforeWork { status: 503 }, 100);
    knows_the_time.open_online_session(&fa3()).await.expect("with the old token");
    assert_eq!(logins(), before);
    simulator.clear_faults();

    // A client whose own clock stands still gets a 401, logs in anew and repeats the call.
    let client = KsefClient::new(&simulator.base_url(), options()).expect("a client");
    let does_not = Access::new(client, ContextIdentifier::parse(NIP).expect("a NIP"), ec());
    does_not.open_online_session(&fa3()).await.expect("open");
    clock.advance(jiff::SignedDuration::from_mins(16));
    does_not.open_online_session(&fa3()).await.expect("logged in anew");
    mover.abort();
}

/// A server that answers everything with these bytes.
async fn strange_server(answer: &'static str) -> String {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let listener = tokio::net::TcpListener::bind(loopback()).await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = [0; 4096];
            let _ = stream.read(&mut request).await;
            let _ = stream.write_all(answer.as_bytes()).await;
        }
    });
    format!("http://{address}/v2")
}

#[tokio::test]
async fn answers_that_are_not_ksefs_are_unknown_outcomes() {
    let html =
        "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 6\r\nconnection: close\r\n\r\n<html>";
    let redirect = "HTTP/1.1 307 Temporary Redirect\r\nlocation: /v2/auth/challenge\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
    let cut = "HTTP/1.1 200 OK\r\ncontent-length: 5000\r\nconnection: close\r\n\r\n{";
    for answer in [html, redirect, cut] {
        let client = KsefClient::new(&strange_server(answer).await, options()).expect("a client");
        let error = client.challenge().await.expect_err("no challenge");
        assert!(matches!(error, CallError::Unknown { .. }), "{answer}: {error}");
    }
    let small = ClientOptions { body_bytes_max: 3, ..options() };
    let client = KsefClient::new(&strange_server(html).await, small).expect("a client");
    let error = client.challenge().await.expect_err("too long");
    assert!(matches!(error, CallError::Unknown { cause: UnknownCause::NotKsef { .. }, .. }), "{error}");
}

#[tokio::test]
async fn nobody_there_is_told_apart_from_no_answer() {
    let listener = std::net::TcpListener::bind(loopback()).expect("a port");
    let url = format!("http://{}/v2", listener.local_addr().expect("an address"));
    drop(listener);
    let client = KsefClient::new(&url, options()).expect("a client");
    let error = client.challenge().await.expect_err("nobody");
    assert!(matches!(error, CallError::NotSent { .. }) && error.was_certainly_not_done(), "{error}");
    assert!(KsefClient::new("ftp://x", options()).is_err() && KsefClient::new("", options()).is_err());
}
