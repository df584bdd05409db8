//! The query for metadata of invoices, and its answer.

use crate::open_enum::open_enum;
use crate::sessions::{FormCode, InvoicingMode};
use crate::{Amount, ApiTime};
use jiff::civil::Date;
use ksef_id::{KsefNumber, Nip, Sha256Hash};
use serde::{Deserialize, Serialize};

open_enum! {
    /// In which role the asking context stands on the invoices.
    pub enum InvoiceQuerySubjectType {
        /// Seller.
        Subject1,
        /// Buyer.
        Subject2,
        /// Third party.
        Subject3,
        /// Authorised party.
        SubjectAuthorized,
    }
}

open_enum! {
    /// Which date a range speaks of, and by which the answer is sorted.
    pub enum InvoiceQueryDateType {
        /// P_1, the date of issue.
        Issue,
        /// When KSeF took the document.
        Invoicing,
        /// When it was stored for good: the one for incremental download.
        PermanentStorage,
    }
}

open_enum! {
    /// Which amount a filter speaks of.
    pub enum AmountType {
        /// Gross.
        Brutto,
        /// Net.
        Netto,
        /// VAT.
        Vat,
    }
}

open_enum! {
    /// How a buyer is known.
    pub enum BuyerIdentifierType {
        /// By NIP.
        Nip,
        /// By EU VAT number.
        VatUe,
        /// By another identifier.
        Other,
        /// Not at all (a consumer).
        None,
    }
}

open_enum! {
    /// How a third party is known.
    pub enum ThirdSubjectIdentifierType {
        /// By NIP.
        Nip,
        /// By internal identifier.
        InternalId,
        /// By EU VAT number.
        VatUe,
        /// By another identifier.
        Other,
        /// Not at all.
        None,
    }
}

open_enum! {
    /// The family of forms in a filter; `FA_RR` is written with an underscore there.
    #[expect(non_camel_case_types, reason = "the API's own name")]
    pub enum InvoiceQueryFormType {
        /// FA(2) and FA(3).
        FA,
        /// PEF and its corrections.
        PEF,
        /// FA_RR.
        FA_RR,
    }
}

open_enum! {
    /// The kind of an invoice (`RodzajFaktury`, with the Peppol and RR kinds).
    pub enum InvoiceType {
        /// Ordinary.
        Vat,
        /// Advance.
        Zal,
        /// Correction.
        Kor,
        /// Settlement of advances.
        Roz,
        /// Simplified.
        Upr,
        /// Correction of an advance invoice.
        KorZal,
        /// Correction of a settlement invoice.
        KorRoz,
        /// Peppol.
        VatPef,
        /// Peppol, specialised.
        VatPefSp,
        /// Peppol correction.
        KorPef,
        /// Of a flat-rate farmer.
        VatRr,
        /// Correction of such.
        KorVatRr,
    }
}

open_enum! {
    /// The order of an answer, `sortOrder` in the query.
    pub enum SortOrder {
        /// Oldest first.
        Asc,
        /// Newest first.
        Desc,
    }
}

/// Body of `POST /invoices/query/metadata`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InvoiceQueryFilters {
    /// The role of the asking context.
    pub subject_type: InvoiceQuerySubjectType,
    /// The range of dates, at most 100 days (2.7.1).
    pub date_range: InvoiceQueryDateRange,
    /// Exactly this KSeF number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ksef_number: Option<KsefNumber>,
    /// Exactly this seller's number, at most 256 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invoice_number: Option<String>,
    /// Amounts from, to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<InvoiceQueryAmount>,
    /// This seller.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seller_nip: Option<Nip>,
    /// This buyer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub buyer_identifier: Option<InvoiceQueryBuyerIdentifier>,
    /// One of these currencies (ISO 4217).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency_codes: Option<Vec<String>>,
    /// Online or offline.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invoicing_mode: Option<InvoicingMode>,
    /// Self-invoiced or not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_self_invoicing: Option<bool>,
    /// This family of forms.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form_type: Option<InvoiceQueryFormType>,
    /// One of these kinds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invoice_types: Option<Vec<InvoiceType>>,
    /// With or without attachment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub has_attachment: Option<bool>,
}

/// A range of dates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InvoiceQueryDateRange {
    /// Which date.
    pub date_type: InvoiceQueryDateType,
    /// From, inclusive.
    pub from: ApiTime,
    /// To, inclusive; absent means now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<ApiTime>,
    /// Whether nothing after the high-water mark shall be given (PermanentStorage only).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restrict_to_permanent_storage_hwm_date: Option<bool>,
}

/// A range of amounts, both ends inclusive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InvoiceQueryAmount {
    /// Which amount.
    #[serde(rename = "type")]
    pub kind: AmountType,
    /// From.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Amount>,
    /// To.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Amount>,
}

/// A buyer in a filter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InvoiceQueryBuyerIdentifier {
    /// How the buyer is known.
    #[serde(rename = "type")]
    pub kind: BuyerIdentifierType,
    /// The identifier, at most 50 characters; absent for `None`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
}

/// Answer of `POST /invoices/query/metadata`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct QueryInvoicesMetadataResponse {
    /// Whether there is another page, or, with `isTruncated`, more beyond the 10,000.
    pub has_more: bool,
    /// Whether the result was cut at 10,000 invoices.
    pub is_truncated: bool,
    /// The high-water mark: up to here the answer is complete (PermanentStorage only).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permanent_storage_hwm_date: Option<ApiTime>,
    /// The invoices of the page.
    pub invoices: Vec<InvoiceMetadata>,
}

/// What KSeF tells of an invoice without giving its document.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InvoiceMetadata {
    /// The KSeF number.
    pub ksef_number: KsefNumber,
    /// The seller's number (P_2).
    pub invoice_number: String,
    /// The date of issue (P_1).
    pub issue_date: Date,
    /// When KSeF took the document.
    pub invoicing_date: ApiTime,
    /// When the KSeF number was given.
    pub acquisition_date: ApiTime,
    /// When it was stored for good.
    pub permanent_storage_date: ApiTime,
    /// The seller.
    pub seller: InvoiceMetadataSeller,
    /// The buyer.
    pub buyer: InvoiceMetadataBuyer,
    /// Net.
    pub net_amount: Amount,
    /// Gross.
    pub gross_amount: Amount,
    /// VAT.
    pub vat_amount: Amount,
    /// Three letters.
    pub currency: String,
    /// Online or offline.
    pub invoicing_mode: InvoicingMode,
    /// The kind.
    pub invoice_type: InvoiceType,
    /// The form.
    pub form_code: FormCode,
    /// Whether the buyer issued it (P_17).
    pub is_self_invoicing: bool,
    /// Whether there is an attachment.
    pub has_attachment: bool,
    /// SHA-256 of the document.
    pub invoice_hash: Sha256Hash,
    /// Of a technical correction: SHA-256 of the document corrected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hash_of_corrected_invoice: Option<Sha256Hash>,
    /// Third parties.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub third_subjects: Option<Vec<InvoiceMetadataThirdSubject>>,
    /// The authorised party.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authorized_subject: Option<InvoiceMetadataAuthorizedSubject>,
}

/// The seller in metadata.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InvoiceMetadataSeller {
    /// Its NIP.
    pub nip: Nip,
    /// Its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// The buyer in metadata.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InvoiceMetadataBuyer {
    /// How it is known.
    pub identifier: InvoiceMetadataBuyerIdentifier,
    /// Its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// The identifier of a buyer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InvoiceMetadataBuyerIdentifier {
    /// How it is known.
    #[serde(rename = "type")]
    pub kind: BuyerIdentifierType,
    /// The identifier; absent for `None`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
}

/// A third party in metadata.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InvoiceMetadataThirdSubject {
    /// How it is known.
    pub identifier: InvoiceMetadataThirdSubjectIdentifier,
    /// Its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its role, the number of the schema's `Rola`.
    pub role: i32,
}

/// The identifier of a third party.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InvoiceMetadataThirdSubjectIdentifier {
    /// How it is known.
    #[serde(rename = "type")]
    pub kind: ThirdSubjectIdentifierType,
    /// The identifier; absent for `None`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
}

/// The authorised party in metadata.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InvoiceMetadataAuthorizedSubject {
    /// Its NIP.
    pub nip: Nip,
    /// Its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its role, the number of the schema's `RolaPU`.
    pub role: i32,
}
