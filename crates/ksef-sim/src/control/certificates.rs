//! Certificates of KSeF that nobody applied for: where only those log in, somebody must have a first one.

use super::answers::body;
use super::{Control, ControlError};
use crate::enrollment;
use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use ksef_crypto::{KeyKind, Subject, SubjectIdentity};
use ksef_id::Nip;
use ksef_wire::KsefCertificateType;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Whom a certificate shall name, and what it is for.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct CertificateOrder {
    nip: Option<Nip>,
    pesel: Option<String>,
    name: Option<String>,
    #[serde(default)]
    kind: Kind,
    #[serde(default)]
    key: Key,
}

#[derive(Debug, Clone, Copy, Default, Deserialize)]
enum Kind {
    #[default]
    Authentication,
    Offline,
}

#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Key {
    #[default]
    EcP256,
    Rsa2048,
}

/// The certificate and its key.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CertificateOutcome {
    serial_number: String,
    /// PEM.
    certificate: String,
    /// PKCS#8, PEM.
    private_key: String,
    valid_to: Timestamp,
}

/// `POST /control/certificates`
pub(crate) async fn issue(
    control: State<Arc<Control>>,
    bytes: Bytes,
) -> Result<(StatusCode, Json<CertificateOutcome>), ControlError> {
    let order: CertificateOrder = body(&bytes)?;
    let subject = subject(&order)?;
    let kind = match order.kind {
        Kind::Authentication => KsefCertificateType::Authentication,
        Kind::Offline => KsefCertificateType::Offline,
    };
    let key = match order.key {
        Key::EcP256 => KeyKind::EcP256,
        Key::Rsa2048 => KeyKind::Rsa { bits: 2048 },
    };
    let outcome = super::aside(control, move |control| {
        let credential =
            enrollment::issue_unasked(&control.shared, &subject, kind, key).map_err(|error| {
                tracing::error!(%error, "a certificate could not be issued");
                ControlError::internal()
            })?;
        let private_key = credential.key().to_pkcs8().map_err(|_| ControlError::internal())?;
        let certificate = credential.certificate();
        Ok(CertificateOutcome {
            serial_number: certificate.serial_hex(),
            certificate: pem("CERTIFICATE", certificate.der()),
            private_key: pem("PRIVATE KEY", &private_key),
            valid_to: certificate.not_after(),
        })
    });
    outcome.await.map(|outcome| (StatusCode::CREATED, Json(outcome)))
}

fn subject(order: &CertificateOrder) -> Result<Subject, ControlError> {
    let name = order.name.as_deref().map_or("Podmiot z symulatora", str::trim);
    match (&order.nip, &order.pesel) {
        (Some(nip), None) => Ok(Subject::Seal { nip: nip.to_string(), organization: name.to_owned() }),
        (None, Some(pesel)) if pesel.len() == 11 && pesel.bytes().all(|byte| byte.is_ascii_digit()) => {
            let (given_name, surname) = name.split_once(' ').unwrap_or((name, name));
            Ok(Subject::Person {
                identity: SubjectIdentity::Pesel(pesel.clone()),
                given_name: given_name.to_owned(),
                surname: surname.to_owned(),
            })
        }
        _ => Err(ControlError::invalid(
            "podaj nip (10 cyfr) albo pesel (11 cyfr), jedno z nich",
            "give nip (10 digits) or pesel (11 digits), one of them",
        )),
    }
}

fn pem(label: &str, der: &[u8]) -> String {
    let base64 = STANDARD.encode(der);
    // Base64 is ASCII, so every place is between characters.
    let lines: Vec<&str> =
        (0..base64.len()).step_by(64).map(|at| &base64[at..base64.len().min(at + 64)]).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}
