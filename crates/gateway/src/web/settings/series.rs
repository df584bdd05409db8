//! `/companies/{company}/settings/series`: number series and their templates.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::Response;
use gateway_api::{ProblemCode, SeriesRequest, SeriesResource, SeriesResumeRequest};
use gateway_pages::{Choice, Language, SeriesForm, SeriesView, series};
use gateway_rules::series::Reset;

use super::frame::{Part, tabs};
use crate::company::Company;
use crate::rest::{Failure, company_of, series as rest};
use crate::router::Shared;
use crate::web::forms::{Fields, Pairs, Refused};
use crate::web::visit::Visit;

/// `GET`.
pub(crate) async fn list(
    State(shared): State<Shared>,
    Path(company): Path<String>,
    visit: Visit,
) -> Result<Response, Failure> {
    let company = company_of(&shared.app, &company)?;
    let form = SeriesForm {
        template: "FV/{year}/{month}/{number:4}".to_owned(),
        resets: resets(Reset::Monthly.as_str(), visit.lang),
        ..SeriesForm::default()
    };
    shown(&shared, visit, &company, form, None).await
}

/// `POST`: a new series, or another template of one that is there.
pub(crate) async fn put(
    State(shared): State<Shared>,
    Path(company): Path<String>,
    visit: Visit,
    form: Pairs,
) -> Result<Response, Failure> {
    let found = company_of(&shared.app, &company)?;
    let form = Fields::of(form);
    let name = form.one("name").to_owned();
    let asked = SeriesRequest {
        template: form.one("template").to_owned(),
        reset: form.one("reset").to_owned(),
        unit: form.one("unit").to_owned(),
        kind: form.one("kind").to_owned(),
    };
    let typed = SeriesForm {
        name: name.clone(),
        template: asked.template.clone(),
        resets: resets(&asked.reset, visit.lang),
        unit: asked.unit.clone(),
        kind: asked.kind.clone(),
        ..SeriesForm::default()
    };
    match rest::put(State(shared.clone()), Path((company, name)), Ok(Json(asked))).await {
        Ok(_) => Ok(visit.done(&Part::Series.of(&found), "Zapisano serię.", "The series was saved.")),
        Err(failure) => {
            let (problem, refused) = Refused::of(failure, &visit)?;
            Ok(refused.on(shown(&shared, visit, &found, typed, Some(problem)).await?))
        }
    }
}

/// `POST …/resume`: a series that is held since a restore goes on.
pub(crate) async fn resume(
    State(shared): State<Shared>,
    Path(company): Path<String>,
    visit: Visit,
    form: Pairs,
) -> Result<Response, Failure> {
    let back = Part::Series.of(&*company_of(&shared.app, &company)?);
    let form = Fields::of(form);
    let Ok(last) = form.one("last").parse() else {
        return visit.failed(&back, Failure::new(ProblemCode::ParameterInvalid, "last"));
    };
    let (name, asked) = (form.one("name").to_owned(), SeriesResumeRequest { last: Some(last) });
    let outcome = rest::resume(State(shared), Path((company, name)), Ok(Json(asked))).await;
    visit.ended(&back, outcome, "Seria idzie dalej.", "The series goes on.")
}

async fn shown(
    shared: &Shared,
    visit: Visit,
    company: &Company,
    form: SeriesForm,
    problem: Option<String>,
) -> Result<Response, Failure> {
    let lang = visit.lang;
    let found = rest::list(State(shared.clone()), Path(company.context.to_string())).await?.0;
    let view = SeriesView {
        base: Part::Series.of(company),
        tabs: tabs(&visit, Some(company), Part::Series),
        rows: found.items.into_iter().map(|one| row(one, lang)).collect(),
        form,
        problem,
    };
    let title = lang.choose("Numeracja faktur", "Invoice numbering");
    let frame = Part::Series.frame(shared, &visit, Some(company), title);
    visit.page(series(&frame, &view))
}

fn row(one: SeriesResource, lang: Language) -> SeriesForm {
    let period = if one.period.is_empty() { String::new() } else { format!(" ({})", one.period) };
    SeriesForm {
        last: (one.last > 0).then(|| format!("{}{period}", lang.count(one.last))),
        resets: resets(&one.reset, lang),
        name: one.name,
        template: one.template,
        unit: one.unit,
        kind: one.kind,
        gaps: one.gaps,
        held_at: one.highest_used,
    }
}

fn resets(chosen: &str, lang: Language) -> Vec<Choice> {
    Reset::ALL
        .iter()
        .map(|one| Choice {
            value: one.as_str().to_owned(),
            label: lang.choose(one.words().pl, one.words().en).to_owned(),
            note: String::new(),
            is_chosen: one.as_str() == chosen,
        })
        .collect()
}
