//! What fits into an hour: KSeF's production limits are used up on the simulator's clock, and never hit.
//!
//! In production a batch takes 10,000 invoices; here the company's own limit is 50, which KSeF tells and the gateway keeps
//! to. `BRAMKA_BATCH_INVOICES=10000` plays the hour in full, with 600,000 invoices: a release build and some patience.

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use ksef_wire::{EffectiveContextLimits, Operation};
use serde_json::{Value, json};
use support::{COMPANY, ServedGateway, World, invoice};

/// Of what KSeF allows in an hour by production limits (guide, `limity-api.md`).
const BATCHES_AN_HOUR: usize = 60;
const ONLINE_AN_HOUR: usize = 180;
const SESSIONS_AN_HOUR: usize = 120;

#[tokio::test(flavor = "multi_thread")]
async fn sixty_batches_and_180_invoices_in_an_hour_without_a_429() {
    let of_a_batch = match std::env::var("BRAMKA_BATCH_INVOICES") {
        Ok(text) => text.parse().expect("a number"),
        Err(_) => 50,
    };
    let world = World::new(COMPANY).await;
    world.with_clock_and_offline();
    limit_batches(&world, of_a_batch).await;
    let gateway = world.serve(None);
    gateway.set_sending(COMPANY, "manual", "batch").await;
    let allowed = BATCHES_AN_HOUR * of_a_batch + ONLINE_AN_HOUR;
    let begin = Instant::now();
    hand_over(&gateway, 0..allowed).await;
    eprintln!("{allowed} invoices taken in {:.1} s", begin.elapsed().as_secs_f64());

    let (begin, from) = (Instant::now(), now(&world));
    let released = format!("/api/v1/companies/{COMPANY}/invoices/release");
    let mut has_more = json!(true);
    while has_more == json!(true) {
        // Hundreds of thousands take longer than one answer does.
        let (status, answer) = gateway.say("POST", &released, &Value::Null).await;
        assert_eq!(status, 200, "{answer:#}");
        has_more = answer["hasMore"].clone();
    }
    let patience = PATIENCE + PATIENCE_EACH * u32::try_from(allowed).expect("few enough");
    let packing = PACKING_EACH * u32::try_from(of_a_batch).expect("few enough");
    let mut confirmed = 0;
    while confirmed < allowed {
        assert!(begin.elapsed() < patience, "{}", counts(&gateway).await);
        // A full batch takes this machine longer than KSeF's clock is moved on by: it is let finish, and the clock moves only when
        // that is what is waited for.
        let under_way = counts(&gateway).await;
        if ["sending", "accepted"].iter().any(|state| under_way[*state] != Value::Null) {
            let begin = Instant::now();
            while counts(&gateway).await == under_way && begin.elapsed() < packing {
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
            if counts(&gateway).await != under_way {
                continue;
            }
        }
        world.pass(SignedDuration::from_secs(61)).await;
        confirmed = confirmed_of(&counts(&gateway).await);
        let passed = now(&world).duration_since(from);
        assert!(
            passed < SignedDuration::from_hours(1) || confirmed * 100 >= allowed * 99,
            "{confirmed} of {allowed} in an hour: {}",
            counts(&gateway).await
        );
    }
    let passed = now(&world).duration_since(from);
    eprintln!(
        "{confirmed} of {allowed} have their UPO after {} minutes of KSeF's clock and {:.1} s of this machine's",
        passed.as_mins(),
        begin.elapsed().as_secs_f64()
    );
    no_limit_was_hit(&world);
    let seen = world.simulator.inspect();
    assert_eq!(seen.count(Operation::BatchSessionOpen), BATCHES_AN_HOUR, "full batches");
    assert_eq!(seen.count(Operation::OnlineInvoiceSend), ONLINE_AN_HOUR);
    assert_eq!((seen.invoices.len(), seen.submissions.len()), (allowed, allowed), "each once");
    drop(seen);

    // All of the hour is used up: the next invoice waits, says why, and goes when the hour is over.
    if passed < SignedDuration::from_mins(50) {
        let id = hand_over(&gateway, allowed..allowed + 1).await.remove(0);
        assert_eq!(gateway.say("POST", &released, &Value::Null).await.0, 200);
        world.rest().await;
        let waiting = gateway.json(&format!("/api/v1/companies/{COMPANY}/invoices/{id}")).await;
        assert_eq!(waiting["state"], "waiting", "{waiting:#}");
        let code = waiting["reason"]["code"].as_str().unwrap_or_default();
        assert!(code.starts_with("plan."), "{waiting:#}");
        world.pass(SignedDuration::from_mins(61)).await;
        // Reading a whole hour's back takes a day of hours: its proof is what is waited for.
        let begin = Instant::now();
        while confirmed_of(&counts(&gateway).await) <= allowed {
            assert!(begin.elapsed() < PATIENCE, "{}", counts(&gateway).await);
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        no_limit_was_hit(&world);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn immediate_upos_have_a_session_each_until_openings_run_out_and_that_is_told() {
    let world = World::new(COMPANY).await;
    world.with_clock_and_offline();
    let gateway = world.serve(None);
    gateway.set_sending(COMPANY, "immediate", "immediate").await;
    let more = 5;
    let ids = hand_over(&gateway, 0..SESSIONS_AN_HOUR + more).await;
    let begin = Instant::now();
    while confirmed_of(&counts(&gateway).await) < ids.len() {
        assert!(begin.elapsed() < PATIENCE, "{}", counts(&gateway).await);
        world.pass(SignedDuration::from_secs(61)).await;
    }
    no_limit_was_hit(&world);
    let seen = world.simulator.inspect();
    assert_eq!((seen.invoices.len(), seen.submissions.len()), (ids.len(), ids.len()));
    let mut sizes: Vec<usize> = seen.sessions.iter().map(|session| session.invoice_count).collect();
    sizes.sort_unstable();
    assert_eq!(sizes.len(), SESSIONS_AN_HOUR, "{sizes:?}");
    assert_eq!(sizes[..SESSIONS_AN_HOUR - 1], [1; SESSIONS_AN_HOUR - 1], "a session for each");
    assert_eq!(sizes[SESSIONS_AN_HOUR - 1], 1 + more, "and the last one is shared");
    let mut told = 0;
    for id in &ids {
        let invoice = gateway.json(&format!("/api/v1/companies/{COMPANY}/invoices/{id}")).await;
        let history = invoice["history"].as_array().expect("a history");
        let shared = history.iter().find(|entry| entry["reason"]["code"] == "plan.sharedSession");
        if let Some(entry) = shared {
            told += 1;
            let words = &entry["reason"]["message"];
            assert!(words["pl"].as_str().is_some_and(|words| words.contains("dzieli sesję")), "{entry:#}");
            assert!(
                words["en"].as_str().is_some_and(|words| words.contains("shares a session")),
                "{entry:#}"
            );
            assert!(entry["reason"]["text"].as_str().is_some_and(|text| text.contains("until")), "{entry:#}");
        }
    }
    assert_eq!(told, more, "who shares is told");
}

/// Has KSeF take at most so many invoices in a batch of the company.
async fn limit_batches(world: &World, most: usize) {
    let mut limits = EffectiveContextLimits::production();
    limits.batch_session.max_invoices = i32::try_from(most).expect("few enough");
    world.access_of(COMPANY).test_data_set_context_limits(&limits).await.expect("set");
}

/// Hands invoices over on several connections; gives their ids in their order.
async fn hand_over(gateway: &ServedGateway, numbers: std::ops::Range<usize>) -> Vec<String> {
    let next = Arc::new(AtomicUsize::new(numbers.start));
    let url = format!("{}/api/v1/companies/{COMPANY}/invoices", gateway.url);
    let http = reqwest::Client::new();
    let mut hands = tokio::task::JoinSet::new();
    for _ in 0..16 {
        let (next, end, url, http) = (next.clone(), numbers.end, url.clone(), http.clone());
        hands.spawn(async move {
            let mut taken = Vec::new();
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= end {
                    return taken;
                }
                let request = http
                    .post(&url)
                    .header("content-type", "application/xml")
                    .header("idempotency-key", number.to_string())
                    .body(invoice(&number.to_string()));
                let answer = request.send().await.expect("an answer");
                assert_eq!(answer.status().as_u16(), 201);
                let answer: Value = answer.json().await.expect("JSON");
                taken.push((number, answer["id"].as_str().expect("an id").to_owned()));
            }
        });
    }
    let mut taken = Vec::new();
    while let Some(some) = hands.join_next().await {
        taken.extend(some.expect("no panic"));
    }
    taken.sort_unstable();
    taken.into_iter().map(|(_, id)| id).collect()
}

fn now(world: &World) -> Timestamp {
    use ksef_sim::Clock as _;
    world.simulator.clock().now()
}

async fn counts(gateway: &ServedGateway) -> Value {
    gateway.json(&format!("/api/v1/companies/{COMPANY}/invoices/counts")).await
}

fn confirmed_of(counts: &Value) -> usize {
    let of = |state: &str| counts[state].as_u64().unwrap_or_default();
    usize::try_from(of("upoVerified") + of("stored")).expect("few enough")
}

#[track_caller]
fn no_limit_was_hit(world: &World) {
    let seen = world.simulator.inspect();
    let hit: Vec<_> = seen.requests.iter().filter(|request| request.status == 429).collect();
    assert!(hit.is_empty(), "{} of {} requests hit a limit: {:?}", hit.len(), seen.requests.len(), hit[0]);
}

/// More than it takes to pack an invoice.
const PACKING_EACH: Duration = Duration::from_micros(1500);
const PATIENCE: Duration = Duration::from_secs(100);
const PATIENCE_EACH: Duration = Duration::from_millis(10);
