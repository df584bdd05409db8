//! `/api/v1/companies/{company}/receiving` and `…/purchases/changes`: how far purchases were read from KSeF, and how far programs
//! have read them from here.

use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use gateway_api::{
    AcknowledgeRequest, ProblemCode, PurchaseListResource, ReaderResource, ReadingBudgetResource,
    ReadingResource, ReceivingRequest, ReceivingResource,
};
use gateway_rules::calendar::{start_of_warsaw_day, warsaw_day};
use gateway_rules::receiving::progress;
use gateway_store::{PurchaseReader, PurchaseRole, Reading};
use jiff::Timestamp;
use jiff::civil::date;
use ksef_wire::Operation;

use super::purchase_desk::unreadable;
use super::purchases::resource;
use super::{Failure, LIMIT_DEFAULT, LIMIT_MAX, company_of};
use crate::access::Sees;
use crate::company::Company;
use crate::router::Shared;

/// `POST …/purchases/synchronize`: purchases are looked for now. 202 with how far they were read before.
pub(crate) async fn synchronize(
    state: State<Shared>,
    Path(company): Path<String>,
) -> Result<(StatusCode, axum::Json<ReceivingResource>), Failure> {
    let found = company_of(&state.app, &company)?;
    state.app.journal.purchases_asked(&found.context, found.now(), Timestamp::now()).await?;
    state.app.bell.notify_one();
    Ok((StatusCode::ACCEPTED, show(state, Path(company)).await?))
}

/// `GET …/receiving`.
pub(crate) async fn show(
    State(shared): State<Shared>,
    Path(company): Path<String>,
) -> Result<axum::Json<ReceivingResource>, Failure> {
    let company = company_of(&shared.app, &company)?;
    let (store, context) = (&shared.app.store, &company.context);
    let settings = store.receiving_settings(context).await?;
    let readings = store.readings(context).await?;
    let exports = store.purchase_exports(context).await?;
    let roles = PurchaseRole::ALL
        .into_iter()
        .map(|role| {
            let reading = readings.iter().find(|reading| reading.role == role);
            let is_under_way = exports.iter().any(|export| export.role == role);
            reading_resource(role, reading, is_under_way, &company)
        })
        .collect();
    let readers = store.purchase_readers(context).await?;
    let left = |operation| company.site.budget.left(Some(context), operation);
    let budget = ReadingBudgetResource {
        queries: left(Operation::InvoiceQueryMetadata).of_the_hour,
        exports: left(Operation::InvoiceExport).of_the_hour,
        downloads: left(Operation::InvoiceDownload).of_the_hour,
        next_query_at: left(Operation::InvoiceQueryMetadata).next_at,
    };
    let readers = readers.into_iter().map(reader_resource).collect();
    Ok(axum::Json(ReceivingResource { is_on: settings.is_on, since: settings.since, roles, budget, readers }))
}

/// `PUT …/receiving`: whether and since when purchases are read.
pub(crate) async fn set(
    State(shared): State<Shared>,
    Path(company): Path<String>,
    body: Result<axum::Json<ReceivingRequest>, JsonRejection>,
) -> Result<axum::Json<ReceivingResource>, Failure> {
    let axum::Json(asked) = body.map_err(|error| unreadable(&error))?;
    let found = company_of(&shared.app, &company)?;
    // KSeF began in 2022; what is to come cannot be read.
    let days = date(2022, 1, 1)..=warsaw_day(found.now());
    if asked.since.is_some_and(|since| !days.contains(&since)) {
        return Err(Failure::new(ProblemCode::ParameterInvalid, "since (2022-01-01…)"));
    }
    let since = asked.since.map(|since| (since, start_of_warsaw_day(since)));
    let journal = &shared.app.journal;
    journal.set_receiving(&found.context, asked.is_on, since, Timestamp::now()).await?;
    shared.app.bell.notify_one();
    show(State(shared), Path(company)).await
}

/// What changes are asked with.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChangesQuery {
    after: Option<String>,
    reader: Option<String>,
    limit: Option<String>,
}

/// `GET …/purchases/changes?after=|reader=&limit=`: everything that came or changed after a cursor, or after what a reader
/// has acknowledged.
pub(crate) async fn changes(
    State(shared): State<Shared>,
    Path(company): Path<String>,
    sees: Sees,
    Query(query): Query<ChangesQuery>,
) -> Result<axum::Json<PurchaseListResource>, Failure> {
    let company = company_of(&shared.app, &company)?;
    let invalid = |name: &str| Failure::new(ProblemCode::ParameterInvalid, name);
    let limit = match &query.limit {
        Some(text) => text.parse().ok().filter(|limit| (1..=LIMIT_MAX).contains(limit)),
        None => Some(LIMIT_DEFAULT),
    };
    let limit = limit.ok_or_else(|| invalid("limit (1…1000)"))?;
    let after = match (&query.after, &query.reader) {
        (Some(text), None) => cursor(text).ok_or_else(|| invalid("after"))?,
        (None, Some(name)) => {
            let readers = shared.app.store.purchase_readers(&company.context).await?;
            readers.into_iter().find(|reader| reader.name == *name).map_or(0, |reader| reader.acknowledged)
        }
        (None, None) => 0,
        (Some(_), Some(_)) => return Err(invalid("after, reader")),
    };
    let page = shared.app.store.purchase_changes(&company.context, sees.0, after, limit).await?;
    let today = warsaw_day(company.now());
    let ended_at = page.items.last().map_or(after, |purchase| purchase.changed);
    Ok(axum::Json(PurchaseListResource {
        items: page.items.iter().map(|purchase| resource(purchase, today, Vec::new())).collect(),
        next_cursor: Some(ended_at.to_string()),
        next_page: None,
        has_more: page.next.is_some(),
    }))
}

/// `POST …/purchases/changes/acknowledge`: a reader has everything up to a cursor.
pub(crate) async fn acknowledge(
    State(shared): State<Shared>,
    Path(company): Path<String>,
    body: Result<axum::Json<AcknowledgeRequest>, JsonRejection>,
) -> Result<axum::Json<ReaderResource>, Failure> {
    let axum::Json(asked) = body.map_err(|error| unreadable(&error))?;
    let company = company_of(&shared.app, &company)?;
    let is_name = (1..=READER_CHARS_MAX).contains(&asked.reader.len())
        && asked.reader.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
    if !is_name {
        return Err(Failure::new(ProblemCode::ParameterInvalid, "reader (1…60: a-z, 0-9, -, _, .)"));
    }
    let up_to = cursor(&asked.cursor).ok_or_else(|| Failure::new(ProblemCode::ParameterInvalid, "cursor"))?;
    let now = company.now();
    let journal = &shared.app.journal;
    let acknowledged = journal.purchases_acknowledged(&company.context, &asked.reader, up_to, now).await?;
    Ok(axum::Json(ReaderResource { reader: asked.reader, cursor: acknowledged.to_string(), at: Some(now) }))
}

fn cursor(text: &str) -> Option<i64> {
    text.parse().ok().filter(|cursor| *cursor >= 0)
}

fn reader_resource(reader: PurchaseReader) -> ReaderResource {
    ReaderResource { reader: reader.name, cursor: reader.acknowledged.to_string(), at: Some(reader.at) }
}

fn reading_resource(
    role: PurchaseRole,
    reading: Option<&Reading>,
    is_under_way: bool,
    company: &Company,
) -> ReadingResource {
    let percent = reading.map_or(0, |reading| {
        let is_behind = reading.is_behind || is_under_way || reading.looked_at.is_none();
        progress(reading.begun_from, reading.read_up_to, is_behind, company.now())
    });
    ReadingResource {
        role: role.as_str().to_owned(),
        begun_from: reading.map(|reading| reading.begun_from),
        read_up_to: reading.map(|reading| reading.read_up_to),
        looked_at: reading.and_then(|reading| reading.looked_at),
        percent,
        is_under_way,
        trouble: reading.and_then(|reading| reading.trouble.clone()),
    }
}

const READER_CHARS_MAX: usize = 60;
