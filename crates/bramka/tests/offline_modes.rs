//! Every way of issuing offline once, through the gateway and on the simulator's clock: chosen by itself from its own
//! requests and Latarnia together, counted down, followed when KSeF's troubles go on, sent when they end.

mod support;

use jiff::SignedDuration;
use ksef_sim::{Fault, FaultRule, Target};
use serde_json::{Value, json};
use support::{COMPANY, ServedGateway, World, invoice};

/// A world whose clock shows this, with a company that issues offline when KSeF cannot be reached.
async fn at(now: &str) -> (World, ServedGateway) {
    let world = World::new(COMPANY).await;
    world.with_clock_and_offline();
    world.control("/control/clock", &json!({ "now": now })).await;
    let gateway = world.serve(None);
    gateway.set_sending(COMPANY, "immediateOrOffline", "automatic").await;
    (world, gateway)
}

/// KSeF answers nothing but pages of its gateway from now on.
fn away(world: &World) {
    let down = FaultRule::always(Target::Everything, Fault::FailBeforeWork { status: 503 });
    world.simulator.plan(down).expect("a rule");
}

async fn latarnia(world: &World, events: Value) {
    world.control("/control/latarnia", &json!({ "events": events })).await;
}

async fn taken(gateway: &ServedGateway, day: &str) -> String {
    let xml = invoice(day).replace("<P_1>2026-11-01</P_1>", &format!("<P_1>{day}</P_1>"));
    let (status, taken) = gateway.post(COMPANY, day, xml.as_bytes()).await.expect("an answer");
    assert_eq!(status, 201, "{taken:#}");
    taken["id"].as_str().expect("an id").to_owned()
}

async fn shown(gateway: &ServedGateway, id: &str) -> Value {
    gateway.json(&format!("/api/v1/companies/{COMPANY}/invoices/{id}")).await
}

/// Lets minutes pass until the invoice is issued offline.
async fn issued(world: &World, gateway: &ServedGateway, id: &str) -> Value {
    for _ in 0..20 {
        let invoice = shown(gateway, id).await;
        if invoice["state"] == "offlineIssued" {
            return invoice;
        }
        world.pass(SignedDuration::from_mins(1)).await;
    }
    panic!("it is not issued offline: {:#}", shown(gateway, id).await);
}

/// KSeF is back at this time, and the invoice reaches its end.
async fn back(world: &World, gateway: &ServedGateway, id: &str, now: &str) -> Value {
    world.control("/control/clock", &json!({ "now": now })).await;
    world.simulator.clear_faults();
    for _ in 0..20 {
        let invoice = shown(gateway, id).await;
        if invoice["isFinal"] == true {
            assert_eq!(invoice["state"], "stored", "{invoice:#}");
            assert_eq!(world.simulator.inspect().submissions.len(), 1);
            return invoice;
        }
        world.pass(SignedDuration::from_mins(5)).await;
    }
    panic!("it does not come to its end: {:#}", shown(gateway, id).await);
}

/// Waits until the last day for sending is this.
async fn due(world: &World, gateway: &ServedGateway, id: &str, expected: Option<&str>) {
    for _ in 0..10 {
        if shown(gateway, id).await["dueOn"].as_str() == expected {
            return;
        }
        world.rest().await;
    }
    panic!("{expected:?} was expected: {:#}", shown(gateway, id).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn offline24_by_itself_before_christmas() {
    // Wednesday, 23 December 2026: the next working day comes after Christmas Eve, Christmas and a weekend.
    let (world, gateway) = at("2026-12-23T13:00:00Z").await;
    away(&world);
    let id = taken(&gateway, "2026-12-23").await;
    let invoice = issued(&world, &gateway, &id).await;
    assert_eq!(
        (&invoice["mode"], &invoice["dueOn"]),
        (&json!("offline24"), &json!("2026-12-28")),
        "{invoice:#}"
    );
    assert_eq!(invoice["deadline"]["alarm"], "soon", "{invoice:#}");
    let given = gateway.json(&format!("/api/v1/companies/{COMPANY}/invoices/{id}/handover")).await;
    assert_eq!(given["document"], "transactionConfirmation", "{given:#}");
    back(&world, &gateway, &id, "2026-12-24T09:00:00Z").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn announced_works_over_a_weekend() {
    let (world, gateway) = at("2026-03-13T19:30:00Z").await;
    latarnia(
        &world,
        json!([{ "category": "MAINTENANCE", "start": "2026-03-13T19:00:00Z", "end": "2026-03-15T19:00:00Z",
                 "announced": "2026-03-10T09:00:00Z" }]),
    )
    .await;
    away(&world);
    let id = taken(&gateway, "2026-03-13").await;
    let invoice = issued(&world, &gateway, &id).await;
    assert_eq!(
        (&invoice["mode"], &invoice["dueOn"]),
        (&json!("unavailability"), &json!("2026-03-16")),
        "{invoice:#}"
    );
    back(&world, &gateway, &id, "2026-03-15T20:00:00Z").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_before_easter_and_one_after_it() {
    let (world, gateway) = at("2026-04-01T08:00:00Z").await;
    let first =
        |end: Option<&str>| json!({ "category": "FAILURE", "start": "2026-04-01T06:00:00Z", "end": end });
    latarnia(&world, json!([first(None)])).await;
    away(&world);
    let id = taken(&gateway, "2026-04-01").await;
    let invoice = issued(&world, &gateway, &id).await;
    assert_eq!(invoice["mode"], "failure", "{invoice:#}");
    due(&world, &gateway, &id, None).await;
    // It ends before Easter: seven working days without Good Friday's weekend and Easter Monday.
    world.control("/control/clock", &json!({ "now": "2026-04-02T11:00:00Z" })).await;
    latarnia(&world, json!([first(Some("2026-04-02T10:00:00Z"))])).await;
    due(&world, &gateway, &id, Some("2026-04-14")).await;
    // A further one on the last day: counted anew from its end.
    world.control("/control/clock", &json!({ "now": "2026-04-14T12:00:00Z" })).await;
    let second =
        json!({ "category": "FAILURE", "start": "2026-04-14T08:00:00Z", "end": "2026-04-14T11:00:00Z" });
    latarnia(&world, json!([first(Some("2026-04-02T10:00:00Z")), second])).await;
    due(&world, &gateway, &id, Some("2026-04-23")).await;
    // In failure mode the buyer is given the invoice itself.
    let given = gateway.json(&format!("/api/v1/companies/{COMPANY}/invoices/{id}/handover")).await;
    assert_eq!(given["document"], "invoice", "{given:#}");
    let ended = back(&world, &gateway, &id, "2026-04-14T13:00:00Z").await;
    assert_eq!(ended["mode"], "failure", "what was declared is never taken back");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_total_failure_leaves_no_duty_and_no_codes() {
    let (world, gateway) = at("2026-06-10T08:00:00Z").await;
    latarnia(&world, json!([{ "category": "TOTAL_FAILURE", "start": "2026-06-10T07:00:00Z", "end": null }]))
        .await;
    away(&world);
    let id = taken(&gateway, "2026-06-10").await;
    let invoice = issued(&world, &gateway, &id).await;
    assert_eq!((&invoice["mode"], &invoice["dueOn"]), (&json!("totalFailure"), &Value::Null), "{invoice:#}");
    let given = gateway.json(&format!("/api/v1/companies/{COMPANY}/invoices/{id}/handover")).await;
    assert!(given["certificateLink"].is_null(), "{given:#}");
}

/// The guide's example (`tryby-offline.md`; its dates, not its weekday names), day by day as more becomes known.
#[tokio::test(flavor = "multi_thread")]
async fn the_guides_example_on_the_clock() {
    let (world, gateway) = at("2025-07-08T10:00:00Z").await;
    gateway.set_sending(COMPANY, "manual", "automatic").await;
    let id = taken(&gateway, "2025-07-08").await;
    let away = format!("/api/v1/companies/{COMPANY}/sending");
    let off =
        json!({ "policy": "manual", "upoMode": "automatic", "sessionAgeS": 7200, "isSendingOn": false });
    assert_eq!(gateway.say("PUT", &away, &off).await.0, 200);
    let offline = format!("/api/v1/companies/{COMPANY}/invoices/{id}/offline");
    let (status, answer) = gateway.say("POST", &offline, &json!({ "mode": "offline24" })).await;
    assert_eq!(status, 200, "{answer:#}");
    due(&world, &gateway, &id, Some("2025-07-09")).await;
    world.control("/control/clock", &json!({ "now": "2025-07-09T09:00:00Z" })).await;
    let failure =
        |end: Option<&str>| json!([{ "category": "FAILURE", "start": "2025-07-09T08:00:00Z", "end": end }]);
    latarnia(&world, failure(None)).await;
    due(&world, &gateway, &id, None).await;
    world.control("/control/clock", &json!({ "now": "2025-07-12T11:00:00Z" })).await;
    latarnia(&world, failure(Some("2025-07-12T10:00:00Z"))).await;
    due(&world, &gateway, &id, Some("2025-07-22")).await;
}
