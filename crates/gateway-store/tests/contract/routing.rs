//! Whose purchases are, and who sees what of them: every query that shows purchases, with a view and without.

use std::collections::BTreeMap;

use gateway_access::{PasswordHash, Reach, Role};
use gateway_store::{
    Approval, Assignment, Fence, NewUnit, NewUser, PurchaseEvent, PurchaseFilter, PurchaseRole, PurchaseSort,
    PurchaseState, PurchaseView, ReceivedInvoice, RoutingRule, StoreError,
};
use jiff::civil::date;
use ksef_id::{CollectiveNumber, ContextIdentifier};

use crate::fixture::{Fixture, hash_of, now, number};
use crate::purchases::received;

crate::on_both!(
    what_arrives_is_somebodys_at_once,
    every_query_shows_a_restricted_view_only_what_is_its_own,
    who_comes_to_a_unit_or_leaves_it_sees_no_more,
    nobody_is_overruled_by_rules_that_are_applied_later,
    rules_are_kept_in_their_order,
    what_people_say_stands_in_the_history,
);

async fn user(fixture: &Fixture, login: &str) -> String {
    let password = PasswordHash::from_text("x".to_owned());
    let new = NewUser { login, name: "", password: &password, roles: &BTreeMap::new() };
    fixture.writer.access().add_user(&new, now()).await.expect("added")
}

async fn unit(
    fixture: &Fixture,
    company: &ContextIdentifier,
    identifier: &str,
    members: &[String],
) -> String {
    let new = NewUnit { id: &format!("unit-{identifier}"), company, identifier, name: "Szkoła", members };
    fixture.writer.put_unit(&new, now()).await.expect("kept");
    let units = fixture.store.units(company).await.expect("read");
    units.into_iter().find(|unit| unit.identifier == identifier).expect("there").id
}

fn to(persons: &[&String], units: &[&String]) -> Assignment {
    let own = |all: &[&String]| all.iter().map(|one| (*one).clone()).collect();
    Assignment { persons: own(persons), units: own(units), detail: "reguła".into() }
}

fn assigned(technical: u64, assignment: Assignment) -> ReceivedInvoice {
    ReceivedInvoice { assignment, ..received(technical) }
}

async fn receive(fixture: &Fixture, fence: &Fence, invoices: &[ReceivedInvoice]) {
    fixture.writer.receive_purchases(fence, PurchaseRole::Buyer, invoices, now()).await.expect("received");
}

async fn position(fixture: &Fixture, technical: u64) -> i64 {
    let found = fixture
        .store
        .purchase_with_number(&fixture.company, PurchaseView::Everything, &number(technical))
        .await;
    found.expect("read").expect("there").position
}

async fn view_of(fixture: &Fixture, user: &str) -> PurchaseView {
    fixture.store.purchase_view(&fixture.company, user).await.expect("read")
}

async fn what_arrives_is_somebodys_at_once(fixture: Fixture) {
    // Before there is another company, whose work could be claimed as well.
    let fence = fixture.purchases_claimed().await;
    let ala = user(&fixture, "ala").await;
    let school = unit(&fixture, &fixture.company, "5265877635-00017", &[]).await;
    let elsewhere = ContextIdentifier::parse("3333333333").expect("a NIP");
    fixture.writer.add_companies(std::slice::from_ref(&elsewhere), now()).await.expect("added");
    let foreign = unit(&fixture, &elsewhere, "3333333333-00001", &[]).await;
    let gone = "01890000-0000-7000-8000-000000000001".to_owned();
    receive(
        &fixture,
        &fence,
        &[
            assigned(1, to(&[&ala], &[&school])),
            assigned(2, Assignment::default()),
            assigned(3, to(&[&gone, &ala], &[])),
            // Another company's unit gets nothing, whatever is asked for.
            assigned(4, to(&[], &[&foreign])),
        ],
    )
    .await;
    let assignees = async |technical| {
        let found = fixture.store.assignees(position(&fixture, technical).await).await.expect("read");
        (found.persons.join(","), found.units.into_iter().map(|(id, _)| id).collect::<Vec<_>>().join(","))
    };
    let words = |one: &str, other: &str| (one.to_owned(), other.to_owned());
    assert_eq!(assignees(1).await, words("ala", "5265877635-00017"));
    assert_eq!(assignees(2).await, words("", ""));
    assert_eq!(assignees(3).await, words("ala", ""));
    assert_eq!(assignees(4).await, words("", ""));
    let history = fixture.store.purchase_history(position(&fixture, 1).await).await.expect("read");
    let told: Vec<_> = history.iter().map(|entry| (entry.event, entry.detail.as_deref())).collect();
    assert_eq!(told, [(PurchaseEvent::Assigned, Some("reguła"))]);
    assert!(fixture.store.purchase_history(position(&fixture, 2).await).await.expect("read").is_empty());
    // What comes again stays whose it is.
    receive(&fixture, &fence, &[assigned(1, Assignment::default()), assigned(2, to(&[&ala], &[]))]).await;
    assert_eq!(assignees(1).await, words("ala", "5265877635-00017"));
    assert_eq!(assignees(2).await, words("", ""), "it is no longer new");
    // Who is removed has nothing any more.
    let boss = BTreeMap::from([(Reach::All, Role::Administrator)]);
    let password = PasswordHash::from_text("x".to_owned());
    let boss = NewUser { login: "szef", name: "", password: &password, roles: &boss };
    fixture.writer.access().add_user(&boss, now()).await.expect("added");
    fixture.writer.access().remove_user(&ala).await.expect("removed");
    assert_eq!(assignees(1).await, words("", "5265877635-00017"));
}

async fn every_query_shows_a_restricted_view_only_what_is_its_own(fixture: Fixture) {
    let (store, company) = (&fixture.store, &fixture.company);
    let (ala, jan) = (user(&fixture, "ala").await, user(&fixture, "jan").await);
    let school = unit(&fixture, company, "5265877635-00017", std::slice::from_ref(&jan)).await;
    let fence = fixture.purchases_claimed().await;
    receive(
        &fixture,
        &fence,
        &[
            assigned(1, to(&[&ala], &[])),
            assigned(2, to(&[], &[&school])),
            assigned(3, to(&[&ala], &[&school])),
            assigned(4, Assignment::default()),
        ],
    )
    .await;
    assert_eq!(view_of(&fixture, &ala).await, PurchaseView::Everything, "until somebody says otherwise");
    fixture.writer.restrict_view(company, &ala, true).await.expect("said");
    let everything = PurchaseView::Everything;
    for (view, seen) in [
        (everything, vec![1, 2, 3, 4]),
        (view_of(&fixture, &ala).await, vec![1, 3]),
        (view_of(&fixture, &jan).await, vec![2, 3]),
    ] {
        let numbers = |found: Vec<gateway_store::Purchase>| -> Vec<u64> {
            let of = |technical: &u64| number(*technical);
            let found: Vec<_> = found.into_iter().filter_map(|one| one.ksef_number).collect();
            assert!(found.iter().all(|one| (1..=4).any(|technical| of(&technical) == *one)));
            (1..=4).filter(|technical| found.contains(&of(technical))).collect()
        };
        let filter = PurchaseFilter::default;
        let search = PurchaseFilter { search: Some("Z/".into()), ..filter() };
        assert_eq!(numbers(store.purchases(company, view, 0, 10).await.expect("read").items), seen);
        assert_eq!(numbers(store.newest_purchases(company, view, 10).await.expect("read")), seen);
        assert_eq!(numbers(store.purchase_changes(company, view, 0, 10).await.expect("read").items), seen);
        for filter in [filter(), search] {
            let by = store.purchases_by(company, view, &filter, PurchaseSort::IssueDate, true, 0, 10).await;
            assert_eq!(numbers(by.expect("read")), seen);
            let after = store.purchases_after(company, view, &filter, 0, 10).await;
            assert_eq!(numbers(after.expect("read")), seen);
        }
        let free = PurchaseFilter { is_assigned: Some(false), ..filter() };
        let free = store.purchases_by(company, view, &free, PurchaseSort::Arrival, false, 0, 10).await;
        assert_eq!(numbers(free.expect("read")), if view == everything { vec![4] } else { vec![] });
        let taken = PurchaseFilter { is_assigned: Some(true), ..filter() };
        let taken = store.purchases_by(company, view, &taken, PurchaseSort::Arrival, false, 0, 10).await;
        assert_eq!(
            numbers(taken.expect("read")),
            seen.iter().copied().filter(|one| *one < 4).collect::<Vec<_>>()
        );
        let many = i64::try_from(seen.len()).expect("few");
        assert_eq!(store.purchase_counts(company, view).await.expect("read"), [(PurchaseState::New, many)]);
        assert_eq!(store.new_purchase_count(company, view, 100).await.expect("read"), many);
        assert_eq!(store.new_purchase_count(company, view, 1).await.expect("read"), 1);
        let days = store.purchases_by_day(company, view, date(2026, 1, 1), date(2026, 12, 31)).await;
        assert_eq!(days.expect("read").iter().map(|(_, count)| count).sum::<i64>(), many);
        let mut positions = Vec::new();
        for technical in 1..=4 {
            let at = position(&fixture, technical).await;
            positions.push(at);
            let is_seen = seen.contains(&technical);
            let by_number = store.purchase_with_number(company, view, &number(technical)).await;
            assert_eq!(by_number.expect("read").is_some(), is_seen, "{technical}");
            assert_eq!(store.purchase(company, view, at).await.expect("read").is_some(), is_seen);
            let key = &received(technical).copy_key;
            let copies = store.purchases_with_copy_key(company, view, key).await.expect("read");
            assert_eq!(copies.is_empty(), !is_seen);
        }
        assert_eq!(store.seen_purchases(company, view, &positions).await.expect("read").len(), seen.len());
    }
    // Of several invoices under one identifier all must be seen.
    let list = format!("{}\n{}", number(1), number(2));
    let key = hash_of("both");
    fixture.writer.want_collective(company, &key, &list, now()).await.expect("wanted");
    let made: CollectiveNumber = COLLECTIVE.parse().expect("a collective identifier");
    fixture.writer.collective_made(company, &key, &made).await.expect("made");
    let count = async |view| store.collectives(company, view, 10).await.expect("read").len();
    assert_eq!(count(everything).await, 1);
    assert_eq!(count(view_of(&fixture, &ala).await).await, 0);
}

async fn who_comes_to_a_unit_or_leaves_it_sees_no_more(fixture: Fixture) {
    let company = &fixture.company;
    let ala = user(&fixture, "ala").await;
    let only = std::slice::from_ref(&ala);
    let is_restricted = async || !view_of(&fixture, &ala).await.is_everything();
    let school = unit(&fixture, company, "5265877635-00017", &[]).await;
    assert!(!is_restricted().await);
    assert_eq!(unit(&fixture, company, "5265877635-00017", only).await, school, "the same unit");
    assert!(is_restricted().await, "who comes to a unit sees what is its own");
    let fence = fixture.purchases_claimed().await;
    receive(&fixture, &fence, &[assigned(1, to(&[], &[&school]))]).await;
    let sees = async || {
        let view = view_of(&fixture, &ala).await;
        fixture.store.purchases(company, view, 0, 10).await.expect("read").items.len()
    };
    assert_eq!(sees().await, 1);
    unit(&fixture, company, "5265877635-00017", &[]).await;
    assert_eq!((is_restricted().await, sees().await), (true, 0), "leaving shows nobody more");
    fixture.writer.restrict_view(company, &ala, false).await.expect("said");
    unit(&fixture, company, "5265877635-00018", only).await;
    fixture.writer.restrict_view(company, &ala, false).await.expect("said");
    unit(&fixture, company, "5265877635-00018", only).await;
    assert!(!is_restricted().await, "what was said of a member stays");
    assert!(fixture.writer.remove_unit(company, "5265877635-00017").await.expect("removed"));
    assert!(!fixture.writer.remove_unit(company, "5265877635-00017").await.expect("it is gone"));
    let units = fixture.store.units(company).await.expect("read");
    assert_eq!(units.iter().map(|unit| unit.members.as_slice()).collect::<Vec<_>>(), [only]);
    let left = fixture.store.assignees(position(&fixture, 1).await).await.expect("read");
    assert!(left.units.is_empty(), "a unit that is gone has nothing");
}

async fn nobody_is_overruled_by_rules_that_are_applied_later(fixture: Fixture) {
    let company = &fixture.company;
    let (ala, jan) = (user(&fixture, "ala").await, user(&fixture, "jan").await);
    let fence = fixture.purchases_claimed().await;
    receive(&fixture, &fence, &[received(1), received(2), received(3)]).await;
    let free = async || {
        let found = fixture.store.unassigned_purchases(company, 0, 10).await.expect("read");
        found.into_iter().map(|one| one.position).collect::<Vec<_>>()
    };
    let found = free().await;
    assert_eq!(found.len(), 3);
    // Somebody assigns one by hand while the rules are applied.
    let by_hand = to(&[&jan], &[]);
    fixture.writer.assign_purchase(company, found[0], &by_hand, "szef", now()).await.expect("assigned");
    let by_rules =
        [(found[0], to(&[&ala], &[])), (found[1], to(&[&ala], &[])), (found[2], Assignment::default())];
    let applied = fixture.writer.assign_unassigned(company, &by_rules, "szef", now()).await;
    assert_eq!(applied.expect("assigned"), 1);
    let persons = async |at| fixture.store.assignees(at).await.expect("read").persons;
    assert_eq!((persons(found[0]).await, persons(found[1]).await), (vec!["jan".into()], vec!["ala".into()]));
    assert_eq!(free().await, [found[2]]);
    // Programs that read the changes see whose it is now.
    let changes =
        fixture.store.purchase_changes(company, PurchaseView::Everything, 3, 10).await.expect("read").items;
    assert_eq!(changes.iter().map(|one| one.position).collect::<Vec<_>>(), [found[0], found[1]]);
    // To nobody again.
    fixture
        .writer
        .assign_purchase(company, found[0], &Assignment::default(), "szef", now())
        .await
        .expect("done");
    assert_eq!(free().await, [found[0], found[2]]);
    let unknown = fixture.writer.assign_purchase(company, 999, &by_hand, "szef", now()).await;
    assert!(matches!(unknown, Err(StoreError::UnknownPurchase { position: 999 })));
}

async fn rules_are_kept_in_their_order(fixture: Fixture) {
    let company = &fixture.company;
    let rule = |name: &str| RoutingRule {
        name: name.into(),
        seller: Some("1111111111".into()),
        gross_from: Some(100),
        persons: vec!["a".into(), "b".into()],
        ..RoutingRule::default()
    };
    let rules = [rule("druga"), rule("pierwsza"), RoutingRule { units: vec!["u".into()], ..rule("") }];
    fixture.writer.set_routing_rules(company, &rules).await.expect("kept");
    assert_eq!(fixture.store.routing_rules(company).await.expect("read"), rules);
    fixture.writer.set_routing_rules(company, &rules[1..2]).await.expect("kept");
    assert_eq!(fixture.store.routing_rules(company).await.expect("read"), rules[1..2]);
    fixture.writer.set_routing_rules(company, &[]).await.expect("kept");
    assert!(fixture.store.routing_rules(company).await.expect("read").is_empty());
}

async fn what_people_say_stands_in_the_history(fixture: Fixture) {
    let company = &fixture.company;
    let fence = fixture.purchases_claimed().await;
    receive(&fixture, &fence, &[received(1)]).await;
    let at = position(&fixture, 1).await;
    let approve = async |approval, reason: &str| {
        fixture.writer.approve_purchase(company, at, approval, reason, "ala", now()).await.expect("written");
        let found = fixture.store.purchase(company, PurchaseView::Everything, at).await.expect("read");
        assert_eq!(found.expect("there").approval, approval);
        let found = async |approval| {
            let filter = PurchaseFilter { approval: Some(approval), ..PurchaseFilter::default() };
            let (view, sort) = (PurchaseView::Everything, PurchaseSort::Arrival);
            fixture.store.purchases_by(company, view, &filter, sort, false, 0, 10).await.expect("read").len()
        };
        for other in [None, Some(Approval::Approved), Some(Approval::Rejected)] {
            assert_eq!(found(other).await, usize::from(other == approval));
        }
    };
    fixture.writer.comment_purchase(company, at, "Czyje to?", "jan", now()).await.expect("written");
    approve(Some(Approval::Rejected), "nie zamawialiśmy").await;
    approve(None, "").await;
    approve(Some(Approval::Approved), "").await;
    let history = fixture.store.purchase_history(at).await.expect("read");
    let told: Vec<_> =
        history.iter().map(|one| (one.actor.as_str(), one.event, one.detail.as_deref())).collect();
    assert_eq!(
        told,
        [
            ("jan", PurchaseEvent::Commented, Some("Czyje to?")),
            ("ala", PurchaseEvent::Rejected, Some("nie zamawialiśmy")),
            ("ala", PurchaseEvent::Undecided, None),
            ("ala", PurchaseEvent::Approved, None),
        ]
    );
    let unknown = fixture.writer.comment_purchase(company, 999, "?", "jan", now()).await;
    assert!(matches!(unknown, Err(StoreError::UnknownPurchase { position: 999 })));
}

/// A collective identifier as KSeF makes them.
const COLLECTIVE: &str = "1111111111-IZ202607-65ED02180000-E7";
