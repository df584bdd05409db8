//! `bramka licenses`, `bramka completions`, `bramka man`: what comes with the program.

use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

use clap::CommandFactory as _;

use crate::cli::{self, Cli};
use crate::failure::Failure;

/// The licences of all that is compiled in, with their texts.
pub(crate) fn licenses() -> Result<ExitCode, Failure> {
    write_out(LICENSES.as_bytes())
}

/// A script that completes commands and flags.
pub(crate) fn completions(arguments: &cli::Completions) -> Result<ExitCode, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Cli::command(), "bramka", &mut script);
    write_out(&script)
}

/// A page of the manual for each command.
pub(crate) fn man(arguments: &cli::Man) -> Result<ExitCode, Failure> {
    let folder = arguments.folder.as_path();
    std::fs::create_dir_all(folder).map_err(|error| Failure::unwritable(folder, &error))?;
    clap_mangen::generate_to(Cli::command(), folder).map_err(|error| Failure::unwritable(folder, &error))?;
    println!("{}", folder.display());
    Ok(ExitCode::SUCCESS)
}

/// Whoever reads only the beginning and goes is no failure.
fn write_out(text: &[u8]) -> Result<ExitCode, Failure> {
    match std::io::stdout().lock().write_all(text) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Failure::unwritable(Path::new("-"), &error))
        }
        _ => Ok(ExitCode::SUCCESS),
    }
}

/// Made by `cargo xtask licenses`.
const LICENSES: &str = include_str!("../../licenses.txt");
