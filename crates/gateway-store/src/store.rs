//! Opening the database: which one, its connections, its tables.

use std::path::PathBuf;
use std::str::FromStr as _;
use std::time::Duration;

use jiff::Timestamp;
use ksef_id::ContextIdentifier;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

use crate::db::{Db, values};
use crate::file_place::FilePlace;
use crate::schema::{self, Age, age_of};
use crate::{ListOptions, SpendingWriter, StoreError};

/// Which database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Database {
    /// A file of SQLite, for one node.
    Sqlite(PathBuf),
    /// A PostgreSQL server, for one node or many: `postgres://user:password@host/name`.
    Postgres(String),
}

/// The reading half of the store. Cloning is cheap; clones share the connections.
#[derive(Clone)]
pub struct Store {
    pub(crate) db: Db,
    pub(crate) spending: Option<SpendingWriter>,
    pub(crate) lists: ListOptions,
}

/// The writing half. There is one, and it cannot be cloned: whoever owns it sees every write of this process.
pub struct StoreWriter {
    /// SQLite has one writer at a time; a pool of one queues writers here instead of at the file's lock.
    pub(crate) db: Db,
}

/// How the store is opened.
#[derive(Debug, Clone, Copy)]
pub struct StoreOptions {
    /// Connections for reading.
    pub readers_max: u32,
    /// Connections for writing, on PostgreSQL; SQLite has one.
    pub writers_max: u32,
    /// Longest wait for another process's lock, or for a free connection.
    pub busy_timeout: Duration,
    /// How lists are read.
    pub lists: ListOptions,
    /// Whether the tables of a PostgreSQL database that has older ones may be changed. Nobody can copy a server's database
    /// beside it, and other nodes of the older version may work on it: a person says when. A file of SQLite is copied first.
    pub may_migrate: bool,
}

impl Default for StoreOptions {
    fn default() -> Self {
        Self {
            readers_max: 4,
            writers_max: 8,
            busy_timeout: Duration::from_secs(5),
            lists: ListOptions::default(),
            may_migrate: false,
        }
    }
}

impl Database {
    /// What `--database` takes: an address that begins with `postgres://` or `postgresql://`, or a file.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            Self::Postgres(text.to_owned())
        } else {
            Self::Sqlite(PathBuf::from(text.strip_prefix("sqlite://").unwrap_or(text)))
        }
    }

    /// Its name in messages: never with a password.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Sqlite(path) => path.display().to_string(),
            Self::Postgres(url) => PgConnectOptions::from_str(url).map_or_else(
                |_| "postgres".to_owned(),
                |options| {
                    let database = options.get_database().unwrap_or("-");
                    format!("postgres://{}:{}/{database}", options.get_host(), options.get_port())
                },
            ),
        }
    }
}

impl Store {
    /// Opens the database, makes a file that is not there, and brings the tables up to date. A file of SQLite with older tables
    /// is copied beside it first.
    ///
    /// # Errors
    /// [`StoreError::Open`], [`StoreError::Migrate`], [`StoreError::Newer`], [`StoreError::Older`], [`StoreError::NotCopied`].
    pub async fn open(database: &Database, options: StoreOptions) -> Result<(Self, StoreWriter), StoreError> {
        match database {
            Database::Sqlite(path) => Self::open_sqlite(database, path, options).await,
            Database::Postgres(url) => Self::open_postgres(database, url, options).await,
        }
    }

    async fn open_sqlite(
        database: &Database,
        path: &std::path::Path,
        options: StoreOptions,
    ) -> Result<(Self, StoreWriter), StoreError> {
        let connect = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .foreign_keys(true)
            .journal_mode(SqliteJournalMode::Wal)
            // FULL: a commit that returned survives loss of power, not only of the process.
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(options.busy_timeout);
        let failed = |source| StoreError::Open {
            database: database.name(),
            hint: "check that the folder exists and may be written to",
            source,
        };
        // Before anything writes to it: opening for writing alone may change a file.
        let age = age_of(database, schema::of_file(path).await.map_err(failed)?)?;
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            .connect_with(
                connect
                    .clone()
                    // A batch of documents touches a page of each index for nearly every row. Where they do not fit, they
                    // are written to the log and read again within one transaction.
                    .pragma("cache_size", format!("-{WRITER_CACHE_KIB}"))
                    .pragma("wal_autocheckpoint", LOG_PAGES_MAX.to_string())
                    // What is erased must not be readable in the file, nor what a row or an index said before it changed.
                    .pragma("secure_delete", "ON"),
            )
            .await
            .map_err(failed)?;
        if let Age::Older(version) = age {
            schema::copy_beside(&writer, path, version)
                .await
                .map_err(|source| StoreError::NotCopied { database: database.name(), source })?;
        }
        database
            .kind()
            .migrator()
            .run(&writer)
            .await
            .map_err(|source| StoreError::Migrate { database: database.name(), source })?;
        let readers = SqlitePoolOptions::new()
            .max_connections(options.readers_max)
            .connect_with(connect.read_only(true))
            .await
            .map_err(failed)?;
        let place = FilePlace::of(path.to_owned()).map_err(|source| failed(sqlx::Error::Io(source)))?;
        Ok((
            Self { db: Db::Sqlite(readers), spending: None, lists: options.lists },
            StoreWriter { db: Db::SqliteAt(writer, place) },
        ))
    }

    async fn open_postgres(
        database: &Database,
        url: &str,
        options: StoreOptions,
    ) -> Result<(Self, StoreWriter), StoreError> {
        let failed = |source| StoreError::Open {
            database: database.name(),
            hint: "check that the server runs, that the database exists, and user and password",
            source,
        };
        let connect = PgConnectOptions::from_str(url)
            .map_err(failed)?
            .application_name("bramka")
            // A node that waits for another's row must not wait for ever.
            .options([("lock_timeout", format!("{}ms", options.busy_timeout.as_millis()))]);
        let pool = |connections| {
            PgPoolOptions::new().max_connections(connections).acquire_timeout(options.busy_timeout)
        };
        let writer = pool(options.writers_max).connect_with(connect.clone()).await.map_err(failed)?;
        let found = match writer.acquire().await {
            Ok(mut connection) => schema::of_postgres(&mut connection).await.map_err(failed)?,
            Err(error) => return Err(failed(error)),
        };
        if let Age::Older(found) = age_of(database, found)?
            && !options.may_migrate
        {
            let known = database.kind().newest().number;
            return Err(StoreError::Older { database: database.name(), found, known });
        }
        // Several nodes may start at once: the library lets them through one after another.
        database
            .kind()
            .migrator()
            .run(&writer)
            .await
            .map_err(|source| StoreError::Migrate { database: database.name(), source })?;
        let readers = pool(options.readers_max).connect_with(connect.clone()).await.map_err(failed)?;
        let relaxed = connect.options([("synchronous_commit", "off")]);
        let relaxed = pool(SPENDING_CONNECTIONS).connect_with(relaxed).await.map_err(failed)?;
        let life = uuid::Uuid::now_v7().to_string();
        let store = Self {
            db: Db::Postgres(readers),
            spending: Some(SpendingWriter { pool: relaxed, life }),
            lists: options.lists,
        };
        Ok((store, StoreWriter { db: Db::Postgres(writer) }))
    }

    /// Whether other nodes may work on the same database.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        self.db.is_postgres()
    }

    /// Every company, by its context.
    ///
    /// # Errors
    /// [`StoreError::Database`], [`StoreError::Corrupt`].
    pub async fn companies(&self) -> Result<Vec<ContextIdentifier>, StoreError> {
        self.db
            .rows("listing companies", "SELECT context FROM companies ORDER BY context", &[])
            .await?
            .iter()
            .map(|row| row.parsed("context"))
            .collect()
    }

    /// Closes the connections for reading.
    pub async fn close(&self) {
        self.db.close().await;
        if let Some(spending) = &self.spending {
            spending.pool.close().await;
        }
    }
}

impl StoreWriter {
    /// Makes companies known; those that are known stay as they are. One write for all.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn add_companies(
        &self,
        contexts: &[ContextIdentifier],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        const DOING: &str = "adding companies";
        let mut tx = self.db.begin(DOING).await?;
        for context in contexts {
            let new = tx
                .execute(
                    DOING,
                    "INSERT INTO companies (context, created_at) VALUES ($1, $2) ON CONFLICT DO NOTHING",
                    values![context.as_str(), now],
                )
                .await?;
            if new == 1 {
                for kind in crate::work::WorkKind::ALL {
                    tx.execute(
                        DOING,
                        "INSERT INTO work (company, kind, due_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
                        values![context.as_str(), kind.as_str(), now],
                    )
                    .await?;
                }
            }
        }
        tx.commit(DOING).await
    }

    /// Closes the connections; what was written is in the database already.
    pub async fn close(&self) {
        self.db.close().await;
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

const SPENDING_CONNECTIONS: u32 = 4;
/// Memory of the one writer of SQLite for pages.
const WRITER_CACHE_KIB: u32 = 16 * 1024;
/// Pages of 4 KiB in SQLite's log before it is moved into the database: index pages that each transaction changes are
/// moved once for many.
const LOG_PAGES_MAX: u32 = 4_000;
