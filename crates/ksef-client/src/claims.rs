//! What an access token says of itself. KSeF checks the token; here it is only read, to be shown.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::ExposeSecret as _;
use serde::Deserialize;

use crate::access::Access;
use crate::error::CallError;

/// The claims of an access token, as far as they matter here. Whatever is missing or of another shape is left out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AccessClaims {
    /// Who issued it: `ksef-api-te` on TEST (`shared/ksef/behaviour.md`).
    pub issuer: Option<String>,
    /// The permissions that work with this token: `Owner`, or the API's names of permissions. A token keeps the
    /// permissions that it was given, whatever becomes of them meanwhile.
    pub permissions: Vec<String>,
}

impl AccessClaims {
    /// Reads the claims of a JWT without verifying it.
    #[must_use]
    pub fn read(jwt: &str) -> Self {
        #[derive(Deserialize)]
        struct Raw {
            iss: Option<String>,
            /// JSON as text: that is how KSeF writes it.
            per: Option<String>,
        }
        let raw: Option<Raw> = jwt
            .split('.')
            .nth(1)
            .and_then(|claims| URL_SAFE_NO_PAD.decode(claims.trim_end_matches('=')).ok())
            .and_then(|json| serde_json::from_slice(&json).ok());
        let Some(raw) = raw else { return Self::default() };
        let permissions = raw.per.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
        Self { issuer: raw.iss, permissions }
    }
}

impl Access {
    /// The claims of the access token in use; logs in if there is none.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn claims(&self) -> Result<AccessClaims, CallError> {
        Ok(AccessClaims::read(self.access_token().await?.expose_secret()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_token_has_no_claims() {
        for text in ["", "a.b.c", "a", "a.e30.c", "a.WzFd.c"] {
            assert_eq!(AccessClaims::read(text), AccessClaims::default(), "{text}");
        }
        let claims = URL_SAFE_NO_PAD.encode(r#"{"iss":"ksef-api-te","per":"[\"Owner\"]","exp":1}"#);
        let read = AccessClaims::read(&format!("x.{claims}.y"));
        assert_eq!(
            (read.issuer.as_deref(), read.permissions),
            (Some("ksef-api-te"), vec!["Owner".to_owned()])
        );
        let other = URL_SAFE_NO_PAD.encode(r#"{"per":"no list"}"#);
        assert_eq!(AccessClaims::read(&format!("x.{other}.y")), AccessClaims::default());
    }
}
