//! The annex: whatever the layout did not place, so that a print hides nothing.

use super::builder::Builder;
use super::{Align, Block, Cell, Column, Row, Table};
use crate::Language;
use crate::source::{Source, Unread};
use crate::words::Word;

impl Builder {
    pub(super) fn annex(&self, source: &Source<'_>, blocks: &mut Vec<Block>) {
        let unread = source.unread();
        let mut wanted: Vec<usize> = unread.iter().map(|unread| unread.index).collect();
        wanted.dedup();
        let paths = source.outline().paths(&wanted);
        let entries: Vec<_> = unread.chunk_by(|one, other| one.index == other.index).zip(&paths).collect();
        let parent = |path: &str| path.rfind('/').unwrap_or(0);
        let mut rows = Vec::new();
        // Neighbours of one element stand under its path, so that it is written once.
        for siblings in entries.chunk_by(|(_, one), (_, other)| one[..parent(one)] == other[..parent(other)])
        {
            let above = siblings.first().map_or("", |(_, path)| &path[..parent(path)]);
            let is_group = siblings.len() > 1 && !above.is_empty();
            if is_group {
                rows.push(Row { cells: vec![Cell::new(above)], is_group, ..Row::default() });
            }
            for (values, path) in siblings {
                let path = if is_group { path[parent(path)..].trim_start_matches('/') } else { path };
                rows.extend(self.annex_row(source, values, path));
            }
        }
        if rows.is_empty() {
            return;
        }
        let columns = [Word::AnnexField, Word::AnnexValue]
            .map(|word| Column { title: self.word(word).to_owned(), align: Align::Start });
        blocks.push(self.title(Word::Annex));
        blocks.push(Block::Text(vec![self.word(Word::AnnexNote).to_owned()]));
        blocks.push(Block::Table(Table { columns: columns.into(), rows, sums: Vec::new() }));
    }

    /// An element with its text and, in small print, its attributes.
    fn annex_row(&self, source: &Source<'_>, values: &[Unread<'_>], path: &str) -> Option<Row> {
        let label = source.outline().label(values.first()?.index);
        let label = match self.language {
            Language::Pl => label.pl,
            Language::En => label.en,
            Language::PlEn if label.pl == label.en => label.pl,
            Language::PlEn => format!("{} / {}", label.pl, label.en).into(),
        };
        // The path says no more than the label where the element is called by its own name.
        let detail = if label == path { "" } else { path };
        let field = Cell { text: label.into_owned(), detail: detail.to_owned() };
        let text = values.iter().find(|value| value.attribute.is_none());
        let attributes: Vec<_> = values
            .iter()
            .filter_map(|value| Some(format!("@{}:\u{a0}{}", value.attribute?, value.value)))
            .collect();
        let value = Cell {
            text: text.map(|text| text.value.clone().into_owned()).unwrap_or_default(),
            detail: attributes.join(" · "),
        };
        Some(Row { cells: vec![field, value], ..Row::default() })
    }
}
