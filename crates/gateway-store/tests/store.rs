//! The store's promises, on a real SQLite file.

use gateway_store::{
    Document, NewPurchase, NewSale, Reason, SaleState, Store, StoreError, StoreOptions, StoreWriter, Taken,
};
use jiff::Timestamp;
use jiff::civil::date;
use ksef_id::{ContextIdentifier, KsefNumber, Nip, ReferenceKind, ReferenceNumber, Sha256Hash};

struct Fixture {
    store: Store,
    writer: StoreWriter,
    company: ContextIdentifier,
    folder: tempfile::TempDir,
}

async fn fixture() -> Fixture {
    let folder = tempfile::tempdir().expect("a folder");
    let (store, writer) =
        Store::open(&folder.path().join("gateway.db"), StoreOptions::default()).await.expect("a store");
    let company = ContextIdentifier::parse("5265877635").expect("a NIP");
    writer.add_company(&company, now()).await.expect("added");
    Fixture { store, writer, company, folder }
}

fn now() -> Timestamp {
    "2026-11-22T10:00:00Z".parse().expect("a time")
}

fn hash(byte: u8) -> Sha256Hash {
    Sha256Hash::from_bytes(&[byte; 32])
}

fn reference(kind: ReferenceKind, number: u64) -> ReferenceNumber {
    ReferenceNumber::compose(kind, (2026, 11, 22), number, 0)
}

fn number(technical: u64) -> KsefNumber {
    KsefNumber::compose(Nip::parse("5265877635").expect("a NIP"), (2026, 11, 22), technical)
}

async fn take(fixture: &Fixture, key: Option<&str>, sha256: &Sha256Hash) -> Result<Taken, StoreError> {
    let new = NewSale {
        company: &fixture.company,
        idempotency_key: key,
        form: "FA(3)",
        invoice_number: "FV/1",
        issue_date: date(2026, 11, 22),
        buyer_name: Some("Nabywca"),
        gross: "123.00",
        currency: "PLN",
        sha256,
        content: b"<Faktura/>",
    };
    fixture.writer.take_sale(&new, now()).await
}

fn sale(taken: Taken) -> gateway_store::Sale {
    match taken {
        Taken::New(sale) | Taken::Known(sale) => sale,
    }
}

#[tokio::test]
async fn a_document_is_taken_once_for_a_key() {
    let fixture = fixture().await;
    let first = take(&fixture, Some("order-1"), &hash(1)).await.expect("new");
    assert!(matches!(first, Taken::New(_)));
    let again = take(&fixture, Some("order-1"), &hash(1)).await.expect("known");
    assert!(matches!(again, Taken::Known(_)));
    assert_eq!(sale(first).id, sale(again).id);
    assert!(matches!(take(&fixture, Some("order-1"), &hash(2)).await, Err(StoreError::KeyReused)));
    assert!(matches!(take(&fixture, None, &hash(2)).await, Ok(Taken::New(_))));
    let page = fixture.store.sales(&fixture.company, 0, 10).await.expect("a page");
    assert_eq!(page.items.len(), 2);
    let stranger = Fixture { company: ContextIdentifier::parse("1111111111").expect("a NIP"), ..fixture };
    assert!(matches!(take(&stranger, None, &hash(3)).await, Err(StoreError::UnknownCompany { .. })));
}

#[tokio::test]
async fn the_whole_way_leaves_a_history_and_survives_reopening() {
    let fixture = fixture().await;
    let id = sale(take(&fixture, None, &hash(1)).await.expect("new")).id;
    let (session, invoice) =
        (reference(ReferenceKind::OnlineSession, 1), reference(ReferenceKind::Invoice, 1));
    fixture.writer.session_opened(&fixture.company, &session, now()).await.expect("opened");
    fixture.writer.sending_started(id, &session, now()).await.expect("sending");
    fixture.writer.sale_accepted(id, &invoice, now()).await.expect("accepted");
    fixture.writer.sale_numbered(id, &number(1), Some(&session), None, now()).await.expect("numbered");
    fixture.writer.upo_stored(id, b"<Potwierdzenie/>", &hash(9), now()).await.expect("UPO");
    fixture.writer.sale_stored(id, now()).await.expect("stored");
    assert_eq!(fixture.store.unsettled_sessions(&fixture.company).await.expect("sessions").len(), 1);
    fixture.writer.session_settled(&session, now()).await.expect("settled");
    fixture.store.close().await;
    fixture.writer.close().await;

    let (store, _writer) =
        Store::open(&fixture.folder.path().join("gateway.db"), StoreOptions::default()).await.expect("again");
    let found = store.sale(&fixture.company, id).await.expect("read").expect("there");
    assert_eq!(found.state, SaleState::Stored);
    assert_eq!((found.ksef_number, found.invoice_reference), (Some(number(1)), Some(invoice)));
    assert_eq!(found.attempts, 1);
    let states: Vec<SaleState> =
        store.history(id).await.expect("history").into_iter().map(|entry| entry.state).collect();
    assert_eq!(
        states,
        [
            SaleState::Waiting,
            SaleState::Sending,
            SaleState::Accepted,
            SaleState::Numbered,
            SaleState::UpoVerified,
            SaleState::Stored
        ]
    );
    let (upo, sha256) = store.document(id, Document::Upo).await.expect("read").expect("there");
    assert_eq!((upo.as_slice(), sha256), (b"<Potwierdzenie/>".as_slice(), hash(9)));
    assert!(store.unsettled_sessions(&fixture.company).await.expect("sessions").is_empty());
}

#[tokio::test]
async fn no_move_that_the_states_do_not_allow() {
    let fixture = fixture().await;
    let id = sale(take(&fixture, None, &hash(1)).await.expect("new")).id;
    let session = reference(ReferenceKind::OnlineSession, 1);
    let refused = fixture.writer.sale_numbered(id, &number(1), None, None, now()).await;
    assert!(matches!(refused, Err(StoreError::NotMovable { to: SaleState::Numbered, .. })));
    fixture.writer.sending_started(id, &session, now()).await.expect("sending");
    assert!(matches!(
        fixture.writer.sending_started(id, &session, now()).await,
        Err(StoreError::NotMovable { .. })
    ));
    let reason = Reason { code: "ksef.450".into(), text: "450 …".into() };
    fixture.writer.sale_rejected(id, &reason, now()).await.expect("rejected");
    assert!(matches!(
        fixture.writer.sale_returned(id, &reason, now()).await,
        Err(StoreError::NotMovable { .. })
    ));
    let found = fixture.store.sale(&fixture.company, id).await.expect("read").expect("there");
    assert_eq!((found.state, found.reason), (SaleState::Rejected, Some(reason)));
}

#[tokio::test]
async fn a_repeated_reason_is_written_once() {
    let fixture = fixture().await;
    let id = sale(take(&fixture, None, &hash(1)).await.expect("new")).id;
    let reason = Reason { code: "call.notSent".into(), text: "KSeF cannot be reached".into() };
    for _ in 0..3 {
        fixture.writer.note_reason(id, &reason, now()).await.expect("noted");
    }
    assert_eq!(fixture.store.history(id).await.expect("history").len(), 2);
}

#[tokio::test]
async fn lists_are_read_page_by_page() {
    let fixture = fixture().await;
    for byte in 0..5 {
        take(&fixture, None, &hash(byte)).await.expect("new");
    }
    let first = fixture.store.sales(&fixture.company, 0, 2).await.expect("a page");
    let second = fixture.store.sales(&fixture.company, first.next.expect("more"), 2).await.expect("a page");
    let third = fixture.store.sales(&fixture.company, second.next.expect("more"), 2).await.expect("a page");
    assert_eq!((first.items.len(), second.items.len(), third.items.len()), (2, 2, 1));
    assert_eq!(third.next, None);
    let hashes = [first, second, third].into_iter().flat_map(|page| page.items).map(|sale| sale.sha256);
    assert_eq!(hashes.collect::<Vec<_>>(), (0..5).map(hash).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_purchase_is_kept_once_and_the_cursor_never_goes_back() {
    let fixture = fixture().await;
    let new = NewPurchase {
        company: &fixture.company,
        ksef_number: &number(7),
        invoice_number: "Z/7",
        seller_nip: Nip::parse("1111111111").expect("a NIP"),
        seller_name: None,
        issue_date: date(2026, 11, 21),
        gross: "10.00",
        currency: "PLN",
        sha256: &hash(7),
        permanent_storage_date: now(),
        content: b"<Faktura/>",
    };
    assert!(fixture.writer.purchase_received(&new, now()).await.expect("new"));
    assert!(!fixture.writer.purchase_received(&new, now()).await.expect("known"));
    assert_eq!(fixture.store.purchases(&fixture.company, 0, 10).await.expect("a page").items.len(), 1);
    let later = now() + jiff::SignedDuration::from_hours(1);
    fixture.writer.set_purchases_read_up_to(&fixture.company, later).await.expect("moved");
    fixture.writer.set_purchases_read_up_to(&fixture.company, now()).await.expect("not moved");
    assert_eq!(fixture.store.purchases_read_up_to(&fixture.company).await.expect("read"), Some(later));
}

#[tokio::test]
async fn a_folder_that_is_none_is_named() {
    let path = std::path::Path::new("/proc/none/gateway.db");
    let error = Store::open(path, StoreOptions::default()).await.err().expect("no such folder");
    assert!(error.to_string().contains("/proc/none/gateway.db"), "{error}");
}
