//! Documents of KSeF for people: as PDF, as HTML, and their verification codes.
//!
//! Pure functions of bytes: no clock, no network, no files, no browser. The document is read once into a model of
//! blocks (`model`), which knows the law's words and hides nothing; two back ends (`pdf`, `html`) know how blocks look
//! and nothing of invoices. What the layout has no place for stands in an annex at the end, with its label and path.
//!
//! This version renders FA(3); other forms answer [`RenderError::NotYet`].

mod code_lists;
mod format;
mod html;
mod model;
mod pdf;
mod qr;
mod source;
mod verification;
mod words;

use ksef_id::KsefNumber;
use ksef_invoice::{Form, ReadError};

pub use qr::qr_svg;
pub use verification::{Environment, kod_i_url};

/// The language of labels, dates and numbers. Texts of the document itself are never translated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum Language {
    /// Polish: `22.11.2026`, `1 234,56`.
    #[default]
    Pl,
    /// English: `2026-11-22`, `1,234.56`.
    En,
}

/// What a rendering depends on besides the document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RenderOptions {
    /// Language of everything that is not the document's own text.
    pub language: Language,
    /// The environment of KSeF that the document was (or will be) sent to: it decides the host of the QR code.
    pub environment: Environment,
    /// The number that KSeF gave the document; without it the print says that it awaits one.
    pub ksef_number: Option<KsefNumber>,
    /// Where the QR code leads instead of the environment's host, for example a simulator's own verification page
    /// (`http://127.0.0.1:8081`); a trailing `/` is ignored.
    pub qr_base_url: Option<String>,
}

/// Why a document cannot be rendered. Every text is one sentence for a user; [`RenderError::polish`] has it in Polish.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RenderError {
    /// The bytes are not a document that can be read.
    #[error("this file cannot be shown: {0}")]
    Unreadable(#[from] ReadError),
    /// A known form that this version does not render.
    #[error("{0} documents cannot be rendered yet, only FA(3)")]
    NotYet(Form),
    /// The renderer failed on something that does not depend on the document: a fault of ours.
    #[error("the renderer failed ({0}); this is a fault of the program, please report it")]
    Internal(&'static str),
}

impl RenderError {
    /// The same sentence in Polish.
    #[must_use]
    pub fn polish(&self) -> String {
        match self {
            Self::Unreadable(ReadError::Empty) => "Nie można pokazać tego pliku: jest pusty.".to_owned(),
            Self::Unreadable(ReadError::NotXml { line, column, .. }) => format!(
                "Nie można pokazać tego pliku: nie jest poprawnym dokumentem XML (wiersz {line}, kolumna {column})."
            ),
            Self::Unreadable(ReadError::UnknownForm { root }) => format!(
                "Nie można pokazać tego pliku: element główny „{root}” nie należy do żadnej struktury przyjmowanej przez KSeF."
            ),
            Self::Unreadable(ReadError::Unsupported(form)) | Self::NotYet(form) => {
                format!("Wizualizacja dokumentów {form} nie jest jeszcze obsługiwana, na razie tylko FA(3).")
            }
            Self::Internal(what) => {
                format!("Wizualizacja nie powiodła się ({what}); to błąd programu, prosimy o zgłoszenie.")
            }
        }
    }
}

/// Renders a document as PDF (A4, fonts embedded, selectable text).
///
/// The text of a document is shown whatever it says: a document need not be valid, only readable. The same arguments
/// give the same bytes.
///
/// # Errors
/// [`RenderError`] when the bytes are no XML, no form of KSeF, or a form that is not rendered yet.
pub fn pdf(xml: &[u8], options: &RenderOptions) -> Result<Vec<u8>, RenderError> {
    pdf::render(&model::build(xml, options)?)
}

/// Renders a document as one self-contained HTML file: no script, no request to anywhere, texts escaped.
///
/// # Errors
/// [`RenderError`] when the bytes are no XML, no form of KSeF, or a form that is not rendered yet.
pub fn html(xml: &[u8], options: &RenderOptions) -> Result<String, RenderError> {
    html::render(&model::build(xml, options)?)
}
