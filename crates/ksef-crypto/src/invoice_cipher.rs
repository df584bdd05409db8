//! AES-256-CBC with PKCS#7, by which a session's invoices travel.
//!
//! The initialization vector travels in its own field of the request and is *not* put before the ciphertext, although
//! the guide says so (field notes §0.1 row 4, `ksef-api` issue 839): both official clients send bare ciphertext.

use aws_lc_rs::cipher::{
    AES_256, DecryptionContext, EncryptionContext, PaddedBlockDecryptingKey, PaddedBlockEncryptingKey,
    UnboundCipherKey,
};
use zeroize::{Zeroize, ZeroizeOnDrop};

/// The symmetric key and initialization vector of one session; wiped from memory when dropped.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct SessionKey {
    key: [u8; KEY_BYTES],
    iv: [u8; IV_BYTES],
}

/// Why bytes are no [`SessionKey`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SessionKeyError {
    /// The key is not 256 bits long.
    #[error("the symmetric key has {found} bytes instead of 32")]
    KeyLength {
        /// Length in bytes.
        found: usize,
    },
    /// The initialization vector is not 128 bits long.
    #[error("the initialization vector has {found} bytes instead of 16")]
    IvLength {
        /// Length in bytes.
        found: usize,
    },
}

/// The ciphertext does not decrypt: its length is no multiple of 16, or the padding is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the content does not decrypt with the session's key (AES-256-CBC, PKCS#7)")]
pub struct DecryptError;

impl SessionKey {
    /// A fresh random key and vector.
    #[must_use]
    pub fn generate() -> Self {
        Self { key: crate::random_bytes(), iv: crate::random_bytes() }
    }

    /// Takes a key (32 bytes) and a vector (16 bytes).
    ///
    /// # Errors
    /// [`SessionKeyError`] when a length differs.
    pub fn from_parts(key: &[u8], iv: &[u8]) -> Result<Self, SessionKeyError> {
        Ok(Self {
            key: key.try_into().map_err(|_| SessionKeyError::KeyLength { found: key.len() })?,
            iv: iv.try_into().map_err(|_| SessionKeyError::IvLength { found: iv.len() })?,
        })
    }

    /// The key, to be wrapped for KSeF and nothing else.
    #[must_use]
    pub fn key(&self) -> &[u8; KEY_BYTES] {
        &self.key
    }

    /// The initialization vector, which is public.
    #[must_use]
    pub fn iv(&self) -> &[u8; IV_BYTES] {
        &self.iv
    }

    /// Encrypts a document; the result is 1 to 16 bytes longer.
    #[must_use]
    pub fn encrypt(&self, plaintext: &[u8]) -> Vec<u8> {
        let mut buffer = Vec::with_capacity(plaintext.len() + IV_BYTES);
        buffer.extend_from_slice(plaintext);
        PaddedBlockEncryptingKey::cbc_pkcs7(self.unbound())
            .and_then(|key| key.less_safe_encrypt(&mut buffer, EncryptionContext::Iv128((&self.iv).into())))
            .expect("AES-256-CBC takes any plaintext with a 32-byte key and a 16-byte vector");
        buffer
    }

    /// Decrypts what [`SessionKey::encrypt`] made.
    ///
    /// # Errors
    /// [`DecryptError`] when length or padding are wrong. A wrong key is found only by its padding (1 in 256 passes),
    /// so compare the document's hash as well.
    pub fn decrypt(&self, ciphertext: &[u8]) -> Result<Vec<u8>, DecryptError> {
        let mut buffer = ciphertext.to_vec();
        let key = PaddedBlockDecryptingKey::cbc_pkcs7(self.unbound()).map_err(|_| DecryptError)?;
        let length = key
            .decrypt(&mut buffer, DecryptionContext::Iv128((&self.iv).into()))
            .map_err(|_| DecryptError)?
            .len();
        buffer.truncate(length);
        Ok(buffer)
    }

    fn unbound(&self) -> UnboundCipherKey {
        UnboundCipherKey::new(&AES_256, &self.key).expect("AES-256 takes 32 bytes")
    }
}

impl std::fmt::Debug for SessionKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SessionKey(***)")
    }
}

const KEY_BYTES: usize = 32;
const IV_BYTES: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nists_example_with_padding() {
        // NIST SP 800-38A, F.2.5 CBC-AES256.Encrypt, first block; the second block is the PKCS#7 padding.
        let key = hex("603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4");
        let iv = hex("000102030405060708090a0b0c0d0e0f");
        let session = SessionKey::from_parts(&key, &iv).expect("right lengths");
        let encrypted = session.encrypt(&hex("6bc1bee22e409f96e93d7e117393172a"));
        assert_eq!(encrypted[..16], hex("f58c4c04d6e5f1ba779eabfb5f7bfbd6"));
        assert_eq!(encrypted.len(), 32);
        assert_eq!(
            session.decrypt(&encrypted).expect("own ciphertext"),
            hex("6bc1bee22e409f96e93d7e117393172a")
        );
    }

    #[test]
    fn every_length_comes_back() {
        let session = SessionKey::generate();
        for length in [0, 1, 15, 16, 17, 4096] {
            let plaintext = vec![b'x'; length];
            let encrypted = session.encrypt(&plaintext);
            assert_eq!(encrypted.len(), (length / 16 + 1) * 16);
            assert_eq!(session.decrypt(&encrypted), Ok(plaintext));
        }
    }

    #[test]
    fn cut_ciphertext_is_refused() {
        let session = SessionKey::generate();
        let encrypted = session.encrypt(b"<Faktura/>");
        assert_eq!(session.decrypt(&encrypted[..encrypted.len() - 1]), Err(DecryptError));
        assert_eq!(session.decrypt(&[]), Err(DecryptError));
    }

    #[test]
    fn lengths_are_named() {
        assert!(matches!(
            SessionKey::from_parts(&[0; 31], &[0; 16]),
            Err(SessionKeyError::KeyLength { found: 31 })
        ));
        assert!(matches!(
            SessionKey::from_parts(&[0; 32], &[0; 24]),
            Err(SessionKeyError::IvLength { found: 24 })
        ));
    }

    fn hex(text: &str) -> Vec<u8> {
        (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).expect("hex")).collect()
    }
}
