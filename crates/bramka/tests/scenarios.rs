//! Days that happened: the simulator plays them, hours pass in seconds, and in the end nothing is lost and nothing twice.

mod support;

use std::time::{Duration, Instant};

use jiff::SignedDuration;
use ksef_sim::Scenario;
use support::{COMPANY, World, invoice};

#[tokio::test(flavor = "multi_thread")]
async fn the_outage_of_april_2026_loses_nothing_and_doubles_nothing() {
    play("april-2026-outage", "2026-04-22").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_month_ends_with_everything_in_ksef_once() {
    play("month-end", "2026-06-30").await;
}

async fn play(scenario: &str, day: &str) {
    let world = World::new(COMPANY).await;
    let nip = ksef_id::Nip::parse(COMPANY).expect("a NIP");
    let scenario = Scenario::named(scenario).expect("it is there");
    world.simulator.set_scenario(scenario, nip).expect("it is set");
    world.with_clock_and_offline();
    let gateway = world.serve(None);
    let mut handed = Vec::new();
    for number in 0..INVOICES {
        let xml = invoice(&number.to_string()).replace("2026-11-01", day);
        let (status, taken) =
            gateway.post(COMPANY, &number.to_string(), xml.as_bytes()).await.expect("an answer");
        assert_eq!(status, 201, "{taken:#}");
        handed.push((taken["id"].as_str().expect("an id").to_owned(), xml));
        if number % 10 == 9 {
            // They come over a while, not all at once.
            pass(&world, 5).await;
        }
    }
    let deadline = Instant::now() + Duration::from_secs(240);
    loop {
        let list = gateway.json(&format!("/api/v1/companies/{COMPANY}/invoices?limit=1000")).await;
        let items = list["items"].as_array().expect("a list").clone();
        if items.iter().all(|item| item["isFinal"] == true) {
            break;
        }
        assert!(Instant::now() < deadline, "not at their end: {items:#?}");
        pass(&world, 10).await;
    }
    let seen = world.simulator.inspect();
    assert_eq!(seen.invoices.len(), handed.len(), "each once, and nothing else");
    for (id, xml) in &handed {
        let invoice = gateway.json(&format!("/api/v1/companies/{COMPANY}/invoices/{id}")).await;
        assert_eq!(invoice["state"], "stored", "{invoice:#}");
        let copies = seen.invoices.iter().filter(|copy| copy.bytes == xml.as_bytes()).count();
        assert_eq!(copies, 1, "{invoice:#}");
    }
    assert!(seen.submissions.len() == handed.len(), "none was sent twice: {}", seen.submissions.len());
}

/// So many minutes of the simulator, and a moment for the gateway to see them.
async fn pass(world: &World, minutes: i64) {
    world.simulator.clock().advance(SignedDuration::from_mins(minutes)).expect("within the clock's range");
    tokio::time::sleep(Duration::from_millis(600)).await;
}

const INVOICES: usize = 40;
