//! `/api/v1/companies/{company}/api-keys` and `/api/v1/api-keys`: the keys of programs, of a company and of the gateway.

use axum::Extension;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use gateway_access::{Reach, Scope};
use gateway_api::{ApiKeyGivenResource, ApiKeyListResource, ApiKeyRequest, ApiKeyResource, ProblemCode};
use gateway_rules::routing::unit_identifier;
use gateway_store::{ApiKeyRecord, note_subject};
use secrecy::ExposeSecret as _;

use super::{Failure, company_of, read};
use crate::access::{Caller, KeyGiven, UNIT_SCOPES};
use crate::router::Shared;

type Given = Result<(StatusCode, axum::Json<ApiKeyGivenResource>), Failure>;

/// `GET …/api-keys` of a company.
pub(crate) async fn list_of_company(
    State(shared): State<Shared>,
    Path(company): Path<String>,
) -> Result<axum::Json<ApiKeyListResource>, Failure> {
    let company = company_of(&shared.app, &company)?;
    let reach = Reach::Company(company.context.clone());
    let keys = shared.desk.keys().await?;
    let items = keys.iter().filter(|key| key.reach == reach).map(resource).collect();
    Ok(axum::Json(ApiKeyListResource { items }))
}

/// `GET /api-keys`: all of them.
pub(crate) async fn list(State(shared): State<Shared>) -> Result<axum::Json<ApiKeyListResource>, Failure> {
    let keys = shared.desk.keys().await?;
    Ok(axum::Json(ApiKeyListResource { items: keys.iter().map(resource).collect() }))
}

/// `POST …/api-keys` of a company.
pub(crate) async fn create_of_company(
    State(shared): State<Shared>,
    Extension(caller): Extension<Caller>,
    Path(company): Path<String>,
    body: Result<axum::Json<ApiKeyRequest>, JsonRejection>,
) -> Given {
    let company = company_of(&shared.app, &company)?;
    let asked = read(body)?;
    let Some(unit) = &asked.unit else {
        return made(&shared, &caller, Reach::Company(company.context.clone()), asked).await;
    };
    if asked.scopes != UNIT_SCOPES.iter().map(ToString::to_string).collect::<Vec<_>>() {
        return Err(Failure::new(ProblemCode::ParameterInvalid, "scopes (unit: receive)"));
    }
    if !caller.grants.may_make_key(&Reach::Company(company.context.clone()), UNIT_SCOPES) {
        return Err(Failure::new(ProblemCode::Forbidden, "scopes"));
    }
    let unknown = || Failure::new(ProblemCode::UnitUnknown, &unit.chars().take(40).collect::<String>());
    let identifier = unit_identifier(unit).ok_or_else(unknown)?;
    let units = shared.app.store.units(&company.context).await?;
    let unit = units.iter().find(|one| one.identifier == identifier).ok_or_else(unknown)?;
    note_subject(&asked.name);
    let given = shared.desk.create_unit_key(&asked.name, &company.context, unit, &caller.who()).await?;
    Ok((StatusCode::CREATED, axum::Json(given_resource(&shared, &given))))
}

/// `POST /api-keys`: a key for all companies.
pub(crate) async fn create(
    State(shared): State<Shared>,
    Extension(caller): Extension<Caller>,
    body: Result<axum::Json<ApiKeyRequest>, JsonRejection>,
) -> Given {
    let asked = read(body)?;
    if asked.unit.is_some() {
        return Err(Failure::new(ProblemCode::ParameterInvalid, "unit"));
    }
    made(&shared, &caller, Reach::All, asked).await
}

async fn made(shared: &Shared, caller: &Caller, reach: Reach, asked: ApiKeyRequest) -> Given {
    let scopes = asked
        .scopes
        .iter()
        .map(|name| name.parse().map_err(|()| Failure::new(ProblemCode::ApiKeyInvalid, name)))
        .collect::<Result<Vec<Scope>, Failure>>()?;
    if !caller.grants.may_make_key(&reach, &scopes) {
        return Err(Failure::new(ProblemCode::Forbidden, "scopes"));
    }
    note_subject(&asked.name);
    let given = shared.desk.create_key(&asked.name, &reach, &scopes, &caller.who()).await?;
    Ok((StatusCode::CREATED, axum::Json(given_resource(shared, &given))))
}

/// `POST …/api-keys/{id}/rotate` of a company.
pub(crate) async fn rotate_of_company(
    State(shared): State<Shared>,
    Extension(caller): Extension<Caller>,
    Path((company, id)): Path<(String, String)>,
) -> Result<axum::Json<ApiKeyGivenResource>, Failure> {
    key_of_company(&shared, &company, &id).await?;
    rotate(State(shared), Extension(caller), Path(id)).await
}

/// `POST /api-keys/{id}/rotate`.
pub(crate) async fn rotate(
    State(shared): State<Shared>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Result<axum::Json<ApiKeyGivenResource>, Failure> {
    let record = key(&shared, &id).await?;
    // Whoever is given the new key has all that the old one had.
    if !caller.grants.may_make_key(&record.reach, &record.scopes) {
        return Err(Failure::new(ProblemCode::Forbidden, "scopes"));
    }
    let given = shared.desk.rotate_key(&id).await?;
    Ok(axum::Json(given_resource(&shared, &given)))
}

/// `DELETE …/api-keys/{id}` of a company.
pub(crate) async fn revoke_of_company(
    State(shared): State<Shared>,
    Path((company, id)): Path<(String, String)>,
) -> Result<StatusCode, Failure> {
    key_of_company(&shared, &company, &id).await?;
    revoke(State(shared), Path(id)).await
}

/// `DELETE /api-keys/{id}`.
pub(crate) async fn revoke(
    State(shared): State<Shared>,
    Path(id): Path<String>,
) -> Result<StatusCode, Failure> {
    shared.desk.revoke_key(&id).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn key(shared: &Shared, id: &str) -> Result<ApiKeyRecord, Failure> {
    let record = shared.desk.store().api_key(id).await?;
    record.ok_or_else(|| Failure::new(ProblemCode::ApiKeyUnknown, &id.chars().take(40).collect::<String>()))
}

/// A key that is this company's and no other's.
async fn key_of_company(shared: &Shared, company: &str, id: &str) -> Result<(), Failure> {
    let company = company_of(&shared.app, company)?;
    let record = key(shared, id).await?;
    if record.reach == Reach::Company(company.context.clone()) {
        Ok(())
    } else {
        Err(Failure::new(ProblemCode::ApiKeyUnknown, &id.chars().take(40).collect::<String>()))
    }
}

fn given_resource(shared: &Shared, given: &KeyGiven) -> ApiKeyGivenResource {
    ApiKeyGivenResource {
        key: given.key.expose_secret().to_owned(),
        public_url: shared.public_url.clone(),
        api_key: resource(&given.record),
    }
}

fn resource(key: &ApiKeyRecord) -> ApiKeyResource {
    ApiKeyResource {
        id: key.id.clone(),
        name: key.name.clone(),
        company: key.reach.to_string(),
        scopes: key.scopes.iter().map(ToString::to_string).collect(),
        // Of a unit that is gone there is its identifier here alone.
        unit: key.unit_identifier.clone().or_else(|| key.unit.clone()),
        hint: key.hint.clone(),
        created_at: key.created_at,
        created_by: key.created_by.clone(),
        rotated_at: key.rotated_at,
        revoked_at: key.revoked_at,
        last_used_at: key.used_at,
        last_used_from: key.used_from.clone(),
    }
}
