//! Exports: packages of invoices made on demand, encrypted for the one who asked.

use crate::{ApiTime, CompressionType, EncryptionInfo, InvoiceMetadata, InvoiceQueryFilters, StatusInfo};
use jiff::civil::Date;
use ksef_id::{ReferenceNumber, Sha256Hash};
use serde::{Deserialize, Serialize};

/// Body of `POST /invoices/exports`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InvoiceExportRequest {
    /// The key of the package.
    pub encryption: EncryptionInfo,
    /// Whether the package shall hold `_metadata.json` only.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub only_metadata: bool,
    /// What is asked for.
    pub filters: InvoiceQueryFilters,
    /// How to pack; ZIP when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compression_type: Option<CompressionType>,
}

/// Answer of `POST /invoices/exports` (201).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ExportInvoicesResponse {
    /// The export (`EH`). There is no list of exports: who loses it loses the package (field notes B2).
    pub reference_number: ReferenceNumber,
}

/// Answer of `GET /invoices/exports/{referenceNumber}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InvoiceExportStatusResponse {
    /// The status, see [`crate::codes::ExportStatusCode`].
    pub status: StatusInfo,
    /// When the work ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub completed_date: Option<ApiTime>,
    /// Until when the package can be fetched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub package_expiration_date: Option<ApiTime>,
    /// The package, once it is ready.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub package: Option<InvoicePackage>,
}

/// A package of invoices.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InvoicePackage {
    /// Invoices in it, at most 10,000.
    pub invoice_count: i64,
    /// Bytes of the package before splitting and encryption.
    pub size: i64,
    /// Its parts, in order.
    pub parts: Vec<InvoicePackagePart>,
    /// Whether more was found than one package holds: ask again from the `last…Date`.
    pub is_truncated: bool,
    /// Date of issue of the last invoice, of a truncated package by `Issue`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_issue_date: Option<Date>,
    /// Time of receipt of the last invoice, of a truncated package by `Invoicing`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_invoicing_date: Option<ApiTime>,
    /// Time of storage of the last invoice, of a truncated package by `PermanentStorage`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_permanent_storage_date: Option<ApiTime>,
    /// The high-water mark: up to here the package is complete (`PermanentStorage` only).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permanent_storage_hwm_date: Option<ApiTime>,
    /// How it is packed.
    pub compression_type: CompressionType,
}

/// A part of a package.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InvoicePackagePart {
    /// From 1.
    pub ordinal_number: i32,
    /// Its file name, at most 100 characters.
    pub part_name: String,
    /// The HTTP method, `GET`.
    pub method: String,
    /// The absolute address; it needs no token.
    pub url: String,
    /// Bytes before encryption.
    pub part_size: i64,
    /// SHA-256 before encryption.
    pub part_hash: Sha256Hash,
    /// Bytes after encryption: those that come.
    pub encrypted_part_size: i64,
    /// SHA-256 after encryption.
    pub encrypted_part_hash: Sha256Hash,
    /// Until when the address works. Asking for the status gives a fresh one.
    pub expiration_date: ApiTime,
}

/// The file `_metadata.json` of a package (guide, `przyrostowe-pobieranie-faktur.md`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PackageMetadata {
    /// The invoices of the package, in its order.
    pub invoices: Vec<InvoiceMetadata>,
}
