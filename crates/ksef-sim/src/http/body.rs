//! Reading JSON bodies, with the errors that KSeF gives for bad ones.
//!
//! JSON that cannot be parsed, or a value of a wrong type, is 21001; a missing or ill-shaped value is 21405 with a
//! sentence of the validator (`shared/ksef/changes-2.7-to-2.9.md`, section 4).

use super::call::Call;
use super::errors::Refusal;
use ksef_wire::codes::ExceptionCode;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Reads the body as JSON.
pub(crate) fn json<T: DeserializeOwned>(call: &Call) -> Result<T, Refusal> {
    let is_json = call.header("content-type").is_some_and(|content_type| {
        let media_type = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        media_type == "application/json"
            || (media_type.starts_with("application/") && media_type.ends_with("+json"))
    });
    if !is_json {
        return Err(Refusal::UnsupportedMediaType);
    }
    let value: Value = serde_json::from_slice(&call.body)
        .map_err(|error| Refusal::code(ExceptionCode::UNREADABLE_CONTENT, [error.to_string()]))?;
    if !value.is_object() {
        let sentence = "The JSON value must be an object.".to_owned();
        return Err(Refusal::code(ExceptionCode::UNREADABLE_CONTENT, [sentence]));
    }
    serde_path_to_error::deserialize(value).map_err(|error| refusal(&error))
}

fn refusal(error: &serde_path_to_error::Error<serde_json::Error>) -> Refusal {
    let path = error.path().to_string();
    let reason = error.inner().to_string();
    if let Some(field) = reason.strip_prefix("missing field `").and_then(|rest| rest.split('`').next()) {
        let path = if path == "." { field.to_owned() } else { format!("{path}.{field}") };
        return Refusal::validation(format!("'{path}' must not be empty."));
    }
    if reason.starts_with("invalid type: null") {
        return Refusal::validation(format!("'{path}' must not be empty."));
    }
    if reason.starts_with("invalid type") {
        let sentence = format!("The JSON value could not be converted. Path: $.{path}.");
        return Refusal::code(ExceptionCode::UNREADABLE_CONTENT, [sentence]);
    }
    Refusal::validation(format!("'{path}' is not in the correct format."))
}
