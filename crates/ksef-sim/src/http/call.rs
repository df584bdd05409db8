//! A request after reading, and the answer before writing.

use super::errors::Refusal;
use crate::domain::logins::{Proof, Rights, Subject};
use crate::domain::sessions::Opener;
use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode};
use jiff::Timestamp;
use ksef_id::{ContextIdentifier, KsefNumber, ReferenceNumber};
use ksef_wire::headers::X_KSEF_FEATURE;
use ksef_wire::{AuthenticationMethodCategory, Operation};
use serde::Serialize;
use std::net::IpAddr;

/// A request that was let in.
pub(crate) struct Call {
    pub(crate) operation: Operation,
    pub(crate) parameters: Vec<(String, String)>,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) client: IpAddr,
    /// Scheme and host that the client called, for the addresses given out.
    pub(crate) origin: String,
    pub(crate) now: Timestamp,
    /// Who calls; `None` where nobody is asked.
    pub(crate) caller: Option<Caller>,
}

/// Who calls.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    pub(crate) login: ReferenceNumber,
    pub(crate) context: ContextIdentifier,
    pub(crate) subject: Subject,
    pub(crate) rights: Rights,
    pub(crate) category: AuthenticationMethodCategory,
    pub(crate) proof: Proof,
}

impl Caller {
    /// The caller as opener of a session.
    pub(crate) fn opener(&self) -> Opener {
        let Self { context, subject, rights, proof, .. } = self.clone();
        Opener { context, subject, rights, proof }
    }
}

impl Call {
    /// Who calls, where the guard has seen to it that somebody does.
    pub(crate) fn caller(&self) -> Result<&Caller, Refusal> {
        self.caller.as_ref().ok_or(Refusal::Unauthorized)
    }

    /// A header as text; `None` when it is missing or no ASCII.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Whether the caller switches a feature on. One value in one header counts; a list or a repeated header is taken and
    /// has no effect (`changes-2.7-to-2.9.md`, section 5).
    pub(crate) fn has_feature(&self, feature: &str) -> bool {
        let mut values = self.headers.get_all(X_KSEF_FEATURE).iter();
        let value = values.next().and_then(|value| value.to_str().ok()).map(str::trim);
        value == Some(feature) && values.next().is_none()
    }

    /// A parameter of the path as it stands there.
    pub(crate) fn parameter(&self, name: &str) -> &str {
        self.parameters.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }

    /// A reference number of the path.
    pub(crate) fn reference(&self, name: &str) -> Result<ReferenceNumber, Refusal> {
        let text = self.parameter(name);
        ReferenceNumber::parse(text).map_err(|_| {
            let length = text.chars().count();
            Refusal::validation(if length == 36 {
                format!("'{name}' is not in the correct format.")
            } else {
                format!("'{name}' must be 36 characters in length. You entered {length} characters.")
            })
        })
    }

    /// A KSeF number of the path: its shape, so that an unknown number is "not found" and not "wrong".
    pub(crate) fn ksef_number(&self) -> Result<(String, Option<KsefNumber>), Refusal> {
        let text = self.parameter("ksefNumber");
        if !KsefNumber::has_shape(text) {
            return Err(Refusal::validation("'ksefNumber' is not in the correct format."));
        }
        Ok((text.to_owned(), KsefNumber::parse(text).ok()))
    }

    /// The only value of a query parameter.
    pub(crate) fn query_value(&self, name: &str) -> Option<&str> {
        // Names are not case sensitive in the real API's framework.
        self.query.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// All values of a repeated query parameter.
    pub(crate) fn query_values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.query
            .iter()
            .filter(move |(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) content_type: Option<&'static str>,
    /// Base64 of the SHA-256 of a document, for `x-ms-meta-hash`.
    pub(crate) meta_hash: Option<String>,
    /// For `X-System-Warning`: `[code]: message` in ASCII.
    pub(crate) warning: Option<&'static str>,
    pub(crate) body: Bytes,
}

impl Reply {
    /// A JSON answer.
    pub(crate) fn json<T: Serialize>(status: StatusCode, body: &T) -> Self {
        // Answers are made of strings, numbers, lists and maps with text keys: JSON holds them all.
        let body = serde_json::to_vec(body).expect("an answer is JSON");
        Self {
            status,
            content_type: Some("application/json; charset=utf-8"),
            meta_hash: None,
            warning: None,
            body: body.into(),
        }
    }

    /// 200 with JSON.
    pub(crate) fn ok<T: Serialize>(body: &T) -> Self {
        Self::json(StatusCode::OK, body)
    }

    /// 200 without a body.
    pub(crate) fn empty() -> Self {
        Self { status: StatusCode::OK, ..Self::no_content() }
    }

    /// 204.
    pub(crate) fn no_content() -> Self {
        Self {
            status: StatusCode::NO_CONTENT,
            content_type: None,
            meta_hash: None,
            warning: None,
            body: Bytes::new(),
        }
    }

    /// The same with a technical warning, when there is one.
    pub(crate) fn warning_of(self, warning: Option<&'static str>) -> Self {
        Self { warning, ..self }
    }

    /// A document with its hash.
    pub(crate) fn xml(document: &[u8]) -> Self {
        let hash = ksef_id::Sha256Hash::from_bytes(&ksef_crypto::sha256(document));
        Self {
            status: StatusCode::OK,
            content_type: Some("application/xml"),
            meta_hash: Some(hash.to_string()),
            warning: None,
            body: Bytes::copy_from_slice(document),
        }
    }
}
