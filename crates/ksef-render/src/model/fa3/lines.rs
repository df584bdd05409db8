//! Lines of the invoice and of the order: one table, with only the columns that the document uses.

use rust_decimal::Decimal;

use super::{Builder, plain};
use crate::code_lists::LINE_RATES;
use crate::model::{Align, Block, Cell, Column, Fact, Row, Table, Weight};
use crate::source::Node;
use crate::words::Word;

pub(in crate::model) type Format = fn(&Builder, &str) -> String;

/// An element of a line: its name, its word, how it stands and how it is written.
pub(in crate::model) struct Field {
    element: &'static str,
    word: Word,
    align: Align,
    format: Format,
    /// Whether a difference between before and after makes sense.
    is_value: bool,
}

/// Which elements make up a line.
pub(in crate::model) struct Layout {
    pub(in crate::model) row: &'static str,
    pub(in crate::model) state_before: &'static str,
    pub(in crate::model) number: &'static str,
    pub(in crate::model) name: &'static str,
    pub(in crate::model) columns: &'static [Field],
    /// Small print under the name.
    pub(in crate::model) details: &'static [(&'static str, Word, Format)],
    pub(in crate::model) annex_15: &'static str,
}

pub(in crate::model) const fn field(
    element: &'static str,
    word: Word,
    align: Align,
    format: Format,
) -> Field {
    Field { element, word, align, format, is_value: false }
}

pub(in crate::model) const fn value(element: &'static str, word: Word) -> Field {
    Field { element, word, align: Align::Decimal, format: Builder::amount, is_value: true }
}

const INVOICE: Layout = Layout {
    row: "FaWiersz",
    state_before: "StanPrzed",
    number: "NrWierszaFa",
    name: "P_7",
    columns: &[
        field("P_8B", Word::Quantity, Align::Decimal, Builder::number),
        field("P_8A", Word::Unit, Align::Short, plain),
        field("P_9A", Word::NetPrice, Align::Decimal, Builder::amount),
        field("P_9B", Word::GrossPrice, Align::Decimal, Builder::amount),
        field("P_10", Word::Discount, Align::Decimal, Builder::amount),
        value("P_11", Word::NetValue),
        field("P_12", Word::Rate, Align::End, Builder::line_rate),
        value("P_11Vat", Word::TaxAmount),
        value("P_11A", Word::GrossValue),
    ],
    details: &[
        ("P_6A", Word::LineSaleDate, Builder::date),
        ("Indeks", Word::Index, plain),
        ("GTIN", Word::Gtin, plain),
        ("PKWiU", Word::Pkwiu, plain),
        ("CN", Word::Cn, plain),
        ("PKOB", Word::Pkob, plain),
        ("GTU", Word::Gtu, plain),
        ("Procedura", Word::Procedure, plain),
        ("P_12_XII", Word::OssRate, Builder::percent),
        ("KwotaAkcyzy", Word::Excise, Builder::amount),
        ("KursWaluty", Word::LineExchangeRate, Builder::number),
        ("UU_ID", Word::UniqueId, plain),
    ],
    annex_15: "P_12_Zal_15",
};

const ORDER: Layout = Layout {
    row: "ZamowienieWiersz",
    state_before: "StanPrzedZ",
    number: "NrWierszaZam",
    name: "P_7Z",
    columns: &[
        field("P_8BZ", Word::Quantity, Align::Decimal, Builder::number),
        field("P_8AZ", Word::Unit, Align::Short, plain),
        field("P_9AZ", Word::NetPrice, Align::Decimal, Builder::amount),
        value("P_11NettoZ", Word::NetValue),
        field("P_12Z", Word::Rate, Align::End, Builder::line_rate),
        value("P_11VatZ", Word::TaxAmount),
    ],
    details: &[
        ("IndeksZ", Word::Index, plain),
        ("GTINZ", Word::Gtin, plain),
        ("PKWiUZ", Word::Pkwiu, plain),
        ("CNZ", Word::Cn, plain),
        ("PKOBZ", Word::Pkob, plain),
        ("GTUZ", Word::Gtu, plain),
        ("ProceduraZ", Word::Procedure, plain),
        ("P_12Z_XII", Word::OssRate, Builder::percent),
        ("KwotaAkcyzyZ", Word::Excise, Builder::amount),
        ("UU_IDZ", Word::UniqueId, plain),
    ],
    annex_15: "P_12Z_Zal_15",
};

impl Builder {
    pub(in crate::model) fn lines(&self, fa: Node<'_, '_>, blocks: &mut Vec<Block>) {
        let table = self.line_table(fa, &INVOICE);
        if !table.rows.is_empty() {
            blocks.push(self.title(Word::Lines));
            blocks.push(Block::Table(table));
        }
    }

    /// The order or contract that an advance payment is for.
    pub(in crate::model) fn order(&self, fa: Node<'_, '_>, blocks: &mut Vec<Block>) {
        let Some(order) = fa.child("Zamowienie") else {
            return;
        };
        let table = self.line_table(order, &ORDER);
        let total = order.take("WartoscZamowienia");
        if table.rows.is_empty() && total.is_none() {
            return;
        }
        blocks.push(self.title(Word::OrderLines));
        if !table.rows.is_empty() {
            blocks.push(Block::Table(table));
        }
        if let Some(total) = total {
            blocks.push(Block::Facts(vec![Fact::new(self.word(Word::OrderValue), self.money(total))]));
        }
    }

    fn line_rate(&self, code: &str) -> String {
        self.code(LINE_RATES, code)
    }

    pub(in crate::model) fn line_table(&self, parent: Node<'_, '_>, layout: &Layout) -> Table {
        let nodes: Vec<_> = parent.all(layout.row).collect();
        let used: Vec<&Field> = layout
            .columns
            .iter()
            .filter(|field| nodes.iter().any(|node| node.peek_at(field.element).is_some()))
            .collect();
        let has_state = nodes.iter().any(|node| node.peek_at(layout.state_before) == Some("1"));
        let mut columns = vec![Column { title: self.word(Word::LineNumber).to_owned(), align: Align::End }];
        if has_state {
            columns.push(Column { title: self.word(Word::State).to_owned(), align: Align::Short });
        }
        columns.push(Column { title: self.word(Word::LineName).to_owned(), align: Align::Start });
        columns.extend(
            used.iter().map(|field| Column { title: self.word(field.word).to_owned(), align: field.align }),
        );
        let mut rows = Vec::with_capacity(nodes.len());
        let mut before: Option<Node<'_, '_>> = None;
        for node in nodes {
            let is_before = node.take_if(layout.state_before, "1");
            let number = node.peek_at(layout.number);
            rows.push(self.line(node, layout, &used, has_state.then_some(is_before)));
            if !is_before
                && let Some(earlier) = before
                && earlier.peek_at(layout.number) == number
                && let Some(row) = self.difference(earlier, node, &used)
            {
                rows.push(row);
            }
            before = is_before.then_some(node);
        }
        Table { columns, rows, sums: Vec::new() }
    }

    /// A row; `state` is whether it is the state before the correction, when the table has that column.
    fn line(&self, node: Node<'_, '_>, layout: &Layout, used: &[&Field], state: Option<bool>) -> Row {
        let mut cells = vec![Cell::new(node.take(layout.number).unwrap_or_default())];
        if let Some(is_before) = state {
            cells.push(Cell::new(self.word(if is_before { Word::Before } else { Word::After })));
        }
        let mut details = String::new();
        for (element, word, format) in layout.details {
            if let Some(text) = node.take(element) {
                separate(&mut details);
                details.push_str(self.word(*word));
                // A line does not end between the two.
                details.push_str(":\u{a0}");
                details.push_str(&format(self, text));
            }
        }
        if node.take_if(layout.annex_15, "1") {
            separate(&mut details);
            details.push_str(self.word(Word::Annex15));
        }
        cells.push(Cell { text: node.take(layout.name).unwrap_or_default().to_owned(), detail: details });
        cells.extend(used.iter().map(|field| {
            Cell::new(node.take(field.element).map(|text| (field.format)(self, text)).unwrap_or_default())
        }));
        let weight = if state == Some(true) { Weight::Quiet } else { Weight::Plain };
        Row { cells, weight, is_group: false }
    }

    /// After minus before, for the values of a line; `None` when a value cannot be read or nothing changed.
    fn difference(&self, before: Node<'_, '_>, after: Node<'_, '_>, used: &[&Field]) -> Option<Row> {
        let mut cells = vec![Cell::default(), Cell::new(self.word(Word::Difference)), Cell::default()];
        let mut changed = false;
        for field in used {
            let read = |node: Node<'_, '_>| node.peek_at(field.element).map(str::parse::<Decimal>);
            let cell = match (field.is_value, read(before), read(after)) {
                (true, Some(before), Some(after)) => {
                    let difference = after.ok()?.checked_sub(before.ok()?)?;
                    changed |= !difference.is_zero();
                    Cell::new(self.amount(&difference.to_string()))
                }
                _ => Cell::default(),
            };
            cells.push(cell);
        }
        changed.then_some(Row { cells, weight: Weight::Strong, is_group: false })
    }
}

fn separate(details: &mut String) {
    if !details.is_empty() {
        details.push_str(" · ");
    }
}
