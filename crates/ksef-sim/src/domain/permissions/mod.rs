//! Who may do what for whom: the graph of permissions, the operations that change it, and what follows from it.
//!
//! `grant` says what a permission is, `rights` what somebody may do in a context, `operations` how grants and
//! revocations are decided, `issuing` in whose name a context may send invoices. Nothing here knows HTTP. Sources: the
//! guide (`uprawnienia.md`), the OpenAPI document, and what the official clients' own tests expect (DIVERGENCES.md says
//! where these are silent).

mod grant;
mod issuing;
mod operations;
mod rights;

pub(crate) use grant::{Authorization, EuEntity, Grant, GrantKind, Target};
pub(crate) use issuing::{eu_number, may_issue};
pub(crate) use operations::{Asker, Disturbance, PermissionOperation, Work};
pub(crate) use rights::{OWNER, rights};

use super::logins::Subject;
use super::table::{Table, Whole};
use ksef_id::{ContextIdentifier, ContextType, Nip, ReferenceNumber};
use ksef_wire::{
    AuthorizedEntityType, EntityAuthorizationPermissionType, PersonalPermissionType, TokenAuthorType,
};
use std::collections::HashMap;

/// Everything that was granted, and the operations that granted it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Permissions {
    pub(crate) grants: Table<String, Grant>,
    by_holder: HashMap<Subject, Vec<String>>,
    pub(crate) authorizations: Table<String, Authorization>,
    /// In the order of acceptance.
    pub(crate) operations: Table<ReferenceNumber, PermissionOperation>,
    /// Operations that were accepted and not decided yet.
    pending: Vec<ReferenceNumber>,
    /// What goes wrong with the operations that are accepted from now on.
    pub(crate) disturbance: Whole<Disturbance>,
}

impl Permissions {
    /// All grants, in the order of their identifiers.
    pub(crate) fn grants(&self) -> impl Iterator<Item = &Grant> {
        in_order(&self.grants)
    }

    /// Finds them by their holders, and what is not decided yet, again after they were read.
    pub(crate) fn settle_read(&mut self) {
        self.by_holder.clear();
        for (id, grant) in self.grants.iter() {
            self.by_holder.entry(grant.holder.clone()).or_default().push(id.clone());
        }
        let pending = self.operations.iter().filter(|(_, operation)| operation.is_pending());
        let mut pending: Vec<_> = pending.collect();
        pending.sort_by_key(|(_, operation)| operation.accepted_at);
        self.pending = pending.into_iter().map(|(reference, _)| reference.clone()).collect();
    }

    /// What a subject was given.
    pub(crate) fn held_by(&self, subject: &Subject) -> impl Iterator<Item = &Grant> {
        self.by_holder.get(subject).into_iter().flatten().filter_map(|id| self.grants.get(id))
    }

    /// Writes a grant down, unless the same is there: "Nie można nadać tego samego uprawnienia dwukrotnie – API może
    /// zwrócić błąd lub zignorować duplikat" (guide); it is ignored, delegation included (issue 370).
    pub(crate) fn add(&mut self, grant: Grant) {
        if self.held_by(&grant.holder).any(|held| held.is_same(&grant)) {
            return;
        }
        self.by_holder.entry(grant.holder.clone()).or_default().push(grant.id.clone());
        self.grants.insert(grant.id.clone(), grant);
    }

    /// Takes the grants away for which the condition holds.
    pub(crate) fn remove_if(&mut self, holder: &Subject, condition: impl Fn(&Grant) -> bool) {
        let Some(ids) = self.by_holder.get_mut(holder) else { return };
        let grants = &mut self.grants;
        ids.retain(|id| {
            let is_removed = grants.get(id).is_none_or(&condition);
            if is_removed {
                grants.take(id);
            }
            !is_removed
        });
        if ids.is_empty() {
            self.by_holder.remove(holder);
        }
    }

    /// All authorisations, in the order of their identifiers.
    pub(crate) fn authorizations(&self) -> impl Iterator<Item = &Authorization> {
        in_order(&self.authorizations)
    }

    /// Whether one entity authorised another.
    pub(crate) fn is_authorized(
        &self,
        authorizing: Nip,
        kind: &AuthorizedEntityType,
        value: &str,
        scope: &EntityAuthorizationPermissionType,
    ) -> bool {
        self.authorizations.values().any(|authorization| {
            authorization.authorizing == authorizing
                && authorization.scope == *scope
                && authorization.authorized.kind == *kind
                && authorization.authorized.value == value
        })
    }

    /// Whether the client of a context allowed an entity to pass a permission on.
    pub(crate) fn may_pass_on(
        &self,
        intermediary: Nip,
        client: &ContextIdentifier,
        scope: &PersonalPermissionType,
    ) -> bool {
        self.held_by(&Subject { kind: TokenAuthorType::Nip, value: intermediary.to_string() }).any(|held| {
            held.kind == GrantKind::Entity
                && held.can_delegate
                && held.scope == *scope
                && held.context.as_ref() == Some(client)
        })
    }

    /// Whether a grant works: one that was passed on does while its source is there.
    pub(crate) fn is_active(&self, grant: &Grant) -> bool {
        let (Some(target), Some(intermediary)) = (&grant.target, grant.granted_in.nip()) else { return true };
        match target {
            Target::Context(client) => self.may_pass_on(intermediary, client, &grant.scope),
            Target::AllPartners => self
                .held_by(&Subject { kind: TokenAuthorType::Nip, value: intermediary.to_string() })
                .any(|held| held.kind == GrantKind::Entity && held.can_delegate && held.scope == grant.scope),
        }
    }

    /// Whether a grant lets its holder work in a context.
    pub(crate) fn works_in(&self, grant: &Grant, context: &ContextIdentifier) -> bool {
        match (&grant.context, &grant.target) {
            (Some(place), _) => place == context,
            (None, Some(target)) => {
                let fits = match target {
                    Target::AllPartners => true,
                    Target::Context(client) => client == context,
                };
                fits && matches!(context.kind(), ContextType::Nip | ContextType::InternalId)
                    && grant.granted_in.nip().is_some_and(|nip| self.may_pass_on(nip, context, &grant.scope))
            }
            (None, None) => false,
        }
    }
}

/// Entries in the order of their identifiers, so that lists of equal dates are.
fn in_order<V>(table: &Table<String, V>) -> impl Iterator<Item = &V> {
    let mut entries: Vec<_> = table.iter().collect();
    entries.sort_by_key(|(id, _)| *id);
    entries.into_iter().map(|(_, value)| value)
}
