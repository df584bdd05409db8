//! Who may call what: tokens, addresses, permissions, rate limits.

use super::Shared;
use super::call::Caller;
use super::errors::Refusal;
use crate::auth_request;
use crate::config::Limits;
use crate::domain::logins::Rights;
use crate::jwt::{self, TokenType};
use crate::limits::CounterKey;
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use jiff::Timestamp;
use ksef_id::ContextIdentifier;
use ksef_wire::{AllowedIps, ForbiddenReason, Operation, RateLimitGroup};
use serde_json::{Map, json};
use std::net::{IpAddr, Ipv4Addr};

/// The tokens that an operation takes; none where nobody is asked.
fn accepted_tokens(operation: Operation) -> &'static [TokenType] {
    match operation {
        Operation::AuthChallenge
        | Operation::AuthXadesSignature
        | Operation::AuthKsefToken
        | Operation::PublicKeyCertificates
        | Operation::PeppolQuery
        | Operation::TestDataSubjectCreate
        | Operation::TestDataSubjectRemove
        | Operation::TestDataPersonCreate
        | Operation::TestDataPersonRemove
        | Operation::TestDataPermissionsGrant
        | Operation::TestDataPermissionsRevoke
        | Operation::TestDataAttachmentGrant
        | Operation::TestDataAttachmentRevoke
        | Operation::TestDataContextBlock
        | Operation::TestDataContextUnblock => &[],
        Operation::AuthStatus | Operation::AuthTokenRedeem => &[TokenType::Authentication],
        Operation::AuthTokenRefresh => &[TokenType::Refresh],
        Operation::AuthSessionRevokeCurrent => &[TokenType::Refresh, TokenType::Access],
        _ => &[TokenType::Access],
    }
}

/// Finds out who calls, and refuses whom the operation does not take.
pub(crate) fn authenticate(
    shared: &Shared,
    operation: Operation,
    headers: &HeaderMap,
    client: IpAddr,
    now: Timestamp,
) -> Result<Option<Caller>, Refusal> {
    let accepted = accepted_tokens(operation);
    if accepted.is_empty() {
        return Ok(None);
    }
    let claims = bearer(headers)
        .and_then(|token| jwt::verify(token, &shared.keys.jwt, now))
        .filter(|claims| accepted.contains(&claims.typ))
        .ok_or(Refusal::Unauthorized)?;
    let world = shared.world();
    let login = world.logins.get(&claims.arn).ok_or(Refusal::Unauthorized)?;
    if claims.typ == TokenType::Access
        && let Some(allowed) = &login.allowed_ips
        && !is_allowed(allowed, client)
    {
        let mut security = Map::new();
        security.insert("clientIp".to_owned(), json!(client.to_string()));
        return Err(Refusal::Forbidden { reason: ForbiddenReason::IpNotAllowed, security });
    }
    // A token keeps the rights that it was given, whatever becomes of the permissions (guide, `uwierzytelnianie.md`).
    let named = claims.context.as_ref().and_then(|context| context.per.as_deref());
    let rights = named.and_then(|per| serde_json::from_str(per).ok()).map(Rights::of_names);
    Ok(Some(Caller {
        login: login.reference.clone(),
        context: login.context.clone(),
        subject: login.subject.clone(),
        rights: rights.unwrap_or_else(|| Rights::Some(Vec::new())),
        category: login.method_info().category,
        proof: login.proof.clone(),
    }))
}

/// Refuses a caller who has none of the operation's permissions.
pub(crate) fn authorize(operation: Operation, caller: Option<&Caller>) -> Result<(), Refusal> {
    let required = operation.required_permissions();
    let Some(caller) = caller.filter(|caller| !required.is_empty() && !caller.rights.has_any(required))
    else {
        return Ok(());
    };
    let mut security = Map::new();
    security.insert("requiredAnyOfPermissions".to_owned(), json!(required));
    security.insert("presentPermissions".to_owned(), json!(caller.rights.names()));
    Err(Refusal::Forbidden { reason: ForbiddenReason::MissingPermissions, security })
}

/// Counts the request against the limit of all requests of an address.
pub(crate) fn count_global(shared: &Shared, client: IpAddr, now: Timestamp) -> Result<(), Refusal> {
    count(
        shared,
        CounterKey { context: None, client, name: RateLimitGroup::Global.name() },
        RateLimitGroup::Global,
        None,
        now,
    )
}

/// Counts the request against the limits of its group.
pub(crate) fn count_group(
    shared: &Shared,
    operation: Operation,
    caller: Option<&Caller>,
    client: IpAddr,
    now: Timestamp,
) -> Result<(), Refusal> {
    let group = shared.world().habits.group_of(operation.rate_limit_group());
    let (context, name) = match group {
        RateLimitGroup::Anonymous => (None, group.name()),
        // "Każdy taki endpoint posiada własny licznik limitów" (guide, limity-api.md).
        RateLimitGroup::Other => (caller.map(|caller| caller.context.to_string()), operation.name()),
        _ => (caller.map(|caller| caller.context.to_string()), group.name()),
    };
    let caller_context = caller.map(|caller| &caller.context);
    count(shared, CounterKey { context, client, name }, group, caller_context, now)
}

fn count(
    shared: &Shared,
    key: CounterKey,
    group: RateLimitGroup,
    context: Option<&ContextIdentifier>,
    now: Timestamp,
) -> Result<(), Refusal> {
    match shared.config.limits {
        Limits::Off => Ok(()),
        Limits::Production => {
            let mut world = shared.world();
            let values = world.limits.rates_of(context).of(group);
            world.counters.count(key, values, now).map_err(Refusal::TooManyRequests)
        }
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// Whether an address is among those that the login allowed; an empty policy allows all.
fn is_allowed(allowed: &AllowedIps, client: IpAddr) -> bool {
    let lists = [&allowed.ip4_addresses, &allowed.ip4_ranges, &allowed.ip4_masks];
    if lists.iter().all(|list| list.as_ref().is_none_or(Vec::is_empty)) {
        return true;
    }
    let IpAddr::V4(client) = client.to_canonical() else { return false };
    let each = |list: &Option<Vec<String>>, fits: fn(&str, Ipv4Addr) -> bool| {
        list.iter().flatten().any(|text| fits(text, client))
    };
    each(&allowed.ip4_addresses, |text, client| text.parse() == Ok(client))
        || each(&allowed.ip4_ranges, is_in_range)
        || each(&allowed.ip4_masks, is_in_network)
}

fn is_in_range(range: &str, client: Ipv4Addr) -> bool {
    range.split_once('-').is_some_and(|(first, last)| {
        match (first.parse::<Ipv4Addr>(), last.parse::<Ipv4Addr>()) {
            (Ok(first), Ok(last)) => (first..=last).contains(&client),
            _ => false,
        }
    })
}

fn is_in_network(network: &str, client: Ipv4Addr) -> bool {
    if !auth_request::is_mask(network) {
        return false;
    }
    network.split_once('/').is_some_and(|(address, bits)| {
        match (address.parse::<Ipv4Addr>(), bits.parse::<u32>()) {
            (Ok(address), Ok(bits)) => {
                let mask = u32::MAX.checked_shl(32u32.saturating_sub(bits)).unwrap_or(0);
                u32::from(address) & mask == u32::from(client) & mask
            }
            _ => false,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn policies_about_addresses() {
        let policy = |addresses: &[&str], ranges: &[&str], masks: &[&str]| {
            let list = |texts: &[&str]| Some(texts.iter().map(|text| (*text).to_owned()).collect());
            AllowedIps { ip4_addresses: list(addresses), ip4_ranges: list(ranges), ip4_masks: list(masks) }
        };
        let client: IpAddr = [127, 0, 0, 1].into();
        assert!(is_allowed(&AllowedIps::default(), client));
        assert!(is_allowed(&policy(&["127.0.0.1"], &[], &[]), client));
        assert!(!is_allowed(&policy(&["127.0.0.2"], &[], &[]), client));
        assert!(is_allowed(&policy(&[], &["126.0.0.0-127.0.0.1"], &[]), client));
        assert!(!is_allowed(&policy(&[], &["127.0.0.2-127.0.0.9"], &[]), client));
        assert!(is_allowed(&policy(&[], &[], &["127.0.0.0/8"]), client));
        assert!(is_allowed(&policy(&[], &[], &["0.0.0.0/0"]), client));
        assert!(!is_allowed(&policy(&[], &[], &["127.0.0.2/32"]), client));
    }
}
