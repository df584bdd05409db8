//! Who may ask: everybody on this machine, or whoever has the API key.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use gateway_api::{API_KEY, BASE_PATH, ProblemCode};
use ksef_crypto::{SecretString, sha256};
use secrecy::ExposeSecret as _;
use subtle::ConstantTimeEq as _;

use super::Failure;
use crate::router::Shared;

/// The configured key, kept as its hash.
pub(crate) struct ApiKey {
    hash: Option<[u8; 32]>,
}

impl ApiKey {
    pub(crate) fn new(key: Option<SecretString>) -> Self {
        Self { hash: key.map(|key| sha256(key.expose_secret().as_bytes())) }
    }

    fn allows(&self, headers: &HeaderMap) -> Result<(), ProblemCode> {
        let Some(expected) = &self.hash else { return Ok(()) };
        let given = given_key(headers).ok_or(ProblemCode::ApiKeyMissing)?;
        // Hashes of equal length, compared in constant time: nothing is learnt from how long a refusal takes.
        if bool::from(sha256(given.as_bytes()).ct_eq(expected)) {
            Ok(())
        } else {
            Err(ProblemCode::ApiKeyWrong)
        }
    }
}

/// The key as `X-API-Key`, as `Bearer`, or as the password of `Basic`, which is what a browser asks its user for.
fn given_key(headers: &HeaderMap) -> Option<String> {
    if let Some(key) = headers.get(API_KEY) {
        return key.to_str().ok().map(str::to_owned);
    }
    let (scheme, value) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    match scheme.to_ascii_lowercase().as_str() {
        "bearer" => Some(value.trim().to_owned()),
        "basic" => {
            let decoded = String::from_utf8(STANDARD.decode(value.trim()).ok()?).ok()?;
            decoded.split_once(':').map(|(_, password)| password.to_owned())
        }
        _ => None,
    }
}

/// Stands before every route.
pub(crate) async fn guard(State(shared): State<Shared>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    // Without a key anybody on this machine may ask, but no web site through somebody's browser: a name that points
    // to this machine is not enough (DNS rebinding).
    if shared.key.hash.is_none() && !is_local(headers) {
        let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("-");
        return Failure::new(ProblemCode::HostForbidden, host).into_response();
    }
    if let Err(code) = shared.key.allows(headers) {
        let is_page = !request.uri().path().starts_with(BASE_PATH);
        let mut response = Failure::new(code, "").into_response();
        if is_page {
            let challenge = HeaderValue::from_static("Basic realm=\"bramka\", charset=\"UTF-8\"");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
        }
        return response;
    }
    next.run(request).await
}

fn is_local(headers: &HeaderMap) -> bool {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    name == "localhost"
        || name
            .trim_start_matches('[')
            .trim_end_matches(']')
            .parse()
            .is_ok_and(|ip: std::net::IpAddr| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: header::HeaderName, value: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(name, HeaderValue::from_str(value).expect("a header"));
        headers
    }

    #[test]
    fn a_key_is_taken_in_three_forms_and_no_other_key_at_all() {
        let key = ApiKey::new(Some(SecretString::from("sezam".to_owned())));
        let check = |name: header::HeaderName, value: &str, expected: Result<(), ProblemCode>| {
            assert_eq!(key.allows(&headers(name, value)), expected, "{value}");
        };
        check(header::HeaderName::from_static(API_KEY), "sezam", Ok(()));
        check(header::AUTHORIZATION, "Bearer sezam", Ok(()));
        check(header::AUTHORIZATION, "Basic dTpzZXphbQ==", Ok(()));
        check(header::HeaderName::from_static(API_KEY), "sezam2", Err(ProblemCode::ApiKeyWrong));
        check(header::AUTHORIZATION, "Negotiate sezam", Err(ProblemCode::ApiKeyMissing));
        assert_eq!(key.allows(&HeaderMap::new()), Err(ProblemCode::ApiKeyMissing));
        assert_eq!(ApiKey::new(None).allows(&HeaderMap::new()), Ok(()));
    }

    #[test]
    fn only_loopback_names_are_local() {
        for (host, expected) in [
            ("127.0.0.1:8080", true),
            ("localhost", true),
            ("[::1]:8080", true),
            ("evil.example:8080", false),
            ("127.0.0.1.evil.example", false),
            ("", false),
        ] {
            assert_eq!(is_local(&headers(header::HOST, host)), expected, "{host}");
        }
    }
}
