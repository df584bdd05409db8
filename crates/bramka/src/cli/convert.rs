//! The flags of `bramka convert`.

use std::path::PathBuf;

use clap::Args;

use super::{Format, Lang};

#[derive(Debug, Args)]
pub(crate) struct Convert {
    /// A table (.csv, .xlsx) with a line of an invoice in each row, a neutral invoice (.json), or an invoice (.xml).
    #[arg(value_name = "IN")]
    pub(crate) input: PathBuf,
    /// A folder for one file an invoice, or a file ending in .xml or .json.
    #[arg(short, long, value_name = "OUT")]
    pub(crate) output: PathBuf,
    /// What the table's columns mean, as TOML or JSON [default: the usual Polish and English headings].
    #[arg(long, value_name = "FILE")]
    pub(crate) map: Option<PathBuf>,
    /// The seller of every invoice of the table, as in a neutral invoice.
    #[arg(long, value_name = "FILE")]
    pub(crate) seller: Option<PathBuf>,
    /// Writes over files that are there.
    #[arg(long)]
    pub(crate) force: bool,
    /// Lines for people, or one JSON object an invoice for programs.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
    /// Language of messages [default: BRAMKA_LANG, the locale, English].
    #[arg(long)]
    pub(crate) lang: Option<Lang>,
}
