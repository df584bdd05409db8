//! Documents of KSeF for people: as PDF, as HTML, and their verification codes.
//!
//! Pure functions of bytes: no clock, no network, no files, no browser. The document is read once into a model of
//! blocks (`model`), which knows the law's words and hides nothing; two back ends (`pdf`, `html`) know how blocks look
//! and nothing of invoices. What the layout has no place for stands in an annex at the end, with its label and path.
//!
//! All forms of KSeF: FA(2), FA(3), FA_RR, PEF, PEF_KOR and UPO.

mod code_lists;
mod format;
mod html;
mod logo;
mod model;
mod pdf;
mod qr;
mod source;
mod stamp;
mod verification;
mod words;

use ksef_id::KsefNumber;
use ksef_invoice::ReadError;

pub use code_lists::code_words;
pub use logo::Logo;
pub use qr::qr_svg;
pub use stamp::{Corner, StampPlace, stamp};
pub use verification::{Environment, kod_i_url, kod_ii_url};

/// The language of labels, dates and numbers. Texts of the document itself are never translated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum Language {
    /// Polish: `22.11.2026`, `1 234,56`.
    #[default]
    Pl,
    /// English: `2026-11-22`, `1,234.56`.
    En,
    /// Both side by side: `Sprzedawca / Seller`; dates as `2026-11-22`, numbers as in Polish.
    PlEn,
}

/// How a document is issued: it decides which codes its print carries (`kody-qr.md`, `tryby-offline.md`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum Mode {
    /// Sent at once: KOD I.
    #[default]
    Online,
    /// Offline24, the issuer's choice: KOD I and KOD II.
    Offline24,
    /// KSeF announced that it is unavailable: KOD I and KOD II.
    Unavailability,
    /// KSeF announced a failure: KOD I and KOD II.
    Failure,
    /// A total failure was announced: the document is never sent, and carries no code.
    TotalFailure,
}

impl Mode {
    /// Whether the print carries KOD II.
    #[must_use]
    pub const fn is_offline(self) -> bool {
        matches!(self, Self::Offline24 | Self::Unavailability | Self::Failure)
    }
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
    /// How the document is issued. A document that KSeF marked Offline only because it came late is [`Mode::Online`].
    pub mode: Mode,
    /// The signed link of KOD II, from [`kod_ii_url`]; needed in the three offline modes and ignored in the others.
    pub certificate_url: Option<String>,
    /// The company's colour as red, green and blue, instead of our blue. It is used for titles, so it should be dark.
    pub accent: Option<[u8; 3]>,
    /// The company's mark, at the top of the first page.
    pub logo: Option<Logo>,
}

/// A colour as people write it: `1d4e7e` or `#1d4e7e`; `None` for anything else.
#[must_use]
pub fn parse_color(text: &str) -> Option<[u8; 3]> {
    let digits = text.strip_prefix('#').unwrap_or(text);
    // The number's own parser would take a sign, too.
    if digits.len() != 6 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let [_, red, green, blue] = u32::from_str_radix(digits, 16).ok()?.to_be_bytes();
    Some([red, green, blue])
}

/// Why a document cannot be rendered. Every text is one sentence for a user; [`RenderError::polish`] has it in Polish.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RenderError {
    /// The bytes are not a document that can be read.
    #[error("this file cannot be shown: {0}")]
    Unreadable(#[from] ReadError),
    /// An offline mode was asked for without the signed link of KOD II.
    #[error(
        "a document issued offline carries a second QR code: give the Offline certificate, its key and the context"
    )]
    NoCertificate,
    /// A confirmation of a transaction is for sales issued offline.
    #[error("a confirmation of a transaction is for invoices issued offline: give the mode")]
    NotOffline,
    /// The document does not say what a verification link is made of.
    #[error("this document gives no {0}, which the verification link is made of")]
    NoLink(&'static str),
    /// The certificate for KOD II is of another type.
    #[error(
        "a certificate of type {0} cannot sign the second QR code: give the company's certificate of type Offline"
    )]
    NotOfflineCertificate(&'static str),
    /// The key for KOD II is of a kind that KSeF does not take there.
    #[error("a {0} key cannot sign the second QR code: KSeF takes RSA or EC P-256")]
    OfflineKey(String),
    /// A link for KOD II could not be signed.
    #[error("the certificate's QR code could not be signed: {0}")]
    Signing(String),
    /// The file to be stamped is no PDF that can be changed.
    #[error("this PDF cannot be stamped: {0}")]
    NotPdf(&'static str),
    /// Documents of a total failure carry no code.
    #[error("a document issued during a total failure carries no QR code, so there is nothing to stamp")]
    NothingToStamp,
    /// The file is no picture that can be shown.
    #[error("the logo cannot be used: {0}")]
    Logo(&'static str),
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
            Self::Unreadable(ReadError::Unsupported(form)) => {
                format!("Wizualizacja dokumentów {form} nie jest obsługiwana.")
            }
            Self::NoCertificate => {
                "Dokument wystawiony w trybie offline ma drugi kod QR: podaj certyfikat typu Offline, \
                                    jego klucz i kontekst."
                    .to_owned()
            }
            Self::NotOffline => {
                "Potwierdzenie transakcji dotyczy faktur wystawionych offline: podaj tryb wystawienia."
                    .to_owned()
            }
            Self::NoLink(what) => {
                format!("Dokument nie podaje danych ({what}), z których powstaje link weryfikacyjny.")
            }
            Self::NotOfflineCertificate(found) => format!(
                "Certyfikat typu {found} nie może podpisać drugiego kodu QR: podaj certyfikat firmy typu Offline."
            ),
            Self::OfflineKey(found) => {
                format!("Klucz {found} nie może podpisać drugiego kodu QR: KSeF przyjmuje RSA albo EC P-256.")
            }
            Self::Signing(reason) => format!("Nie udało się podpisać kodu QR certyfikatu: {reason}"),
            Self::NotPdf(reason) => format!("Tego pliku PDF nie można oznaczyć: {reason}"),
            Self::NothingToStamp => {
                "Dokument wystawiony w czasie awarii całkowitej nie ma kodu QR, więc nie ma czego nanieść."
                    .to_owned()
            }
            Self::Logo(reason) => format!("Nie można użyć tego logo: {reason}"),
            Self::Internal(what) => {
                format!("Wizualizacja nie powiodła się ({what}); to błąd programu, prosimy o zgłoszenie.")
            }
        }
    }
}

/// Renders a document as PDF/A-3b: A4, tagged, fonts embedded, with the XML file inside as its source.
///
/// The text of a document is shown whatever it says: a document need not be valid, only readable. The same arguments
/// give the same bytes.
///
/// # Errors
/// [`RenderError`] when the bytes are no XML or no form of KSeF; [`RenderError::NoCertificate`] for an
/// offline mode without the link of KOD II.
pub fn pdf(xml: &[u8], options: &RenderOptions) -> Result<Vec<u8>, RenderError> {
    pdf::render(&model::build(xml, options)?, xml)
}

/// Renders a document as one self-contained HTML file: no script, no request to anywhere, texts escaped.
///
/// # Errors
/// [`RenderError`] when the bytes are no XML or no form of KSeF; [`RenderError::NoCertificate`] for an
/// offline mode without the link of KOD II.
pub fn html(xml: &[u8], options: &RenderOptions) -> Result<String, RenderError> {
    html::render(&model::build(xml, options)?)
}

/// The confirmation of a transaction (potwierdzenie transakcji) of an invoice issued offline, as PDF/A-3b: number, parties,
/// amount and both codes. The invoice itself is not inside.
///
/// # Errors
/// [`RenderError::NotOffline`] in another mode than the offline ones, and as [`pdf`].
pub fn confirmation_pdf(xml: &[u8], options: &RenderOptions) -> Result<Vec<u8>, RenderError> {
    pdf::render(&model::confirmation::build(xml, options)?, xml)
}

/// [`confirmation_pdf`] as one self-contained HTML file.
///
/// # Errors
/// As [`confirmation_pdf`].
pub fn confirmation_html(xml: &[u8], options: &RenderOptions) -> Result<String, RenderError> {
    html::render(&model::confirmation::build(xml, options)?)
}

#[cfg(test)]
mod tests {
    use super::parse_color;

    #[test]
    fn colours_are_six_hexadecimal_digits() {
        assert_eq!(parse_color("1d4E7e"), Some([0x1d, 0x4e, 0x7e]));
        assert_eq!(parse_color("#000001"), Some([0, 0, 1]));
        for text in ["", "#", "+1+2+3", "1d4e7", "1d4e7e0", "1d4e7g", "żółw0"] {
            assert_eq!(parse_color(text), None, "{text}");
        }
    }
}
