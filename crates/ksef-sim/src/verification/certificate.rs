//! KOD II: is the issuer's certificate good, and did it sign this link?

use super::words::Texts;
use super::{Page, lenient_hash};
use crate::domain::World;
use crate::http::Shared;
use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use ksef_crypto::{Certificate, CertificateType, kod_ii};
use ksef_id::{CertificateSerial, ContextIdentifier, Nip};
use ksef_wire::{AuthorizedEntityType, CertificateListItemStatus, EntityAuthorizationPermissionType};

/// What the register says of a certificate now.
struct Registered<'a> {
    certificate: &'a Certificate,
    is_active: bool,
    /// Whether its owner may issue for the seller in the context.
    may_issue: bool,
}

/// The page of a code. `segments`: kind and value of the context, the seller's NIP, serial number, hash, signature.
pub(super) fn page(
    shared: &Shared,
    host: &str,
    segments: &(String, String, String, String, String, String),
    t: Texts,
) -> (StatusCode, Page) {
    let (kind, value, nip, serial, hash, signature) = segments;
    let context = ContextIdentifier::parse(&format!("{kind}:{value}")).ok().zip(Nip::parse(nip).ok());
    let parsed =
        context.zip(CertificateSerial::parse(serial).ok()).zip(URL_SAFE_NO_PAD.decode(signature).ok());
    let Some((((context, seller), number), signature)) = parsed.filter(|_| lenient_hash(hash).is_some())
    else {
        return (StatusCode::BAD_REQUEST, verdict(t, false, t.bad_code, t.bad_code_sentence, Vec::new()));
    };
    let world = shared.world();
    let registered = registered(&world, &number, &context, seller, shared.now());
    let link = format!("certificate/{kind}/{value}/{nip}/{serial}/{hash}");
    let hosts = [host, "qr-test.ksef.mf.gov.pl", "qr-demo.ksef.mf.gov.pl", "qr.ksef.mf.gov.pl"];
    let checks = judge(registered, &hosts.map(|host| format!("{host}/{link}")), &signature, t);
    let is_good = checks.iter().all(|(_, holds)| *holds);
    let (heading, sentence) = match is_good {
        true => (t.certificate_good, t.certificate_good_sentence),
        false => (t.certificate_bad, t.certificate_bad_sentence),
    };
    let mut page = verdict(t, is_good, heading, sentence, checks);
    page.facts = vec![
        (t.serial, number.to_string()),
        (t.context, context.to_string()),
        (t.seller_nip, seller.to_string()),
    ];
    (StatusCode::OK, page)
}

/// What the register says of the certificate with this number.
fn registered<'a>(
    world: &'a World,
    number: &CertificateSerial,
    context: &ContextIdentifier,
    seller: Nip,
    now: Timestamp,
) -> Option<Registered<'a>> {
    let issued = world.certificates.get(number)?;
    let certificate = &issued.certificate;
    let is_active =
        issued.status(now) == CertificateListItemStatus::Active && now >= certificate.not_before();
    let may_write = world
        .rights(&issued.owner, context)
        .is_some_and(|rights| rights.has_any(&["InvoiceWrite", "PefInvoiceWrite", "EnforcementOperations"]));
    let is_authorized = || {
        let scopes = [
            EntityAuthorizationPermissionType::SelfInvoicing,
            EntityAuthorizationPermissionType::RRInvoicing,
            EntityAuthorizationPermissionType::TaxRepresentative,
        ];
        let kind = AuthorizedEntityType::Nip;
        scopes.iter().any(|scope| world.permissions.is_authorized(seller, &kind, context.value(), scope))
    };
    let may_issue = may_write && (context.nip() == Some(seller) || is_authorized());
    Some(Registered { certificate, is_active, may_issue })
}

/// The checks in the order of the guide. Only the signature is about this link; all else is about now.
fn judge(
    registered: Option<Registered<'_>>,
    links: &[String],
    signature: &[u8],
    t: Texts,
) -> Vec<(&'static str, bool)> {
    let Some(Registered { certificate, is_active, may_issue }) = registered else {
        return vec![(t.check_registered, false)];
    };
    let is_signed = links.iter().any(|link| kod_ii::verify_signature(link, signature, certificate).is_ok());
    vec![
        (t.check_registered, true),
        (t.check_offline, certificate.certificate_type() == CertificateType::Offline),
        (t.check_active, is_active),
        (t.check_signature, is_signed),
        (t.check_rights, may_issue),
    ]
}

fn verdict(
    t: Texts,
    is_good: bool,
    heading: &'static str,
    sentence: &'static str,
    checks: Vec<(&'static str, bool)>,
) -> Page {
    let tone = if is_good { "good" } else { "bad" };
    Page { t, tone, heading, sentence, facts: Vec::new(), checks, download: None }
}
