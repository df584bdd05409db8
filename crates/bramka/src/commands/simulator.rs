//! `bramka simulator`: KSeF in a box.

use std::process::ExitCode;

use ksef_sim::{Limits, Profile, Simulator, SimulatorConfig};

use super::stop_signal;
use crate::cli;
use crate::failure::Failure;

pub(crate) async fn run(arguments: cli::Simulator, lang: cli::Lang) -> Result<ExitCode, Failure> {
    let mut config = SimulatorConfig {
        profile: match arguments.profile {
            cli::ProfileName::Test => Profile::Test,
            cli::ProfileName::Demo => Profile::Demo,
            cli::ProfileName::Prd => Profile::Prd,
        },
        limits: match arguments.limits {
            cli::LimitsName::Production => Limits::Production,
            cli::LimitsName::Off => Limits::Off,
        },
        ..SimulatorConfig::default()
    };
    if let Some(seed) = arguments.seed {
        config.seed = seed;
    }
    let simulator = start(config, arguments.listen).await?;
    // Programs wait for this line; the word `listening` stays in every language.
    println!("KSeF simulator listening on {} (seed {})", simulator.base_url(), simulator.seed());
    println!(
        "{}",
        lang.pick(
            "To symulator, nie prawdziwy KSeF. Zatrzymaj: Ctrl-C.",
            "This is a simulator, not the real KSeF. Stop it with Ctrl-C."
        )
    );
    stop_signal().await;
    simulator.shutdown().await;
    Ok(ExitCode::SUCCESS)
}

/// Starts a simulator, or says why not.
pub(crate) async fn start(
    config: SimulatorConfig,
    listen: std::net::SocketAddr,
) -> Result<Simulator, Failure> {
    Simulator::start(config, listen).await.map_err(|error| {
        Failure::new(
            format!(
                "symulator nie może słuchać pod adresem {listen}: {error}; wybierz inny port przez --listen"
            ),
            error.to_string(),
        )
    })
}
