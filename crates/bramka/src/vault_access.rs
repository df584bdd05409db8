//! The vault of a data folder: where it lies, and which master key opens it.

use std::path::{Path, PathBuf};

use gateway_vault::{
    FolderStore, MasterKey, MasterKeyError, MasterKeySource, MasterKeys, Registry, RegistryError, StoreError,
    Vault, VaultError, VaultStore as _,
};

use crate::cli::Lang;
use crate::failure::Failure;
use crate::folders::default_data_folder;
use crate::secret_input;

/// The data folder asked for, else the default one.
pub(crate) fn data_folder(asked: Option<&Path>) -> Result<PathBuf, Failure> {
    asked.map_or_else(default_data_folder, |folder| Ok(folder.to_owned()))
}

/// The store in a data folder, if there is one.
pub(crate) fn existing_store(data: &Path) -> Result<Option<FolderStore>, Failure> {
    let folder = data.join(VAULT);
    if FolderStore::is_in(&folder) { Ok(Some(FolderStore::open(&folder)?)) } else { Ok(None) }
}

/// Opens the vault in a data folder, made if it is not there.
pub(crate) async fn open(data: &Path, lang: Lang) -> Result<Vault<FolderStore>, Failure> {
    unlock(FolderStore::open(&data.join(VAULT))?, data, lang).await
}

/// Opens the vault in a data folder, if there is one.
pub(crate) async fn open_existing(data: &Path, lang: Lang) -> Result<Option<Vault<FolderStore>>, Failure> {
    match existing_store(data)? {
        Some(store) => unlock(store, data, lang).await.map(Some),
        None => Ok(None),
    }
}

/// Why a command that works with companies cannot: there is none.
pub(crate) fn no_vault() -> Failure {
    Failure::new(
        "nie ma jeszcze żadnej firmy w sejfie: dodaj ją przez bramka company add (wskazówki: bramka guide)",
        "there is no company in the vault yet: add one with bramka company add (advice: bramka guide)",
    )
}

/// The companies and credentials of a data folder; none where there is no vault.
pub(crate) async fn registry(data: &Path, lang: Lang) -> Result<Registry, Failure> {
    match open_existing(data, lang).await? {
        Some(vault) => Ok(vault.registry().await?),
        None => Ok(Registry::default()),
    }
}

/// Opens the vault over a store. Where nobody names a master key, one is made in the data folder.
async fn unlock(store: FolderStore, data: &Path, lang: Lang) -> Result<Vault<FolderStore>, Failure> {
    let key = master_key(&store, data, lang).await?;
    let vault = Vault::new(store, MasterKeys::new(key));
    // Now rather than later: a key that is not the vault's would start a second set of data keys.
    vault.check().await?;
    Ok(vault)
}

/// The master key, from the first place that has one.
pub(crate) async fn master_key(store: &FolderStore, data: &Path, lang: Lang) -> Result<MasterKey, Failure> {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    if let Some(path) = set("BRAMKA_MASTER_KEY_FILE") {
        return Ok(MasterKey::read(&MasterKeySource::File(path.into()))?);
    }
    if set("BRAMKA_MASTER_KEY").is_some() {
        return Ok(MasterKey::read(&MasterKeySource::Environment("BRAMKA_MASTER_KEY".to_owned()))?);
    }
    let of_systemd = set("CREDENTIALS_DIRECTORY").map(|folder| Path::new(&folder).join(SYSTEMD_CREDENTIAL));
    if of_systemd.is_some_and(|file| file.is_file()) {
        return Ok(MasterKey::read(&MasterKeySource::SystemdCredential(SYSTEMD_CREDENTIAL.to_owned()))?);
    }
    if let Some(parameters) = store.passphrases().await?.pop() {
        let passphrase = match secret_input::from_environment("BRAMKA_MASTER_PASSPHRASE") {
            Some(passphrase) => Some(passphrase),
            None => secret_input::ask(lang.pick("Hasło sejfu: ", "Passphrase of the vault: "))?,
        };
        let passphrase = passphrase
            .ok_or_else(|| MasterKeyError::NotSet { name: "BRAMKA_MASTER_PASSPHRASE".to_owned() })?;
        return Ok(MasterKey::read(&MasterKeySource::Passphrase(passphrase, parameters))?);
    }
    if let Some(passphrase) = secret_input::from_environment("BRAMKA_MASTER_PASSPHRASE") {
        let (key, parameters) = gateway_vault::PassphraseParameters::create(
            &passphrase,
            gateway_vault::PassphraseCost::RECOMMENDED,
        )?;
        store.put_passphrase(&parameters).await?;
        return Ok(key);
    }
    let path = data.join(MASTER_KEY_FILE);
    if path.exists() {
        return Ok(MasterKey::read(&MasterKeySource::File(path))?);
    }
    let key = MasterKey::create_file(&path)?;
    let path = path.display();
    eprintln!(
        "{}",
        match lang {
            Lang::Pl => format!(
                "Utworzono klucz główny sejfu: {path}. Zrób jego kopię i trzymaj ją osobno: bez niego sejfu nikt nie otworzy."
            ),
            Lang::En => format!(
                "Made the vault's master key: {path}. Keep a copy of it somewhere else: without it nobody opens the vault."
            ),
        }
    );
    Ok(key)
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        let en = error.to_string();
        Self::new(format!("sejf: {}: {}", error.place, error.source), en)
    }
}

impl From<MasterKeyError> for Failure {
    fn from(error: MasterKeyError) -> Self {
        let en = error.to_string();
        let pl = match &error {
            MasterKeyError::File { path, source } => {
                format!("nie można użyć pliku klucza głównego {}: {source}", path.display())
            }
            MasterKeyError::NotSet { name } => format!("nie ustawiono {name}"),
            MasterKeyError::Malformed { place } => format!(
                "{place} nie zawiera klucza głównego: potrzebne są 32 bajty w Base64 albo szesnastkowo (openssl rand -base64 32)"
            ),
            MasterKeyError::Passphrase { .. } => {
                "tego hasła sejfu nie można użyć: musi mieć co najmniej 12 znaków, a jego parametry być w granicach"
                    .to_owned()
            }
            MasterKeyError::WrongPassphrase => "hasło sejfu jest nieprawidłowe".to_owned(),
        };
        Self::new(pl, en)
    }
}

impl From<VaultError> for Failure {
    fn from(error: VaultError) -> Self {
        let en = error.to_string();
        let pl = match error {
            VaultError::Store(error) => return error.into(),
            VaultError::NotFound { name } => format!("w sejfie nie ma: {name}"),
            VaultError::Altered { what } => {
                format!("{what} nie daje się otworzyć: zmieniono to albo przeniesiono z innego miejsca")
            }
            VaultError::MasterKeyMissing { id, given } => {
                format!("sejf wymaga klucza głównego {id}, a podano {given}")
            }
            VaultError::TooLong { name, length } => format!("{name}: za długie ({length} bajtów)"),
        };
        Self::new(pl, en)
    }
}

impl From<RegistryError> for Failure {
    fn from(error: RegistryError) -> Self {
        let en = error.to_string();
        let pl = match &error {
            RegistryError::CompanyThere { context } => format!("firma {context} już jest"),
            RegistryError::NoCompany { context } => {
                format!("nie ma firmy {context}: dodaj ją przez bramka company add")
            }
            RegistryError::NoCredential { id } => {
                format!("nie ma poświadczenia {id}: listę pokazuje bramka credential list")
            }
            RegistryError::TokenIsBound { id } => {
                format!("{id} to token, a token działa w jednej firmie: wygeneruj osobny w każdej")
            }
            RegistryError::CertificateThere { id } => {
                format!("ten certyfikat już jest, jako poświadczenie {id}")
            }
            RegistryError::NoApplication { id } => {
                format!("nie ma wniosku {id}: listę pokazuje bramka cert pending")
            }
        };
        Self::new(pl, en)
    }
}

const VAULT: &str = "vault";
const MASTER_KEY_FILE: &str = "master.key";
const SYSTEMD_CREDENTIAL: &str = "bramka-master-key";
