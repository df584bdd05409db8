//! `/connect` and `/companies/{company}/connection`: companies, what they log in with, and whether that works.

use axum::extract::{Multipart, Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::{Extension, Form};
use gateway_access::Right;
use gateway_api::{ProblemCode, Words};
use gateway_pages::{
    CheckRow, ConnectForm, ConnectView, ConnectionView, CredentialRow, Diagnosis, DiagnosisView, FlashKind,
    Language, PendingRow, Section, TestView, Tone, connect, connection,
};
use gateway_rules::calendar::warsaw_day;
use jiff::{SignedDuration, Timestamp};
use ksef_crypto::SecretString;
use ksef_crypto::diagnosis::{Finding, Purpose};
use zeroize::Zeroizing;

use super::files::{Filled, filled};
use super::forms::Question;
use super::live::CERTIFICATES;
use super::parts::pick;
use super::start::company_typed;
use super::visit::Visit;
use crate::access::Caller;
use crate::company::{Company, Environment};
use crate::keyring::{
    Given, Judged, Kept, KeptCredential, KeptKind, Keyring, KeyringError, NewCompany, PendingCertificate,
};
use crate::rest::{Failure, attachment, company_of, whoami};
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
    let form = ConnectForm { environment, nip: asked.nip, ..ConnectForm::default() };
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
    let typed = ConnectForm {
        nip: form.field("nip").to_owned(),
        name: form.field("name").to_owned(),
        environment: form.field("environment").to_owned(),
        way: form.field("way").to_owned(),
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
    let given = if environment.is_none() { Ok(Given::MadeHere) } else { given_of(form, lang) };
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
    visit: Visit,
) -> Result<Response, Failure> {
    let company = company_of(&shared.app, &company)?;
    shown(&shared, visit, &company, DiagnosisView::default(), None).await
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
        Err(found) => return shown(&shared, visit, &company, found, None).await,
    };
    let (diagnosis, kept) = match keyring.add(&company.context, given).await {
        Ok(Judged { problems, notes, kept }) => (diagnosis(&problems, &notes, lang), kept),
        Err(error) => (refusal(error, lang)?, None),
    };
    if !diagnosis.problems.is_empty() {
        return shown(&shared, visit, &company, diagnosis, None).await;
    }
    work_with(&shared, &company, kept);
    tested(&shared, visit, &company, diagnosis).await
}

/// `POST …/connection/test`.
pub(crate) async fn test(
    State(shared): State<Shared>,
    Path(company): Path<String>,
    visit: Visit,
) -> Result<Response, Failure> {
    let company = company_of(&shared.app, &company)?;
    tested(&shared, visit, &company, DiagnosisView::default()).await
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
    match keyring.forget(&company.context, &form.id).await {
        Ok(()) => Ok(visit.done(
            &back,
            "Zapomniano poświadczenie; jego klucz usunięto. Bramka pracuje z nim do ponownego uruchomienia albo do dodania innego.",
            "The credential was forgotten; its key was removed. The gateway works with it until it is started anew or another is added.",
        )),
        Err(KeyringError::Refused(words)) => {
            let text = pick(lang, &words);
            Ok(visit.told(&back, FlashKind::Failed, &text))
        }
        Err(error) => Err(broken(&error)),
    }
}

/// Works with a credential from now on.
pub(super) fn work_with(shared: &Shared, company: &Company, kept: Option<Kept>) {
    match kept {
        Some(Kept::Login(credential)) => company.replace_login(credential),
        Some(Kept::Offline(certificate)) => company.replace_offline(*certificate),
        Some(Kept::Company(_)) | None => {}
    }
    // What waited for a credential goes on.
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

async fn tested(
    shared: &Shared,
    visit: Visit,
    company: &Company,
    diagnosis: DiagnosisView,
) -> Result<Response, Failure> {
    let lang = visit.lang;
    let context = company.context.as_str().to_owned();
    let report = whoami::test_connection(State(shared.clone()), Path(context)).await?.0;
    let test = TestView {
        is_well: report.is_well,
        checks: report
            .checks
            .into_iter()
            .map(|check| CheckRow {
                title: pick(lang, &check.title),
                outcome: check.outcome,
                found: pick(lang, &check.found),
                findings: check
                    .findings
                    .into_iter()
                    .map(|one| Diagnosis {
                        code: one.code,
                        message: pick(lang, &one.message),
                        remedy: pick(lang, &one.next_step),
                        field: "",
                    })
                    .collect(),
            })
            .collect(),
    };
    shown(shared, visit, company, diagnosis, Some(test)).await
}

async fn shown(
    shared: &Shared,
    visit: Visit,
    company: &Company,
    diagnosis: DiagnosisView,
    test: Option<TestView>,
) -> Result<Response, Failure> {
    let (lang, now) = (visit.lang, company.now());
    let kept = match &shared.keyring {
        Some(keyring) => keyring.credentials(&company.context).await.map_err(|error| broken(&error))?,
        None => None,
    };
    let pending = match &shared.keyring {
        Some(keyring) => keyring.pending(&company.context).await.map_err(|error| broken(&error))?,
        None => Vec::new(),
    };
    let is_wrong = !diagnosis.problems.is_empty();
    let is_waiting = !pending.is_empty();
    let view = ConnectionView {
        pending: pending.iter().map(|one| pending_row(one, lang)).collect(),
        company: company.context.to_string(),
        credentials: kept.map(|kept| kept.iter().map(|one| row(one, lang, now)).collect()),
        may_change: visit.may(Right::ChangeSettings, &company.context),
        may_test: visit.may(Right::TestConnection, &company.context),
        may_send: visit.may(Right::Send, &company.context),
        diagnosis,
        test,
        lacks_offline: company.offline().is_none(),
    };
    let title = lang.choose("Połączenie z KSeF", "Connection to KSeF");
    let mut frame = visit.frame(shared, Some(company), Section::Connection, title);
    frame.here = page_of(company);
    if is_waiting {
        Visit::live_of(&mut frame, company, LIVE_MS, &format!("of={CERTIFICATES}"));
    }
    Ok(wrong(visit.page(connection(&frame, &view))?, is_wrong))
}

/// A form that was not taken has a status that says so.
fn wrong(mut response: Response, is_wrong: bool) -> Response {
    if is_wrong {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    response
}

fn kind_words(kind: KeptKind, lang: Language) -> &'static str {
    match kind {
        KeptKind::Authentication => lang.choose("certyfikat uwierzytelniający", "authentication certificate"),
        KeptKind::Offline => lang.choose("certyfikat Offline", "Offline certificate"),
        KeptKind::Token => lang.choose("token KSeF", "KSeF token"),
    }
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

fn row(kept: &KeptCredential, lang: Language, now: Timestamp) -> CredentialRow {
    let (status_pl, status_en, tone) = match kept.valid {
        Some((from, _)) if now < from => ("Jeszcze nieważny", "Not valid yet", Tone::Warn),
        Some((_, until)) if until < now => ("Wygasł", "Expired", Tone::Bad),
        Some((_, until)) if until.duration_since(now) < NEAR => {
            ("Wkrótce wygaśnie", "Expires soon", Tone::Warn)
        }
        _ => ("Aktywny", "Active", Tone::Good),
    };
    CredentialRow {
        id: kept.id.clone(),
        kind: kind_words(kept.kind, lang).to_owned(),
        owner: kept.owner.clone(),
        serial: kept.serial.clone(),
        valid: kept.valid.map(|(from, until)| {
            format!("{} – {}", lang.date(warsaw_day(from)), lang.date(warsaw_day(until)))
        }),
        status: lang.choose(status_pl, status_en).to_owned(),
        tone,
        is_in_use: kept.is_in_use,
        is_shared: kept.companies > 1,
        is_certificate: kept.kind != KeptKind::Token,
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

/// A form with certificates and keys: each a few kilobytes.
pub(crate) const CREDENTIAL_BYTES_MAX: usize = 1024 * 1024;
const LIVE_MS: u32 = 1500;
const NEAR: SignedDuration = SignedDuration::from_hours(30 * 24);
