//! Sessions and their invoices, looked at from outside.

use crate::domain::World;
use crate::domain::repository::{Record, Repository};
use crate::domain::sessions::{Session, Sessions, UpoPage};
use crate::domain::submissions::{self, Outcome};
use crate::http::Shared;
use crate::http::call::{Call, Caller, Reply};
use crate::http::errors::Refusal;
use crate::http::paging;
use crate::links::{self, LinkTarget};
use crate::upo::PAGE_DOCUMENTS_MAX;
use jiff::Timestamp;
use ksef_id::{ReferenceKind, ReferenceNumber};
use ksef_wire::codes::ExceptionCode;
use ksef_wire::{
    ApiTime, CommonSessionStatus, ForbiddenReason, SessionInvoiceStatusResponse, SessionInvoicesResponse,
    SessionStatusResponse, SessionType, SessionsQueryResponse, SessionsQueryResponseItem, UpoPageResponse,
    UpoResponse,
};

/// `GET /sessions/{referenceNumber}`
pub(crate) fn status(shared: &Shared, call: &Call) -> Result<Reply, Refusal> {
    let reference = call.reference("referenceNumber")?;
    let mut world = shared.world();
    let world = &mut *world;
    session(&mut world.sessions, call.caller()?, &reference)?;
    let status = {
        let session = world.sessions.get_mut(&reference).ok_or(Refusal::Internal)?;
        session.status(call.now)
    };
    // 200 means the same for both kinds of session.
    if status.code == 200 {
        make_upo_pages(world, &reference, call.now);
    }
    let session = world.sessions.get(&reference).ok_or(Refusal::Internal)?;
    let counts = counts(session, call.now);
    // Counters that are zero are absent in an open online session, and 0 in a batch session (behaviour.md).
    let is_always_shown = session.closed.is_some() || session.batch.is_some();
    let shown = |count: i32| (is_always_shown || count > 0).then_some(count);
    let expires = call.now.checked_add(links::UPO_LIFE).unwrap_or(call.now);
    let pages: Vec<UpoPageResponse> = session
        .upo
        .iter()
        .map(|page| {
            let target = LinkTarget::SessionUpo(session.reference.clone(), page.reference.clone());
            UpoPageResponse {
                reference_number: page.reference.clone(),
                download_url: format!("{}{}", call.origin, links::path(&target, expires, &shared.keys.links)),
                download_url_expiration_date: ApiTime(expires),
            }
        })
        .collect();
    Ok(Reply::ok(&SessionStatusResponse {
        status,
        date_created: ApiTime(session.opened_at),
        date_updated: ApiTime(session.updated_at),
        valid_until: Some(ApiTime(session.valid_until)),
        upo: (!pages.is_empty()).then_some(UpoResponse { pages }),
        invoice_count: shown(counts.total),
        successful_invoice_count: shown(counts.successful),
        failed_invoice_count: shown(counts.failed),
    }))
}

/// `GET /sessions/{referenceNumber}/invoices`
pub(crate) fn invoices(shared: &Shared, call: &Call) -> Result<Reply, Refusal> {
    list_invoices(shared, call, false)
}

/// `GET /sessions/{referenceNumber}/invoices/failed`
pub(crate) fn failed_invoices(shared: &Shared, call: &Call) -> Result<Reply, Refusal> {
    list_invoices(shared, call, true)
}

/// `GET /sessions/{referenceNumber}/invoices/{invoiceReferenceNumber}`
pub(crate) fn invoice(shared: &Shared, call: &Call) -> Result<Reply, Refusal> {
    let reference = call.reference("referenceNumber")?;
    let invoice_reference = call.reference("invoiceReferenceNumber")?;
    let mut world = shared.world();
    let world = &mut *world;
    let session = session(&mut world.sessions, call.caller()?, &reference)?;
    // The operation's table has no code for an unknown invoice, so it is a matter of validation.
    let index = session.index_of(&invoice_reference).ok_or_else(|| {
        Refusal::validation(format!(
            "Faktura o numerze referencyjnym {invoice_reference} nie została znaleziona."
        ))
    })?;
    Ok(Reply::ok(&describe(shared, call, session, &world.repository, index)))
}

/// `GET /sessions`
pub(crate) fn sessions(shared: &Shared, call: &Call) -> Result<Reply, Refusal> {
    let caller = call.caller()?;
    let filter = Filter::read(call)?;
    let mut world = shared.world();
    world.sessions.expire(call.now);
    let mut found: Vec<ReferenceNumber> = world
        .sessions
        .all()
        .filter(|session| check_access(caller, session).is_ok() && filter.fits(session, call.now))
        .map(|session| session.reference.clone())
        .collect();
    found.reverse();
    let page = paging::page(call, found, SIZE_MAX, "sessions")?;
    let mut items = Vec::with_capacity(page.items.len());
    for reference in page.items {
        let Some(session) = world.sessions.get_mut(&reference) else { continue };
        let status = session.status(call.now);
        let counts = counts(session, call.now);
        items.push(SessionsQueryResponseItem {
            reference_number: reference,
            status,
            date_created: ApiTime(session.opened_at),
            date_updated: ApiTime(session.updated_at),
            valid_until: Some(ApiTime(session.valid_until)),
            total_invoice_count: counts.total,
            successful_invoice_count: counts.successful,
            failed_invoice_count: counts.failed,
        });
    }
    Ok(Reply::ok(&SessionsQueryResponse { continuation_token: page.continuation_token, sessions: items }))
}

/// Refuses who may not look at a session: its opener may, the owner of its context, and who may look at all sessions of
/// the context (field notes A10, issue 841).
pub(crate) fn check_access(caller: &Caller, session: &Session) -> Result<(), Refusal> {
    let is_allowed = session.context == caller.context
        && (session.opener == caller.subject
            || caller.rights.has_any(&["Introspection", "EnforcementOperations"]));
    if is_allowed { Ok(()) } else { Err(Refusal::forbidden(ForbiddenReason::InsufficientResourceAccess)) }
}

/// The session that a caller may look at.
pub(crate) fn session<'a>(
    sessions: &'a mut Sessions,
    caller: &Caller,
    reference: &ReferenceNumber,
) -> Result<&'a mut Session, Refusal> {
    let session = sessions.get_mut(reference).ok_or_else(|| {
        let sentence = format!("Sesja o numerze referencyjnym {reference} nie została znaleziona.");
        Refusal::code(ExceptionCode::SESSION_NOT_FOUND, [sentence])
    })?;
    check_access(caller, session)?;
    Ok(session)
}

fn list_invoices(shared: &Shared, call: &Call, only_failed: bool) -> Result<Reply, Refusal> {
    let reference = call.reference("referenceNumber")?;
    let mut world = shared.world();
    let world = &mut *world;
    let session = session(&mut world.sessions, call.caller()?, &reference)?;
    let is_listed = |index: &usize| {
        !only_failed
            || session.invoices[*index]
                .would_show(call.now)
                .is_some_and(|outcome| outcome.accepted().is_none())
    };
    let indices: Vec<usize> = (0..session.invoices.len()).filter(is_listed).collect();
    let scope = if only_failed { "failed" } else { "invoices" };
    let page = paging::page(call, indices, SIZE_MAX, &format!("{scope}-{reference}"))?;
    let invoices = page
        .items
        .into_iter()
        .map(|index| describe(shared, call, session, &world.repository, index))
        .collect();
    Ok(Reply::ok(&SessionInvoicesResponse { continuation_token: page.continuation_token, invoices }))
}

fn describe(
    shared: &Shared,
    call: &Call,
    session: &mut Session,
    repository: &Repository,
    index: usize,
) -> SessionInvoiceStatusResponse {
    let expires = call.now.checked_add(links::UPO_LIFE).unwrap_or(call.now);
    let submitted = &mut session.invoices[index];
    let target = LinkTarget::InvoiceUpo(session.reference.clone(), submitted.reference.reference());
    // Looking may finish it, but the first look shows the intermediate status.
    let is_shown = submitted.look(call.now).is_some();
    let outcome = submitted.outcome.as_ref().filter(|_| is_shown);
    let accepted = outcome.and_then(Outcome::accepted).and_then(|place| repository.at(place));
    let invoice_number = match outcome {
        Some(Outcome::Refused(refused)) => refused.invoice_number.clone(),
        _ => accepted.map(|record| record.listed.invoice_number().to_owned()),
    };
    let upo =
        accepted.map(|_| format!("{}{}", call.origin, links::path(&target, expires, &shared.keys.links)));
    SessionInvoiceStatusResponse {
        ordinal_number: i32::try_from(index + 1).unwrap_or(i32::MAX),
        invoice_number,
        ksef_number: accepted.map(|accepted| accepted.ksef_number.number()),
        reference_number: submitted.reference.reference(),
        invoice_hash: submitted.hash.to_hash(),
        invoice_file_name: submitted.file_name.as_deref().map(str::to_owned),
        acquisition_date: accepted.map(|accepted| ApiTime(accepted.acquired_at.at())),
        invoicing_date: ApiTime(submitted.received_at.at()),
        permanent_storage_date: accepted.and_then(|accepted| accepted.stored_date(call.now)).map(ApiTime),
        upo_download_url_expiration_date: upo.as_ref().map(|_| ApiTime(expires)),
        upo_download_url: upo,
        invoicing_mode: accepted.map(Record::mode),
        status: submissions::invoice_status(outcome, submitted.is_taken_up(call.now)),
    }
}

/// Names the pages of the UPO when the session is processed.
fn make_upo_pages(world: &mut World, reference: &ReferenceNumber, now: Timestamp) {
    let Some(session) = world.sessions.get_mut(reference).filter(|session| session.upo.is_empty()) else {
        return;
    };
    let accepted = session.invoices.iter().filter(|submitted| submitted.accepted().is_some()).count();
    for _ in 0..accepted.div_ceil(PAGE_DOCUMENTS_MAX) {
        let reference = world.references.reference(ReferenceKind::Upo, now);
        session.upo.push(UpoPage { reference, signed_at: None });
    }
}

struct Counts {
    total: i32,
    successful: i32,
    failed: i32,
}

fn counts(session: &Session, now: Timestamp) -> Counts {
    let (mut successful, mut failed) = (0, 0);
    for outcome in session.invoices.iter().filter_map(|submitted| submitted.would_show(now)) {
        match outcome.accepted() {
            Some(_) => successful += 1,
            None => failed += 1,
        }
    }
    Counts { total: i32::try_from(session.invoices.len()).unwrap_or(i32::MAX), successful, failed }
}

/// The filters of `GET /sessions`.
struct Filter {
    reference: Option<ReferenceNumber>,
    created: Range,
    closed: Range,
    modified: Range,
    statuses: Vec<CommonSessionStatus>,
    is_batch: bool,
}

#[derive(Default)]
struct Range {
    from: Option<Timestamp>,
    to: Option<Timestamp>,
}

impl Filter {
    fn read(call: &Call) -> Result<Self, Refusal> {
        let session_type = call.query_value("sessionType").map(SessionType::from);
        let is_batch = match session_type {
            None => return Err(Refusal::validation("'sessionType' must not be empty.")),
            Some(SessionType::Online) => false,
            Some(SessionType::Batch) => true,
            Some(SessionType::Unknown(text)) => {
                let text = paging::cut(&text);
                return Err(Refusal::validation(format!(
                    "The value '{text}' is not valid for 'sessionType'."
                )));
            }
        };
        let statuses: Vec<CommonSessionStatus> =
            call.query_values("statuses").map(CommonSessionStatus::from).collect();
        if let Some(unknown) = statuses.iter().find(|status| !status.is_known()) {
            let text = paging::cut(unknown.as_str());
            return Err(Refusal::validation(format!("The value '{text}' is not valid for 'statuses'.")));
        }
        let reference = match call.query_value("referenceNumber") {
            None => None,
            Some(text) => Some(
                ReferenceNumber::parse(text)
                    .map_err(|_| Refusal::validation("'referenceNumber' is not in the correct format."))?,
            ),
        };
        Ok(Self {
            reference,
            created: Range::read(call, "dateCreatedFrom", "dateCreatedTo")?,
            closed: Range::read(call, "dateClosedFrom", "dateClosedTo")?,
            modified: Range::read(call, "dateModifiedFrom", "dateModifiedTo")?,
            statuses,
            is_batch,
        })
    }

    fn fits(&self, session: &Session, now: Timestamp) -> bool {
        self.is_batch == session.batch.is_some()
            && self.reference.as_ref().is_none_or(|reference| *reference == session.reference)
            && self.created.has(Some(session.opened_at))
            && self.closed.has(session.closed.as_ref().map(|closed| closed.at))
            && self.modified.has(Some(session.updated_at))
            && (self.statuses.is_empty() || self.statuses.contains(&session.common_status(now)))
    }
}

impl Range {
    fn read(call: &Call, from: &str, to: &str) -> Result<Self, Refusal> {
        let time = |name: &str| match call.query_value(name) {
            None => Ok(None),
            Some(text) => ApiTime::parse(text).map(|time| Some(time.0)).map_err(|_| {
                Refusal::validation(format!("The value '{}' is not valid for '{name}'.", paging::cut(text)))
            }),
        };
        Ok(Self { from: time(from)?, to: time(to)? })
    }

    fn has(&self, at: Option<Timestamp>) -> bool {
        match at {
            Some(at) => self.from.is_none_or(|from| at >= from) && self.to.is_none_or(|to| at <= to),
            None => self.from.is_none() && self.to.is_none(),
        }
    }
}

const SIZE_MAX: usize = 1000;
