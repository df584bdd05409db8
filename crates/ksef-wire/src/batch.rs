//! Batch sessions: opening one, and the addresses to which its parts are sent.

use crate::open_enum::open_enum;
use crate::{EncryptionInfo, FormCode};
use ksef_id::{ReferenceNumber, Sha256Hash};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

open_enum! {
    /// How a package is packed; `Zip` where nothing is said.
    pub enum CompressionType {
        /// ZIP with deflate.
        Zip,
        /// A tar archive under gzip.
        TarGz,
    }
}

/// One part of a package, as it will be uploaded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BatchFilePartInfo {
    /// From 1, without gaps.
    pub ordinal_number: i32,
    /// Bytes of the encrypted part; before encryption at most 100,000,000.
    pub file_size: i64,
    /// SHA-256 of the encrypted part.
    pub file_hash: Sha256Hash,
}

/// The package of a batch session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BatchFileInfo {
    /// Bytes of the whole package before splitting and encryption, at most 5,000,000,000.
    pub file_size: i64,
    /// SHA-256 of the whole package before splitting and encryption.
    pub file_hash: Sha256Hash,
    /// How it is packed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compression_type: Option<CompressionType>,
    /// Its parts, 1 to 50.
    pub file_parts: Vec<BatchFilePartInfo>,
}

/// Body of `POST /sessions/batch`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OpenBatchSessionRequest {
    /// The form of all invoices of the session.
    pub form_code: FormCode,
    /// The package.
    pub batch_file: BatchFileInfo,
    /// The session's key.
    pub encryption: EncryptionInfo,
    /// Whether all invoices were issued offline.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub offline_mode: bool,
}

/// Where and how a part is uploaded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PartUploadRequest {
    /// The part.
    pub ordinal_number: i32,
    /// The HTTP method, `PUT`.
    pub method: String,
    /// The absolute address; it needs no token and must not be sent one.
    pub url: String,
    /// The headers that must be sent, exactly these.
    pub headers: BTreeMap<String, Option<String>>,
}

/// Answer of `POST /sessions/batch` (201).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OpenBatchSessionResponse {
    /// The session (`SB`).
    pub reference_number: ReferenceNumber,
    /// One entry per declared part.
    pub part_upload_requests: Vec<PartUploadRequest>,
}
