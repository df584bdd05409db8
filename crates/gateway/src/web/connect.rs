//! `/connect`: a company with its first credential.

use axum::extract::{Multipart, Query, State};
use axum::response::Response;
use gateway_api::ProblemCode;
use gateway_pages::{ConnectForm, ConnectView, DiagnosisView, Language, Section, connect};

use super::connection::keyring_of;
use super::connection_test::tested;
use super::credential_form::{diagnosis, given_of, missing, refusal, wrong};
use super::files::filled;
use super::start::company_typed;
use super::visit::Visit;
use crate::company::Environment;
use crate::keyring::{Given, Judged, Kept, NewCompany};
use crate::rest::{Failure, company_of};
use crate::router::Shared;

/// What the form is filled in with, as the first steps know it.
#[derive(Debug, Default, serde::Deserialize)]
pub(crate) struct ConnectQuery {
    #[serde(default)]
    environment: String,
    #[serde(default)]
    nip: String,
}

/// `GET /connect`.
pub(crate) async fn page(
    State(shared): State<Shared>,
    Query(asked): Query<ConnectQuery>,
    visit: Visit,
) -> Result<Response, Failure> {
    let has_simulator = shared.keyring.as_ref().is_some_and(|keyring| keyring.has_simulator());
    let environment = match asked.environment.as_str() {
        "" if has_simulator => "simulator".to_owned(),
        _ => asked.environment,
    };
    let way = if environment == "simulator" { MADE } else { "certificate" }.to_owned();
    let form = ConnectForm { environment, nip: asked.nip, way, ..ConnectForm::default() };
    form_shown(&shared, visit, form, DiagnosisView::default())
}

fn form_shown(
    shared: &Shared,
    visit: Visit,
    form: ConnectForm,
    diagnosis: DiagnosisView,
) -> Result<Response, Failure> {
    let is_wrong = !diagnosis.problems.is_empty();
    let view = ConnectView {
        form,
        diagnosis,
        has_simulator: shared.keyring.as_ref().is_some_and(|keyring| keyring.has_simulator()),
        is_offered: shared.keyring.is_some(),
    };
    let title = visit.lang.choose("Połącz firmę z KSeF", "Connect a company to KSeF");
    let mut frame = visit.frame(shared, None, Section::Connect, title);
    "/connect".clone_into(&mut frame.here);
    Ok(wrong(visit.page(connect(&frame, &view))?, is_wrong))
}

/// `POST /connect`: the company with its first credential, or nothing at all.
pub(crate) async fn connect_company(
    State(shared): State<Shared>,
    visit: Visit,
    form: Multipart,
) -> Result<Response, Failure> {
    let keyring = keyring_of(&shared)?;
    let form = filled(form).await?;
    let lang = visit.lang;
    let is_simulator = form.field("environment") == "simulator";
    let way = match form.field("way") {
        way @ ("certificate" | "token") => way,
        _ if is_simulator => MADE,
        _ => "certificate",
    };
    let typed = ConnectForm {
        nip: form.field("nip").to_owned(),
        name: form.field("name").to_owned(),
        environment: form.field("environment").to_owned(),
        way: way.to_owned(),
    };
    let context = company_typed(&typed.nip);
    let Some(context) = context else {
        let found = nip_fault(
            lang,
            "To nie jest NIP: dziesięć cyfr z sumą kontrolną.",
            "This is no NIP: ten digits with a check digit.",
        );
        return form_shown(&shared, visit, typed, found);
    };
    if shared.app.companies.get(&context).is_some() {
        let found = nip_fault(lang, "Ta firma jest już połączona.", "This company is connected already.");
        return form_shown(&shared, visit, typed, found);
    }
    let environment = match typed.environment.as_str() {
        "simulator" => None,
        "test" => Some(Environment::Test),
        "demo" => Some(Environment::Demo),
        "prd" => Some(Environment::Prd),
        _ => return Err(Failure::new(ProblemCode::ParameterInvalid, "environment")),
    };
    let given = if typed.way == MADE { Ok(Given::MadeHere) } else { given_of(form, lang) };
    let given = match given {
        Ok(given) => given,
        Err(found) => return form_shown(&shared, visit, typed, found),
    };
    let name = Some(typed.name.trim().to_owned()).filter(|name| !name.is_empty());
    let judged = keyring.connect(NewCompany { context: context.clone(), name, environment }, given).await;
    let (diagnosis, kept) = match judged {
        Ok(Judged { problems, notes, kept }) => (diagnosis(&problems, &notes, lang), kept),
        Err(error) => (refusal(error, lang)?, None),
    };
    let Some(Kept::Company(settings)) = kept else {
        return form_shown(&shared, visit, typed, diagnosis);
    };
    shared.office.enlist(vec![*settings]).await.map_err(|error| {
        tracing::error!(%error, "a company that was connected cannot be worked for");
        Failure::new(ProblemCode::Internal, "")
    })?;
    let company = company_of(&shared.app, context.as_str())?;
    tested(&shared, visit, &company, diagnosis).await
}

fn nip_fault(lang: Language, pl: &str, en: &str) -> DiagnosisView {
    missing(lang, "nip", pl, en)
}

/// The way in which nothing has to be brought: the gateway makes a certificate, for its simulator.
const MADE: &str = "made";
