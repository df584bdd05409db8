//! Tables with one line of an invoice in each row, read into neutral invoices (`ksef_invoice::build`).
//!
//! A row belongs to the invoice whose number it bears; a row without a number goes on with the one above. What a column
//! means is told by its heading: the built-in list knows the usual Polish and English ones, and a [`ColumnMap`] adds
//! others, constants and defaults. The table is streamed: what is held is one invoice.
//!
//! This crate knows tables. It does not know what an invoice must have: it makes JSON, and the builder's findings are
//! brought back to sheet, row and column by [`TableInvoice::place`].

mod assemble;
mod cell;
mod csv;
mod field;
mod finding;
mod headings;
mod map;
mod xlsx;

use std::io::{Read, Seek};
use std::ops::ControlFlow;

use cell::Cell;
use ksef_invoice::Message;

pub use assemble::TableInvoice;
pub use finding::TableFinding;
pub use map::{ColumnMap, MapError};

/// A table to read.
pub enum Source<'r> {
    /// Values separated by `;`, `,` or tab, in UTF-8, UTF-16, Windows-1250 or ISO-8859-2; both are detected.
    Csv(Box<dyn Read + 'r>),
    /// A workbook of Excel 2007 and later; its first sheet unless the map names another.
    Xlsx(Box<dyn ReadSeek + 'r>),
}

/// Something that can be read and searched.
pub trait ReadSeek: Read + Seek {}

impl<T: Read + Seek> ReadSeek for T {}

/// What was read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Summary {
    /// Rows with at least one value, without the heading.
    pub rows: u64,
    /// Invoices handed over.
    pub invoices: u64,
    /// What is wrong with the table itself, such as a column that nobody reads.
    pub findings: Vec<TableFinding>,
}

/// Why a table could not be read to its end. Invoices handed over before are whole.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// The file could not be read.
    #[error("the table cannot be read")]
    Io(#[source] std::io::Error),
    /// The bytes are no table.
    #[error("this is no workbook of Excel 2007 or later: {reason}")]
    NotXlsx {
        /// What the reader says.
        reason: String,
    },
    /// The workbook has no sheet of the name that the map gives.
    #[error("there is no sheet {name:?}; there are: {known}")]
    NoSheet {
        /// The name asked for.
        name: String,
        /// The names that are there.
        known: String,
    },
    /// A limit is exceeded.
    #[error("{what} (row {row}); the limit is {limit}")]
    TooLarge {
        /// What is too large, in English.
        what: &'static str,
        /// The same in Polish.
        what_pl: &'static str,
        /// The row, from 1.
        row: u32,
        /// The limit.
        limit: u64,
    },
    /// The text is not in the encoding that was detected or asked for.
    #[error("row {row} is not in {encoding}; name the encoding in the column map")]
    Encoding {
        /// The row, from 1.
        row: u32,
        /// The encoding.
        encoding: &'static str,
    },
}

impl TableError {
    /// The sentence in Polish.
    #[must_use]
    pub fn polish(&self) -> String {
        match self {
            Self::Io(error) => format!("nie można odczytać tabeli: {error}"),
            Self::NotXlsx { reason } => format!("to nie jest skoroszyt Excela 2007 lub nowszego: {reason}"),
            Self::NoSheet { name, known } => format!("nie ma arkusza „{name}”; są: {known}"),
            Self::TooLarge { what_pl, row, limit, .. } => {
                format!("{what_pl} (wiersz {row}); limit to {limit}")
            }
            Self::Encoding { row, encoding } => {
                format!("wiersz {row} nie jest w kodowaniu {encoding}; podaj kodowanie w mapie kolumn")
            }
        }
    }
}

/// Reads a table and hands each invoice over as soon as its rows are read; `Break` ends the reading.
///
/// # Errors
/// [`TableError`] when the table cannot be read on.
pub fn read(
    source: Source<'_>,
    map: &ColumnMap,
    mut take: impl FnMut(TableInvoice) -> ControlFlow<()>,
) -> Result<Summary, TableError> {
    let mut assembler = assemble::Assembler::new(map, &mut take);
    match source {
        Source::Csv(reader) => csv::rows(reader, map, &mut |row| assembler.row(row))?,
        Source::Xlsx(reader) => xlsx::rows(reader, map, &mut |row| assembler.row(row))?,
    }
    assembler.finish()
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// What stands above it.
    pub heading: String,
    /// The field that it is taken for: `number`, `lines.quantity`; `None` when nobody reads it.
    pub field: Option<String>,
    /// What stands first in it.
    pub sample: String,
}

/// The columns of a table, by its row of headings and the rows behind it. A table without rows has no columns.
///
/// # Errors
/// [`TableError`] when the table cannot be read.
pub fn columns(source: Source<'_>, map: &ColumnMap) -> Result<Vec<Column>, TableError> {
    let mut columns: Vec<Column> = Vec::new();
    let mut rows = 0;
    let mut take = |row: Row| {
        if row.number < map.header_row || row.cells.iter().all(|cell| *cell == Cell::Empty) {
            return Ok(ControlFlow::Continue(()));
        }
        if columns.is_empty() {
            let headings = row.cells.iter().map(Cell::shown);
            columns = headings
                .map(|heading| Column {
                    field: (!heading.is_empty())
                        .then(|| map.field(&heading))
                        .flatten()
                        .map(|field| field.path),
                    heading,
                    sample: String::new(),
                })
                .collect();
            return Ok(ControlFlow::Continue(()));
        }
        for (column, cell) in columns.iter_mut().zip(&row.cells) {
            if column.sample.is_empty() {
                column.sample = cell.shown().chars().take(SAMPLE_CHARACTERS_MAX).collect();
            }
        }
        rows += 1;
        Ok(if rows < SAMPLE_ROWS { ControlFlow::Continue(()) } else { ControlFlow::Break(()) })
    };
    match source {
        Source::Csv(reader) => csv::rows(reader, map, &mut take)?,
        Source::Xlsx(reader) => xlsx::rows(reader, map, &mut take)?,
    }
    Ok(columns)
}

/// What somebody wrote by hand, as the value of a field of the neutral invoice (`lines.quantity`, `buyer.address.line1`):
/// numbers with a comma or a point, dates both ways round, rates with a per cent sign. `None` when nothing is written, or
/// when there is no such field with a single value.
///
/// # Errors
/// What should stand there, in both languages.
pub fn written(field: &str, text: &str) -> Option<Result<serde_json::Value, Message>> {
    let cell = Cell::text(text);
    if cell == Cell::Empty {
        return None;
    }
    let field = field::Field::of_path(field)?;
    Some(cell.value(&field.wanted).map_err(|bad| Message { pl: bad.pl, en: bad.en }))
}

/// A row of a table: its number from 1, and its cells from the first column on.
#[derive(Debug, Clone, PartialEq)]
struct Row {
    sheet: Option<std::rc::Rc<str>>,
    number: u32,
    cells: Vec<Cell>,
}

/// What a reader of rows is handed.
type TakeRow<'t> = &'t mut dyn FnMut(Row) -> Result<ControlFlow<()>, TableError>;

/// Rows that are read: as many as a sheet of Excel has.
const ROWS_MAX: u32 = 1_048_576;
/// Columns that are read.
const COLUMNS_MAX: usize = 500;
/// Rows in which a column's first value is looked for.
const SAMPLE_ROWS: u32 = 20;
const SAMPLE_CHARACTERS_MAX: usize = 60;
/// Characters of a cell: as many as Excel allows.
const CELL_CHARACTERS_MAX: usize = 32_767;
