//! Which characters a document uses, and the font objects that hold just those.
//!
//! Every character has its own code (CID), even those that the face lacks: the page shows a replacement glyph for them,
//! but copying and searching give the real character.

use std::collections::HashMap;

use pdf_writer::types::{CidFontType, FontFlags, SystemInfo, UnicodeCmap};
use pdf_writer::{Filter, Finish, Name, Pdf, Ref, Str};
use subsetter::GlyphRemapper;

use super::compress;
use super::face::{Face, FaceKind};
use crate::RenderError;

/// The characters of one face in one document.
pub(super) struct FontUse {
    face: &'static Face,
    kind: FaceKind,
    codes: HashMap<char, u16>,
    /// Codes of ASCII, 0 when not yet used: most of any invoice.
    ascii: [u16; 128],
    characters: Vec<char>,
}

impl FontUse {
    pub(super) fn new(face: &'static Face, kind: FaceKind) -> Self {
        Self { face, kind, codes: HashMap::new(), ascii: [0; 128], characters: Vec::new() }
    }

    /// The name under which pages know the font.
    pub(super) fn resource(&self) -> Name<'static> {
        match self.kind {
            FaceKind::Regular => Name(b"R"),
            FaceKind::Bold => Name(b"B"),
        }
    }

    /// Whether any character was drawn.
    pub(super) fn is_used(&self) -> bool {
        !self.characters.is_empty()
    }

    /// A text in codes of two bytes.
    pub(super) fn encode(&mut self, text: &str) -> Vec<u8> {
        let mut encoded = Vec::with_capacity(text.len() * 2);
        for character in text.chars() {
            encoded.extend(self.code(character).to_be_bytes());
        }
        encoded
    }

    fn code(&mut self, character: char) -> u16 {
        let known = match self.ascii.get(character as usize) {
            Some(0) => None,
            Some(code) => Some(*code),
            None => self.codes.get(&character).copied(),
        };
        if let Some(code) = known {
            return code;
        }
        // Beyond so many different characters in one document, the rest share the last code.
        let code = match u16::try_from(self.characters.len() + 1) {
            Ok(code) if code <= CODE_MAX => code,
            _ => return CODE_MAX,
        };
        self.characters.push(character);
        match self.ascii.get_mut(character as usize) {
            Some(slot) => *slot = code,
            None => {
                self.codes.insert(character, code);
            }
        }
        code
    }

    /// Writes the font under `id`, with further objects from `next` on.
    pub(super) fn write(&self, pdf: &mut Pdf, id: Ref, next: &mut Ref) -> Result<(), RenderError> {
        let mut remapper = GlyphRemapper::new();
        let mut glyph_map = vec![0, 0];
        let mut widths = Vec::with_capacity(self.characters.len());
        let mut to_unicode = UnicodeCmap::new(Name(b"Custom"), SYSTEM_INFO);
        for (position, character) in self.characters.iter().enumerate() {
            let glyph = self.face.glyph(*character);
            glyph_map.extend(remapper.remap(glyph.id).to_be_bytes());
            widths.push(glyph.width);
            // `code` never counts beyond u16.
            to_unicode.pair(u16::try_from(position + 1).unwrap_or(u16::MAX), *character);
        }
        let subset = subsetter::subset(self.face.data, 0, &remapper)
            .map_err(|_| RenderError::Internal("a font could not be subset"))?;
        let name = format!("{}+{}", self.tag(), self.face.name);
        let name = Name(name.as_bytes());
        let [cid, descriptor, file, map, cmap] = std::array::from_fn(|_| next.bump());

        pdf.type0_font(id)
            .base_font(name)
            .encoding_predefined(Name(b"Identity-H"))
            .descendant_font(cid)
            .to_unicode(cmap);
        let mut font = pdf.cid_font(cid);
        font.subtype(CidFontType::Type2)
            .base_font(name)
            .system_info(SYSTEM_INFO)
            .font_descriptor(descriptor)
            .default_width(0.0)
            .cid_to_gid_map_stream(map);
        font.widths().consecutive(1, widths);
        font.finish();
        let [left, bottom, right, top] = self.face.bounds;
        pdf.font_descriptor(descriptor)
            .name(name)
            .flags(FontFlags::SYMBOLIC)
            .bbox(pdf_writer::Rect::new(left, bottom, right, top))
            .italic_angle(0.0)
            .ascent(self.face.ascent)
            .descent(self.face.descent)
            .cap_height(self.face.cap_height)
            .stem_v(self.face.stem)
            .font_file2(file);
        let length = i32::try_from(subset.len()).unwrap_or(i32::MAX);
        pdf.stream(file, &compress(&subset)?).filter(Filter::FlateDecode).pair(Name(b"Length1"), length);
        pdf.stream(map, &compress(&glyph_map)?).filter(Filter::FlateDecode);
        pdf.cmap(cmap, &compress(&to_unicode.finish())?).filter(Filter::FlateDecode);
        Ok(())
    }

    /// Six letters that tell this subset from others (ISO 32000-1, 9.6.4): the same for the same characters.
    fn tag(&self) -> String {
        let mut hash = 0xcbf2_9ce4_8422_2325_u64;
        for character in &self.characters {
            hash = (hash ^ u64::from(*character)).wrapping_mul(0x0100_0000_01b3);
        }
        let letters = (0..6).map(|place| b'A' + ((hash >> (place * 8)) % 26) as u8);
        letters.map(char::from).collect()
    }
}

const SYSTEM_INFO: SystemInfo<'static> =
    SystemInfo { registry: Str(b"Adobe"), ordering: Str(b"Identity"), supplement: 0 };

/// The last code of a font.
const CODE_MAX: u16 = 65_000;
