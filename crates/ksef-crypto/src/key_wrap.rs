//! How a session key or a KSeF token reaches KSeF: RSA-OAEP with SHA-256 and MGF1-SHA-256, or key agreement when KSeF's
//! key is on a curve (`key_agreement.rs`).
//!
//! Source: guide, `sesja-interaktywna.md` and `uwierzytelnianie.md` §2.2. Libraries that default to MGF1-SHA-1 fail
//! with status 415 or 450 (field notes A9, `ksef-api` issue 351), so the algorithm is fixed here, not a parameter.

use aws_lc_rs::agreement;
use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::rsa::{
    KeySize, OAEP_SHA256_MGF1SHA256, OaepPrivateDecryptingKey, OaepPublicEncryptingKey, PrivateDecryptingKey,
    PublicEncryptingKey,
};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::distinguished_name::named;
use crate::{Certificate, CertificateError, KeyKind, SigningKey, key_agreement};

/// The public half, as KSeF publishes it in an X.509 certificate.
pub struct WrappingKey {
    key: PublicHalf,
    public_key_id: String,
}

enum PublicHalf {
    Rsa(OaepPublicEncryptingKey),
    /// The uncompressed point.
    EcP256(Vec<u8>),
}

/// The private half; only the simulator has one.
pub struct UnwrappingKey {
    key: PrivateHalf,
    pkcs8: zeroize::Zeroizing<Vec<u8>>,
}

enum PrivateHalf {
    Rsa(OaepPrivateDecryptingKey),
    EcP256(agreement::PrivateKey),
}

/// Why a key could not be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyWrapError {
    /// The certificate itself cannot be read.
    #[error("KSeF's public-key certificate cannot be read")]
    Certificate(#[from] CertificateError),
    /// The certificate holds a key that is neither RSA of 2048 to 8192 bits nor EC P-256.
    #[error(
        "KSeF's public-key certificate holds neither an RSA key of 2048 bits or more nor an EC P-256 key"
    )]
    NotUsable,
    /// More bytes than fit into one RSA block (190 for RSA-2048).
    #[error("{length} bytes are too many for one RSA-OAEP block")]
    TooLong {
        /// Bytes that were to be wrapped.
        length: usize,
    },
    /// The bytes do not unwrap with this key.
    #[error("the value does not decrypt with this key (RSA-OAEP with SHA-256 and MGF1-SHA-256, or ECDH)")]
    Unwrap,
    /// The cryptographic engine refused to make a key.
    #[error("a key could not be generated")]
    Generate,
}

impl WrappingKey {
    /// Takes the key out of KSeF's certificate (DER, as `GET /security/public-key-certificates` gives it in Base64).
    ///
    /// # Errors
    /// [`KeyWrapError::Certificate`] and [`KeyWrapError::NotUsable`].
    pub fn from_certificate_der(der: &[u8]) -> Result<Self, KeyWrapError> {
        let certificate = Certificate::from_der(der)?;
        let key = match certificate.public_key_kind() {
            Some(KeyKind::EcP256) => PublicHalf::EcP256(certificate.public_key().to_vec()),
            _ => PublicEncryptingKey::from_der(certificate.spki_der())
                .ok()
                .and_then(|key| OaepPublicEncryptingKey::new(key).ok())
                .map(PublicHalf::Rsa)
                .ok_or(KeyWrapError::NotUsable)?,
        };
        Ok(Self { key, public_key_id: STANDARD.encode(certificate.spki_sha256()) })
    }

    /// The key's identifier as the API's `publicKeyId`: Base64 of the SHA-256 of its SubjectPublicKeyInfo (guide,
    /// `klucze-publiczne-do-szyfrowania.md` §2).
    #[must_use]
    pub fn public_key_id(&self) -> &str {
        &self.public_key_id
    }

    /// Encrypts a short secret.
    ///
    /// # Errors
    /// [`KeyWrapError::TooLong`] past 190 bytes with an RSA-2048 key.
    pub fn wrap(&self, secret: &[u8]) -> Result<Vec<u8>, KeyWrapError> {
        let key = match &self.key {
            PublicHalf::Rsa(key) => key,
            PublicHalf::EcP256(point) => return key_agreement::wrap(point, secret),
        };
        let mut ciphertext = vec![0; key.ciphertext_size()];
        let length = key
            .encrypt(&OAEP_SHA256_MGF1SHA256, secret, &mut ciphertext, None)
            .map_err(|_| KeyWrapError::TooLong { length: secret.len() })?
            .len();
        ciphertext.truncate(length);
        Ok(ciphertext)
    }
}

impl UnwrappingKey {
    /// Makes an RSA-2048 key.
    ///
    /// # Errors
    /// [`KeyWrapError::Generate`] when the engine fails.
    pub fn generate() -> Result<Self, KeyWrapError> {
        let key = PrivateDecryptingKey::generate(KeySize::Rsa2048).map_err(|_| KeyWrapError::Generate)?;
        let pkcs8 =
            zeroize::Zeroizing::new(key.as_der().map_err(|_| KeyWrapError::Generate)?.as_ref().to_vec());
        let key = OaepPrivateDecryptingKey::new(key).map_err(|_| KeyWrapError::Generate)?;
        Ok(Self { key: PrivateHalf::Rsa(key), pkcs8 })
    }

    /// Makes a key on P-256.
    ///
    /// # Errors
    /// [`KeyWrapError::Generate`] when the engine fails.
    pub fn generate_ec() -> Result<Self, KeyWrapError> {
        let pkcs8 = SigningKey::generate(KeyKind::EcP256)
            .and_then(|key| key.to_pkcs8())
            .map_err(|_| KeyWrapError::Generate)?;
        let key = agreement::PrivateKey::from_private_key_der(&agreement::ECDH_P256, &pkcs8)
            .map_err(|_| KeyWrapError::Generate)?;
        Ok(Self { key: PrivateHalf::EcP256(key), pkcs8 })
    }

    /// Puts a key together again from what [`UnwrappingKey::private_key`] gave.
    ///
    /// # Errors
    /// [`KeyWrapError::NotUsable`] when the bytes are neither an RSA key nor one on P-256.
    pub fn restore(pkcs8: &[u8]) -> Result<Self, KeyWrapError> {
        let key = match PrivateDecryptingKey::from_pkcs8(pkcs8) {
            Ok(key) => OaepPrivateDecryptingKey::new(key).ok().map(PrivateHalf::Rsa),
            Err(_) => agreement::PrivateKey::from_private_key_der(&agreement::ECDH_P256, pkcs8)
                .ok()
                .map(PrivateHalf::EcP256),
        };
        let key = key.ok_or(KeyWrapError::NotUsable)?;
        Ok(Self { key, pkcs8: zeroize::Zeroizing::new(pkcs8.to_vec()) })
    }

    /// The key as PKCS#8 (DER), unencrypted: for a place that is as well kept as the key must be.
    #[must_use]
    pub fn private_key(&self) -> &zeroize::Zeroizing<Vec<u8>> {
        &self.pkcs8
    }

    /// Decrypts what [`WrappingKey::wrap`] made.
    ///
    /// # Errors
    /// [`KeyWrapError::Unwrap`], without saying why: padding errors told apart are an oracle.
    pub fn unwrap(&self, wrapped: &[u8]) -> Result<Vec<u8>, KeyWrapError> {
        let key = match &self.key {
            PrivateHalf::Rsa(key) => key,
            PrivateHalf::EcP256(key) => {
                return key_agreement::unwrap(key, wrapped).ok_or(KeyWrapError::Unwrap);
            }
        };
        let mut plaintext = vec![0; key.min_output_size()];
        let length = key
            .decrypt(&OAEP_SHA256_MGF1SHA256, wrapped, &mut plaintext, None)
            .map_err(|_| KeyWrapError::Unwrap)?
            .len();
        plaintext.truncate(length);
        Ok(plaintext)
    }

    /// A self-signed certificate over the public half, as the simulator publishes it.
    ///
    /// # Errors
    /// [`CertificateError`] when the certificate cannot be made.
    pub fn self_signed_certificate(
        &self,
        common_name: &str,
        not_before: jiff::Timestamp,
        not_after: jiff::Timestamp,
    ) -> Result<Certificate, CertificateError> {
        Certificate::self_signed(&self.pkcs8, named(common_name), not_before, not_after)
    }
}

impl std::fmt::Debug for WrappingKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "WrappingKey({})", self.public_key_id)
    }
}

impl std::fmt::Debug for UnwrappingKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("UnwrappingKey(***)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_crosses_by_certificate_alone() {
        let private = UnwrappingKey::generate().expect("RSA-2048");
        let certificate = private
            .self_signed_certificate(
                "Test",
                jiff::Timestamp::UNIX_EPOCH,
                jiff::Timestamp::from_second(4_000_000_000).expect("2096"),
            )
            .expect("a certificate");
        let public = WrappingKey::from_certificate_der(certificate.der()).expect("an RSA certificate");
        let wrapped = public.wrap(&[7; 32]).expect("32 bytes fit");
        assert_eq!(wrapped.len(), 256);
        assert_eq!(private.unwrap(&wrapped).expect("own key"), [7; 32]);
        assert_eq!(public.public_key_id().len(), 44);

        assert!(matches!(public.wrap(&[0; 191]), Err(KeyWrapError::TooLong { length: 191 })));
        let mut damaged = wrapped;
        damaged[100] ^= 1;
        assert!(matches!(private.unwrap(&damaged), Err(KeyWrapError::Unwrap)));
        assert!(matches!(private.unwrap(b"short"), Err(KeyWrapError::Unwrap)));

        let again = UnwrappingKey::restore(private.private_key()).expect("what it gave");
        let wrapped = public.wrap(b"later").expect("it fits");
        assert_eq!(again.unwrap(&wrapped).expect("the same key"), b"later");
        assert!(matches!(UnwrappingKey::restore(b"no key"), Err(KeyWrapError::NotUsable)));
    }

    #[test]
    fn a_key_on_a_curve_takes_secrets_of_any_length() {
        let until = jiff::Timestamp::from_second(4_000_000_000).expect("2096");
        let private = UnwrappingKey::generate_ec().expect("P-256");
        let certificate = private
            .self_signed_certificate("Test", jiff::Timestamp::UNIX_EPOCH, until)
            .expect("a certificate");
        let public = WrappingKey::from_certificate_der(certificate.der()).expect("an EC certificate");
        for length in [0, 1, 160, 1000] {
            let secret = vec![7; length];
            let wrapped = public.wrap(&secret).expect("it fits");
            // SPKI of P-256, nonce, tag.
            assert_eq!(wrapped.len(), 91 + 12 + 16 + length);
            assert_eq!(private.unwrap(&wrapped).expect("own key"), secret);
            assert_ne!(public.wrap(&secret).expect("it fits"), wrapped, "each has a key of its own");
            for place in [0, 90, 95, 110, wrapped.len() - 1] {
                let mut damaged = wrapped.clone();
                damaged[place] ^= 1;
                let opened = private.unwrap(&damaged);
                // The first bytes name the curve, which is known anyway.
                assert!(place == 0 || matches!(opened, Err(KeyWrapError::Unwrap)), "byte {place}");
            }
        }
        assert!(matches!(private.unwrap(&[0; 118]), Err(KeyWrapError::Unwrap)));
        let other = SigningKey::generate(KeyKind::EcP384).expect("P-384");
        let pkcs8 = other.to_pkcs8().expect("written");
        let certificate = Certificate::self_signed(&pkcs8, named("Test"), jiff::Timestamp::UNIX_EPOCH, until)
            .expect("a certificate");
        let refused = WrappingKey::from_certificate_der(certificate.der());
        assert!(matches!(refused, Err(KeyWrapError::NotUsable)));
    }

    #[test]
    fn garbage_is_no_certificate() {
        assert!(matches!(WrappingKey::from_certificate_der(b"no DER"), Err(KeyWrapError::Certificate(_))));
    }
}
