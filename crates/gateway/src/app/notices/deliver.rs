//! Delivering notices to one webhook: one after another, the outcome of each written down before the next.

use std::time::{Duration, Instant};

use gateway_outbound::{Answer, Message};
use gateway_rules::delivery::{AfterFailure, after_failure, rest};
use gateway_store::{AttemptEnd, ClaimedWebhook, DueDelivery, StoreError, Then};
use jiff::Timestamp;
use tokio::sync::watch;

use super::event;
use super::webhooks::{SECRET_CLOSED, opened, send};
use crate::app::App;

/// Delivers what is due until nothing is, something was not taken, its time is over, or `stop` says so; then the webhook is
/// given back.
pub(crate) async fn deliver(
    app: &App,
    claimed: &ClaimedWebhook,
    stop: &watch::Receiver<bool>,
) -> Result<(), StoreError> {
    let began = Instant::now();
    let mut rest_until = Timestamp::now();
    'run: loop {
        let due = app.store.due_deliveries(claimed, AT_ONCE, Timestamp::now()).await?;
        if due.is_empty() {
            break;
        }
        for delivery in due {
            if *stop.borrow() || began.elapsed() > RUN_MAX {
                break 'run;
            }
            let end = attempt(app, claimed, &delivery).await;
            let is_taken = end.then == Then::Delivered;
            let now =
                app.companies.get(&claimed.company).map_or_else(Timestamp::now, |company| company.now());
            let is_ours = app.journal.attempt_ended(claimed, delivery.position, &end, now).await?;
            if !is_ours {
                return Ok(());
            }
            if !is_taken {
                rest_until = Timestamp::now() + rest(claimed.failures.saturating_add(1));
                break 'run;
            }
        }
    }
    app.journal.webhook_released(claimed, rest_until).await
}

async fn attempt(app: &App, claimed: &ClaimedWebhook, delivery: &DueDelivery) -> AttemptEnd {
    let (tried_at, began) = (Timestamp::now(), Instant::now());
    let outcome = match opened(app, &claimed.company, &claimed.id, &claimed.secret).await {
        Ok(secret) => {
            let event = event(delivery.notice.clone(), app.public_url.as_deref());
            let body = serde_json::to_vec(&event).unwrap_or_default();
            let message = Message { id: &delivery.notice.id, at: tried_at, body: &body };
            send(app, &claimed.url, &secret, message).await.map_err(|error| error.code())
        }
        Err(error) => {
            tracing::error!(webhook = claimed.id, %error, "a webhook's message cannot be signed");
            Err(SECRET_CLOSED)
        }
    };
    let now = Timestamp::now();
    let then = match &outcome {
        Ok(answer) if answer.is_taken() => Then::Delivered,
        outcome => {
            let is_gone = outcome.as_ref().is_ok_and(|answer: &Answer| answer.is_gone());
            let attempts = delivery.attempts.saturating_add(1);
            match after_failure(attempts, delivery.begun_at, claimed.failing_since, is_gone, now) {
                AfterFailure::Again(at) => Then::Again(at),
                AfterFailure::GivenUp => Then::GivenUp,
                AfterFailure::SwitchedOff => Then::SwitchedOff,
            }
        }
    };
    AttemptEnd {
        tried_at,
        took_ms: i64::try_from(began.elapsed().as_millis()).unwrap_or(i64::MAX),
        status: outcome.as_ref().ok().map(|answer| answer.status),
        trouble: outcome.err().map(str::to_owned),
        then,
    }
}

const AT_ONCE: u32 = 20;
/// Well within the claim, with time for an attempt that takes its fifteen seconds.
const RUN_MAX: Duration = Duration::from_secs(30);
