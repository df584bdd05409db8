//! The flags of `bramka sync` and `bramka reconcile`.

use clap::Args;
use jiff::civil::Date;
use ksef_id::ContextIdentifier;

use super::{GatewayAddress, Lang, ListFormat};

#[derive(Debug, Args)]
pub(crate) struct Sync {
    /// Whose purchases.
    #[arg(long, value_name = "CONTEXT")]
    pub(crate) company: ContextIdentifier,
    /// Waits until everything is read that KSeF has; the longest wait.
    #[arg(long, value_name = "TIME")]
    pub(crate) wait: Option<jiff::SignedDuration>,
    /// Lines for people, or one JSON object for programs.
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    pub(crate) format: ListFormat,
    #[command(flatten)]
    pub(crate) gateway: GatewayAddress,
    /// Language of messages [default: BRAMKA_LANG, the locale, English].
    #[arg(long)]
    pub(crate) lang: Option<Lang>,
}

#[derive(Debug, Args)]
pub(crate) struct Reconcile {
    /// Whose register.
    #[arg(long, value_name = "CONTEXT")]
    pub(crate) company: ContextIdentifier,
    /// First day, by when KSeF stored invoices [default: 35 days ago].
    #[arg(long, value_name = "DATE")]
    pub(crate) from: Option<Date>,
    /// Last day [default: today].
    #[arg(long, value_name = "DATE")]
    pub(crate) until: Option<Date>,
    /// Lines for people, or one JSON object for programs.
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    pub(crate) format: ListFormat,
    #[command(flatten)]
    pub(crate) gateway: GatewayAddress,
    /// Language of messages [default: BRAMKA_LANG, the locale, English].
    #[arg(long)]
    pub(crate) lang: Option<Lang>,
}
