//! The flags of what stays up: `bramka demo`, `bramka simulator`, `bramka serve`.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{Lang, ProfileName};

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

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum LimitsName {
    Production,
    Off,
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
