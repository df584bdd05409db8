//! The grants of a taxpayer and its units: to persons, entities, clients' clerks, administrators of units; and
//! authorisations.

use super::super::checks::{self, ill_shaped, length, missing, nip, unknown};
use super::{begin, subjects};
use crate::domain::logins::Subject;
use crate::domain::permissions::{Authorization, Grant, GrantKind, Target, Work};
use crate::http::Shared;
use crate::http::body;
use crate::http::call::{Call, Reply};
use crate::http::errors::Refusal;
use ksef_id::{ContextIdentifier, ContextType, Nip};
use ksef_wire::{
    AuthorizedEntityType, EntityAuthorizationPermissionsGrantRequest, EntityPermissionsGrantRequest,
    IndirectPermissionsGrantRequest, NipIdentifierType, OptionalIdentifier, PermissionContextType,
    PermissionTargetType, PermissionsSubjectEntityDetails, PermissionsSubjectEntityDetailsType,
    PersonPermissionsGrantRequest, PersonalPermissionType, SubunitPermissionsGrantRequest, TokenAuthorType,
    TypedIdentifier,
};

/// `POST /permissions/persons/grants`
pub(crate) fn persons(shared: &Shared, call: &Call) -> Result<Reply, Refusal> {
    let request: PersonPermissionsGrantRequest = body::json(call)?;
    let holder = checks::subject("subjectIdentifier", &request.subject_identifier)?;
    checks::description("description", &request.description)?;
    let scopes =
        scopes(request.permissions.iter().map(|permission| (permission.as_str(), permission.is_known())))?;
    let person = subjects::person(request.subject_details)?;
    let context = call.caller()?.context.clone();
    let grants = scopes.into_iter().map(|scope| {
        let context = Some(context.clone());
        let description = request.description.clone();
        let blank = blank(shared, call, GrantKind::Person, scope, holder.clone(), description)?;
        Ok(Grant { context, person: Some(person.clone()), ..blank })
    });
    begin(shared, call, Work::Grant(grants.collect::<Result<_, Refusal>>()?))
}

/// `POST /permissions/entities/grants`
pub(crate) fn entities(shared: &Shared, call: &Call) -> Result<Reply, Refusal> {
    let request: EntityPermissionsGrantRequest = body::json(call)?;
    let holder = entity(&request.subject_identifier)?;
    checks::description("description", &request.description)?;
    let named =
        request.permissions.iter().map(|permission| (permission.kind.as_str(), permission.kind.is_known()));
    let scopes = scopes(named)?;
    length("subjectDetails.fullName", &request.subject_details.full_name, 5, 90)?;
    let entity = PermissionsSubjectEntityDetails {
        subject_details_type: PermissionsSubjectEntityDetailsType::EntityByIdentifier,
        full_name: request.subject_details.full_name,
        address: None,
    };
    let context = call.caller()?.context.clone();
    let grants = scopes.into_iter().zip(&request.permissions).map(|(scope, permission)| {
        let description = request.description.clone();
        let blank = blank(shared, call, GrantKind::Entity, scope, holder.clone(), description)?;
        let (context, entity) = (Some(context.clone()), Some(entity.clone()));
        Ok(Grant { context, entity, can_delegate: permission.can_delegate, ..blank })
    });
    begin(shared, call, Work::Grant(grants.collect::<Result<_, Refusal>>()?))
}

/// `POST /permissions/indirect/grants`
pub(crate) fn indirect(shared: &Shared, call: &Call) -> Result<Reply, Refusal> {
    let request: IndirectPermissionsGrantRequest = body::json(call)?;
    let holder = checks::subject("subjectIdentifier", &request.subject_identifier)?;
    checks::description("description", &request.description)?;
    let scopes =
        scopes(request.permissions.iter().map(|permission| (permission.as_str(), permission.is_known())))?;
    // "Nie przekazanie identyfikatora oznacza, że uprawnienie nadane w sposób pośredni jest typu generalnego."
    let target = match &request.target_identifier {
        None => Target::AllPartners,
        Some(identifier) => target("targetIdentifier", identifier)?,
    };
    let person = subjects::person(request.subject_details)?;
    let grants = scopes.into_iter().map(|scope| {
        let description = request.description.clone();
        let blank = blank(shared, call, GrantKind::Indirect, scope, holder.clone(), description)?;
        Ok(Grant { target: Some(target.clone()), person: Some(person.clone()), ..blank })
    });
    begin(shared, call, Work::Grant(grants.collect::<Result<_, Refusal>>()?))
}

/// `POST /permissions/subunits/grants`
pub(crate) fn subunits(shared: &Shared, call: &Call) -> Result<Reply, Refusal> {
    let request: SubunitPermissionsGrantRequest = body::json(call)?;
    let holder = checks::subject("subjectIdentifier", &request.subject_identifier)?;
    checks::description("description", &request.description)?;
    let unit = place("contextIdentifier", &request.context_identifier)?;
    if unit.kind() == ContextType::InternalId {
        if !has_check_digit(unit.value()) {
            return Err(Refusal::validation("'contextIdentifier.value' has an invalid check digit."));
        }
        if request.subunit_name.is_none() {
            return Err(missing("subunitName"));
        }
    }
    if let Some(name) = &request.subunit_name {
        length("subunitName", name, 5, 256)?;
    }
    let person = subjects::person(request.subject_details)?;
    let scope = PersonalPermissionType::CredentialsManage;
    let blank = blank(shared, call, GrantKind::Subunit, scope, holder, request.description)?;
    let subunit_name = request.subunit_name;
    let grant = Grant { context: Some(unit), person: Some(person), subunit_name, ..blank };
    begin(shared, call, Work::Grant(vec![grant]))
}

/// `POST /permissions/authorizations/grants`
pub(crate) fn authorizations(shared: &Shared, call: &Call) -> Result<Reply, Refusal> {
    let request: EntityAuthorizationPermissionsGrantRequest = body::json(call)?;
    check_authorized("subjectIdentifier", &request.subject_identifier)?;
    if !request.permission.is_known() {
        return Err(unknown("permission", request.permission.as_str()));
    }
    checks::description("description", &request.description)?;
    length("subjectDetails.fullName", &request.subject_details.full_name, 5, 90)?;
    let caller = call.caller()?;
    // The guard let nobody in whose context has no NIP: managing permissions is no right of Peppol providers.
    let authorizing = caller.context.nip().ok_or(Refusal::Internal)?;
    let id = shared.world().references.uuid();
    let authorization = Authorization {
        id,
        scope: request.permission,
        authorizing,
        authorized: request.subject_identifier,
        author: caller.subject.clone(),
        description: request.description,
        full_name: request.subject_details.full_name,
        started_at: call.now,
    };
    begin(shared, call, Work::Authorize(Box::new(authorization)))
}

/// A grant by the caller that says nothing yet about where it works.
pub(super) fn blank(
    shared: &Shared,
    call: &Call,
    kind: GrantKind,
    scope: PersonalPermissionType,
    holder: Subject,
    description: String,
) -> Result<Grant, Refusal> {
    let caller = call.caller()?;
    Ok(Grant {
        id: shared.world().references.uuid(),
        kind,
        scope,
        can_delegate: false,
        holder,
        context: None,
        target: None,
        granted_in: caller.context.clone(),
        author: Some(caller.subject.clone()),
        description,
        person: None,
        entity: None,
        subunit_name: None,
        eu_entity: None,
        started_at: call.now,
    })
}

/// The permissions of a request: at least one, each known, each once.
pub(super) fn scopes<'a>(
    named: impl Iterator<Item = (&'a str, bool)>,
) -> Result<Vec<PersonalPermissionType>, Refusal> {
    let mut scopes = Vec::new();
    for (name, is_known) in named {
        if !is_known {
            return Err(unknown("permissions", name));
        }
        let scope = PersonalPermissionType::from(name);
        if scopes.contains(&scope) {
            return Err(Refusal::validation(format!("'permissions' contains '{name}' more than once.")));
        }
        scopes.push(scope);
    }
    if scopes.is_empty() { Err(missing("permissions")) } else { Ok(scopes) }
}

/// Where something works: a taxpayer or a unit.
pub(super) fn place(
    name: &str,
    identifier: &TypedIdentifier<PermissionContextType>,
) -> Result<ContextIdentifier, Refusal> {
    let kind = match &identifier.kind {
        PermissionContextType::Nip => ContextType::Nip,
        PermissionContextType::InternalId => ContextType::InternalId,
        PermissionContextType::Unknown(text) => return Err(unknown(&format!("{name}.type"), text)),
    };
    ContextIdentifier::new(kind, &identifier.value).map_err(|_| ill_shaped(&format!("{name}.value")))
}

/// Whose invoices something is about.
pub(super) fn target(
    name: &str,
    identifier: &OptionalIdentifier<PermissionTargetType>,
) -> Result<Target, Refusal> {
    let value_name = format!("{name}.value");
    let kind = match &identifier.kind {
        PermissionTargetType::AllPartners if identifier.value.as_deref().is_none_or(str::is_empty) => {
            return Ok(Target::AllPartners);
        }
        PermissionTargetType::AllPartners => {
            return Err(Refusal::validation(format!("'{value_name}' must be empty.")));
        }
        PermissionTargetType::Nip => ContextType::Nip,
        PermissionTargetType::InternalId => ContextType::InternalId,
        PermissionTargetType::Unknown(text) => return Err(unknown(&format!("{name}.type"), text)),
    };
    let value = identifier.value.as_deref().ok_or_else(|| missing(&value_name))?;
    ContextIdentifier::new(kind, value).map(Target::Context).map_err(|_| ill_shaped(&value_name))
}

/// An entity that is authorised.
pub(super) fn check_authorized(
    name: &str,
    identifier: &TypedIdentifier<AuthorizedEntityType>,
) -> Result<(), Refusal> {
    let value = identifier.value.as_str();
    let is_good = match &identifier.kind {
        AuthorizedEntityType::Nip => Nip::parse(value).is_ok(),
        AuthorizedEntityType::PeppolId => ContextIdentifier::new(ContextType::PeppolId, value).is_ok(),
        AuthorizedEntityType::Unknown(text) => return Err(unknown(&format!("{name}.type"), text)),
    };
    if is_good { Ok(()) } else { Err(ill_shaped(&format!("{name}.value"))) }
}

fn entity(identifier: &TypedIdentifier<NipIdentifierType>) -> Result<Subject, Refusal> {
    if !identifier.kind.is_known() {
        return Err(unknown("subjectIdentifier.type", identifier.kind.as_str()));
    }
    let nip = nip("subjectIdentifier.value", &identifier.value)?;
    Ok(Subject { kind: TokenAuthorType::Nip, value: nip.to_string() })
}

/// Whether the last digit of a unit's identifier is the right one: the others weigh 1 and 3 in turn, and the digit is the
/// remainder of their sum by 10 (OpenAPI, `POST /permissions/subunits/grants`).
fn has_check_digit(internal_id: &str) -> bool {
    let digits: Vec<u32> = internal_id.chars().filter_map(|character| character.to_digit(10)).collect();
    let Some((last, others)) = digits.split_last() else { return false };
    let sum: u32 = others.iter().zip([1, 3].iter().cycle()).map(|(digit, weight)| digit * weight).sum();
    *last == sum % 10
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_specifications_example_has_its_check_digit() {
        assert!(has_check_digit("6824515772-12343"));
        assert!(!has_check_digit("6824515772-12344"));
        assert!(!has_check_digit("7762811692-12345"), "the example of the request has a wrong one");
    }
}
