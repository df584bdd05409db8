//! Sessions, the invoices sent in them, and their UPO.

use crate::open_enum::open_enum;
use crate::{ApiTime, Base64Bytes, InvoiceStatusInfo, StatusInfo};
use ksef_id::{KsefNumber, ReferenceNumber, Sha256Hash};
use serde::{Deserialize, Serialize};

/// A form of invoice, as sessions and metadata name it: `FA (3)`, `1-0E`, `FA`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FormCode {
    /// `kodSystemowy` of the document, with its space: `FA (3)`.
    pub system_code: String,
    /// `wersjaSchemy`: `1-0E`.
    pub schema_version: String,
    /// The value: `FA`.
    pub value: String,
}

impl FormCode {
    /// FA(3), the form of VAT invoices since February 2026 (guide, `faktury/schemy`). The space belongs to it.
    #[must_use]
    pub fn fa3() -> Self {
        Self { system_code: "FA (3)".to_owned(), schema_version: "1-0E".to_owned(), value: "FA".to_owned() }
    }
}

/// How the invoices of a session are encrypted.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EncryptionInfo {
    /// The AES key of 32 bytes, encrypted by RSA-OAEP with SHA-256 and MGF1 SHA-256.
    pub encrypted_symmetric_key: Base64Bytes,
    /// The initialisation vector of 16 bytes. It stands only here: the guide's "prefix of the ciphertext" is wrong
    /// (field notes 0.1, issue 839).
    pub initialization_vector: Base64Bytes,
    /// Which public key was used: Base64 of the SHA-256 of its SPKI, 44 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub public_key_id: Option<String>,
}

/// Body of `POST /sessions/online`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OpenOnlineSessionRequest {
    /// The form of all invoices of the session.
    pub form_code: FormCode,
    /// The session's key.
    pub encryption: EncryptionInfo,
}

/// Answer of `POST /sessions/online` (201).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OpenOnlineSessionResponse {
    /// The session (`SO`).
    pub reference_number: ReferenceNumber,
    /// When it will be closed at the latest: 12 hours.
    pub valid_until: ApiTime,
}

/// Body of `POST /sessions/online/{referenceNumber}/invoices`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SendInvoiceRequest {
    /// SHA-256 of the document.
    pub invoice_hash: Sha256Hash,
    /// Bytes of the document, at least 1.
    pub invoice_size: i64,
    /// SHA-256 of the ciphertext.
    pub encrypted_invoice_hash: Sha256Hash,
    /// Bytes of the ciphertext, at least 1.
    pub encrypted_invoice_size: i64,
    /// The ciphertext: AES-256-CBC with PKCS#7, without the IV.
    pub encrypted_invoice_content: Base64Bytes,
    /// Whether the invoice was issued offline. Absent means false.
    #[serde(default, skip_serializing_if = "is_false")]
    pub offline_mode: bool,
    /// SHA-256 of the refused offline invoice that this one corrects technically.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hash_of_corrected_invoice: Option<Sha256Hash>,
}

/// Answer of `POST /sessions/online/{referenceNumber}/invoices` (202).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SendInvoiceResponse {
    /// The invoice within the session (`EE`).
    pub reference_number: ReferenceNumber,
}

/// Answer of `GET /sessions/{referenceNumber}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SessionStatusResponse {
    /// The status; codes in [`crate::codes::OnlineSessionStatusCode`] and [`crate::codes::BatchSessionStatusCode`].
    pub status: StatusInfo,
    /// When the session was opened.
    pub date_created: ApiTime,
    /// When something last happened in it.
    pub date_updated: ApiTime,
    /// When it will be closed at the latest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<ApiTime>,
    /// The pages of its UPO, once it is closed and processed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upo: Option<UpoResponse>,
    /// Invoices taken; counters that are zero are absent in an open online session (`behaviour.md`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invoice_count: Option<i32>,
    /// Invoices that got a KSeF number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub successful_invoice_count: Option<i32>,
    /// Invoices that were refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failed_invoice_count: Option<i32>,
}

/// The UPO of a session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UpoResponse {
    /// Its pages, each of at most 10,000 invoices.
    pub pages: Vec<UpoPageResponse>,
}

/// One page of the UPO of a session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UpoPageResponse {
    /// The page (`EU`).
    pub reference_number: ReferenceNumber,
    /// Where to fetch it, without a token. A bearer secret: keep it out of logs.
    pub download_url: String,
    /// Until when the address works: 3 days (field notes B6).
    pub download_url_expiration_date: ApiTime,
}

open_enum! {
    /// Whether an invoice counts as issued online or offline.
    pub enum InvoicingMode {
        /// Sent on the day of issue.
        Online,
        /// Declared offline, or issued on an earlier day.
        Offline,
    }
}

/// Answer of `GET /sessions/{referenceNumber}/invoices/{invoiceReferenceNumber}`, and an entry of the lists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SessionInvoiceStatusResponse {
    /// Place in the session, from 1.
    pub ordinal_number: i32,
    /// The seller's number (P_2), once the document was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invoice_number: Option<String>,
    /// The KSeF number, once given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ksef_number: Option<KsefNumber>,
    /// The invoice within the session (`EE`).
    pub reference_number: ReferenceNumber,
    /// SHA-256 of the document.
    pub invoice_hash: Sha256Hash,
    /// The file name in a batch; absent in online sessions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invoice_file_name: Option<String>,
    /// When the KSeF number was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acquisition_date: Option<ApiTime>,
    /// When KSeF took the document for processing.
    pub invoicing_date: ApiTime,
    /// When it was stored for good; comes later than status 200, and not always later than `acquisitionDate` (field
    /// notes A5).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permanent_storage_date: Option<ApiTime>,
    /// Where to fetch the UPO, without a token. A bearer secret: keep it out of logs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upo_download_url: Option<String>,
    /// Until when the address works: 3 days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upo_download_url_expiration_date: Option<ApiTime>,
    /// Online or offline, as KSeF sees it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invoicing_mode: Option<InvoicingMode>,
    /// The status; codes in [`crate::codes::InvoiceStatusCode`].
    pub status: InvoiceStatusInfo,
}

/// Answer of `GET /sessions/{referenceNumber}/invoices` and `…/invoices/failed`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SessionInvoicesResponse {
    /// Where the next page begins; absent on the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub continuation_token: Option<String>,
    /// The invoices.
    pub invoices: Vec<SessionInvoiceStatusResponse>,
}

open_enum! {
    /// The two types of session.
    pub enum SessionType {
        /// Interactive.
        Online,
        /// Batch.
        Batch,
    }
}

open_enum! {
    /// The filter `statuses` of `GET /sessions`: 100 and what follows, 200, the rest, 440 (`behaviour.md`).
    pub enum CommonSessionStatus {
        /// Not finished.
        InProgress,
        /// 200.
        Succeeded,
        /// Any error.
        Failed,
        /// 440.
        Cancelled,
    }
}

/// Answer of `GET /sessions`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SessionsQueryResponse {
    /// Where the next page begins; absent on the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub continuation_token: Option<String>,
    /// The sessions, newest first.
    pub sessions: Vec<SessionsQueryResponseItem>,
}

/// An entry of `GET /sessions`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SessionsQueryResponseItem {
    /// The session.
    pub reference_number: ReferenceNumber,
    /// Its status.
    pub status: StatusInfo,
    /// When it was opened.
    pub date_created: ApiTime,
    /// When something last happened in it.
    pub date_updated: ApiTime,
    /// When it will be closed at the latest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<ApiTime>,
    /// Invoices taken.
    pub total_invoice_count: i32,
    /// Invoices that got a KSeF number.
    pub successful_invoice_count: i32,
    /// Invoices that were refused.
    pub failed_invoice_count: i32,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
fn is_false(value: &bool) -> bool {
    !*value
}
