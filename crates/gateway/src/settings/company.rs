//! The entry of a company in the configuration file.

use std::path::{Path, PathBuf};

use ksef_client::LoginCredential;
use ksef_crypto::{Certificate, CertificateType, Credential, CredentialError};
use ksef_id::ContextIdentifier;
use serde::Deserialize;

use super::SettingsError;
use super::file::{PrintEntry, bytes_of, columns_of, secret_of};
use crate::company::{CompanySettings, Environment, PrintSettings};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CompanyEntry {
    context: ContextIdentifier,
    name: Option<String>,
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

impl CompanyEntry {
    pub(super) fn load(self, folder: &Path, print: &PrintSettings) -> Result<CompanySettings, SettingsError> {
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
        let name = self.name;
        Ok(CompanySettings {
            context,
            name,
            environment,
            credential,
            upo_signers,
            print,
            offline,
            folder,
            columns,
        })
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

fn certificate_of(context: &ContextIdentifier, path: &Path) -> Result<Certificate, SettingsError> {
    Certificate::from_pem_or_der(&bytes_of(path)?).map_err(|source| SettingsError::Certificate {
        context: context.clone(),
        path: path.to_owned(),
        source,
    })
}
