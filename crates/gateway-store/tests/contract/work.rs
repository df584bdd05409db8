//! Leases: one node works for a company at a time, and any other takes over.

use gateway_store::{Moving, OtherNodes, Reason, SaleMove, SpendingWriter, StoreError, WorkKind};
use jiff::SignedDuration;

use crate::fixture::{Fixture, in_a_minute, now, session};

crate::on_both!(
    work_is_claimed_by_one_node_at_a_time,
    who_lost_the_lease_writes_nothing,
    a_bell_that_rang_meanwhile_is_heard,
    many_nodes_share_many_companies,
    all_work_of_a_company_is_one_nodes,
    what_a_clock_ahead_put_off_is_due_once_it_is_set_back,
    taking_in_and_working_do_not_wait_for_each_other_crosswise,
    nodes_that_share_a_database_know_how_many_they_are,
);

async fn nodes_that_share_a_database_know_how_many_they_are(fixture: Fixture) {
    let Some(first) = fixture.store.spending() else {
        assert!(!fixture.store.is_shared(), "a file has one node");
        return;
    };
    let second = fixture.another_node().await.0.spending().expect("shared as the first");
    let others = async |nodes: &SpendingWriter, name| nodes.alive(name).await.expect("told");
    let told = |count, was_here| OtherNodes { count, was_here };
    assert_eq!(others(&first, "node-1").await, told(0, false));
    assert_eq!(others(&second, "node-2").await, told(1, false));
    assert_eq!(others(&first, "node-1").await, told(1, true));
    second.gone("node-2").await.expect("it stopped");
    assert_eq!(others(&first, "node-1").await, told(0, true));
    // A node that died says nothing, and is forgotten after a few seconds.
    others(&second, "node-2").await;
    tokio::time::sleep(std::time::Duration::from_millis(5100)).await;
    assert_eq!(others(&first, "node-1").await, told(0, false));
}

async fn taking_in_and_working_do_not_wait_for_each_other_crosswise(fixture: Fixture) {
    let fence = fixture.claimed().await;
    let (_, second) = fixture.another_node().await;
    // One writes invoices and wakes the work, the other holds the work and writes what the company is told.
    let taking = async {
        for number in 0..ROUNDS {
            second.take_sales(&[fixture.new_sale(&format!("FV/{number}"))], now()).await?;
        }
        Ok::<(), StoreError>(())
    };
    let working = async {
        for number in 0..ROUNDS {
            let sale = fixture.sale(&format!("FS/{number}")).await;
            fixture.writer.session_opened(&fence, &session(number), now()).await?;
            let sending = SaleMove::StartSending { session: session(number) };
            let refused = SaleMove::Reject { reason: crate::fixture::reason("ksef.450") };
            for by in [sending, refused] {
                let moves = [Moving::plain(sale.id, by)];
                for outcome in fixture.writer.move_sales(&moves, "bramka", Some(&fence), now()).await? {
                    outcome?;
                }
            }
        }
        Ok::<(), StoreError>(())
    };
    let (taken, worked) = tokio::join!(taking, working);
    taken.expect("every invoice is taken in");
    worked.expect("every session is written down");
}

/// Enough for two to meet in the few steps in which they may.
const ROUNDS: u64 = 200;

async fn what_a_clock_ahead_put_off_is_due_once_it_is_set_back(fixture: Fixture) {
    // The machine begins in a year that is not: it claims work, holds an invoice, and puts the rest off.
    let ahead = now() + SignedDuration::from_hours(4 * 365 * 24);
    let until = ahead + SignedDuration::from_mins(1);
    let sale = fixture.sale("FV/1").await;
    let claimed = fixture.writer.claim_work("node-1", 10, ahead, until).await.expect("claimed");
    assert_eq!(claimed.len(), 2);
    let (purchases, sales) = match claimed[0].kind {
        WorkKind::Purchases => (&claimed[0], &claimed[1]),
        WorkKind::Sales => (&claimed[1], &claimed[0]),
    };
    let reason = Reason { code: "wait.original".into(), text: "it waits".into() };
    let held = [(sale.id, reason, Some(until))];
    fixture.writer.note_reasons(&held, Some(sales), ahead).await.expect("noted");
    assert!(fixture.store.waiting(&fixture.company, ahead).await.expect("read").is_empty(), "it is held");
    fixture.writer.release_work(purchases, until, ahead).await.expect("given back");
    // The clock is set right. Nobody renews that lease: its holder is gone.
    let (_, second) = fixture.another_node().await;
    let claimed = second.claim_work("node-2", 10, now(), in_a_minute()).await.expect("claimed");
    assert_eq!(claimed.len(), 2, "both are due now, though one was put off and one was held");
    assert_eq!(fixture.store.waiting(&fixture.company, now()).await.expect("read")[0].count, 1);
    // An hour ahead is no mistake.
    for fence in &claimed {
        second.release_work(fence, now() + SignedDuration::from_hours(1), now()).await.expect("given back");
    }
    assert!(second.claim_work("node-2", 10, now(), in_a_minute()).await.expect("asked").is_empty());
}

async fn work_is_claimed_by_one_node_at_a_time(fixture: Fixture) {
    let (_, second) = fixture.another_node().await;
    let first = fixture.writer.claim_work("node-1", 10, now(), in_a_minute()).await.expect("claimed");
    assert_eq!(first.len(), 2, "sales and purchases");
    assert!(second.claim_work("node-2", 10, now(), in_a_minute()).await.expect("asked").is_empty());
    // The first one died: its lease runs out.
    let later = in_a_minute() + SignedDuration::from_secs(1);
    let until = later + SignedDuration::from_mins(1);
    let taken_over = second.claim_work("node-2", 10, later, until).await.expect("claimed");
    assert_eq!(taken_over.len(), 2);
    assert!(!fixture.writer.renew_lease(&first[0], until).await.expect("asked"), "it is another's now");
    assert!(second.renew_lease(&taken_over[0], until).await.expect("asked"));
    // Giving back what is lost changes nothing; giving back what is held does.
    fixture.writer.release_work(&first[0], later, later).await.expect("asked");
    assert!(second.claim_work("node-3", 10, later, until).await.expect("asked").is_empty());
    for fence in &taken_over {
        second.release_work(fence, until, later).await.expect("given back");
    }
    assert_eq!(fixture.store.next_due().await.expect("read"), Some(until));
}

async fn who_lost_the_lease_writes_nothing(fixture: Fixture) {
    let sale = fixture.sale("FV/1").await;
    let lost = fixture.claimed().await;
    let later = in_a_minute() + SignedDuration::from_secs(1);
    let until = later + SignedDuration::from_mins(1);
    let (_, second) = fixture.another_node().await;
    let held = second.claim_work("node-2", 10, later, until).await.expect("claimed");
    let held = held.into_iter().find(|fence| fence.kind == WorkKind::Sales).expect("sales");

    let moves = [Moving::plain(sale.id, SaleMove::StartSending { session: session(1) })];
    let refused = fixture.writer.move_sales(&moves, "bramka", Some(&lost), now()).await;
    assert!(matches!(refused, Err(StoreError::LeaseLost { .. })));
    let refused = fixture.writer.session_opened(&lost, &session(1), now()).await;
    assert!(matches!(refused, Err(StoreError::LeaseLost { .. })));
    let refused = fixture.writer.batch_opened(&lost, &session(1), &[sale.id], now()).await;
    assert!(matches!(refused, Err(StoreError::LeaseLost { .. })));
    assert_eq!(fixture.found(&sale).await, sale);
    assert!(fixture.store.unsettled_sessions(&fixture.company).await.expect("read").is_empty());
    let moved = second.move_sales(&moves, "bramka", Some(&held), now()).await.expect("it holds the lease");
    assert!(moved[0].is_ok());
}

async fn a_bell_that_rang_meanwhile_is_heard(fixture: Fixture) {
    let fence = fixture.claimed().await;
    fixture.sale("FV/1").await;
    let tomorrow = now() + SignedDuration::from_hours(24);
    fixture.writer.release_work(&fence, tomorrow, now()).await.expect("given back");
    let again = fixture.claimed().await;
    assert_eq!(again.epoch, fence.epoch + 1);
    fixture.writer.release_work(&again, tomorrow, now()).await.expect("given back");
    let claims = fixture.writer.claim_work("node-1", 10, now(), in_a_minute()).await.expect("asked");
    assert!(claims.iter().all(|fence| fence.kind != WorkKind::Sales), "nobody rang: tomorrow is soon enough");
    fixture.writer.ring(&fixture.company, WorkKind::Sales, now()).await.expect("rung");
    fixture.claimed().await;
}

async fn all_work_of_a_company_is_one_nodes(fixture: Fixture) {
    let (_, second) = fixture.another_node().await;
    let mine = fixture.writer.claim_work("node-1", 1, now(), in_a_minute()).await.expect("claimed");
    assert_eq!(mine.len(), 1);
    assert!(second.claim_work("node-2", 10, now(), in_a_minute()).await.expect("asked").is_empty());
    assert_eq!(
        fixture.writer.claim_work("node-1", 10, now(), in_a_minute()).await.expect("asked").len(),
        1,
        "the node that has one may have the other"
    );
}

async fn many_nodes_share_many_companies(fixture: Fixture) {
    let contexts: Vec<_> = (0..40)
        .map(|place| ksef_id::ContextIdentifier::parse(&format!("{:010}", 1_000_000_000_u64 + place)))
        .filter_map(Result::ok)
        .collect();
    fixture.writer.add_companies(&contexts, now()).await.expect("added");
    let mut nodes = Vec::new();
    for _ in 0..4 {
        nodes.push(fixture.another_node().await.1);
    }
    let claims = nodes.iter().enumerate().map(|(place, node)| async move {
        let mut mine = Vec::new();
        loop {
            let more =
                node.claim_work(&format!("node-{place}"), 3, now(), in_a_minute()).await.expect("claimed");
            if more.is_empty() {
                return mine;
            }
            mine.extend(more.into_iter().map(|fence| (fence.company.to_string(), fence.kind.as_str())));
        }
    });
    let mut all = Vec::new();
    let tasks: Vec<_> = claims.collect();
    for mine in futures_of(tasks).await {
        all.extend(mine);
    }
    let count = all.len();
    all.sort();
    all.dedup();
    assert_eq!((all.len(), count), ((contexts.len() + 1) * 2, (contexts.len() + 1) * 2), "each once");
}

/// All of them at once.
async fn futures_of<T>(futures: Vec<impl Future<Output = T>>) -> Vec<T> {
    let mut pinned: Vec<_> = futures.into_iter().map(Box::pin).collect();
    let mut done: Vec<Option<T>> = pinned.iter().map(|_| None).collect();
    std::future::poll_fn(move |context| {
        for (future, place) in pinned.iter_mut().zip(&mut done) {
            if place.is_none()
                && let std::task::Poll::Ready(value) = future.as_mut().poll(context)
            {
                *place = Some(value);
            }
        }
        if done.iter().all(Option::is_some) {
            std::task::Poll::Ready(done.iter_mut().filter_map(Option::take).collect())
        } else {
            std::task::Poll::Pending
        }
    })
    .await
}
