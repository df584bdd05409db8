//! `bramka send`: invoices from files to a gateway, and on demand to their KSeF numbers.

mod files;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use gateway::{Gateway, StartError};
use gateway_api::{InvoiceResource, Problem};
use ksef_crypto::sha256;
use ksef_id::{ContextIdentifier, Sha256Hash};
use serde_json::json;
use serde_json::value::RawValue;

use super::progress::Progress;
use super::serve::options_of;
use crate::cli;
use crate::failure::Failure;
use crate::rest::{GatewayClient, Posted, PostedFile, api_key};
use files::Kind;

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
    let (options, ..) =
        options_of(arguments.config.clone(), Some(any_port), Some(data.clone()), None, lang).await?;
    match Gateway::start(options).await {
        Ok(gateway) => Ok(Some(gateway)),
        // A gateway runs there: it is asked at --url, as without --data.
        Err(StartError::Folder(gateway::FolderError::InUse { .. })) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// An invoice of a file, and what became of it.
struct Sent {
    file: PathBuf,
    /// Its number in a file with several.
    number: Option<String>,
    invoice: InvoiceResource,
}

async fn send_all(
    client: &GatewayClient,
    arguments: &cli::Send,
    lang: cli::Lang,
) -> Result<ExitCode, Failure> {
    let mut worst = 0;
    let mut sent = Vec::new();
    let inputs = files::find(&arguments.files);
    for failure in &inputs.failures {
        eprintln!("bramka: {}", failure.words(lang));
        worst = worst.max(failure.exit_code);
    }
    let progress = Progress::over(inputs.files.len());
    for file in &inputs.files {
        let told = Told { file, format: arguments.format, lang, progress: &progress };
        match send_file(client, arguments.company.as_ref(), &told, &mut sent).await {
            Ok(true) => {}
            Ok(false) => worst = worst.max(EXIT_REFUSED),
            // A file that cannot be read does not keep the others from being sent.
            Err(failure) => {
                progress.aside(|| eprintln!("bramka: {}", failure.words(lang)));
                worst = worst.max(failure.exit_code);
            }
        }
        progress.step();
    }
    drop(progress);
    for one in sent {
        let (invoice, code) = if arguments.wait {
            wait_for(client, &one.file, one.invoice, lang).await?
        } else {
            (one.invoice, 0)
        };
        worst = worst.max(code);
        match arguments.format {
            cli::ListFormat::Json => print_json(&one.file, &json!({ "invoice": invoice })),
            cli::ListFormat::Text if arguments.wait && code != 0 => {}
            cli::ListFormat::Text => {
                let id = match &invoice.ksef_number {
                    Some(number) if arguments.wait => number.to_string(),
                    _ => invoice.id,
                };
                let number = one.number.map(|number| format!("  {number}")).unwrap_or_default();
                println!("{id}  {}{number}", one.file.display());
            }
        }
    }
    Ok(ExitCode::from(worst))
}

/// How it is told what became of a file.
struct Told<'a> {
    file: &'a Path,
    format: cli::ListFormat,
    lang: cli::Lang,
    progress: &'a Progress,
}

impl Told<'_> {
    fn refused(&self, number: Option<&str>, place: Option<&str>, problem: &Problem) {
        self.progress.aside(|| match self.format {
            cli::ListFormat::Json => {
                print_json(self.file, &json!({ "number": number, "place": place, "problem": problem }));
            }
            cli::ListFormat::Text => {
                let of: String =
                    [place, number].into_iter().flatten().map(|part| format!(" {part}:")).collect();
                let file = self.file.display();
                let sentence = self.lang.pick(&problem.message.pl, &problem.message.en);
                eprintln!("{file}:{of} {sentence}");
                for finding in &problem.findings {
                    eprintln!("  {file}:{}", self.finding(finding));
                }
            }
        });
    }

    fn finding(&self, finding: &serde_json::Value) -> String {
        let text = |pointer: &str| finding.pointer(pointer).and_then(|value| value.as_str()).unwrap_or("");
        let line = finding.pointer("/line").and_then(serde_json::Value::as_u64).unwrap_or(1);
        let place = match text("/cell") {
            "" => line.to_string(),
            cell => cell.to_owned(),
        };
        let sentence = self.lang.pick(text("/message/pl"), text("/message/en"));
        format!("{place}: {} {}: {sentence}", text("/severity"), text("/code"))
    }
}

fn print_json(file: &Path, outcome: &serde_json::Value) {
    let mut line = json!({ "file": file.display().to_string() });
    if let (Some(line), Some(outcome)) = (line.as_object_mut(), outcome.as_object()) {
        line.extend(
            outcome.iter().filter(|(_, value)| !value.is_null()).map(|(k, v)| (k.clone(), v.clone())),
        );
    }
    println!("{line}");
}

/// Hands one file over; `false` when the gateway refused something in it and said why.
async fn send_file(
    client: &GatewayClient,
    company: Option<&ContextIdentifier>,
    told: &Told<'_>,
    sent: &mut Vec<Sent>,
) -> Result<bool, Failure> {
    let file = told.file;
    let content = files::read(file)?;
    let kind = Kind::of(file, &content);
    let company = match company {
        Some(company) => company.clone(),
        None => files::seller_of(file, kind, &content)?,
    };
    match kind {
        Kind::Xml => send_one(client, &company, told, (kind, None), content, sent).await,
        // Each invoice of a list by itself: in a list that was mended, the others are known again.
        Kind::Json => match serde_json::from_slice::<Vec<&RawValue>>(&content) {
            Ok(items) => {
                let mut all_taken = true;
                for (index, item) in items.into_iter().enumerate() {
                    let place = Some(format!("/{index}"));
                    let item = item.get().as_bytes().to_vec();
                    all_taken &= send_one(client, &company, told, (kind, place), item, sent).await?;
                }
                Ok(all_taken)
            }
            Err(_) => send_one(client, &company, told, (kind, None), content, sent).await,
        },
        Kind::Csv | Kind::Xlsx => match client.post_table(&company, kind.media_type(), content).await? {
            PostedFile::Refused(problem) => {
                told.refused(None, None, &problem);
                Ok(false)
            }
            PostedFile::Read(list) => {
                let mut all_taken = true;
                for item in list.items {
                    if let Some(invoice) = item.invoice {
                        sent.push(Sent { file: file.to_owned(), number: item.number, invoice });
                    } else if let Some(problem) = item.problem {
                        told.refused(item.number.as_deref(), Some(&item.place), &problem);
                        all_taken = false;
                    }
                }
                Ok(all_taken)
            }
        },
    }
}

/// Hands one invoice over; `place` says where in a list it stands.
async fn send_one(
    client: &GatewayClient,
    company: &ContextIdentifier,
    told: &Told<'_>,
    (kind, place): (Kind, Option<String>),
    content: Vec<u8>,
    sent: &mut Vec<Sent>,
) -> Result<bool, Failure> {
    // The bytes themselves are the key: the same file sent twice is one invoice, under whatever name.
    let key = format!("sha256-{}", Sha256Hash::from_bytes(&sha256(&content)).to_base64url());
    match client.post_document(company, &key, kind.media_type(), content).await? {
        Posted::Taken(invoice) => {
            let number = place.map(|_| invoice.invoice_number.clone());
            sent.push(Sent { file: told.file.to_owned(), number, invoice: *invoice });
            Ok(true)
        }
        Posted::Refused(problem) => {
            told.refused(None, place.as_deref(), &problem);
            Ok(false)
        }
    }
}

/// Waits for KSeF's word; returns the invoice as it then stands, and the exit code that it means.
async fn wait_for(
    client: &GatewayClient,
    file: &Path,
    mut invoice: InvoiceResource,
    lang: cli::Lang,
) -> Result<(InvoiceResource, u8), Failure> {
    let deadline = Instant::now() + WAIT_MAX;
    let mut told = String::new();
    loop {
        let confirmed = matches!(invoice.state.as_str(), "upoVerified" | "stored");
        if confirmed && invoice.ksef_number.is_some() {
            return Ok((invoice, 0));
        }
        let state = lang.pick(&invoice.state_text.pl, &invoice.state_text.en);
        let why = invoice.reason.as_ref().map(|reason| lang.pick(&reason.message.pl, &reason.message.en));
        let why = why.map(|why| format!(": {why}")).unwrap_or_default();
        if invoice.is_final {
            eprintln!("{}: {state}{why}", file.display());
            return Ok((invoice, EXIT_REFUSED));
        }
        if Instant::now() > deadline {
            eprintln!("{}: {state}{why}", file.display());
            return Ok((invoice, EXIT_NOT_FINISHED));
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
