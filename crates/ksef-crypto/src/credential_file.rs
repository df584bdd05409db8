//! A credential as people hand it over: a certificate file, often a key file beside it, or one container with both.

use secrecy::SecretString;

use crate::file_form::FileForm;
use crate::{
    Certificate, CertificateError, Credential, CredentialError, KeyError, SigningKey, key_file, pkcs12_file,
};

/// What the files hold, before anything is judged. Keys that could not be read are kept as the reason why not, since that
/// is what a diagnosis is about.
#[derive(Debug)]
pub struct CredentialFiles {
    certificates: Vec<Certificate>,
    keys: Result<Vec<SigningKey>, KeyError>,
    key_stands_unencrypted: bool,
}

impl CredentialFiles {
    /// Reads a certificate file (PEM, DER, PKCS#12; with or without a chain and a key in it) and the key file beside it.
    /// Nothing of the password is kept.
    ///
    /// # Errors
    /// [`CertificateError`] when `certificate` is neither a certificate nor a container. A container that cannot be opened
    /// is no error here: its keys tell why.
    pub fn read(
        certificate: &[u8],
        key: Option<&[u8]>,
        password: Option<&SecretString>,
    ) -> Result<Self, CertificateError> {
        let (certificates, inside) = match FileForm::of(certificate) {
            FileForm::Der(der) if pkcs12_file::is_one(&der) => match pkcs12_file::read(&der, password) {
                Ok(container) => (container.certificates, Ok(container.keys)),
                Err(error) => (Vec::new(), Err(error)),
            },
            FileForm::Pem(blocks) if blocks.iter().any(|block| block.label.ends_with("PRIVATE KEY")) => {
                (Certificate::all_from_bytes(certificate)?, key_file::read(certificate, password))
            }
            _ => (Certificate::all_from_bytes(certificate)?, Ok(Vec::new())),
        };
        let keys = match key {
            Some(key) => key_file::read(key, password),
            None => inside,
        };
        let key_stands_unencrypted = key_file::has_plain_key(key.unwrap_or(certificate));
        Ok(Self { certificates, keys, key_stands_unencrypted })
    }

    /// The certificate that matters: the first with a key here, else the one that issued none of the others. `None` when
    /// a container could not be opened or holds none.
    #[must_use]
    pub fn certificate(&self) -> Option<&Certificate> {
        self.pairs().next().map(|(certificate, _)| certificate).or_else(|| self.end_entity())
    }

    /// Every certificate, in the order of the file.
    #[must_use]
    pub fn certificates(&self) -> &[Certificate] {
        &self.certificates
    }

    /// The keys, in their order, empty when no file has one.
    ///
    /// # Errors
    /// Why there is a key that cannot be read.
    pub fn keys(&self) -> Result<&[SigningKey], &KeyError> {
        self.keys.as_deref()
    }

    /// Whether a key lies there without a password.
    #[must_use]
    pub fn key_stands_unencrypted(&self) -> bool {
        self.key_stands_unencrypted
    }

    /// Each certificate with the key that belongs to it.
    pub fn pairs(&self) -> impl Iterator<Item = (&Certificate, &SigningKey)> {
        let keys = self.keys.as_deref().unwrap_or_default();
        self.certificates.iter().filter_map(|certificate| {
            let key = keys.iter().find(|key| key.public_key() == certificate.public_key())?;
            Some((certificate, key))
        })
    }

    /// The first pair as a credential.
    ///
    /// # Errors
    /// [`CredentialError`]: the key cannot be read, there is none, or it belongs to another certificate.
    pub fn into_credential(self) -> Result<Credential, CredentialError> {
        self.into_credential_where(|_| true)
    }

    /// The first pair whose certificate is `wanted`, else the first pair.
    ///
    /// # Errors
    /// As [`CredentialFiles::into_credential`].
    pub fn into_credential_where(
        self,
        wanted: impl Fn(&Certificate) -> bool,
    ) -> Result<Credential, CredentialError> {
        let chosen = self
            .pairs()
            .map(|(certificate, _)| certificate)
            .find(|certificate| wanted(certificate))
            .or_else(|| self.certificate())
            .cloned();
        let keys = self.keys?;
        let certificate = chosen.ok_or(CredentialError::Certificate(CertificateError::NotACertificate))?;
        if keys.is_empty() {
            return Err(CredentialError::NoKey);
        }
        let key = keys.into_iter().find(|key| key.public_key() == certificate.public_key());
        key.map_or_else(
            || Err(CredentialError::mismatch(&certificate)),
            |key| Credential::new(certificate.clone(), key),
        )
    }

    fn end_entity(&self) -> Option<&Certificate> {
        let issues_another = |certificate: &Certificate| {
            self.certificates.iter().any(|other| {
                other.der() != certificate.der() && other.issuer_readable() == certificate.subject()
            })
        };
        self.certificates
            .iter()
            .find(|certificate| !issues_another(certificate))
            .or(self.certificates.first())
    }
}

impl Credential {
    /// Reads a credential from a certificate file and a key file, or from one container with both.
    ///
    /// # Errors
    /// [`CredentialError`].
    pub fn read(
        certificate: &[u8],
        key: Option<&[u8]>,
        password: Option<&SecretString>,
    ) -> Result<Self, CredentialError> {
        CredentialFiles::read(certificate, key, password)?.into_credential()
    }
}
