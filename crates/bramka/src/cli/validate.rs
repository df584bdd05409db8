//! The flags of what looks at documents on this machine: `bramka validate`, `explain`, `schema`, `bench`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::{Format, Lang};

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

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum ValidationProfile {
    Strict,
    Test,
    Demo,
    Prd,
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
