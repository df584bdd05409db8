//! Documents made readable: what a print of a company's document needs.

use gateway_rules::offline::InvoicingMode;
use ksef_id::KsefNumber;
use ksef_render::{Environment as RenderEnvironment, Language, Mode, RenderError, RenderOptions};

use crate::company::{Company, Environment};

/// The mode of an invoice as prints know it.
pub(crate) const fn print_mode(mode: InvoicingMode) -> Mode {
    match mode {
        InvoicingMode::Online => Mode::Online,
        InvoicingMode::Offline24 => Mode::Offline24,
        InvoicingMode::Unavailability => Mode::Unavailability,
        InvoicingMode::Failure => Mode::Failure,
        InvoicingMode::TotalFailure => Mode::TotalFailure,
    }
}

/// What to make of a document.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Output {
    Pdf,
    Html,
    /// The confirmation of the transaction instead of the invoice, as PDF.
    ConfirmationPdf,
}

/// A document to be shown.
pub(crate) struct Print {
    pub(crate) xml: Vec<u8>,
    pub(crate) ksef_number: Option<KsefNumber>,
    pub(crate) language: Language,
    pub(crate) mode: Mode,
    /// The address in the second code that was made when the invoice was issued offline; without it one is signed now.
    pub(crate) certificate_link: Option<String>,
    pub(crate) output: Output,
    /// Of the file, without its ending.
    pub(crate) name: String,
}

/// Renders a document: work for the processor, and for a large one some forty megabytes.
pub(crate) fn make(company: &Company, print: Print) -> Result<Vec<u8>, RenderError> {
    let mut options = render_options(company, &print);
    if print.certificate_link.is_some() {
        options.certificate_url.clone_from(&print.certificate_link);
    } else if let (true, Some(credential)) = (print.mode.is_offline(), company.offline()) {
        let base = options.qr_base_url.as_deref().unwrap_or(options.environment.qr_base_url());
        let url = ksef_render::kod_ii_url(&print.xml, base, &company.context, &credential)?;
        options.certificate_url = Some(url);
    }
    match print.output {
        Output::Pdf => ksef_render::pdf(&print.xml, &options),
        Output::ConfirmationPdf => ksef_render::confirmation_pdf(&print.xml, &options),
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
