//! `bramka notify`: its flags.

use clap::{Args, Subcommand, ValueEnum};
use ksef_id::ContextIdentifier;

use super::{GatewayAddress, Lang, ListFormat, Switch};

#[derive(Debug, Args)]
pub(crate) struct Notify {
    #[command(subcommand)]
    pub(crate) command: NotifyCommand,
    /// Language of messages [default: BRAMKA_LANG, the locale, English].
    #[arg(long, global = true)]
    pub(crate) lang: Option<Lang>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum NotifyCommand {
    /// Has somebody told by e-mail of what happens in a company, or changes how.
    #[command(
        after_help = "Example:\n  bramka notify set 5265877635 ala@firma.example --event purchases.received --rhythm daily --hour 7\n\nExit codes: 0 kept, 2 it was refused, or the gateway does not answer."
    )]
    Set(SetNotify),
    /// Lists who is told by e-mail.
    #[command(after_help = "Exit codes: 0 listed, 1 the gateway has no mail server, 2 it does not answer.")]
    List(ListNotify),
    /// Tells somebody nothing more.
    #[command(after_help = "Exit codes: 0 removed, 2 there is none, or the gateway does not answer.")]
    Remove(RemoveNotify),
    /// Shows the letters that were written and what the mail server said, newest first.
    #[command(after_help = "Exit codes: 0 shown, 1 something was not sent, 2 the gateway does not answer.")]
    Log(ListNotify),
    /// Sends a letter to see whether letters arrive.
    #[command(
        after_help = "Exit codes: 0 it is on its way, 2 it was refused, or the gateway does not answer."
    )]
    Test(TestNotify),
}

#[derive(Debug, Args)]
pub(crate) struct SetNotify {
    /// Of which company.
    #[arg(value_name = "CONTEXT")]
    pub(crate) context: ContextIdentifier,
    /// An e-mail address.
    #[arg(value_name = "ADDRESS")]
    pub(crate) address: String,
    /// Language of the letters.
    #[arg(long, value_enum, default_value_t = LetterLanguage::Pl)]
    pub(crate) language: LetterLanguage,
    /// A type of events, as in purchases.received; may be given several times [default: all].
    #[arg(long = "event", value_name = "TYPE")]
    pub(crate) events: Vec<String>,
    /// How often at the most.
    #[arg(long, value_enum, default_value_t = RhythmName::Now)]
    pub(crate) rhythm: RhythmName,
    /// For daily letters the hour in Warsaw.
    #[arg(long, default_value_t = 7, value_parser = clap::value_parser!(u8).range(0..24))]
    pub(crate) hour: u8,
    /// Whether anything is written.
    #[arg(long, value_enum, default_value_t = Switch::On)]
    pub(crate) active: Switch,
    #[command(flatten)]
    pub(crate) gateway: GatewayAddress,
}

#[derive(Debug, Args)]
pub(crate) struct ListNotify {
    /// Of which company.
    #[arg(value_name = "CONTEXT")]
    pub(crate) context: ContextIdentifier,
    /// Lines for people, or a JSON list for programs.
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    pub(crate) format: ListFormat,
    #[command(flatten)]
    pub(crate) gateway: GatewayAddress,
}

#[derive(Debug, Args)]
pub(crate) struct RemoveNotify {
    /// Of which company.
    #[arg(value_name = "CONTEXT")]
    pub(crate) context: ContextIdentifier,
    /// Whom, by the address.
    #[arg(value_name = "ADDRESS")]
    pub(crate) address: String,
    #[command(flatten)]
    pub(crate) gateway: GatewayAddress,
}

#[derive(Debug, Args)]
pub(crate) struct TestNotify {
    /// In the name of which company.
    #[arg(value_name = "CONTEXT")]
    pub(crate) context: ContextIdentifier,
    /// An e-mail address.
    #[arg(value_name = "ADDRESS")]
    pub(crate) address: String,
    #[command(flatten)]
    pub(crate) gateway: GatewayAddress,
}

/// The language of letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LetterLanguage {
    Pl,
    En,
}

/// How often letters come at the most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum RhythmName {
    Now,
    Hourly,
    Daily,
}
