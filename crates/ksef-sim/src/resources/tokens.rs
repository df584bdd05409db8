//! KSeF tokens: made, listed, read, revoked.

use crate::domain::logins::Proof;
use crate::domain::progress::Progress;
use crate::domain::tokens::KsefToken;
use crate::http::Shared;
use crate::http::body;
use crate::http::call::{Call, Caller, Reply};
use crate::http::errors::Refusal;
use crate::http::paging;
use axum::http::StatusCode;
use jiff::Timestamp;
use ksef_id::{ContextType, ReferenceKind};
use ksef_wire::codes::ExceptionCode;
use ksef_wire::{
    ApiTime, AuthenticationMethodCategory, AuthenticationTokenStatus, ForbiddenReason, GenerateTokenRequest,
    GenerateTokenResponse, QueryTokensResponse, Secret, TokenStatusResponse, TypedIdentifier,
};
use serde_json::{Map, json};

/// `POST /tokens`
pub(crate) fn generate(shared: &Shared, call: &Call) -> Result<Reply, Refusal> {
    let caller = call.caller()?;
    if caller.category == AuthenticationMethodCategory::Token {
        // "wyłącznie po jednorazowym uwierzytelnieniu się podpisem elektronicznym" (guide, tokeny-ksef.md)
        let mut security = Map::new();
        security.insert("authenticationMethodCategory".to_owned(), json!(caller.category));
        return Err(Refusal::Forbidden { reason: ForbiddenReason::AuthMethodNotAllowed, security });
    }
    let request: GenerateTokenRequest = body::json(call)?;
    check(&request)?;
    if !matches!(caller.context.kind(), ContextType::Nip | ContextType::InternalId) {
        let kind = caller.context.kind().name();
        let sentence = format!("Aktualny typ kontekstu: {kind}. Dozwolone typy kontekstu: Nip, InternalId.");
        return Err(Refusal::code(ExceptionCode::TOKEN_CONTEXT_NOT_ALLOWED, [sentence]));
    }
    let names = request.permissions.iter().map(ksef_wire::TokenPermissionType::as_str);
    let missing: Vec<&str> = names.filter(|name| !caller.rights.has_any(&[name])).collect();
    if !missing.is_empty() {
        let sentence = format!("Brakujące uprawnienia: {}.", missing.join(", "));
        return Err(Refusal::code(ExceptionCode::TOKEN_PERMISSIONS_EXCEED_OWN, [sentence]));
    }
    let mut world = shared.world();
    let reference = world.references.reference(ReferenceKind::Token, call.now);
    let random: [u8; 32] = ksef_crypto::random_bytes();
    let random: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
    let kind = caller.context.kind().name().to_lowercase();
    let secret = format!("{reference}|{kind}-{}|{random}", caller.context.value());
    world.tokens.add(KsefToken {
        reference: reference.clone(),
        secret_sha256: ksef_crypto::sha256(secret.as_bytes()),
        author: caller.subject.clone(),
        context: caller.context.clone(),
        description: request.description,
        permissions: request.permissions,
        created_at: call.now,
        used_at: None,
        progress: Progress::begin(call.now),
        is_revoked: false,
    });
    let body = GenerateTokenResponse { reference_number: reference, token: Secret::new(secret) };
    Ok(Reply::json(StatusCode::ACCEPTED, &body))
}

/// `GET /tokens`
pub(crate) fn list(shared: &Shared, call: &Call) -> Result<Reply, Refusal> {
    let caller = call.caller()?;
    let statuses: Vec<AuthenticationTokenStatus> =
        call.query_values("status").map(AuthenticationTokenStatus::from).collect();
    if let Some(unknown) = statuses.iter().find(|status| !status.is_known()) {
        return Err(Refusal::validation(format!(
            "The value '{}' is not valid for 'status'.",
            paging::cut(unknown.as_str())
        )));
    }
    let text = |name: &'static str| match call.query_value(name) {
        Some(text) if text.chars().count() < 3 => {
            Err(Refusal::validation(format!("The length of '{name}' must be at least 3 characters.")))
        }
        text => Ok(text.map(str::to_lowercase)),
    };
    let (description, author) = (text("description")?, text("authorIdentifier")?);
    let author_type = call.query_value("authorIdentifierType").map(ksef_wire::TokenAuthorType::from);
    if author_type.as_ref().is_some_and(|kind| !kind.is_known()) {
        return Err(Refusal::validation("The value of 'authorIdentifierType' is not valid."));
    }
    let mut world = shared.world();
    let references = world.tokens.of_context(&caller.context);
    let found = references.into_iter().filter(|reference| {
        world.tokens.get(reference).is_some_and(|token| {
            may_read(caller, token)
                && (statuses.is_empty() || statuses.contains(&token.status_now(call.now)))
                && description.as_ref().is_none_or(|part| token.description.to_lowercase().contains(part))
                && author.as_ref().is_none_or(|part| token.author.value.to_lowercase().contains(part))
                && author_type.as_ref().is_none_or(|kind| token.author.kind == *kind)
        })
    });
    let found = found.collect();
    let page = paging::page(call, found, SIZE_MAX, "tokens")?;
    let mut tokens = Vec::with_capacity(page.items.len());
    for reference in &page.items {
        tokens.extend(world.tokens.get_mut(reference).map(|token| describe(token, call.now)));
    }
    Ok(Reply::ok(&QueryTokensResponse { continuation_token: page.continuation_token, tokens }))
}

/// `GET /tokens/{referenceNumber}`
pub(crate) fn status(shared: &Shared, call: &Call) -> Result<Reply, Refusal> {
    let caller = call.caller()?;
    let reference = call.reference("referenceNumber")?;
    let mut world = shared.world();
    let token = world.tokens.get_mut(&reference).filter(|token| token.context == caller.context);
    let token = token.ok_or_else(|| unknown(reference.as_str()))?;
    if !may_read(caller, token) {
        return Err(Refusal::forbidden(ForbiddenReason::InsufficientResourceAccess));
    }
    Ok(Reply::ok(&describe(token, call.now)))
}

/// `DELETE /tokens/{referenceNumber}`
pub(crate) fn revoke(shared: &Shared, call: &Call) -> Result<Reply, Refusal> {
    let caller = call.caller()?;
    let reference = call.reference("referenceNumber")?;
    let mut world = shared.world();
    let token = world.tokens.get_mut(&reference).filter(|token| token.context == caller.context);
    let token = token.ok_or_else(|| unknown(reference.as_str()))?;
    if !(caller.rights.has_any(&["CredentialsManage"]) || is_own(caller, token)) {
        return Err(Refusal::forbidden(ForbiddenReason::InsufficientResourceAccess));
    }
    token.is_revoked = true;
    Ok(Reply::no_content())
}

fn check(request: &GenerateTokenRequest) -> Result<(), Refusal> {
    let length = request.description.chars().count();
    if !(5..=256).contains(&length) {
        return Err(Refusal::validation(format!(
            "'description' must be between 5 and 256 characters. You entered {length} characters."
        )));
    }
    if request.permissions.is_empty() {
        return Err(Refusal::validation("'permissions' must not be empty."));
    }
    match request.permissions.iter().find(|permission| !permission.is_known()) {
        None => Ok(()),
        Some(unknown) => Err(Refusal::validation(format!(
            "'permissions' has a range of values which does not include '{}'.",
            paging::cut(unknown.as_str())
        ))),
    }
}

/// The token with which one logged in, or a token that one made by signing.
fn is_own(caller: &Caller, token: &KsefToken) -> bool {
    match &caller.proof {
        Proof::Token(used) => *used == token.reference,
        Proof::Document(_) => caller.subject == token.author,
    }
}

fn may_read(caller: &Caller, token: &KsefToken) -> bool {
    caller.rights.has_any(&["CredentialsManage", "CredentialsRead"]) || is_own(caller, token)
}

fn describe(token: &mut KsefToken, now: Timestamp) -> TokenStatusResponse {
    let status = token.status(now);
    TokenStatusResponse {
        reference_number: token.reference.clone(),
        author_identifier: TypedIdentifier {
            kind: token.author.kind.clone(),
            value: token.author.value.clone(),
        },
        context_identifier: (&token.context).into(),
        description: token.description.clone(),
        requested_permissions: token.permissions.clone(),
        date_created: ApiTime(token.created_at),
        last_use_date: token.used_at.map(ApiTime),
        status,
        status_details: None,
    }
}

fn unknown(reference: &str) -> Refusal {
    Refusal::validation(format!("Token o numerze referencyjnym {reference} nie został znaleziony."))
}

const SIZE_MAX: usize = 100;
