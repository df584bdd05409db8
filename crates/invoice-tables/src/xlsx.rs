//! Rows of a workbook, streamed.

use std::io::{self, Read as _, SeekFrom};
use std::ops::ControlFlow;
use std::rc::Rc;

use calamine::{DataRef, Reader as _, Xlsx};
use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::cell::Cell;
use crate::{CELL_CHARACTERS_MAX, COLUMNS_MAX, ColumnMap, ROWS_MAX, ReadSeek, Row, TableError, TakeRow};

pub(crate) fn rows(
    mut reader: Box<dyn ReadSeek + '_>,
    map: &ColumnMap,
    take: TakeRow<'_>,
) -> Result<(), TableError> {
    unpacked_size(&mut reader)?;
    let not_xlsx = |reason: String| TableError::NotXlsx { reason };
    let buffered = io::BufReader::new(reader);
    let mut workbook: Xlsx<_> = Xlsx::new(buffered).map_err(|error| not_xlsx(error.to_string()))?;
    let names = workbook.sheet_names();
    let name = match &map.sheet {
        Some(wanted) => names
            .iter()
            .find(|name| *name == wanted)
            .cloned()
            .ok_or_else(|| TableError::NoSheet { name: wanted.clone(), known: names.join(", ") })?,
        None => names.first().cloned().ok_or_else(|| not_xlsx("it has no sheet".to_owned()))?,
    };
    let sheet: Rc<str> = name.as_str().into();
    let mut cells = workbook.worksheet_cells_reader(&name).map_err(|error| not_xlsx(error.to_string()))?;
    let mut row: Option<Row> = None;
    while let Some(cell) = cells.next_cell().map_err(|error| not_xlsx(error.to_string()))? {
        let (index, column) = cell.get_position();
        let number = index.saturating_add(1);
        let too_large = |what, what_pl, limit| TableError::TooLarge { what, what_pl, row: number, limit };
        if number > ROWS_MAX {
            return Err(too_large(
                "the table has too many rows",
                "tabela ma za dużo wierszy",
                u64::from(ROWS_MAX),
            ));
        }
        let column = column as usize;
        let value = value(cell.get_value());
        if value == Cell::Empty {
            continue;
        }
        if column >= COLUMNS_MAX {
            return Err(too_large(
                "a row has too many columns",
                "wiersz ma za dużo kolumn",
                COLUMNS_MAX as u64,
            ));
        }
        if let Cell::Text(text) = &value
            && text.chars().count() > CELL_CHARACTERS_MAX
        {
            return Err(too_large("a cell is too long", "komórka jest za długa", CELL_CHARACTERS_MAX as u64));
        }
        if let Some(done) = row.take_if(|row| row.number != number)
            && let ControlFlow::Break(()) = take(done)?
        {
            return Ok(());
        }
        let row =
            row.get_or_insert_with(|| Row { sheet: Some(Rc::clone(&sheet)), number, cells: Vec::new() });
        if row.cells.len() <= column {
            row.cells.resize(column + 1, Cell::Empty);
        }
        row.cells[column] = value;
    }
    if let Some(row) = row { take(row).map(|_| ()) } else { Ok(()) }
}

/// A workbook is a ZIP; one that unpacks to gigabytes is refused before anything of it is kept.
fn unpacked_size(reader: &mut Box<dyn ReadSeek + '_>) -> Result<(), TableError> {
    let not_xlsx = |error: &dyn std::fmt::Display| TableError::NotXlsx { reason: error.to_string() };
    let mut archive = zip::ZipArchive::new(&mut *reader).map_err(|error| not_xlsx(&error))?;
    let mut left = UNPACKED_BYTES_MAX;
    for index in 0..archive.len() {
        let entry = archive.by_index(index).map_err(|error| not_xlsx(&error))?;
        // What an entry says of its size is not to be trusted; what comes out of it is.
        let read = io::copy(&mut entry.take(left + 1), &mut io::sink()).map_err(|error| not_xlsx(&error))?;
        left = left.checked_sub(read).ok_or(TableError::TooLarge {
            what: "the workbook is too large when unpacked",
            what_pl: "rozpakowany skoroszyt jest za duży",
            row: 1,
            limit: UNPACKED_BYTES_MAX,
        })?;
    }
    reader.seek(SeekFrom::Start(0)).map_err(TableError::Io)?;
    Ok(())
}

fn value(cell: &DataRef<'_>) -> Cell {
    match cell {
        DataRef::Empty => Cell::Empty,
        DataRef::Int(number) => Cell::Number(Decimal::from(*number)),
        DataRef::Float(number) => float(*number),
        DataRef::String(text) => Cell::text(text),
        DataRef::SharedString(text) => Cell::text(text),
        DataRef::Bool(yes) => Cell::Bool(*yes),
        DataRef::DateTime(time) => {
            let (year, month, day, ..) = time.to_ymd_hms_milli();
            let date = i16::try_from(year).ok().zip(i8::try_from(month).ok().zip(i8::try_from(day).ok()));
            date.and_then(|(year, (month, day))| Date::new(year, month, day).ok())
                .map_or_else(|| float(time.as_f64()), Cell::Date)
        }
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => Cell::text(text),
        DataRef::Error(error) => Cell::Error(error.to_string()),
    }
}

/// Excel reckons in binary and shows 15 digits: 0.1 + 0.2 is meant to be 0.3.
fn float(number: f64) -> Cell {
    let digits = format!("{number:.14e}");
    Decimal::from_scientific(&digits)
        .map_or_else(|_| Cell::Text(number.to_string()), |number| Cell::Number(number.normalize()))
}

/// As much as a sheet of a million rows comes to.
const UNPACKED_BYTES_MAX: u64 = 1024 * 1024 * 1024;
