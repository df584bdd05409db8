//! What KSeF did differently at another time.

use super::answers::body;
use super::{Control, ControlError};
use crate::domain::habits::Habits;
use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use std::sync::Arc;

/// `GET /control/habits`
pub(crate) async fn show(State(control): State<Arc<Control>>) -> Json<Habits> {
    Json(*control.shared.world().habits)
}

/// `PUT /control/habits`
pub(crate) async fn write(
    State(control): State<Arc<Control>>,
    bytes: Bytes,
) -> Result<Json<Habits>, ControlError> {
    let habits: Habits = body(&bytes)?;
    *control.shared.world().habits = habits;
    Ok(Json(habits))
}
