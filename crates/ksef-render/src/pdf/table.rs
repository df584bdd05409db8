//! Tables: widths of columns, head, rows.

use std::rc::Rc;

use super::blocks::Layout;
use super::face::FaceKind;
use super::piece::{Color, Faces, Operation, Piece, Stack, Style, side_by_side};
use super::tags::{Role, Tag, Tags};
use super::wrap::{widest_word, wrap};
use crate::format::fraction_length;
use crate::model::{Align, Cell, Column, Row, Table, Weight};
use crate::{Language, model};

/// Space at each side of a cell, and above and below.
const PADDING_X: f32 = 4.0;
const PADDING_Y: f32 = 3.2;

/// Text sizes tried in order until every word fits its column.
const SIZES: [f32; 4] = [8.0, 7.2, 6.4, 5.6];

/// Highest piece of a row: a row beyond is cut, so that any row fits a page with its head.
const ROW_HEIGHT_MAX: f32 = 420.0;

/// A word that takes more than this share of a table is broken, rather than the whole table set smaller for it.
const WORD_SHARE_MAX: f32 = 0.4;

/// A head higher than this is not repeated on every page.
const HEAD_HEIGHT_MAX: f32 = 120.0;

struct Grid<'t> {
    columns: &'t [Column],
    /// Left edge and width of the text of each column.
    spans: Vec<(f32, f32)>,
    /// Room for what follows the decimal separator, in points.
    fractions: Vec<f32>,
    width: f32,
    size: f32,
    faces: Faces,
    language: Language,
}

/// Lays out a table of a width; the first piece is its head.
pub(super) fn pieces<'t>(table: &'t Table, width: f32, layout: &mut Layout) -> Vec<Piece<'t>> {
    let grid = Grid::fit(table, width, layout.faces, layout.language);
    let tags = &mut layout.tags;
    tags.open(Role::Table);
    let mut pieces = grid.head(tags);
    let repeat = match pieces.as_slice() {
        [head] if head.height <= HEAD_HEIGHT_MAX => Some(Rc::new(head.clone())),
        _ => None,
    };
    let count = table.rows.len();
    for (position, row) in table.rows.iter().enumerate() {
        let mut parts = grid.row(row, tags);
        // No row alone under a head, none alone on the last page, no group title at a foot, no sums apart.
        let keeps_next = (position == 0 && count > 1)
            || position + 2 == count
            || row.is_group
            || (position + 1 == count && !table.sums.is_empty());
        if let Some(last) = parts.last_mut() {
            last.keeps_next = keeps_next;
        }
        pieces.extend(parts);
    }
    for (position, row) in table.sums.iter().enumerate() {
        let mut parts = grid.row(row, tags);
        if let Some(last) = parts.last_mut() {
            last.keeps_next = position + 1 < table.sums.len();
        }
        pieces.extend(parts);
    }
    tags.close();
    let head_count = if repeat.is_some() { 1 } else { 0 };
    for piece in pieces.iter_mut().skip(head_count) {
        piece.repeat.clone_from(&repeat);
    }
    pieces
}

impl<'t> Grid<'t> {
    fn fit(table: &'t Table, width: f32, faces: Faces, language: Language) -> Self {
        let columns = table.columns.as_slice();
        let available = (width - 2.0 * PADDING_X * columns.len() as f32).max(1.0);
        let mut widths = Vec::new();
        let mut size = SIZES[0];
        let words = Words::of(table, faces);
        for candidate in SIZES {
            size = candidate;
            let needs = words.needs(size, available);
            let least: f32 = needs.iter().map(|need| need.0).sum();
            widths = distribute(&needs, columns, available);
            if least <= available {
                break;
            }
        }
        let mut x = 0.0;
        let mut spans = Vec::with_capacity(columns.len());
        for text_width in widths {
            spans.push((x + PADDING_X, text_width));
            x += text_width + 2.0 * PADDING_X;
        }
        let digit = faces.regular.measure("0", size);
        let fractions = (0..columns.len())
            .map(|column| {
                let cells = table.rows.iter().filter(|row| !row.is_group).chain(&table.sums);
                let longest = cells
                    .filter_map(|row| row.cells.get(column))
                    .map(|cell| fraction_length(&cell.text, language));
                match longest.max() {
                    Some(length) if columns[column].align == Align::Decimal && length > 0 => {
                        digit * (length - 1) as f32 + faces.regular.measure(",", size)
                    }
                    _ => 0.0,
                }
            })
            .collect();
        Self { columns, spans, fractions, width, size, faces, language }
    }

    fn head(&self, tags: &mut Tags) -> Vec<Piece<'t>> {
        tags.open(Role::Row);
        let style = Style::new(FaceKind::Regular, self.size * TITLE_SCALE, Color::Quiet);
        let mut stacks: Vec<_> = self
            .columns
            .iter()
            .zip(&self.spans)
            .map(|(column, (x, width))| {
                let mut stack = Stack { tag: tags.leaf(Role::HeadCell), ..Stack::default() };
                for line in wrap(self.faces.of(style), &column.title, style.size, *width) {
                    let indent = match column.align {
                        Align::Start | Align::Short => 0.0,
                        Align::End | Align::Decimal => (width - self.faces.measure(line, style)).max(0.0),
                    };
                    stack.line(indent, style, line);
                }
                (*x, stack)
            })
            .collect();
        tags.close();
        // Titles stand on the rule, not under the ceiling.
        let height = stacks.iter().map(|(_, stack)| stack.height()).fold(0.0, f32::max);
        for (_, stack) in &mut stacks {
            let missing = height - stack.height();
            if missing > 0.1 && height < ROW_HEIGHT_MAX {
                let lines = std::mem::take(&mut stack.lines);
                stack.space(missing);
                stack.lines.extend(lines);
            }
        }
        let mut pieces = side_by_side(&stacks, 2.0, ROW_HEIGHT_MAX);
        for piece in &mut pieces {
            piece.keeps_next = true;
        }
        if let Some(last) = pieces.last_mut() {
            last.height += 1.0;
            let y = last.height - 0.8;
            let rule = Operation::Fill { x: 0.0, y, width: self.width, height: 0.8, color: Color::Accent };
            last.operations.insert(0, rule);
        }
        pieces
    }

    fn row(&self, row: &'t Row, tags: &mut Tags) -> Vec<Piece<'t>> {
        let (face, color) = match row.weight {
            Weight::Quiet => (FaceKind::Regular, Color::Quiet),
            Weight::Plain if !row.is_group => (FaceKind::Regular, Color::Ink),
            Weight::Plain | Weight::Strong | Weight::Grand => (FaceKind::Bold, Color::Ink),
        };
        let style = Style::new(face, self.size, color);
        tags.open(Role::Row);
        let stacks: Vec<_> = match (row.is_group, row.cells.first()) {
            (true, Some(cell)) => {
                let tag = tags.spanning(Role::HeadCell, self.columns.len());
                let mut stack = Stack { tag, ..Stack::default() };
                stack.text(self.faces, 0.0, self.width - 2.0 * PADDING_X, style, &cell.text);
                vec![(PADDING_X, stack)]
            }
            _ => (0..self.columns.len())
                .filter_map(|column| {
                    let tag = tags.leaf(Role::Cell);
                    let cell = row.cells.get(column)?;
                    Some((self.spans[column].0, self.cell(cell, column, style, tag)))
                })
                .collect(),
        };
        tags.close();
        let mut pieces = side_by_side(&stacks, PADDING_Y, ROW_HEIGHT_MAX);
        let count = pieces.len();
        for (position, piece) in pieces.iter_mut().enumerate() {
            if position + 1 == count {
                let y = piece.height - 0.4;
                let rule = Operation::Fill { x: 0.0, y, width: self.width, height: 0.4, color: Color::Rule };
                piece.operations.insert(0, rule);
            }
            if row.is_group || row.weight != Weight::Plain {
                let (width, height) = (self.width, piece.height);
                let fill = Operation::Fill { x: 0.0, y: 0.0, width, height, color: Color::Tint };
                piece.operations.insert(0, fill);
            }
        }
        pieces
    }

    fn cell(&self, cell: &'t Cell, column: usize, style: Style, tag: Tag) -> Stack<'t> {
        let (_, width) = self.spans[column];
        let face = self.faces.of(style);
        let mut stack = Stack { tag, ..Stack::default() };
        if !cell.text.is_empty() || cell.detail.is_empty() {
            for line in wrap(face, &cell.text, style.size, width) {
                let text_width = face.measure(line, style.size);
                let indent = match self.columns[column].align {
                    Align::Start | Align::Short => 0.0,
                    Align::End => width - text_width,
                    Align::Decimal => {
                        let fraction = fraction_length(line, self.language);
                        let own = match fraction {
                            0 => 0.0,
                            length => {
                                let digits = face.measure("0", style.size) * (length - 1) as f32;
                                digits + face.measure(",", style.size)
                            }
                        };
                        width - text_width - (self.fractions[column] - own).max(0.0)
                    }
                };
                stack.line(indent.max(0.0), style, line);
            }
        }
        if !cell.detail.is_empty() {
            let style = Style::new(FaceKind::Regular, self.size * DETAIL_SCALE, Color::Quiet);
            stack.text(self.faces, 0.0, width, style, &cell.detail);
        }
        stack
    }
}

/// The widths of a table's texts, measured once for all sizes: a text of size 1 in thousandths of a point.
struct Words {
    columns: Vec<ColumnWords>,
}

/// A text of a [`Align::Short`] column that takes more than this share of a table wraps.
const SHORT_SHARE_MAX: f32 = 0.2;

#[derive(Clone, Copy, Default)]
struct ColumnWords {
    /// Widest word and width of the title, in the size of titles.
    title: (f32, f32),
    /// Widest word and widest text of cells that wrap, widest cell of those that wrap when they are long, and of those that
    /// never do.
    word: f32,
    text: f32,
    short: f32,
    whole: f32,
    /// The same of the small print.
    detail_word: f32,
    detail: f32,
    /// Room on both sides of the decimal separator, wherever the longest of each stands.
    sides: (f32, f32),
}

/// How much smaller titles and small print are than the text of a table.
const TITLE_SCALE: f32 = 0.88;
const DETAIL_SCALE: f32 = 0.84;

impl Words {
    fn of(table: &Table, faces: Faces) -> Self {
        let mut columns: Vec<_> = table
            .columns
            .iter()
            .map(|column| {
                let title = (
                    widest_word(faces.regular, &column.title, TITLE_SCALE),
                    faces.regular.measure(&column.title, TITLE_SCALE),
                );
                ColumnWords { title, ..ColumnWords::default() }
            })
            .collect();
        for row in table.rows.iter().filter(|row| !row.is_group).chain(&table.sums) {
            let face = match row.weight {
                Weight::Strong | Weight::Grand => faces.bold,
                Weight::Quiet | Weight::Plain => faces.regular,
            };
            for ((cell, column), words) in row.cells.iter().zip(&table.columns).zip(&mut columns) {
                let full = face.measure(&cell.text, 1.0);
                match column.align {
                    Align::Start | Align::Short => {
                        // A text that is no wider than the widest word so far has no wider word.
                        if full > words.word {
                            words.word = words.word.max(widest_word(face, &cell.text, 1.0));
                        }
                        words.text = words.text.max(full);
                        if column.align == Align::Short {
                            words.short = words.short.max(full);
                        }
                    }
                    Align::End => words.whole = words.whole.max(full),
                    Align::Decimal => {
                        let whole = cell
                            .text
                            .rfind([',', '.'])
                            .map_or(full, |at| face.measure(&cell.text[..at], 1.0));
                        words.sides = (words.sides.0.max(whole), words.sides.1.max(full - whole));
                    }
                }
                if !cell.detail.is_empty() {
                    let full = faces.regular.measure(&cell.detail, DETAIL_SCALE);
                    if full > words.detail_word {
                        let word = widest_word(faces.regular, &cell.detail, DETAIL_SCALE);
                        words.detail_word = words.detail_word.max(word);
                    }
                    words.detail = words.detail.max(full);
                }
            }
        }
        Self { columns }
    }

    /// Least and full width of each column in points at a size: of its longest word, and of its longest text.
    fn needs(&self, size: f32, available: f32) -> Vec<(f32, f32)> {
        let need = |words: &ColumnWords| {
            let title_word = words.title.0 * size;
            let title = title_word.max(words.title.1 * size * 0.6);
            let short = (words.short * size).min(available * SHORT_SHARE_MAX);
            let word = (words.word.max(words.detail_word) * size).max(short);
            let both = (words.sides.0 + words.sides.1) * size + 0.2;
            let whole = (words.whole * size).max(both);
            // A word of a table may be as long as it likes, but no column takes more than the table for it.
            let least = title_word.max(word.min(available * WORD_SHARE_MAX)).max(whole).min(available);
            let full = title.max(words.text * size).max(words.detail * size * 0.5).max(whole);
            (least, full.min(available * 2.0).max(least))
        };
        self.columns.iter().map(need).collect()
    }
}

/// Widths of the columns: what they need, the rest by how much text they have.
fn distribute(needs: &[(f32, f32)], columns: &[model::Column], available: f32) -> Vec<f32> {
    let least: f32 = needs.iter().map(|need| need.0).sum();
    let full: f32 = needs.iter().map(|need| need.1).sum();
    if full <= available {
        // The columns with the most text get the rest; short ones stay as narrow as they are.
        let texts = || needs.iter().zip(columns).filter(|(_, column)| column.align == Align::Start);
        let widest = texts().map(|(need, _)| need.1).fold(0.0, f32::max);
        let text: f32 = texts().map(|(need, _)| need.1).filter(|width| *width >= widest * 0.7).sum();
        let rest = available - full;
        let share = |need: &(f32, f32), column: &Column| match column.align {
            _ if text <= 0.0 => rest * need.1 / full.max(1.0),
            Align::Start if need.1 >= widest * 0.7 => rest * need.1 / text,
            Align::Start | Align::Short | Align::End | Align::Decimal => 0.0,
        };
        return needs.iter().zip(columns).map(|(need, column)| need.1 + share(need, column)).collect();
    }
    if least <= available {
        let room = (available - least) / (full - least).max(f32::EPSILON);
        return needs.iter().map(|need| need.0 + (need.1 - need.0) * room).collect();
    }
    // Not even the words fit: everybody gives in proportion, and long words break.
    let fair = available / needs.len().max(1) as f32;
    let small: f32 = needs.iter().map(|need| need.0.min(fair)).sum();
    let excess: f32 = needs.iter().map(|need| (need.0 - fair).max(0.0)).sum();
    let room = (available - small) / excess.max(f32::EPSILON);
    needs.iter().map(|need| need.0.min(fair) + (need.0 - fair).max(0.0) * room).collect()
}
