//! `bramka simulator`: KSeF in a box.

use std::process::ExitCode;

use ksef_sim::{DataError, Limits, Profile, Scenario, Simulator, SimulatorConfig, StartError};

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
    config.control = arguments.control;
    config.data = arguments.data;
    config.company = arguments.company.parse().map_err(|error: ksef_id::NipError| {
        let found = &arguments.company;
        Failure::new(format!("--company: NIP to dziesięć cyfr, podano {found:?}"), error.to_string())
    })?;
    let scenario = arguments.scenario.as_deref().map(scenario).transpose()?;
    let company = config.company;
    let simulator = start(config, arguments.listen).await?;
    if let Some(now) = arguments.clock {
        simulator.clock().set(now).map_err(|error| {
            Failure::new("--clock: zegar chodzi od roku 2000 do 2199".to_owned(), format!("--clock: {error}"))
        })?;
    }
    if let Some(scenario) = scenario {
        simulator.set_scenario(scenario, company).map_err(|error| {
            Failure::new(
                format!("--scenario {}: nie udało się ustawić: {error}", scenario.name),
                format!("--scenario {}: {error}", scenario.name),
            )
        })?;
    }
    // Programs wait for this line; the word `listening` stays in every language.
    let control = simulator.control_url().map_or_else(String::new, |url| format!(", control at {url}"));
    println!("KSeF simulator listening on {} (seed {}){control}", simulator.base_url(), simulator.seed());
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

fn scenario(name: &str) -> Result<&'static Scenario, Failure> {
    Scenario::named(name).ok_or_else(|| {
        let list = |words: fn(&Scenario) -> &'static str| {
            let line = |scenario: &Scenario| format!("\n  {}: {}", scenario.name, words(scenario));
            Scenario::ALL.iter().map(line).collect::<String>()
        };
        Failure::new(
            format!("--scenario: nie ma scenariusza {name:?}; są:{}", list(|scenario| scenario.pl)),
            format!("--scenario: no scenario is called {name:?}; there are:{}", list(|scenario| scenario.en)),
        )
    })
}

/// Starts a simulator, or says why not.
pub(crate) async fn start(
    config: SimulatorConfig,
    listen: std::net::SocketAddr,
) -> Result<Simulator, Failure> {
    Simulator::start(config, listen).await.map_err(|error| {
        let pl = match &error {
            StartError::Data(error) => data_failure(error),
            StartError::AddressInUse { address } => {
                format!("pod adresem {address} słucha już inny program: zatrzymaj go albo wybierz inny port")
            }
            StartError::Listen { address, source } => {
                format!("symulator nie może słuchać pod adresem {address}: {source}; wybierz inny adres")
            }
            StartError::Keys(_) => "nie udało się utworzyć kluczy symulatora".to_owned(),
        };
        let cause = std::error::Error::source(&error).map_or_else(String::new, |cause| format!(": {cause}"));
        Failure::new(pl, format!("{error}{cause}"))
    })
}

fn data_failure(error: &DataError) -> String {
    match error {
        DataError::InUse { path } => {
            format!(
                "z folderu {} korzysta inny symulator: zatrzymaj go albo wybierz inny folder",
                path.display()
            )
        }
        DataError::Newer { path, found, known } => format!(
            "folder {} ma format {found}, a ten program zna formaty do {known}: użyj programu, który go zapisał, albo \
             innego folderu",
            path.display()
        ),
        DataError::Foreign { path } => format!(
            "w folderze {} są pliki, które nie należą do symulatora: wybierz folder pusty albo nowy",
            path.display()
        ),
        DataError::OtherProfile { path, found, asked } => format!(
            "folder {} należy do profilu {found}, a nie {asked}: uruchom z --profile {found} albo wybierz inny folder",
            path.display()
        ),
        DataError::Damaged { path, what } => format!(
            "plik {} jest uszkodzony ({what}): przywróć kopię folderu albo wybierz inny",
            path.display()
        ),
        DataError::Io { path, source } => {
            format!("nie można czytać ani pisać {}: {source}", path.display())
        }
    }
}
