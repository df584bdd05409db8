//! `bramka latarnia`: what KSeF's own service says of its state, as evidence.

use std::process::ExitCode;

use connection::doctor::state_in_words;
use ksef_client::environment::{Environment, addresses};
use ksef_client::latarnia::{Evidence, Latarnia, LatarniaOptions, simulator_address};
use ksef_wire::latarnia::{LatarniaMessage, LatarniaMessages, LatarniaState};
use serde_json::{Value, json};

use crate::cli::{self, EnvironmentName, ListFormat};
use crate::failure::Failure;

pub(crate) async fn run(arguments: cli::Latarnia, lang: cli::Lang) -> Result<ExitCode, Failure> {
    let latarnia = Latarnia::new(&address(&arguments)?, LatarniaOptions::default())
        .map_err(|error| Failure::new(format!("nieprawidłowy adres ({error})"), error.to_string()))?;
    if arguments.messages {
        let evidence = latarnia.messages().await.map_err(silent)?;
        keep(&arguments, &evidence)?;
        show(&arguments, None, &evidence.content, &evidence, lang);
        return Ok(ExitCode::SUCCESS);
    }
    let evidence = latarnia.status().await.map_err(silent)?;
    keep(&arguments, &evidence)?;
    show(&arguments, Some(&evidence.content.status), &evidence.content.messages, &evidence, lang);
    Ok(match &evidence.content.status {
        LatarniaState::Available => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    })
}

fn address(arguments: &cli::Latarnia) -> Result<String, Failure> {
    let environment = match (arguments.environment, &arguments.ksef_url) {
        (EnvironmentName::Simulator, Some(url)) => return Ok(simulator_address(url)),
        (EnvironmentName::Test, None) => Environment::Test,
        (EnvironmentName::Demo, None) => Environment::Demo,
        (EnvironmentName::Prd, None) => Environment::Prd,
        (EnvironmentName::Simulator, None) | (_, Some(_)) => {
            return Err(Failure::new(
                "--ksef-url podaje się tylko i zawsze dla --environment simulator",
                "--ksef-url goes with --environment simulator, and only with that",
            ));
        }
    };
    addresses(environment)
        .latarnia
        .map(str::to_owned)
        .ok_or_else(|| Failure::new("środowisko DEMO nie ma Latarni", "the environment DEMO has no Latarnia"))
}

fn silent(error: ksef_client::latarnia::LatarniaError) -> Failure {
    Failure::new(
        format!("{error}; stan KSeF jest przez to nieznany, a nie zły: zapytaj sam KSeF (bramka doctor)"),
        format!("{error}; that makes the state of KSeF unknown, not bad: ask KSeF itself (bramka doctor)"),
    )
}

fn keep<T>(arguments: &cli::Latarnia, evidence: &Evidence<T>) -> Result<(), Failure> {
    match &arguments.save {
        Some(file) => std::fs::write(file, &evidence.raw).map_err(|error| Failure::unwritable(file, &error)),
        None => Ok(()),
    }
}

fn show<T>(
    arguments: &cli::Latarnia,
    state: Option<&LatarniaState>,
    messages: &LatarniaMessages,
    evidence: &Evidence<T>,
    lang: cli::Lang,
) {
    if arguments.format == ListFormat::Json {
        let shown: Vec<Value> = messages
            .readable
            .iter()
            .map(|message| json!({ "message": message, "isTestDummy": message.is_test_dummy() }))
            .collect();
        println!(
            "{}",
            json!({
                "status": state,
                "messages": shown,
                "unreadable": messages.unreadable.len(),
                "url": evidence.url,
                "receivedAt": evidence.received_at,
            })
        );
        return;
    }
    if let Some(state) = state {
        let [pl, en] = state_in_words(state);
        println!("{}  ({})", lang.pick(pl, en), state.as_str());
    }
    for message in &messages.readable {
        println!("{}", line_of(message, lang));
    }
    if !messages.unreadable.is_empty() {
        let count = messages.unreadable.len();
        println!("{}: {count}", lang.pick("nieczytelne komunikaty", "messages that cannot be read"));
    }
    println!("{} {}, {}", lang.pick("odczytano", "read"), evidence.received_at, evidence.url);
}

fn line_of(message: &LatarniaMessage, lang: cli::Lang) -> String {
    let end =
        message.end.as_ref().map_or_else(|| lang.pick("trwa", "goes on").to_owned(), |end| end.0.to_string());
    let dummy = if message.is_test_dummy() {
        lang.pick("  [stały komunikat próbny, nic nie znaczy]", "  [a lasting dummy message, means nothing]")
    } else {
        ""
    };
    format!("{}  {}  {} – {end}  {}{dummy}", message.id, message.kind, message.start.0, message.title)
}
