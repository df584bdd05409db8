//! `bramka import`: its flags.

use std::path::PathBuf;

use clap::Args;
use ksef_id::ContextIdentifier;

use super::{GatewayAddress, Lang, ListFormat};

#[derive(Debug, Args)]
pub(crate) struct Import {
    /// Folders, ZIP files and XML files: invoices and UPOs of KSeF 1.0, in any order.
    #[arg(value_name = "PATH", required = true)]
    pub(crate) paths: Vec<PathBuf>,
    /// Of which company.
    #[arg(long, value_name = "CONTEXT")]
    pub(crate) company: ContextIdentifier,
    /// A CSV table that tells the KSeF number of each file; without it numbers stand in the files' names or in UPOs.
    #[arg(long, value_name = "FILE")]
    pub(crate) index: Option<PathBuf>,
    /// Lines for people, or one JSON object a file for programs.
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    pub(crate) format: ListFormat,
    #[command(flatten)]
    pub(crate) gateway: GatewayAddress,
    /// Language of messages [default: BRAMKA_LANG, the locale, English].
    #[arg(long)]
    pub(crate) lang: Option<Lang>,
}
