//! The forms that bring certificates, keys and tokens, and what is said of them at their fields.

use axum::http::StatusCode;
use axum::response::Response;
use gateway_api::Words;
use gateway_pages::{Diagnosis, DiagnosisView, Language};
use ksef_crypto::SecretString;
use ksef_crypto::diagnosis::{Finding, Purpose};
use zeroize::Zeroizing;

use super::connection::broken;
use super::files::Filled;
use super::parts::on_pages;
use crate::keyring::{Given, KeyringError};
use crate::rest::Failure;

/// What a form brings, or what is missing in it.
pub(super) fn given_of(mut form: Filled, lang: Language) -> Result<Given, DiagnosisView> {
    if form.field("way") == "token" {
        let token = form.field("ksefToken").to_owned();
        return if token.trim().is_empty() {
            Err(missing(lang, "token", "Wklej token KSeF.", "Paste the KSeF token."))
        } else {
            Ok(Given::Token(SecretString::from(token)))
        };
    }
    let Some(certificate) = form.file("certificate") else {
        return Err(missing(
            lang,
            "certificate",
            "Wskaż plik certyfikatu.",
            "Choose the certificate's file.",
        ));
    };
    let purpose = match form.field("purpose") {
        "authentication" => Some(Purpose::Authentication),
        "offline" => Some(Purpose::Offline),
        _ => None,
    };
    let password = Some(form.field("password").to_owned()).filter(|text| !text.is_empty());
    Ok(Given::Files {
        certificate,
        key: form.file("key").map(Zeroizing::new),
        password: password.map(SecretString::from),
        purpose,
    })
}

pub(super) fn missing(lang: Language, field: &'static str, pl: &str, en: &str) -> DiagnosisView {
    let one = Diagnosis {
        code: format!("form.{field}"),
        message: lang.choose(pl, en).to_owned(),
        remedy: String::new(),
        field,
    };
    DiagnosisView { problems: vec![one], notes: Vec::new() }
}

pub(super) fn diagnosis(problems: &[Finding], notes: &[Finding], lang: Language) -> DiagnosisView {
    let shown = |one: &Finding| Diagnosis {
        code: one.code.to_owned(),
        message: on_pages(lang.choose(&one.message.pl, &one.message.en), lang),
        remedy: on_pages(lang.choose(&one.remedy.pl, &one.remedy.en), lang),
        field: field_of(one.code),
    };
    DiagnosisView { problems: problems.iter().map(shown).collect(), notes: notes.iter().map(shown).collect() }
}

/// The field of the form that a finding concerns; the groups of codes are those of `ksef-crypto`'s catalogue.
fn field_of(code: &str) -> &'static str {
    match code {
        "CRED101" | "CRED102" => "password",
        "CRED103" | "CRED104" | "CRED105" | "CRED106" | "CRED108" | "CRED112" => "key",
        code if code.starts_with("CRED6") => "token",
        _ => "certificate",
    }
}

/// What the keyring would not do, as something to be mended.
pub(super) fn refusal(error: KeyringError, lang: Language) -> Result<DiagnosisView, Failure> {
    match error {
        KeyringError::Refused(Words { pl, en }) => Ok(missing(lang, "certificate", &pl, &en)),
        error => Err(broken(&error)),
    }
}

/// A form that was not taken has a status that says so.
pub(super) fn wrong(mut response: Response, is_wrong: bool) -> Response {
    if is_wrong {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    response
}
