//! What building the documents of all forms shares: words, formats, facts.

use std::borrow::Cow;

use ksef_invoice::view::InvoiceKind;

use super::{Attachment, Block, Document, Fact, Heading};
use crate::code_lists::lookup;
use crate::source::Node;
use crate::words::Word;
use crate::{Language, RenderOptions, format};

/// What building needs everywhere.
pub(super) struct Builder {
    pub(super) language: Language,
    /// `KodWaluty`; empty when missing.
    pub(super) currency: String,
    pub(super) kind: Option<InvoiceKind>,
    /// Whether the document is FA_RR: its parties and its payment differ.
    pub(super) is_rr: bool,
    /// Statements that the document says do not apply; they stand in the fine print.
    pub(super) not_applicable: Vec<Word>,
}

impl Builder {
    pub(super) fn new(language: Language, currency: &str, kind: Option<InvoiceKind>) -> Self {
        Self { language, currency: currency.to_owned(), kind, is_rr: false, not_applicable: Vec::new() }
    }

    /// The finished document; `file` is the name of the XML within a PDF and the moment when it was made, as it says.
    pub(super) fn document(
        &self,
        options: &RenderOptions,
        heading: Heading,
        blocks: Vec<Block>,
        file: (&str, Option<&str>),
    ) -> Document {
        let title = format!("{} {}", heading.kind, heading.number).trim().to_owned();
        Document {
            language: self.language,
            accent: options.accent.unwrap_or(ACCENT),
            logo: options.logo.clone(),
            attachment: Some(Attachment {
                name: file.0.to_owned(),
                description: format!("{}: {title}", self.word(Word::SourceFile)),
                created: file.1.and_then(format::timestamp),
            }),
            title,
            heading,
            blocks,
        }
    }

    /// The KSeF number as a fact, or the sentence that there is none yet.
    pub(super) fn ksef_number(&self, options: &RenderOptions) -> Fact {
        match &options.ksef_number {
            Some(number) => self.fact(Word::KsefNumber, number.to_string()),
            None => Fact::new("", self.without_number(options.mode)),
        }
    }

    pub(super) fn word(&self, word: Word) -> &'static str {
        word.text(self.language)
    }

    pub(super) fn title(&self, word: Word) -> Block {
        Block::Title { level: 1, text: self.word(word).to_owned() }
    }

    pub(super) fn fact(&self, word: Word, value: impl Into<String>) -> Fact {
        Fact::new(self.word(word), value)
    }

    /// An amount as the reader writes it, or the text as it stands.
    pub(super) fn amount(&self, text: &str) -> String {
        format::amount(text, self.language).unwrap_or_else(|| text.to_owned())
    }

    /// An amount with the invoice's currency.
    pub(super) fn money(&self, text: &str) -> String {
        format!("{}\u{a0}{}", self.amount(text), self.currency).trim_end().to_owned()
    }

    pub(super) fn number(&self, text: &str) -> String {
        format::number(text, self.language).unwrap_or_else(|| text.to_owned())
    }

    pub(super) fn date(&self, text: &str) -> String {
        format::date(text, self.language).unwrap_or_else(|| text.to_owned())
    }

    pub(super) fn moment(&self, text: &str) -> String {
        format::moment(text, self.language).unwrap_or_else(|| text.to_owned())
    }

    pub(super) fn percent(&self, text: &str) -> String {
        format!("{}%", self.number(text))
    }

    /// A code in words, or the code itself when the list does not have it.
    pub(super) fn code(&self, list: &[(&'static str, &'static str, &'static str)], code: &str) -> String {
        lookup(list, code, self.language).map_or_else(|| code.to_owned(), Cow::into_owned)
    }

    /// Adds a fact for the element when it has a text, formatted by `format`.
    pub(super) fn push(
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
    pub(super) fn statement(&mut self, node: Node<'_, '_>, name: &str, word: Word) -> bool {
        if node.take_if(name, "2") {
            self.not_applicable.push(word);
            return false;
        }
        node.take_if(name, "1")
    }
}

/// A text as it stands.
pub(super) fn plain(_: &Builder, text: &str) -> String {
    text.to_owned()
}

/// The colour of titles and rules when the company has none.
const ACCENT: [u8; 3] = [0x1d, 0x4e, 0x7e];
