//! In whose name a context may send an invoice.

use super::super::logins::Rights;
use super::super::test_data::TestData;
use super::Permissions;
use super::rights::ENFORCEMENT;
use crate::inspection::Facts;
use ksef_id::{ContextIdentifier, ContextType};
use ksef_invoice::{Form, MetadataIdentifierType};
use ksef_wire::{AuthorizedEntityType, EntityAuthorizationPermissionType, EntityRoleType};

/// Whether an invoice may come from a context, in a session that was opened with these rights. Asked when the invoice is
/// processed: authorisations "mogą być zmieniane w trakcie sesji" (guide).
pub(crate) fn may_issue(
    permissions: &Permissions,
    test_data: &TestData,
    context: &ContextIdentifier,
    rights: &Rights,
    facts: &Facts,
) -> bool {
    let metadata = &facts.metadata;
    let authorized = |kind, value: &str, scope| permissions.is_authorized(facts.seller, &kind, value, &scope);
    let is_buyer = |kind, value: &str| {
        let buyer = &metadata.buyer.identifier;
        buyer.kind == kind && buyer.value.as_deref() == Some(value)
    };
    match context.kind() {
        ContextType::PeppolId => {
            let scope = EntityAuthorizationPermissionType::PefInvoicing;
            authorized(AuthorizedEntityType::PeppolId, context.value(), scope)
        }
        ContextType::InternalId => rights.has_any(WRITING) && context.nip() == Some(facts.seller),
        // An EU entity issues to itself, in the name of the Polish seller (guide, "administrator podmiotu unijnego").
        ContextType::NipVatUe => {
            rights.has_any(WRITING)
                && context.nip() == Some(facts.seller)
                && metadata.is_self_invoicing
                && eu_number(context).is_some_and(|number| is_buyer(MetadataIdentifierType::VatUe, number))
        }
        ContextType::Nip => {
            let nip = context.value();
            if rights.has_any(&[ENFORCEMENT]) && is_enforced(test_data, context, facts) {
                return true;
            }
            if !rights.has_any(WRITING) {
                return false;
            }
            if context.nip() == Some(facts.seller) {
                return true;
            }
            let by_nip = |scope| authorized(AuthorizedEntityType::Nip, nip, scope);
            // The buyer issues: with another authorisation for flat-rate farmers.
            let is_issued_by_buyer = is_buyer(MetadataIdentifierType::Nip, nip)
                && match metadata.form {
                    Form::FaRr1 => by_nip(EntityAuthorizationPermissionType::RRInvoicing),
                    _ => {
                        metadata.is_self_invoicing && by_nip(EntityAuthorizationPermissionType::SelfInvoicing)
                    }
                };
            let is_representative = metadata
                .authorized_subject
                .as_ref()
                .is_some_and(|subject| subject.nip == nip && subject.role == TAX_REPRESENTATIVE)
                && by_nip(EntityAuthorizationPermissionType::TaxRepresentative);
            is_issued_by_buyer || is_representative || is_unit(test_data, context, facts)
        }
    }
}

/// Whether an enforcement authority or a bailiff issues for the debtor (article 106c of the VAT act; `RolaPU` 1 and 2).
fn is_enforced(test_data: &TestData, context: &ContextIdentifier, facts: &Facts) -> bool {
    let subject = facts.metadata.authorized_subject.as_ref();
    subject.is_some_and(|subject| subject.nip == context.value() && ENFORCING.contains(&subject.role))
        && context.nip().is_some_and(|nip| test_data.is_enforcement_authority(nip))
}

/// Whether a subordinate entity issues for its parent, and says so on the invoice (`Rola` 7 and 9).
fn is_unit(test_data: &TestData, context: &ContextIdentifier, facts: &Facts) -> bool {
    let Some(nip) = context.nip() else { return false };
    test_data.roles(nip).iter().filter(|role| role.parent == Some(facts.seller)).any(|role| {
        let issuer = match role.role {
            EntityRoleType::LocalGovernmentSubUnit => LOCAL_GOVERNMENT_ISSUER,
            _ => VAT_GROUP_ISSUER,
        };
        facts.metadata.third_subjects.iter().any(|third| {
            third.role == issuer
                && third.identifier.kind == MetadataIdentifierType::Nip
                && third.identifier.value.as_deref() == Some(context.value())
        })
    })
}

/// The VAT number of an EU entity's context.
pub(crate) fn eu_number(context: &ContextIdentifier) -> Option<&str> {
    context.value().split_once('-').map(|(_, number)| number)
}

const WRITING: &[&str] = &["InvoiceWrite"];
/// `TRolaPodmiotuUpowaznionego` of FA(3).
const ENFORCING: [u8; 2] = [1, 2];
const TAX_REPRESENTATIVE: u8 = 3;
/// `TRolaPodmiotu3` of FA(3).
const LOCAL_GOVERNMENT_ISSUER: u8 = 7;
const VAT_GROUP_ISSUER: u8 = 9;
