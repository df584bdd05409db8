//! The seven ways to grant.

use std::process::ExitCode;

use ksef_wire::{
    AuthorizedEntityType, EntityAuthorizationPermissionType, EntityAuthorizationPermissionsGrantRequest,
    EntityDetails, EntityPermission, EntityPermissionType, EntityPermissionsGrantRequest,
    EuEntityAdministrationPermissionsGrantRequest, EuEntityDetails, EuEntityPermissionType,
    EuEntityPermissionsGrantRequest, FingerprintIdentifierType, IndirectPermissionsGrantRequest,
    NipIdentifierType, NipVatUeIdentifierType, OptionalIdentifier, PermissionContextType,
    PermissionTargetType, PersonPermissionType, PersonPermissionsGrantRequest,
    SubunitPermissionsGrantRequest, TypedIdentifier,
};

use super::Desk;
use super::subjects::{eu_details, permissions, person, person_details, typed};
use crate::cli::{
    Grant, GrantAuthorization, GrantBase, GrantEntity, GrantEuAdmin, GrantEuRepresentative, GrantIndirect,
    GrantPerson, GrantSubunit,
};
use crate::failure::Failure;

pub(super) async fn grant(desk: &Desk<'_>, grant: &Grant) -> Result<ExitCode, Failure> {
    match grant {
        Grant::Person(arguments) => to_person(desk, arguments).await,
        Grant::Entity(arguments) => to_entity(desk, arguments).await,
        Grant::Authorization(arguments) => authorization(desk, arguments).await,
        Grant::Indirect(arguments) => indirect(desk, arguments).await,
        Grant::Subunit(arguments) => subunit(desk, arguments).await,
        Grant::EuAdmin(arguments) => eu_admin(desk, arguments).await,
        Grant::EuRepresentative(arguments) => eu_representative(desk, arguments).await,
    }
}

async fn to_person(desk: &Desk<'_>, arguments: &GrantPerson) -> Result<ExitCode, Failure> {
    let subject_identifier = person(&arguments.grantee)?;
    let request = PersonPermissionsGrantRequest {
        subject_details: person_details(&arguments.grantee, &subject_identifier)?,
        subject_identifier,
        permissions: permissions(&arguments.permissions, PersonPermissionType::NAMES)?,
        description: description(&arguments.base)?,
    };
    let access = desk.access(&arguments.base.company).await?;
    let asked = access.grant_person_permissions(&request).await;
    desk.finish(&access, asked, !arguments.base.no_wait).await
}

async fn to_entity(desk: &Desk<'_>, arguments: &GrantEntity) -> Result<ExitCode, Failure> {
    let kinds: Vec<EntityPermissionType> = permissions(&arguments.permissions, EntityPermissionType::NAMES)?;
    let can_delegate = arguments.delegate;
    let request = EntityPermissionsGrantRequest {
        subject_identifier: TypedIdentifier { kind: NipIdentifierType::Nip, value: arguments.to.to_string() },
        permissions: kinds.into_iter().map(|kind| EntityPermission { kind, can_delegate }).collect(),
        description: description(&arguments.base)?,
        subject_details: EntityDetails { full_name: arguments.name.clone() },
    };
    let access = desk.access(&arguments.base.company).await?;
    let asked = access.grant_entity_permissions(&request).await;
    desk.finish(&access, asked, !arguments.base.no_wait).await
}

async fn authorization(desk: &Desk<'_>, arguments: &GrantAuthorization) -> Result<ExitCode, Failure> {
    let names = std::slice::from_ref(&arguments.permission);
    let permission: Vec<EntityAuthorizationPermissionType> =
        permissions(names, EntityAuthorizationPermissionType::NAMES)?;
    let [permission] = &permission[..] else { unreachable!("one name is one permission") };
    let request = EntityAuthorizationPermissionsGrantRequest {
        subject_identifier: typed::<AuthorizedEntityType>(&arguments.to, &["Nip", "PeppolId"])?,
        permission: permission.clone(),
        description: description(&arguments.base)?,
        subject_details: EntityDetails { full_name: arguments.name.clone() },
    };
    let access = desk.access(&arguments.base.company).await?;
    let asked = access.grant_authorization(&request).await;
    desk.finish(&access, asked, !arguments.base.no_wait).await
}

async fn indirect(desk: &Desk<'_>, arguments: &GrantIndirect) -> Result<ExitCode, Failure> {
    let subject_identifier = person(&arguments.grantee)?;
    let target_identifier = match &arguments.client {
        Some(client) => typed::<PermissionTargetType>(client, &["Nip", "InternalId"])?.into(),
        None => OptionalIdentifier::bare(PermissionTargetType::AllPartners),
    };
    let request = IndirectPermissionsGrantRequest {
        subject_details: person_details(&arguments.grantee, &subject_identifier)?,
        subject_identifier,
        target_identifier: Some(target_identifier),
        permissions: permissions(&arguments.permissions, EntityPermissionType::NAMES)?,
        description: description(&arguments.base)?,
    };
    let access = desk.access(&arguments.base.company).await?;
    let asked = access.grant_indirect_permissions(&request).await;
    desk.finish(&access, asked, !arguments.base.no_wait).await
}

async fn subunit(desk: &Desk<'_>, arguments: &GrantSubunit) -> Result<ExitCode, Failure> {
    let subject_identifier = person(&arguments.grantee)?;
    let context_identifier = typed::<PermissionContextType>(&arguments.unit, &["Nip", "InternalId"])?;
    if context_identifier.kind == PermissionContextType::InternalId && arguments.unit_name.is_none() {
        return Err(Failure::new("jednostka wymaga nazwy: --unit-name", "a unit takes a name: --unit-name"));
    }
    let request = SubunitPermissionsGrantRequest {
        subject_details: person_details(&arguments.grantee, &subject_identifier)?,
        subject_identifier,
        context_identifier,
        description: description(&arguments.base)?,
        subunit_name: arguments.unit_name.clone(),
    };
    let access = desk.access(&arguments.base.company).await?;
    let asked = access.grant_subunit_permissions(&request).await;
    desk.finish(&access, asked, !arguments.base.no_wait).await
}

async fn eu_admin(desk: &Desk<'_>, arguments: &GrantEuAdmin) -> Result<ExitCode, Failure> {
    let request = EuEntityAdministrationPermissionsGrantRequest {
        subject_identifier: typed::<FingerprintIdentifierType>(&arguments.grantee.to, &["Fingerprint"])?,
        context_identifier: TypedIdentifier {
            kind: NipVatUeIdentifierType::NipVatUe,
            value: arguments.eu_entity.clone(),
        },
        description: description(&arguments.base)?,
        eu_entity_name: arguments.eu_entity_name.clone(),
        subject_details: eu_details(&arguments.grantee)?,
        eu_entity_details: EuEntityDetails {
            full_name: arguments.eu_entity_name.clone(),
            address: arguments.eu_entity_address.clone(),
        },
    };
    let access = desk.access(&arguments.base.company).await?;
    let asked = access.grant_eu_entity_administration(&request).await;
    desk.finish(&access, asked, !arguments.base.no_wait).await
}

async fn eu_representative(desk: &Desk<'_>, arguments: &GrantEuRepresentative) -> Result<ExitCode, Failure> {
    let request = EuEntityPermissionsGrantRequest {
        subject_identifier: typed::<FingerprintIdentifierType>(&arguments.grantee.to, &["Fingerprint"])?,
        permissions: permissions(&arguments.permissions, EuEntityPermissionType::NAMES)?,
        description: description(&arguments.base)?,
        subject_details: eu_details(&arguments.grantee)?,
    };
    let access = desk.access(&arguments.base.company).await?;
    let asked = access.grant_eu_entity_permissions(&request).await;
    desk.finish(&access, asked, !arguments.base.no_wait).await
}

/// 5 to 256 characters, as the specification asks.
fn description(base: &GrantBase) -> Result<String, Failure> {
    if (5..=256).contains(&base.description.chars().count()) {
        return Ok(base.description.clone());
    }
    Err(Failure::new(
        "--description ma mieć od 5 do 256 znaków",
        "--description must have 5 to 256 characters",
    ))
}
