//! The command line: every flag, in one place.

mod about;
mod access;
mod anonymise;
mod archive;
mod buyers;
mod cert;
mod company;
mod credential;
mod doctor;
mod evidence;
mod guide;
mod import;
mod notify;
mod permission;
mod purchases;
mod retention;
mod routing;
mod series;
mod vault;
mod webhook;

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use ksef_id::{ContextIdentifier, KsefNumber};

pub(crate) use about::{Completions, Man};
pub(crate) use access::{
    ApiKey, ApiKeyCommand, Audit, AuditCommand, DatabasePlace, ScopeName, User, UserCommand,
};
pub(crate) use anonymise::Anonymise;
pub(crate) use archive::{Archive, ArchiveCommand, Backup, BackupKey, Export, Restore, VerifyArchive};
pub(crate) use buyers::{BuyerLog, Buyers, BuyersCommand, PurposeOfLetter, SetBuyers, SetText};
pub(crate) use cert::{
    Cert, CertCommand, CertStatusName, CertTypeName, FetchCert, KeyTypeName, ListCerts, RenewCerts,
    RequestCert, ResumeCerts, RevocationReasonName, RevokeCert, SignOutside,
};
pub(crate) use company::{
    AddCompany, Company, CompanyCommand, EnvironmentName, GatewayAddress, PolicyName, SetCompany, Switch,
    UpoModeName,
};
pub(crate) use credential::{
    AddCredential, AttachCredential, Credential, CredentialCommand, Inspect, OwnerName, PurposeName,
};
pub(crate) use doctor::{Doctor, NeedName};
pub(crate) use evidence::{Latarnia, Upo, VerifyUpo};
pub(crate) use guide::{Guide, TopicName};
pub(crate) use import::Import;
pub(crate) use notify::{LetterLanguage, Notify, NotifyCommand, RhythmName};
pub(crate) use permission::{
    CheckGrants, Grant, GrantAuthorization, GrantBase, GrantEntity, GrantEuAdmin, GrantEuRepresentative,
    GrantIndirect, GrantPerson, GrantSubunit, Grantee, ListName, ListPermissions, Permission,
    PermissionCommand,
};
pub(crate) use purchases::{Reconcile, Sync};
pub(crate) use retention::{
    DueRetention, HoldArguments, HoldCommand, PlaceHold, RetentionArguments, RetentionCommand, SetRetention,
};
pub(crate) use routing::{
    AssignRoute, OfCompany, Route, RouteCommand, SetRoute, UnitArguments, UnitCommand, ViewName,
};
pub(crate) use series::{ResetName, Series, SeriesCommand};
pub(crate) use vault::{Vault, VaultCommand};
pub(crate) use webhook::{OneWebhook, Webhook, WebhookCommand};

/// A gateway between companies and KSeF, with its own KSeF simulator.
#[derive(Debug, Parser)]
#[command(name = "bramka", version, arg_required_else_help = true, after_help = EXIT_CODES)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Shows everything at work: simulator, gateway, three sales invoices, one purchase.
    #[command(
        after_help = "Example:\n  bramka demo --once --data /tmp/demo\n\nExit codes: 0 every step happened, 1 a step failed, 2 it could not start."
    )]
    Demo(Demo),
    /// Runs KSeF in a box on this machine.
    #[command(
        after_help = "Examples:\n  bramka simulator --listen 127.0.0.1:9090 --seed 7\n  bramka simulator --listen 127.0.0.1:9090 --control 127.0.0.1:9091 --data simulator --scenario ugly-inbox\n\nExit codes: 0 stopped, 2 it could not start."
    )]
    Simulator(Simulator),
    /// Runs the gateway.
    #[command(
        after_help = "Example:\n  bramka serve --config bramka.toml\n\nExit codes: 0 stopped, 2 it could not start."
    )]
    Serve(Serve),
    /// Hands invoices to a gateway.
    #[command(
        after_help = "Examples:\n  bramka send --wait invoice.xml\n  bramka send --company 5265877635 orders.xlsx invoices/ --format json\n\nExit codes: 0 all taken (with --wait: in KSeF, with UPO), 1 some were refused, 2 a file or the gateway could not be reached, 3 not finished in time."
    )]
    Send(Send),
    /// Has a gateway look for a company's purchases now.
    #[command(
        after_help = "Example:\n  bramka sync --company 5265877635 --wait 10m\n\nExit codes: 0 asked (with --wait: all read), 1 a role could not be read, 2 the gateway could not be reached, 3 not finished in time."
    )]
    Sync(Sync),
    /// Compares the register with KSeF's metadata and UPO, and fetches what is missing.
    #[command(
        after_help = "Example:\n  bramka reconcile --company 5265877635 --from 2026-10-01 --format json\n\nExit codes: 0 everything agrees, 1 something needs a person, 2 the gateway could not be reached, 3 not finished in time."
    )]
    Reconcile(Reconcile),
    #[command(flatten)]
    Quick(Quick),
    /// Makes XML of tables (CSV, XLSX) and of neutral JSON, and neutral JSON of XML.
    #[command(
        after_help = "Example:\n  bramka convert orders.xlsx -o invoices/ --seller seller.json\n\nExit codes: 0 all converted, 1 some were refused, 2 a file could not be read or written."
    )]
    Convert(Convert),
    /// Takes the people and firms out of invoices, for environments where real data has no business.
    #[command(
        after_help = "Example:\n  bramka anonymise invoices/ -o test-invoices/ --key-file secret\n\nNames, addresses, identifiers, accounts, contacts and free texts are replaced; invoice numbers, dates, goods, prices and sums stay.\n\nExit codes: 0 all done, 1 some are no invoices, 2 a file could not be read or written."
    )]
    Anonymise(Anonymise),
    /// The companies of this gateway.
    Company(Company),
    /// Who may use this gateway, and as what.
    User(User),
    /// Keys with which programs use this gateway.
    ApiKey(ApiKey),
    /// What was done, by whom and from where.
    Audit(Audit),
    /// Writes everything that is kept into one sealed file, while a gateway works, and verifies it.
    #[command(
        after_help = "Examples:\n  bramka backup bramka-2026-11-22.backup --passphrase-file secret\n  bramka backup nightly.backup --key-file /etc/bramka/backup.key --database postgres://…\n\nWith database, vault and bramka.toml. Keep the passphrase or key, and the vault's master key, elsewhere than the backup.\n\nExit codes: 0 made and verified, 1 made, and some documents in it are not what they were, 2 it could not be made."
    )]
    Backup(Backup),
    /// Puts a backup into an empty place, and verifies every document there.
    #[command(
        after_help = "Examples:\n  bramka restore bramka-2026-11-22.backup --passphrase-file secret --data new-folder\n  bramka restore nightly.backup --key-file backup.key --check\n\nWithout --database it goes into a file of SQLite in the data folder, whatever database it was made of.\n\nExit codes: 0 restored and whole, 1 restored, and some documents are not what they were, 2 it could not be restored."
    )]
    Restore(Restore),
    /// Writes the documents of a period as files that can be read without bramka.
    #[command(
        after_help = "Example:\n  bramka export --from 2026-01-01 --to 2026-12-31 archive-2026\n\nXML, UPO and PDF by company and month, a register.csv for spreadsheets, and pages that begin with index.html. Interrupted, it is simply run again.\n\nExit codes: 0 all written, 1 some documents are missing or not what they were, 2 it could not be written."
    )]
    Export(Export),
    /// Takes in what was saved of KSeF 1.0: invoices with their numbers of 36 characters, and UPOs.
    #[command(
        after_help = "Examples:\n  bramka import ksef1/ --company 5265877635\n  bramka import 2023.zip 2024.zip --company 5265877635 --index numery.csv --format json\n\nThe bytes are kept as they are. The KSeF number of an invoice stands in its file's name, in the table of --index (a row has a number and a file's name), or in a UPO that lies beside. What is here already stays; what cannot be taken is listed and stops nothing.\n\nExit codes: 0 all taken or here already, 1 some were refused, 2 a path cannot be read, or the gateway does not answer."
    )]
    Import(Import),
    /// What is kept: examining it.
    Archive(Archive),
    /// Number series of invoices.
    Series(Series),
    /// Where a company's events are sent.
    Webhook(Webhook),
    /// Who is told by e-mail of what happens in a company.
    Notify(Notify),
    /// Invoices to buyers by e-mail: by which rule, where to, in which words, and what became of them.
    Buyers(Buyers),
    /// Whose purchases are: rules, assignments, who sees what.
    Route(Route),
    /// Units of a company: of a municipality, members of a VAT group.
    Unit(UnitArguments),
    /// How long documents are kept, and what is erased afterwards.
    Retention(RetentionArguments),
    /// What is held back from erasing, by whom and why.
    Hold(HoldArguments),
    /// Certificates, keys and tokens.
    Credential(Credential),
    /// Certificates of KSeF: applying, listing, renewing, revoking.
    Cert(Cert),
    /// Who may do what in KSeF: listing, granting, taking back.
    Permission(Permission),
    /// Tells the state of KSeF as the Ministry's service announces it.
    #[command(
        after_help = "Examples:\n  bramka latarnia\n  bramka latarnia --messages --save latarnia.json\n\nIt is evidence for the mode of invoices and no reason to stop sending: it has been wrong both ways.\n\nExit codes: 0 KSeF is available (with --messages: read), 1 something is announced, 2 Latarnia does not answer."
    )]
    Latarnia(Latarnia),
    /// KSeF's confirmations of receipt.
    #[command(subcommand)]
    Upo(Upo),
    /// Says what stands between each company and KSeF, and what to do about it.
    #[command(
        after_help = "Examples:\n  bramka doctor --company 5265877635\n  bramka doctor --need view --no-session --format json\n\nIt logs in, looks, opens a session and closes it without an invoice, and logs out again.\n\nExit codes: 0 nothing failed, 1 something has to be put right, 2 it could not begin."
    )]
    Doctor(Doctor),
    /// Tells what people have to do themselves, click by click, and the dates to plan by.
    #[command(
        after_help = "Examples:\n  bramka guide\n  bramka guide auth-certificate --company 5265877635 --environment test\n  bramka guide grant-office --company 5265877635 --to 1111111111\n\nExit codes: 0 told."
    )]
    Guide(Guide),
    /// The vault of keys and tokens.
    Vault(Vault),
    /// Shows the licences of all that is compiled in, with their texts.
    Licenses,
    /// Writes a script that completes commands and flags in a shell.
    #[command(
        after_help = "Example:\n  bramka completions bash > /usr/share/bash-completion/completions/bramka"
    )]
    Completions(Completions),
    /// Writes the pages of the manual, one for each command.
    #[command(after_help = "Example:\n  bramka man /usr/local/share/man/man1")]
    Man(Man),
}

/// What is done in a moment, on files alone. The flags of these commands are built without those of the others, which
/// takes longer than validating an invoice, and they have nothing to log.
#[derive(Debug, Subcommand)]
pub(crate) enum Quick {
    /// Says what is wrong with invoices.
    #[command(
        after_help = "Example:\n  bramka validate --format json invoice.xml invoices/\n\nExit codes: 0 all valid, 1 some invalid, 2 some could not be read."
    )]
    Validate(Validate),
    /// Tells more about a code of a finding, of an invoice or of a credential.
    #[command(after_help = "Example:\n  bramka explain XSD030\n\nExit codes: 0 explained, 2 no such code.")]
    Explain(Explain),
    /// Tells about the schemas that documents are checked against.
    #[command(subcommand)]
    Schema(Schema),
    /// Measures how quick it is on this machine.
    #[command(subcommand)]
    Bench(Bench),
    /// Makes a PDF or an HTML file of a document, or of every document in a folder.
    #[command(
        after_help = "Examples:\n  bramka render invoice.xml -o invoice.pdf --lang en\n  bramka render invoice.xml --mode offline24 --offline-cert offline.pem --offline-key offline.key --context Nip:1111111111\n  bramka render invoice.xml --mode offline24 --company 1111111111\n  bramka render invoices -o prints\n\nExit codes: 0 made, 1 some of a folder could not be, 2 it could not be read, rendered or written."
    )]
    Render(Render),
    /// Puts an invoice's verification codes on a PDF that another program has made.
    #[command(
        after_help = "Example:\n  bramka stamp erp.pdf --invoice invoice.xml --ksef-number N -o stamped.pdf\n\nExit codes: 0 made, 2 it could not be read, stamped or written."
    )]
    Stamp(Stamp),
}

#[derive(Debug, Parser)]
#[command(name = "bramka")]
struct QuickCli {
    #[command(subcommand)]
    command: Quick,
}

impl Cli {
    /// Reads the command line; ends the process with words where it cannot be read, or asks for help.
    pub(crate) fn read() -> Self {
        let is_quick =
            std::env::args_os().nth(1).is_some_and(|word| word.to_str().is_some_and(Quick::has_subcommand));
        if is_quick { Self { command: Command::Quick(QuickCli::parse().command) } } else { Self::parse() }
    }
}

impl Quick {
    fn lang(&self) -> Option<Lang> {
        match self {
            Self::Validate(arguments) => arguments.lang,
            Self::Explain(arguments) => arguments.lang,
            Self::Schema(Schema::List(arguments)) => arguments.lang,
            Self::Bench(Bench::Validate(arguments)) => arguments.lang,
            Self::Render(_) | Self::Stamp(_) => None,
        }
    }
}

impl Command {
    /// Whether it is done in a moment and has nothing to log: starting a log would cost more than the work.
    pub(crate) fn is_quick(&self) -> bool {
        matches!(self, Self::Quick(_) | Self::Guide(_) | Self::Licenses | Self::Completions(_) | Self::Man(_))
    }

    /// The language asked for by a flag; `render --lang` is the document's, not the messages'.
    pub(crate) fn lang(&self) -> Option<Lang> {
        match self {
            Self::Quick(command) => command.lang(),
            Self::Demo(arguments) => arguments.lang,
            Self::Simulator(arguments) => arguments.lang,
            Self::Serve(arguments) => arguments.lang,
            Self::Send(arguments) => arguments.lang,
            Self::Sync(arguments) => arguments.lang,
            Self::Reconcile(arguments) => arguments.lang,
            Self::Convert(arguments) => arguments.lang,
            Self::Anonymise(arguments) => arguments.lang,
            Self::Company(arguments) => arguments.lang,
            Self::User(arguments) => arguments.database.lang,
            Self::ApiKey(arguments) => arguments.database.lang,
            Self::Audit(arguments) => arguments.database.lang,
            Self::Backup(arguments) => arguments.place.lang,
            Self::Restore(arguments) => arguments.place.lang,
            Self::Export(arguments) => arguments.place.lang,
            Self::Import(arguments) => arguments.lang,
            Self::Archive(arguments) => arguments.place.lang,
            Self::Series(arguments) => arguments.lang,
            Self::Webhook(arguments) => arguments.lang,
            Self::Notify(arguments) => arguments.lang,
            Self::Buyers(arguments) => arguments.lang,
            Self::Route(arguments) => arguments.lang,
            Self::Unit(arguments) => arguments.lang,
            Self::Retention(arguments) => arguments.lang,
            Self::Hold(arguments) => arguments.lang,
            Self::Credential(arguments) => arguments.command.lang(),
            Self::Cert(arguments) => arguments.lang,
            Self::Permission(arguments) => arguments.lang,
            Self::Latarnia(arguments) => arguments.lang,
            Self::Upo(Upo::Verify(arguments)) => arguments.lang,
            Self::Doctor(arguments) => arguments.lang,
            Self::Guide(arguments) => arguments.lang,
            Self::Vault(arguments) => arguments.lang,
            Self::Licenses | Self::Completions(_) | Self::Man(_) => None,
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct Demo {
    /// Ends when every step has happened, instead of staying up.
    #[arg(long)]
    pub(crate) once: bool,
    /// Where the gateway listens.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    pub(crate) listen: SocketAddr,
    /// Folder for database and files [default: `demo` in the data folder of bramka].
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// Language of messages [default: BRAMKA_LANG, the locale, English].
    #[arg(long)]
    pub(crate) lang: Option<Lang>,
}

#[derive(Debug, Args)]
pub(crate) struct Simulator {
    /// Where the simulator listens; the API is at http://ADDR/v2.
    #[arg(long, value_name = "ADDR")]
    pub(crate) listen: SocketAddr,
    /// Which of KSeF's environments it imitates.
    #[arg(long, value_enum, default_value_t = ProfileName::Test)]
    pub(crate) profile: ProfileName,
    /// Fixes order and reference numbers [default: random, printed].
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,
    /// Whether KSeF's rate limits hold.
    #[arg(long, value_enum, default_value_t = LimitsName::Production)]
    pub(crate) limits: LimitsName,
    /// Where the control port listens: a page, and an API that is described at /control/openapi.json [default: none].
    #[arg(long, value_name = "ADDR")]
    pub(crate) control: Option<SocketAddr>,
    /// What is set at the start: april-2026-outage, month-end, first-sync-two-years, ugly-inbox …; a wrong name lists all.
    #[arg(long, value_name = "NAME")]
    pub(crate) scenario: Option<String>,
    /// NIP of the company for which scenarios are set.
    #[arg(long, value_name = "NIP", default_value = "2222222222")]
    pub(crate) company: String,
    /// Time at the start, like 2026-04-22T16:00:00Z; it goes on from there [default: now].
    #[arg(long, value_name = "TIME")]
    pub(crate) clock: Option<jiff::Timestamp>,
    /// Folder that keeps everything, keys included; made when it is not there [default: kept in memory].
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// Language of messages [default: BRAMKA_LANG, the locale, English].
    #[arg(long)]
    pub(crate) lang: Option<Lang>,
}

#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// Where to listen [default: the configuration's, else 127.0.0.1:8080].
    #[arg(long, value_name = "ADDR", env = "BRAMKA_LISTEN")]
    pub(crate) listen: Option<SocketAddr>,
    /// Data folder [default: the configuration's, else $XDG_DATA_HOME/bramka or ~/.local/share/bramka].
    #[arg(long, value_name = "DIR", env = "BRAMKA_DATA")]
    pub(crate) data: Option<PathBuf>,
    /// Database: postgres://user:password@host/name, or a file of SQLite [default: the configuration's, else gateway.db in the data folder].
    #[arg(long, value_name = "URL", env = "BRAMKA_DATABASE", hide_env_values = true)]
    pub(crate) database: Option<String>,
    /// Lets it change the tables of a PostgreSQL database that an earlier version made: make a backup and stop other nodes first.
    #[arg(long, env = "BRAMKA_MIGRATE", value_parser = clap::builder::FalseyValueParser::new())]
    pub(crate) migrate: bool,
    /// Object storage for documents: s3://bucket/prefix?endpoint=https://…&region=…; the access key comes from
    /// AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or from credentials_file= [default: the configuration's, else documents rest in the database].
    #[arg(long, value_name = "URL", env = "BRAMKA_OBJECTS")]
    pub(crate) objects: Option<String>,
    /// Configuration file with the companies [default: bramka.toml in the data folder, if it is there].
    #[arg(long, value_name = "FILE", env = "BRAMKA_CONFIG")]
    pub(crate) config: Option<PathBuf>,
    /// File with the API key that every request must bring [default: BRAMKA_API_KEY, the configuration's, none].
    #[arg(long, value_name = "FILE", env = "BRAMKA_API_KEY_FILE")]
    pub(crate) api_key_file: Option<PathBuf>,
    /// The address under which others reach the gateway, as in `https://bramka.example` [default: the configuration's, none].
    #[arg(long, value_name = "URL", env = "BRAMKA_PUBLIC_URL")]
    pub(crate) public_url: Option<String>,
    /// Certificate for TLS with those that issued it, PEM; with its key TLS is spoken without a proxy in front, and new files are
    /// taken without a restart [default: the configuration's, none].
    #[arg(long, value_name = "FILE", env = "BRAMKA_TLS_CERTIFICATE", requires = "tls_key")]
    pub(crate) tls_certificate: Option<PathBuf>,
    /// Key of the certificate for TLS, PEM, not encrypted.
    #[arg(long, value_name = "FILE", env = "BRAMKA_TLS_KEY", requires = "tls_certificate")]
    pub(crate) tls_key: Option<PathBuf>,
    /// How many days before their end certificates of the vault are renewed; 0 for never [default: the configuration's, else 30].
    #[arg(long, value_name = "DAYS", env = "BRAMKA_RENEW_DAYS", value_parser = clap::value_parser!(u16).range(0..=365))]
    pub(crate) renew_days: Option<u16>,
    /// Networks that webhooks may lead into beside the public ones, separated by commas [default: the configuration's, none].
    #[arg(long, value_name = "NETWORKS", env = "BRAMKA_WEBHOOK_ALLOW")]
    pub(crate) webhook_allow: Option<String>,
    /// Language of messages [default: BRAMKA_LANG, the locale, English].
    #[arg(long)]
    pub(crate) lang: Option<Lang>,
}

#[derive(Debug, Args)]
pub(crate) struct Send {
    /// Invoices: XML, neutral JSON, tables (CSV, XLSX), or folders of such files.
    #[arg(required = true, value_name = "FILE|DIR")]
    pub(crate) files: Vec<PathBuf>,
    /// Lines for people, or one JSON object for each invoice.
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    pub(crate) format: ListFormat,
    /// The gateway.
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:8080")]
    pub(crate) url: String,
    /// Works on this data folder itself when no gateway runs there.
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// Configuration file with the companies, for --data [default: bramka.toml in the data folder].
    #[arg(long, value_name = "FILE", requires = "data")]
    pub(crate) config: Option<PathBuf>,
    /// Whose invoices they are: a NIP, InternalId:…, NipVatUe:… or PeppolId:… [default: the seller's NIP].
    #[arg(long, value_name = "CONTEXT")]
    pub(crate) company: Option<ContextIdentifier>,
    /// Waits until each invoice is in KSeF with its UPO, or refused.
    #[arg(long)]
    pub(crate) wait: bool,
    /// File with the API key [default: BRAMKA_API_KEY, none].
    #[arg(long, value_name = "FILE")]
    pub(crate) api_key_file: Option<PathBuf>,
    /// Language of messages [default: BRAMKA_LANG, the locale, English].
    #[arg(long)]
    pub(crate) lang: Option<Lang>,
}

#[derive(Debug, Args)]
pub(crate) struct Validate {
    /// Invoices as XML files, folders of them (every *.xml, however deep), or - for standard input.
    #[arg(required = true, value_name = "FILE|DIR|-")]
    pub(crate) files: Vec<PathBuf>,
    /// Lines for people, one JSON object a line for programs, or annotations for GitHub Actions.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
    /// Whose rules apply; strict is the superset.
    #[arg(long, value_enum, default_value_t = ValidationProfile::Strict)]
    pub(crate) profile: ValidationProfile,
    /// Language of messages [default: BRAMKA_LANG, the locale, English].
    #[arg(long)]
    pub(crate) lang: Option<Lang>,
}

#[derive(Debug, Args)]
pub(crate) struct Convert {
    /// A table (.csv, .xlsx) with a line of an invoice in each row, a neutral invoice (.json), or an invoice (.xml).
    #[arg(value_name = "IN")]
    pub(crate) input: PathBuf,
    /// A folder for one file an invoice, or a file ending in .xml or .json.
    #[arg(short, long, value_name = "OUT")]
    pub(crate) output: PathBuf,
    /// What the table's columns mean, as TOML or JSON [default: the usual Polish and English headings].
    #[arg(long, value_name = "FILE")]
    pub(crate) map: Option<PathBuf>,
    /// The seller of every invoice of the table, as in a neutral invoice.
    #[arg(long, value_name = "FILE")]
    pub(crate) seller: Option<PathBuf>,
    /// Writes over files that are there.
    #[arg(long)]
    pub(crate) force: bool,
    /// Lines for people, or one JSON object an invoice for programs.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
    /// Language of messages [default: BRAMKA_LANG, the locale, English].
    #[arg(long)]
    pub(crate) lang: Option<Lang>,
}

#[derive(Debug, Args)]
pub(crate) struct Explain {
    /// The code, as a finding shows it.
    pub(crate) code: String,
    /// Language of messages [default: BRAMKA_LANG, the locale, English].
    #[arg(long)]
    pub(crate) lang: Option<Lang>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Schema {
    /// Lists the forms with their versions, validity and the SHA-256 of the official files behind our tables.
    #[command(after_help = "Example:\n  bramka schema list\n\nExit codes: 0 listed.")]
    List(SchemaList),
}

#[derive(Debug, Args)]
pub(crate) struct SchemaList {
    /// Language of messages [default: BRAMKA_LANG, the locale, English].
    #[arg(long)]
    pub(crate) lang: Option<Lang>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Bench {
    /// Validates one document over and over on one thread, keeping nothing in between; prints documents per second.
    #[command(
        after_help = "Example:\n  bramka bench validate invoice.xml --seconds 5 --layer all\n\nExit codes: 0 measured, 1 measured, and the document is invalid, 2 it could not be read."
    )]
    Validate(BenchValidate),
}

#[derive(Debug, Args)]
pub(crate) struct BenchValidate {
    /// The document.
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// How long, in seconds.
    #[arg(long, value_name = "S", default_value_t = 3.0, value_parser = seconds)]
    pub(crate) seconds: f64,
    /// How far to check: well-formedness, file rules and schema, or the rules of meaning as well.
    #[arg(long, value_enum, default_value_t = LayerName::Schema)]
    pub(crate) layer: LayerName,
    /// Language of messages [default: BRAMKA_LANG, the locale, English].
    #[arg(long)]
    pub(crate) lang: Option<Lang>,
}

fn seconds(text: &str) -> Result<f64, String> {
    let seconds: f64 = text.parse().map_err(|_| "a number of seconds, for example 2.5".to_owned())?;
    if (0.01..=3600.0).contains(&seconds) {
        Ok(seconds)
    } else {
        Err("between 0.01 and 3600 seconds".to_owned())
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LayerName {
    Schema,
    All,
}

#[derive(Debug, Args)]
pub(crate) struct Render {
    /// The document, or a folder of documents (*.xml).
    #[arg(value_name = "FILE|FOLDER")]
    pub(crate) file: PathBuf,
    /// What to make: a name ending in .pdf or .html; for a folder the folder to write to [default: beside the document].
    #[arg(short, long, value_name = "OUT")]
    pub(crate) output: Option<PathBuf>,
    /// Makes HTML files of a folder's documents instead of PDFs.
    #[arg(long)]
    pub(crate) html: bool,
    /// Makes the confirmation of a transaction (potwierdzenie transakcji) of an invoice issued offline.
    #[arg(long)]
    pub(crate) confirmation: bool,
    /// Language of the document.
    #[arg(long, value_enum, default_value_t = RenderLang::Pl)]
    pub(crate) lang: RenderLang,
    /// The company's colour, as RRGGBB.
    #[arg(long, value_name = "RRGGBB", value_parser = parse_color)]
    pub(crate) accent: Option<[u8; 3]>,
    /// The company's mark, PNG or JPEG.
    #[arg(long, value_name = "FILE")]
    pub(crate) logo: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) codes: Codes,
}

#[derive(Debug, Args)]
pub(crate) struct Stamp {
    /// The PDF.
    #[arg(value_name = "PDF")]
    pub(crate) file: PathBuf,
    /// The invoice's XML: exactly the file that is or will be in KSeF.
    #[arg(long, value_name = "FILE")]
    pub(crate) invoice: PathBuf,
    /// The stamped PDF.
    #[arg(short, long, value_name = "OUT")]
    pub(crate) output: PathBuf,
    /// The page [default: the last one].
    #[arg(long, value_name = "N")]
    pub(crate) page: Option<u32>,
    /// The corner of the page.
    #[arg(long, value_enum, default_value_t = CornerName::BottomRight)]
    pub(crate) corner: CornerName,
    /// Distance from the page's edges in millimetres.
    #[arg(long, value_name = "MM", default_value_t = 10.0)]
    pub(crate) margin: f32,
    /// Side of a code in millimetres, 20 to 80.
    #[arg(long, value_name = "MM", default_value_t = 32.0)]
    pub(crate) size: f32,
    /// Language of the words beneath the codes.
    #[arg(long, value_enum, default_value_t = RenderLang::Pl)]
    pub(crate) lang: RenderLang,
    #[command(flatten)]
    pub(crate) codes: Codes,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum CornerName {
    TopLeft,
    TopRight,
    BottomLeft,
    BottomRight,
}

/// What the verification codes of a print are made of.
#[derive(Debug, Args)]
pub(crate) struct Codes {
    /// The invoice's KSeF number; without one the print says that it awaits its number.
    #[arg(long, value_name = "N")]
    pub(crate) ksef_number: Option<KsefNumber>,
    /// Which KSeF the QR codes point to [default: that of --company, else prd].
    #[arg(long, value_enum)]
    pub(crate) environment: Option<ProfileName>,
    /// How the invoice is issued: online has one code, the offline modes two, a total failure none.
    #[arg(long, value_enum, default_value_t = ModeName::Online)]
    pub(crate) mode: ModeName,
    /// Certificate of type Offline, for the second code (PEM, DER, or PKCS#12 with its key).
    #[arg(long, value_name = "FILE")]
    pub(crate) offline_cert: Option<PathBuf>,
    /// The certificate's key (PEM or DER); its password is read from BRAMKA_OFFLINE_PASSWORD.
    #[arg(long, value_name = "FILE")]
    pub(crate) offline_key: Option<PathBuf>,
    /// The context in which the invoice will be sent: Nip:1111111111, InternalId:…, NipVatUe:…, PeppolId:….
    #[arg(long, value_name = "TYPE:VALUE", value_parser = ContextIdentifier::parse)]
    pub(crate) context: Option<ContextIdentifier>,
    /// A company of the vault, whose certificate of type Offline signs the second code, in its context and environment.
    #[arg(
        long,
        value_name = "CONTEXT",
        value_parser = ContextIdentifier::parse,
        conflicts_with_all = ["offline_cert", "offline_key"]
    )]
    pub(crate) company: Option<ContextIdentifier>,
    /// The data folder with the vault.
    #[arg(long, value_name = "FOLDER", requires = "company")]
    pub(crate) data: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum RenderLang {
    Pl,
    En,
    PlEn,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum ModeName {
    Online,
    Offline24,
    Unavailability,
    Failure,
    TotalFailure,
}

/// A colour as `1d4e7e` or `#1d4e7e`.
fn parse_color(text: &str) -> Result<[u8; 3], String> {
    ksef_render::parse_color(text).ok_or_else(|| "six hexadecimal digits, like 1d4e7e".to_owned())
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Lang {
    Pl,
    En,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum ProfileName {
    Test,
    Demo,
    Prd,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum ValidationProfile {
    Strict,
    Test,
    Demo,
    Prd,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum LimitsName {
    Production,
    Off,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Text,
    Json,
    Github,
}

/// How commands answer that have nothing to annotate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ListFormat {
    Text,
    Json,
}

const EXIT_CODES: &str = "Exit codes: 0 done, 1 done but with a bad result, 2 it could not be done. Each command says more.\n\
Environment: BRAMKA_LANG (pl, en), BRAMKA_API_KEY, BRAMKA_LOG (warn, info, debug).\n\
Try it: bramka demo";
