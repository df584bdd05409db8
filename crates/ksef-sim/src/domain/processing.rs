//! What happens to an invoice after it was taken: checks in KSeF's order, then a number or a refusal.

use super::World;
use super::repository::Record;
use super::sessions::{Accepted, Outcome};
use crate::clock::warsaw_date;
use crate::inspection::{Facts, Refused};
use jiff::{SignedDuration, Timestamp};
use ksef_id::{ContextIdentifier, ReferenceNumber};
use ksef_wire::codes::InvoiceStatusCode;
use ksef_wire::{InvoiceStatusInfo, InvoicingMode};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A document after decryption and inspection, ready to be decided upon.
pub(crate) struct Examined {
    pub(crate) session: ReferenceNumber,
    pub(crate) index: usize,
    pub(crate) is_declared_offline: bool,
    pub(crate) verdict: Result<(Arc<[u8]>, Facts), Refused>,
}

/// Decides upon one document and writes the outcome down.
pub(crate) fn decide(world: &mut World, examined: Examined, now: Timestamp) {
    let outcome = outcome(world, &examined, now);
    let Some(session) = world.sessions.get_mut(&examined.session) else { return };
    let form = session.form;
    let Some(submitted) = session.invoices.get_mut(examined.index) else { return };
    if let (Some(accepted), Ok((bytes, facts))) = (&outcome.accepted, examined.verdict) {
        world.repository.add(Record {
            ksef_number: accepted.ksef_number.clone(),
            bytes,
            hash: submitted.hash.clone(),
            form,
            facts,
            mode: outcome.mode.clone().unwrap_or(InvoicingMode::Online),
            hash_of_corrected: submitted.hash_of_corrected.clone(),
            session: examined.session,
            index: examined.index,
            received_at: submitted.received_at,
            acquired_at: accepted.acquired_at,
            stored_at: accepted.stored_at,
        });
    }
    submitted.outcome = Some(outcome);
    submitted.progress = super::progress::Progress::begin(now);
}

fn outcome(world: &mut World, examined: &Examined, now: Timestamp) -> Outcome {
    let facts = match &examined.verdict {
        Ok((_, facts)) => facts,
        Err(refused) => return Outcome::refused(refused.code, refused.details.clone()),
    };
    let number = Some(facts.metadata.invoice_number.clone());
    let refused = |code, details: Vec<String>| Outcome {
        invoice_number: number.clone(),
        ..Outcome::refused(code, details)
    };
    let Some(session) = world.sessions.get(&examined.session) else {
        return refused(InvoiceStatusCode::UNKNOWN_ERROR, Vec::new());
    };
    if !may_issue(&session.context, facts) {
        let detail =
            "Kontekst uwierzytelnienia nie ma uprawnienia do wystawienia faktury w imieniu sprzedawcy.";
        return refused(InvoiceStatusCode::PERMISSION_SCOPE, vec![detail.to_owned()]);
    }
    let Some(submitted) = session.invoices.get(examined.index) else {
        return refused(InvoiceStatusCode::UNKNOWN_ERROR, Vec::new());
    };
    let today = warsaw_date(submitted.received_at);
    if facts.metadata.has_attachment {
        // Online only as a technical correction (guide, `faktury/weryfikacja-faktury.md`).
        let is_way_open = session.batch.is_some() || submitted.hash_of_corrected.is_some();
        if !is_way_open || !world.test_data.may_attach(&session.context, today) {
            return refused(InvoiceStatusCode::ATTACHMENT_NOT_ALLOWED, Vec::new());
        }
    }
    if let Some(original) = world.repository.duplicate_of(facts, today) {
        let detail = format!(
            "Duplikat faktury. Faktura o numerze KSeF: {} została już prawidłowo przesłana do systemu w sesji: {}",
            original.ksef_number, original.session
        );
        let extensions = BTreeMap::from([
            (InvoiceStatusInfo::ORIGINAL_KSEF_NUMBER.to_owned(), Some(original.ksef_number.to_string())),
            (InvoiceStatusInfo::ORIGINAL_SESSION.to_owned(), Some(original.session.to_string())),
        ]);
        return Outcome { extensions, ..refused(InvoiceStatusCode::DUPLICATE, vec![detail]) };
    }
    let is_offline = examined.is_declared_offline || facts.issue_date < today;
    let ksef_number = world.repository.free_number(&mut world.references, facts.seller, now);
    Outcome {
        code: InvoiceStatusCode::SUCCESS,
        details: Vec::new(),
        extensions: BTreeMap::new(),
        invoice_number: number,
        mode: Some(if is_offline { InvoicingMode::Offline } else { InvoicingMode::Online }),
        accepted: Some(Accepted {
            ksef_number,
            acquired_at: now,
            stored_at: now.checked_add(STORAGE_DELAY).unwrap_or(now),
        }),
    }
}

/// Whether a context may issue in the name of the seller. Self-invoicing and the other authorisations come with the
/// permissions (DIVERGENCES.md).
fn may_issue(context: &ContextIdentifier, facts: &Facts) -> bool {
    context.nip() == Some(facts.seller)
}

/// Between numbering and permanent storage ("zawsze późniejsza niż acquisitionDate").
const STORAGE_DELAY: SignedDuration = SignedDuration::from_millis(5);
