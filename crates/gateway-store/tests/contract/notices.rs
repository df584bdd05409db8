//! Notices, webhooks and deliveries: told once, in the transaction of what they tell, in order.

use gateway_store::{
    AttemptEnd, ClaimedWebhook, DeliveryState, Fence, KeptOutage, NewWebhook, NoticeKind, OutageTelling,
    PurchaseRole, ReceivedInvoice, Replay, SaleMove, StoreError, Telling, Then, WebhookChange,
};
use jiff::civil::date;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::fixture::{Fixture, hash_of, now, number, reason, session};
use crate::on_both;

on_both!(
    what_happens_to_sales_is_told,
    purchases_are_told_in_hundreds_with_their_cursors,
    nothing_is_told_of_what_was_not_committed,
    what_was_told_once_is_not_told_again,
    an_outage_is_told_once_and_its_end_after_it,
    webhooks_are_kept_changed_and_removed,
    deliveries_follow_what_a_webhook_wants,
    a_webhook_is_sent_to_by_one_node,
    attempts_are_noted_and_failure_switches_off,
    events_are_delivered_once_more,
    old_notices_are_forgotten_unless_wanted,
);

async fn what_happens_to_sales_is_told(fixture: Fixture) {
    let sales = [fixture.sale("1").await, fixture.sale("2").await, fixture.sale("3").await];
    for sale in &sales {
        fixture.moves(sale, SaleMove::StartSending { session: session(1) }).await.expect("moved");
    }
    let mut moves = Vec::new();
    for (place, sale) in sales.iter().take(2).enumerate() {
        let by = SaleMove::Number { number: number(place as u64), upo_session: session(1), ksef_mode: None };
        moves.push(gateway_store::Moving::plain(sale.id, by));
    }
    moves.push(gateway_store::Moving::plain(sales[2].id, SaleMove::Reject { reason: reason("ksef.410") }));
    // Not where it begins any more: nothing is told of it.
    let again = SaleMove::Number { number: number(9), upo_session: session(1), ksef_mode: None };
    moves.push(gateway_store::Moving::plain(sales[0].id, again));
    fixture.writer.move_sales(&moves, "bramka", None, now()).await.expect("the database works");

    let told = fixture.store.notices(&fixture.company, 0, 10).await.expect("read");
    assert_eq!(
        told.iter().map(|one| (one.number, one.kind, one.things)).collect::<Vec<_>>(),
        [(1, NoticeKind::InvoicesNumbered, 2), (2, NoticeKind::InvoicesRejected, 1)]
    );
    let item = &told[0].data["items"][0];
    assert_eq!(item["invoiceNumber"], "1");
    assert_eq!(item["ksefNumber"], number(0).as_str());
    assert_eq!(told[1].data["items"][0]["reason"], "ksef.410");
    assert_eq!(fixture.store.last_notice(&fixture.company).await.expect("read"), 2);
    let rest = fixture.store.notices(&fixture.company, 1, 10).await.expect("read");
    assert_eq!(rest.len(), 1);
    assert_ne!(told[0].id, told[1].id);
}

async fn purchases_are_told_in_hundreds_with_their_cursors(fixture: Fixture) {
    let fence = fixture.purchases_claimed().await;
    receive(&fixture, &fence, PurchaseRole::Buyer, 0..250).await;
    // Again, and in another role: nothing new.
    receive(&fixture, &fence, PurchaseRole::Third, 0..250).await;
    // Own sales are no news.
    receive(&fixture, &fence, PurchaseRole::Seller, 300..310).await;
    let told = fixture.store.notices(&fixture.company, 0, 10).await.expect("read");
    let cursors: Vec<_> = told
        .iter()
        .map(|one| {
            (
                one.things,
                one.data["after"].as_str().expect("a cursor"),
                one.data["upTo"].as_str().expect("a cursor"),
            )
        })
        .collect();
    assert_eq!(cursors, [(100, "0", "100"), (100, "100", "200"), (50, "200", "250")]);
    let numbers: Vec<_> = told.iter().flat_map(|one| one.data["items"].as_array().expect("items")).collect();
    assert_eq!(numbers.len(), 250);
    assert_eq!(numbers[249]["ksefNumber"], number(249).as_str());
    assert!(numbers.iter().all(|item| item["id"].is_string()));
}

async fn nothing_is_told_of_what_was_not_committed(fixture: Fixture) {
    let fence = fixture.purchases_claimed().await;
    let (_, other) = fixture.another_node().await;
    other.free_work("node-1").await.expect("freed");
    let lost = fixture
        .writer
        .receive_purchases(&fence, PurchaseRole::Buyer, &[received(1)], now())
        .await
        .expect_err("the lease is lost");
    assert!(matches!(lost, StoreError::LeaseLost { .. }));
    assert_eq!(fixture.store.last_notice(&fixture.company).await.expect("read"), 0);
}

async fn what_was_told_once_is_not_told_again(fixture: Fixture) {
    let telling = |key: &str| Telling { key: key.into(), only_after: None, item: json!({ "key": key }) };
    let tell = async |keys: &[&str]| {
        let tellings: Vec<_> = keys.iter().map(|key| telling(key)).collect();
        let kind = NoticeKind::DeadlineNear;
        fixture.writer.tell_once(&fixture.company, kind, &tellings, now()).await.expect("told")
    };
    assert_eq!(tell(&["a", "b", "a"]).await, 2);
    assert_eq!(tell(&["b", "c"]).await, 1);
    assert_eq!(tell(&["a"]).await, 0);
    let told = fixture.store.notices(&fixture.company, 0, 10).await.expect("read");
    assert_eq!(told.iter().map(|one| one.things).collect::<Vec<_>>(), [2, 1]);
    assert_eq!(told[1].data["items"][0]["key"], "c");
}

async fn an_outage_is_told_once_and_its_end_after_it(fixture: Fixture) {
    let outage = |ended: Option<Timestamp>| KeptOutage {
        reference: "7/K/1".into(),
        kind: "failure".into(),
        started: now(),
        ended,
        captured: now(),
        evidence: "{}".into(),
    };
    let telling = |kind, key: &str, only_after: Option<&str>| OutageTelling {
        kind,
        telling: Telling {
            key: key.into(),
            only_after: only_after.map(Into::into),
            item: json!({ "kind": "failure" }),
        },
        companies: vec![fixture.company.clone()],
    };
    let began = telling(NoticeKind::OutageBegan, "outage/7/began", None);
    let ended = telling(NoticeKind::OutageEnded, "outage/7/ended", Some("outage/7/began"));
    let unheard = telling(NoticeKind::OutageEnded, "outage/8/ended", Some("outage/8/began"));
    let keep = async |outage: KeptOutage, telling: &OutageTelling| {
        fixture.writer.keep_outage("test", &outage, Some(telling)).await.expect("kept")
    };
    assert!(keep(outage(None), &began).await);
    assert!(!keep(outage(None), &began).await, "the same every minute");
    assert!(keep(outage(Some(now())), &ended).await);
    assert!(!keep(outage(Some(now())), &ended).await);
    let other = KeptOutage { reference: "8/K/1".into(), ..outage(Some(now())) };
    assert!(!keep(other, &unheard).await, "of what was never told the end is not told");
    let told = fixture.store.notices(&fixture.company, 0, 10).await.expect("read");
    let kinds: Vec<_> = told.iter().map(|one| one.kind).collect();
    assert_eq!(kinds, [NoticeKind::OutageBegan, NoticeKind::OutageEnded]);
}

async fn webhooks_are_kept_changed_and_removed(fixture: Fixture) {
    add(&fixture, "a", &[NoticeKind::InvoicesNumbered]).await;
    add(&fixture, "b", &[]).await;
    let found = fixture.store.webhooks(&fixture.company).await.expect("read");
    assert_eq!(found.iter().map(|one| one.id.as_str()).collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!((found[0].kinds.len(), found[1].kinds.len()), (1, 0));
    let (_, secret) = fixture.store.webhook(&fixture.company, "a").await.expect("read").expect("there");
    assert_eq!(secret, b"sealed");

    let change = WebhookChange { name: Some("ERP"), is_active: Some(false), ..WebhookChange::default() };
    fixture.writer.change_webhook(&fixture.company, "a", &change).await.expect("changed");
    fixture.writer.set_webhook_secret(&fixture.company, "a", b"other").await.expect("changed");
    let (found, secret) = fixture.store.webhook(&fixture.company, "a").await.expect("read").expect("there");
    assert_eq!((found.name.as_str(), found.is_active, secret.as_slice()), ("ERP", false, &b"other"[..]));
    assert_eq!(found.kinds, [NoticeKind::InvoicesNumbered], "what is not named stays");

    let stranger = ksef_id::ContextIdentifier::parse("3333333333").expect("a NIP");
    let unknown = |outcome: Result<(), StoreError>| matches!(outcome, Err(StoreError::UnknownWebhook { .. }));
    assert!(unknown(fixture.writer.remove_webhook(&stranger, "a").await), "another company's");
    assert!(unknown(fixture.writer.change_webhook(&fixture.company, "c", &change).await));
    assert!(unknown(fixture.writer.set_webhook_secret(&stranger, "a", b"").await));
    assert!(fixture.store.webhook(&stranger, "a").await.expect("read").is_none());
    fixture.writer.remove_webhook(&fixture.company, "a").await.expect("removed");
    assert_eq!(fixture.store.webhooks(&fixture.company).await.expect("read").len(), 1);
    for number in 0..19 {
        add(&fixture, &format!("more-{number}"), &[]).await;
    }
    let outcome = fixture.writer.add_webhook(&new(&fixture, "one-too-many", &[]), now()).await;
    assert!(matches!(outcome, Err(StoreError::TooManyWebhooks)));
}

async fn deliveries_follow_what_a_webhook_wants(fixture: Fixture) {
    add(&fixture, "numbers", &[NoticeKind::InvoicesNumbered, NoticeKind::InvoicesRejected]).await;
    add(&fixture, "all", &[]).await;
    add(&fixture, "off", &[]).await;
    let off = WebhookChange { is_active: Some(false), ..WebhookChange::default() };
    fixture.writer.change_webhook(&fixture.company, "off", &off).await.expect("changed");
    tell(&fixture, NoticeKind::DeadlineNear, "1").await;
    tell(&fixture, NoticeKind::InvoicesNumbered, "2").await;
    let waiting = async |id: &str| fixture.store.deliveries(id, None, 10).await.expect("read").len();
    assert_eq!((waiting("numbers").await, waiting("all").await, waiting("off").await), (1, 2, 0));
    let claimed = claim(&fixture, "node-1").await;
    assert_eq!(claimed.len(), 2);
    let all = claimed.iter().find(|one| one.id == "all").expect("claimed");
    let due = fixture.store.due_deliveries(all, 10, soon()).await.expect("read");
    let kinds: Vec<_> = due.iter().map(|one| one.notice.kind).collect();
    assert_eq!(kinds, [NoticeKind::DeadlineNear, NoticeKind::InvoicesNumbered], "in their order");
    assert_eq!(fixture.store.webhooks(&fixture.company).await.expect("read")[0].waiting, 2);
}

async fn a_webhook_is_sent_to_by_one_node(fixture: Fixture) {
    add(&fixture, "a", &[]).await;
    assert!(claim(&fixture, "node-1").await.is_empty(), "nothing is due");
    assert_eq!(fixture.store.next_delivery().await.expect("read"), None);
    tell(&fixture, NoticeKind::DeadlineNear, "1").await;
    assert!(fixture.store.next_delivery().await.expect("read").is_some_and(|due| due <= soon()));
    let claimed = claim(&fixture, "node-1").await.pop().expect("free");
    assert!(claim(&fixture, "node-2").await.is_empty(), "held");
    assert!(fixture.store.next_delivery().await.expect("read").is_some_and(|due| due > soon()));
    // The holder is gone and starts again.
    fixture.writer.free_webhooks("node-1").await.expect("freed");
    let again = claim(&fixture, "node-1").await.pop().expect("free again");
    let delivery = fixture.store.due_deliveries(&again, 1, soon()).await.expect("read").pop().expect("due");
    let is_ours = fixture
        .writer
        .end_attempt(&claimed, delivery.position, &end(Then::Delivered), now())
        .await
        .expect("the database works");
    assert!(!is_ours, "the former claim writes nothing");
    let later = soon() + SignedDuration::from_secs(90);
    let until = later + SignedDuration::from_mins(1);
    let taken = fixture.writer.claim_webhooks("node-2", 5, later, until).await.expect("claimed");
    assert_eq!(taken.len(), 1, "a claim that ran out is anybody's");
}

async fn attempts_are_noted_and_failure_switches_off(fixture: Fixture) {
    add(&fixture, "a", &[]).await;
    tell(&fixture, NoticeKind::DeadlineNear, "1").await;
    let claimed = claim(&fixture, "node-1").await.pop().expect("free");
    let due = fixture.store.due_deliveries(&claimed, 1, soon()).await.expect("read").pop().expect("due");
    let later = soon() + SignedDuration::from_secs(30);
    let ended = async |claimed: &ClaimedWebhook, then| {
        let is_ours = fixture.writer.end_attempt(claimed, due.position, &end(then), now()).await;
        assert!(is_ours.expect("the database works"));
    };
    ended(&claimed, Then::Again(later)).await;
    fixture.writer.release_webhook(&claimed, later).await.expect("released");
    let log = fixture.store.deliveries("a", None, 10).await.expect("read").remove(0);
    assert_eq!((log.state, log.attempts, log.status), (DeliveryState::Pending, 1, Some(500)));
    assert_eq!((log.trouble.as_deref(), log.took_ms, log.due_at), (Some("no answer"), Some(12), later));
    let found = fixture.store.webhooks(&fixture.company).await.expect("read").remove(0);
    assert!(found.failing_since.is_some() && found.is_active);
    assert!(claim(&fixture, "node-1").await.is_empty(), "it rests");

    let until = later + SignedDuration::from_mins(1);
    let claimed = fixture.writer.claim_webhooks("node-1", 5, later, until).await.expect("claimed").remove(0);
    assert_eq!(claimed.failures, 1);
    ended(&claimed, Then::SwitchedOff).await;
    let found = fixture.store.webhooks(&fixture.company).await.expect("read").remove(0);
    assert!(!found.is_active && found.switched_off_at.is_some());
    let told = fixture.store.notices(&fixture.company, 0, 10).await.expect("read");
    assert_eq!(told[1].kind, NoticeKind::WebhookSwitchedOff);
    assert_eq!(told[1].data["items"][0]["id"], "a");
    let log = fixture.store.deliveries("a", None, 10).await.expect("read");
    assert_eq!((log.len(), log[0].state), (1, DeliveryState::GivenUp), "it is not told of its own end");

    let on = WebhookChange { is_active: Some(true), ..WebhookChange::default() };
    fixture.writer.change_webhook(&fixture.company, "a", &on).await.expect("changed");
    let found = fixture.store.webhooks(&fixture.company).await.expect("read").remove(0);
    assert!(found.is_active && found.failing_since.is_none() && found.switched_off_at.is_none());
}

async fn events_are_delivered_once_more(fixture: Fixture) {
    tell(&fixture, NoticeKind::DeadlineNear, "1").await;
    add(&fixture, "a", &[NoticeKind::DeadlineNear]).await;
    tell(&fixture, NoticeKind::DeadlineNear, "2").await;
    tell(&fixture, NoticeKind::InvoicesNumbered, "3").await;
    let claimed = claim(&fixture, "node-1").await.pop().expect("free");
    let due = fixture.store.due_deliveries(&claimed, 9, soon()).await.expect("read");
    assert_eq!(due.len(), 1);
    let outcome = fixture.writer.end_attempt(&claimed, due[0].position, &end(Then::Delivered), now()).await;
    assert!(outcome.expect("the database works"));
    fixture.writer.release_webhook(&claimed, now()).await.expect("released");
    let replay = async |what: Replay<'_>| {
        fixture.writer.replay(&fixture.company, "a", what, soon()).await.expect("replayed")
    };
    assert_eq!(replay(Replay::Deliveries(&[due[0].position, 12_345])).await, 1);
    assert_eq!(replay(Replay::Since(now() + SignedDuration::from_secs(1))).await, 0, "nothing is so new");
    assert_eq!(replay(Replay::Since(now())).await, 1, "the one that was told before the webhook was made");
    let claimed = claim(&fixture, "node-1").await.pop().expect("free");
    let due = fixture.store.due_deliveries(&claimed, 9, soon()).await.expect("read");
    assert_eq!(due.iter().map(|one| one.notice.number).collect::<Vec<_>>(), [1, 2]);
    assert!(due.iter().all(|one| one.attempts == 0));
    let outcome = fixture.writer.replay(&fixture.company, "b", Replay::Since(now()), now()).await;
    assert!(matches!(outcome, Err(StoreError::UnknownWebhook { .. })));
}

async fn old_notices_are_forgotten_unless_wanted(fixture: Fixture) {
    tell(&fixture, NoticeKind::DeadlineNear, "1").await;
    add(&fixture, "a", &[]).await;
    tell(&fixture, NoticeKind::DeadlineNear, "2").await;
    let later = now() + SignedDuration::from_secs(1);
    assert_eq!(fixture.writer.forget_notices(now(), now()).await.expect("forgotten"), 0, "not older");
    assert_eq!(fixture.writer.forget_notices(later, now()).await.expect("forgotten"), 1);
    let left = fixture.store.notices(&fixture.company, 0, 10).await.expect("read");
    assert_eq!(left.iter().map(|one| one.number).collect::<Vec<_>>(), [2], "a delivery waits for it");
    // Keys last longer: what was told is not told again.
    tell(&fixture, NoticeKind::DeadlineNear, "1").await;
    assert_eq!(fixture.store.last_notice(&fixture.company).await.expect("read"), 2);
}

/// Deliveries are due by the machine's clock.
fn soon() -> Timestamp {
    let soon = Timestamp::now() + SignedDuration::from_secs(5);
    // Milliseconds are what the database keeps.
    Timestamp::from_millisecond(soon.as_millisecond()).expect("a time")
}

fn end(then: Then) -> AttemptEnd {
    AttemptEnd { tried_at: now(), took_ms: 12, status: Some(500), trouble: Some("no answer".into()), then }
}

async fn claim(fixture: &Fixture, node: &str) -> Vec<ClaimedWebhook> {
    let until = soon() + SignedDuration::from_mins(1);
    fixture.writer.claim_webhooks(node, 5, soon(), until).await.expect("the database works")
}

fn new<'a>(fixture: &'a Fixture, id: &'a str, kinds: &'a [NoticeKind]) -> NewWebhook<'a> {
    NewWebhook {
        id,
        company: &fixture.company,
        name: "",
        url: "https://example.com/",
        kinds,
        secret: b"sealed",
        created_by: "user:test",
    }
}

async fn add(fixture: &Fixture, id: &str, kinds: &[NoticeKind]) {
    fixture.writer.add_webhook(&new(fixture, id, kinds), now()).await.expect("added");
}

async fn tell(fixture: &Fixture, kind: NoticeKind, key: &str) {
    let telling = Telling { key: key.into(), only_after: None, item: json!({ "key": key }) };
    fixture.writer.tell_once(&fixture.company, kind, &[telling], now()).await.expect("told");
}

async fn receive(fixture: &Fixture, fence: &Fence, role: PurchaseRole, numbers: std::ops::Range<u64>) {
    let invoices: Vec<_> = numbers.map(received).collect();
    fixture.writer.receive_purchases(fence, role, &invoices, now()).await.expect("written");
}

fn received(place: u64) -> ReceivedInvoice {
    let text = format!("<Faktura>{place}</Faktura>");
    ReceivedInvoice {
        ksef_number: number(place),
        received_on: date(2026, 11, 22),
        facts: crate::purchases::facts(&format!("F/{place}")),
        copy_key: format!("1111111111|F/{place}"),
        sha256: hash_of(&text),
        content: text.into_bytes(),
        is_external: false,
        invoicing_date: Some(now()),
        acquired_at: Some(now()),
        permanent_storage_date: Some(now()),
        findings: None,
        thirds: Vec::new(),
        orders: Vec::new(),
        assignment: gateway_store::Assignment::default(),
    }
}
