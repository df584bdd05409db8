//! The secret that a webhook's messages are signed with, in the form of Standard Webhooks: `whsec_` and Base64.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::SecretString;
use zeroize::Zeroizing;

/// A secret of 24 to 64 bytes. It is shown once, where it is made, and does not print itself.
pub struct WebhookSecret {
    key: Zeroizing<Vec<u8>>,
}

/// A text that is no secret. It is not repeated here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is no webhook secret: whsec_ and 24 to 64 bytes in Base64")]
pub struct SecretFormError;

impl WebhookSecret {
    /// Makes a random one of 32 bytes.
    ///
    /// # Panics
    /// When the operating system has no randomness to give.
    #[must_use]
    pub fn generate() -> Self {
        Self { key: Zeroizing::new(ksef_crypto::random_bytes::<32>().to_vec()) }
    }

    /// Reads the form in which it is shown.
    ///
    /// # Errors
    /// [`SecretFormError`].
    pub fn parse(text: &str) -> Result<Self, SecretFormError> {
        let encoded = text.trim().strip_prefix(PREFIX).ok_or(SecretFormError)?;
        Self::from_bytes(&STANDARD.decode(encoded).map_err(|_| SecretFormError)?)
    }

    /// The secret with these bytes.
    ///
    /// # Errors
    /// [`SecretFormError`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, SecretFormError> {
        let is_good = (24..=64).contains(&bytes.len());
        if is_good { Ok(Self { key: Zeroizing::new(bytes.to_vec()) }) } else { Err(SecretFormError) }
    }

    /// Its bytes, to be sealed.
    #[must_use]
    pub fn expose_bytes(&self) -> &[u8] {
        &self.key
    }

    /// The form in which it is shown.
    #[must_use]
    pub fn to_text(&self) -> SecretString {
        SecretString::from(format!("{PREFIX}{}", STANDARD.encode(&*self.key)))
    }
}

impl std::fmt::Debug for WebhookSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("WebhookSecret(***)")
    }
}

const PREFIX: &str = "whsec_";

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;

    #[test]
    fn a_secret_is_read_as_it_is_shown() {
        let secret = WebhookSecret::generate();
        let text = secret.to_text();
        assert!(text.expose_secret().starts_with("whsec_"));
        let read = WebhookSecret::parse(text.expose_secret()).expect("its own form");
        assert_eq!(read.expose_bytes(), secret.expose_bytes());
        assert_eq!(format!("{secret:?}"), "WebhookSecret(***)");
    }

    #[test]
    fn what_is_too_short_is_none() {
        for text in ["", "whsec_", "whsec_AAAA", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_!"] {
            assert_eq!(WebhookSecret::parse(text).err(), Some(SecretFormError), "{text}");
        }
    }
}
