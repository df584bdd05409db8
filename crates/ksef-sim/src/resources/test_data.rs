//! Test data: subjects, persons, permissions, consents, blocked contexts. Served in profile test only.

use super::checks::{self, unknown};
use crate::domain::logins::Subject;
use crate::domain::permissions::{Grant, GrantKind};
use crate::domain::test_data::{AlreadyExists, Person, TestSubject, Unit};
use crate::http::Shared;
use crate::http::body;
use crate::http::call::{Call, Reply};
use crate::http::errors::Refusal;
use ksef_id::ContextIdentifier;
use ksef_wire::codes::ExceptionCode;
use ksef_wire::{
    AttachmentPermissionGrantRequest, AttachmentPermissionRevokeRequest, ContextAuthenticationRequest,
    PersonCreateRequest, PersonRemoveRequest, PersonalPermissionType, SubjectCreateRequest,
    SubjectRemoveRequest, TestDataContextIdentifierType, TestDataPermission, TestDataPermissionsGrantRequest,
    TestDataPermissionsRevokeRequest, TokenAuthorType, TypedIdentifier,
};

/// `POST /testdata/subject`
pub(crate) fn create_subject(shared: &Shared, call: &Call) -> Result<Reply, Refusal> {
    let request: SubjectCreateRequest = body::json(call)?;
    checks::description("description", &request.description)?;
    if !request.subject_type.is_known() {
        return Err(unknown("subjectType", request.subject_type.as_str()));
    }
    let subunits = request.subunits.unwrap_or_default();
    for unit in &subunits {
        checks::description("subunits.description", &unit.description)?;
    }
    let subject = TestSubject {
        kind: request.subject_type,
        description: request.description,
        since: request.created_date.map_or(call.now, |date| date.0),
        subunits: subunits
            .into_iter()
            .map(|unit| Unit { nip: unit.subject_nip, description: unit.description })
            .collect(),
    };
    shared.world().test_data.add_subject(request.subject_nip, subject).map_err(already_exists)?;
    Ok(Reply::empty())
}

/// `POST /testdata/subject/remove`
pub(crate) fn remove_subject(shared: &Shared, call: &Call) -> Result<Reply, Refusal> {
    let request: SubjectRemoveRequest = body::json(call)?;
    shared.world().test_data.remove_subject(request.subject_nip);
    Ok(Reply::empty())
}

/// `POST /testdata/person`
pub(crate) fn create_person(shared: &Shared, call: &Call) -> Result<Reply, Refusal> {
    let request: PersonCreateRequest = body::json(call)?;
    checks::description("description", &request.description)?;
    if !checks::is_pesel(&request.pesel) {
        return Err(Refusal::validation("'pesel' is not in the correct format."));
    }
    let PersonCreateRequest { nip, pesel, is_bailiff, is_deceased, description, created_date } = request;
    let since = created_date.map_or(call.now, |date| date.0);
    let person = Person { pesel, is_bailiff, is_deceased, description, since };
    shared.world().test_data.add_person(nip, person).map_err(already_exists)?;
    Ok(Reply::empty())
}

/// `POST /testdata/person/remove`
pub(crate) fn remove_person(shared: &Shared, call: &Call) -> Result<Reply, Refusal> {
    let request: PersonRemoveRequest = body::json(call)?;
    let mut world = shared.world();
    if let Some(pesel) = world.test_data.remove_person(request.nip) {
        let person = Subject { kind: TokenAuthorType::Pesel, value: pesel };
        world.permissions.remove_if(&person, |_| true);
    }
    Ok(Reply::empty())
}

/// `POST /testdata/permissions`
pub(crate) fn grant(shared: &Shared, call: &Call) -> Result<Reply, Refusal> {
    let request: TestDataPermissionsGrantRequest = body::json(call)?;
    let context = context_nip(&request.context_identifier)?;
    let authorized = &request.authorized_identifier;
    let holder = checks::subject("authorizedIdentifier", authorized)?;
    if request.permissions.is_empty() {
        return Err(Refusal::validation("'permissions' must not be empty."));
    }
    for permission in &request.permissions {
        checks::description("permissions.description", &permission.description)?;
        if !permission.permission_type.is_known() {
            return Err(unknown("permissions.permissionType", permission.permission_type.as_str()));
        }
    }
    let mut world = shared.world();
    for TestDataPermission { description, permission_type } in request.permissions {
        let id = world.references.uuid();
        world.permissions.add(Grant {
            id,
            kind: GrantKind::Person,
            scope: PersonalPermissionType::from(permission_type.as_str()),
            can_delegate: false,
            holder: holder.clone(),
            context: Some(context.clone()),
            target: None,
            granted_in: context.clone(),
            author: None,
            description,
            person: None,
            entity: None,
            subunit_name: None,
            eu_entity: None,
            started_at: call.now,
        });
    }
    Ok(Reply::empty())
}

/// `POST /testdata/permissions/revoke`
pub(crate) fn revoke(shared: &Shared, call: &Call) -> Result<Reply, Refusal> {
    let request: TestDataPermissionsRevokeRequest = body::json(call)?;
    let context = context_nip(&request.context_identifier)?;
    let authorized = &request.authorized_identifier;
    let holder = checks::subject("authorizedIdentifier", authorized)?;
    shared.world().permissions.remove_if(&holder, |grant| grant.context.as_ref() == Some(&context));
    Ok(Reply::empty())
}

/// `POST /testdata/attachment`
pub(crate) fn allow_attachments(shared: &Shared, call: &Call) -> Result<Reply, Refusal> {
    let request: AttachmentPermissionGrantRequest = body::json(call)?;
    shared.world().test_data.allow_attachments(request.nip);
    Ok(Reply::empty())
}

/// `POST /testdata/attachment/revoke`
pub(crate) fn end_attachments(shared: &Shared, call: &Call) -> Result<Reply, Refusal> {
    let request: AttachmentPermissionRevokeRequest = body::json(call)?;
    shared.world().test_data.end_attachments(request.nip, request.expected_end_date, call.now);
    Ok(Reply::empty())
}

/// `POST /testdata/context/block`
pub(crate) fn block(shared: &Shared, call: &Call) -> Result<Reply, Refusal> {
    set_blocked(shared, call, true)
}

/// `POST /testdata/context/unblock`
pub(crate) fn unblock(shared: &Shared, call: &Call) -> Result<Reply, Refusal> {
    set_blocked(shared, call, false)
}

fn set_blocked(shared: &Shared, call: &Call, is_blocked: bool) -> Result<Reply, Refusal> {
    let request: ContextAuthenticationRequest = body::json(call)?;
    let identifier = request
        .context_identifier
        .ok_or_else(|| Refusal::validation("'contextIdentifier' must not be empty."))?;
    let context: ContextIdentifier = identifier
        .to_context()
        .map_err(|_| Refusal::validation("'contextIdentifier.value' is not in the correct format."))?;
    shared.world().test_data.set_blocked(context, is_blocked);
    Ok(Reply::empty())
}

fn context_nip(
    identifier: &TypedIdentifier<TestDataContextIdentifierType>,
) -> Result<ContextIdentifier, Refusal> {
    if !identifier.kind.is_known() {
        return Err(unknown("contextIdentifier.type", identifier.kind.as_str()));
    }
    checks::nip("contextIdentifier.value", &identifier.value).map(ContextIdentifier::of_nip)
}

fn already_exists(_: AlreadyExists) -> Refusal {
    Refusal::code(ExceptionCode::ALREADY_EXISTS, None)
}
