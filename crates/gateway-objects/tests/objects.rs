//! Against a real S3 server: what is kept comes back, what was altered does not, and each fault is told by its name.

mod support;

use std::sync::atomic::Ordering::SeqCst;
use std::time::{Duration, Instant};

use futures_util::future::try_join_all;
use gateway_objects::{
    ObjectError, ObjectKind, ObjectLimits, ObjectOperation, ObjectSettings, Objects, RefusalCause,
};
use ksef_crypto::sha256;
use ksef_id::Sha256Hash;
use support::{ACCESS_KEY_ID, BUCKET, Client as _, S3Server, limits};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

fn hash(bytes: &[u8]) -> Sha256Hash {
    Sha256Hash::from_bytes(&sha256(bytes))
}

/// A document of this size that is no other's.
fn document(number: usize, bytes: usize) -> Vec<u8> {
    format!("<Faktura><P_2>FV/{number}</P_2></Faktura>")
        .into_bytes()
        .into_iter()
        .cycle()
        .take(bytes)
        .collect()
}

/// All that an error says of itself: its words, its debugging form, its causes.
fn everything_said(error: &ObjectError) -> String {
    let mut said = format!("{error} {error:?}");
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        said.push_str(&format!(" {error} {error:?}"));
        cause = error.source();
    }
    said
}

#[tokio::test]
async fn what_is_kept_comes_back() {
    let server = S3Server::start().await;
    let objects = server.objects();
    for (number, kind) in ObjectKind::ALL.into_iter().enumerate() {
        for bytes in [0, 1, 4_000] {
            let document = document(number, bytes);
            let sha256 = hash(&document);
            // An empty document is the same for every kind; the folders keep them apart.
            assert_eq!(objects.get(kind, &sha256).await.expect("an answer"), None, "{kind:?} {bytes}");
            objects.put(kind, &sha256, &document).await.expect("kept");
            assert_eq!(
                objects.get(kind, &sha256).await.expect("an answer"),
                Some(document),
                "{kind:?} {bytes}"
            );
        }
    }
    assert_eq!(server.files().len(), 3 * ObjectKind::ALL.len());
}

#[tokio::test]
async fn putting_twice_changes_nothing() {
    let server = S3Server::start().await;
    let objects = server.objects();
    let document = document(1, 3_000);
    let sha256 = hash(&document);
    for _ in 0..2 {
        objects.put(ObjectKind::Invoice, &sha256, &document).await.expect("kept");
    }
    // Also by somebody else at the same time.
    let others: Vec<Objects> = (0..8).map(|_| server.objects()).collect();
    try_join_all(others.iter().map(|other| other.put(ObjectKind::Invoice, &sha256, &document)))
        .await
        .expect("kept");
    assert_eq!(server.files().len(), 1);
    assert_eq!(objects.get(ObjectKind::Invoice, &sha256).await.expect("an answer"), Some(document));
}

#[tokio::test]
async fn a_document_is_not_kept_under_another_hash() {
    let server = S3Server::start().await;
    let refused = server.objects().put(ObjectKind::Invoice, &hash(b"one"), b"another").await;
    assert!(matches!(refused, Err(ObjectError::NotItsHash { .. })), "{refused:?}");
    assert_eq!(server.files().len(), 0);
    assert_eq!(server.faults.requests.load(SeqCst), 0);
}

#[tokio::test]
async fn an_altered_object_is_an_alarm_and_no_document() {
    let server = S3Server::start().await;
    let objects = server.objects();
    let document = document(1, 5_000);
    let sha256 = hash(&document);
    objects.put(ObjectKind::Invoice, &sha256, &document).await.expect("kept");
    let file = server.files().pop().expect("a file");

    let mut one_bit = document.clone();
    one_bit[2_500] ^= 1;
    let one_less = document[..4_999].to_vec();
    let one_more = [document.as_slice(), b"\n"].concat();
    for altered in [one_bit, one_less, one_more, Vec::new()] {
        std::fs::write(&file, &altered).expect("altered");
        let alarm = objects.get(ObjectKind::Invoice, &sha256).await.expect_err("an alarm");
        match &alarm {
            ObjectError::Tampered { key, expected, found } => {
                assert!(file.ends_with(key), "{key} is where it lies: {}", file.display());
                assert_eq!((expected, found), (&sha256, &hash(&altered)));
            }
            other => panic!("an alarm, not {other:?}"),
        }
        assert!(!alarm.may_pass());
    }
    // Putting the true one again heals it.
    objects.put(ObjectKind::Invoice, &sha256, &document).await.expect("kept");
    assert_eq!(objects.get(ObjectKind::Invoice, &sha256).await.expect("an answer"), Some(document));
}

#[tokio::test]
async fn a_wrong_key_is_named_and_its_secret_never() {
    let server = S3Server::start().await;
    let wrong_secret = "d0c0ffee5ec4e7d0c0ffee5ec4e7d0c0ffee5ec4";
    let cases = [
        (ACCESS_KEY_ID, wrong_secret, RefusalCause::WrongSecret, "AWS_SECRET_ACCESS_KEY"),
        ("NOBODY", wrong_secret, RefusalCause::UnknownAccessKey, "AWS_ACCESS_KEY_ID"),
    ];
    for (access_key_id, secret, expected, advice) in cases {
        let objects = Objects::open(server.settings_for(BUCKET, access_key_id, secret)).expect("a client");
        let document = document(1, 100);
        for outcome in [
            objects.check().await,
            objects.put(ObjectKind::Upo, &hash(&document), &document).await,
            objects.get(ObjectKind::Upo, &hash(&document)).await.map(|found| panic!("{found:?}")),
        ] {
            let error = outcome.expect_err("refused");
            let ObjectError::Refused { cause, .. } = &error else { panic!("refused, not {error:?}") };
            assert_eq!(*cause, expected);
            assert!(!error.may_pass());
            assert!(error.to_string().contains(advice), "{error}");
            assert!(!everything_said(&error).contains(secret), "{error:?}");
        }
        assert!(!format!("{objects:?}").contains(secret), "{objects:?}");
    }
    assert_eq!(server.files().len(), 0);
}

#[tokio::test]
async fn a_missing_bucket_is_no_missing_document() {
    let server = S3Server::start().await;
    let settings = server.settings_for("nie-ma", ACCESS_KEY_ID, &server.secret);
    let objects = Objects::open(settings).expect("a client");
    let document = document(1, 100);
    for outcome in [
        objects.check().await,
        objects.put(ObjectKind::Invoice, &hash(&document), &document).await,
        objects.get(ObjectKind::Invoice, &hash(&document)).await.map(|found| panic!("{found:?}")),
    ] {
        let error = outcome.expect_err("no such bucket");
        assert!(matches!(error, ObjectError::Refused { cause: RefusalCause::NoSuchBucket, .. }), "{error:?}");
        assert!(error.to_string().contains("s3://nie-ma/bramka"), "{error}");
    }
}

#[tokio::test]
async fn what_is_no_s3_server_is_not_taken_for_one() {
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let web_server = tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.expect("a connection");
            tokio::spawn(async move {
                let _ = stream.read(&mut [0; 4096]).await;
                let page =
                    "HTTP/1.1 404 Not Found\r\nconnection: close\r\ncontent-length: 14\r\n\r\n<html>?</html>";
                let _ = stream.write_all(page.as_bytes()).await;
            });
        }
    });
    let address = format!("s3://faktury?endpoint=http://{address}");
    let settings = ObjectSettings::parse(&address, |name| Some(name.replace('_', "-"))).expect("settings");
    let objects = Objects::open(settings.with_limits(limits())).expect("a client");
    let error = objects.get(ObjectKind::Invoice, &hash(b"")).await.expect_err("no S3 server");
    assert!(matches!(error, ObjectError::Refused { cause: RefusalCause::NotS3, .. }), "{error:?}");
    assert!(error.to_string().contains("endpoint="), "{error}");
    web_server.abort();
}

#[tokio::test]
async fn a_server_under_an_authority_of_ones_own_is_trusted_when_told() {
    let (server, pem) = S3Server::start_with_tls().await;
    let folder = tempfile::tempdir().expect("a folder");
    let ca_file = folder.path().join("authority.pem");
    std::fs::write(&ca_file, pem).expect("written");

    let error = server.objects().check().await.expect_err("not trusted");
    assert!(matches!(error, ObjectError::Unreachable { .. }), "{error:?}");
    assert!(everything_said(&error).contains("UnknownIssuer"), "{error:?}");

    let address = format!("s3://{BUCKET}?endpoint={}&ca_file={}", server.url(), ca_file.display());
    let settings = server.settings_at(&address, ACCESS_KEY_ID, &server.secret);
    Objects::open(settings).expect("a client").check().await.expect("all is well");
}

#[tokio::test]
async fn odd_limits_break_nothing() {
    let server = S3Server::start().await;
    let (none, whole) = (Duration::ZERO, Duration::MAX);
    for (retry_delay_min, requests_max, time_max) in
        [(none, 0, Duration::from_secs(30)), (whole, usize::MAX, whole)]
    {
        let odd = ObjectLimits {
            object_bytes_max: u64::MAX,
            request_time_max: time_max,
            operation_time_max: time_max,
            retry_delay_min,
            requests_max,
            ..limits()
        };
        let objects = Objects::open(server.settings().with_limits(odd)).expect("a client");
        server.faults.refusals.store(usize::from(requests_max == 0), SeqCst);
        let document = document(requests_max % 7, 500);
        objects.put(ObjectKind::Invoice, &hash(&document), &document).await.expect("kept");
        let got = objects.get(ObjectKind::Invoice, &hash(&document)).await.expect("an answer");
        assert_eq!(got, Some(document));
    }
}

#[tokio::test]
async fn a_server_that_is_gone_is_waited_for() {
    let mut server = S3Server::start().await;
    let objects = server.objects();
    let document = document(1, 2_000);
    let sha256 = hash(&document);
    objects.put(ObjectKind::Invoice, &sha256, &document).await.expect("kept");

    server.stop().await;
    for outcome in [
        objects.check().await,
        objects.put(ObjectKind::Upo, &sha256, &document).await,
        objects.get(ObjectKind::Invoice, &sha256).await.map(|found| panic!("{found:?}")),
    ] {
        let error = outcome.expect_err("nobody there");
        assert!(matches!(error, ObjectError::Unreachable { .. }), "{error:?}");
        assert!(error.may_pass());
        assert!(!everything_said(&error).contains(&server.secret), "{error:?}");
    }

    // It comes back while we are asking.
    let patient = ObjectLimits { retries_max: 1_000, ..limits() };
    let patient = Objects::open(server.settings().with_limits(patient)).expect("a client");
    let asking = tokio::spawn({
        let (sha256, document) = (sha256.clone(), document.clone());
        async move { patient.put(ObjectKind::Upo, &sha256, &document).await }
    });
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(!asking.is_finished());
    server.restart().await;
    asking.await.expect("no panic").expect("kept");
    assert_eq!(objects.get(ObjectKind::Invoice, &sha256).await.expect("an answer"), Some(document.clone()));
    assert_eq!(objects.get(ObjectKind::Upo, &sha256).await.expect("an answer"), Some(document));
}

#[tokio::test]
async fn a_slow_server_is_given_its_time_and_no_more() {
    let server = S3Server::start().await;
    let hasty = ObjectLimits {
        request_time_max: Duration::from_millis(300),
        operation_time_max: Duration::from_secs(10),
        retries_max: 2,
        ..limits()
    };
    let objects = Objects::open(server.settings().with_limits(hasty)).expect("a client");
    let document = document(1, 2_000);
    let sha256 = hash(&document);
    objects.put(ObjectKind::Invoice, &sha256, &document).await.expect("kept");

    // Each request takes too long.
    server.faults.delay_ms.store(60_000, SeqCst);
    let before = server.faults.requests.load(SeqCst);
    let error = objects.get(ObjectKind::Invoice, &sha256).await.expect_err("too slow");
    assert!(matches!(error, ObjectError::TimedOut { operation: ObjectOperation::Read, .. }), "{error:?}");
    assert!(error.may_pass());
    assert_eq!(server.faults.requests.load(SeqCst) - before, 3, "asked once and repeated twice");
    let error = objects.put(ObjectKind::Upo, &sha256, &document).await.expect_err("too slow");
    assert!(matches!(error, ObjectError::TimedOut { operation: ObjectOperation::Write, .. }), "{error:?}");

    // All requests together take too long.
    let limit = Duration::from_millis(700);
    let many = ObjectLimits { operation_time_max: limit, retries_max: 1_000, ..hasty };
    let objects = Objects::open(server.settings().with_limits(many)).expect("a client");
    let begun = Instant::now();
    let error = objects.get(ObjectKind::Invoice, &sha256).await.expect_err("too slow");
    assert!(matches!(error, ObjectError::TimedOut { limit: reached, .. } if reached == limit), "{error:?}");
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());

    // Slow, but not too slow.
    server.faults.delay_ms.store(300, SeqCst);
    let objects = server.objects();
    assert_eq!(objects.get(ObjectKind::Invoice, &sha256).await.expect("an answer"), Some(document));
}

#[tokio::test]
async fn a_busy_server_is_asked_again() {
    let server = S3Server::start().await;
    let objects = server.objects();
    let document = document(1, 2_000);
    let sha256 = hash(&document);
    server.faults.refusals.store(3, SeqCst);
    objects.put(ObjectKind::Invoice, &sha256, &document).await.expect("kept");
    server.faults.refusals.store(3, SeqCst);
    assert_eq!(objects.get(ObjectKind::Invoice, &sha256).await.expect("an answer"), Some(document));
    server.faults.refusals.store(usize::MAX, SeqCst);
    let error = objects.get(ObjectKind::Invoice, &sha256).await.expect_err("busy for ever");
    assert!(matches!(error, ObjectError::Unavailable { http_status: 503, .. }), "{error:?}");
    assert!(error.may_pass());
    assert!(error.to_string().contains("SlowDown"), "{error}");
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_fetched_to_its_end() {
    let server = S3Server::start().await;
    let objects = server.objects();
    let document = document(1, 3_000_000);
    let sha256 = hash(&document);
    objects.put(ObjectKind::Invoice, &sha256, &document).await.expect("kept");
    server.faults.broken_bodies.store(2, SeqCst);
    assert_eq!(objects.get(ObjectKind::Invoice, &sha256).await.expect("an answer"), Some(document));
    assert_eq!(server.faults.broken_bodies.load(SeqCst), 0);
    server.faults.broken_bodies.store(usize::MAX, SeqCst);
    let error = objects.get(ObjectKind::Invoice, &sha256).await.expect_err("never whole");
    assert!(error.may_pass(), "half a document is no alarm: {error:?}");
}

#[tokio::test]
async fn what_is_too_large_is_neither_written_nor_read() {
    let server = S3Server::start().await;
    let small = ObjectLimits { object_bytes_max: 1_000, ..limits() };
    let objects = Objects::open(server.settings().with_limits(small)).expect("a client");
    let document = document(1, 1_001);
    let sha256 = hash(&document);
    let refused = objects.put(ObjectKind::Invoice, &sha256, &document).await;
    assert!(
        matches!(refused, Err(ObjectError::TooLarge { bytes: 1_001, bytes_max: 1_000, .. })),
        "{refused:?}"
    );
    assert_eq!(server.files().len(), 0);
    server.objects().put(ObjectKind::Invoice, &sha256, &document).await.expect("kept");
    let refused = objects.get(ObjectKind::Invoice, &sha256).await;
    assert!(matches!(refused, Err(ObjectError::TooLarge { bytes: 1_001, .. })), "{refused:?}");
}

#[tokio::test]
async fn the_check_finds_missing_rights_and_leaves_nothing() {
    let server = S3Server::start().await;
    let objects = server.objects();
    objects.check().await.expect("all is well");
    assert_eq!(server.files().len(), 0);
    // Two at once do not disturb each other.
    let others: Vec<Objects> = (0..8).map(|_| server.objects()).collect();
    try_join_all(others.iter().map(Objects::check)).await.expect("all is well");
    assert_eq!(server.files().len(), 0);

    server.faults.hides_missing.store(true, SeqCst);
    let error = objects.check().await.expect_err("hidden");
    assert!(error.to_string().contains("s3:ListBucket"), "{error}");
    server.faults.hides_missing.store(false, SeqCst);
    server.faults.forbids_removing.store(true, SeqCst);
    let error = objects.check().await.expect_err("forbidden");
    assert!(error.to_string().contains("s3:DeleteObject"), "{error}");
    // Documents are kept and given without that right.
    let document = document(1, 100);
    objects.put(ObjectKind::Invoice, &hash(&document), &document).await.expect("kept");
}

#[tokio::test(flavor = "multi_thread")]
async fn large_documents_go_both_ways() {
    let server = S3Server::start().await;
    let objects = server.objects();
    let documents: Vec<Vec<u8>> = (0..8).map(|number| document(number, 3_000_000)).collect();
    let hashes: Vec<Sha256Hash> = documents.iter().map(|document| hash(document)).collect();
    let put = documents
        .iter()
        .zip(&hashes)
        .map(|(document, hash)| objects.put(ObjectKind::Invoice, hash, document));
    try_join_all(put).await.expect("kept");
    let got = hashes.iter().map(|hash| objects.get(ObjectKind::Invoice, hash));
    let got = try_join_all(got).await.expect("answers");
    assert!(got.into_iter().flatten().eq(documents));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_documents_at_once_share_some_connections() {
    let server = S3Server::start().await;
    let objects = server.objects();
    let documents: Vec<Vec<u8>> = (0..1_000).map(|number| document(number, 3_000)).collect();
    let hashes: Vec<Sha256Hash> = documents.iter().map(|document| hash(document)).collect();
    let put = documents
        .iter()
        .zip(&hashes)
        .map(|(document, hash)| objects.put(ObjectKind::Invoice, hash, document));
    try_join_all(put).await.expect("kept");
    assert_eq!(server.files().len(), 1_000);
    let got = hashes.iter().map(|hash| objects.get(ObjectKind::Invoice, hash));
    let got = try_join_all(got).await.expect("answers");
    assert!(got.into_iter().flatten().eq(documents));
    let peak = server.faults.answering_peak.load(SeqCst);
    assert!((2..=limits().requests_max).contains(&peak), "{peak} requests at once");
    // The client may begin a connection and then use one that has become free.
    let peak = server.faults.connections_peak.load(SeqCst);
    assert!(peak <= 2 * limits().requests_max, "{peak} connections at once");
}
