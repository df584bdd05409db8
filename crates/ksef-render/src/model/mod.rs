//! The document as blocks: what stands on the page and in which order, and nothing of how it looks.
//!
//! Texts are final (formatted, in the reader's language) and unescaped; a back end escapes or encodes them.

mod annex;
mod builder;
mod codes;
pub(crate) mod confirmation;
mod fa3;
mod pef;
mod rr;
mod upo;

use jiff::Timestamp;
use ksef_invoice::{Form, Outline, detect_form};

use crate::logo::Logo;
use crate::qr::QrModules;
use crate::source::Source;
use crate::{Language, RenderError, RenderOptions};

/// A document ready to be drawn.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Document {
    pub(crate) language: Language,
    /// The company's colour.
    pub(crate) accent: [u8; 3],
    pub(crate) logo: Option<Logo>,
    /// Title of the file: kind and number.
    pub(crate) title: String,
    pub(crate) heading: Heading,
    pub(crate) blocks: Vec<Block>,
    /// How the file that this was made from is called inside a PDF; `None` when it shall not be there.
    pub(crate) attachment: Option<Attachment>,
}

/// The description of the XML within a PDF.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Attachment {
    /// `faktura.xml`.
    pub(crate) name: String,
    pub(crate) description: String,
    /// When the document was made, as it says itself.
    pub(crate) created: Option<Timestamp>,
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
    /// One or two verification codes; none when the document carries none.
    pub(crate) codes: Vec<Code>,
    /// Why there is no code, when there should be one.
    pub(crate) no_code: Option<&'static str>,
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

impl Code {
    /// What a reader who cannot see the code is told.
    pub(crate) fn description(&self) -> String {
        format!("QR: {} ({}) {}", self.label, self.caption, self.url)
    }
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
    /// As [`Self::Start`], in a column no wider than it needs, where a short text keeps to one line: units, states, dates.
    Short,
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
    let form = detect_form(xml);
    let outline = Outline::parse(xml)?;
    let (source, digest) = (Source::new(&outline), ksef_crypto::sha256(xml));
    match form {
        Some(Form::Fa2 | Form::Fa3) => fa3::build(&source, &digest, options),
        Some(Form::FaRr1) => rr::build(&source, &digest, options),
        Some(Form::Pef3 | Form::PefKor3) => pef::build(&source, &digest, options),
        Some(Form::Upo43) => upo::build(&source, &digest, options),
        None => {
            let root = outline.name(0).chars().take(60).collect();
            Err(ksef_invoice::ReadError::UnknownForm { root }.into())
        }
    }
}

/// The NIP of the seller that a document names: `Podmiot1` of FA and FA_RR (who supplies, whoever issues), the supplier's
/// VAT number of PEF without its prefix.
pub(crate) fn seller_nip(xml: &[u8]) -> Result<Option<String>, RenderError> {
    let outline = Outline::parse(xml)?;
    let source = Source::new(&outline);
    let root = source.root();
    Ok(match detect_form(xml) {
        Some(Form::Fa2 | Form::Fa3 | Form::FaRr1) => {
            let data = root.at(&["Podmiot1", "DaneIdentyfikacyjne"]);
            data.and_then(|data| data.peek_at("NIP")).map(str::to_owned)
        }
        Some(Form::Pef3 | Form::PefKor3) => pef::seller_nip(root).map(str::to_owned),
        Some(Form::Upo43) | None => None,
    })
}
