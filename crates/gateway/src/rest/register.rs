//! `/api/v1/companies/{company}/register.csv|xlsx` and `…/jpk/corrections`: what the books take.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{Path, Query, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use futures_util::stream;
use gateway_api::{JpkCorrectionListResource, JpkCorrectionResource, ProblemCode, Words};
use gateway_rules::calendar::warsaw_day;
use gateway_store::{Purchase, PurchaseFilter, StoreError};
use jiff::civil::Date;
use rust_xlsxwriter::Workbook;
use tokio::io::AsyncReadExt as _;
use tokio::sync::mpsc;

use super::paging::{day, each_once, invalid};
use super::purchase_list::read_filter;
use super::{Failure, company_of};
use crate::access::Sees;
use crate::app::purchases::register::{Line, Register, RegisterAsked, corrections_due, of_purchase};
use crate::company::Company;
use crate::router::Shared;

/// `GET …/register.csv`: the register as a table, written while it is read.
pub(crate) async fn csv(
    State(shared): State<Shared>,
    Path(company): Path<String>,
    sees: Sees,
    Query(query): Query<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    let company = company_of(&shared.app, &company)?;
    let register = Register::new(asked(&query, &company, sees)?);
    let first = csv_of(std::iter::once(COLUMNS.map(str::to_owned)))
        .map_err(|_| Failure::new(ProblemCode::Internal, ""))?;
    let state = (register, Some(first), shared, company.clone());
    let pieces = stream::try_unfold(state, |(mut register, first, shared, company)| async move {
        if let Some(first) = first {
            return Ok(Some((first, (register, None, shared, company))));
        }
        let lines = register.next(&shared.app, &company).await.map_err(broken)?;
        let Some(lines) = lines else { return Ok(None) };
        let piece = csv_of(lines.iter().map(|line| cells(line).map(harmless)))?;
        Ok::<_, std::io::Error>(Some((piece, (register, None, shared, company))))
    });
    Ok(download("text/csv; charset=utf-8", "register.csv", Body::from_stream(pieces)))
}

/// `GET …/register.xlsx`: the same as a workbook, made on disk before it is sent.
pub(crate) async fn xlsx(
    State(shared): State<Shared>,
    Path(company): Path<String>,
    sees: Sees,
    Query(query): Query<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    let internal = |_| Failure::new(ProblemCode::Internal, "");
    let company = company_of(&shared.app, &company)?;
    let mut register = Register::new(asked(&query, &company, sees)?);
    let (sender, receiver) = mpsc::channel(PIECES_AHEAD);
    let folder = shared.app.packages.clone();
    let writing = tokio::task::spawn_blocking(move || workbook(&folder, receiver));
    while let Some(lines) = register.next(&shared.app, &company).await? {
        if sender.send(lines).await.is_err() {
            // The writer has stopped; it says why itself.
            break;
        }
    }
    drop(sender);
    let file = writing.await.map_err(|_| Failure::new(ProblemCode::Internal, ""))?;
    let file = file.map_err(|error| {
        tracing::error!(%error, "a register could not be written");
        Failure::new(ProblemCode::Internal, "")
    })?;
    let Some(file) = file else { return Err(invalid("issuedFrom, issuedTo (≤ 1,000,000)")) };
    let file = tokio::fs::File::from_std(file.reopen().map_err(internal)?);
    let pieces = stream::try_unfold(file, |mut file| async move {
        let mut piece = vec![0; PIECE_BYTES];
        let read = file.read(&mut piece).await?;
        piece.truncate(read);
        Ok::<_, std::io::Error>((read > 0).then_some((Bytes::from(piece), file)))
    });
    Ok(download(XLSX, "register.xlsx", Body::from_stream(pieces)))
}

/// Writes the lines that come into a file; `None` when there are more than a sheet has room for. Blocks.
fn workbook(
    folder: &std::path::Path,
    mut lines: mpsc::Receiver<Vec<Line>>,
) -> Result<Option<tempfile::NamedTempFile>, Box<dyn std::error::Error + Send + Sync>> {
    let mut workbook = Workbook::new();
    workbook.set_tempdir(folder)?;
    // Written row by row to a file, not held.
    let sheet = workbook.add_worksheet_with_constant_memory()?;
    for (column, name) in (0..).zip(COLUMNS) {
        sheet.write_string(0, column, name)?;
    }
    let mut row = 0;
    while let Some(some) = lines.blocking_recv() {
        for line in &some {
            row += 1;
            if row > ROWS_MAX {
                return Ok(None);
            }
            for (column, cell) in (0..).zip(cells(line)) {
                match cell.parse::<f64>().ok().filter(|_| AMOUNTS.contains(&usize::from(column))) {
                    Some(amount) => sheet.write_number(row, column, amount)?,
                    // As text it is no formula, whatever it begins with.
                    None => sheet.write_string(row, column, &cell)?,
                };
            }
        }
    }
    let file = tempfile::NamedTempFile::new_in(folder)?;
    workbook.save_to_writer(std::io::BufWriter::new(file.as_file()))?;
    Ok(Some(file))
}

/// `GET …/jpk/corrections?asOf=&filedOn=`: entries of files that were handed in with DI and whose documents have their numbers.
pub(crate) async fn corrections(
    State(shared): State<Shared>,
    Path(company): Path<String>,
    sees: Sees,
    Query(query): Query<Vec<(String, String)>>,
) -> Result<axum::Json<JpkCorrectionListResource>, Failure> {
    let company = company_of(&shared.app, &company)?;
    let (mut as_of, mut filed_on) = (warsaw_day(company.now()), None);
    each_once(&query)?;
    for (name, value) in &query {
        match name.as_str() {
            "asOf" => as_of = day(name, value.trim())?,
            "filedOn" => filed_on = Some(day(name, value.trim())?),
            other => return Err(invalid(&other.chars().take(40).collect::<String>())),
        }
    }
    let due = corrections_due(&shared.app, &company, sees.0, as_of, filed_on).await?;
    let items = due
        .into_iter()
        .map(|one| JpkCorrectionResource {
            is_sale: one.is_sale,
            id: one.id,
            message: Words {
                pl: format!(
                    "{}: w JPK złożonym do {} jest DI, a numer KSeF {} został nadany. Skoryguj JPK.",
                    one.invoice_number, one.filed_on, one.ksef_number
                ),
                en: format!(
                    "{}: the JPK filed by {} says DI, and the KSeF number {} was given since. Correct the JPK.",
                    one.invoice_number, one.filed_on, one.ksef_number
                ),
            },
            invoice_number: one.invoice_number,
            issue_date: one.issue_date,
            mode: one.mode,
            ksef_number: one.ksef_number,
            filed_on: one.filed_on,
        })
        .collect();
    Ok(axum::Json(JpkCorrectionListResource { as_of, items }))
}

fn asked(
    query: &[(String, String)],
    company: &Arc<Company>,
    Sees(view): Sees,
) -> Result<RegisterAsked, Failure> {
    let mut asked = RegisterAsked {
        as_of: warsaw_day(company.now()),
        has_sales: true,
        has_purchases: true,
        view,
        filter: PurchaseFilter::default(),
    };
    each_once(query)?;
    for (name, value) in query {
        match (name.as_str(), value.trim()) {
            ("asOf", value) => asked.as_of = day(name, value)?,
            ("direction", "sales") => asked.has_purchases = false,
            ("direction", "purchases") => asked.has_sales = false,
            ("direction", "all") => {}
            ("direction", _) => return Err(invalid("direction (sales, purchases, all)")),
            // Own sales are lines of their own.
            ("role", "seller") => return Err(invalid("role (buyer, third, authorized; direction)")),
            (name, value) => read_filter(&mut asked.filter, name, value)?,
        }
    }
    Ok(asked)
}

/// The cells of a line, in the order of [`COLUMNS`].
fn cells(line: &Line) -> [String; COLUMNS.len()] {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let date = |date: Option<Date>| date.map(|date| date.to_string()).unwrap_or_default();
    let flag = |is: bool| if is { "1".to_owned() } else { String::new() };
    let [net, vat, gross] = &line.amounts;
    let number = line.ksef_number.as_ref().map(ToString::to_string).unwrap_or_default();
    [
        if line.is_sale { "sale" } else { "purchase" }.to_owned(),
        line.marker.as_ref().map(|marker| marker.field.to_owned()).unwrap_or_default(),
        number,
        line.invoice_number.clone(),
        text(&line.seller[0]),
        text(&line.seller[1]),
        text(&line.buyer[0]),
        text(&line.buyer[1]),
        line.issue_date.to_string(),
        date(line.sale_date),
        date(line.received_on),
        date(line.due_date),
        line.permanent_storage_date.map(|moment| moment.to_string()).unwrap_or_default(),
        text(net),
        text(vat),
        text(gross),
        line.currency.clone(),
        line.mode.clone(),
        line.state.clone(),
        text(&line.account),
        flag(line.is_split_payment),
        text(&line.order_number),
    ]
}

/// The heading of an index of files: the columns of the register, and which files a line has.
pub(crate) fn index_heading() -> [String; INDEX_COLUMNS] {
    indexed(COLUMNS.map(str::to_owned), "files".to_owned())
}

/// The line of a purchase in an index of files.
pub(crate) fn index_line(purchase: &Purchase, as_of: Date, files: String) -> [String; INDEX_COLUMNS] {
    indexed(cells(&of_purchase(purchase, as_of)), files).map(harmless)
}

fn indexed(cells: [String; COLUMNS.len()], files: String) -> [String; INDEX_COLUMNS] {
    let mut all = cells.into_iter().chain([files]);
    std::array::from_fn(|_| all.next().unwrap_or_default())
}

/// A cell that no spreadsheet takes for a formula: what others wrote on an invoice is data. An amount stays one.
pub(crate) fn harmless(cell: String) -> String {
    let is_formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
    if is_formula && cell.parse::<rust_decimal::Decimal>().is_err() { format!("'{cell}") } else { cell }
}

/// Rows of a table as CSV.
pub(crate) fn csv_of<const N: usize>(
    rows: impl Iterator<Item = [String; N]>,
) -> Result<Bytes, std::io::Error> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    for row in rows {
        writer.write_record(&row).map_err(std::io::Error::other)?;
    }
    writer.into_inner().map(Bytes::from).map_err(|error| std::io::Error::other(error.to_string()))
}

/// What was sent already cannot be called back: the answer breaks off, which a client notices.
fn broken(error: StoreError) -> std::io::Error {
    tracing::error!(%error, "a register broke off");
    std::io::Error::other("the database failed")
}

/// A file that is written while it is read.
pub(crate) fn download(media_type: &'static str, name: &str, body: Body) -> Response {
    let mut response = ([(header::CONTENT_TYPE, media_type)], body).into_response();
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        response.headers_mut().insert(header::CONTENT_DISPOSITION, value);
    }
    response
}

/// The columns: names of the API.
const COLUMNS: [&str; 22] = [
    "direction",
    "jpkMarker",
    "ksefNumber",
    "invoiceNumber",
    "sellerNip",
    "sellerName",
    "buyerNip",
    "buyerName",
    "issueDate",
    "saleDate",
    "receivedOn",
    "dueDate",
    "permanentStorageDate",
    "netAmount",
    "vatAmount",
    "grossAmount",
    "currency",
    "mode",
    "state",
    "account",
    "isSplitPayment",
    "orderNumber",
];
const INDEX_COLUMNS: usize = COLUMNS.len() + 1;
/// Which of them are amounts.
const AMOUNTS: std::ops::RangeInclusive<usize> = 13..=15;
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
/// A sheet has room for 1,048,576.
const ROWS_MAX: u32 = 1_000_000;
const PIECES_AHEAD: usize = 4;
const PIECE_BYTES: usize = 64 * 1024;

#[cfg(test)]
mod tests {
    use super::harmless;

    #[test]
    fn nothing_that_others_wrote_is_a_formula() {
        for (cell, expected) in [
            ("=HYPERLINK(\"http://x\")", "'=HYPERLINK(\"http://x\")"),
            ("+48 600", "'+48 600"),
            ("-1+cmd|' /C calc'!A0", "'-1+cmd|' /C calc'!A0"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t=1"),
            ("-12.50", "-12.50"),
            ("FV/1", "FV/1"),
            ("", ""),
        ] {
            assert_eq!(harmless(cell.to_owned()), expected);
        }
    }
}
