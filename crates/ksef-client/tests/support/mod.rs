//! What the tests share: a simulator, a company with a certificate, invoices.
#![allow(dead_code, reason = "each test file uses its part")]

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use ksef_client::{Access, ClientOptions, KsefClient, LoginCredential};
use ksef_crypto::{Credential, KeyKind, Subject};
use ksef_id::{ContextIdentifier, ReferenceNumber};
use ksef_sim::{Simulator, SimulatorConfig};
use ksef_wire::{FormCode, SessionStatusResponse};

pub(crate) const NIP: &str = "2222222222";

pub(crate) fn loopback() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 0))
}

pub(crate) async fn simulator() -> Simulator {
    Simulator::start(SimulatorConfig::default(), loopback()).await.expect("a simulator")
}

/// Waits that suit a test. Patient with answers: a busy machine is no fault of KSeF's.
pub(crate) fn options() -> ClientOptions {
    ClientOptions {
        timeout: Duration::from_secs(20),
        retry_delay_min: Duration::from_millis(5),
        poll_delay: Duration::from_millis(20),
        ..ClientOptions::default()
    }
}

pub(crate) fn credential(nip: &str, kind: KeyKind) -> LoginCredential {
    let subject = Subject::Seal { nip: nip.into(), organization: "Firma z testu".into() };
    let now = jiff::Timestamp::now();
    let day = jiff::SignedDuration::from_hours(24);
    let made = Credential::self_signed(&subject, kind, now - day, now + day).expect("a credential");
    LoginCredential::Certificate(Box::new(made))
}

pub(crate) fn access(simulator: &Simulator, credential: LoginCredential) -> Access {
    let client = KsefClient::new(&simulator.base_url(), options()).expect("a client");
    Access::new(client, ContextIdentifier::parse(NIP).expect("a NIP"), credential)
}

pub(crate) fn ec() -> LoginCredential {
    credential(NIP, KeyKind::EcP256)
}

pub(crate) fn fa3() -> FormCode {
    FormCode { system_code: "FA (3)".into(), schema_version: "1-0E".into(), value: "FA".into() }
}

/// A sales invoice of [`NIP`] with this number.
pub(crate) fn invoice(number: &str) -> Vec<u8> {
    include_str!("../../../bramka/samples/sale-domestic.xml")
        .replace("{created}", "2026-11-01T10:00:00Z")
        .replace("{today}", "2026-11-01")
        .replace("{number}", number)
        .into_bytes()
}

/// Waits until KSeF is done with a closed session.
pub(crate) async fn ended(access: &Access, session: &ReferenceNumber) -> SessionStatusResponse {
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        let answer = access.session_status(session).await.expect("a status");
        if answer.status.code >= 200 {
            return answer;
        }
        assert!(Instant::now() < deadline, "{answer:?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// The folder of official files, or `None` after having said that it is missing (a failure where `BRAMKA_REQUIRE=all`).
pub(crate) fn shared() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let folder = std::env::var_os("BRAMKA_SHARED").map_or(beside, PathBuf::from);
    if folder.join("ksef/docs").is_dir() {
        return Some(folder);
    }
    skip("the folder of official files is not here (BRAMKA_SHARED)");
    None
}

/// Says that a part of a test is left out; a failure where `BRAMKA_REQUIRE=all`.
pub(crate) fn skip(reason: &str) {
    assert_ne!(std::env::var("BRAMKA_REQUIRE").as_deref(), Ok("all"), "{reason}");
    eprintln!("SKIPPED: {reason}");
}
