//! `bramka route` and `bramka unit`: their flags.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use ksef_id::ContextIdentifier;

use super::{GatewayAddress, Lang, ListFormat};

#[derive(Debug, Args)]
pub(crate) struct Route {
    #[command(subcommand)]
    pub(crate) command: RouteCommand,
    /// Language of messages [default: BRAMKA_LANG, the locale, English].
    #[arg(long, global = true)]
    pub(crate) lang: Option<Lang>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum RouteCommand {
    /// Shows the rules by which a company's purchases are assigned, in their order.
    #[command(after_help = "Exit codes: 0 shown, 2 the gateway does not answer.")]
    Show(OfCompany),
    /// Puts the rules of a file in the place of all before.
    #[command(
        after_help = "Example:\n  bramka route show 5265877635 --format json > rules.json\n  bramka route set 5265877635 rules.json\n\nThe file is what show prints with --format json: {\"rules\": [{\"name\", \"seller\", \"thirdParty\", \"orderNumber\", \"grossFrom\", \"grossTo\", \"persons\", \"units\"}]}. The first rule that holds decides; units that an invoice names as Podmiot3 get it besides.\n\nExit codes: 0 kept, 2 refused, or the gateway does not answer."
    )]
    Set(SetRoute),
    /// Applies the rules to purchases that nobody is assigned to.
    #[command(after_help = "Exit codes: 0 done, 2 the gateway does not answer.")]
    Apply(OfCompany),
    /// Says whose a purchase is, and nobody else's.
    #[command(
        after_help = "Example:\n  bramka route assign 5265877635 1111111111-20261122-0A1B2C3D4E5F-6A --to ala --unit 5265877635-00017\n\nExit codes: 0 assigned, 2 refused, or the gateway does not answer."
    )]
    Assign(AssignRoute),
    /// Lists who sees of a company's purchases only what is assigned.
    #[command(after_help = "Exit codes: 0 listed, 2 the gateway does not answer.")]
    Views(OfCompany),
    /// Says what a user sees of a company's purchases.
    #[command(
        after_help = "Example:\n  bramka route view 5265877635 ala assigned\n\nExit codes: 0 kept, 2 refused, or the gateway does not answer."
    )]
    View(SetView),
}

#[derive(Debug, Args)]
pub(crate) struct OfCompany {
    /// Of which company.
    #[arg(value_name = "CONTEXT")]
    pub(crate) context: ContextIdentifier,
    /// Lines for people, or JSON for programs.
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    pub(crate) format: ListFormat,
    #[command(flatten)]
    pub(crate) gateway: GatewayAddress,
}

#[derive(Debug, Args)]
pub(crate) struct SetRoute {
    /// Of which company.
    #[arg(value_name = "CONTEXT")]
    pub(crate) context: ContextIdentifier,
    /// The rules in JSON.
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) gateway: GatewayAddress,
}

#[derive(Debug, Args)]
pub(crate) struct AssignRoute {
    /// Of which company.
    #[arg(value_name = "CONTEXT")]
    pub(crate) context: ContextIdentifier,
    /// Which purchase: its KSeF number, or the identifier that it has here.
    #[arg(value_name = "NUMBER")]
    pub(crate) number: String,
    /// To whom, by login; may be given several times.
    #[arg(long = "to", value_name = "LOGIN")]
    pub(crate) persons: Vec<String>,
    /// To which unit, by NIP or internal identifier; may be given several times.
    #[arg(long = "unit", value_name = "ID")]
    pub(crate) units: Vec<String>,
    #[command(flatten)]
    pub(crate) gateway: GatewayAddress,
}

#[derive(Debug, Args)]
pub(crate) struct SetView {
    /// Of which company.
    #[arg(value_name = "CONTEXT")]
    pub(crate) context: ContextIdentifier,
    /// Which user.
    #[arg(value_name = "LOGIN")]
    pub(crate) login: String,
    /// What the user sees.
    #[arg(value_enum)]
    pub(crate) view: ViewName,
    #[command(flatten)]
    pub(crate) gateway: GatewayAddress,
}

/// What is seen of a company's purchases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ViewName {
    /// What is assigned to the user and to the user's units.
    Assigned,
    /// Everything.
    All,
}

#[derive(Debug, Args)]
pub(crate) struct UnitArguments {
    #[command(subcommand)]
    pub(crate) command: UnitCommand,
    /// Language of messages [default: BRAMKA_LANG, the locale, English].
    #[arg(long, global = true)]
    pub(crate) lang: Option<Lang>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum UnitCommand {
    /// Lists the units of a company, with those who belong to them.
    #[command(after_help = "Exit codes: 0 listed, 2 the gateway does not answer.")]
    List(OfCompany),
    /// Makes a unit, or changes its name and who belongs to it.
    #[command(
        after_help = "Example:\n  bramka unit set 5265877635 5265877635-00017 --name \"Szkoła nr 5\" --member ala --member jan\n\nWho comes to a unit sees of the company's purchases only what is assigned to him and to his units.\n\nExit codes: 0 kept, 2 refused, or the gateway does not answer."
    )]
    Set(SetUnit),
    /// Forgets a unit; who belonged to it sees no more than before.
    #[command(after_help = "Exit codes: 0 forgotten, 2 there is none, or the gateway does not answer.")]
    Remove(RemoveUnit),
}

#[derive(Debug, Args)]
pub(crate) struct SetUnit {
    /// Under which company it hangs.
    #[arg(value_name = "CONTEXT")]
    pub(crate) context: ContextIdentifier,
    /// Its NIP, or its internal identifier: a NIP, a hyphen and five digits.
    #[arg(value_name = "ID")]
    pub(crate) identifier: String,
    /// What it is called.
    #[arg(long)]
    pub(crate) name: String,
    /// Who belongs to it, by login; may be given several times. Nobody else does.
    #[arg(long = "member", value_name = "LOGIN")]
    pub(crate) members: Vec<String>,
    #[command(flatten)]
    pub(crate) gateway: GatewayAddress,
}

#[derive(Debug, Args)]
pub(crate) struct RemoveUnit {
    /// Of which company.
    #[arg(value_name = "CONTEXT")]
    pub(crate) context: ContextIdentifier,
    /// Its NIP or internal identifier.
    #[arg(value_name = "ID")]
    pub(crate) identifier: String,
    #[command(flatten)]
    pub(crate) gateway: GatewayAddress,
}
