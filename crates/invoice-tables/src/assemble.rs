//! Rows become invoices.

use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;
use std::rc::Rc;

use ksef_invoice::build::fault;
use ksef_invoice::{Finding, Message};
use serde_json::{Map, Value, json};

use crate::cell::{Cell, letters};
use crate::field::Field;
use crate::{ColumnMap, Row, Summary, TableError, TableFinding};

/// An invoice of a table, as neutral JSON.
#[derive(Debug, Clone, PartialEq)]
pub struct TableInvoice {
    /// Its number as the table has it.
    pub number: String,
    /// For `ksef_invoice::build::from_json`.
    pub json: Value,
    /// What is wrong with its rows; with an error among them the JSON is not the whole.
    pub findings: Vec<TableFinding>,
    sheet: Option<Rc<str>>,
    first_row: u32,
    headings: Rc<Vec<String>>,
    /// From JSON pointers to row and column.
    cells: HashMap<String, (u32, Option<usize>)>,
}

impl TableInvoice {
    /// The row in which the invoice begins, from 1.
    #[must_use]
    pub fn first_row(&self) -> u32 {
        self.first_row
    }

    /// Where the invoice begins, as people write it: `Arkusz1!A2`, or `A2`.
    #[must_use]
    pub fn first_cell(&self) -> String {
        match &self.sheet {
            Some(sheet) => format!("{sheet}!A{}", self.first_row),
            None => format!("A{}", self.first_row),
        }
    }

    /// Brings a finding of the builder, whose path is a JSON pointer, back to the cell that it came from; without a cell
    /// of its own, to the row.
    #[must_use]
    pub fn place(&self, finding: Finding) -> TableFinding {
        let mut pointer = finding.path.as_str();
        let (row, column) = loop {
            if let Some(place) = self.cells.get(pointer) {
                break *place;
            }
            match pointer.rfind('/') {
                Some(at) => pointer = &pointer[..at],
                None => break (self.first_row, None),
            }
        };
        TableFinding {
            sheet: self.sheet.as_deref().map(str::to_owned),
            row,
            column: column.map(letters),
            heading: column.and_then(|column| self.headings.get(column).cloned()),
            finding,
        }
    }
}

/// What collects rows.
pub(crate) struct Assembler<'a> {
    map: &'a ColumnMap,
    take: &'a mut dyn FnMut(TableInvoice) -> ControlFlow<()>,
    /// By column; `None` before the row of headings.
    fields: Option<Vec<Option<Field>>>,
    headings: Rc<Vec<String>>,
    current: Option<TableInvoice>,
    /// Hashes would do, but a collision would refuse a good table.
    seen: HashSet<String>,
    summary: Summary,
    has_number: bool,
}

impl<'a> Assembler<'a> {
    pub(crate) fn new(map: &'a ColumnMap, take: &'a mut dyn FnMut(TableInvoice) -> ControlFlow<()>) -> Self {
        Self {
            map,
            take,
            fields: None,
            headings: Rc::new(Vec::new()),
            current: None,
            seen: HashSet::new(),
            summary: Summary::default(),
            has_number: false,
        }
    }

    pub(crate) fn row(&mut self, row: Row) -> Result<ControlFlow<()>, TableError> {
        if row.number < self.map.header_row || row.cells.iter().all(|cell| *cell == Cell::Empty) {
            return Ok(ControlFlow::Continue(()));
        }
        let Some(fields) = self.fields.take() else {
            return Ok(self.headings(&row));
        };
        self.summary.rows += 1;
        let outcome = self.line(&row, &fields);
        self.fields = Some(fields);
        outcome
    }

    /// Hands over the last invoice.
    pub(crate) fn finish(mut self) -> Result<Summary, TableError> {
        if self.headings.is_empty() {
            let finding = fault(
                "NI021",
                "",
                None,
                words(
                    "Tabela jest pusta: nie ma wiersza z nagłówkami.",
                    "The table is empty: there is no row of headings.",
                ),
            );
            self.about_table(None, self.map.header_row, None, finding);
        }
        // The table is at its end, so a wish to stop changes nothing.
        let _ = self.hand_over();
        Ok(self.summary)
    }

    fn headings(&mut self, row: &Row) -> ControlFlow<()> {
        let headings: Vec<String> = row.cells.iter().map(Cell::shown).collect();
        let mut fields: Vec<Option<Field>> = Vec::with_capacity(headings.len());
        self.headings = Rc::new(headings.clone());
        for (column, heading) in headings.iter().enumerate() {
            let field = (!heading.is_empty()).then(|| self.map.field(heading)).flatten();
            let twice = field.as_ref().and_then(|field| {
                fields.iter().position(|known| known.as_ref().is_some_and(|known| known.path == field.path))
            });
            if let (Some(first), Some(field)) = (twice, &field) {
                let (path, first) = (&field.path, letters(first));
                let finding = fault(
                    "NI022",
                    "",
                    Some(heading.clone()),
                    words(
                        &format!(
                            "Kolumna „{heading}” znaczy to samo co kolumna {first} ({path}); wskaż właściwą w mapie kolumn."
                        ),
                        &format!(
                            "The column {heading:?} means the same as column {first} ({path}); say in the column map which one counts."
                        ),
                    ),
                );
                self.about_table(row.sheet.as_deref(), row.number, Some(column), finding);
                fields.push(None);
                continue;
            }
            if field.is_none() && !heading.is_empty() && !self.map.leaves_out(heading) {
                let finding = fault(
                    "NI023",
                    "",
                    Some(heading.clone()),
                    words(
                        &format!(
                            "Kolumny „{heading}” nikt nie czyta; jeśli jest potrzebna, dodaj ją do mapy kolumn."
                        ),
                        &format!(
                            "Nobody reads the column {heading:?}; if it is needed, add it to the column map."
                        ),
                    ),
                );
                self.about_table(row.sheet.as_deref(), row.number, Some(column), finding);
            }
            fields.push(field);
        }
        self.has_number = fields.iter().flatten().any(|field| field.path == NUMBER);
        if !self.has_number {
            let finding = fault(
                "NI021",
                "",
                None,
                words(
                    "Brakuje kolumny z numerem faktury (na przykład „Nr faktury”); nazwij ją tak albo wskaż w mapie kolumn.",
                    "There is no column with the invoice number (for example \"Invoice number\"); name it so or name it in the column map.",
                ),
            );
            self.about_table(row.sheet.as_deref(), row.number, None, finding);
            return ControlFlow::Break(());
        }
        self.fields = Some(fields);
        ControlFlow::Continue(())
    }

    fn line(&mut self, row: &Row, fields: &[Option<Field>]) -> Result<ControlFlow<()>, TableError> {
        let filled = || {
            fields.iter().enumerate().filter_map(|(column, field)| {
                let cell = row.cells.get(column).filter(|cell| **cell != Cell::Empty)?;
                Some((column, field.as_ref()?, cell))
            })
        };
        if let Some((_, _, cell)) = filled().find(|(_, field, _)| field.path == NUMBER) {
            let number = cell.shown();
            let is_next = self.current.as_ref().is_none_or(|current| current.number != number);
            if is_next && let ControlFlow::Break(()) = self.begin(row, number) {
                return Ok(ControlFlow::Break(()));
            }
        }
        let Some(current) = &mut self.current else {
            let finding = fault(
                "NI024",
                "",
                None,
                words(
                    "Wiersz nie ma numeru faktury, a nad nim nie ma faktury, do której mógłby należeć.",
                    "The row has no invoice number, and there is no invoice above to which it could belong.",
                ),
            );
            self.about_table(row.sheet.as_deref(), row.number, None, finding);
            return Ok(ControlFlow::Continue(()));
        };
        let lines = current.json.get("lines").and_then(Value::as_array).map_or(0, Vec::len);
        let mut line = Value::Object(Map::new());
        for (column, field, cell) in filled() {
            let value = match cell.value(&field.wanted) {
                Ok(value) => value,
                Err(bad) => {
                    let finding =
                        fault("NI025", &pointer(field, lines), Some(cell.shown()), words(&bad.pl, &bad.en));
                    current.about(row.number, Some(column), finding);
                    continue;
                }
            };
            let target = if field.is_of_line() { &mut line } else { &mut current.json };
            let Some(slot) = slot(target, field) else { continue };
            if !field.is_of_line() && current.cells.contains_key(&pointer(field, lines)) && *slot != value {
                let found = cell.shown();
                let known = slot.as_str().map_or_else(|| slot.to_string(), str::to_owned);
                let finding = fault(
                    "NI026",
                    &pointer(field, lines),
                    Some(found),
                    words(
                        &format!(
                            "Ta sama faktura ma wyżej „{known}”; w jednej fakturze ta wartość musi być wszędzie taka sama."
                        ),
                        &format!(
                            "The same invoice has {known:?} above; within an invoice this value must be the same everywhere."
                        ),
                    ),
                );
                current.about(row.number, Some(column), finding);
                continue;
            }
            *slot = value;
            current.cells.insert(pointer(field, lines), (row.number, Some(column)));
        }
        if line.as_object().is_some_and(|line| !line.is_empty()) {
            if lines >= LINES_MAX {
                return Err(TableError::TooLarge {
                    what: "an invoice has too many lines",
                    what_pl: "faktura ma za dużo pozycji",
                    row: row.number,
                    limit: LINES_MAX as u64,
                });
            }
            for (field, value) in self.map.defaults.iter().filter(|(field, _)| field.is_of_line()) {
                fill(&mut line, field, value);
            }
            current.cells.insert(format!("/lines/{lines}"), (row.number, None));
            if let Some(list) = current.json.get_mut("lines").and_then(Value::as_array_mut) {
                list.push(line);
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    /// Hands over the invoice above and begins another.
    fn begin(&mut self, row: &Row, number: String) -> ControlFlow<()> {
        self.hand_over()?;
        let mut json = Value::Object(self.map.constants.clone());
        json["lines"] = json!([]);
        let mut invoice = TableInvoice {
            number: number.clone(),
            json,
            findings: Vec::new(),
            sheet: row.sheet.clone(),
            first_row: row.number,
            headings: Rc::clone(&self.headings),
            cells: HashMap::new(),
        };
        if !self.seen.insert(number.clone()) {
            let finding = fault(
                "NI027",
                "/number",
                Some(number),
                words(
                    "Ta faktura była już wyżej w tabeli; wiersze jednej faktury muszą stać razem, posortuj tabelę według numeru.",
                    "This invoice was in the table before; the rows of an invoice must stand together, sort the table by number.",
                ),
            );
            invoice.about(row.number, None, finding);
        }
        self.current = Some(invoice);
        ControlFlow::Continue(())
    }

    fn hand_over(&mut self) -> ControlFlow<()> {
        let Some(mut invoice) = self.current.take() else { return ControlFlow::Continue(()) };
        for (field, value) in self.map.defaults.iter().filter(|(field, _)| !field.is_of_line()) {
            fill(&mut invoice.json, field, value);
        }
        self.summary.invoices += 1;
        (self.take)(invoice)
    }

    fn about_table(&mut self, sheet: Option<&str>, row: u32, column: Option<usize>, finding: Finding) {
        if self.summary.findings.len() >= FINDINGS_MAX {
            return;
        }
        self.summary.findings.push(TableFinding {
            sheet: sheet.map(str::to_owned),
            row,
            column: column.map(letters),
            heading: column.and_then(|column| self.headings.get(column).cloned()),
            finding,
        });
    }
}

impl TableInvoice {
    fn about(&mut self, row: u32, column: Option<usize>, finding: Finding) {
        if self.findings.len() >= FINDINGS_MAX {
            return;
        }
        self.findings.push(TableFinding {
            sheet: self.sheet.as_deref().map(str::to_owned),
            row,
            column: column.map(letters),
            heading: column.and_then(|column| self.headings.get(column).cloned()),
            finding,
        });
    }
}

fn words(pl: &str, en: &str) -> Message {
    Message { pl: pl.to_owned(), en: en.to_owned() }
}

/// The JSON pointer of a field, of the line with this index.
fn pointer(field: &Field, line: usize) -> String {
    let steps = field.steps().collect::<Vec<_>>().join("/");
    if field.is_of_line() { format!("/lines/{line}/{steps}") } else { format!("/{steps}") }
}

/// The place of a field in an invoice or a line, made if it is not there; `None` when something else is in the way.
fn slot<'v>(value: &'v mut Value, field: &Field) -> Option<&'v mut Value> {
    field.steps().try_fold(value, |value, step| match step.parse::<usize>() {
        Ok(index) => {
            if value.is_null() {
                *value = json!([]);
            }
            let list = value.as_array_mut()?;
            while list.len() <= index {
                list.push(Value::Null);
            }
            list.get_mut(index)
        }
        Err(_) => {
            if value.is_null() {
                *value = json!({});
            }
            Some(value.as_object_mut()?.entry(step).or_insert(Value::Null))
        }
    })
}

/// Puts a default where nothing is.
fn fill(value: &mut Value, field: &Field, default: &Value) {
    if let Some(slot) = slot(value, field)
        && slot.is_null()
    {
        *slot = default.clone();
    }
}

const NUMBER: &str = "number";
/// As many lines as FA(3) takes.
const LINES_MAX: usize = 10_000;
const FINDINGS_MAX: usize = 1_000;
