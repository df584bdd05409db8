//! The command line: every command; their flags stand in `cli/`.

mod about;
mod access;
mod anonymise;
mod archive;
mod buyers;
mod cert;
mod company;
mod convert;
mod credential;
mod doctor;
mod evidence;
mod guide;
mod import;
mod notify;
mod permission;
mod purchases;
mod render;
mod retention;
mod routing;
mod send;
mod series;
mod serve;
mod validate;
mod vault;
mod webhook;

use clap::{Parser, Subcommand, ValueEnum};

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
    AddCompany, Company, CompanyCommand, CompanyLogin, EnvironmentName, GatewayAddress, LoginName,
    PolicyName, SetCompany, Switch, UpoModeName,
};
pub(crate) use convert::Convert;
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
pub(crate) use render::{Codes, CornerName, ModeName, Render, RenderLang, Stamp};
pub(crate) use retention::{
    DueRetention, HoldArguments, HoldCommand, PlaceHold, RetentionArguments, RetentionCommand, SetRetention,
};
pub(crate) use routing::{
    AssignRoute, OfCompany, Route, RouteCommand, SetRoute, UnitArguments, UnitCommand, ViewName,
};
pub(crate) use send::Send;
pub(crate) use series::{ResetName, Series, SeriesCommand};
pub(crate) use serve::{Demo, LimitsName, Serve, Simulator};
pub(crate) use validate::{Bench, BenchValidate, Explain, LayerName, Schema, Validate, ValidationProfile};
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

#[cfg(test)]
mod tests {
    use std::path::Path;

    use clap::CommandFactory as _;

    use super::*;

    /// The texts of a folder and those below it.
    fn texts_below(folder: &Path, texts: &mut Vec<(String, String)>) {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            let is_text =
                path.extension().is_some_and(|kind| ["rs", "md", "html"].iter().any(|one| kind == *one));
            if path.is_dir() && !path.ends_with("target") {
                texts_below(&path, texts);
            } else if is_text {
                let text = std::fs::read_to_string(&path).expect("a text");
                texts.push((path.display().to_string(), text));
            }
        }
    }

    #[test]
    fn every_command_that_a_text_names_is_there() {
        let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let mut texts = Vec::new();
        for part in ["crates", "docs"] {
            texts_below(&workspace.join(part), &mut texts);
        }
        texts.push((
            "README.md".into(),
            std::fs::read_to_string(workspace.join("README.md")).expect("a text"),
        ));
        let program = Cli::command();
        let mut named = 0;
        for command in program.get_subcommands().filter(|command| command.has_subcommands()) {
            let call = format!("bramka {} ", command.get_name());
            for (file, text) in &texts {
                for after in text.split(&call).skip(1) {
                    let word: String = after
                        .chars()
                        .take_while(|letter| letter.is_ascii_lowercase() || *letter == '-')
                        .collect();
                    if word.starts_with(|letter: char| letter.is_ascii_lowercase()) {
                        named += 1;
                        assert!(command.find_subcommand(&word).is_some(), "{file}: {call}{word}");
                    }
                }
            }
        }
        assert!(named > 100, "only {named} are named: where are the texts?");
    }
}
