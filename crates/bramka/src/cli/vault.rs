//! The flags of `bramka vault`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::Lang;

#[derive(Debug, Args)]
pub(crate) struct Vault {
    #[command(subcommand)]
    pub(crate) command: VaultCommand,
    /// Data folder [default: $XDG_DATA_HOME/bramka or ~/.local/share/bramka].
    #[arg(long, value_name = "DIR", global = true)]
    pub(crate) data: Option<PathBuf>,
    /// Language of messages [default: BRAMKA_LANG, the locale, English].
    #[arg(long, global = true)]
    pub(crate) lang: Option<Lang>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum VaultCommand {
    /// Puts everything under a new master key; the old one is taken from where it always comes from.
    #[command(
        after_help = "Example:\n  bramka vault rotate --new-master-key-file /etc/bramka/master-2.key\n\nInterrupted, it is simply run again. From then on the new key has to be given (BRAMKA_MASTER_KEY_FILE).\n\nExit codes: 0 done, 2 it could not be done."
    )]
    Rotate(Rotate),
}

#[derive(Debug, Args)]
pub(crate) struct Rotate {
    /// File with the new master key; made if it is not there.
    #[arg(long, value_name = "FILE")]
    pub(crate) new_master_key_file: PathBuf,
}
