//! Private keys that sign.

use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING,
    ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm, KeyPair as _, RSA_PKCS1_SHA256,
    RSA_PSS_2048_8192_SHA256, RSA_PSS_SHA256, RsaEncoding, RsaKeyPair, UnparsedPublicKey,
};
use secrecy::SecretString;
use zeroize::Zeroizing;

use crate::key_file;

/// A private key for signatures: RSA of 2048 bits and more, or EC on P-256 or P-384.
pub struct SigningKey(Inner);

enum Inner {
    Rsa(Box<RsaKeyPair>),
    Ec(EcdsaKeyPair, KeyKind),
}

/// What kind of key it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyKind {
    /// RSA with a modulus of so many bits.
    Rsa {
        /// Length of the modulus.
        bits: usize,
    },
    /// NIST P-256 (secp256r1).
    EcP256,
    /// NIST P-384 (secp384r1).
    EcP384,
}

impl std::fmt::Display for KeyKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Rsa { bits } => write!(f, "RSA-{bits}"),
            Self::EcP256 => f.write_str("EC P-256"),
            Self::EcP384 => f.write_str("EC P-384"),
        }
    }
}

/// Why bytes are no [`SigningKey`]. Each says what to do; none carries any of the key.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The key is encrypted and no password was given.
    #[error("the private key is encrypted: give its password")]
    PasswordNeeded,
    /// The password does not decrypt the key.
    #[error("the password does not open the private key; check it and try again")]
    WrongPassword,
    /// The encryption of the key is one we do not read.
    #[error(
        "the private key is encrypted by a method that is not supported ({method}); convert it with: {CONVERT_KEY}"
    )]
    UnsupportedEncryption {
        /// What was found.
        method: String,
    },
    /// A container (`.p12`, `.pfx`) of a kind that we do not read.
    #[error(
        "the container is of a kind that is not supported ({found}); convert it with: {CONVERT_CONTAINER}"
    )]
    UnsupportedContainer {
        /// What was found.
        found: String,
    },
    /// The file holds a certificate where a key is expected, or something else in PEM.
    #[error("this PEM file holds a {label}, not a private key")]
    OtherPem {
        /// The label after `BEGIN`.
        label: String,
    },
    /// A key of another algorithm, curve or size.
    #[error(
        "this private key ({found}) is none that KSeF takes: RSA of 2048 to 8192 bits, or EC on P-256 or P-384"
    )]
    Unsupported {
        /// What was found.
        found: String,
    },
    /// No private key in any form that is known.
    #[error("this is no private key in PEM, DER or PKCS#12, or it is damaged")]
    NotAKey,
    /// The engine could not make a key.
    #[error("a private key could not be generated")]
    Generate,
}

impl SigningKey {
    /// Makes a key; RSA of 2048, 3072 or 4096 bits.
    ///
    /// # Errors
    /// [`KeyError::Unsupported`] for another size, [`KeyError::Generate`] when the engine fails.
    pub fn generate(kind: KeyKind) -> Result<Self, KeyError> {
        let inner = match kind {
            KeyKind::Rsa { bits } => {
                let size = match bits {
                    2048 => KeySize::Rsa2048,
                    3072 => KeySize::Rsa3072,
                    4096 => KeySize::Rsa4096,
                    _ => return Err(KeyError::Unsupported { found: kind.to_string() }),
                };
                Inner::Rsa(Box::new(RsaKeyPair::generate(size).map_err(|_| KeyError::Generate)?))
            }
            KeyKind::EcP256 | KeyKind::EcP384 => {
                let algorithm = ec_algorithm(kind).ok_or(KeyError::Generate)?;
                Inner::Ec(EcdsaKeyPair::generate(algorithm).map_err(|_| KeyError::Generate)?, kind)
            }
        };
        Ok(Self(inner))
    }

    /// Reads the first key of a file that can be used: PEM or DER, PKCS#8, PKCS#1, SEC1 or PKCS#12, plain or encrypted.
    ///
    /// # Errors
    /// As [`SigningKey::all_from_bytes`].
    pub fn from_bytes(bytes: &[u8], password: Option<&SecretString>) -> Result<Self, KeyError> {
        Self::all_from_bytes(bytes, password)?.into_iter().next().ok_or(KeyError::NotAKey)
    }

    /// Reads every key of a file that can be used, in the file's order; never empty. Encryption may be PBES2 (PBKDF2 or
    /// scrypt), PBE-SHA1-3DES, OpenSSL's old `Proc-Type` headers, or that of a PKCS#12 container.
    ///
    /// # Errors
    /// [`KeyError`] tells a missing password from a wrong one and both from a key of an unknown kind.
    pub fn all_from_bytes(bytes: &[u8], password: Option<&SecretString>) -> Result<Vec<Self>, KeyError> {
        key_file::read(bytes, password)
    }

    /// Whether a file holds a private key that no password protects.
    #[must_use]
    pub fn stands_unencrypted_in(bytes: &[u8]) -> bool {
        key_file::has_plain_key(bytes)
    }

    /// What kind of key it is.
    #[must_use]
    pub fn kind(&self) -> KeyKind {
        match &self.0 {
            Inner::Rsa(key) => KeyKind::Rsa { bits: key.public_modulus_len() * 8 },
            Inner::Ec(_, kind) => *kind,
        }
    }

    /// The bits of the public half, as a certificate's SubjectPublicKeyInfo holds them.
    #[must_use]
    pub fn public_key(&self) -> &[u8] {
        match &self.0 {
            Inner::Rsa(key) => key.public_key().as_ref(),
            Inner::Ec(key, _) => key.public_key().as_ref(),
        }
    }

    /// Signs: RSASSA-PKCS1-v1_5 with SHA-256, ECDSA with SHA-256 (P-256) or SHA-384 (P-384) as `r ‖ s` of fixed width,
    /// which is what XML signatures of KSeF carry (guide, `auth/podpis-xades.md`). RSA-PSS is not used: KSeF answers
    /// 9105 to it (field notes A8).
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.sign_with(&RSA_PKCS1_SHA256, message)
    }

    /// Signs the link of KOD II: RSASSA-PSS with SHA-256, MGF1 SHA-256 and a salt of 32 bytes, or ECDSA as `r ‖ s` (guide,
    /// `kody-qr.md` §2).
    pub(crate) fn sign_link(&self, text: &[u8]) -> Vec<u8> {
        self.sign_with(&RSA_PSS_SHA256, text)
    }

    fn sign_with(&self, rsa: &'static dyn RsaEncoding, message: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        match &self.0 {
            Inner::Rsa(key) => {
                let mut signature = vec![0; key.public_modulus_len()];
                key.sign(rsa, &random, message, &mut signature).expect("a valid RSA key signs");
                signature
            }
            Inner::Ec(key, _) => key.sign(&random, message).expect("a valid EC key signs").as_ref().to_vec(),
        }
    }

    /// The key as unencrypted PKCS#8, for sealing it in a vault and for making certificates.
    ///
    /// # Errors
    /// [`KeyError::Generate`] when the engine cannot write it.
    pub fn to_pkcs8(&self) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        let der = match &self.0 {
            Inner::Rsa(key) => key.as_der().map_err(|_| KeyError::Generate)?.as_ref().to_vec(),
            Inner::Ec(key, _) => key.to_pkcs8v1().map_err(|_| KeyError::Generate)?.as_ref().to_vec(),
        };
        Ok(Zeroizing::new(der))
    }

    pub(crate) fn of_rsa_pkcs8(der: &[u8]) -> Option<Self> {
        RsaKeyPair::from_pkcs8(der).ok().map(|key| Self(Inner::Rsa(Box::new(key))))
    }

    pub(crate) fn of_pkcs1(der: &[u8]) -> Option<Self> {
        RsaKeyPair::from_der(der).ok().map(|key| Self(Inner::Rsa(Box::new(key))))
    }

    pub(crate) fn of_ec_pkcs8(der: &[u8]) -> Option<Self> {
        [KeyKind::EcP256, KeyKind::EcP384].into_iter().find_map(|kind| {
            EcdsaKeyPair::from_pkcs8(ec_algorithm(kind)?, der).ok().map(|key| Self(Inner::Ec(key, kind)))
        })
    }

    pub(crate) fn of_sec1(der: &[u8], kind: KeyKind) -> Option<Self> {
        EcdsaKeyPair::from_private_key_der(ec_algorithm(kind)?, der)
            .ok()
            .map(|key| Self(Inner::Ec(key, kind)))
    }
}

/// Whether `signature` is one of [`SigningKey::sign_link`], or the same ECDSA signature as DER.
pub(crate) fn verify_link_signature(kind: KeyKind, public_key: &[u8], text: &[u8], signature: &[u8]) -> bool {
    match kind {
        KeyKind::Rsa { .. } => {
            UnparsedPublicKey::new(&RSA_PSS_2048_8192_SHA256, public_key).verify(text, signature).is_ok()
        }
        KeyKind::EcP256 => [&ECDSA_P256_SHA256_FIXED, &ECDSA_P256_SHA256_ASN1]
            .into_iter()
            .any(|form| UnparsedPublicKey::new(form, public_key).verify(text, signature).is_ok()),
        KeyKind::EcP384 => false,
    }
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SigningKey({}, ***)", self.kind())
    }
}

fn ec_algorithm(kind: KeyKind) -> Option<&'static EcdsaSigningAlgorithm> {
    match kind {
        KeyKind::EcP256 => Some(&ECDSA_P256_SHA256_FIXED_SIGNING),
        KeyKind::EcP384 => Some(&ECDSA_P384_SHA384_FIXED_SIGNING),
        KeyKind::Rsa { .. } => None,
    }
}

/// The line that makes a supported key of any that OpenSSL reads.
pub(crate) const CONVERT_KEY: &str =
    "openssl pkcs8 -provider legacy -provider default -topk8 -in OLD.key -out NEW.key";
/// The line that makes a supported container of any that OpenSSL reads.
pub(crate) const CONVERT_CONTAINER: &str =
    "openssl pkcs12 -legacy -in OLD.p12 -nodes | openssl pkcs12 -export -out NEW.p12";
