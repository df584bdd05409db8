//! `bramka series`: its flags.

use clap::{Args, Subcommand, ValueEnum};
use ksef_id::ContextIdentifier;

use super::{GatewayAddress, Lang, ListFormat};

#[derive(Debug, Args)]
pub(crate) struct Series {
    #[command(subcommand)]
    pub(crate) command: SeriesCommand,
    /// Language of messages [default: BRAMKA_LANG, the locale, English].
    #[arg(long, global = true)]
    pub(crate) lang: Option<Lang>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum SeriesCommand {
    /// Lists a company's number series, with the last number and the gaps.
    #[command(
        after_help = "Example:\n  bramka series list 5265877635\n\nExit codes: 0 listed, 1 there are gaps, 2 the gateway does not answer, or has no such company."
    )]
    List(ListSeries),
    /// Makes a number series, or changes what its next numbers look like; numbers go on.
    #[command(
        after_help = "Example:\n  bramka series set 5265877635 sales --template 'FV/{year}/{month}/{number:4}' --reset monthly\n\nExit codes: 0 kept, 2 it was refused, or the gateway does not answer."
    )]
    Set(SetSeries),
    /// Lets a number series go on that is held since a restore.
    #[command(
        after_help = "Example:\n  bramka series resume 5265877635 sales --last 57\n\nA restored backup does not have the numbers that were given after it, so its series give none until somebody says where they go on. Without --last it is the highest number that is known here and in KSeF: look at what was issued offline or printed since.\n\nExit codes: 0 it goes on, 2 it was refused, or the gateway does not answer."
    )]
    Resume(ResumeSeries),
}

#[derive(Debug, Args)]
pub(crate) struct ListSeries {
    /// Whose.
    #[arg(value_name = "CONTEXT")]
    pub(crate) context: ContextIdentifier,
    /// Lines for people, or a JSON list for programs.
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    pub(crate) format: ListFormat,
    #[command(flatten)]
    pub(crate) gateway: GatewayAddress,
}

#[derive(Debug, Args)]
pub(crate) struct SetSeries {
    /// Whose.
    #[arg(value_name = "CONTEXT")]
    pub(crate) context: ContextIdentifier,
    /// Its name, 1 to 60 characters: what documents say to get a number of it.
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    /// What numbers look like: {number} or {number:4} once, and {year}, {year:2}, {month}, {unit}, {kind}.
    #[arg(long)]
    pub(crate) template: String,
    /// When numbers begin anew.
    #[arg(long, value_enum, default_value_t = ResetName::Yearly)]
    pub(crate) reset: ResetName,
    /// What stands for {unit}.
    #[arg(long, default_value = "")]
    pub(crate) unit: String,
    /// What stands for {kind}.
    #[arg(long, default_value = "")]
    pub(crate) kind: String,
    #[command(flatten)]
    pub(crate) gateway: GatewayAddress,
}

#[derive(Debug, Args)]
pub(crate) struct ResumeSeries {
    /// Whose.
    #[arg(value_name = "CONTEXT")]
    pub(crate) context: ContextIdentifier,
    /// Its name.
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    /// The last running number that is used in the present period [default: the highest known here and in KSeF].
    #[arg(long, value_name = "NUMBER")]
    pub(crate) last: Option<i64>,
    #[command(flatten)]
    pub(crate) gateway: GatewayAddress,
}

/// When numbers begin anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ResetName {
    Yearly,
    Monthly,
    Never,
}
