//! The example sends an invoice to the simulator.

mod support;

#[path = "../examples/send_invoice.rs"]
#[allow(
    dead_code,
    unreachable_pub,
    clippy::print_stdout,
    reason = "a program of its own; its `main` is not called"
)]
mod send_invoice;

use ksef_client::ksef_crypto::{Credential, KeyKind, Subject};
use support::{NIP, invoice, simulator};

#[tokio::test]
async fn the_example_sends_an_invoice_in_thirty_lines() {
    let simulator = simulator().await;
    let folder = tempfile::tempdir().expect("a folder");
    let subject = Subject::Seal { nip: NIP.into(), organization: "Firma z testu".into() };
    let (now, day) = (jiff::Timestamp::now(), jiff::SignedDuration::from_hours(24));
    let made = Credential::self_signed(&subject, KeyKind::EcP256, now - day, now + day).expect("made");
    let file = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).expect("written");
        path.to_string_lossy().into_owned()
    };
    let arguments = [
        simulator.base_url(),
        NIP.to_owned(),
        file("c.crt", made.certificate().der()),
        file("c.key", &made.key().to_pkcs8().expect("written")),
        file("invoice.xml", &invoice("1")),
    ];
    let number = send_invoice::send(arguments.clone()).await.expect("a number");
    assert_eq!(&number.as_str()[..10], NIP);
    let error = send_invoice::send(arguments).await.expect_err("a duplicate");
    assert!(error.to_string().contains("440"), "{error}");

    let source = include_str!("../examples/send_invoice.rs");
    let lines = source.lines().filter(|line| !line.trim().is_empty() && !line.starts_with("//")).count();
    assert!(lines <= 30, "{lines} lines");
}
