//! What only a file can do: be missing, be reopened, be of an older version.

use gateway_store::{Database, PurchaseDocument, PurchaseRole, SaleState, Store, StoreOptions};
use jiff::civil::date;
use ksef_id::{ContextIdentifier, KsefNumber, Nip};

#[tokio::test]
async fn a_folder_that_is_none_is_named() {
    let database = Database::parse("/proc/none/gateway.db");
    let error = Store::open(&database, StoreOptions::default()).await.err().expect("no such folder");
    assert!(error.to_string().contains("/proc/none/gateway.db"), "{error}");
}

#[tokio::test]
async fn a_server_is_named_without_its_password() {
    let database = Database::parse("postgres://user:secret-word@127.0.0.1:1/bramka");
    let error = Store::open(&database, StoreOptions::default()).await.err().expect("nobody listens");
    let words = format!("{error} {error:?}");
    assert!(words.contains("127.0.0.1:1/bramka") && !words.contains("secret-word"), "{words}");
}

/// A database of the first version is brought up to date, with all that was in it.
#[tokio::test]
async fn the_first_version_is_brought_up_to_date() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("gateway.db");
    let migrations = folder.path().join("first");
    std::fs::create_dir(&migrations).expect("a folder");
    let name = "0001_sales_and_purchases.sql";
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/migrations/sqlite/");
    std::fs::copy(format!("{source}{name}"), migrations.join(name)).expect("copied");
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&path).create_if_missing(true);
    let pool = sqlx::SqlitePool::connect_with(options).await.expect("a file");
    sqlx::migrate::Migrator::new(migrations).await.expect("read").run(&pool).await.expect("made");
    sqlx::raw_sql(
        "INSERT INTO companies VALUES ('5265877635', 1); \
         INSERT INTO sales (id, company, state, form, invoice_number, issue_date, gross, currency, sha256, size_bytes, \
         created_at, updated_at) VALUES \
         ('01890000-0000-7000-8000-000000000001', '5265877635', 'stored', 'FA(3)', 'FV/1', '2026-11-01', '123.45', \
         'PLN', '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=', 10, 1, 1), \
         ('01890000-0000-7000-8000-000000000002', '5265877635', 'waiting', 'FA(3)', 'FV/1', '2026-11-01', '-0.10', \
         'PLN', '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=', 10, 1, 1)",
    )
    .execute(&pool)
    .await
    .expect("filled");
    sqlx::raw_sql(
        "INSERT INTO purchases (company, ksef_number, invoice_number, seller_nip, issue_date, gross, currency, sha256, \
         permanent_storage_date, received_at, content) VALUES ('5265877635', '1111111111-20261101-0100001AF629-0E', 'Z 1', \
         '1111111111', '2026-10-31', '10.50', 'PLN', '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=', 5, 6, X'3C2F3E'); \
         INSERT INTO purchase_cursors VALUES ('5265877635', 7)",
    )
    .execute(&pool)
    .await
    .expect("filled");
    pool.close().await;

    let (store, _writer) =
        Store::open(&Database::Sqlite(path), StoreOptions::default()).await.expect("up to date");
    let company = ContextIdentifier::parse("5265877635").expect("a NIP");
    let sales = store.sales(&company, 0, 10).await.expect("read").items;
    let found: Vec<_> =
        sales.iter().map(|sale| (sale.state, sale.gross.as_str(), sale.mode.as_str())).collect();
    assert_eq!(found, [(SaleState::Stored, "123.45", "online"), (SaleState::Waiting, "-0.10", "online")]);
    let row = store.purchase_changes(&company, 0, 10).await;
    let number =
        KsefNumber::compose(Nip::parse("1111111111").expect("a NIP"), (2026, 11, 1), 0x0100_001A_F629);
    let purchase = row.expect("read").items.remove(0);
    assert_eq!((purchase.ksef_number, purchase.received_on), (Some(number), date(2026, 11, 1)));
    assert_eq!((purchase.facts.gross_minor, purchase.roles), (1050, vec![PurchaseRole::Buyer]));
    let document = store.purchase_document(purchase.position, PurchaseDocument::Xml).await.expect("read");
    assert_eq!(document.expect("kept").content.as_deref(), Some(b"</>".as_slice()));
    let readings = store.readings(&company).await.expect("read");
    assert_eq!((readings.len(), readings[0].read_up_to.as_millisecond()), (1, 7));
}
