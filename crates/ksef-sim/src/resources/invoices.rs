//! Invoices by their KSeF number, and who stands on them.

use crate::domain::parties::Role;
use crate::domain::permissions::eu_number;
use crate::domain::repository::Record;
use crate::http::Shared;
use crate::http::call::{Call, Reply};
use crate::http::errors::Refusal;
use ksef_id::{ContextIdentifier, ContextType};
use ksef_invoice::MetadataIdentifierType;
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
    let lag = record.lag.as_ref().filter(|lag| call.now < lag.until);
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

/// Whether a context stands on an invoice in any role.
pub(crate) fn stands_on(record: &Record, context: &ContextIdentifier) -> bool {
    Role::ALL.iter().any(|role| stands_as(record, *role, context))
}

/// Whether a context stands on an invoice in a role.
pub(crate) fn stands_as(record: &Record, role: Role, context: &ContextIdentifier) -> bool {
    let listed = &record.listed;
    let is_context = |kind: MetadataIdentifierType, value: Option<&str>| match (kind, context.kind()) {
        (MetadataIdentifierType::Nip, ContextType::Nip)
        | (MetadataIdentifierType::InternalId, ContextType::InternalId) => value == Some(context.value()),
        _ => false,
    };
    // An EU entity sees what it issued to itself in the Polish seller's name, as either of the two.
    let is_eu_entity = || {
        context.kind() == ContextType::NipVatUe
            && context.nip() == Some(listed.seller)
            && listed.buyer_kind() == MetadataIdentifierType::VatUe
            && listed.buyer() == eu_number(context)
    };
    match role {
        Role::Seller => {
            (context.kind() == ContextType::Nip && listed.seller.as_str() == context.value())
                || is_eu_entity()
        }
        Role::Buyer => is_context(listed.buyer_kind(), listed.buyer()) || is_eu_entity(),
        Role::Third => listed.thirds().any(|third| is_context(third.kind, third.identifier)),
        Role::Authorized => {
            context.kind() == ContextType::Nip
                && listed.authorized().is_some_and(|subject| subject.nip == context.value())
        }
    }
}
