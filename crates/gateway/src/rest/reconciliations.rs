//! `/api/v1/companies/{company}/reconciliations`: register, KSeF's metadata and UPO compared.

use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use gateway_api::{ProblemCode, ReconciliationListResource, ReconciliationRequest, ReconciliationResource};
use gateway_rules::calendar::warsaw_day;
use gateway_store::Reconciliation;
use jiff::Timestamp;

use super::purchase_desk::unreadable;
use super::{Failure, company_of};
use crate::access::Sees;
use crate::app::purchases::reconcile::nightly_days;
use crate::router::Shared;

/// `POST`: has them compared. 202 with the reconciliation, which is `asked` until it is `done`.
pub(crate) async fn ask(
    State(shared): State<Shared>,
    Path(company): Path<String>,
    sees: Sees,
    body: Result<axum::Json<ReconciliationRequest>, JsonRejection>,
) -> Result<(StatusCode, axum::Json<ReconciliationResource>), Failure> {
    let axum::Json(asked) = body.map_err(|error| unreadable(&error))?;
    sees.everything()?;
    let company = company_of(&shared.app, &company)?;
    let now = company.now();
    let (first, last) = nightly_days(warsaw_day(now));
    let (from, until) = (asked.from.unwrap_or(first), asked.until.unwrap_or(last));
    if from > until || until > last {
        return Err(Failure::new(ProblemCode::ParameterInvalid, "from, until"));
    }
    let journal = &shared.app.journal;
    let position =
        journal.reconciliation_asked(&company.context, (from, until), now, Timestamp::now()).await?;
    shared.app.bell.notify_one();
    let found = shared.app.store.reconciliation(&company.context, position).await?;
    let found = found.ok_or_else(|| Failure::new(ProblemCode::Internal, ""))?;
    Ok((StatusCode::ACCEPTED, axum::Json(resource(found))))
}

/// `GET`: the newest, newest first.
pub(crate) async fn list(
    State(shared): State<Shared>,
    Path(company): Path<String>,
    sees: Sees,
) -> Result<axum::Json<ReconciliationListResource>, Failure> {
    sees.everything()?;
    let company = company_of(&shared.app, &company)?;
    let found = shared.app.store.reconciliations(&company.context, LISTED).await?;
    Ok(axum::Json(ReconciliationListResource { items: found.into_iter().map(resource).collect() }))
}

/// `GET …/{id}`.
pub(crate) async fn show(
    State(shared): State<Shared>,
    Path((company, id)): Path<(String, String)>,
    sees: Sees,
) -> Result<axum::Json<ReconciliationResource>, Failure> {
    sees.everything()?;
    let company = company_of(&shared.app, &company)?;
    let found = match id.parse() {
        Ok(position) => shared.app.store.reconciliation(&company.context, position).await?,
        Err(_) => None,
    };
    let unknown =
        || Failure::new(ProblemCode::ReconciliationUnknown, &id.chars().take(40).collect::<String>());
    Ok(axum::Json(resource(found.ok_or_else(unknown)?)))
}

fn resource(found: Reconciliation) -> ReconciliationResource {
    ReconciliationResource {
        id: found.position.to_string(),
        state: found.state,
        from: found.from_day,
        until: found.until_day,
        asked_at: found.asked_at,
        ended_at: found.ended_at,
        report: found.report.and_then(|json| serde_json::from_str(&json).ok()),
    }
}

const LISTED: u32 = 30;
