//! What was sent in a session: each document, and what became of it.

use super::documents::Digest;
use super::packed::{Moment, PackedKsefNumber, PackedReference};
use super::progress::Progress;
use super::repository::Repository;
use jiff::Timestamp;
use ksef_wire::InvoiceStatusInfo;
use ksef_wire::codes::InvoiceStatusCode;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// An invoice in a session. Small, since there may be a million: what the repository says of an accepted one is not said
/// here again.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Submitted {
    pub(crate) reference: PackedReference,
    /// Place among everything ever sent to the simulator.
    pub(crate) arrival: u64,
    /// As the sender declared it.
    pub(crate) hash: Digest,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) hash_of_corrected: Option<Box<Digest>>,
    pub(crate) received_at: Moment,
    /// Its name in the package of a batch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) file_name: Option<Box<str>>,
    /// What became of it; `None` while processing is stalled.
    pub(crate) outcome: Option<Outcome>,
    pub(crate) progress: Progress,
    /// When its UPO was signed: the same document is made again whenever it is asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) upo_signed_at: Option<Box<Timestamp>>,
}

/// What became of an invoice.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Outcome {
    /// It has its number, and this place in the repository.
    Accepted(u32),
    /// It was refused.
    Refused(Box<Refused>),
}

/// Why an invoice was refused.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Refused {
    pub(crate) code: InvoiceStatusCode,
    pub(crate) details: Vec<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) extensions: BTreeMap<String, Option<String>>,
    /// P_2, when the document could be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) invoice_number: Option<String>,
}

impl Outcome {
    /// A refusal.
    pub(crate) fn refused(code: InvoiceStatusCode, details: Vec<String>) -> Self {
        Self::Refused(Box::new(Refused { code, details, extensions: BTreeMap::new(), invoice_number: None }))
    }

    /// The place in the repository of an accepted invoice.
    pub(crate) fn accepted(&self) -> Option<u32> {
        match self {
            Self::Accepted(place) => Some(*place),
            Self::Refused(_) => None,
        }
    }

    /// The status code.
    pub(crate) fn code(&self) -> InvoiceStatusCode {
        match self {
            Self::Accepted(_) => InvoiceStatusCode::SUCCESS,
            Self::Refused(refused) => refused.code,
        }
    }
}

impl Submitted {
    /// Its place in the repository, shown to callers or not yet.
    pub(crate) fn accepted(&self) -> Option<u32> {
        self.outcome.as_ref()?.accepted()
    }

    /// Its number, shown to callers or not yet.
    pub(crate) fn ksef_number(&self, repository: &Repository) -> Option<PackedKsefNumber> {
        Some(repository.at(self.accepted()?)?.ksef_number)
    }

    /// The status code, 150 while it waits, shown to callers or not yet.
    pub(crate) fn code(&self) -> InvoiceStatusCode {
        self.outcome.as_ref().map_or(InvoiceStatusCode::PROCESSING, Outcome::code)
    }

    /// What is to be shown now; `None` while it is being processed. Counts as showing.
    pub(crate) fn look(&mut self, now: Timestamp) -> Option<&Outcome> {
        let outcome = self.outcome.as_ref()?;
        self.progress.look(now).then_some(outcome)
    }

    /// Whether processing has begun, or waits for so long that nobody would see the difference.
    pub(crate) fn is_taken_up(&self, now: Timestamp) -> bool {
        self.outcome.is_some() || self.progress.would_be_finished(now)
    }

    /// What the next look would show.
    pub(crate) fn would_show(&self, now: Timestamp) -> Option<&Outcome> {
        self.outcome.as_ref().filter(|_| self.progress.would_be_finished(now))
    }
}

/// The status of an invoice as the API shows it; `is_taken_up` says of one without an outcome whether it is more than taken.
pub(crate) fn invoice_status(outcome: Option<&Outcome>, is_taken_up: bool) -> InvoiceStatusInfo {
    let code = match outcome {
        Some(outcome) => outcome.code(),
        None if is_taken_up => InvoiceStatusCode::PROCESSING,
        None => InvoiceStatusCode::ACCEPTED_FOR_PROCESSING,
    };
    let refused = match outcome {
        Some(Outcome::Refused(refused)) => Some(refused),
        _ => None,
    };
    let details = refused.map(|refused| refused.details.clone()).filter(|details| !details.is_empty());
    let extensions =
        refused.map(|refused| refused.extensions.clone()).filter(|extensions| !extensions.is_empty());
    let description = code.description().unwrap_or_default().to_owned();
    InvoiceStatusInfo { code: code.0, description, details, extensions }
}
