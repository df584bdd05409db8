//! The flags of `bramka credential`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use ksef_id::ContextIdentifier;

use super::{Lang, ListFormat, ProfileName};

#[derive(Debug, Args)]
pub(crate) struct Credential {
    #[command(subcommand)]
    pub(crate) command: CredentialCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum CredentialCommand {
    /// Says what is wrong with a certificate and its key, without asking KSeF.
    #[command(
        after_help = "Examples:\n  bramka credential inspect auth.crt --key auth.key --password-file auth.password --for auth\n  bramka credential inspect company.p12 --format json\n\nA password is read from --password-file, else from BRAMKA_KEY_PASSWORD, else asked for on a terminal.\n\nExit codes: 0 no problem, 1 problems, 2 CERT is no certificate or a file could not be read."
    )]
    Inspect(Inspect),
    /// Takes a certificate with its key, or a token, into the vault.
    #[command(
        after_help = "Examples:\n  bramka credential add auth.crt --key auth.key --password-file auth.password --company 5265877635\n  bramka credential add office.p12 --owner office --company 5265877635 --company 1111111111\n  bramka credential add --token-file ksef.token --company 5265877635\n\nSecrets come from files, from BRAMKA_KEY_PASSWORD and BRAMKA_KSEF_TOKEN, or are asked for on a terminal.\nThe vault's master key comes from BRAMKA_MASTER_KEY_FILE, BRAMKA_MASTER_KEY, the systemd credential\nbramka-master-key, BRAMKA_MASTER_PASSPHRASE, else from master.key in the data folder, made when first needed.\n\nExit codes: 0 added, 1 it has problems and was not added, 2 it could not be read or added."
    )]
    Add(AddCredential),
    /// Lists the credentials.
    List(ListCredentials),
    /// Lets a certificate serve one more company.
    #[command(
        after_help = "Exit codes: 0 attached, 1 it cannot serve that company, 2 there is no such credential or company."
    )]
    Attach(AttachCredential),
    /// Lets a certificate serve a company no longer.
    #[command(after_help = "Exit codes: 0 detached, 2 there is no such credential or company.")]
    Detach(AttachCredential),
    /// Removes a credential and its secret from here; in KSeF it stays what it is.
    #[command(after_help = "Exit codes: 0 removed, 2 it could not be removed.")]
    Remove(RemoveCredential),
}

impl CredentialCommand {
    pub(super) fn lang(&self) -> Option<Lang> {
        match self {
            Self::Inspect(arguments) => arguments.lang,
            Self::Add(arguments) => arguments.lang,
            Self::List(arguments) => arguments.lang,
            Self::Attach(arguments) | Self::Detach(arguments) => arguments.lang,
            Self::Remove(arguments) => arguments.lang,
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct Inspect {
    /// The certificate: PEM or DER under whatever name, or a container (.p12, .pfx) with its key.
    #[arg(value_name = "CERT")]
    pub(crate) certificate: PathBuf,
    /// The private key, if it is in a file of its own.
    #[arg(long, value_name = "KEY")]
    pub(crate) key: Option<PathBuf>,
    /// File with the password of the key or container; one line end at its end is no part of it.
    #[arg(long, value_name = "FILE")]
    pub(crate) password_file: Option<PathBuf>,
    /// What it is needed for; what does not suit is a problem then.
    #[arg(long = "for", value_enum, value_name = "PURPOSE")]
    pub(crate) purpose: Option<PurposeName>,
    /// Which of KSeF's environments it is needed for; what does not suit is a problem then.
    #[arg(long, value_enum)]
    pub(crate) environment: Option<ProfileName>,
    /// The company that it shall serve: a NIP or another context; says what the certificate may do there.
    #[arg(long, value_name = "CONTEXT")]
    pub(crate) company: Option<ContextIdentifier>,
    /// Lines for people, or one JSON object for programs.
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    pub(crate) format: ListFormat,
    /// Language of messages [default: BRAMKA_LANG, the locale, English].
    #[arg(long)]
    pub(crate) lang: Option<Lang>,
}

#[derive(Debug, Args)]
pub(crate) struct AddCredential {
    /// The certificate, or a container (.p12, .pfx) with its key.
    #[arg(value_name = "CERT", required_unless_present_any = ["token", "token_file"])]
    pub(crate) certificate: Option<PathBuf>,
    /// The private key, if it is in a file of its own.
    #[arg(long, value_name = "KEY", requires = "certificate")]
    pub(crate) key: Option<PathBuf>,
    /// File with the password of the key or container.
    #[arg(long, value_name = "FILE", requires = "certificate")]
    pub(crate) password_file: Option<PathBuf>,
    /// A KSeF token, from BRAMKA_KSEF_TOKEN or asked for.
    #[arg(long, conflicts_with_all = ["certificate", "token_file"])]
    pub(crate) token: bool,
    /// A KSeF token, from a file.
    #[arg(long, value_name = "FILE", conflicts_with = "certificate")]
    pub(crate) token_file: Option<PathBuf>,
    /// A company that it serves; may be given several times for a certificate.
    #[arg(long = "company", value_name = "CONTEXT", required = true)]
    pub(crate) companies: Vec<ContextIdentifier>,
    /// What it is needed for [default: what its type says].
    #[arg(long = "for", value_enum, value_name = "PURPOSE", conflicts_with_all = ["token", "token_file"])]
    pub(crate) purpose: Option<PurposeName>,
    /// Whose it is [default: what the certificate says].
    #[arg(long, value_enum)]
    pub(crate) owner: Option<OwnerName>,
    /// What people call the owner [default: the certificate's name].
    #[arg(long, value_name = "NAME")]
    pub(crate) owner_name: Option<String>,
    /// Data folder [default: $XDG_DATA_HOME/bramka or ~/.local/share/bramka].
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// Language of messages [default: BRAMKA_LANG, the locale, English].
    #[arg(long)]
    pub(crate) lang: Option<Lang>,
}

#[derive(Debug, Args)]
pub(crate) struct ListCredentials {
    /// Only those that serve this company.
    #[arg(long, value_name = "CONTEXT")]
    pub(crate) company: Option<ContextIdentifier>,
    /// Lines for people, or a JSON list for programs.
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    pub(crate) format: ListFormat,
    /// Data folder [default: $XDG_DATA_HOME/bramka or ~/.local/share/bramka].
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// Language of messages [default: BRAMKA_LANG, the locale, English].
    #[arg(long)]
    pub(crate) lang: Option<Lang>,
}

#[derive(Debug, Args)]
pub(crate) struct AttachCredential {
    /// Its id, as the list shows it.
    pub(crate) id: String,
    /// Which company.
    #[arg(long, value_name = "CONTEXT")]
    pub(crate) company: ContextIdentifier,
    /// Data folder [default: $XDG_DATA_HOME/bramka or ~/.local/share/bramka].
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// Language of messages [default: BRAMKA_LANG, the locale, English].
    #[arg(long)]
    pub(crate) lang: Option<Lang>,
}

#[derive(Debug, Args)]
pub(crate) struct RemoveCredential {
    /// Its id, as the list shows it.
    pub(crate) id: String,
    /// Data folder [default: $XDG_DATA_HOME/bramka or ~/.local/share/bramka].
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// Language of messages [default: BRAMKA_LANG, the locale, English].
    #[arg(long)]
    pub(crate) lang: Option<Lang>,
}

/// Whose a credential is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum OwnerName {
    Person,
    Firm,
    Office,
}

/// What a credential is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum PurposeName {
    /// Logging in to KSeF.
    Auth,
    /// Signing the links of offline invoices (KOD II).
    Offline,
}
