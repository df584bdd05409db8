//! A certificate with its private key: what logs in, and what signs.

use crate::certificate::SubjectIdentity;
use crate::{Certificate, CertificateError, KeyError, KeyKind, SigningKey, distinguished_name};

/// A certificate and the private key that belongs to it.
#[derive(Debug)]
pub struct Credential {
    certificate: Certificate,
    key: SigningKey,
}

/// Whom a self-signed certificate names. KSeF takes such certificates on TEST only, and so does the simulator.
#[derive(Debug, Clone)]
pub enum Subject {
    /// A company's seal: organizationIdentifier `VATPL-<nip>`.
    Seal {
        /// The company's NIP, ten digits.
        nip: String,
        /// Its name.
        organization: String,
    },
    /// A person: serialNumber `TINPL-<nip>` or `PNOPL-<pesel>`.
    Person {
        /// NIP or PESEL.
        identity: SubjectIdentity,
        /// Given name.
        given_name: String,
        /// Surname.
        surname: String,
    },
    /// A name only, which identifies nobody to KSeF.
    Named {
        /// Common name.
        common_name: String,
    },
}

/// Why certificate and key make no credential.
#[derive(Debug, thiserror::Error)]
pub enum CredentialError {
    /// The key is not the one that the certificate certifies.
    #[error(
        "the private key does not belong to the certificate {serial} ({subject}): use the key file that was made together with it"
    )]
    Mismatch {
        /// Serial number of the certificate, hexadecimal.
        serial: String,
        /// Its subject.
        subject: String,
    },
    /// A certificate came without a key.
    #[error("there is no private key: give the key file that was made together with the certificate")]
    NoKey,
    /// The key itself.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The certificate itself.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
}

impl CredentialError {
    pub(crate) fn mismatch(certificate: &Certificate) -> Self {
        Self::Mismatch { serial: certificate.serial_hex(), subject: certificate.subject().to_owned() }
    }
}

impl Credential {
    /// Puts a certificate and its key together.
    ///
    /// # Errors
    /// [`CredentialError::Mismatch`] when the key is another one's.
    pub fn new(certificate: Certificate, key: SigningKey) -> Result<Self, CredentialError> {
        if certificate.public_key() == key.public_key() {
            Ok(Self { certificate, key })
        } else {
            Err(CredentialError::mismatch(&certificate))
        }
    }

    /// Makes a key and a certificate that the key itself signs.
    ///
    /// # Errors
    /// [`CredentialError`] when key or certificate cannot be made.
    pub fn self_signed(
        subject: &Subject,
        kind: KeyKind,
        not_before: jiff::Timestamp,
        not_after: jiff::Timestamp,
    ) -> Result<Self, CredentialError> {
        let key = SigningKey::generate(kind)?;
        let name = distinguished_name::of_subject(subject);
        let certificate = Certificate::self_signed(&key.to_pkcs8()?, name, not_before, not_after)?;
        Self::new(certificate, key)
    }

    /// The certificate.
    #[must_use]
    pub fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// The key.
    #[must_use]
    pub fn key(&self) -> &SigningKey {
        &self.key
    }
}
