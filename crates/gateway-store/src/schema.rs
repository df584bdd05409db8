//! The version of a database's tables: a newer one is refused untouched, an older one is kept as a copy before it is changed.

use std::path::{Path, PathBuf};

use sqlx::migrate::Migrator;
use sqlx::{Connection as _, Row as _, SqlitePool};

use crate::{Database, StoreError};

/// Which kind of database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DatabaseKind {
    /// SQLite.
    Sqlite,
    /// PostgreSQL.
    Postgres,
}

/// The tables of a database: each kind counts its migrations for itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SchemaVersion {
    /// Whose migrations are counted.
    pub kind: DatabaseKind,
    /// The number of the last one that was made.
    pub number: i64,
}

impl DatabaseKind {
    /// Its name in backups and messages.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        }
    }

    /// The kind with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Sqlite, Self::Postgres].into_iter().find(|kind| kind.as_str() == name)
    }

    pub(crate) fn migrator(self) -> &'static Migrator {
        static SQLITE: Migrator = sqlx::migrate!("migrations/sqlite");
        static POSTGRES: Migrator = sqlx::migrate!("migrations/postgres");
        match self {
            Self::Sqlite => &SQLITE,
            Self::Postgres => &POSTGRES,
        }
    }

    /// The tables that this version of the program works with.
    #[must_use]
    pub fn newest(self) -> SchemaVersion {
        let number = self.migrator().iter().map(|migration| migration.version).max().unwrap_or(0);
        SchemaVersion { kind: self, number }
    }
}

impl Database {
    /// Which kind it is.
    #[must_use]
    pub const fn kind(&self) -> DatabaseKind {
        match self {
            Self::Sqlite(_) => DatabaseKind::Sqlite,
            Self::Postgres(_) => DatabaseKind::Postgres,
        }
    }
}

/// What has to happen to a database before it is worked with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Age {
    /// It has no tables.
    Empty,
    /// Its tables are those that this version knows.
    Current,
    /// Its tables are of this earlier version.
    Older(i64),
}

/// Compares a database's version with ours.
pub(crate) fn age_of(database: &Database, found: Option<i64>) -> Result<Age, StoreError> {
    let known = database.kind().newest().number;
    match found {
        None => Ok(Age::Empty),
        Some(found) if found == known => Ok(Age::Current),
        Some(found) if found < known => Ok(Age::Older(found)),
        Some(found) => Err(StoreError::Newer { database: database.name(), found, known }),
    }
}

/// The version of a SQLite database; nothing when it has no tables yet.
pub(crate) async fn of_sqlite(connection: &mut sqlx::SqliteConnection) -> Result<Option<i64>, sqlx::Error> {
    const IS_THERE: &str =
        "SELECT COUNT(*) FROM sqlite_schema WHERE type = 'table' AND name = '_sqlx_migrations'";
    let count: i64 = sqlx::query(IS_THERE).fetch_one(&mut *connection).await?.try_get(0)?;
    if count == 0 { Ok(None) } else { sqlx::query(LAST).fetch_one(connection).await?.try_get(0) }
}

/// The version of a PostgreSQL database; nothing when it has no tables yet.
pub(crate) async fn of_postgres(connection: &mut sqlx::PgConnection) -> Result<Option<i64>, sqlx::Error> {
    const IS_THERE: &str = "SELECT COUNT(*) FROM pg_tables WHERE schemaname = current_schema() AND tablename = '_sqlx_migrations'";
    let count: i64 = sqlx::query(IS_THERE).fetch_one(&mut *connection).await?.try_get(0)?;
    if count == 0 { Ok(None) } else { sqlx::query(LAST).fetch_one(connection).await?.try_get(0) }
}

/// Looks at a file of SQLite before anything may write to it.
pub(crate) async fn of_file(path: &Path) -> Result<Option<i64>, sqlx::Error> {
    if !path.exists() {
        return Ok(None);
    }
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path).read_only(true);
    let mut connection = sqlx::SqliteConnection::connect_with(&options).await?;
    let found = of_sqlite(&mut connection).await;
    connection.close().await?;
    found
}

/// Copies a file of SQLite beside it before its tables are changed: `gateway.db.schema-7`. A copy that is there from an
/// earlier try stays, since the database may have been changed in between.
pub(crate) async fn copy_beside(
    pool: &SqlitePool,
    path: &Path,
    version: i64,
) -> Result<PathBuf, sqlx::Error> {
    let with_ending = |ending: &str| {
        let mut name = path.as_os_str().to_owned();
        name.push(ending);
        PathBuf::from(name)
    };
    let copy = with_ending(&format!(".schema-{version}"));
    if copy.exists() {
        return Ok(copy);
    }
    let beside = with_ending(&format!(".schema-{version}.new"));
    match std::fs::remove_file(&beside) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(sqlx::Error::Io(error)),
        _ => {}
    }
    let text = beside.to_str().ok_or_else(|| {
        sqlx::Error::Io(std::io::Error::other("the path of the database is no text in UTF-8"))
    })?;
    sqlx::query("VACUUM INTO $1").bind(text).execute(pool).await?;
    std::fs::File::open(&beside).and_then(|file| file.sync_all()).map_err(sqlx::Error::Io)?;
    std::fs::rename(&beside, &copy).map_err(sqlx::Error::Io)?;
    Ok(copy)
}

const LAST: &str = "SELECT MAX(version) FROM _sqlx_migrations";
