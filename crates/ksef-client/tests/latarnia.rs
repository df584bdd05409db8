//! The reader of Latarnia against the simulator's, whose timeline and outages its control port writes.

mod support;

use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use ksef_client::Environment;
use ksef_client::environment::addresses;
use ksef_client::latarnia::{Latarnia, LatarniaError, LatarniaOptions, simulator_address};
use ksef_sim::{ManualClock, Simulator, SimulatorConfig};
use ksef_wire::latarnia::{LatarniaState, LatarniaStatus, MessageType};
use serde_json::{Value, json};
use support::loopback;

struct SimulatorClock(Arc<ManualClock>);

impl ksef_client::Clock for SimulatorClock {
    fn now(&self) -> jiff::Timestamp {
        ksef_sim::Clock::now(&*self.0)
    }
}

struct World {
    clock: Arc<ManualClock>,
    simulator: Simulator,
    latarnia: Latarnia,
}

impl World {
    async fn new() -> Self {
        let clock = Arc::new(ManualClock::new("2026-04-10T04:00:00Z".parse().expect("a time")));
        let config =
            SimulatorConfig { clock: clock.clone(), control: Some(loopback()), ..SimulatorConfig::default() };
        let simulator = Simulator::start(config, loopback()).await.expect("a simulator");
        let options = LatarniaOptions {
            retry_delay_min: Duration::from_millis(1),
            clock: Arc::new(SimulatorClock(clock.clone())),
            ..LatarniaOptions::default()
        };
        let latarnia = Latarnia::new(&simulator_address(&simulator.base_url()), options).expect("a reader");
        Self { clock, simulator, latarnia }
    }

    async fn tell(&self, timeline: Value) {
        let url = format!("{}/control/latarnia", self.simulator.control_url().expect("a control port"));
        let answer = reqwest::Client::new().put(url).json(&timeline).send().await.expect("an answer");
        assert!(answer.status().is_success(), "{}", answer.text().await.unwrap_or_default());
    }
}

#[tokio::test]
async fn a_failure_is_read_from_beginning_to_end_and_kept_as_it_came() {
    let world = World::new().await;
    let before = world.latarnia.status().await.expect("an answer");
    assert_eq!(before.content.status, LatarniaState::Available);
    assert!(before.content.messages.readable.is_empty());

    world
        .tell(json!({ "events": [
            { "category": "FAILURE", "start": "2026-04-10T05:00:00Z", "end": "2026-04-10T09:00:00Z", "eventId": 17 },
        ] }))
        .await;
    world.clock.advance(SignedDuration::from_hours(2));
    let during = world.latarnia.status().await.expect("an answer");
    assert_eq!(during.content.status, LatarniaState::Failure);
    let [begun] = &during.content.messages.readable[..] else { panic!("{during:?}") };
    assert_eq!((begun.event_id, begun.end, &begun.kind), (Some(17), None, &MessageType::FailureStart));
    assert!(!during.content.is_test_dummy());
    assert_eq!(during.received_at, ksef_sim::Clock::now(&*world.clock));
    assert!(during.url.ends_with("/latarnia/status"), "{}", during.url);
    let again: LatarniaStatus = serde_json::from_slice(&during.raw).expect("the evidence reads by itself");
    assert_eq!(again, during.content);

    world.clock.advance(SignedDuration::from_hours(4));
    let messages = world.latarnia.messages().await.expect("an answer").content.readable;
    let told: Vec<_> = messages.iter().map(|message| (message.event_id, message.kind.clone())).collect();
    assert_eq!(told, [(Some(17), MessageType::FailureEnd), (Some(17), MessageType::FailureStart)]);
    assert!(messages[0].end.is_some());
}

#[tokio::test]
async fn the_eternal_failure_of_test_is_recognised() {
    let world = World::new().await;
    world.tell(json!({ "isCanned": true })).await;
    let status = world.latarnia.status().await.expect("an answer").content;
    assert_eq!(status.status, LatarniaState::TotalFailure);
    assert!(status.is_test_dummy());
}

#[tokio::test]
async fn an_outage_of_latarnia_is_an_answer_of_its_own_and_says_nothing_of_ksef() {
    let world = World::new().await;
    world.tell(json!({ "outages": [{ "status": 502 }] })).await;
    let before = world.simulator.inspect().requests.len();
    let error = world.latarnia.status().await.expect_err("it is down");
    assert!(matches!(error, LatarniaError::Strange { http_status: 502, .. }), "{error}");
    let asked = world.simulator.inspect().requests.len() - before;
    assert_eq!(asked, LatarniaOptions::default().attempts_max, "asked again, and then no more");
    // KSeF itself answers all the while, and nobody asked Latarnia first.
    support::access(&world.simulator, support::ec()).client().challenge().await.expect("KSeF works");

    let nobody = std::net::TcpListener::bind(loopback()).expect("a port");
    let url = format!("http://{}", nobody.local_addr().expect("an address"));
    drop(nobody);
    let silent = Latarnia::new(&url, LatarniaOptions::default()).expect("a reader");
    let error = silent.messages().await.expect_err("nobody there");
    assert!(matches!(&error, LatarniaError::Silent { url: asked, .. } if asked.starts_with(&url)), "{error}");
}

#[tokio::test]
async fn too_much_and_something_else_are_refused() {
    let world = World::new().await;
    let address = simulator_address(&world.simulator.base_url());
    let small = LatarniaOptions { body_bytes_max: 3, attempts_max: 1, ..LatarniaOptions::default() };
    let error = Latarnia::new(&address, small).expect("a reader").status().await.expect_err("too long");
    assert!(error.to_string().contains("longer than 3 bytes"), "{error}");
    // The API has no `/status`: 404 with a body of KSeF's own.
    let elsewhere = Latarnia::new(&world.simulator.base_url(), LatarniaOptions::default()).expect("a reader");
    assert!(matches!(elsewhere.status().await, Err(LatarniaError::Strange { http_status: 404, .. })));
    assert!(Latarnia::new("ftp://x", LatarniaOptions::default()).is_err());
}

#[test]
fn every_environment_has_its_addresses() {
    for (environment, api, latarnia) in [
        (Environment::Test, "https://api-test.ksef.mf.gov.pl/v2", true),
        (Environment::Demo, "https://api-demo.ksef.mf.gov.pl/v2", false),
        (Environment::Prd, "https://api.ksef.mf.gov.pl/v2", true),
    ] {
        let found = addresses(environment);
        assert_eq!((found.api, found.latarnia.is_some()), (api, latarnia));
    }
    assert_eq!(simulator_address("http://127.0.0.1:9/v2/"), "http://127.0.0.1:9/latarnia");
}
