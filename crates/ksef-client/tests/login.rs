//! Logins: by signature from outside, with keys that KSeF changes, and everything that keeps a login alive.

mod support;

use std::sync::{Arc, Mutex};

use ksef_client::{
    Access, CallError, IdentifiedBy, KsefClient, LoginCredential, LoginError, SignedLoginError, UnsignedLogin,
};
use ksef_crypto::xades::{SignatureStyle, sign_enveloped};
use ksef_crypto::{Credential, KeyKind, SecretString, Subject, UnwrappingKey};
use ksef_id::ContextIdentifier;
use ksef_sim::{Fault, Simulator};
use ksef_wire::{GenerateTokenRequest, Operation, TokenPermissionType};
use support::{NIP, access, ec, fa3, invoice, loopback, options, simulator};

fn context() -> ContextIdentifier {
    ContextIdentifier::parse(NIP).expect("a NIP")
}

fn client(simulator: &Simulator) -> KsefClient {
    KsefClient::new(&simulator.base_url(), options()).expect("a client")
}

/// Somebody with a signature of his own, far from here.
fn signer(nip: &str) -> Credential {
    let subject = Subject::Seal { nip: nip.into(), organization: "Firma z testu".into() };
    let (now, day) = (jiff::Timestamp::now(), jiff::SignedDuration::from_hours(24));
    Credential::self_signed(&subject, KeyKind::Rsa { bits: 2048 }, now - day, now + day).expect("made")
}

fn sign(document: &str, by: &Credential) -> Vec<u8> {
    sign_enveloped(document.as_bytes(), by, jiff::Timestamp::now(), SignatureStyle::Login).expect("signed")
}

#[tokio::test]
async fn a_document_signed_elsewhere_logs_in_and_keeps_itself_alive() {
    let simulator = simulator().await;
    let client = client(&simulator);
    let before = jiff::Timestamp::now();
    let login = client.prepare_login(&context(), IdentifiedBy::CertificateSubject).await.expect("prepared");
    let left = login.time_left(before);
    assert!((599..=601).contains(&left.as_secs()), "{left:?}");
    assert_eq!(login.time_left(login.valid_until), std::time::Duration::ZERO);

    // Kept, taken up by somebody else; signed by a program that sets the document anew.
    let kept = serde_json::to_string(&login).expect("kept");
    let login: UnsignedLogin = serde_json::from_str(&kept).expect("taken up");
    let set_anew = login.document.replace("><", ">\n  <");
    for document in [&login.document, &set_anew] {
        let checked = login.check(&sign(document, &signer(NIP))).expect("ours, and signed");
        assert_eq!(checked.certificate.nip().as_deref(), Some(NIP));
        assert!(checked.departures.is_empty());
    }
    let checked = login.check(&sign(&login.document, &signer(NIP))).expect("ours, and signed");
    let tokens = client.login_with_signed(&login, &checked).await.expect("logged in");
    let access = Access::with_tokens(client.clone(), context(), tokens);
    access.certificate_enrollment_data().await.expect("what only a login by signature may see");
    access.logout().await.expect("ended");
    let over = access.session_status(&login.challenge).await.expect_err("nobody signs again by himself");
    assert!(
        matches!(&over, CallError::Login(error) if matches!(**error, LoginError::SignatureNeeded)),
        "{over}"
    );
    assert_eq!(over.meaning().code(), "ksef.call.challengeExpired");
}

#[tokio::test]
async fn what_comes_back_is_checked_before_it_is_sent() {
    let simulator = simulator().await;
    let client = client(&simulator);
    let own = context();
    let prepare = || client.prepare_login(&own, IdentifiedBy::CertificateSubject);
    let login = prepare().await.expect("prepared");
    let other_challenge = prepare().await.expect("prepared");
    let other_context = ContextIdentifier::parse("3333333333").expect("a NIP");
    let other_context =
        client.prepare_login(&other_context, IdentifiedBy::default()).await.expect("prepared");
    let by = signer(NIP);
    let good = sign(&login.document, &by);
    let refused = |document: &[u8]| login.check(document).expect_err("refused");

    let fingerprint = login.document.replace("certificateSubject", "certificateFingerprint");
    for (document, expected) in [
        (other_challenge.document.as_str(), "Challenge"),
        (
            &other_context.document.replace(other_context.challenge.as_str(), login.challenge.as_str()),
            "ContextIdentifier",
        ),
        (&fingerprint, "SubjectIdentifierType"),
        ("<other/>", "AuthTokenRequest"),
        (&login.document.replace("<Challenge>", "<More/><Challenge>"), "AuthTokenRequest"),
        (&login.document.replace("/2.1", "/2.9"), "AuthTokenRequest"),
    ] {
        let document = if document == "<other/>" { "<other>x</other>" } else { document };
        let error = refused(&sign(document, &by));
        assert!(
            matches!(error, SignedLoginError::OtherDocument { what } if what == expected),
            "{expected}: {error}"
        );
    }
    assert!(matches!(refused(login.document.as_bytes()), SignedLoginError::Signature(_)), "not signed");
    let edited = String::from_utf8(good.clone()).expect("UTF-8").replace(NIP, "3333333333");
    assert!(matches!(refused(edited.as_bytes()), SignedLoginError::Signature(_)), "edited after signing");
    let untouched = simulator.inspect().count(Operation::AuthXadesSignature);
    assert_eq!(untouched, 0, "nothing of all this was sent");

    let mut late = login.clone();
    late.valid_until = jiff::Timestamp::now() - jiff::SignedDuration::from_secs(1);
    let checked = late.check(&good).expect("ours");
    let error = client.login_with_signed(&late, &checked).await.expect_err("too late");
    assert!(matches!(error, LoginError::SignedElsewhere(SignedLoginError::Expired { .. })), "{error}");
    assert_eq!(simulator.inspect().count(Operation::AuthXadesSignature), 0);
    client.login_with_signed(&login, &login.check(&good).expect("ours")).await.expect("in time");
}

async fn token(access: &Access) -> SecretString {
    let request = GenerateTokenRequest {
        permissions: vec![TokenPermissionType::InvoiceWrite],
        description: "token of a test".into(),
    };
    let made = access.generate_token(&request).await.expect("made");
    for _ in 0..200 {
        let status = access.token_status(&made.reference_number).await.expect("a status").status;
        if status.as_str() == "Active" {
            return SecretString::from(made.token.expose().to_owned());
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("the token does not become active");
}

#[tokio::test]
async fn a_withdrawn_key_leads_to_one_more_try_with_new_ones() {
    let simulator = simulator().await;
    let access = access(&simulator, ec());
    let token = token(&access).await;
    access.open_online_session(&fa3()).await.expect("open");
    let keys = || simulator.inspect().count(Operation::PublicKeyCertificates);
    access.open_online_session(&fa3()).await.expect("open");
    assert_eq!(keys(), 1, "kept while they are good");
    let folder = tempfile::tempdir().expect("a folder");
    let key = ksef_crypto::SessionKey::generate();
    let document = ksef_client::batch::BatchDocument {
        name: "1.xml".into(),
        source: ksef_client::batch::DocumentSource::Bytes(invoice("1").into()),
        expected_hash: None,
    };
    let packed = ksef_client::batch::pack(
        &[document],
        &key,
        folder.path(),
        &ksef_client::batch::PackOptions::default(),
    )
    .expect("packed");
    let filters = serde_json::from_value(serde_json::json!({
        "subjectType": "Subject1",
        "dateRange": { "dateType": "PermanentStorage", "from": jiff::Timestamp::now().to_string() },
    }))
    .expect("filters");

    for (operation, count) in [
        (Operation::OnlineSessionOpen, 1),
        (Operation::BatchSessionOpen, 1),
        (Operation::InvoiceExport, 1),
        (Operation::AuthKsefToken, 1),
        (Operation::OnlineSessionOpen, 2),
    ] {
        let before = (keys(), simulator.inspect().count(operation));
        simulator.inject(operation, Fault::Refuse { code: 21470 }, count);
        let result = match operation {
            Operation::OnlineSessionOpen => access.open_online_session(&fa3()).await.map(drop),
            Operation::BatchSessionOpen => {
                access.open_batch_session(&fa3(), &packed, &key, false).await.map(drop)
            }
            Operation::InvoiceExport => {
                access.start_export(&filters, ksef_wire::CompressionType::Zip, false).await.map(drop)
            }
            _ => {
                let credential = LoginCredential::KsefToken(token.clone());
                support::access(&simulator, credential).login().await.map_err(CallError::from)
            }
        };
        let asked = simulator.inspect().count(operation) - before.1;
        assert_eq!(asked, 2, "{operation:?}: tried twice, never more");
        if count == 1 {
            result.unwrap_or_else(|error| panic!("{operation:?}: {error}"));
            // A client of its own fetches its own.
            let own = usize::from(operation == Operation::AuthKsefToken);
            assert_eq!(keys() - before.0, 1 + own, "{operation:?}: fetched anew");
        } else {
            let error = result.expect_err("the second try is refused as well");
            assert!(error.is_refusal_with(21470), "{error}");
        }
        simulator.clear_faults();
    }
}

#[tokio::test]
async fn a_session_whose_key_was_not_opened_is_replaced_once() {
    let simulator = simulator().await;
    let access = access(&simulator, ec());
    access.login().await.expect("logged in");
    simulator.inject(Operation::OnlineSessionOpen, Fault::RejectKey, 1);
    let session = access.open_online_session(&fa3()).await.expect("another one");
    let opened = simulator.inspect().count(Operation::OnlineSessionOpen);
    assert_eq!(opened, 2);
    access.send_invoice(&session, &invoice("1")).await.expect("it takes invoices");
    assert_eq!(simulator.inspect().count(Operation::PublicKeyCertificates), 2);

    // A key that KSeF has opened once is not asked about again, and found out later all the same.
    let third = access.open_online_session(&fa3()).await.expect("open");
    drop(third);
    let statuses = simulator.inspect().count(Operation::SessionStatus);
    simulator.inject(Operation::OnlineSessionOpen, Fault::RejectKey, 1);
    let rejected = access.open_online_session(&fa3()).await.expect("open");
    assert_eq!(simulator.inspect().count(Operation::SessionStatus), statuses);
    let before = simulator.inspect().count(Operation::PublicKeyCertificates);
    let status = access.session_status(&rejected.reference_number).await.expect("a status").status;
    assert_eq!(status.code, 415);
    access.open_online_session(&fa3()).await.expect("open");
    assert_eq!(simulator.inspect().count(Operation::PublicKeyCertificates), before + 1, "fetched anew");
}

#[tokio::test]
async fn twenty_workers_log_in_once_and_every_failure_ends_in_a_new_login() {
    let simulator = simulator().await;
    let access = access(&simulator, ec());
    let number = ksef_id::ReferenceNumber::parse("20250916-SO-0123456789-0123456789-00").expect("a number");
    let mut workers = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let (access, number) = (access.clone(), number.clone());
        workers.spawn(async move { access.session_status(&number).await });
    }
    while let Some(result) = workers.join_next().await {
        assert!(!matches!(result.expect("no panic"), Err(CallError::Login(_))));
    }
    assert_eq!(simulator.inspect().count(Operation::AuthXadesSignature), 1);
    assert_eq!(simulator.inspect().count(Operation::AuthTokenRedeem), 1);

    // What redeeming took is lost: tokens are given once, so it is not asked for again; the next call logs in anew.
    simulator.inject(Operation::AuthTokenRedeem, Fault::LoseAnswer, 1);
    let lost = access.login().await.expect_err("lost");
    assert!(matches!(lost, LoginError::Call(CallError::Unknown { .. })), "{lost}");
    assert_eq!(simulator.inspect().count(Operation::AuthTokenRedeem), 2);
    access.login().await.expect("anew");
    let listed = access.auth_sessions(None).await.expect("listed").items;
    assert!(listed.iter().any(|login| login.is_current == Some(true)));
    access.logout().await.expect("ended");
    access.login().await.expect("anew");
    let now = access.auth_sessions(None).await.expect("listed").items;
    assert!(
        now.iter().all(|login| !listed
            .iter()
            .any(|old| { old.is_current == Some(true) && old.reference_number == login.reference_number })),
        "what was opened is revoked"
    );
}

/// A KSeF whose public key is on a curve, as far as a login by token goes: it keeps what was sent and refuses.
async fn ksef_on_a_curve(key: &UnwrappingKey) -> (String, Arc<Mutex<Option<serde_json::Value>>>) {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let (now, day) = (jiff::Timestamp::now(), jiff::SignedDuration::from_hours(24));
    let certificate = key.self_signed_certificate("Test", now - day, now + day).expect("a certificate");
    let keys = serde_json::json!([{
        "certificate": STANDARD.encode(certificate.der()),
        "certificateId": STANDARD.encode(certificate.fingerprint_sha256()),
        "publicKeyId": STANDARD.encode(certificate.spki_sha256()),
        "validFrom": (now - day).to_string(), "validTo": (now + day).to_string(),
        "usage": ["KsefTokenEncryption"],
    }])
    .to_string();
    let challenge = serde_json::json!({
        "challenge": "20250916-CR-0123456789-0123456789-00", "timestamp": now.to_string(), "timestampMs": 1_234_567,
        "clientIp": "127.0.0.1",
    })
    .to_string();
    let listener = tokio::net::TcpListener::bind(loopback()).await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let seen = Arc::new(Mutex::new(None));
    let kept = seen.clone();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = vec![0; 65_536];
            let mut length = 0;
            loop {
                length += stream.read(&mut request[length..]).await.unwrap_or(0);
                let text = String::from_utf8_lossy(&request[..length]).into_owned();
                let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
                let wanted = head.lines().find_map(|line| {
                    line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse::<usize>().ok()
                });
                if body.len() < wanted.unwrap_or(0) {
                    continue;
                }
                let (status, answer) = if head.contains("/auth/challenge") {
                    ("200 OK", challenge.as_str())
                } else if head.contains("/security/") {
                    ("200 OK", keys.as_str())
                } else {
                    *kept.lock().expect("whole") = serde_json::from_str(body).ok();
                    ("401 Unauthorized", "")
                };
                let answer = format!(
                    "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{answer}",
                    answer.len()
                );
                let _ = stream.write_all(answer.as_bytes()).await;
                break;
            }
        }
    });
    (format!("http://{address}/v2"), seen)
}

#[tokio::test]
async fn a_token_reaches_a_ksef_whose_key_is_on_a_curve() {
    use base64::Engine as _;
    let key = UnwrappingKey::generate_ec().expect("a key");
    let (url, seen) = ksef_on_a_curve(&key).await;
    let client = KsefClient::new(&url, options()).expect("a client");
    let secret = SecretString::from("a-token-of-a-test".to_owned());
    client.login_with_token(&context(), &secret).await.expect_err("it refuses");
    let sent = seen.lock().expect("whole").clone().expect("something was sent");
    let wrapped = sent["encryptedToken"].as_str().expect("a token");
    let wrapped = base64::engine::general_purpose::STANDARD.decode(wrapped).expect("Base64");
    assert_eq!(key.unwrap(&wrapped).expect("for this key"), b"a-token-of-a-test|1234567");
    assert_eq!(sent["publicKeyId"].as_str().map(str::len), Some(44));
}
