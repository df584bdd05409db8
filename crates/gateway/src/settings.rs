//! The configuration file: which companies, with which credentials.
//!
//! ```toml
//! listen = "127.0.0.1:8080"
//! data = "/var/lib/bramka"
//! public_url = "https://bramka.example" # optional: the address that others reach it under
//!
//! [tls]                                # optional: TLS without a proxy in front
//! certificate = "bramka.crt"
//! key = "bramka.key"
//!
//! [[company]]
//! context = "5265877635"
//! environment = "simulator"            # test, demo, prd or simulator
//! ksef_url = "http://127.0.0.1:9090/v2" # for a simulator only
//! control_url = "http://127.0.0.1:9091" # for a simulator, optional: its clock is the company's
//! certificate = "auth.crt"             # with key and, if the key is encrypted, key_password_file; or one .p12
//! key = "auth.key"
//! key_password_file = "auth.password"
//! # or: token_file = "ksef.token"
//! upo_certificates = ["upo.crt"]       # optional: who may sign UPOs
//! offline_certificate = "offline.crt"  # optional: the second code on prints of invoices issued offline
//! offline_key = "offline.key"          # likewise with offline_key_password_file, or one .p12
//! folder = "exchange"                  # optional: watched; what is put into its folder `in` is sent
//! columns = "columns.toml"             # optional: what the columns of its tables mean, and its seller
//! logo = "logo.png"                    # optional: PNG or JPEG, and
//! accent = "1d4e7e"                    # a colour, for this company's prints instead of those of [print]
//!
//! [[folder]]                           # the same for a company that stands in the vault
//! context = "1111111111"
//! path = "exchange-1111111111"
//! columns = "columns.toml"
//!
//! support = "it@example.pl"            # optional, above all tables: whom people may ask for help
//!
//! [certificates]                       # optional: those of companies that stand in the vault
//! renew_days = 30                      # how many days before their end they are renewed; 0 for never
//!
//! [mail]                               # optional: a mail server for letters
//! host = "smtp.example.pl"
//! port = 587                           # optional: 587 for starttls, 465 for tls, 25 for none
//! security = "starttls"                # starttls, tls, or none (a server on this machine only)
//! user = "bramka"                      # optional, with password_file or BRAMKA_SMTP_PASSWORD
//! password_file = "smtp.password"
//! from = "bramka <bramka@example.pl>"
//! reply_to = "office@example.pl"       # optional
//!
//! [webhooks]                           # optional
//! allow = "10.1.0.0/16, 192.168.1.7"   # networks that webhooks may lead into beside the public ones
//!
//! [print]                              # optional: the prints of all companies, those of the vault, too
//! logo = "logo.png"
//! accent = "1d4e7e"
//! ```
//!
//! Paths are relative to the file. Secrets stand in files of their own, never in this one. `docs/configuration.md` has all settings,
//! and what environment and flags say for them.

mod company;
mod file;
mod names;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use gateway_outbound::{MailSettings, MailSettingsError, Networks, NetworksError};
use gateway_store::Database;
use invoice_tables::{ColumnMap, MapError};
use ksef_crypto::{CertificateError, CredentialError, KeyError};
use ksef_id::ContextIdentifier;
use ksef_render::RenderError;

use crate::company::{CompanySettings, PrintSettings};
use crate::tls::TlsFiles;

use file::{File, bytes_of, database_of};
use names::{did_you_mean, names_below, scalar};

/// What the file says, with the credentials already loaded.
#[derive(Default)]
pub struct Settings {
    /// Where to listen.
    pub listen: Option<SocketAddr>,
    /// The data folder.
    pub data: Option<PathBuf>,
    /// The address under which others reach the gateway.
    pub public_url: Option<PublicUrl>,
    /// The database: an address of PostgreSQL or a file of SQLite, by its full path.
    pub database: Option<Database>,
    /// Where documents rest, as it is written (`s3://…`).
    pub objects: Option<String>,
    /// The file with the operator's key.
    pub api_key_file: Option<PathBuf>,
    /// With what TLS is spoken.
    pub tls: Option<TlsFiles>,
    /// The companies.
    pub companies: Vec<CompanySettings>,
    /// Folders of companies that are not in `companies`.
    pub folders: Vec<FolderSettings>,
    /// How prints look of companies that do not say it themselves; already in those of `companies`.
    pub print: PrintSettings,
    /// How many days before their end certificates of the vault are renewed, up to 365; 0 for never.
    pub renew_days: Option<u16>,
    /// Networks that webhooks may lead into beside the public ones.
    pub webhook_networks: Networks,
    /// The mail server.
    pub mail: Option<MailSettings>,
    /// Whom people may ask for help: an address, a telephone number.
    pub support: Option<String>,
}

/// The address under which others reach the gateway: scheme, name and perhaps a port, nothing behind them. It stands beside
/// API keys, in mails and webhooks, and decides whether cookies are for TLS only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicUrl(String);

impl PublicUrl {
    /// Reads an address; `None` when it is none, or has more to it than scheme, name and port.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().trim_end_matches('/');
        let (scheme, authority) = text.split_once("://")?;
        let is_good = matches!(scheme, "http" | "https")
            && !authority.is_empty()
            && authority.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-:[]_".contains(&byte));
        is_good.then(|| Self(text.to_ascii_lowercase()))
    }

    /// The address, without a slash at its end.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The watched folder of a company whose other settings are in the vault.
#[derive(Debug, Clone, PartialEq)]
pub struct FolderSettings {
    /// Whose.
    pub context: ContextIdentifier,
    /// Where.
    pub path: PathBuf,
    /// What the columns of its tables mean.
    pub columns: ColumnMap,
}

/// Why the configuration cannot be used. Each names the file it is about.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// A file cannot be read.
    #[error("{} cannot be read: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The cause.
        source: std::io::Error,
    },
    /// The configuration is no TOML of the known shape.
    #[error("{}: {reason}", path.display())]
    Syntax {
        /// The file.
        path: PathBuf,
        /// Line and what is wrong there.
        reason: String,
    },
    /// A name that is no setting's.
    #[error("{}: line {line}: there is no setting {key}{}", path.display(), did_you_mean(nearest.as_deref()))]
    UnknownKey {
        /// The file.
        path: PathBuf,
        /// The line.
        line: usize,
        /// What stands there.
        key: String,
        /// The setting whose name is nearest, when one is near.
        nearest: Option<String>,
    },
    /// A company's entry contradicts itself.
    #[error("company {context}: {reason}")]
    Company {
        /// Which one.
        context: ContextIdentifier,
        /// What to change.
        reason: &'static str,
    },
    /// A certificate file.
    #[error("company {context}: certificate {}: {source}", path.display())]
    Certificate {
        /// Whose.
        context: ContextIdentifier,
        /// The file.
        path: PathBuf,
        /// Why.
        source: CertificateError,
    },
    /// A key file.
    #[error("company {context}: key {}: {source}", path.display())]
    Key {
        /// Whose.
        context: ContextIdentifier,
        /// The file.
        path: PathBuf,
        /// Why.
        source: KeyError,
    },
    /// Certificate and key do not fit.
    #[error("company {context}: {source}")]
    Credential {
        /// Whose.
        context: ContextIdentifier,
        /// Why.
        source: CredentialError,
    },
    /// The logo of prints.
    #[error("{}: {source}", path.display())]
    Logo {
        /// The file.
        path: PathBuf,
        /// Why.
        source: RenderError,
    },
    /// A column map.
    #[error("{}: {source}", path.display())]
    Columns {
        /// The file.
        path: PathBuf,
        /// Why.
        source: MapError,
    },
    /// Two companies' documents would be mixed.
    #[error("the folder {} is watched for {} and for {}: give each company a folder of its own, none inside another", path.display(), companies[0], companies[1])]
    FolderShared {
        /// The folder.
        path: PathBuf,
        /// Both companies.
        companies: Box<[ContextIdentifier; 2]>,
    },
    /// When certificates are renewed.
    #[error(
        "renew_days = {found} is too early: a new certificate is valid for two years; give 0 to {RENEW_DAYS_MAX}"
    )]
    RenewDays {
        /// What is there.
        found: u16,
    },
    /// The mail server.
    #[error("[mail]: {0}")]
    Mail(#[from] MailSettingsError),
    /// Networks of webhooks.
    #[error("networks of webhooks: {0}")]
    Networks(#[from] NetworksError),
    /// The public address.
    #[error(
        "public_url = \"{found}\" is no address: give http:// or https://, a name and perhaps a port, and nothing behind it"
    )]
    PublicUrl {
        /// What is there.
        found: String,
    },
    /// The colour of prints.
    #[error("accent = \"{found}\" is no colour: give six hexadecimal digits, red, green and blue (1d4e7e)")]
    Accent {
        /// What is there.
        found: String,
    },
}

impl Settings {
    /// Reads the file and everything it names.
    ///
    /// # Errors
    /// [`SettingsError`] says which file or company, and what to change.
    pub fn read(path: &Path) -> Result<Self, SettingsError> {
        let file = File::read(path)?;
        let folder = path.parent().unwrap_or(Path::new(""));
        file.load(folder)
    }

    /// Only the database that the file names: for whoever works on that alone, also where certificates of companies are missing.
    ///
    /// # Errors
    /// As [`Settings::read`], as far as it is about this file alone.
    pub fn read_database(path: &Path) -> Result<Option<Database>, SettingsError> {
        let folder = path.parent().unwrap_or(Path::new(""));
        Ok(File::read(path)?.database.map(|text| database_of(&text, folder)))
    }

    /// What the file says, as it says it: names, those of tables behind a point, and values. Without companies and folders, and
    /// without lists; what the names stand for is not looked at.
    ///
    /// # Errors
    /// As [`Settings::read`], as far as it is about this file alone.
    pub fn said(path: &Path) -> Result<Vec<(String, String)>, SettingsError> {
        let text = String::from_utf8_lossy(&bytes_of(path)?).into_owned();
        let table: toml::Table = toml::from_str(&text).map_err(|error| SettingsError::Syntax {
            path: path.to_owned(),
            reason: error.message().to_owned(),
        })?;
        let mut said = Vec::new();
        for (name, value) in &table {
            match value {
                toml::Value::Table(below) => said.extend(
                    below.iter().filter_map(|(key, value)| Some((format!("{name}.{key}"), scalar(value)?))),
                ),
                value => said.extend(scalar(value).map(|value| (name.clone(), value))),
            }
        }
        Ok(said)
    }

    /// The name of every setting that the file may have, those of tables behind a point: `listen`, `tls.key`, `company.context`.
    /// It asks the reader itself, so that a document that is compared with it cannot forget one.
    #[must_use]
    pub fn names() -> Vec<String> {
        names_below("", "")
    }
}

/// A new certificate is valid for two years.
const RENEW_DAYS_MAX: u16 = 365;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_told_as_it_is_written() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("bramka.toml");
        let text = "listen = \"127.0.0.1:1\"\n[certificates]\nrenew_days = 7\n[[company]]\ncontext = \"1\"\n";
        std::fs::write(&path, text).expect("written");
        let mut said = Settings::said(&path).expect("said");
        said.sort();
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(said, [pair("certificates.renew_days", "7"), pair("listen", "127.0.0.1:1")]);
        std::fs::write(&path, "listen =").expect("written");
        assert!(matches!(Settings::said(&path), Err(SettingsError::Syntax { .. })));
    }

    #[test]
    fn the_reader_tells_its_settings_and_what_is_none() {
        let names = Settings::names();
        for name in
            ["listen", "tls.key", "company.context", "folder.path", "print.accent", "certificates.renew_days"]
        {
            assert!(names.iter().any(|known| known == name), "{name} in {names:?}");
        }
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("bramka.toml");
        for (text, line, key, near) in [
            ("listen = \"127.0.0.1:1\"\nlisten_on = 1\n", 2, "listen_on", Some("listen")),
            ("\n\n[tls]\ncertificat = \"x\"\n", 4, "certificat", Some("certificate")),
            ("[[company]]\nnip = \"1\"\n", 2, "nip", None),
            ("[prints]\n", 1, "prints", Some("print")),
        ] {
            std::fs::write(&path, text).expect("written");
            match Settings::read(&path).err() {
                Some(SettingsError::UnknownKey { line: found_line, key: found, nearest, .. }) => {
                    assert_eq!((found_line, found.as_str(), nearest.as_deref()), (line, key, near), "{text}");
                }
                other => panic!("{text}: {:?}", other.map(|error| error.to_string())),
            }
        }
    }
}
