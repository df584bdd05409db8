//! Thousands of random operations of several clients at once, from one seed, against a model of our own.
//!
//! Each client has companies and persons for itself, so that it knows what every answer about them must be, whatever the
//! others do at the same moment; what it shares with the others is who stands on whose invoices. `model.rs` knows the
//! rules of permissions as the guide tells them and nothing of the simulator. Every answer is checked against the official
//! document as well; at the end the memory of the simulator is compared with what the clients know.
//!
//! `BRAMKA_SEED` repeats a run (as far as the order in which clients are served repeats), `BRAMKA_OPERATIONS` says how many
//! requests there shall be.

mod beyond;
mod client;
mod granting;
mod model;
mod settle;
mod steps;

use crate::common::*;
use client::{Client, Shared};
use ksef_sim::{Limits, Simulator, SimulatorConfig};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn ten_thousand_random_operations_leave_everything_in_order() -> Answered {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let seed = number("BRAMKA_SEED").unwrap_or_else(|| fastrand::u64(..));
    let wanted = number("BRAMKA_OPERATIONS").unwrap_or(10_000);
    eprintln!("BRAMKA_SEED={seed} BRAMKA_OPERATIONS={wanted}");
    // Kept in a folder, so that what is on disk can be compared with what is in memory.
    let folder = tempfile::tempdir()?;
    let data = Some(folder.path().to_owned());
    let config = SimulatorConfig { seed, limits: Limits::Off, data, ..SimulatorConfig::default() };
    let simulator = simulator_with(config).await?;
    let shared = Arc::new(Shared {
        api: Api::of(&simulator).uncounted(),
        requests: AtomicUsize::new(0),
        wanted: usize::try_from(wanted)?,
        invoices: std::sync::Mutex::default(),
    });
    let mut running = tokio::task::JoinSet::new();
    for index in 0..CLIENTS {
        let (shared, seed) = (Arc::clone(&shared), seed.wrapping_add(u64::from(index)));
        running.spawn(async move {
            let mut client = Client::new(shared, index, seed).map_err(|error| error.to_string())?;
            client.run().await.map_err(|error| format!("client {index}: {error}"))?;
            Ok::<Client, String>(client)
        });
    }
    let mut clients = Vec::new();
    while let Some(joined) = running.join_next().await {
        clients.push(joined??);
    }
    assert!(shared.requests.load(Ordering::Relaxed) >= usize::try_from(wanted)?);
    for client in &mut clients {
        client.settle().await?;
    }
    check_memory(&simulator, &clients, &shared);
    let mut counted: BTreeMap<&str, usize> = BTreeMap::new();
    for (name, count) in clients.iter().flat_map(|client| &client.counted) {
        *counted.entry(name).or_default() += count;
    }
    // What a run of this size must have met at least once: otherwise it proves less than it says.
    if wanted >= 5_000 {
        for name in MUST_HAPPEN {
            assert!(counted.contains_key(name), "{name} did not happen: {counted:?}");
        }
    }
    let copied = crate::data::copy(folder.path())?;
    let again = SimulatorConfig { data: Some(copied.path().to_owned()), ..SimulatorConfig::default() };
    let again = simulator_with(again).await?;
    assert!(
        crate::data::kept(&again) == crate::data::kept(&simulator),
        "what was kept is not what was in memory"
    );
    simulator.shutdown().await;
    Ok(())
}

/// The simulator's memory against what the clients know: numbers, counters, sessions, hashes, answers.
fn check_memory(simulator: &Simulator, clients: &[Client], shared: &Shared) {
    let memory = simulator.inspect();
    let numbers: HashSet<_> = memory.invoices.iter().map(|invoice| invoice.ksef_number.clone()).collect();
    assert_eq!(numbers.len(), memory.invoices.len(), "KSeF numbers are unique");
    let known: BTreeSet<String> = shared
        .invoices
        .lock()
        .expect("no client panicked")
        .iter()
        .map(|invoice| invoice.number.clone())
        .collect();
    let stored: BTreeSet<String> =
        memory.invoices.iter().map(|invoice| invoice.ksef_number.to_string()).collect();
    assert_eq!(stored, known, "what was accepted is stored, and nothing else");
    let keys: HashSet<_> =
        memory.invoices.iter().map(|invoice| (invoice.seller, invoice.invoice_number.clone())).collect();
    assert_eq!(keys.len(), memory.invoices.len(), "no seller has a number twice");
    for invoice in &memory.invoices {
        assert_eq!(
            hash(&invoice.bytes),
            invoice.hash.to_string(),
            "bytes and hash of {}",
            invoice.ksef_number
        );
        assert!(invoice.ksef_number.to_string().starts_with(invoice.seller.as_str()));
        assert!(invoice.sends >= 1);
    }
    assert!(
        memory.invoices.windows(2).all(|pair| pair[0].acquired_at <= pair[1].acquired_at),
        "numbers are given in the order of time"
    );
    let sent: usize = clients
        .iter()
        .map(|client| client.sessions.iter().map(|session| session.sent.len()).sum::<usize>())
        .sum();
    assert_eq!(memory.submissions.len(), sent, "nothing is lost and nothing is there twice");
    let accepted = memory.submissions.iter().filter(|submission| submission.ksef_number.is_some()).count();
    assert_eq!(accepted, memory.invoices.len());
    let references: HashSet<_> = memory.submissions.iter().map(|submission| &submission.reference).collect();
    assert_eq!(references.len(), memory.submissions.len(), "references are unique");
    let expected: BTreeMap<String, (bool, usize)> = clients
        .iter()
        .flat_map(|client| &client.sessions)
        .map(|session| (session.open.reference.clone(), (session.is_closed, session.sent.len())))
        .collect();
    let found: BTreeMap<String, (bool, usize)> = memory
        .sessions
        .iter()
        .map(|session| (session.reference.to_string(), (session.is_closed, session.invoice_count)))
        .collect();
    assert_eq!(found, expected, "sessions and what was sent in them");
    let failed: Vec<_> = memory.requests.iter().filter(|request| request.status >= 500).collect();
    assert!(failed.is_empty(), "{failed:?}");
}

const CLIENTS: u32 = 12;
/// Of invoices of a seller: so few that some come twice in every run.
const NUMBERS: u16 = 60;
/// Outcomes by the names under which clients count them. That a grant ends with 420 depends on who is quicker, and is tried
/// in `permissions/operations.rs`.
const MUST_HAPPEN: [&str; 31] = [
    "batch 200",
    "batch 410",
    "batch 440",
    "export 200",
    "export 403",
    "unit granted",
    "unit revoked",
    "EU entity 200",
    "login 200",
    "login 415",
    "grant 200",
    "grant 403",
    "grant 440",
    "revoke 200",
    "revoke 403",
    "refresh 200",
    "refresh 21301",
    "personal 200",
    "persons 200",
    "persons 403",
    "open 201",
    "open 403",
    "invoice 200",
    "invoice 410",
    "invoice 440",
    "download 200",
    "download 21164",
    "download 403",
    "metadata 200",
    "token 26001",
    "session 403",
];
