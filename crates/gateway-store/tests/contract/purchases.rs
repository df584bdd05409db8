//! Purchases: each once, its changes in an order that nobody misses a part of, copies tied to what they are copies of.

use gateway_store::{
    Confirmation, EnteredDocument, Moving, PurchaseDocument, PurchaseEvent, PurchaseExport, PurchaseFacts,
    PurchaseFilter, PurchaseOrigin, PurchaseRole, PurchaseSort, PurchaseState, PurchaseView, Reading,
    ReceivedInvoice, SaleMove, StoreError, WorkKind,
};
use jiff::civil::date;
use jiff::{SignedDuration, Timestamp};
use ksef_id::{ReferenceKind, ReferenceNumber};

use crate::fixture::{Fixture, hash_of, in_a_minute, invoice, now, number, session};

crate::on_both!(
    an_invoice_is_kept_once_in_all_its_roles,
    own_sales_are_tied_to_ours_and_others_stand_by_themselves,
    changes_are_read_without_a_gap_and_acknowledged,
    states_move_as_they_may,
    what_was_entered_by_hand_gets_its_document,
    a_copy_is_tied_when_the_invoice_comes,
    lists_are_filtered,
    the_cursor_moves_only_from_where_it_was_found,
    who_lost_the_lease_receives_nothing,
    packages_are_remembered_until_they_are_taken,
);

pub(crate) fn facts(text: &str) -> PurchaseFacts {
    PurchaseFacts {
        form: "FA(3)".into(),
        kind: "Vat".into(),
        invoice_number: text.into(),
        seller_id: Some("1111111111".into()),
        seller_name: Some("Sprzedawca".into()),
        buyer_id: Some("5265877635".into()),
        buyer_name: None,
        issue_date: date(2026, 11, 21),
        sale_date: Some(date(2026, 11, 20)),
        due_date: None,
        net: Some("10.00".into()),
        vat: Some("2.30".into()),
        gross: "12.30".into(),
        gross_minor: 1230,
        currency: "PLN".into(),
        account: None,
        order_number: None,
        is_split_payment: false,
        is_paid: false,
    }
}

fn key(text: &str) -> String {
    format!("1111111111|{text}")
}

pub(crate) fn received(technical: u64) -> ReceivedInvoice {
    let text = format!("Z/{technical}");
    ReceivedInvoice {
        ksef_number: number(technical),
        received_on: date(2026, 11, 22),
        facts: facts(&text),
        copy_key: key(&text),
        sha256: hash_of(&text),
        content: format!("<Faktura>{text}</Faktura>").into_bytes(),
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

fn entered(text: &str, technical: Option<u64>) -> EnteredDocument {
    EnteredDocument {
        is_sale: false,
        ksef_number: technical.map(number),
        mode: "online".into(),
        received_on: date(2026, 11, 22),
        facts: facts(text),
        copy_key: key(text),
        note: None,
    }
}

async fn an_invoice_is_kept_once_in_all_its_roles(fixture: Fixture) {
    let fence = fixture.purchases_claimed().await;
    let invoices: Vec<_> = (1..=700).map(received).collect();
    let receive = async |role, invoices: &[ReceivedInvoice]| {
        fixture.writer.receive_purchases(&fence, role, invoices, now()).await.expect("received")
    };
    assert_eq!(receive(PurchaseRole::Buyer, &invoices).await, 700);
    assert_eq!(receive(PurchaseRole::Buyer, &invoices).await, 0, "known");
    assert_eq!(receive(PurchaseRole::Third, &invoices[..2]).await, 0, "the same in another role");
    let twice = [received(900), received(900)];
    assert_eq!(receive(PurchaseRole::Buyer, &twice).await, 1, "told twice in one list");

    let company = &fixture.company;
    let first = fixture
        .store
        .purchase_with_number(company, PurchaseView::Everything, &number(1))
        .await
        .expect("read")
        .expect("there");
    assert_eq!(first.roles, [PurchaseRole::Buyer, PurchaseRole::Third]);
    assert_eq!((first.origin, first.state), (PurchaseOrigin::Ksef, PurchaseState::New));
    assert_eq!(first.facts, facts("Z/1"));
    let document =
        fixture.store.purchase_document(first.position, PurchaseDocument::Xml).await.expect("read");
    assert_eq!(document.expect("there").content.as_deref(), Some(b"<Faktura>Z/1</Faktura>".as_slice()));
    let elsewhere = ReceivedInvoice { is_external: true, ..received(901) };
    assert_eq!(receive(PurchaseRole::Buyer, &[elsewhere]).await, 1);
    let found = fixture
        .store
        .purchase_with_number(company, PurchaseView::Everything, &number(901))
        .await
        .expect("read")
        .expect("there");
    let document = fixture.store.purchase_document(found.position, PurchaseDocument::Xml).await;
    let document = document.expect("read").expect("known");
    assert_eq!((document.content, document.sha256), (None, hash_of("Z/901")), "its bytes rest elsewhere");

    let mut after = 0;
    let mut seen = Vec::new();
    loop {
        let page =
            fixture.store.purchases(company, PurchaseView::Everything, after, 300).await.expect("a page");
        seen.extend(page.items.iter().map(|purchase| purchase.arrival));
        let Some(next) = page.next else { break };
        after = next;
    }
    assert_eq!(seen, (1..=700).chain([703, 704]).collect::<Vec<_>>(), "in the order of arrival");
    let numbers = [number(1), number(3), number(999)];
    let known = fixture.store.known_purchases(company, PurchaseRole::Third, &numbers).await.expect("read");
    assert_eq!(known.len(), 1, "in this role one is known");
}

async fn own_sales_are_tied_to_ours_and_others_stand_by_themselves(fixture: Fixture) {
    let ours = fixture.sale("FV/1").await;
    let moves = [SaleMove::StartSending { session: session(1) }, SaleMove::Accept { reference: invoice(1) }];
    for by in moves {
        fixture.moves(&ours, by).await.expect("moved");
    }
    let fence = fixture.purchases_claimed().await;
    // KSeF tells of it before its verdict is written down here: it is known by its bytes.
    let by_bytes = ReceivedInvoice { sha256: ours.sha256.clone(), ..received(1) };
    let elsewhere = received(2);
    let invoices = [by_bytes, elsewhere];
    let new = fixture.writer.receive_purchases(&fence, PurchaseRole::Seller, &invoices, now()).await;
    assert_eq!(new.expect("received"), 2);
    let company = &fixture.company;
    assert!(
        fixture
            .store
            .purchases(company, PurchaseView::Everything, 0, 10)
            .await
            .expect("read")
            .items
            .is_empty(),
        "no purchases"
    );
    let sales = async |is_made_elsewhere| {
        let filter = PurchaseFilter {
            role: Some(PurchaseRole::Seller),
            is_made_elsewhere,
            ..PurchaseFilter::default()
        };
        let found = fixture
            .store
            .purchases_by(company, PurchaseView::Everything, &filter, PurchaseSort::Arrival, false, 0, 10)
            .await;
        found.expect("read").into_iter().map(|sale| (sale.ksef_number, sale.sale_id)).collect::<Vec<_>>()
    };
    assert_eq!(sales(false).await, [(Some(number(1)), Some(ours.id)), (Some(number(2)), None)]);
    assert_eq!(sales(true).await, [(Some(number(2)), None)]);
    let again = fixture.writer.receive_purchases(&fence, PurchaseRole::Seller, &invoices, now()).await;
    assert_eq!(again.expect("received"), 0, "also the one whose document is kept with the sale");
}

async fn changes_are_read_without_a_gap_and_acknowledged(fixture: Fixture) {
    let fence = fixture.purchases_claimed().await;
    let company = &fixture.company;
    let invoices: Vec<_> = (1..=5).map(received).collect();
    fixture.writer.receive_purchases(&fence, PurchaseRole::Buyer, &invoices, now()).await.expect("received");
    let changes = async |after| {
        let page =
            fixture.store.purchase_changes(company, PurchaseView::Everything, after, 3).await.expect("read");
        (page.items.iter().map(|one| one.facts.invoice_number.clone()).collect::<Vec<_>>(), page.next)
    };
    assert_eq!(fixture.store.last_purchase_change(company).await.expect("read"), 5);
    let (first, next) = changes(0).await;
    assert_eq!((first, next), (vec!["Z/1".to_owned(), "Z/2".into(), "Z/3".into()], Some(3)));
    // While a reader is at it, one that it has and one that it has not change.
    let position = async |technical| {
        let found = fixture
            .store
            .purchase_with_number(company, PurchaseView::Everything, &number(technical))
            .await
            .expect("read");
        found.expect("there").position
    };
    for technical in [1, 4] {
        let position = position(technical).await;
        let moved =
            fixture.writer.move_purchase(company, position, PurchaseState::Booked, "erp", now()).await;
        moved.expect("moved");
    }
    let (second, next) = changes(3).await;
    assert_eq!((second, next), (vec!["Z/5".to_owned(), "Z/1".into(), "Z/4".into()], None), "each once");
    assert_eq!(changes(7).await, (Vec::new(), None));

    let acknowledge = async |up_to| {
        fixture.writer.acknowledge_purchases(company, "erp", up_to, now()).await.expect("written")
    };
    assert_eq!(acknowledge(3).await, 3);
    assert_eq!(acknowledge(2).await, 3, "never back");
    assert_eq!(acknowledge(100).await, 7, "never what is not there yet");
    let readers = fixture.store.purchase_readers(company).await.expect("read");
    assert_eq!((readers[0].name.as_str(), readers[0].acknowledged), ("erp", 7));
    for place in 0..99 {
        let name = format!("reader-{place}");
        fixture.writer.acknowledge_purchases(company, &name, 1, now()).await.expect("written");
    }
    let one_more = fixture.writer.acknowledge_purchases(company, "one more", 1, now()).await;
    assert!(matches!(one_more, Err(StoreError::TooManyReaders)));
    assert_eq!(acknowledge(7).await, 7, "who is known stays");
}

async fn states_move_as_they_may(fixture: Fixture) {
    let fence = fixture.purchases_claimed().await;
    let company = &fixture.company;
    fixture
        .writer
        .receive_purchases(&fence, PurchaseRole::Buyer, &[received(1)], now())
        .await
        .expect("received");
    let purchase = async || {
        fixture
            .store
            .purchase_with_number(company, PurchaseView::Everything, &number(1))
            .await
            .expect("read")
            .expect("there")
    };
    let position = purchase().await.position;
    let go = async |to| fixture.writer.move_purchase(company, position, to, "person", now()).await;
    go(PurchaseState::Seen).await.expect("moved");
    go(PurchaseState::Seen).await.expect("it is there already");
    go(PurchaseState::Booked).await.expect("moved");
    let refused = go(PurchaseState::SetAside).await;
    assert!(matches!(
        refused,
        Err(StoreError::PurchaseNotMovable { from: PurchaseState::Booked, to: PurchaseState::SetAside })
    ));
    assert_eq!(purchase().await.state, PurchaseState::Booked);
    let history = fixture.store.purchase_history(position).await.expect("read");
    let told: Vec<_> = history.iter().map(|entry| (entry.event, entry.detail.as_deref())).collect();
    assert_eq!(told, [(PurchaseEvent::Moved, Some("seen")), (PurchaseEvent::Moved, Some("booked"))]);
    // Who looks at it late takes nothing back.
    fixture.writer.see_purchase(company, position, "person", now()).await.expect("looked at");
    assert_eq!(purchase().await.state, PurchaseState::Booked);
    let unknown = fixture.writer.move_purchase(company, 999, PurchaseState::Seen, "person", now()).await;
    assert!(matches!(unknown, Err(StoreError::UnknownPurchase { position: 999 })));
    assert_eq!(
        fixture.store.purchase_counts(company, PurchaseView::Everything).await.expect("read"),
        [(PurchaseState::Booked, 1)]
    );
}

async fn what_was_entered_by_hand_gets_its_document(fixture: Fixture) {
    let company = &fixture.company;
    let enter = async |text: &str, technical| {
        fixture.writer.enter_document(company, &entered(text, Some(technical)), "person", now()).await
    };
    let known = enter("Z/1", 1).await.expect("entered");
    let unknown = enter("Z/2", 2).await.expect("entered");
    let again = enter("Z/1", 1).await;
    assert!(matches!(again, Err(StoreError::PurchaseKnown { position }) if position == known));
    let pending = fixture.store.unconfirmed_purchases(company, 10).await.expect("read");
    assert_eq!(pending.len(), 2);
    let fence = fixture.purchases_claimed().await;
    let new = fixture.writer.receive_purchases(&fence, PurchaseRole::Buyer, &[received(1)], now()).await;
    assert_eq!(new.expect("received"), 0);
    fixture.writer.purchase_not_confirmed(company, unknown, "ksef.21164", now()).await.expect("noted");
    let confirmation = async |position| {
        let found = fixture
            .store
            .purchase(company, PurchaseView::Everything, position)
            .await
            .expect("read")
            .expect("there");
        (found.confirmation, found.sha256.is_some())
    };
    assert_eq!(confirmation(known).await, (Some(Confirmation::Confirmed), true));
    assert_eq!(confirmation(unknown).await, (Some(Confirmation::Unknown), false));
    assert!(fixture.store.unconfirmed_purchases(company, 10).await.expect("read").is_empty());
    let document = fixture.store.purchase_document(known, PurchaseDocument::Xml).await.expect("read");
    assert!(document.is_some());
    let scan = ("application/pdf", &hash_of("scan"), Some(b"%PDF".as_slice()));
    fixture.writer.put_scan(company, unknown, scan, "person", now()).await.expect("kept");
    let found = fixture.store.purchase_document(unknown, PurchaseDocument::Scan).await.expect("read");
    assert_eq!(found.expect("there").media_type, "application/pdf");
}

async fn a_copy_is_tied_when_the_invoice_comes(fixture: Fixture) {
    let company = &fixture.company;
    let copy =
        fixture.writer.enter_document(company, &entered("Z/1", None), "mail", now()).await.expect("entered");
    let booked =
        fixture.writer.enter_document(company, &entered("Z/2", None), "mail", now()).await.expect("entered");
    let again = fixture.writer.enter_document(company, &entered("Z/1", None), "mail", now()).await;
    assert!(matches!(again, Err(StoreError::PurchaseKnown { position }) if position == copy));
    // Of a seller without an identifier the name and the number say whether it is the same.
    let nameless = async |name: &str, number: &str| {
        let mut one = EnteredDocument { copy_key: String::new(), ..entered(number, None) };
        (one.facts.seller_id, one.facts.seller_name) =
            (None, Some(name.to_owned()).filter(|name| !name.is_empty()));
        fixture.writer.enter_document(company, &one, "mail", now()).await
    };
    let first = nameless("", "P/1").await.expect("entered");
    for (name, number) in [("", "P/2"), ("Kiosk", "P/1"), ("Sklep", "P/1")] {
        nameless(name, number).await.unwrap_or_else(|error| panic!("{name} {number}: {error}"));
    }
    let again = nameless("", "P/1").await;
    assert!(matches!(again, Err(StoreError::PurchaseKnown { position }) if position == first), "{again:?}");
    assert!(matches!(nameless("Kiosk", "P/1").await, Err(StoreError::PurchaseKnown { .. })));
    fixture
        .writer
        .move_purchase(company, booked, PurchaseState::Booked, "person", now())
        .await
        .expect("moved");
    let fence = fixture.purchases_claimed().await;
    let invoices = [received(1), received(2)];
    fixture.writer.receive_purchases(&fence, PurchaseRole::Buyer, &invoices, now()).await.expect("received");
    let state = async |position| {
        let found = fixture
            .store
            .purchase(company, PurchaseView::Everything, position)
            .await
            .expect("read")
            .expect("there");
        (found.state, found.copy_of.is_some())
    };
    assert_eq!(state(copy).await, (PurchaseState::SetAside, true), "nobody books it twice");
    assert_eq!(state(booked).await, (PurchaseState::Booked, true), "what is booked is a person's to undo");
}

async fn lists_are_filtered(fixture: Fixture) {
    let fence = fixture.purchases_claimed().await;
    let company = &fixture.company;
    let mut invoices: Vec<_> = (1..=4).map(received).collect();
    invoices[1].facts.seller_id = Some("7777777777".into());
    invoices[1].copy_key = "7777777777|Z/2".into();
    invoices[1].facts.seller_name = Some("Zakład".into());
    invoices[2].facts.issue_date = date(2026, 10, 1);
    invoices[3].facts.gross_minor = 99_999;
    fixture
        .writer
        .receive_purchases(&fence, PurchaseRole::Buyer, &invoices[..3], now())
        .await
        .expect("received");
    fixture
        .writer
        .receive_purchases(&fence, PurchaseRole::Third, &invoices[3..], now())
        .await
        .expect("received");
    let find = async |filter: PurchaseFilter| {
        let found = fixture
            .store
            .purchases_by(company, PurchaseView::Everything, &filter, PurchaseSort::IssueDate, true, 0, 10)
            .await;
        found.expect("read").into_iter().map(|one| one.facts.invoice_number).collect::<Vec<_>>()
    };
    let none = PurchaseFilter::default;
    assert_eq!(find(none()).await, ["Z/4", "Z/2", "Z/1", "Z/3"]);
    assert_eq!(find(PurchaseFilter { role: Some(PurchaseRole::Third), ..none() }).await, ["Z/4"]);
    assert_eq!(find(PurchaseFilter { role: Some(PurchaseRole::Seller), ..none() }).await, [""; 0]);
    assert_eq!(find(PurchaseFilter { states: vec![PurchaseState::Seen], ..none() }).await, [""; 0]);
    assert_eq!(find(PurchaseFilter { seller: Some("7777777777".into()), ..none() }).await, ["Z/2"]);
    assert_eq!(find(PurchaseFilter { issued_to: Some(date(2026, 10, 31)), ..none() }).await, ["Z/3"]);
    assert_eq!(find(PurchaseFilter { issued_from: Some(date(2026, 11, 1)), ..none() }).await.len(), 3);
    assert_eq!(find(PurchaseFilter { received_from: Some(date(2026, 11, 23)), ..none() }).await, [""; 0]);
    assert_eq!(find(PurchaseFilter { gross_from: Some(99_999), ..none() }).await, ["Z/4"]);
    for (search, expected) in [
        ("Z/1", vec!["Z/1"]),
        ("777-777-77-77", vec!["Z/2"]),
        ("zakł", vec!["Z/2"]),
        ("akład", vec!["Z/2"]),
        ("x' OR 1=1 --", vec![]),
    ] {
        let filter = PurchaseFilter { search: Some(search.into()), ..none() };
        assert_eq!(find(filter).await, expected, "{search}");
    }
    let by_number = PurchaseFilter { search: Some(number(3).to_string()), ..none() };
    assert_eq!(find(by_number).await, ["Z/3"]);
    let after =
        fixture.store.purchases_after(company, PurchaseView::Everything, &none(), 2, 10).await.expect("read");
    assert_eq!(after.len(), 2);
}

fn reading(read_up_to: Timestamp) -> Reading {
    Reading {
        role: PurchaseRole::Buyer,
        begun_from: now(),
        read_up_to,
        is_behind: false,
        looked_at: Some(now()),
        failures: 0,
        trouble: None,
    }
}

async fn the_cursor_moves_only_from_where_it_was_found(fixture: Fixture) {
    let fence = fixture.purchases_claimed().await;
    let company = &fixture.company;
    let hour = SignedDuration::from_hours(1);
    let set = async |found, to| {
        fixture.writer.set_reading(&fence, found, &reading(to), &[]).await.expect("written");
        fixture.store.readings(company).await.expect("read")[0].read_up_to
    };
    assert_eq!(set(None, now()).await, now());
    assert_eq!(set(Some(now()), now() + hour).await, now() + hour);
    assert_eq!(set(Some(now()), now() + hour * 2).await, now() + hour, "found elsewhere");
    // A first day that is earlier has everything read again, whatever a reader that is at it thinks.
    let since = now() - hour * 24;
    let day = date(2026, 11, 21);
    fixture.writer.set_receiving(company, true, Some((day, since)), now()).await.expect("set");
    assert_eq!(set(Some(now() + hour), now() + hour * 2).await, since);
    let settings = fixture.store.receiving_settings(company).await.expect("read");
    assert_eq!((settings.is_on, settings.since, settings.asked_at), (true, Some(day), None));
    fixture.writer.ask_for_purchases(company, now(), now()).await.expect("asked");
    assert_eq!(fixture.store.receiving_settings(company).await.expect("read").asked_at, Some(now()));
    assert!(fixture.store.rang_since(&fence).await.expect("read"));
}

async fn who_lost_the_lease_receives_nothing(fixture: Fixture) {
    let lost = fixture.purchases_claimed().await;
    let later = in_a_minute() + SignedDuration::from_secs(1);
    let (_, second) = fixture.another_node().await;
    let held =
        second.claim_work("node-2", 10, later, later + SignedDuration::from_mins(1)).await.expect("claimed");
    assert!(held.iter().any(|fence| fence.kind == WorkKind::Purchases));
    let refused = fixture.writer.receive_purchases(&lost, PurchaseRole::Buyer, &[received(1)], now()).await;
    assert!(matches!(refused, Err(StoreError::LeaseLost { .. })));
    let refused = fixture.writer.set_reading(&lost, None, &reading(now()), &[]).await;
    assert!(matches!(refused, Err(StoreError::LeaseLost { .. })));
    assert!(fixture.store.readings(&fixture.company).await.expect("read").is_empty());
    let moves: &[Moving] = &[];
    assert!(second.move_sales(moves, "bramka", None, now()).await.expect("nothing to do").is_empty());
}

async fn packages_are_remembered_until_they_are_taken(fixture: Fixture) {
    let fence = fixture.purchases_claimed().await;
    let export = |place: u64| PurchaseExport {
        reference: ReferenceNumber::compose(ReferenceKind::Export, (2026, 11, 22), place, 0),
        role: PurchaseRole::Buyer,
        key: vec![7; 48],
        from: now() + SignedDuration::from_secs(i64::try_from(place).expect("small")),
        until: None,
        asked_at: now(),
    };
    for place in [2, 1] {
        fixture.writer.keep_purchase_export(&fence, &export(place)).await.expect("kept");
    }
    let kept = fixture.store.purchase_exports(&fixture.company).await.expect("read");
    assert_eq!(kept, [export(1), export(2)], "in the order of what they hold");
    assert!(!format!("{kept:?}").contains("7, 7"), "no key is printed");
    let done = export(1).reference;
    fixture.writer.set_reading(&fence, None, &reading(now()), &[done]).await.expect("written");
    assert_eq!(fixture.store.purchase_exports(&fixture.company).await.expect("read"), [export(2)]);
}
