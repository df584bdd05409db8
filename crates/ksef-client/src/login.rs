//! Login: from a challenge to a pair of tokens, and keeping them fresh.

use std::time::Duration;

use ksef_crypto::Credential;
use ksef_crypto::xades::{SignatureStyle, sign_enveloped};
use ksef_id::ContextIdentifier;
use ksef_wire::codes::AuthStatusCode;
use ksef_wire::{
    AuthenticationChallengeResponse, AuthenticationInitResponse, AuthenticationOperationStatusResponse,
    AuthenticationTokenRefreshResponse, AuthenticationTokensResponse, InitTokenAuthenticationRequest,
    Operation, PublicKeyCertificateUsage, TokenInfo,
};
use secrecy::{ExposeSecret as _, SecretString};

use crate::auth_token_request::{IdentifiedBy, LoginDocument};
use crate::error::{CallError, LoginError};
use crate::public_keys::is_withdrawn_key;
use crate::transport::{Caller, KsefClient, Request};

/// The tokens of a login: the access token lives minutes, the refresh token days.
#[derive(Debug, Clone)]
pub struct AuthTokens {
    /// For calls.
    pub access: TokenInfo,
    /// For new access tokens.
    pub refresh: TokenInfo,
}

impl KsefClient {
    /// `POST /auth/challenge`: valid for 10 minutes.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn challenge(&self) -> Result<AuthenticationChallengeResponse, CallError> {
        self.call(&Request::new(Operation::AuthChallenge, &[]), None).await?.json()
    }

    /// Logs in with a certificate: signs the login document, waits for KSeF's verdict, takes the tokens.
    ///
    /// # Errors
    /// [`LoginError`] says whether the network, KSeF or the credential stood in the way.
    pub async fn login_with_certificate(
        &self,
        context: &ContextIdentifier,
        credential: &Credential,
    ) -> Result<AuthTokens, LoginError> {
        let challenge = self.challenge().await?;
        // A certificate without NIP and PESEL is known to KSeF by its fingerprint (21406 otherwise).
        let identified_by = match credential.certificate().identity() {
            Some(_) => IdentifiedBy::CertificateSubject,
            None => IdentifiedBy::CertificateFingerprint,
        };
        let document = LoginDocument::write(&challenge.challenge, context, identified_by);
        // The signing time is KSeF's own clock, taken from its challenge: a clock of ours that is wrong does no harm.
        let signed =
            sign_enveloped(document.as_bytes(), credential, challenge.timestamp.0, SignatureStyle::Login)?;
        let request = Request::new(Operation::AuthXadesSignature, &[]).body("application/xml", signed);
        let started: AuthenticationInitResponse = self.call(&request, None).await?.json()?;
        self.finish_login(context, &started).await
    }

    /// Logs in with a KSeF token. When KSeF no longer takes the public key, this is done once more with a new one.
    ///
    /// # Errors
    /// As [`KsefClient::login_with_certificate`].
    pub async fn login_with_token(
        &self,
        context: &ContextIdentifier,
        token: &SecretString,
    ) -> Result<AuthTokens, LoginError> {
        match self.login_with_token_once(context, token).await {
            Err(error) if is_about_key(&error) => {
                self.forget_public_keys();
                self.login_with_token_once(context, token).await
            }
            other => other,
        }
    }

    async fn login_with_token_once(
        &self,
        context: &ContextIdentifier,
        token: &SecretString,
    ) -> Result<AuthTokens, LoginError> {
        let challenge = self.challenge().await?;
        let key = self.wrapping_key(PublicKeyCertificateUsage::KsefTokenEncryption).await?;
        // `timestampMs` as it came: nobody has to parse and cut seven digits (field notes A9).
        let secret = SecretString::from(format!("{}|{}", token.expose_secret(), challenge.timestamp_ms));
        let body = InitTokenAuthenticationRequest {
            challenge: challenge.challenge,
            context_identifier: context.into(),
            encrypted_token: key.wrap(secret.expose_secret().as_bytes())?.into(),
            public_key_id: Some(key.public_key_id().to_owned()),
            authorization_policy: None,
        };
        let request = Request::new(Operation::AuthKsefToken, &[]).json(&body)?;
        let started: AuthenticationInitResponse = self.call(&request, None).await?.json()?;
        self.finish_login(context, &started).await
    }

    /// `POST /auth/token/refresh`.
    ///
    /// # Errors
    /// [`CallError::Refused`] with 21301 or 21304 when the login is over: log in anew.
    pub async fn refresh_access_token(
        &self,
        context: &ContextIdentifier,
        refresh: &TokenInfo,
    ) -> Result<TokenInfo, CallError> {
        let request = Request::new(Operation::AuthTokenRefresh, &[]);
        let caller = Caller { bearer: refresh.token.expose(), context };
        let answer: AuthenticationTokenRefreshResponse = self.call(&request, Some(caller)).await?.json()?;
        Ok(answer.access_token)
    }

    /// Waits for the verdict, then redeems: earlier, redeeming answers 21301, and it works only once (field notes A9).
    pub(crate) async fn finish_login(
        &self,
        context: &ContextIdentifier,
        started: &AuthenticationInitResponse,
    ) -> Result<AuthTokens, LoginError> {
        let caller = Some(Caller { bearer: started.authentication_token.token.expose(), context });
        let status = Request::new(Operation::AuthStatus, &[started.reference_number.as_str()]);
        let (step, limit) = (self.options().poll_delay, self.options().login_timeout);
        let mut waited = Duration::ZERO;
        loop {
            let answer: AuthenticationOperationStatusResponse = self.call(&status, caller).await?.json()?;
            match AuthStatusCode(answer.status.code) {
                AuthStatusCode::SUCCESS => break,
                AuthStatusCode::IN_PROGRESS if waited < limit => {
                    tokio::time::sleep(step).await;
                    waited += step;
                }
                AuthStatusCode::IN_PROGRESS => return Err(LoginError::TooSlow { waited }),
                AuthStatusCode(code) => {
                    let details = answer.status.details.unwrap_or_default();
                    return Err(LoginError::NotAccepted {
                        code,
                        description: answer.status.description,
                        details,
                    });
                }
            }
        }
        let redeem = Request::new(Operation::AuthTokenRedeem, &[]);
        let tokens: AuthenticationTokensResponse = self.call(&redeem, caller).await?.json()?;
        Ok(AuthTokens { access: tokens.access_token, refresh: tokens.refresh_token })
    }
}

/// Whether the public key that the token was encrypted with is what stood in the way.
fn is_about_key(error: &LoginError) -> bool {
    match error {
        LoginError::Call(call) => is_withdrawn_key(call),
        LoginError::NotAccepted { details, .. } => {
            details.iter().any(|detail| detail.contains(NOT_DECRYPTED))
        }
        _ => false,
    }
}

/// The detail of status 450 for a token that KSeF could not decrypt (OpenAPI document, table of login statuses).
const NOT_DECRYPTED: &str = "Nieprawidłowe szyfrowanie tokena";
