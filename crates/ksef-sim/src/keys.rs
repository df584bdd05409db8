//! The keys that a simulator makes at its start.

use jiff::{SignedDuration, Timestamp};
use ksef_crypto::{
    Certificate, CertificateAuthority, CertificateError, Credential, CredentialError, KeyKind, KeyWrapError,
    Subject, UnwrappingKey,
};

/// Every secret of a simulator; all made at start, none ever leaves the process.
pub(crate) struct Keys {
    /// For `POST /auth/ksef-token`.
    pub(crate) token: EncryptionKey,
    /// For the keys of sessions.
    pub(crate) symmetric: EncryptionKey,
    /// Signs the UPO. Its certificate says that this is no Ministry of Finance.
    pub(crate) upo: Credential,
    /// Issues the certificates of KSeF. Its own certificate says that this is no Ministry of Finance.
    pub(crate) authority: CertificateAuthority,
    /// HMAC key of the JWTs.
    pub(crate) jwt: [u8; 32],
    /// HMAC key of the addresses given out.
    pub(crate) links: [u8; 32],
}

/// A key that callers encrypt for.
pub(crate) struct EncryptionKey {
    pub(crate) private: UnwrappingKey,
    pub(crate) certificate: Certificate,
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
    pub(crate) fn generate(now: Timestamp) -> Result<Self, KeysError> {
        let not_before = now.checked_sub(DAY).unwrap_or(now);
        let not_after = now.checked_add(DAY * VALIDITY_DAYS).unwrap_or(now);
        let encryption = |name: &str| -> Result<EncryptionKey, KeysError> {
            let private = UnwrappingKey::generate()?;
            let certificate = private.self_signed_certificate(name, not_before, not_after)?;
            Ok(EncryptionKey { private, certificate })
        };
        let upo = Credential::self_signed(
            &Subject::Named { common_name: UPO_SIGNER.to_owned() },
            KeyKind::Rsa { bits: 2048 },
            not_before,
            not_after,
        )?;
        // Virtual clocks pass decades: the authority stays valid where nothing else does.
        let authority_until = now.checked_add(DAY * AUTHORITY_DAYS).unwrap_or(now);
        let authority = CertificateAuthority::generate(AUTHORITY, not_before, authority_until)?;
        Ok(Self {
            token: encryption("bramka KSeF simulator: KsefTokenEncryption")?,
            symmetric: encryption("bramka KSeF simulator: SymmetricKeyEncryption")?,
            upo,
            authority,
            jwt: ksef_crypto::random_bytes(),
            links: ksef_crypto::random_bytes(),
        })
    }
}

const DAY: SignedDuration = SignedDuration::from_hours(24);
/// KSeF's own encryption certificates live for two years; a virtual clock may pass that, see DIVERGENCES.md.
const VALIDITY_DAYS: i32 = 730;
const AUTHORITY_DAYS: i32 = 36_500;
const AUTHORITY: &str = "bramka KSeF simulator CA (not the Ministry of Finance)";
const UPO_SIGNER: &str = "bramka KSeF simulator (not the Ministry of Finance)";
