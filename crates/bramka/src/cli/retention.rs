//! `bramka retention` and `bramka hold`: their flags.

use clap::{Args, Subcommand};
use jiff::civil::Date;
use ksef_id::ContextIdentifier;

use super::{GatewayAddress, Lang, ListFormat, OfCompany, Switch};

#[derive(Debug, Args)]
pub(crate) struct RetentionArguments {
    #[command(subcommand)]
    pub(crate) command: RetentionCommand,
    /// Language of messages [default: BRAMKA_LANG, the locale, English].
    #[arg(long, global = true)]
    pub(crate) lang: Option<Lang>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum RetentionCommand {
    /// Shows how long a company keeps its documents, and whether it erases them afterwards.
    #[command(after_help = "Exit codes: 0 shown, 2 the gateway does not answer.")]
    Show(OfCompany),
    /// Says how long documents are kept, and whether they are erased afterwards.
    #[command(
        after_help = "Example:\n  bramka retention due 5265877635\n  bramka retention set 5265877635 --years 10 --erase on\n\nThe years are full calendar years after the year of issue: with 10, what was issued in 2026 may be erased from 2037-01-01. Look at what would go first; what is erased is in backups alone.\n\nExit codes: 0 kept, 2 refused, or the gateway does not answer."
    )]
    Set(SetRetention),
    /// Lists what would be erased and what is held back; erases nothing.
    #[command(
        after_help = "Example:\n  bramka retention due 5265877635 --as-of 2037-01-01 --format json\n\nExit codes: 0 listed, 2 the gateway does not answer."
    )]
    Due(DueRetention),
    /// Lists what was erased: numbers, hashes, when and why.
    #[command(after_help = "Exit codes: 0 listed, 2 the gateway does not answer.")]
    Erased(OfCompany),
}

#[derive(Debug, Args)]
pub(crate) struct SetRetention {
    /// Of which company.
    #[arg(value_name = "CONTEXT")]
    pub(crate) context: ContextIdentifier,
    /// Full calendar years after the year of issue.
    #[arg(long, default_value_t = 10)]
    pub(crate) years: i64,
    /// Whether anything is erased at all.
    #[arg(long, value_enum)]
    pub(crate) erase: Switch,
    /// Says that less than the ten full years of KSeF are meant.
    #[arg(long)]
    pub(crate) shorter_on_purpose: bool,
    #[command(flatten)]
    pub(crate) gateway: GatewayAddress,
}

#[derive(Debug, Args)]
pub(crate) struct DueRetention {
    /// Of which company.
    #[arg(value_name = "CONTEXT")]
    pub(crate) context: ContextIdentifier,
    /// As of this day [default: today].
    #[arg(long, value_name = "DAY")]
    pub(crate) as_of: Option<Date>,
    /// Lines for people, or JSON for programs.
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    pub(crate) format: ListFormat,
    #[command(flatten)]
    pub(crate) gateway: GatewayAddress,
}

#[derive(Debug, Args)]
pub(crate) struct HoldArguments {
    #[command(subcommand)]
    pub(crate) command: HoldCommand,
    /// Language of messages [default: BRAMKA_LANG, the locale, English].
    #[arg(long, global = true)]
    pub(crate) lang: Option<Lang>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum HoldCommand {
    /// Lists the holds of a company, lifted ones too.
    #[command(after_help = "Exit codes: 0 listed, 2 the gateway does not answer.")]
    List(OfCompany),
    /// Holds documents back from erasing; all that is given must fit.
    #[command(
        after_help = "Examples:\n  bramka hold place 5265877635 --document 1111111111-20261122-0A1B2C3D4E5F-6A --reason \"spór I C 123/26\"\n  bramka hold place 5265877635 --party 1111111111 --from 2026-01-01 --until 2026-12-31 --reason \"kontrola\"\n\nExit codes: 0 placed, 2 refused, or the gateway does not answer."
    )]
    Place(PlaceHold),
    /// Lifts a hold: what it held back may be erased once its time is over.
    #[command(after_help = "Exit codes: 0 lifted, 2 there is none, or the gateway does not answer.")]
    Lift(LiftHold),
}

#[derive(Debug, Args)]
pub(crate) struct PlaceHold {
    /// Of which company.
    #[arg(value_name = "CONTEXT")]
    pub(crate) context: ContextIdentifier,
    /// One document: its KSeF number, its invoice number, or the identifier that it has here.
    #[arg(long, value_name = "NUMBER")]
    pub(crate) document: Option<String>,
    /// All of a seller or buyer, by NIP or other identifier.
    #[arg(long, value_name = "ID")]
    pub(crate) party: Option<String>,
    /// Issued on this day or later.
    #[arg(long, value_name = "DAY")]
    pub(crate) from: Option<Date>,
    /// Issued on this day or before.
    #[arg(long, value_name = "DAY")]
    pub(crate) until: Option<Date>,
    /// Why.
    #[arg(long)]
    pub(crate) reason: String,
    #[command(flatten)]
    pub(crate) gateway: GatewayAddress,
}

#[derive(Debug, Args)]
pub(crate) struct LiftHold {
    /// Of which company.
    #[arg(value_name = "CONTEXT")]
    pub(crate) context: ContextIdentifier,
    /// Which one, as `hold list` shows it.
    #[arg(value_name = "ID")]
    pub(crate) id: String,
    #[command(flatten)]
    pub(crate) gateway: GatewayAddress,
}
