//! Why something about users and keys was not done.

use std::time::Duration;

use gateway_access::PasswordError;
use gateway_store::StoreError;

/// Why something about users, logins and keys was not done. None tells a secret, nor whether a user exists to somebody who
/// could not log in.
#[derive(Debug, thiserror::Error)]
pub enum AccessError {
    /// The database, or what it says of users and keys.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A password that is not taken.
    #[error(transparent)]
    Password(#[from] PasswordError),
    /// Name, password or code are wrong; which of them is not told.
    #[error("name, password or code are wrong")]
    LoginFailed,
    /// The password was right, and a code is needed as well.
    #[error("a code of the second factor is needed")]
    CodeNeeded,
    /// Too many failures.
    #[error("too many failed logins: wait {} seconds", wait.as_secs().max(1))]
    Throttled {
        /// How long.
        wait: Duration,
    },
    /// A login name that is none.
    #[error(
        "a login name has 1 to 64 lower-case letters, digits and . _ - @ +, and is no name of the gateway's own"
    )]
    LoginName,
    /// The code of the first administrator is wrong.
    #[error("the code is wrong: it stands in what bramka serve printed when it started")]
    SetupCode,
    /// A code that was asked for to confirm is wrong.
    #[error("the code is wrong: look at the app and at the clock of this machine")]
    Code,
    /// No second factor was begun.
    #[error("no second factor was begun")]
    NothingBegun,
    /// A key that could not be used.
    #[error("a key needs a name of 1 to 100 characters and at least one scope (read, send, receive, admin)")]
    KeyShape,
    /// No such unit.
    #[error("the company has no unit {unit}")]
    NoUnit {
        /// Which one was asked for.
        unit: String,
    },
    /// No such session.
    #[error("there is no such session")]
    NoSession,
    /// No such company.
    #[error("there is no company {0} here")]
    NoCompany(String),
    /// Work that was cut off.
    #[error("the work was cut off")]
    Cut,
}
