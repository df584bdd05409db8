//! `bramka vault`: changing the master key.

use std::process::ExitCode;

use gateway_vault::{MasterKey, MasterKeyError, MasterKeySource, MasterKeys, Vault};

use crate::cli::{self, VaultCommand};
use crate::failure::Failure;
use crate::vault_access;

pub(crate) async fn run(arguments: cli::Vault, lang: cli::Lang) -> Result<ExitCode, Failure> {
    let VaultCommand::Rotate(rotate) = &arguments.command;
    let data = vault_access::data_folder(arguments.data.as_deref())?;
    let Some(store) = vault_access::existing_store(&data)? else {
        return Err(Failure::new(
            format!("w folderze {} nie ma sejfu", data.display()),
            format!("there is no vault in {}", data.display()),
        ));
    };
    let _lock = store.lock()?;
    let old = vault_access::master_key(&store, &data, lang).await?;
    let path = &rotate.new_master_key_file;
    let new = match MasterKey::read(&MasterKeySource::File(path.clone())) {
        Err(MasterKeyError::File { source, .. }) if source.kind() == std::io::ErrorKind::NotFound => {
            MasterKey::create_file(path)?
        }
        outcome => outcome?,
    };
    let id = new.id().clone();
    let vault = Vault::new(store, MasterKeys::new(new).with_previous(old));
    let rotation = vault.rotate().await?;
    // A data key under a third master key would be lost without anybody noticing.
    vault.check().await?;
    let (count, path) = (rotation.rewrapped, path.display());
    match lang {
        cli::Lang::Pl => println!(
            "Klucz główny {id} otwiera teraz wszystko (zmienione klucze danych: {count}). Od teraz podawaj go: BRAMKA_MASTER_KEY_FILE={path}"
        ),
        cli::Lang::En => println!(
            "The master key {id} opens everything now (data keys changed: {count}). Give it from now on: BRAMKA_MASTER_KEY_FILE={path}"
        ),
    }
    Ok(ExitCode::SUCCESS)
}
