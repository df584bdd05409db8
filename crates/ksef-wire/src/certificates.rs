//! Certificates: limits, enrolment, retrieval, the list and revocation.

use crate::auth::TypedIdentifier;
use crate::open_enum::open_enum;
use crate::{ApiTime, Base64Bytes, StatusInfo, SubjectIdentifierType};
use ksef_id::{CertificateSerial, ReferenceNumber};
use serde::{Deserialize, Serialize};

open_enum! {
    /// What a KSeF certificate is for.
    pub enum KsefCertificateType {
        /// Logging in.
        Authentication,
        /// Confirming the issuer in KOD II of offline invoices.
        Offline,
    }
}

open_enum! {
    /// The state of a KSeF certificate.
    pub enum CertificateListItemStatus {
        /// It may be used.
        Active,
        /// Being revoked; it may not be used any more.
        Blocked,
        /// Revoked.
        Revoked,
        /// Its validity has ended.
        Expired,
    }
}

open_enum! {
    /// Why a certificate is revoked.
    pub enum CertificateRevocationReason {
        /// Not said.
        Unspecified,
        /// Another one takes its place.
        Superseded,
        /// Somebody else may have its private key.
        KeyCompromise,
    }
}

/// A limit and what is left of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CertificateLimit {
    /// How many more.
    pub remaining: i32,
    /// How many in all.
    pub limit: i32,
}

/// Answer of `GET /certificates/limits`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CertificateLimitsResponse {
    /// Whether the subject may apply now.
    pub can_request: bool,
    /// Applications; revoking a certificate gives none back.
    pub enrollment: CertificateLimit,
    /// Active certificates.
    pub certificate: CertificateLimit,
}

/// Answer of `GET /certificates/enrollments/data`: the subject that a CSR must name, attribute by attribute.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CertificateEnrollmentDataResponse {
    /// 2.5.4.3.
    pub common_name: String,
    /// 2.5.4.6, two letters.
    pub country_name: String,
    /// 2.5.4.42.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub given_name: Option<String>,
    /// 2.5.4.4.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub surname: Option<String>,
    /// 2.5.4.5.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub serial_number: Option<String>,
    /// 2.5.4.45.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unique_identifier: Option<String>,
    /// 2.5.4.10.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization_name: Option<String>,
    /// 2.5.4.97.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization_identifier: Option<String>,
}

/// Body of `POST /certificates/enrollments`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EnrollCertificateRequest {
    /// A name of its own, 5 to 100 characters.
    pub certificate_name: String,
    /// What it is for.
    pub certificate_type: KsefCertificateType,
    /// The PKCS#10 request in DER.
    pub csr: Base64Bytes,
    /// Since when it shall be valid; from the issue when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<ApiTime>,
}

/// Answer of `POST /certificates/enrollments` (202).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EnrollCertificateResponse {
    /// The application.
    pub reference_number: ReferenceNumber,
    /// When it was made.
    pub timestamp: ApiTime,
}

/// Answer of `GET /certificates/enrollments/{referenceNumber}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CertificateEnrollmentStatusResponse {
    /// When the application was made.
    pub request_date: ApiTime,
    /// The status; codes in [`crate::codes::EnrollmentStatusCode`].
    pub status: StatusInfo,
    /// The certificate's serial number, once it is issued.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate_serial_number: Option<CertificateSerial>,
}

/// Body of `POST /certificates/retrieve`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RetrieveCertificatesRequest {
    /// 1 to 10 serial numbers.
    pub certificate_serial_numbers: Vec<CertificateSerial>,
}

/// One certificate of `POST /certificates/retrieve`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RetrieveCertificatesListItem {
    /// The certificate in DER.
    pub certificate: Base64Bytes,
    /// Its own name.
    pub certificate_name: String,
    /// Its serial number.
    pub certificate_serial_number: CertificateSerial,
    /// What it is for.
    pub certificate_type: KsefCertificateType,
}

/// Answer of `POST /certificates/retrieve`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RetrieveCertificatesResponse {
    /// Those that were asked for.
    pub certificates: Vec<RetrieveCertificatesListItem>,
}

/// Body of `POST /certificates/{certificateSerialNumber}/revoke`; the body itself may be absent.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RevokeCertificateRequest {
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revocation_reason: Option<CertificateRevocationReason>,
}

/// Body of `POST /certificates/query`: what the certificates must match; everything may be absent.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct QueryCertificatesRequest {
    /// Exactly this serial number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate_serial_number: Option<CertificateSerial>,
    /// A part of the name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What it is for.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<KsefCertificateType>,
    /// Its state.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<CertificateListItemStatus>,
    /// Only those whose validity ends after this time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_after: Option<ApiTime>,
}

/// One certificate of `POST /certificates/query`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CertificateListItem {
    /// Its serial number.
    pub certificate_serial_number: CertificateSerial,
    /// Its own name.
    pub name: String,
    /// What it is for.
    #[serde(rename = "type")]
    pub kind: KsefCertificateType,
    /// The subject's common name.
    pub common_name: String,
    /// Its state.
    pub status: CertificateListItemStatus,
    /// For whom it was issued.
    pub subject_identifier: TypedIdentifier<SubjectIdentifierType>,
    /// Since when it is valid.
    pub valid_from: ApiTime,
    /// Until when it is valid.
    pub valid_to: ApiTime,
    /// When it was last used; absent when never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_use_date: Option<ApiTime>,
    /// When it was applied for.
    pub request_date: ApiTime,
}

/// Answer of `POST /certificates/query`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct QueryCertificatesResponse {
    /// The certificates, the newest application first.
    pub certificates: Vec<CertificateListItem>,
    /// Whether there is another page.
    pub has_more: bool,
}
