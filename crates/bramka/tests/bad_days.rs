//! KSeF's bad days: every operation on an invoice's way fails in every way once, and the end is the same.

mod support;

use ksef_sim::{Fault, FaultRule, Target};
use ksef_wire::Operation;
use support::{COMPANY, World, invoice};

/// Every call on the way from a file to a read-back invoice.
const OPERATIONS: [Operation; 11] = [
    Operation::AuthChallenge,
    Operation::AuthXadesSignature,
    Operation::AuthStatus,
    Operation::AuthTokenRedeem,
    Operation::PublicKeyCertificates,
    Operation::OnlineSessionOpen,
    Operation::OnlineInvoiceSend,
    Operation::OnlineSessionClose,
    Operation::SessionInvoiceStatus,
    Operation::UpoByKsefNumber,
    Operation::InvoiceDownload,
];

fn faults() -> [Fault; 5] {
    [
        Fault::LoseRequest,
        Fault::LoseAnswer,
        Fault::FailBeforeWork { status: 503 },
        Fault::FailAfterWork { status: 500 },
        Fault::TooManyRequests { retry_after_s: 1 },
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_fails_the_invoice_is_in_ksef_once() {
    let cases: Vec<(Operation, Fault)> =
        OPERATIONS.into_iter().flat_map(|operation| faults().map(|fault| (operation, fault))).collect();
    // A few worlds at a time: each has a simulator and a gateway of its own.
    for group in cases.chunks(8) {
        let mut worlds = tokio::task::JoinSet::new();
        for (operation, fault) in group {
            worlds.spawn(fail_once(*operation, fault.clone()));
        }
        while let Some(outcome) = worlds.join_next().await {
            outcome.expect("a world ends well");
        }
    }
}

async fn fail_once(operation: Operation, fault: Fault) {
    let what = format!("{} {fault:?}", operation.name());
    let world = World::new(COMPANY).await;
    world.simulator.inject(operation, fault, 1);
    if operation == Operation::UpoByKsefNumber {
        // UPOs are asked for by their numbers where their addresses do not work.
        let fault = Fault::FailBeforeWork { status: 503 };
        world.simulator.plan(FaultRule::always(Target::StorageDownload, fault)).expect("a rule");
    }
    let gateway = world.serve(None);
    let xml = invoice("1");
    let (status, taken) = gateway.post(COMPANY, "one", xml.as_bytes()).await.expect("taken");
    assert_eq!(status, 201, "{what}");
    let ended = gateway.wait_final(COMPANY, taken["id"].as_str().expect("an id")).await;
    assert_eq!(ended["state"], "stored", "{what}: {ended:#}");
    let seen = world.simulator.inspect();
    assert_eq!(seen.invoices.len(), 1, "{what}");
    assert_eq!(seen.submissions.len(), 1, "{what}: sent once");
    assert!(seen.count(operation) > 0, "{what}: the operation was called");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invoice_that_ksef_lets_wait_is_not_sent_again() {
    let world = World::new(COMPANY).await;
    world.simulator.stall_processing();
    let gateway = world.serve(None);
    let (_, taken) = gateway.post(COMPANY, "one", invoice("1").as_bytes()).await.expect("taken");
    let id = taken["id"].as_str().expect("an id").to_owned();
    tokio::time::sleep(std::time::Duration::from_secs(2)).await;
    let waiting = gateway.json(&format!("/api/v1/companies/{COMPANY}/invoices/{id}")).await;
    assert_eq!((waiting["state"].as_str(), waiting["isFinal"].as_bool()), (Some("accepted"), Some(false)));
    world.simulator.release_processing();
    assert_eq!(gateway.wait_final(COMPANY, &id).await["state"], "stored");
    assert_eq!(world.simulator.inspect().submissions.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_hundred_goes_through_in_few_sessions() {
    let world = World::with_limits(COMPANY, ksef_sim::Limits::Off).await;
    // Taken in while KSeF is away, so that all of them wait together.
    let ksef = world.simulator.base_url();
    world.configure("http://127.0.0.1:9/v2", "certificate = \"auth.crt\"\nkey = \"auth.key\"");
    let gateway = world.serve(None);
    let mut ids = Vec::new();
    for number in 0..100 {
        let xml = invoice(&number.to_string());
        let (status, taken) =
            gateway.post(COMPANY, &number.to_string(), xml.as_bytes()).await.expect("taken");
        assert_eq!(status, 201);
        ids.push(taken["id"].as_str().expect("an id").to_owned());
    }
    drop(gateway);
    world.configure(&ksef, "certificate = \"auth.crt\"\nkey = \"auth.key\"");
    let gateway = world.serve(None);
    for id in ids {
        assert_eq!(gateway.wait_final(COMPANY, &id).await["state"], "stored");
    }
    let seen = world.simulator.inspect();
    assert_eq!((seen.invoices.len(), seen.submissions.len()), (100, 100));
    assert!(seen.sessions.len() <= 3, "{:?}", seen.sessions);
}
