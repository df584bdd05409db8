//! Invoices and purchases as REST shows them.

use jiff::Timestamp;
use jiff::civil::Date;
use ksef_id::{ContextIdentifier, KsefNumber, ReferenceNumber, Sha256Hash};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{CorrectionResource, DeadlineResource, JpkMarkerResource, Problem, Words};

/// A sales invoice: answer to `POST` and `GET …/invoices/{id}`, entry of lists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct InvoiceResource {
    /// Our identifier: a UUID.
    pub id: String,
    /// Whose it is.
    #[schema(value_type = String)]
    pub company: ContextIdentifier,
    /// Where it stands: `draft`, `returned`, `validated`, `approved`, `waiting`, `offlineIssued`, `sending`, `accepted`,
    /// `numbered`, `duplicateAdopted`, `upoVerified`, `stored`, `rejected`, `numberCollision`, `withdrawn`; more may come.
    pub state: String,
    /// The state in words.
    pub state_text: Words,
    /// What comes next, and whose step it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_step: Option<Words>,
    /// Whether nothing more will happen by itself.
    pub is_final: bool,
    /// Why it stands where it stands, when that needs saying.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<ReasonResource>,
    /// The form: `FA(3)`.
    pub form: String,
    /// The seller's own number (`P_2`).
    pub invoice_number: String,
    /// Date of issue (`P_1`).
    pub issue_date: Date,
    /// The buyer's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub buyer_name: Option<String>,
    /// Gross amount (`P_15`) as a decimal text with a point.
    pub gross_amount: String,
    /// Currency (`KodWaluty`).
    pub currency: String,
    /// SHA-256 of the bytes in Base64: KSeF's fingerprint of the invoice.
    #[schema(value_type = String)]
    pub sha256: Sha256Hash,
    /// Length in bytes.
    pub size: i64,
    /// How it was issued: `online`, `offline24`, `unavailability`, `failure`, `totalFailure`.
    #[serde(default)]
    pub mode: String,
    /// The last day for sending it to KSeF, when it was issued offline and the day is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_on: Option<Date>,
    /// What is left of the term for sending; for invoices that were issued offline and are not in KSeF, in the answer for
    /// a single invoice and in `…/waiting`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deadline: Option<DeadlineResource>,
    /// The refused invoice whose technical correction it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub technical_correction_of: Option<String>,
    /// The technical corrections of it, or of the one that it corrects, oldest first; only in the answer for a single
    /// invoice.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub technical_corrections: Vec<CorrectionResource>,
    /// The invoice whose bytes it sends once more; only in the answer for a single invoice, as the next.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resend_of: Option<String>,
    /// The one that sends its bytes once more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resent_as: Option<String>,
    /// The sending policy it goes by: `immediate`, `immediateOrOffline`, `afterApproval`, `manual`.
    #[serde(default)]
    pub policy: String,
    /// KSeF's number, once there is one; in the state `numberCollision` the other document's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub ksef_number: Option<KsefNumber>,
    /// `Online` or `Offline`, as KSeF shows it in the end: what arrived after its date of issue it marks `Offline` by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ksef_mode: Option<String>,
    /// The session it was last sent in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub session_reference_number: Option<ReferenceNumber>,
    /// KSeF's reference in that session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub invoice_reference_number: Option<ReferenceNumber>,
    /// Its marker in JPK_V7 as of today, or as of `asOf`; only in the answer for a single invoice, and absent for what
    /// belongs in no file yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jpk_marker: Option<JpkMarkerResource>,
    /// When it was taken in.
    pub created_at: Timestamp,
    /// When it last moved.
    pub updated_at: Timestamp,
    /// What happened to it; only in the answer for a single invoice.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub history: Vec<HistoryResource>,
}

/// A code and its words: of KSeF (`ksef.450`) or ours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReasonResource {
    /// The code.
    pub code: String,
    /// What was found, as it came: KSeF's own words (Polish), or our log's (English).
    pub text: String,
    /// The reason for people, in both languages.
    pub message: Words,
}

/// One line of an invoice's history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HistoryResource {
    /// When.
    pub at: Timestamp,
    /// The state it came to.
    pub state: String,
    /// What happened: `takenIn`, `validated`, `foundInvalid`, `approved`, `released`, `held`, `withdrawn`,
    /// `offlineIssued`, `sendingStarted`, `accepted`, `returned`, `rejected`, `numbered`, `adopted`, `collided`,
    /// `upoVerified`, `stored`, `delayed`, `policyChanged`, `deadlineChanged`, `sentAgain`; more may come.
    pub event: String,
    /// Who did it: `bramka` itself, `rest`, `folder`, a person.
    #[serde(default)]
    pub actor: String,
    /// KSeF's answer that led to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub evidence: Option<serde_json::Value>,
    /// What it is about: a session, a reference, a number, another invoice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// Why, when the event has a reason.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<ReasonResource>,
}

/// Answer to `GET …/invoices`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct InvoiceListResource {
    /// Oldest first, unless it was asked for in another order.
    pub items: Vec<InvoiceResource>,
    /// To be given as `after` for what follows; absent at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
    /// In a list that was asked for by page: the page that follows; absent at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_page: Option<u32>,
}

/// `PUT …/invoices/{id}/policy`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PolicyRequest {
    /// `immediate`, `immediateOrOffline`, `afterApproval` or `manual`.
    pub policy: String,
}

/// `POST …/invoices/{id}/offline`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OfflineRequest {
    /// `offline24`, `unavailability`, `failure` or `totalFailure`.
    pub mode: String,
}

/// How a company sends: `GET` and `PUT …/sending`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SendingResource {
    /// `immediate`, `immediateOrOffline`, `afterApproval` or `manual`.
    pub policy: String,
    /// How soon UPOs are wanted: `immediate`, `batch` or `automatic`.
    pub upo_mode: String,
    /// How old a session may get that several invoices share, in seconds: 60 to 39600.
    pub session_age_s: i64,
    /// Whether anything is sent at all.
    pub is_sending_on: bool,
    /// Whether KSeF can be reached; not looked at in a `PUT`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ksef: Option<ReachResource>,
    /// The folder that is watched for documents, if there is one; not looked at in a `PUT`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub folder: Option<FolderResource>,
}

/// A company's watched folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FolderResource {
    /// Where it is, on the gateway's machine.
    pub path: String,
    /// Why nothing is taken from it or laid into it at the moment, when that is so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trouble: Option<Words>,
}

/// Answer to `POST …/invoices` with a table or a list: one entry for each invoice in it, in its order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct IntakeListResource {
    /// What became of each invoice.
    pub items: Vec<IntakeItemResource>,
    /// What is odd about the table as a whole, such as a column that nobody reads.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<Object>)]
    pub findings: Vec<serde_json::Value>,
}

/// What became of one invoice of several: it was taken, or it has a problem.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct IntakeItemResource {
    /// The invoice's number, as far as it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// Where it begins: a cell (`Arkusz1!A2`) or a JSON pointer (`/0`).
    pub place: String,
    /// What the answer's status would be if it had come alone.
    pub status: u16,
    /// The invoice, when it was taken now or earlier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invoice: Option<InvoiceResource>,
    /// Why it was not taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<Problem>,
}

/// `PUT …/series/{name}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SeriesRequest {
    /// What numbers look like: `FV/{year}/{month}/{number:4}`; also `{year:2}`, `{unit}`, `{kind}`.
    pub template: String,
    /// When numbers begin anew: `yearly`, `monthly` or `never`.
    pub reset: String,
    /// What stands for `{unit}`.
    #[serde(default)]
    pub unit: String,
    /// What stands for `{kind}`.
    #[serde(default)]
    pub kind: String,
}

/// `POST …/series/{name}/resume`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SeriesResumeRequest {
    /// The last running number that is used in the present period, 0 for none; the highest that is known when nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<i64>,
}

/// A number series.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SeriesResource {
    /// Its name.
    pub name: String,
    /// What numbers look like.
    pub template: String,
    /// When numbers begin anew.
    pub reset: String,
    /// What stands for `{unit}`.
    pub unit: String,
    /// What stands for `{kind}`.
    pub kind: String,
    /// The period of the last number that was given out: `2026`, `2026-11`, or nothing.
    pub period: String,
    /// The last number that was given out in it.
    pub last: i64,
    /// Numbers that were given out and that no invoice has, the first 100.
    pub gaps: Vec<String>,
    /// It came from a backup and gives no number until somebody says where it goes on.
    #[serde(default)]
    pub is_held: bool,
    /// Of one that is held: the highest running number of the present period that is known to be used, here or in KSeF.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub highest_used: Option<i64>,
}

/// Answer to `GET …/series`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SeriesListResource {
    /// By name.
    pub items: Vec<SeriesResource>,
}

/// Whether KSeF can be reached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReachResource {
    /// `up`, `slow`, `down`, `unavailable`, `failing` or `totallyFailing`.
    pub state: String,
    /// Since when, unless it is up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
    /// The state in words.
    pub message: Words,
}

/// Answer to `POST …/invoices/release`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReleasedResource {
    /// How many invoices are to be sent now that waited for a person.
    pub released: usize,
    /// Others wait still, since it took too long for one answer: ask again.
    pub has_more: bool,
}
