//! The flags of prints: `bramka render` and `bramka stamp`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use ksef_id::{ContextIdentifier, KsefNumber};

use super::ProfileName;

#[derive(Debug, Args)]
pub(crate) struct Render {
    /// The document, or a folder of documents (*.xml).
    #[arg(value_name = "FILE|FOLDER")]
    pub(crate) file: PathBuf,
    /// What to make: a name ending in .pdf or .html; for a folder the folder to write to [default: beside the document].
    #[arg(short, long, value_name = "OUT")]
    pub(crate) output: Option<PathBuf>,
    /// Makes HTML files of a folder's documents instead of PDFs.
    #[arg(long)]
    pub(crate) html: bool,
    /// Makes the confirmation of a transaction (potwierdzenie transakcji) of an invoice issued offline.
    #[arg(long)]
    pub(crate) confirmation: bool,
    /// Language of the document.
    #[arg(long, value_enum, default_value_t = RenderLang::Pl)]
    pub(crate) lang: RenderLang,
    /// The company's colour, as RRGGBB.
    #[arg(long, value_name = "RRGGBB", value_parser = parse_color)]
    pub(crate) accent: Option<[u8; 3]>,
    /// The company's mark, PNG or JPEG.
    #[arg(long, value_name = "FILE")]
    pub(crate) logo: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) codes: Codes,
}

#[derive(Debug, Args)]
pub(crate) struct Stamp {
    /// The PDF.
    #[arg(value_name = "PDF")]
    pub(crate) file: PathBuf,
    /// The invoice's XML: exactly the file that is or will be in KSeF.
    #[arg(long, value_name = "FILE")]
    pub(crate) invoice: PathBuf,
    /// The stamped PDF.
    #[arg(short, long, value_name = "OUT")]
    pub(crate) output: PathBuf,
    /// The page [default: the last one].
    #[arg(long, value_name = "N")]
    pub(crate) page: Option<u32>,
    /// The corner of the page.
    #[arg(long, value_enum, default_value_t = CornerName::BottomRight)]
    pub(crate) corner: CornerName,
    /// Distance from the page's edges in millimetres.
    #[arg(long, value_name = "MM", default_value_t = 10.0)]
    pub(crate) margin: f32,
    /// Side of a code in millimetres, 20 to 80.
    #[arg(long, value_name = "MM", default_value_t = 32.0)]
    pub(crate) size: f32,
    /// Language of the words beneath the codes.
    #[arg(long, value_enum, default_value_t = RenderLang::Pl)]
    pub(crate) lang: RenderLang,
    #[command(flatten)]
    pub(crate) codes: Codes,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum CornerName {
    TopLeft,
    TopRight,
    BottomLeft,
    BottomRight,
}

/// What the verification codes of a print are made of.
#[derive(Debug, Args)]
pub(crate) struct Codes {
    /// The invoice's KSeF number; without one the print says that it awaits its number.
    #[arg(long, value_name = "N")]
    pub(crate) ksef_number: Option<KsefNumber>,
    /// Which KSeF the QR codes point to [default: that of --company, else prd].
    #[arg(long, value_enum)]
    pub(crate) environment: Option<ProfileName>,
    /// How the invoice is issued: online has one code, the offline modes two, a total failure none.
    #[arg(long, value_enum, default_value_t = ModeName::Online)]
    pub(crate) mode: ModeName,
    /// Certificate of type Offline, for the second code (PEM, DER, or PKCS#12 with its key).
    #[arg(long, value_name = "FILE")]
    pub(crate) offline_cert: Option<PathBuf>,
    /// The certificate's key (PEM or DER); its password is read from BRAMKA_OFFLINE_PASSWORD.
    #[arg(long, value_name = "FILE")]
    pub(crate) offline_key: Option<PathBuf>,
    /// The context in which the invoice will be sent: Nip:1111111111, InternalId:…, NipVatUe:…, PeppolId:….
    #[arg(long, value_name = "TYPE:VALUE", value_parser = ContextIdentifier::parse)]
    pub(crate) context: Option<ContextIdentifier>,
    /// A company of the vault, whose certificate of type Offline signs the second code, in its context and environment.
    #[arg(
        long,
        value_name = "CONTEXT",
        value_parser = ContextIdentifier::parse,
        conflicts_with_all = ["offline_cert", "offline_key"]
    )]
    pub(crate) company: Option<ContextIdentifier>,
    /// The data folder with the vault.
    #[arg(long, value_name = "FOLDER", requires = "company")]
    pub(crate) data: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum RenderLang {
    Pl,
    En,
    PlEn,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum ModeName {
    Online,
    Offline24,
    Unavailability,
    Failure,
    TotalFailure,
}

/// A colour as `1d4e7e` or `#1d4e7e`.
fn parse_color(text: &str) -> Result<[u8; 3], String> {
    ksef_render::parse_color(text).ok_or_else(|| "six hexadecimal digits, like 1d4e7e".to_owned())
}
