//! The flags of `bramka latarnia` and `bramka upo`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use ksef_id::{ContextIdentifier, KsefNumber};

use super::{EnvironmentName, Lang, ListFormat};

#[derive(Debug, Args)]
pub(crate) struct Latarnia {
    /// Whose Latarnia; DEMO has none.
    #[arg(long, value_enum, default_value_t = EnvironmentName::Prd)]
    pub(crate) environment: EnvironmentName,
    /// Address of the simulator's API, as in http://127.0.0.1:9090/v2.
    #[arg(long, value_name = "URL", required_if_eq("environment", "simulator"))]
    pub(crate) ksef_url: Option<String>,
    /// Every message that was published, not only those behind the present state.
    #[arg(long)]
    pub(crate) messages: bool,
    /// Keeps what Latarnia said, byte by byte, in a file: evidence for the mode of invoices.
    #[arg(long, value_name = "FILE")]
    pub(crate) save: Option<PathBuf>,
    /// Lines for people, or one JSON object for programs.
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    pub(crate) format: ListFormat,
    /// Language of messages [default: BRAMKA_LANG, the locale, English].
    #[arg(long)]
    pub(crate) lang: Option<Lang>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Upo {
    /// Checks a UPO in full, without a network: signature, signer, invoice, number, context.
    #[command(
        after_help = "Examples:\n  bramka upo verify upo.xml --invoice invoice.xml\n  bramka upo verify upo.xml --invoice invoice.xml --ksef-number N --company 5265877635 --signer mf.crt\n\nExit codes: 0 it confirms the invoice, 1 it does not, 2 a file could not be read."
    )]
    Verify(VerifyUpo),
}

#[derive(Debug, Args)]
pub(crate) struct VerifyUpo {
    /// The UPO, byte for byte as KSeF gave it.
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// The invoice, byte for byte as it was sent.
    #[arg(long, value_name = "FILE")]
    pub(crate) invoice: PathBuf,
    /// The invoice's KSeF number [default: the one that the UPO has for this content].
    #[arg(long, value_name = "N")]
    pub(crate) ksef_number: Option<KsefNumber>,
    /// In whose context it was sent [default: not checked].
    #[arg(long, value_name = "CONTEXT")]
    pub(crate) company: Option<ContextIdentifier>,
    /// Which KSeF it must come from.
    #[arg(long, value_enum, default_value_t = EnvironmentName::Prd)]
    pub(crate) environment: EnvironmentName,
    /// A certificate that may have signed it (PEM or DER); may be given several times.
    #[arg(long = "signer", value_name = "FILE")]
    pub(crate) signers: Vec<PathBuf>,
    /// Lines for people, or one JSON object for programs.
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    pub(crate) format: ListFormat,
    /// Language of messages [default: BRAMKA_LANG, the locale, English].
    #[arg(long)]
    pub(crate) lang: Option<Lang>,
}
