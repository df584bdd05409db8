//! The annex: whatever the layout did not place, so that a print hides nothing.

use super::Builder;
use crate::Language;
use crate::model::{Align, Block, Cell, Column, Row, Table};
use crate::source::Source;
use crate::words::Word;

impl Builder {
    pub(super) fn annex(&self, source: &Source<'_>, blocks: &mut Vec<Block>) {
        let rows: Vec<_> = source
            .unread()
            .into_iter()
            .map(|unread| {
                let label = match self.language {
                    Language::Pl => &unread.element.label.pl,
                    Language::En => &unread.element.label.en,
                };
                let path = match unread.attribute {
                    Some(attribute) => format!("{}/@{attribute}", unread.element.path),
                    None => unread.element.path.clone(),
                };
                let field = Cell { text: label.clone().into_owned(), detail: path };
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
