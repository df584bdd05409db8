//! Bodies of errors: the legacy shape and problem details (RFC 9457).

use crate::ApiTime;
use serde::{Deserialize, Serialize};

/// The legacy body of a 400 (deprecated by the API, still the default).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ExceptionResponse {
    /// What happened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exception: Option<ExceptionInfo>,
}

/// The inside of [`ExceptionResponse`].
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ExceptionInfo {
    /// The errors.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exception_detail_list: Option<Vec<ExceptionDetails>>,
    /// A reference number for support. Any text: the official example is a UUID.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference_number: Option<String>,
    /// A trace (`00-…-…-00`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service_code: Option<String>,
    /// Where it happened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service_ctx: Option<String>,
    /// What it happened to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service_name: Option<String>,
    /// When. Kept as text: the official example has no offset.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timestamp: Option<String>,
}

/// One error of the legacy body.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ExceptionDetails {
    /// The code, see [`crate::codes::ExceptionCode`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exception_code: Option<i32>,
    /// Its Polish description.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exception_description: Option<String>,
    /// More about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub details: Option<Vec<String>>,
}

/// Problem details of a 400.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BadRequestProblemDetails {
    /// `Bad Request`.
    pub title: String,
    /// 400.
    pub status: i32,
    /// The path called.
    pub instance: String,
    /// What is wrong, in general.
    pub detail: String,
    /// What is wrong, each.
    pub errors: Vec<ApiError>,
    /// When.
    pub timestamp: ApiTime,
    /// A trace for support.
    pub trace_id: String,
}

/// One error of [`BadRequestProblemDetails`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ApiError {
    /// The code, see [`crate::codes::ExceptionCode`].
    pub code: i32,
    /// Its Polish description.
    pub description: String,
    /// More about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub details: Option<Vec<String>>,
}

/// Problem details of a 401.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UnauthorizedProblemDetails {
    /// `Unauthorized`.
    pub title: String,
    /// 401.
    pub status: i32,
    /// Why.
    pub detail: String,
    /// The path called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instance: Option<String>,
    /// A trace for support.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace_id: Option<String>,
    /// When.
    pub timestamp: ApiTime,
}

/// Why access was refused, `reasonCode` of a 403. Not an open enumeration by the specification's schema but a text
/// with a table; the names here are those of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ForbiddenReason {
    /// None of the permissions that the operation asks for.
    MissingPermissions,
    /// The call came from an address that the login did not allow.
    IpNotAllowed,
    /// No access to this resource.
    InsufficientResourceAccess,
    /// Not for this login method.
    AuthMethodNotAllowed,
    /// Stopped by security.
    SecurityServiceBlocked,
    /// Not in this type of context.
    ContextTypeNotAllowed,
}

impl ForbiddenReason {
    /// Every reason.
    pub const ALL: [Self; 6] = [
        Self::MissingPermissions,
        Self::IpNotAllowed,
        Self::InsufficientResourceAccess,
        Self::AuthMethodNotAllowed,
        Self::SecurityServiceBlocked,
        Self::ContextTypeNotAllowed,
    ];

    /// The text of `reasonCode`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::MissingPermissions => "missing-permissions",
            Self::IpNotAllowed => "ip-not-allowed",
            Self::InsufficientResourceAccess => "insufficient-resource-access",
            Self::AuthMethodNotAllowed => "auth-method-not-allowed",
            Self::SecurityServiceBlocked => "security-service-blocked",
            Self::ContextTypeNotAllowed => "context-type-not-allowed",
        }
    }

    /// The reason of a `reasonCode`.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.code() == code)
    }

    /// The Polish sentence of the specification's table.
    #[must_use]
    pub const fn description(self) -> &'static str {
        match self {
            Self::MissingPermissions => {
                "Brak wymaganych uprawnień do wykonania operacji w bieżącym kontekście."
            }
            Self::IpNotAllowed => {
                "Żądanie pochodzi z adresu IP innego niż wskazany podczas uwierzytelnienia."
            }
            Self::InsufficientResourceAccess => "Brak dostępu do wskazanego zasobu.",
            Self::AuthMethodNotAllowed => "Ta operacja nie jest dostępna dla użytej metody uwierzytelnienia.",
            Self::SecurityServiceBlocked => "Żądanie zostało zablokowane przez mechanizmy bezpieczeństwa.",
            Self::ContextTypeNotAllowed => "Operacja nie jest dostępna dla uwierzytelnionego typu kontekstu.",
        }
    }
}

/// Problem details of a 403.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ForbiddenProblemDetails {
    /// `Forbidden`.
    pub title: String,
    /// 403.
    pub status: i32,
    /// Why, in words.
    pub detail: String,
    /// The path called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instance: Option<String>,
    /// Why, see [`ForbiddenReason`].
    pub reason_code: String,
    /// More, depending on the reason (`requiredAnyOfPermissions`, `presentPermissions`, `clientIp` …).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub security: Option<serde_json::Map<String, serde_json::Value>>,
    /// A trace for support.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace_id: Option<String>,
    /// When; no longer required since 2.8.0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timestamp: Option<ApiTime>,
}

/// Problem details of a 410: the operation is no longer kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GoneProblemDetails {
    /// `Gone`.
    pub title: String,
    /// 410.
    pub status: i32,
    /// The path called.
    pub instance: String,
    /// Why, in words.
    pub detail: String,
    /// When.
    pub timestamp: ApiTime,
    /// A trace for support.
    pub trace_id: String,
}

/// Problem details of a 429.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TooManyRequestsProblemDetails {
    /// `Too Many Requests`.
    pub title: String,
    /// 429.
    pub status: i32,
    /// The path called.
    pub instance: String,
    /// Which limit, and when to come back; the header `Retry-After` is to be obeyed, not this text.
    pub detail: String,
    /// When.
    pub timestamp: ApiTime,
    /// A trace for support.
    pub trace_id: String,
}

/// The legacy body of a 429.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TooManyRequestsResponse {
    /// What happened.
    pub status: TooManyRequestsStatus,
}

/// The inside of [`TooManyRequestsResponse`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TooManyRequestsStatus {
    /// 429.
    pub code: i32,
    /// `Too Many Requests`.
    pub description: String,
    /// Which limit, and when to come back.
    pub details: Vec<String>,
}
