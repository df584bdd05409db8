//! The encryption keys: rotated as planned, in an emergency, or certified anew.

use super::answers::body;
use super::{Control, ControlError};
use crate::domain::encryption_keys::Rotation;
use crate::http::Shared;
use crate::keys::KeysError;
use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::SignedDuration;
use ksef_crypto::UnwrappingKey;
use ksef_wire::PublicKeyCertificateUsage;
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

/// What is to be done.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct KeyRotation {
    pub(crate) kind: Kind,
    /// Which keys; both when missing.
    #[serde(default)]
    pub(crate) usage: Option<PublicKeyCertificateUsage>,
    /// How long a planned rotation leaves the old key.
    #[serde(default)]
    pub(crate) overlap_s: Option<u32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Kind {
    Planned,
    Emergency,
    Recertified,
}

/// `POST /control/keys`
pub(crate) async fn rotate(control: State<Arc<Control>>, bytes: Bytes) -> Result<Json<Value>, ControlError> {
    let wanted: KeyRotation = body(&bytes)?;
    super::aside(control, move |control| do_rotate(control, &wanted)).await.map(Json)
}

pub(crate) fn do_rotate(control: &Control, wanted: &KeyRotation) -> Result<Value, ControlError> {
    let usages = match &wanted.usage {
        Some(PublicKeyCertificateUsage::Unknown(_)) => {
            return Err(ControlError::invalid(
                "usage to KsefTokenEncryption albo SymmetricKeyEncryption",
                "usage is KsefTokenEncryption or SymmetricKeyEncryption",
            ));
        }
        Some(usage) => vec![usage.clone()],
        None => vec![
            PublicKeyCertificateUsage::KsefTokenEncryption,
            PublicKeyCertificateUsage::SymmetricKeyEncryption,
        ],
    };
    let overlap = wanted.overlap_s.map_or(OVERLAP, |seconds| SignedDuration::from_secs(i64::from(seconds)));
    let rotation = match wanted.kind {
        Kind::Planned => Rotation::Planned(overlap),
        Kind::Emergency => Rotation::Emergency,
        Kind::Recertified => Rotation::Recertified,
    };
    for usage in usages {
        rotate_key(&control.shared, &usage, rotation).map_err(|error| {
            tracing::error!(%error, "a key could not be rotated");
            ControlError::internal()
        })?;
    }
    let now = control.shared.now();
    let world = control.shared.world();
    let items: Vec<Value> = world
        .encryption_keys
        .current(now)
        .map(|key| {
            json!({
                "usage": key.usage,
                "publicKeyId": STANDARD.encode(key.certificate.spki_sha256()),
                "validTo": key.certificate.not_after(),
                "endsAt": key.ends_at,
            })
        })
        .collect();
    Ok(json!({ "items": items }))
}

/// Makes the new key before the memory is locked: that takes its time.
pub(crate) fn rotate_key(
    shared: &Shared,
    usage: &PublicKeyCertificateUsage,
    rotation: Rotation,
) -> Result<(), KeysError> {
    let fresh = match rotation {
        Rotation::Recertified => None,
        Rotation::Planned(_) | Rotation::Emergency => Some(Arc::new(UnwrappingKey::generate()?)),
    };
    let now = shared.now();
    shared.world().encryption_keys.rotate(usage, rotation, fresh, now)
}

/// How long both keys are there unless something else is asked for.
const OVERLAP: SignedDuration = SignedDuration::from_hours(24 * 30);
