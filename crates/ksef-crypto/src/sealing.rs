//! Sealing secrets for storage: AES-256-GCM with associated data.
//!
//! A sealed text is the nonce (12 bytes, random), the ciphertext and the tag (16 bytes). What it is bound to, goes into the
//! associated data: whoever moves a sealed text to another place finds that it does not open there.

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use zeroize::Zeroizing;

/// A key that seals. Nothing of it is printed, and it is wiped when dropped.
pub struct SealingKey {
    bytes: Zeroizing<[u8; KEY_BYTES]>,
}

/// The key is another one, the associated data differ, or the sealed text was altered; which of these, cannot be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the sealed data do not open: another key, another place, or they were altered")]
pub struct UnsealError;

impl SealingKey {
    /// How long a key is, in bytes.
    pub const BYTES: usize = KEY_BYTES;

    /// Makes a random key.
    #[must_use]
    pub fn generate() -> Self {
        Self { bytes: Zeroizing::new(crate::random_bytes()) }
    }

    /// Takes a key; `None` unless it has [`SealingKey::BYTES`] bytes.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut key = Zeroizing::new([0; KEY_BYTES]);
        if bytes.len() != KEY_BYTES {
            return None;
        }
        key.copy_from_slice(bytes);
        Some(Self { bytes: key })
    }

    /// The key itself, for sealing it under another one or writing it to where it is kept.
    #[must_use]
    pub fn expose_bytes(&self) -> &[u8; KEY_BYTES] {
        &self.bytes
    }

    /// Seals `secret`, bound to `associated_data`.
    ///
    /// # Panics
    /// When the operating system has no randomness to give.
    #[must_use]
    pub fn seal(&self, secret: &[u8], associated_data: &[u8]) -> Vec<u8> {
        // Room for everything from the start: a buffer that grew would leave a copy of the secret behind.
        let mut text = Zeroizing::new(Vec::with_capacity(secret.len() + TAG_BYTES));
        text.extend_from_slice(secret);
        let nonce = self
            .key()
            .seal_in_place_append_tag(Aad::from(associated_data), &mut *text)
            .expect("secrets are far shorter than GCM's limit of 64 GiB");
        [nonce.as_ref().as_slice(), &text].concat()
    }

    /// Opens what [`SealingKey::seal`] made with the same associated data.
    ///
    /// # Errors
    /// [`UnsealError`].
    pub fn open(&self, sealed: &[u8], associated_data: &[u8]) -> Result<Zeroizing<Vec<u8>>, UnsealError> {
        let (nonce, text) = sealed.split_at_checked(NONCE_LEN).ok_or(UnsealError)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| UnsealError)?;
        let mut text = Zeroizing::new(text.to_vec());
        let length = self
            .key()
            .open_in_place(nonce, Aad::from(associated_data), &mut text)
            .map_err(|_| UnsealError)?
            .len();
        text.truncate(length);
        Ok(text)
    }

    fn key(&self) -> RandomizedNonceKey {
        RandomizedNonceKey::new(&AES_256_GCM, &*self.bytes).expect("the key has the length of AES-256")
    }
}

impl std::fmt::Debug for SealingKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SealingKey(***)")
    }
}

const KEY_BYTES: usize = 32;
const TAG_BYTES: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_key_and_place_open() {
        let key = SealingKey::generate();
        for secret in [&b""[..], b"x", &[7; 5000]] {
            let sealed = key.seal(secret, b"place");
            assert_eq!(sealed.len(), secret.len() + 28);
            assert_ne!(sealed, key.seal(secret, b"place"), "a fresh nonce each time");
            assert_eq!(key.open(&sealed, b"place").expect("opened").as_slice(), secret);
            assert_eq!(key.open(&sealed, b"elsewhere"), Err(UnsealError));
            assert_eq!(SealingKey::generate().open(&sealed, b"place"), Err(UnsealError));
            for at in (0..sealed.len()).step_by(7) {
                let mut altered = sealed.clone();
                altered[at] ^= 1;
                assert_eq!(key.open(&altered, b"place"), Err(UnsealError), "{at}");
                assert_eq!(key.open(&sealed[..at], b"place"), Err(UnsealError), "{at}");
            }
        }
        assert_eq!(format!("{key:?}"), "SealingKey(***)");
    }

    #[test]
    fn keys_have_their_length() {
        assert!(SealingKey::from_bytes(&[0; 31]).is_none());
        let key = SealingKey::from_bytes(&[9; 32]).expect("a key");
        assert_eq!(key.expose_bytes(), &[9; 32]);
    }
}
