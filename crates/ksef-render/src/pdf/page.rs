//! Pages: where pieces go, and drawing them.

use std::rc::Rc;

use super::face::FaceKind;
use super::file::{hundredths, integer, to_hundredths};
use super::font_use::{Font, FontUse};
use super::piece::{Color, Faces, Operation, Piece, Style};
use super::tags::{Tag, Tags};
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

/// A finished page.
pub(super) struct Page {
    /// Its drawing operations.
    pub(super) content: Vec<u8>,
    pub(super) links: Vec<Link>,
    pub(super) bookmarks: Vec<Bookmark>,
    /// Whether the logo stands on it.
    pub(super) has_logo: bool,
}

/// An area that leads to an address.
pub(super) struct Link {
    /// Left, bottom, right, top in hundredths of a point.
    pub(super) bounds: [i32; 4],
    pub(super) url: String,
    /// What is said of it.
    pub(super) label: String,
    pub(super) tag: Tag,
}

/// A title with its height on the page, in points from the lower edge.
pub(super) struct Bookmark {
    pub(super) level: u8,
    pub(super) title: String,
    pub(super) top: f32,
}

/// A piece on a page, with the height at which it begins.
struct Placed<'p, 't> {
    y: f32,
    piece: &'p Piece<'t>,
    /// Whether it stands on an earlier page already.
    is_repeated: bool,
}

/// Puts pieces on pages; when a few lines would be left for the last page, white space is taken in to spare it.
fn place<'p, 't>(pieces: &'p [Piece<'t>]) -> Vec<Vec<Placed<'p, 't>>> {
    let loose = place_with(pieces, 1.0);
    let is_nearly_empty = loose
        .last()
        .and_then(|page| page.last())
        .is_some_and(|last| last.y + last.piece.height < CONTENT_HEIGHT * NEARLY_EMPTY);
    if loose.len() > 1 && is_nearly_empty {
        let tight = place_with(pieces, TIGHT);
        if tight.len() < loose.len() {
            return tight;
        }
    }
    loose
}

/// A last page with less than this share of its height in use is one too many.
const NEARLY_EMPTY: f32 = 0.2;

/// How much of the white space between pieces remains when it is taken in.
const TIGHT: f32 = 0.55;

/// In order, keeping together what must be, and the heads of tables above their rows; `share` is how much of the white
/// space between pieces is kept.
fn place_with<'p, 't>(pieces: &'p [Piece<'t>], share: f32) -> Vec<Vec<Placed<'p, 't>>> {
    let mut pages = vec![Vec::new()];
    let mut y = 0.0f32;
    let mut index = 0;
    while index < pieces.len() {
        let chain = pieces[index..].iter().position(|piece| !piece.keeps_next).map_or(1, |length| length + 1);
        let chain = &pieces[index..index + chain];
        let gap = |piece: &Piece<'_>, y: f32| if y > 0.0 { piece.gap * share } else { 0.0 };
        let height: f32 = chain.iter().map(|piece| piece.gap * share + piece.height).sum();
        let first = &pieces[index];
        let needed = if height <= CONTENT_HEIGHT * 0.9 { height } else { first.gap * share + first.height };
        if y > 0.0 && y + needed > CONTENT_HEIGHT {
            pages.push(Vec::new());
            y = 0.0;
        }
        let count = if needed < height { 1 } else { chain.len() };
        for piece in &chain[..count] {
            let page = pages.last_mut().expect("there is a page from the beginning on");
            if let (true, Some(head)) = (page.is_empty(), &piece.repeat) {
                let head: &Piece<'_> = Rc::as_ref(head);
                page.push(Placed { y, piece: head, is_repeated: true });
                y += head.height;
            }
            y += gap(piece, y);
            page.push(Placed { y, piece, is_repeated: false });
            y += piece.height;
        }
        index += count;
    }
    pages
}

/// What drawing needs besides the pieces.
pub(super) struct Press<'d> {
    pub(super) faces: Faces,
    pub(super) accent: [u8; 3],
    /// At the left of the foot.
    pub(super) title: &'d str,
    /// `strona` and `z`, for the foot's right end.
    pub(super) page_of: (&'d str, &'d str),
}

/// Draws pieces on pages with a foot.
pub(super) fn draw(
    pieces: &[Piece<'_>],
    press: &Press<'_>,
    fonts: &mut [FontUse; 2],
    tags: &mut Tags,
) -> Vec<Page> {
    let placed = place(pieces);
    let count = placed.len();
    let mut capacity = 4096;
    placed
        .iter()
        .enumerate()
        .map(|(position, placed)| {
            tags.page();
            let mut pen = Pen::new(press, fonts, tags, capacity);
            let foot = format!("{} {} {} {count}", press.page_of.0, position + 1, press.page_of.1);
            let page = pen.page(placed, &foot);
            capacity = page.content.len() + 512;
            page
        })
        .collect()
}

/// Writes a page, remembering what is set so that it is not set again.
struct Pen<'p> {
    out: Vec<u8>,
    press: &'p Press<'p>,
    fonts: &'p mut [FontUse; 2],
    tags: &'p mut Tags,
    font: Option<(Font, f32)>,
    fill: Option<Color>,
    /// Where the last text began, in hundredths of a point.
    at: (i32, i32),
    /// The marked content that is open.
    open: Option<Tag>,
    page: Page,
}

impl<'p> Pen<'p> {
    fn new(press: &'p Press<'p>, fonts: &'p mut [FontUse; 2], tags: &'p mut Tags, capacity: usize) -> Self {
        let page = Page { content: Vec::new(), links: Vec::new(), bookmarks: Vec::new(), has_logo: false };
        Self {
            out: Vec::with_capacity(capacity),
            press,
            fonts,
            tags,
            font: None,
            fill: None,
            at: (0, 0),
            open: None,
            page,
        }
    }

    /// First what lies under the text, then pictures, then the text as one text object: few switches, small files.
    fn page(&mut self, placed: &[Placed<'_, '_>], foot: &str) -> Page {
        self.out.extend_from_slice(b"/Artifact BMC\n");
        for is_ground in [true, false] {
            // Grounds first, so that none covers a neighbour's rule.
            for Placed { y, piece, .. } in placed {
                let top = PAGE_HEIGHT - MARGIN_TOP - y;
                for operation in &piece.operations {
                    if let Operation::Fill { x, y, width, height, color } = operation
                        && is_ground == matches!(color, Color::Tint | Color::AccentTint)
                    {
                        self.rectangle(MARGIN_X + x, top - y - height, *width, *height, *color);
                    }
                }
            }
        }
        for Placed { y, piece, .. } in placed {
            let top = PAGE_HEIGHT - MARGIN_TOP - y;
            if let Some((level, title)) = piece.bookmark {
                self.page.bookmarks.push(Bookmark { level, title: title.to_owned(), top });
            }
        }
        self.rectangle(MARGIN_X, FOOT_Y + 11.0, CONTENT_WIDTH, 0.4, Color::Rule);
        self.out.extend_from_slice(b"EMC\n");
        for Placed { y, piece, .. } in placed {
            for operation in &piece.operations {
                self.picture(operation, PAGE_HEIGHT - MARGIN_TOP - y);
            }
        }
        self.out.extend_from_slice(b"BT\n");
        for Placed { y, piece, is_repeated } in placed {
            let top = PAGE_HEIGHT - MARGIN_TOP - y;
            for operation in &piece.operations {
                if let Operation::Text { x, y, style, text, tag } = operation
                    && !text.is_empty()
                {
                    self.mark(if *is_repeated { Tag::NONE } else { *tag });
                    self.text(MARGIN_X + x, top - y, *style, text);
                }
            }
        }
        self.mark(Tag::NONE);
        self.foot(foot);
        self.out.extend_from_slice(b"EMC\nET\n");
        Page {
            content: std::mem::take(&mut self.out),
            links: std::mem::take(&mut self.page.links),
            bookmarks: std::mem::take(&mut self.page.bookmarks),
            has_logo: self.page.has_logo,
        }
    }

    /// Makes what follows belong to an element.
    fn mark(&mut self, tag: Tag) {
        if self.open == Some(tag) {
            return;
        }
        if self.open.is_some() {
            self.out.extend_from_slice(b"EMC\n");
        }
        self.open = Some(tag);
        if tag == Tag::NONE {
            self.out.extend_from_slice(b"/Artifact<</Type/Pagination>>BDC\n");
            return;
        }
        self.begin(tag);
    }

    fn begin(&mut self, tag: Tag) {
        let number = self.tags.mark(tag);
        self.out.push(b'/');
        self.out.extend_from_slice(self.tags.role(tag).name().as_bytes());
        self.out.extend_from_slice(b"<</MCID ");
        integer(&mut self.out, i32::try_from(number).unwrap_or(i32::MAX));
        self.out.extend_from_slice(b">>BDC\n");
    }

    fn numbers(&mut self, points: &[f32], operator: &str) {
        for number in points {
            hundredths(&mut self.out, to_hundredths(*number));
            self.out.push(b' ');
        }
        self.out.extend_from_slice(operator.as_bytes());
        self.out.push(b'\n');
    }

    fn color(&mut self, color: Color) {
        if self.fill != Some(color) {
            let parts = color.rgb(self.press.accent).map(|part| f32::from(part) / 255.0);
            self.numbers(&parts, "rg");
            self.fill = Some(color);
        }
    }

    fn rectangle(&mut self, x: f32, y: f32, width: f32, height: f32, color: Color) {
        self.color(color);
        self.numbers(&[x, y, width, height], "re");
        self.out.extend_from_slice(b"f\n");
    }

    fn picture(&mut self, operation: &Operation<'_>, top: f32) {
        match operation {
            Operation::Code { x, y, side, code, link, figure } => {
                let module = side / (code.modules.width + 2 * QUIET_ZONE) as f32;
                let (left, top) = (MARGIN_X + x, top - y);
                self.begin(*figure);
                self.out.extend_from_slice(b"q 0 g\n");
                for (x, y, length) in code.modules.runs() {
                    let x = left + (x + QUIET_ZONE) as f32 * module;
                    // A hair more height closes the seams that viewers draw between rows.
                    let y = top - (y + QUIET_ZONE + 1) as f32 * module;
                    self.numbers(&[x, y, length as f32 * module, module * 1.02], "re");
                }
                self.out.extend_from_slice(b"f Q\nEMC\n");
                let bounds = [left, top - side, left + side, top].map(to_hundredths);
                self.tags.describe(*figure, &code.description(), bounds);
                let label = code.label.clone();
                self.page.links.push(Link { bounds, url: code.url.clone(), label, tag: *link });
            }
            Operation::Logo { x, y, width, height, tag } => {
                let (left, bottom) = (MARGIN_X + x, top - y - height);
                self.begin(*tag);
                self.out.extend_from_slice(b"q\n");
                self.numbers(&[*width, 0.0, 0.0, *height, left, bottom], "cm");
                self.out.extend_from_slice(b"/L Do Q\nEMC\n");
                let bounds = [left, bottom, left + width, bottom + height].map(to_hundredths);
                self.tags.describe(*tag, "Logo", bounds);
                self.page.has_logo = true;
            }
            Operation::Text { .. } | Operation::Fill { .. } => {}
        }
    }

    fn text(&mut self, x: f32, y: f32, style: Style, text: &str) {
        self.color(style.color);
        let (x, y) = (to_hundredths(x), to_hundredths(y));
        hundredths(&mut self.out, x - self.at.0);
        self.out.push(b' ');
        hundredths(&mut self.out, y - self.at.1);
        self.out.extend_from_slice(b" Td\n");
        self.at = (x, y);
        let (out, current) = (&mut self.out, &mut self.font);
        let font_use = &mut self.fonts[usize::from(style.face == FaceKind::Bold)];
        font_use.encode(text, |font, string| {
            if *current != Some((font, style.size)) {
                out.push(b'/');
                out.extend_from_slice(font.resource().as_bytes());
                out.push(b' ');
                hundredths(out, to_hundredths(style.size));
                out.extend_from_slice(b" Tf\n");
                *current = Some((font, style.size));
            }
            out.extend_from_slice(string);
            out.extend_from_slice(b"Tj\n");
        });
    }

    fn foot(&mut self, page: &str) {
        let (faces, title) = (self.press.faces, self.press.title);
        let style = Style::new(FaceKind::Regular, 7.0, Color::Quiet);
        let page_width = faces.measure(page, style);
        let room = CONTENT_WIDTH - page_width - 20.0;
        let mut shown = title.to_owned();
        if faces.measure(title, style) > room {
            // The whole title stands at the top of the first page.
            shown = shown.chars().take(FOOT_LENGTH_MAX).collect();
            while faces.measure(&shown, style) > room - 8.0 && shown.pop().is_some() {}
            shown.push('…');
        }
        self.text(MARGIN_X, FOOT_Y, style, &shown);
        self.text(MARGIN_X + CONTENT_WIDTH - page_width, FOOT_Y, style, page);
    }
}

/// More characters than any foot holds.
const FOOT_LENGTH_MAX: usize = 400;

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
