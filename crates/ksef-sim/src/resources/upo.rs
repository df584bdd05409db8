//! UPO by invoice reference, by KSeF number and by page of a session. All three give the same bytes each time.

use super::session_status::session;
use crate::domain::packed::PackedKsefNumber;
use crate::domain::repository::{Record, Repository};
use crate::domain::sessions::Session;
use crate::faults::{Site, Target};
use crate::http::Shared;
use crate::http::call::{Call, Reply};
use crate::http::errors::Refusal;
use crate::upo::{self, PAGE_DOCUMENTS_MAX, Page};
use jiff::Timestamp;
use ksef_crypto::xades::{SignatureStyle, sign_enveloped};
use ksef_id::ReferenceNumber;
use ksef_wire::Operation;
use ksef_wire::codes::ExceptionCode;

/// `GET /sessions/{referenceNumber}/invoices/{invoiceReferenceNumber}/upo`
pub(crate) fn by_invoice_reference(shared: &Shared, call: &Call) -> Result<Reply, Refusal> {
    let reference = call.reference("referenceNumber")?;
    let invoice = call.reference("invoiceReferenceNumber")?;
    let is_missing = is_missing(shared, Operation::UpoByInvoiceReference, call);
    let index = session(&mut shared.world().sessions, call.caller()?, &reference)?.index_of(&invoice);
    let document =
        index.and_then(|index| of_invoice(shared, &reference, index, call.now).transpose()).transpose()?;
    // The operation's table has no code for a UPO that is not there, so it is a matter of validation.
    let sentence = || {
        format!("UPO faktury {invoice} dla sesji o numerze referencyjnym {reference} nie zostało znalezione.")
    };
    let document = document.filter(|_| !is_missing);
    document.map(|document| Reply::xml(&document)).ok_or_else(|| Refusal::validation(sentence()))
}

/// `GET /sessions/{referenceNumber}/invoices/ksef/{ksefNumber}/upo`
pub(crate) fn by_ksef_number(shared: &Shared, call: &Call) -> Result<Reply, Refusal> {
    let reference = call.reference("referenceNumber")?;
    let (text, number) = call.ksef_number()?;
    let number = number.as_ref().and_then(PackedKsefNumber::of);
    let sentence = || {
        format!("UPO o numerze KSeF {text} i numerze referencyjnym sesji {reference} nie zostało znalezione.")
    };
    let not_found = || Refusal::code(ExceptionCode::UPO_NOT_FOUND, [sentence()]);
    let index = {
        let mut world = shared.world();
        // The operation's table has no 21173: an unknown session has no UPO.
        if world.sessions.get(&reference).is_none() {
            return Err(not_found());
        }
        let world = &mut *world;
        let session = session(&mut world.sessions, call.caller()?, &reference)?;
        session
            .invoices
            .iter()
            .position(|submitted| number.is_some() && submitted.ksef_number(&world.repository) == number)
    };
    let document = index.map(|index| of_invoice(shared, &reference, index, call.now)).transpose()?.flatten();
    let document = document.filter(|_| !is_missing(shared, Operation::UpoByKsefNumber, call));
    document.map(|document| Reply::xml(&document)).ok_or_else(not_found)
}

/// `GET /sessions/{referenceNumber}/upo/{upoReferenceNumber}`
pub(crate) fn of_session(shared: &Shared, call: &Call) -> Result<Reply, Refusal> {
    let reference = call.reference("referenceNumber")?;
    let page = call.reference("upoReferenceNumber")?;
    session(&mut shared.world().sessions, call.caller()?, &reference)?;
    let is_missing = is_missing(shared, Operation::UpoOfSession, call);
    let document =
        of_page(shared, &reference, &page, call.now)?.filter(|_| !is_missing).ok_or_else(|| {
            let sentence =
                format!("UPO o numerze referencyjnym {page} dla sesji {reference} nie zostało znalezione.");
            Refusal::code(ExceptionCode::UPO_NOT_FOUND, [sentence])
        })?;
    Ok(Reply::xml(&document))
}

fn is_missing(shared: &Shared, operation: Operation, call: &Call) -> bool {
    shared.world().faults.take(Site::Upo, Target::Operation(operation), call.now).is_some()
}

/// The signed UPO of an invoice; `None` while it has no number that is shown.
///
/// It is signed when it is first asked for, and made again from the same facts and the same time ever after: the signature
/// (RSA, PKCS#1 v1.5) depends on nothing else, and a million documents take no memory.
pub(crate) fn of_invoice(
    shared: &Shared,
    reference: &ReferenceNumber,
    index: usize,
    now: Timestamp,
) -> Result<Option<Vec<u8>>, Refusal> {
    let (unsigned, signed_at) = {
        let mut world = shared.world();
        let world = &mut *world;
        let Some(session) = world.sessions.get(reference) else { return Ok(None) };
        let Some(submitted) = session.invoices.get(index) else { return Ok(None) };
        if submitted.would_show(now).is_none_or(|outcome| outcome.accepted().is_none()) {
            return Ok(None);
        }
        let known = submitted.upo_signed_at.as_deref().copied();
        let records = records(&world.repository, session, std::iter::once(index));
        let unsigned = upo::write(shared.config.profile, session, records, None);
        let signed_at = known.unwrap_or(now);
        if known.is_none()
            && let Some(submitted) =
                world.sessions.get_mut(reference).and_then(|session| session.invoice_mut(index))
        {
            submitted.upo_signed_at = Some(Box::new(signed_at));
        }
        (unsigned, signed_at)
    };
    // Signing takes its time: without the lock.
    sign(shared, &unsigned, signed_at).map(Some)
}

/// The signed page of a session's UPO, as [`of_invoice`] makes it; `None` when there is no such page.
pub(crate) fn of_page(
    shared: &Shared,
    reference: &ReferenceNumber,
    page: &ReferenceNumber,
    now: Timestamp,
) -> Result<Option<Vec<u8>>, Refusal> {
    let (unsigned, signed_at) = {
        let mut world = shared.world();
        let world = &mut *world;
        let Some(session) = world.sessions.get(reference) else { return Ok(None) };
        let Some(place) = session.upo.iter().position(|known| known.reference == *page) else {
            return Ok(None);
        };
        let known = session.upo[place].signed_at;
        let description = Page {
            number: place + 1,
            count: session.upo.len(),
            first: place * PAGE_DOCUMENTS_MAX + 1,
            total: session.invoices.iter().filter(|submitted| submitted.accepted().is_some()).count(),
        };
        let places = session.accepted_on(place, PAGE_DOCUMENTS_MAX);
        let records = records(&world.repository, session, places);
        let unsigned = upo::write(shared.config.profile, session, records, Some(description));
        let signed_at = known.unwrap_or(now);
        if known.is_none()
            && let Some(page) =
                world.sessions.get_mut(reference).and_then(|session| session.upo.get_mut(place))
        {
            page.signed_at = Some(signed_at);
        }
        (unsigned, signed_at)
    };
    sign(shared, &unsigned, signed_at).map(Some)
}

fn records<'a>(
    repository: &'a Repository,
    session: &'a Session,
    places: impl Iterator<Item = usize> + 'a,
) -> impl Iterator<Item = &'a Record> {
    places.filter_map(|place| repository.at(session.invoices.get(place)?.accepted()?))
}

fn sign(shared: &Shared, unsigned: &str, signed_at: Timestamp) -> Result<Vec<u8>, Refusal> {
    sign_enveloped(unsigned.as_bytes(), &shared.keys.upo, signed_at, SignatureStyle::Upo).map_err(|error| {
        tracing::error!(%error, "a UPO could not be signed");
        Refusal::Internal
    })
}
