//! The flags of `bramka company`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use ksef_id::ContextIdentifier;

use super::{Lang, ListFormat};

#[derive(Debug, Args)]
pub(crate) struct Company {
    #[command(subcommand)]
    pub(crate) command: CompanyCommand,
    /// Data folder [default: $XDG_DATA_HOME/bramka or ~/.local/share/bramka].
    #[arg(long, value_name = "DIR", global = true)]
    pub(crate) data: Option<PathBuf>,
    /// Language of messages [default: BRAMKA_LANG, the locale, English].
    #[arg(long, global = true)]
    pub(crate) lang: Option<Lang>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum CompanyCommand {
    /// Adds a company; its credentials come next (bramka credential add).
    #[command(
        after_help = "Example:\n  bramka company add 5265877635 --environment test --name \"Example sp. z o.o.\"\n\nExit codes: 0 added, 2 it could not be added."
    )]
    Add(AddCompany),
    /// Lists the companies.
    List(ListCompanies),
    /// Shows a company, the credentials that serve it and, when a gateway runs, how it sends.
    Show(ShowCompany),
    /// Changes how a company sends: asks a running gateway.
    #[command(
        after_help = "Example:\n  bramka company set 5265877635 --policy after-approval --sending on\n\nExit codes: 0 changed, 2 it could not be changed."
    )]
    Set(SetCompany),
    /// Chooses what a company logs in with where it has both a certificate and a token; the other stays.
    #[command(
        after_help = "Example:\n  bramka company login 5265877635 --by token\n\nExit codes: 0 chosen, 2 there is nothing of that kind to log in with."
    )]
    Login(CompanyLogin),
    /// Removes a company; its tokens go with it, certificates stay for the other companies that they serve.
    #[command(after_help = "Exit codes: 0 removed, 2 it could not be removed.")]
    Remove(RemoveCompany),
}

#[derive(Debug, Args)]
pub(crate) struct AddCompany {
    /// A NIP, InternalId:…, NipVatUe:… or PeppolId:….
    #[arg(value_name = "CONTEXT")]
    pub(crate) context: ContextIdentifier,
    /// Which KSeF it works with.
    #[arg(long, value_enum)]
    pub(crate) environment: EnvironmentName,
    /// Address of the simulator, as in http://127.0.0.1:9090/v2.
    #[arg(long, value_name = "URL", required_if_eq("environment", "simulator"))]
    pub(crate) ksef_url: Option<String>,
    /// Control port of the simulator, as in http://127.0.0.1:9091: the company lives by the simulator's clock.
    #[arg(long, value_name = "URL")]
    pub(crate) control_url: Option<String>,
    /// What people call it.
    #[arg(long)]
    pub(crate) name: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct ListCompanies {
    /// Lines for people, or a JSON list for programs.
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    pub(crate) format: ListFormat,
}

#[derive(Debug, Args)]
pub(crate) struct ShowCompany {
    /// Which one.
    #[arg(value_name = "CONTEXT")]
    pub(crate) context: ContextIdentifier,
    /// Lines for people, or a JSON object for programs.
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    pub(crate) format: ListFormat,
    #[command(flatten)]
    pub(crate) gateway: GatewayAddress,
}

#[derive(Debug, Args)]
pub(crate) struct SetCompany {
    /// Which one.
    #[arg(value_name = "CONTEXT")]
    pub(crate) context: ContextIdentifier,
    #[command(flatten)]
    pub(crate) changes: Changes,
    #[command(flatten)]
    pub(crate) gateway: GatewayAddress,
}

#[derive(Debug, Args)]
pub(crate) struct CompanyLogin {
    /// Which one.
    #[arg(value_name = "CONTEXT")]
    pub(crate) context: ContextIdentifier,
    /// What it logs in with from now on.
    #[arg(long, value_enum)]
    pub(crate) by: LoginName,
}

/// What a company logs in with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LoginName {
    /// Its newest certificate that is valid, a token only where there is none.
    Certificate,
    /// Its newest token, a certificate only where there is none.
    Token,
}

/// What changes; the rest stays.
#[derive(Debug, Args)]
#[group(required = true, multiple = true)]
pub(crate) struct Changes {
    /// When documents are sent.
    #[arg(long, value_enum)]
    pub(crate) policy: Option<PolicyName>,
    /// How soon UPOs are wanted.
    #[arg(long, value_enum)]
    pub(crate) upo_mode: Option<UpoModeName>,
    /// How old a session may get that several invoices share: 90m, 2h, 1 minute to 11 hours.
    #[arg(long, value_name = "TIME")]
    pub(crate) session_age: Option<jiff::SignedDuration>,
    /// Whether anything is sent at all.
    #[arg(long, value_enum)]
    pub(crate) sending: Option<Switch>,
}

/// The gateway that is asked.
#[derive(Debug, Args)]
pub(crate) struct GatewayAddress {
    /// The gateway.
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:8080")]
    pub(crate) url: String,
    /// File with the API key [default: BRAMKA_API_KEY, none].
    #[arg(long, value_name = "FILE")]
    pub(crate) api_key_file: Option<PathBuf>,
}

/// When documents are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum PolicyName {
    /// As soon as they are valid.
    Immediate,
    /// The same, and offline when KSeF cannot be reached.
    ImmediateOrOffline,
    /// When somebody has approved them.
    AfterApproval,
    /// When somebody sends them.
    Manual,
}

/// How soon UPOs are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum UpoModeName {
    /// A session for each document.
    Immediate,
    /// One session for many documents.
    Batch,
    /// As load, limits and urgency advise.
    Automatic,
}

/// On or off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Switch {
    On,
    Off,
}

#[derive(Debug, Args)]
pub(crate) struct RemoveCompany {
    /// Which one.
    #[arg(value_name = "CONTEXT")]
    pub(crate) context: ContextIdentifier,
}

/// Which KSeF a company works with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum EnvironmentName {
    Test,
    Demo,
    Prd,
    Simulator,
}
