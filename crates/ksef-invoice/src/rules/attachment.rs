//! The structured attachment: how it may be sent, and whether its tables hold together.

use super::facts::date;
use super::{Subject, words};
use crate::catalogue;
use crate::report::Findings;
use crate::xml::Cursor;

pub(super) fn check(subject: &Subject<'_, '_, '_>, findings: &mut Findings) {
    let Some(attachment) = subject.facts.attachment else { return };
    subject.report(findings, &catalogue::ATTACHMENT_ONLY_IN_BATCH, attachment, words(
        "Zalacznik", "",
        "Fakturę z załącznikiem KSeF przyjmuje tylko w sesji wsadowej i po zgłoszeniu w e-Urzędzie Skarbowym.".to_owned(),
        "KSeF takes an invoice with an attachment only in a batch session, and after notice in e-Urząd Skarbowy.".to_owned(),
    ));
    for block in attachment.children().filter(|child| child.is_named("BlokDanych")) {
        for table in block.children().filter(|child| child.is_named("Tabela")) {
            check_table(subject, table, findings);
        }
    }
}

fn check_table(subject: &Subject<'_, '_, '_>, table: Cursor<'_, '_>, findings: &mut Findings) {
    let heading = table.child("TNaglowek");
    let columns: Vec<Column> = heading
        .into_iter()
        .flat_map(Cursor::children)
        .filter(|child| child.is_named("Kol"))
        .map(|column| {
            let kind = column.attributes().find(|(name, _)| *name == "Typ");
            kind.map_or(Column::Text, |(_, kind)| Column::of(&kind))
        })
        .collect();
    if columns.is_empty() {
        return;
    }
    for row in table.children() {
        let is_sum = row.is_named("Suma");
        if !is_sum && !row.is_named("Wiersz") {
            continue;
        }
        let mut count = 0;
        for cell in row.children() {
            let column = columns.get(count).copied().unwrap_or(Column::Text);
            count += 1;
            // A sum may say "Razem" below a number.
            if !is_sum && !column.accepts(cell.text()) {
                subject.report(
                    findings,
                    &catalogue::CELL_OF_OTHER_TYPE,
                    cell,
                    words(
                        cell.text(),
                        column.name(),
                        format!(
                            "„{}” nie jest wartością typu {}; popraw komórkę albo typ kolumny.",
                            cell.text(),
                            column.name()
                        ),
                        format!(
                            "“{}” is no value of type {}; correct the cell or the column's type.",
                            cell.text(),
                            column.name()
                        ),
                    ),
                );
            }
        }
        if count > columns.len() {
            let columns = columns.len();
            subject.report(findings, &catalogue::ROW_TOO_LONG, row, words(
                count, columns,
                format!("Wiersz ma {count} komórek, a tabela {columns} kolumn; usuń nadmiarowe komórki albo dodaj kolumny."),
                format!("A row has {count} cells, and the table {columns} columns; remove cells or add columns."),
            ));
        }
    }
}

/// `Kol/@Typ`.
#[derive(Clone, Copy)]
enum Column {
    Date,
    DateTime,
    Decimal,
    Integer,
    Time,
    Text,
}

impl Column {
    fn of(kind: &str) -> Self {
        match kind {
            "date" => Self::Date,
            "datetime" => Self::DateTime,
            "dec" => Self::Decimal,
            "int" => Self::Integer,
            "time" => Self::Time,
            _ => Self::Text,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Date => "date",
            Self::DateTime => "datetime",
            Self::Decimal => "dec",
            Self::Integer => "int",
            Self::Time => "time",
            Self::Text => "txt",
        }
    }

    /// Whether a cell is of the type. An empty cell always is. Decimal commas are let pass, since the schema does not say
    /// how a number is to be written here.
    fn accepts(self, text: &str) -> bool {
        if text.is_empty() {
            return true;
        }
        let digits = text.strip_prefix(['-', '+']).unwrap_or(text).as_bytes();
        match self {
            Self::Text => true,
            Self::Date => text.len() == 10 && date(text).is_some(),
            Self::DateTime => date(text).is_some() && matches!(text.as_bytes().get(10), Some(b'T' | b' ')),
            Self::Integer => !digits.is_empty() && digits.iter().all(u8::is_ascii_digit),
            Self::Decimal => {
                let is_point = |byte: &&u8| matches!(byte, b'.' | b',');
                digits.iter().any(u8::is_ascii_digit)
                    && digits.iter().all(|byte| byte.is_ascii_digit() || is_point(&byte))
                    && digits.iter().filter(is_point).count() <= 1
            }
            Self::Time => {
                let bytes = text.as_bytes();
                let at = |index: usize| bytes.get(index).copied().unwrap_or_default();
                at(0).is_ascii_digit() && at(1).is_ascii_digit() && at(2) == b':' && at(3).is_ascii_digit()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Column;

    #[test]
    fn cells() {
        for (kind, right, wrong) in [
            ("date", "2026-02-28", "28.02.2026"),
            ("datetime", "2026-02-28T10:00:00", "2026-02-28"),
            ("dec", "-1.5", "1 000,5"),
            ("int", "12", "12.5"),
            ("time", "10:30", "10.30"),
        ] {
            let column = Column::of(kind);
            assert!(column.accepts(right) && column.accepts("") && !column.accepts(wrong), "{kind}");
        }
        assert!(Column::of("txt").accepts("cokolwiek"));
    }
}
