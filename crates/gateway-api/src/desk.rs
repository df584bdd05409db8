//! What the people see who look after a company's invoices: what waits, what a document is made of, what the buyer is given.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{InvoiceResource, Words};

/// How much of the term for sending is left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeadlineResource {
    /// The last day in Warsaw; absent while it is not known, and where there is no duty to send.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_on: Option<Date>,
    /// `calm`, `soon` (two working days or fewer), `today`, `overdue`.
    pub alarm: String,
    /// Working days later than today up to the last day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub working_days_left: Option<u32>,
    /// Full hours to the end of the last day; negative once it has passed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours_left: Option<i64>,
    /// The same for people.
    pub message: Words,
}

/// Answer to `GET …/waiting`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WaitingResource {
    /// The moment that countdowns are counted from: of the company's clock.
    pub now: Timestamp,
    /// How many stand in each state that is not an end.
    pub counts: Vec<StateCountResource>,
    /// Alarms first: by the last day, then what only a person can move, then by arrival.
    pub items: Vec<WaitingItemResource>,
    /// There are more than `limit`.
    pub has_more: bool,
}

/// How many invoices stand in a state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StateCountResource {
    /// The state.
    pub state: String,
    /// The state in words.
    pub state_text: Words,
    /// How many.
    pub count: i64,
}

/// An invoice that is not done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WaitingItemResource {
    /// The invoice, with `nextStep` and `deadline`.
    pub invoice: InvoiceResource,
    /// Why it waits: its reason where it has one, else what its state means.
    pub because: Words,
    /// Since when it stands where it stands.
    pub since: Timestamp,
    /// It is not tried again before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held_until: Option<Timestamp>,
    /// Nothing more happens without a person.
    pub needs_person: bool,
}

/// Answer to `GET …/invoices/{id}/structure`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StructureResource {
    /// The form, when it is one of KSeF's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form: Option<String>,
    /// Whether it has no errors by today's rules.
    pub is_valid: bool,
    /// The root element; absent when the bytes are no XML.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub root: Option<ElementResource>,
    /// Findings about the file as a whole, each as `bramka validate --format json` gives it, with `why`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<Object>)]
    pub findings: Vec<serde_json::Value>,
}

/// An element of a document with everything in it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ElementResource {
    /// Local name, as in the XML: `P_13_1`.
    pub name: String,
    /// Path with indexes: `Faktura/Fa/FaWiersz[3]/P_8B`.
    pub path: String,
    /// What people call it.
    pub label: Words,
    /// What its value says, where the value is a code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub explanation: Option<Words>,
    /// Its attributes, without namespace declarations.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attributes: Vec<AttributeResource>,
    /// Text directly in it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// What validation found here, or about something that is missing here.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<Object>)]
    pub findings: Vec<serde_json::Value>,
    /// Its child elements in the order of the document.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(no_recursion)]
    pub children: Vec<ElementResource>,
}

/// An attribute.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AttributeResource {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// Answer to `GET …/invoices/{id}/handover`: what the buyer is given now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct HandoverResource {
    /// `invoice`, `transactionConfirmation` or `nothing`.
    pub document: String,
    /// The same in words.
    pub document_text: Words,
    /// How the invoice was issued.
    pub mode: String,
    /// `inKsef`: it receives the invoice in KSeF; `outsideKsef`.
    pub buyer: String,
    /// Why this and nothing else.
    pub because: Words,
    /// Where the document is fetched; absent where there is none to give.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pdf: Option<String>,
    /// The address in KOD II, for invoices that were issued offline.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate_link: Option<String>,
}

/// A technical correction in the chain of an invoice that KSeF refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CorrectionResource {
    /// The correction's own identifier.
    pub id: String,
    /// Its number.
    pub invoice_number: String,
    /// Where it stands.
    pub state: String,
    /// When it was taken in.
    pub created_at: Timestamp,
}
