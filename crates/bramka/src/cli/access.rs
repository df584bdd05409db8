//! The flags of `bramka user`, `bramka api-key` and `bramka audit`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use ksef_id::ContextIdentifier;

use super::{Lang, ListFormat};

#[derive(Debug, Args)]
pub(crate) struct User {
    #[command(subcommand)]
    pub(crate) command: UserCommand,
    #[command(flatten)]
    pub(crate) database: DatabasePlace,
}

/// Which database: that of a data folder, unless it is named.
#[derive(Debug, Args)]
pub(crate) struct DatabasePlace {
    /// Data folder [default: $XDG_DATA_HOME/bramka or ~/.local/share/bramka].
    #[arg(long, value_name = "DIR", global = true)]
    pub(crate) data: Option<PathBuf>,
    /// The gateway's database, when it is not in the data folder: postgres://user:password@host/name, or a file.
    #[arg(long, value_name = "URL", env = "BRAMKA_DATABASE", hide_env_values = true, global = true)]
    pub(crate) database: Option<String>,
    /// Language of messages [default: BRAMKA_LANG, the locale, English].
    #[arg(long, global = true)]
    pub(crate) lang: Option<Lang>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum UserCommand {
    /// Makes a user.
    #[command(
        after_help = "Examples:\n  bramka user add kasia --role '*=administrator'\n  bramka user add adam --name \"Adam\" --role 5265877635=issuer --role 1111111111=viewer\n\nThe password is read from --password-file, else from BRAMKA_PASSWORD, else asked for on a terminal.\nIt works on the database itself, with or without a gateway running; a running one takes it over at once.\n\nExit codes: 0 made, 2 it could not be made."
    )]
    Add(AddUser),
    /// Lists the users.
    List(ListUsers),
    /// Changes a user's roles or password, locks a user out or lets a user in again.
    #[command(
        after_help = "Examples:\n  bramka user set adam --role 5265877635=accountant --no-role 1111111111\n  bramka user set adam --locked on\n  bramka user set kasia --new-password\n\nA new password takes the second factor away and ends all sessions of the user.\n\nExit codes: 0 changed, 2 it could not be changed."
    )]
    Set(SetUser),
    /// Removes a user; what the audit log tells of the user stays.
    #[command(after_help = "Exit codes: 0 removed, 2 it could not be removed.")]
    Remove(RemoveUser),
}

#[derive(Debug, Args)]
pub(crate) struct AddUser {
    /// What the user logs in as: lower-case letters, digits and . _ - @ +.
    pub(crate) login: String,
    /// The user's name.
    #[arg(long, default_value = "")]
    pub(crate) name: String,
    /// A company (or * for all) and the role there: administrator, issuer, accountant, viewer, auditor.
    #[arg(long = "role", value_name = "COMPANY=ROLE")]
    pub(crate) roles: Vec<String>,
    /// File with the password; one line end at its end is no part of it.
    #[arg(long, value_name = "FILE")]
    pub(crate) password_file: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct ListUsers {
    /// Lines for people, or a JSON list for programs.
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    pub(crate) format: ListFormat,
}

#[derive(Debug, Args)]
pub(crate) struct SetUser {
    /// Which one.
    pub(crate) login: String,
    #[command(flatten)]
    pub(crate) changes: UserChanges,
    /// File with the new password.
    #[arg(long, value_name = "FILE", requires = "new_password")]
    pub(crate) password_file: Option<PathBuf>,
}

/// What changes; the rest stays.
#[derive(Debug, Args)]
#[group(required = true, multiple = true)]
pub(crate) struct UserChanges {
    /// A company (or * for all) and the role there.
    #[arg(long = "role", value_name = "COMPANY=ROLE")]
    pub(crate) roles: Vec<String>,
    /// A company (or * for all) in which the user has no role any more.
    #[arg(long = "no-role", value_name = "COMPANY")]
    pub(crate) no_roles: Vec<String>,
    /// Whether the user may log in.
    #[arg(long, value_enum)]
    pub(crate) locked: Option<super::Switch>,
    /// Gives the user another password: from --password-file, BRAMKA_PASSWORD, or asked for.
    #[arg(long)]
    pub(crate) new_password: bool,
}

#[derive(Debug, Args)]
pub(crate) struct RemoveUser {
    /// Which one.
    pub(crate) login: String,
}

#[derive(Debug, Args)]
pub(crate) struct ApiKey {
    #[command(subcommand)]
    pub(crate) command: ApiKeyCommand,
    #[command(flatten)]
    pub(crate) database: DatabasePlace,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ApiKeyCommand {
    /// Makes a key for a program and shows it, once.
    #[command(
        after_help = "Examples:\n  bramka api-key create ERP --company 5265877635 --scope read --scope send\n  bramka api-key create monitoring --all-companies --scope read\n\nThe key is printed on a line of its own and kept nowhere. A running gateway takes it at once.\n\nExit codes: 0 made, 2 it could not be made."
    )]
    Create(CreateApiKey),
    /// Lists the keys, with when each was last used.
    List(ListApiKeys),
    /// Puts another key in a key's place and shows it, once; the former is void at once.
    #[command(after_help = "Exit codes: 0 done, 2 there is no such valid key.")]
    Rotate(OneApiKey),
    /// Makes a key void at once.
    #[command(after_help = "Exit codes: 0 done, 2 there is no such valid key.")]
    Revoke(OneApiKey),
}

#[derive(Debug, Args)]
pub(crate) struct CreateApiKey {
    /// What people call it.
    pub(crate) name: String,
    /// The company that it is for.
    #[arg(long, value_name = "CONTEXT", required_unless_present = "all_companies")]
    pub(crate) company: Option<ContextIdentifier>,
    /// For all companies, also those that come later.
    #[arg(long, conflicts_with = "company")]
    pub(crate) all_companies: bool,
    /// What it may be used for; may be given several times.
    #[arg(long = "scope", value_enum, required = true)]
    pub(crate) scopes: Vec<ScopeName>,
    /// A unit of the company, by NIP or internal identifier: the key sees the unit's purchases and nothing else (with --scope receive).
    #[arg(long, value_name = "ID", requires = "company")]
    pub(crate) unit: Option<String>,
    /// Words for people, or a JSON object for programs.
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    pub(crate) format: ListFormat,
}

/// What a key may be used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ScopeName {
    /// Reads invoices and documents.
    Read,
    /// Hands invoices over and decides about them.
    Send,
    /// Works with purchases.
    Receive,
    /// Changes settings, makes keys, reads the audit log.
    Admin,
}

#[derive(Debug, Args)]
pub(crate) struct ListApiKeys {
    /// Lines for people, or a JSON list for programs.
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    pub(crate) format: ListFormat,
}

#[derive(Debug, Args)]
pub(crate) struct OneApiKey {
    /// Its id, as the list shows it.
    pub(crate) id: String,
    /// Words for people, or a JSON object for programs.
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    pub(crate) format: ListFormat,
}

#[derive(Debug, Args)]
pub(crate) struct Audit {
    #[command(subcommand)]
    pub(crate) command: AuditCommand,
    #[command(flatten)]
    pub(crate) database: DatabasePlace,
}

#[derive(Debug, Subcommand)]
pub(crate) enum AuditCommand {
    /// Writes the log to standard output, one JSON object a line.
    #[command(
        after_help = "Example:\n  bramka audit export --company 5265877635 > audit.jsonl\n\nExit codes: 0 written, 2 it could not be read."
    )]
    Export(ExportAudit),
    /// Follows the chain of hashes from the first entry to the last; names the first that is wrong.
    #[command(
        after_help = "Example:\n  bramka audit verify --expect 1042:9f86d081884c7d65…\n\nWith --expect it also sees that the end was not cut off and nothing was made anew: give it what an earlier call printed.\n\nExit codes: 0 whole, 1 it was tampered with, 2 it could not be read."
    )]
    Verify(VerifyAudit),
}

#[derive(Debug, Args)]
pub(crate) struct ExportAudit {
    /// Only what concerns this company.
    #[arg(long, value_name = "CONTEXT")]
    pub(crate) company: Option<ContextIdentifier>,
}

#[derive(Debug, Args)]
pub(crate) struct VerifyAudit {
    /// A number and the hash that its entry must have, as printed earlier.
    #[arg(long, value_name = "NUMBER:HASH")]
    pub(crate) expect: Option<String>,
}
