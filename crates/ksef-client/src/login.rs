//! Login: from a challenge to a pair of tokens, and keeping them fresh.

use std::time::Duration;

use ksef_crypto::xades::{SignatureStyle, sign_enveloped};
use ksef_crypto::{Credential, WrappingKey};
use ksef_id::ContextIdentifier;
use ksef_wire::codes::AuthStatusCode;
use ksef_wire::{
    AuthenticationChallengeResponse, AuthenticationInitResponse, AuthenticationOperationStatusResponse,
    AuthenticationTokenRefreshResponse, AuthenticationTokensResponse, InitTokenAuthenticationRequest,
    Operation, PublicKeyCertificate, PublicKeyCertificateUsage, TokenInfo,
};
use secrecy::{ExposeSecret as _, SecretString};

use crate::auth_token_request::auth_token_request;
use crate::error::{CallError, LoginError};
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

    /// `GET /security/public-key-certificates`.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn public_key_certificates(&self) -> Result<Vec<PublicKeyCertificate>, CallError> {
        self.call(&Request::new(Operation::PublicKeyCertificates, &[]), None).await?.json()
    }

    /// KSeF's public key for a purpose: of those valid now, the one that became valid last, since two overlap while
    /// keys are rotated (guide, `klucze-publiczne-do-szyfrowania.md` §3).
    ///
    /// # Errors
    /// [`LoginError::NoKey`] when none is valid, [`LoginError::Wrap`] when its certificate cannot be used.
    pub async fn wrapping_key(&self, usage: PublicKeyCertificateUsage) -> Result<WrappingKey, LoginError> {
        let name = match usage {
            PublicKeyCertificateUsage::KsefTokenEncryption => "KsefTokenEncryption",
            _ => "SymmetricKeyEncryption",
        };
        let now = self.now();
        let newest = self
            .public_key_certificates()
            .await?
            .into_iter()
            .filter(|key| key.usage.contains(&usage) && key.valid_from.0 <= now && now < key.valid_to.0)
            .max_by_key(|key| key.valid_from.0)
            .ok_or(LoginError::NoKey { usage: name })?;
        Ok(WrappingKey::from_certificate_der(&newest.certificate.0)?)
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
        let document = auth_token_request(&challenge.challenge, context);
        // The signing time is KSeF's own clock, taken from its challenge: a clock of ours that is wrong does no harm.
        let signed =
            sign_enveloped(document.as_bytes(), credential, challenge.timestamp.0, SignatureStyle::Login)?;
        let request = Request::new(Operation::AuthXadesSignature, &[]).body("application/xml", signed);
        let started: AuthenticationInitResponse = self.call(&request, None).await?.json()?;
        self.finish_login(context, &started).await
    }

    /// Logs in with a KSeF token.
    ///
    /// # Errors
    /// As [`KsefClient::login_with_certificate`].
    pub async fn login_with_token(
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
    async fn finish_login(
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
