//! What somebody may do in a context.

use super::super::logins::{Rights, Subject};
use super::super::test_data::TestData;
use super::Permissions;
use ksef_id::{ContextIdentifier, ContextType};
use ksef_wire::TokenAuthorType;

/// The name of the owner's role in tokens and error bodies (`shared/ksef/behaviour.md`).
pub(crate) const OWNER: &str = "Owner";
/// The permission that only contexts with the role of a bailiff or an enforcement authority know.
pub(crate) const ENFORCEMENT: &str = "EnforcementOperations";

/// What a subject may do in a context; `None` when nothing at all.
///
/// The owner of a taxpayer's context is who has its NIP, or a PESEL that test data tied to it. Everybody else has what
/// was granted; units and EU entities have no owner (guide: "Owner … identyfikator NIP, jaki jest zapisany w użytym
/// środku uwierzytelnienia").
pub(crate) fn rights(
    permissions: &Permissions,
    test_data: &TestData,
    subject: &Subject,
    context: &ContextIdentifier,
) -> Option<Rights> {
    // Who logs in to a provider's context has shown its seal; there is no other way in (guide, `uwierzytelnianie.md`).
    if context.kind() == ContextType::PeppolId {
        return Some(Rights::Some(vec!["PefInvoiceWrite".to_owned()]));
    }
    let is_enforcing = context.kind() == ContextType::Nip
        && context.nip().is_some_and(|nip| test_data.is_enforcement_authority(nip));
    let is_company = subject.kind == TokenAuthorType::Nip
        && context.kind() == ContextType::Nip
        && context.value() == subject.value;
    if is_company || test_data.is_owner(subject, context) {
        return Some(if is_enforcing {
            Rights::Some(vec![OWNER.to_owned(), ENFORCEMENT.to_owned()])
        } else {
            Rights::Owner
        });
    }
    let mut scopes: Vec<_> = permissions
        .held_by(subject)
        .filter(|grant| permissions.works_in(grant, context))
        .map(|grant| grant.scope.clone())
        // What was given while the context had the role means nothing without it.
        .filter(|scope| is_enforcing || scope.as_str() != ENFORCEMENT)
        .collect();
    scopes.sort();
    scopes.dedup();
    let names: Vec<String> = scopes.iter().map(ToString::to_string).collect();
    (!names.is_empty()).then_some(Rights::Some(names))
}
