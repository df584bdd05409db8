//! The flags of `bramka cert`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use jiff::Timestamp;
use ksef_id::{CertificateSerial, ContextIdentifier};

use super::{Lang, ListFormat, OwnerName};

#[derive(Debug, Args)]
pub(crate) struct Cert {
    #[command(subcommand)]
    pub(crate) command: CertCommand,
    /// Data folder [default: $XDG_DATA_HOME/bramka or ~/.local/share/bramka].
    #[arg(long, value_name = "DIR", global = true)]
    pub(crate) data: Option<PathBuf>,
    /// Lines for people, or JSON for programs.
    #[arg(long, value_enum, default_value_t = ListFormat::Text, global = true)]
    pub(crate) format: ListFormat,
    /// Language of messages [default: BRAMKA_LANG, the locale, English].
    #[arg(long, global = true)]
    pub(crate) lang: Option<Lang>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum CertCommand {
    /// Applies to KSeF for a certificate and puts it to use here.
    #[command(
        after_help = "Examples:\n  bramka cert request --company 5265877635 --type offline\n  bramka cert request --company 5265877635 --type authentication --name \"biuro 2027\" --also 1111111111\n  bramka cert request --company 5265877635 --type authentication --sign-outside login.xml\n\nThe certificate is issued to whoever logs in: the person or firm that the certificate in use names. A token\ncannot apply (25002). The first one takes a signature from outside: the document is written to a file, and the\nsigned file is waited for while KSeF's challenge lives, 10 minutes. The key is made here and sealed in the vault before the application leaves.\n\nExit codes: 0 issued, 1 rejected or no quota left, 2 it could not be done, 3 KSeF is still at it (bramka cert resume)."
    )]
    Request(RequestCert),
    /// Lists applications that are not finished.
    Pending,
    /// Takes up applications that are not finished: after an interruption, or while KSeF takes its time.
    #[command(
        after_help = "Exit codes: 0 all finished, 1 one was rejected, 2 it could not be done, 3 some are still open."
    )]
    Resume(ResumeCerts),
    /// Forgets an application and its key; KSeF is told nothing.
    #[command(after_help = "Exit codes: 0 forgotten, 2 there is no such application.")]
    Drop(DropCert),
    /// Lists the certificates that KSeF has issued to whoever logs in for a company, and the quota.
    #[command(
        after_help = "Examples:\n  bramka cert list --company 5265877635\n  bramka cert list --company 5265877635 --type offline --status active --format json\n\nExit codes: 0 listed, 2 it could not be done."
    )]
    List(ListCerts),
    /// Fetches a certificate from KSeF again, without its key, which only its owner has.
    #[command(
        after_help = "Example:\n  bramka cert fetch 0123456789ABCDEF --company 5265877635 -o offline.crt\n\nExit codes: 0 fetched, 1 KSeF has no such certificate for whoever logs in, 2 it could not be done."
    )]
    Fetch(FetchCert),
    /// Applies for successors of certificates that expire soon; the old ones go on working beside them.
    #[command(
        after_help = "Examples:\n  bramka cert renew --within 45\n  bramka cert renew 0123456789ab\n\nThe newest valid certificate is used from then on. Run it every day: it does nothing while nothing expires.\n\nExit codes: 0 renewed or nothing to do, 1 one was rejected, 2 it could not be done, 3 KSeF is still at it."
    )]
    Renew(RenewCerts),
    /// Ends a certificate in KSeF for good; forgetting it here is bramka credential remove.
    #[command(
        after_help = "Examples:\n  bramka cert revoke 0123456789ABCDEF --company 5265877635 --reason superseded --yes\n  bramka cert revoke 0123456789ab --company 5265877635 --reason key-compromise --yes\n\nExit codes: 0 revoked, 1 KSeF refused, 2 it could not be done."
    )]
    Revoke(RevokeCert),
}

/// A login that is signed outside: with Profil Zaufany, a qualified card or an HSM.
#[derive(Debug, Args)]
pub(crate) struct SignOutside {
    /// Logs in by a signature from outside: writes the document to be signed to this file, and waits for it.
    #[arg(long = "sign-outside", value_name = "FILE", conflicts_with = "with")]
    pub(crate) document: Option<PathBuf>,
    /// Where the signed document will be [default: beside it, with -signed in its name].
    #[arg(long, value_name = "FILE", requires = "document")]
    pub(crate) signed: Option<PathBuf>,
    /// The signer's certificate names neither NIP nor PESEL: KSeF knows it by its fingerprint.
    #[arg(long, requires = "document")]
    pub(crate) by_fingerprint: bool,
}

#[derive(Debug, Args)]
pub(crate) struct RequestCert {
    /// The company in whose context is logged in, and that the certificate serves.
    #[arg(long, value_name = "CONTEXT")]
    pub(crate) company: ContextIdentifier,
    /// What it is for.
    #[arg(long = "type", value_enum)]
    pub(crate) kind: CertTypeName,
    /// Its name in KSeF, 5 to 100 characters [default: bramka, the type and today].
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// The key that is made for it.
    #[arg(long, value_enum, default_value_t = KeyTypeName::EcP256)]
    pub(crate) key_type: KeyTypeName,
    /// Since when it shall be valid, like 2027-01-01T00:00:00+01:00 [default: from the issue].
    #[arg(long, value_name = "TIME")]
    pub(crate) valid_from: Option<Timestamp>,
    /// Logs in with this certificate, by its id [default: the company's].
    #[arg(long, value_name = "ID")]
    pub(crate) with: Option<String>,
    #[command(flatten)]
    pub(crate) outside: SignOutside,
    /// A further company that it shall serve; may be given several times.
    #[arg(long = "also", value_name = "CONTEXT")]
    pub(crate) also: Vec<ContextIdentifier>,
    /// Whose it is [default: what KSeF's data say].
    #[arg(long, value_enum)]
    pub(crate) owner: Option<OwnerName>,
    /// Does not wait until KSeF has issued it.
    #[arg(long)]
    pub(crate) no_wait: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ResumeCerts {
    /// Only these, by their ids [default: all].
    #[arg(value_name = "ID")]
    pub(crate) ids: Vec<String>,
    /// Logs in with this certificate, by its id [default: the one that applied, else the company's].
    #[arg(long, value_name = "ID")]
    pub(crate) with: Option<String>,
    #[command(flatten)]
    pub(crate) outside: SignOutside,
}

#[derive(Debug, Args)]
pub(crate) struct DropCert {
    /// Its id, as bramka cert pending shows it.
    pub(crate) id: String,
}

#[derive(Debug, Args)]
pub(crate) struct ListCerts {
    /// The company in whose context is logged in; the list is that of whoever logs in.
    #[arg(long, value_name = "CONTEXT")]
    pub(crate) company: ContextIdentifier,
    /// Only this type.
    #[arg(long = "type", value_enum)]
    pub(crate) kind: Option<CertTypeName>,
    /// Only in this state.
    #[arg(long, value_enum)]
    pub(crate) status: Option<CertStatusName>,
    /// Only with this in their names.
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// Only this one.
    #[arg(long, value_name = "SERIAL")]
    pub(crate) serial: Option<CertificateSerial>,
    /// Only those that are valid after this time.
    #[arg(long, value_name = "TIME")]
    pub(crate) expires_after: Option<Timestamp>,
}

#[derive(Debug, Args)]
pub(crate) struct FetchCert {
    /// Its serial number in KSeF.
    #[arg(value_name = "SERIAL")]
    pub(crate) serial: CertificateSerial,
    /// The company in whose context is logged in.
    #[arg(long, value_name = "CONTEXT")]
    pub(crate) company: ContextIdentifier,
    /// The file, written as PEM.
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct RenewCerts {
    /// These credentials, by their ids, whenever they expire [default: all that expire soon].
    #[arg(value_name = "ID")]
    pub(crate) ids: Vec<String>,
    /// How many days before their end certificates are renewed, up to 365: a new one is valid for two years.
    #[arg(long, value_name = "DAYS", default_value_t = 30, value_parser = clap::value_parser!(u16).range(1..=365))]
    pub(crate) within: u16,
    /// Only says what would be renewed.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Does not wait until KSeF has issued them.
    #[arg(long)]
    pub(crate) no_wait: bool,
}

#[derive(Debug, Args)]
pub(crate) struct RevokeCert {
    /// The serial number in KSeF, or the id of a credential here.
    #[arg(value_name = "SERIAL|ID")]
    pub(crate) which: String,
    /// The company in whose context is logged in; only the certificate's owner may revoke it.
    #[arg(long, value_name = "CONTEXT")]
    pub(crate) company: ContextIdentifier,
    /// Why.
    #[arg(long, value_enum, default_value_t = RevocationReasonName::Unspecified)]
    pub(crate) reason: RevocationReasonName,
    /// Does not ask: there is no way back.
    #[arg(long)]
    pub(crate) yes: bool,
}

/// What a certificate of KSeF is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum CertTypeName {
    /// Logging in.
    #[value(alias = "auth")]
    Authentication,
    /// Signing the links of offline invoices (KOD II).
    Offline,
}

/// What key is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum KeyTypeName {
    /// EC on P-256, which KSeF recommends.
    EcP256,
    /// RSA of 2048 bits.
    Rsa2048,
}

/// The state of a certificate in KSeF.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum CertStatusName {
    Active,
    Blocked,
    Revoked,
    Expired,
}

/// Why a certificate is revoked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum RevocationReasonName {
    /// Not said.
    Unspecified,
    /// Another one takes its place.
    Superseded,
    /// Somebody else may have its key.
    KeyCompromise,
}
