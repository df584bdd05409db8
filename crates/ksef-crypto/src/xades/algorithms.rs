//! The algorithms of signatures: by their URIs, and what each is taken for.

use aws_lc_rs::digest::{
    Algorithm, SHA1_FOR_LEGACY_USE_ONLY, SHA3_256, SHA3_384, SHA3_512, SHA256, SHA384, SHA512,
};
use aws_lc_rs::signature as engine;

use super::VerifyError;
use crate::KeyKind;

/// A digest by its URI, and whether it is built on SHA-1.
pub(super) fn digest(uri: &str) -> Option<(&'static Algorithm, bool)> {
    Some(match uri {
        "http://www.w3.org/2001/04/xmlenc#sha256" => (&SHA256, false),
        "http://www.w3.org/2001/04/xmldsig-more#sha384" => (&SHA384, false),
        "http://www.w3.org/2001/04/xmlenc#sha512" => (&SHA512, false),
        "http://www.w3.org/2007/05/xmldsig-more#sha3-256" => (&SHA3_256, false),
        "http://www.w3.org/2007/05/xmldsig-more#sha3-384" => (&SHA3_384, false),
        "http://www.w3.org/2007/05/xmldsig-more#sha3-512" => (&SHA3_512, false),
        "http://www.w3.org/2000/09/xmldsig#sha1" => (&SHA1_FOR_LEGACY_USE_ONLY, true),
        _ => return None,
    })
}

/// A signature algorithm.
pub(super) struct SignatureAlgorithm {
    engine: &'static dyn engine::VerificationAlgorithm,
    /// Whether it is built on SHA-1.
    pub(super) is_sha1: bool,
    /// The engine wants the two numbers of ECDSA as DER, and XML has them one after the other.
    is_der: bool,
}

impl SignatureAlgorithm {
    /// The algorithm of a URI for a kind of key.
    ///
    /// RSA-PSS is refused as KSeF refuses it (9105, field notes A8), though the guide lists it. With EC the digest has
    /// to match the curve (field notes A8).
    pub(super) fn of(uri: &str, kind: Option<KeyKind>) -> Result<Self, VerifyError> {
        let wrong_key = || VerifyError::Key { uri: uri.to_owned() };
        let unknown = || VerifyError::Algorithm { uri: uri.to_owned() };
        let strong = |engine| Ok(Self { engine, is_sha1: false, is_der: false });
        let kind = kind.ok_or_else(wrong_key)?;
        // The RSA algorithms of the engine refuse moduli under 2048 bits, as KSeF does.
        match (uri, kind) {
            (RSA_SHA1, KeyKind::Rsa { .. }) => {
                let engine = &engine::RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY;
                return Ok(Self { engine, is_sha1: true, is_der: false });
            }
            (ECDSA_SHA1, KeyKind::EcP256) => {
                return Ok(Self { engine: &engine::ECDSA_P256_SHA1_ASN1, is_sha1: true, is_der: true });
            }
            (RSA_SHA1 | ECDSA_SHA1, _) => return Err(wrong_key()),
            _ => {}
        }
        let name = uri.strip_prefix("http://www.w3.org/2001/04/xmldsig-more#").ok_or_else(unknown)?;
        match (name, kind) {
            ("rsa-sha256", KeyKind::Rsa { .. }) => strong(&engine::RSA_PKCS1_2048_8192_SHA256),
            ("rsa-sha384", KeyKind::Rsa { .. }) => strong(&engine::RSA_PKCS1_2048_8192_SHA384),
            ("rsa-sha512", KeyKind::Rsa { .. }) => strong(&engine::RSA_PKCS1_2048_8192_SHA512),
            ("ecdsa-sha256", KeyKind::EcP256) => strong(&engine::ECDSA_P256_SHA256_FIXED),
            ("ecdsa-sha384", KeyKind::EcP384) => strong(&engine::ECDSA_P384_SHA384_FIXED),
            ("rsa-sha256" | "rsa-sha384" | "rsa-sha512" | "ecdsa-sha256" | "ecdsa-sha384", _) => {
                Err(wrong_key())
            }
            _ => Err(unknown()),
        }
    }

    /// Whether `value` is the key's signature over `message`.
    pub(super) fn verifies(&self, public_key: &[u8], message: &[u8], value: &[u8]) -> bool {
        let key = engine::UnparsedPublicKey::new(self.engine, public_key);
        if self.is_der {
            return der_of_numbers(value).is_some_and(|der| key.verify(message, &der).is_ok());
        }
        key.verify(message, value).is_ok()
    }
}

/// `r ‖ s` of 32 bytes each as the DER sequence of two integers.
fn der_of_numbers(raw: &[u8]) -> Option<Vec<u8>> {
    if raw.len() != 64 {
        return None;
    }
    let mut content = Vec::with_capacity(70);
    for number in raw.chunks_exact(32) {
        let zeros = number.iter().take_while(|byte| **byte == 0).count().min(31);
        let number = &number[zeros..];
        // Integers are signed: a set first bit needs a zero before it.
        let padding = usize::from(number[0] & 0x80 != 0);
        content.extend([0x02, u8::try_from(number.len() + padding).ok()?]);
        content.extend(std::iter::repeat_n(0, padding));
        content.extend(number);
    }
    let mut der = vec![0x30, u8::try_from(content.len()).ok()?];
    der.extend(content);
    Some(der)
}

const RSA_SHA1: &str = "http://www.w3.org/2000/09/xmldsig#rsa-sha1";
const ECDSA_SHA1: &str = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha1";
