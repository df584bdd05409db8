//! `/api/v1/companies/{company}/retention`, `…/legal-holds`, `…/erasures`: how long documents are kept, what is held back, what may
//! be erased and what was. All of it is about both registers as a whole, so only those ask who see all of both.

use axum::Extension;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use gateway_api::{
    ErasableListResource, ErasableResource, ErasedListResource, ErasedResource, LegalHoldListResource,
    LegalHoldRequest, LegalHoldResource, ProblemCode, RetentionRequest, RetentionResource,
};
use gateway_rules::calendar::warsaw_day;
use gateway_rules::retention::{FULL_YEARS, HoldConditions, YEARS_MAX, first_kept_year, may_keep_for};
use gateway_store::{ErasedDocument, LegalHold, NewLegalHold, StoreError};
use jiff::civil::Date;

use super::{Failure, ListQuery, company_of, read};
use crate::access::{Caller, Sees};
use crate::app::retention::{Judged, Stop, due};
use crate::company::Company;
use crate::router::Shared;

/// `GET …/retention`.
pub(crate) async fn show(
    State(shared): State<Shared>,
    Path(company): Path<String>,
) -> Result<axum::Json<RetentionResource>, Failure> {
    let company = company_of(&shared.app, &company)?;
    Ok(axum::Json(resource(&shared, &company).await?))
}

/// `PUT …/retention`. Erasing begins at once where it is switched on.
pub(crate) async fn set(
    State(shared): State<Shared>,
    Path(company): Path<String>,
    body: Result<axum::Json<RetentionRequest>, JsonRejection>,
) -> Result<axum::Json<RetentionResource>, Failure> {
    let asked = read(body)?;
    let company = company_of(&shared.app, &company)?;
    if !may_keep_for(asked.years, asked.is_shorter_on_purpose) {
        let is_short = may_keep_for(asked.years, true) && asked.years < i64::from(FULL_YEARS);
        return Err(if is_short {
            Failure::new(ProblemCode::RetentionTooShort, &asked.years.to_string())
        } else {
            Failure::new(ProblemCode::ParameterInvalid, &format!("years ({FULL_YEARS}…{YEARS_MAX})"))
        });
    }
    shared.app.journal.retention_set(&company.context, asked.years, asked.is_on).await?;
    let resource = resource(&shared, &company).await?;
    shared.app.retention_bell.notify_one();
    Ok(axum::Json(resource))
}

async fn resource(shared: &Shared, company: &Company) -> Result<RetentionResource, Failure> {
    let retention = shared.app.store.retention(&company.context).await?;
    let years = i16::try_from(retention.years).unwrap_or(YEARS_MAX);
    let first_kept = first_kept_year(warsaw_day(company.now()), years);
    Ok(RetentionResource {
        years: retention.years,
        is_on: retention.is_on,
        erased_before: Date::new(first_kept, 1, 1).unwrap_or(Date::MIN),
        objects_left: shared.app.store.erased_object_count().await?,
    })
}

/// What a list of documents whose time is over is asked with.
#[derive(Debug, serde::Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct DueQuery {
    pub(crate) after: Option<String>,
    pub(crate) as_of: Option<String>,
}

/// `GET …/retention/due?asOf=&after=`: what would be erased, and what is held back; erases nothing.
pub(crate) async fn due_list(
    State(shared): State<Shared>,
    Path(company): Path<String>,
    sees: Sees,
    Query(query): Query<DueQuery>,
) -> Result<axum::Json<ErasableListResource>, Failure> {
    sees.everything()?;
    let company = company_of(&shared.app, &company)?;
    let place = query.after.as_deref().map(str::parse).transpose().map_err(|()| invalid("after"))?;
    let as_of = query.as_of.as_deref().map(str::parse::<Date>).transpose();
    let as_of = as_of.map_err(|_| invalid("asOf (2037-01-01)"))?.unwrap_or(warsaw_day(company.now()));
    let store = &shared.app.store;
    let retention = store.retention(&company.context).await?;
    let holds = store.active_holds(&company.context).await?;
    let (judged, next) = due(store, &retention, &holds, as_of, place.unwrap_or_default(), LISTED).await?;
    Ok(axum::Json(ErasableListResource {
        as_of,
        items: judged.into_iter().map(erasable).collect(),
        next_cursor: next.map(|next| next.to_string()),
    }))
}

fn erasable(judged: Judged) -> ErasableResource {
    let Judged { document, kept_until, stopped_by } = judged;
    let (stopped_by, hold) = match stopped_by {
        Some(Stop::Hold(id)) => (Some("hold".to_owned()), Some(id.to_string())),
        Some(Stop::Unfinished) => (Some("unfinished".to_owned()), None),
        None => (None, None),
    };
    ErasableResource {
        direction: document.register.as_str().to_owned(),
        id: document.id,
        invoice_number: document.invoice_number,
        ksef_number: document.ksef_number.map(|number| number.to_string()),
        issue_date: document.issued,
        kept_until,
        stopped_by,
        hold,
    }
}

/// `GET …/erasures?after=&limit=`: what is left of documents that were erased.
pub(crate) async fn erasures(
    State(shared): State<Shared>,
    Path(company): Path<String>,
    sees: Sees,
    Query(query): Query<ListQuery>,
) -> Result<axum::Json<ErasedListResource>, Failure> {
    sees.everything()?;
    let company = company_of(&shared.app, &company)?;
    let page = shared.app.store.erased_documents(&company.context, query.after()?, query.limit()?).await?;
    Ok(axum::Json(ErasedListResource {
        items: page.items.into_iter().map(erased).collect(),
        next_cursor: page.next.map(|next| next.to_string()),
    }))
}

fn erased(document: ErasedDocument) -> ErasedResource {
    ErasedResource {
        direction: document.register.as_str().to_owned(),
        id: document.document,
        invoice_number: document.invoice_number,
        ksef_number: document.ksef_number,
        sha256: document.sha256.map(|hash| hash.to_string()),
        issue_date: document.issued,
        kept_until: document.kept_until,
        reason: document.reason,
        erased_at: document.erased_at,
    }
}

/// `GET …/legal-holds?after=&limit=`: lifted ones too.
pub(crate) async fn holds(
    State(shared): State<Shared>,
    Path(company): Path<String>,
    sees: Sees,
    Query(query): Query<ListQuery>,
) -> Result<axum::Json<LegalHoldListResource>, Failure> {
    sees.everything()?;
    let company = company_of(&shared.app, &company)?;
    let limit = query.limit()?;
    let found = shared.app.store.legal_holds(&company.context, query.after()?, limit).await?;
    let next = found.last().filter(|_| found.len() == limit as usize).map(|last| last.position.to_string());
    Ok(axum::Json(LegalHoldListResource {
        items: found.into_iter().map(hold_resource).collect(),
        next_cursor: next,
    }))
}

/// `POST …/legal-holds`: from now on nothing that fits is erased.
pub(crate) async fn place_hold(
    State(shared): State<Shared>,
    Extension(caller): Extension<Caller>,
    Path(company): Path<String>,
    body: Result<axum::Json<LegalHoldRequest>, JsonRejection>,
) -> Result<(StatusCode, axum::Json<LegalHoldResource>), Failure> {
    let asked = read(body)?;
    let company = company_of(&shared.app, &company)?;
    let document = text("document (1…256)", asked.document, TEXT_MAX)?;
    let party = text("party (1…256)", asked.party, TEXT_MAX)?;
    let reason = text("reason (1…500)", Some(asked.reason), REASON_MAX)?;
    let reason = reason.ok_or_else(|| invalid("reason (1…500)"))?;
    let conditions = HoldConditions { document, party, from: asked.from, until: asked.until };
    if !conditions.is_about_something() {
        return Err(invalid("document, party, from, until"));
    }
    if let (Some(from), Some(until)) = (conditions.from, conditions.until)
        && from > until
    {
        return Err(invalid("from, until"));
    }
    let placed_by = caller.actor();
    let new = NewLegalHold {
        document: conditions.document.as_deref(),
        party: conditions.party.as_deref(),
        from: conditions.from,
        until: conditions.until,
        reason: &reason,
        placed_by: &placed_by,
    };
    let app = &shared.app;
    let position = match app.journal.hold_placed(&company.context, &new, company.now()).await {
        Err(StoreError::TooManyHolds) => return Err(invalid("legal-holds (≤ 1000)")),
        outcome => outcome?,
    };
    let placed = app.store.legal_hold(&company.context, position).await?;
    let placed = placed.ok_or_else(|| Failure::new(ProblemCode::Internal, ""))?;
    Ok((StatusCode::CREATED, axum::Json(hold_resource(placed))))
}

/// `DELETE …/legal-holds/{id}`: lifts it; it stays in the list.
pub(crate) async fn lift_hold(
    State(shared): State<Shared>,
    Extension(caller): Extension<Caller>,
    Path((company, id)): Path<(String, String)>,
) -> Result<StatusCode, Failure> {
    let company = company_of(&shared.app, &company)?;
    let is_lifted = match id.parse() {
        Ok(position) => {
            let (journal, now) = (&shared.app.journal, company.now());
            journal.hold_lifted(&company.context, position, &caller.actor(), now).await?
        }
        Err(_) => false,
    };
    if !is_lifted {
        return Err(Failure::new(ProblemCode::LegalHoldUnknown, &id.chars().take(40).collect::<String>()));
    }
    shared.app.retention_bell.notify_one();
    Ok(StatusCode::NO_CONTENT)
}

fn hold_resource(hold: LegalHold) -> LegalHoldResource {
    let (lifted_by, lifted_at) = hold.lifted.unzip();
    LegalHoldResource {
        id: hold.position.to_string(),
        document: hold.document,
        party: hold.party,
        from: hold.from,
        until: hold.until,
        reason: hold.reason,
        placed_by: hold.placed_by,
        placed_at: hold.placed_at,
        lifted_by,
        lifted_at,
    }
}

/// A text that somebody gave, without spaces at its ends; nothing for an empty one.
fn text(name: &str, given: Option<String>, characters_max: usize) -> Result<Option<String>, Failure> {
    match given.map(|text| text.trim().to_owned()) {
        Some(text) if text.is_empty() => Ok(None),
        Some(text) if text.chars().count() > characters_max || text.chars().any(char::is_control) => {
            Err(invalid(name))
        }
        text => Ok(text),
    }
}

fn invalid(what: &str) -> Failure {
    Failure::new(ProblemCode::ParameterInvalid, what)
}

const LISTED: u32 = 500;
const TEXT_MAX: usize = 256;
const REASON_MAX: usize = 500;
