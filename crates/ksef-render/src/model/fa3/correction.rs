//! What a correcting invoice says of the invoices that it corrects.

use super::{Builder, plain};
use crate::code_lists::CORRECTION_EFFECTS;
use crate::model::{Align, Block, Cell, Column, Row, Table};
use crate::source::Node;
use crate::words::Word;

impl Builder {
    pub(in crate::model) fn correction(&mut self, fa: Node<'_, '_>, blocks: &mut Vec<Block>) {
        let mut facts = Vec::new();
        self.push(&mut facts, fa, "PrzyczynaKorekty", Word::CorrectionReason, plain);
        self.push(&mut facts, fa, "TypKorekty", Word::CorrectionEffect, |builder, code| {
            builder.code(CORRECTION_EFFECTS, code)
        });
        self.push(&mut facts, fa, "OkresFaKorygowanej", Word::CorrectedPeriod, plain);
        self.push(&mut facts, fa, "NrFaKorygowany", Word::CorrectedNumberRight, plain);
        self.push(&mut facts, fa, "P_15ZK", Word::GrossBefore, Self::money);
        self.push(&mut facts, fa, "KursWalutyZK", Word::RateBefore, Self::number);
        let rows: Vec<_> = fa.all("DaneFaKorygowanej").map(|node| self.corrected(node)).collect();
        if !facts.is_empty() || !rows.is_empty() {
            blocks.push(self.title(Word::CorrectedInvoices));
        }
        if !rows.is_empty() {
            let titles = [Word::CorrectedNumber, Word::IssueDate, Word::KsefNumber];
            let columns =
                titles.map(|word| Column { title: self.word(word).to_owned(), align: Align::Start });
            blocks.push(Block::Table(Table { columns: columns.into(), rows, sums: Vec::new() }));
        }
        if !facts.is_empty() {
            blocks.push(Block::Facts(facts));
        }
        let mut parties = Vec::new();
        for (element, word) in [("Podmiot1K", Word::SellerBefore), ("Podmiot2K", Word::BuyerBefore)] {
            for node in fa.all(element) {
                parties.push(self.party(node, self.word(word).to_owned()));
            }
        }
        if !parties.is_empty() {
            blocks.push(Block::Parties(parties));
        }
    }

    fn corrected(&self, node: Node<'_, '_>) -> Row {
        node.take_if("NrKSeF", "1");
        let ksef = match node.take("NrKSeFFaKorygowanej") {
            Some(number) => number.to_owned(),
            None if node.take_if("NrKSeFN", "1") => self.word(Word::OutsideKsef).to_owned(),
            None => String::new(),
        };
        let date = node.take("DataWystFaKorygowanej").map(|text| self.date(text)).unwrap_or_default();
        let cells = [node.take("NrFaKorygowanej").unwrap_or_default().to_owned(), date, ksef];
        Row { cells: cells.map(Cell::new).into(), ..Row::default() }
    }
}
