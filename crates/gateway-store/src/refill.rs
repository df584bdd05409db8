//! Filling an empty database with the rows of another: all of them, or none.

use std::collections::BTreeMap;
use std::path::Path;
use std::str::FromStr as _;

use sqlx::postgres::{PgArguments, PgConnectOptions};
use sqlx::sqlite::{SqliteArguments, SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{
    Arguments as _, AssertSqlSafe, Connection as _, Executor as _, PgConnection, Row as _, SqliteConnection,
};

use crate::dump::{Connection, DumpTable, DumpValue, count_of, quoted, tables_of};
use crate::schema;
use crate::{Database, SchemaVersion, StoreError};

/// An empty database that is being filled. Dropped without [`Refill::finish`] it stays empty.
pub struct Refill {
    database: Database,
    connection: Connection,
    /// What each column takes, by table.
    columns: BTreeMap<String, BTreeMap<String, Takes>>,
    /// Rows of one table that are written together.
    pending: Vec<Vec<DumpValue>>,
    pending_bytes: usize,
    pending_of: Option<DumpTable>,
}

/// What a column takes: PostgreSQL wants to know what a null is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Takes {
    Int,
    Text,
    Bytes,
}

impl Refill {
    /// Makes the tables that the dump was made of in a database that has nothing in it, and begins.
    ///
    /// # Errors
    /// [`StoreError::NotEmpty`], [`StoreError::Newer`] for a dump of a later version, [`StoreError::OtherTables`] for one of the
    /// other kind with other tables, [`StoreError::Open`], [`StoreError::Migrate`], [`StoreError::Database`] and its kin.
    pub async fn begin(database: &Database, of: SchemaVersion) -> Result<Self, StoreError> {
        let known = of.kind.newest().number;
        if of.number > known {
            return Err(StoreError::Newer { database: DUMP.to_owned(), found: of.number, known });
        }
        let is_across = of.kind != database.kind();
        if is_across && of.number != known {
            return Err(StoreError::OtherTables { kind: of.kind.as_str(), found: of.number, known });
        }
        // The numbers of one kind mean nothing to the other.
        let number = if is_across { database.kind().newest().number } else { of.number };
        let mut connection = match database {
            Database::Sqlite(path) => Connection::Sqlite(new_file(database, path).await?),
            Database::Postgres(url) => {
                let failed = |source| StoreError::Open {
                    database: database.name(),
                    hint: "check that the server runs, that the database exists, and user and password",
                    source,
                };
                let options =
                    PgConnectOptions::from_str(url).map_err(failed)?.application_name("bramka restore");
                let mut connection = PgConnection::connect_with(&options).await.map_err(failed)?;
                let found =
                    schema::of_postgres(&mut connection).await.map_err(StoreError::database(DOING))?;
                if found.is_some_and(|found| found > number) {
                    return Err(StoreError::NotEmpty { database: database.name() });
                }
                Connection::Postgres(connection)
            }
        };
        let migrator = database.kind().migrator();
        match &mut connection {
            Connection::Sqlite(connection) => migrator.run_to(number, connection).await,
            Connection::Postgres(connection) => migrator.run_to(number, connection).await,
        }
        .map_err(|source| StoreError::Migrate { database: database.name(), source })?;
        let mut columns = BTreeMap::new();
        for table in tables_of(&mut connection).await.map_err(StoreError::database(DOING))? {
            if count_of(&mut connection, &table.name).await.map_err(StoreError::database(DOING))? > 0 {
                return Err(StoreError::NotEmpty { database: database.name() });
            }
            let of_table = columns_of(&mut connection, &table.name).await?;
            columns.insert(table.name, of_table);
        }
        connection.run("BEGIN").await?;
        let database = database.clone();
        Ok(Self { database, connection, columns, pending: Vec::new(), pending_bytes: 0, pending_of: None })
    }

    /// Puts a row in. Sessions of people who were logged in are left out, since some of them may have logged out after the
    /// dump was made; and nobody holds the work that the dead held.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] for a table, column or value that these tables have no place for, [`StoreError::Database`] and its
    /// kin.
    pub async fn insert(&mut self, table: &DumpTable, mut row: Vec<DumpValue>) -> Result<(), StoreError> {
        if LEFT_OUT.contains(&table.name.as_str()) {
            return Ok(());
        }
        let Some(takes) = self.columns.get(&table.name) else {
            // What KSeF's limits were spent on: a table of PostgreSQL, a file beside SQLite, and forgotten within hours.
            if table.name == SPENDING {
                return Ok(());
            }
            return Err(StoreError::Corrupt { what: "a table that is not known", found: table.name.clone() });
        };
        if row.len() != table.columns.len() {
            return Err(StoreError::Corrupt { what: "a row of another length", found: table.name.clone() });
        }
        for (column, value) in table.columns.iter().zip(&mut row) {
            if table.name == WORK && HELD.contains(&column.as_str()) {
                *value = DumpValue::Null;
            }
            let fits = matches!(
                (takes.get(column), &*value),
                (Some(_), DumpValue::Null)
                    | (Some(Takes::Int), DumpValue::Int(_))
                    | (Some(Takes::Text), DumpValue::Text(_))
                    | (Some(Takes::Bytes), DumpValue::Bytes(_))
            );
            if !fits {
                let found = format!("{}.{column}", table.name);
                return Err(StoreError::Corrupt { what: "a value that has no place", found });
            }
        }
        if self.pending_of.as_ref().is_some_and(|of| of != table) {
            self.flush().await?;
        }
        self.pending_bytes += row.iter().map(DumpValue::bytes).sum::<usize>();
        self.pending.push(row);
        self.pending_of = Some(table.clone());
        if self.pending.len() >= ROWS_AT_ONCE || self.pending_bytes >= BYTES_AT_ONCE {
            self.flush().await?;
        }
        Ok(())
    }

    /// Sets how far each counting table had counted, makes everything last, brings the tables up to date, and holds number series:
    /// what they gave after the dump was made is not in it.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin, [`StoreError::Migrate`].
    pub async fn finish(mut self, counters: &BTreeMap<String, i64>) -> Result<(), StoreError> {
        self.flush().await?;
        for (table, last) in counters {
            self.set_counter(table, *last).await?;
        }
        self.connection.run("COMMIT").await?;
        let migrator = self.database.kind().migrator();
        match &mut self.connection {
            Connection::Sqlite(connection) => migrator.run(connection).await,
            Connection::Postgres(connection) => migrator.run(connection).await,
        }
        .map_err(|source| StoreError::Migrate { database: self.database.name(), source })?;
        self.connection.run("UPDATE series SET is_held = 1").await?;
        match self.connection {
            Connection::Sqlite(connection) => connection.close().await,
            Connection::Postgres(connection) => connection.close().await,
        }
        .map_err(StoreError::database(DOING))?;
        if let Database::Sqlite(path) = &self.database {
            let file = std::fs::File::open(path).and_then(|file| file.sync_all());
            file.map_err(|error| StoreError::database(DOING)(sqlx::Error::Io(error)))?;
        }
        Ok(())
    }

    async fn set_counter(&mut self, table: &str, last: i64) -> Result<(), StoreError> {
        if !self.columns.contains_key(table) {
            return Ok(());
        }
        match &mut self.connection {
            Connection::Sqlite(connection) => {
                for sql in [
                    "UPDATE sqlite_sequence SET seq = max(seq, $2) WHERE name = $1",
                    "INSERT INTO sqlite_sequence (name, seq) SELECT $1, $2 \
                     WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = $1)",
                ] {
                    let query = sqlx::query(sql).bind(table.to_owned()).bind(last);
                    query.execute(&mut *connection).await.map_err(StoreError::database(DOING))?;
                }
            }
            Connection::Postgres(connection) => {
                const SQL: &str = "SELECT setval(counter.oid::regclass, $2) FROM pg_class AS counter \
                     JOIN pg_namespace AS space ON space.oid = counter.relnamespace \
                     JOIN pg_depend ON objid = counter.oid AND deptype IN ('a', 'i') \
                     JOIN pg_class AS counted ON counted.oid = refobjid \
                     WHERE counter.relkind = 'S' AND space.nspname = current_schema() AND counted.relname = $1";
                let query = sqlx::query(SQL).bind(table.to_owned()).bind(last);
                query.execute(connection).await.map_err(StoreError::database(DOING))?;
            }
        }
        Ok(())
    }

    async fn flush(&mut self) -> Result<(), StoreError> {
        let Some(table) = self.pending_of.take() else { return Ok(()) };
        let rows = std::mem::take(&mut self.pending);
        self.pending_bytes = 0;
        let takes: Vec<Takes> = table
            .columns
            .iter()
            .filter_map(|column| self.columns.get(&table.name)?.get(column).copied())
            .collect();
        // Statements of two lengths only: each is prepared once.
        let mut left = rows.as_slice();
        while !left.is_empty() {
            let (some, others) = left.split_at(if left.len() >= ROWS_TOGETHER { ROWS_TOGETHER } else { 1 });
            left = others;
            self.write(&table, &takes, some).await.map_err(StoreError::database(DOING))?;
        }
        Ok(())
    }

    async fn write(
        &mut self,
        table: &DumpTable,
        takes: &[Takes],
        rows: &[Vec<DumpValue>],
    ) -> Result<(), sqlx::Error> {
        let columns: Vec<String> = table.columns.iter().map(|column| quoted(column)).collect();
        let places: Vec<String> = (0..rows.len())
            .map(|row| {
                let places = (1..=takes.len()).map(|place| format!("${}", row * takes.len() + place));
                format!("({})", places.collect::<Vec<_>>().join(", "))
            })
            .collect();
        let (name, columns, places) = (quoted(&table.name), columns.join(", "), places.join(", "));
        let values = rows.iter().flat_map(|row| row.iter().zip(takes));
        match &mut self.connection {
            Connection::Sqlite(connection) => {
                let mut arguments = SqliteArguments::default();
                for (value, _) in values {
                    match value {
                        DumpValue::Null => arguments.add(None::<i64>),
                        DumpValue::Int(number) => arguments.add(*number),
                        DumpValue::Text(text) => arguments.add(text.clone()),
                        DumpValue::Bytes(bytes) => arguments.add(bytes.clone()),
                    }
                    .map_err(sqlx::Error::Encode)?;
                }
                let sql = format!("INSERT INTO {name} ({columns}) VALUES {places}");
                sqlx::query_with(AssertSqlSafe(sql), arguments).execute(connection).await?;
            }
            Connection::Postgres(connection) => {
                let mut arguments = PgArguments::default();
                for (value, takes) in values {
                    match (value, takes) {
                        (DumpValue::Null, Takes::Int) => arguments.add(None::<i64>),
                        (DumpValue::Null, Takes::Text) => arguments.add(None::<String>),
                        (DumpValue::Null, Takes::Bytes) => arguments.add(None::<Vec<u8>>),
                        (DumpValue::Int(number), _) => arguments.add(*number),
                        (DumpValue::Text(text), _) => arguments.add(text.as_str()),
                        (DumpValue::Bytes(bytes), _) => arguments.add(bytes.as_slice()),
                    }
                    .map_err(sqlx::Error::Encode)?;
                }
                // Rows keep the numbers that they had.
                let sql = format!("INSERT INTO {name} ({columns}) OVERRIDING SYSTEM VALUE VALUES {places}");
                sqlx::query_with(AssertSqlSafe(sql), arguments).execute(connection).await?;
            }
        }
        Ok(())
    }
}

impl DumpValue {
    fn bytes(&self) -> usize {
        match self {
            Self::Null | Self::Int(_) => 8,
            Self::Text(text) => text.len(),
            Self::Bytes(bytes) => bytes.len(),
        }
    }
}

impl Connection {
    async fn run(&mut self, sql: &'static str) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(connection) => connection.execute(sql).await.map(drop),
            Self::Postgres(connection) => connection.execute(sql).await.map(drop),
        }
        .map_err(StoreError::database(DOING))
    }
}

/// A file that was not there. Until it is finished nobody but us knows its name, so nothing waits for the disk.
async fn new_file(database: &Database, path: &Path) -> Result<SqliteConnection, StoreError> {
    if path.exists() {
        return Err(StoreError::NotEmpty { database: database.name() });
    }
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .foreign_keys(true)
        .journal_mode(SqliteJournalMode::Memory)
        .synchronous(SqliteSynchronous::Off);
    SqliteConnection::connect_with(&options).await.map_err(|source| StoreError::Open {
        database: database.name(),
        hint: "check that the folder exists and may be written to",
        source,
    })
}

async fn columns_of(connection: &mut Connection, table: &str) -> Result<BTreeMap<String, Takes>, StoreError> {
    const SQLITE: &str = "SELECT name, upper(type) FROM pragma_table_info($1)";
    const POSTGRES: &str = "SELECT column_name::TEXT, upper(data_type)::TEXT FROM information_schema.columns \
         WHERE table_schema = current_schema() AND table_name = $1";
    let failed = StoreError::database(DOING);
    let pairs: Vec<(String, String)> = match connection {
        Connection::Sqlite(connection) => {
            let rows =
                sqlx::query(SQLITE).bind(table.to_owned()).fetch_all(connection).await.map_err(&failed)?;
            rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect::<Result<_, _>>()
        }
        Connection::Postgres(connection) => {
            let rows =
                sqlx::query(POSTGRES).bind(table.to_owned()).fetch_all(connection).await.map_err(&failed)?;
            rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect::<Result<_, _>>()
        }
    }
    .map_err(&failed)?;
    pairs
        .into_iter()
        .map(|(column, type_name)| match type_name.as_str() {
            "INTEGER" | "BIGINT" => Ok((column, Takes::Int)),
            "TEXT" => Ok((column, Takes::Text)),
            "BLOB" | "BYTEA" => Ok((column, Takes::Bytes)),
            other => {
                let found = format!("{table}.{column} {other}");
                Err(StoreError::Corrupt { what: "a column of a type that no table has", found })
            }
        })
        .collect()
}

const DOING: &str = "filling the database";
/// What a dump is called in messages that speak of databases.
const DUMP: &str = "of the dump";
/// Nobody is logged in any more, and no node works on it yet.
const LEFT_OUT: [&str; 2] = ["login_sessions", "nodes"];
const SPENDING: &str = "limit_spending";
const WORK: &str = "work";
/// Of `work`: who does it, and until when.
const HELD: [&str; 2] = ["holder", "lease_until"];
/// Rows in one statement. The widest table has some 45 columns; SQLite takes 32,766 values in a statement.
const ROWS_TOGETHER: usize = 50;
const ROWS_AT_ONCE: usize = 1000;
const BYTES_AT_ONCE: usize = 4 * 1024 * 1024;
