//! Invoices by their KSeF number, and who stands on them.

use crate::domain::permissions::eu_number;
use crate::domain::repository::Record;
use crate::http::Shared;
use crate::http::call::{Call, Reply};
use crate::http::errors::Refusal;
use ksef_id::{ContextIdentifier, ContextType};
use ksef_invoice::{MetadataIdentifier, MetadataIdentifierType};
use ksef_wire::codes::ExceptionCode;

/// `GET /invoices/ksef/{ksefNumber}`
pub(crate) fn download(shared: &Shared, call: &Call) -> Result<Reply, Refusal> {
    let caller = call.caller()?;
    let (text, number) = call.ksef_number()?;
    let world = shared.world();
    // Whether an invoice exists is nobody's business who does not stand on it.
    let record = number
        .and_then(|number| world.repository.get(&number))
        .filter(|record| stands_on(record, &caller.context))
        .ok_or_else(|| {
            let sentence = format!("Faktura o numerze KSeF {text} nie została znaleziona.");
            Refusal::code(ExceptionCode::INVOICE_NOT_FOUND, [sentence])
        })?;
    let lag = record.lag.filter(|lag| call.now < lag.until);
    if lag.is_some_and(|lag| lag.code == ExceptionCode::INVOICE_NOT_FOUND) {
        let sentence = format!("Faktura o numerze KSeF {text} nie została znaleziona.");
        return Err(Refusal::code(ExceptionCode::INVOICE_NOT_FOUND, [sentence]));
    }
    if !world.is_visible(record, call.now) {
        let sentence = format!(
            "Faktura o numerze KSeF {text} została przetworzona, ale nie jest jeszcze dostępna do pobrania. Spróbuj \
             ponownie później."
        );
        return Err(Refusal::code(ExceptionCode::INVOICE_NOT_YET_AVAILABLE, [sentence]));
    }
    Ok(Reply::xml(&record.document.bytes()))
}

/// A role on an invoice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Seller,
    Buyer,
    Third,
    Authorized,
}

impl Role {
    const ALL: [Self; 4] = [Self::Seller, Self::Buyer, Self::Third, Self::Authorized];
}

/// Whether a context stands on an invoice in any role.
pub(crate) fn stands_on(record: &Record, context: &ContextIdentifier) -> bool {
    Role::ALL.iter().any(|role| stands_as(record, *role, context))
}

/// Whether a context stands on an invoice in a role.
pub(crate) fn stands_as(record: &Record, role: Role, context: &ContextIdentifier) -> bool {
    let metadata = &record.facts.metadata;
    let is_context = |identifier: &MetadataIdentifier| match (identifier.kind, context.kind()) {
        (MetadataIdentifierType::Nip, ContextType::Nip)
        | (MetadataIdentifierType::InternalId, ContextType::InternalId) => {
            identifier.value.as_deref() == Some(context.value())
        }
        _ => false,
    };
    // An EU entity sees what it issued to itself in the Polish seller's name, as either of the two.
    let is_eu_entity = || {
        context.kind() == ContextType::NipVatUe
            && context.nip() == Some(record.facts.seller)
            && metadata.buyer.identifier.kind == MetadataIdentifierType::VatUe
            && metadata.buyer.identifier.value.as_deref() == eu_number(context)
    };
    match role {
        Role::Seller => {
            (context.kind() == ContextType::Nip && metadata.seller_nip == context.value()) || is_eu_entity()
        }
        Role::Buyer => is_context(&metadata.buyer.identifier) || is_eu_entity(),
        Role::Third => metadata.third_subjects.iter().any(|third| is_context(&third.identifier)),
        Role::Authorized => {
            context.kind() == ContextType::Nip
                && metadata.authorized_subject.as_ref().is_some_and(|subject| subject.nip == context.value())
        }
    }
}
