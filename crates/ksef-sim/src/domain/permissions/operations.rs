//! Grants and revocations: accepted at once, decided later, and told by a status.
//!
//! Whether a caller may ask is decided from the token (`http/guard.rs`), since a token keeps its rights until it ends
//! (guide, `uwierzytelnianie.md`); whether the operation is done is decided here, from the graph as it then is.

use super::super::World;
use super::super::logins::{Rights, Subject};
use super::super::progress::Progress;
use super::rights::ENFORCEMENT;
use super::{Authorization, Grant, GrantKind, Target, rights};
use jiff::{SignedDuration, Timestamp};
use ksef_id::{ContextIdentifier, ContextType, Nip, ReferenceKind, ReferenceNumber};
use ksef_wire::codes::PermissionOperationStatusCode;
use ksef_wire::{
    AuthorizedEntityType, EntityAuthorizationPermissionType, EntityRoleType, StatusInfo, TokenAuthorType,
};
use serde::{Deserialize, Serialize};

/// What an operation does. Grants have no date yet: they begin when they are done.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Work {
    /// Gives these, all or none.
    Grant(Vec<Grant>),
    /// Gives this.
    Authorize(Box<Authorization>),
    /// Takes a grant away.
    Revoke(String),
    /// Takes an authorisation away.
    RevokeAuthorization(String),
}

/// An operation.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PermissionOperation {
    pub(crate) context: ContextIdentifier,
    subject: Subject,
    /// What the caller's token allowed.
    rights: Rights,
    pub(crate) accepted_at: Timestamp,
    /// When it is decided.
    due_at: Timestamp,
    /// Given until it is decided.
    work: Option<Work>,
    /// Its end, when that was settled beforehand.
    forced: Option<PermissionOperationStatusCode>,
    code: PermissionOperationStatusCode,
    progress: Progress,
}

/// Who asks for an operation, and where.
pub(crate) struct Asker<'a> {
    pub(crate) context: &'a ContextIdentifier,
    pub(crate) subject: &'a Subject,
    /// What the caller's token allowed.
    pub(crate) rights: &'a Rights,
}

/// What goes wrong with operations.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Disturbance {
    /// How long they stay at 100 (field notes A10: for a day).
    pub(crate) delay: SignedDuration,
    /// How they end instead: 400, 500, 550.
    pub(crate) outcome: Option<PermissionOperationStatusCode>,
}

impl PermissionOperation {
    /// The status to be shown now.
    pub(crate) fn status(&mut self, now: Timestamp) -> StatusInfo {
        let is_decided = self.work.is_none() && self.progress.look(now);
        let code = if is_decided { self.code } else { PermissionOperationStatusCode::ACCEPTED };
        let details =
            (code == PermissionOperationStatusCode::CANCELLED_BY_SYSTEM).then(|| vec![CANCELLED.to_owned()]);
        StatusInfo { code: code.0, description: code.description().unwrap_or_default().to_owned(), details }
    }

    /// Whether it has not been decided yet.
    pub(super) fn is_pending(&self) -> bool {
        self.work.is_some()
    }

    /// Whether it is no longer told about.
    pub(crate) fn is_gone(&self, now: Timestamp) -> bool {
        now.duration_since(self.accepted_at) >= KEPT_FOR
    }
}

impl World {
    /// Accepts an operation; without a delay or a disturbance it is decided at once.
    pub(crate) fn begin_permission_operation(
        &mut self,
        asker: &Asker<'_>,
        work: Work,
        fault_delay: SignedDuration,
        fault_end: Option<PermissionOperationStatusCode>,
        now: Timestamp,
    ) -> ReferenceNumber {
        let Asker { context, subject, rights } = asker;
        let reference = self.references.reference(ReferenceKind::Permission, now);
        let permissions = &mut self.permissions;
        if permissions.operations.len() >= OPERATIONS_MAX
            && let Some((oldest, _)) = permissions.operations.take_first()
        {
            permissions.pending.retain(|pending| *pending != oldest);
        }
        let Disturbance { delay, outcome } = (*permissions.disturbance).clone();
        permissions.pending.push(reference.clone());
        permissions.operations.insert(
            reference.clone(),
            PermissionOperation {
                context: (*context).clone(),
                subject: (*subject).clone(),
                rights: (*rights).clone(),
                accepted_at: now,
                due_at: now.checked_add(delay.max(fault_delay)).unwrap_or(now),
                work: Some(work),
                forced: fault_end.or(outcome),
                code: PermissionOperationStatusCode::ACCEPTED,
                progress: Progress::begin(now),
            },
        );
        self.settle_permissions(now);
        reference
    }

    /// Decides the operations whose time has come, in the order of acceptance.
    pub(crate) fn settle_permissions(&mut self, now: Timestamp) {
        if self.permissions.pending.is_empty() {
            return;
        }
        for reference in std::mem::take(&mut self.permissions.pending) {
            let Some(operation) = self.permissions.operations.get_mut(&reference) else { continue };
            if operation.due_at > now {
                self.permissions.pending.push(reference);
                continue;
            }
            let Some(work) = operation.work.take() else { continue };
            let asked = Asked {
                context: operation.context.clone(),
                subject: operation.subject.clone(),
                token_rights: operation.rights.clone(),
            };
            let begins_at = operation.due_at;
            let code = match operation.forced {
                Some(code) => code,
                None => self.do_permission_work(&asked, work, begins_at).err().unwrap_or(Code::SUCCESS),
            };
            if let Some(operation) = self.permissions.operations.get_mut(&reference) {
                operation.code = code;
                operation.progress = Progress::begin(now);
            }
        }
    }

    /// An operation.
    pub(crate) fn permission_operation(
        &mut self,
        reference: &ReferenceNumber,
    ) -> Option<&mut PermissionOperation> {
        self.permissions.operations.get_mut(reference)
    }

    fn do_permission_work(&mut self, asked: &Asked, work: Work, now: Timestamp) -> Result<(), Code> {
        match work {
            Work::Grant(grants) => {
                for grant in &grants {
                    self.check_grant(asked, grant)?;
                }
                if self.permissions.grants.len() + grants.len() > GRANTS_MAX {
                    return Err(Code::CANCELLED_BY_SYSTEM);
                }
                for grant in grants {
                    self.permissions.add(Grant { started_at: now, ..grant });
                }
            }
            Work::Authorize(authorization) => {
                self.check_right(asked, &[CREDENTIALS])?;
                check_authorization(asked, &authorization)?;
                let permissions = &mut self.permissions;
                let Authorization { authorizing, authorized, scope, .. } = &*authorization;
                if permissions.is_authorized(*authorizing, &authorized.kind, &authorized.value, scope) {
                    return Ok(());
                }
                if permissions.authorizations.len() >= GRANTS_MAX {
                    return Err(Code::CANCELLED_BY_SYSTEM);
                }
                let id = authorization.id.clone();
                permissions.authorizations.insert(id, Authorization { started_at: now, ..*authorization });
            }
            Work::Revoke(id) => {
                if self.permissions.authorizations.contains(&id) {
                    return Err(Code::IDENTIFIER_NOT_ALLOWED);
                }
                let grant = self.permissions.grants.get(&id).ok_or(Code::FAILED)?;
                if grant.granted_in != asked.context {
                    return Err(Code::IDENTIFIERS_MISMATCH);
                }
                let required: &[&str] = match grant.kind {
                    GrantKind::Subunit => &[SUBUNITS, CREDENTIALS],
                    GrantKind::EuRepresentative => &[VAT_UE],
                    _ => &[CREDENTIALS],
                };
                self.check_right(asked, required)?;
                if let Some(Grant { holder, .. }) = self.permissions.grants.get(&id).cloned() {
                    self.permissions.remove_if(&holder, |grant| grant.id == id);
                }
            }
            Work::RevokeAuthorization(id) => {
                if self.permissions.grants.contains(&id) {
                    return Err(Code::IDENTIFIER_NOT_ALLOWED);
                }
                let authorization = self.permissions.authorizations.get(&id).ok_or(Code::FAILED)?;
                if nip_context(&asked.context) != Some(authorization.authorizing) {
                    return Err(Code::IDENTIFIERS_MISMATCH);
                }
                self.check_right(asked, &[CREDENTIALS])?;
                self.permissions.authorizations.take(&id);
            }
        }
        Ok(())
    }

    /// Whether the caller still has one of the permissions: in the token, and in the graph.
    fn check_right(&self, asked: &Asked, required: &[&str]) -> Result<(), Code> {
        let has_now = rights(&self.permissions, &self.test_data, &asked.subject, &asked.context)
            .is_some_and(|rights| rights.has_any(required));
        if has_now && asked.token_rights.has_any(required) { Ok(()) } else { Err(Code::NOT_PERMITTED) }
    }

    fn check_grant(&self, asked: &Asked, grant: &Grant) -> Result<(), Code> {
        let required = match grant.kind {
            GrantKind::Subunit => SUBUNITS,
            GrantKind::EuRepresentative => VAT_UE,
            _ => CREDENTIALS,
        };
        self.check_right(asked, &[required])?;
        let own = nip_context(&asked.context);
        let holder_nip = (grant.holder.kind == TokenAuthorType::Nip)
            .then(|| Nip::parse(&grant.holder.value).ok())
            .flatten();
        match grant.kind {
            GrantKind::Person => {
                let is_enforcing = own.is_some_and(|nip| self.test_data.is_enforcement_authority(nip));
                if grant.scope.as_str() == ENFORCEMENT && !is_enforcing {
                    return Err(Code::CONTEXT_ROLE_MISMATCH);
                }
                // A unit has no units of its own.
                if grant.scope.as_str() == SUBUNITS && own.is_none() {
                    return Err(Code::CONTEXT_ROLE_MISMATCH);
                }
            }
            GrantKind::Entity if own.is_some() && own == holder_nip => {
                return Err(Code::RELATION_NOT_ALLOWED);
            }
            GrantKind::Indirect => {
                // An entity gets what it may pass on by its NIP, and passes it on in that NIP's context.
                let own = own.ok_or(Code::IDENTIFIER_NOT_ALLOWED)?;
                if grant.target == Some(Target::Context(ContextIdentifier::of_nip(own))) {
                    return Err(Code::RELATION_NOT_ALLOWED);
                }
            }
            GrantKind::Subunit => {
                let own = own.ok_or(Code::CONTEXT_ROLE_MISMATCH)?;
                let unit = grant.context.as_ref().ok_or(Code::FAILED)?;
                if unit.kind() == ContextType::InternalId {
                    if unit.nip() != Some(own) {
                        return Err(Code::IDENTIFIERS_MISMATCH);
                    }
                } else {
                    let is_parent = self.test_data.roles(own).iter().any(|role| {
                        matches!(
                            role.role,
                            EntityRoleType::LocalGovernmentUnit | EntityRoleType::VatGroupUnit
                        )
                    });
                    if !is_parent {
                        return Err(Code::CONTEXT_ROLE_MISMATCH);
                    }
                    let units = self.test_data.units(own);
                    if !units.iter().any(|found| Some(found.nip) == unit.nip()) {
                        return Err(Code::IDENTIFIERS_MISMATCH);
                    }
                }
            }
            GrantKind::EuAdministrator => {
                let own = own.ok_or(Code::IDENTIFIER_NOT_ALLOWED)?;
                if grant.context.as_ref().and_then(ContextIdentifier::nip) != Some(own) {
                    return Err(Code::IDENTIFIERS_MISMATCH);
                }
            }
            _ => {}
        }
        Ok(())
    }
}

/// Who asked, and where.
struct Asked {
    context: ContextIdentifier,
    subject: Subject,
    token_rights: Rights,
}

fn check_authorization(asked: &Asked, authorization: &Authorization) -> Result<(), Code> {
    // Only entities authorise, and they are known by their NIP.
    let own = nip_context(&asked.context).ok_or(Code::IDENTIFIER_NOT_ALLOWED)?;
    let is_pef = authorization.scope == EntityAuthorizationPermissionType::PefInvoicing;
    if is_pef != (authorization.authorized.kind == AuthorizedEntityType::PeppolId) {
        return Err(Code::IDENTIFIER_NOT_ALLOWED);
    }
    if authorization.authorized.value == own.as_str() {
        return Err(Code::RELATION_NOT_ALLOWED);
    }
    Ok(())
}

/// The NIP of a context that is a taxpayer's.
fn nip_context(context: &ContextIdentifier) -> Option<Nip> {
    context.nip().filter(|_| context.kind() == ContextType::Nip)
}

use PermissionOperationStatusCode as Code;

const CREDENTIALS: &str = "CredentialsManage";
const SUBUNITS: &str = "SubunitManage";
const VAT_UE: &str = "VatUeManage";
/// The only details that the table of statuses has.
const CANCELLED: &str =
    "Przetwarzanie zostało przerwane z przyczyn wewnętrznych systemu. Spróbuj ponownie później.";
/// "Status operacji jest dostępny przez 30 dni."
const KEPT_FOR: SignedDuration = SignedDuration::from_hours(30 * 24);
/// Operations that are remembered; the oldest are forgotten.
const OPERATIONS_MAX: usize = 100_000;
/// Grants, and authorisations, that there can be.
const GRANTS_MAX: usize = 200_000;
