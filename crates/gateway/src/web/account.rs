//! `/account`: one's own login.

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use axum::{Extension, Form};
use gateway_api::ProblemCode;
use gateway_pages::{AccountView, FactorView, LoginRow, Section, account};
use gateway_store::{LoginSession, User};
use ksef_crypto::SecretString;
use secrecy::ExposeSecret as _;

use super::login::{as_failed, told};
use super::visit::Visit;
use crate::access::{AccessError, Begun, Caller, Identity};
use crate::rest::Failure;
use crate::router::Shared;

/// `GET`.
pub(crate) async fn page(State(shared): State<Shared>, visit: Visit) -> Result<Response, Failure> {
    let factor = factor_of(&visit)?;
    shown(&shared, visit, factor, None).await
}

/// The form of the password. It does not print itself.
#[derive(serde::Deserialize)]
pub(crate) struct PasswordForm {
    password: String,
    new: String,
}

/// `POST /account/password`.
pub(crate) async fn password(
    State(shared): State<Shared>,
    Extension(caller): Extension<Caller>,
    visit: Visit,
    Form(form): Form<PasswordForm>,
) -> Result<Response, Failure> {
    let (old, new) = (SecretString::from(form.password), SecretString::from(form.new));
    match shared.desk.change_password(&caller, &old, &new).await {
        Ok(()) => Ok(visit.done("/account", "Zmieniono hasło.", "The password was changed.")),
        Err(error) => {
            let factor = factor_of(&visit)?;
            refused(&shared, visit, "password", factor, error.into()).await
        }
    }
}

/// The form of the second factor. It does not print itself.
#[derive(serde::Deserialize)]
pub(crate) struct FactorForm {
    step: String,
    password: String,
    #[serde(default)]
    code: String,
}

/// `POST /account/second-factor`.
pub(crate) async fn second_factor(
    State(shared): State<Shared>,
    Extension(caller): Extension<Caller>,
    visit: Visit,
    Form(form): Form<FactorForm>,
) -> Result<Response, Failure> {
    let password = SecretString::from(form.password);
    let outcome = match form.step.as_str() {
        "begin" => shared.desk.begin_second_factor(&caller, &password).await.map(begun_view),
        "confirm" => match shared.desk.confirm_second_factor(&caller, &password, &form.code).await {
            Ok(codes) => Ok(FactorView::Made(codes.codes().to_vec())),
            // The app has the key by now: with another one it would have two.
            Err(error @ AccessError::Code) => {
                let begun = shared.desk.begun_second_factor(&caller, &password).await?;
                return refused(&shared, visit, "factor", begun_view(begun), error.into()).await;
            }
            Err(error @ AccessError::LoginFailed) => {
                return refused(&shared, visit, "factor", FactorView::Waiting, error.into()).await;
            }
            Err(error) => Err(error),
        },
        "remove" => {
            return match shared.desk.remove_second_factor(&caller, &password).await {
                Ok(()) => Ok(visit.done(
                    "/account",
                    "Wyłączono drugi składnik logowania.",
                    "The second factor was switched off.",
                )),
                Err(error) => refused(&shared, visit, "factor", FactorView::On, error.into()).await,
            };
        }
        _ => return Err(Failure::new(ProblemCode::ParameterInvalid, "step")),
    };
    match outcome {
        Ok(factor) => shown(&shared, visit, factor, None).await,
        Err(error) => {
            let factor = factor_of(&visit)?;
            refused(&shared, visit, "factor", factor, error.into()).await
        }
    }
}

fn begun_view(begun: Begun) -> FactorView {
    let picture = ksef_render::qr_svg(begun.address.expose_secret());
    FactorView::Begun { key: begun.secret.expose_secret().to_owned(), image: data_url(&picture) }
}

/// The form that ends a login.
#[derive(serde::Deserialize)]
pub(crate) struct EndForm {
    id: String,
}

/// `POST /account/sessions/end`.
pub(crate) async fn end_session(
    State(shared): State<Shared>,
    visit: Visit,
    Form(form): Form<EndForm>,
) -> Result<Response, Failure> {
    match shared.desk.end_session(person(&visit.caller)?.0, &form.id).await {
        Ok(()) => Ok(visit.done("/account", "Zakończono to logowanie.", "That login was ended.")),
        Err(error) => visit.failed("/account", error.into()),
    }
}

/// The page once more, with what went wrong at the form that it concerns.
async fn refused(
    shared: &Shared,
    visit: Visit,
    form: &'static str,
    factor: FactorView,
    failure: Failure,
) -> Result<Response, Failure> {
    let problem = told(&failure, &visit)?;
    let (status, failed) = (failure.problem.status, failure.into_response());
    // Whose password was wrong is logged in nevertheless.
    let status = if status == 401 { 422 } else { status };
    Ok(as_failed(shown(shared, visit, factor, Some((form, problem))).await?, status, &failed))
}

async fn shown(
    shared: &Shared,
    visit: Visit,
    factor: FactorView,
    problem: Option<(&'static str, String)>,
) -> Result<Response, Failure> {
    let lang = visit.lang;
    let (user, current) = person(&visit.caller)?;
    let sessions = shared.desk.sessions(user).await?;
    let logins = sessions.into_iter().map(|session| LoginRow {
        is_current: session.id == current.id,
        id: session.id,
        since: lang.moment(session.created_at),
        seen: lang.moment(session.seen_at),
        address: session.address,
        agent: session.agent,
    });
    let view = AccountView { problem, factor, logins: logins.collect() };
    let mut frame = visit.frame(shared, None, Section::Account, lang.choose("Konto", "Account"));
    "/account".clone_into(&mut frame.here);
    visit.page(account(&frame, &view))
}

fn factor_of(visit: &Visit) -> Result<FactorView, Failure> {
    let (user, _) = person(&visit.caller)?;
    Ok(if user.has_second_factor { FactorView::On } else { FactorView::Off })
}

fn person(caller: &Caller) -> Result<(&User, &LoginSession), Failure> {
    match &caller.identity {
        Identity::User(user) => Ok((&user.0, &user.1)),
        _ => Err(Failure::new(ProblemCode::Forbidden, "person")),
    }
}

/// A picture as the address of itself: it is nowhere else.
fn data_url(svg: &str) -> String {
    let mut url = "data:image/svg+xml,".to_owned();
    for byte in svg.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~=/ ':;,()".contains(&byte) {
            url.push(char::from(byte));
        } else {
            url.push_str(&format!("%{byte:02X}"));
        }
    }
    url
}
