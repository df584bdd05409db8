//! What would come of a table: its columns, and each invoice built as it would be taken in, without taking any.

use std::io::Cursor;
use std::ops::ControlFlow;
use std::sync::Arc;

use gateway_api::Words;
use invoice_tables::{Column, ColumnMap, Source, TableError};
use jiff::civil::Date;
use serde_json::Value;

use super::take_document::{DocumentKind, built_of_rows};
use super::take_invoice::{TakeError, checked};
use crate::company::Company;

/// An invoice of a table as it would be.
pub(crate) struct Previewed {
    /// Its number, as the table has it.
    pub(crate) number: String,
    /// The cell in which it begins.
    pub(crate) place: String,
    pub(crate) issue_date: Option<Date>,
    pub(crate) buyer: String,
    /// Amount and currency.
    pub(crate) gross: Option<(String, String)>,
    /// What is wrong, by cell.
    pub(crate) findings: Vec<Value>,
    /// Why it would be refused although it can be built.
    pub(crate) refused: Option<TakeError>,
}

impl Previewed {
    /// Whether it would be taken in.
    pub(crate) fn is_good(&self) -> bool {
        self.findings.is_empty() && self.refused.is_none()
    }
}

/// What would come of the whole.
#[derive(Default)]
pub(crate) struct TablePreview {
    /// The first of them; those with something wrong before the others.
    pub(crate) rows: Vec<Previewed>,
    /// How many would be taken in.
    pub(crate) good: usize,
    /// How many would be refused.
    pub(crate) bad: usize,
    /// What is odd about the table itself.
    pub(crate) findings: Vec<Value>,
    /// Why it cannot be read on.
    pub(crate) problem: Option<Words>,
}

fn source(content: Vec<u8>, kind: DocumentKind) -> Source<'static> {
    match kind {
        DocumentKind::Xlsx => Source::Xlsx(Box::new(Cursor::new(content))),
        _ => Source::Csv(Box::new(Cursor::new(content))),
    }
}

/// The columns of a table, and what each is taken for.
pub(crate) async fn columns_of(
    content: Vec<u8>,
    kind: DocumentKind,
    map: ColumnMap,
) -> Result<Vec<Column>, TableError> {
    let reading = tokio::task::spawn_blocking(move || invoice_tables::columns(source(content, kind), &map));
    reading.await.unwrap_or_else(|panic| std::panic::resume_unwind(panic.into_panic()))
}

/// Reads a table and builds each invoice of it, where it keeps nobody else waiting.
pub(crate) async fn preview_table(
    company: &Arc<Company>,
    kind: DocumentKind,
    map: Arc<ColumnMap>,
    content: Vec<u8>,
) -> TablePreview {
    let company = company.clone();
    let reading = tokio::task::spawn_blocking(move || {
        let mut preview = TablePreview::default();
        let mut good = Vec::new();
        let read = invoice_tables::read(source(content, kind), &map, |invoice| {
            let one = previewed(&company, &invoice);
            if one.is_good() {
                preview.good += 1;
                if good.len() < ROWS_MAX {
                    good.push(one);
                }
            } else {
                preview.bad += 1;
                if preview.rows.len() < ROWS_MAX {
                    preview.rows.push(one);
                }
            }
            if preview.good + preview.bad < INVOICES_MAX {
                ControlFlow::Continue(())
            } else {
                ControlFlow::Break(())
            }
        });
        let room = ROWS_MAX - preview.rows.len();
        preview.rows.extend(good.into_iter().take(room));
        match read {
            Ok(summary) => {
                preview.findings =
                    summary.findings.iter().filter_map(|one| serde_json::to_value(one).ok()).collect();
            }
            Err(error) => preview.problem = Some(Words { pl: error.polish(), en: error.to_string() }),
        }
        preview
    });
    reading.await.unwrap_or_else(|panic| std::panic::resume_unwind(panic.into_panic()))
}

fn previewed(company: &Company, invoice: &invoice_tables::TableInvoice) -> Previewed {
    let mut one = Previewed {
        number: invoice.number.clone(),
        place: invoice.first_cell(),
        issue_date: None,
        buyer: String::new(),
        gross: None,
        findings: Vec::new(),
        refused: None,
    };
    match built_of_rows(company, invoice) {
        Ok(xml) => match checked(company, xml.as_bytes()) {
            Ok((_, metadata)) => {
                one.issue_date = metadata.issue_date;
                one.buyer = metadata.buyer.name.clone().unwrap_or_default();
                one.gross = Some((metadata.gross_amount.to_string(), metadata.currency.clone()));
            }
            Err(error) => one.refused = Some(error),
        },
        Err(findings) => {
            one.buyer = invoice.json["buyer"]["name"].as_str().unwrap_or_default().to_owned();
            one.findings = findings.into_iter().take(FINDINGS_MAX).collect();
        }
    }
    one
}

/// Invoices that are shown.
const ROWS_MAX: usize = 100;
/// Invoices that are built for it: as many as one file may have.
const INVOICES_MAX: usize = 10_000;
/// Of one invoice.
const FINDINGS_MAX: usize = 5;
