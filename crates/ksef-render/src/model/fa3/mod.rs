//! FA(3) as blocks: the order of the page, and what the modules below share.

mod annex;
mod annotations;
mod attachment;
mod correction;
mod extra;
mod heading;
mod lines;
mod parties;
mod payment;
mod terms;
mod totals;

use ksef_invoice::Element;
use ksef_invoice::view::InvoiceKind;

use super::{Block, Document, Fact};
use crate::code_lists::lookup;
use crate::source::{Node, Source};
use crate::words::Word;
use crate::{Language, RenderOptions, format};

/// Builds the document of an FA(3) tree; never fails, whatever is missing.
pub(super) fn build(tree: &Element, xml: &[u8], options: &RenderOptions) -> Document {
    let source = Source::new(tree);
    let root = source.root();
    let mut builder = Builder {
        language: options.language,
        currency: root.child("Fa").and_then(|fa| fa.peek_at("KodWaluty")).unwrap_or_default().to_owned(),
        kind: root.child("Fa").and_then(|fa| fa.peek_at("RodzajFaktury")).and_then(InvoiceKind::from_code),
        not_applicable: Vec::new(),
    };
    let digest = ksef_crypto::sha256(xml);
    let heading = builder.heading(root, &digest, options);
    let mut blocks = Vec::new();
    builder.parties(root, &mut blocks);
    if let Some(fa) = root.child("Fa") {
        builder.correction(fa, &mut blocks);
        builder.annotations(fa, &mut blocks);
        builder.order(fa, &mut blocks);
        builder.lines(fa, &mut blocks);
        builder.totals_and_payment(fa, &mut blocks);
        builder.advances(fa, &mut blocks);
        builder.descriptions(fa, &mut blocks);
        builder.terms(fa, &mut blocks);
    }
    builder.footer(root, &mut blocks);
    builder.attachment(root, &mut blocks);
    let technical = builder.technical(root, &digest);
    builder.annex(&source, &mut blocks);
    blocks.push(technical);
    Document {
        language: options.language,
        title: format!("{} {}", heading.kind, heading.number).trim().to_owned(),
        heading,
        blocks,
    }
}

/// What building needs everywhere.
struct Builder {
    language: Language,
    /// `KodWaluty`; empty when missing.
    currency: String,
    kind: Option<InvoiceKind>,
    /// Statements that the document says do not apply; they stand in the fine print.
    not_applicable: Vec<Word>,
}

impl Builder {
    fn word(&self, word: Word) -> &'static str {
        word.text(self.language)
    }

    fn title(&self, word: Word) -> Block {
        Block::Title { level: 1, text: self.word(word).to_owned() }
    }

    fn fact(&self, word: Word, value: impl Into<String>) -> Fact {
        Fact::new(self.word(word), value)
    }

    /// An amount as the reader writes it, or the text as it stands.
    fn amount(&self, text: &str) -> String {
        format::amount(text, self.language).unwrap_or_else(|| text.to_owned())
    }

    /// An amount with the invoice's currency.
    fn money(&self, text: &str) -> String {
        format!("{}\u{a0}{}", self.amount(text), self.currency).trim_end().to_owned()
    }

    fn number(&self, text: &str) -> String {
        format::number(text, self.language).unwrap_or_else(|| text.to_owned())
    }

    fn date(&self, text: &str) -> String {
        format::date(text, self.language).unwrap_or_else(|| text.to_owned())
    }

    fn moment(&self, text: &str) -> String {
        format::moment(text, self.language).unwrap_or_else(|| text.to_owned())
    }

    fn percent(&self, text: &str) -> String {
        format!("{}%", self.number(text))
    }

    /// A code in words, or the code itself when the list does not have it.
    fn code(&self, list: &[(&'static str, &'static str, &'static str)], code: &str) -> String {
        lookup(list, code, self.language).unwrap_or(code).to_owned()
    }

    /// Adds a fact for the element when it has a text, formatted by `format`.
    fn push(
        &self,
        facts: &mut Vec<Fact>,
        node: Node<'_, '_>,
        name: &str,
        word: Word,
        format: impl Fn(&Self, &str) -> String,
    ) {
        if let Some(text) = node.take(name) {
            facts.push(self.fact(word, format(self, text)));
        }
    }

    /// Notes a `1`/`2` statement: true for `1`; `2` goes to the fine print as `word`; anything else is left to the annex.
    fn statement(&mut self, node: Node<'_, '_>, name: &str, word: Word) -> bool {
        if node.take_if(name, "2") {
            self.not_applicable.push(word);
            return false;
        }
        node.take_if(name, "1")
    }
}

/// A text as it stands.
fn plain(_: &Builder, text: &str) -> String {
    text.to_owned()
}
