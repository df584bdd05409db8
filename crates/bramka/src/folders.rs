//! Where bramka keeps its data unless told otherwise.

use std::path::{Path, PathBuf};

use gateway::{Database, Settings, database_file};

use crate::failure::Failure;

/// `$BRAMKA_DATA`, else `$XDG_DATA_HOME/bramka`, else `~/.local/share/bramka`.
pub(crate) fn default_data_folder() -> Result<PathBuf, Failure> {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    if let Some(folder) = set("BRAMKA_DATA") {
        return Ok(folder);
    }
    set("XDG_DATA_HOME")
        .or_else(|| set("HOME").map(|home| home.join(".local/share")))
        .map(|base| base.join("bramka"))
        .ok_or_else(|| {
            Failure::new(
                "nie wiadomo, gdzie trzymać dane: ustaw HOME albo podaj folder przez --data",
                "there is no place for data: set HOME, or give a folder with --data",
            )
        })
}

/// The database of a data folder: the one that is asked for, else the one that its configuration names, else the file in it.
pub(crate) fn database_of(data: &Path, asked: Option<&str>) -> Result<Database, Failure> {
    if let Some(text) = asked {
        return Ok(Database::parse(text));
    }
    let config = data.join(CONFIG_FILE);
    let named = if config.is_file() { Settings::read_database(&config)? } else { None };
    Ok(named.unwrap_or_else(|| Database::Sqlite(database_file(data))))
}

/// The configuration that lies in a data folder.
pub(crate) const CONFIG_FILE: &str = "bramka.toml";
