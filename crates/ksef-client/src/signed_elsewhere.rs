//! Login by a signature from outside: Profil Zaufany, a qualified card, an HSM.
//!
//! The document is written for a challenge, leaves, and comes back signed. Until then nothing is kept in KSeF but the
//! challenge, which lives 10 minutes (guide, `uwierzytelnianie.md`). What comes back is checked before it is sent: that it
//! is our document, and that its signature holds. A wrong file would cost the challenge and be refused without a reason
//! that a person could use.

use ksef_crypto::Certificate;
use ksef_crypto::xades::{Departure, VerifyError, verify_as_ksef};
use ksef_id::{ContextIdentifier, ReferenceNumber};
use ksef_wire::{AuthenticationInitResponse, Operation};
use serde::{Deserialize, Serialize};

use crate::auth_token_request::{IdentifiedBy, LoginDocument};
use crate::error::{CallError, LoginError};
use crate::login::AuthTokens;
use crate::transport::{KsefClient, Request};

/// A login that waits for its signature. It holds no secret, and can be kept and taken up by another process.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UnsignedLogin {
    /// KSeF's challenge (`CR`).
    pub challenge: ReferenceNumber,
    /// The context to log in to, as `Type:value`.
    #[serde(with = "context_text")]
    pub context: ContextIdentifier,
    /// How KSeF shall know the signer.
    pub identified_by: IdentifiedBy,
    /// The document to be signed: XML in UTF-8, `AuthTokenRequest` of schema 2.1. Enveloped XAdES, and no byte changed
    /// besides.
    pub document: String,
    /// When the challenge ends, by the clock of this client.
    pub valid_until: jiff::Timestamp,
}

/// A signed login document that is ours, and whose signature holds.
#[derive(Debug, Clone)]
pub struct SignedLogin {
    /// Who signed: whoever this names is who logs in, and whose certificates are asked for then.
    pub certificate: Certificate,
    /// What some environments refuse: SHA-1, a signature that does not name its certificate.
    pub departures: Vec<Departure>,
    bytes: Vec<u8>,
}

/// Why a signed document is not sent.
#[derive(Debug, thiserror::Error)]
pub enum SignedLoginError {
    /// The challenge has ended: begin anew.
    #[error("the challenge ended at {valid_until}: begin the login anew and sign within 10 minutes")]
    Expired {
        /// When it ended.
        valid_until: jiff::Timestamp,
    },
    /// The signature does not hold, or there is none.
    #[error("the signature of the login document does not hold: {0}")]
    Signature(#[from] VerifyError),
    /// Another document was signed: of an earlier challenge, for another context, or changed.
    #[error("this is not the login document that was given to sign: {what} differs")]
    OtherDocument {
        /// The element that differs.
        what: &'static str,
    },
}

impl UnsignedLogin {
    /// How long the challenge still lives; zero when it has ended.
    #[must_use]
    pub fn time_left(&self, now: jiff::Timestamp) -> std::time::Duration {
        std::time::Duration::try_from(self.valid_until.duration_since(now)).unwrap_or_default()
    }

    /// Checks a signed document that came back. Whether KSeF trusts the certificate is for KSeF.
    ///
    /// # Errors
    /// [`SignedLoginError::Signature`] and [`SignedLoginError::OtherDocument`].
    pub fn check(&self, signed: &[u8]) -> Result<SignedLogin, SignedLoginError> {
        let verified = verify_as_ksef(signed)?;
        let other = |what| SignedLoginError::OtherDocument { what };
        let found = LoginDocument::read(&verified.signed_content).ok_or(other("AuthTokenRequest"))?;
        let ours = LoginDocument::read(self.document.as_bytes()).ok_or(other("AuthTokenRequest"))?;
        if found.challenge != ours.challenge {
            return Err(other("Challenge"));
        }
        if found.context != ours.context {
            return Err(other("ContextIdentifier"));
        }
        if found.identified_by != ours.identified_by {
            return Err(other("SubjectIdentifierType"));
        }
        Ok(SignedLogin {
            certificate: verified.certificate,
            departures: verified.departures,
            bytes: signed.to_vec(),
        })
    }
}

impl KsefClient {
    /// Fetches a challenge and writes the document to be signed elsewhere.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn prepare_login(
        &self,
        context: &ContextIdentifier,
        identified_by: IdentifiedBy,
    ) -> Result<UnsignedLogin, CallError> {
        // Counted from before the call, by our clock: never too long, whatever the network and KSeF's clock do.
        let valid_until = self.now() + CHALLENGE_LIFE;
        let challenge = self.challenge().await?.challenge;
        let document = LoginDocument::write(&challenge, context, identified_by);
        Ok(UnsignedLogin { challenge, context: context.clone(), identified_by, document, valid_until })
    }

    /// Logs in with a document that was signed elsewhere, and waits for KSeF's verdict. To use the tokens, give them to
    /// [`crate::Access::with_tokens`].
    ///
    /// # Errors
    /// [`LoginError::SignedElsewhere`] when the challenge has ended, else as
    /// [`KsefClient::login_with_certificate`].
    pub async fn login_with_signed(
        &self,
        login: &UnsignedLogin,
        signed: &SignedLogin,
    ) -> Result<AuthTokens, LoginError> {
        if self.now() >= login.valid_until {
            return Err(SignedLoginError::Expired { valid_until: login.valid_until }.into());
        }
        let body = signed.bytes.clone();
        let request = Request::new(Operation::AuthXadesSignature, &[]).body("application/xml", body);
        let started: AuthenticationInitResponse = self.call(&request, None).await?.json()?;
        self.finish_login(&login.context, &started).await
    }
}

mod context_text {
    use ksef_id::ContextIdentifier;
    use serde::{Deserialize as _, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(
        context: &ContextIdentifier,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(context.as_str())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<ContextIdentifier, D::Error> {
        let text = String::deserialize(deserializer)?;
        ContextIdentifier::parse(&text).map_err(serde::de::Error::custom)
    }
}

/// Guide, `uwierzytelnianie.md`: the life of a challenge.
const CHALLENGE_LIFE: jiff::SignedDuration = jiff::SignedDuration::from_mins(10);
