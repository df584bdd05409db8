//! The model as HTML: one file without script or any request, from templates that escape everything.

use askama::Template;

use crate::format::fraction_length;
use crate::model::{Align, Block, Cell, Code, Column, Document, Row, Table, Weight};
use crate::qr::svg;
use crate::{Language, RenderError};

/// Renders a document as HTML.
pub(crate) fn render(document: &Document) -> Result<String, RenderError> {
    let body = blocks(&document.blocks, document.language)?;
    let page = PageTemplate {
        document,
        lang: match document.language {
            Language::Pl | Language::PlEn => "pl",
            Language::En => "en",
        },
        accent: hex(document.accent),
        accent_tint: hex(document.accent.map(|part| 255 - (255 - part) / 11)),
        codes: document.heading.codes.iter().map(|code| (code, svg(&code.modules))).collect(),
        body,
    };
    page.render().map_err(failed)
}

#[derive(Template)]
#[template(path = "page.html")]
struct PageTemplate<'a> {
    document: &'a Document,
    lang: &'static str,
    /// Colours: `#1d4e7e`.
    accent: String,
    accent_tint: String,
    /// The codes with their SVG, our own markup.
    codes: Vec<(&'a Code, String)>,
    /// The blocks, already escaped.
    body: String,
}

#[derive(Template)]
#[template(path = "block.html")]
struct BlockTemplate<'a> {
    block: &'a Block,
    /// For columns: what stands in them, already escaped.
    left: String,
    right: String,
    grid: Grid,
}

/// Alignment of a table's numbers: how many characters follow the separator in each column.
#[derive(Default)]
struct Grid {
    fractions: Vec<usize>,
    language: Language,
}

impl Grid {
    fn of(table: &Table, language: Language) -> Self {
        let mut fractions = vec![0; table.columns.len()];
        for row in table.rows.iter().filter(|row| !row.is_group).chain(&table.sums) {
            for (longest, cell) in fractions.iter_mut().zip(&row.cells) {
                *longest = fraction_length(&cell.text, language).max(*longest);
            }
        }
        Self { fractions, language }
    }

    /// The class of a cell: `n` a number, `k` short and kept on one line (a unit, a date), `w` with a word so long that it
    /// must be broken. The template passes indexes by reference.
    fn class(&self, cell: &Cell, column: &usize, columns: &[Column]) -> &'static str {
        let class = columns.get(*column).map(|column| align_class(&column.align)).unwrap_or_default();
        let mut words = cell.text.split_whitespace().chain(cell.detail.split_whitespace());
        if words.any(|word| word.chars().count() > WORD_LENGTH_MAX) {
            return "w";
        }
        let is_short = columns.get(*column).is_some_and(|column| column.align == Align::Short);
        match class {
            "" if is_short && cell.detail.is_empty() && cell.text.chars().count() <= WORD_LENGTH_MAX => "k",
            "" if cell.detail.is_empty() && cell.text.chars().count() <= KEPT_LENGTH_MAX => "k",
            class => class,
        }
    }

    /// Spaces of the width of what a number lacks behind its separator, so that separators stand in line.
    fn padding(&self, cell: &Cell, column: &usize, columns: &[Column]) -> String {
        let is_decimal = columns.get(*column).is_some_and(|column| column.align == Align::Decimal);
        let longest = self.fractions.get(*column).copied().unwrap_or_default();
        let own = fraction_length(&cell.text, self.language);
        if !is_decimal || own >= longest || !cell.text.ends_with(|last: char| last.is_ascii_digit()) {
            return String::new();
        }
        let mut padding = String::new();
        let mut missing = longest - own;
        if own == 0 {
            // U+2008 is as wide as a comma or a point, U+2007 as a digit.
            padding.push('\u{2008}');
            missing -= 1;
        }
        padding.extend(std::iter::repeat_n('\u{2007}', missing));
        padding
    }
}

/// A longer word than this would push a table off the page.
const WORD_LENGTH_MAX: usize = 28;

/// A cell no longer than this does not wrap.
const KEPT_LENGTH_MAX: usize = 12;

fn blocks(blocks: &[Block], language: Language) -> Result<String, RenderError> {
    let mut out = String::new();
    for block in blocks {
        let (left, right) = match block {
            Block::Columns(left, right) => (self::blocks(left, language)?, self::blocks(right, language)?),
            _ => Default::default(),
        };
        let grid = match block {
            Block::Table(table) => Grid::of(table, language),
            _ => Grid::default(),
        };
        BlockTemplate { block, left, right, grid }.render_into(&mut out).map_err(failed)?;
    }
    Ok(out)
}

/// A title in both languages with its slash beside the first word, so that none stands on a line alone.
fn stuck(title: &str) -> std::borrow::Cow<'_, str> {
    match title.contains(" / ") {
        true => title.replace(" / ", "\u{a0}/ ").into(),
        false => title.into(),
    }
}

fn hex([red, green, blue]: [u8; 3]) -> String {
    format!("#{red:02x}{green:02x}{blue:02x}")
}

fn failed(_: askama::Error) -> RenderError {
    RenderError::Internal("a template failed")
}

const fn align_class(align: &Align) -> &'static str {
    match align {
        Align::Start | Align::Short => "",
        Align::End | Align::Decimal => "n",
    }
}

const fn row_class(row: &Row) -> &'static str {
    match row.weight {
        _ if row.is_group => "group",
        Weight::Quiet => "quiet",
        Weight::Plain => "",
        Weight::Strong | Weight::Grand => "strong",
    }
}

const fn weight_class(weight: &Weight) -> &'static str {
    match weight {
        Weight::Quiet | Weight::Plain => "",
        Weight::Strong => "strong",
        Weight::Grand => "grand",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimal_separators_stand_in_line() {
        let column = |align| Column { title: String::new(), align };
        let cells = ["1,5", "12", "0,125", "zw"].map(Cell::new);
        let rows = cells.iter().map(|cell| Row { cells: vec![cell.clone()], ..Row::default() }).collect();
        let table = Table { columns: vec![column(Align::Decimal)], rows, sums: Vec::new() };
        let grid = Grid::of(&table, Language::Pl);
        let padding = cells.map(|cell| grid.padding(&cell, &0, &table.columns));
        assert_eq!(padding, ["\u{2007}\u{2007}", "\u{2008}\u{2007}\u{2007}\u{2007}", "", ""]);
        assert_eq!(grid.padding(&Cell::new("1"), &0, &[column(Align::End)]), "");
    }
}
