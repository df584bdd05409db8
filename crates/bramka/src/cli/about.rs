//! The flags of `bramka completions` and `bramka man`.

use std::path::PathBuf;

use clap::Args;
use clap_complete::Shell;

#[derive(Debug, Args)]
pub(crate) struct Completions {
    /// For which shell.
    #[arg(value_enum)]
    pub(crate) shell: Shell,
}

#[derive(Debug, Args)]
pub(crate) struct Man {
    /// Folder for the pages; it is made.
    #[arg(value_name = "DIR")]
    pub(crate) folder: PathBuf,
}
