//! `/api/v1/companies/{company}/webhooks`: where events go.

use axum::Extension;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use gateway_api::{
    BASE_PATH, DeliveryListResource, DeliveryResource, ProblemCode, ReplayRequest, ReplayedResource,
    TroubleResource, WebhookChangeRequest, WebhookGivenResource, WebhookListResource, WebhookRequest,
    WebhookResource, WebhookTestResource,
};
use gateway_store::{DeliveryRecord, DeliveryState, Replay, StoreError, Webhook, note_subject};
use ksef_id::ContextIdentifier;
use secrecy::ExposeSecret as _;

use super::{Failure, LIMIT_DEFAULT, LIMIT_MAX, company_of, read};
use crate::access::Caller;
use crate::app::cut;
use crate::app::notices::webhooks::{
    Asked, Change, WebhookError, add, change, rotate as rotated, test as tried, trouble_words,
};
use crate::router::Shared;

/// `GET …/webhooks`.
pub(crate) async fn list(
    State(shared): State<Shared>,
    Path(company): Path<String>,
) -> Result<axum::Json<WebhookListResource>, Failure> {
    let company = company_of(&shared.app, &company)?;
    let found = shared.app.store.webhooks(&company.context).await?;
    Ok(axum::Json(WebhookListResource { items: found.into_iter().map(resource).collect() }))
}

/// `POST …/webhooks`: 201 with the secret, which is not shown again.
pub(crate) async fn create(
    State(shared): State<Shared>,
    Extension(caller): Extension<Caller>,
    Path(company): Path<String>,
    body: Result<axum::Json<WebhookRequest>, JsonRejection>,
) -> Result<Response, Failure> {
    let asked = read(body)?;
    let company = company_of(&shared.app, &company)?;
    note_subject(&asked.name);
    let wanted = Asked { url: &asked.url, name: &asked.name, kinds: &asked.events };
    let (id, secret) = add(&shared.app, &company.context, &wanted, &caller.who()).await?;
    let webhook = one(&shared, &company.context, &id).await?.0;
    let given =
        WebhookGivenResource { secret: secret.expose_secret().to_owned(), webhook: resource(webhook) };
    let mut response = (StatusCode::CREATED, axum::Json(given)).into_response();
    let place = format!("{BASE_PATH}/companies/{}/webhooks/{id}", company.context);
    if let Ok(place) = HeaderValue::from_str(&place) {
        response.headers_mut().insert(header::LOCATION, place);
    }
    Ok(response)
}

/// `GET …/webhooks/{id}`.
pub(crate) async fn show(
    State(shared): State<Shared>,
    Path((company, id)): Path<(String, String)>,
) -> Result<axum::Json<WebhookResource>, Failure> {
    let company = company_of(&shared.app, &company)?;
    Ok(axum::Json(resource(one(&shared, &company.context, &id).await?.0)))
}

/// `PATCH …/webhooks/{id}`.
pub(crate) async fn patch(
    State(shared): State<Shared>,
    Path((company, id)): Path<(String, String)>,
    body: Result<axum::Json<WebhookChangeRequest>, JsonRejection>,
) -> Result<axum::Json<WebhookResource>, Failure> {
    let asked = read(body)?;
    let company = company_of(&shared.app, &company)?;
    let wanted = Change {
        url: asked.url.as_deref(),
        name: asked.name.as_deref(),
        kinds: asked.events.as_deref(),
        is_active: asked.is_active,
    };
    change(&shared.app, &company.context, &id, &wanted).await?;
    Ok(axum::Json(resource(one(&shared, &company.context, &id).await?.0)))
}

/// `DELETE …/webhooks/{id}`: its log goes as well.
pub(crate) async fn remove(
    State(shared): State<Shared>,
    Path((company, id)): Path<(String, String)>,
) -> Result<StatusCode, Failure> {
    let company = company_of(&shared.app, &company)?;
    shared.app.journal.webhook_removed(&company.context, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST …/webhooks/{id}/rotate`: another secret in the place of the former.
pub(crate) async fn rotate(
    State(shared): State<Shared>,
    Path((company, id)): Path<(String, String)>,
) -> Result<axum::Json<WebhookGivenResource>, Failure> {
    let company = company_of(&shared.app, &company)?;
    let secret = rotated(&shared.app, &company.context, &id).await?;
    let webhook = one(&shared, &company.context, &id).await?.0;
    let secret = secret.expose_secret().to_owned();
    Ok(axum::Json(WebhookGivenResource { secret, webhook: resource(webhook) }))
}

/// `POST …/webhooks/{id}/test`: sends a message now.
pub(crate) async fn test(
    State(shared): State<Shared>,
    Path((company, id)): Path<(String, String)>,
) -> Result<axum::Json<WebhookTestResource>, Failure> {
    let company = company_of(&shared.app, &company)?;
    let (webhook, secret) = one(&shared, &company.context, &id).await?;
    let tried = tried(&shared.app, &webhook, &secret).await?;
    Ok(axum::Json(WebhookTestResource {
        is_taken: tried.outcome.is_ok_and(|answer| answer.is_taken()),
        status: tried.outcome.ok().map(|answer| answer.status),
        trouble: tried.outcome.err().map(|error| trouble(error.code())),
        took_ms: tried.took_ms,
    }))
}

/// What the log is asked with.
#[derive(Debug, serde::Deserialize)]
pub(crate) struct LogQuery {
    before: Option<String>,
    limit: Option<String>,
}

impl LogQuery {
    /// Before which place, and how many.
    pub(super) fn page(&self) -> Result<(Option<i64>, u32), Failure> {
        let invalid = |name: &str| Failure::new(ProblemCode::ParameterInvalid, name);
        let before = self.before.as_ref().map(|text| text.parse().map_err(|_| invalid("before")));
        let limit = match &self.limit {
            Some(text) => text.parse().ok().filter(|limit| (1..=LIMIT_MAX).contains(limit)),
            None => Some(LIMIT_DEFAULT),
        };
        Ok((before.transpose()?, limit.ok_or_else(|| invalid("limit (1…1000)"))?))
    }
}

/// `GET …/webhooks/{id}/deliveries`: newest first.
pub(crate) async fn deliveries(
    State(shared): State<Shared>,
    Path((company, id)): Path<(String, String)>,
    Query(query): Query<LogQuery>,
) -> Result<axum::Json<DeliveryListResource>, Failure> {
    let company = company_of(&shared.app, &company)?;
    one(&shared, &company.context, &id).await?;
    let (before, limit) = query.page()?;
    let mut found = shared.app.store.deliveries(&id, before, limit + 1).await?;
    let has_more = cut(&mut found, limit);
    let next_cursor = found.last().filter(|_| has_more).map(|last| last.position.to_string());
    Ok(axum::Json(DeliveryListResource { items: found.into_iter().map(delivery).collect(), next_cursor }))
}

/// `POST …/webhooks/{id}/replay`: delivers once more.
pub(crate) async fn replay(
    State(shared): State<Shared>,
    Path((company, id)): Path<(String, String)>,
    body: Result<axum::Json<ReplayRequest>, JsonRejection>,
) -> Result<axum::Json<ReplayedResource>, Failure> {
    let asked = read(body)?;
    let company = company_of(&shared.app, &company)?;
    let invalid = || Failure::new(ProblemCode::ParameterInvalid, "deliveries (1…1000), since");
    let positions: Vec<i64> = asked
        .deliveries
        .iter()
        .map(|text| text.parse().map_err(|_| invalid()))
        .collect::<Result<_, Failure>>()?;
    let what = match (asked.since, positions.len()) {
        (Some(since), 0) => Replay::Since(since),
        (None, 1..=REPLAYED_MAX) => Replay::Deliveries(&positions),
        _ => return Err(invalid()),
    };
    let count = shared.app.journal.replayed(&company.context, &id, what).await?;
    Ok(axum::Json(ReplayedResource { count }))
}

async fn one(shared: &Shared, company: &ContextIdentifier, id: &str) -> Result<(Webhook, Vec<u8>), Failure> {
    let found = shared.app.store.webhook(company, id).await?;
    found.ok_or_else(|| unknown(id))
}

fn unknown(id: &str) -> Failure {
    Failure::new(ProblemCode::WebhookUnknown, &id.chars().take(40).collect::<String>())
}

impl From<WebhookError> for Failure {
    fn from(error: WebhookError) -> Self {
        match error {
            WebhookError::Store(StoreError::UnknownWebhook { id }) => unknown(&id),
            WebhookError::Store(StoreError::TooManyWebhooks)
            | WebhookError::Url(_)
            | WebhookError::Kind(_)
            | WebhookError::Name => Self::found(ProblemCode::WebhookInvalid, &error.words()),
            WebhookError::Store(error) => error.into(),
            WebhookError::Secrets(error) => {
                tracing::error!(%error, "a webhook's secret could not be sealed or opened");
                Self::new(ProblemCode::VaultUnavailable, "")
            }
        }
    }
}

fn trouble(code: &str) -> TroubleResource {
    TroubleResource { code: code.to_owned(), message: trouble_words(code) }
}

fn resource(webhook: Webhook) -> WebhookResource {
    WebhookResource {
        id: webhook.id,
        name: webhook.name,
        url: webhook.url,
        events: webhook.kinds.iter().map(ToString::to_string).collect(),
        is_active: webhook.is_active,
        created_at: webhook.created_at,
        created_by: webhook.created_by,
        failing_since: webhook.failing_since,
        switched_off_at: webhook.switched_off_at,
        waiting: u64::try_from(webhook.waiting).unwrap_or_default(),
    }
}

fn delivery(record: DeliveryRecord) -> DeliveryResource {
    DeliveryResource {
        id: record.position.to_string(),
        cursor: record.notice.to_string(),
        message: record.message,
        kind: record.kind.map(|kind| kind.as_str().to_owned()),
        next_at: (record.state == DeliveryState::Pending).then_some(record.due_at),
        state: record.state.as_str().to_owned(),
        attempts: record.attempts,
        begun_at: record.begun_at,
        tried_at: record.tried_at,
        took_ms: record.took_ms,
        status: record.status,
        trouble: record.trouble.as_deref().map(trouble),
    }
}

const REPLAYED_MAX: usize = 1000;
