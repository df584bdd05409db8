//! What can go wrong with the store.

use std::path::PathBuf;

use crate::SaleState;

/// Why the store did not do it. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database file cannot be opened or made.
    #[error("the database {} cannot be opened: check that the folder exists and may be written to", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// The cause.
        source: sqlx::Error,
    },
    /// The database's tables could not be brought up to date, or a newer version made them.
    #[error("the database {} cannot be brought to this version's tables", path.display())]
    Migrate {
        /// The file.
        path: PathBuf,
        /// The cause.
        source: sqlx::migrate::MigrateError,
    },
    /// The database failed at run time: disk full, file gone, locked by someone else.
    #[error("the database failed while {doing}")]
    Database {
        /// What was being done.
        doing: &'static str,
        /// The cause.
        source: sqlx::Error,
    },
    /// A stored text is not what this version writes: the file was changed by someone else or is damaged.
    #[error("the database holds {what} that cannot be read: {found:?}")]
    Corrupt {
        /// Which field.
        what: &'static str,
        /// What stands there.
        found: String,
    },
    /// The key was used for other bytes.
    #[error("the idempotency key was already used for another document")]
    KeyReused,
    /// No such company.
    #[error("the company {context} is not known here")]
    UnknownCompany {
        /// The context asked for.
        context: String,
    },
    /// The row is not where the write expects it: someone else moved it first.
    #[error("the invoice {id} cannot go to {to} from where it stands now")]
    NotMovable {
        /// Which invoice.
        id: String,
        /// Where it was to go.
        to: SaleState,
    },
}

impl StoreError {
    pub(crate) fn database(doing: &'static str) -> impl FnOnce(sqlx::Error) -> Self {
        move |source| Self::Database { doing, source }
    }
}
