//! What was saved of KSeF 1.0: each invoice once under its number, a confirmation once for all that it speaks of.

use gateway_store::{
    EnteredDocument, Erasure, Imported, NewFormerUpo, PurchaseDocument, PurchaseOrigin, PurchaseRole,
    PurchaseState, PurchaseView, ReceivedInvoice, Register,
};
use jiff::civil::date;
use ksef_id::{KsefNumber, Sha256Hash};

use crate::fixture::{Fixture, hash_of, now};
use crate::purchases::{facts, received};

crate::on_both!(
    an_invoice_is_taken_in_once,
    what_was_entered_by_hand_gets_its_saved_document,
    a_confirmation_is_kept_once_and_found_by_each_number,
    they_are_erased_together,
);

fn number(last: u8) -> KsefNumber {
    KsefNumber::parse(&format!("1111111111-20230721-80B510-9675F7-{last:02X}")).expect("a number of KSeF 1.0")
}

fn saved(last: u8) -> ReceivedInvoice {
    let mut invoice = received(u64::from(last));
    invoice.ksef_number = number(last);
    invoice.received_on = date(2023, 7, 21);
    invoice.facts.issue_date = date(2023, 7, 20);
    (invoice.invoicing_date, invoice.acquired_at, invoice.permanent_storage_date) = (None, None, None);
    invoice
}

async fn import(fixture: &Fixture, invoice: &ReceivedInvoice) -> Imported {
    let import =
        fixture.writer.import_invoice(&fixture.company, PurchaseRole::Buyer, invoice, "ala", now()).await;
    import.expect("the database works")
}

async fn an_invoice_is_taken_in_once(fixture: Fixture) {
    let Imported::New(position) = import(&fixture, &saved(1)).await else { panic!("it is new") };
    assert_eq!(import(&fixture, &saved(1)).await, Imported::Known(position));
    let other = ReceivedInvoice { sha256: hash_of("other"), ..saved(1) };
    assert_eq!(import(&fixture, &other).await, Imported::Differs(position));
    let first = number(1);
    let found = fixture.store.purchase_with_number(&fixture.company, PurchaseView::Everything, &first);
    let found = found.await.expect("read").expect("there");
    assert_eq!((found.origin, found.state), (PurchaseOrigin::Former, PurchaseState::Booked));
    assert_eq!(found.sha256, Some(hash_of("Z/1")));
    let document = fixture.store.purchase_document(position, PurchaseDocument::Xml).await.expect("read");
    assert_eq!(document.expect("there").content.as_deref(), Some(b"<Faktura>Z/1</Faktura>".as_slice()));
    assert!(fixture.store.notices(&fixture.company, 0, 10).await.expect("read").is_empty(), "no news");
    // At once, from two sides: one is new.
    let (one, two) = (saved(2), saved(2));
    let (one, two) = tokio::join!(import(&fixture, &one), import(&fixture, &two));
    assert!(
        matches!((one, two), (Imported::New(a), Imported::Known(b)) | (Imported::Known(b), Imported::New(a)) if a == b),
        "{one:?} {two:?}"
    );
}

async fn what_was_entered_by_hand_gets_its_saved_document(fixture: Fixture) {
    let entered = EnteredDocument {
        is_sale: false,
        ksef_number: Some(number(1)),
        mode: "online".into(),
        received_on: date(2023, 7, 21),
        facts: facts("Z/1"),
        copy_key: "1111111111|Z/1".into(),
        note: None,
    };
    let position =
        fixture.writer.enter_document(&fixture.company, &entered, "ala", now()).await.expect("entered");
    assert_eq!(import(&fixture, &saved(1)).await, Imported::New(position));
    let found = fixture.store.purchase(&fixture.company, PurchaseView::Everything, position).await;
    let found = found.expect("read").expect("there");
    assert_eq!(found.confirmation, Some(gateway_store::Confirmation::Confirmed));
    assert_eq!(found.sha256, Some(hash_of("Z/1")));
    assert_eq!(import(&fixture, &saved(1)).await, Imported::Known(position));
}

/// Keeps a confirmation that speaks of these.
async fn confirm(fixture: &Fixture, name: &str, numbers: &[u8]) -> bool {
    let invoices: Vec<(KsefNumber, Option<Sha256Hash>)> =
        numbers.iter().map(|last| (number(*last), Some(hash_of(&format!("Z/{last}"))))).collect();
    let hash = hash_of(name);
    let new = NewFormerUpo { sha256: &hash, content: Some(name.as_bytes()), invoices: &invoices };
    fixture.writer.keep_former_upo(&fixture.company, &new, now()).await.expect("the database works")
}

async fn a_confirmation_is_kept_once_and_found_by_each_number(fixture: Fixture) {
    import(&fixture, &saved(1)).await;
    assert!(confirm(&fixture, "upo", &[1, 2]).await);
    assert!(!confirm(&fixture, "upo", &[1, 2]).await, "it is here");
    let here =
        async || fixture.store.former_invoices_here(&fixture.company, &hash_of("upo")).await.expect("read");
    assert_eq!(here().await, 1);
    import(&fixture, &saved(2)).await;
    assert_eq!(here().await, 2, "the invoice may come later");
    let upo = async |last| fixture.store.former_upo(&fixture.company, &number(last)).await.expect("read");
    let found = upo(2).await.expect("there");
    assert_eq!(found.document.content.as_deref(), Some(b"upo".as_slice()));
    assert_eq!((found.document.sha256, found.invoice_sha256), (hash_of("upo"), Some(hash_of("Z/2"))));
    assert!(upo(3).await.is_none());
}

async fn they_are_erased_together(fixture: Fixture) {
    for last in [1, 2] {
        import(&fixture, &saved(last)).await;
    }
    confirm(&fixture, "upo", &[1, 2]).await;
    fixture.writer.set_retention(&fixture.company, 10, true).await.expect("kept");
    let due = fixture.store.aged_documents(&fixture.company, Register::Purchases, 2024, 0, 10).await;
    let due = due.expect("read").items;
    assert_eq!(due.len(), 2);
    let decided = fixture.store.retention(&fixture.company).await.expect("read");
    let upo = async || fixture.store.former_upo(&fixture.company, &number(2)).await.expect("read").is_some();
    for (document, is_left) in due.iter().zip([true, false]) {
        let erasure = [Erasure { document, kept_until: date(2033, 12, 31), reason: "10 years" }];
        assert_eq!(fixture.writer.erase(&decided, &erasure, now()).await.expect("erased"), 1);
        assert_eq!(upo().await, is_left, "it goes with the last invoice that it speaks of");
    }
    assert_eq!(import(&fixture, &saved(1)).await, Imported::Erased);
}
