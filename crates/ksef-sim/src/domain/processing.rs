//! What happens to an invoice after it was taken: checks in KSeF's order, then a number or a refusal.

use super::World;
use super::documents::Document;
use super::listed::Listed;
use super::packed::PackedKsefNumber;
use super::permissions::may_issue;
use super::repository::{Lag, Record};
use super::submissions::{Outcome, Refused as RefusedInvoice};
use crate::clock::warsaw_date;
use crate::faults::{DuplicateTells, Fault, Site, Target, usual_details};
use crate::inspection::{Facts, Refused};
use jiff::{SignedDuration, Timestamp};
use ksef_id::ReferenceNumber;
use ksef_wire::codes::{ExceptionCode, InvoiceStatusCode};
use ksef_wire::{InvoiceStatusInfo, Operation};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A document after decryption and inspection, ready to be decided upon.
#[derive(Clone, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub(crate) struct Examined {
    pub(crate) session: Arc<ReferenceNumber>,
    pub(crate) index: usize,
    pub(crate) is_declared_offline: bool,
    pub(crate) verdict: Result<(Document, Facts), Refused>,
}

/// A waiting document in a folder. Its facts are read from it again.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Written {
    session: ReferenceNumber,
    index: usize,
    is_declared_offline: bool,
    verdict: Result<(Document, bool), Refused>,
}

impl From<Examined> for Written {
    fn from(examined: Examined) -> Self {
        let Examined { session, index, is_declared_offline, verdict } = examined;
        let verdict = verdict.map(|(document, facts)| (document, facts.is_refused_elsewhere));
        Self { session: (*session).clone(), index, is_declared_offline, verdict }
    }
}

impl TryFrom<Written> for Examined {
    type Error = &'static str;

    fn try_from(written: Written) -> Result<Self, Self::Error> {
        let Written { session, index, is_declared_offline, verdict } = written;
        let verdict = match verdict {
            Ok((document, is_refused_elsewhere)) => {
                let facts = Facts::of(&document.bytes(), is_refused_elsewhere);
                Ok((document, facts.ok_or("a waiting document is no invoice")?))
            }
            Err(refused) => Err(refused),
        };
        Ok(Self { session: Arc::new(session), index, is_declared_offline, verdict })
    }
}

/// Decides upon one document and writes the outcome down.
pub(crate) fn decide(world: &mut World, examined: Examined, now: Timestamp) {
    let target = match world.sessions.get(&examined.session) {
        Some(session) if session.batch.is_some() => Target::Operation(Operation::BatchSessionClose),
        _ => Target::Operation(Operation::OnlineInvoiceSend),
    };
    let faults = Faults::take(world, target, now);
    let decision = decision(world, &examined, &faults, now);
    let Some(session) = world.sessions.get_mut(&examined.session) else { return };
    let form = session.form;
    let Some(submitted) = session.invoice_mut(examined.index) else { return };
    submitted.outcome = Some(match (decision, examined.verdict) {
        (Ok(Accepted { ksef_number, is_offline, acquired_at, stored_at, lag }), Ok((document, facts))) => {
            let place = world.repository.add(Record {
                ksef_number,
                document,
                hash: submitted.hash,
                form,
                listed: Listed::from(&facts),
                is_offline,
                hash_of_corrected: submitted.hash_of_corrected.clone(),
                session: examined.session,
                index: u32::try_from(examined.index).unwrap_or(u32::MAX),
                received_at: submitted.received_at,
                acquired_at: acquired_at.into(),
                stored_at: stored_at.into(),
                lag: lag.map(Box::new),
            });
            Outcome::Accepted(place)
        }
        (Err(outcome), _) => outcome,
        // Only what was examined well is accepted.
        (Ok(_), Err(refused)) => Outcome::refused(refused.code, refused.details),
    });
    submitted.progress = super::progress::Progress::begin(now).hold_until(faults.until);
}

/// The faults that meet a document.
struct Faults {
    target: Target,
    /// It ends with this, whatever it says.
    code: Option<InvoiceStatusCode>,
    /// It stays at 150 until then.
    until: Option<Timestamp>,
}

impl Faults {
    fn take(world: &mut World, target: Target, now: Timestamp) -> Self {
        let mut faults = Self { target, code: None, until: None };
        for fault in world.faults.take_all(Site::Invoice, target, now) {
            let (code, delay) = match fault {
                Fault::InvoiceStatus { code } => (Some(InvoiceStatusCode(code)), None),
                Fault::LateCancel { after_s } => {
                    let delay = SignedDuration::from_secs(i64::from(after_s));
                    (Some(InvoiceStatusCode::CANCELLED_BY_SYSTEM), Some(delay))
                }
                Fault::Latency { min_ms, max_ms } => {
                    let delay = world.faults.between(min_ms, max_ms);
                    (None, Some(SignedDuration::from_millis(i64::from(delay))))
                }
                _ => (None, None),
            };
            faults.code = faults.code.or(code);
            let until = delay.and_then(|delay| now.checked_add(delay).ok());
            faults.until = faults.until.max(until);
        }
        faults
    }
}

/// The facts of an accepted invoice.
struct Accepted {
    ksef_number: PackedKsefNumber,
    is_offline: bool,
    acquired_at: Timestamp,
    stored_at: Timestamp,
    lag: Option<Lag>,
}

/// Which dates an accepted invoice gets at `at`, and whether it can be read.
fn dates(
    world: &mut World,
    target: Target,
    at: Timestamp,
    ksef_number: PackedKsefNumber,
    is_offline: bool,
) -> Accepted {
    let after = |delay: SignedDuration| at.checked_add(delay).unwrap_or(at);
    let seconds = |count: u32| SignedDuration::from_secs(i64::from(count));
    let stored_at = after(STORAGE_DELAY);
    let mut accepted = Accepted { ksef_number, is_offline, acquired_at: at, stored_at, lag: None };
    for fault in world.faults.take_all(Site::Numbering, target, at) {
        match fault {
            Fault::NotStored { for_s, code } => {
                let until = after(seconds(for_s));
                accepted.stored_at = until;
                accepted.lag = Some(Lag { until, code: ExceptionCode(code), is_counted_complete: false });
            }
            Fault::LateArrival { by_s } => {
                accepted.lag = Some(Lag {
                    until: after(seconds(by_s)),
                    code: ExceptionCode::INVOICE_NOT_YET_AVAILABLE,
                    is_counted_complete: true,
                });
            }
            Fault::InvertedDates => accepted.acquired_at = after(INVERSION),
            _ => {}
        }
    }
    accepted
}

/// A number, or why not.
fn decision(
    world: &mut World,
    examined: &Examined,
    faults: &Faults,
    now: Timestamp,
) -> Result<Accepted, Outcome> {
    if let Some(code) = faults.code {
        return Err(Outcome::refused(code, usual_details(code.0)));
    }
    let (document, facts) = match &examined.verdict {
        Ok((document, facts)) => (document, facts),
        Err(refused) => return Err(Outcome::refused(refused.code, refused.details.clone())),
    };
    let number = Some(facts.metadata.invoice_number.clone());
    let refused_telling = |code, details: Vec<String>, extensions| {
        let invoice_number = number.clone();
        Err(Outcome::Refused(Box::new(RefusedInvoice { code, details, extensions, invoice_number })))
    };
    let refused = |code, details| refused_telling(code, details, BTreeMap::new());
    let Some(session) = world.sessions.get(&examined.session) else {
        return refused(InvoiceStatusCode::UNKNOWN_ERROR, Vec::new());
    };
    if !may_issue(&world.permissions, &world.test_data, &session.context, &session.rights, facts) {
        // The recorded detail (field notes A10, issues 142 and 578).
        let detail = "Brak uprawnienia fakturowego";
        return refused(InvoiceStatusCode::PERMISSION_SCOPE, vec![detail.to_owned()]);
    }
    let Some(submitted) = session.invoices.get(examined.index) else {
        return refused(InvoiceStatusCode::UNKNOWN_ERROR, Vec::new());
    };
    let today = warsaw_date(submitted.received_at.at());
    if facts.metadata.has_attachment {
        // Online only as a technical correction (guide, `faktury/weryfikacja-faktury.md`).
        let is_way_open = session.batch.is_some() || submitted.hash_of_corrected.is_some();
        if !is_way_open || !world.test_data.may_attach(&session.context, today) {
            return refused(InvoiceStatusCode::ATTACHMENT_NOT_ALLOWED, Vec::new());
        }
    }
    if let Some(original) = world.repository.duplicate_of((document, facts), &world.habits, today) {
        let original_number = original.ksef_number.number();
        let detail = format!(
            "Duplikat faktury. Faktura o numerze KSeF: {} została już prawidłowo przesłana do systemu w sesji: {}",
            original_number, original.session
        );
        let mut extensions = BTreeMap::from([
            (InvoiceStatusInfo::ORIGINAL_KSEF_NUMBER.to_owned(), Some(original_number.to_string())),
            (InvoiceStatusInfo::ORIGINAL_SESSION.to_owned(), Some(original.session.to_string())),
        ]);
        match world.faults.take(Site::Duplicate, faults.target, now) {
            Some(Fault::Duplicate { tells: DuplicateTells::Nothing }) => extensions.clear(),
            Some(Fault::Duplicate { tells: DuplicateTells::OwnSession }) => {
                let own = examined.session.to_string();
                extensions.insert(InvoiceStatusInfo::ORIGINAL_SESSION.to_owned(), Some(own));
            }
            _ => {}
        }
        return refused_telling(InvoiceStatusCode::DUPLICATE, vec![detail], extensions);
    }
    let is_offline = examined.is_declared_offline || facts.issue_date < today;
    // What is held at 150 gets its number when it is let go.
    let at = faults.until.unwrap_or(now);
    let ksef_number = world.repository.free_number(&mut world.references, facts.seller, at);
    Ok(dates(world, faults.target, at, ksef_number, is_offline))
}

/// Between numbering and permanent storage ("zawsze późniejsza niż acquisitionDate").
const STORAGE_DELAY: SignedDuration = SignedDuration::from_millis(5);
/// How much later the number is dated than storage when the dates are inverted (field notes A5: 4.82 s).
const INVERSION: SignedDuration = SignedDuration::from_millis(4820);
