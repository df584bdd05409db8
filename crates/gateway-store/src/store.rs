//! Opening the database, and the two pools: one writer, several readers.

use std::path::Path;
use std::time::Duration;

use jiff::Timestamp;
use ksef_id::ContextIdentifier;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};

use crate::StoreError;

/// The reading half of the store. Cloning is cheap; clones share the connections.
#[derive(Clone)]
pub struct Store {
    pub(crate) readers: SqlitePool,
}

/// The writing half. There is one, and it cannot be cloned: whoever owns it sees every write that there is.
pub struct StoreWriter {
    /// SQLite has one writer at a time; a pool of one queues writers here instead of at the file's lock.
    pub(crate) pool: SqlitePool,
}

/// How the store is opened.
#[derive(Debug, Clone, Copy)]
pub struct StoreOptions {
    /// Connections for reading.
    pub readers_max: u32,
    /// Longest wait for another process's lock on the file.
    pub busy_timeout: Duration,
}

impl Default for StoreOptions {
    fn default() -> Self {
        Self { readers_max: 4, busy_timeout: Duration::from_secs(5) }
    }
}

impl Store {
    /// Opens the database file, makes it when it is not there, and brings its tables up to date.
    ///
    /// # Errors
    /// [`StoreError::Open`] and [`StoreError::Migrate`].
    pub async fn open(path: &Path, options: StoreOptions) -> Result<(Self, StoreWriter), StoreError> {
        let connect = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .foreign_keys(true)
            .journal_mode(SqliteJournalMode::Wal)
            // FULL: a commit that returned survives loss of power, not only of the process.
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(options.busy_timeout);
        let open_error = |source| StoreError::Open { path: path.to_owned(), source };
        let pool = SqlitePoolOptions::new()
            .max_connections(1)
            .connect_with(connect.clone())
            .await
            .map_err(open_error)?;
        sqlx::migrate!("migrations/sqlite")
            .run(&pool)
            .await
            .map_err(|source| StoreError::Migrate { path: path.to_owned(), source })?;
        let readers = SqlitePoolOptions::new()
            .max_connections(options.readers_max)
            .connect_with(connect.read_only(true))
            .await
            .map_err(open_error)?;
        Ok((Self { readers }, StoreWriter { pool }))
    }

    /// Every company, by its context.
    ///
    /// # Errors
    /// [`StoreError::Database`], [`StoreError::Corrupt`].
    pub async fn companies(&self) -> Result<Vec<ContextIdentifier>, StoreError> {
        let rows: Vec<String> = sqlx::query_scalar("SELECT context FROM companies ORDER BY context")
            .fetch_all(&self.readers)
            .await
            .map_err(StoreError::database("listing companies"))?;
        rows.into_iter().map(|text| parsed("a company", text)).collect()
    }

    /// Closes the connections for reading.
    pub async fn close(&self) {
        self.readers.close().await;
    }
}

impl StoreWriter {
    /// Makes a company known; one that is known stays as it is.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn add_company(&self, context: &ContextIdentifier, now: Timestamp) -> Result<(), StoreError> {
        sqlx::query("INSERT INTO companies (context, created_at) VALUES (?, ?) ON CONFLICT DO NOTHING")
            .bind(context.as_str())
            .bind(now.as_millisecond())
            .execute(&self.pool)
            .await
            .map(drop)
            .map_err(StoreError::database("adding a company"))
    }

    /// Closes the connection; what was written is in the file already.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}

/// Reads a text that this crate wrote.
pub(crate) fn parsed<T: std::str::FromStr>(what: &'static str, text: String) -> Result<T, StoreError> {
    text.parse().map_err(|_| StoreError::Corrupt { what, found: text })
}

/// Reads a time that this crate wrote.
pub(crate) fn timestamp(millisecond: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_millisecond(millisecond)
        .map_err(|_| StoreError::Corrupt { what: "a time", found: millisecond.to_string() })
}
