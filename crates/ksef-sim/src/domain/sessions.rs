//! Sessions, online and batch, and what was sent in them.

use super::batches::Batch;
use super::logins::{Proof, Rights, Subject};
use super::progress::Progress;
use jiff::{SignedDuration, Timestamp};
use ksef_crypto::SessionKey;
use ksef_id::{ContextIdentifier, KsefNumber, ReferenceNumber, Sha256Hash};
use ksef_invoice::Form;
use ksef_wire::codes::{BatchSessionStatusCode, ExceptionCode, InvoiceStatusCode, OnlineSessionStatusCode};
use ksef_wire::{CommonSessionStatus, InvoiceStatusInfo, InvoicingMode, StatusInfo};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// A session.
#[derive(Clone)]
pub(crate) struct Session {
    pub(crate) reference: ReferenceNumber,
    pub(crate) context: ContextIdentifier,
    pub(crate) opener: Subject,
    /// What the opener's token allowed.
    pub(crate) rights: Rights,
    pub(crate) proof: Proof,
    pub(crate) form: Form,
    /// Whether the parties' identifiers are checked, as its opener asked for.
    pub(crate) checks_identifiers: bool,
    /// The key; `None` when what was sent did not decrypt.
    pub(crate) key: Option<Arc<SessionKey>>,
    pub(crate) opened_at: Timestamp,
    pub(crate) valid_until: Timestamp,
    pub(crate) updated_at: Timestamp,
    pub(crate) closed: Option<Closed>,
    /// Given for a batch session.
    pub(crate) batch: Option<Batch>,
    pub(crate) invoices: Vec<Submitted>,
    by_reference: HashMap<ReferenceNumber, usize>,
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
#[derive(Debug, Clone)]
pub(crate) struct Closed {
    pub(crate) at: Timestamp,
    pub(crate) progress: Progress,
}

/// A page of a session's UPO.
#[derive(Clone)]
pub(crate) struct UpoPage {
    pub(crate) reference: ReferenceNumber,
    /// Indices into the session's invoices, all of them accepted.
    pub(crate) invoices: Vec<usize>,
    /// Signed when first asked for, and the same ever after.
    pub(crate) document: Option<Arc<[u8]>>,
}

/// An invoice in a session.
#[derive(Clone)]
pub(crate) struct Submitted {
    pub(crate) reference: ReferenceNumber,
    /// Place among everything ever sent to the simulator.
    pub(crate) arrival: u64,
    /// As the sender declared it.
    pub(crate) hash: Sha256Hash,
    pub(crate) hash_of_corrected: Option<Sha256Hash>,
    pub(crate) received_at: Timestamp,
    /// Its name in the package of a batch.
    pub(crate) file_name: Option<String>,
    /// What became of it; `None` while processing is stalled.
    pub(crate) outcome: Option<Outcome>,
    pub(crate) progress: Progress,
    /// Its UPO: signed when first asked for, and the same ever after.
    pub(crate) upo: Option<Arc<[u8]>>,
}

/// What became of an invoice.
#[derive(Debug, Clone)]
pub(crate) struct Outcome {
    pub(crate) code: InvoiceStatusCode,
    pub(crate) details: Vec<String>,
    pub(crate) extensions: BTreeMap<String, Option<String>>,
    /// P_2, when the document could be read.
    pub(crate) invoice_number: Option<String>,
    pub(crate) mode: Option<InvoicingMode>,
    /// The number, and when it was given and stored.
    pub(crate) accepted: Option<Accepted>,
}

/// The facts of an accepted invoice.
#[derive(Debug, Clone)]
pub(crate) struct Accepted {
    pub(crate) ksef_number: KsefNumber,
    pub(crate) acquired_at: Timestamp,
    pub(crate) stored_at: Timestamp,
    pub(crate) lag: Option<Lag>,
}

/// Why an invoice that has its number cannot be read yet (field notes A5, B1).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lag {
    pub(crate) until: Timestamp,
    /// The code of a download until then: 21164 or 21165.
    pub(crate) code: ExceptionCode,
    /// Whether queries give out a mark as if it were there.
    pub(crate) is_counted_complete: bool,
}

impl Accepted {
    /// When it was stored, as far as that is told.
    pub(crate) fn stored_date(&self, now: Timestamp) -> Option<Timestamp> {
        let is_told = self.lag.is_none_or(|lag| now >= lag.until || lag.is_counted_complete);
        is_told.then_some(self.stored_at)
    }
}

impl Outcome {
    /// A refusal.
    pub(crate) fn refused(code: InvoiceStatusCode, details: Vec<String>) -> Self {
        Self { code, details, extensions: BTreeMap::new(), invoice_number: None, mode: None, accepted: None }
    }
}

impl Submitted {
    /// Its number, shown to callers or not yet.
    pub(crate) fn ksef_number(&self) -> Option<&KsefNumber> {
        Some(&self.outcome.as_ref()?.accepted.as_ref()?.ksef_number)
    }

    /// What is to be shown now; `None` while it is being processed. Counts as showing.
    pub(crate) fn look(&mut self, now: Timestamp) -> Option<&Outcome> {
        let outcome = self.outcome.as_ref()?;
        self.progress.look(now).then_some(outcome)
    }

    /// What the next look would show.
    pub(crate) fn would_show(&self, now: Timestamp) -> Option<&Outcome> {
        self.outcome.as_ref().filter(|_| self.progress.would_be_finished(now))
    }
}

/// The status of an invoice as the API shows it.
pub(crate) fn invoice_status(outcome: Option<&Outcome>) -> InvoiceStatusInfo {
    let code = outcome.map_or(InvoiceStatusCode::PROCESSING, |outcome| outcome.code);
    let details = outcome.map(|outcome| outcome.details.clone()).filter(|details| !details.is_empty());
    let extensions =
        outcome.map(|outcome| outcome.extensions.clone()).filter(|extensions| !extensions.is_empty());
    let description = code.description().unwrap_or_default().to_owned();
    InvoiceStatusInfo { code: code.0, description, details, extensions }
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
        self.by_reference.insert(submitted.reference.clone(), index);
        self.updated_at = submitted.received_at;
        self.invoices.push(submitted);
        index
    }

    pub(crate) fn index_of(&self, reference: &ReferenceNumber) -> Option<usize> {
        self.by_reference.get(reference).copied()
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
        let has_success = self.invoices.iter().any(|submitted| submitted.ksef_number().is_some());
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
    by_reference: HashMap<ReferenceNumber, Session>,
    order: Vec<ReferenceNumber>,
    arrivals: u64,
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
        self.order.push(reference.clone());
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
                key: key.map(Arc::new),
                opened_at: now,
                valid_until,
                updated_at: now,
                closed: None,
                batch,
                invoices: Vec::new(),
                by_reference: HashMap::new(),
                upo: Vec::new(),
            },
        );
        valid_until
    }

    pub(crate) fn get(&self, reference: &ReferenceNumber) -> Option<&Session> {
        self.by_reference.get(reference)
    }

    pub(crate) fn get_mut(&mut self, reference: &ReferenceNumber) -> Option<&mut Session> {
        self.by_reference.get_mut(reference)
    }

    /// All sessions in the order of opening.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Session> {
        self.order.iter().filter_map(|reference| self.by_reference.get(reference))
    }

    /// Ends what time has ended.
    pub(crate) fn expire(&mut self, now: Timestamp) {
        self.by_reference.values_mut().for_each(|session| session.expire(now));
    }

    /// The next place among everything sent.
    pub(crate) fn next_arrival(&mut self) -> u64 {
        self.arrivals += 1;
        self.arrivals
    }
}

/// Details of a batch that was cancelled because its time had passed.
const UPLOAD_TOO_LATE: &str = "Przekroczono czas wysyłki";
/// Life of a session (guide, `sesja-interaktywna.md`; of a batch: field notes A1).
const LIFE: SignedDuration = SignedDuration::from_hours(12);
