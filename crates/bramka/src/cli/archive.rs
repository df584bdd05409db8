//! The flags of `bramka backup`, `bramka restore` and `bramka archive`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use jiff::civil::Date;
use ksef_id::ContextIdentifier;

use super::{DatabasePlace, EnvironmentName, ListFormat, RenderLang};

/// With what a backup is sealed.
#[derive(Debug, Args)]
#[group(multiple = false)]
pub(crate) struct BackupKey {
    /// File with the passphrase, at least 12 characters; one line end at its end is no part of it
    /// [default: BRAMKA_BACKUP_PASSPHRASE, else it is asked for].
    #[arg(long, value_name = "FILE")]
    pub(crate) passphrase_file: Option<PathBuf>,
    /// File with a key of 32 bytes in Base64 or hexadecimal, instead of a passphrase (openssl rand -base64 32).
    #[arg(long, value_name = "FILE", env = "BRAMKA_BACKUP_KEY_FILE")]
    pub(crate) key_file: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Backup {
    /// The backup; a file that is there already is not written over.
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) key: BackupKey,
    /// Object storage where documents rest, as for serve; needed for --with-objects.
    #[arg(long, value_name = "URL", env = "BRAMKA_OBJECTS")]
    pub(crate) objects: Option<String>,
    /// Takes documents along that rest in object storage, instead of only saying how many there are.
    #[arg(long, requires = "objects")]
    pub(crate) with_objects: bool,
    /// Takes the vault's master key along, if it lies in the data folder: whoever opens the backup opens the vault, too.
    #[arg(long)]
    pub(crate) with_master_key: bool,
    /// Lines for people, or one JSON object for programs.
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    pub(crate) format: ListFormat,
    #[command(flatten)]
    pub(crate) place: DatabasePlace,
}

#[derive(Debug, Args)]
pub(crate) struct Restore {
    /// The backup.
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) key: BackupKey,
    /// Only reads the backup to its end and checks every document in it; nothing is restored.
    #[arg(long)]
    pub(crate) check: bool,
    /// Object storage to bring documents to that rested there and are in the backup [default: into the database].
    #[arg(long, value_name = "URL", env = "BRAMKA_OBJECTS")]
    pub(crate) objects: Option<String>,
    /// Lines for people, or one JSON object for programs.
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    pub(crate) format: ListFormat,
    #[command(flatten)]
    pub(crate) place: DatabasePlace,
}

#[derive(Debug, Args)]
pub(crate) struct Export {
    /// Folder for the files; it is made. What is there already and right is not written again.
    #[arg(value_name = "DIR")]
    pub(crate) folder: PathBuf,
    /// The first day of issue.
    #[arg(long, value_name = "DAY")]
    pub(crate) from: Date,
    /// The last day of issue.
    #[arg(long, value_name = "DAY")]
    pub(crate) to: Date,
    /// Only this company's; may be given several times [default: all].
    #[arg(long = "company", value_name = "CONTEXT")]
    pub(crate) companies: Vec<ContextIdentifier>,
    /// Which KSeF the codes on the prints point to.
    #[arg(long, value_enum, default_value_t = EnvironmentName::Prd)]
    pub(crate) environment: EnvironmentName,
    /// Language of prints and pages.
    #[arg(long, value_enum, default_value_t = RenderLang::Pl)]
    pub(crate) print_lang: RenderLang,
    /// Makes no PDFs: XML, UPO and lists alone.
    #[arg(long)]
    pub(crate) no_pdf: bool,
    /// Object storage where documents rest, as for serve.
    #[arg(long, value_name = "URL", env = "BRAMKA_OBJECTS")]
    pub(crate) objects: Option<String>,
    /// Lines for people, or one JSON object for programs.
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    pub(crate) format: ListFormat,
    #[command(flatten)]
    pub(crate) place: DatabasePlace,
}

#[derive(Debug, Args)]
pub(crate) struct Archive {
    #[command(subcommand)]
    pub(crate) command: ArchiveCommand,
    #[command(flatten)]
    pub(crate) place: DatabasePlace,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ArchiveCommand {
    /// Examines every document, every UPO, the audit log and the database's file; names each that is not what it was.
    #[command(
        after_help = "Example:\n  bramka archive verify --format json\n\nIt works with or without a gateway running and changes nothing.\n\nExit codes: 0 everything is as it was, 1 something is not, 2 it could not be read."
    )]
    Verify(VerifyArchive),
}

#[derive(Debug, Args)]
pub(crate) struct VerifyArchive {
    /// Object storage where documents rest, as for serve; without it they are counted and not looked at.
    #[arg(long, value_name = "URL", env = "BRAMKA_OBJECTS")]
    pub(crate) objects: Option<String>,
    /// Lines for people, or one JSON object for programs.
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    pub(crate) format: ListFormat,
}
