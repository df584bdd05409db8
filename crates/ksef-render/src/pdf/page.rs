//! Pages: where pieces go, and drawing them.

use std::rc::Rc;

use pdf_writer::{Content, Rect, Str};

use super::face::FaceKind;
use super::font_use::FontUse;
use super::piece::{Color, Faces, Operation, Piece, Style};
use crate::qr::QUIET_ZONE;

/// A4 in points.
pub(super) const PAGE_WIDTH: f32 = 595.28;
pub(super) const PAGE_HEIGHT: f32 = 841.89;

const MARGIN_X: f32 = 45.0;
const MARGIN_TOP: f32 = 42.0;
const MARGIN_BOTTOM: f32 = 54.0;

/// Where the foot's baseline stands, from the lower edge.
const FOOT_Y: f32 = 30.0;

/// Width and height between the margins.
pub(super) const CONTENT_WIDTH: f32 = PAGE_WIDTH - 2.0 * MARGIN_X;
pub(super) const CONTENT_HEIGHT: f32 = PAGE_HEIGHT - MARGIN_TOP - MARGIN_BOTTOM;

/// A finished page: its drawing operations and links.
pub(super) struct Page {
    pub(super) content: Vec<u8>,
    pub(super) links: Vec<(Rect, String)>,
}

/// A piece on a page, with the height at which it begins.
struct Placed<'p, 't> {
    y: f32,
    piece: &'p Piece<'t>,
}

/// Puts pieces on pages: in order, keeping together what must be, and the heads of tables above their rows.
fn place<'p, 't>(pieces: &'p [Piece<'t>]) -> Vec<Vec<Placed<'p, 't>>> {
    let mut pages = vec![Vec::new()];
    let mut y = 0.0f32;
    let mut index = 0;
    while index < pieces.len() {
        let chain = pieces[index..].iter().position(|piece| !piece.keeps_next).map_or(1, |length| length + 1);
        let chain = &pieces[index..index + chain];
        let gap = |piece: &Piece<'_>, y: f32| if y > 0.0 { piece.gap } else { 0.0 };
        let height: f32 = chain.iter().map(|piece| piece.gap + piece.height).sum();
        let first = &pieces[index];
        let needed = if height <= CONTENT_HEIGHT * 0.9 { height } else { first.gap + first.height };
        if y > 0.0 && y + needed > CONTENT_HEIGHT {
            pages.push(Vec::new());
            y = 0.0;
        }
        let count = if needed < height { 1 } else { chain.len() };
        for piece in &chain[..count] {
            let page = pages.last_mut().expect("there is a page from the beginning on");
            if let (true, Some(head)) = (page.is_empty(), &piece.repeat) {
                let head: &Piece<'_> = Rc::as_ref(head);
                page.push(Placed { y, piece: head });
                y += head.height;
            }
            y += gap(piece, y);
            page.push(Placed { y, piece });
            y += piece.height;
        }
        index += count;
    }
    pages
}

/// Draws pieces on pages with a foot: `title` at the left, `page_of` (`strona`, `z`) with the count at the right.
pub(super) fn draw(
    pieces: &[Piece<'_>],
    title: &str,
    page_of: (&str, &str),
    faces: Faces,
    fonts: &mut [FontUse; 2],
) -> Vec<Page> {
    let placed = place(pieces);
    let count = placed.len();
    placed
        .iter()
        .enumerate()
        .map(|(position, placed)| {
            let mut pen = Pen { content: Content::new(), links: Vec::new(), fonts, style: None, fill: None };
            for Placed { y, piece } in placed {
                for operation in &piece.operations {
                    pen.operation(operation, *y);
                }
            }
            let foot = format!("{} {} {} {count}", page_of.0, position + 1, page_of.1);
            pen.foot(title, &foot, faces);
            Page { content: pen.content.finish().into_vec(), links: pen.links }
        })
        .collect()
}

/// Writes a page, remembering what is set so that it is not set again.
struct Pen<'f> {
    content: Content,
    links: Vec<(Rect, String)>,
    fonts: &'f mut [FontUse; 2],
    style: Option<(FaceKind, f32)>,
    fill: Option<Color>,
}

impl Pen<'_> {
    fn operation(&mut self, operation: &Operation<'_>, top: f32) {
        let left = MARGIN_X;
        let top = PAGE_HEIGHT - MARGIN_TOP - top;
        match operation {
            Operation::Text { x, y, style, text } => self.text(left + x, top - y, *style, text),
            Operation::Fill { x, y, width, height, color } => {
                self.color(*color);
                self.content.rect(left + x, top - y - height, *width, *height).fill_nonzero();
            }
            Operation::Code { x, y, side, code } => {
                let module = side / (code.modules.width + 2 * QUIET_ZONE) as f32;
                let (left, top) = (left + x, top - y);
                self.content.save_state().set_fill_rgb(0.0, 0.0, 0.0);
                for (x, y, length) in code.modules.runs() {
                    let x = left + (x + QUIET_ZONE) as f32 * module;
                    // A hair more height closes the seams that viewers draw between rows.
                    let y = top - (y + QUIET_ZONE + 1) as f32 * module;
                    self.content.rect(x, y, length as f32 * module, module * 1.02);
                }
                self.content.fill_nonzero().restore_state();
                self.links.push((Rect::new(left, top - side, left + side, top), code.url.clone()));
            }
        }
    }

    fn color(&mut self, color: Color) {
        if self.fill != Some(color) {
            let [red, green, blue] = color.rgb();
            self.content.set_fill_rgb(red, green, blue);
            self.fill = Some(color);
        }
    }

    fn text(&mut self, x: f32, y: f32, style: Style, text: &str) {
        if text.is_empty() {
            return;
        }
        self.color(style.color);
        let font = &mut self.fonts[usize::from(style.face == FaceKind::Bold)];
        let encoded = font.encode(text);
        let name = font.resource();
        self.content.begin_text();
        if self.style != Some((style.face, style.size)) {
            self.content.set_font(name, style.size);
            self.style = Some((style.face, style.size));
        }
        self.content.next_line(x, y).show(Str(&encoded)).end_text();
    }

    fn foot(&mut self, title: &str, page: &str, faces: Faces) {
        let style = Style::new(FaceKind::Regular, 7.0, Color::Quiet);
        self.color(Color::Rule);
        self.content.rect(MARGIN_X, FOOT_Y + 11.0, CONTENT_WIDTH, 0.4).fill_nonzero();
        let page_width = faces.measure(page, style);
        let room = CONTENT_WIDTH - page_width - 20.0;
        let mut shown = title.to_owned();
        if faces.measure(title, style) > room {
            // The whole title stands at the top of the first page.
            while faces.measure(&shown, style) > room - 8.0 && shown.pop().is_some() {}
            shown.push('…');
        }
        self.text(MARGIN_X, FOOT_Y, style, &shown);
        self.text(MARGIN_X + CONTENT_WIDTH - page_width, FOOT_Y, style, page);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(heights: &[(f32, bool)]) -> Vec<Piece<'static>> {
        let head = Rc::new(Piece { height: 20.0, ..Piece::default() });
        let piece = |(height, keeps_next): &(f32, bool)| Piece {
            height: *height,
            keeps_next: *keeps_next,
            repeat: Some(Rc::clone(&head)),
            ..Piece::default()
        };
        heights.iter().map(piece).collect()
    }

    fn counts(pieces: &[Piece<'_>]) -> Vec<usize> {
        place(pieces).iter().map(Vec::len).collect()
    }

    #[test]
    fn what_belongs_together_moves_together_and_heads_repeat() {
        let most = CONTENT_HEIGHT - 30.0;
        assert_eq!(counts(&pieces(&[(most - 20.0, false), (20.0, false)])), [3]);
        // The second piece would fit, but not with the third that it keeps.
        assert_eq!(counts(&pieces(&[(most - 20.0, false), (20.0, true), (20.0, false)])), [2, 3]);
        // A chain too long for a page is cut rather than lost.
        assert_eq!(counts(&pieces(&[(400.0, true), (400.0, true), (400.0, false)])).len(), 3);
        assert_eq!(place(&[]).len(), 1, "a document has a page");
    }
}
