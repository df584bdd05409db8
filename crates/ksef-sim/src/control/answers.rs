//! Errors of the control API, and reading its bodies.

use axum::Json;
use axum::body::Bytes;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::de::DeserializeOwned;
use serde_json::json;

/// An error, in both languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ControlError {
    status: StatusCode,
    code: &'static str,
    pub(crate) pl: String,
    pub(crate) en: String,
}

impl ControlError {
    /// Something in the request is wrong.
    pub(crate) fn invalid(pl: impl Into<String>, en: impl Into<String>) -> Self {
        Self { status: StatusCode::BAD_REQUEST, code: "invalid", pl: pl.into(), en: en.into() }
    }

    /// What was asked for is not there.
    pub(crate) fn not_found(pl: impl Into<String>, en: impl Into<String>) -> Self {
        Self { status: StatusCode::NOT_FOUND, code: "notFound", pl: pl.into(), en: en.into() }
    }

    pub(crate) fn forbidden() -> Self {
        Self {
            status: StatusCode::FORBIDDEN,
            code: "foreignOrigin",
            pl: "port sterujący przyjmuje wywołania tylko pod adresem IP lub localhost i nie ze stron innych serwerów"
                .to_owned(),
            en: "the control port takes calls by IP address or localhost only, and not from pages of other servers"
                .to_owned(),
        }
    }

    pub(crate) fn internal() -> Self {
        Self {
            status: StatusCode::INTERNAL_SERVER_ERROR,
            code: "internal",
            pl: "błąd symulatora; szczegóły są w jego dzienniku".to_owned(),
            en: "a fault of the simulator; its log says more".to_owned(),
        }
    }
}

impl IntoResponse for ControlError {
    fn into_response(self) -> Response {
        let body = json!({ "code": self.code, "message": { "pl": self.pl, "en": self.en } });
        (self.status, Json(body)).into_response()
    }
}

/// Reads a body; an empty one is an empty object. The type of content is not asked for: people call this with `curl -d`.
pub(crate) fn body<T: DeserializeOwned>(bytes: &Bytes) -> Result<T, ControlError> {
    let bytes: &[u8] = if bytes.is_empty() { b"{}" } else { bytes };
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let (path, cause) = (error.path().to_string(), error.inner().to_string());
        ControlError::invalid(
            format!("treść żądania, pole {path}: {cause}"),
            format!("the body, field {path}: {cause}"),
        )
    })
}

/// Answers when a handler panicked.
pub(crate) fn panicked(cause: Box<dyn std::any::Any + Send + 'static>) -> Response {
    let text =
        cause.downcast_ref::<String>().map(String::as_str).or_else(|| cause.downcast_ref::<&str>().copied());
    tracing::error!(panic = text.unwrap_or("unknown"), "a control call panicked");
    ControlError::internal().into_response()
}
