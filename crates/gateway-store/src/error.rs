//! What can go wrong with the store.

use ksef_id::Sha256Hash;

use crate::{PurchaseState, SaleId, SaleState};

/// Why the store did not do it. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database cannot be opened or made.
    #[error("the database {database} cannot be opened: {hint}")]
    Open {
        /// The file, or the server without its password.
        database: String,
        /// What to look at.
        hint: &'static str,
        /// The cause.
        source: sqlx::Error,
    },
    /// The database's tables could not be brought up to date, or a newer version made them.
    #[error("the database {database} cannot be brought to this version's tables")]
    Migrate {
        /// The file, or the server without its password.
        database: String,
        /// The cause.
        source: sqlx::migrate::MigrateError,
    },
    /// A later version of the program made the tables. Nothing was changed.
    #[error(
        "the database {database} has tables of version {found}, made by a later bramka; this one knows {known}: install that version, or restore a backup from before"
    )]
    Newer {
        /// The file, or the server without its password.
        database: String,
        /// The version of its tables.
        found: i64,
        /// The latest that is known here.
        known: i64,
    },
    /// An earlier version of the program made the tables, and nobody said that they may be changed. Nothing was changed.
    #[error(
        "the database {database} has tables of version {found}, this bramka needs {known}: stop its other nodes, make a backup (bramka backup), then start once with --migrate"
    )]
    Older {
        /// The server without its password.
        database: String,
        /// The version of its tables.
        found: i64,
        /// The version that is needed.
        known: i64,
    },
    /// The copy that is made before tables are changed could not be made. Nothing was changed.
    #[error(
        "the database {database} has older tables, and it could not be copied beside it before they are changed: make room for a copy"
    )]
    NotCopied {
        /// The file.
        database: String,
        /// The cause.
        source: sqlx::Error,
    },
    /// What is to be filled has something in it already.
    #[error("the database {database} is not empty: give one that has nothing in it")]
    NotEmpty {
        /// The file, or the server without its password.
        database: String,
    },
    /// A dump of another kind of database that has other tables than this version.
    #[error(
        "the dump was made of {kind} with tables of version {found}; only one with the tables of this bramka ({known}) can be taken over to the other kind: restore it to {kind} first, then back it up anew"
    )]
    OtherTables {
        /// Of what it was made.
        kind: &'static str,
        /// The version of its tables.
        found: i64,
        /// The version that could be taken over.
        known: i64,
    },
    /// There is no room left where the database is.
    #[error("the disk of the database is full: nothing was written while {doing}; make room and it goes on")]
    Full {
        /// What was being done.
        doing: &'static str,
        /// The cause.
        source: sqlx::Error,
    },
    /// Another program holds the database's lock for too long.
    #[error("the database is locked by another program while {doing}; it is tried again")]
    Locked {
        /// What was being done.
        doing: &'static str,
        /// The cause.
        source: sqlx::Error,
    },
    /// The database cannot be reached.
    #[error("the database cannot be reached while {doing}; it is tried again")]
    Gone {
        /// What was being done.
        doing: &'static str,
        /// The cause.
        source: sqlx::Error,
    },
    /// The database failed at run time in another way.
    #[error("the database failed while {doing}")]
    Database {
        /// What was being done.
        doing: &'static str,
        /// The cause.
        source: sqlx::Error,
    },
    /// A stored text is not what this version writes: the database was changed by someone else or is damaged.
    #[error("the database holds {what} that cannot be read: {found:?}")]
    Corrupt {
        /// Which field.
        what: &'static str,
        /// What stands there.
        found: String,
    },
    /// An address book has as many entries as it may have.
    #[error("an address book has 100,000 entries at most")]
    TooManyAddresses,
    /// A company has as many units as it may have.
    #[error("a company has 2,000 units at most")]
    TooManyUnits,
    /// A company keeps as much that was begun as it may.
    #[error("too much is begun and not ended")]
    TooManyKept,
    /// The key was used for other bytes.
    #[error("the idempotency key was already used for another document")]
    KeyReused,
    /// Another document of this seller and kind has the number.
    #[error("the number is taken by the invoice {id}")]
    NumberTaken {
        /// Which one.
        id: SaleId,
    },
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
        id: SaleId,
        /// Where it was to go.
        to: SaleState,
    },
    /// Another node has taken over: this one must not write for the company any more.
    #[error("another node has taken over the work of {company}")]
    LeaseLost {
        /// Whose work.
        company: String,
    },
    /// No such purchase.
    #[error("the company has no purchase {position}")]
    UnknownPurchase {
        /// Its identifier.
        position: i64,
    },
    /// What is to be entered is here already.
    #[error("it is here already as {position}")]
    PurchaseKnown {
        /// The identifier of the one that is here.
        position: i64,
    },
    /// A purchase cannot go there from where it stands.
    #[error("a purchase that is {from} cannot become {to}")]
    PurchaseNotMovable {
        /// Where it stands.
        from: PurchaseState,
        /// Where it was to go.
        to: PurchaseState,
    },
    /// More programs read a company's changes than are kept account of.
    #[error("too many readers of one company's changes")]
    TooManyReaders,
    /// A company has as many webhooks as it may have.
    #[error("too many webhooks of one company")]
    TooManyWebhooks,
    /// A company tells as many people by e-mail as it may.
    #[error("too many are told by e-mail of one company")]
    TooManySubscriptions,
    /// A company holds back as much as it may.
    #[error("too many legal holds of one company")]
    TooManyHolds,
    /// No such webhook.
    #[error("the company has no webhook {id:?}")]
    UnknownWebhook {
        /// Which one was asked for.
        id: String,
    },
    /// No such series.
    #[error("the company has no number series {name:?}")]
    UnknownSeries {
        /// Which one was asked for.
        name: String,
    },
    /// The series came from a backup, and nobody has said yet where it goes on.
    #[error("the number series {name:?} is held since a restore")]
    SeriesHeld {
        /// Which one was asked for.
        name: String,
    },
    /// There are users already: the first one is not made twice.
    #[error("there are users already")]
    UsersThere,
    /// Somebody logs in under this name already.
    #[error("there is a user {login:?} already")]
    UserThere {
        /// The name.
        login: String,
    },
    /// No such user.
    #[error("there is no user {login:?}")]
    UnknownUser {
        /// Who was asked for.
        login: String,
    },
    /// Nobody would be left who can give rights.
    #[error("nobody would be left who is administrator of all companies")]
    LastAdministrator,
    /// A document with these bytes was erased, and its object is being removed at this moment.
    #[error(
        "the object {sha256} is being removed; a document with the same bytes can be brought in a minute"
    )]
    ObjectLeaving {
        /// Its hash.
        sha256: Sha256Hash,
    },
    /// No such API key, or it was revoked.
    #[error("there is no valid API key {id:?}")]
    UnknownKey {
        /// Which one was asked for.
        id: String,
    },
}

impl StoreError {
    pub(crate) fn database(doing: &'static str) -> impl Fn(sqlx::Error) -> Self {
        move |source| match failure_of(&source) {
            Failure::Full => Self::Full { doing, source },
            Failure::Locked => Self::Locked { doing, source },
            Failure::Gone => Self::Gone { doing, source },
            Failure::Other => Self::Database { doing, source },
        }
    }

    /// The same failure of the database, to be told to another caller; its cause stays with the first.
    #[must_use]
    pub fn again(&self) -> Self {
        let source = sqlx::Error::WorkerCrashed;
        match self {
            Self::Full { doing, .. } => Self::Full { doing, source },
            Self::Locked { doing, .. } => Self::Locked { doing, source },
            Self::Gone { doing, .. } => Self::Gone { doing, source },
            other => {
                let source = sqlx::Error::Protocol(other.to_string());
                Self::Database { doing: "working for several callers", source }
            }
        }
    }

    /// Whether PostgreSQL gave it up for another transaction (a deadlock or a conflict): at once it may succeed.
    pub(crate) fn was_given_up(&self) -> bool {
        let Self::Locked { source: sqlx::Error::Database(error), .. } = self else { return false };
        matches!(error.code().as_deref(), Some("40P01" | "40001"))
    }

    /// Whether the same may succeed later without anybody changing the request.
    #[must_use]
    pub const fn may_pass(&self) -> bool {
        matches!(
            self,
            Self::Full { .. }
                | Self::Locked { .. }
                | Self::Gone { .. }
                | Self::Database { .. }
                | Self::ObjectLeaving { .. }
        )
    }
}

/// How often something that was given up for another is done again.
pub(crate) const GIVEN_UP_MAX: u32 = 3;

enum Failure {
    Full,
    Locked,
    Gone,
    Other,
}

fn failure_of(error: &sqlx::Error) -> Failure {
    match error {
        sqlx::Error::Database(error) => match error.code().as_deref() {
            // SQLite: SQLITE_FULL, and its extended form of a write that found no room; PostgreSQL: disk_full.
            Some("13" | "778" | "53100") => Failure::Full,
            // SQLITE_BUSY and its kin, SQLITE_LOCKED; PostgreSQL: lock_not_available, serialization, deadlock.
            Some("5" | "6" | "261" | "517" | "55P03" | "40001" | "40P01") => Failure::Locked,
            // SQLITE_CANTOPEN, SQLITE_IOERR; PostgreSQL: shutdowns, too many connections.
            Some("14" | "10" | "57P01" | "57P02" | "57P03" | "53300") => Failure::Gone,
            _ => Failure::Other,
        },
        sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::Tls(_) => {
            Failure::Gone
        }
        _ => Failure::Other,
    }
}
