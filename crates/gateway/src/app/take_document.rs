//! Taking in a document of any kind, whichever way it came: XML as it is, neutral JSON, lists of it, and tables, of which
//! each invoice is taken or refused by itself.

use std::collections::HashMap;
use std::io::Cursor;
use std::ops::ControlFlow;
use std::sync::Arc;

use gateway_store::{Sale, StoreError, Taken};
use invoice_tables::{ColumnMap, Source, TableError, TableInvoice};
use ksef_id::Sha256Hash;
use ksef_invoice::Severity;
use ksef_invoice::build::from_json;
use serde_json::Value;
use serde_json::value::RawValue;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::App;
use super::take_invoice::{TakeError, TakeOptions, take_invoice};
use super::take_neutral::{build_options, source_of, take_neutral};
use crate::company::Company;

/// What a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DocumentKind {
    /// A document of KSeF.
    Xml,
    /// An invoice in neutral form, or a list of them.
    Json,
    /// A table of values.
    Csv,
    /// A workbook.
    Xlsx,
}

impl DocumentKind {
    /// By `Content-Type`, whose parameters do not matter.
    pub(crate) fn of_media_type(text: &str) -> Option<Self> {
        let essence = text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        match essence.as_str() {
            "application/xml" | "text/xml" => Some(Self::Xml),
            "application/json" => Some(Self::Json),
            "text/csv" | "text/tab-separated-values" => Some(Self::Csv),
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" => Some(Self::Xlsx),
            _ => None,
        }
    }

    /// By the ending of a file's name; of another ending, by how the file begins.
    pub(crate) fn of_file(extension: &str, content: &[u8]) -> Option<Self> {
        match extension.to_ascii_lowercase().as_str() {
            "xml" => return Some(Self::Xml),
            "json" => return Some(Self::Json),
            "csv" | "tsv" => return Some(Self::Csv),
            "xlsx" | "xlsm" => return Some(Self::Xlsx),
            _ => {}
        }
        let content = content.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(content);
        match content.iter().find(|byte| !byte.is_ascii_whitespace()) {
            Some(b'<') => Some(Self::Xml),
            Some(b'{' | b'[') => Some(Self::Json),
            _ => None,
        }
    }

    /// How long a file of this kind may be, in bytes.
    pub(crate) const fn bytes_max(self) -> usize {
        match self {
            // KSeF takes 3,000,000; a little more lets the validator say so itself.
            Self::Xml => 4 * 1024 * 1024,
            Self::Json | Self::Csv | Self::Xlsx => FILE_BYTES_MAX,
        }
    }
}

/// By what a document that comes again is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Key<'a> {
    /// The caller's key; each invoice of several has a key of its own made from it and its number.
    Given(Option<&'a str>),
    /// What is in it: of a corrected table only what is new is new.
    Content,
}

/// What a document came to.
#[derive(Debug)]
pub(crate) enum Documents {
    /// One invoice.
    One(Box<Taken>),
    /// Several, each taken or refused, and what is odd about the whole.
    Several(Vec<Answer>, Vec<Value>),
}

/// What became of one invoice of several.
#[derive(Debug)]
pub(crate) struct Answer {
    /// Its number, as far as it is known.
    pub(crate) number: Option<String>,
    /// Where it begins: a cell, or a JSON pointer.
    pub(crate) place: String,
    /// What became of it.
    pub(crate) outcome: Result<Taken, TakeError>,
}

/// Takes a document in. Of several invoices each is on disk, or refused, when this returns.
///
/// An `Err` is about all of it: then nothing was taken.
pub(crate) async fn take_document(
    app: &Arc<App>,
    company: &Arc<Company>,
    kind: DocumentKind,
    key: Key<'_>,
    actor: &str,
    content: &[u8],
) -> Result<Documents, TakeError> {
    if content.len() > kind.bytes_max() && kind != DocumentKind::Xml {
        return Err(TakeError::TooLarge { limit: kind.bytes_max() });
    }
    if content.is_empty() {
        return Err(TakeError::Empty);
    }
    let one = async |is_neutral: bool| {
        let content_key = (key == Key::Content).then(|| key_of_content(content));
        let idempotency_key = match key {
            Key::Given(given) => given,
            Key::Content => content_key.as_deref(),
        };
        let options = TakeOptions { idempotency_key, actor, ..TakeOptions::default() };
        let taken = if is_neutral {
            take_neutral(app, company, &options, content).await
        } else {
            take_invoice(app, company, &options, content).await
        };
        let given = source_of(content);
        known_by_content(app, company, key, &given, taken).await.map(|taken| Documents::One(Box::new(taken)))
    };
    match kind {
        DocumentKind::Xml => one(false).await,
        DocumentKind::Json => match serde_json::from_slice::<Vec<&RawValue>>(content) {
            Ok(items) => {
                let each = items.iter().enumerate().map(|(index, item)| Given {
                    number: number_in(item.get()),
                    place: format!("/{index}"),
                    content: Content::Neutral(item.get().as_bytes().to_vec()),
                });
                let (sender, given) = mpsc::channel(AT_ONCE_MAX);
                let each: Vec<Given> = each.take(INVOICES_MAX + 1).collect();
                let feeding = async move {
                    for one in each {
                        if sender.send(one).await.is_err() {
                            break;
                        }
                    }
                };
                let ((), answers) = tokio::join!(feeding, take_each(app, company, key, actor, given));
                Ok(Documents::Several(answers, Vec::new()))
            }
            Err(_) => one(true).await,
        },
        DocumentKind::Csv | DocumentKind::Xlsx => {
            let columns = Arc::new(company.columns.clone());
            take_table(app, company, kind, columns, key, actor, content.to_vec()).await
        }
    }
}

/// An invoice of several, on its way in.
struct Given {
    number: Option<String>,
    place: String,
    content: Content,
}

enum Content {
    /// Neutral JSON.
    Neutral(Vec<u8>),
    /// What was built of rows, and what it was built from.
    Built { xml: String, source: Vec<u8> },
    /// What was wrong with it.
    Refused(TakeError),
}

/// Reads a table row by row where it keeps nobody else waiting, and takes each invoice as soon as it is whole.
pub(crate) async fn take_table(
    app: &Arc<App>,
    company: &Arc<Company>,
    kind: DocumentKind,
    columns: Arc<ColumnMap>,
    key: Key<'_>,
    actor: &str,
    content: Vec<u8>,
) -> Result<Documents, TakeError> {
    let (sender, given) = mpsc::channel(AT_ONCE_MAX);
    let reader = company.clone();
    let reading = tokio::task::spawn_blocking(move || {
        let source = match kind {
            DocumentKind::Xlsx => Source::Xlsx(Box::new(Cursor::new(content))),
            _ => Source::Csv(Box::new(Cursor::new(content))),
        };
        let mut count = 0;
        invoice_tables::read(source, &columns, |invoice| {
            count += 1;
            let is_taken = sender.blocking_send(of_rows(&reader, &invoice)).is_ok();
            if is_taken && count <= INVOICES_MAX { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        })
    });
    let (summary, answers) = tokio::join!(reading, take_each(app, company, key, actor, given));
    let summary = match summary {
        Ok(summary) => summary,
        Err(panic) => std::panic::resume_unwind(panic.into_panic()),
    };
    match summary {
        Ok(summary) => {
            let findings: Vec<Value> =
                summary.findings.iter().filter_map(|finding| serde_json::to_value(finding).ok()).collect();
            let first = summary.findings.iter().find(|one| one.finding.severity == Severity::Error);
            match first {
                Some(first) if answers.is_empty() => Err(TakeError::NotBuilt {
                    first: format!("{}: {}", first.finding.code, first.finding.message.en),
                    findings,
                }),
                _ if answers.is_empty() => Err(TakeError::Empty),
                _ => Ok(Documents::Several(answers, findings)),
            }
        }
        Err(error) if answers.is_empty() => Err(TakeError::Unreadable(error)),
        // What stood before the fault was whole, and is taken; the rest is told as one that was not.
        Err(error) => Ok(Documents::Several(with_rest(answers, error), Vec::new())),
    }
}

fn with_rest(mut answers: Vec<Answer>, error: TableError) -> Vec<Answer> {
    let place = match &error {
        TableError::TooLarge { row, .. } | TableError::Encoding { row, .. } => format!("A{row}"),
        _ => String::new(),
    };
    answers.push(Answer { number: None, place, outcome: Err(TakeError::Unreadable(error)) });
    answers
}

/// An invoice of a table, built; what is wrong is told by its cell.
fn of_rows(company: &Company, invoice: &TableInvoice) -> Given {
    let place = invoice.first_cell();
    let number = Some(invoice.number.clone()).filter(|number| !number.is_empty());
    let content = match built_of_rows(company, invoice) {
        Ok(xml) => Content::Built { xml, source: invoice.json.to_string().into_bytes() },
        Err(findings) => {
            let first = findings.iter().find(|one| one["severity"] == "error");
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            Content::Refused(TakeError::NotBuilt {
                first: first
                    .map(|one| {
                        format!(
                            "{} {}: {}",
                            text(&one["cell"]),
                            text(&one["code"]),
                            text(&one["message"]["en"])
                        )
                    })
                    .unwrap_or_default(),
                findings,
            })
        }
    };
    Given { number, place, content }
}

/// The document of an invoice of a table.
///
/// # Errors
/// What is wrong, with its cells, as programs are told it.
pub(super) fn built_of_rows(company: &Company, invoice: &TableInvoice) -> Result<String, Vec<Value>> {
    let told = |findings: &[invoice_tables::TableFinding]| findings.iter().filter_map(cell_finding).collect();
    if invoice.findings.iter().any(|one| one.finding.severity == Severity::Error) {
        return Err(told(&invoice.findings));
    }
    let source = invoice.json.to_string().into_bytes();
    let built = from_json(&source).and_then(|neutral| {
        ksef_invoice::build::build(&neutral, &build_options(company)).map_err(|error| error.findings)
    });
    built.map(|built| built.xml).map_err(|findings| {
        let placed: Vec<_> = findings.into_iter().map(|finding| invoice.place(finding)).collect();
        told(&placed)
    })
}

/// A finding of a table for programs: its line is the table's row, and it says the cell.
fn cell_finding(finding: &invoice_tables::TableFinding) -> Option<Value> {
    let mut json = serde_json::to_value(finding).ok()?;
    json["line"] = finding.row.into();
    json["cell"] = finding.cell().into();
    Some(json)
}

/// Takes invoices as they come, so many at once that they share their waits for the disk; answers in their order.
async fn take_each(
    app: &Arc<App>,
    company: &Arc<Company>,
    key: Key<'_>,
    actor: &str,
    mut given: mpsc::Receiver<Given>,
) -> Vec<Answer> {
    let mut answers: Vec<Answer> = Vec::new();
    let mut outcomes: Vec<Option<Result<Taken, TakeError>>> = Vec::new();
    let mut taking = JoinSet::new();
    let mut seen: HashMap<String, usize> = HashMap::new();
    while let Some(Given { number, place, content }) = given.recv().await {
        let index = answers.len();
        // Filled in below; an answer stands for each from the beginning, in its order.
        answers.push(Answer { number: number.clone(), place, outcome: Err(TakeError::Stopping) });
        outcomes.push(None);
        if index >= INVOICES_MAX {
            outcomes[index] = Some(Err(TakeError::Unreadable(too_many())));
            break;
        }
        let (source, is_neutral, content) = match content {
            Content::Refused(error) => {
                outcomes[index] = Some(Err(error));
                continue;
            }
            Content::Neutral(json) => (json.clone(), true, json),
            Content::Built { xml, source } => (source, false, xml.into_bytes()),
        };
        let own_key = match key {
            Key::Given(given) => given.map(|key| key_of_number(key, number.as_deref(), index)),
            Key::Content => {
                // Two orders that are alike to the letter are two orders.
                let own = key_of_content(&source);
                let count = seen.entry(own.clone()).and_modify(|count| *count += 1).or_insert(1);
                Some(if *count > 1 && is_neutral { format!("{own}-{count}") } else { own })
            }
        };
        while taking.len() >= AT_ONCE_MAX {
            note(&mut outcomes, taking.join_next().await);
        }
        let (app, company) = (app.clone(), company.clone());
        let is_content = key == Key::Content;
        let actor = actor.to_owned();
        taking.spawn(async move {
            let source_hash = source_of(&source);
            let options = TakeOptions {
                idempotency_key: own_key.as_deref(),
                actor: &actor,
                source: Some(source_hash.clone()),
                ..TakeOptions::default()
            };
            let taken = if is_neutral {
                take_neutral(&app, &company, &options, &content).await
            } else {
                take_invoice(&app, &company, &options, &content).await
            };
            let key = if is_content { Key::Content } else { Key::Given(None) };
            (index, known_by_content(&app, &company, key, &source_hash, taken).await)
        });
    }
    while !taking.is_empty() {
        note(&mut outcomes, taking.join_next().await);
    }
    for (answer, outcome) in answers.iter_mut().zip(outcomes) {
        if let Some(outcome) = outcome {
            answer.outcome = outcome;
        }
    }
    answers
}

type Joined = Option<Result<(usize, Result<Taken, TakeError>), tokio::task::JoinError>>;

fn note(outcomes: &mut [Option<Result<Taken, TakeError>>], joined: Joined) {
    match joined {
        Some(Ok((index, outcome))) => {
            if let Some(place) = outcomes.get_mut(index) {
                *place = Some(outcome);
            }
        }
        Some(Err(error)) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
        _ => {}
    }
}

/// What came another way already, to the byte, is known and no collision of numbers, when its content is its key.
async fn known_by_content(
    app: &App,
    company: &Company,
    key: Key<'_>,
    given: &Sha256Hash,
    taken: Result<Taken, TakeError>,
) -> Result<Taken, TakeError> {
    match taken {
        Err(TakeError::Store(StoreError::NumberTaken { id })) if key == Key::Content => {
            let sale: Option<Sale> = app.store.sale(&company.context, id).await?;
            match sale {
                Some(sale) if sale.sha256 == *given || sale.source_sha256.as_ref() == Some(given) => {
                    Ok(Taken::Known(sale))
                }
                _ => Err(StoreError::NumberTaken { id }.into()),
            }
        }
        other => other,
    }
}

/// The same form as `bramka send` uses: the same file is one invoice, whichever way it comes.
fn key_of_content(content: &[u8]) -> String {
    format!("sha256-{}", source_of(content).to_base64url())
}

/// The key of one invoice of several under the caller's key: by its number, since rows move.
fn key_of_number(key: &str, number: Option<&str>, index: usize) -> String {
    match number {
        Some(number) => format!("{key}#{}", source_of(number.as_bytes()).to_base64url()),
        None => format!("{key}#{index}"),
    }
}

/// The number in an invoice of a list, for the answer.
fn number_in(json: &str) -> Option<String> {
    #[derive(serde::Deserialize)]
    struct Numbered {
        number: Option<String>,
    }
    serde_json::from_str::<Numbered>(json).ok()?.number
}

fn too_many() -> TableError {
    TableError::TooLarge {
        what: "the file has too many invoices; those before this one were taken",
        what_pl: "plik zawiera zbyt wiele faktur; wcześniejsze zostały przyjęte",
        row: u32::try_from(INVOICES_MAX).unwrap_or(u32::MAX),
        limit: INVOICES_MAX as u64,
    }
}

/// How long a file with several invoices may be.
const FILE_BYTES_MAX: usize = 16 * 1024 * 1024;
/// Invoices of one file: as many as KSeF takes in one session.
const INVOICES_MAX: usize = 10_000;
/// Invoices that are being taken in at once.
const AT_ONCE_MAX: usize = 128;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_told_by_ending_and_by_beginning() {
        for (extension, content, expected) in [
            ("XML", "", Some(DocumentKind::Xml)),
            ("json", "<", Some(DocumentKind::Json)),
            ("csv", "{", Some(DocumentKind::Csv)),
            ("xlsx", "", Some(DocumentKind::Xlsx)),
            ("txt", "\u{feff} <Faktura/>", Some(DocumentKind::Xml)),
            ("", "\n[{}]", Some(DocumentKind::Json)),
            ("pdf", "%PDF-1.7", None),
            ("txt", "a;b", None),
            ("", "", None),
        ] {
            assert_eq!(
                DocumentKind::of_file(extension, content.as_bytes()),
                expected,
                "{extension} {content}"
            );
        }
        for (text, expected) in [
            ("application/xml; charset=UTF-8", Some(DocumentKind::Xml)),
            ("Text/CSV;header=present", Some(DocumentKind::Csv)),
            ("application/json", Some(DocumentKind::Json)),
            ("text/plain", None),
            ("", None),
        ] {
            assert_eq!(DocumentKind::of_media_type(text), expected, "{text}");
        }
    }

    #[test]
    fn keys_of_several_are_apart_and_stay() {
        assert_eq!(key_of_number("k", Some("FV/1"), 0), key_of_number("k", Some("FV/1"), 7));
        assert_ne!(key_of_number("k", Some("FV/1"), 0), key_of_number("k", Some("FV/2"), 0));
        assert_ne!(key_of_number("k", None, 0), key_of_number("k", None, 1));
    }
}
