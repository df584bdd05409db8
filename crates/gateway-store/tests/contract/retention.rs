//! Erasing: what is due, what is held back, what goes with a document and what is left of it.

use gateway_store::{
    AgedDocument, Database, Erasure, NewLegalHold, NewSale, PurchaseDocument, PurchaseRole, PurchaseView,
    ReceivedInvoice, Register, SaleMove, SaleState, Store, StoreError, StoreOptions,
};
use jiff::SignedDuration;
use jiff::civil::{Date, date};

use crate::fixture::{Fixture, invoice, now, number, session};
use crate::purchases::{facts, received};

crate::on_both!(
    nothing_is_erased_unless_it_is_switched_on,
    a_sale_goes_with_all_that_belongs_to_it,
    a_purchase_goes_and_does_not_come_again,
    a_page_that_speaks_of_many_goes_with_the_last_of_them,
    what_was_decided_before_a_hold_is_not_done,
    holds_are_counted_and_lifted_once,
    objects_are_removed_once_nobody_has_them,
    the_object_of_what_was_not_taken_is_noted,
    an_object_leaves_when_nobody_brings_it_and_comes_again_when_it_has_left,
    what_leaves_ksef_and_is_not_whole_here_is_found,
);

/// A sale of a former year that has gone all the way, with its UPO.
async fn stored(fixture: &Fixture, text: &str, issued: Date, technical: u64) -> gateway_store::Sale {
    let new = NewSale { issue_date: issued, ..fixture.new_sale(text) };
    fixture.take(new).await.expect("taken");
    let list = fixture.store.sales(&fixture.company, 0, 1000).await.expect("read");
    let sale = list.items.into_iter().find(|sale| sale.invoice_number == text).expect("there");
    let upo = text.as_bytes().to_vec();
    for by in [
        SaleMove::StartSending { session: session(1) },
        SaleMove::Accept { reference: invoice(technical) },
        SaleMove::Number { number: number(technical), upo_session: session(1), ksef_mode: None },
        SaleMove::StoreUpo { upo, sha256: crate::fixture::hash_of(text), is_external: false },
        SaleMove::Store,
    ] {
        fixture.moves(&sale, by).await.expect("moved");
    }
    fixture.found(&sale).await
}

async fn aged(fixture: &Fixture, register: Register, first_kept: i16) -> Vec<AgedDocument> {
    fixture.store.aged_documents(&fixture.company, register, first_kept, 0, 100).await.expect("read").items
}

/// Erases as whoever looked just now would.
async fn erase(fixture: &Fixture, documents: &[AgedDocument]) -> usize {
    let decided = fixture.store.retention(&fixture.company).await.expect("read");
    let erasures: Vec<Erasure<'_>> = documents
        .iter()
        .map(|document| Erasure { document, kept_until: date(2036, 12, 31), reason: "10 years" })
        .collect();
    fixture.writer.erase(&decided, &erasures, now()).await.expect("the database works")
}

async fn switch_on(fixture: &Fixture) {
    fixture.writer.set_retention(&fixture.company, 10, true).await.expect("kept");
}

async fn nothing_is_erased_unless_it_is_switched_on(fixture: Fixture) {
    stored(&fixture, "FV/1", date(2026, 3, 1), 1).await;
    let kept = fixture.store.retention(&fixture.company).await.expect("read");
    assert_eq!((kept.years, kept.is_on), (10, false));
    assert!(fixture.store.retentions_on().await.expect("read").is_empty());
    let due = aged(&fixture, Register::Sales, 2027).await;
    assert_eq!(due.len(), 1);
    assert_eq!(erase(&fixture, &due).await, 0, "never said");
    fixture.writer.set_retention(&fixture.company, 10, false).await.expect("kept");
    assert_eq!(erase(&fixture, &due).await, 0, "switched off");
    switch_on(&fixture).await;
    assert_eq!(fixture.store.retentions_on().await.expect("read").len(), 1);
    assert_eq!(erase(&fixture, &due).await, 1);
    assert_eq!(erase(&fixture, &due).await, 0, "it is gone");
}

async fn a_sale_goes_with_all_that_belongs_to_it(fixture: Fixture) {
    switch_on(&fixture).await;
    let sale = stored(&fixture, "FV/1", date(2026, 3, 1), 1).await;
    let kept = stored(&fixture, "FV/2", date(2027, 1, 1), 2).await;
    // Issued in the year before, still waiting: it is told and not erased.
    let waiting = NewSale { issue_date: date(2026, 3, 1), ..fixture.new_sale("FV/3") };
    fixture.take(waiting).await.expect("taken");
    // The register has the sale as well, and points to it.
    let fence = fixture.purchases_claimed().await;
    let own = [received(1)];
    fixture.writer.receive_purchases(&fence, PurchaseRole::Seller, &own, now()).await.expect("received");
    fixture.writer.note_folder_file(&fixture.company, &[sale.id], "order", now()).await.expect("noted");

    // By its own year alone nothing of 2026 is due in the year when 2026 is still kept.
    assert!(aged(&fixture, Register::Sales, 2026).await.is_empty());
    let due = aged(&fixture, Register::Sales, 2027).await;
    let told: Vec<_> = due.iter().map(|one| (one.invoice_number.as_str(), one.is_unfinished)).collect();
    assert_eq!(told, [("FV/1", false), ("FV/3", true)]);
    for party in ["5265877635", "1111111111"] {
        assert!(due[0].parties.iter().any(|one| one == party), "{:?}", due[0].parties);
    }
    assert!(aged(&fixture, Register::Purchases, 2027).await.is_empty(), "own sales go with the sales");
    assert_eq!(erase(&fixture, &due).await, 1, "whatever is not finished stays, whoever asks");

    let store = &fixture.store;
    assert!(store.sale(&fixture.company, sale.id).await.expect("read").is_none());
    for document in [gateway_store::Document::Xml, gateway_store::Document::Upo] {
        assert!(store.document(sale.id, document).await.expect("read").is_none());
        assert!(store.document(kept.id, document).await.expect("read").is_some());
    }
    assert!(store.history(sale.id).await.expect("read").is_empty());
    assert!(store.folder_names(sale.id).await.expect("read").is_empty());
    let entry = store.purchase_with_number(&fixture.company, PurchaseView::Everything, &number(1)).await;
    assert!(entry.expect("read").is_none(), "the register's entry went with it");

    let left = store.erased_documents(&fixture.company, 0, 10).await.expect("read").items;
    assert_eq!(left.len(), 1);
    assert_eq!(left[0].register, Register::Sales);
    assert_eq!((left[0].document.as_str(), left[0].invoice_number.as_str()), (due[0].id.as_str(), "FV/1"));
    assert_eq!(left[0].ksef_number.as_deref(), Some(number(1).as_str()));
    assert_eq!((left[0].sha256.as_ref(), left[0].issued), (Some(&sale.sha256), date(2026, 3, 1)));
    assert_eq!((left[0].kept_until, left[0].reason.as_str()), (date(2036, 12, 31), "10 years"));
    let newest = store.newest_erased(&fixture.company, None, 10).await.expect("read");
    assert_eq!((newest.items, newest.next), (left.clone(), None));
    let before = store.newest_erased(&fixture.company, Some(left[0].position), 10).await.expect("read");
    assert!(before.items.is_empty());
    let (line, _) = store.audit(None, 0, 10).await.expect("read").pop().expect("an entry");
    assert_eq!((line.who.as_str(), line.action.as_str()), ("bramka", "document.erase"));
    for part in [number(1).as_str(), sale.sha256.as_str(), "2036-12-31 (10 years) FV/1"] {
        assert!(line.subject.contains(part), "{}", line.subject);
    }
    assert!(store.verify_audit().await.expect("read").is_ok());

    // The number stays used: in the same form, and by another document.
    let again = fixture.take(fixture.new_sale("FV/1")).await;
    assert!(matches!(again, Err(StoreError::NumberTaken { id }) if id == sale.id), "{again:?}");
    fixture.take(fixture.new_sale("FV/4")).await.expect("another is free");
}

async fn a_purchase_goes_and_does_not_come_again(fixture: Fixture) {
    switch_on(&fixture).await;
    let fence = fixture.purchases_claimed().await;
    let late = ReceivedInvoice { received_on: date(2027, 1, 4), ..received(2) };
    let both = [received(1), late];
    let receive = async || {
        fixture.writer.receive_purchases(&fence, PurchaseRole::Buyer, &both, now()).await.expect("received")
    };
    assert_eq!(receive().await, 2);
    let due = aged(&fixture, Register::Purchases, 2027).await;
    assert_eq!(due.len(), 1, "the one that came in the new year is counted from there");
    assert_eq!((due[0].invoice_number.as_str(), due[0].received), ("Z/1", Some(date(2026, 11, 22))));
    assert_eq!(due[0].parties, ["1111111111", "5265877635"]);
    assert_eq!(erase(&fixture, &due).await, 1);
    let gone = fixture.store.purchase(&fixture.company, PurchaseView::Everything, due[0].position).await;
    assert!(gone.expect("read").is_none());
    let document = fixture.store.purchase_document(due[0].position, PurchaseDocument::Xml).await;
    assert!(document.expect("read").is_none());
    assert_eq!(receive().await, 0, "KSeF still has it, and it does not come again");
    let numbers = [number(1), number(2), number(3)];
    let known = fixture.store.known_purchases(&fixture.company, PurchaseRole::Buyer, &numbers).await;
    let known = known.expect("read");
    assert!(known.contains(&number(1)) && known.contains(&number(2)) && !known.contains(&number(3)));
}

async fn a_page_that_speaks_of_many_goes_with_the_last_of_them(fixture: Fixture) {
    switch_on(&fixture).await;
    for (text, technical) in [("FV/1", 1), ("FV/2", 2)] {
        let sale = fixture.sale(text).await;
        for by in [
            SaleMove::StartSending { session: session(1) },
            SaleMove::Number { number: number(technical), upo_session: session(1), ksef_mode: None },
            SaleMove::ConfirmByPage { session: session(1), page: 1 },
            SaleMove::Store,
        ] {
            fixture.moves(&sale, by).await.expect("moved");
        }
    }
    let hash = crate::fixture::hash_of("page");
    fixture.writer.keep_session_upo(&session(1), 1, &hash, b"<UPO/>", false).await.expect("kept");
    let due = aged(&fixture, Register::Sales, 2027).await;
    let page = async || fixture.store.session_upo_page(&session(1), 1).await.expect("read").is_some();
    assert_eq!(erase(&fixture, &due[..1]).await, 1);
    assert!(page().await, "it speaks of another one");
    assert_eq!(erase(&fixture, &due[1..]).await, 1);
    assert!(!page().await);
}

async fn what_was_decided_before_a_hold_is_not_done(fixture: Fixture) {
    switch_on(&fixture).await;
    stored(&fixture, "FV/1", date(2026, 3, 1), 1).await;
    let due = aged(&fixture, Register::Sales, 2027).await;
    let decided = fixture.store.retention(&fixture.company).await.expect("read");
    let hold = NewLegalHold {
        document: Some("FV/1"),
        party: None,
        from: None,
        until: None,
        reason: "kontrola",
        placed_by: "ala",
    };
    fixture.writer.place_hold(&fixture.company, &hold, now()).await.expect("placed");
    let erasure = [Erasure { document: &due[0], kept_until: date(2036, 12, 31), reason: "10 years" }];
    assert_eq!(fixture.writer.erase(&decided, &erasure, now()).await.expect("asked"), 0);
    assert_eq!(fixture.store.sales(&fixture.company, 0, 10).await.expect("read").items.len(), 1);
    // Whoever read the hold and erases all the same has decided so.
    assert_eq!(erase(&fixture, &due).await, 1);
}

async fn holds_are_counted_and_lifted_once(fixture: Fixture) {
    let company = &fixture.company;
    let hold = NewLegalHold {
        document: None,
        party: Some("1111111111"),
        from: Some(date(2026, 1, 1)),
        until: None,
        reason: "spór",
        placed_by: "ala",
    };
    let first = fixture.writer.place_hold(company, &hold, now()).await.expect("placed");
    let second = fixture.writer.place_hold(company, &hold, now()).await.expect("placed");
    let found = fixture.store.legal_hold(company, first).await.expect("read").expect("there");
    assert_eq!((found.party.as_deref(), found.from, found.until), (Some("1111111111"), hold.from, None));
    assert_eq!((found.reason.as_str(), found.placed_by.as_str(), found.lifted), ("spór", "ala", None));
    assert!(fixture.writer.lift_hold(company, first, "jan", now()).await.expect("lifted"));
    assert!(!fixture.writer.lift_hold(company, first, "jan", now()).await.expect("it is lifted"));
    assert!(!fixture.writer.lift_hold(company, 999, "jan", now()).await.expect("there is none"));
    let active: Vec<i64> =
        fixture.store.active_holds(company).await.expect("read").iter().map(|hold| hold.position).collect();
    assert_eq!(active, [second]);
    let all = fixture.store.legal_holds(company, 0, 10).await.expect("read");
    assert_eq!(all[0].lifted, Some(("jan".to_owned(), now())));
    assert_eq!(fixture.store.legal_holds(company, first, 10).await.expect("read").len(), 1);
}

async fn objects_are_removed_once_nobody_has_them(fixture: Fixture) {
    switch_on(&fixture).await;
    // The same invoice in two registers, as when seller and buyer use one gateway.
    let other = ksef_id::ContextIdentifier::parse("2222222222").expect("a NIP");
    fixture.writer.add_companies(std::slice::from_ref(&other), now()).await.expect("added");
    let elsewhere = NewSale { is_external: true, state: SaleState::Waiting, ..fixture.new_sale("FV/1") };
    let twin = NewSale { company: other, ..elsewhere.clone() };
    fixture.take(elsewhere).await.expect("taken");
    fixture.take(twin).await.expect("taken");
    let sale = fixture.store.sales(&fixture.company, 0, 1).await.expect("read").items.remove(0);
    let reason = crate::fixture::reason("test");
    fixture.moves(&sale, SaleMove::Withdraw { reason }).await.expect("moved");
    let due = aged(&fixture, Register::Sales, 2027).await;
    assert_eq!(erase(&fixture, &due).await, 1);
    let objects = fixture.store.erased_objects(SignedDuration::ZERO, 10).await.expect("read");
    assert_eq!(objects.len(), 1);
    assert_eq!((objects[0].kind.as_str(), &objects[0].sha256), ("invoice", &sale.sha256));
    assert_eq!(fixture.store.erased_object_count().await.expect("read"), 1);
    let is_begun = fixture.writer.begin_removal(&objects[0], SignedDuration::ZERO).await.expect("asked");
    assert!(!is_begun, "the other company has it");
    assert!(fixture.store.erased_objects(SignedDuration::ZERO, 10).await.expect("read").is_empty());
}

async fn an_object_leaves_when_nobody_brings_it_and_comes_again_when_it_has_left(fixture: Fixture) {
    let (store, writer) = (&fixture.store, &fixture.writer);
    let bytes = crate::fixture::hash_of("refused");
    let due = async |quiet_for| store.erased_objects(quiet_for, 10).await.expect("read");
    let (now, hour) = (SignedDuration::ZERO, SignedDuration::from_hours(1));
    // Refused: its number is taken.
    fixture.take(fixture.new_sale("FV/1")).await.expect("taken");
    let refused = NewSale { is_external: true, sha256: bytes.clone(), ..fixture.new_sale("FV/1") };
    assert!(matches!(fixture.take(refused.clone()).await, Err(StoreError::NumberTaken { .. })));
    let [object] = &due(now).await[..] else { panic!("one object is noted") };
    assert_eq!(store.noted_objects("invoice", &[&bytes]).await.expect("read"), [&bytes]);
    assert!(store.noted_objects("upo", &[&bytes]).await.expect("read").is_empty());
    // Noted a moment ago: whoever was bringing it may not have written it down yet.
    assert!(due(hour).await.is_empty());
    assert!(!writer.begin_removal(object, hour).await.expect("asked"));
    // On its way, and then written down: it stays, and is forgotten.
    writer.object_arrives("invoice", &bytes, hour).await.expect("nobody removes it");
    let taken = NewSale { number_key: Some("VAT|FV/2".into()), ..refused.clone() };
    fixture.take(taken.clone()).await.expect("taken");
    assert!(!writer.begin_removal(object, now).await.expect("asked"));
    assert!(due(now).await.is_empty());
    writer.object_arrives("invoice", &bytes, hour).await.expect("nothing is noted");
    // Nobody's again: while it is being removed it must not be brought, and no other node removes it as well.
    let gone = NewSale { sha256: crate::fixture::hash_of("gone"), ..refused };
    assert!(fixture.take(gone.clone()).await.is_err());
    let [object] = &due(now).await[..] else { panic!("one object is noted") };
    assert!(writer.begin_removal(object, now).await.expect("asked"));
    assert!(due(hour).await.is_empty());
    assert!(!writer.begin_removal(object, hour).await.expect("asked"));
    let arrival = writer.object_arrives("invoice", &gone.sha256, hour).await;
    assert!(matches!(arrival, Err(StoreError::ObjectLeaving { sha256 }) if sha256 == gone.sha256));
    // Refused by the object store: it waits again.
    writer.removal_refused(object).await.expect("written");
    writer.object_arrives("invoice", &gone.sha256, hour).await.expect("it is there");
    // Whoever removed it died on the way: whoever brings it need not wait, and if nobody does somebody else removes it.
    assert!(writer.begin_removal(object, now).await.expect("asked"));
    writer.object_arrives("invoice", &gone.sha256, now).await.expect("given up");
    assert!(due(hour).await.is_empty());
    assert!(writer.begin_removal(object, now).await.expect("asked"));
    assert!(writer.begin_removal(object, now).await.expect("asked"));
    writer.object_removed(object).await.expect("written");
    writer.object_arrives("invoice", &gone.sha256, hour).await.expect("it has left");
    assert_eq!(store.erased_object_count().await.expect("read"), 0);
}

async fn the_object_of_what_was_not_taken_is_noted(fixture: Fixture) {
    let noted = async || {
        let objects = fixture.store.erased_objects(SignedDuration::ZERO, 10).await.expect("read");
        objects.into_iter().map(|object| (object.kind, object.sha256)).collect::<Vec<_>>()
    };
    let bytes = |text: &str| crate::fixture::hash_of(text);
    let object = |text: &str| ("invoice".to_owned(), bytes(text));
    let first = NewSale {
        is_external: true,
        idempotency_key: Some("order-1".into()),
        source_sha256: Some(bytes("source")),
        ..fixture.new_sale("FV/1")
    };
    fixture.take(first.clone()).await.expect("taken");
    // Known by its bytes: they rest there, and stay.
    fixture.take(first.clone()).await.expect("known");
    assert!(noted().await.is_empty());
    // Known by what it was built from: built again it has other bytes, which nobody has.
    fixture.take(NewSale { sha256: bytes("built again"), ..first.clone() }).await.expect("known");
    assert_eq!(noted().await, [object("built again")]);
    fixture
        .writer
        .object_removed(&fixture.store.erased_objects(SignedDuration::ZERO, 1).await.expect("read")[0])
        .await
        .expect("done");
    // Its number, or its key, is taken.
    let other =
        NewSale { idempotency_key: None, source_sha256: None, sha256: bytes("other"), ..first.clone() };
    assert!(matches!(fixture.take(other).await, Err(StoreError::NumberTaken { .. })));
    let reused = NewSale { source_sha256: None, sha256: bytes("reused"), ..first.clone() };
    assert!(matches!(fixture.take(reused).await, Err(StoreError::KeyReused)));
    let mut expected = [object("other"), object("reused")];
    expected.sort_by(|one, other| one.1.as_str().cmp(other.1.as_str()));
    assert_eq!(noted().await, expected);
    for object in fixture.store.erased_objects(SignedDuration::ZERO, 10).await.expect("read") {
        fixture.writer.object_removed(&object).await.expect("done");
    }
    // Beside another one that is taken with the same bytes in the same write, and where nothing rests in the object store.
    let twin = NewSale { number_key: Some("VAT|FV/9".into()), idempotency_key: None, ..first.clone() };
    let twin = NewSale { source_sha256: None, sha256: bytes("twin"), ..twin };
    let refused = NewSale { number_key: first.number_key.clone(), ..twin.clone() };
    let outcomes = fixture.writer.take_sales(&[refused, twin], now()).await.expect("the database works");
    assert!(outcomes[0].is_err() && outcomes[1].is_ok(), "{outcomes:?}");
    let inside = NewSale { is_external: false, sha256: bytes("inside"), ..fixture.new_sale("FV/1") };
    assert!(fixture.take(inside).await.is_err());
    assert!(noted().await.is_empty());
}

async fn what_leaves_ksef_and_is_not_whole_here_is_found(fixture: Fixture) {
    stored(&fixture, "FV/1", date(2026, 3, 1), 1).await;
    let sale = fixture.sale("FV/2").await;
    for by in [
        SaleMove::StartSending { session: session(1) },
        SaleMove::Number { number: number(2), upo_session: session(1), ksef_mode: None },
    ] {
        fixture.moves(&sale, by).await.expect("moved");
    }
    let entered = gateway_store::EnteredDocument {
        is_sale: false,
        ksef_number: Some(number(3)),
        mode: "online".into(),
        received_on: date(2026, 11, 22),
        facts: facts("Z/3"),
        copy_key: "1111111111|Z/3".into(),
        note: None,
    };
    fixture.writer.enter_document(&fixture.company, &entered, "ala", now()).await.expect("entered");
    let leaving = async |year| {
        let found = fixture.store.leaving_documents(&fixture.company, year, 10).await.expect("read");
        found.into_iter().map(|one| (one.invoice_number, one.state)).collect::<Vec<_>>()
    };
    assert!(leaving(2025).await.is_empty());
    assert_eq!(
        leaving(2026).await,
        [("FV/2".to_owned(), "numbered".to_owned()), ("Z/3".to_owned(), "withoutDocument".to_owned())]
    );
}

/// What SQLite frees it writes over: the file itself tells nothing any more.
#[tokio::test]
async fn nothing_can_be_read_out_of_the_file_afterwards() {
    let fixture = Fixture::new(crate::fixture::On::Sqlite).await.expect("SQLite is compiled in");
    let Database::Sqlite(path) = fixture.database.clone() else { panic!("SQLite") };
    let secret = "Zofia-Nieznana-6f1d".repeat(400);
    let content = std::sync::Arc::from(format!("<Faktura>{secret}</Faktura>").as_bytes());
    let new = NewSale { content, buyer_name: Some("Zofia-Nieznana-6f1d".into()), ..fixture.new_sale("FV/1") };
    fixture.take(new).await.expect("taken");
    for number in 2..50 {
        fixture.sale(&format!("FV/{number}")).await;
    }
    switch_on(&fixture).await;
    let sale = fixture.store.sales(&fixture.company, 0, 1).await.expect("read").items.remove(0);
    let reason = crate::fixture::reason("test");
    fixture.moves(&sale, SaleMove::Withdraw { reason }).await.expect("moved");
    let is_in_file = || {
        let bytes = std::fs::read(&path).expect("the file");
        bytes.windows(19).any(|window| window == b"Zofia-Nieznana-6f1d")
    };
    // Closed and opened anew, so that it is in the file itself and not beside it.
    fixture.store.close().await;
    fixture.writer.close().await;
    assert!(is_in_file());
    let (store, writer) = Store::open(&fixture.database, StoreOptions::default()).await.expect("a store");
    let due = store.aged_documents(&fixture.company, Register::Sales, 2027, 0, 1).await.expect("read").items;
    let decided = store.retention(&fixture.company).await.expect("read");
    let erasure = [Erasure { document: &due[0], kept_until: date(2036, 12, 31), reason: "10 years" }];
    assert_eq!(writer.erase(&decided, &erasure, now()).await.expect("erased"), 1);
    store.close().await;
    writer.close().await;
    assert!(!is_in_file());
}
