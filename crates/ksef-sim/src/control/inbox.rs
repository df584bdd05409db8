//! Invoices for a company's inbox.

use super::answers::body;
use super::{Control, ControlError, aside};
use crate::seeding::{self, InboxError, InboxOrder};
use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use ksef_id::KsefNumber;
use serde::Serialize;
use std::sync::Arc;

/// What was put there.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct InboxOutcome {
    pub(crate) added: usize,
    /// At most the first thousand.
    pub(crate) ksef_numbers: Vec<KsefNumber>,
}

/// `POST /control/inbox`
pub(crate) async fn fill(
    control: State<Arc<Control>>,
    bytes: Bytes,
) -> Result<(StatusCode, Json<InboxOutcome>), ControlError> {
    let order: InboxOrder = body(&bytes)?;
    let outcome = aside(control, move |control| put(control, &order)).await?;
    Ok((StatusCode::CREATED, Json(outcome)))
}

/// Puts invoices there.
pub(crate) fn put(control: &Control, order: &InboxOrder) -> Result<InboxOutcome, ControlError> {
    let now = control.shared.now();
    let numbers = seeding::fill(&mut control.shared.world(), order, now).map_err(|error| {
        let pl = match error {
            InboxError::Count => "count musi wynosić od 1 do 100000",
            InboxError::Period => {
                "until nie może być wcześniejsze niż from, a żadne późniejsze niż czas symulatora"
            }
            InboxError::AfterKsef1 => {
                "KSeF 1.0 nadał ostatnie numery 31 stycznia 2026; until nie może być późniejsze"
            }
        };
        ControlError::invalid(pl, error.to_string())
    })?;
    Ok(InboxOutcome { added: numbers.len(), ksef_numbers: numbers.into_iter().take(NUMBERS_MAX).collect() })
}

const NUMBERS_MAX: usize = 1000;
