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
//! support = "it@example.pl"            # optional: whom those who are written to may ask
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

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use gateway_outbound::{MailSecurity, MailSettings, MailSettingsError, Networks, NetworksError};
use invoice_tables::{ColumnMap, MapError};
use ksef_client::LoginCredential;
use ksef_crypto::{
    Certificate, CertificateError, CertificateType, Credential, CredentialError, KeyError, SecretString,
    secret_from_file,
};
use ksef_id::ContextIdentifier;
use serde::Deserialize;

use ksef_render::{Logo, RenderError};

use gateway_store::Database;

use crate::company::{CompanySettings, Environment, PrintSettings};
use crate::tls::TlsFiles;

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
    pub mail: Option<MailOptions>,
}

/// A mail server, and whom those who are written to may ask.
#[derive(Debug, Clone)]
pub struct MailOptions {
    /// The server.
    pub server: MailSettings,
    /// An address, a telephone number: whatever stands at the end of a letter.
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

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    listen: Option<SocketAddr>,
    data: Option<PathBuf>,
    public_url: Option<String>,
    database: Option<String>,
    objects: Option<String>,
    api_key_file: Option<PathBuf>,
    tls: Option<TlsEntry>,
    #[serde(default)]
    company: Vec<CompanyEntry>,
    #[serde(default)]
    folder: Vec<FolderEntry>,
    #[serde(default)]
    print: PrintEntry,
    #[serde(default)]
    certificates: CertificatesEntry,
    #[serde(default)]
    webhooks: WebhooksEntry,
    mail: Option<MailEntry>,
}

/// The mail server.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MailEntry {
    host: String,
    port: Option<u16>,
    #[serde(default)]
    security: SecurityName,
    user: Option<String>,
    password_file: Option<PathBuf>,
    from: String,
    reply_to: Option<String>,
    support: Option<String>,
}

#[derive(Deserialize, Clone, Copy, Default)]
#[serde(rename_all = "lowercase")]
enum SecurityName {
    #[default]
    StartTls,
    Tls,
    None,
}

impl MailEntry {
    fn load(self, folder: &Path) -> Result<MailOptions, SettingsError> {
        let (security, port) = match self.security {
            SecurityName::StartTls => (MailSecurity::StartTls, 587),
            SecurityName::Tls => (MailSecurity::Tls, 465),
            SecurityName::None => (MailSecurity::None, 25),
        };
        let password = match &self.password_file {
            Some(file) => Some(secret_of(&folder.join(file))?),
            None => std::env::var(SMTP_PASSWORD).ok().filter(|text| !text.is_empty()).map(SecretString::from),
        };
        let login = self.user.map(|user| (user, password.unwrap_or_default()));
        let server = MailSettings {
            host: self.host,
            port: self.port.unwrap_or(port),
            security,
            login,
            from: self.from,
            reply_to: self.reply_to,
        };
        // Now rather than when the first letter is to go.
        gateway_outbound::MailSender::new(server.clone())?;
        Ok(MailOptions { server, support: self.support })
    }
}

/// Where webhooks may lead.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct WebhooksEntry {
    #[serde(default)]
    allow: String,
}

/// Certificate and key for TLS.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TlsEntry {
    certificate: PathBuf,
    key: PathBuf,
}

/// How the vault's certificates are kept.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct CertificatesEntry {
    renew_days: Option<u16>,
}

/// A folder of a company of the vault.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FolderEntry {
    context: ContextIdentifier,
    path: PathBuf,
    columns: Option<PathBuf>,
}

/// How prints look.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct PrintEntry {
    logo: Option<PathBuf>,
    accent: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CompanyEntry {
    context: ContextIdentifier,
    environment: EnvironmentName,
    ksef_url: Option<String>,
    control_url: Option<String>,
    certificate: Option<PathBuf>,
    key: Option<PathBuf>,
    key_password_file: Option<PathBuf>,
    token_file: Option<PathBuf>,
    #[serde(default)]
    upo_certificates: Vec<PathBuf>,
    offline_certificate: Option<PathBuf>,
    offline_key: Option<PathBuf>,
    offline_key_password_file: Option<PathBuf>,
    folder: Option<PathBuf>,
    columns: Option<PathBuf>,
    logo: Option<PathBuf>,
    accent: Option<String>,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "lowercase")]
enum EnvironmentName {
    Test,
    Demo,
    Prd,
    Simulator,
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

impl File {
    fn read(path: &Path) -> Result<Self, SettingsError> {
        let text = String::from_utf8_lossy(&bytes_of(path)?).into_owned();
        toml::from_str(&text).map_err(|error| {
            // The library's own form shows the line over several; one sentence is what a terminal wants.
            let line = error.span().map_or(1, |span| text[..span.start].matches('\n').count() + 1);
            if let Some((key, known)) = unknown_key(error.message()) {
                let nearest = nearest(key, &known);
                return SettingsError::UnknownKey {
                    path: path.to_owned(),
                    line,
                    key: key.to_owned(),
                    nearest,
                };
            }
            let reason = format!("line {line}: {}", error.message());
            SettingsError::Syntax { path: path.to_owned(), reason }
        })
    }

    /// Loads everything that the file names; paths are relative to its folder.
    fn load(self, folder: &Path) -> Result<Settings, SettingsError> {
        let file = self;
        let print = file.print.load(folder)?;
        let companies = file
            .company
            .into_iter()
            .map(|entry| entry.load(folder, &print))
            .collect::<Result<Vec<_>, _>>()?;
        let folders = file
            .folder
            .into_iter()
            .map(|entry| {
                let columns = columns_of(entry.columns.as_deref(), folder)?;
                Ok(FolderSettings { context: entry.context, path: folder.join(entry.path), columns })
            })
            .collect::<Result<Vec<_>, SettingsError>>()?;
        check_folders(&companies, &folders)?;
        let data = file.data.map(|data| folder.join(data));
        let renew_days = file.certificates.renew_days;
        if let Some(found) = renew_days.filter(|days| *days > RENEW_DAYS_MAX) {
            return Err(SettingsError::RenewDays { found });
        }
        let public_url = file
            .public_url
            .map(|text| PublicUrl::parse(&text).ok_or(SettingsError::PublicUrl { found: text }))
            .transpose()?;
        let webhook_networks = file.webhooks.allow.parse()?;
        let database = file.database.map(|text| database_of(&text, folder));
        let tls = file
            .tls
            .map(|tls| TlsFiles { certificate: folder.join(tls.certificate), key: folder.join(tls.key) });
        let mail = file.mail.map(|mail| mail.load(folder)).transpose()?;
        Ok(Settings {
            listen: file.listen,
            data,
            public_url,
            database,
            objects: file.objects,
            api_key_file: file.api_key_file.map(|path| folder.join(path)),
            tls,
            companies,
            folders,
            print,
            renew_days,
            webhook_networks,
            mail,
        })
    }
}

/// A database as it is written: a file relative to the configuration's folder.
fn database_of(text: &str, folder: &Path) -> Database {
    match Database::parse(text) {
        Database::Sqlite(path) => Database::Sqlite(folder.join(path)),
        postgres @ Database::Postgres(_) => postgres,
    }
}

/// What the reader knows below a table, by provoking its refusal.
fn names_below(header: &str, prefix: &str) -> Vec<String> {
    let provoked = toml::from_str::<File>(&format!("{header}\n{NO_NAME} = 0\n"));
    let message = provoked.err().map(|error| error.message().to_owned()).unwrap_or_default();
    let Some((NO_NAME, known)) = unknown_key(&message) else { return Vec::new() };
    let mut names = Vec::new();
    for name in known {
        let full = format!("{prefix}{name}");
        // One of them is refused as it is no table, or no list.
        let below: Vec<String> = match prefix {
            "" => ["[", "[["]
                .into_iter()
                .map(|open| format!("{open}{name}{}", if open == "[" { "]" } else { "]]" }))
                .flat_map(|header| names_below(&header, &format!("{full}.")))
                .collect(),
            _ => Vec::new(),
        };
        if below.is_empty() { names.push(full) } else { names.extend(below) }
    }
    names
}

/// A value on one line; none of a table or a list.
fn scalar(value: &toml::Value) -> Option<String> {
    match value {
        toml::Value::String(text) => Some(text.clone()),
        toml::Value::Table(_) | toml::Value::Array(_) => None,
        value => Some(value.to_string()),
    }
}

/// The name that is not known and those that are, from the reader's words for it.
fn unknown_key(message: &str) -> Option<(&str, Vec<String>)> {
    let rest = message.strip_prefix("unknown field `")?;
    let (key, rest) = rest.split_once('`')?;
    let known = rest.split('`').skip(1).step_by(2).map(str::to_owned).collect();
    Some((key, known))
}

fn nearest(key: &str, known: &[String]) -> Option<String> {
    let scored = known.iter().map(|name| (strsim::jaro_winkler(key, name), name));
    let (score, name) = scored.max_by(|(one, _), (other, _)| one.total_cmp(other))?;
    (score >= NEAR).then(|| name.clone())
}

fn did_you_mean(nearest: Option<&str>) -> String {
    nearest.map_or_else(
        || " (docs/configuration.md has all)".to_owned(),
        |name| format!("; did you mean {name}?"),
    )
}

impl PrintEntry {
    fn load(self, folder: &Path) -> Result<PrintSettings, SettingsError> {
        let logo = match self.logo.map(|path| folder.join(path)) {
            Some(path) => Some(
                Logo::from_bytes(&bytes_of(&path)?).map_err(|source| SettingsError::Logo { path, source })?,
            ),
            None => None,
        };
        let accent = match self.accent {
            Some(text) => Some(ksef_render::parse_color(&text).ok_or(SettingsError::Accent { found: text })?),
            None => None,
        };
        Ok(PrintSettings { logo, accent })
    }
}

impl CompanyEntry {
    fn load(self, folder: &Path, print: &PrintSettings) -> Result<CompanySettings, SettingsError> {
        let context = self.context.clone();
        let wrong = |reason| SettingsError::Company { context: context.clone(), reason };
        let environment = match (self.environment, self.ksef_url.clone(), self.control_url.clone()) {
            (EnvironmentName::Test, None, None) => Environment::Test,
            (EnvironmentName::Demo, None, None) => Environment::Demo,
            (EnvironmentName::Prd, None, None) => Environment::Prd,
            (EnvironmentName::Simulator, Some(ksef_url), control_url) => {
                Environment::Simulator { ksef_url, control_url }
            }
            (EnvironmentName::Simulator, None, _) => return Err(wrong("a simulator needs ksef_url")),
            (..) => {
                return Err(wrong("ksef_url and control_url are for environment = \"simulator\" only"));
            }
        };
        let credential = match (&self.certificate, &self.key, &self.token_file) {
            (Some(certificate), key, None) => {
                let files = [key.as_ref(), self.key_password_file.as_ref()];
                let credential = self.credential(certificate, files, folder)?;
                LoginCredential::Certificate(Box::new(credential))
            }
            (None, None, Some(token)) => LoginCredential::KsefToken(secret_of(&folder.join(token))?),
            (None, None, None) => return Err(wrong("give certificate and key, or token_file")),
            (_, _, Some(_)) => return Err(wrong("give either certificate and key, or token_file, not both")),
            (None, Some(_), None) => return Err(wrong("certificate and key belong together: give both")),
        };
        let upo_signers = self
            .upo_certificates
            .iter()
            .map(|path| Ok(certificate_of(&context, &folder.join(path))?.fingerprint_sha256()))
            .collect::<Result<Vec<_>, SettingsError>>()?;
        let offline = match (&self.offline_certificate, &self.offline_key) {
            (Some(certificate), key) => {
                let files = [key.as_ref(), self.offline_key_password_file.as_ref()];
                let offline = self.credential(certificate, files, folder)?;
                if offline.certificate().certificate_type() != CertificateType::Offline {
                    return Err(wrong("offline_certificate is not of type Offline"));
                }
                Some(offline)
            }
            (None, None) => None,
            (None, Some(_)) => return Err(wrong("offline_key needs offline_certificate")),
        };
        let own = PrintEntry { logo: self.logo, accent: self.accent }.load(folder)?;
        let print = own.or(print);
        let columns = columns_of(self.columns.as_deref(), folder)?;
        let folder = self.folder.map(|path| folder.join(path));
        Ok(CompanySettings { context, environment, credential, upo_signers, print, offline, folder, columns })
    }

    /// A certificate with its key and the key's password; or a container (`.p12`, `.pfx`), which needs no key.
    fn credential(
        &self,
        certificate: &Path,
        key_and_password: [Option<&PathBuf>; 2],
        folder: &Path,
    ) -> Result<Credential, SettingsError> {
        let context = self.context.clone();
        let certificate = folder.join(certificate);
        let [key, password] = key_and_password.map(|file| file.map(|file| folder.join(file)));
        let password = password.as_deref().map(secret_of).transpose()?;
        let key_bytes = key.as_deref().map(bytes_of).transpose()?;
        Credential::read(&bytes_of(&certificate)?, key_bytes.as_deref(), password.as_ref()).map_err(|error| {
            match error {
                CredentialError::Certificate(source) => {
                    SettingsError::Certificate { context, path: certificate, source }
                }
                CredentialError::Key(source) => {
                    SettingsError::Key { context, path: key.unwrap_or(certificate), source }
                }
                source => SettingsError::Credential { context, source },
            }
        })
    }
}

/// The column map of a file, TOML or JSON; without one the headings that are known anyway.
fn columns_of(path: Option<&Path>, folder: &Path) -> Result<ColumnMap, SettingsError> {
    let Some(path) = path.map(|path| folder.join(path)) else { return Ok(ColumnMap::built_in()) };
    let text = String::from_utf8_lossy(&bytes_of(&path)?).into_owned();
    let is_json = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
    let map = if is_json { ColumnMap::from_json(&text) } else { ColumnMap::from_toml(&text) };
    map.map_err(|source| SettingsError::Columns { path, source })
}

/// No company's folder is another's, or lies inside it: what one takes, the other would have taken.
fn check_folders(companies: &[CompanySettings], folders: &[FolderSettings]) -> Result<(), SettingsError> {
    let of_companies =
        companies.iter().filter_map(|company| Some((&company.context, company.folder.as_deref()?)));
    let of_folders = folders.iter().map(|folder| (&folder.context, folder.path.as_path()));
    // Sorted, a folder stands before all that lies inside it, and nothing else in between.
    let mut all: Vec<_> =
        of_companies.chain(of_folders).map(|(context, path)| (in_full(path), context)).collect();
    all.sort();
    for pair in all.windows(2) {
        if let [(path, first), (inner, second)] = pair
            && inner.starts_with(path)
        {
            let companies = Box::new([(*first).clone(), (*second).clone()]);
            return Err(SettingsError::FolderShared { path: inner.clone(), companies });
        }
    }
    Ok(())
}

/// The path without links and detours, as far as it exists already.
fn in_full(path: &Path) -> PathBuf {
    path.canonicalize().or_else(|_| std::path::absolute(path)).unwrap_or_else(|_| path.to_owned())
}

fn certificate_of(context: &ContextIdentifier, path: &Path) -> Result<Certificate, SettingsError> {
    Certificate::from_pem_or_der(&bytes_of(path)?).map_err(|source| SettingsError::Certificate {
        context: context.clone(),
        path: path.to_owned(),
        source,
    })
}

fn bytes_of(path: &Path) -> Result<Vec<u8>, SettingsError> {
    std::fs::read(path).map_err(|source| SettingsError::Unreadable { path: path.to_owned(), source })
}

/// A secret from a file; one line end at its end is not part of it.
fn secret_of(path: &Path) -> Result<SecretString, SettingsError> {
    secret_from_file(&bytes_of(path)?).ok_or_else(|| SettingsError::Unreadable {
        path: path.to_owned(),
        source: std::io::Error::new(std::io::ErrorKind::InvalidData, "it is no text in UTF-8"),
    })
}

/// Where the mail server's password stands when no file is named.
const SMTP_PASSWORD: &str = "BRAMKA_SMTP_PASSWORD";
/// No setting is called so.
const NO_NAME: &str = "no_setting_is_called_so";
/// `lisen` and `listen` are nearer than this, `port` and `print` are not.
const NEAR: f64 = 0.8;
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
