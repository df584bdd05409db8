//! X.509 certificates: what KSeF reads from them.

use rcgen::{CertificateParams, DistinguishedName, KeyPair};
use x509_parser::prelude::{FromDer as _, X509Certificate};
use x509_parser::public_key::PublicKey;
use x509_parser::x509::SubjectPublicKeyInfo;

use crate::KeyKind;
use crate::certificate_type::{CertificateIssuer, CertificateType, is_qualified};
use crate::distinguished_name::{attribute_text, hex, readable, rfc4514, text_of};

/// A parsed certificate; everything we ever ask of it is taken out once.
#[derive(Clone)]
pub struct Certificate {
    der: Vec<u8>,
    spki_der: Vec<u8>,
    public_key: Vec<u8>,
    key_kind: Option<KeyKind>,
    public_key_algorithm: String,
    subject: String,
    subject_rfc4514: String,
    issuer: String,
    issuer_readable: String,
    certificate_type: CertificateType,
    issued_by: CertificateIssuer,
    is_qualified: bool,
    serial: Vec<u8>,
    serial_decimal: String,
    not_before: jiff::Timestamp,
    not_after: jiff::Timestamp,
    serial_number_attribute: Option<String>,
    organization_identifier: Option<String>,
    has_person_names: bool,
    is_self_signed: bool,
}

/// Whom a certificate's subject names, by the patterns of the guide's `auth/podpis-xades.md`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SubjectIdentity {
    /// A NIP: `TINPL-…` or `NIP…` in serialNumber (a person), or `VATPL-…` in organizationIdentifier (a seal).
    Nip(String),
    /// A PESEL: `PNOPL-…` or `PESEL…` in serialNumber.
    Pesel(String),
}

impl SubjectIdentity {
    /// The identity as the serialNumber attribute of a personal certificate.
    pub(crate) fn serial_number(&self) -> String {
        match self {
            Self::Nip(nip) => format!("TINPL-{nip}"),
            Self::Pesel(pesel) => format!("PNOPL-{pesel}"),
        }
    }
}

/// Why bytes are no certificate.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    /// Neither PEM nor DER of an X.509 certificate.
    #[error("this is no X.509 certificate in PEM or DER")]
    NotACertificate,
    /// PEM of something else.
    #[error("this PEM file holds a {label}, not a certificate")]
    OtherPem {
        /// The label after `BEGIN`.
        label: String,
    },
    /// A PKCS#7 bundle (`.p7b`).
    #[error(
        "this is a PKCS#7 bundle; take the certificates out with: openssl pkcs7 -print_certs -in OLD.p7b -out NEW.pem (with -inform DER if it is no text)"
    )]
    Pkcs7,
    /// Validity dates outside of what can be represented.
    #[error("the certificate's validity dates cannot be read")]
    Dates,
    /// The certificate could not be made.
    #[error("the certificate could not be made")]
    Make(#[source] rcgen::Error),
}

impl Certificate {
    /// Reads DER; bytes after the certificate are refused.
    ///
    /// # Errors
    /// [`CertificateError::NotACertificate`] and [`CertificateError::Dates`].
    pub fn from_der(der: &[u8]) -> Result<Self, CertificateError> {
        let (rest, parsed) = X509Certificate::from_der(der).map_err(|_| CertificateError::NotACertificate)?;
        if !rest.is_empty() {
            return Err(CertificateError::NotACertificate);
        }
        let timestamp = |seconds| jiff::Timestamp::from_second(seconds).map_err(|_| CertificateError::Dates);
        let attribute = |oid: &str| {
            parsed
                .subject()
                .iter_attributes()
                .find(|attribute| attribute.attr_type().to_id_string() == oid)
                .map(text_of)
        };
        Ok(Self {
            spki_der: parsed.public_key().raw.to_vec(),
            public_key: parsed.public_key().subject_public_key.data.to_vec(),
            key_kind: public_key_kind(parsed.public_key()),
            public_key_algorithm: key_algorithm(&parsed),
            subject: readable(parsed.subject()),
            subject_rfc4514: rfc4514(parsed.subject()),
            issuer: rfc4514(parsed.issuer()),
            issuer_readable: readable(parsed.issuer()),
            certificate_type: CertificateType::of(&parsed),
            issued_by: CertificateIssuer::of(&parsed),
            is_qualified: is_qualified(&parsed),
            serial: parsed.raw_serial().to_vec(),
            serial_decimal: parsed.serial.to_string(),
            not_before: timestamp(parsed.validity().not_before.timestamp())?,
            not_after: timestamp(parsed.validity().not_after.timestamp())?,
            serial_number_attribute: attribute("2.5.4.5"),
            organization_identifier: attribute("2.5.4.97"),
            has_person_names: attribute("2.5.4.42").is_some() || attribute("2.5.4.4").is_some(),
            is_self_signed: parsed.subject().as_raw() == parsed.issuer().as_raw(),
            der: der.to_vec(),
        })
    }

    /// Reads PEM or DER, whatever the file's name says; of several certificates in a file the first counts.
    ///
    /// # Errors
    /// As [`Certificate::all_from_bytes`].
    pub fn from_pem_or_der(bytes: &[u8]) -> Result<Self, CertificateError> {
        Self::all_from_bytes(bytes)?.into_iter().next().ok_or(CertificateError::NotACertificate)
    }

    /// Makes a certificate that its own key signs. `pkcs8` is the private key.
    pub(crate) fn self_signed(
        pkcs8: &[u8],
        subject: DistinguishedName,
        not_before: jiff::Timestamp,
        not_after: jiff::Timestamp,
    ) -> Result<Self, CertificateError> {
        let key = KeyPair::try_from(pkcs8).map_err(CertificateError::Make)?;
        let mut params = CertificateParams::default();
        params.distinguished_name = subject;
        params.not_before = from_timestamp(not_before)?;
        params.not_after = from_timestamp(not_after)?;
        // 16 hexadecimal digits as KSeF's own certificates have (field notes B12), the first bit clear: DER integers
        // are signed.
        let mut serial = crate::random_bytes::<8>();
        serial[0] = serial[0] & 0x7F | 0x01;
        params.serial_number = Some(serial.to_vec().into());
        let certificate = params.self_signed(&key).map_err(CertificateError::Make)?;
        Self::from_der(certificate.der())
    }

    /// The certificate as DER.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// The SubjectPublicKeyInfo as DER.
    #[must_use]
    pub fn spki_der(&self) -> &[u8] {
        &self.spki_der
    }

    /// The bits of the public key: PKCS#1 for RSA, the uncompressed point for EC.
    #[must_use]
    pub fn public_key(&self) -> &[u8] {
        &self.public_key
    }

    /// What kind of key it certifies; `None` for kinds that KSeF does not take.
    #[must_use]
    pub fn public_key_kind(&self) -> Option<KeyKind> {
        self.key_kind
    }

    /// The subject, readable: `C=PL, O=…, CN=…`.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// The subject as RFC 4514 text, to be compared with an issuer.
    #[must_use]
    pub fn subject_rfc4514(&self) -> &str {
        &self.subject_rfc4514
    }

    /// The issuer as RFC 4514 text.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The issuer, readable as [`Certificate::subject`] is.
    #[must_use]
    pub fn issuer_readable(&self) -> &str {
        &self.issuer_readable
    }

    /// What KSeF lets it do.
    #[must_use]
    pub fn certificate_type(&self) -> CertificateType {
        self.certificate_type
    }

    /// Who issued it, by name; nobody's signature is checked.
    #[must_use]
    pub fn issued_by(&self) -> CertificateIssuer {
        self.issued_by
    }

    /// The serial number in upper-case hexadecimal, as KSeF writes it (16 digits).
    #[must_use]
    pub fn serial_hex(&self) -> String {
        hex(&self.serial).to_uppercase()
    }

    /// The serial number as a decimal integer, as XML-DSig's X509SerialNumber has it.
    #[must_use]
    pub fn serial_decimal(&self) -> &str {
        &self.serial_decimal
    }

    /// From when it is valid.
    #[must_use]
    pub fn not_before(&self) -> jiff::Timestamp {
        self.not_before
    }

    /// Until when it is valid.
    #[must_use]
    pub fn not_after(&self) -> jiff::Timestamp {
        self.not_after
    }

    /// SHA-256 of the DER: the certificate's fingerprint.
    #[must_use]
    pub fn fingerprint_sha256(&self) -> [u8; 32] {
        crate::sha256(&self.der)
    }

    /// SHA-256 of the SubjectPublicKeyInfo.
    #[must_use]
    pub fn spki_sha256(&self) -> [u8; 32] {
        crate::sha256(&self.spki_der)
    }

    /// Whom the subject names, if it names anyone KSeF can recognise.
    #[must_use]
    pub fn identity(&self) -> Option<SubjectIdentity> {
        self.personal_identity().or_else(|| self.seal_nip().map(SubjectIdentity::Nip))
    }

    fn personal_identity(&self) -> Option<SubjectIdentity> {
        let text = self.serial_number_attribute.as_deref()?;
        digits_after(text, &["PNOPL", "PESEL"], 11)
            .map(SubjectIdentity::Pesel)
            .or_else(|| digits_after(text, &["TINPL", "NIP"], 10).map(SubjectIdentity::Nip))
    }

    fn seal_nip(&self) -> Option<String> {
        digits_after(self.organization_identifier.as_deref()?, &["VATPL"], 10)
    }

    /// The NIP that the subject names, of a person or of a company; a PESEL beside it does not matter here.
    #[must_use]
    pub fn nip(&self) -> Option<String> {
        match self.identity() {
            Some(SubjectIdentity::Nip(nip)) => Some(nip),
            _ => self.seal_nip(),
        }
    }

    /// Whether KSeF knows the subject as a company's seal, by organizationIdentifier alone.
    #[must_use]
    pub fn is_identified_as_seal(&self) -> bool {
        self.personal_identity().is_none() && self.seal_nip().is_some()
    }

    /// The algorithm of the certified key, for people: its kind, or the OID of one that KSeF does not take.
    #[must_use]
    pub fn public_key_algorithm(&self) -> &str {
        &self.public_key_algorithm
    }

    /// Whether it says of itself that it is qualified (eIDAS): such ones log in without being KSeF's own.
    #[must_use]
    pub fn is_qualified(&self) -> bool {
        self.is_qualified
    }

    /// Whether the subject has a given name or a surname, which a seal must not have.
    #[must_use]
    pub fn has_person_names(&self) -> bool {
        self.has_person_names
    }

    /// The subject's attributes in their order: dotted OID and value. Values that are no text of their type are left
    /// out, since self-made certificates have such.
    #[must_use]
    pub fn subject_attributes(&self) -> Vec<(String, String)> {
        let Ok((_, parsed)) = X509Certificate::from_der(&self.der) else { return Vec::new() };
        let attributes = parsed.subject().iter_attributes();
        attributes
            .filter_map(|attribute| {
                Some((attribute.attr_type().to_id_string(), attribute_text(attribute.attr_value())?))
            })
            .collect()
    }

    /// Whether issuer and subject are the same name.
    #[must_use]
    pub fn is_self_signed(&self) -> bool {
        self.is_self_signed
    }
}

impl std::fmt::Debug for Certificate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Certificate({}, {})", self.serial_hex(), self.subject)
    }
}

/// The first run of `count` digits after one of the keywords: `(KEYWORD).*?(\d{count})`.
fn digits_after(text: &str, keywords: &[&str], count: usize) -> Option<String> {
    let start = keywords.iter().filter_map(|word| text.find(word).map(|at| at + word.len())).min()?;
    let rest = &text.as_bytes()[start..];
    rest.windows(count)
        .find(|window| window.iter().all(u8::is_ascii_digit))
        .map(|window| window.iter().copied().map(char::from).collect())
}

/// What kind of key it is; `None` for kinds that KSeF does not take.
pub(crate) fn public_key_kind(key: &SubjectPublicKeyInfo<'_>) -> Option<KeyKind> {
    match key.parsed().ok()? {
        PublicKey::RSA(key) => {
            let significant = key.modulus.iter().skip_while(|byte| **byte == 0).count();
            Some(KeyKind::Rsa { bits: significant * 8 })
        }
        // By the curve's name, not its size: other curves of 256 bits exist and KSeF does not take them.
        PublicKey::EC(_) => {
            let curve = key.algorithm.parameters.as_ref()?.as_oid().ok()?;
            match curve.to_id_string().as_str() {
                "1.2.840.10045.3.1.7" => Some(KeyKind::EcP256),
                "1.3.132.0.34" => Some(KeyKind::EcP384),
                _ => None,
            }
        }
        _ => None,
    }
}

fn key_algorithm(parsed: &X509Certificate<'_>) -> String {
    let algorithm = &parsed.public_key().algorithm;
    match (
        public_key_kind(parsed.public_key()),
        algorithm.parameters.as_ref().and_then(|curve| curve.as_oid().ok()),
    ) {
        (Some(kind), _) => kind.to_string(),
        (None, Some(curve)) => format!("EC {curve}"),
        (None, None) => match algorithm.algorithm.to_id_string().as_str() {
            "1.3.101.112" => "Ed25519".to_owned(),
            other => other.to_owned(),
        },
    }
}

pub(crate) fn from_timestamp(timestamp: jiff::Timestamp) -> Result<time::OffsetDateTime, CertificateError> {
    time::OffsetDateTime::from_unix_timestamp(timestamp.as_second()).map_err(|_| CertificateError::Dates)
}

#[cfg(test)]
mod tests {
    use super::digits_after;

    #[test]
    fn identities_by_the_guides_patterns() {
        let check = |text, words: &[&str], count, expected: Option<&str>| {
            assert_eq!(digits_after(text, words, count).as_deref(), expected, "{text}");
        };
        check("PNOPL-88102341294", &["PNOPL", "PESEL"], 11, Some("88102341294"));
        check("PESEL: 88102341294", &["PNOPL", "PESEL"], 11, Some("88102341294"));
        check("TINPL-5265877635", &["TINPL", "NIP"], 10, Some("5265877635"));
        check("NIP 526-5877635", &["TINPL", "NIP"], 10, None);
        check("5265877635", &["TINPL", "NIP"], 10, None);
        check("VATPL-5265877635", &["VATPL"], 10, Some("5265877635"));
    }
}
