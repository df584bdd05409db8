//! A store with one company, on either database.

use std::sync::Arc;

use gateway_store::{
    Database, Fence, Moving, NewSale, Reason, Sale, SaleMove, SaleState, Store, StoreError, StoreOptions,
    StoreWriter, Taken, WorkKind,
};
use jiff::civil::date;
use jiff::{SignedDuration, Timestamp};
use ksef_id::{ContextIdentifier, KsefNumber, Nip, ReferenceKind, ReferenceNumber, Sha256Hash};

pub(crate) struct Fixture {
    pub(crate) store: Store,
    pub(crate) writer: StoreWriter,
    pub(crate) company: ContextIdentifier,
    pub(crate) database: Database,
    _folder: tempfile::TempDir,
}

/// On which database.
#[derive(Clone, Copy)]
pub(crate) enum On {
    Sqlite,
    Postgres,
}

impl Fixture {
    /// `None` where the database is not on this machine.
    pub(crate) async fn new(on: On) -> Option<Self> {
        let folder = tempfile::tempdir().expect("a folder");
        let database = match on {
            On::Sqlite => Database::Sqlite(folder.path().join("gateway.db")),
            On::Postgres => Database::Postgres(test_postgres::server()?.new_database()),
        };
        let (store, writer) = Store::open(&database, StoreOptions::default()).await.expect("a store");
        let company = ContextIdentifier::parse("5265877635").expect("a NIP");
        writer.add_companies(std::slice::from_ref(&company), now()).await.expect("added");
        Some(Self { store, writer, company, database, _folder: folder })
    }

    /// The same database, opened once more: another node.
    pub(crate) async fn another_node(&self) -> (Store, StoreWriter) {
        Store::open(&self.database, StoreOptions::default()).await.expect("a store")
    }

    pub(crate) async fn take(&self, new: NewSale) -> Result<Taken, StoreError> {
        let mut taken = self.writer.take_sales(&[new], now()).await.expect("the database works");
        taken.pop().expect("one answer")
    }

    /// A new invoice with this number, waiting.
    pub(crate) async fn sale(&self, number: &str) -> Sale {
        match self.take(self.new_sale(number)).await.expect("taken") {
            Taken::New(sale) => sale,
            Taken::Known(sale) => panic!("{} is there already", sale.invoice_number),
        }
    }

    pub(crate) fn new_sale(&self, number: &str) -> NewSale {
        NewSale {
            company: self.company.clone(),
            idempotency_key: None,
            actor: "rest".into(),
            state: SaleState::Waiting,
            policy: "immediate".into(),
            form: "FA(3)".into(),
            kind: "VAT".into(),
            invoice_number: number.into(),
            number_key: Some(format!("VAT|{number}")),
            issue_date: date(2026, 11, 22),
            buyer_nip: Some("1111111111".into()),
            buyer_name: Some("Nabywca".into()),
            gross: "123.00".into(),
            gross_minor: 12300,
            currency: "PLN".into(),
            is_batch_only: false,
            is_self_billing: false,
            corrects: None,
            technical_of: None,
            resends: None,
            findings: None,
            sha256: hash_of(number),
            source_sha256: None,
            content: Arc::from(format!("<Faktura>{number}</Faktura>").as_bytes()),
            size_bytes: 100,
            is_external: false,
        }
    }

    /// Makes one move; the answer is the move's own.
    pub(crate) async fn moves(&self, sale: &Sale, by: SaleMove) -> Result<(), StoreError> {
        let moves = [Moving::plain(sale.id, by)];
        let mut outcomes =
            self.writer.move_sales(&moves, "bramka", None, now()).await.expect("the database works");
        outcomes.pop().expect("one answer")
    }

    pub(crate) async fn found(&self, sale: &Sale) -> Sale {
        self.store.sale(&self.company, sale.id).await.expect("read").expect("there")
    }

    /// The company's sales work, claimed for a minute.
    pub(crate) async fn claimed(&self) -> Fence {
        let claims =
            self.writer.claim_work("node-1", 10, now(), in_a_minute()).await.expect("the database works");
        claims.into_iter().find(|fence| fence.kind == WorkKind::Sales).expect("it is free")
    }
}

impl Fixture {
    /// The company's purchases work, claimed for a minute.
    pub(crate) async fn purchases_claimed(&self) -> Fence {
        let claims =
            self.writer.claim_work("node-1", 10, now(), in_a_minute()).await.expect("the database works");
        claims.into_iter().find(|fence| fence.kind == WorkKind::Purchases).expect("it is free")
    }
}

pub(crate) fn now() -> Timestamp {
    "2026-11-22T10:00:00Z".parse().expect("a time")
}

pub(crate) fn in_a_minute() -> Timestamp {
    now() + SignedDuration::from_mins(1)
}

pub(crate) fn hash_of(text: &str) -> Sha256Hash {
    let mut bytes = [0; 32];
    for (place, byte) in text.bytes().enumerate() {
        bytes[place % 32] ^= byte.wrapping_add(place as u8);
    }
    Sha256Hash::from_bytes(&bytes)
}

pub(crate) fn session(number: u64) -> ReferenceNumber {
    ReferenceNumber::compose(ReferenceKind::OnlineSession, (2026, 11, 22), number, 0)
}

pub(crate) fn invoice(number: u64) -> ReferenceNumber {
    ReferenceNumber::compose(ReferenceKind::Invoice, (2026, 11, 22), number, 0)
}

pub(crate) fn number(technical: u64) -> KsefNumber {
    KsefNumber::compose(Nip::parse("5265877635").expect("a NIP"), (2026, 11, 22), technical)
}

pub(crate) fn reason(code: &str) -> Reason {
    Reason { code: code.into(), text: format!("{code} and its words") }
}
