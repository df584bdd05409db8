//! How a call can end other than well, split by what the caller may conclude.

use std::time::Duration;

use ksef_wire::{ApiError, Operation};

use crate::signed_elsewhere::SignedLoginError;

/// Why a call brought no answer to use.
///
/// The question that matters when sending is *was it done?*: [`CallError::Refused`], [`CallError::LimitReached`] and
/// [`CallError::NotSent`] say no, [`CallError::Unknown`] says that only KSeF can tell.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// KSeF read the request and said no (HTTP 4xx with a body of its own).
    #[error("KSeF refused {}: {}", operation.name(), refusal_text(errors, *http_status))]
    Refused {
        /// What was called.
        operation: Operation,
        /// HTTP status.
        http_status: u16,
        /// KSeF's codes, descriptions and details, in its own words (Polish).
        errors: Vec<ApiError>,
        /// KSeF's reason for a 403, such as `missing-permissions`.
        reason_code: Option<String>,
        /// With `missing-permissions`: which of them would do, and which are there.
        permissions: Option<Box<PermissionsAsked>>,
        /// KSeF's number for support (`traceId`, `serviceCode`).
        trace_id: Option<String>,
    },
    /// KSeF's rate limit (HTTP 429): the request was not processed.
    #[error("KSeF's rate limit for {} is reached; it asks to wait {} s", operation.name(), retry_after.as_secs())]
    LimitReached {
        /// What was called.
        operation: Operation,
        /// How long KSeF asks to wait.
        retry_after: Duration,
    },
    /// The request did not leave: no connection could be made.
    #[error("KSeF at {base_url} cannot be reached: check the address, the network and whether it is running")]
    NotSent {
        /// What was called.
        operation: Operation,
        /// The API's address.
        base_url: String,
        /// The cause.
        source: reqwest::Error,
    },
    /// Nobody knows whether KSeF did it. Ask KSeF before doing it again.
    #[error("the outcome of {} is unknown: {cause}", operation.name())]
    Unknown {
        /// What was called.
        operation: Operation,
        /// What came instead of an answer.
        cause: UnknownCause,
    },
    /// No access token, since the login failed.
    #[error("the login to KSeF failed")]
    Login(#[from] Box<LoginError>),
    /// The request could not be made from what was given: nothing was sent.
    #[error("the request {} could not be prepared: {reason}", operation.name())]
    Unprepared {
        /// What was to be called.
        operation: Operation,
        /// Why not.
        reason: String,
    },
}

/// The permissions of a 403.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PermissionsAsked {
    /// Any of these would do.
    pub required_any_of: Vec<String>,
    /// These are there.
    pub present: Vec<String>,
}

/// What came instead of an answer.
#[derive(Debug, thiserror::Error)]
pub enum UnknownCause {
    /// No answer within the time allowed.
    #[error("no answer in time")]
    Timeout,
    /// The connection broke after the request had left.
    #[error("the connection broke")]
    Connection(#[source] reqwest::Error),
    /// HTTP 5xx.
    #[error("the server answered {http_status}")]
    ServerError {
        /// HTTP status.
        http_status: u16,
    },
    /// An answer that KSeF does not give: HTML, a redirect, JSON of another shape, a body over the limit.
    #[error("the answer (HTTP {http_status}) is not KSeF's: {reason}")]
    NotKsef {
        /// HTTP status.
        http_status: u16,
        /// What is wrong with it.
        reason: String,
    },
}

impl CallError {
    /// Whether KSeF certainly did not do what was asked.
    #[must_use]
    pub fn was_certainly_not_done(&self) -> bool {
        !matches!(self, Self::Unknown { .. })
    }

    /// Whether KSeF refused with this code (`21173` and the like).
    #[must_use]
    pub fn is_refusal_with(&self, code: i32) -> bool {
        matches!(self, Self::Refused { errors, .. } if errors.iter().any(|error| error.code == code))
    }

    /// KSeF's first code, if it refused with one.
    #[must_use]
    pub fn refusal_code(&self) -> Option<i32> {
        match self {
            Self::Refused { errors, .. } => errors.first().map(|error| error.code),
            _ => None,
        }
    }
}

/// Why a login did not give tokens.
#[derive(Debug, thiserror::Error)]
pub enum LoginError {
    /// A call on the way failed.
    #[error("{0}")]
    Call(#[source] CallError),
    /// KSeF looked at the credential and said no, asynchronously.
    #[error("KSeF did not accept the credential: {code} {description}{}", details_text(details))]
    NotAccepted {
        /// Code of the authentication's status (415, 450, 460 …).
        code: i32,
        /// KSeF's text.
        description: String,
        /// KSeF's details.
        details: Vec<String>,
    },
    /// The login document could not be signed.
    #[error("the login document could not be signed")]
    Sign(#[from] ksef_crypto::xades::SignError),
    /// The token could not be encrypted for KSeF.
    #[error("the KSeF token could not be encrypted")]
    Wrap(#[from] ksef_crypto::KeyWrapError),
    /// The document that was signed elsewhere is not sent.
    #[error(transparent)]
    SignedElsewhere(#[from] SignedLoginError),
    /// The login is over, and only a signature from outside can begin another.
    #[error("the login by a signature from outside is over: sign a new login document")]
    SignatureNeeded,
    /// KSeF publishes no key for tokens that is valid now.
    #[error("KSeF publishes no public key for {usage} that is valid now")]
    NoKey {
        /// `KsefTokenEncryption` or `SymmetricKeyEncryption`.
        usage: &'static str,
    },
    /// KSeF did not finish within the time allowed.
    #[error("KSeF did not finish the login within {} s", waited.as_secs())]
    TooSlow {
        /// How long it was waited for.
        waited: Duration,
    },
}

impl From<CallError> for LoginError {
    fn from(error: CallError) -> Self {
        Self::Call(error)
    }
}

impl From<LoginError> for CallError {
    fn from(error: LoginError) -> Self {
        match error {
            LoginError::Call(call) => call,
            other => Self::Login(Box::new(other)),
        }
    }
}

fn refusal_text(errors: &[ApiError], http_status: u16) -> String {
    if errors.is_empty() {
        return format!("HTTP {http_status}");
    }
    let one = |error: &ApiError| {
        let details = error.details.as_deref().unwrap_or_default();
        format!("{} {}{}", error.code, error.description, details_text(details))
    };
    errors.iter().map(one).collect::<Vec<_>>().join("; ")
}

fn details_text(details: &[String]) -> String {
    if details.is_empty() { String::new() } else { format!(" ({})", details.join("; ")) }
}
