//! Snapshots of everything that KSeF remembers, kept in memory; and starting anew.

use super::{Control, ControlError, Snapshot};
use crate::domain::World;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};
use std::sync::Arc;

/// A snapshot in a list.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SnapshotView {
    pub(crate) name: String,
    /// By the simulator's clock.
    pub(crate) taken_at: Timestamp,
    pub(crate) invoices: usize,
}

impl SnapshotView {
    fn of(name: &str, snapshot: &Snapshot) -> Self {
        Self {
            name: name.to_owned(),
            taken_at: snapshot.taken_at,
            invoices: snapshot.world.repository.all().len(),
        }
    }
}

/// `GET /control/snapshots`
pub(crate) async fn list(State(control): State<Arc<Control>>) -> Json<Value> {
    Json(json!({ "items": views(&control) }))
}

/// `PUT /control/snapshots/{name}`
pub(crate) async fn take(
    State(control): State<Arc<Control>>,
    Path(name): Path<String>,
) -> Result<Json<SnapshotView>, ControlError> {
    remember(&control, &name).map(Json)
}

/// `DELETE /control/snapshots/{name}`
pub(crate) async fn forget(
    State(control): State<Arc<Control>>,
    Path(name): Path<String>,
) -> Result<StatusCode, ControlError> {
    control.snapshots().remove(&name).map(|_| StatusCode::NO_CONTENT).ok_or_else(unknown)
}

/// `POST /control/snapshots/{name}/restore`
pub(crate) async fn restore(
    State(control): State<Arc<Control>>,
    Path(name): Path<String>,
) -> Result<Json<SnapshotView>, ControlError> {
    go_back(&control, &name).map(Json)
}

/// `POST /control/reset`
pub(crate) async fn reset(State(control): State<Arc<Control>>) -> StatusCode {
    start_anew(&control);
    StatusCode::NO_CONTENT
}

pub(crate) fn views(control: &Control) -> Vec<SnapshotView> {
    control.snapshots().iter().map(|(name, snapshot)| SnapshotView::of(name, snapshot)).collect()
}

pub(crate) fn remember(control: &Control, name: &str) -> Result<SnapshotView, ControlError> {
    let is_good = (1..=NAME_CHARS_MAX).contains(&name.chars().count()) && !name.chars().any(char::is_control);
    let mut snapshots = control.snapshots();
    if !is_good || (snapshots.len() >= SNAPSHOTS_MAX && !snapshots.contains_key(name)) {
        return Err(ControlError::invalid(
            "nazwa ma od 1 do 100 znaków, a migawek jest najwyżej 20",
            "a name has 1 to 100 characters, and there are at most 20 snapshots",
        ));
    }
    let snapshot = Snapshot { taken_at: control.shared.now(), world: control.shared.world().clone() };
    let view = SnapshotView::of(name, &snapshot);
    snapshots.insert(name.to_owned(), snapshot);
    Ok(view)
}

pub(crate) fn go_back(control: &Control, name: &str) -> Result<SnapshotView, ControlError> {
    let snapshots = control.snapshots();
    let snapshot = snapshots.get(name).ok_or_else(unknown)?;
    let view = SnapshotView::of(name, snapshot);
    // A time that was shown once can be shown again.
    let _ = control.shared.clock.set(snapshot.taken_at);
    control.shared.replace_world(snapshot.world.clone());
    control.shared.moved();
    Ok(view)
}

pub(crate) fn start_anew(control: &Control) {
    let encryption_keys = control.shared.world().encryption_keys.clone();
    control.shared.replace_world(World::anew(control.shared.config.seed, encryption_keys));
}

fn unknown() -> ControlError {
    ControlError::not_found("nie ma migawki o tej nazwie", "there is no snapshot of this name")
}

const NAME_CHARS_MAX: usize = 100;
const SNAPSHOTS_MAX: usize = 20;
