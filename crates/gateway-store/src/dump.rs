//! A picture of the whole database at one moment, table by table, while others go on writing.
//!
//! What the tables are is asked of the database itself, so that no table can be forgotten; and since rows are values and not
//! pages of a file, a dump of one kind of database fills the other.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr as _;

use futures_util::TryStreamExt as _;
use sqlx::postgres::{PgConnectOptions, PgRow};
use sqlx::sqlite::{SqliteConnectOptions, SqliteRow};
use sqlx::{
    AssertSqlSafe, Column as _, Connection as _, Executor as _, PgConnection, Row as _, SqliteConnection,
    TypeInfo as _, ValueRef as _,
};

use crate::schema::{self, Age, age_of};
use crate::{Database, SchemaVersion, StoreError};

/// A table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DumpTable {
    /// Its name.
    pub name: String,
    /// Its columns, in the order of the values of a row.
    pub columns: Vec<String>,
}

/// A value of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DumpValue {
    /// Nothing.
    Null,
    /// A number.
    Int(i64),
    /// A text.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
}

/// One moment of a database. Others write on; what they write is not seen.
pub struct Snapshot {
    connection: Connection,
    version: SchemaVersion,
}

pub(crate) enum Connection {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Snapshot {
    /// Takes the picture. Nothing is changed, also not the tables of an older version.
    ///
    /// # Errors
    /// [`StoreError::Open`], [`StoreError::Newer`], [`StoreError::Database`] and its kin.
    pub async fn take(database: &Database) -> Result<Self, StoreError> {
        let failed = |hint| move |source| StoreError::Open { database: database.name(), hint, source };
        let (connection, found) = match database {
            Database::Sqlite(path) => {
                let failed = failed("there is no database in this file: check --data and --database");
                let options = SqliteConnectOptions::new().filename(path).read_only(true);
                let mut connection = SqliteConnection::connect_with(&options).await.map_err(failed)?;
                connection.execute("BEGIN").await.map_err(StoreError::database(DOING))?;
                // The first look is the moment.
                let found = schema::of_sqlite(&mut connection).await.map_err(StoreError::database(DOING))?;
                (Connection::Sqlite(connection), found)
            }
            Database::Postgres(url) => {
                let failed =
                    failed("check that the server runs, that the database exists, and user and password");
                let options =
                    PgConnectOptions::from_str(url).map_err(&failed)?.application_name("bramka backup");
                let mut connection = PgConnection::connect_with(&options).await.map_err(failed)?;
                let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
                connection.execute(begin).await.map_err(StoreError::database(DOING))?;
                let found =
                    schema::of_postgres(&mut connection).await.map_err(StoreError::database(DOING))?;
                (Connection::Postgres(connection), found)
            }
        };
        let kind = database.kind();
        let number = match age_of(database, found)? {
            Age::Current => kind.newest().number,
            Age::Older(version) => version,
            Age::Empty => {
                return Err(StoreError::Open {
                    database: database.name(),
                    hint: "it has no tables: no gateway has worked with it yet",
                    source: sqlx::Error::RowNotFound,
                });
            }
        };
        Ok(Self { connection, version: SchemaVersion { kind, number } })
    }

    /// The version of its tables.
    #[must_use]
    pub const fn version(&self) -> SchemaVersion {
        self.version
    }

    /// Its tables: none before those that it refers to.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin.
    pub async fn tables(&mut self) -> Result<Vec<DumpTable>, StoreError> {
        tables_of(&mut self.connection).await.map_err(StoreError::database(DOING))
    }

    /// How many rows a table has.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin.
    pub async fn count(&mut self, table: &DumpTable) -> Result<u64, StoreError> {
        count_of(&mut self.connection, &table.name).await.map_err(StoreError::database(DOING))
    }

    /// Gives out every row of a table, one after the other; holds no more than a few of them.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin, and whatever `take` says.
    pub async fn each_row<E: From<StoreError>>(
        &mut self,
        table: &DumpTable,
        mut take: impl AsyncFnMut(Vec<DumpValue>) -> Result<(), E>,
    ) -> Result<u64, E> {
        let columns: Vec<String> = table.columns.iter().map(|column| quoted(column)).collect();
        let sql = format!("SELECT {} FROM {}", columns.join(", "), quoted(&table.name));
        let mut count = 0;
        match &mut self.connection {
            Connection::Sqlite(connection) => {
                let mut rows = sqlx::query(AssertSqlSafe(sql)).fetch(connection);
                while let Some(row) = rows.try_next().await.map_err(StoreError::database(DOING))? {
                    take(values_of_sqlite(&row)?).await?;
                    count += 1;
                }
            }
            Connection::Postgres(connection) => {
                let mut rows = sqlx::query(AssertSqlSafe(sql)).fetch(connection);
                while let Some(row) = rows.try_next().await.map_err(StoreError::database(DOING))? {
                    take(values_of_postgres(&row)?).await?;
                    count += 1;
                }
            }
        }
        Ok(count)
    }

    /// The last number that each counting table has given out: also those of rows that are not there any more count, since
    /// cursors name them.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin.
    pub async fn counters(&mut self) -> Result<BTreeMap<String, i64>, StoreError> {
        counters_of(&mut self.connection).await.map_err(StoreError::database(DOING))
    }

    /// Gives the connection back.
    pub async fn close(self) {
        // Nothing was written: how it ends does not matter.
        let _ = match self.connection {
            Connection::Sqlite(connection) => connection.close().await,
            Connection::Postgres(connection) => connection.close().await,
        };
    }
}

pub(crate) async fn tables_of(connection: &mut Connection) -> Result<Vec<DumpTable>, sqlx::Error> {
    let names = texts(
        connection,
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite~_%' ESCAPE '~' \
         AND name <> '_sqlx_migrations' ORDER BY name",
        "SELECT tablename::TEXT FROM pg_tables WHERE schemaname = current_schema() \
         AND tablename <> '_sqlx_migrations' ORDER BY tablename",
        None,
    )
    .await?;
    let (mut tables, mut parents) = (BTreeMap::new(), BTreeMap::new());
    for name in names {
        let columns = texts(
            connection,
            "SELECT name FROM pragma_table_info($1) ORDER BY cid",
            "SELECT column_name::TEXT FROM information_schema.columns WHERE table_schema = current_schema() \
             AND table_name = $1 ORDER BY ordinal_position",
            Some(&name),
        )
        .await?;
        let of_table = texts(
            connection,
            "SELECT DISTINCT \"table\" FROM pragma_foreign_key_list($1)",
            "SELECT DISTINCT parent.relname::TEXT FROM pg_constraint \
             JOIN pg_class AS child ON child.oid = conrelid JOIN pg_class AS parent ON parent.oid = confrelid \
             JOIN pg_namespace AS space ON space.oid = child.relnamespace \
             WHERE contype = 'f' AND space.nspname = current_schema() AND child.relname = $1",
            Some(&name),
        )
        .await?;
        parents.insert(
            name.clone(),
            of_table.into_iter().filter(|parent| *parent != name).collect::<BTreeSet<_>>(),
        );
        tables.insert(name.clone(), DumpTable { name, columns });
    }
    Ok(parents_first(tables, parents))
}

/// Puts each table behind those that it refers to. Tables that refer to each other in a circle, which there are not, would come
/// last and be refused when they are filled.
fn parents_first(
    mut tables: BTreeMap<String, DumpTable>,
    parents: BTreeMap<String, BTreeSet<String>>,
) -> Vec<DumpTable> {
    let mut ordered: Vec<DumpTable> = Vec::with_capacity(tables.len());
    while !tables.is_empty() {
        let free: Vec<String> = tables
            .keys()
            .filter(|name| {
                parents
                    .get(*name)
                    .is_none_or(|parents| parents.iter().all(|parent| !tables.contains_key(parent)))
            })
            .cloned()
            .collect();
        if free.is_empty() {
            ordered.extend(std::mem::take(&mut tables).into_values());
        }
        ordered.extend(free.iter().filter_map(|name| tables.remove(name)));
    }
    ordered
}

pub(crate) async fn count_of(connection: &mut Connection, table: &str) -> Result<u64, sqlx::Error> {
    let sql = AssertSqlSafe(format!("SELECT COUNT(*) FROM {}", quoted(table)));
    let count: i64 = match connection {
        Connection::Sqlite(connection) => sqlx::query(sql).fetch_one(connection).await?.try_get(0)?,
        Connection::Postgres(connection) => sqlx::query(sql).fetch_one(connection).await?.try_get(0)?,
    };
    Ok(count.unsigned_abs())
}

async fn counters_of(connection: &mut Connection) -> Result<BTreeMap<String, i64>, sqlx::Error> {
    const SQLITE: &str = "SELECT name, seq FROM sqlite_sequence WHERE seq > 0";
    const POSTGRES: &str = "SELECT counted.relname::TEXT, known.last_value FROM pg_class AS counter \
         JOIN pg_namespace AS space ON space.oid = counter.relnamespace \
         JOIN pg_depend ON objid = counter.oid AND deptype IN ('a', 'i') JOIN pg_class AS counted ON counted.oid = refobjid \
         JOIN pg_sequences AS known ON known.schemaname = space.nspname AND known.sequencename = counter.relname \
         WHERE counter.relkind = 'S' AND space.nspname = current_schema() AND known.last_value IS NOT NULL";
    match connection {
        Connection::Sqlite(connection) => {
            let rows = sqlx::query(SQLITE).fetch_all(connection).await?;
            rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect()
        }
        Connection::Postgres(connection) => {
            let rows = sqlx::query(POSTGRES).fetch_all(connection).await?;
            rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect()
        }
    }
}

/// The texts of a statement's only column, by the statement of the database's kind.
async fn texts(
    connection: &mut Connection,
    of_sqlite: &'static str,
    of_postgres: &'static str,
    bound: Option<&str>,
) -> Result<Vec<String>, sqlx::Error> {
    match connection {
        Connection::Sqlite(connection) => {
            let query = sqlx::query(of_sqlite);
            let query = if let Some(bound) = bound { query.bind(bound.to_owned()) } else { query };
            query.fetch_all(connection).await?.iter().map(|row| row.try_get(0)).collect()
        }
        Connection::Postgres(connection) => {
            let query = sqlx::query(of_postgres);
            let query = if let Some(bound) = bound { query.bind(bound.to_owned()) } else { query };
            query.fetch_all(connection).await?.iter().map(|row| row.try_get(0)).collect()
        }
    }
}

/// A name as SQL writes it.
pub(crate) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Reads every value of a row of either database.
macro_rules! values {
    ($row:expr, $($type_name:pat => $value:ident),+ $(,)?) => {{
        let row = $row;
        (0..row.len())
            .map(|place| {
                let raw = row.try_get_raw(place).map_err(StoreError::database(DOING))?;
                if raw.is_null() {
                    return Ok(DumpValue::Null);
                }
                let type_name = raw.type_info().name().to_owned();
                match type_name.as_str() {
                    $($type_name => {
                        row.try_get(place).map(DumpValue::$value).map_err(StoreError::database(DOING))
                    })+
                    _ => {
                        let column = row.columns().get(place).map_or("", |column| column.name());
                        let found = format!("{column} {type_name}");
                        Err(StoreError::Corrupt { what: "a column of a type that no table has", found })
                    }
                }
            })
            .collect()
    }};
}

fn values_of_sqlite(row: &SqliteRow) -> Result<Vec<DumpValue>, StoreError> {
    values!(row, "INTEGER" => Int, "TEXT" => Text, "BLOB" => Bytes)
}

fn values_of_postgres(row: &PgRow) -> Result<Vec<DumpValue>, StoreError> {
    values!(row, "INT8" => Int, "TEXT" => Text, "BYTEA" => Bytes)
}

const DOING: &str = "taking a picture of the database";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_table_comes_before_what_it_refers_to() {
        let names = ["a", "b", "c", "d"];
        let tables =
            names.map(|name| (name.to_owned(), DumpTable { name: name.to_owned(), columns: Vec::new() }));
        let refers = |to: &[&str]| to.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>();
        let parents =
            [("a", refers(&["c"])), ("b", refers(&["a", "d"])), ("c", refers(&[])), ("d", refers(&["c"]))];
        let parents = parents.map(|(name, of)| (name.to_owned(), of)).into();
        let order: Vec<String> =
            parents_first(tables.into(), parents).into_iter().map(|table| table.name).collect();
        assert_eq!(order, ["c", "a", "d", "b"]);
    }
}
