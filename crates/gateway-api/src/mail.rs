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
    /// `digest` or `test`; to buyers `invoice` or `confirmation` (of the transaction, before the number is there).
    pub purpose: String,
    /// Which invoice it brings.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invoice_id: Option<String>,
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

/// By which rule buyers get invoices by e-mail, once these have their KSeF numbers: body of `PUT …/buyer-mail`, answer to `GET`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BuyerMailResource {
    /// To buyers that stand in the address book.
    #[serde(default)]
    pub to_listed: bool,
    /// To buyers without a Polish NIP, at the e-mail address on the invoice, unless the address book has another.
    #[serde(default)]
    pub to_outside_ksef: bool,
    /// `pl` (default) or `en`, where the address book says nothing else.
    #[serde(default = "polish")]
    pub language: String,
}

impl Default for BuyerMailResource {
    fn default() -> Self {
        Self { to_listed: false, to_outside_ksef: false, language: polish() }
    }
}

/// Body of `PUT …/buyer-addresses/{buyer}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BuyerAddressRequest {
    /// Where to: one e-mail address.
    pub address: String,
    /// `pl` (default) or `en`.
    #[serde(default = "polish")]
    pub language: String,
}

/// An entry of the address book.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BuyerAddressResource {
    /// The buyer's NIP, or another identifier as it stands on invoices.
    pub buyer: String,
    /// Where to.
    pub address: String,
    /// `pl` or `en`.
    pub language: String,
}

/// Answer to `GET …/buyer-addresses`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BuyerAddressListResource {
    /// By buyer, at most 1,000.
    pub items: Vec<BuyerAddressResource>,
    /// Where to go on (`after`); absent at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// Body of `POST …/invoices/{id}/letters`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct InvoiceLetterRequest {
    /// Where to; absent for the address book's entry, or the address on the invoice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// `pl` or `en`; absent for the address book's, or Polish.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
}

/// Answer to `GET …/invoices/{id}/letters`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct InvoiceLettersResource {
    /// Newest first, at most 100.
    pub items: Vec<LetterResource>,
}

/// Body of `PUT …/buyer-mail/texts/{purpose}/{language}`. In braces may stand `seller`, `number`, `issueDate`, `amount`, `ksefNumber`,
/// `url` and `support`; a line of the text with one that there is nothing for is left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BuyerTextRequest {
    /// The subject: one line of at most 200 characters.
    pub subject: String,
    /// The text, at most 5,000 characters.
    pub text: String,
}

/// What letters to buyers say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BuyerTextResource {
    /// `invoice` or `confirmation`.
    pub purpose: String,
    /// `pl` or `en`.
    pub language: String,
    /// The subject.
    pub subject: String,
    /// The text.
    pub text: String,
    /// The company's own; `false` for what letters say by themselves.
    pub is_own: bool,
}

/// Answer to `GET …/buyer-mail/texts`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BuyerTextListResource {
    /// One of each purpose and language.
    pub items: Vec<BuyerTextResource>,
}
