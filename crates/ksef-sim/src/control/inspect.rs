//! What KSeF received and holds: in which order, and how often.

use super::{Control, ControlError};
use crate::domain::documents::Digest;
use crate::domain::packed::PackedKsefNumber;
use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use ksef_id::{KsefNumber, Nip, ReferenceNumber, Sha256Hash};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::Arc;

/// A page of a list: what comes after a place.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct PageQuery {
    /// The place (`sequence`) after which the page begins; 0 for the beginning.
    after: Option<u64>,
    /// 1 to 1,000; 100 when it is not given.
    limit: Option<usize>,
}

/// How much the simulator holds.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StateView {
    pub(crate) ksef_url: String,
    pub(crate) profile: &'static str,
    pub(crate) has_limits: bool,
    pub(crate) seed: u64,
    pub(crate) now: Timestamp,
    pub(crate) requests: u64,
    pub(crate) sessions: usize,
    pub(crate) open_sessions: usize,
    pub(crate) submissions: usize,
    /// Taken, and still at 150 because processing is stalled.
    pub(crate) waiting: usize,
    pub(crate) invoices: usize,
    /// What the documents take, compressed.
    pub(crate) document_bytes: u64,
    pub(crate) fault_rules: usize,
    pub(crate) is_processing_stalled: bool,
}

/// A request.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RequestView {
    pub(crate) sequence: u64,
    pub(crate) at: Timestamp,
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) operation: Option<&'static str>,
    /// 0 when the connection was closed without an answer.
    pub(crate) status: u16,
    /// The fault that it met.
    pub(crate) fault: Option<String>,
}

/// A session.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SessionView {
    pub(crate) sequence: u64,
    pub(crate) reference_number: ReferenceNumber,
    pub(crate) context: String,
    pub(crate) is_batch: bool,
    pub(crate) opened_at: Timestamp,
    pub(crate) is_open: bool,
    pub(crate) status_code: i32,
    pub(crate) invoices: usize,
}

/// A sending.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SubmissionView {
    sequence: u64,
    session_reference_number: ReferenceNumber,
    reference_number: ReferenceNumber,
    received_at: Timestamp,
    invoice_hash: Sha256Hash,
    /// 150 while it waits.
    status_code: i32,
    ksef_number: Option<KsefNumber>,
}

/// An invoice with its number.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct InvoiceView {
    pub(crate) sequence: u64,
    pub(crate) ksef_number: KsefNumber,
    pub(crate) invoice_number: String,
    pub(crate) seller_nip: Nip,
    pub(crate) seller_name: Option<String>,
    pub(crate) buyer: Option<String>,
    pub(crate) gross_amount: String,
    pub(crate) currency: String,
    pub(crate) acquired_at: Timestamp,
    pub(crate) invoice_hash: Sha256Hash,
    /// How often a document with this hash was sent; 0 for one that was put into an inbox.
    pub(crate) sends: usize,
}

pub(super) type PageOf = Result<Query<PageQuery>, QueryRejection>;

/// `GET /control/state`
pub(crate) async fn state(State(control): State<Arc<Control>>) -> Json<StateView> {
    Json(state_view(&control))
}

/// `GET /control/requests`
pub(crate) async fn requests(
    State(control): State<Arc<Control>>,
    page: PageOf,
) -> Result<Json<Value>, ControlError> {
    let page = read(page)?;
    Ok(list(requests_after(&control, page.after(), page.limit()), |request| request.sequence))
}

/// `GET /control/sessions`
pub(crate) async fn sessions(
    State(control): State<Arc<Control>>,
    page: PageOf,
) -> Result<Json<Value>, ControlError> {
    let page = read(page)?;
    Ok(list(sessions_after(&control, page.after(), page.limit()), |session| session.sequence))
}

/// `GET /control/submissions`
pub(crate) async fn submissions(
    State(control): State<Arc<Control>>,
    page: PageOf,
) -> Result<Json<Value>, ControlError> {
    let page = read(page)?;
    control.shared.catch_up();
    let world = control.shared.world();
    let mut items: Vec<SubmissionView> = world
        .sessions
        .all()
        .flat_map(|session| session.invoices.iter().map(move |submitted| (session, submitted)))
        .filter(|(_, submitted)| submitted.arrival > page.after())
        .map(|(session, submitted)| SubmissionView {
            sequence: submitted.arrival,
            session_reference_number: session.reference.clone(),
            reference_number: submitted.reference.reference(),
            received_at: submitted.received_at.at(),
            invoice_hash: submitted.hash.to_hash(),
            status_code: submitted.code().0,
            ksef_number: submitted.ksef_number(&world.repository).map(PackedKsefNumber::number),
        })
        .collect();
    items.sort_by_key(|submission| submission.sequence);
    items.truncate(page.limit());
    Ok(list(items, |submission| submission.sequence))
}

/// `GET /control/invoices`
pub(crate) async fn invoices(
    State(control): State<Arc<Control>>,
    page: PageOf,
) -> Result<Json<Value>, ControlError> {
    let page = read(page)?;
    Ok(list(invoices_after(&control, page.after(), page.limit()), |invoice| invoice.sequence))
}

/// `GET /control/invoices/{ksefNumber}`
pub(crate) async fn invoice(
    State(control): State<Arc<Control>>,
    Path(number): Path<String>,
) -> Result<Response, ControlError> {
    let number = KsefNumber::parse(&number).ok();
    let world = control.shared.world();
    let record = number.and_then(|number| world.repository.get(&number)).ok_or_else(|| {
        ControlError::not_found(
            "nie ma faktury o tym numerze KSeF",
            "there is no invoice of this KSeF number",
        )
    })?;
    // Not as a page: what it says is somebody else's.
    Ok(([(CONTENT_TYPE, "application/xml")], record.document.bytes()).into_response())
}

pub(crate) fn state_view(control: &Control) -> StateView {
    control.shared.catch_up();
    let shared = &control.shared;
    let now = shared.now();
    let world = shared.world();
    StateView {
        ksef_url: control.ksef_url.clone(),
        profile: shared.config.profile.name(),
        has_limits: shared.config.limits == crate::config::Limits::Production,
        seed: shared.config.seed,
        now,
        requests: world.requests().back().map_or(0, |last| last.sequence),
        sessions: world.sessions.all().count(),
        open_sessions: world.sessions.all().filter(|session| session.is_open()).count(),
        submissions: world.sessions.all().map(|session| session.invoices.len()).sum(),
        waiting: world.backlog.len(),
        invoices: world.repository.all().len(),
        document_bytes: world.repository.document_bytes(),
        fault_rules: world.faults.rules().len(),
        is_processing_stalled: world.faults.is_stalled(now),
    }
}

pub(crate) fn requests_after(control: &Control, after: u64, limit: usize) -> Vec<RequestView> {
    let world = control.shared.world();
    let requests = world.requests();
    let start = requests.partition_point(|noted| noted.sequence <= after);
    let views = requests.iter().skip(start).take(limit).map(|noted| RequestView {
        sequence: noted.sequence,
        at: noted.at,
        method: noted.seen.method.clone(),
        path: noted.seen.path.clone(),
        operation: noted.seen.operation,
        status: noted.seen.status,
        fault: noted.fault.clone(),
    });
    views.collect()
}

pub(crate) fn sessions_after(control: &Control, after: u64, limit: usize) -> Vec<SessionView> {
    control.shared.catch_up();
    let now = control.shared.now();
    let mut world = control.shared.world();
    world.sessions.expire(now);
    let skipped = usize::try_from(after).unwrap_or(usize::MAX);
    let numbered = world.sessions.all().zip(1..).skip(skipped).take(limit);
    let views = numbered.map(|(session, sequence)| SessionView {
        sequence,
        reference_number: session.reference.clone(),
        context: session.context.to_string(),
        is_batch: session.batch.is_some(),
        opened_at: session.opened_at,
        is_open: session.is_open(),
        status_code: session.status_code(now),
        invoices: session.invoices.len(),
    });
    views.collect()
}

pub(crate) fn invoices_after(control: &Control, after: u64, limit: usize) -> Vec<InvoiceView> {
    control.shared.catch_up();
    let world = control.shared.world();
    let skipped = usize::try_from(after).unwrap_or(usize::MAX);
    let records = world.repository.all().iter().zip(1..).skip(skipped).take(limit);
    let mut views: Vec<InvoiceView> = records
        .map(|(record, sequence)| {
            let listed = &record.listed;
            InvoiceView {
                sequence,
                ksef_number: record.ksef_number.number(),
                invoice_number: listed.invoice_number().to_owned(),
                seller_nip: listed.seller,
                seller_name: listed.seller_name().map(str::to_owned),
                buyer: listed.buyer().map(str::to_owned),
                gross_amount: listed.gross.to_string(),
                currency: listed.currency().to_owned(),
                acquired_at: record.acquired_at.at(),
                invoice_hash: record.hash.to_hash(),
                sends: 0,
            }
        })
        .collect();
    let mut sends: HashMap<Digest, usize> = HashMap::new();
    for submitted in world.sessions.all().flat_map(|session| &session.invoices) {
        *sends.entry(submitted.hash).or_default() += 1;
    }
    for view in &mut views {
        view.sends = sends.get(&Digest::from(&view.invoice_hash)).copied().unwrap_or(0);
    }
    views
}

impl PageQuery {
    pub(super) fn asked_after(&self) -> Option<u64> {
        self.after
    }

    fn after(&self) -> u64 {
        self.after.unwrap_or(0)
    }

    fn limit(&self) -> usize {
        self.limit.unwrap_or(LIMIT)
    }
}

pub(super) fn read(page: PageOf) -> Result<PageQuery, ControlError> {
    match page {
        Ok(Query(page)) if (1..=LIMIT_MAX).contains(&page.limit()) => Ok(page),
        _ => Err(ControlError::invalid(
            "after i limit to liczby, limit od 1 do 1000",
            "after and limit are numbers, limit from 1 to 1000",
        )),
    }
}

fn list<T: Serialize>(items: Vec<T>, sequence: impl Fn(&T) -> u64) -> Json<Value> {
    let last = items.last().map(sequence);
    Json(json!({ "items": items, "last": last }))
}

const LIMIT: usize = 100;
const LIMIT_MAX: usize = 1000;
