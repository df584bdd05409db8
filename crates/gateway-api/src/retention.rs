//! How long documents are kept, what is held back from erasing, what may be erased and what was.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Body of `PUT …/retention`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RetentionRequest {
    /// Full calendar years after the year of issue: 10 to 100.
    pub years: i64,
    /// Whether anything is erased at all.
    pub is_on: bool,
    /// Without it nothing shorter than 10 years is taken, with it 6 to 9 are: KSeF itself keeps invoices for ten.
    #[serde(default)]
    pub is_shorter_on_purpose: bool,
}

/// How long a company keeps its documents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RetentionResource {
    /// Full calendar years after the year of issue.
    pub years: i64,
    /// Whether anything is erased at all.
    pub is_on: bool,
    /// What was issued before this day may be erased today, unless it is held.
    pub erased_before: Date,
    /// Objects of erased documents, of all companies, that the object store still has.
    pub objects_left: u64,
}

/// Body of `POST …/legal-holds`: at least one of `document`, `party`, `from` and `until`; all that are given must fit.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LegalHoldRequest {
    /// A KSeF number, an invoice number, or the identifier that the document has here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<String>,
    /// The NIP or other identifier of the seller or of the buyer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub party: Option<String>,
    /// Issued on this day or later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Date>,
    /// Issued on this day or before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
    /// Why: 1 to 500 characters.
    pub reason: String,
}

/// What keeps documents from being erased.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LegalHoldResource {
    /// Its identifier.
    pub id: String,
    /// A KSeF number, an invoice number, or the identifier that a document has here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<String>,
    /// The NIP or other identifier of the seller or of the buyer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub party: Option<String>,
    /// Issued on this day or later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Date>,
    /// Issued on this day or before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
    /// Why.
    pub reason: String,
    /// Who placed it.
    pub placed_by: String,
    /// When.
    pub placed_at: Timestamp,
    /// Who lifted it; absent while it holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lifted_by: Option<String>,
    /// When.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lifted_at: Option<Timestamp>,
}

/// Answer to `GET …/legal-holds`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LegalHoldListResource {
    /// The oldest first, lifted ones too.
    pub items: Vec<LegalHoldResource>,
    /// Where to go on (`after`); absent at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// A document whose time is over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ErasableResource {
    /// `sale` or `purchase`.
    pub direction: String,
    /// Its identifier here.
    pub id: String,
    /// The seller's own number.
    pub invoice_number: String,
    /// KSeF's number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ksef_number: Option<String>,
    /// When it was issued.
    pub issue_date: Date,
    /// Until when it had to be kept.
    pub kept_until: Date,
    /// Why it stays all the same: `hold`, or `unfinished` while something is still to be done with it. Absent for what is erased.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stopped_by: Option<String>,
    /// The hold that stops it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hold: Option<String>,
}

/// Answer to `GET …/retention/due`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ErasableListResource {
    /// As of which day.
    pub as_of: Date,
    /// Sales first, then purchases, each in the order of arrival.
    pub items: Vec<ErasableResource>,
    /// Where to go on (`after`); absent at the end. A page may have fewer than asked for and still go on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// What is left of a document that was erased.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ErasedResource {
    /// `sale` or `purchase`.
    pub direction: String,
    /// The identifier that it had here.
    pub id: String,
    /// The seller's own number; it stays used.
    pub invoice_number: String,
    /// KSeF's number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ksef_number: Option<String>,
    /// SHA-256 of the bytes that it had, in Base64.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// When it was issued.
    pub issue_date: Date,
    /// Until when it had to be kept.
    pub kept_until: Date,
    /// Why it was erased.
    pub reason: String,
    /// When.
    pub erased_at: Timestamp,
}

/// Answer to `GET …/erasures`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ErasedListResource {
    /// In the order of erasing.
    pub items: Vec<ErasedResource>,
    /// Where to go on (`after`); absent at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}
