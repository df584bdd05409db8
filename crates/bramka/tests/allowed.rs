//! What must be allowed before KSeF takes it, and what midnight makes of an invoice: held or issued right, never refused for good.

mod support;

use ksef_sim::Limits;
use ksef_wire::{
    AuthorizedEntityType, EntityAuthorizationPermissionType, EntityAuthorizationPermissionsGrantRequest,
    EntityDetails, Operation, TypedIdentifier,
};
use serde_json::json;
use support::{COMPANY, CONTRACTOR, ServedGateway, World, invoice, invoice_with_attachment};

/// A gateway at this moment of the simulator's clock, whose company sends at once, or offline where KSeF cannot be reached.
async fn at(now: &str) -> (World, ServedGateway) {
    let world = World::with_limits(COMPANY, Limits::Off).await;
    world.with_clock_and_offline();
    world.control("/control/clock", &json!({ "now": now })).await;
    let gateway = world.serve(None);
    (world, gateway)
}

async fn taken(gateway: &ServedGateway, xml: &str) -> String {
    let (status, taken) = gateway.post(COMPANY, "key", xml.as_bytes()).await.expect("an answer");
    assert_eq!(status, 201, "{taken:#}");
    taken["id"].as_str().expect("an id").to_owned()
}

fn let_pass(world: &World, minutes: i64) {
    world
        .simulator
        .clock()
        .advance(jiff::SignedDuration::from_mins(minutes))
        .expect("within the clock's range");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_attachment_waits_for_the_consent_and_then_goes_by_batch() {
    let (world, gateway) = at("2026-12-01T09:00:00Z").await;
    let id = taken(&gateway, &invoice_with_attachment("1")).await;
    // What goes by batch gathers for a while.
    let_pass(&world, 16);
    let waiting = gateway.wait_reason(COMPANY, &id, "wait.attachmentConsent").await;
    assert_eq!(waiting["state"], "waiting");
    for lang in ["pl", "en"] {
        let words = waiting["reason"]["message"][lang].as_str().expect("words");
        assert!(words.contains("bramka guide attachments"), "{words}");
    }
    assert_eq!(world.simulator.inspect().count(Operation::BatchSessionOpen), 0, "nothing was tried");

    world.allow_attachments().await;
    let_pass(&world, 16);
    gateway.wait_state(COMPANY, &id, "stored").await;
    assert!(world.simulator.inspect().count(Operation::BatchSessionOpen) > 0);
    assert_eq!(world.simulator.inspect().count(Operation::OnlineInvoiceSend), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn self_billing_waits_for_the_sellers_grant() {
    let (world, gateway) = at("2026-12-01T09:00:00Z").await;
    let xml = invoice("1")
        .replace(COMPANY, CONTRACTOR)
        .replace("4444444444", COMPANY)
        .replace("<P_17>2</P_17>", "<P_17>1</P_17>");
    let id = taken(&gateway, &xml).await;
    let waiting = gateway.wait_reason(COMPANY, &id, "wait.selfInvoicing").await;
    assert_eq!(waiting["reason"]["text"], CONTRACTOR);
    assert_eq!(world.simulator.inspect().count(Operation::OnlineInvoiceSend), 0, "nothing was tried");

    let grant = EntityAuthorizationPermissionsGrantRequest {
        subject_identifier: TypedIdentifier { kind: AuthorizedEntityType::Nip, value: COMPANY.to_owned() },
        permission: EntityAuthorizationPermissionType::SelfInvoicing,
        description: "samofakturowanie".to_owned(),
        subject_details: EntityDetails { full_name: "Firma z testu".to_owned() },
    };
    world.access_of(CONTRACTOR).grant_authorization(&grant).await.expect("granted");
    let_pass(&world, 6);
    gateway.wait_state(COMPANY, &id, "stored").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn just_before_midnight_an_invoice_gets_both_codes_where_its_policy_lets_it() {
    // A minute before midnight in Warsaw.
    for (policy, mode) in [("immediateOrOffline", "offline24"), ("immediate", "online")] {
        let (_world, gateway) = at("2026-12-01T22:59:00Z").await;
        gateway.set_sending(COMPANY, policy, "automatic").await;
        let id = taken(&gateway, &invoice("1").replace("2026-11-01", "2026-12-01")).await;
        let stored = gateway.wait_state(COMPANY, &id, "stored").await;
        assert_eq!(stored["mode"], mode, "{policy}");
        let shown = if mode == "online" { "Online" } else { "Offline" };
        assert_eq!(stored["ksefMode"], shown, "{policy}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_after_its_day_is_marked_by_ksef_and_has_no_term() {
    let (_world, gateway) = at("2026-12-01T23:30:00Z").await;
    let id = taken(&gateway, &invoice("1").replace("2026-11-01", "2026-12-01")).await;
    let stored = gateway.wait_state(COMPANY, &id, "stored").await;
    assert_eq!((&stored["mode"], &stored["ksefMode"]), (&json!("online"), &json!("Offline")));
    assert!(stored["dueOn"].is_null() && stored["deadline"].is_null(), "{stored:#}");
}
