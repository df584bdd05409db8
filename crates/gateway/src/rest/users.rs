//! `/api/v1/users` and `/api/v1/setup`: who may log in, and what they are.

use std::collections::BTreeMap;

use axum::Extension;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use gateway_access::{Reach, Role};
use gateway_api::{
    ProblemCode, SetupRequest, UserChangeRequest, UserListResource, UserRequest, UserResource,
};
use gateway_store::{User, note_subject};
use ksef_crypto::SecretString;

use super::{Failure, read};
use crate::access::{Caller, SetUp};
use crate::router::Shared;

/// `GET /users`.
pub(crate) async fn list(State(shared): State<Shared>) -> Result<axum::Json<UserListResource>, Failure> {
    let users = shared.desk.users().await?;
    Ok(axum::Json(UserListResource { items: users.iter().map(resource).collect() }))
}

/// `POST /users`.
pub(crate) async fn create(
    State(shared): State<Shared>,
    body: Result<axum::Json<UserRequest>, JsonRejection>,
) -> Result<(StatusCode, axum::Json<UserResource>), Failure> {
    let asked = read(body)?;
    note_subject(&asked.login);
    let roles: BTreeMap<Reach, Role> = asked
        .roles
        .iter()
        .map(|(reach, role)| Ok((reach_of(&shared, reach)?, role_of(role)?)))
        .collect::<Result<_, Failure>>()?;
    let password = SecretString::from(asked.password);
    let user = shared.desk.add_user(&asked.login, &asked.name, &password, &roles).await?;
    Ok((StatusCode::CREATED, axum::Json(resource(&user))))
}

/// `GET /users/{login}`.
pub(crate) async fn show(
    State(shared): State<Shared>,
    Path(login): Path<String>,
) -> Result<axum::Json<UserResource>, Failure> {
    Ok(axum::Json(resource(&shared.desk.user(&login).await?)))
}

/// `PATCH /users/{login}`.
pub(crate) async fn change(
    State(shared): State<Shared>,
    Path(login): Path<String>,
    body: Result<axum::Json<UserChangeRequest>, JsonRejection>,
) -> Result<axum::Json<UserResource>, Failure> {
    let asked = read(body)?;
    let desk = &shared.desk;
    // Everything is read before anything is changed.
    let roles: BTreeMap<Reach, Option<Role>> = asked
        .roles
        .iter()
        .flatten()
        .map(|(reach, role)| {
            let reach = match role {
                Some(_) => reach_of(&shared, reach)?,
                // A company that is gone may still have to be taken out.
                None => reach.parse().map_err(|_| Failure::new(ProblemCode::CompanyInvalid, reach))?,
            };
            Ok((reach, role.as_deref().map(role_of).transpose()?))
        })
        .collect::<Result<_, Failure>>()?;
    if let Some(password) = asked.password {
        desk.reset_password(&login, &SecretString::from(password)).await?;
    }
    if !roles.is_empty() {
        desk.set_roles(&login, &roles).await?;
    }
    if let Some(is_active) = asked.is_active {
        desk.set_active(&login, is_active).await?;
    }
    show(State(shared), Path(login)).await
}

/// `DELETE /users/{login}`.
pub(crate) async fn remove(
    State(shared): State<Shared>,
    Path(login): Path<String>,
) -> Result<StatusCode, Failure> {
    shared.desk.remove_user(&login).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /setup`: the first administrator.
pub(crate) async fn set_up(
    State(shared): State<Shared>,
    Extension(caller): Extension<Caller>,
    body: Result<axum::Json<SetupRequest>, JsonRejection>,
) -> Result<(StatusCode, axum::Json<UserResource>), Failure> {
    let SetupRequest { code, login, name, password } = read(body)?;
    let password = SecretString::from(password);
    let asked = SetUp { code: &code, login: &login, name: &name, password };
    let user = shared.desk.set_up(&caller, asked).await?;
    Ok((StatusCode::CREATED, axum::Json(resource(&user))))
}

fn role_of(name: &str) -> Result<Role, Failure> {
    name.parse().map_err(|()| Failure::new(ProblemCode::ParameterInvalid, "roles"))
}

/// All companies, or one of this gateway's.
fn reach_of(shared: &Shared, text: &str) -> Result<Reach, Failure> {
    let reach: Reach = text.parse().map_err(|_| Failure::new(ProblemCode::CompanyInvalid, text))?;
    match &reach {
        Reach::Company(company) if shared.app.companies.get(company).is_none() => {
            Err(Failure::new(ProblemCode::CompanyUnknown, company.as_str()))
        }
        _ => Ok(reach),
    }
}

fn resource(user: &User) -> UserResource {
    UserResource {
        login: user.login.clone(),
        name: user.name.clone(),
        is_active: user.is_active,
        has_second_factor: user.has_second_factor,
        roles: user.roles.iter().map(|(reach, role)| (reach.to_string(), role.to_string())).collect(),
        created_at: user.created_at,
        last_login_at: user.last_login_at,
    }
}
