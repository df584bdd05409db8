//! SQLite or PostgreSQL behind one face: the SQL above is one text for both (`$1`, `ON CONFLICT`, `RETURNING`), and only
//! what must differ differs here. `sqlx`'s own `Any` driver knows too few types.

use sqlx::postgres::{PgArguments, PgPool, PgRow};
use sqlx::sqlite::{SqliteArguments, SqlitePool, SqliteRow};
use sqlx::{Arguments as _, AssertSqlSafe, Postgres, Row as _, Sqlite, Transaction};

use crate::StoreError;
use crate::file_place::FilePlace;

/// Connections to one database. Cloning is cheap.
#[derive(Clone)]
pub(crate) enum Db {
    Sqlite(SqlitePool),
    /// The same, and the file that its connections must be at: a system lets a program write on into one that was moved or
    /// removed, where nobody would find what was written.
    SqliteAt(SqlitePool, FilePlace),
    Postgres(PgPool),
}

/// A transaction that writes; dropped without [`Tx::commit`] it changes nothing.
pub(crate) enum Tx {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

/// A row of either.
pub(crate) enum Row {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

/// What is bound to a `$n`. The types matter even for nothing: PostgreSQL wants to know what a null is.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Value<'a> {
    Text(Option<&'a str>),
    Int(Option<i64>),
    Bytes(Option<&'a [u8]>),
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(Some(text))
    }
}

impl<'a> From<&'a String> for Value<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(Some(text))
    }
}

impl<'a> From<Option<&'a str>> for Value<'a> {
    fn from(text: Option<&'a str>) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Value<'_> {
    fn from(number: i64) -> Self {
        Self::Int(Some(number))
    }
}

impl From<bool> for Value<'_> {
    fn from(truth: bool) -> Self {
        Self::Int(Some(i64::from(truth)))
    }
}

impl From<Option<i64>> for Value<'_> {
    fn from(number: Option<i64>) -> Self {
        Self::Int(number)
    }
}

impl From<jiff::Timestamp> for Value<'_> {
    fn from(moment: jiff::Timestamp) -> Self {
        Self::Int(Some(moment.as_millisecond()))
    }
}

impl From<Option<jiff::Timestamp>> for Value<'_> {
    fn from(moment: Option<jiff::Timestamp>) -> Self {
        Self::Int(moment.map(jiff::Timestamp::as_millisecond))
    }
}

impl<'a> From<&'a [u8]> for Value<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Self::Bytes(Some(bytes))
    }
}

/// The values of a statement, in the order of their `$n`.
macro_rules! values {
    ($($value:expr),* $(,)?) => { &[$($crate::db::Value::from($value)),*] };
}
pub(crate) use values;

/// Does the same on either database.
macro_rules! on_either {
    ($given:expr, $one:ident => $work:expr) => {
        match $given {
            Db::Sqlite($one) | Db::SqliteAt($one, _) => $work,
            Db::Postgres($one) => $work,
        }
    };
}

fn for_sqlite(values: &[Value<'_>]) -> Result<SqliteArguments, sqlx::Error> {
    let mut arguments = SqliteArguments::default();
    for value in values {
        match *value {
            Value::Text(text) => arguments.add(text.map(str::to_owned)),
            Value::Int(number) => arguments.add(number),
            Value::Bytes(bytes) => arguments.add(bytes.map(<[u8]>::to_vec)),
        }
        .map_err(sqlx::Error::Encode)?;
    }
    Ok(arguments)
}

fn for_postgres(values: &[Value<'_>]) -> Result<PgArguments, sqlx::Error> {
    let mut arguments = PgArguments::default();
    for value in values {
        match *value {
            Value::Text(text) => arguments.add(text),
            Value::Int(number) => arguments.add(number),
            Value::Bytes(bytes) => arguments.add(bytes),
        }
        .map_err(sqlx::Error::Encode)?;
    }
    Ok(arguments)
}

impl Db {
    pub(crate) const fn is_postgres(&self) -> bool {
        matches!(self, Self::Postgres(_))
    }

    /// A transaction that may write. On SQLite it holds the file's only writing turn from the beginning: one that read
    /// first and then wrote would fail when another process wrote in between.
    pub(crate) async fn begin(&self, doing: &'static str) -> Result<Tx, StoreError> {
        match self {
            Self::Sqlite(pool) => begin_on_sqlite(pool).await,
            Self::SqliteAt(pool, place) => {
                place
                    .check()
                    .map_err(|source| StoreError::Gone { doing, source: sqlx::Error::Io(source) })?;
                begin_on_sqlite(pool).await
            }
            Self::Postgres(pool) => pool.begin().await.map(Tx::Postgres),
        }
        .map_err(StoreError::database(doing))
    }

    pub(crate) async fn rows(
        &self,
        doing: &'static str,
        sql: impl Into<String>,
        values: &[Value<'_>],
    ) -> Result<Vec<Row>, StoreError> {
        let sql = AssertSqlSafe(sql.into());
        match self {
            Self::Sqlite(pool) | Self::SqliteAt(pool, _) => match for_sqlite(values) {
                Ok(arguments) => sqlx::query_with(sql, arguments)
                    .fetch_all(pool)
                    .await
                    .map(|rows| rows.into_iter().map(Row::Sqlite).collect()),
                Err(error) => Err(error),
            },
            Self::Postgres(pool) => match for_postgres(values) {
                Ok(arguments) => sqlx::query_with(sql, arguments)
                    .fetch_all(pool)
                    .await
                    .map(|rows| rows.into_iter().map(Row::Postgres).collect()),
                Err(error) => Err(error),
            },
        }
        .map_err(StoreError::database(doing))
    }

    pub(crate) async fn row(
        &self,
        doing: &'static str,
        sql: impl Into<String>,
        values: &[Value<'_>],
    ) -> Result<Option<Row>, StoreError> {
        Ok(self.rows(doing, sql, values).await?.into_iter().next())
    }

    pub(crate) async fn close(&self) {
        on_either!(self, pool => pool.close().await);
    }
}

async fn begin_on_sqlite(pool: &SqlitePool) -> Result<Tx, sqlx::Error> {
    const BEGIN: &str = "BEGIN IMMEDIATE";
    match pool.begin_with(BEGIN).await {
        // When its disk is full SQLite ends a transaction by itself, and the library goes on counting it: this connection
        // would never begin another one.
        Err(sqlx::Error::InvalidSavePointStatement) => {
            pool.acquire().await?.close().await?;
            pool.begin_with(BEGIN).await
        }
        begun => begun,
    }
    .map(Tx::Sqlite)
}

impl Tx {
    /// What a `SELECT` that is followed by a change ends with: PostgreSQL keeps others from the rows, SQLite has one writer.
    /// Keys are never changed, so rows that refer to these may be added meanwhile: who holds work and adds such a row would
    /// else wait for who holds the company and wakes that work.
    pub(crate) const fn for_update(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "",
            Self::Postgres(_) => " FOR NO KEY UPDATE",
        }
    }

    /// Rows of one `INSERT` of many columns. Fewer round trips on PostgreSQL; SQLite looks for the name of each parameter
    /// among all before it, so a statement of nine thousand takes longer than nine of a thousand.
    pub(crate) const fn rows_of_a_statement(&self) -> usize {
        match self {
            Self::Sqlite(_) => 20,
            Self::Postgres(_) => 500,
        }
    }

    /// The same, and rows that somebody else holds are passed over.
    pub(crate) const fn for_update_skip_locked(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "",
            Self::Postgres(_) => " FOR NO KEY UPDATE SKIP LOCKED",
        }
    }

    /// Returns how many rows changed.
    pub(crate) async fn execute(
        &mut self,
        doing: &'static str,
        sql: impl Into<String>,
        values: &[Value<'_>],
    ) -> Result<u64, StoreError> {
        let sql = AssertSqlSafe(sql.into());
        match self {
            Self::Sqlite(transaction) => match for_sqlite(values) {
                Ok(arguments) => sqlx::query_with(sql, arguments)
                    .execute(&mut **transaction)
                    .await
                    .map(|done| done.rows_affected()),
                Err(error) => Err(error),
            },
            Self::Postgres(transaction) => match for_postgres(values) {
                Ok(arguments) => sqlx::query_with(sql, arguments)
                    .execute(&mut **transaction)
                    .await
                    .map(|done| done.rows_affected()),
                Err(error) => Err(error),
            },
        }
        .map_err(StoreError::database(doing))
    }

    pub(crate) async fn rows(
        &mut self,
        doing: &'static str,
        sql: impl Into<String>,
        values: &[Value<'_>],
    ) -> Result<Vec<Row>, StoreError> {
        let sql = AssertSqlSafe(sql.into());
        match self {
            Self::Sqlite(transaction) => match for_sqlite(values) {
                Ok(arguments) => sqlx::query_with(sql, arguments)
                    .fetch_all(&mut **transaction)
                    .await
                    .map(|rows| rows.into_iter().map(Row::Sqlite).collect()),
                Err(error) => Err(error),
            },
            Self::Postgres(transaction) => match for_postgres(values) {
                Ok(arguments) => sqlx::query_with(sql, arguments)
                    .fetch_all(&mut **transaction)
                    .await
                    .map(|rows| rows.into_iter().map(Row::Postgres).collect()),
                Err(error) => Err(error),
            },
        }
        .map_err(StoreError::database(doing))
    }

    pub(crate) async fn row(
        &mut self,
        doing: &'static str,
        sql: impl Into<String>,
        values: &[Value<'_>],
    ) -> Result<Option<Row>, StoreError> {
        Ok(self.rows(doing, sql, values).await?.into_iter().next())
    }

    /// Makes it last, together with the entry of the audit log that tells of it, when somebody wants it told.
    pub(crate) async fn commit(mut self, doing: &'static str) -> Result<(), StoreError> {
        let told = crate::audit::write_pending(&mut self).await?;
        let outcome = self.commit_untold(doing).await;
        if let (Err(_), Some(note)) = (&outcome, told) {
            crate::audit::put_back(note);
        }
        outcome
    }

    /// The same for what is not worth telling, such as when a key was last used.
    pub(crate) async fn commit_untold(self, doing: &'static str) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(transaction) => transaction.commit().await,
            Self::Postgres(transaction) => transaction.commit().await,
        }
        .map_err(StoreError::database(doing))
    }
}

/// Reads a column of either; a column that is missing or of another type is damage.
macro_rules! column {
    ($row:expr, $name:expr) => {
        match $row {
            Row::Sqlite(row) => row.try_get($name),
            Row::Postgres(row) => row.try_get($name),
        }
        .map_err(StoreError::database("reading a column"))
    };
}

impl Row {
    pub(crate) fn text(&self, name: &'static str) -> Result<String, StoreError> {
        column!(self, name)
    }

    pub(crate) fn maybe_text(&self, name: &'static str) -> Result<Option<String>, StoreError> {
        column!(self, name)
    }

    pub(crate) fn int(&self, name: &'static str) -> Result<i64, StoreError> {
        column!(self, name)
    }

    pub(crate) fn maybe_int(&self, name: &'static str) -> Result<Option<i64>, StoreError> {
        column!(self, name)
    }

    /// A number that the statement made itself: four bytes long in PostgreSQL, eight in SQLite.
    pub(crate) fn small(&self, name: &'static str) -> Result<i64, StoreError> {
        match self {
            Row::Sqlite(row) => row.try_get::<i64, _>(name),
            Row::Postgres(row) => row.try_get::<i32, _>(name).map(i64::from),
        }
        .map_err(StoreError::database("reading a column"))
    }

    pub(crate) fn flag(&self, name: &'static str) -> Result<bool, StoreError> {
        Ok(self.int(name)? != 0)
    }

    pub(crate) fn bytes(&self, name: &'static str) -> Result<Vec<u8>, StoreError> {
        column!(self, name)
    }

    pub(crate) fn maybe_bytes(&self, name: &'static str) -> Result<Option<Vec<u8>>, StoreError> {
        column!(self, name)
    }

    pub(crate) fn timestamp(&self, name: &'static str) -> Result<jiff::Timestamp, StoreError> {
        crate::store::timestamp(self.int(name)?)
    }

    pub(crate) fn maybe_timestamp(&self, name: &'static str) -> Result<Option<jiff::Timestamp>, StoreError> {
        self.maybe_int(name)?.map(crate::store::timestamp).transpose()
    }

    /// A text that this crate wrote, as what it is.
    pub(crate) fn parsed<T: std::str::FromStr>(&self, name: &'static str) -> Result<T, StoreError> {
        crate::store::parsed(name, self.text(name)?)
    }

    pub(crate) fn maybe_parsed<T: std::str::FromStr>(
        &self,
        name: &'static str,
    ) -> Result<Option<T>, StoreError> {
        self.maybe_text(name)?.map(|text| crate::store::parsed(name, text)).transpose()
    }
}
