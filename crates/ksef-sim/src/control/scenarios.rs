//! Scenarios: listed and set.

use super::answers::body;
use super::{Control, ControlError, aside};
use crate::scenarios::{self, Scenario, ScenarioError, ScenarioOutcome};
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use ksef_id::Nip;
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

/// For whom a scenario is set.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ScenarioOrder {
    company: Option<Nip>,
}

/// `GET /control/scenarios`
pub(crate) async fn list() -> Json<Value> {
    let describe = |scenario: &Scenario| json!({ "name": scenario.name, "description": { "pl": scenario.pl, "en": scenario.en } });
    Json(json!({ "items": Scenario::ALL.iter().map(describe).collect::<Vec<Value>>() }))
}

/// `POST /control/scenarios/{name}`
pub(crate) async fn apply(
    control: State<Arc<Control>>,
    Path(name): Path<String>,
    bytes: Bytes,
) -> Result<Json<ScenarioOutcome>, ControlError> {
    let order: ScenarioOrder = body(&bytes)?;
    aside(control, move |control| set(control, &name, order.company)).await.map(Json)
}

/// Sets a scenario by its name; `company` is the default company when it is not given.
pub(crate) fn set(
    control: &Control,
    name: &str,
    company: Option<Nip>,
) -> Result<ScenarioOutcome, ControlError> {
    let scenario = Scenario::named(name).ok_or_else(|| {
        let names: Vec<&str> = Scenario::ALL.iter().map(|scenario| scenario.name).collect();
        let names = names.join(", ");
        ControlError::not_found(
            format!("nie ma takiego scenariusza; są: {names}"),
            format!("no such scenario; there are: {names}"),
        )
    })?;
    let company = company.unwrap_or(control.shared.config.company);
    scenarios::apply(&control.shared, scenario, company).map_err(refused)
}

fn refused(error: ScenarioError) -> ControlError {
    ControlError::invalid(format!("scenariusz nie został ustawiony w całości: {error}"), error.to_string())
}
