//! Sessions, online and batch.

use super::batches::Batch;
use super::habits::UpoVersion;
use super::logins::{Proof, Rights, Subject};
use super::packed::PackedReference;
use super::progress::Progress;
use super::stored;
use super::submissions::Submitted;
use super::table::Kept;
use crate::data::Changes;
use hashbrown::HashTable;
use indexmap::{IndexMap, IndexSet};
use jiff::{SignedDuration, Timestamp};
use ksef_crypto::SessionKey;
use ksef_id::{ContextIdentifier, ReferenceNumber};
use ksef_invoice::Form;
use ksef_wire::codes::{BatchSessionStatusCode, OnlineSessionStatusCode};
use ksef_wire::{CommonSessionStatus, StatusInfo};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::hash::{BuildHasher as _, RandomState};
use std::sync::Arc;

/// A session.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Session {
    pub(crate) reference: ReferenceNumber,
    pub(crate) context: ContextIdentifier,
    pub(crate) opener: Subject,
    /// What the opener's token allowed.
    pub(crate) rights: Rights,
    pub(crate) proof: Proof,
    #[serde(with = "stored::form")]
    pub(crate) form: Form,
    /// Whether the parties' identifiers are checked, as its opener asked for.
    pub(crate) checks_identifiers: bool,
    /// The version of its UPO.
    #[serde(default)]
    pub(crate) upo_version: UpoVersion,
    /// The key; `None` when what was sent did not decrypt.
    #[serde(with = "stored::session_key")]
    pub(crate) key: Option<Arc<SessionKey>>,
    pub(crate) opened_at: Timestamp,
    pub(crate) valid_until: Timestamp,
    pub(crate) updated_at: Timestamp,
    pub(crate) closed: Option<Closed>,
    /// Given for a batch session.
    pub(crate) batch: Option<Batch>,
    #[serde(skip)]
    pub(crate) invoices: Vec<Submitted>,
    /// Places among the invoices, by their references.
    #[serde(skip)]
    places: HashTable<u32>,
    #[serde(skip)]
    hasher: RandomState,
    /// Places of the invoices that changed since they were last written.
    #[serde(skip)]
    changed: BTreeSet<usize>,
    /// Whether that is noted.
    #[serde(skip)]
    is_watched: bool,
    /// Pages of the UPO, made when the session is processed.
    pub(crate) upo: Vec<UpoPage>,
}

/// Who opens a session.
pub(crate) struct Opener {
    pub(crate) context: ContextIdentifier,
    pub(crate) subject: Subject,
    pub(crate) rights: Rights,
    pub(crate) proof: Proof,
}

/// The end of a session.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Closed {
    pub(crate) at: Timestamp,
    pub(crate) progress: Progress,
}

/// A page of a session's UPO: the accepted invoices of its place, so many as fit.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UpoPage {
    pub(crate) reference: ReferenceNumber,
    /// When it was signed: the same document is made again whenever it is asked for.
    pub(crate) signed_at: Option<Timestamp>,
}

impl Session {
    pub(crate) fn is_open(&self) -> bool {
        // The key of a batch is looked at when the package is processed, not before.
        self.closed.is_none() && (self.key.is_some() || self.batch.is_some())
    }

    /// Closes a session whose time has passed (guide: "Po jego upływie sesja zostanie automatycznie zamknięta"). A batch
    /// that nobody closed is cancelled (field notes A1).
    pub(crate) fn expire(&mut self, now: Timestamp) {
        if self.is_open() && now >= self.valid_until {
            if self.batch.is_some() {
                self.cancel_late(now);
            } else {
                self.close(self.valid_until, now);
            }
        }
    }

    /// Cancels a batch whose time for sending has passed.
    pub(crate) fn cancel_late(&mut self, now: Timestamp) {
        self.close(now.min(self.valid_until), now);
        if let Some(batch) = &mut self.batch {
            batch.fail(BatchSessionStatusCode::CANCELLED, vec![UPLOAD_TOO_LATE.to_owned()]);
        }
    }

    /// Closes it.
    pub(crate) fn close(&mut self, at: Timestamp, now: Timestamp) {
        self.updated_at = at;
        self.closed = Some(Closed { at, progress: Progress::begin(now) });
    }

    pub(crate) fn add(&mut self, submitted: Submitted) -> usize {
        let index = self.invoices.len();
        self.updated_at = submitted.received_at.at();
        self.note_place(submitted.reference, index);
        self.invoices.push(submitted);
        self.mark(index);
        index
    }

    /// Takes memory for so many invoices more, and no more than that.
    pub(crate) fn reserve(&mut self, count: usize) {
        self.invoices.reserve_exact(count);
    }

    fn note_place(&mut self, reference: PackedReference, index: usize) {
        // A session takes no more invoices than fit.
        let place = u32::try_from(index).unwrap_or(u32::MAX);
        let Self { invoices, places, hasher, .. } = self;
        let hash = |place: &u32| {
            let submitted = usize::try_from(*place).ok().and_then(|place| invoices.get(place));
            hasher.hash_one(submitted.map(|submitted| submitted.reference))
        };
        places.insert_unique(hasher.hash_one(Some(reference)), place, hash);
    }

    pub(crate) fn index_of(&self, reference: &ReferenceNumber) -> Option<usize> {
        let reference = PackedReference::of(reference)?;
        let is_it = |place: &u32| {
            let submitted = usize::try_from(*place).ok().and_then(|place| self.invoices.get(place));
            submitted.is_some_and(|submitted| submitted.reference == reference)
        };
        let place = self.places.find(self.hasher.hash_one(Some(reference)), is_it)?;
        usize::try_from(*place).ok()
    }

    /// An invoice to be changed.
    pub(crate) fn invoice_mut(&mut self, index: usize) -> Option<&mut Submitted> {
        if index < self.invoices.len() {
            self.mark(index);
        }
        self.invoices.get_mut(index)
    }

    fn mark(&mut self, index: usize) {
        if self.is_watched {
            self.changed.insert(index);
        }
    }

    /// The places of the accepted invoices on a page of the UPO, in their order.
    pub(crate) fn accepted_on(&self, page: usize, page_size: usize) -> impl Iterator<Item = usize> {
        let accepted = (0..self.invoices.len()).filter(|index| self.invoices[*index].accepted().is_some());
        accepted.skip(page.saturating_mul(page_size)).take(page_size)
    }

    /// The status to be shown now; counts as showing, for the session and its invoices.
    pub(crate) fn status(&mut self, now: Timestamp) -> StatusInfo {
        self.expire(now);
        let mut is_processed = true;
        if self.closed.is_some() {
            for submitted in &mut self.invoices {
                is_processed &= submitted.look(now).is_some();
            }
        }
        // Every part is looked at: what was shown once may finish.
        let is_over = self.closed.as_mut().is_some_and(|closed| closed.progress.look(now));
        self.status_if(is_over && is_processed)
    }

    /// The code that the next look would show.
    pub(crate) fn status_code(&self, now: Timestamp) -> i32 {
        let is_over = self.closed.as_ref().is_some_and(|closed| closed.progress.would_be_finished(now));
        let is_processed = self.invoices.iter().all(|submitted| submitted.would_show(now).is_some());
        self.status_if(is_over && is_processed).code
    }

    /// What the list of sessions calls it (`shared/ksef/behaviour.md`, "Sessions and invoices").
    pub(crate) fn common_status(&self, now: Timestamp) -> CommonSessionStatus {
        match self.status_code(now) {
            100..200 => CommonSessionStatus::InProgress,
            200 => CommonSessionStatus::Succeeded,
            440 => CommonSessionStatus::Cancelled,
            _ => CommonSessionStatus::Failed,
        }
    }

    fn status_if(&self, is_final: bool) -> StatusInfo {
        let has_success = self.invoices.iter().any(|submitted| submitted.accepted().is_some());
        let nothing_sent = || vec!["Nie przesłano faktur".to_owned()];
        let (code, description, details) = if let Some(batch) = &self.batch {
            let (code, details) = match (&self.closed, &batch.failure) {
                (None, _) => (BatchSessionStatusCode::STARTED, Vec::new()),
                (Some(_), _) if !is_final || !batch.is_unpacked => {
                    (BatchSessionStatusCode::PROCESSING, Vec::new())
                }
                (Some(_), Some((code, details))) => (*code, details.clone()),
                (Some(_), None) if self.invoices.is_empty() => {
                    (BatchSessionStatusCode::CANCELLED, nothing_sent())
                }
                (Some(_), None) if has_success => (BatchSessionStatusCode::PROCESSED, Vec::new()),
                (Some(_), None) => (BatchSessionStatusCode::NO_VALID_INVOICES, Vec::new()),
            };
            (code.0, code.description(), details)
        } else {
            let code = match (&self.key, &self.closed) {
                (None, _) => OnlineSessionStatusCode::KEY_NOT_DECRYPTED,
                (Some(_), None) => OnlineSessionStatusCode::OPEN,
                // Nothing is processed in an empty session, so it is cancelled at once.
                (Some(_), Some(_)) if self.invoices.is_empty() => OnlineSessionStatusCode::CANCELLED,
                (Some(_), Some(_)) if !is_final => OnlineSessionStatusCode::CLOSED,
                (Some(_), Some(_)) if has_success => OnlineSessionStatusCode::PROCESSED,
                (Some(_), Some(_)) => OnlineSessionStatusCode::NO_VALID_INVOICES,
            };
            let is_empty = code == OnlineSessionStatusCode::CANCELLED;
            (code.0, code.description(), if is_empty { nothing_sent() } else { Vec::new() })
        };
        StatusInfo {
            code,
            description: description.unwrap_or_default().to_owned(),
            details: (!details.is_empty()).then_some(details),
        }
    }
}

/// All sessions.
#[derive(Clone, Default)]
pub(crate) struct Sessions {
    by_reference: IndexMap<ReferenceNumber, Session>,
    arrivals: u64,
    /// Sessions that somebody asked for to change them; `None` when nothing is kept.
    changed: Option<IndexSet<ReferenceNumber>>,
}

impl Sessions {
    /// Opens a session that lives for 12 hours.
    pub(crate) fn open(
        &mut self,
        reference: ReferenceNumber,
        opener: Opener,
        form: Form,
        key: Option<SessionKey>,
        batch: Option<Batch>,
        now: Timestamp,
    ) -> Timestamp {
        let valid_until = now.checked_add(LIFE).unwrap_or(now);
        let Opener { context, subject, rights, proof } = opener;
        self.mark(&reference);
        self.by_reference.insert(
            reference.clone(),
            Session {
                reference,
                context,
                opener: subject,
                rights,
                proof,
                form,
                checks_identifiers: false,
                upo_version: UpoVersion::default(),
                key: key.map(Arc::new),
                opened_at: now,
                valid_until,
                updated_at: now,
                closed: None,
                batch,
                invoices: Vec::new(),
                places: HashTable::new(),
                hasher: RandomState::new(),
                changed: BTreeSet::new(),
                is_watched: self.changed.is_some(),
                upo: Vec::new(),
            },
        );
        valid_until
    }

    pub(crate) fn get(&self, reference: &ReferenceNumber) -> Option<&Session> {
        self.by_reference.get(reference)
    }

    /// A session to be changed.
    pub(crate) fn get_mut(&mut self, reference: &ReferenceNumber) -> Option<&mut Session> {
        let session = self.by_reference.get_mut(reference)?;
        if let Some(changed) = self.changed.as_mut().filter(|changed| !changed.contains(reference)) {
            changed.insert(reference.clone());
        }
        Some(session)
    }

    /// All sessions in the order of opening.
    pub(crate) fn all(&self) -> impl DoubleEndedIterator<Item = &Session> {
        self.by_reference.values()
    }

    /// All sessions as they were just read, to be completed.
    pub(crate) fn all_mut(&mut self) -> impl Iterator<Item = &mut Session> {
        self.by_reference.values_mut()
    }

    /// Ends what time has ended.
    pub(crate) fn expire(&mut self, now: Timestamp) {
        for session in self.by_reference.values_mut() {
            if session.is_open() && now >= session.valid_until {
                session.expire(now);
                if let Some(changed) = &mut self.changed {
                    changed.insert(session.reference.clone());
                }
            }
        }
    }

    /// The next place among everything sent.
    pub(crate) fn next_arrival(&mut self) -> u64 {
        self.arrivals += 1;
        self.arrivals
    }

    fn mark(&mut self, reference: &ReferenceNumber) {
        if let Some(changed) = &mut self.changed {
            changed.insert(reference.clone());
        }
    }
}

/// Sessions and their invoices are written apart: an online session gets its invoices one by one.
impl Kept for Sessions {
    fn watch(&mut self) {
        self.changed.get_or_insert_default();
        self.by_reference.values_mut().for_each(|session| session.is_watched = true);
    }

    fn is_changed(&self) -> bool {
        self.changed.as_ref().is_some_and(|changed| !changed.is_empty())
    }

    fn write(&mut self, name: &str, is_all: bool, changes: &mut Changes) {
        let changed = self.changed.as_mut().map(std::mem::take).unwrap_or_default();
        let references = match is_all {
            true => self.by_reference.keys().cloned().collect(),
            false => changed,
        };
        for reference in references {
            let Some(session) = self.by_reference.get_mut(&reference) else { continue };
            changes.put(name, reference.as_str(), session);
            let places = std::mem::take(&mut session.changed);
            let places: Vec<usize> = match is_all {
                true => (0..session.invoices.len()).collect(),
                false => places.into_iter().collect(),
            };
            for place in places {
                changes.put(name, &format!("{reference}/{place}"), &session.invoices[place]);
            }
        }
    }

    fn read(&mut self, key: &str, value: Option<&str>) -> Result<bool, serde_json::Error> {
        use serde::de::Error as _;
        let Some(value) = value else { return Ok(false) };
        let Some((reference, place)) = key.split_once('/') else {
            let read: Session = serde_json::from_str(value)?;
            match self.by_reference.get_mut(&read.reference) {
                // What it got meanwhile stands in entries of its own.
                Some(session) => {
                    let Session { invoices, places, hasher, .. } = std::mem::replace(session, read);
                    (session.invoices, session.places, session.hasher) = (invoices, places, hasher);
                    return Ok(true);
                }
                None => {
                    self.by_reference.insert(read.reference.clone(), read);
                    return Ok(false);
                }
            }
        };
        let reference = ReferenceNumber::parse(reference).map_err(serde_json::Error::custom)?;
        let place: usize = place.parse().map_err(serde_json::Error::custom)?;
        let session = self.by_reference.get_mut(&reference);
        let session = session.ok_or_else(|| serde_json::Error::custom("its session is missing"))?;
        let mut submitted: Submitted = serde_json::from_str(value)?;
        self.arrivals = self.arrivals.max(submitted.arrival);
        let count = session.invoices.len();
        match session.invoices.get_mut(place) {
            Some(known) => {
                std::mem::swap(known, &mut submitted);
                Ok(true)
            }
            None if place == count => {
                session.note_place(submitted.reference, place);
                session.invoices.push(submitted);
                Ok(false)
            }
            None => Err(serde_json::Error::custom("an invoice before it is missing")),
        }
    }
}

/// Details of a batch that was cancelled because its time had passed.
const UPLOAD_TOO_LATE: &str = "Przekroczono czas wysyłki";
/// Life of a session (guide, `sesja-interaktywna.md`; of a batch: field notes A1).
const LIFE: SignedDuration = SignedDuration::from_hours(12);
