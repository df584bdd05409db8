//! Rows of CSV, streamed.

use std::cell::Cell as Counter;
use std::io::{self, Read};
use std::ops::ControlFlow;
use std::rc::Rc;

use encoding_rs::{Encoding, ISO_8859_2, UTF_8, WINDOWS_1250};
use encoding_rs_io::DecodeReaderBytesBuilder;

use crate::cell::Cell;
use crate::{CELL_CHARACTERS_MAX, COLUMNS_MAX, ColumnMap, ROWS_MAX, Row, TableError, TakeRow};

pub(crate) fn rows(
    mut reader: Box<dyn Read + '_>,
    map: &ColumnMap,
    take: TakeRow<'_>,
) -> Result<(), TableError> {
    let mut sample = Vec::new();
    reader.by_ref().take(SAMPLE_BYTES).read_to_end(&mut sample).map_err(TableError::Io)?;
    let encoding = map.encoding.unwrap_or_else(|| detect_encoding(&sample));
    let (start, _, _) = encoding.decode(&sample);
    let delimiter = map.delimiter.unwrap_or_else(|| detect_delimiter(&start, map.header_row));
    drop(start);
    let budget = Rc::new(Counter::new(RECORD_BYTES_MAX));
    // A byte order mark wins over what was detected or asked for.
    let decoded =
        DecodeReaderBytesBuilder::new().encoding(Some(encoding)).build(io::Cursor::new(sample).chain(reader));
    let bounded = Bounded { reader: decoded, budget: Rc::clone(&budget), was_return: false };
    let mut csv = ::csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .from_reader(bounded);
    let mut record = ::csv::StringRecord::new();
    loop {
        budget.set(RECORD_BYTES_MAX);
        let number = u32::try_from(csv.position().line()).unwrap_or(u32::MAX);
        let too_large = |what, what_pl, limit| TableError::TooLarge { what, what_pl, row: number, limit };
        match csv.read_record(&mut record) {
            Ok(true) => {}
            Ok(false) => return Ok(()),
            Err(error) => {
                return Err(match error.into_kind() {
                    ::csv::ErrorKind::Io(error) if is_over_budget(&error) => too_large(
                        "a row is too long; is a quotation mark never closed?",
                        "wiersz jest za długi; czy nie brakuje cudzysłowu zamykającego?",
                        RECORD_BYTES_MAX,
                    ),
                    ::csv::ErrorKind::Io(error) => TableError::Io(error),
                    _ => TableError::Encoding { row: number, encoding: encoding.name() },
                });
            }
        }
        if number > ROWS_MAX {
            return Err(too_large(
                "the table has too many rows",
                "tabela ma za dużo wierszy",
                u64::from(ROWS_MAX),
            ));
        }
        if record.len() > COLUMNS_MAX {
            return Err(too_large(
                "a row has too many columns",
                "wiersz ma za dużo kolumn",
                COLUMNS_MAX as u64,
            ));
        }
        let mut cells = Vec::with_capacity(record.len());
        for text in &record {
            if text.contains(char::REPLACEMENT_CHARACTER) {
                return Err(TableError::Encoding { row: number, encoding: encoding.name() });
            }
            if text.len() > CELL_CHARACTERS_MAX && text.chars().count() > CELL_CHARACTERS_MAX {
                return Err(too_large(
                    "a cell is too long",
                    "komórka jest za długa",
                    CELL_CHARACTERS_MAX as u64,
                ));
            }
            cells.push(Cell::text(text));
        }
        if let ControlFlow::Break(()) = take(Row { sheet: None, number, cells })? {
            return Ok(());
        }
    }
}

/// Stops a record that does not end: an open quotation mark would take the rest of the file into memory. Ends every line
/// with a line feed: the CSV reader counts lines by those, and one too late after a carriage return.
struct Bounded<R> {
    reader: R,
    budget: Rc<Counter<u64>>,
    was_return: bool,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.budget.get();
        if left == 0 {
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, OverBudget));
        }
        let length = buffer.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        loop {
            let read = self.reader.read(&mut buffer[..length])?;
            if read == 0 {
                return Ok(0);
            }
            let kept = self.line_feeds(&mut buffer[..read]);
            if kept > 0 {
                self.budget.set(left - kept as u64);
                return Ok(kept);
            }
        }
    }
}

impl<R> Bounded<R> {
    /// Turns `\r\n` and `\r` into `\n` in place; answers with how many bytes remain.
    fn line_feeds(&mut self, bytes: &mut [u8]) -> usize {
        let mut kept = 0;
        for index in 0..bytes.len() {
            let byte = bytes[index];
            let follows_return = std::mem::replace(&mut self.was_return, byte == b'\r');
            if byte == b'\n' && follows_return {
                continue;
            }
            bytes[kept] = if byte == b'\r' { b'\n' } else { byte };
            kept += 1;
        }
        kept
    }
}

#[derive(Debug, thiserror::Error)]
#[error("a row is too long")]
struct OverBudget;

fn is_over_budget(error: &io::Error) -> bool {
    error.get_ref().is_some_and(|inner| inner.is::<OverBudget>())
}

/// UTF-8 when the sample is that, else the Polish encoding whose letters occur. Windows-1250 has letters where
/// ISO-8859-2 has controls (ś, ź) and differs from it in ą.
fn detect_encoding(sample: &[u8]) -> &'static Encoding {
    if let Some((encoding, _)) = Encoding::for_bom(sample) {
        return encoding;
    }
    match std::str::from_utf8(sample) {
        Ok(_) => return UTF_8,
        // A letter cut at the end of the sample is no fault.
        Err(error) if error.error_len().is_none() && sample.len() as u64 == SAMPLE_BYTES => return UTF_8,
        Err(_) => {}
    }
    let count = |letters: &[u8]| sample.iter().filter(|byte| letters.contains(byte)).count();
    let windows = count(&[0x9C, 0x9F, 0x8C, 0x8F, 0xB9, 0xA5]);
    let iso = count(&[0xB6, 0xBC, 0xA6, 0xAC, 0xB1, 0xA1]);
    if iso > windows { ISO_8859_2 } else { WINDOWS_1250 }
}

/// The sign that occurs most often outside quotation marks in the row of headings.
fn detect_delimiter(start: &str, header_row: u32) -> u8 {
    let line = start.lines().nth(header_row.saturating_sub(1) as usize).unwrap_or_default();
    let mut is_quoted = false;
    let mut counts = DELIMITERS.map(|delimiter| (0_u32, delimiter));
    for letter in line.bytes() {
        match letter {
            b'"' => is_quoted = !is_quoted,
            _ if is_quoted => {}
            _ => counts.iter_mut().filter(|(_, known)| *known == letter).for_each(|(count, _)| *count += 1),
        }
    }
    // Of equals the first: a semicolon is what Polish programs write.
    counts.iter().rev().max_by_key(|(count, _)| *count).map_or(b';', |(_, delimiter)| *delimiter)
}

const DELIMITERS: [u8; 3] = [b';', b',', b'\t'];
/// What encoding and delimiter are detected from.
const SAMPLE_BYTES: u64 = 1024 * 1024;
/// What may be read in search of the end of one row; the reader's own buffer is filled from it too.
const RECORD_BYTES_MAX: u64 = 2 * 1024 * 1024;
