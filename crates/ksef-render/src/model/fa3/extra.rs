//! Additional descriptions, the footer and registers.

use super::Builder;
use crate::model::{Block, Fact};
use crate::source::Node;
use crate::words::Word;

impl Builder {
    pub(in crate::model) fn descriptions(&self, fa: Node<'_, '_>, blocks: &mut Vec<Block>) {
        let mut facts = Vec::new();
        for node in fa.all("DodatkowyOpis") {
            let key = node.take("Klucz").unwrap_or_default();
            let label = match node.take("NrWiersza") {
                Some(line) => format!("{key} ({} {line})", self.word(Word::OfLine)),
                None => key.to_owned(),
            };
            facts.push(Fact::new(label.trim(), node.take("Wartosc").unwrap_or_default()));
        }
        if !facts.is_empty() {
            blocks.push(self.title(Word::ExtraDescriptions));
            blocks.push(Block::Facts(facts));
        }
    }

    pub(in crate::model) fn footer(&self, root: Node<'_, '_>, blocks: &mut Vec<Block>) {
        let Some(node) = root.child("Stopka") else {
            return;
        };
        let mut texts = Vec::new();
        for information in node.all("Informacje") {
            texts.extend(information.take("StopkaFaktury").map(str::to_owned));
        }
        for register in node.all("Rejestry") {
            let numbers: Vec<_> = [
                ("PelnaNazwa", Word::FullName),
                ("KRS", Word::Krs),
                ("REGON", Word::Regon),
                ("BDO", Word::Bdo),
            ]
            .into_iter()
            .filter_map(|(element, word)| Some(format!("{}: {}", self.word(word), register.take(element)?)))
            .collect();
            if !numbers.is_empty() {
                texts.push(numbers.join(" · "));
            }
        }
        if !texts.is_empty() {
            blocks.push(self.title(Word::FooterAndRegisters));
            blocks.push(Block::Text(texts));
        }
    }
}
