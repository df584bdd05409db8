//! What programs are told: events, and the webhooks that they go to.

use jiff::Timestamp;
use ksef_id::ContextIdentifier;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Words;

/// An event. A webhook gets it as its body, a stream of server-sent events as `data`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct EventResource {
    /// The same for every listener and every attempt: who has seen it has the event.
    pub id: String,
    /// `purchases.received`, `invoices.numbered`, `invoices.issuedOffline`, `invoices.confirmed`, `invoices.rejected`,
    /// `deadline.near`, `documents.leavingKsef`,
    /// `credential.expiring`, `ksef.outageBegan`, `ksef.outageEnded`, `webhook.switchedOff`; more may come.
    #[serde(rename = "type")]
    pub kind: String,
    /// When it happened, by the company's clock.
    pub timestamp: Timestamp,
    /// What happened.
    pub data: EventData,
}

/// What an event tells.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EventData {
    /// Whose event it is.
    #[schema(value_type = String)]
    pub company: ContextIdentifier,
    /// Its place among the company's events: the cursor of `GET …/events`. Absent in a test.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// Where more can be asked, when the operator has said the gateway's address (`public_url`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// How many things happened; absent in a test.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u64>,
    /// What happened to each: at most 100, and more stand in the next event.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<Object>)]
    pub items: Vec<serde_json::Value>,
    /// What else belongs to the type.
    #[serde(flatten)]
    #[schema(ignore)]
    pub more: serde_json::Map<String, serde_json::Value>,
}

/// Answer to `GET …/events`, when no stream is asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EventListResource {
    /// Oldest first.
    pub items: Vec<EventResource>,
    /// Where the next request goes on; always there, so that a program can wait for more.
    pub next_cursor: String,
    /// There is more already.
    pub has_more: bool,
}

/// Body of `POST …/webhooks`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WebhookRequest {
    /// Where events go: an address with TLS, at most 2,000 characters.
    pub url: String,
    /// What people call it, at most 100 characters.
    #[serde(default)]
    pub name: String,
    /// Which types of events; empty for all.
    #[serde(default)]
    pub events: Vec<String>,
}

/// Body of `PATCH …/webhooks/{id}`; what is absent stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WebhookChangeRequest {
    /// Where events go.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// What people call it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Which types of events; empty for all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub events: Option<Vec<String>>,
    /// Whether anything is sent. While it is not, nothing is kept for it: see `replay`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_active: Option<bool>,
}

/// A webhook. Its secret is not shown again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WebhookResource {
    /// Its identifier.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Where events go.
    pub url: String,
    /// Which types of events; empty for all.
    pub events: Vec<String>,
    /// Whether anything is sent.
    pub is_active: bool,
    /// Since when.
    pub created_at: Timestamp,
    /// By whom.
    pub created_by: String,
    /// Since when nothing that was sent was taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failing_since: Option<Timestamp>,
    /// When it was switched off by itself, after three days without success or an answer 410.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub switched_off_at: Option<Timestamp>,
    /// Deliveries that wait.
    pub waiting: u64,
}

/// Answer to `POST …/webhooks` and `…/rotate`: the only time that the secret is shown.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WebhookGivenResource {
    /// `whsec_…`: what messages are signed with.
    pub secret: String,
    /// The webhook.
    #[serde(flatten)]
    pub webhook: WebhookResource,
}

impl std::fmt::Debug for WebhookGivenResource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WebhookGivenResource").field("webhook", &self.webhook).finish_non_exhaustive()
    }
}

/// Answer to `GET …/webhooks`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WebhookListResource {
    /// Oldest first.
    pub items: Vec<WebhookResource>,
}

/// A delivery in a webhook's log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeliveryResource {
    /// Its identifier.
    pub id: String,
    /// The cursor of its event.
    pub cursor: String,
    /// `webhook-id`, as the receiver sees it; absent once the event is forgotten.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// The event's type; likewise.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// `pending`, `delivered` or `givenUp`.
    pub state: String,
    /// How often it was tried.
    pub attempts: u32,
    /// Since when.
    pub begun_at: Timestamp,
    /// When it is tried next, while it is pending.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_at: Option<Timestamp>,
    /// When it was tried last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tried_at: Option<Timestamp>,
    /// How long that took, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub took_ms: Option<i64>,
    /// The HTTP status that was answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Why there was no answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trouble: Option<TroubleResource>,
}

/// Why nothing was answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TroubleResource {
    /// `url.private`, `url.plain`, `name.unknown`, `connect.failed`, `answer.late`, `answer.broken`, `secret.closed`; more
    /// may come.
    pub code: String,
    /// The same for people.
    pub message: Words,
}

/// Answer to `GET …/webhooks/{id}/deliveries`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeliveryListResource {
    /// Newest first.
    pub items: Vec<DeliveryResource>,
    /// Where older ones begin (`before`); absent at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// Body of `POST …/webhooks/{id}/replay`: one of both.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReplayRequest {
    /// These deliveries, at most 1,000.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub deliveries: Vec<String>,
    /// Every event since this moment, also those that the webhook never got; at most 10,000 of these.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
}

/// Answer to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReplayedResource {
    /// How many deliveries are tried once more.
    pub count: u64,
}

/// Answer to `POST …/webhooks/{id}/test`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WebhookTestResource {
    /// The receiver took the message.
    pub is_taken: bool,
    /// The HTTP status that was answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Why there was no answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trouble: Option<TroubleResource>,
    /// How long it took, in milliseconds.
    pub took_ms: i64,
}
