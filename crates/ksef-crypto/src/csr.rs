//! Requests for certificates of KSeF: a new key, and its request with exactly the subject that KSeF named.
//!
//! KSeF compares the request's subject with what `GET /certificates/enrollments/data` answered and refuses any difference
//! with 25004; a name with Polish letters must be UTF8String for that (guide, `certyfikaty-KSeF.md` §3; field notes B12).

use rcgen::{CertificateParams, DistinguishedName, DnType, KeyPair};

use crate::distinguished_name::{
    GIVEN_NAME, ORGANIZATION_IDENTIFIER, SERIAL_NUMBER, SURNAME, UNIQUE_IDENTIFIER, country, custom, utf8,
};
use crate::{KeyError, KeyKind, SigningKey};

/// Whom the certificate shall name: the attributes of KSeF's enrolment data, each exactly as it came.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CertificateRequestSubject {
    /// commonName (2.5.4.3).
    pub common_name: String,
    /// countryName (2.5.4.6), ISO 3166.
    pub country_name: String,
    /// givenName (2.5.4.42).
    pub given_name: Option<String>,
    /// surname (2.5.4.4).
    pub surname: Option<String>,
    /// serialNumber (2.5.4.5): `PNOPL-…` or `TINPL-…`.
    pub serial_number: Option<String>,
    /// uniqueIdentifier (2.5.4.45).
    pub unique_identifier: Option<String>,
    /// organizationName (2.5.4.10).
    pub organization_name: Option<String>,
    /// organizationIdentifier (2.5.4.97): `VATPL-…`.
    pub organization_identifier: Option<String>,
}

/// A request and the key that it is for. The key has to be sealed before the request leaves: a certificate whose key is
/// lost still counts against the quota (field notes B12).
#[derive(Debug)]
pub struct CertificateRequest {
    /// PKCS#10 as DER; the API wants it in Base64.
    pub der: Vec<u8>,
    /// The private key, made here.
    pub key: SigningKey,
}

/// Why no request was made.
#[derive(Debug, thiserror::Error)]
pub enum CertificateRequestError {
    /// KSeF takes RSA of 2048 bits and EC P-256 for its own certificates.
    #[error("KSeF issues certificates for RSA-2048 and EC P-256 keys, not for {found}")]
    KeyKind {
        /// What was asked for.
        found: KeyKind,
    },
    /// An attribute that must be there is empty.
    #[error("the subject's {attribute} is empty")]
    Empty {
        /// Its name in the API.
        attribute: &'static str,
    },
    /// The key could not be made.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The request could not be made.
    #[error("the certificate request could not be made")]
    Make(#[source] rcgen::Error),
}

/// Makes a key and a request for `subject`, signed with SHA-256 (PKCS#1 v1.5 or ECDSA).
///
/// # Errors
/// [`CertificateRequestError`].
pub fn generate(
    subject: &CertificateRequestSubject,
    kind: KeyKind,
) -> Result<CertificateRequest, CertificateRequestError> {
    match kind {
        KeyKind::Rsa { bits: 2048 } | KeyKind::EcP256 => {}
        found => return Err(CertificateRequestError::KeyKind { found }),
    }
    for (attribute, value) in [("commonName", &subject.common_name), ("countryName", &subject.country_name)] {
        if value.is_empty() {
            return Err(CertificateRequestError::Empty { attribute });
        }
    }
    let key = SigningKey::generate(kind)?;
    let pair = KeyPair::try_from(key.to_pkcs8()?.as_slice()).map_err(CertificateRequestError::Make)?;
    let mut params = CertificateParams::default();
    params.distinguished_name = subject.distinguished_name();
    let request = params.serialize_request(&pair).map_err(CertificateRequestError::Make)?;
    Ok(CertificateRequest { der: request.der().to_vec(), key })
}

impl CertificateRequestSubject {
    fn distinguished_name(&self) -> DistinguishedName {
        let mut name = DistinguishedName::new();
        // X.520 wants the country as PrintableString; whatever does not fit one stays as it is.
        name.push(DnType::CountryName, country(&self.country_name));
        let optional = [
            (DnType::OrganizationName, &self.organization_name),
            (custom(ORGANIZATION_IDENTIFIER), &self.organization_identifier),
            (custom(GIVEN_NAME), &self.given_name),
            (custom(SURNAME), &self.surname),
            (custom(SERIAL_NUMBER), &self.serial_number),
            (custom(UNIQUE_IDENTIFIER), &self.unique_identifier),
        ];
        for (attribute, value) in optional {
            if let Some(value) = value {
                name.push(attribute, utf8(value));
            }
        }
        name.push(DnType::CommonName, utf8(&self.common_name));
        name
    }
}
