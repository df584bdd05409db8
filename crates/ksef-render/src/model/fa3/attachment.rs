//! The attachment: blocks of descriptions, texts and tables.

use std::borrow::Cow;

use super::Builder;
use crate::format;
use crate::model::{Align, Block, Cell, Column, Fact, Row, Table, Weight};
use crate::source::Node;
use crate::words::Word;

/// Most columns of a table; the schema has 20. Cells beyond come to the annex.
const COLUMNS_MAX: usize = 24;

impl Builder {
    pub(super) fn attachment(&self, root: Node<'_, '_>, blocks: &mut Vec<Block>) {
        let Some(node) = root.child("Zalacznik") else {
            return;
        };
        let data: Vec<_> = node.all("BlokDanych").collect();
        if data.is_empty() {
            return;
        }
        blocks.push(self.title(Word::Attachment));
        for (position, block) in data.iter().enumerate() {
            match block.take("ZNaglowek") {
                Some(text) => blocks.push(Block::Title { level: 2, text: text.to_owned() }),
                None if data.len() > 1 => {
                    let text = format!("{} {}", self.word(Word::AttachmentBlock), position + 1);
                    blocks.push(Block::Title { level: 2, text });
                }
                None => {}
            }
            push_pairs(*block, "MetaDane", "ZKlucz", "ZWartosc", blocks);
            for text in block.all("Tekst") {
                let paragraphs: Vec<_> = texts(text, "Akapit");
                if !paragraphs.is_empty() {
                    blocks.push(Block::Text(paragraphs));
                }
            }
            for table in block.all("Tabela") {
                self.attachment_table(table, blocks);
            }
        }
    }

    fn attachment_table(&self, node: Node<'_, '_>, blocks: &mut Vec<Block>) {
        if let Some(text) = node.take("Opis") {
            blocks.push(Block::Title { level: 2, text: text.to_owned() });
        }
        push_pairs(node, "TMetaDane", "TKlucz", "TWartosc", blocks);
        let mut columns = Vec::new();
        let mut kinds = Vec::new();
        for column in node.child("TNaglowek").into_iter().flat_map(|head| head.all("Kol")).take(COLUMNS_MAX) {
            let kind = column.attribute("Typ").unwrap_or_default();
            let align = match kind.as_ref() {
                "dec" | "int" => Align::Decimal,
                _ => Align::Start,
            };
            columns.push(Column { title: column.take("NKom").unwrap_or_default().to_owned(), align });
            kinds.push(kind);
        }
        let rows: Vec<_> = node.all("Wiersz").map(|row| row.all("WKom").collect::<Vec<_>>()).collect();
        let sums: Vec<_> = node.all("Suma").map(|row| row.all("SKom").collect::<Vec<_>>()).collect();
        let width = rows.iter().chain(&sums).map(Vec::len).max().unwrap_or_default().min(COLUMNS_MAX);
        while columns.len() < width {
            columns.push(Column { title: String::new(), align: Align::Start });
            kinds.push(Cow::Borrowed("txt"));
        }
        if columns.is_empty() {
            return;
        }
        let row = |cells: Vec<Node<'_, '_>>, weight: Weight| {
            // Energy bills head groups of rows with a row of one cell.
            let is_group = cells.len() == 1 && columns.len() > 1 && weight == Weight::Plain;
            let mut cells: Vec<_> = cells
                .into_iter()
                .zip(&kinds)
                .map(|(cell, kind)| Cell::new(self.typed(cell.text(), kind)))
                .collect();
            if !is_group {
                cells.resize(columns.len(), Cell::default());
            }
            Row { cells, weight, is_group }
        };
        let rows = rows.into_iter().map(|cells| row(cells, Weight::Plain)).collect();
        let sums = sums.into_iter().map(|cells| row(cells, Weight::Strong)).collect();
        blocks.push(Block::Table(Table { columns, rows, sums }));
    }

    /// A cell by the type of its column; decimals keep exactly the digits that they have.
    fn typed(&self, text: &str, kind: &str) -> String {
        let formatted = match kind {
            "date" => format::date(text, self.language),
            "datetime" => format::moment(text, self.language),
            "dec" | "int" => format::number(text, self.language),
            _ => None,
        };
        formatted.unwrap_or_else(|| text.to_owned())
    }
}

fn push_pairs(node: Node<'_, '_>, element: &str, key: &str, value: &str, blocks: &mut Vec<Block>) {
    let facts: Vec<_> = node
        .all(element)
        .map(|pair| Fact::new(pair.take(key).unwrap_or_default(), pair.take(value).unwrap_or_default()))
        .collect();
    if !facts.is_empty() {
        blocks.push(Block::Facts(facts));
    }
}

fn texts(node: Node<'_, '_>, name: &str) -> Vec<String> {
    node.all(name).map(Node::text).filter(|text| !text.is_empty()).map(str::to_owned).collect()
}
