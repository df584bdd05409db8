//! The gateway is killed before and after every step, started again, and every invoice is in KSeF exactly once.
//!
//! The gateway is a child process that stops at the step (`BRAMKA_TEST_STOP_AT`) and is killed there from outside with
//! SIGKILL. The steps are [`Step::ALL`]; `scenario` has an arm for each, so a new step does not compile without one, and
//! a step that its scenario does not reach fails the test.

mod support;

use gateway::steps::{Moment, Step};
use ksef_sim::Fault;
use ksef_wire::Operation;
use support::{COMPANY, CONTRACTOR, ServedGateway, World, invoice, invoice_with_attachment, purchase};

/// What has to happen for a step to be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scenario {
    /// One invoice goes all the way.
    Plain,
    /// KSeF takes the invoice and its answer is lost.
    LostAnswer,
    /// KSeF does not take the invoice, and does not say so.
    LostRequest,
    /// KSeF refuses the invoice.
    Refused,
    /// KSeF has another document under the same number.
    Collision,
    /// KSeF is in trouble when a session is to be opened.
    Trouble,
    /// A contractor sent a purchase.
    Purchase,
}

fn scenario(step: Step) -> Scenario {
    match step {
        Step::TakeInvoice
        | Step::Login
        | Step::OpenSession
        | Step::SessionOpened
        | Step::SendingStarted
        | Step::SendInvoice
        | Step::InvoiceAccepted
        | Step::CloseSession
        | Step::SessionSettled
        | Step::InvoiceStatus
        | Step::InvoiceNumbered
        | Step::FetchUpo
        | Step::UpoStored
        | Step::FetchInvoice
        | Step::InvoiceStored => Scenario::Plain,
        Step::SessionStatus | Step::SessionInvoices => Scenario::LostAnswer,
        Step::InvoiceReturned => Scenario::LostRequest,
        Step::InvoiceRejected => Scenario::Refused,
        Step::NumberCollision => Scenario::Collision,
        Step::ReasonNoted => Scenario::Trouble,
        Step::QueryPurchases | Step::FetchPurchase | Step::PurchaseReceived | Step::PurchasesRead => {
            Scenario::Purchase
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_every_step_and_still_exactly_once() {
    let points: Vec<(Step, Moment)> =
        Step::ALL.iter().flat_map(|step| Moment::ALL.map(|moment| (*step, moment))).collect();
    // A few worlds at a time: each has a simulator and a gateway of its own.
    for group in points.chunks(4) {
        let mut worlds = tokio::task::JoinSet::new();
        for (step, moment) in group {
            worlds.spawn(kill_at(*step, *moment));
        }
        while let Some(outcome) = worlds.join_next().await {
            outcome.expect("a world ends well");
        }
    }
}

async fn kill_at(step: Step, moment: Moment) {
    let scenario = scenario(step);
    let point = format!("{}:{}", step.name(), moment.name());
    let world = World::new(COMPANY).await;
    let xml = match scenario {
        Scenario::Refused => invoice_with_attachment("1"),
        _ => invoice("1"),
    };
    let other = invoice("1").replace("Segregator", "Skoroszyt");
    match scenario {
        Scenario::LostAnswer => world.simulator.inject(Operation::OnlineInvoiceSend, Fault::LoseAnswer, 1),
        Scenario::LostRequest => world.simulator.inject(Operation::OnlineInvoiceSend, Fault::LoseRequest, 1),
        Scenario::Trouble => {
            world.simulator.inject(Operation::OnlineSessionOpen, Fault::FailBeforeWork { status: 503 }, 1);
        }
        Scenario::Collision => assert_eq!(world.send_directly(COMPANY, other.as_bytes()).await, 200),
        Scenario::Purchase => {
            assert_eq!(world.send_directly(CONTRACTOR, purchase("7").as_bytes()).await, 200);
        }
        Scenario::Plain | Scenario::Refused => {}
    }

    let mut first = world.serve(Some(&point));
    // Where the taking in itself is stopped, the caller hears nothing; as after any lost answer it comes again.
    let posting = first.post(COMPANY, "order-1", xml.as_bytes());
    let heard = tokio::time::timeout(std::time::Duration::from_secs(3), posting).await;
    if step != Step::TakeInvoice {
        assert!(
            heard.is_ok_and(|answer| answer.is_ok_and(|(status, _)| status == 201)),
            "{point}: not taken"
        );
    }
    let first = tokio::task::spawn_blocking(move || {
        first.wait_for_line(&format!("stopped at {point}"));
        first
    });
    first.await.expect("stopped").kill();

    let second = world.serve(None);
    let (status, taken) = second.post(COMPANY, "order-1", xml.as_bytes()).await.expect("an answer");
    assert!(matches!(status, 200 | 201), "{step:?} {moment:?}: {status} {taken}");
    let id = taken["id"].as_str().expect("an id").to_owned();
    let ended = second.wait_final(COMPANY, &id).await;
    check_end(&world, &second, scenario, &ended, xml.as_bytes()).await;
}

/// Whatever happened on the way: the same end.
async fn check_end(
    world: &World,
    gateway: &ServedGateway,
    scenario: Scenario,
    ended: &serde_json::Value,
    xml: &[u8],
) {
    let list = gateway.json(&format!("/api/v1/companies/{COMPANY}/invoices")).await;
    assert_eq!(list["items"].as_array().map(Vec::len), Some(1), "taken in once");
    let seen = world.simulator.inspect();
    let copies: Vec<_> = seen.invoices.iter().filter(|invoice| invoice.bytes == xml).collect();
    match scenario {
        Scenario::Refused => {
            assert_eq!(
                (ended["state"].as_str(), ended["reason"]["code"].as_str()),
                (Some("rejected"), Some("ksef.415"))
            );
            assert!(copies.is_empty());
        }
        Scenario::Collision => {
            assert_eq!(ended["state"], "numberCollision");
            assert_eq!(ended["ksefNumber"], seen.invoices[0].ksef_number.as_str());
            assert!(copies.is_empty());
        }
        _ => {
            assert_eq!(ended["state"], "stored", "{ended:#}");
            assert_eq!(copies.len(), 1, "in KSeF once");
            assert_eq!(ended["ksefNumber"], copies[0].ksef_number.as_str());
            assert_eq!(copies[0].sends, 1, "and sent once, not sent twice and refused as a duplicate");
        }
    }
    if scenario == Scenario::Purchase {
        for _ in 0..200 {
            let page = gateway.json(&format!("/api/v1/companies/{COMPANY}/purchases")).await;
            if page["items"].as_array().is_some_and(|items| items.len() == 1) {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        panic!("the purchase did not arrive");
    }
}
