//! `/companies/{company}/connection`: what a company logs in with. The list of it is `credential_list`'s, the test of it
//! `connection_test`'s, what forms bring `credential_form`'s.

use std::sync::Arc;

use axum::extract::{Multipart, Path, Query, State};
use axum::response::Response;
use axum::{Extension, Form};
use gateway_access::Right;
use gateway_api::ProblemCode;
use gateway_pages::{
    ConnectionView, DiagnosisView, FlashKind, Frame, Language, PendingRow, Section, connection,
};

use super::connection_test::tested;
use super::credential_form::{diagnosis, given_of, refusal, wrong};
use super::credential_list::{Asked, kind_words, listed};
use super::files::filled;
use super::forms::Question;
use super::live::CERTIFICATES;
use super::parts::pick;
use super::visit::Visit;
use crate::access::Caller;
use crate::company::Company;
use crate::keyring::{InUse, Judged, Kept, KeptKind, Keyring, KeyringError, PendingCertificate};
use crate::rest::{Failure, attachment, company_of};
use crate::router::Shared;

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
        may_disconnect: visit.caller.grants.allow_everywhere(Right::ChangeSettings),
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
