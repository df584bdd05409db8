//! One HTTP exchange with the server: our HTTP client put under the S3 library.
//!
//! The library brings a connector of its own, which would switch HTTP/2 on for every user of the same HTTP client in the
//! program, follows redirects with a signed request, and reads refusals of any length into a text. Here a refusal becomes a
//! value ([`Refusal`]) that is found again in the chain of causes, and whether a request may be repeated is said once.

use std::error::Error;

use async_trait::async_trait;
use http_body_util::{BodyExt as _, Limited};
use object_store::ClientOptions;
use object_store::client::{
    HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpResponse, HttpResponseBody,
    HttpService,
};

use crate::settings::ObjectLimits;

/// A client with our limits and without redirects: a signed request is meant for one server. It trusts the system's
/// authorities and those given.
pub(crate) fn http_client(
    limits: &ObjectLimits,
    authorities: Vec<reqwest::Certificate>,
) -> Result<reqwest::Client, reqwest::Error> {
    let mut builder = reqwest::Client::builder();
    if !authorities.is_empty() {
        builder = builder.tls_certs_merge(authorities);
    }
    builder
        .connect_timeout(limits.connect_time_max)
        .timeout(limits.request_time_max)
        .pool_max_idle_per_host(limits.requests_max)
        .redirect(reqwest::redirect::Policy::none())
        .user_agent(concat!("bramka/", env!("CARGO_PKG_VERSION")))
        .build()
}

/// The client as the S3 library takes it.
#[derive(Debug)]
pub(crate) struct Exchange(pub(crate) reqwest::Client);

impl HttpConnector for Exchange {
    fn connect(&self, _: &ClientOptions) -> object_store::Result<HttpClient> {
        Ok(HttpClient::new(Self(self.0.clone())))
    }
}

#[async_trait]
impl HttpService for Exchange {
    async fn call(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let request = request.map(reqwest::Body::wrap);
        let request = request.try_into().map_err(|error| HttpError::new(HttpErrorKind::Unknown, error))?;
        let answer = self.0.execute(request).await.map_err(broken)?;
        if !answer.status().is_success() {
            let refusal = Refusal::read(answer).await;
            // Everything asked here may be asked again: keys are made from the content.
            let kind = if refusal.may_pass() { HttpErrorKind::Interrupted } else { HttpErrorKind::Unknown };
            return Err(HttpError::new(kind, refusal));
        }
        Ok(streamed(answer))
    }
}

/// The server answered, and not with what was asked for.
#[derive(Debug, thiserror::Error)]
#[error("HTTP {http_status} {code}: {message}")]
pub(crate) struct Refusal {
    /// The HTTP status.
    pub(crate) http_status: u16,
    /// S3's code (`NoSuchKey`); empty when the answer was none of S3's.
    pub(crate) code: String,
    /// The server's words, cut at 200 characters.
    pub(crate) message: String,
}

impl Refusal {
    /// Whether the same request may go well later (Amazon S3 API Reference, "Error responses").
    pub(crate) fn may_pass(&self) -> bool {
        let is_passing_code = matches!(
            self.code.as_str(),
            "SlowDown"
                | "RequestTimeout"
                | "OperationAborted"
                | "ConditionalRequestConflict"
                | "TooManyRequests"
        );
        is_passing_code || matches!(self.http_status, 408 | 429 | 500 | 502 | 503 | 504)
    }

    async fn read(answer: reqwest::Response) -> Self {
        let http_status = answer.status().as_u16();
        let body = Limited::new(streamed(answer).into_body(), REFUSAL_BYTES_MAX);
        // A body that breaks off says no less than an empty one.
        let bytes = body.collect().await.map(|collected| collected.to_bytes()).unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes);
        let (code, message) = code_and_message(&text).unwrap_or_default();
        Self { http_status, code, message }
    }
}

/// The first cause of this type.
pub(crate) fn cause<'a, T: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a T> {
    let mut next = Some(error);
    for _ in 0..CAUSES_MAX {
        let error = next?;
        if let Some(found) = error.downcast_ref() {
            return Some(found);
        }
        next = error.source();
    }
    None
}

/// The same answer in the library's types; its body is read as it comes.
fn streamed(answer: reqwest::Response) -> HttpResponse {
    http::Response::<reqwest::Body>::from(answer).map(|body| HttpResponseBody::new(body.map_err(broken)))
}

/// No answer, or one that broke off.
fn broken(error: reqwest::Error) -> HttpError {
    let kind = if error.is_timeout() {
        HttpErrorKind::Timeout
    } else if error.is_connect() {
        HttpErrorKind::Connect
    } else if error.is_builder() {
        HttpErrorKind::Unknown
    } else {
        HttpErrorKind::Interrupted
    };
    // The address is in the message that we make ourselves.
    HttpError::new(kind, error.without_url())
}

/// Code and words of `<Error><Code>…</Code><Message>…</Message></Error>`, without what could break a line of the log.
fn code_and_message(text: &str) -> Option<(String, String)> {
    let document = roxmltree::Document::parse(text).ok()?;
    let root = document.root_element();
    let child = |name| {
        let text = root.children().find(|node| node.tag_name().name() == name)?.text()?;
        Some(text.chars().filter(|letter| !letter.is_control()).take(WORDS_MAX).collect::<String>())
    };
    if root.tag_name().name() != "Error" {
        return None;
    }
    let code = child("Code").filter(|code| code.bytes().all(|byte| byte.is_ascii_alphanumeric()))?;
    Some((code, child("Message").unwrap_or_default()))
}

const REFUSAL_BYTES_MAX: usize = 16 * 1024;
const WORDS_MAX: usize = 200;
/// More causes than any chain has that is no circle.
const CAUSES_MAX: usize = 32;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_are_read_and_other_pages_are_not() {
        let read = |text| code_and_message(text).map(|(code, message)| format!("{code}|{message}"));
        let aws =
            "<?xml version=\"1.0\"?>\n<Error><Code>NoSuchKey</Code><Message>Not\nthere</Message></Error>";
        assert_eq!(read(aws).as_deref(), Some("NoSuchKey|Notthere"));
        let named = "<Error xmlns='http://s3.amazonaws.com/doc/2006-03-01/'><Code>SlowDown</Code></Error>";
        assert_eq!(read(named).as_deref(), Some("SlowDown|"));
        for text in [
            "",
            "Not Found",
            "<html><Code>NoSuchKey</Code></html>",
            "<Error><Code>a b</Code></Error>",
            "<Error>",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
        let long = format!("<Error><Code>X</Code><Message>{}</Message></Error>", "ż".repeat(1_000));
        assert_eq!(code_and_message(&long).expect("a refusal").1.chars().count(), WORDS_MAX);
    }

    #[test]
    fn what_may_pass_is_told_from_what_stays() {
        let refusal =
            |http_status, code: &str| Refusal { http_status, code: code.to_owned(), message: String::new() };
        for (status, code) in
            [(503, "SlowDown"), (500, ""), (429, ""), (400, "RequestTimeout"), (409, "OperationAborted")]
        {
            assert!(refusal(status, code).may_pass(), "{status} {code}");
        }
        for (status, code) in
            [(403, "AccessDenied"), (404, "NoSuchKey"), (400, ""), (301, "PermanentRedirect"), (501, "")]
        {
            assert!(!refusal(status, code).may_pass(), "{status} {code}");
        }
    }
}
