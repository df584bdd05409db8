//! The clock: shown, set, moved, stopped, let run.

use super::answers::body;
use super::{Control, ControlError};
use crate::clock::{ClockOutOfRange, warsaw};
use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The clock as it is shown.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ClockView {
    pub(crate) now: Timestamp,
    /// The same in Poland, for people.
    pub(crate) warsaw: String,
    pub(crate) is_running: bool,
}

/// What is to change. The parts apply in this order: stopped, set, moved, started; a clock that is stopped and set at once
/// shows exactly what it was set to.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ClockChange {
    /// The time to show.
    pub(crate) now: Option<Timestamp>,
    /// Seconds to move on, or back when negative.
    pub(crate) advance_s: Option<i64>,
    pub(crate) is_running: Option<bool>,
}

/// `GET /control/clock`
pub(crate) async fn show(State(control): State<Arc<Control>>) -> Json<ClockView> {
    Json(view(&control))
}

/// `PUT /control/clock`
pub(crate) async fn change(
    State(control): State<Arc<Control>>,
    bytes: Bytes,
) -> Result<Json<ClockView>, ControlError> {
    let change: ClockChange = body(&bytes)?;
    apply(&control, &change)?;
    Ok(Json(view(&control)))
}

pub(crate) fn view(control: &Control) -> ClockView {
    let now = control.shared.now();
    ClockView {
        now,
        warsaw: now.to_zoned(warsaw()).strftime("%Y-%m-%d %H:%M:%S %Z").to_string(),
        is_running: control.shared.clock.is_running(),
    }
}

pub(crate) fn apply(control: &Control, change: &ClockChange) -> Result<(), ControlError> {
    let clock = &control.shared.clock;
    if change.is_running == Some(false) {
        clock.freeze();
    }
    if let Some(now) = change.now {
        clock.set(now).map_err(out_of_range)?;
    }
    if let Some(seconds) = change.advance_s {
        clock.advance(SignedDuration::from_secs(seconds)).map_err(out_of_range)?;
    }
    if change.is_running == Some(true) {
        clock.run();
    }
    control.shared.moved();
    Ok(())
}

fn out_of_range(error: ClockOutOfRange) -> ControlError {
    ControlError::invalid("zegar chodzi od roku 2000 do 2199", error.to_string())
}
