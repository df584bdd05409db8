//! How grants are listed: order, pages, identifiers of answers, common filters.

use super::super::checks::{self, missing, unknown};
use crate::domain::logins::Subject;
use crate::domain::permissions::{Grant, Permissions, Target};
use crate::http::call::Call;
use crate::http::errors::Refusal;
use crate::http::paging;
use ksef_id::{ContextIdentifier, ContextType};
use ksef_wire::{
    OptionalIdentifier, PermissionAuthorType, PermissionContextType, PermissionState, PermissionTargetType,
    SubjectIdentifierType, TokenAuthorType, TypedIdentifier,
};

/// Cuts the page that the request asks for out of a list.
pub(super) fn page<T>(call: &Call, items: Vec<T>) -> Result<(Vec<T>, bool), Refusal> {
    let offset = paging::number(call, "pageOffset", 0, 0, i32::MAX as usize)?;
    let size = paging::number(call, "pageSize", SIZE_MIN, SIZE_MIN, SIZE_MAX)?;
    let start = offset.saturating_mul(size);
    let has_more = items.len() > start.saturating_add(size);
    Ok((items.into_iter().skip(start).take(size).collect(), has_more))
}

/// `startDate` descending, then `id` ascending; what comes is in the order of identifiers.
pub(super) fn newest_first(grants: &mut [&Grant]) {
    grants.sort_by_key(|grant| std::cmp::Reverse(grant.started_at));
}

pub(super) fn subject(subject: &Subject) -> TypedIdentifier<SubjectIdentifierType> {
    TypedIdentifier { kind: SubjectIdentifierType::from(subject.kind.as_str()), value: subject.value.clone() }
}

pub(super) fn author(author: Option<&Subject>) -> OptionalIdentifier<PermissionAuthorType> {
    match author {
        None => OptionalIdentifier::bare(PermissionAuthorType::System),
        Some(author) => OptionalIdentifier {
            kind: PermissionAuthorType::from(author.kind.as_str()),
            value: Some(author.value.clone()),
        },
    }
}

/// A taxpayer or a unit; other contexts have no such form.
pub(super) fn place(context: &ContextIdentifier) -> Option<TypedIdentifier<PermissionContextType>> {
    let kind = match context.kind() {
        ContextType::Nip => PermissionContextType::Nip,
        ContextType::InternalId => PermissionContextType::InternalId,
        ContextType::NipVatUe | ContextType::PeppolId => return None,
    };
    Some(TypedIdentifier { kind, value: context.value().to_owned() })
}

pub(super) fn target(target: &Target) -> OptionalIdentifier<PermissionTargetType> {
    match target {
        Target::AllPartners => OptionalIdentifier::bare(PermissionTargetType::AllPartners),
        Target::Context(context) => OptionalIdentifier {
            kind: PermissionTargetType::from(context.kind().name()),
            value: Some(context.value().to_owned()),
        },
    }
}

pub(super) fn state(permissions: &Permissions, grant: &Grant) -> PermissionState {
    if permissions.is_active(grant) { PermissionState::Active } else { PermissionState::Inactive }
}

/// The filters that the two lists of persons' permissions share, after their checks.
pub(super) struct Filters {
    pub(super) context: Option<ContextIdentifier>,
    pub(super) target: Option<Target>,
    /// Names of permissions; none is no filter.
    pub(super) types: Vec<String>,
    pub(super) state: Option<PermissionState>,
}

impl Filters {
    pub(super) fn check(
        context: Option<&TypedIdentifier<PermissionContextType>>,
        target: Option<&OptionalIdentifier<PermissionTargetType>>,
        types: &[(&str, bool)],
        state: Option<PermissionState>,
    ) -> Result<Self, Refusal> {
        if let Some(PermissionState::Unknown(text)) = &state {
            return Err(unknown("permissionState", text));
        }
        Ok(Self {
            context: context.map(|context| super::grants::place("contextIdentifier", context)).transpose()?,
            target: target.map(|target| super::grants::target("targetIdentifier", target)).transpose()?,
            types: check_types(types)?,
            state,
        })
    }

    /// Whether a grant fits. One that was given directly is about the context that it works in: the official clients' tests
    /// find it by `targetIdentifier` too. One that was passed on lies in the context of who passed it on.
    pub(super) fn fits(&self, permissions: &Permissions, grant: &Grant) -> bool {
        let place = grant.context.as_ref().unwrap_or(&grant.granted_in);
        let is_about = |wanted: &Target| match (&grant.target, wanted) {
            (Some(target), wanted) => target == wanted,
            (None, Target::Context(wanted)) => place == wanted,
            (None, Target::AllPartners) => false,
        };
        self.context.as_ref().is_none_or(|wanted| place == wanted)
            && self.target.as_ref().is_none_or(is_about)
            && is_one_of(&self.types, grant.scope.as_str())
            && self.state.as_ref().is_none_or(|wanted| state(permissions, grant) == *wanted)
    }
}

/// Names of permissions, each known.
pub(super) fn check_types(types: &[(&str, bool)]) -> Result<Vec<String>, Refusal> {
    match types.iter().find(|(_, is_known)| !is_known) {
        Some((name, _)) => Err(unknown("permissionTypes", name)),
        None => Ok(types.iter().map(|(name, _)| (*name).to_owned()).collect()),
    }
}

/// An empty list of wanted values is no filter.
pub(super) fn is_one_of(wanted: &[String], name: &str) -> bool {
    wanted.is_empty() || wanted.iter().any(|wanted| wanted == name)
}

/// Who gave something; the inner `None` is KSeF itself.
pub(super) fn check_author(
    identifier: &OptionalIdentifier<PermissionAuthorType>,
) -> Result<Option<Subject>, Refusal> {
    let kind = match &identifier.kind {
        PermissionAuthorType::System => return Ok(None),
        PermissionAuthorType::Unknown(text) => return Err(unknown("authorIdentifier.type", text)),
        kind => SubjectIdentifierType::from(kind.as_str()),
    };
    let value = identifier.value.clone().ok_or_else(|| missing("authorIdentifier.value"))?;
    checks::subject("authorIdentifier", &TypedIdentifier { kind, value }).map(Some)
}

/// Whether somebody is an entity known by this NIP.
pub(super) fn is_nip(subject: &Subject, nip: &str) -> bool {
    subject.kind == TokenAuthorType::Nip && subject.value == nip
}

const SIZE_MIN: usize = 10;
const SIZE_MAX: usize = 100;
