//! Who is told by e-mail, and the letters that went out.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Body of `PUT …/mail-subscriptions`, which makes one or changes the one of this address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MailSubscriptionRequest {
    /// Where to: one e-mail address.
    pub address: String,
    /// `pl` (default) or `en`.
    #[serde(default = "polish")]
    pub language: String,
    /// Of which types of events; empty for all.
    #[serde(default)]
    pub events: Vec<String>,
    /// `now` (default), `hourly` or `daily`.
    #[serde(default = "now")]
    pub rhythm: String,
    /// For daily letters the hour in Warsaw, 0 to 23.
    #[serde(default = "seven")]
    pub hour: u8,
    /// Whether anything is written.
    #[serde(default = "yes")]
    pub is_active: bool,
}

fn polish() -> String {
    "pl".to_owned()
}

fn now() -> String {
    "now".to_owned()
}

const fn seven() -> u8 {
    7
}

const fn yes() -> bool {
    true
}

/// Somebody who is told by e-mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MailSubscriptionResource {
    /// Its identifier.
    pub id: String,
    /// Where to.
    pub address: String,
    /// `pl` or `en`.
    pub language: String,
    /// Of which types of events; empty for all.
    pub events: Vec<String>,
    /// `now`, `hourly` or `daily`.
    pub rhythm: String,
    /// For daily letters the hour in Warsaw.
    pub hour: i64,
    /// Whether anything is written.
    pub is_active: bool,
    /// Since when.
    pub created_at: Timestamp,
    /// By whom.
    pub created_by: String,
}

/// Answer to `GET …/mail-subscriptions`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MailSubscriptionListResource {
    /// By address.
    pub items: Vec<MailSubscriptionResource>,
    /// Whether the operator has named a mail server; without one nothing is written.
    pub is_mail_on: bool,
}

/// Body of `POST …/letters/test`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LetterTestRequest {
    /// Where to.
    pub address: String,
}

/// A letter in the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LetterResource {
    /// Its identifier.
    pub id: String,
    /// The part of its `Message-ID` before the domain.
    pub message: String,
    /// `digest` or `test`.
    pub purpose: String,
    /// To whom.
    pub address: String,
    /// Its subject.
    pub subject: String,
    /// `pending`, `sent` or `givenUp`.
    pub state: String,
    /// How often it was tried.
    pub attempts: u32,
    /// When it was written.
    pub written_at: Timestamp,
    /// When it is tried next, while it is pending.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_at: Option<Timestamp>,
    /// When it was tried last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tried_at: Option<Timestamp>,
    /// What the mail server said, or why it could not be asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<String>,
}

/// Answer to `GET …/letters`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LetterListResource {
    /// Newest first.
    pub items: Vec<LetterResource>,
    /// Where older ones begin (`before`); absent at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}
