//! Documents as answers: files, and invoices rendered to PDF and HTML.

use std::sync::Arc;

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use gateway_api::ProblemCode;
use ksef_render::{Language, Mode};

use super::Failure;
use crate::company::Company;
use crate::print::{Output, Print, make};
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

    /// How the invoice is issued, when the caller says so.
    pub(super) fn mode(&self) -> Result<Option<Mode>, Failure> {
        match self.mode.as_deref() {
            None => Ok(None),
            Some("online") => Ok(Some(Mode::Online)),
            Some("offline24") => Ok(Some(Mode::Offline24)),
            Some("unavailability") => Ok(Some(Mode::Unavailability)),
            Some("failure") => Ok(Some(Mode::Failure)),
            Some("total-failure") => Ok(Some(Mode::TotalFailure)),
            Some(_) => {
                let modes = "mode (online, offline24, unavailability, failure, total-failure)";
                Err(Failure::new(ProblemCode::ParameterInvalid, modes))
            }
        }
    }
}

/// Renders a document as an answer.
pub(crate) async fn rendered(
    shared: &Shared,
    company: Arc<Company>,
    print: Print,
) -> Result<Response, Failure> {
    let (output, name) = (print.output, print.name.clone());
    let bytes = printed(shared, company, print).await?;
    Ok(match output {
        Output::Pdf | Output::ConfirmationPdf => inline("application/pdf", &format!("{name}.pdf"), bytes),
        Output::Html => ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], bytes).into_response(),
    })
}

/// Renders a document. It is work for the processor, so it is done off the threads that serve others, and only so many at
/// a time: a large document takes some forty megabytes meanwhile.
pub(crate) async fn printed(
    shared: &Shared,
    company: Arc<Company>,
    print: Print,
) -> Result<Vec<u8>, Failure> {
    let mode = print.mode;
    if mode.is_offline() && company.offline().is_none() && print.certificate_link.is_none() {
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
    Ok(made.await.map_err(|_| internal())??)
}

/// A rendering for a frame within one of our own pages: without scripts, links or anything of this site's.
pub(crate) fn for_frames(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(FRAMED_POLICY));
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("SAMEORIGIN"));
    response
}

const FRAMED_POLICY: &str = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; \
     form-action 'none'; frame-ancestors 'self'";

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
