//! What only a file can do: be missing, be reopened, be of an older version.

use gateway_store::{
    Database, PurchaseDocument, PurchaseRole, PurchaseView, SaleState, Snapshot, Store, StoreError,
    StoreOptions,
};
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

    let before = std::fs::read(&path).expect("read");
    let (store, _writer) =
        Store::open(&Database::Sqlite(path.clone()), StoreOptions::default()).await.expect("up to date");
    // As it was before, it lies beside.
    let copy = folder.path().join("gateway.db.schema-1");
    let copied = sqlx::SqlitePool::connect_with(
        sqlx::sqlite::SqliteConnectOptions::new().filename(&copy).read_only(true),
    );
    let copied = copied.await.expect("a database");
    let count: i64 =
        sqlx::query_scalar("SELECT COUNT(*) FROM sales").fetch_one(&copied).await.expect("counted");
    let version: i64 = sqlx::query_scalar("SELECT MAX(version) FROM _sqlx_migrations")
        .fetch_one(&copied)
        .await
        .expect("read");
    assert_eq!((count, version), (2, 1));
    assert_ne!(std::fs::read(&path).expect("read"), before, "the database itself was changed");
    let company = ContextIdentifier::parse("5265877635").expect("a NIP");
    let sales = store.sales(&company, 0, 10).await.expect("read").items;
    let found: Vec<_> =
        sales.iter().map(|sale| (sale.state, sale.gross.as_str(), sale.mode.as_str())).collect();
    assert_eq!(found, [(SaleState::Stored, "123.45", "online"), (SaleState::Waiting, "-0.10", "online")]);
    let row = store.purchase_changes(&company, PurchaseView::Everything, 0, 10).await;
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

/// A database that a later version has made is refused and not touched; so is its picture.
#[tokio::test]
async fn a_later_version_is_refused_untouched() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("gateway.db");
    let database = Database::Sqlite(path.clone());
    let (store, writer) = Store::open(&database, StoreOptions::default()).await.expect("made");
    store.close().await;
    writer.close().await;
    let pool = sqlx::SqlitePool::connect_with(sqlx::sqlite::SqliteConnectOptions::new().filename(&path));
    let pool = pool.await.expect("a file");
    sqlx::raw_sql(LATER).execute(&pool).await.expect("written");
    pool.close().await;
    let before = std::fs::read(&path).expect("read");
    for refused in [
        Store::open(&database, StoreOptions::default()).await.err().expect("refused"),
        Snapshot::take(&database).await.err().expect("refused"),
    ] {
        let words = refused.to_string();
        assert!(matches!(refused, StoreError::Newer { found: 9999, .. }), "{words}");
        assert!(
            words.contains("gateway.db") && words.contains("9999") && words.contains("later bramka"),
            "{words}"
        );
    }
    assert_eq!(std::fs::read(&path).expect("read"), before);
    let beside: Vec<_> =
        std::fs::read_dir(folder.path()).expect("read").map(|file| file.expect("one").file_name()).collect();
    assert!(beside.iter().all(|name| !name.to_string_lossy().contains("schema")), "{beside:?}");
}

/// On a server nobody copies the database beside itself: a person says when its tables may be changed.
#[tokio::test]
async fn older_tables_of_a_server_are_changed_by_leave_alone() {
    let Some(server) = test_postgres::server() else { return };
    let url = server.new_database();
    let database = Database::Postgres(url.clone());
    let folder = tempfile::tempdir().expect("a folder");
    let first = "0001_everything.sql";
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/migrations/postgres/");
    std::fs::copy(format!("{source}{first}"), folder.path().join(first)).expect("copied");
    let pool = sqlx::PgPool::connect(&url).await.expect("connected");
    let migrator = sqlx::migrate::Migrator::new(folder.path().to_owned()).await.expect("read");
    migrator.run(&pool).await.expect("made");
    let version = async || {
        let sql = "SELECT MAX(version) FROM _sqlx_migrations";
        sqlx::query_scalar::<_, i64>(sql).fetch_one(&pool).await.expect("read")
    };
    let refused = Store::open(&database, StoreOptions::default()).await.err().expect("refused");
    assert!(refused.to_string().contains("--migrate"), "{refused}");
    assert_eq!(version().await, 1, "untouched");
    let by_leave = StoreOptions { may_migrate: true, ..StoreOptions::default() };
    Store::open(&database, by_leave).await.expect("brought up to date");
    assert_eq!(version().await, database.kind().newest().number);
    sqlx::raw_sql(LATER).execute(&pool).await.expect("written");
    let refused = Store::open(&database, by_leave).await.err().expect("refused");
    assert!(matches!(refused, StoreError::Newer { found: 9999, .. }), "{refused}");
}

const LATER: &str = "INSERT INTO _sqlx_migrations (version, description, installed_on, success, checksum, execution_time) \
     SELECT 9999, 'later', installed_on, success, checksum, 0 FROM _sqlx_migrations WHERE version = 1";
