//! `bramka webhook`: its flags.

use clap::{Args, Subcommand};
use jiff::Timestamp;
use ksef_id::ContextIdentifier;

use super::{GatewayAddress, Lang, ListFormat, Switch};

#[derive(Debug, Args)]
pub(crate) struct Webhook {
    #[command(subcommand)]
    pub(crate) command: WebhookCommand,
    /// Language of messages [default: BRAMKA_LANG, the locale, English].
    #[arg(long, global = true)]
    pub(crate) lang: Option<Lang>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum WebhookCommand {
    /// Has a company's events sent to an address; prints the secret that they are signed with, once.
    #[command(
        after_help = "Example:\n  bramka webhook add 5265877635 https://erp.example/bramka --event purchases.received --event invoices.rejected\n\nExit codes: 0 made, 2 it was refused, or the gateway does not answer."
    )]
    Add(AddWebhook),
    /// Lists a company's webhooks.
    #[command(
        after_help = "Exit codes: 0 listed, 1 one of them takes nothing or was switched off, 2 the gateway does not answer."
    )]
    List(ListWebhooks),
    /// Shows what was sent to a webhook and how it ended, newest first.
    #[command(after_help = "Exit codes: 0 shown, 1 something was not taken, 2 the gateway does not answer.")]
    Log(WebhookLog),
    /// Sends events once more.
    #[command(
        after_help = "Examples:\n  bramka webhook replay 5265877635 ID --since 2026-11-22T08:00:00Z\n  bramka webhook replay 5265877635 ID --delivery 17 --delivery 18\n\nExit codes: 0 they are sent, 1 there were none, 2 it was refused, or the gateway does not answer."
    )]
    Replay(ReplayWebhook),
    /// Changes a webhook, switches it on or off.
    #[command(after_help = "Exit codes: 0 changed, 2 it was refused, or the gateway does not answer.")]
    Set(SetWebhook),
    /// Gives a webhook another secret and prints it; the former signs nothing more.
    #[command(after_help = "Exit codes: 0 given, 2 the gateway does not answer.")]
    Rotate(OneWebhook),
    /// Removes a webhook with its log.
    #[command(after_help = "Exit codes: 0 removed, 2 the gateway does not answer.")]
    Remove(OneWebhook),
    /// Sends a message to a webhook now, and tells what came of it.
    #[command(after_help = "Exit codes: 0 it was taken, 1 it was not, 2 the gateway does not answer.")]
    Test(OneWebhook),
}

#[derive(Debug, Args)]
pub(crate) struct AddWebhook {
    /// Whose events.
    #[arg(value_name = "CONTEXT")]
    pub(crate) context: ContextIdentifier,
    /// Where they go: https://…
    #[arg(value_name = "URL")]
    pub(crate) target: String,
    /// What people call it.
    #[arg(long, default_value = "")]
    pub(crate) name: String,
    /// A type of events, as in purchases.received; may be given several times [default: all].
    #[arg(long = "event", value_name = "TYPE")]
    pub(crate) events: Vec<String>,
    #[command(flatten)]
    pub(crate) gateway: GatewayAddress,
}

#[derive(Debug, Args)]
pub(crate) struct ListWebhooks {
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
pub(crate) struct WebhookLog {
    #[command(flatten)]
    pub(crate) webhook: OneWebhook,
    /// How many deliveries.
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub(crate) limit: u32,
    /// Lines for people, or a JSON list for programs.
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    pub(crate) format: ListFormat,
}

#[derive(Debug, Args)]
pub(crate) struct ReplayWebhook {
    #[command(flatten)]
    pub(crate) webhook: OneWebhook,
    /// A delivery of the log; may be given several times.
    #[arg(long = "delivery", value_name = "ID", required_unless_present = "since", conflicts_with = "since")]
    pub(crate) deliveries: Vec<String>,
    /// Everything since this moment, also what the webhook never got.
    #[arg(long, value_name = "TIME")]
    pub(crate) since: Option<Timestamp>,
}

#[derive(Debug, Args)]
pub(crate) struct SetWebhook {
    #[command(flatten)]
    pub(crate) webhook: OneWebhook,
    /// Where events go.
    #[arg(long, value_name = "URL")]
    pub(crate) to: Option<String>,
    /// What people call it.
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// A type of events; may be given several times.
    #[arg(long = "event", value_name = "TYPE", conflicts_with = "all_events")]
    pub(crate) events: Vec<String>,
    /// All types of events.
    #[arg(long)]
    pub(crate) all_events: bool,
    /// Whether anything is sent.
    #[arg(long, value_enum)]
    pub(crate) active: Option<Switch>,
}

/// A webhook of a company.
#[derive(Debug, Args)]
pub(crate) struct OneWebhook {
    /// Whose.
    #[arg(value_name = "CONTEXT")]
    pub(crate) context: ContextIdentifier,
    /// Which one, as `list` shows it.
    #[arg(value_name = "ID")]
    pub(crate) id: String,
    #[command(flatten)]
    pub(crate) gateway: GatewayAddress,
}
