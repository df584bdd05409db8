//! `/connect` and `/companies/{company}/connection`: companies, and what they log in with. The list of it is `credential_list`'s,
//! the test of it `connection_test`'s.

use std::sync::Arc;

use axum::extract::{Multipart, Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::{Extension, Form};
use gateway_access::Right;
use gateway_api::{ProblemCode, Words};
use gateway_pages::{
    ConnectForm, ConnectView, ConnectionView, Diagnosis, DiagnosisView, FlashKind, Frame, Language,
    PendingRow, Section, connect, connection,
};
use ksef_crypto::SecretString;
use ksef_crypto::diagnosis::{Finding, Purpose};
use zeroize::Zeroizing;

use super::connection_test::tested;
use super::credential_list::{Asked, kind_words, listed};
use super::files::{Filled, filled};
use super::forms::Question;
use super::live::CERTIFICATES;
use super::parts::pick;
use super::start::company_typed;
use super::visit::Visit;
use crate::access::Caller;
use crate::company::{Company, Environment};
use crate::keyring::{
    Given, InUse, Judged, Kept, KeptKind, Keyring, KeyringError, NewCompany, PendingCertificate,
};
use crate::rest::{Failure, attachment, company_of};
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
pub(crate) async fn connect_page(
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
    connect_form(&shared, visit, form, DiagnosisView::default())
}

fn connect_form(
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
        return connect_form(&shared, visit, typed, found);
    };
    if shared.app.companies.get(&context).is_some() {
        let found = nip_fault(lang, "Ta firma jest już połączona.", "This company is connected already.");
        return connect_form(&shared, visit, typed, found);
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
        Err(found) => return connect_form(&shared, visit, typed, found),
    };
    let name = Some(typed.name.trim().to_owned()).filter(|name| !name.is_empty());
    let judged = keyring.connect(NewCompany { context: context.clone(), name, environment }, given).await;
    let (diagnosis, kept) = match judged {
        Ok(Judged { problems, notes, kept }) => (diagnosis(&problems, &notes, lang), kept),
        Err(error) => (refusal(error, lang)?, None),
    };
    let Some(Kept::Company(settings)) = kept else {
        return connect_form(&shared, visit, typed, diagnosis);
    };
    shared.office.enlist(vec![*settings]).await.map_err(|error| {
        tracing::error!(%error, "a company that was connected cannot be worked for");
        Failure::new(ProblemCode::Internal, "")
    })?;
    let company = company_of(&shared.app, context.as_str())?;
    tested(&shared, visit, &company, diagnosis).await
}

/// `GET …/connection`.
pub(crate) async fn show(
    State(shared): State<Shared>,
    Path(company): Path<String>,
    Query(asked): Query<Asked>,
    visit: Visit,
) -> Result<Response, Failure> {
    let company = company_of(&shared.app, &company)?;
    shown(&shared, visit, &company, &asked, DiagnosisView::default()).await
}

/// `POST …/connection`: another certificate or token; the former ones stay.
pub(crate) async fn add(
    State(shared): State<Shared>,
    Path(company): Path<String>,
    visit: Visit,
    form: Multipart,
) -> Result<Response, Failure> {
    let keyring = keyring_of(&shared)?;
    let company = company_of(&shared.app, &company)?;
    let lang = visit.lang;
    let given = match given_of(filled(form).await?, lang) {
        Ok(given) => given,
        Err(found) => return shown(&shared, visit, &company, &Asked::default(), found).await,
    };
    let (diagnosis, kept) = match keyring.add(&company.context, given).await {
        Ok(Judged { problems, notes, kept }) => (diagnosis(&problems, &notes, lang), kept),
        Err(error) => (refusal(error, lang)?, None),
    };
    if !diagnosis.problems.is_empty() {
        return shown(&shared, visit, &company, &Asked::default(), diagnosis).await;
    }
    work_with(&shared, &company, kept);
    tested(&shared, visit, &company, diagnosis).await
}

/// The form that forgets a credential.
#[derive(serde::Deserialize)]
pub(crate) struct ForgetForm {
    id: String,
    #[serde(default)]
    confirmed: String,
}

/// `POST …/connection/forget`.
pub(crate) async fn forget(
    State(shared): State<Shared>,
    Extension(_): Extension<Caller>,
    Path(company): Path<String>,
    visit: Visit,
    Form(form): Form<ForgetForm>,
) -> Result<Response, Failure> {
    let keyring = keyring_of(&shared)?;
    let company = company_of(&shared.app, &company)?;
    let lang = visit.lang;
    let back = format!("/companies/{}/connection", company.context);
    if form.confirmed != "yes" {
        let question = Question {
            title: ["Zapomnieć to poświadczenie?", "Forget this credential?"],
            note: [
                "Bramka usunie jego klucz. W KSeF zostaje ważne: unieważnia się je osobno, przyciskiem „Unieważnij w KSeF” albo w Aplikacji Podatnika.",
                "The gateway removes its key. In KSeF it stays valid: it is revoked apart, by “Revoke in KSeF” or in the taxpayer's application.",
            ],
            about: Vec::new(),
            action: format!("{back}/forget"),
            fields: vec![("id".to_owned(), form.id)],
            back,
        };
        return visit.asks(&shared, Some(&company), Section::Connection, question);
    }
    let in_use = match keyring.forget(&company.context, &form.id).await {
        Ok(in_use) => in_use,
        Err(error) => return not_done(visit, &back, error),
    };
    if in_use.login.is_none() {
        work_with_what_is_left(&shared, &company, in_use);
        return Ok(visit.done(
            &back,
            "Zapomniano poświadczenie; jego klucz usunięto. Było ostatnim do logowania: bramka pracuje z nim jeszcze do ponownego uruchomienia albo do dodania innego.",
            "The credential was forgotten; its key was removed. It was the last one to log in with: the gateway works with it until it is started anew or another is added.",
        ));
    }
    let said = lang.choose(
        "Zapomniano poświadczenie; jego klucz usunięto.",
        "The credential was forgotten; its key was removed.",
    );
    changed(&shared, visit, &company, in_use, said).await
}

/// The form that chooses what is logged in with.
#[derive(serde::Deserialize)]
pub(crate) struct LoginForm {
    #[serde(default)]
    by: String,
}

/// `POST …/connection/login`: by certificate or by token; the other one stays.
pub(crate) async fn log_in_by(
    State(shared): State<Shared>,
    Path(company): Path<String>,
    visit: Visit,
    Form(form): Form<LoginForm>,
) -> Result<Response, Failure> {
    let company = company_of(&shared.app, &company)?;
    let (kind, said) = match form.by.as_str() {
        "certificate" => (
            KeptKind::Authentication,
            visit.lang.choose("Firma loguje się certyfikatem.", "The company logs in by certificate."),
        ),
        "token" => {
            (KeptKind::Token, visit.lang.choose("Firma loguje się tokenem.", "The company logs in by token."))
        }
        _ => return Err(Failure::new(ProblemCode::ParameterInvalid, "by")),
    };
    match keyring_of(&shared)?.log_in_by(&company.context, kind).await {
        Ok(in_use) => changed(&shared, visit, &company, in_use, said).await,
        Err(error) => not_done(visit, &page_of(&company), error),
    }
}

/// Works with what is left or chosen, says what was done, and tests the connection: each change does.
pub(super) async fn changed(
    shared: &Shared,
    mut visit: Visit,
    company: &Arc<Company>,
    in_use: InUse,
    said: &str,
) -> Result<Response, Failure> {
    work_with_what_is_left(shared, company, in_use);
    visit.say(FlashKind::Done, said);
    tested(shared, visit, company, DiagnosisView::default()).await
}

/// Works from now on with what a company has left, or has chosen. Nothing left to log in with leaves the former login.
pub(super) fn work_with_what_is_left(shared: &Shared, company: &Company, in_use: InUse) {
    if let Some(login) = in_use.login {
        company.replace_login(login);
    }
    company.set_offline(in_use.offline);
    wake(shared, company);
}

/// What the keyring would not do is said on the page; what it could not do is our own fault.
pub(super) fn not_done(visit: Visit, back: &str, error: KeyringError) -> Result<Response, Failure> {
    match error {
        KeyringError::Refused(words) => {
            let text = pick(visit.lang, &words);
            Ok(visit.told(back, FlashKind::Failed, &text))
        }
        error => Err(broken(&error)),
    }
}

/// Works with a credential from now on.
pub(super) fn work_with(shared: &Shared, company: &Company, kept: Option<Kept>) {
    match kept {
        Some(Kept::Login(credential)) => company.replace_login(credential),
        Some(Kept::Offline(certificate)) => company.set_offline(Some(certificate)),
        Some(Kept::Company(_)) | None => {}
    }
    wake(shared, company);
}

/// What waited for a credential goes on.
fn wake(shared: &Shared, company: &Company) {
    company.sales_bell.notify_one();
    shared.app.bell.notify_one();
}

pub(super) fn page_of(company: &Company) -> String {
    format!("/companies/{}/connection", company.context)
}

/// `GET …/connection/{id}/certificate`: the certificate, which is no secret, as it was brought.
pub(crate) async fn certificate(
    State(shared): State<Shared>,
    Path((company, id)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let company = company_of(&shared.app, &company)?;
    let kept = keyring_of(&shared)?.credentials(&company.context).await.map_err(|error| broken(&error))?;
    let found = kept.into_iter().flatten().find(|one| one.id == id && !one.certificate.is_empty());
    let found = found.ok_or_else(|| Failure::new(ProblemCode::NotFound, ""))?;
    Ok(attachment("application/pkix-cert", &format!("{}.crt", found.id), found.certificate))
}

async fn shown(
    shared: &Shared,
    visit: Visit,
    company: &Arc<Company>,
    asked: &Asked,
    diagnosis: DiagnosisView,
) -> Result<Response, Failure> {
    let is_wrong = !diagnosis.problems.is_empty();
    let (frame, view) = page_view(shared, &visit, company, asked, diagnosis).await?;
    Ok(wrong(visit.page(connection(&frame, &view))?, is_wrong))
}

/// What stands on the page, but for a test.
pub(super) async fn page_view(
    shared: &Shared,
    visit: &Visit,
    company: &Arc<Company>,
    asked: &Asked,
    diagnosis: DiagnosisView,
) -> Result<(Frame, ConnectionView), Failure> {
    let lang = visit.lang;
    let pending = match &shared.keyring {
        Some(keyring) => keyring.pending(&company.context).await.map_err(|error| broken(&error))?,
        None => Vec::new(),
    };
    let is_waiting = !pending.is_empty();
    let view = ConnectionView {
        pending: pending.iter().map(|one| pending_row(one, lang)).collect(),
        company: company.context.to_string(),
        credentials: listed(shared, company, asked, lang).await?,
        may_change: visit.may(Right::ChangeSettings, &company.context),
        may_test: visit.may(Right::TestConnection, &company.context),
        diagnosis,
        is_tested: false,
        lacks_offline: company.offline().is_none(),
    };
    let title = lang.choose("Połączenie z KSeF", "Connection to KSeF");
    let mut frame = visit.frame(shared, Some(company), Section::Connection, title);
    frame.here = page_of(company);
    if is_waiting {
        Visit::live_of(&mut frame, company, LIVE_MS, &format!("of={CERTIFICATES}"));
    }
    Ok((frame, view))
}

/// A form that was not taken has a status that says so.
fn wrong(mut response: Response, is_wrong: bool) -> Response {
    if is_wrong {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    response
}

fn pending_row(one: &PendingCertificate, lang: Language) -> PendingRow {
    PendingRow {
        id: one.id.clone(),
        kind: kind_words(one.kind, lang).to_owned(),
        owner: one.owner.clone(),
        since: lang.moment(one.since),
        state: if one.is_received {
            lang.choose("KSeF rozpatruje", "KSeF is at it")
        } else {
            lang.choose("nie wiadomo, czy dotarł do KSeF", "nobody knows whether it reached KSeF")
        }
        .to_owned(),
    }
}

/// What a form brings, or what is missing in it.
fn given_of(mut form: Filled, lang: Language) -> Result<Given, DiagnosisView> {
    if form.field("way") == "token" {
        let token = form.field("ksefToken").to_owned();
        return if token.trim().is_empty() {
            Err(missing(lang, "token", "Wklej token KSeF.", "Paste the KSeF token."))
        } else {
            Ok(Given::Token(SecretString::from(token)))
        };
    }
    let Some(certificate) = form.file("certificate") else {
        return Err(missing(
            lang,
            "certificate",
            "Wskaż plik certyfikatu.",
            "Choose the certificate's file.",
        ));
    };
    let purpose = match form.field("purpose") {
        "authentication" => Some(Purpose::Authentication),
        "offline" => Some(Purpose::Offline),
        _ => None,
    };
    let password = Some(form.field("password").to_owned()).filter(|text| !text.is_empty());
    Ok(Given::Files {
        certificate,
        key: form.file("key").map(Zeroizing::new),
        password: password.map(SecretString::from),
        purpose,
    })
}

fn missing(lang: Language, field: &'static str, pl: &str, en: &str) -> DiagnosisView {
    let one = Diagnosis {
        code: format!("form.{field}"),
        message: lang.choose(pl, en).to_owned(),
        remedy: String::new(),
        field,
    };
    DiagnosisView { problems: vec![one], notes: Vec::new() }
}

fn nip_fault(lang: Language, pl: &str, en: &str) -> DiagnosisView {
    missing(lang, "nip", pl, en)
}

fn diagnosis(problems: &[Finding], notes: &[Finding], lang: Language) -> DiagnosisView {
    let shown = |one: &Finding| Diagnosis {
        code: one.code.to_owned(),
        message: lang.choose(&one.message.pl, &one.message.en).to_owned(),
        remedy: lang.choose(&one.remedy.pl, &one.remedy.en).to_owned(),
        field: field_of(one.code),
    };
    DiagnosisView { problems: problems.iter().map(shown).collect(), notes: notes.iter().map(shown).collect() }
}

/// The field of the form that a finding concerns; the groups of codes are those of `ksef-crypto`'s catalogue.
fn field_of(code: &str) -> &'static str {
    match code {
        "CRED101" | "CRED102" => "password",
        "CRED103" | "CRED104" | "CRED105" | "CRED106" | "CRED108" | "CRED112" => "key",
        code if code.starts_with("CRED6") => "token",
        _ => "certificate",
    }
}

/// What the keyring would not do, as something to be mended.
fn refusal(error: KeyringError, lang: Language) -> Result<DiagnosisView, Failure> {
    match error {
        KeyringError::Refused(Words { pl, en }) => Ok(missing(lang, "certificate", &pl, &en)),
        error => Err(broken(&error)),
    }
}

pub(super) fn broken(error: &KeyringError) -> Failure {
    tracing::error!(%error, "the keyring failed");
    Failure::new(ProblemCode::Internal, "")
}

pub(super) fn keyring_of(shared: &Shared) -> Result<&dyn Keyring, Failure> {
    shared.keyring.as_deref().ok_or_else(|| Failure::new(ProblemCode::NotFound, ""))
}

/// The way in which nothing has to be brought: the gateway makes a certificate, for its simulator.
const MADE: &str = "made";
/// A form with certificates and keys: each a few kilobytes.
pub(crate) const CREDENTIAL_BYTES_MAX: usize = 1024 * 1024;
const LIVE_MS: u32 = 1500;
