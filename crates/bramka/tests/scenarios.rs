//! Days that happened: the simulator plays them, hours pass in seconds, and in the end nothing is lost and nothing twice.

mod support;

use std::time::{Duration, Instant};

use jiff::SignedDuration;
use ksef_sim::Scenario;
use support::{COMPANY, World, invoice};

#[tokio::test(flavor = "multi_thread")]
async fn the_outage_of_april_2026_loses_nothing_and_doubles_nothing() {
    play("april-2026-outage").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_month_ends_with_everything_in_ksef_once() {
    play("month-end").await;
}

async fn play(name: &str) {
    let world = World::new(COMPANY).await;
    let nip = ksef_id::Nip::parse(COMPANY).expect("a NIP");
    let scenario = Scenario::named(name).expect("it is there");
    let set = world.simulator.set_scenario(scenario, nip).expect("it is set");
    // The scenario's day, in Warsaw: invoices are of that day.
    let day = set.now.in_tz("Europe/Warsaw").expect("a time in Warsaw").date().to_string();
    world.with_clock_and_offline();
    let gateway = world.serve(None);
    let mut handed = Vec::new();
    for number in 0..INVOICES {
        let xml = invoice(&number.to_string()).replace("2026-11-01", &day);
        let (status, taken) =
            gateway.post(COMPANY, &number.to_string(), xml.as_bytes()).await.expect("an answer");
        assert_eq!(status, 201, "{taken:#}");
        handed.push((taken["id"].as_str().expect("an id").to_owned(), xml));
        if number % 10 == 9 {
            // They come over a while, not all at once.
            world.pass(SignedDuration::from_mins(5)).await;
        }
    }
    let begin = Instant::now();
    loop {
        let list = gateway.json(&format!("/api/v1/companies/{COMPANY}/invoices?limit=1000")).await;
        let mut left = list["items"].as_array().expect("a list").clone();
        left.retain(|item| item["isFinal"] != true);
        if left.is_empty() {
            break;
        }
        assert!(begin.elapsed() < PLAY_MAX, "{} not at their end: {:#?}", left.len(), &left[..1]);
        world.pass(SignedDuration::from_mins(20)).await;
    }
    let seen = world.simulator.inspect();
    assert_eq!(seen.invoices.len(), handed.len(), "each once, and nothing else");
    for (id, xml) in &handed {
        let invoice = gateway.json(&format!("/api/v1/companies/{COMPANY}/invoices/{id}")).await;
        assert_eq!(invoice["state"], "stored", "{invoice:#}");
        let copies = seen.invoices.iter().filter(|copy| copy.bytes == xml.as_bytes()).count();
        assert_eq!(copies, 1, "{invoice:#}");
    }
    assert_eq!(seen.submissions.len(), handed.len(), "none was sent twice");
}

const INVOICES: usize = 40;
const PLAY_MAX: Duration = Duration::from_secs(50);
