//! `/api/v1/me/…`: what somebody who is logged in does about the own login.

use axum::Extension;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use gateway_api::{
    CodeRequest, PasswordChangeRequest, PasswordRequest, ProblemCode, RecoveryCodesResource,
    SecondFactorResource, SessionListResource, SessionResource,
};
use gateway_store::{LoginSession, User};
use ksef_crypto::SecretString;
use secrecy::ExposeSecret as _;

use super::{Failure, read};
use crate::access::{Caller, Identity};
use crate::router::Shared;

/// `GET /me/sessions`.
pub(crate) async fn sessions(
    State(shared): State<Shared>,
    Extension(caller): Extension<Caller>,
) -> Result<axum::Json<SessionListResource>, Failure> {
    let (user, current) = person(&caller)?;
    let sessions = shared.desk.sessions(user).await?;
    let items = sessions.into_iter().map(|session| SessionResource {
        is_current: session.id == current.id,
        id: session.id,
        created_at: session.created_at,
        last_seen_at: session.seen_at,
        address: session.address,
        agent: session.agent,
    });
    Ok(axum::Json(SessionListResource { items: items.collect() }))
}

/// `DELETE /me/sessions/{id}`.
pub(crate) async fn end_session(
    State(shared): State<Shared>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Result<StatusCode, Failure> {
    shared.desk.end_session(person(&caller)?.0, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /me/password`.
pub(crate) async fn password(
    State(shared): State<Shared>,
    Extension(caller): Extension<Caller>,
    body: Result<axum::Json<PasswordChangeRequest>, JsonRejection>,
) -> Result<StatusCode, Failure> {
    let asked = read(body)?;
    let (old, new) = (SecretString::from(asked.password), SecretString::from(asked.new_password));
    shared.desk.change_password(&caller, &old, &new).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /me/second-factor`.
pub(crate) async fn begin_second_factor(
    State(shared): State<Shared>,
    Extension(caller): Extension<Caller>,
    body: Result<axum::Json<PasswordRequest>, JsonRejection>,
) -> Result<axum::Json<SecondFactorResource>, Failure> {
    let password = SecretString::from(read(body)?.password);
    let begun = shared.desk.begin_second_factor(&caller, &password).await?;
    Ok(axum::Json(SecondFactorResource {
        secret: begun.secret.expose_secret().to_owned(),
        address: begun.address.expose_secret().to_owned(),
    }))
}

/// `POST /me/second-factor/confirm`.
pub(crate) async fn confirm_second_factor(
    State(shared): State<Shared>,
    Extension(caller): Extension<Caller>,
    body: Result<axum::Json<CodeRequest>, JsonRejection>,
) -> Result<axum::Json<RecoveryCodesResource>, Failure> {
    let asked = read(body)?;
    let password = SecretString::from(asked.password);
    let codes = shared.desk.confirm_second_factor(&caller, &password, &asked.code).await?;
    Ok(axum::Json(RecoveryCodesResource { codes: codes.codes().to_vec() }))
}

/// `POST /me/second-factor/remove`.
pub(crate) async fn remove_second_factor(
    State(shared): State<Shared>,
    Extension(caller): Extension<Caller>,
    body: Result<axum::Json<PasswordRequest>, JsonRejection>,
) -> Result<StatusCode, Failure> {
    let password = SecretString::from(read(body)?.password);
    shared.desk.remove_second_factor(&caller, &password).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn person(caller: &Caller) -> Result<(&User, &LoginSession), Failure> {
    match &caller.identity {
        Identity::User(user) => Ok((&user.0, &user.1)),
        _ => Err(Failure::new(ProblemCode::Forbidden, "person")),
    }
}
