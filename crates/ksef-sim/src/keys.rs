//! The keys that a simulator has for ever. Those that callers encrypt for can be rotated and lie in
//! `domain/encryption_keys.rs`.

use crate::clock;
use ksef_crypto::{
    CertificateAuthority, CertificateError, Credential, CredentialError, KeyKind, KeyWrapError, Subject,
};

/// Secrets of a simulator; made at its first start, and they leave the process for its own folder only.
pub(crate) struct Keys {
    /// Signs the UPO. Its certificate says that this is no Ministry of Finance.
    pub(crate) upo: Credential,
    /// Issues the certificates of KSeF. Its own certificate says that this is no Ministry of Finance.
    pub(crate) authority: CertificateAuthority,
    /// HMAC key of the JWTs.
    pub(crate) jwt: [u8; 32],
    /// HMAC key of the addresses given out.
    pub(crate) links: [u8; 32],
}

/// Why keys could not be made.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    /// An RSA key could not be made.
    #[error("an encryption key could not be made")]
    Encryption(#[from] KeyWrapError),
    /// A certificate could not be made.
    #[error("a certificate could not be made")]
    Certificate(#[from] CertificateError),
    /// The credential that signs the UPO could not be made.
    #[error("the key that signs the UPO could not be made")]
    Upo(#[from] CredentialError),
}

impl Keys {
    /// Makes them. Virtual clocks pass decades, and go back: these are valid wherever a clock can go.
    pub(crate) fn generate() -> Result<Self, KeysError> {
        let (not_before, not_after) = clock::range();
        let upo = Credential::self_signed(
            &Subject::Named { common_name: UPO_SIGNER.to_owned() },
            KeyKind::Rsa { bits: 2048 },
            not_before,
            not_after,
        )?;
        let authority = CertificateAuthority::generate(AUTHORITY, not_before, not_after)?;
        Ok(Self { upo, authority, jwt: ksef_crypto::random_bytes(), links: ksef_crypto::random_bytes() })
    }
}

const AUTHORITY: &str = "bramka KSeF simulator CA (not the Ministry of Finance)";
const UPO_SIGNER: &str = "bramka KSeF simulator (not the Ministry of Finance)";
