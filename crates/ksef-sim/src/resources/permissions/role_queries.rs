//! The lists of roles.

use super::super::checks::{nip, unknown};
use super::listing::page;
use crate::http::Shared;
use crate::http::body;
use crate::http::call::{Call, Reply};
use crate::http::errors::Refusal;
use ksef_id::{ContextType, Nip};
use ksef_wire::{
    ApiTime, EntityRole, NipIdentifierType, QueryEntityRolesResponse, QuerySubordinateEntityRolesResponse,
    SubordinateEntityRole, SubordinateEntityRolesQueryRequest, TypedIdentifier,
};

/// `GET /permissions/query/entities/roles`
pub(crate) fn entity(shared: &Shared, call: &Call) -> Result<Reply, Refusal> {
    let found = match taxpayer(call)? {
        Some(nip) => shared.world().test_data.roles(nip),
        None => Vec::new(),
    };
    let (found, has_more) = page(call, found)?;
    let roles = found
        .into_iter()
        .map(|role| EntityRole {
            parent_entity_identifier: role.parent.map(by_nip),
            role: role.role,
            description: role.description,
            start_date: ApiTime(role.since),
        })
        .collect();
    Ok(Reply::ok(&QueryEntityRolesResponse { roles, has_more }))
}

/// `POST /permissions/query/subordinate-entities/roles`
pub(crate) fn subordinate(shared: &Shared, call: &Call) -> Result<Reply, Refusal> {
    let request: SubordinateEntityRolesQueryRequest = body::json(call)?;
    let wanted = match &request.subordinate_entity_identifier {
        None => None,
        Some(identifier) if identifier.kind.is_known() => {
            Some(nip("subordinateEntityIdentifier.value", &identifier.value)?)
        }
        Some(identifier) => {
            return Err(unknown("subordinateEntityIdentifier.type", identifier.kind.as_str()));
        }
    };
    let mut found = match taxpayer(call)? {
        Some(nip) => shared.world().test_data.units(nip),
        None => Vec::new(),
    };
    found.retain(|unit| wanted.is_none_or(|wanted| unit.nip == wanted));
    let (found, has_more) = page(call, found)?;
    let roles = found
        .into_iter()
        .map(|unit| SubordinateEntityRole {
            subordinate_entity_identifier: by_nip(unit.nip),
            role: unit.role,
            description: unit.description,
            start_date: ApiTime(unit.since),
        })
        .collect();
    Ok(Reply::ok(&QuerySubordinateEntityRolesResponse { roles, has_more }))
}

/// The NIP of the caller's context, when it is a taxpayer's: units and EU entities have no roles.
fn taxpayer(call: &Call) -> Result<Option<Nip>, Refusal> {
    let context = &call.caller()?.context;
    Ok(context.nip().filter(|_| context.kind() == ContextType::Nip))
}

fn by_nip(nip: Nip) -> TypedIdentifier<NipIdentifierType> {
    TypedIdentifier { kind: NipIdentifierType::Nip, value: nip.to_string() }
}
