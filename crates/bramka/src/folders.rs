//! Where bramka keeps its data unless told otherwise.

use std::path::PathBuf;

use crate::failure::Failure;

/// `$XDG_DATA_HOME/bramka`, else `~/.local/share/bramka`.
pub(crate) fn default_data_folder() -> Result<PathBuf, Failure> {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
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
