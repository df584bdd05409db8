//! Addresses that need no token: unguessable, with an end of life (UPO of an invoice, UPO of a session, part of a batch, part of
//! an export).
//!
//! The address carries what it gives and until when, under a MAC of the simulator's own key; nothing is stored.

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use ksef_id::ReferenceNumber;

/// What an address gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum LinkTarget {
    /// The UPO of an invoice, by session and invoice reference.
    InvoiceUpo(ReferenceNumber, ReferenceNumber),
    /// A page of the UPO of a session.
    SessionUpo(ReferenceNumber, ReferenceNumber),
    /// Takes a part of a batch: the session and the part's ordinal number.
    BatchPart(ReferenceNumber, i32),
    /// A part of an export: the export and the part's ordinal number.
    ExportPart(ReferenceNumber, i32),
}

/// Why an address gives nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LinkError {
    /// Nobody gave it out.
    Unknown,
    /// It was good once.
    Expired,
}

/// Makes the path and query of an address that works until `expires`.
pub(crate) fn path(target: &LinkTarget, expires: Timestamp, key: &[u8; 32]) -> String {
    let (kind, first, second) = match target {
        LinkTarget::InvoiceUpo(session, invoice) => ("invoice-upo", session, invoice.to_string()),
        LinkTarget::SessionUpo(session, page) => ("session-upo", session, page.to_string()),
        LinkTarget::BatchPart(session, ordinal) => ("batch-part", session, ordinal.to_string()),
        LinkTarget::ExportPart(export, ordinal) => ("export-part", export, ordinal.to_string()),
    };
    let end = expires.as_second();
    let path = format!("{PREFIX}/{kind}/{first}/{second}");
    format!("{path}?se={end}&sig={}", URL_SAFE_NO_PAD.encode(mac(&path, end, key).as_ref()))
}

/// Reads an address back.
pub(crate) fn resolve(
    path: &str,
    query: &str,
    key: &[u8; 32],
    now: Timestamp,
) -> Result<LinkTarget, LinkError> {
    let value = |name: &str| {
        query
            .split('&')
            .find_map(|pair| pair.split_once('=').filter(|(key, _)| *key == name).map(|(_, value)| value))
    };
    let end: i64 = value("se").and_then(|end| end.parse().ok()).ok_or(LinkError::Unknown)?;
    let signature =
        value("sig").and_then(|sig| URL_SAFE_NO_PAD.decode(sig).ok()).ok_or(LinkError::Unknown)?;
    hmac::verify(&hmac::Key::new(hmac::HMAC_SHA256, key), message(path, end).as_bytes(), &signature)
        .map_err(|_| LinkError::Unknown)?;
    if end <= now.as_second() {
        return Err(LinkError::Expired);
    }
    let rest = path.strip_prefix(PREFIX).ok_or(LinkError::Unknown)?;
    let parts: Vec<&str> = rest.trim_start_matches('/').split('/').collect();
    let reference = |text: &str| ReferenceNumber::parse(text).map_err(|_| LinkError::Unknown);
    let number = |text: &str| text.parse().map_err(|_| LinkError::Unknown);
    match parts[..] {
        ["invoice-upo", session, invoice] => {
            Ok(LinkTarget::InvoiceUpo(reference(session)?, reference(invoice)?))
        }
        ["session-upo", session, page] => Ok(LinkTarget::SessionUpo(reference(session)?, reference(page)?)),
        ["batch-part", session, ordinal] => Ok(LinkTarget::BatchPart(reference(session)?, number(ordinal)?)),
        ["export-part", export, ordinal] => Ok(LinkTarget::ExportPart(reference(export)?, number(ordinal)?)),
        _ => Err(LinkError::Unknown),
    }
}

/// The part of the path by which the router knows these addresses. They lie beside `/v2`: the OpenAPI document does not
/// list them.
pub(crate) const PREFIX: &str = "/storage";
/// How long an address for a UPO works (field notes B6: issued 11-07, expired 11-10).
pub(crate) const UPO_LIFE: SignedDuration = SignedDuration::from_hours(72);

fn message(path: &str, end: i64) -> String {
    format!("{path}\n{end}")
}

fn mac(path: &str, end: i64, key: &[u8; 32]) -> hmac::Tag {
    hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), message(path, end).as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_or_expired_address_gives_nothing() {
        let reference = ReferenceNumber::parse("20260119-SO-0123456789-0123456789-00").expect("a reference");
        let target = LinkTarget::InvoiceUpo(reference.clone(), reference);
        let at = |second| Timestamp::from_second(second).expect("a time");
        let address = path(&target, at(100), &[7; 32]);
        let (path, query) = address.split_once('?').expect("a query");
        assert_eq!(resolve(path, query, &[7; 32], at(99)), Ok(target));
        assert_eq!(resolve(path, query, &[7; 32], at(100)), Err(LinkError::Expired));
        assert_eq!(resolve(path, query, &[8; 32], at(99)), Err(LinkError::Unknown));
        assert_eq!(
            resolve(path, &query.replace("se=100", "se=900"), &[7; 32], at(99)),
            Err(LinkError::Unknown)
        );
        assert_eq!(
            resolve(&path.replace("invoice", "session"), query, &[7; 32], at(99)),
            Err(LinkError::Unknown)
        );
        assert_eq!(resolve(path, "", &[7; 32], at(99)), Err(LinkError::Unknown));
    }
}
