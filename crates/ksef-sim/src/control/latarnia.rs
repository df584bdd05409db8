//! The timeline of Latarnia.

use super::answers::body;
use super::{Control, ControlError};
use crate::domain::latarnia::Latarnia;
use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use std::sync::Arc;

/// `GET /control/latarnia`
pub(crate) async fn show(State(control): State<Arc<Control>>) -> Json<Latarnia> {
    Json((*control.shared.world().latarnia).clone())
}

/// `PUT /control/latarnia`
pub(crate) async fn write(
    State(control): State<Arc<Control>>,
    bytes: Bytes,
) -> Result<Json<Latarnia>, ControlError> {
    let latarnia: Latarnia = body(&bytes)?;
    if !latarnia.is_good() {
        return Err(ControlError::invalid(
            "najwyżej 200 zdarzeń i 200 przerw, koniec po początku, status przerwy od 500 do 599",
            "at most 200 events and 200 outages, each end after its start, status of an outage from 500 to 599",
        ));
    }
    *control.shared.world().latarnia = latarnia.clone();
    Ok(Json(latarnia))
}
