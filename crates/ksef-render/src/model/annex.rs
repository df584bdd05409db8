//! The annex: whatever the layout did not place, so that a print hides nothing.

use super::builder::Builder;
use super::{Align, Block, Cell, Column, Row, Table};
use crate::Language;
use crate::source::Source;
use crate::words::Word;

impl Builder {
    pub(super) fn annex(&self, source: &Source<'_>, blocks: &mut Vec<Block>) {
        let unread = source.unread();
        let mut wanted: Vec<usize> = unread.iter().map(|unread| unread.index).collect();
        wanted.dedup();
        let paths = source.outline().paths(&wanted);
        let rows: Vec<_> = unread
            .into_iter()
            .map(|unread| {
                let label = source.outline().label(unread.index);
                let label = match self.language {
                    Language::Pl => label.pl,
                    Language::En => label.en,
                    Language::PlEn if label.pl == label.en => label.pl,
                    Language::PlEn => format!("{} / {}", label.pl, label.en).into(),
                };
                let path = wanted.binary_search(&unread.index).ok().and_then(|at| paths.get(at));
                let mut path = path.cloned().unwrap_or_default();
                if let Some(attribute) = unread.attribute {
                    path.push_str("/@");
                    path.push_str(attribute);
                }
                let field = Cell { text: label.into_owned(), detail: path };
                Row { cells: vec![field, Cell::new(unread.value)], ..Row::default() }
            })
            .collect();
        if rows.is_empty() {
            return;
        }
        let columns = [Word::AnnexField, Word::AnnexValue]
            .map(|word| Column { title: self.word(word).to_owned(), align: Align::Start });
        blocks.push(self.title(Word::Annex));
        blocks.push(Block::Text(vec![self.word(Word::AnnexNote).to_owned()]));
        blocks.push(Block::Table(Table { columns: columns.into(), rows, sums: Vec::new() }));
    }
}
