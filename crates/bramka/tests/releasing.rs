//! Everything that waits for a person is released at one word, and by several answers where one would take too long.

mod support;

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use gateway::{Gateway, GatewayOptions, Settings};
use ksef_sim::Limits;
use serde_json::{Value, json};
use support::people::{As, Asker};
use support::{COMPANY, World, invoice};

/// A gateway in this process whose answers go on releasing for so long; what it takes in waits for a person.
async fn office(release_for: Option<Duration>) -> (World, Gateway, Asker) {
    let world = World::with_limits(COMPANY, Limits::Off).await;
    let mut options = GatewayOptions::new(support::loopback(), world.data());
    options.companies = Settings::read(&world.config()).expect("the configuration").companies;
    options.release_for = release_for.unwrap_or(options.release_for);
    let gateway = Gateway::start(options).await.expect("it starts");
    let asker = Asker::new(&gateway.url());
    let sending =
        json!({ "policy": "manual", "upoMode": "automatic", "sessionAgeS": 7200, "isSendingOn": true });
    let put = asker.ask(&As::Nobody, "PUT", &path("sending"), Some(&sending)).await;
    assert_eq!(put.status, 200, "{}", put.body);
    (world, gateway, asker)
}

fn path(rest: &str) -> String {
    format!("/api/v1/companies/{COMPANY}/{rest}")
}

/// Hands over so many invoices; gives their ids.
async fn hand_over(asker: &Asker, count: usize) -> Vec<String> {
    let mut ids = Vec::new();
    for number in 1..=count {
        let request = asker
            .request(&As::Nobody, "POST", &path("invoices"))
            .header("content-type", "application/xml")
            .body(invoice(&number.to_string()));
        let taken = asker.send(request).await;
        assert_eq!(taken.status, 201, "{}", taken.body);
        ids.push(taken.json()["id"].as_str().expect("an id").to_owned());
    }
    ids
}

async fn release(asker: &Asker) -> Value {
    let answer = asker.ask(&As::Nobody, "POST", &path("invoices/release"), None).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()
}

async fn counts(asker: &Asker) -> Value {
    asker.get(&As::Nobody, &path("invoices/counts")).await.json()
}

/// Each was released once, and KSeF has each once.
async fn went_once(world: &World, asker: &Asker, ids: &[String]) {
    let deadline = Instant::now() + Duration::from_secs(60);
    while counts(asker).await != json!({ "stored": ids.len() }) {
        assert!(Instant::now() < deadline, "{}", counts(asker).await);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    for id in ids {
        let invoice = asker.get(&As::Nobody, &path(&format!("invoices/{id}"))).await.json();
        let history = invoice["history"].as_array().expect("a history");
        let released = history.iter().filter(|line| line["event"] == "released").count();
        assert_eq!(released, 1, "{invoice:#}");
    }
    let seen = world.simulator.inspect();
    assert_eq!((seen.invoices.len(), seen.submissions.len()), (ids.len(), ids.len()));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_answer_has_no_time_for_is_released_by_the_next_and_nothing_twice() {
    let (world, gateway, asker) = office(Some(Duration::ZERO)).await;
    let ids = hand_over(&asker, 5).await;
    for id in &ids[..2] {
        let approved = asker.ask(&As::Nobody, "POST", &path(&format!("invoices/{id}/approve")), None).await;
        assert_eq!((approved.status, &approved.json()["state"]), (200, &json!("approved")));
    }
    // One write, whatever the time: those that are approved already.
    let first = release(&asker).await;
    assert_eq!(first, json!({ "released": 2, "hasMore": true }));
    assert_eq!(counts(&asker).await["validated"], 3, "the others wait still");
    assert_eq!(release(&asker).await, json!({ "released": 3, "hasMore": false }));
    assert_eq!(release(&asker).await, json!({ "released": 0, "hasMore": false }));
    went_once(&world, &asker, &ids).await;
    is_in_the_document(&first);
    gateway.stop().await;
}

/// The document of the REST interface promises every field of this answer.
fn is_in_the_document(answer: &Value) {
    let document: Value = serde_json::from_str(&gateway::openapi_json()).expect("JSON");
    let operation = &document["paths"]["/api/v1/companies/{company}/invoices/release"]["post"];
    let schema = &operation["responses"]["200"]["content"]["application/json"]["schema"]["$ref"];
    assert_eq!(schema, "#/components/schemas/ReleasedResource", "{operation:#}");
    let resource = &document["components"]["schemas"]["ReleasedResource"];
    let promised: BTreeSet<&str> =
        resource["required"].as_array().expect("a list").iter().filter_map(Value::as_str).collect();
    let answered: BTreeSet<&str> =
        answer.as_object().expect("an object").keys().map(String::as_str).collect();
    assert_eq!(promised, answered);
    let told = resource["properties"]["hasMore"]["description"].as_str().unwrap_or_default();
    assert!(told.contains("ask again"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_who_release_at_once_are_told_each_his_own() {
    let (world, gateway, asker) = office(None).await;
    let ids = hand_over(&asker, 6).await;
    let (one, other) = tokio::join!(release(&asker), release(&asker));
    let released = [&one, &other].map(|answer| answer["released"].as_u64().expect("a number"));
    assert_eq!(released.iter().sum::<u64>(), 6, "{one} {other}");
    assert_eq!((&one["hasMore"], &other["hasMore"]), (&json!(false), &json!(false)));
    went_once(&world, &asker, &ids).await;
    gateway.stop().await;
}
