//! The lists of permissions, each in full.

use std::process::ExitCode;

use ksef_client::{Access, CallError};
use ksef_wire::{
    AuthorizedEntityType, EntityAuthorizationPermissionType, EntityAuthorizationPermissionsQueryRequest,
    EntityPermissionsQueryRequest, EuEntityPermissionsQueryRequest, PermissionState, PersonPermissionType,
    PersonPermissionsQueryRequest, PersonPermissionsQueryType, PersonalPermissionType,
    PersonalPermissionsQueryRequest, QueryType, SubordinateEntityRolesQueryRequest,
    SubunitPermissionsQueryRequest, TypedIdentifier,
};
use serde::Serialize;
use serde_json::{Value, json};

use super::subjects::{permissions, typed};
use super::{Desk, log_out};
use crate::cli::{ListName, ListPermissions};
use crate::failure::Failure;

pub(super) async fn list(desk: &Desk<'_>, arguments: &ListPermissions) -> Result<ExitCode, Failure> {
    let rows = Rows::of(arguments)?;
    let access = desk.access(&arguments.company).await?;
    let outcome = rows.fetch(&access).await;
    log_out(&access).await;
    let found = outcome?;
    if desk.is_json() {
        println!("{}", json!(found));
    } else {
        for row in &found {
            println!("{}", line_of(row));
        }
        if found.is_empty() {
            println!("{}", desk.lang.pick("nic tu nie ma", "there is nothing here"));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// What is asked for.
enum Rows {
    Own(PersonalPermissionsQueryRequest),
    Persons(PersonPermissionsQueryRequest),
    Entities,
    Authorizations(EntityAuthorizationPermissionsQueryRequest),
    Subunits,
    EuEntities,
    Roles,
    Subordinates,
}

impl Rows {
    fn of(arguments: &ListPermissions) -> Result<Self, Failure> {
        let to = |kinds: &[&str]| arguments.to.as_deref().map(|to| typed(to, kinds)).transpose();
        let names = &arguments.permission;
        Ok(match arguments.of {
            ListName::Own => Self::Own(PersonalPermissionsQueryRequest {
                permission_types: some(permissions(names, PersonalPermissionType::NAMES)?),
                ..PersonalPermissionsQueryRequest::default()
            }),
            ListName::Persons | ListName::Granted => Self::Persons(PersonPermissionsQueryRequest {
                author_identifier: None,
                authorized_identifier: to(&["Nip", "Pesel", "Fingerprint"])?,
                context_identifier: None,
                target_identifier: None,
                permission_types: some(permissions(names, PersonPermissionType::NAMES)?),
                permission_state: None,
                query_type: match arguments.of {
                    ListName::Granted => PersonPermissionsQueryType::PermissionsGrantedInCurrentContext,
                    _ => PersonPermissionsQueryType::PermissionsInCurrentContext,
                },
            }),
            ListName::Entities => Self::Entities,
            ListName::Authorizations | ListName::Received => {
                let query_type = match arguments.of {
                    ListName::Received => QueryType::Received,
                    _ => QueryType::Granted,
                };
                let authorized: Option<TypedIdentifier<AuthorizedEntityType>> =
                    arguments.to.as_deref().map(|to| typed(to, &["Nip", "PeppolId"])).transpose()?;
                Self::Authorizations(EntityAuthorizationPermissionsQueryRequest {
                    authorizing_identifier: None,
                    authorized_identifier: authorized.filter(|_| query_type == QueryType::Granted),
                    query_type,
                    permission_types: some(permissions(names, EntityAuthorizationPermissionType::NAMES)?),
                })
            }
            ListName::Subunits => Self::Subunits,
            ListName::EuEntities => Self::EuEntities,
            ListName::Roles => Self::Roles,
            ListName::Subordinates => Self::Subordinates,
        })
    }

    async fn fetch(&self, access: &Access) -> Result<Vec<Value>, CallError> {
        let mut found = Vec::new();
        for page in 0..PAGES_MAX {
            let (rows, has_more) = self.page(access, page).await?;
            found.extend(rows);
            if !has_more {
                break;
            }
        }
        Ok(found)
    }

    async fn page(&self, access: &Access, page: u32) -> Result<(Vec<Value>, bool), CallError> {
        Ok(match self {
            Self::Own(filter) => {
                let answer = access.query_personal_permissions(filter, page).await?;
                let owner = answer.owner_permissions.filter(|_| page == 0);
                let mut rows = values(&answer.permissions);
                // An owner has no grants; what an owner may do comes beside the list (since 2.9.0).
                rows.extend(owner.into_iter().flatten().map(|permission| {
                    json!({ "permissionScope": permission, "permissionState": PermissionState::Active, "isOwner": true })
                }));
                (rows, answer.has_more)
            }
            Self::Persons(filter) => {
                let answer = access.query_person_permissions(filter, page).await?;
                (values(&answer.permissions), answer.has_more)
            }
            Self::Entities => {
                let filter = EntityPermissionsQueryRequest::default();
                let answer = access.query_entity_permissions(&filter, page).await?;
                (values(&answer.permissions), answer.has_more)
            }
            Self::Authorizations(filter) => {
                let answer = access.query_authorizations(filter, page).await?;
                (values(&answer.authorization_grants), answer.has_more)
            }
            Self::Subunits => {
                let filter = SubunitPermissionsQueryRequest::default();
                let answer = access.query_subunit_permissions(&filter, page).await?;
                (values(&answer.permissions), answer.has_more)
            }
            Self::EuEntities => {
                let filter = EuEntityPermissionsQueryRequest::default();
                let answer = access.query_eu_entity_permissions(&filter, page).await?;
                (values(&answer.permissions), answer.has_more)
            }
            Self::Roles => {
                let answer = access.query_entity_roles(page).await?;
                (values(&answer.roles), answer.has_more)
            }
            Self::Subordinates => {
                let filter = SubordinateEntityRolesQueryRequest::default();
                let answer = access.query_subordinate_roles(&filter, page).await?;
                (values(&answer.roles), answer.has_more)
            }
        })
    }
}

/// A filter that is left out when there is nothing in it.
fn some<T>(list: Vec<T>) -> Option<Vec<T>> {
    (!list.is_empty()).then_some(list)
}

fn values<T: Serialize>(rows: &[T]) -> Vec<Value> {
    // What came as JSON goes out as JSON.
    rows.iter().map(|row| serde_json::to_value(row).unwrap_or_default()).collect()
}

/// A row as people read it: what, who, for whom, since when, and the id to take it back by.
fn line_of(row: &Value) -> String {
    let text = |name: &str| row[name].as_str().map(str::to_owned);
    let identifier = |name: &str| {
        let kind = row[name]["type"].as_str()?;
        Some(row[name]["value"].as_str().map_or_else(|| kind.to_owned(), |value| format!("{kind}:{value}")))
    };
    let named = |name: &str| {
        let details = &row[name];
        let person = [&details["firstName"], &details["lastName"]].map(|part| part.as_str());
        match person {
            [Some(first), Some(last)] => Some(format!("{first} {last}")),
            _ => details["fullName"].as_str().map(str::to_owned),
        }
    };
    let what = text("permissionScope").or_else(|| text("authorizationScope")).or_else(|| text("role"));
    let state = text("permissionState").filter(|state| state != "Active");
    let since = text("startDate").map(|since| since.chars().take(10).collect());
    let parts = [
        text("id"),
        what,
        identifier("authorizedIdentifier"),
        identifier("authorizedEntityIdentifier"),
        text("authorizedFingerprintIdentifier"),
        identifier("subordinateEntityIdentifier"),
        named("subjectPersonDetails").or_else(|| named("subjectEntityDetails")),
        identifier("targetIdentifier").map(|target| format!("→ {target}")),
        identifier("contextIdentifier").map(|context| format!("@ {context}")),
        identifier("subunitIdentifier").map(|unit| format!("@ {unit}")),
        identifier("authorizingEntityIdentifier").map(|entity| format!("← {entity}")),
        text("vatUeIdentifier"),
        state,
        since,
        text("description"),
    ];
    parts.into_iter().flatten().collect::<Vec<String>>().join("  ")
}

/// A hundred a page.
const PAGES_MAX: u32 = 1_000;
