//! Certificates out of files: PEM or DER, alone or in a chain.

use x509_parser::prelude::{FromDer as _, X509Certificate};

use crate::file_form::FileForm;
use crate::{Certificate, CertificateError};

impl Certificate {
    /// Reads every certificate of a file, in its order; never empty. It may be PEM with other text or a key between the
    /// certificates, DER, or bare Base64.
    ///
    /// # Errors
    /// As [`Certificate::from_der`], [`CertificateError::OtherPem`] for PEM of something else, and
    /// [`CertificateError::Pkcs7`].
    pub fn all_from_bytes(bytes: &[u8]) -> Result<Vec<Self>, CertificateError> {
        let blocks = match FileForm::of(bytes) {
            FileForm::Der(der) if is_pkcs7(&der) => return Err(CertificateError::Pkcs7),
            FileForm::Der(der) => return Ok(vec![Self::from_der(&der)?]),
            FileForm::Pem(blocks) => blocks,
        };
        let mut found = Vec::new();
        for block in &blocks {
            match block.label.as_str() {
                "CERTIFICATE" | "X509 CERTIFICATE" => found.push(Self::from_der(&block.contents)?),
                // OpenSSL's own kind: a certificate and then what it is trusted for.
                "TRUSTED CERTIFICATE" => {
                    let (rest, _) = X509Certificate::from_der(&block.contents)
                        .map_err(|_| CertificateError::NotACertificate)?;
                    found.push(Self::from_der(&block.contents[..block.contents.len() - rest.len()])?);
                }
                "PKCS7" | "CMS" => return Err(CertificateError::Pkcs7),
                _ => {}
            }
        }
        match blocks.first() {
            Some(block) if found.is_empty() => Err(CertificateError::OtherPem { label: block.label.clone() }),
            None => Err(CertificateError::NotACertificate),
            Some(_) => Ok(found),
        }
    }
}

/// PKCS#7 signedData (RFC 2315 §9), which bundles of certificates are.
fn is_pkcs7(der: &[u8]) -> bool {
    let signed_data = [0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x02];
    let head = &der[..der.len().min(20)];
    head.first() == Some(&0x30) && head.windows(signed_data.len()).any(|window| window == signed_data)
}
