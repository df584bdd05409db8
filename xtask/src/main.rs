//! Tasks of the workspace, called as `cargo xtask TASK`.

mod check;
mod licenses;
mod packages;
mod sbom;
mod schemas;
mod tidy;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "xtask", about = "Tasks of the bramka workspace")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Everything that has to hold before a commit: tidy, format, lints, docs, tests.
    Check,
    /// The rules that no compiler knows: arrows between crates, words that must not stand in sources.
    Tidy,
    /// Compiles the official XSDs into the tables of ksef-invoice, or checks that they still agree.
    ///
    /// Example: cargo xtask schemas --check --from ../shared/ksef/docs/faktury
    Schemas(schemas::Arguments),
    /// Gathers the licences of all that is compiled into bramka, with their texts, for `bramka licenses`.
    Licenses(licenses::Arguments),
    /// Writes what is compiled into bramka as CycloneDX.
    ///
    /// Example: cargo xtask sbom bramka.cdx.json
    Sbom(sbom::Arguments),
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().task {
        Task::Check => check::run(&workspace_root()),
        Task::Tidy => tidy::run(&workspace_root()),
        Task::Licenses(arguments) => licenses::run(&workspace_root(), &arguments),
        Task::Sbom(arguments) => sbom::run(&workspace_root(), &arguments),
        Task::Schemas(arguments) => schemas::run(&arguments).map_err(|error| error.to_string()),
    };
    match outcome {
        Ok(words) => {
            say(&words);
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("xtask: {error}");
            ExitCode::FAILURE
        }
    }
}

/// The folder that the workspace's manifest lies in.
fn workspace_root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new(".")).to_owned()
}

#[expect(clippy::print_stdout, reason = "a command's answer goes to standard output")]
fn say(words: &str) {
    println!("{words}");
}
