//! The flags of `bramka send`.

use std::path::PathBuf;

use clap::Args;
use ksef_id::ContextIdentifier;

use super::{Lang, ListFormat};

#[derive(Debug, Args)]
pub(crate) struct Send {
    /// Invoices: XML, neutral JSON, tables (CSV, XLSX), or folders of such files.
    #[arg(required = true, value_name = "FILE|DIR")]
    pub(crate) files: Vec<PathBuf>,
    /// Lines for people, or one JSON object for each invoice.
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    pub(crate) format: ListFormat,
    /// The gateway.
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:8080")]
    pub(crate) url: String,
    /// Works on this data folder itself when no gateway runs there.
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// Configuration file with the companies, for --data [default: bramka.toml in the data folder].
    #[arg(long, value_name = "FILE", requires = "data")]
    pub(crate) config: Option<PathBuf>,
    /// Whose invoices they are: a NIP, InternalId:…, NipVatUe:… or PeppolId:… [default: the seller's NIP].
    #[arg(long, value_name = "CONTEXT")]
    pub(crate) company: Option<ContextIdentifier>,
    /// Waits until each invoice is in KSeF with its UPO, or refused.
    #[arg(long)]
    pub(crate) wait: bool,
    /// File with the API key [default: BRAMKA_API_KEY, none].
    #[arg(long, value_name = "FILE")]
    pub(crate) api_key_file: Option<PathBuf>,
    /// Language of messages [default: BRAMKA_LANG, the locale, English].
    #[arg(long)]
    pub(crate) lang: Option<Lang>,
}
