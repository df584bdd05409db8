//! The grants about EU entities: to their administrators, and by these to representatives.

use super::super::checks::{self, ill_shaped, length, unknown};
use super::begin;
use super::grants::{blank, scopes};
use super::subjects::{self, EuSubject};
use crate::domain::logins::Subject;
use crate::domain::permissions::{EuEntity, Grant, GrantKind, Work, eu_number};
use crate::http::Shared;
use crate::http::body;
use crate::http::call::{Call, Reply};
use crate::http::errors::Refusal;
use ksef_id::{ContextIdentifier, ContextType};
use ksef_wire::{
    EuEntityAdministrationPermissionsGrantRequest, EuEntityDetails, EuEntityPermissionsGrantRequest,
    FingerprintIdentifierType, PersonalPermissionType, TokenAuthorType, TypedIdentifier,
};

/// `POST /permissions/eu-entities/administration/grants`
pub(crate) fn administration(shared: &Shared, call: &Call) -> Result<Reply, Refusal> {
    let request: EuEntityAdministrationPermissionsGrantRequest = body::json(call)?;
    let holder = by_fingerprint(&request.subject_identifier)?;
    let identifier = &request.context_identifier;
    if !identifier.kind.is_known() {
        return Err(unknown("contextIdentifier.type", identifier.kind.as_str()));
    }
    let context = ContextIdentifier::new(ContextType::NipVatUe, &identifier.value)
        .map_err(|_| ill_shaped("contextIdentifier.value"))?;
    checks::description("description", &request.description)?;
    length("euEntityName", &request.eu_entity_name, 5, 256)?;
    let EuEntityDetails { full_name, address } = &request.eu_entity_details;
    length("euEntityDetails.fullName", full_name, 0, 100)?;
    length("euEntityDetails.address", address, 0, 512)?;
    let subject = subjects::eu_subject(request.subject_details)?;
    let eu_entity = EuEntity {
        vat_number: eu_number(&context).unwrap_or_default().to_owned(),
        name: request.eu_entity_name,
        details: request.eu_entity_details,
    };
    let grants = ADMINISTRATORS.into_iter().map(|scope| {
        let description = request.description.clone();
        let blank = blank(shared, call, GrantKind::EuAdministrator, scope, holder.clone(), description)?;
        Ok(described(blank, &context, &subject, Some(&eu_entity)))
    });
    begin(shared, call, Work::Grant(grants.collect::<Result<_, Refusal>>()?))
}

/// `POST /permissions/eu-entities/grants`
pub(crate) fn representatives(shared: &Shared, call: &Call) -> Result<Reply, Refusal> {
    let request: EuEntityPermissionsGrantRequest = body::json(call)?;
    let holder = by_fingerprint(&request.subject_identifier)?;
    let scopes =
        scopes(request.permissions.iter().map(|permission| (permission.as_str(), permission.is_known())))?;
    checks::description("description", &request.description)?;
    let subject = subjects::eu_subject(request.subject_details)?;
    let context = call.caller()?.context.clone();
    // The entity was described when its administrator was made.
    let eu_entity = shared
        .world()
        .permissions
        .grants()
        .find(|grant| grant.kind == GrantKind::EuAdministrator && grant.context.as_ref() == Some(&context))
        .and_then(|grant| grant.eu_entity.clone());
    let grants = scopes.into_iter().map(|scope| {
        let description = request.description.clone();
        let blank = blank(shared, call, GrantKind::EuRepresentative, scope, holder.clone(), description)?;
        Ok(described(blank, &context, &subject, eu_entity.as_ref()))
    });
    begin(shared, call, Work::Grant(grants.collect::<Result<_, Refusal>>()?))
}

fn described(
    blank: Grant,
    context: &ContextIdentifier,
    subject: &EuSubject,
    eu_entity: Option<&EuEntity>,
) -> Grant {
    let (person, entity) = match subject {
        EuSubject::Person(person) => (Some(person.clone()), None),
        EuSubject::Entity(entity) => (None, Some(entity.clone())),
    };
    Grant { context: Some(context.clone()), person, entity, eu_entity: eu_entity.cloned(), ..blank }
}

fn by_fingerprint(identifier: &TypedIdentifier<FingerprintIdentifierType>) -> Result<Subject, Refusal> {
    if !identifier.kind.is_known() {
        return Err(unknown("subjectIdentifier.type", identifier.kind.as_str()));
    }
    if !checks::is_fingerprint(&identifier.value) {
        return Err(ill_shaped("subjectIdentifier.value"));
    }
    Ok(Subject { kind: TokenAuthorType::Fingerprint, value: identifier.value.to_ascii_uppercase() })
}

/// "Metoda automatycznie nadaje wszystkie powyższe uprawnienia."
const ADMINISTRATORS: [PersonalPermissionType; 4] = [
    PersonalPermissionType::VatUeManage,
    PersonalPermissionType::InvoiceWrite,
    PersonalPermissionType::InvoiceRead,
    PersonalPermissionType::Introspection,
];
