//! `bramka send`: invoices from files to a gateway, and on demand to their KSeF numbers.

use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use gateway::{Gateway, StartError};
use gateway_api::InvoiceResource;
use ksef_crypto::sha256;
use ksef_id::{ContextIdentifier, Sha256Hash};

use super::serve::options_of;
use crate::cli;
use crate::failure::Failure;
use crate::rest::{GatewayClient, Posted, api_key};

pub(crate) async fn run(arguments: cli::Send, lang: cli::Lang) -> Result<ExitCode, Failure> {
    let key = api_key(arguments.api_key_file.as_deref())?;
    let own = own_gateway(&arguments, lang).await?;
    let client = match &own {
        Some(gateway) => GatewayClient::new(&format!("http://{}", gateway.address()), None)?,
        None => GatewayClient::new(&arguments.url, key)?,
    };
    let outcome = send_all(&client, &arguments, lang).await;
    if let Some(gateway) = own {
        gateway.stop().await;
    }
    outcome
}

/// With `--data` and nobody at that folder, a gateway of our own for as long as the command takes.
async fn own_gateway(arguments: &cli::Send, lang: cli::Lang) -> Result<Option<Gateway>, Failure> {
    let Some(data) = &arguments.data else { return Ok(None) };
    let any_port = std::net::SocketAddr::from(([127, 0, 0, 1], 0));
    let (options, _) = options_of(arguments.config.clone(), Some(any_port), Some(data.clone()), lang).await?;
    match Gateway::start(options).await {
        Ok(gateway) => Ok(Some(gateway)),
        // A gateway runs there: it is asked at --url, as without --data.
        Err(StartError::Folder(gateway::FolderError::InUse { .. })) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

async fn send_all(
    client: &GatewayClient,
    arguments: &cli::Send,
    lang: cli::Lang,
) -> Result<ExitCode, Failure> {
    let mut worst = 0;
    let mut taken = Vec::new();
    for file in &arguments.files {
        match send_one(client, arguments.company.as_ref(), file, lang).await {
            Ok(Some(invoice)) => taken.push((file, invoice)),
            Ok(None) => worst = worst.max(EXIT_REFUSED),
            // A file that cannot be read does not keep the others from being sent.
            Err(failure) => {
                eprintln!("bramka: {}", failure.words(lang));
                worst = worst.max(failure.exit_code);
            }
        }
    }
    for (file, invoice) in taken {
        if !arguments.wait {
            println!("{}  {}", invoice.id, file.display());
            continue;
        }
        worst = worst.max(wait_for(client, file, invoice, lang).await?);
    }
    Ok(ExitCode::from(worst))
}

/// Hands one file over; `None` when the gateway refused it and said why.
async fn send_one(
    client: &GatewayClient,
    company: Option<&ContextIdentifier>,
    file: &Path,
    lang: cli::Lang,
) -> Result<Option<InvoiceResource>, Failure> {
    let content = std::fs::read(file).map_err(|error| Failure::unreadable(file, &error))?;
    let company = match company {
        Some(company) => company.clone(),
        None => seller_of(file, &content)?,
    };
    // The bytes themselves are the key: the same file sent twice is one invoice, under whatever name.
    let key = format!("sha256-{}", Sha256Hash::from_bytes(&sha256(&content)).to_base64url());
    match client.post_invoice(&company, &key, content).await? {
        Posted::Taken(invoice) => Ok(Some(*invoice)),
        Posted::Refused(problem) => {
            eprintln!("{}: {}", file.display(), lang.pick(&problem.message.pl, &problem.message.en));
            for finding in &problem.findings {
                let text =
                    |pointer: &str| finding.pointer(pointer).and_then(|value| value.as_str()).unwrap_or("");
                let line = finding.pointer("/line").and_then(serde_json::Value::as_u64).unwrap_or(1);
                let sentence = lang.pick(text("/message/pl"), text("/message/en"));
                eprintln!("  {}:{line}: {} {}: {sentence}", file.display(), text("/severity"), text("/code"));
            }
            Ok(None)
        }
    }
}

/// The company an invoice speaks for when none is named: its seller.
fn seller_of(file: &Path, content: &[u8]) -> Result<ContextIdentifier, Failure> {
    let nip = ksef_invoice::read(content)
        .ok()
        .and_then(|invoice| ksef_id::Nip::parse(&invoice.metadata().seller_nip).ok());
    nip.map(ContextIdentifier::of_nip).ok_or_else(|| {
        let path = file.display();
        Failure::new(
            format!("{path}: nie widać NIP sprzedawcy; sprawdź plik (bramka validate) albo podaj firmę przez --company"),
            format!("{path}: no seller's NIP can be found; check the file (bramka validate), or name the company with --company"),
        )
    })
}

/// Waits for KSeF's word; returns the exit code that it means.
async fn wait_for(
    client: &GatewayClient,
    file: &Path,
    mut invoice: InvoiceResource,
    lang: cli::Lang,
) -> Result<u8, Failure> {
    let deadline = Instant::now() + WAIT_MAX;
    let mut told = String::new();
    loop {
        let confirmed = matches!(invoice.state.as_str(), "upoVerified" | "stored");
        if let (true, Some(number)) = (confirmed, &invoice.ksef_number) {
            println!("{number}  {}", file.display());
            return Ok(0);
        }
        let state = lang.pick(&invoice.state_text.pl, &invoice.state_text.en);
        let why = invoice.reason.as_ref().map(|reason| lang.pick(&reason.message.pl, &reason.message.en));
        let why = why.map(|why| format!(": {why}")).unwrap_or_default();
        if invoice.is_final {
            eprintln!("{}: {state}{why}", file.display());
            return Ok(EXIT_REFUSED);
        }
        if Instant::now() > deadline {
            eprintln!("{}: {state}{why}", file.display());
            return Ok(EXIT_NOT_FINISHED);
        }
        // Whoever waits is told what is waited for, once.
        if !why.is_empty() && why != told {
            eprintln!("{}: {state}{why}", file.display());
            told = why;
        }
        tokio::time::sleep(POLL_DELAY).await;
        invoice = client.invoice(&invoice.company, &invoice.id).await?;
    }
}

const EXIT_REFUSED: u8 = 1;
const EXIT_NOT_FINISHED: u8 = 3;
const POLL_DELAY: Duration = Duration::from_millis(150);
const WAIT_MAX: Duration = Duration::from_secs(600);
