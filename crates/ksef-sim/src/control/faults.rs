//! Faults: listed, added, removed; processing stopped and let go.

use super::answers::body;
use super::{Control, ControlError};
use crate::faults::{FaultRule, RuleError};
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::sync::Arc;

/// `GET /control/faults`
pub(crate) async fn list(State(control): State<Arc<Control>>) -> Json<Value> {
    let world = control.shared.world();
    Json(json!({ "seed": control.shared.config.seed, "items": world.faults.rules() }))
}

/// `POST /control/faults`
pub(crate) async fn add(
    State(control): State<Arc<Control>>,
    bytes: Bytes,
) -> Result<(StatusCode, Json<Value>), ControlError> {
    let rule: FaultRule = body(&bytes)?;
    let id = plan(&control, rule)?;
    let world = control.shared.world();
    let planned = world.faults.rules().iter().find(|planned| planned.id == id);
    Ok((StatusCode::CREATED, Json(json!(planned))))
}

/// `DELETE /control/faults`
pub(crate) async fn clear(State(control): State<Arc<Control>>) -> StatusCode {
    control.shared.world().faults.clear();
    control.shared.catch_up();
    StatusCode::NO_CONTENT
}

/// `DELETE /control/faults/{id}`
pub(crate) async fn remove(
    State(control): State<Arc<Control>>,
    Path(id): Path<String>,
) -> Result<StatusCode, ControlError> {
    let is_removed = id.parse().is_ok_and(|id| control.shared.world().faults.remove(id));
    if !is_removed {
        return Err(ControlError::not_found(
            "nie ma usterki o tym numerze; może już się wyczerpała",
            "there is no fault of this number; it may have run out",
        ));
    }
    control.shared.catch_up();
    Ok(StatusCode::NO_CONTENT)
}

/// Whether invoices wait at 150.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Processing {
    is_stalled: bool,
}

/// `PUT /control/processing`
pub(crate) async fn set_processing(
    State(control): State<Arc<Control>>,
    bytes: Bytes,
) -> Result<Json<Processing>, ControlError> {
    let wanted: Processing = body(&bytes)?;
    control.shared.world().faults.is_processing_stalled = wanted.is_stalled;
    control.shared.catch_up();
    Ok(Json(wanted))
}

/// Takes a rule.
pub(crate) fn plan(control: &Control, rule: FaultRule) -> Result<u64, ControlError> {
    control.shared.world().faults.add(rule).map_err(refused)
}

pub(crate) fn refused(error: RuleError) -> ControlError {
    let pl = match &error {
        RuleError::Figure { kind } => {
            format!("liczba usterki {kind} jest poza zakresem; zakresy podaje opis API")
        }
        RuleError::Count => "count musi wynosić co najmniej 1".to_owned(),
        RuleError::Probability => "probability musi być większe od 0 i nie większe niż 1".to_owned(),
        RuleError::Window => "until musi być późniejsze niż from".to_owned(),
        RuleError::TooMany => "reguł jest już za dużo; usuń niektóre".to_owned(),
    };
    ControlError::invalid(pl, error.to_string())
}
