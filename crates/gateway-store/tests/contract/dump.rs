//! A dump has every table and every row, and fills either database with the same.

use std::collections::BTreeMap;

use gateway_store::{
    AuditNote, Database, DatabaseKind, DumpTable, DumpValue, NewSale, NewSeries, Refill, Snapshot, Store,
    StoreError, StoreOptions,
};

use crate::fixture::{Fixture, hash_of, now, session};
use crate::on_both;

on_both!(
    a_dump_fills_either_database_with_the_same,
    a_picture_is_of_one_moment,
    what_is_not_finished_is_not_there,
    only_an_empty_database_is_filled,
    a_series_is_held_until_somebody_says_where_it_goes_on,
);

type Tables = BTreeMap<String, (DumpTable, Vec<Vec<DumpValue>>)>;

async fn tables_of(database: &Database) -> (Tables, BTreeMap<String, i64>) {
    let mut snapshot = Snapshot::take(database).await.expect("a picture");
    let mut tables = Tables::new();
    for table in snapshot.tables().await.expect("tables") {
        let mut rows = Vec::new();
        let counted = snapshot.count(&table).await.expect("counted");
        let given = snapshot
            .each_row::<StoreError>(&table, async |row| {
                rows.push(row);
                Ok(())
            })
            .await
            .expect("rows");
        assert_eq!((counted, given), (rows.len() as u64, rows.len() as u64));
        rows.sort_by_key(|row| format!("{row:?}"));
        tables.insert(table.name.clone(), (table, rows));
    }
    let counters = snapshot.counters().await.expect("counters");
    snapshot.close().await;
    (tables, counters)
}

async fn fill(from: &Database, to: &Database) {
    let mut snapshot = Snapshot::take(from).await.expect("a picture");
    let mut filling = Refill::begin(to, snapshot.version()).await.expect("empty");
    for table in snapshot.tables().await.expect("tables") {
        let insert = async |row| filling.insert(&table, row).await;
        snapshot.each_row::<StoreError>(&table, insert).await.expect("inserted");
    }
    let counters = snapshot.counters().await.expect("counters");
    filling.finish(&counters).await.expect("finished");
}

/// An empty database of each kind that is on this machine.
fn empty_ones(folder: &tempfile::TempDir) -> Vec<Database> {
    let mut databases = vec![Database::Sqlite(folder.path().join("restored.db"))];
    databases.extend(test_postgres::server().map(|server| Database::Postgres(server.new_database())));
    databases
}

/// Something in many tables: documents, texts with every letter, nothing, an audit log, an account.
async fn some_of_everything(fixture: &Fixture) {
    for number in ["FV/1", "FV/2 zażółć „gęślą” \u{1F9FE}"] {
        fixture.sale(number).await;
    }
    let fence = fixture.claimed().await;
    fixture.writer.session_opened(&fence, &session(1), now()).await.expect("opened");
    let page = vec![0, 1, 255, b'\n'];
    fixture.writer.keep_session_upo(&session(1), 1, &hash_of("page"), &page, false).await.expect("kept");
    let access = fixture.writer.access();
    let note = AuditNote {
        at: now(),
        who: "local".to_owned(),
        origin: "-".to_owned(),
        action: "try".to_owned(),
        company: String::new(),
        subject: String::new(),
    };
    for _ in 0..3 {
        access.tell(&note, "done").await.expect("told");
    }
}

async fn a_dump_fills_either_database_with_the_same(fixture: Fixture) {
    some_of_everything(&fixture).await;
    let folder = tempfile::tempdir().expect("a folder");
    let (before, counters) = tables_of(&fixture.database).await;
    assert!(
        before["sales"].1.len() == 2
            && before["audit_log"].1.len() == 3
            && before["session_upos"].1.len() == 1
    );
    for database in empty_ones(&folder) {
        fill(&fixture.database, &database).await;
        let (after, counters_after) = tables_of(&database).await;
        for (name, (table, rows)) in &before {
            // Where it rests what was spent of KSeF's limits differs, and so do nodes; nobody is logged in any more.
            if ["limit_spending", "login_sessions", "nodes"].contains(&name.as_str()) {
                continue;
            }
            let (found, found_rows) = &after[name];
            let sorted = |table: &DumpTable| {
                let mut columns = table.columns.clone();
                columns.sort();
                columns
            };
            assert_eq!(sorted(found), sorted(table), "both kinds have the same tables: {name}");
            let by_name = |table: &DumpTable, rows: &[Vec<DumpValue>]| {
                let mut rows: Vec<BTreeMap<String, DumpValue>> = rows
                    .iter()
                    .map(|row| table.columns.iter().cloned().zip(row.iter().cloned()).collect())
                    .collect();
                if name == "work" {
                    for row in &mut rows {
                        row.insert("holder".to_owned(), DumpValue::Null);
                        row.insert("lease_until".to_owned(), DumpValue::Null);
                    }
                }
                rows.sort_by_key(|row| format!("{row:?}"));
                rows
            };
            assert_eq!(by_name(found, found_rows), by_name(table, rows), "{name}");
        }
        for (table, last) in &counters {
            assert_eq!(counters_after.get(table), Some(last), "{table} goes on counting");
        }
        // It can be worked with: the next number is a new one, and the chain goes on.
        let (store, writer) = Store::open(&database, StoreOptions::default()).await.expect("opened");
        assert!(store.verify_audit().await.expect("read").is_ok());
        let new = NewSale { company: fixture.company.clone(), ..fixture.new_sale("FV/3") };
        let taken = writer.take_sales(&[new], now()).await.expect("the database works");
        assert!(taken.into_iter().all(|one| one.is_ok()));
        assert_eq!(store.sales(&fixture.company, 0, 10).await.expect("read").items.len(), 3);
    }
}

async fn a_series_is_held_until_somebody_says_where_it_goes_on(fixture: Fixture) {
    let company = &fixture.company;
    let text = |number: i64| format!("FV/2026/{number}");
    let series =
        NewSeries { name: "sales", template: "FV/{year}/{number}", unit: "", kind: "", reset: "yearly" };
    fixture.writer.put_series(company, &series).await.expect("made");
    let given = fixture.writer.next_number(company, "sales", "2026", "a", now(), text).await.expect("given");
    assert!(!fixture.store.series(company).await.expect("read")[0].is_held);
    assert!(!fixture.writer.resume_series(company, "sales", None).await.expect("read"), "it is not held");
    let folder = tempfile::tempdir().expect("a folder");
    for database in empty_ones(&folder) {
        fill(&fixture.database, &database).await;
        let (store, writer) = Store::open(&database, StoreOptions::default()).await.expect("opened");
        let next =
            async |request: &str| writer.next_number(company, "sales", "2026", request, now(), text).await;
        assert!(store.series(company).await.expect("read")[0].is_held);
        // What was given before is told again; nothing new is given, and changing the series changes nothing of that.
        assert_eq!(next("a").await.expect("given"), given);
        writer.put_series(company, &series).await.expect("kept");
        assert!(matches!(next("b").await, Err(StoreError::SeriesHeld { .. })));
        assert!(writer.resume_series(company, "sales", Some(("2026", 57))).await.expect("resumed"));
        assert_eq!(next("b").await.expect("given").number, 58);
        assert!(!writer.resume_series(company, "sales", Some(("2026", 1))).await.expect("read"));
        assert_eq!(next("c").await.expect("given").number, 59);
    }
}

async fn a_picture_is_of_one_moment(fixture: Fixture) {
    fixture.sale("FV/1").await;
    let mut snapshot = Snapshot::take(&fixture.database).await.expect("a picture");
    fixture.sale("FV/2").await;
    let tables = snapshot.tables().await.expect("tables");
    let count = async |snapshot: &mut Snapshot, name: &str| {
        let table = tables.iter().find(|table| table.name == name).expect("there");
        snapshot.count(table).await.expect("counted")
    };
    assert_eq!(count(&mut snapshot, "sales").await, 1);
    fixture.sale("FV/3").await;
    assert_eq!(count(&mut snapshot, "sale_documents").await, 1, "the same moment for every table");
    snapshot.close().await;
}

async fn what_is_not_finished_is_not_there(fixture: Fixture) {
    some_of_everything(&fixture).await;
    let folder = tempfile::tempdir().expect("a folder");
    for database in empty_ones(&folder) {
        let mut snapshot = Snapshot::take(&fixture.database).await.expect("a picture");
        let mut filling = Refill::begin(&database, snapshot.version()).await.expect("empty");
        for table in snapshot.tables().await.expect("tables") {
            let insert = async |row| filling.insert(&table, row).await;
            snapshot.each_row::<StoreError>(&table, insert).await.expect("inserted");
        }
        drop(filling);
        let (tables, _) = tables_of(&database).await;
        assert!(tables.values().all(|(_, rows)| rows.is_empty()), "{}", database.name());
    }
}

async fn only_an_empty_database_is_filled(fixture: Fixture) {
    let version = fixture.database.kind().newest();
    let refused = Refill::begin(&fixture.database, version).await.err().expect("it has a company");
    assert!(matches!(refused, StoreError::NotEmpty { .. }), "{refused}");
    let folder = tempfile::tempdir().expect("a folder");
    for database in empty_ones(&folder) {
        let mut later = version;
        later.number += 1;
        let refused = Refill::begin(&database, later).await.err().expect("of a later version");
        assert!(matches!(refused, StoreError::Newer { .. }), "{refused}");
        let mut earlier = version;
        earlier.number -= 1;
        if database.kind() != version.kind {
            let refused = Refill::begin(&database, earlier).await.err().expect("of other tables");
            assert!(matches!(refused, StoreError::OtherTables { .. }), "{refused}");
        }
    }
    assert_eq!(DatabaseKind::from_name("sqlite"), Some(DatabaseKind::Sqlite));
}
