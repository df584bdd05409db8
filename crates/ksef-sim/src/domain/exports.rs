//! Exports of invoices and the packages that came of them.

use super::logins::Subject;
use super::progress::Progress;
use super::stored;
use super::table::Table;
use axum::body::Bytes;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use ksef_crypto::SessionKey;
use ksef_id::{ContextIdentifier, ReferenceNumber, Sha256Hash};
use ksef_wire::codes::ExportStatusCode;
use ksef_wire::{CompressionType, InvoiceQueryFilters};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// An export.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Export {
    pub(crate) reference: ReferenceNumber,
    pub(crate) context: ContextIdentifier,
    pub(crate) subject: Subject,
    pub(crate) requested_at: Timestamp,
    /// The key; `None` when what was sent did not decrypt.
    #[serde(with = "stored::session_key")]
    pub(crate) key: Option<Arc<SessionKey>>,
    pub(crate) filters: InvoiceQueryFilters,
    pub(crate) is_only_metadata: bool,
    pub(crate) compression: CompressionType,
    /// When it ended and how; `None` while it is being worked on.
    pub(crate) outcome: Option<(Timestamp, Result<Package, Failure>)>,
    pub(crate) progress: Progress,
    /// Whether it counts as running for ever (a leak of KSeF's, field notes B2).
    pub(crate) keeps_slot: bool,
    /// Whether it will never end (field notes B2).
    pub(crate) hangs: bool,
}

/// Why an export gave nothing: its status and the details.
pub(crate) type Failure = (ExportStatusCode, Vec<String>);

/// A finished package.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Package {
    pub(crate) invoice_count: usize,
    pub(crate) size: usize,
    pub(crate) parts: Vec<Part>,
    /// Of a truncated package: the dates of its last invoice.
    pub(crate) truncated_at: Option<Last>,
    pub(crate) hwm: Option<Timestamp>,
}

/// The date, of the kind asked for, of the last invoice of a truncated package.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) enum Last {
    Issue(Date),
    Invoicing(Timestamp),
    PermanentStorage(Timestamp),
}

/// A part of a package.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Part {
    pub(crate) ordinal: i32,
    pub(crate) size: usize,
    pub(crate) hash: Sha256Hash,
    /// `None` once nobody can fetch it any more.
    #[serde(with = "stored::elsewhere")]
    pub(crate) encrypted: Option<Bytes>,
    pub(crate) encrypted_hash: Sha256Hash,
    pub(crate) encrypted_size: usize,
}

impl Export {
    /// Whether it still takes one of the places of its subject.
    pub(crate) fn is_running(&self, now: Timestamp) -> bool {
        self.keeps_slot || self.outcome.is_none() || !self.progress.would_be_finished(now)
    }

    /// What lies in files of their own, under their names.
    pub(crate) fn contents(&self) -> impl Iterator<Item = (String, &Bytes)> {
        let parts = match &self.outcome {
            Some((_, Ok(package))) => package.parts.as_slice(),
            _ => &[],
        };
        let named = |part: &Part| part_name(&self.reference, part.ordinal);
        parts.iter().filter_map(move |part| Some((named(part), part.encrypted.as_ref()?)))
    }

    /// Until when its status and its package can be had.
    pub(crate) fn expires_at(&self) -> Timestamp {
        let from = self.outcome.as_ref().map_or(self.requested_at, |(at, _)| *at);
        from.checked_add(LIFE).unwrap_or(from)
    }
}

/// All exports.
#[derive(Clone, Default)]
pub(crate) struct Exports {
    pub(crate) by_reference: Table<ReferenceNumber, Export>,
}

impl Exports {
    pub(crate) fn add(&mut self, export: Export, now: Timestamp) {
        // Packages are large: what nobody can fetch any more goes, its reference stays.
        let is_outdated = |old: &&Export| old.expires_at() <= now && old.contents().next().is_some();
        let outdated: Vec<_> =
            self.by_reference.values().filter(is_outdated).map(|old| old.reference.clone()).collect();
        for old in outdated {
            if let Some((_, Ok(package))) =
                self.by_reference.get_mut(&old).and_then(|old| old.outcome.as_mut())
            {
                package.parts.clear();
            }
        }
        self.by_reference.insert(export.reference.clone(), export);
    }

    pub(crate) fn get(&self, reference: &ReferenceNumber) -> Option<&Export> {
        self.by_reference.get(reference)
    }

    pub(crate) fn get_mut(&mut self, reference: &ReferenceNumber) -> Option<&mut Export> {
        self.by_reference.get_mut(reference)
    }

    /// How many exports of a subject in a context are running.
    pub(crate) fn running(&self, context: &ContextIdentifier, subject: &Subject, now: Timestamp) -> usize {
        let is_own = |export: &&Export| export.context == *context && export.subject == *subject;
        self.by_reference.values().filter(is_own).filter(|export| export.is_running(now)).count()
    }
}

/// Under which name a part lies in a folder.
pub(crate) fn part_name(export: &ReferenceNumber, ordinal: i32) -> String {
    format!("{export}-{ordinal}")
}

/// "Status eksportu paczki faktur jest dostępny przez 7 dni"
const LIFE: SignedDuration = SignedDuration::from_hours(7 * 24);
