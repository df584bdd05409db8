//! The shape of the configuration file, and how what it names is loaded.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use gateway_outbound::{MailSecurity, MailSettings};
use gateway_store::Database;
use invoice_tables::ColumnMap;
use ksef_crypto::{SecretString, secret_from_file};
use ksef_id::ContextIdentifier;
use ksef_render::Logo;
use serde::Deserialize;

use super::company::CompanyEntry;
use super::names::{nearest, unknown_key};
use super::{FolderSettings, PublicUrl, RENEW_DAYS_MAX, Settings, SettingsError};
use crate::company::{CompanySettings, PrintSettings};
use crate::tls::TlsFiles;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    listen: Option<SocketAddr>,
    data: Option<PathBuf>,
    public_url: Option<String>,
    pub(super) database: Option<String>,
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
    support: Option<String>,
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
    fn load(self, folder: &Path) -> Result<MailSettings, SettingsError> {
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
        Ok(server)
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
pub(super) struct PrintEntry {
    pub(super) logo: Option<PathBuf>,
    pub(super) accent: Option<String>,
}

impl File {
    pub(super) fn read(path: &Path) -> Result<Self, SettingsError> {
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
    pub(super) fn load(self, folder: &Path) -> Result<Settings, SettingsError> {
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
        let support = file.support.or_else(|| file.mail.as_ref().and_then(|mail| mail.support.clone()));
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
            support,
        })
    }
}

/// A database as it is written: a file relative to the configuration's folder.
pub(super) fn database_of(text: &str, folder: &Path) -> Database {
    match Database::parse(text) {
        Database::Sqlite(path) => Database::Sqlite(folder.join(path)),
        postgres @ Database::Postgres(_) => postgres,
    }
}

impl PrintEntry {
    pub(super) fn load(self, folder: &Path) -> Result<PrintSettings, SettingsError> {
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

/// The column map of a file, TOML or JSON; without one the headings that are known anyway.
pub(super) fn columns_of(path: Option<&Path>, folder: &Path) -> Result<ColumnMap, SettingsError> {
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

pub(super) fn bytes_of(path: &Path) -> Result<Vec<u8>, SettingsError> {
    std::fs::read(path).map_err(|source| SettingsError::Unreadable { path: path.to_owned(), source })
}

/// A secret from a file; one line end at its end is not part of it.
pub(super) fn secret_of(path: &Path) -> Result<SecretString, SettingsError> {
    secret_from_file(&bytes_of(path)?).ok_or_else(|| SettingsError::Unreadable {
        path: path.to_owned(),
        source: std::io::Error::new(std::io::ErrorKind::InvalidData, "it is no text in UTF-8"),
    })
}

/// Where the mail server's password stands when no file is named.
const SMTP_PASSWORD: &str = "BRAMKA_SMTP_PASSWORD";
