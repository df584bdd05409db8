//! Blocks of the model as pieces of a page: where this layout's look is decided.

use super::face::FaceKind;
use super::page::CONTENT_HEIGHT;
use super::piece::{Color, Faces, Operation, Piece, Stack, Style, side_by_side};
use super::table;
use super::tags::{Role, Tag, Tags};
use crate::Language;
use crate::model::{AmountLine, Block, Document, Fact, Heading, PartyBox, Weight};

const BODY: Style = Style::new(FaceKind::Regular, 8.5, Color::Ink);
const STRONG: Style = Style::new(FaceKind::Bold, 8.5, Color::Ink);
const LABEL: Style = Style::new(FaceKind::Regular, 8.0, Color::Quiet);
const CAPTION: Style = Style::new(FaceKind::Regular, 7.0, Color::Quiet);
const SECTION: Style = Style::new(FaceKind::Bold, 10.0, Color::Accent);
const SUBSECTION: Style = Style::new(FaceKind::Bold, 8.8, Color::Ink);
const KIND: Style = Style::new(FaceKind::Bold, 11.0, Color::Accent);
const NAME: Style = Style::new(FaceKind::Bold, 10.0, Color::Ink);
const GRAND: Style = Style::new(FaceKind::Bold, 13.0, Color::Accent);
const FINE: Style = Style::new(FaceKind::Regular, 6.6, Color::Quiet);

/// Space between two columns of a page.
const GUTTER: f32 = 22.0;

/// Width of the column of one code, and of each of two beside each other.
const CODE_COLUMN: f32 = 128.0;
const CODE_COLUMN_OF_TWO: f32 = 114.0;

/// Side of a code with its quiet zone, by its modules: 34 mm, which a phone reads from arm's length, and the whole
/// column for those with a signature, so that their modules can still be told apart.
const fn code_side(modules: usize) -> f32 {
    if modules <= 53 { 96.0 } else { CODE_COLUMN_OF_TWO }
}

/// Largest size of the company's mark.
const LOGO_WIDTH_MAX: f32 = 170.0;
const LOGO_HEIGHT_MAX: f32 = 44.0;

/// Highest piece of a stack that may be cut.
const PIECE_HEIGHT_MAX: f32 = 500.0;

/// What laying out needs besides the block, and the tree of elements that grows meanwhile.
pub(super) struct Layout {
    pub(super) faces: Faces,
    pub(super) language: Language,
    pub(super) tags: Tags,
}

impl Layout {
    /// Lays out a whole document of a width.
    pub(super) fn document<'t>(&mut self, document: &'t Document, width: f32) -> Vec<Piece<'t>> {
        let mut pieces = Vec::new();
        if let Some(logo) = &document.logo {
            let scale = (LOGO_WIDTH_MAX / logo.width as f32).min(LOGO_HEIGHT_MAX / logo.height as f32);
            let (width, height) = (logo.width as f32 * scale, logo.height as f32 * scale);
            let tag = self.tags.leaf(Role::Figure);
            let operations = vec![Operation::Logo { x: 0.0, y: 0.0, width, height, tag }];
            pieces.push(Piece { height: height + 12.0, keeps_next: true, operations, ..Piece::default() });
        }
        pieces.extend(self.heading(&document.heading, width));
        for (position, block) in document.blocks.iter().enumerate() {
            let before = pieces.len();
            self.block(block, width, &mut pieces);
            // What comes without a title needs air of its own.
            let above = position.checked_sub(1).and_then(|above| document.blocks.get(above));
            if let (
                Some(Block::Parties(_) | Block::Amounts(_)),
                Block::Amounts(_) | Block::Text(_),
                Some(first),
            ) = (above, block, pieces.get_mut(before))
            {
                first.gap += 9.0;
            }
            // A note above a table belongs to it.
            if let (Block::Text(_), Some(Block::Table(_)), Some(last)) =
                (block, document.blocks.get(position + 1), pieces.last_mut())
            {
                last.keeps_next = true;
            }
        }
        pieces
    }

    fn block<'t>(&mut self, block: &'t Block, width: f32, pieces: &mut Vec<Piece<'t>>) {
        match block {
            Block::Title { level, text } => pieces.extend(self.title(*level, text, width)),
            Block::Parties(parties) => pieces.extend(self.parties(parties, width)),
            Block::Facts(facts) => pieces.extend(self.facts(facts, width)),
            Block::Table(table) => {
                let mut laid = table::pieces(table, width, self);
                if let Some(first) = laid.first_mut() {
                    first.gap = 2.0;
                }
                if let Some(last) = laid.last_mut() {
                    last.height += 4.0;
                }
                pieces.extend(laid);
            }
            Block::Text(paragraphs) => {
                for paragraph in paragraphs {
                    let mut stack = Stack { tag: self.tags.leaf(Role::Paragraph), ..Stack::default() };
                    stack.text(self.faces, 0.0, width, BODY, paragraph);
                    pieces.extend(side_by_side(&[(0.0, stack)], 1.5, PIECE_HEIGHT_MAX));
                }
            }
            Block::Notices(notices) => pieces.extend(self.notices(notices, width)),
            Block::Amounts(amounts) => pieces.extend(self.amounts(amounts, width)),
            Block::Columns(left, right) => self.columns(left, right, width, pieces),
            Block::Small(facts) => pieces.extend(self.small(facts, width)),
        }
    }

    fn heading<'t>(&mut self, heading: &'t Heading, width: f32) -> Vec<Piece<'t>> {
        let faces = self.faces;
        let column = if heading.codes.len() > 1 { CODE_COLUMN_OF_TWO } else { CODE_COLUMN };
        let text_width = match heading.codes.len() {
            0 => width,
            count => width - column * count as f32 - GUTTER,
        };
        let mut left = Stack { tag: self.tags.leaf(Role::Paragraph), ..Stack::default() };
        left.text(faces, 0.0, text_width, KIND, &heading.kind);
        // A number of 256 characters is possible; it shall not fill the page.
        let size = if heading.number.chars().count() > 28 { 12.0 } else { 20.0 };
        let number = Style::new(FaceKind::Bold, size, Color::Ink);
        left.tag = self.tags.leaf(Role::Heading(1));
        left.text(faces, 0.0, text_width, number, &heading.number);
        left.space(4.0);
        let ksef = &heading.ksef;
        let tag = self.tags.leaf(Role::Paragraph);
        let lines = ksef.lines.iter().map(String::as_str);
        left.labelled(faces, text_width, (&ksef.label, LABEL, tag), lines, (BODY, tag));
        left.space(8.0);
        // Short facts stand in a grid, label above value; long ones on lines of their own.
        let cell = (text_width - GUTTER) / 2.0;
        let is_short = |fact: &&Fact| {
            fact.lines.iter().all(|line| faces.measure(line, STRONG) <= cell)
                && faces.measure(&fact.label, CAPTION) <= cell
        };
        let (short, long): (Vec<_>, Vec<_>) = heading.facts.iter().partition(is_short);
        let mut grid = [Stack::default(), Stack::default()];
        if !short.is_empty() {
            self.tags.open(Role::List);
        }
        for (position, fact) in short.iter().enumerate() {
            let stack = &mut grid[position % 2];
            self.tags.open(Role::Item);
            stack.tag = self.tags.leaf(Role::Label);
            stack.text(faces, 0.0, cell, CAPTION, &fact.label);
            stack.tag = self.tags.leaf(Role::Body);
            for line in &fact.lines {
                stack.text(faces, 0.0, cell, STRONG, line);
            }
            stack.space(4.0);
            self.tags.close();
        }
        if !short.is_empty() {
            self.tags.close();
        }
        let mut stacks = vec![(0.0, left)];
        let above = stacks[0].1.height();
        let [first, second] = grid;
        if !second.lines.is_empty() {
            let mut shifted = Stack::default();
            shifted.space(above);
            shifted.lines.extend(second.lines);
            stacks.push((cell + GUTTER, shifted));
        }
        stacks[0].1.lines.extend(first.lines);
        let mut codes = Vec::new();
        for (position, code) in heading.codes.iter().enumerate() {
            let side = code_side(code.modules.width).min(column);
            let left = width - column * (heading.codes.len() - position) as f32;
            let (x, y) = (left + (column - side) / 2.0, 0.0);
            let link = self.tags.open(Role::Link);
            let figure = self.tags.leaf(Role::Figure);
            self.tags.close();
            codes.push(Operation::Code { x, y, side, code, link, figure });
            let mut stack = Stack::default();
            stack.space(side);
            // A KSeF number keeps to one line in either column.
            let size = if heading.codes.len() > 1 { 5.6 } else { 6.2 };
            let small = Style::new(FaceKind::Regular, size, Color::Ink);
            for (text, style) in [(&code.caption, small), (&code.label, FINE)] {
                stack.tag = self.tags.leaf(Role::Paragraph);
                for line in super::wrap::wrap(faces.of(style), text, style.size, column) {
                    stack.line(((column - faces.measure(line, style)) / 2.0).max(0.0), style, line);
                }
            }
            stacks.push((left, stack));
        }
        let mut pieces = side_by_side(&stacks, 0.0, PIECE_HEIGHT_MAX);
        if let Some(piece) = pieces.first_mut() {
            piece.operations.extend(codes);
        }
        if !long.is_empty() {
            self.tags.open(Role::List);
            for fact in long {
                pieces.extend(self.fact(fact, width));
            }
            self.tags.close();
        }
        pieces
    }

    fn title<'t>(&mut self, level: u8, text: &'t str, width: f32) -> Vec<Piece<'t>> {
        let (style, gap) = if level == 1 { (SECTION, 12.0) } else { (SUBSECTION, 9.0) };
        let mut stack = Stack { tag: self.tags.leaf(Role::Heading(level + 1)), ..Stack::default() };
        stack.text(self.faces, 0.0, width, style, text);
        let mut pieces = side_by_side(&[(0.0, stack)], 1.5, PIECE_HEIGHT_MAX);
        for piece in &mut pieces {
            piece.keeps_next = true;
        }
        if let Some(first) = pieces.first_mut() {
            first.gap = gap;
            first.bookmark = Some((level, text));
        }
        pieces
    }

    fn parties<'t>(&mut self, parties: &'t [PartyBox], width: f32) -> Vec<Piece<'t>> {
        let column = (width - GUTTER) / 2.0;
        let mut pieces = Vec::new();
        for pair in parties.chunks(2) {
            let stacks: Vec<_> = pair
                .iter()
                .enumerate()
                .map(|(position, party)| ((column + GUTTER) * position as f32, self.party(party, column)))
                .collect();
            let mut parts = side_by_side(&stacks, 5.0, PIECE_HEIGHT_MAX);
            if let Some(first) = parts.first_mut() {
                first.gap = 5.0;
                for (x, _) in &stacks {
                    let rule =
                        Operation::Fill { x: *x, y: 0.0, width: column, height: 1.2, color: Color::Accent };
                    first.operations.insert(0, rule);
                }
            }
            pieces.extend(parts);
        }
        pieces
    }

    fn party<'t>(&mut self, party: &'t PartyBox, width: f32) -> Stack<'t> {
        let faces = self.faces;
        self.tags.open(Role::Division);
        let mut stack = Stack { tag: self.tags.leaf(Role::Paragraph), ..Stack::default() };
        stack.text(faces, 0.0, width, LABEL, &party.role);
        if !party.name.is_empty() {
            stack.tag = self.tags.leaf(Role::Paragraph);
            stack.text(faces, 0.0, width, NAME, &party.name);
        }
        if !party.address.is_empty() {
            stack.tag = self.tags.leaf(Role::Paragraph);
        }
        for line in &party.address {
            stack.text(faces, 0.0, width, BODY, line);
        }
        if !party.facts.is_empty() {
            stack.space(2.5);
            self.tags.open(Role::List);
            for fact in &party.facts {
                self.labelled(&mut stack, fact, width, (LABEL, BODY));
            }
            self.tags.close();
        }
        self.tags.close();
        stack
    }

    /// A fact as an item of the open list: label and value on one line, in these styles.
    fn labelled<'t>(&mut self, stack: &mut Stack<'t>, fact: &'t Fact, width: f32, styles: (Style, Style)) {
        self.tags.open(Role::Item);
        let label = if fact.label.is_empty() { Tag::NONE } else { self.tags.leaf(Role::Label) };
        let body = self.tags.leaf(Role::Body);
        let lines = fact.lines.iter().map(String::as_str);
        stack.labelled(self.faces, width, (&fact.label, styles.0, label), lines, (styles.1, body));
        self.tags.close();
    }

    fn facts<'t>(&mut self, facts: &'t [Fact], width: f32) -> Vec<Piece<'t>> {
        let column = (width - GUTTER) / 2.0;
        let fits = |fact: &Fact| {
            let value = fact.lines.iter().map(|line| self.faces.measure(line, BODY)).fold(0.0, f32::max);
            value <= column * 0.58 && self.faces.measure(&fact.label, LABEL) <= column * 0.40
        };
        // Many short facts on the full width stand in two columns.
        let in_pairs = width > 400.0 && facts.len() > 3 && facts.iter().all(fits);
        self.tags.open(Role::List);
        let mut pieces = Vec::new();
        if in_pairs {
            for pair in facts.chunks(2) {
                let mut stacks = Vec::new();
                for (position, fact) in pair.iter().enumerate() {
                    let x = (column + GUTTER) * position as f32;
                    stacks.extend(self.fact_stacks(fact, x, column, 0.42));
                }
                pieces.extend(side_by_side(&stacks, 1.2, PIECE_HEIGHT_MAX));
            }
        } else {
            for fact in facts {
                pieces.extend(self.fact(fact, width));
            }
        }
        self.tags.close();
        // None alone under its title, none alone on the next page.
        let count = pieces.len();
        for position in [0, count.saturating_sub(2)].into_iter().filter(|position| position + 1 < count) {
            pieces[position].keeps_next = true;
        }
        pieces
    }

    fn fact<'t>(&mut self, fact: &'t Fact, width: f32) -> Vec<Piece<'t>> {
        let share = if width > 400.0 { 0.30 } else { 0.345 };
        side_by_side(&self.fact_stacks(fact, 0.0, width, share), 1.2, PIECE_HEIGHT_MAX)
    }

    /// Label and value side by side as an item of the open list; the label takes `share` of the width.
    fn fact_stacks<'t>(&mut self, fact: &'t Fact, x: f32, width: f32, share: f32) -> Vec<(f32, Stack<'t>)> {
        let faces = self.faces;
        self.tags.open(Role::Item);
        let mut stacks = Vec::new();
        let (mut value_x, mut value_width) = (x, width);
        if !fact.label.is_empty() {
            let mut label = Stack { tag: self.tags.leaf(Role::Label), ..Stack::default() };
            // The smaller label stands on the baseline of its value.
            label.space((BODY.size - LABEL.size) * 1.07);
            label.text(faces, 0.0, width * share - 6.0, LABEL, &fact.label);
            stacks.push((x, label));
            (value_x, value_width) = (x + width * share, width * (1.0 - share));
        }
        let mut value = Stack { tag: self.tags.leaf(Role::Body), ..Stack::default() };
        for line in &fact.lines {
            value.text(faces, 0.0, value_width, BODY, line);
        }
        stacks.push((value_x, value));
        self.tags.close();
        stacks
    }

    fn notices<'t>(&mut self, notices: &'t [String], width: f32) -> Vec<Piece<'t>> {
        let mut pieces = Vec::new();
        self.tags.open(Role::List);
        for notice in notices {
            self.tags.open(Role::Item);
            let mut stack = Stack { tag: self.tags.leaf(Role::Body), ..Stack::default() };
            self.tags.close();
            stack.text(self.faces, 0.0, width - 10.0, STRONG, notice);
            for mut piece in side_by_side(&[(10.0, stack)], 2.0, PIECE_HEIGHT_MAX) {
                let height = piece.height - 2.0;
                let bar = Operation::Fill { x: 0.0, y: 1.0, width: 2.0, height, color: Color::Accent };
                piece.operations.insert(0, bar);
                pieces.push(piece);
            }
        }
        self.tags.close();
        pieces
    }

    fn amounts<'t>(&mut self, amounts: &'t [AmountLine], width: f32) -> Vec<Piece<'t>> {
        let mut pieces = Vec::new();
        self.tags.open(Role::List);
        for line in amounts {
            let (label, amount, padding) = match line.weight {
                Weight::Grand => (STRONG, GRAND, 6.5),
                Weight::Strong => (STRONG, STRONG, 3.0),
                Weight::Plain | Weight::Quiet => (LABEL, BODY, 2.0),
            };
            let inset = 6.0;
            let amount_width = self.faces.measure(&line.amount, amount).min(width * 0.6);
            let label_width = (width - amount_width - 2.0 * inset - 10.0).max(width * 0.25);
            self.tags.open(Role::Item);
            let mut left = Stack { tag: self.tags.leaf(Role::Label), ..Stack::default() };
            let mut right = Stack { tag: self.tags.leaf(Role::Body), ..Stack::default() };
            self.tags.close();
            // The baselines of a small label and a large amount meet.
            let drop = (amount.size - label.size) * 1.07;
            if drop > 0.0 {
                left.space(drop);
            }
            left.text(self.faces, 0.0, label_width, label, &line.label);
            right.text(self.faces, 0.0, amount_width + 0.1, amount, &line.amount);
            let stacks = [(inset, left), (width - inset - amount_width, right)];
            let mut parts = side_by_side(&stacks, padding, PIECE_HEIGHT_MAX);
            for piece in &mut parts {
                piece.keeps_next = true;
                if line.weight == Weight::Grand {
                    let height = piece.height;
                    let fill = Operation::Fill { x: 0.0, y: 0.0, width, height, color: Color::AccentTint };
                    piece.operations.insert(0, fill);
                }
            }
            if let Some(first) = parts.first_mut() {
                first.gap = if line.weight == Weight::Grand { 5.0 } else { 1.0 };
            }
            pieces.extend(parts);
        }
        self.tags.close();
        if let Some(last) = pieces.last_mut() {
            last.keeps_next = false;
        }
        pieces
    }

    /// Two stacks side by side as one piece; one after the other when they would not fit a page.
    fn columns<'t>(
        &mut self,
        left: &'t [Block],
        right: &'t [Block],
        width: f32,
        pieces: &mut Vec<Piece<'t>>,
    ) {
        let share = 0.455;
        let left_width = width * share;
        let right_x = left_width + GUTTER;
        let columns = [(left, 0.0, left_width), (right, right_x, width - right_x)];
        let before = self.tags.mark_of_growth();
        let mut merged = Piece::default();
        let mut is_whole = true;
        for (blocks, x, width) in columns {
            let mut parts = Vec::new();
            self.division(blocks, width, &mut parts);
            let mut y = 0.0;
            for (position, part) in parts.into_iter().enumerate() {
                if position == 0 {
                    merged.gap = merged.gap.max(part.gap);
                    merged.bookmark = merged.bookmark.or(part.bookmark);
                } else {
                    y += part.gap;
                }
                merged.operations.extend(part.operations.into_iter().map(|op| op.shifted(x, y)));
                y += part.height;
            }
            merged.height = merged.height.max(y);
            is_whole &= y <= CONTENT_HEIGHT * 0.8;
        }
        if is_whole {
            pieces.push(merged);
            return;
        }
        self.tags.take_back(before);
        for (blocks, _, _) in columns {
            self.division(blocks, width, pieces);
        }
    }

    fn division<'t>(&mut self, blocks: &'t [Block], width: f32, pieces: &mut Vec<Piece<'t>>) {
        if blocks.is_empty() {
            return;
        }
        self.tags.open(Role::Division);
        for block in blocks {
            self.block(block, width, pieces);
        }
        self.tags.close();
    }

    fn small<'t>(&mut self, facts: &'t [Fact], width: f32) -> Vec<Piece<'t>> {
        let mut pieces = Vec::new();
        self.tags.open(Role::List);
        for fact in facts {
            let mut stack = Stack::default();
            let label = Style::new(FaceKind::Bold, FINE.size, FINE.color);
            self.labelled(&mut stack, fact, width, (label, FINE));
            pieces.extend(side_by_side(&[(0.0, stack)], 0.4, PIECE_HEIGHT_MAX));
        }
        self.tags.close();
        if let Some(first) = pieces.first_mut() {
            first.gap = 16.0;
            let rule = Operation::Fill { x: 0.0, y: -5.0, width, height: 0.4, color: Color::Rule };
            first.operations.insert(0, rule);
        }
        let count = pieces.len();
        for piece in pieces.iter_mut().take(count.saturating_sub(1).min(8)) {
            piece.keeps_next = true;
        }
        pieces
    }
}
