//! A certificate authority of one's own: what the simulator issues KSeF certificates with.

use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, DnValue, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, PublicKeyData, SubjectPublicKeyInfo,
};
use x509_parser::prelude::{FromDer as _, X509Certificate};

use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1, UnparsedPublicKey};
use zeroize::Zeroizing;

use crate::certificate::from_timestamp;
use crate::distinguished_name::{named, of_subject};
use crate::{
    Certificate, CertificateError, Credential, CredentialError, KeyError, KeyKind, SigningKey, Subject,
};

/// An authority with its key (EC P-256) and its own certificate.
#[derive(Debug)]
pub struct CertificateAuthority {
    certificate: Certificate,
    key: SigningKey,
}

/// What a certificate may be used for, by the bits of its keyUsage; KSeF's certificates have exactly one (guide,
/// `certyfikaty-KSeF.md`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyUsage {
    /// Digital Signature (80): logging in.
    DigitalSignature,
    /// Non-Repudiation (40): offline invoices.
    NonRepudiation,
}

/// What a certificate shall say beside its subject and its key.
#[derive(Debug, Clone, Copy)]
pub struct Issuance {
    /// The eight bytes of the serial number; the first must be 0x01 to 0x7F so that DER keeps all of them.
    pub serial: [u8; 8],
    /// Since when it is valid.
    pub not_before: jiff::Timestamp,
    /// Until when it is valid.
    pub not_after: jiff::Timestamp,
    /// What it is for.
    pub usage: KeyUsage,
}

impl CertificateAuthority {
    /// Makes a key and a certificate that it signs itself.
    ///
    /// # Errors
    /// [`CredentialError`] when either cannot be made.
    pub fn generate(
        common_name: &str,
        not_before: jiff::Timestamp,
        not_after: jiff::Timestamp,
    ) -> Result<Self, CredentialError> {
        let key = SigningKey::generate(KeyKind::EcP256)?;
        let pair = KeyPair::try_from(key.to_pkcs8()?.as_slice()).map_err(CertificateError::Make)?;
        let mut params = CertificateParams::default();
        params.distinguished_name = named(common_name);
        params.not_before = from_timestamp(not_before)?;
        params.not_after = from_timestamp(not_after)?;
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let made = params.self_signed(&pair).map_err(CertificateError::Make)?;
        Ok(Self { certificate: Certificate::from_der(made.der())?, key })
    }

    /// Puts an authority together again from what [`CertificateAuthority::certificate`] and
    /// [`CertificateAuthority::private_key`] gave.
    ///
    /// # Errors
    /// [`CredentialError`] when the bytes are no certificate or no key, or do not belong together.
    pub fn restore(certificate_der: &[u8], pkcs8: &[u8]) -> Result<Self, CredentialError> {
        let certificate = Certificate::from_der(certificate_der)?;
        let key = SigningKey::from_bytes(pkcs8, None)?;
        if key.kind() != KeyKind::EcP256 {
            return Err(KeyError::Unsupported { found: key.kind().to_string() }.into());
        }
        if certificate.public_key() == key.public_key() {
            return Ok(Self { certificate, key });
        }
        Err(CredentialError::Mismatch {
            serial: certificate.serial_hex(),
            subject: certificate.subject().to_owned(),
        })
    }

    /// Its own certificate.
    #[must_use]
    pub fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// Its private key as unencrypted PKCS#8, for keeping it where secrets are kept.
    ///
    /// # Errors
    /// [`KeyError::Generate`] when the engine does not give it out.
    pub fn private_key(&self) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        self.key.to_pkcs8()
    }

    /// Issues a certificate for a subject (its attributes in their order: dotted OID and value) and a public key (a
    /// SubjectPublicKeyInfo in DER).
    ///
    /// # Errors
    /// [`CertificateError::Make`] for keys that are neither RSA nor EC on a known curve and for attributes that are no
    /// OIDs, [`CertificateError::Dates`] for dates that X.509 cannot write.
    pub fn issue(
        &self,
        subject: &[(String, String)],
        spki_der: &[u8],
        issuance: &Issuance,
    ) -> Result<Certificate, CertificateError> {
        let key = SubjectPublicKeyInfo::from_der(spki_der).map_err(CertificateError::Make)?;
        self.issue_for(distinguished_name(subject)?, &key, issuance)
    }

    /// Makes a key and issues a certificate for it.
    ///
    /// # Errors
    /// As [`CertificateAuthority::issue`], and [`KeyError`] when no key can be made.
    pub fn issue_credential(
        &self,
        subject: &Subject,
        kind: KeyKind,
        issuance: &Issuance,
    ) -> Result<Credential, CredentialError> {
        let key = SigningKey::generate(kind)?;
        let pair = KeyPair::try_from(key.to_pkcs8()?.as_slice()).map_err(CertificateError::Make)?;
        Credential::new(self.issue_for(of_subject(subject), &pair, issuance)?, key)
    }

    /// Whether this authority's key signed the certificate.
    #[must_use]
    pub fn has_issued(&self, certificate: &Certificate) -> bool {
        let Ok((_, parsed)) = X509Certificate::from_der(certificate.der()) else { return false };
        let Ok((_, own)) = X509Certificate::from_der(self.certificate.der()) else { return false };
        let is_named = parsed.issuer().as_raw() == own.subject().as_raw();
        let is_ecdsa_sha256 = parsed.signature_algorithm.algorithm.to_id_string() == "1.2.840.10045.4.3.2";
        let is_signed = || {
            UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, self.key.public_key())
                .verify(parsed.tbs_certificate.as_ref(), &parsed.signature_value.data)
                .is_ok()
        };
        is_named && is_ecdsa_sha256 && is_signed()
    }

    fn issue_for(
        &self,
        subject: DistinguishedName,
        key: &impl PublicKeyData,
        issuance: &Issuance,
    ) -> Result<Certificate, CertificateError> {
        let pkcs8 = self.key.to_pkcs8().map_err(|_| CertificateError::Make(rcgen::Error::RemoteKeyError))?;
        let pair = KeyPair::try_from(pkcs8.as_slice()).map_err(CertificateError::Make)?;
        let own_der = self.certificate.der().into();
        let issuer = Issuer::from_ca_cert_der(&own_der, pair).map_err(CertificateError::Make)?;
        let mut params = CertificateParams::default();
        params.distinguished_name = subject;
        params.not_before = from_timestamp(issuance.not_before)?;
        params.not_after = from_timestamp(issuance.not_after)?;
        params.serial_number = Some(issuance.serial.to_vec().into());
        params.is_ca = IsCa::ExplicitNoCa;
        params.use_authority_key_identifier_extension = true;
        params.key_usages = vec![match issuance.usage {
            KeyUsage::DigitalSignature => KeyUsagePurpose::DigitalSignature,
            KeyUsage::NonRepudiation => KeyUsagePurpose::ContentCommitment,
        }];
        let made = params.signed_by(key, &issuer).map_err(CertificateError::Make)?;
        Certificate::from_der(made.der())
    }
}

fn distinguished_name(attributes: &[(String, String)]) -> Result<DistinguishedName, CertificateError> {
    let mut name = DistinguishedName::new();
    for (oid, value) in attributes {
        let arcs: Option<Vec<u64>> = oid.split('.').map(|arc| arc.parse().ok()).collect();
        // Two arcs at least, as every OID has: the encoder takes that for granted.
        let arcs = arcs.filter(|arcs| arcs.len() >= 2 && arcs[0] <= 2 && arcs[1] < 40);
        let arcs = arcs.ok_or(CertificateError::Make(rcgen::Error::InvalidNameType))?;
        let value = match oid.as_str() {
            // X.520 asks for PrintableString in countryName.
            COUNTRY => value
                .as_str()
                .try_into()
                .map_or_else(|_| DnValue::Utf8String(value.clone()), DnValue::PrintableString),
            _ => DnValue::Utf8String(value.clone()),
        };
        name.push(DnType::from_oid(&arcs), value);
    }
    Ok(name)
}

const COUNTRY: &str = "2.5.4.6";
