//! Test data: subjects, persons, permissions, consents, blocked contexts. Served in profile test only.

use crate::domain::test_data::{AlreadyExists, Person, TestSubject};
use crate::http::Shared;
use crate::http::body;
use crate::http::call::{Call, Reply};
use crate::http::errors::Refusal;
use crate::http::paging::cut;
use ksef_id::{ContextIdentifier, Nip};
use ksef_wire::codes::ExceptionCode;
use ksef_wire::{
    AttachmentPermissionGrantRequest, AttachmentPermissionRevokeRequest, ContextAuthenticationRequest,
    PersonCreateRequest, PersonRemoveRequest, SubjectCreateRequest, SubjectIdentifierType,
    SubjectRemoveRequest, TestDataContextIdentifierType, TestDataPermissionsGrantRequest,
    TestDataPermissionsRevokeRequest, TypedIdentifier,
};

/// `POST /testdata/subject`
pub(crate) fn create_subject(shared: &Shared, call: &Call) -> Result<Reply, Refusal> {
    let request: SubjectCreateRequest = body::json(call)?;
    check_description("description", &request.description)?;
    if !request.subject_type.is_known() {
        return Err(unknown("subjectType", request.subject_type.as_str()));
    }
    let subunits = request.subunits.unwrap_or_default();
    for unit in &subunits {
        check_description("subunits.description", &unit.description)?;
    }
    let subject = TestSubject {
        kind: request.subject_type,
        subunits: subunits.into_iter().map(|unit| unit.subject_nip).collect(),
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
    check_description("description", &request.description)?;
    if !is_pesel(&request.pesel) {
        return Err(Refusal::validation("'pesel' is not in the correct format."));
    }
    let PersonCreateRequest { nip, pesel, is_bailiff, is_deceased, .. } = request;
    let person = Person { pesel, is_bailiff, is_deceased };
    shared.world().test_data.add_person(nip, person).map_err(already_exists)?;
    Ok(Reply::empty())
}

/// `POST /testdata/person/remove`
pub(crate) fn remove_person(shared: &Shared, call: &Call) -> Result<Reply, Refusal> {
    let request: PersonRemoveRequest = body::json(call)?;
    shared.world().test_data.remove_person(request.nip);
    Ok(Reply::empty())
}

/// `POST /testdata/permissions`
pub(crate) fn grant(shared: &Shared, call: &Call) -> Result<Reply, Refusal> {
    let request: TestDataPermissionsGrantRequest = body::json(call)?;
    let context = context_nip(&request.context_identifier)?;
    let authorized = &request.authorized_identifier;
    check_authorized(authorized)?;
    if request.permissions.is_empty() {
        return Err(Refusal::validation("'permissions' must not be empty."));
    }
    for permission in &request.permissions {
        check_description("permissions.description", &permission.description)?;
        if !permission.permission_type.is_known() {
            return Err(unknown("permissions.permissionType", permission.permission_type.as_str()));
        }
    }
    let names = request.permissions.iter().map(|permission| permission.permission_type.to_string()).collect();
    shared.world().test_data.grant(context, &authorized.kind, &authorized.value, names);
    Ok(Reply::empty())
}

/// `POST /testdata/permissions/revoke`
pub(crate) fn revoke(shared: &Shared, call: &Call) -> Result<Reply, Refusal> {
    let request: TestDataPermissionsRevokeRequest = body::json(call)?;
    let context = context_nip(&request.context_identifier)?;
    let authorized = &request.authorized_identifier;
    check_authorized(authorized)?;
    shared.world().test_data.revoke(context, &authorized.kind, &authorized.value);
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
    shared.world().test_data.end_attachments(request.nip, request.expected_end_date);
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

fn context_nip(identifier: &TypedIdentifier<TestDataContextIdentifierType>) -> Result<Nip, Refusal> {
    if !identifier.kind.is_known() {
        return Err(unknown("contextIdentifier.type", identifier.kind.as_str()));
    }
    Nip::parse(&identifier.value)
        .map_err(|_| Refusal::validation("'contextIdentifier.value' is not in the correct format."))
}

fn check_authorized(identifier: &TypedIdentifier<SubjectIdentifierType>) -> Result<(), Refusal> {
    let value = identifier.value.as_str();
    let is_good = match &identifier.kind {
        SubjectIdentifierType::Nip => Nip::parse(value).is_ok(),
        SubjectIdentifierType::Pesel => is_pesel(value),
        SubjectIdentifierType::Fingerprint => {
            value.len() == 64 && value.bytes().all(|byte| byte.is_ascii_hexdigit())
        }
        SubjectIdentifierType::Unknown(text) => return Err(unknown("authorizedIdentifier.type", text)),
    };
    if is_good {
        return Ok(());
    }
    Err(Refusal::validation("'authorizedIdentifier.value' is not in the correct format."))
}

fn check_description(name: &str, text: &str) -> Result<(), Refusal> {
    let length = text.chars().count();
    if (5..=256).contains(&length) {
        return Ok(());
    }
    let sentence = format!("'{name}' must be between 5 and 256 characters. You entered {length} characters.");
    Err(Refusal::validation(sentence))
}

/// The pattern of the API: eleven digits with a month of some century; the check digit is not looked at on TEST.
fn is_pesel(text: &str) -> bool {
    let is_month = |month: &str| month.parse().is_ok_and(|month: u8| (1..=12).contains(&(month % 20)));
    text.len() == 11 && text.bytes().all(|byte| byte.is_ascii_digit()) && text.get(2..4).is_some_and(is_month)
}

fn unknown(name: &str, value: &str) -> Refusal {
    Refusal::validation(format!("'{name}' has a range of values which does not include '{}'.", cut(value)))
}

fn already_exists(_: AlreadyExists) -> Refusal {
    Refusal::code(ExceptionCode::ALREADY_EXISTS, None)
}
