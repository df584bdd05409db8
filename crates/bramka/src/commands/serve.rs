//! `bramka serve`: the gateway.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use gateway::steps::Probe;
use gateway::{
    Database, Gateway, GatewayOptions, ObjectSettings, PublicUrl, Settings, SettingsError, TlsFiles,
};
use jiff::SignedDuration;
use secrecy::ExposeSecret as _;

use super::keyring::VaultKeyring;
use super::vault_companies::VaultCompanies;
use super::{sealing_key, stop_signal, told, vault_companies};
use crate::cli;
use crate::failure::Failure;
use crate::folders::{CONFIG_FILE, default_data_folder};
use crate::rest::api_key;

pub(crate) async fn run(arguments: cli::Serve, lang: cli::Lang) -> Result<ExitCode, Failure> {
    crate::open_files::allow_many();
    let config = arguments.config.clone().or_else(|| config_in(arguments.data.as_deref()));
    let (mut options, of_vault, of_file) =
        options_of(arguments.config, arguments.listen, arguments.data, arguments.renew_days, lang).await?;
    // The flag or its variable, else the key itself from the environment, else the configuration's file.
    options.api_key = match (api_key(arguments.api_key_file.as_deref())?, of_file.api_key_file) {
        (None, Some(file)) => api_key(Some(&file))?,
        (given, _) => given,
    };
    let keyring = Arc::new(VaultKeyring::new(
        options.data.clone(),
        options.print.clone(),
        of_vault.as_ref().map(VaultCompanies::vault),
        lang,
    ));
    // Before companies that work with it are taken on.
    keyring.resume_simulator().await?;
    options.keyring = Some(keyring.clone());
    let renewed_ahead = of_file.renewed_ahead;
    if let Some(text) = &arguments.public_url {
        let url = PublicUrl::parse(text).ok_or_else(|| SettingsError::PublicUrl { found: text.clone() })?;
        options.public_url = Some(url);
    }
    if let Some(database) = &arguments.database {
        options.database = Some(Database::parse(database));
    }
    options.may_migrate = arguments.migrate;
    if let Some(objects) = &arguments.objects {
        options.objects = Some(object_settings(objects)?);
    }
    options.tls = match (arguments.tls_certificate, arguments.tls_key) {
        (Some(certificate), Some(key)) => Some(TlsFiles { certificate, key }),
        _ => of_file.tls,
    };
    if let Some(text) = &arguments.webhook_allow {
        options.webhook_networks = text.parse().map_err(SettingsError::from)?;
    }
    options.told = told::settings(config.as_deref())?;
    let gateway = Gateway::start(options).await?;
    // Programs wait for this line; the word `listening` stays in every language.
    println!("bramka listening on {}", gateway.url());
    println!("{}", lang.pick("Zatrzymaj: Ctrl-C.", "Stop it with Ctrl-C."));
    if let Some(code) = gateway.setup_code() {
        let (address, code) = (gateway.url(), code.expose_secret());
        println!(
            "{}",
            match lang {
                cli::Lang::Pl => format!(
                    "Nie ma jeszcze użytkowników. Pierwszy administrator: {address}/setup, kod {code}"
                ),
                cli::Lang::En =>
                    format!("There are no users yet. The first administrator: {address}/setup, code {code}"),
            }
        );
    }
    let keep_up = async {
        match of_vault {
            Some(companies) => companies.keep_up(&gateway).await,
            None => {
                // The first company that is connected over the pages makes the vault.
                let vault = loop {
                    tokio::time::sleep(LOOK_EVERY).await;
                    if let Some(vault) = keyring.opened() {
                        break vault;
                    }
                };
                VaultCompanies::made_later(vault, renewed_ahead).keep_up(&gateway).await
            }
        }
    };
    tokio::select! {
        () = stop_signal() => {}
        () = keep_up => {}
    }
    gateway.stop().await;
    keyring.stop().await;
    Ok(ExitCode::SUCCESS)
}

fn object_settings(address: &str) -> Result<ObjectSettings, Failure> {
    ObjectSettings::parse(address, |name| std::env::var(name).ok()).map_err(|error| {
        Failure::new(format!("--objects nie nadaje się do użycia: {error}"), format!("--objects: {error}"))
    })
}

/// What the configuration says that only a gateway that serves wants to know, for flags to win over.
pub(super) struct OfFile {
    api_key_file: Option<PathBuf>,
    tls: Option<TlsFiles>,
    /// How long before their end certificates are renewed; `None`: never.
    renewed_ahead: Option<SignedDuration>,
}

/// The gateway's options from configuration and flags, which win, with the companies of configuration and vault.
pub(super) async fn options_of(
    config: Option<PathBuf>,
    listen: Option<SocketAddr>,
    data: Option<PathBuf>,
    renew_days: Option<u16>,
    lang: cli::Lang,
) -> Result<(GatewayOptions, Option<VaultCompanies>, OfFile), Failure> {
    let settings = match config.or_else(|| config_in(data.as_deref())) {
        Some(config) => Settings::read(&config)?,
        None => Settings::default(),
    };
    let data = match data.or(settings.data) {
        Some(data) => data,
        None => default_data_folder()?,
    };
    let listen =
        listen.or(settings.listen).unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], DEFAULT_PORT)));
    let renewed_ahead = Some(renew_days.or(settings.renew_days).unwrap_or(RENEW_DAYS))
        .filter(|days| *days > 0)
        .map(|days| SignedDuration::from_hours(24 * i64::from(days)));
    let (companies, of_vault) = vault_companies::load(&data, &settings.print, renewed_ahead, lang).await?;
    let mut options = GatewayOptions::new(listen, data);
    options.public_url = settings.public_url;
    options.webhook_networks = settings.webhook_networks;
    options.mail = settings.mail;
    options.support = settings.support;
    options.sealing_key = Some(sealing_key::source(&options.data, lang));
    options.companies = settings.companies;
    options.print = settings.print;
    options.companies.extend(companies);
    for folder in settings.folders {
        let Some(company) = options.companies.iter_mut().find(|company| company.context == folder.context)
        else {
            let context = &folder.context;
            eprintln!(
                "{}",
                match lang {
                    cli::Lang::Pl => format!(
                        "folder {} nie jest obserwowany: nie ma firmy {context} albo nie ma ona czym się zalogować",
                        folder.path.display()
                    ),
                    cli::Lang::En => format!(
                        "the folder {} is not watched: there is no company {context}, or it has nothing to log in with",
                        folder.path.display()
                    ),
                }
            );
            continue;
        };
        company.folder = Some(folder.path);
        company.columns = folder.columns;
    }
    options.probe = probe()?;
    options.database = settings.database;
    options.objects = settings.objects.as_deref().map(object_settings).transpose()?;
    let of_file = OfFile { api_key_file: settings.api_key_file, tls: settings.tls, renewed_ahead };
    Ok((options, of_vault, of_file))
}

/// The configuration that lies in the data folder itself, if there is one.
pub(super) fn config_in(data: Option<&Path>) -> Option<PathBuf> {
    let folder = data.map(Path::to_owned).or_else(|| default_data_folder().ok())?;
    Some(folder.join(CONFIG_FILE)).filter(|config| config.is_file())
}

/// The switch of the kill test: where to stop and wait to be killed (see CONTRIBUTING.md).
fn probe() -> Result<Probe, Failure> {
    match std::env::var("BRAMKA_TEST_STOP_AT") {
        Ok(text) => Probe::parse(&text).map_err(|error| Failure::new(error.to_string(), error.to_string())),
        Err(_) => Ok(Probe::default()),
    }
}

/// How soon the vault of the first company is looked after.
const LOOK_EVERY: Duration = Duration::from_secs(2);
const DEFAULT_PORT: u16 = 8080;
/// How many days before their end certificates are renewed when nothing else is said.
const RENEW_DAYS: u16 = 30;
