//! Login: challenge, token, status, redeem, refresh. The signed document is in `auth_xades`.

use super::security;
use crate::auth_request;
use crate::domain::World;
use crate::domain::logins::{self, Login, LoginOutcome, Proof, Rights, Subject};
use crate::domain::progress::Progress;
use crate::http::Shared;
use crate::http::body;
use crate::http::call::{Call, Reply};
use crate::http::errors::Refusal;
use crate::jwt::{self, Claims, ContextClaims, TokenType};
use axum::http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use ksef_id::{ContextIdentifier, ReferenceKind, ReferenceNumber, Sha256Hash};
use ksef_wire::codes::{AuthStatusCode, ExceptionCode};
use ksef_wire::{
    AllowedIps, ApiTime, AuthenticationChallengeResponse, AuthenticationInitResponse, AuthenticationMethod,
    AuthenticationOperationStatusResponse, AuthenticationTokenRefreshResponse, AuthenticationTokenStatus,
    AuthenticationTokensResponse, CertificateEnrollmentDataResponse, InitTokenAuthenticationRequest,
    PublicKeyCertificateUsage, Secret, TokenAuthorType, TokenInfo,
};
use serde_json::json;

/// `POST /auth/challenge`
pub(crate) fn challenge(shared: &Shared, call: &Call) -> Result<Reply, Refusal> {
    let mut world = shared.world();
    let challenge = world.references.reference(ReferenceKind::Challenge, call.now);
    world.challenges.add(challenge.clone(), call.now);
    Ok(Reply::ok(&AuthenticationChallengeResponse {
        challenge,
        timestamp: ApiTime(call.now),
        timestamp_ms: call.now.as_millisecond(),
        client_ip: call.client.to_string(),
    }))
}

/// `POST /auth/ksef-token`
pub(crate) fn ksef_token(shared: &Shared, call: &Call) -> Result<Reply, Refusal> {
    let request: InitTokenAuthenticationRequest = body::json(call)?;
    let usage = PublicKeyCertificateUsage::KsefTokenEncryption;
    let keys = security::accepted_keys(shared, &usage, request.public_key_id.as_deref(), call.now)?;
    let context = request
        .context_identifier
        .to_context()
        .map_err(|_| Refusal::validation("'contextIdentifier.value' is not in the correct format."))?;
    let allowed_ips = request.authorization_policy.and_then(|policy| policy.allowed_ips);
    if let Some(allowed) = &allowed_ips {
        check_allowed_ips(allowed)?;
    }
    let decrypted = security::unwrap(&keys, &request.encrypted_token.0);
    let mut world = shared.world();
    let given = world.challenges.take(&request.challenge, call.now).ok_or_else(invalid_challenge)?;
    // Everything about the token itself is found out later, as the status tells (field notes A9).
    let checked = read_token(decrypted.as_deref(), given).and_then(|secret| {
        let token = world.tokens.by_secret_mut(&secret).ok_or_else(|| "Nieprawidłowy token".to_owned())?;
        match token.status_now(call.now) {
            AuthenticationTokenStatus::Active => {}
            AuthenticationTokenStatus::Revoked => return Err("Token unieważniony".to_owned()),
            _ => return Err("Token nieaktywny".to_owned()),
        }
        if token.context != context {
            return Err(format!("Token nie może być użyty w kontekście {context}"));
        }
        token.used_at = Some(call.now);
        Ok((token.reference.clone(), token.author.clone()))
    });
    let (proof, subject, outcome) = match checked {
        Ok((token, author)) => {
            let proof = Proof::Token(token);
            let outcome = if world.test_data.is_blocked(&context) {
                LoginOutcome::blocked()
            } else {
                current_rights(&world, &proof, &author, &context)
                    .map_or_else(LoginOutcome::without_rights, LoginOutcome::Granted)
            };
            (proof, author, outcome)
        }
        Err(detail) => {
            // Nobody was recognised; the document that proves nothing is the request itself.
            let hash = Sha256Hash::from_bytes(&ksef_crypto::sha256(&call.body));
            let nobody = Subject { kind: TokenAuthorType::Nip, value: String::new() };
            (Proof::Document(hash), nobody, LoginOutcome::Failed(AuthStatusCode::INVALID_TOKEN, vec![detail]))
        }
    };
    let method = AuthenticationMethod::Token;
    let login = NewLogin { context, subject, method, proof, outcome, allowed_ips, enrollment_data: None };
    Ok(begin(shared, &mut world, login, call))
}

/// `GET /auth/{referenceNumber}`
pub(crate) fn status(shared: &Shared, call: &Call) -> Result<Reply, Refusal> {
    // This operation knows no 21405: what has no shape is not found either.
    let asked = call.reference("referenceNumber").ok();
    let mut world = shared.world();
    let login = asked
        .filter(|asked| call.caller.as_ref().is_some_and(|caller| caller.login == *asked))
        .and_then(|asked| world.logins.get_mut(&asked))
        .ok_or_else(|| {
            let asked = call.parameters.first().map_or("", |(_, value)| value);
            not_found(&crate::http::paging::cut(asked))
        })?;
    Ok(Reply::ok(&AuthenticationOperationStatusResponse {
        start_date: ApiTime(login.started_at),
        authentication_method: login.method.clone(),
        authentication_method_info: login.method_info(),
        status: login.status(call.now),
        is_token_redeemed: Some(login.redeemed_at.is_some()),
        last_token_refresh_date: login.refreshed_at.map(ApiTime),
        refresh_token_valid_until: login.refresh_valid_until().map(ApiTime),
    }))
}

/// `POST /auth/token/redeem`
pub(crate) fn redeem(shared: &Shared, call: &Call) -> Result<Reply, Refusal> {
    let mut world = shared.world();
    let world = &mut *world;
    let reference = call.caller()?.login.clone();
    let login = world.logins.get_mut(&reference).ok_or_else(|| not_found(reference.as_str()))?;
    let code = login.status_code(call.now);
    if code != AuthStatusCode::SUCCESS.0 {
        let sentence = format!("Status uwierzytelniania ({code}) nie pozwala na pobranie tokenów.");
        return Err(Refusal::code(ExceptionCode::NOT_AUTHORIZED, [sentence]));
    }
    if login.redeemed_at.is_some() {
        let sentence = format!("Tokeny dla operacji uwierzytelniania {reference} zostały już pobrane.");
        return Err(Refusal::code(ExceptionCode::NOT_AUTHORIZED, [sentence]));
    }
    check_token_alive(&login.proof, &world.tokens)?;
    if world.test_data.is_deceased(&login.subject) {
        return Err(Refusal::code(ExceptionCode::DECEASED_PERSON, None));
    }
    login.redeemed_at = Some(call.now);
    let access_token = context_token(shared, login, TokenType::Access, logins::ACCESS_LIFE, None, call.now);
    let refresh_token =
        context_token(shared, login, TokenType::Refresh, logins::REFRESH_LIFE, None, call.now);
    Ok(Reply::ok(&AuthenticationTokensResponse { access_token, refresh_token }))
}

/// `POST /auth/token/refresh`
pub(crate) fn refresh(shared: &Shared, call: &Call) -> Result<Reply, Refusal> {
    let mut world = shared.world();
    let world = &mut *world;
    let reference = call.caller()?.login.clone();
    let login = world.logins.get_mut(&reference).ok_or_else(|| not_found(reference.as_str()))?;
    let code = login.status_code(call.now);
    if code != AuthStatusCode::SUCCESS.0 {
        let sentence =
            format!("Status uwierzytelnienia ({code}) nie pozwala na odświeżenie tokenu dostępowego.");
        return Err(Refusal::code(ExceptionCode::NOT_AUTHORIZED, [sentence]));
    }
    check_token_alive(&login.proof, &world.tokens)?;
    if world.test_data.is_deceased(&login.subject) {
        return Err(Refusal::code(ExceptionCode::DECEASED_PERSON, None));
    }
    // "nowy accessToken (JWT) z aktualnym zestawem uprawnień i ról"; "Tokeny są automatycznie unieważniane w przypadku
    // utraty uprawnień" (guide, `uwierzytelnianie.md`).
    let (proof, subject, context) = (login.proof.clone(), login.subject.clone(), login.context.clone());
    let Some(rights) = current_rights(world, &proof, &subject, &context) else {
        let code = AuthStatusCode::NO_PERMISSIONS;
        let sentence =
            format!("Status uwierzytelnienia ({code}) nie pozwala na odświeżenie tokenu dostępowego.");
        return Err(Refusal::code(ExceptionCode::NOT_AUTHORIZED, [sentence]));
    };
    let login = world.logins.get_mut(&reference).ok_or_else(|| not_found(reference.as_str()))?;
    login.outcome = LoginOutcome::Granted(rights);
    login.refreshed_at = Some(call.now);
    let refresh = Some(call.now.as_second());
    let access_token =
        context_token(shared, login, TokenType::Access, logins::ACCESS_LIFE, refresh, call.now);
    Ok(Reply::ok(&AuthenticationTokenRefreshResponse { access_token }))
}

/// What somebody who logged in may do now: a token's permissions, as far as its author still has them (field notes A10,
/// issues 500 and 833). `None` when the author has none in the context at all.
fn current_rights(
    world: &World,
    proof: &Proof,
    subject: &Subject,
    context: &ContextIdentifier,
) -> Option<Rights> {
    let rights = world.rights(subject, context)?;
    let Proof::Token(reference) = proof else { return Some(rights) };
    let token = world.tokens.get(reference)?;
    let named: Vec<&str> = token.permissions.iter().map(ksef_wire::TokenPermissionType::as_str).collect();
    Some(Rights::Some(rights.only(&named)))
}

/// A login that begins.
pub(crate) struct NewLogin {
    pub(crate) context: ContextIdentifier,
    pub(crate) subject: Subject,
    pub(crate) method: AuthenticationMethod,
    pub(crate) proof: Proof,
    pub(crate) outcome: LoginOutcome,
    pub(crate) allowed_ips: Option<AllowedIps>,
    pub(crate) enrollment_data: Option<CertificateEnrollmentDataResponse>,
}

/// Writes the login down and answers 202.
pub(crate) fn begin(shared: &Shared, world: &mut World, login: NewLogin, call: &Call) -> Reply {
    let now = call.now;
    let reference = world.references.reference(ReferenceKind::Authentication, now);
    let NewLogin { context, subject, method, proof, outcome, allowed_ips, enrollment_data } = login;
    let outcome = match world.faults.outcome(call.operation, now) {
        Some((code, details)) => LoginOutcome::Failed(AuthStatusCode(code), details),
        None => outcome,
    };
    world.logins.add(Login {
        reference: reference.clone(),
        started_at: now,
        context,
        subject,
        method,
        proof,
        outcome,
        progress: Progress::begin(now),
        redeemed_at: None,
        refreshed_at: None,
        is_revoked: false,
        allowed_ips,
        enrollment_data,
    });
    let life = logins::AUTHENTICATION_LIFE;
    let token = token(shared, TokenType::Authentication, reference.clone(), None, life, now);
    let body = AuthenticationInitResponse { reference_number: reference, authentication_token: token };
    Reply::json(StatusCode::ACCEPTED, &body)
}

fn token(
    shared: &Shared,
    typ: TokenType,
    arn: ReferenceNumber,
    context: Option<ContextClaims>,
    life: SignedDuration,
    now: Timestamp,
) -> TokenInfo {
    let issuer = shared.config.profile.issuer().to_owned();
    let valid_until = now.checked_add(life).unwrap_or(now);
    let (iat, exp) = (now.as_second(), valid_until.as_second());
    let claims = Claims { typ, arn, context, iss: issuer.clone(), aud: issuer, iat, exp };
    TokenInfo {
        token: Secret::new(jwt::sign(&claims, &shared.keys.jwt)),
        // What the token itself says, in whole seconds.
        valid_until: ApiTime(Timestamp::from_second(exp).unwrap_or(valid_until)),
    }
}

fn context_token(
    shared: &Shared,
    login: &Login,
    typ: TokenType,
    life: SignedDuration,
    refresh: Option<i64>,
    now: Timestamp,
) -> TokenInfo {
    let is_access = typ == TokenType::Access;
    let text = |value: serde_json::Value| is_access.then(|| value.to_string());
    let claims = ContextClaims {
        cit: login.context.kind().name().to_owned(),
        civ: login.context.value().to_owned(),
        aum: is_access.then(|| login.method.to_string()),
        sud: text(
            json!({ "subjectIdentifier": { "type": login.subject.kind, "value": login.subject.value } }),
        ),
        per: text(json!(login.rights().names())),
        pec: text(json!([])),
        rol: text(json!([])),
        pep: text(json!([])),
        iop: text(json!(login.allowed_ips.iter().collect::<Vec<_>>())),
        rfs: refresh,
    };
    token(shared, typ, login.reference.clone(), Some(claims), life, now)
}

/// Takes the token's secret out of `token|timestampMs`; the error is the detail of status 450.
fn read_token(decrypted: Option<&[u8]>, given: Timestamp) -> Result<String, String> {
    let decrypted = decrypted.ok_or("Nieprawidłowe szyfrowanie tokena")?;
    let text = std::str::from_utf8(decrypted).map_err(|_| "Nieprawidłowe kodowanie tokena")?;
    let (secret, timestamp) = text.rsplit_once('|').ok_or("Nieprawidłowe kodowanie tokena")?;
    if timestamp.parse() != Ok(given.as_millisecond()) {
        return Err("Nieprawidłowy czas tokena".to_owned());
    }
    Ok(secret.to_owned())
}

fn check_token_alive(proof: &Proof, tokens: &crate::domain::tokens::Tokens) -> Result<(), Refusal> {
    match proof {
        Proof::Token(token) if tokens.get(token).is_some_and(|token| token.is_revoked) => {
            Err(Refusal::code(ExceptionCode::NOT_AUTHORIZED, ["Token KSeF został unieważniony.".to_owned()]))
        }
        _ => Ok(()),
    }
}

fn check_allowed_ips(allowed: &AllowedIps) -> Result<(), Refusal> {
    let check = |name: &str, list: &Option<Vec<String>>, fits: fn(&str) -> bool| {
        let list = list.as_deref().unwrap_or_default();
        if list.len() <= auth_request::ADDRESSES_MAX && list.iter().all(|text| fits(text)) {
            return Ok(());
        }
        let sentence = format!("'authorizationPolicy.allowedIps.{name}' is not in the correct format.");
        Err(Refusal::validation(sentence))
    };
    check("ip4Addresses", &allowed.ip4_addresses, auth_request::is_address)?;
    check("ip4Ranges", &allowed.ip4_ranges, auth_request::is_range)?;
    check("ip4Masks", &allowed.ip4_masks, auth_request::is_mask)
}

/// 21111.
pub(crate) fn invalid_challenge() -> Refusal {
    Refusal::code(ExceptionCode::INVALID_CHALLENGE, None)
}

fn not_found(reference: &str) -> Refusal {
    let sentence =
        format!("Operacja uwierzytelniania o numerze referencyjnym {reference} nie została znaleziona.");
    Refusal::code(ExceptionCode::NOT_AUTHENTICATED, [sentence])
}
