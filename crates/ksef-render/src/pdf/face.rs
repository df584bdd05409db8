//! The faces: parsed once per process, with the widths of common characters at hand.
//!
//! Noto Sans (SIL Open Font License 1.1, which allows embedding): every Polish letter, digits of one width.

use std::sync::LazyLock;

use ttf_parser::{Face as ParsedFace, GlyphId};

/// A face of the layout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FaceKind {
    Regular,
    Bold,
}

impl FaceKind {
    #[cfg(test)]
    pub(super) const ALL: [Self; 2] = [Self::Regular, Self::Bold];

    /// The face; `None` when the font of the crate cannot be parsed.
    pub(super) fn face(self) -> Option<&'static Face> {
        static REGULAR: LazyLock<Option<Face>> =
            LazyLock::new(|| Face::parse(notosans::REGULAR_TTF, "NotoSans-Regular", 80.0));
        static BOLD: LazyLock<Option<Face>> =
            LazyLock::new(|| Face::parse(notosans::BOLD_TTF, "NotoSans-Bold", 140.0));
        match self {
            Self::Regular => REGULAR.as_ref(),
            Self::Bold => BOLD.as_ref(),
        }
    }
}

/// A parsed face. Lengths are in thousandths of an em, as PDF wants them.
pub(super) struct Face {
    pub(super) data: &'static [u8],
    pub(super) name: &'static str,
    /// Width of the stems: not in the font, so estimated by weight; viewers use it only when they substitute a font.
    pub(super) stem: f32,
    pub(super) ascent: f32,
    pub(super) descent: f32,
    pub(super) cap_height: f32,
    pub(super) bounds: [f32; 4],
    parsed: ParsedFace<'static>,
    scale: f32,
    replacement: Glyph,
    /// Glyphs of the first characters of Unicode: all that ordinary invoices use.
    common: Vec<Glyph>,
}

/// A glyph and its advance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Glyph {
    pub(super) id: u16,
    /// In thousandths of an em.
    pub(super) width: u16,
}

impl Face {
    fn parse(data: &'static [u8], name: &'static str, stem: f32) -> Option<Self> {
        let parsed = ParsedFace::parse(data, 0).ok()?;
        let scale = 1000.0 / f32::from(parsed.units_per_em());
        let bounds = parsed.global_bounding_box();
        let mut face = Self {
            data,
            name,
            stem,
            ascent: f32::from(parsed.ascender()) * scale,
            descent: f32::from(parsed.descender()) * scale,
            cap_height: f32::from(parsed.capital_height().unwrap_or(parsed.ascender())) * scale,
            bounds: [bounds.x_min, bounds.y_min, bounds.x_max, bounds.y_max].map(|n| f32::from(n) * scale),
            scale,
            replacement: Glyph { id: 0, width: 600 },
            common: Vec::new(),
            parsed,
        };
        // U+FFFD and not glyph 0: PDF/A forbids to show .notdef.
        face.replacement = face.find('\u{fffd}').or_else(|| face.find('□'))?;
        face.common =
            (0..COMMON_END).filter_map(char::from_u32).map(|character| face.resolve(character)).collect();
        Some(face)
    }

    /// The glyph of a character; the replacement glyph when the face has none.
    pub(super) fn glyph(&self, character: char) -> Glyph {
        match self.common.get(character as usize) {
            Some(glyph) => *glyph,
            None => self.resolve(character),
        }
    }

    fn resolve(&self, character: char) -> Glyph {
        // White space other than the usual has no glyph of its own in some faces, and must not become a box.
        let character = if character.is_whitespace() && !is_sized_space(character) { ' ' } else { character };
        self.find(character).unwrap_or(self.replacement)
    }

    fn find(&self, character: char) -> Option<Glyph> {
        let GlyphId(id) = self.parsed.glyph_index(character).filter(|glyph| glyph.0 != 0)?;
        let advance = self.parsed.glyph_hor_advance(GlyphId(id)).map_or(0.0, f32::from) * self.scale;
        // The face has a thousand units to the em, so nothing is rounded.
        let width = advance.round() as u16;
        Some(Glyph { id, width })
    }

    /// The width of a text in points at a size.
    pub(super) fn measure(&self, text: &str, size: f32) -> f32 {
        self.advance(text) as f32 * size / 1000.0
    }

    /// The width of a text in thousandths of an em; longer than any page for texts beyond a few million characters.
    pub(super) fn advance(&self, text: &str) -> u32 {
        text.chars().fold(0, |sum: u32, character| sum.saturating_add(u32::from(self.glyph(character).width)))
    }
}

/// Narrow no-break space and the like, which the faces have.
const fn is_sized_space(character: char) -> bool {
    matches!(character, '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}')
}

/// End of the table of common characters: Latin with all extensions, Greek, Cyrillic.
const COMMON_END: u32 = 0x0530;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_faces_have_what_invoices_need() {
        for kind in FaceKind::ALL {
            let face = kind.face().expect("the fonts of the crate parse");
            for character in "ąćęłńóśźżĄĆĘŁŃÓŚŹŻ€§№–—„”’…•·×²³°%/@&\u{202f}\u{a0}".chars()
            {
                assert_ne!(face.glyph(character), face.replacement, "{character:?} in {kind:?}");
            }
            let digits: Vec<_> = ('0'..='9').map(|digit| face.glyph(digit).width).collect();
            assert!(digits.iter().all(|width| *width == digits[0]), "digits have one width");
            assert_eq!(face.glyph('😀'), face.replacement);
            assert_eq!(face.glyph('\u{1}'), face.replacement);
            assert!((face.measure("00", 10.0) - 2.0 * face.measure("0", 10.0)).abs() < 1e-3);
        }
    }
}
