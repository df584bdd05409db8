//! The flags of `bramka doctor`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use ksef_id::ContextIdentifier;

use super::{Lang, ListFormat};

#[derive(Debug, Args)]
pub(crate) struct Doctor {
    /// Only this company: a NIP, InternalId:…, NipVatUe:… or PeppolId:… [default: every company].
    #[arg(long = "company", value_name = "CONTEXT")]
    pub(crate) companies: Vec<ContextIdentifier>,
    /// What the company needs its login for.
    #[arg(long, value_enum, value_delimiter = ',', value_name = "RIGHT", default_values_t = [NeedName::View, NeedName::Issue])]
    pub(crate) need: Vec<NeedName>,
    /// Opens no test session.
    #[arg(long)]
    pub(crate) no_session: bool,
    /// Lines for people, or one JSON object for programs.
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    pub(crate) format: ListFormat,
    /// Data folder [default: $XDG_DATA_HOME/bramka or ~/.local/share/bramka].
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// Configuration file with further companies [default: bramka.toml in the data folder, if it is there].
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Language of messages [default: BRAMKA_LANG, the locale, English].
    #[arg(long)]
    pub(crate) lang: Option<Lang>,
}

/// A right that a company may need.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum NeedName {
    /// Viewing invoices.
    View,
    /// Issuing invoices.
    Issue,
    /// Managing permissions.
    Manage,
}
