//! One module a command.

pub(crate) mod about;
pub(crate) mod access;
pub(crate) mod anonymise;
pub(crate) mod archive;
pub(crate) mod bench;
pub(crate) mod buyers;
pub(crate) mod cert;
pub(crate) mod company;
mod connected;
pub(crate) mod convert;
pub(crate) mod credential;
pub(crate) mod demo;
pub(crate) mod doctor;
pub(crate) mod explain;
pub(crate) mod guide;
pub(crate) mod import;
mod keyring;
pub(crate) mod latarnia;
pub(crate) mod notify;
pub(crate) mod permission;
mod progress;
pub(crate) mod purchases;
pub(crate) mod render;
mod renewing;
pub(crate) mod retention;
pub(crate) mod routing;
pub(crate) mod schema;
mod sealing_key;
pub(crate) mod send;
pub(crate) mod series;
pub(crate) mod serve;
pub(crate) mod simulator;
pub(crate) mod stamp;
mod told;
pub(crate) mod upo;
pub(crate) mod validate;
pub(crate) mod vault;
mod vault_companies;
pub(crate) mod webhook;

use std::future::Future;
use std::process::ExitCode;

use crate::failure::Failure;

/// Runs a command that needs the network.
pub(crate) fn block_on(
    command: impl Future<Output = Result<ExitCode, Failure>>,
) -> Result<ExitCode, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(|error| {
        Failure::new(
            format!("nie można uruchomić wątków: {error}"),
            format!("threads cannot be started: {error}"),
        )
    })?;
    runtime.block_on(command)
}

/// Waits for Ctrl-C or SIGTERM.
pub(crate) async fn stop_signal() {
    let interrupt = async {
        // Without a handler nobody can ask for a stop but by killing, which is safe as well.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut terminate) => tokio::select! {
                () = interrupt => {}
                _ = terminate.recv() => {}
            },
            Err(_) => interrupt.await,
        }
    }
    #[cfg(not(unix))]
    interrupt.await;
}
