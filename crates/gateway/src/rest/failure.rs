//! Failures as answers: the HTTP status and the body are chosen here, the log gets the cause.

use std::time::Duration;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use gateway_access::PasswordError;
use gateway_api::{Problem, ProblemCode, Words};
use gateway_rules::series::SeriesError;
use gateway_store::StoreError;
use ksef_invoice::Report;
use ksef_render::RenderError;

use crate::access::AccessError;
use crate::app::WorkError;
use crate::app::decide::DecideError;
use crate::app::offline::IssueError;
use crate::app::resend::ResendError;
use crate::app::series::ResumeError;
use crate::app::take_invoice::TakeError;
use crate::app::technical::CorrectError;
use crate::web::state_words;

/// A problem on its way to the caller.
#[derive(Debug)]
pub(crate) struct Failure {
    /// Which one, for whoever tells the audit log.
    code: ProblemCode,
    /// Boxed, since results carry it everywhere and it is rarely there.
    pub(crate) problem: Box<Problem>,
    /// When it may be tried again, in seconds.
    retry_after: Option<u64>,
}

/// What a failed answer carries for the pages, which tell it in their own way.
#[derive(Debug, Clone)]
pub(crate) struct FailedWords {
    pub(crate) code: &'static str,
    pub(crate) message: Words,
}

impl Failure {
    pub(crate) fn new(code: ProblemCode, found: &str) -> Self {
        Self { code, problem: Box::new(Problem::new(code, found)), retry_after: None }
    }

    /// With what was found in the words of each language.
    pub(crate) fn found(code: ProblemCode, words: &Words) -> Self {
        Self { code, problem: Box::new(Problem::found(code, words)), retry_after: None }
    }

    /// It may be tried again in so long, which the answer says.
    pub(crate) fn later(code: ProblemCode, wait: Duration) -> Self {
        let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
        Self { retry_after: Some(seconds), ..Self::new(code, &seconds.to_string()) }
    }

    fn logged(code: ProblemCode, error: &(dyn std::error::Error + 'static)) -> Self {
        let cause = error.source().map(ToString::to_string).unwrap_or_default();
        tracing::error!(%error, cause, "a request failed");
        Self::new(code, "")
    }

    fn with_findings(first: &str, findings: Vec<serde_json::Value>) -> Self {
        let mut failure = Self::new(ProblemCode::InvoiceInvalid, first);
        failure.problem.findings = findings;
        failure
    }

    fn invalid(report: &Report) -> Self {
        let too_large = report.errors().find(|finding| TOO_LARGE.contains(&finding.code));
        if let Some(finding) = too_large {
            return Self::new(ProblemCode::InvoiceTooLarge, finding.found.as_deref().unwrap_or("?"));
        }
        let findings: Vec<_> =
            report.findings.iter().filter_map(|finding| serde_json::to_value(finding).ok()).collect();
        let first = report.errors().next().map(|finding| format!("{}: {}", finding.code, finding.message.en));
        Self::with_findings(&first.unwrap_or_default(), findings)
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
            StoreError::UsersThere => Self::new(ProblemCode::SetupDone, ""),
            StoreError::UserThere { login } => Self::new(ProblemCode::UserTaken, &login),
            StoreError::UnknownUser { login } => {
                Self::new(ProblemCode::UserUnknown, &login.chars().take(40).collect::<String>())
            }
            StoreError::LastAdministrator => Self::new(ProblemCode::UserLastAdministrator, ""),
            StoreError::UnknownKey { id } => Self::new(ProblemCode::ApiKeyUnknown, &id),
            StoreError::UnknownWebhook { id } => {
                Self::new(ProblemCode::WebhookUnknown, &id.chars().take(40).collect::<String>())
            }
            StoreError::SeriesHeld { name } => Self::new(ProblemCode::SeriesHeld, &name),
            StoreError::NumberTaken { id } => Self::new(ProblemCode::InvoiceNumberTaken, &id.to_string()),
            StoreError::Full { .. } => Self::logged(ProblemCode::StoreFull, &error),
            StoreError::Locked { .. } => Self::logged(ProblemCode::StoreLocked, &error),
            error if error.may_pass() => Self::logged(ProblemCode::StoreUnavailable, &error),
            _ => Self::logged(ProblemCode::Internal, &error),
        }
    }
}

/// What went wrong with users and keys, in both languages, as REST says it; of the database's own failures only English words.
#[must_use]
pub fn access_words(error: &AccessError) -> Words {
    let en = error.to_string();
    match error {
        AccessError::Store(StoreError::UnknownUser { login }) => {
            Problem::new(ProblemCode::UserUnknown, login).message
        }
        AccessError::Store(StoreError::UserThere { login }) => {
            Problem::new(ProblemCode::UserTaken, login).message
        }
        AccessError::Store(StoreError::LastAdministrator) => {
            Problem::new(ProblemCode::UserLastAdministrator, "").message
        }
        AccessError::Store(StoreError::UnknownKey { id }) => {
            Problem::new(ProblemCode::ApiKeyUnknown, id).message
        }
        AccessError::Password(error) => Words { pl: password_in_polish(*error).to_owned(), en },
        AccessError::LoginName => Words { pl: LOGIN_NAME_PL.to_owned(), en },
        AccessError::KeyShape => Problem::new(ProblemCode::ApiKeyInvalid, "-").message,
        AccessError::NoUnit { unit } => Problem::new(ProblemCode::UnitUnknown, unit).message,
        _ => Words { pl: en.clone(), en },
    }
}

const fn password_in_polish(error: PasswordError) -> &'static str {
    match error {
        PasswordError::TooShort => "hasło musi mieć co najmniej 12 znaków",
        PasswordError::TooLong => "hasło ma więcej niż 256 znaków",
        PasswordError::Guessable => "hasłem nie może być nazwa użytkownika ani jeden powtórzony znak",
        PasswordError::Hash => "nie udało się zaszyfrować hasła",
    }
}

impl From<AccessError> for Failure {
    fn from(error: AccessError) -> Self {
        match error {
            AccessError::Store(error) => error.into(),
            AccessError::Password(PasswordError::Hash) | AccessError::Cut => {
                Self::logged(ProblemCode::Internal, &error)
            }
            AccessError::Password(_) | AccessError::LoginName => {
                Self::found(ProblemCode::UserInvalid, &access_words(&error))
            }
            AccessError::LoginFailed => Self::new(ProblemCode::LoginFailed, ""),
            AccessError::CodeNeeded => Self::new(ProblemCode::LoginCodeNeeded, ""),
            AccessError::Throttled { wait } => Self::later(ProblemCode::LoginThrottled, wait),
            AccessError::SetupCode => Self::new(ProblemCode::SetupCodeWrong, ""),
            AccessError::Code | AccessError::NothingBegun => Self::new(ProblemCode::SecondFactorWrong, ""),
            AccessError::KeyShape => Self::new(ProblemCode::ApiKeyInvalid, "-"),
            AccessError::NoUnit { unit } => Self::new(ProblemCode::UnitUnknown, &unit),
            AccessError::NoSession => Self::new(ProblemCode::SessionUnknown, ""),
            AccessError::NoCompany(company) => Self::new(ProblemCode::CompanyUnknown, &company),
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
            DecideError::TooLate { state } => Self::found(ProblemCode::InvoiceTooLate, &state_words(state)),
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
        Self::found(ProblemCode::SeriesInvalid, &words)
    }
}

impl From<ResumeError> for Failure {
    fn from(error: ResumeError) -> Self {
        match error {
            ResumeError::Unknown(name) => Self::new(ProblemCode::SeriesUnknown, &name),
            ResumeError::NotHeld(name) => Self::new(ProblemCode::SeriesNotHeld, &name),
            ResumeError::Used { highest } => Self::new(ProblemCode::SeriesNumberUsed, &highest.to_string()),
            ResumeError::Series(error) => error.into(),
            ResumeError::Store(error) => error.into(),
        }
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
                Self::found(ProblemCode::TechnicalCorrectionRefused, &words)
            }
            CorrectError::Take(error) => error.into(),
            CorrectError::Decide(error) => error.into(),
            CorrectError::Work(error) => error.into(),
        }
    }
}

impl From<ResendError> for Failure {
    fn from(error: ResendError) -> Self {
        match error {
            ResendError::Refused(refusal) => {
                let words = refusal.words();
                let [pl, en] = [words.pl, words.en].map(|text| format!("{text} ({refusal})"));
                Self::found(ProblemCode::ResendRefused, &Words { pl, en })
            }
            ResendError::Take(error) => error.into(),
            ResendError::Work(error) => error.into(),
        }
    }
}

impl From<RenderError> for Failure {
    fn from(error: RenderError) -> Self {
        let words = Words { pl: error.polish(), en: error.to_string() };
        Self::found(ProblemCode::RenderFailed, &words)
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
            TakeError::NotBuilt { findings, first } => Self::with_findings(&first, findings),
            TakeError::Unreadable(error) => {
                let words = Words { pl: error.polish(), en: error.to_string() };
                Self::found(ProblemCode::FileUnreadable, &words)
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
        response.extensions_mut().insert(self.code);
        let message = self.problem.message.clone();
        response.extensions_mut().insert(FailedWords { code: self.code.code(), message });
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        }
        if status == StatusCode::PAYLOAD_TOO_LARGE {
            // What was not read of the body ends the connection; a client that does not know would use it again.
            response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        response
    }
}

/// The validator's codes of a file that is too large: without an attachment, with one, and to be read at all.
const TOO_LARGE: [&str; 3] = ["FILE007", "FILE008", "FILE022"];
const LOGIN_NAME_PL: &str =
    "nazwa logowania to od 1 do 64 małych liter, cyfr i znaków . _ - @ +, inna niż nazwy własne bramki";
