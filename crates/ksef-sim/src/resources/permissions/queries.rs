//! The lists of grants and authorisations.

use super::super::checks::{self, nip, unknown};
use super::grants::{self, check_authorized};
use super::listing::{
    Filters, author, check_author, check_types, is_nip, is_one_of, newest_first, page, place, state, subject,
    target,
};
use crate::domain::permissions::{Grant, GrantKind, Target};
use crate::http::Shared;
use crate::http::body;
use crate::http::call::{Call, Reply};
use crate::http::errors::Refusal;
use ksef_id::{ContextIdentifier, ContextType};
use ksef_wire::{
    ApiTime, AuthorizedEntityType, EntityAuthorizationGrant, EntityAuthorizationPermissionsQueryRequest,
    EntityPermissionItem, EntityPermissionType, EntityPermissionsQueryRequest, EuEntityPermission,
    EuEntityPermissionScope, EuEntityPermissionsQueryRequest, NipIdentifierType,
    PermissionsSubjectEntityByIdentifierDetails, PermissionsSubjectEntityDetailsType, PersonPermission,
    PersonPermissionType, PersonPermissionsQueryRequest, PersonPermissionsQueryType, PersonalPermission,
    PersonalPermissionsQueryRequest, QueryEntityAuthorizationPermissionsResponse,
    QueryEntityPermissionsResponse, QueryEuEntityPermissionsResponse, QueryPersonPermissionsResponse,
    QueryPersonalPermissionsResponse, QuerySubunitPermissionsResponse, QueryType, SubunitPermission,
    SubunitPermissionScope, SubunitPermissionsQueryRequest, TypedIdentifier,
};

/// `POST /permissions/query/personal/grants`
pub(crate) fn personal(shared: &Shared, call: &Call) -> Result<Reply, Refusal> {
    let caller = call.caller()?;
    let request: PersonalPermissionsQueryRequest = body::json(call)?;
    let types = request.permission_types.iter().flatten();
    let types: Vec<_> = types.map(|name| (name.as_str(), name.is_known())).collect();
    let filters = Filters::check(
        request.context_identifier.as_ref(),
        request.target_identifier.as_ref(),
        &types,
        request.permission_state,
    )?;
    let world = shared.world();
    let permissions = &world.permissions;
    // What others gave to the entity of which the caller is owner.
    let is_received = |grant: &Grant| {
        caller.rights.is_owner()
            && grant.kind == GrantKind::Entity
            && is_nip(&grant.holder, caller.context.value())
    };
    let is_held = |grant: &Grant| {
        grant.holder == caller.subject
            && match &grant.target {
                None => grant.context.as_ref() == Some(&caller.context),
                Some(_) if grant.granted_in == caller.context => true,
                Some(Target::Context(client)) => *client == caller.context,
                Some(Target::AllPartners) => permissions.works_in(grant, &caller.context),
            }
    };
    let is_mine = |grant: &Grant| is_held(grant) || is_received(grant);
    let mut found: Vec<&Grant> =
        permissions.grants().filter(|grant| is_mine(grant) && filters.fits(permissions, grant)).collect();
    newest_first(&mut found);
    let (found, has_more) = page(call, found)?;
    let list = found
        .into_iter()
        .map(|grant| PersonalPermission {
            id: grant.id.clone(),
            context_identifier: grant.context.as_ref().and_then(place),
            // "jeżeli jest inny niż identyfikator uwierzytelnionego klienta API"
            authorized_identifier: (grant.holder != caller.subject).then(|| subject(&grant.holder)),
            target_identifier: grant.target.as_ref().map(target),
            permission_scope: grant.scope.clone(),
            description: grant.description.clone(),
            subject_person_details: grant.person.clone(),
            subject_entity_details: grant.entity.clone(),
            permission_state: state(permissions, grant),
            start_date: ApiTime(grant.started_at),
            can_delegate: grant.can_delegate,
        })
        .collect();
    let names = || {
        let names = caller.rights.only(PersonPermissionType::NAMES);
        names.iter().map(|name| PersonPermissionType::from(name.as_str())).collect()
    };
    Ok(Reply::ok(&QueryPersonalPermissionsResponse {
        permissions: list,
        owner_permissions: caller.rights.is_owner().then(names),
        has_more,
    }))
}

/// `POST /permissions/query/persons/grants`
pub(crate) fn persons(shared: &Shared, call: &Call) -> Result<Reply, Refusal> {
    let caller = call.caller()?;
    let request: PersonPermissionsQueryRequest = body::json(call)?;
    let types = request.permission_types.iter().flatten();
    let types: Vec<_> = types.map(|name| (name.as_str(), name.is_known())).collect();
    let filters = Filters::check(
        request.context_identifier.as_ref(),
        request.target_identifier.as_ref(),
        &types,
        request.permission_state,
    )?;
    let wanted_author = request.author_identifier.as_ref().map(check_author).transpose()?;
    let wanted_holder = request
        .authorized_identifier
        .as_ref()
        .map(|holder| checks::subject("authorizedIdentifier", holder))
        .transpose()?;
    let is_by_caller = match &request.query_type {
        PersonPermissionsQueryType::PermissionsInCurrentContext => false,
        PersonPermissionsQueryType::PermissionsGrantedInCurrentContext => true,
        PersonPermissionsQueryType::Unknown(text) => return Err(unknown("queryType", text)),
    };
    let context = &caller.context;
    let is_listed = |grant: &Grant| match grant.kind {
        GrantKind::EuAdministrator | GrantKind::EuRepresentative => false,
        // "przez uwierzytelnionego klienta API"
        _ if is_by_caller => grant.granted_in == *context && grant.author.as_ref() == Some(&caller.subject),
        GrantKind::Indirect => grant.granted_in == *context,
        _ => grant.context.as_ref() == Some(context),
    };
    let world = shared.world();
    let permissions = &world.permissions;
    let mut found: Vec<&Grant> = permissions
        .grants()
        .filter(|grant| {
            is_listed(grant)
                && filters.fits(permissions, grant)
                && wanted_author.as_ref().is_none_or(|wanted| grant.author == *wanted)
                && wanted_holder.as_ref().is_none_or(|wanted| grant.holder == *wanted)
        })
        .collect();
    newest_first(&mut found);
    let (found, has_more) = page(call, found)?;
    let list = found
        .into_iter()
        .map(|grant| PersonPermission {
            id: grant.id.clone(),
            authorized_identifier: subject(&grant.holder),
            context_identifier: grant.context.as_ref().and_then(place),
            target_identifier: grant.target.as_ref().map(target),
            author_identifier: author(grant.author.as_ref()),
            permission_scope: PersonPermissionType::from(grant.scope.as_str()),
            description: grant.description.clone(),
            subject_person_details: grant.person.clone(),
            subject_entity_details: grant.entity.clone(),
            permission_state: state(permissions, grant),
            start_date: ApiTime(grant.started_at),
            can_delegate: grant.can_delegate,
        })
        .collect();
    Ok(Reply::ok(&QueryPersonPermissionsResponse { permissions: list, has_more }))
}

/// `POST /permissions/query/subunits/grants`
pub(crate) fn subunits(shared: &Shared, call: &Call) -> Result<Reply, Refusal> {
    let caller = call.caller()?;
    let request: SubunitPermissionsQueryRequest = body::json(call)?;
    let wanted = request
        .subunit_identifier
        .as_ref()
        .map(|unit| grants::place("subunitIdentifier", unit))
        .transpose()?;
    let world = shared.world();
    let mut found: Vec<&Grant> = world
        .permissions
        .grants()
        .filter(|grant| grant.kind == GrantKind::Subunit && grant.granted_in == caller.context)
        .filter(|grant| wanted.is_none() || grant.context == wanted)
        .collect();
    newest_first(&mut found);
    let (found, has_more) = page(call, found)?;
    let list = found.into_iter().filter_map(|grant| {
        // Both are there: a unit's administrator is made by somebody, for a taxpayer or a unit.
        Some(SubunitPermission {
            id: grant.id.clone(),
            authorized_identifier: subject(&grant.holder),
            subunit_identifier: grant.context.as_ref().and_then(place)?,
            author_identifier: subject(grant.author.as_ref()?),
            permission_scope: SubunitPermissionScope::from(grant.scope.as_str()),
            description: grant.description.clone(),
            subject_person_details: grant.person.clone(),
            subunit_name: grant.subunit_name.clone(),
            start_date: ApiTime(grant.started_at),
        })
    });
    Ok(Reply::ok(&QuerySubunitPermissionsResponse { permissions: list.collect(), has_more }))
}

/// `POST /permissions/query/entities/grants`
pub(crate) fn entities(shared: &Shared, call: &Call) -> Result<Reply, Refusal> {
    let caller = call.caller()?;
    let request: EntityPermissionsQueryRequest = body::json(call)?;
    let wanted = request
        .context_identifier
        .as_ref()
        .map(|context| grants::place("contextIdentifier", context))
        .transpose()?;
    let is_entity = caller.context.kind() == ContextType::Nip;
    let world = shared.world();
    let mut found: Vec<&Grant> = world
        .permissions
        .grants()
        .filter(|grant| grant.kind == GrantKind::Entity)
        .filter(|grant| is_entity && is_nip(&grant.holder, caller.context.value()))
        .filter(|grant| wanted.is_none() || grant.context == wanted)
        .collect();
    newest_first(&mut found);
    let (found, has_more) = page(call, found)?;
    let list = found.into_iter().filter_map(|grant| {
        Some(EntityPermissionItem {
            id: grant.id.clone(),
            context_identifier: grant.context.as_ref().and_then(place)?,
            permission_scope: EntityPermissionType::from(grant.scope.as_str()),
            description: grant.description.clone(),
            start_date: ApiTime(grant.started_at),
            can_delegate: grant.can_delegate,
        })
    });
    Ok(Reply::ok(&QueryEntityPermissionsResponse { permissions: list.collect(), has_more }))
}

/// `POST /permissions/query/authorizations/grants`
pub(crate) fn authorizations(shared: &Shared, call: &Call) -> Result<Reply, Refusal> {
    let caller = call.caller()?;
    let request: EntityAuthorizationPermissionsQueryRequest = body::json(call)?;
    let is_granted = match &request.query_type {
        QueryType::Granted => true,
        QueryType::Received => false,
        QueryType::Unknown(text) => return Err(unknown("queryType", text)),
    };
    let authorizing = match &request.authorizing_identifier {
        None => None,
        Some(identifier) if identifier.kind.is_known() => {
            Some(nip("authorizingIdentifier.value", &identifier.value)?)
        }
        Some(identifier) => return Err(unknown("authorizingIdentifier.type", identifier.kind.as_str())),
    };
    if let Some(identifier) = &request.authorized_identifier {
        check_authorized("authorizedIdentifier", identifier)?;
    }
    let types = request.permission_types.iter().flatten();
    let types: Vec<_> = types.map(|name| (name.as_str(), name.is_known())).collect();
    let types = check_types(&types)?;
    let own = party(&caller.context);
    let world = shared.world();
    let mut found: Vec<_> = world
        .permissions
        .authorizations()
        .filter(|authorization| {
            let is_own = match (&own, is_granted) {
                (None, _) => false,
                (Some(_), true) => caller.context == ContextIdentifier::of_nip(authorization.authorizing),
                (Some(own), false) => authorization.authorized == *own,
            };
            is_own
                && authorizing.is_none_or(|wanted| authorization.authorizing == wanted)
                && request
                    .authorized_identifier
                    .as_ref()
                    .is_none_or(|wanted| authorization.authorized == *wanted)
                && is_one_of(&types, authorization.scope.as_str())
        })
        .collect();
    found.sort_by_key(|authorization| std::cmp::Reverse(authorization.started_at));
    let (found, has_more) = page(call, found)?;
    let authorization_grants = found
        .into_iter()
        .map(|authorization| EntityAuthorizationGrant {
            id: authorization.id.clone(),
            author_identifier: Some(subject(&authorization.author)),
            authorized_entity_identifier: authorization.authorized.clone(),
            authorizing_entity_identifier: TypedIdentifier {
                kind: NipIdentifierType::Nip,
                value: authorization.authorizing.to_string(),
            },
            authorization_scope: authorization.scope.clone(),
            description: authorization.description.clone(),
            subject_entity_details: Some(PermissionsSubjectEntityByIdentifierDetails {
                subject_details_type: PermissionsSubjectEntityDetailsType::EntityByIdentifier,
                full_name: authorization.full_name.clone(),
            }),
            start_date: ApiTime(authorization.started_at),
        })
        .collect();
    Ok(Reply::ok(&QueryEntityAuthorizationPermissionsResponse { authorization_grants, has_more }))
}

/// `POST /permissions/query/eu-entities/grants`
pub(crate) fn eu_entities(shared: &Shared, call: &Call) -> Result<Reply, Refusal> {
    let caller = call.caller()?;
    let request: EuEntityPermissionsQueryRequest = body::json(call)?;
    if let Some(number) = &request.vat_ue_identifier
        && ContextIdentifier::new(ContextType::NipVatUe, &format!("1111111111-{number}")).is_err()
    {
        return Err(checks::ill_shaped("vatUeIdentifier"));
    }
    let types = request.permission_types.iter().flatten();
    let types: Vec<_> = types.map(|name| (name.as_str(), name.is_known())).collect();
    let types = check_types(&types)?;
    let fingerprint = request.authorized_fingerprint_identifier.map(|part| part.to_ascii_uppercase());
    let is_listed = |grant: &Grant| match grant.kind {
        GrantKind::EuAdministrator => {
            grant.granted_in == caller.context || grant.context.as_ref() == Some(&caller.context)
        }
        GrantKind::EuRepresentative => grant.context.as_ref() == Some(&caller.context),
        _ => false,
    };
    let world = shared.world();
    let mut found: Vec<&Grant> = world
        .permissions
        .grants()
        .filter(|grant| {
            is_listed(grant)
                && request.vat_ue_identifier.as_ref().is_none_or(|wanted| {
                    grant.eu_entity.as_ref().is_some_and(|entity| entity.vat_number == *wanted)
                })
                && fingerprint.as_ref().is_none_or(|part| grant.holder.value.contains(part))
                && is_one_of(&types, grant.scope.as_str())
        })
        .collect();
    newest_first(&mut found);
    let (found, has_more) = page(call, found)?;
    let list = found.into_iter().filter_map(|grant| {
        let entity = grant.eu_entity.as_ref()?;
        Some(EuEntityPermission {
            id: grant.id.clone(),
            author_identifier: subject(grant.author.as_ref()?),
            vat_ue_identifier: entity.vat_number.clone(),
            eu_entity_name: entity.name.clone(),
            authorized_fingerprint_identifier: grant.holder.value.clone(),
            permission_scope: EuEntityPermissionScope::from(grant.scope.as_str()),
            description: grant.description.clone(),
            subject_person_details: grant.person.clone(),
            subject_entity_details: grant.entity.clone(),
            eu_entity_details: Some(entity.details.clone()),
            start_date: ApiTime(grant.started_at),
        })
    });
    Ok(Reply::ok(&QueryEuEntityPermissionsResponse { permissions: list.collect(), has_more }))
}

/// The context as a party to authorisations; `None` for those that cannot be one.
fn party(context: &ContextIdentifier) -> Option<TypedIdentifier<AuthorizedEntityType>> {
    let kind = match context.kind() {
        ContextType::Nip => AuthorizedEntityType::Nip,
        ContextType::PeppolId => AuthorizedEntityType::PeppolId,
        ContextType::InternalId | ContextType::NipVatUe => return None,
    };
    Some(TypedIdentifier { kind, value: context.value().to_owned() })
}
