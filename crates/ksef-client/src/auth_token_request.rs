//! The login document, before it is signed.

use ksef_id::{ContextIdentifier, ContextType, ReferenceNumber};

/// The `AuthTokenRequest` of `schemat_auth_v2-1.xsd` for a login by certificate subject.
///
/// Version 2.0 of the schema has no Peppol context; apart from that both are alike, so 2.1 serves for all.
pub(crate) fn auth_token_request(challenge: &ReferenceNumber, context: &ContextIdentifier) -> String {
    let element = match context.kind() {
        ContextType::Nip => "Nip",
        ContextType::InternalId => "InternalId",
        ContextType::NipVatUe => "NipVatUe",
        ContextType::PeppolId => "PeppolId",
    };
    // Reference numbers and contexts are checked types without any character that XML would need escaped; `+` and `*`
    // of EU numbers need none.
    let value = context.value();
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><AuthTokenRequest xmlns=\"http://ksef.mf.gov.pl/auth/token/2.1\">\
         <Challenge>{challenge}</Challenge><ContextIdentifier><{element}>{value}</{element}></ContextIdentifier>\
         <SubjectIdentifierType>certificateSubject</SubjectIdentifierType></AuthTokenRequest>"
    )
}
