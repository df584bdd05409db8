//! Collective identifiers: one number for a payment of several invoices (since 2.7.0).

use crate::{Amount, ApiTime};
use ksef_id::{CollectiveNumber, KsefNumber};
use serde::{Deserialize, Serialize};

/// How much of an invoice is paid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CollectiveIdentifierInvoicePayment {
    /// The amount.
    pub amount: Amount,
    /// ISO 4217.
    pub currency: String,
}

/// An invoice that shall stand under a collective identifier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CollectiveIdentifierInvoice {
    /// Its KSeF number.
    pub ksef_number: KsefNumber,
    /// How much of it is paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment: Option<CollectiveIdentifierInvoicePayment>,
    /// At most 512 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// Body of `POST /collective-identifiers`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GenerateCollectiveIdentifierRequest {
    /// 2 invoices to as many as the context's limits allow (500), all of one seller.
    pub invoices: Vec<CollectiveIdentifierInvoice>,
}

/// Answer of `POST /collective-identifiers` (201).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GenerateCollectiveIdentifierResponse {
    /// The new identifier.
    pub collective_identifier_number: CollectiveNumber,
}

/// Body of `POST /collective-identifiers/query`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CollectiveIdentifiersQueryRequest {
    /// Exactly this identifier; a plain text, since the API names no form here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collective_identifier_number: Option<String>,
    /// Made since; the range covers at most 100 days.
    pub date_created_from: ApiTime,
    /// Made until.
    pub date_created_to: ApiTime,
    /// At least so many invoices.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invoice_count_from: Option<i32>,
    /// At most so many invoices.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invoice_count_to: Option<i32>,
    /// Only those made in this context, or only the others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_in_current_context: Option<bool>,
}

/// One identifier of `POST /collective-identifiers/query`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CollectiveIdentifiersQueryResponseItem {
    /// The identifier.
    pub collective_identifier_number: CollectiveNumber,
    /// When it was made.
    pub date_created: ApiTime,
    /// How many invoices stand under it.
    pub invoice_count: i32,
    /// Whether it was made in the asking context.
    pub created_in_current_context: bool,
}

/// Answer of `POST /collective-identifiers/query`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CollectiveIdentifiersQueryResponse {
    /// Where the next page begins; absent on the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub continuation_token: Option<String>,
    /// The identifiers, newest first.
    pub collective_identifiers: Vec<CollectiveIdentifiersQueryResponseItem>,
}

/// Body of `POST /collective-identifiers/invoices`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CollectiveIdentifierInvoicesQueryRequest {
    /// At most 10 identifiers; plain texts, since the API names no form here.
    pub collective_identifier_numbers: Vec<String>,
}

/// One invoice of `POST /collective-identifiers/invoices`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CollectiveIdentifierInvoicesQueryResponseItem {
    /// Its KSeF number.
    pub ksef_number: KsefNumber,
    /// Under which identifier it stands.
    pub collective_identifier_number: CollectiveNumber,
    /// How much of it is paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment: Option<CollectiveIdentifierInvoicePayment>,
    /// The description given with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Whether payment and description were given and are not for the asking context to see.
    pub details_hidden: bool,
}

/// Answer of `POST /collective-identifiers/invoices`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CollectiveIdentifierInvoicesQueryResponse {
    /// Where the next page begins; absent on the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub continuation_token: Option<String>,
    /// The invoices, by KSeF number, descending.
    pub invoices: Vec<CollectiveIdentifierInvoicesQueryResponseItem>,
}

/// One identifier of `GET /collective-identifiers/ksef/{ksefNumber}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CollectiveIdentifiersByKsefNumberQueryResponseItem {
    /// The identifier.
    pub collective_identifier_number: CollectiveNumber,
    /// Whether it was made in the asking context.
    pub created_in_current_context: bool,
    /// When it was made.
    pub date_created: ApiTime,
}

/// Answer of `GET /collective-identifiers/ksef/{ksefNumber}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CollectiveIdentifiersByKsefNumberQueryResponse {
    /// Where the next page begins; absent on the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub continuation_token: Option<String>,
    /// The identifiers, newest first.
    pub collective_identifiers: Vec<CollectiveIdentifiersByKsefNumberQueryResponseItem>,
}
