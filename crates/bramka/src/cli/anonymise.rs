//! `bramka anonymise`: its flags.

use std::path::PathBuf;

use clap::Args;

use super::Lang;

#[derive(Debug, Args)]
pub(crate) struct Anonymise {
    /// Invoices, or folders of them.
    #[arg(value_name = "FILE|DIR", required = true)]
    pub(crate) paths: Vec<PathBuf>,
    /// Folder for the documents without the people and firms in them; it is made. Files in it are not written over.
    #[arg(short, long, value_name = "DIR")]
    pub(crate) output: PathBuf,
    /// File with a secret, at least 16 bytes: the same secret gives the same stand-ins for later documents
    /// [default: a new one, which nobody keeps].
    #[arg(long, value_name = "FILE")]
    pub(crate) key_file: Option<PathBuf>,
    /// Language of messages [default: BRAMKA_LANG, the locale, English].
    #[arg(long)]
    pub(crate) lang: Option<Lang>,
}
