//! Documents as answers: files, and invoices rendered to PDF and HTML.

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use gateway_api::ProblemCode;
use ksef_id::KsefNumber;
use ksef_render::{Environment as RenderEnvironment, Language, RenderOptions};

use super::Failure;
use crate::company::{Company, Environment};

/// `?lang=pl|en`.
#[derive(Debug, serde::Deserialize)]
pub(crate) struct RenderQuery {
    lang: Option<String>,
}

impl RenderQuery {
    pub(super) fn language(&self, default: Language) -> Result<Language, Failure> {
        match self.lang.as_deref() {
            None => Ok(default),
            Some("pl") => Ok(Language::Pl),
            Some("en") => Ok(Language::En),
            Some(_) => Err(Failure::new(ProblemCode::ParameterInvalid, "lang (pl, en)")),
        }
    }
}

/// What to make of an invoice.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Output {
    Pdf,
    Html,
}

/// Renders an invoice. It is work for the processor, so it is done off the threads that serve others.
pub(crate) async fn rendered(
    company: &Company,
    xml: Vec<u8>,
    ksef_number: Option<KsefNumber>,
    language: Language,
    output: Output,
    name: &str,
) -> Result<Response, Failure> {
    let options = render_options(&company.environment, ksef_number, language);
    let made = tokio::task::spawn_blocking(move || match output {
        Output::Pdf => ksef_render::pdf(&xml, &options),
        Output::Html => ksef_render::html(&xml, &options).map(String::into_bytes),
    });
    let bytes = made
        .await
        .map_err(|_| Failure::new(ProblemCode::Internal, ""))?
        .map_err(|error| Failure::new(ProblemCode::RenderFailed, &error.to_string()))?;
    Ok(match output {
        Output::Pdf => inline("application/pdf", &format!("{name}.pdf"), bytes),
        Output::Html => ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], bytes).into_response(),
    })
}

/// The QR code of a company on a simulator points to the simulator, whose address the API's lies under.
fn render_options(
    environment: &Environment,
    ksef_number: Option<KsefNumber>,
    language: Language,
) -> RenderOptions {
    let (environment, qr_base_url) = match environment {
        Environment::Test => (RenderEnvironment::Test, None),
        Environment::Demo => (RenderEnvironment::Demo, None),
        Environment::Prd => (RenderEnvironment::Prd, None),
        Environment::Simulator { ksef_url } => {
            let base = ksef_url.trim_end_matches('/').trim_end_matches("/v2");
            (RenderEnvironment::Test, Some(base.to_owned()))
        }
    };
    RenderOptions { language, environment, ksef_number, qr_base_url, ..RenderOptions::default() }
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
