//! Logging in, and what stands in the way, told apart.

use ksef_client::{Access, CallError, LoginError};
use ksef_crypto::diagnosis::Finding;
use ksef_wire::codes::{AuthStatusCode, ExceptionCode};

use super::reach::{host_of, why_not_reached};
use super::{CheckName, CompanyEnvironment, Outcome, Visit};
use crate::{Rights, catalogue};

impl Visit<'_> {
    /// Logs in, and learns the rights of the login.
    pub(super) async fn log_in(&mut self, access: &Access) -> bool {
        if let Err(error) = access.login().await {
            let finding = why_not_logged_in(access, &error);
            self.fail(CheckName::Login, finding);
            return false;
        }
        let context = access.context();
        let found = [format!("zalogowano w kontekście {context}"), format!("logged in to {context}")];
        let mut findings = Vec::new();
        if let Ok(claims) = access.claims().await {
            findings.extend(self.other_environment(claims.issuer.as_deref()));
            self.report.rights = Some(Rights::of(&claims));
        }
        let outcome = if findings.is_empty() { Outcome::Passed } else { Outcome::Failed };
        self.add(CheckName::Login, outcome, found, findings);
        true
    }

    /// The issuer of tokens is known for TEST only; from any other environment it would be somebody else's answer.
    fn other_environment(&self, issuer: Option<&str>) -> Option<Finding> {
        let environment = &self.patient.environment;
        let is_real = matches!(environment, CompanyEnvironment::Demo | CompanyEnvironment::Prd);
        let issuer = issuer.filter(|issuer| is_real && *issuer == ISSUER_OF_TEST)?;
        let environment = environment.name().to_uppercase();
        Some(catalogue::OTHER_ENVIRONMENT.found(&[("environment", &environment), ("issuer", issuer)]))
    }
}

/// Why a login failed, as somebody can act on it.
pub(crate) fn why_not_logged_in(access: &Access, error: &LoginError) -> Finding {
    let host = host_of(access.client().base_url());
    let with_cause = |entry: &catalogue::Entry, cause: &str| entry.found(&[("cause", cause)]);
    match error {
        LoginError::NotAccepted { code, description, details } => {
            let cause = if details.is_empty() { description.clone() } else { details.join("; ") };
            match AuthStatusCode(*code) {
                AuthStatusCode::NO_PERMISSIONS => {
                    catalogue::NO_RIGHTS_AT_ALL.found(&[("context", access.context().as_str())])
                }
                // One code for five causes; the details tell them apart (field notes A9).
                AuthStatusCode::INVALID_TOKEN if is_about_time(&cause) => {
                    with_cause(&catalogue::TOKEN_TIME, &cause)
                }
                AuthStatusCode::INVALID_TOKEN => with_cause(&catalogue::TOKEN_REFUSED, &cause),
                AuthStatusCode::INVALID_CERTIFICATE => with_cause(&catalogue::CERTIFICATE_REFUSED, &cause),
                AuthStatusCode::DECEASED_PERSON => catalogue::DECEASED.found(&[("code", &code.to_string())]),
                AuthStatusCode::BLOCKED => with_cause(&catalogue::CONTEXT_BLOCKED, &cause),
                _ => with_cause(&catalogue::LOGIN_FAILED, &format!("{code} {description} {cause}")),
            }
        }
        LoginError::TooSlow { waited } => {
            catalogue::LOGIN_SLOW.found(&[("seconds", &waited.as_secs().to_string())])
        }
        LoginError::NoKey { usage } => catalogue::NO_ENCRYPTION_KEY.found(&[("usage", usage)]),
        LoginError::Call(call) => why_call_failed(host, call),
        other => with_cause(&catalogue::LOGIN_FAILED, &other.to_string()),
    }
}

fn why_call_failed(host: &str, call: &CallError) -> Finding {
    let said = said_in(call);
    let with_cause = |entry: &catalogue::Entry| entry.found(&[("cause", &said)]);
    match call.refusal_code().map(ExceptionCode) {
        Some(ExceptionCode::INVALID_CERTIFICATE) => with_cause(&catalogue::CERTIFICATE_REFUSED),
        Some(
            ExceptionCode::INVALID_SIGNATURE | ExceptionCode::NO_SIGNATURE | ExceptionCode::INVALID_DOCUMENT,
        ) => with_cause(&catalogue::SIGNATURE_REFUSED),
        Some(ExceptionCode::INVALID_SUBJECT_FOR_CONTEXT) => with_cause(&catalogue::WRONG_CONTEXT_KIND),
        Some(code @ ExceptionCode::DECEASED_PERSON) => {
            catalogue::DECEASED.found(&[("code", &code.to_string())])
        }
        Some(ExceptionCode::INVALID_CHALLENGE) => with_cause(&catalogue::TOKEN_TIME),
        Some(_) => with_cause(&catalogue::LOGIN_FAILED),
        None => why_not_reached(host, call),
    }
}

/// What KSeF itself said, without ours around it: code, description, details.
pub(super) fn said_in(call: &CallError) -> String {
    let CallError::Refused { errors, .. } = call else { return call.to_string() };
    let one = |error: &ksef_wire::ApiError| {
        let details = error.details.as_deref().unwrap_or_default().join("; ");
        format!("{} {} {details}", error.code, error.description).trim().trim_end_matches('.').to_owned()
    };
    if errors.is_empty() { call.to_string() } else { errors.iter().map(one).collect::<Vec<_>>().join("; ") }
}

/// KSeF's words for a token's or challenge's time (field notes A9).
fn is_about_time(details: &str) -> bool {
    let lower = details.to_lowercase();
    lower.contains("czas") || lower.contains("wyzwanie")
}

/// `iss` of TEST's tokens (`shared/ksef/behaviour.md`).
const ISSUER_OF_TEST: &str = "ksef-api-te";

#[cfg(test)]
mod tests {
    use ksef_client::{ClientOptions, KsefClient, LoginCredential, UnknownCause};
    use ksef_crypto::SecretString;
    use ksef_id::ContextIdentifier;
    use ksef_wire::{ApiError, Operation};

    use super::*;

    #[track_caller]
    fn check(error: &LoginError, code: &str, words: &str) {
        let client = KsefClient::new("http://localhost:1/v2", ClientOptions::default()).expect("a client");
        let context = ContextIdentifier::parse("2222222222").expect("a NIP");
        let credential = LoginCredential::KsefToken(SecretString::from("t".to_owned()));
        let found = why_not_logged_in(&Access::new(client, context, credential), error);
        assert_eq!(found.code, code, "{error}");
        for text in [&found.message.pl, &found.message.en] {
            assert!(text.contains(words) && !text.contains(['{', '}']), "{error}: {text}");
        }
        assert!(!found.remedy.pl.is_empty() && !found.remedy.en.is_empty());
    }

    #[test]
    fn every_way_in_which_a_login_fails_has_its_code() {
        let status = |code, details: &[&str]| LoginError::NotAccepted {
            code,
            description: "Opis".into(),
            details: details.iter().map(|detail| (*detail).to_owned()).collect(),
        };
        check(&status(415, &[]), "CONN202", "2222222222");
        check(&status(450, &["Nieprawidłowy token"]), "CONN204", "Nieprawidłowy token");
        check(&status(450, &["Nieprawidłowy czas tokena"]), "CONN205", "Nieprawidłowy czas tokena");
        check(&status(450, &["Nieprawidłowe wyzwanie autoryzacyjne"]), "CONN205", "wyzwanie");
        check(&status(460, &["Certyfikat unieważniony"]), "CONN203", "Certyfikat unieważniony");
        check(&status(460, &[]), "CONN203", "Opis");
        check(&status(470, &[]), "CONN208", "470");
        check(&status(480, &["Podejrzenie incydentu"]), "CONN207", "Podejrzenie incydentu");
        check(&status(599, &["Nowość"]), "CONN210", "599 Opis Nowość");

        let refused = |code| {
            let description = "Odmowa".to_owned();
            LoginError::Call(CallError::Refused {
                operation: Operation::AuthXadesSignature,
                http_status: 400,
                errors: vec![ApiError { code, description, details: Some(vec!["bo nie".into()]) }],
                reason_code: None,
                permissions: None,
                trace_id: None,
            })
        };
        for (code, expected) in [
            (21115, "CONN203"),
            (9105, "CONN206"),
            (9102, "CONN206"),
            (9101, "CONN206"),
            (21117, "CONN209"),
            (21111, "CONN205"),
            (29999, "CONN210"),
        ] {
            check(&refused(code), expected, &format!("{code} Odmowa bo nie"));
        }
        check(&refused(21308), "CONN208", "21308");
        let unknown =
            |cause| LoginError::Call(CallError::Unknown { operation: Operation::AuthChallenge, cause });
        check(&unknown(UnknownCause::Timeout), "CONN103", "localhost");
        check(&unknown(UnknownCause::ServerError { http_status: 502 }), "CONN110", "502");
        check(&LoginError::TooSlow { waited: std::time::Duration::from_secs(120) }, "CONN211", "120");
        check(&LoginError::NoKey { usage: "KsefTokenEncryption" }, "CONN112", "KsefTokenEncryption");
        check(&LoginError::SignatureNeeded, "CONN210", "sign a new login document");
    }
}
