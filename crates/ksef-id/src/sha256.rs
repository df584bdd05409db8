//! The fingerprint by which KSeF knows an invoice.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

use crate::text_form;

/// A SHA-256 value in the text form that KSeF uses everywhere but in QR codes: standard Base64 with padding, 44
/// characters (API schema `Sha256HashBase64`).
///
/// Computing one is the business of `ksef-crypto`; this type only carries it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sha256Hash(String);

/// Why a text is no [`Sha256Hash`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a SHA-256 hash is 44 characters of Base64; found {found:?}")]
pub struct Sha256HashError {
    /// The text as it was given, cut at 60 characters.
    pub found: String,
}

impl Sha256Hash {
    /// Parses 44 characters of canonical Base64.
    ///
    /// # Errors
    /// [`Sha256HashError`] when the text is no such Base64.
    pub fn parse(text: &str) -> Result<Self, Sha256HashError> {
        match STANDARD.decode(text) {
            // The engine refuses unused bits that are not zero, so equal hashes have equal texts.
            Ok(bytes) if bytes.len() == LENGTH_BYTES => Ok(Self(text.to_owned())),
            _ => Err(Sha256HashError { found: text.chars().take(60).collect() }),
        }
    }

    /// The text form of a computed digest.
    #[must_use]
    pub fn from_bytes(digest: &[u8; LENGTH_BYTES]) -> Self {
        Self(STANDARD.encode(digest))
    }

    /// The digest itself.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; LENGTH_BYTES] {
        let bytes = STANDARD.decode(&self.0).expect("a hash holds canonical Base64");
        bytes.try_into().expect("a hash holds 32 bytes")
    }

    /// The 44 characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The Base64URL form without padding that QR codes carry (guide, `kody-qr.md`).
    #[must_use]
    pub fn to_base64url(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.to_bytes())
    }
}

impl std::fmt::Debug for Sha256Hash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Sha256Hash({self})")
    }
}

text_form!(Sha256Hash, Sha256HashError);

const LENGTH_BYTES: usize = 32;

#[cfg(test)]
mod tests {
    use super::Sha256Hash;

    #[test]
    fn the_empty_files_hash() {
        let digest = [
            0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4, 0xc8, 0x99, 0x6f, 0xb9, 0x24,
            0x27, 0xae, 0x41, 0xe4, 0x64, 0x9b, 0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55,
        ];
        let hash = Sha256Hash::from_bytes(&digest);
        assert_eq!(hash.as_str(), "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
        assert_eq!(Sha256Hash::parse(hash.as_str()), Ok(hash.clone()));
        assert_eq!(hash.to_base64url(), "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU");
    }

    #[test]
    fn only_the_canonical_text_parses() {
        for text in [
            "",
            "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFV=",
            "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU",
            "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU=",
        ] {
            assert!(Sha256Hash::parse(text).is_err(), "{text}");
        }
    }
}
