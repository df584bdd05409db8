//! Purchases as REST shows them.

use jiff::Timestamp;
use jiff::civil::Date;
use ksef_id::{CollectiveNumber, KsefNumber, Sha256Hash};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{AssignmentResource, Words};

/// A purchase, or a document beside them: an own sale that another program made, a document outside KSeF.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PurchaseResource {
    /// Our identifier: digits.
    pub id: String,
    /// KSeF's number; absent outside KSeF.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub ksef_number: Option<KsefNumber>,
    /// Where it stands in the office: `new`, `seen`, `booked`, `setAside`; more may come.
    pub state: String,
    /// As what the company stands on it: any of `buyer`, `seller`, `third`, `authorized`.
    pub roles: Vec<String>,
    /// The company is its seller: no purchase, but a sale that another program made or that was entered.
    pub is_sale: bool,
    /// How it came: `ksef`, `hand`, `outside`, `ksef1` (saved of KSeF 1.0); more may come.
    pub origin: String,
    /// How it was issued: `online`; outside KSeF `outsideKsef`, `totalFailure`, `offline24`, `unavailability`, `failure`.
    pub mode: String,
    /// Whether KSeF knows a number that was entered: `pending`, `confirmed`, `unknown`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirmation: Option<String>,
    /// The form: `FA(3)`; empty outside KSeF.
    pub form: String,
    /// The kind, as KSeF names it: `Vat`, `Kor`, `Zal`, …
    pub kind: String,
    /// The seller's own number (`P_2`).
    pub invoice_number: String,
    /// The seller's NIP, or another identifier from abroad.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seller_nip: Option<String>,
    /// The seller's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seller_name: Option<String>,
    /// The buyer's NIP or other identifier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub buyer_nip: Option<String>,
    /// The buyer's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub buyer_name: Option<String>,
    /// Date of issue (`P_1`).
    pub issue_date: Date,
    /// Date of supply (`P_6`, or the first line's).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sale_date: Option<Date>,
    /// Date of receipt: the day of the KSeF number in Warsaw.
    pub received_on: Date,
    /// The first day by which it is to be paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_date: Option<Date>,
    /// Net amount.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub net_amount: Option<String>,
    /// VAT.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vat_amount: Option<String>,
    /// Gross amount as a decimal text with a point.
    pub gross_amount: String,
    /// Currency.
    pub currency: String,
    /// The account that it is to be paid to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// The order that it refers to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_number: Option<String>,
    /// Split payment is compulsory.
    pub is_split_payment: bool,
    /// It says that it is paid.
    pub is_paid: bool,
    /// SHA-256 of the XML in Base64, when it is here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub sha256: Option<Sha256Hash>,
    /// Its marker in JPK_V7 as of today, or as of `asOf`; absent for what belongs in no file yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jpk_marker: Option<JpkMarkerResource>,
    /// When KSeF stored it for good.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permanent_storage_date: Option<Timestamp>,
    /// When it was received here.
    pub received_at: Timestamp,
    /// The number of its last change: the cursor of `…/purchases/changes`.
    pub changed: String,
    /// Of which other one it is a copy: that one's `id`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub copy_of: Option<String>,
    /// Our own sale, when it is one: its `id` under `…/invoices`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invoice_id: Option<String>,
    /// What somebody wrote about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// What could not be read of it: `code` (`purchase.unreadable`, `purchase.valueUnreadable`, `purchase.hashDiffers`), `path`,
    /// `text`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<Object>)]
    pub findings: Vec<serde_json::Value>,
    /// Whether somebody approved or rejected it: `approved`, `rejected`; absent while nobody has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval: Option<String>,
    /// To whom it is assigned; only where one purchase is shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assignment: Option<AssignmentResource>,
    /// What happened to it, oldest first; only in the answer for a single one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub history: Vec<PurchaseHistoryResource>,
}

/// The marker of a document in JPK_V7 as of a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct JpkMarkerResource {
    /// The field: `NrKSeF`, `OFF`, `BFK` or `DI`.
    pub field: String,
    /// What stands in it, of `NrKSeF`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub ksef_number: Option<KsefNumber>,
    /// The day on which the file is handed in.
    pub as_of: Date,
    /// What it means.
    pub message: Words,
}

/// Answer to `GET …/jpk/corrections`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct JpkCorrectionListResource {
    /// As of which day.
    pub as_of: Date,
    /// The entries, sales first.
    pub items: Vec<JpkCorrectionResource>,
}

/// An entry of a file that was handed in with DI and whose document has its number by now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct JpkCorrectionResource {
    /// A sale, or a purchase.
    pub is_sale: bool,
    /// The sale's identifier under `…/invoices`, or the document's under `…/purchases`.
    pub id: String,
    /// The seller's number.
    pub invoice_number: String,
    /// Date of issue.
    pub issue_date: Date,
    /// How it was issued.
    pub mode: String,
    /// The number that it has by now.
    #[schema(value_type = String)]
    pub ksef_number: KsefNumber,
    /// The last day for the file that it stood in.
    pub filed_on: Date,
    /// What to do.
    pub message: Words,
}

/// One line of a purchase's history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PurchaseHistoryResource {
    /// When.
    pub at: Timestamp,
    /// Who: `bramka` itself, `rest`, a person.
    pub actor: String,
    /// What: `moved`, `entered`, `confirmed`, `notConfirmed`, `scanAdded`, `copyFound`, `noted`; more may come.
    pub event: String,
    /// About what: a state, a number, a code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

/// Answer to `GET …/purchases` and `…/purchases/changes`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PurchaseListResource {
    /// In the order that was asked for; oldest first when none was.
    pub items: Vec<PurchaseResource>,
    /// To be given as `after` for what follows; absent at the end. Of changes: where this page ended, also at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
    /// In a list that was asked for by page: the page that follows; absent at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_page: Option<u32>,
    /// Of changes: whether more are there already.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub has_more: bool,
}

/// `POST …/purchases`: a purchase that somebody enters, or a document outside KSeF.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PurchaseRequest {
    /// KSeF's number, checked by its check sum now and against KSeF afterwards. Without one it is a document outside KSeF.
    #[serde(default)]
    pub ksef_number: Option<String>,
    /// The company is its seller.
    #[serde(default)]
    pub is_sale: bool,
    /// Of a document without a number: `outsideKsef` (consumers, abroad, no duty), `totalFailure`, or `offline24`,
    /// `unavailability`, `failure` while KSeF does not have it yet.
    #[serde(default)]
    pub mode: Option<String>,
    /// The seller's number.
    pub invoice_number: String,
    /// The other side's NIP, or another identifier from abroad: the seller's, of a sale the buyer's.
    #[serde(default)]
    pub contractor_nip: Option<String>,
    /// The other side's name.
    #[serde(default)]
    pub contractor_name: Option<String>,
    /// Date of issue.
    pub issue_date: Date,
    /// Date of supply.
    #[serde(default)]
    pub sale_date: Option<Date>,
    /// By when it is to be paid.
    #[serde(default)]
    pub due_date: Option<Date>,
    /// Date of receipt, of a document outside KSeF; today when absent.
    #[serde(default)]
    pub received_on: Option<Date>,
    /// Net as a decimal text with a point.
    #[serde(default)]
    pub net_amount: Option<String>,
    /// VAT.
    #[serde(default)]
    pub vat_amount: Option<String>,
    /// Gross.
    pub gross_amount: String,
    /// Three letters; PLN when absent.
    #[serde(default)]
    pub currency: Option<String>,
    /// The account that it is to be paid to.
    #[serde(default)]
    pub account: Option<String>,
    /// What there is to say about it.
    #[serde(default)]
    pub note: Option<String>,
}

/// `POST …/purchases/{id}/state`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PurchaseStateRequest {
    /// `new`, `seen`, `booked` or `setAside`.
    pub state: String,
}

/// `PUT …/purchases/{id}/note`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PurchaseNoteRequest {
    /// At most 2,000 characters; empty takes the note away.
    pub note: String,
}

/// `POST …/purchases/copies` as JSON: a document that came another way, on paper perhaps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CopyRequest {
    /// The seller's NIP.
    pub seller_nip: String,
    /// The seller's number.
    pub invoice_number: String,
}

/// Answer to `POST …/purchases/copies`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CopyResource {
    /// `sameBytes`, `sameNumber`, or `none` when nothing here is the same.
    pub recognised: String,
    /// Of which purchase it is a copy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purchase: Option<PurchaseResource>,
}

/// `POST …/purchases/changes/acknowledge`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AcknowledgeRequest {
    /// The reader's name: 1 to 60 letters, digits, `-`, `_`, `.`.
    pub reader: String,
    /// The cursor up to which it has everything.
    pub cursor: String,
}

/// A program that reads the changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReaderResource {
    /// Its name.
    pub reader: String,
    /// The cursor up to which it says that it has everything.
    pub cursor: String,
    /// When it said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
}

/// `PUT …/receiving`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReceivingRequest {
    /// Whether purchases are read by themselves.
    pub is_on: bool,
    /// The first day that is read; absent for the usual 90 days before the first look. An earlier day than before has
    /// everything since read again.
    #[serde(default)]
    pub since: Option<Date>,
}

/// Answer to `GET …/receiving`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReceivingResource {
    /// Whether purchases are read by themselves.
    pub is_on: bool,
    /// The first day that is read, when one was set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Date>,
    /// How far each role was read.
    pub roles: Vec<ReadingResource>,
    /// What is left of KSeF's limits for reading.
    pub budget: ReadingBudgetResource,
    /// Programs that read the changes, and how far.
    pub readers: Vec<ReaderResource>,
}

/// How far one role was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReadingResource {
    /// `buyer`, `seller`, `third` or `authorized`.
    pub role: String,
    /// Where reading began; absent before the first look.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub begun_from: Option<Timestamp>,
    /// Everything stored in KSeF before this moment is here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read_up_to: Option<Timestamp>,
    /// When it was last looked at to the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub looked_at: Option<Timestamp>,
    /// How much of what there is to read is read: 0 to 100, and 100 only when it is all.
    pub percent: u8,
    /// A package is being made or taken in.
    pub is_under_way: bool,
    /// Why the last look stopped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trouble: Option<String>,
}

/// What is left of KSeF's limits for reading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReadingBudgetResource {
    /// Queries left of the last hour's; absent where there is no limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queries: Option<u32>,
    /// Packages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exports: Option<u32>,
    /// Invoices by number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub downloads: Option<u32>,
    /// When the next query can be made.
    pub next_query_at: Timestamp,
}

/// How many purchases are in each state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PurchaseCountResource {
    /// The state.
    pub state: String,
    /// The state in words.
    pub state_text: Words,
    /// How many.
    pub count: i64,
}

/// `POST …/reconciliations`: which days of permanent storage are compared; the last 35 when nothing is said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReconciliationRequest {
    /// The first day.
    #[serde(default)]
    pub from: Option<Date>,
    /// The last one.
    #[serde(default)]
    pub until: Option<Date>,
}

/// A reconciliation of the register with KSeF's metadata and the UPO.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReconciliationResource {
    /// Its identifier.
    pub id: String,
    /// `asked`, `done` or `failed`.
    pub state: String,
    /// The first day that is compared.
    pub from: Date,
    /// The last one.
    pub until: Date,
    /// When it was asked for.
    pub asked_at: Timestamp,
    /// When it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
    /// `isClean`: nothing is left for people. `roles`: of each role `inKsef`, `here`, the numbers that were `missing`, how many of
    /// these were `fetched` (`isReadAgain`: their range is read again), `notInKsef`, `differing`. `sales`: `checked`,
    /// `notInKsef`, `withoutUpo`, `damaged`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub report: Option<serde_json::Value>,
}

/// Answer to `GET …/reconciliations`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReconciliationListResource {
    /// Newest first.
    pub items: Vec<ReconciliationResource>,
}

/// `POST …/purchases/payments`: transfers for purchases.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PaymentRequest {
    /// KSeF numbers or identifiers of purchases, at most 5,000.
    pub purchases: Vec<String>,
    /// `asMarked` (default): split where the invoice demands it; `always`, `never`.
    #[serde(default)]
    pub split: Option<String>,
    /// One transfer for each seller and account, under a collective identifier that KSeF makes.
    #[serde(default)]
    pub is_collective: bool,
    /// `json` (default), `text`, `csv` or `elixir0`.
    #[serde(default)]
    pub format: Option<String>,
    /// The account to pay from, for `elixir0`: 26 digits.
    #[serde(default)]
    pub account: Option<String>,
    /// Name and address of who pays, for `elixir0`.
    #[serde(default)]
    pub payer_name: Option<String>,
    /// When to pay, for `elixir0`; today when absent.
    #[serde(default)]
    pub execution_date: Option<Date>,
}

/// A transfer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PaymentResource {
    /// Whom it goes to.
    pub receiver: String,
    /// The receiver's NIP.
    pub receiver_nip: String,
    /// Where to: 26 digits.
    pub account: String,
    /// Złoty with two digits after the point.
    pub amount: String,
    /// Of it VAT, when it is split.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub split_vat_amount: Option<String>,
    /// The KSeF number, or the collective identifier.
    pub identifier: String,
    /// The title, at most 140 characters.
    pub title: String,
    /// What it pays: identifiers of purchases.
    pub purchases: Vec<String>,
}

/// Answer to `POST …/purchases/payments` as JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PaymentListResource {
    /// The transfers.
    pub items: Vec<PaymentResource>,
}

/// `POST …/collective-identifiers`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CollectiveRequest {
    /// 2 to 500 invoices of one seller.
    #[schema(value_type = Vec<String>)]
    pub ksef_numbers: Vec<KsefNumber>,
}

/// A collective identifier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CollectiveResource {
    /// The identifier.
    #[schema(value_type = String)]
    pub number: CollectiveNumber,
    /// The invoices under it; empty where KSeF was asked for the identifiers of an invoice.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ksef_numbers: Vec<String>,
    /// When it was asked for, or made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<Timestamp>,
}

/// Answer to `GET …/collective-identifiers`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CollectiveListResource {
    /// Newest first.
    pub items: Vec<CollectiveResource>,
}

/// Answer to `POST …/ksef1/upos`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Ksef1UpoResource {
    /// SHA-256 of the confirmation, in Base64.
    pub sha256: String,
    /// Of how many invoices it speaks.
    pub invoices: u64,
    /// How many of them are here; others may come later.
    pub here: u64,
}
