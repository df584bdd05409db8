//! `bramka`: the one binary. Thin: flags in, a call, words out.
#![allow(clippy::print_stdout, reason = "results of commands go to standard output")]

mod cli;
mod commands;
mod core_dumps;
mod failure;
mod folders;
mod language;
mod open_files;
mod paint;
mod rest;
mod samples;
mod secret_input;
mod settings_table;
mod vault_access;
mod version;

use std::process::ExitCode;

use cli::{Cli, Command, Quick};

fn main() -> ExitCode {
    core_dumps::forbid();
    // The official files' hashes are not gathered for every start.
    if std::env::args_os().nth(1).is_some_and(|word| word == "--version") {
        println!("bramka {}", version::long());
        return ExitCode::SUCCESS;
    }
    let cli = Cli::read();
    if !cli.command.is_quick() {
        start_log();
    }
    let language = language::of_messages(cli.command.lang());
    let outcome = match cli.command {
        // Work on files needs no runtime: a cold start costs what the work costs.
        Command::Quick(Quick::Validate(arguments)) => commands::validate::run(&arguments, language),
        Command::Quick(Quick::Schema(cli::Schema::List(_))) => commands::schema::list(language),
        Command::Quick(Quick::Bench(cli::Bench::Validate(arguments))) => {
            commands::bench::validate(&arguments, language)
        }
        Command::Convert(arguments) => commands::convert::run(&arguments, language),
        Command::Anonymise(arguments) => commands::anonymise::run(&arguments, language),
        Command::Quick(Quick::Explain(arguments)) => commands::explain::run(&arguments, language),
        Command::Company(arguments) => commands::block_on(commands::company::run(arguments, language)),
        Command::User(arguments) => commands::block_on(commands::access::user(arguments, language)),
        Command::ApiKey(arguments) => commands::block_on(commands::access::api_key(arguments, language)),
        Command::Backup(arguments) => commands::block_on(commands::archive::backup(arguments, language)),
        Command::Restore(arguments) => commands::block_on(commands::archive::restore(arguments, language)),
        Command::Export(arguments) => commands::block_on(commands::archive::export(arguments, language)),
        Command::Import(arguments) => commands::block_on(commands::import::run(arguments, language)),
        Command::Licenses => commands::about::licenses(),
        Command::Completions(arguments) => commands::about::completions(&arguments),
        Command::Man(arguments) => commands::about::man(&arguments),
        Command::Archive(arguments) => commands::block_on(commands::archive::run(arguments, language)),
        Command::Audit(arguments) => commands::block_on(commands::access::audit(arguments, language)),
        Command::Series(arguments) => commands::block_on(commands::series::run(arguments, language)),
        Command::Notify(arguments) => commands::block_on(commands::notify::run(arguments, language)),
        Command::Buyers(arguments) => commands::block_on(commands::buyers::run(arguments, language)),
        Command::Route(arguments) => commands::block_on(commands::routing::route(arguments, language)),
        Command::Unit(arguments) => commands::block_on(commands::routing::unit(arguments, language)),
        Command::Retention(arguments) => {
            commands::block_on(commands::retention::retention(arguments, language))
        }
        Command::Hold(arguments) => commands::block_on(commands::retention::hold(arguments, language)),
        Command::Webhook(arguments) => commands::block_on(commands::webhook::run(arguments, language)),
        Command::Credential(arguments) => commands::block_on(commands::credential::run(arguments, language)),
        Command::Cert(arguments) => commands::block_on(commands::cert::run(arguments, language)),
        Command::Permission(arguments) => commands::block_on(commands::permission::run(arguments, language)),
        Command::Sync(arguments) => commands::block_on(commands::purchases::sync(arguments, language)),
        Command::Reconcile(arguments) => {
            commands::block_on(commands::purchases::reconcile(arguments, language))
        }
        Command::Latarnia(arguments) => commands::block_on(commands::latarnia::run(arguments, language)),
        Command::Upo(cli::Upo::Verify(arguments)) => commands::upo::run(&arguments, language),
        Command::Doctor(arguments) => commands::block_on(commands::doctor::run(arguments, language)),
        Command::Guide(arguments) => commands::guide::run(&arguments, language),
        Command::Vault(arguments) => commands::block_on(commands::vault::run(arguments, language)),
        Command::Quick(Quick::Render(arguments)) => commands::render::run(&arguments, language),
        Command::Quick(Quick::Stamp(arguments)) => commands::stamp::run(&arguments, language),
        Command::Demo(arguments) => commands::block_on(commands::demo::run(arguments, language)),
        Command::Simulator(arguments) => commands::block_on(commands::simulator::run(arguments, language)),
        Command::Serve(arguments) => commands::block_on(commands::serve::run(arguments, language)),
        Command::Send(arguments) => commands::block_on(commands::send::run(arguments, language)),
    };
    match outcome {
        Ok(code) => code,
        Err(failure) => {
            eprintln!("bramka: {}", failure.words(language));
            ExitCode::from(failure.exit_code)
        }
    }
}

/// The log goes to standard error, warnings and worse unless `BRAMKA_LOG` says otherwise (`info`, `gateway=debug` …).
fn start_log() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("BRAMKA_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false).init();
}
