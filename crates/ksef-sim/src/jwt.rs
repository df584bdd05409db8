//! The tokens of a login: JWT with HS256, claims as recorded with TEST (`shared/ksef/behaviour.md`).

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use ksef_id::ReferenceNumber;
use serde::{Deserialize, Serialize};

/// What a token is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum TokenType {
    /// Reads the status of a login and redeems its tokens.
    #[serde(rename = "AuthenticationToken")]
    Authentication,
    /// Calls the operations.
    #[serde(rename = "ContextToken")]
    Access,
    /// Gets new access tokens.
    #[serde(rename = "RefreshToken")]
    Refresh,
}

/// The claims, in the API's own short names.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Claims {
    pub(crate) typ: TokenType,
    /// The login (`AU`).
    pub(crate) arn: ReferenceNumber,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub(crate) context: Option<ContextClaims>,
    pub(crate) iss: String,
    pub(crate) aud: String,
    pub(crate) iat: i64,
    pub(crate) exp: i64,
}

/// The claims of access and refresh tokens. Those of access tokens hold JSON as text: that is how KSeF writes them.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct ContextClaims {
    /// Type of the context.
    pub(crate) cit: String,
    /// Value of the context.
    pub(crate) civ: String,
    /// Method of the login.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) aum: Option<String>,
    /// The subject who logged in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) sud: Option<String>,
    /// Permissions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) per: Option<String>,
    /// Permissions excluded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) pec: Option<String>,
    /// Roles.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) rol: Option<String>,
    /// Permissions effective.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) pep: Option<String>,
    /// Rules about addresses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) iop: Option<String>,
    /// Which refresh gave the token, so that it differs from the one redeemed; two refreshes within one second give
    /// the same token, as KSeF's do (field notes A9, issue 385).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) rfs: Option<i64>,
}

/// Writes a token.
pub(crate) fn sign(claims: &Claims, key: &[u8; 32]) -> String {
    // Claims are strings and integers: there is nothing in them that JSON cannot hold.
    let claims = serde_json::to_vec(claims).expect("claims are JSON");
    let mut token = format!("{HEADER}.{}", URL_SAFE_NO_PAD.encode(claims));
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), token.as_bytes());
    token.push('.');
    token.push_str(&URL_SAFE_NO_PAD.encode(tag.as_ref()));
    token
}

/// Reads a token: right header, right signature, not expired. `None` for everything else, since a caller is not told
/// more than "unauthorised".
pub(crate) fn verify(token: &str, key: &[u8; 32], now: Timestamp) -> Option<Claims> {
    if token.len() > TOKEN_BYTES_MAX {
        return None;
    }
    let (signed, tag) = token.rsplit_once('.')?;
    let (header, claims) = signed.split_once('.')?;
    if header != HEADER {
        return None;
    }
    let tag = URL_SAFE_NO_PAD.decode(tag).ok()?;
    hmac::verify(&hmac::Key::new(hmac::HMAC_SHA256, key), signed.as_bytes(), &tag).ok()?;
    let claims: Claims = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).ok()?).ok()?;
    (claims.exp > now.as_second()).then_some(claims)
}

/// `{"alg":"HS256","typ":"JWT"}`
const HEADER: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9";
const TOKEN_BYTES_MAX: usize = 16 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    fn claims(exp: i64) -> Claims {
        Claims {
            typ: TokenType::Authentication,
            arn: ReferenceNumber::parse("20260119-AU-0123456789-0123456789-00").expect("a reference"),
            context: None,
            iss: "ksef-api-te".to_owned(),
            aud: "ksef-api-te".to_owned(),
            iat: 0,
            exp,
        }
    }

    #[test]
    fn only_untouched_and_living_tokens_verify() {
        let (key, other) = ([1; 32], [2; 32]);
        let now = Timestamp::from_second(1000).expect("a time");
        let token = sign(&claims(1001), &key);
        assert!(verify(&token, &key, now).is_some());
        assert!(verify(&token, &other, now).is_none());
        assert!(verify(&sign(&claims(1000), &key), &key, now).is_none());
        for cut in 0..token.len() {
            assert!(verify(&token[..cut], &key, now).is_none());
        }
        let header = URL_SAFE_NO_PAD.decode(HEADER).expect("base64");
        assert_eq!(header, br#"{"alg":"HS256","typ":"JWT"}"#);
    }
}
