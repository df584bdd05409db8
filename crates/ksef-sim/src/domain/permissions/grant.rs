//! What a permission is.

use super::super::logins::Subject;
use jiff::Timestamp;
use ksef_id::{ContextIdentifier, Nip};
use ksef_wire::{
    AuthorizedEntityType, EntityAuthorizationPermissionType, EuEntityDetails,
    PermissionsSubjectEntityDetails, PermissionsSubjectPersonDetails, PersonalPermissionType,
    TypedIdentifier,
};
use serde::{Deserialize, Serialize};

/// In which of the ways a permission was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum GrantKind {
    /// To a person, to work in the context.
    Person,
    /// To an entity, to handle the context's invoices.
    Entity,
    /// By an entity that may pass a client's permission on.
    Indirect,
    /// To the administrator of a unit or a subordinate entity.
    Subunit,
    /// To the administrator of an EU entity.
    EuAdministrator,
    /// To a representative of an EU entity.
    EuRepresentative,
}

/// Whose invoices a permission that was passed on is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Target {
    /// All who allow it.
    AllPartners,
    /// This one.
    Context(ContextIdentifier),
}

/// A permission of a subject.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Grant {
    /// UUID, 36 characters.
    pub(crate) id: String,
    pub(crate) kind: GrantKind,
    pub(crate) scope: PersonalPermissionType,
    /// Only an entity's may be passed on.
    pub(crate) can_delegate: bool,
    pub(crate) holder: Subject,
    /// Where it works; `None` when it was passed on, see `target`.
    pub(crate) context: Option<ContextIdentifier>,
    /// Given when it was passed on.
    pub(crate) target: Option<Target>,
    /// In which context it was given: there it is listed and revoked.
    pub(crate) granted_in: ContextIdentifier,
    /// Who gave it; `None` is KSeF itself (ZAW-FA, test data).
    pub(crate) author: Option<Subject>,
    pub(crate) description: String,
    pub(crate) person: Option<PermissionsSubjectPersonDetails>,
    pub(crate) entity: Option<PermissionsSubjectEntityDetails>,
    /// Name of the unit, for its administrator.
    pub(crate) subunit_name: Option<String>,
    /// Given for the two EU kinds.
    pub(crate) eu_entity: Option<EuEntity>,
    pub(crate) started_at: Timestamp,
}

impl Grant {
    /// Whether another grant says the same.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        self.kind == other.kind
            && self.scope == other.scope
            && self.holder == other.holder
            && self.context == other.context
            && self.target == other.target
            && self.granted_in == other.granted_in
    }
}

/// An EU entity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EuEntity {
    /// Its VAT number with the country's letters.
    pub(crate) vat_number: String,
    pub(crate) name: String,
    pub(crate) details: EuEntityDetails,
}

/// A permission of one entity to act in its own context for another.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Authorization {
    /// UUID, 36 characters.
    pub(crate) id: String,
    pub(crate) scope: EntityAuthorizationPermissionType,
    /// For whom.
    pub(crate) authorizing: Nip,
    /// Who may.
    pub(crate) authorized: TypedIdentifier<AuthorizedEntityType>,
    pub(crate) author: Subject,
    pub(crate) description: String,
    pub(crate) full_name: String,
    pub(crate) started_at: Timestamp,
}
