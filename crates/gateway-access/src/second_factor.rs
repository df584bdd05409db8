//! The second factor: time-based codes (RFC 6238: SHA-1, six digits, 30 seconds, which every app knows) and recovery codes.
//!
//! The arithmetic is twenty lines over the one cryptographic engine; the libraries for it would bring a second one.

use aws_lc_rs::hmac;
use data_encoding::BASE32_NOPAD;
use jiff::Timestamp;
use ksef_crypto::{SecretString, random_bytes, sha256};
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use crate::PasswordError;
use crate::password::sealing_key;
use crate::token::groups;

/// The secret that an app shares with us. The database has it only sealed under the user's password.
pub struct SecondFactor {
    secret: Zeroizing<Vec<u8>>,
}

/// Why a sealed second factor cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CodeError {
    /// Another password, or altered.
    #[error("the second factor cannot be opened with this password")]
    Sealed,
    /// No memory for the key.
    #[error(transparent)]
    Password(#[from] PasswordError),
}

impl SecondFactor {
    /// Makes a new secret of 160 bits, as RFC 4226 §4 recommends.
    #[must_use]
    pub fn generate() -> Self {
        Self { secret: Zeroizing::new(random_bytes::<20>().to_vec()) }
    }

    /// The secret in Base32, for people whose app cannot read the address.
    #[must_use]
    pub fn base32(&self) -> SecretString {
        SecretString::from(BASE32_NOPAD.encode(&self.secret))
    }

    /// The address that apps read (`otpauth://totp/…`), usually out of a QR code.
    #[must_use]
    pub fn address(&self, login: &str) -> SecretString {
        let login: String = login.bytes().map(in_address).collect();
        let secret = BASE32_NOPAD.encode(&self.secret);
        SecretString::from(format!("otpauth://totp/bramka:{login}?secret={secret}&issuer=bramka"))
    }

    /// Seals it under the user's password.
    ///
    /// # Errors
    /// [`CodeError::Password`].
    pub fn seal(&self, password: &SecretString, user: &str) -> Result<Vec<u8>, CodeError> {
        let salt = random_bytes::<16>();
        let mut sealed = salt.to_vec();
        sealed.extend(sealing_key(password, &salt)?.seal(&self.secret, user.as_bytes()));
        Ok(sealed)
    }

    /// Opens it again; `user` is whose it must be.
    ///
    /// # Errors
    /// [`CodeError`].
    pub fn open(sealed: &[u8], password: &SecretString, user: &str) -> Result<Self, CodeError> {
        let (salt, sealed) = sealed.split_first_chunk::<16>().ok_or(CodeError::Sealed)?;
        let secret =
            sealing_key(password, salt)?.open(sealed, user.as_bytes()).map_err(|_| CodeError::Sealed)?;
        Ok(Self { secret })
    }

    /// The step of time whose code this is: now, or one before or after, for clocks that differ by up to half a minute. A
    /// step up to `used` was used already and counts no more.
    #[must_use]
    pub fn step_of(&self, code: &str, now: Timestamp, used: Option<i64>) -> Option<i64> {
        let code: String = code.chars().filter(|one| !one.is_whitespace()).collect();
        let current = now.as_second().div_euclid(STEP_S);
        (current - 1..=current + 1)
            .filter(|step| used.is_none_or(|used| *step > used))
            .find(|step| bool::from(self.code(*step).as_bytes().ct_eq(code.as_bytes())))
    }

    /// The code of a step (RFC 4226 §5.3).
    fn code(&self, step: i64) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &self.secret);
        let tag = hmac::sign(&key, &step.to_be_bytes());
        let tag = tag.as_ref();
        let offset = usize::from(tag[tag.len() - 1] & 0x0f);
        let number = tag[offset..offset + 4].iter().fold(0u32, |number, byte| number << 8 | u32::from(*byte));
        format!("{:06}", (number & 0x7fff_ffff) % 1_000_000)
    }
}

/// A byte as an address carries it.
fn in_address(byte: u8) -> String {
    if byte.is_ascii_alphanumeric() || b"-._~@".contains(&byte) {
        char::from(byte).to_string()
    } else {
        format!("%{byte:02X}")
    }
}

/// Codes that stand for the second factor once each, when the app is lost.
pub struct RecoveryCodes(Vec<String>);

impl RecoveryCodes {
    /// Makes ten codes of 80 bits.
    #[must_use]
    pub fn generate() -> Self {
        Self((0..COUNT).map(|_| groups(&random_bytes::<16>(), 4)).collect())
    }

    /// The codes, to be shown once.
    #[must_use]
    pub fn codes(&self) -> &[String] {
        &self.0
    }

    /// What the database keeps.
    #[must_use]
    pub fn hashes(&self) -> Vec<[u8; 32]> {
        self.0.iter().map(|code| Self::hash(code)).collect()
    }

    /// The hash of a code as a person typed it: case and dashes do not matter.
    #[must_use]
    pub fn hash(code: &str) -> [u8; 32] {
        let plain: String = code.chars().filter(char::is_ascii_alphanumeric).collect();
        sha256(plain.to_ascii_uppercase().as_bytes())
    }
}

const STEP_S: i64 = 30;
const COUNT: usize = 10;

#[cfg(test)]
mod tests {
    use super::*;
    use secrecy::ExposeSecret as _;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("a time")
    }

    /// RFC 6238, appendix B, SHA-1; the last six of its eight digits.
    #[test]
    fn codes_are_those_of_the_standard() {
        let factor = SecondFactor { secret: Zeroizing::new(b"12345678901234567890".to_vec()) };
        for (second, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(factor.step_of(code, at(second), None), Some(second / 30), "{second}");
            // A clock half a minute behind or ahead, and no more.
            assert!(factor.step_of(code, at(second + 30), None).is_some());
            assert!(factor.step_of(code, at(second + 60), None).is_none(), "{second}");
            // Only once.
            assert!(factor.step_of(code, at(second), Some(second / 30)).is_none());
        }
        assert!(factor.step_of("287 082", at(59), None).is_some());
        for wrong in ["", "28708", "2870820", "not it"] {
            assert!(factor.step_of(wrong, at(59), None).is_none(), "{wrong}");
        }
        assert_eq!(factor.base32().expose_secret(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        let address = factor.address("a b");
        assert!(address.expose_secret().starts_with("otpauth://totp/bramka:a%20b?secret=GEZDG"));
    }

    #[test]
    fn it_opens_with_the_password_for_its_owner_only() {
        let password = SecretString::from("a long password".to_owned());
        let factor = SecondFactor::generate();
        let sealed = factor.seal(&password, "user-1").expect("sealed");
        let opened = SecondFactor::open(&sealed, &password, "user-1").expect("opened");
        assert_eq!(*opened.secret, *factor.secret);
        let other = SecretString::from("another password".to_owned());
        for (password, user) in [(&other, "user-1"), (&password, "user-2")] {
            assert_eq!(SecondFactor::open(&sealed, password, user).err(), Some(CodeError::Sealed));
        }
        assert_eq!(SecondFactor::open(&[1, 2], &password, "user-1").err(), Some(CodeError::Sealed));
    }

    #[test]
    fn recovery_codes_are_known_however_they_are_typed() {
        let codes = RecoveryCodes::generate();
        assert_eq!((codes.codes().len(), codes.hashes().len()), (10, 10));
        let typed = codes.codes()[3].to_lowercase().replace('-', " ");
        assert_eq!(RecoveryCodes::hash(&typed), codes.hashes()[3]);
        assert_ne!(RecoveryCodes::hash(&codes.codes()[4]), codes.hashes()[3]);
    }
}
