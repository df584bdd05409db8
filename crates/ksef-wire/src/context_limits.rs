//! Limits of a context and of a subject, and the requests of the test environment that change them.

use crate::EffectiveApiRateLimitValues;
use crate::open_enum::open_enum;
use serde::{Deserialize, Serialize};

/// Limits of the sessions of one kind. Sizes are in megabytes of 1,000,000 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SessionLimits {
    /// Largest invoice without attachment.
    #[serde(rename = "maxInvoiceSizeInMB")]
    pub max_invoice_size_in_mb: i32,
    /// Largest invoice with attachment.
    #[serde(rename = "maxInvoiceWithAttachmentSizeInMB")]
    pub max_invoice_with_attachment_size_in_mb: i32,
    /// Most invoices in one session.
    pub max_invoices: i32,
}

/// Limits of collective identifiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CollectiveIdentifierLimits {
    /// Most invoices under one identifier, at least 2.
    pub max_invoices: i32,
}

/// Limits of a context: answer of `GET /limits/context`, and body of `POST /testdata/limits/context/session`
/// (`SetSessionLimitsRequest`), which has the same shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EffectiveContextLimits {
    /// Of online sessions.
    pub online_session: SessionLimits,
    /// Of batch sessions.
    pub batch_session: SessionLimits,
    /// Of collective identifiers (since 2.7.1).
    pub collective_identifier: CollectiveIdentifierLimits,
}

impl EffectiveContextLimits {
    /// The values that hold where nobody changed them (guide, `limity/limity.md`).
    #[must_use]
    pub const fn production() -> Self {
        let session = SessionLimits {
            max_invoice_size_in_mb: 1,
            max_invoice_with_attachment_size_in_mb: 3,
            max_invoices: 10_000,
        };
        Self {
            online_session: session,
            batch_session: session,
            collective_identifier: CollectiveIdentifierLimits { max_invoices: 500 },
        }
    }
}

/// How many certificate applications a subject may make.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EnrollmentLimits {
    /// Most applications; absent in a request: as by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_enrollments: Option<i32>,
}

/// How many certificates a subject may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CertificateLimits {
    /// Most certificates; absent in a request: as by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_certificates: Option<i32>,
}

/// Limits of a subject: answer of `GET /limits/subject`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EffectiveSubjectLimits {
    /// Applications.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enrollment: Option<EnrollmentLimits>,
    /// Certificates.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate: Option<CertificateLimits>,
}

open_enum! {
    /// How a subject is known.
    pub enum SubjectIdentifierType {
        /// By NIP.
        Nip,
        /// By PESEL.
        Pesel,
        /// By the fingerprint of its certificate.
        Fingerprint,
    }
}

/// Body of `POST /testdata/limits/subject/certificate`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SetSubjectLimitsRequest {
    /// For which kind of identifier of the subject.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject_identifier_type: Option<SubjectIdentifierType>,
    /// Applications.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enrollment: Option<EnrollmentLimits>,
    /// Certificates.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate: Option<CertificateLimits>,
}

/// The groups whose rate limits the test environment lets change; the four of 2.8.0 are not among them
/// (`changes-2.7-to-2.9.md`, section 2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "each field is the group of that name, see `EffectiveApiRateLimits`")]
pub struct ApiRateLimitsOverride {
    pub online_session: EffectiveApiRateLimitValues,
    pub batch_session: EffectiveApiRateLimitValues,
    pub invoice_send: EffectiveApiRateLimitValues,
    pub invoice_status: EffectiveApiRateLimitValues,
    pub session_list: EffectiveApiRateLimitValues,
    pub session_invoice_list: EffectiveApiRateLimitValues,
    pub session_misc: EffectiveApiRateLimitValues,
    pub invoice_metadata: EffectiveApiRateLimitValues,
    pub invoice_export: EffectiveApiRateLimitValues,
    pub invoice_export_status: EffectiveApiRateLimitValues,
    pub invoice_download: EffectiveApiRateLimitValues,
    pub collective_identifier: EffectiveApiRateLimitValues,
    pub other: EffectiveApiRateLimitValues,
}

/// Body of `POST /testdata/rate-limits`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SetRateLimitsRequest {
    /// The values that shall hold for the caller's context.
    pub rate_limits: ApiRateLimitsOverride,
}
