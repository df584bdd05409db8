//! How long a page of 50 takes out of 1,000,000 documents of one company, filtered and sorted in each way, on SQLite and on
//! PostgreSQL. `cargo bench -p gateway-store`; `-- --rows N` for fewer, `-- --only sqlite` or `postgres` for one of them.
//!
//! The database is made anew each time and made up of numbers: no invoice of anybody. Each question is asked until it is
//! in the cache and then so often that its median is of 9 answers.

#![allow(clippy::print_stdout, reason = "a measurement is read on the terminal")]

use std::time::{Duration, Instant};

use gateway_store::{Database, SaleFilter, SaleSort, SaleState, Store, StoreOptions};
use jiff::Timestamp;
use jiff::civil::{Date, date};
use ksef_id::ContextIdentifier;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let after = |name: &str| {
        let place = arguments.iter().position(|one| one == name)?;
        arguments.get(place + 1).cloned()
    };
    let rows: u32 = after("--rows").map_or(1_000_000, |text| text.parse().expect("a number"));
    let only = after("--only");
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    if only.as_deref() != Some("postgres") {
        let folder = after("--folder").map(std::path::PathBuf::from);
        let made = tempfile::tempdir().expect("a folder");
        let folder = folder.unwrap_or_else(|| made.path().to_owned());
        runtime.block_on(sqlite(&folder.join("gateway.db"), rows));
    }
    if only.as_deref() != Some("sqlite")
        && let Some(server) = test_postgres::server()
    {
        runtime.block_on(postgres(&server.new_database(), rows));
    }
}

async fn sqlite(path: &std::path::Path, rows: u32) {
    let is_there = path.exists();
    let database = Database::Sqlite(path.to_owned());
    let (store, company) = opened(&database).await;
    if !is_there {
        let options =
            sqlx::sqlite::SqliteConnectOptions::new().filename(path).pragma("cache_size", "-600000");
        let pool = sqlx::sqlite::SqlitePoolOptions::new().max_connections(1).connect_with(options);
        let pool = pool.await.expect("open");
        let numbers = format!(
            "(WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {rows}) \
             SELECT n, ((n * 2654435761) >> 7) & 1048575 AS r FROM numbers)"
        );
        sqlx::raw_sql(sqlx::AssertSqlSafe(filling(
            &numbers,
            "date('2026-01-01', '+' || (n * 364 / {rows}) || ' days')",
            rows,
        )))
        .execute(&pool)
        .await
        .expect("filled");
        pool.close().await;
    }
    measure("SQLite", &store, &company).await;
    store.close().await;
}

async fn postgres(url: &str, rows: u32) {
    let (store, company) = opened(&Database::Postgres(url.to_owned())).await;
    let pool = sqlx::PgPool::connect(url).await.expect("open");
    let numbers = format!(
        "(SELECT n, ((n * 2654435761) >> 7) & 1048575 AS r FROM generate_series(1::bigint, {rows}::bigint) AS n) AS numbers"
    );
    let day = "to_char(date '2026-01-01' + (n * 364 / {rows})::int, 'YYYY-MM-DD')";
    sqlx::raw_sql(sqlx::AssertSqlSafe(filling(&numbers, day, rows))).execute(&pool).await.expect("filled");
    sqlx::raw_sql("ANALYZE sales").execute(&pool).await.expect("counted");
    pool.close().await;
    measure("PostgreSQL", &store, &company).await;
    store.close().await;
}

async fn opened(database: &Database) -> (Store, ContextIdentifier) {
    let (store, writer) = Store::open(database, StoreOptions::default()).await.expect("a store");
    let company = ContextIdentifier::parse("5265877635").expect("a NIP");
    let now: Timestamp = "2026-11-22T10:00:00Z".parse().expect("a time");
    writer.add_companies(std::slice::from_ref(&company), now).await.expect("added");
    writer.close().await;
    (store, company)
}

/// A year of invoices as they come: numbers and dates rise with the order of arrival, buyers and amounts do not. Of a
/// thousand, 970 are done, 10 were refused, 10 wait, 10 are to be approved; 30 were issued offline.
fn filling(numbers: &str, day: &str, rows: u32) -> String {
    let day = day.replace("{rows}", &rows.to_string());
    format!(
        "INSERT INTO sales (id, company, state, policy, form, kind, invoice_number, number_key, issue_date, buyer_nip, \
         buyer_name, gross, gross_minor, currency, sha256, size_bytes, mode, created_at, updated_at) \
         SELECT '01890000-0000-7000-8000-' || substr('000000000000' || n, length('000000000000' || n) - 11, 12), \
         '5265877635', CASE WHEN r % 1000 < 970 THEN 'stored' WHEN r % 1000 < 980 THEN 'rejected' \
         WHEN r % 1000 < 990 THEN 'waiting' ELSE 'validated' END, 'immediate', 'FA(3)', 'VAT', \
         'FV/2026/' || substr('0000000' || n, length('0000000' || n) - 6, 7), \
         'k' || n, {day}, CAST(1000000000 + r % 5000 AS TEXT), 'Nabywca ' || (r % 5000), \
         CAST(r AS TEXT), r * 7, 'PLN', '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=', 5000, \
         CASE WHEN (r / 1000) % 100 < 3 THEN 'offline24' ELSE 'online' END, \
         1767225600000 + n, 1767225600000 + n FROM {numbers}"
    )
}

/// A question: what it asks in words, and how.
type Question = (&'static str, SaleFilter);

fn questions() -> Vec<Question> {
    let all = SaleFilter::default;
    let days = |from: Date, to: Date| SaleFilter { issued_from: Some(from), issued_to: Some(to), ..all() };
    let search = |text: &str| SaleFilter { search: Some(text.to_owned()), ..all() };
    let states = |states: &[SaleState]| SaleFilter { states: states.to_vec(), ..all() };
    let march = days(date(2026, 3, 1), date(2026, 3, 31));
    let december = days(date(2026, 12, 1), date(2026, 12, 31));
    vec![
        ("all", all()),
        ("done", states(&[SaleState::Stored])),
        ("refused", states(&[SaleState::Rejected])),
        (
            "refused, waiting or to be approved",
            states(&[SaleState::Rejected, SaleState::Waiting, SaleState::Validated]),
        ),
        ("in a state that none is in", states(&[SaleState::Withdrawn])),
        ("of one day", days(date(2026, 6, 15), date(2026, 6, 15))),
        ("of March", march.clone()),
        ("of December", december.clone()),
        ("of half a year", days(date(2026, 7, 1), date(2026, 12, 31))),
        ("offline", SaleFilter { is_offline: Some(true), ..all() }),
        ("online", SaleFilter { is_offline: Some(false), ..all() }),
        ("refused, of March", SaleFilter { states: vec![SaleState::Rejected], ..march.clone() }),
        ("done, of March", SaleFilter { states: vec![SaleState::Stored], ..march.clone() }),
        (
            "refused, offline, of March",
            SaleFilter { states: vec![SaleState::Rejected], is_offline: Some(true), ..march },
        ),
        ("offline, of December", SaleFilter { is_offline: Some(true), ..december.clone() }),
        ("with one number", search("FV/2026/0500000")),
        ("whose number begins with FV/2026/00001", search("FV/2026/00001")),
        ("whose number begins with FV", search("FV")),
        ("of one buyer by NIP", search("1000000777")),
        ("of buyers whose name begins so", search("Nabywca 77")),
        ("with a number that none has", search("XX/1")),
        (
            "whose number begins with FV/2026, of December, refused",
            SaleFilter { states: vec![SaleState::Rejected], search: Some("FV/2026".to_owned()), ..december },
        ),
    ]
}

async fn measure(name: &str, store: &Store, company: &ContextIdentifier) {
    let sorts = [SaleSort::Arrival, SaleSort::IssueDate, SaleSort::Number, SaleSort::Buyer, SaleSort::Gross];
    println!("{name}: median of a page of 50, in ms; the slower of both directions and of pages 1 and 21");
    println!("| documents | arrival | issue date | number | buyer | gross |");
    println!("|---|---|---|---|---|---|");
    let mut worst = Duration::ZERO;
    for (words, filter) in questions() {
        let mut cells = Vec::new();
        for sort in sorts {
            let mut slowest = Duration::ZERO;
            for (is_descending, skip) in [(false, 0), (true, 0), (false, 1000), (true, 1000)] {
                let time = median(store, company, &filter, sort, is_descending, skip).await;
                slowest = slowest.max(time);
            }
            worst = worst.max(slowest);
            cells.push(format!("{:.1}", slowest.as_secs_f64() * 1000.0));
        }
        println!("| {words} | {} |", cells.join(" | "));
    }
    let started = Instant::now();
    store.unfinished(company, &["document.tampered"], 100).await.expect("read");
    let unfinished = started.elapsed();
    let started = Instant::now();
    store.unfinished_counts(company).await.expect("read");
    println!(
        "what waits: {:.1} ms, its counts {:.1} ms; the slowest page {:.1} ms\n",
        unfinished.as_secs_f64() * 1000.0,
        started.elapsed().as_secs_f64() * 1000.0,
        worst.as_secs_f64() * 1000.0
    );
}

async fn median(
    store: &Store,
    company: &ContextIdentifier,
    filter: &SaleFilter,
    sort: SaleSort,
    is_descending: bool,
    skip: u32,
) -> Duration {
    let mut times = Vec::new();
    for round in 0..ROUNDS {
        let started = Instant::now();
        store.sales_by(company, filter, sort, is_descending, skip, 50).await.expect("read");
        let time = started.elapsed();
        // The first fills the cache.
        if round > 0 {
            times.push(time);
        }
        // What is far too slow is not asked nine times.
        if time > Duration::from_millis(200) {
            times.push(time);
            break;
        }
    }
    times.sort();
    times[times.len() / 2]
}

const ROUNDS: usize = 10;
