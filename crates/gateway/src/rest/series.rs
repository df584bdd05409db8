//! `/api/v1/companies/{company}/series`: number series.

use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use gateway_api::{ProblemCode, SeriesListResource, SeriesRequest, SeriesResource, SeriesResumeRequest};
use gateway_rules::series::{Reset, Series};
use gateway_store::NewSeries;

use super::{Failure, company_of, read};
use crate::app::App;
use crate::app::series::{highest_used, resume as resume_series};
use crate::company::Company;
use crate::router::Shared;

/// `GET …/series`: the company's series, with the gaps in what they gave out.
pub(crate) async fn list(
    State(shared): State<Shared>,
    Path(company): Path<String>,
) -> Result<axum::Json<SeriesListResource>, Failure> {
    let company = company_of(&shared.app, &company)?;
    Ok(axum::Json(SeriesListResource { items: all(&shared.app, &company).await? }))
}

/// `PUT …/series/{name}`: makes a series, or changes what its next numbers look like; numbers go on.
pub(crate) async fn put(
    State(shared): State<Shared>,
    Path((company, name)): Path<(String, String)>,
    body: Result<axum::Json<SeriesRequest>, JsonRejection>,
) -> Result<axum::Json<SeriesResource>, Failure> {
    let axum::Json(asked) =
        body.map_err(|error| Failure::new(ProblemCode::ParameterInvalid, &error.body_text()))?;
    let company = company_of(&shared.app, &company)?;
    let is_good = (1..=NAME_CHARACTERS_MAX).contains(&name.chars().count())
        && !name.chars().any(char::is_control)
        && name.trim() == name;
    if !is_good {
        return Err(Failure::new(ProblemCode::ParameterInvalid, "name (1…60)"));
    }
    let reset = Reset::from_name(&asked.reset)
        .ok_or_else(|| Failure::new(ProblemCode::ParameterInvalid, "reset (yearly, monthly, never)"))?;
    Series::new(&asked.template, &asked.unit, &asked.kind, reset)?;
    let new = NewSeries {
        name: &name,
        template: &asked.template,
        unit: &asked.unit,
        kind: &asked.kind,
        reset: reset.as_str(),
    };
    shared.app.journal.put_series(&company.context, &new).await?;
    one(&shared.app, &company, &name).await
}

/// `POST …/series/{name}/resume`: a series that is held since a restore goes on.
pub(crate) async fn resume(
    State(shared): State<Shared>,
    Path((company, name)): Path<(String, String)>,
    body: Result<axum::Json<SeriesResumeRequest>, JsonRejection>,
) -> Result<axum::Json<SeriesResource>, Failure> {
    let asked = read(body)?;
    let company = company_of(&shared.app, &company)?;
    if asked.last.is_some_and(|last| !(0..=NUMBER_MAX).contains(&last)) {
        return Err(Failure::new(ProblemCode::ParameterInvalid, "last"));
    }
    resume_series(&shared.app, &company, &name, asked.last).await?;
    one(&shared.app, &company, &name).await
}

async fn one(app: &App, company: &Company, name: &str) -> Result<axum::Json<SeriesResource>, Failure> {
    let kept = all(app, company).await?.into_iter().find(|one| one.name == name);
    kept.map(axum::Json).ok_or_else(|| Failure::new(ProblemCode::Internal, ""))
}

async fn all(app: &App, company: &Company) -> Result<Vec<SeriesResource>, Failure> {
    let mut items = Vec::new();
    for one in app.store.series(&company.context).await? {
        let gaps = app.store.series_gaps(&company.context, &one.name, GAPS_MAX).await?;
        let highest_used = match one.is_held {
            true => Some(highest_used(app, company, &one).await?.1),
            false => None,
        };
        items.push(SeriesResource {
            name: one.name,
            template: one.template,
            reset: one.reset,
            unit: one.unit,
            kind: one.kind,
            period: one.period,
            last: one.last,
            gaps: gaps.into_iter().map(|given| given.text).collect(),
            is_held: one.is_held,
            highest_used,
        });
    }
    Ok(items)
}

const NAME_CHARACTERS_MAX: usize = 60;
const GAPS_MAX: u32 = 100;
/// As many digits as a running number may have.
const NUMBER_MAX: i64 = 999_999_999_999;
