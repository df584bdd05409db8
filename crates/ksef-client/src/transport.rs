//! HTTP: one place that sends, retries and reads answers.
//!
//! Retrying, decided here and nowhere else: a connection that could not be made and a 429 with a short wait are safe
//! for every operation, since nothing was processed; time-outs, broken connections and 5xx are repeated only where the
//! operation changes nothing in KSeF ([`is_repeatable`]). Peers that repeat POSTs made mass duplicates (field notes
//! A1, `ksef-api` issue 786).

use std::sync::Arc;
use std::time::Duration;

use backon::{BackoffBuilder as _, ExponentialBuilder};
use jiff::fmt::rfc2822::DateTimeParser;
use ksef_id::ContextIdentifier;
use ksef_wire::{
    ApiError, BadRequestProblemDetails, ExceptionResponse, ForbiddenProblemDetails, Method, Operation,
    UnauthorizedProblemDetails, headers,
};
use reqwest::header::{CONTENT_TYPE, DATE, HeaderMap};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::budget::{LimitBudget, Priority};
use crate::clock::{Clock, SystemClock};
use crate::error::{CallError, PermissionsAsked, UnknownCause};
use crate::public_keys::KeptKeys;

/// A client for one KSeF environment. Cloning is cheap; clones share connections.
#[derive(Clone)]
pub struct KsefClient {
    inner: Arc<Inner>,
}

struct Inner {
    http: reqwest::Client,
    base_url: String,
    options: ClientOptions,
    keys: KeptKeys,
}

/// Limits and times of a client; the default is meant for production.
#[derive(Clone)]
pub struct ClientOptions {
    /// Longest wait for a connection.
    pub connect_timeout: Duration,
    /// Longest wait for an answer, connection included.
    pub timeout: Duration,
    /// Longest body that is read, in bytes. A UPO page of 10,000 invoices has some 8 MB.
    pub body_bytes_max: usize,
    /// How often an unanswered repeatable call is tried in all.
    pub attempts_max: usize,
    /// First wait between tries; each further one doubles it, with jitter.
    pub retry_delay_min: Duration,
    /// The longest `Retry-After` that is waited for within a call; a longer one is the caller's business.
    pub retry_after_max: Duration,
    /// Longest wait for a login to finish.
    pub login_timeout: Duration,
    /// Wait between two looks at an operation's status.
    pub poll_delay: Duration,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// The budget of KSeF's rate limits that all clients of this machine share; without one KSeF is asked, and says no.
    pub budget: Option<LimitBudget>,
}

impl Default for ClientOptions {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(10),
            timeout: Duration::from_secs(60),
            body_bytes_max: 32 * 1024 * 1024,
            attempts_max: 4,
            retry_delay_min: Duration::from_millis(250),
            retry_after_max: Duration::from_secs(5),
            login_timeout: Duration::from_secs(120),
            poll_delay: Duration::from_millis(100),
            clock: Arc::new(SystemClock),
            budget: None,
        }
    }
}

/// Why a client cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The address is no http(s) address.
    #[error("{address:?} is no KSeF API address; it looks like https://api.ksef.mf.gov.pl/v2")]
    Address {
        /// What was given.
        address: String,
    },
    /// TLS or the connection pool could not be set up.
    #[error("the HTTP client could not be set up")]
    Http(#[source] reqwest::Error),
}

/// A request before it has a token.
pub(crate) struct Request {
    pub(crate) operation: Operation,
    path: String,
    query: Vec<(&'static str, String)>,
    headers: Vec<(&'static str, String)>,
    body: Option<(&'static str, Vec<u8>)>,
}

/// Who calls.
#[derive(Clone, Copy)]
pub(crate) struct Caller<'a> {
    /// The token.
    pub(crate) bearer: &'a str,
    /// Whose limits the call counts against.
    pub(crate) context: &'a ContextIdentifier,
}

impl Request {
    pub(crate) fn new(operation: Operation, parameters: &[&str]) -> Self {
        Self {
            operation,
            path: operation.path(parameters),
            query: Vec::new(),
            headers: Vec::new(),
            body: None,
        }
    }

    pub(crate) fn query(mut self, name: &'static str, value: impl ToString) -> Self {
        self.query.push((name, value.to_string()));
        self
    }

    pub(crate) fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    /// A page by its number.
    pub(crate) fn page(self, offset: u32, size: u32) -> Self {
        self.query("pageOffset", offset).query("pageSize", size)
    }

    /// The page after the one that gave this token; the first without one.
    pub(crate) fn page_after(self, continuation: Option<&str>, size: u32) -> Self {
        let request = self.query("pageSize", size);
        match continuation {
            Some(token) => request.header(headers::X_CONTINUATION_TOKEN, token),
            None => request,
        }
    }

    pub(crate) fn json(self, body: &impl Serialize) -> Result<Self, CallError> {
        let operation = self.operation;
        let bytes = serde_json::to_vec(body)
            .map_err(|error| CallError::Unprepared { operation, reason: error.to_string() })?;
        Ok(self.body("application/json", bytes))
    }

    pub(crate) fn body(mut self, content_type: &'static str, bytes: Vec<u8>) -> Self {
        self.body = Some((content_type, bytes));
        self
    }
}

/// A success: what came back.
pub(crate) struct Answer {
    operation: Operation,
    http_status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn json<T: DeserializeOwned>(&self) -> Result<T, CallError> {
        serde_json::from_slice(&self.body).map_err(|error| CallError::Unknown {
            operation: self.operation,
            cause: UnknownCause::NotKsef { http_status: self.http_status, reason: error.to_string() },
        })
    }
}

impl KsefClient {
    /// A client for the API at `base_url`, such as `https://api-test.ksef.mf.gov.pl/v2`.
    ///
    /// # Errors
    /// [`StartError`] for an address that is none, or when TLS cannot be set up.
    pub fn new(base_url: &str, options: ClientOptions) -> Result<Self, StartError> {
        let base_url = checked_address(base_url)?;
        let http = http_client(options.connect_timeout, options.timeout)?;
        Ok(Self { inner: Arc::new(Inner { http, base_url, options, keys: KeptKeys::default() }) })
    }

    /// The API's address without a slash at its end.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.inner.base_url
    }

    pub(crate) fn http(&self) -> &reqwest::Client {
        &self.inner.http
    }

    pub(crate) fn options(&self) -> &ClientOptions {
        &self.inner.options
    }

    pub(crate) fn kept_keys(&self) -> &KeptKeys {
        &self.inner.keys
    }

    pub(crate) fn now(&self) -> jiff::Timestamp {
        self.inner.options.clock.now()
    }

    /// Sends, and repeats where that is safe.
    pub(crate) async fn call(
        &self,
        request: &Request,
        caller: Option<Caller<'_>>,
    ) -> Result<Answer, CallError> {
        let options = self.options();
        let mut delays = ExponentialBuilder::default()
            .with_min_delay(options.retry_delay_min)
            .with_max_times(options.attempts_max.saturating_sub(1))
            .with_jitter()
            .build();
        loop {
            let error = match self.call_within_budget(request, caller).await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            let wait = match &error {
                // The margin is for KSeF's own rounding: text and header differ by a second (field notes A3).
                CallError::LimitReached { retry_after, .. } if *retry_after <= options.retry_after_max => {
                    delays.next().map(|_| *retry_after + RETRY_AFTER_MARGIN)
                }
                CallError::NotSent { .. } => delays.next(),
                CallError::Unknown { operation, .. } if is_repeatable(*operation) => delays.next(),
                _ => None,
            };
            let Some(wait) = wait else { return Err(error) };
            tracing::debug!(operation = request.operation.name(), wait_ms = wait.as_millis(), %error, "trying again");
            tokio::time::sleep(wait).await;
        }
    }

    /// Waits for the budget if that takes not long; a call that it has no room for is not made.
    async fn call_within_budget(
        &self,
        request: &Request,
        caller: Option<Caller<'_>>,
    ) -> Result<Answer, CallError> {
        let (operation, context) = (request.operation, caller.map(|caller| caller.context));
        let Some(budget) = &self.options().budget else { return self.call_once(request, caller).await };
        let ticket = budget
            .take(context, operation, Priority::of(operation), self.options().retry_after_max)
            .await
            .map_err(|retry_after| CallError::LimitReached { operation, retry_after })?;
        let result = self.call_once(request, caller).await;
        drop(ticket);
        if let Err(CallError::LimitReached { retry_after, .. }) = &result {
            budget.refused(context, operation, *retry_after + RETRY_AFTER_MARGIN);
        }
        result
    }

    async fn call_once(&self, request: &Request, caller: Option<Caller<'_>>) -> Result<Answer, CallError> {
        let operation = request.operation;
        let method = match operation.method() {
            Method::Get => reqwest::Method::GET,
            Method::Post => reqwest::Method::POST,
            Method::Put => reqwest::Method::PUT,
            Method::Delete => reqwest::Method::DELETE,
        };
        let mut builder = self
            .inner
            .http
            .request(method, format!("{}{}", self.inner.base_url, request.path))
            .header(headers::X_ERROR_FORMAT, headers::PROBLEM_DETAILS);
        if !request.query.is_empty() {
            builder = builder.query(&request.query);
        }
        for (name, value) in &request.headers {
            builder = builder.header(*name, value);
        }
        if let Some((content_type, body)) = &request.body {
            builder = builder.header(CONTENT_TYPE, *content_type).body(body.clone());
        }
        if let Some(caller) = caller {
            builder = builder.bearer_auth(caller.bearer);
        }
        let response = match builder.send().await {
            Ok(response) => response,
            Err(error) => {
                if let Some(looking) = self.inner.options.clock.told(None) {
                    looking.await;
                }
                return Err(self.sending_failed(operation, error));
            }
        };
        self.read(operation, response).await
    }

    /// Fetches a pre-signed address (UPO): no token, no retry beyond the usual for GET.
    pub(crate) async fn fetch(&self, operation: Operation, url: &str) -> Result<Answer, CallError> {
        let response = self
            .inner
            .http
            .get(url)
            .send()
            .await
            // Such an address is itself a secret: it is kept out of the error.
            .map_err(|error| self.sending_failed(operation, error.without_url()))?;
        self.read(operation, response).await
    }

    fn sending_failed(&self, operation: Operation, error: reqwest::Error) -> CallError {
        if error.is_connect() {
            CallError::NotSent { operation, base_url: self.inner.base_url.clone(), source: error }
        } else if error.is_builder() {
            CallError::Unprepared { operation, reason: error.to_string() }
        } else if error.is_timeout() {
            CallError::Unknown { operation, cause: UnknownCause::Timeout }
        } else {
            CallError::Unknown { operation, cause: UnknownCause::Connection(error) }
        }
    }

    async fn read(&self, operation: Operation, response: reqwest::Response) -> Result<Answer, CallError> {
        let http_status = response.status().as_u16();
        let not_ksef = |reason: String| CallError::Unknown {
            operation,
            cause: UnknownCause::NotKsef { http_status, reason },
        };
        let headers = response.headers().clone();
        if let Some(looking) = self.inner.options.clock.told(date(&headers)) {
            looking.await;
        }
        let bytes_max = self.options().body_bytes_max;
        let body = bounded_body(response, bytes_max)
            .await
            .map_err(|error| self.sending_failed(operation, error))?
            .ok_or_else(|| not_ksef(format!("its body is longer than {bytes_max} bytes")))?;
        let answer = Answer { operation, http_status, headers, body };
        match http_status {
            // What needs no body of KSeF's (closing, revoking) would take a firewall's page for "done".
            200..=299 if is_page(&answer) => Err(not_ksef("it is a web page".to_owned())),
            200..=299 => Ok(answer),
            429 => Err(CallError::LimitReached { operation, retry_after: retry_after(&answer.headers) }),
            300..=399 => Err(not_ksef("it is a redirect".to_owned())),
            500.. => Err(CallError::Unknown { operation, cause: UnknownCause::ServerError { http_status } }),
            _ => Err(refusal(operation, http_status, &answer.body)
                .unwrap_or_else(|| not_ksef("its body is not one of KSeF's errors".to_owned()))),
        }
    }
}

/// An http(s) address without a slash at its end.
pub(crate) fn checked_address(base_url: &str) -> Result<String, StartError> {
    reqwest::Url::parse(base_url)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host() && url.query().is_none())
        .map(|_| base_url.trim_end_matches('/').to_owned())
        .ok_or_else(|| StartError::Address { address: base_url.to_owned() })
}

/// HTTP that follows no redirect: it would carry the token to wherever it points. KSeF never needs one, and its firewall
/// has sent callers in circles (field notes B4, issue 740).
pub(crate) fn http_client(
    connect_timeout: Duration,
    timeout: Duration,
) -> Result<reqwest::Client, StartError> {
    reqwest::Client::builder()
        .connect_timeout(connect_timeout)
        .timeout(timeout)
        .redirect(reqwest::redirect::Policy::none())
        .user_agent(concat!("bramka/", env!("CARGO_PKG_VERSION")))
        .build()
        .map_err(StartError::Http)
}

/// The body, or `None` when it is longer than `bytes_max`.
pub(crate) async fn bounded_body(
    mut response: reqwest::Response,
    bytes_max: usize,
) -> Result<Option<Vec<u8>>, reqwest::Error> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if body.len() + chunk.len() > bytes_max {
            return Ok(None);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Some(body))
}

/// Whether doing it twice changes nothing more in KSeF than doing it once. A second challenge or status costs a
/// request; a second session, invoice or token is a second thing.
fn is_repeatable(operation: Operation) -> bool {
    operation.method() == Method::Get
        || matches!(
            operation,
            Operation::AuthChallenge
                | Operation::AuthTokenRefresh
                // Questions that are asked by POST, since their filters are long.
                | Operation::InvoiceQueryMetadata
                | Operation::CertificateQuery
                | Operation::CertificateRetrieve
                | Operation::CollectiveIdentifierQuery
                | Operation::CollectiveIdentifierInvoices
                | Operation::PermissionQueryPersonal
                | Operation::PermissionQueryPersons
                | Operation::PermissionQuerySubunits
                | Operation::PermissionQueryEntities
                | Operation::PermissionQuerySubordinateRoles
                | Operation::PermissionQueryAuthorizations
                | Operation::PermissionQueryEuEntities
        )
}

/// Whether an answer is a web page: KSeF's own are JSON, XML, or nothing.
fn is_page(answer: &Answer) -> bool {
    let begins = |start: &[u8]| {
        let body = answer.body.trim_ascii_start();
        body.get(..start.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(start))
    };
    let content_type = answer.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    content_type.is_some_and(|kind| kind.starts_with("text/html"))
        || begins(b"<!doctype html")
        || begins(b"<html")
}

/// When the answer was made, as its sender has it.
fn date(headers: &HeaderMap) -> Option<jiff::Timestamp> {
    let text = headers.get(DATE)?.to_str().ok()?;
    DateTimeParser::new().parse_timestamp(text).ok()
}

fn retry_after(headers: &HeaderMap) -> Duration {
    headers
        .get(headers::RETRY_AFTER)
        .and_then(|value| value.to_str().ok())
        .and_then(|text| text.trim().parse().ok())
        .map_or(RETRY_AFTER_MISSING, Duration::from_secs)
}

/// Reads an error body in any of KSeF's shapes (field notes B4).
fn refusal(operation: Operation, http_status: u16, body: &[u8]) -> Option<CallError> {
    let refused = |errors, trace_id| CallError::Refused {
        operation,
        http_status,
        errors,
        reason_code: None,
        permissions: None,
        trace_id,
    };
    // Problem details that tell no code of their own stand under the HTTP status.
    let told = |description| vec![ApiError { code: i32::from(http_status), description, details: None }];
    if let Ok(problem) = serde_json::from_slice::<BadRequestProblemDetails>(body) {
        return Some(refused(problem.errors, Some(problem.trace_id)));
    }
    if let Ok(problem) = serde_json::from_slice::<ForbiddenProblemDetails>(body) {
        return Some(CallError::Refused {
            operation,
            http_status,
            errors: told(problem.detail),
            permissions: problem.security.as_ref().and_then(permissions_asked).map(Box::new),
            reason_code: Some(problem.reason_code),
            trace_id: problem.trace_id,
        });
    }
    if let Ok(problem) = serde_json::from_slice::<UnauthorizedProblemDetails>(body) {
        return Some(refused(told(problem.detail), problem.trace_id));
    }
    let legacy = serde_json::from_slice::<ExceptionResponse>(body).ok().and_then(|legacy| legacy.exception);
    if let Some(exception) = legacy
        && let Some(list) = exception.exception_detail_list
    {
        let errors = list.into_iter().map(|detail| ApiError {
            code: detail.exception_code.unwrap_or(i32::from(http_status)),
            description: detail.exception_description.unwrap_or_default(),
            details: detail.details,
        });
        return Some(refused(errors.collect(), exception.service_code));
    }
    // 401, 403, 404, 405, 413 and 415 come without a body of KSeF's (issues 125, 620), and still say no.
    matches!(http_status, 401 | 403..=405 | 410 | 413 | 415).then(|| refused(Vec::new(), None))
}

/// `security.requiredAnyOfPermissions` and `security.presentPermissions` of a 403.
fn permissions_asked(security: &serde_json::Map<String, serde_json::Value>) -> Option<PermissionsAsked> {
    let list = |name: &str| -> Option<Vec<String>> {
        let names = security.get(name)?.as_array()?.iter();
        Some(names.filter_map(|name| name.as_str().map(str::to_owned)).collect())
    };
    let required_any_of = list("requiredAnyOfPermissions")?;
    Some(PermissionsAsked { required_any_of, present: list("presentPermissions").unwrap_or_default() })
}

/// Added to every `Retry-After`.
const RETRY_AFTER_MARGIN: Duration = Duration::from_secs(1);
/// Assumed when a 429 does not say how long.
const RETRY_AFTER_MISSING: Duration = Duration::from_secs(60);
