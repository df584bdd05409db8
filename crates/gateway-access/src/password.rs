//! Passwords: Argon2id, kept in the PHC string form.

use argon2::password_hash::phc;
use argon2::{Algorithm, Argon2, Params, PasswordHasher as _, PasswordVerifier as _, Version};
use ksef_crypto::{SealingKey, SecretString, random_bytes};
use secrecy::ExposeSecret as _;
use zeroize::Zeroizing;

/// A password as the database keeps it: `$argon2id$v=19$m=19456,t=2,p=1$salt$hash`.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

/// Why a password cannot be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Too short.
    #[error("the password needs at least 12 characters")]
    TooShort,
    /// Longer than anybody types.
    #[error("the password has more than 256 characters")]
    TooLong,
    /// One that everybody tries first.
    #[error("the password is the user's name, or one character over and over")]
    Guessable,
    /// The text is no password hash, or this machine has not the memory for it.
    #[error("the password cannot be hashed")]
    Hash,
}

impl PasswordHash {
    /// Hashes a new password of `login`. Takes some tens of milliseconds and 19 MiB: not where others wait.
    ///
    /// Length is what is asked for, and no mixture of characters (NIST SP 800-63B §3.1.1.2).
    ///
    /// # Errors
    /// [`PasswordError`].
    pub fn create(password: &SecretString, login: &str) -> Result<Self, PasswordError> {
        let text = password.expose_secret();
        let length = text.chars().count();
        if length < LENGTH_MIN {
            return Err(PasswordError::TooShort);
        }
        if length > LENGTH_MAX {
            return Err(PasswordError::TooLong);
        }
        let mut characters = text.chars();
        let first = characters.next();
        if characters.all(|one| Some(one) == first) || text.eq_ignore_ascii_case(login) {
            return Err(PasswordError::Guessable);
        }
        let salt = random_bytes::<16>();
        let made = hasher()?.hash_password_with_salt(text.as_bytes(), &salt);
        made.map(|hash| Self(hash.to_string())).map_err(|_| PasswordError::Hash)
    }

    /// Takes what the database keeps.
    #[must_use]
    pub fn from_text(text: String) -> Self {
        Self(text)
    }

    /// The text for the database.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether this is the password. Takes as long as [`PasswordHash::create`].
    #[must_use]
    pub fn matches(&self, password: &SecretString) -> bool {
        let Ok(parsed) = phc::PasswordHash::new(&self.0) else { return false };
        let Ok(hasher) = hasher() else { return false };
        hasher.verify_password(password.expose_secret().as_bytes(), &parsed).is_ok()
    }

    /// Takes as long as a comparison and is never right: for names that nobody has, so that time does not tell which do.
    pub fn match_nothing(password: &SecretString) {
        let salt = [0x5a; 16];
        if let Ok(hasher) = hasher() {
            let _ = hasher.hash_password_with_salt(password.expose_secret().as_bytes(), &salt);
        }
    }
}

/// The key that seals a user's second factor: it comes out of the password and is kept nowhere, so that the database alone
/// gives nobody a second factor. Another salt than the password's own hash has.
///
/// # Errors
/// [`PasswordError::Hash`] when this machine has not the memory for it.
pub(crate) fn sealing_key(password: &SecretString, salt: &[u8; 16]) -> Result<SealingKey, PasswordError> {
    let mut key = Zeroizing::new([0u8; SealingKey::BYTES]);
    hasher()?
        .hash_password_into(password.expose_secret().as_bytes(), salt, key.as_mut())
        .map_err(|_| PasswordError::Hash)?;
    SealingKey::from_bytes(key.as_ref()).ok_or(PasswordError::Hash)
}

/// OWASP's first recommendation (Password Storage Cheat Sheet): 19 MiB, two passes, one lane.
fn hasher() -> Result<Argon2<'static>, PasswordError> {
    let params = Params::new(19 * 1024, 2, 1, None).map_err(|_| PasswordError::Hash)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

impl std::fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PasswordHash")
    }
}

const LENGTH_MIN: usize = 12;
const LENGTH_MAX: usize = 256;

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(text: &str) -> SecretString {
        SecretString::from(text.to_owned())
    }

    #[test]
    fn a_password_is_known_again_and_nothing_else_is() {
        let hash = PasswordHash::create(&secret("zażółć gęślą jaźń"), "kasia").expect("hashed");
        assert!(hash.as_str().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{}", hash.as_str());
        let kept = PasswordHash::from_text(hash.as_str().to_owned());
        assert!(kept.matches(&secret("zażółć gęślą jaźń")));
        for wrong in ["zażółć gęślą jażń", "", "zażółć gęślą jaźń "] {
            assert!(!kept.matches(&secret(wrong)), "{wrong}");
        }
        assert!(!format!("{kept:?}").contains("argon2"));
        let again = PasswordHash::create(&secret("zażółć gęślą jaźń"), "kasia").expect("hashed");
        assert_ne!(again, kept, "each has a salt of its own");
        assert!(!PasswordHash::from_text("$argon2id$nonsense".into()).matches(&secret("nonsense")));
    }

    #[test]
    fn short_and_silly_passwords_are_refused() {
        let check = |text: &str, expected: PasswordError| {
            assert_eq!(PasswordHash::create(&secret(text), "administrator").err(), Some(expected), "{text}");
        };
        check("elevenchars", PasswordError::TooShort);
        check("", PasswordError::TooShort);
        check(&"ab".repeat(129), PasswordError::TooLong);
        check(&"a".repeat(12), PasswordError::Guessable);
        check("Administrator", PasswordError::Guessable);
    }
}
