//! The document as blocks: what stands on the page and in which order, and nothing of how it looks.
//!
//! Texts are final (formatted, in the reader's language) and unescaped; a back end escapes or encodes them.

mod fa3;

use ksef_invoice::{Form, detect_form};

use crate::qr::QrModules;
use crate::{Language, RenderError, RenderOptions};

/// A document ready to be drawn.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Document {
    pub(crate) language: Language,
    /// Title of the file: kind and number.
    pub(crate) title: String,
    pub(crate) heading: Heading,
    pub(crate) blocks: Vec<Block>,
}

/// The top of the first page.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Heading {
    /// `Faktura korygująca`.
    pub(crate) kind: String,
    pub(crate) number: String,
    /// The KSeF number, or the sentence that there is none yet.
    pub(crate) ksef: Fact,
    /// Dates, place, currency.
    pub(crate) facts: Vec<Fact>,
    pub(crate) code: Option<Code>,
}

/// A verification code.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Code {
    pub(crate) url: String,
    pub(crate) modules: QrModules,
    /// What the guide wants beneath the code: the KSeF number or `OFFLINE`.
    pub(crate) caption: String,
    /// What the code is for.
    pub(crate) label: String,
}

/// A part of the page.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Block {
    /// A section title (level 1) or a title within a section (level 2).
    Title {
        level: u8,
        text: String,
    },
    /// Boxes of parties, two in a row.
    Parties(Vec<PartyBox>),
    /// Labels with values.
    Facts(Vec<Fact>),
    Table(Table),
    /// Paragraphs of text.
    Text(Vec<String>),
    /// Statements that the law wants on the invoice, each on its line.
    Notices(Vec<String>),
    /// Amounts with labels, at the right edge.
    Amounts(Vec<AmountLine>),
    /// Two stacks side by side.
    Columns(Vec<Block>, Vec<Block>),
    /// Fine print.
    Small(Vec<Fact>),
}

/// A label with its value; the value may have several lines. Without a label the value stands alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fact {
    pub(crate) label: String,
    pub(crate) lines: Vec<String>,
}

/// A party.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct PartyBox {
    /// `Sprzedawca`.
    pub(crate) role: String,
    pub(crate) name: String,
    /// Address lines.
    pub(crate) address: Vec<String>,
    pub(crate) facts: Vec<Fact>,
}

/// An amount with its label.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct AmountLine {
    pub(crate) label: String,
    pub(crate) amount: String,
    pub(crate) weight: Weight,
}

/// How much an amount or a row stands out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Weight {
    /// The state before a correction: there, but receding.
    Quiet,
    #[default]
    Plain,
    Strong,
    /// The one amount that the reader looks for.
    Grand,
}

/// A table. Every row has as many cells as there are columns, or is a [`Row::is_group`] with one.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Table {
    pub(crate) columns: Vec<Column>,
    pub(crate) rows: Vec<Row>,
    /// Rows at the foot that never stand alone on a page.
    pub(crate) sums: Vec<Row>,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Column {
    pub(crate) title: String,
    pub(crate) align: Align,
}

/// How the cells of a column stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Align {
    Start,
    End,
    /// Numbers, one decimal separator under the other.
    Decimal,
}

/// A row of a table.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Row {
    pub(crate) cells: Vec<Cell>,
    pub(crate) weight: Weight,
    /// Its first cell spans the whole table and heads the rows below.
    pub(crate) is_group: bool,
}

/// A cell.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Cell {
    pub(crate) text: String,
    /// Small print under the text: codes of a line.
    pub(crate) detail: String,
}

impl Cell {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), detail: String::new() }
    }
}

impl Fact {
    pub(crate) fn new(label: impl Into<String>, value: impl Into<String>) -> Self {
        Self { label: label.into(), lines: vec![value.into()] }
    }
}

/// Reads a document into blocks.
pub(crate) fn build(xml: &[u8], options: &RenderOptions) -> Result<Document, RenderError> {
    match detect_form(xml) {
        Some(Form::Fa3) => {}
        Some(form) => return Err(RenderError::NotYet(form)),
        None => {
            // Not a form of KSeF: say whether it is XML at all, and where it stops being that.
            let root = ksef_invoice::tree(xml)?;
            let name = root.name.chars().take(60).collect();
            return Err(ksef_invoice::ReadError::UnknownForm { root: name }.into());
        }
    }
    let tree = ksef_invoice::tree(xml)?;
    Ok(fa3::build(&tree, xml, options))
}
