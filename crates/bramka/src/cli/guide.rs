//! The flags of `bramka guide`.

use clap::{Args, ValueEnum};
use ksef_id::ContextIdentifier;

use super::{Lang, ListFormat, ProfileName};

#[derive(Debug, Args)]
pub(crate) struct Guide {
    /// What about [default: a list of the topics].
    #[arg(value_enum, value_name = "TOPIC")]
    pub(crate) topic: Option<TopicName>,
    /// Whose portal the steps name.
    #[arg(long, value_enum, default_value_t = ProfileName::Prd)]
    pub(crate) environment: ProfileName,
    /// The company that is connected, or that grants.
    #[arg(long, value_name = "CONTEXT")]
    pub(crate) company: Option<ContextIdentifier>,
    /// To whom is granted: a NIP or PESEL.
    #[arg(long, value_name = "NUMBER")]
    pub(crate) to: Option<String>,
    /// Lines for people, or one JSON object for programs.
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    pub(crate) format: ListFormat,
    /// Language of messages [default: BRAMKA_LANG, the locale, English].
    #[arg(long)]
    pub(crate) lang: Option<Lang>,
}

/// What there is advice about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum TopicName {
    /// What has to be there before a company is connected.
    Preconditions,
    /// Granting rights to a person.
    GrantPerson,
    /// Granting rights to an accounting office.
    GrantOffice,
    /// An authentication certificate from the portal.
    AuthCertificate,
    /// An offline certificate from the portal.
    OfflineCertificate,
    /// A token from the portal.
    Token,
    /// The consent to invoices with attachments.
    Attachments,
    /// What the words mean.
    Dictionary,
    /// Dates of law, as far as they are known.
    Dates,
}
