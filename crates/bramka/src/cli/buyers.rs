//! `bramka buyers`: its flags.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use ksef_id::ContextIdentifier;

use super::{GatewayAddress, Lang, LetterLanguage, ListFormat, OfCompany, Switch};

#[derive(Debug, Args)]
pub(crate) struct Buyers {
    #[command(subcommand)]
    pub(crate) command: BuyersCommand,
    /// Language of messages [default: BRAMKA_LANG, the locale, English].
    #[arg(long, global = true)]
    pub(crate) lang: Option<Lang>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum BuyersCommand {
    /// Shows by which rule a company's buyers get invoices by e-mail.
    #[command(after_help = "Exit codes: 0 shown, 2 the gateway does not answer.")]
    Show(OfCompany),
    /// Says by which rule buyers get invoices.
    #[command(
        after_help = "Example:\n  bramka buyers set 5265877635 --listed on --outside-ksef on\n\nInvoices go once they have their KSeF numbers. Issued offline, a buyer with a NIP gets the transaction confirmation at once and the invoice with its number; in a failure, and outside KSeF, the invoice at once and not again.\n\nExit codes: 0 kept, 2 refused, or the gateway does not answer."
    )]
    Set(SetBuyers),
    /// Lists the address book.
    #[command(after_help = "Exit codes: 0 listed, 2 the gateway does not answer.")]
    List(OfCompany),
    /// Puts a buyer into the address book, or changes the address.
    #[command(
        after_help = "Example:\n  bramka buyers add 5265877635 1111111111 faktury@nabywca.example --language en\n\nExit codes: 0 kept, 2 refused, or the gateway does not answer."
    )]
    Add(AddBuyer),
    /// Takes a buyer out of the address book.
    #[command(after_help = "Exit codes: 0 removed, 2 there is none, or the gateway does not answer.")]
    Remove(RemoveBuyer),
    /// Sends an invoice, or what may be handed over of it now.
    #[command(
        after_help = "Exit codes: 0 it is on its way, 2 nothing may be handed over, nobody knows where to, or the gateway does not answer."
    )]
    Send(SendToBuyer),
    /// Shows the letters that brought an invoice, newest first, with what the mail server said.
    #[command(after_help = "Exit codes: 0 shown, 1 something was not sent, 2 the gateway does not answer.")]
    Log(BuyerLog),
    /// Shows what letters say.
    #[command(after_help = "Exit codes: 0 shown, 2 the gateway does not answer.")]
    Texts(OfCompany),
    /// Has letters say what a file says: its first line is the subject, what follows is the text.
    #[command(
        after_help = "Example:\n  bramka buyers text 5265877635 invoice pl list.txt\n\nIn braces may stand {seller}, {number}, {issueDate}, {amount}, {ksefNumber}, {url} and {support}; a line with one that there is nothing for is left out. Without a file letters say what they say by themselves.\n\nExit codes: 0 kept, 2 refused, or the gateway does not answer."
    )]
    Text(SetText),
}

#[derive(Debug, Args)]
pub(crate) struct SetBuyers {
    /// Of which company.
    #[arg(value_name = "CONTEXT")]
    pub(crate) context: ContextIdentifier,
    /// To buyers that stand in the address book.
    #[arg(long, value_enum, default_value_t = Switch::Off)]
    pub(crate) listed: Switch,
    /// To buyers without a Polish NIP, at the address on the invoice.
    #[arg(long, value_enum, default_value_t = Switch::Off)]
    pub(crate) outside_ksef: Switch,
    /// Language where the address book says nothing else.
    #[arg(long, value_enum, default_value_t = LetterLanguage::Pl)]
    pub(crate) language: LetterLanguage,
    #[command(flatten)]
    pub(crate) gateway: GatewayAddress,
}

#[derive(Debug, Args)]
pub(crate) struct AddBuyer {
    /// Of which company.
    #[arg(value_name = "CONTEXT")]
    pub(crate) context: ContextIdentifier,
    /// The buyer's NIP, or another identifier as it stands on invoices.
    #[arg(value_name = "ID")]
    pub(crate) buyer: String,
    /// An e-mail address.
    #[arg(value_name = "ADDRESS")]
    pub(crate) address: String,
    /// Language of letters and prints.
    #[arg(long, value_enum, default_value_t = LetterLanguage::Pl)]
    pub(crate) language: LetterLanguage,
    #[command(flatten)]
    pub(crate) gateway: GatewayAddress,
}

#[derive(Debug, Args)]
pub(crate) struct RemoveBuyer {
    /// Of which company.
    #[arg(value_name = "CONTEXT")]
    pub(crate) context: ContextIdentifier,
    /// The buyer's NIP, or another identifier as it stands on invoices.
    #[arg(value_name = "ID")]
    pub(crate) buyer: String,
    #[command(flatten)]
    pub(crate) gateway: GatewayAddress,
}

#[derive(Debug, Args)]
pub(crate) struct SendToBuyer {
    /// Of which company.
    #[arg(value_name = "CONTEXT")]
    pub(crate) context: ContextIdentifier,
    /// Which invoice, by the identifier that it has here.
    #[arg(value_name = "INVOICE")]
    pub(crate) invoice: String,
    /// Where to [default: the address book's, else the one on the invoice].
    #[arg(long = "to", value_name = "ADDRESS")]
    pub(crate) address: Option<String>,
    /// Language [default: the address book's, Polish].
    #[arg(long, value_enum)]
    pub(crate) language: Option<LetterLanguage>,
    #[command(flatten)]
    pub(crate) gateway: GatewayAddress,
}

#[derive(Debug, Args)]
pub(crate) struct BuyerLog {
    /// Of which company.
    #[arg(value_name = "CONTEXT")]
    pub(crate) context: ContextIdentifier,
    /// Of one invoice, by the identifier that it has here [default: the newest of all].
    #[arg(long, value_name = "ID")]
    pub(crate) invoice: Option<String>,
    /// Lines for people, or JSON for programs.
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    pub(crate) format: ListFormat,
    #[command(flatten)]
    pub(crate) gateway: GatewayAddress,
}

#[derive(Debug, Args)]
pub(crate) struct SetText {
    /// Of which company.
    #[arg(value_name = "CONTEXT")]
    pub(crate) context: ContextIdentifier,
    /// Of which letters.
    #[arg(value_enum)]
    pub(crate) purpose: PurposeOfLetter,
    /// In which language.
    #[arg(value_enum)]
    pub(crate) language: LetterLanguage,
    /// The file.
    #[arg(value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) gateway: GatewayAddress,
}

/// What a letter brings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum PurposeOfLetter {
    /// The invoice.
    Invoice,
    /// The confirmation of the transaction.
    Confirmation,
}
