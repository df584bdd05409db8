//! The use cases: one plain function each, read in order. They decide; the store keeps, KSeF answers.

pub(crate) mod confirm;
mod duplicate;
pub(crate) mod follow;
pub(crate) mod read_back;
pub(crate) mod receive;
pub(crate) mod send;
pub(crate) mod settle;
pub(crate) mod take_invoice;

use std::collections::BTreeMap;
use std::sync::Arc;

use gateway_store::{Document, Reason, Sale, SaleId, Store, StoreError};
use ksef_client::CallError;
use ksef_crypto::sha256;
use ksef_id::{ContextIdentifier, Sha256Hash};

use crate::company::Company;
use crate::journal::Journal;

/// What the use cases work with.
pub(crate) struct App {
    pub(crate) store: Store,
    pub(crate) journal: Journal,
    pub(crate) companies: BTreeMap<ContextIdentifier, Arc<Company>>,
}

/// Why a piece of work was not finished. Nothing is lost: it is found in the database and taken up again.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WorkError {
    /// KSeF, or the way to it.
    #[error(transparent)]
    Call(#[from] CallError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Stored bytes are not what was taken in.
    #[error("the stored document of {id} does not match its hash: it was changed or the disk is damaged")]
    Tampered {
        /// Whose.
        id: SaleId,
    },
    /// KSeF still shows the session as open.
    #[error("KSeF has not closed the session yet")]
    SessionStillOpen,
}

impl App {
    /// An invoice's bytes, if they still have the hash under which they were taken in.
    pub(crate) async fn checked_document(
        &self,
        id: SaleId,
        document: Document,
    ) -> Result<Option<(Vec<u8>, Sha256Hash)>, WorkError> {
        match self.store.document(id, document).await? {
            Some((bytes, hash)) if Sha256Hash::from_bytes(&sha256(&bytes)) == hash => Ok(Some((bytes, hash))),
            Some(_) => Err(WorkError::Tampered { id }),
            None => Ok(None),
        }
    }

    /// The XML of a sale, checked against the sale's own hash as well.
    pub(crate) async fn checked_xml(&self, sale: &Sale) -> Result<Vec<u8>, WorkError> {
        match self.checked_document(sale.id, Document::Xml).await? {
            Some((bytes, hash)) if hash == sale.sha256 => Ok(bytes),
            _ => Err(WorkError::Tampered { id: sale.id }),
        }
    }
}

/// A call's failure as a reason that is shown beside a waiting invoice.
pub(crate) fn reason_of(error: &CallError) -> Reason {
    let code = match error {
        CallError::Refused { http_status, .. } => {
            format!("ksef.{}", error.refusal_code().unwrap_or(i32::from(*http_status)))
        }
        CallError::LimitReached { .. } => "call.limitReached".to_owned(),
        CallError::NotSent { .. } => "call.notSent".to_owned(),
        CallError::Unknown { .. } => "call.unknown".to_owned(),
        CallError::Login(_) => "call.login".to_owned(),
        CallError::Unprepared { .. } => "call.unprepared".to_owned(),
    };
    let text = match error {
        // The login's own words say more than "the login failed".
        CallError::Login(login) => login.to_string(),
        other => other.to_string(),
    };
    Reason { code, text }
}

/// A status of KSeF as a reason: its code and its own words.
pub(crate) fn reason_of_status(code: i32, description: &str, details: Option<&[String]>) -> Reason {
    let details = details.unwrap_or_default().join("; ");
    let text = if details.is_empty() {
        format!("{code} {description}")
    } else {
        format!("{code} {description}: {details}")
    };
    Reason { code: format!("ksef.{code}"), text }
}
