//! The public keys of KSeF.

use crate::open_enum::open_enum;
use crate::{ApiTime, Base64Bytes};
use serde::{Deserialize, Serialize};

open_enum! {
    /// What a public key of KSeF is for.
    pub enum PublicKeyCertificateUsage {
        /// Encrypting a KSeF token for login.
        KsefTokenEncryption,
        /// Encrypting the symmetric key of a session or an export.
        SymmetricKeyEncryption,
    }
}

/// One entry of `GET /security/public-key-certificates`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PublicKeyCertificate {
    /// The certificate, DER.
    pub certificate: Base64Bytes,
    /// Base64 identifier of the certificate.
    pub certificate_id: String,
    /// Base64 of the SHA-256 of the key's SPKI, 44 characters: what requests name as `publicKeyId`.
    pub public_key_id: String,
    /// From when it is valid.
    pub valid_from: ApiTime,
    /// Until when it is valid.
    pub valid_to: ApiTime,
    /// What it is for.
    pub usage: Vec<PublicKeyCertificateUsage>,
}
