//! Who buyers are: names and addresses that somebody would otherwise type. The gateway itself knows those of earlier invoices;
//! whoever runs it may give it a further source, such as a register of taxpayers. None is asked unless it was given: nothing
//! of whom a company sells to leaves the gateway by itself.

use async_trait::async_trait;
use ksef_id::Nip;

/// What is known of a contractor.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Contractor {
    /// Name, up to 512 characters.
    pub name: String,
    /// Street and number, up to 512 characters; may be empty.
    pub line1: String,
    /// Post code and town, up to 512 characters; may be empty.
    pub line2: String,
    /// Country code, ISO 3166-1.
    pub country: String,
    /// E-mail address; may be empty.
    pub email: String,
}

/// Why nothing was found out; the form is then filled in by hand.
#[derive(Debug, thiserror::Error)]
#[error("the contractor could not be looked up: {reason}")]
pub struct LookupError {
    /// In English, for the log; never a secret.
    pub reason: String,
}

/// Somebody who knows contractors.
#[async_trait]
pub trait ContractorLookup: Send + Sync {
    /// Who has this NIP; `None` when nobody is known to. Should answer within a second or two: a person waits.
    ///
    /// # Errors
    /// [`LookupError`] when it cannot be said now.
    async fn look_up(&self, nip: &Nip) -> Result<Option<Contractor>, LookupError>;
}
