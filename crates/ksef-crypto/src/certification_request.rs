//! Reading requests for certificates (PKCS#10) as KSeF does: which keys and signatures it takes, and whom they name.
//!
//! Source: OpenAPI 2.9.0, `POST /certificates/enrollments`; field notes B12 (issue 655: letters outside of
//! PrintableString's alphabet in a PrintableString are refused).

use aws_lc_rs::signature as engine;
use aws_lc_rs::signature::{UnparsedPublicKey, VerificationAlgorithm};
use x509_parser::certification_request::X509CertificationRequest;
use x509_parser::prelude::FromDer as _;
use x509_parser::signature_algorithm::SignatureAlgorithm;

use crate::KeyKind;
use crate::certificate::public_key_kind;
use crate::distinguished_name::attribute_text;

/// A request whose signature is its own key's.
#[derive(Debug, Clone)]
pub struct ReceivedRequest {
    /// The subject's attributes in their order: dotted OID and value.
    pub subject: Vec<(String, String)>,
    /// The public key, a SubjectPublicKeyInfo in DER.
    pub spki_der: Vec<u8>,
    /// What kind of key it is.
    pub key_kind: KeyKind,
}

/// Why a request is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RequestRefusal {
    /// Not PKCS#10 in DER, or a name that is not written as its type of text asks.
    #[error("the request is no PKCS#10 in DER: {reason}")]
    Format {
        /// What is wrong.
        reason: String,
    },
    /// Neither RSA of 2048 bits nor EC on P-256.
    #[error("the request's key is neither RSA of 2048 bits nor EC on P-256")]
    Key,
    /// A signature algorithm that is not taken.
    #[error("the request's signature algorithm {oid} is not accepted")]
    SignatureAlgorithm {
        /// Its dotted OID.
        oid: String,
    },
    /// The signature is not of the request's own key.
    #[error("the request's signature does not verify with its own key")]
    Signature,
}

impl ReceivedRequest {
    /// Reads a request in DER and verifies its signature.
    ///
    /// # Errors
    /// [`RequestRefusal`] names the first rule that is broken.
    pub fn read(der: &[u8]) -> Result<Self, RequestRefusal> {
        let (rest, request) = X509CertificationRequest::from_der(der)
            .map_err(|error| RequestRefusal::Format { reason: error.to_string() })?;
        if !rest.is_empty() {
            return Err(RequestRefusal::Format { reason: "bytes follow the request".to_owned() });
        }
        let info = &request.certification_request_info;
        let subject = info.subject.iter_attributes().map(|attribute| {
            let oid = attribute.attr_type().to_id_string();
            let reason = format!("the value of {oid} is not written as its type of text asks");
            let text = attribute_text(attribute.attr_value());
            text.map(|text| (oid, text)).ok_or(RequestRefusal::Format { reason })
        });
        let subject = subject.collect::<Result<Vec<_>, _>>()?;
        let key_kind = public_key_kind(&info.subject_pki)
            .filter(|kind| matches!(kind, KeyKind::Rsa { bits: 2048 } | KeyKind::EcP256))
            .ok_or(RequestRefusal::Key)?;
        let oid = request.signature_algorithm.algorithm.to_id_string();
        let algorithm = SignatureAlgorithm::try_from(&request.signature_algorithm)
            .ok()
            .and_then(|algorithm| verification(&algorithm, &oid, key_kind))
            .ok_or(RequestRefusal::SignatureAlgorithm { oid })?;
        UnparsedPublicKey::new(algorithm, &*info.subject_pki.subject_public_key.data)
            .verify(info.raw, &request.signature_value.data)
            .map_err(|_| RequestRefusal::Signature)?;
        Ok(Self { subject, spki_der: info.subject_pki.raw.to_vec(), key_kind })
    }

    /// The value of an attribute of the subject; the first, should it stand there several times.
    #[must_use]
    pub fn attribute(&self, oid: &str) -> Option<&str> {
        self.subject.iter().find(|(known, _)| known == oid).map(|(_, value)| value.as_str())
    }
}

fn verification(
    algorithm: &SignatureAlgorithm<'_>,
    oid: &str,
    kind: KeyKind,
) -> Option<&'static dyn VerificationAlgorithm> {
    let is_rsa = matches!(kind, KeyKind::Rsa { .. });
    Some(match (algorithm, is_rsa) {
        (SignatureAlgorithm::RSA, true) => match oid {
            "1.2.840.113549.1.1.5" => &engine::RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY,
            "1.2.840.113549.1.1.11" => &engine::RSA_PKCS1_2048_8192_SHA256,
            "1.2.840.113549.1.1.12" => &engine::RSA_PKCS1_2048_8192_SHA384,
            "1.2.840.113549.1.1.13" => &engine::RSA_PKCS1_2048_8192_SHA512,
            _ => return None,
        },
        (SignatureAlgorithm::RSASSA_PSS(parameters), true) => {
            // The engine has PSS with SHA-1 for nobody; KSeF's list has it (DIVERGENCES.md of the simulator).
            match parameters.hash_algorithm_oid().to_id_string().as_str() {
                "2.16.840.1.101.3.4.2.1" => &engine::RSA_PSS_2048_8192_SHA256,
                "2.16.840.1.101.3.4.2.2" => &engine::RSA_PSS_2048_8192_SHA384,
                "2.16.840.1.101.3.4.2.3" => &engine::RSA_PSS_2048_8192_SHA512,
                _ => return None,
            }
        }
        (SignatureAlgorithm::ECDSA, false) => match oid {
            "1.2.840.10045.4.1" => &engine::ECDSA_P256_SHA1_ASN1,
            "1.2.840.10045.4.3.2" => &engine::ECDSA_P256_SHA256_ASN1,
            "1.2.840.10045.4.3.3" => &engine::ECDSA_P256_SHA384_ASN1,
            "1.2.840.10045.4.3.4" => &engine::ECDSA_P256_SHA512_ASN1,
            _ => return None,
        },
        _ => return None,
    })
}
