//! Documents as answers: files, and invoices rendered to PDF and HTML.

use std::sync::Arc;

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use gateway_api::ProblemCode;
use ksef_id::KsefNumber;
use ksef_render::{Environment as RenderEnvironment, Language, Mode, RenderError, RenderOptions};

use super::Failure;
use crate::company::{Company, Environment};
use crate::router::Shared;

/// `?lang=pl|en|pl-en&mode=online|offline24|unavailability|failure|total-failure`, as `bramka render` has them.
#[derive(Debug, serde::Deserialize)]
pub(crate) struct RenderQuery {
    lang: Option<String>,
    mode: Option<String>,
}

impl RenderQuery {
    /// The language, Polish unless asked for another.
    pub(super) fn language(&self) -> Result<Language, Failure> {
        match self.lang.as_deref() {
            None | Some("pl") => Ok(Language::Pl),
            Some("en") => Ok(Language::En),
            Some("pl-en") => Ok(Language::PlEn),
            Some(_) => Err(Failure::new(ProblemCode::ParameterInvalid, "lang (pl, en, pl-en)")),
        }
    }

    /// How the invoice is issued, online unless said otherwise.
    pub(super) fn mode(&self) -> Result<Mode, Failure> {
        match self.mode.as_deref() {
            None | Some("online") => Ok(Mode::Online),
            Some("offline24") => Ok(Mode::Offline24),
            Some("unavailability") => Ok(Mode::Unavailability),
            Some("failure") => Ok(Mode::Failure),
            Some("total-failure") => Ok(Mode::TotalFailure),
            Some(_) => {
                let modes = "mode (online, offline24, unavailability, failure, total-failure)";
                Err(Failure::new(ProblemCode::ParameterInvalid, modes))
            }
        }
    }
}

/// What to make of a document.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Output {
    Pdf,
    Html,
}

/// A document to be shown.
pub(crate) struct Print {
    pub(crate) xml: Vec<u8>,
    pub(crate) ksef_number: Option<KsefNumber>,
    pub(crate) language: Language,
    pub(crate) mode: Mode,
    pub(crate) output: Output,
    /// Of the file, without its ending.
    pub(crate) name: String,
}

/// Renders a document. It is work for the processor, so it is done off the threads that serve others, and only so many at
/// a time: a large document takes some forty megabytes meanwhile.
pub(crate) async fn rendered(
    shared: &Shared,
    company: Arc<Company>,
    print: Print,
) -> Result<Response, Failure> {
    let (mode, output, name) = (print.mode, print.output, print.name.clone());
    if mode.is_offline() && company.offline.is_none() {
        let mode = match mode {
            Mode::Unavailability => "unavailability",
            Mode::Failure => "failure",
            _ => "offline24",
        };
        return Err(Failure::new(ProblemCode::OfflineCertificateMissing, mode));
    }
    let internal = || Failure::new(ProblemCode::Internal, "");
    let turn = shared.prints.clone().acquire_owned().await.map_err(|_| internal())?;
    let made = tokio::task::spawn_blocking(move || {
        let _turn = turn;
        make(&company, print)
    });
    let bytes = made.await.map_err(|_| internal())??;
    Ok(match output {
        Output::Pdf => inline("application/pdf", &format!("{name}.pdf"), bytes),
        Output::Html => ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], bytes).into_response(),
    })
}

fn make(company: &Company, print: Print) -> Result<Vec<u8>, RenderError> {
    let mut options = render_options(company, &print);
    if let (true, Some(credential)) = (print.mode.is_offline(), &company.offline) {
        let base = options.qr_base_url.as_deref().unwrap_or(options.environment.qr_base_url());
        let url = ksef_render::kod_ii_url(&print.xml, base, &company.context, credential)?;
        options.certificate_url = Some(url);
    }
    match print.output {
        Output::Pdf => ksef_render::pdf(&print.xml, &options),
        Output::Html => ksef_render::html(&print.xml, &options).map(String::into_bytes),
    }
}

fn render_options(company: &Company, print: &Print) -> RenderOptions {
    let environment = match &company.environment {
        Environment::Test | Environment::Simulator { .. } => RenderEnvironment::Test,
        Environment::Demo => RenderEnvironment::Demo,
        Environment::Prd => RenderEnvironment::Prd,
    };
    RenderOptions {
        language: print.language,
        environment,
        ksef_number: print.ksef_number.clone(),
        qr_base_url: Some(company.qr_base_url()),
        mode: print.mode,
        accent: company.print.accent,
        logo: company.print.logo.clone(),
        certificate_url: None,
    }
}

/// A file to be saved.
pub(crate) fn attachment(media_type: &'static str, name: &str, bytes: Vec<u8>) -> Response {
    file("attachment", media_type, name, bytes)
}

/// A file to be shown.
fn inline(media_type: &'static str, name: &str, bytes: Vec<u8>) -> Response {
    file("inline", media_type, name, bytes)
}

fn file(disposition: &str, media_type: &'static str, name: &str, bytes: Vec<u8>) -> Response {
    let mut response = ([(header::CONTENT_TYPE, media_type)], bytes).into_response();
    // Names are identifiers of ours or KSeF numbers; anything else could not have been found.
    if let Ok(value) = HeaderValue::from_str(&format!("{disposition}; filename=\"{name}\"")) {
        response.headers_mut().insert(header::CONTENT_DISPOSITION, value);
    }
    response
}
