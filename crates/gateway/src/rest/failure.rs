//! Failures as answers: the HTTP status and the body are chosen here, the log gets the cause.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use gateway_api::{Problem, ProblemCode, Words};
use gateway_rules::series::SeriesError;
use gateway_store::StoreError;
use ksef_invoice::Report;
use ksef_render::RenderError;

use crate::app::WorkError;
use crate::app::decide::DecideError;
use crate::app::offline::IssueError;
use crate::app::take_invoice::TakeError;
use crate::app::technical::CorrectError;

/// A problem on its way to the caller.
#[derive(Debug)]
pub(crate) struct Failure {
    /// Boxed, since results carry it everywhere and it is rarely there.
    pub(crate) problem: Box<Problem>,
}

impl Failure {
    pub(crate) fn new(code: ProblemCode, found: &str) -> Self {
        Self { problem: Box::new(Problem::new(code, found)) }
    }

    fn logged(code: ProblemCode, error: &(dyn std::error::Error + 'static)) -> Self {
        let cause = error.source().map(ToString::to_string).unwrap_or_default();
        tracing::error!(%error, cause, "a request failed");
        Self::new(code, "")
    }

    fn invalid(report: &Report) -> Self {
        let too_large = report.errors().find(|finding| TOO_LARGE.contains(&finding.code));
        if let Some(finding) = too_large {
            return Self::new(ProblemCode::InvoiceTooLarge, finding.found.as_deref().unwrap_or("?"));
        }
        let findings: Vec<_> =
            report.findings.iter().filter_map(|finding| serde_json::to_value(finding).ok()).collect();
        let first = report.errors().next().map(|finding| format!("{}: {}", finding.code, finding.message.en));
        let problem = Problem::new(ProblemCode::InvoiceInvalid, &first.unwrap_or_default());
        Self { problem: Box::new(problem.with_findings(findings)) }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        if let Some(failure) = super::purchase_desk::purchase_failure(&error) {
            return failure;
        }
        match error {
            StoreError::KeyReused => Self::new(ProblemCode::IdempotencyKeyReused, ""),
            StoreError::UnknownCompany { context } => Self::new(ProblemCode::CompanyUnknown, &context),
            StoreError::NumberTaken { id } => Self::new(ProblemCode::InvoiceNumberTaken, &id.to_string()),
            StoreError::Full { .. } => Self::logged(ProblemCode::StoreFull, &error),
            StoreError::Locked { .. } => Self::logged(ProblemCode::StoreLocked, &error),
            error if error.may_pass() => Self::logged(ProblemCode::StoreUnavailable, &error),
            _ => Self::logged(ProblemCode::Internal, &error),
        }
    }
}

impl From<WorkError> for Failure {
    fn from(error: WorkError) -> Self {
        match error {
            WorkError::Store(error) => error.into(),
            WorkError::Tampered { .. } => Self::logged(ProblemCode::DocumentTampered, &error),
            WorkError::Objects(_) | WorkError::NoObjects { .. } => {
                Self::logged(ProblemCode::ObjectsUnavailable, &error)
            }
            _ => Self::logged(ProblemCode::Internal, &error),
        }
    }
}

impl From<DecideError> for Failure {
    fn from(error: DecideError) -> Self {
        match error {
            DecideError::TooLate { state } => Self::new(ProblemCode::InvoiceTooLate, state.as_str()),
            DecideError::Issue(IssueError::NoCertificate) => {
                Self::new(ProblemCode::OfflineCertificateMissing, "offline")
            }
            DecideError::Issue(IssueError::NotOffline) => Self::new(ProblemCode::ParameterInvalid, "mode"),
            DecideError::Issue(IssueError::Code(error)) => error.into(),
            DecideError::Work(error) => error.into(),
        }
    }
}

impl From<SeriesError> for Failure {
    fn from(error: SeriesError) -> Self {
        let sentence = error.sentence();
        let words = Words { pl: sentence.pl, en: sentence.en };
        Self { problem: Box::new(Problem::found(ProblemCode::SeriesInvalid, &words)) }
    }
}

impl From<CorrectError> for Failure {
    fn from(error: CorrectError) -> Self {
        match error {
            CorrectError::Refused { refusal, path } => {
                let place = path.map(|path| format!(": {path}")).unwrap_or_default();
                let words = refusal.words();
                let words = Words {
                    pl: format!("{} ({refusal}{place})", words.pl),
                    en: format!("{} ({refusal}{place})", words.en),
                };
                Self { problem: Box::new(Problem::found(ProblemCode::TechnicalCorrectionRefused, &words)) }
            }
            CorrectError::Take(error) => error.into(),
            CorrectError::Decide(error) => error.into(),
            CorrectError::Work(error) => error.into(),
        }
    }
}

impl From<RenderError> for Failure {
    fn from(error: RenderError) -> Self {
        let words = Words { pl: error.polish(), en: error.to_string() };
        Self { problem: Box::new(Problem::found(ProblemCode::RenderFailed, &words)) }
    }
}

impl From<TakeError> for Failure {
    fn from(error: TakeError) -> Self {
        match error {
            TakeError::Empty => Self::new(ProblemCode::InvoiceEmpty, ""),
            TakeError::NotHere(form) => Self::new(ProblemCode::InvoiceFormNotHere, form.name()),
            TakeError::Stopping => Self::new(ProblemCode::Stopping, ""),
            TakeError::OtherSeller { seller } => Self::new(ProblemCode::InvoiceOtherSeller, &seller),
            TakeError::Invalid(report) => Self::invalid(&report),
            TakeError::NotBuilt { findings, first } => {
                let problem = Problem::new(ProblemCode::InvoiceInvalid, &first);
                Self { problem: Box::new(problem.with_findings(findings)) }
            }
            TakeError::Unreadable(error) => {
                let words = Words { pl: error.polish(), en: error.to_string() };
                Self { problem: Box::new(Problem::found(ProblemCode::FileUnreadable, &words)) }
            }
            TakeError::TooLarge { limit } => Self::new(ProblemCode::FileTooLarge, &limit.to_string()),
            TakeError::NoSeries(name) => Self::new(ProblemCode::SeriesUnknown, &name),
            TakeError::Series(error) => error.into(),
            TakeError::NoKey { series } => Self::new(ProblemCode::IdempotencyKeyMissing, &series),
            TakeError::Store(error) => error.into(),
            TakeError::Objects(error) => Self::logged(ProblemCode::ObjectsUnavailable, &error),
        }
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, axum::Json(&self.problem)).into_response();
        response
            .headers_mut()
            .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if status == StatusCode::PAYLOAD_TOO_LARGE {
            // What was not read of the body ends the connection; a client that does not know would use it again.
            response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        response
    }
}

/// The validator's codes of a file that is too large: without an attachment, with one, and to be read at all.
const TOO_LARGE: [&str; 3] = ["FILE007", "FILE008", "FILE022"];
