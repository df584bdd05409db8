//! `/help`: whether the help of a page was useful. It stays here, and can be downloaded.

use axum::Form;
use axum::extract::State;
use axum::response::Response;
use gateway_api::ProblemCode;
use gateway_pages::Section;

use super::visit::{Visit, local_path};
use crate::rest::{Failure, attachment};
use crate::router::Shared;

/// What was answered.
#[derive(serde::Deserialize)]
pub(crate) struct AnswerForm {
    part: String,
    useful: String,
    #[serde(default)]
    here: String,
}

/// `POST /help`.
pub(crate) async fn answer(
    State(shared): State<Shared>,
    visit: Visit,
    Form(form): Form<AnswerForm>,
) -> Result<Response, Failure> {
    let invalid = |name: &str| Failure::new(ProblemCode::ParameterInvalid, name);
    let part = Section::from_name(&form.part).ok_or_else(|| invalid("part"))?;
    let is_useful = match form.useful.as_str() {
        "yes" => true,
        "no" => false,
        _ => return Err(invalid("useful (yes, no)")),
    };
    let kept = shared.app.help.keep(shared.desk.now(), part.as_str(), visit.lang.code(), is_useful);
    kept.map_err(broken)?;
    Ok(visit.done(
        &local_path(&form.here),
        "Dziękujemy. Odpowiedź zostaje na tej maszynie.",
        "Thank you. The answer stays on this machine.",
    ))
}

/// `GET /help/answers.jsonl`.
pub(crate) async fn answers(State(shared): State<Shared>) -> Result<Response, Failure> {
    let all = shared.app.help.all().map_err(broken)?;
    Ok(attachment("application/jsonl", "help.jsonl", all))
}

fn broken(error: std::io::Error) -> Failure {
    tracing::error!(%error, "answers about the help cannot be kept or read");
    Failure::new(ProblemCode::Internal, "")
}
