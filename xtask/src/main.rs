//! Tasks of the workspace, called as `cargo xtask TASK`.

mod schemas;

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
    /// Compiles the official XSDs into the tables of ksef-invoice, or checks that they still agree.
    ///
    /// Example: cargo xtask schemas --check --from ../shared/ksef/docs/faktury
    Schemas(schemas::Arguments),
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().task {
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

#[expect(clippy::print_stdout, reason = "a command's answer goes to standard output")]
fn say(words: &str) {
    println!("{words}");
}
