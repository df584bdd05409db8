//! What the layout is made of: pieces of a page with their drawing operations, and stacks of lines that become pieces.

use std::rc::Rc;

use super::face::{Face, FaceKind};
use super::tags::Tag;
use super::wrap::wrap;

/// An indivisible part of a page. Positions are in points from its upper left corner, y downwards.
#[derive(Debug, Clone, Default)]
pub(super) struct Piece<'t> {
    /// White space above, dropped at the top of a page.
    pub(super) gap: f32,
    pub(super) height: f32,
    /// Must stand on the same page as the next piece.
    pub(super) keeps_next: bool,
    /// Drawn again above this piece when it begins a page: the head of its table.
    pub(super) repeat: Option<Rc<Piece<'t>>>,
    pub(super) operations: Vec<Operation<'t>>,
    /// A title that readers jump to from the list of bookmarks, with its level from 1 on.
    pub(super) bookmark: Option<(u8, &'t str)>,
}

/// A drawing operation.
#[derive(Debug, Clone)]
pub(super) enum Operation<'t> {
    /// Text with its baseline at y.
    Text { x: f32, y: f32, style: Style, text: &'t str, tag: Tag },
    /// A filled rectangle.
    Fill { x: f32, y: f32, width: f32, height: f32, color: Color },
    /// A verification code of `side` points with its quiet zone: a picture within a link to its address.
    Code { x: f32, y: f32, side: f32, code: &'t crate::model::Code, link: Tag, figure: Tag },
    /// The company's mark.
    Logo { x: f32, y: f32, width: f32, height: f32, tag: Tag },
}

impl Operation<'_> {
    /// The same operation elsewhere.
    pub(super) fn shifted(mut self, by_x: f32, by_y: f32) -> Self {
        let (Self::Text { x, y, .. }
        | Self::Fill { x, y, .. }
        | Self::Code { x, y, .. }
        | Self::Logo { x, y, .. }) = &mut self;
        *x += by_x;
        *y += by_y;
        self
    }
}

/// How text looks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Style {
    pub(super) face: FaceKind,
    pub(super) size: f32,
    pub(super) color: Color,
}

impl Style {
    pub(super) const fn new(face: FaceKind, size: f32, color: Color) -> Self {
        Self { face, size, color }
    }

    /// Distance from one baseline to the next.
    pub(super) fn leading(self) -> f32 {
        self.size * 1.36
    }
}

/// The colours of the layout: ink on white, one accent, greys that print.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Color {
    Ink,
    Quiet,
    Accent,
    Rule,
    Tint,
    AccentTint,
}

impl Color {
    /// Red, green and blue, 0 to 255; `accent` is the company's colour.
    pub(super) fn rgb(self, accent: [u8; 3]) -> [u8; 3] {
        match self {
            Self::Ink => [0x1b, 0x21, 0x2c],
            Self::Quiet => [0x5d, 0x66, 0x75],
            Self::Accent => accent,
            Self::Rule => [0xd5, 0xda, 0xe1],
            Self::Tint => [0xf4, 0xf6, 0xf8],
            Self::AccentTint => accent.map(|part| 255 - (255 - part) / 11),
        }
    }
}

/// The two faces of a layout run.
#[derive(Clone, Copy)]
pub(super) struct Faces {
    pub(super) regular: &'static Face,
    pub(super) bold: &'static Face,
}

impl Faces {
    pub(super) fn of(self, style: Style) -> &'static Face {
        match style.face {
            FaceKind::Regular => self.regular,
            FaceKind::Bold => self.bold,
        }
    }

    pub(super) fn measure(self, text: &str, style: Style) -> f32 {
        self.of(style).measure(text, style.size)
    }
}

/// Lines one under the other, before they are cut into pieces.
#[derive(Debug, Clone, Default)]
pub(super) struct Stack<'t> {
    pub(super) lines: Vec<StackLine<'t>>,
    /// What the texts that are added next are.
    pub(super) tag: Tag,
}

/// A line of a stack: up to two texts on one baseline.
#[derive(Debug, Clone)]
pub(super) struct StackLine<'t> {
    pub(super) height: f32,
    baseline: f32,
    spans: [Option<(f32, Style, &'t str, Tag)>; 2],
}

impl<'t> Stack<'t> {
    /// Adds white space.
    pub(super) fn space(&mut self, height: f32) {
        self.lines.push(StackLine { height, baseline: 0.0, spans: [None, None] });
    }

    /// Adds a line with one text at `x`.
    pub(super) fn line(&mut self, x: f32, style: Style, text: &'t str) {
        self.lines.push(StackLine {
            height: style.leading(),
            baseline: style.size * 1.07,
            spans: [Some((x, style, text, self.tag)), None],
        });
    }

    /// Adds a text broken into lines of `width`, beginning at `x`.
    pub(super) fn text(&mut self, faces: Faces, x: f32, width: f32, style: Style, text: &'t str) {
        for line in wrap(faces.of(style), text, style.size, width) {
            self.line(x, style, line);
        }
    }

    /// Adds a label with its value beside it; the value wraps under itself.
    pub(super) fn labelled(
        &mut self,
        faces: Faces,
        width: f32,
        label: (&'t str, Style, Tag),
        values: impl Iterator<Item = &'t str>,
        value: (Style, Tag),
    ) {
        let (text, label_style, label_tag) = label;
        let (style, tag) = value;
        let indent = match text {
            "" => 0.0,
            text => faces.measure(text, label_style) + style.size * 0.6,
        };
        if indent > width * 0.6 {
            self.tag = label_tag;
            self.text(faces, 0.0, width, label_style, text);
            self.tag = tag;
            values.for_each(|value| self.text(faces, 0.0, width, style, value));
            return;
        }
        self.tag = tag;
        let first = self.lines.len();
        for value in values {
            self.text(faces, indent, width - indent, style, value);
        }
        match self.lines.get_mut(first) {
            Some(line) if !text.is_empty() => line.spans[1] = Some((0.0, label_style, text, label_tag)),
            _ => {}
        }
    }

    /// Height of all lines.
    pub(super) fn height(&self) -> f32 {
        self.lines.iter().map(|line| line.height).sum()
    }
}

/// Sets stacks side by side, each at its x, cut into pieces no higher than `height_max` plus `padding` above and below.
pub(super) fn side_by_side<'t>(stacks: &[(f32, Stack<'t>)], padding: f32, height_max: f32) -> Vec<Piece<'t>> {
    let mut next = vec![0; stacks.len()];
    let mut pieces = Vec::new();
    loop {
        let mut piece = Piece::default();
        let mut is_done = true;
        for ((x, stack), next) in stacks.iter().zip(&mut next) {
            let mut y = padding;
            for line in &stack.lines[*next..] {
                // The first line goes in however high it is, so that every round gets on.
                if y + line.height > height_max + padding && y > padding {
                    is_done = false;
                    break;
                }
                // The label stands first in reading order.
                for (offset, style, text, tag) in line.spans.iter().rev().flatten().copied() {
                    let (x, y) = (x + offset, y + line.baseline);
                    piece.operations.push(Operation::Text { x, y, style, text, tag });
                }
                y += line.height;
                *next += 1;
            }
            piece.height = piece.height.max(y + padding);
        }
        pieces.push(piece);
        if is_done {
            return pieces;
        }
    }
}
