//! Which characters a document uses, and the font objects that hold them.
//!
//! What nearly every Polish invoice is written with is subset, compressed and kept once per process ([`Preset`]). A
//! document with other characters carries a second, small subset with just those ([`RareUse`]). Every character has its
//! own code (CID), even those that the face lacks: the page shows a replacement glyph for them, but copying and searching
//! give the real character.

use std::collections::HashMap;
use std::fmt::Write;
use std::sync::LazyLock;

use flate2::Compression;
use subsetter::GlyphRemapper;

use super::deflate::Deflater;
use super::face::{Face, FaceKind};
use super::file::{File, Id, byte_string};
use crate::RenderError;

/// The characters of the preset, besides ASCII.
const COMMON: &str = "ąćęłńóśźżĄĆĘŁŃÓŚŹŻ€§№–—„”‘’“…•·×÷±²³½µ°\u{a0}\u{202f}\u{2007}\u{2008}→";

/// The font of a face with the common characters, ready to be put into any file.
struct Preset {
    program: Program,
    /// Code of each character below [`TABLE_END`], 0 when it is not of the preset.
    codes: Vec<u8>,
    /// Codes of the few beyond.
    others: Vec<(char, u8)>,
}

impl Preset {
    fn of(kind: FaceKind) -> Option<&'static Self> {
        static REGULAR: LazyLock<Option<Preset>> = LazyLock::new(|| Preset::make(FaceKind::Regular));
        static BOLD: LazyLock<Option<Preset>> = LazyLock::new(|| Preset::make(FaceKind::Bold));
        match kind {
            FaceKind::Regular => REGULAR.as_ref(),
            FaceKind::Bold => BOLD.as_ref(),
        }
    }

    fn make(kind: FaceKind) -> Option<Self> {
        let face = kind.face()?;
        let characters: Vec<char> = (' '..='~').chain(COMMON.chars()).collect();
        let program = Program::make(face, &characters, Compression::default()).ok()?;
        let mut preset = Self { program, codes: vec![0; TABLE_END], others: Vec::new() };
        for (position, character) in characters.into_iter().enumerate() {
            let code = u8::try_from(position + 1).ok()?;
            match preset.codes.get_mut(character as usize) {
                Some(slot) => *slot = code,
                None => preset.others.push((character, code)),
            }
        }
        Some(preset)
    }

    /// The code of a character; 0 when it is not of the preset.
    fn code(&self, character: char) -> u8 {
        match self.codes.get(character as usize) {
            Some(code) => *code,
            None => self.others.iter().find(|other| other.0 == character).map_or(0, |other| other.1),
        }
    }
}

/// Characters below this are looked up in a table: Latin with all extensions.
const TABLE_END: usize = 0x250;

/// The streams of a font.
struct Program {
    /// `ABCDEF+NotoSans-Regular`.
    name: String,
    /// The compressed subset of the font, and how long it was before.
    file: Vec<u8>,
    length: usize,
    /// From codes to glyphs and to text, compressed.
    glyphs: Vec<u8>,
    unicode: Vec<u8>,
    /// `1[260 268 …]`.
    widths: String,
}

impl Program {
    /// A font in which the first character has code 1, the second 2, and so on.
    fn make(face: &Face, characters: &[char], level: Compression) -> Result<Self, RenderError> {
        let mut remapper = GlyphRemapper::new();
        let mut glyphs = vec![0, 0];
        let mut widths = "1[".to_owned();
        for character in characters {
            let glyph = face.glyph(*character);
            glyphs.extend(remapper.remap(glyph.id).to_be_bytes());
            // Writing into a String cannot fail.
            let _ = write!(widths, "{} ", glyph.width);
        }
        widths.push(']');
        let subset = subsetter::subset(face.data, 0, &remapper)
            .map_err(|_| RenderError::Internal("a font could not be subset"))?;
        let mut deflater = Deflater::new(level);
        Ok(Self {
            name: format!("{}+{}", subset_tag(characters), face.name),
            file: deflater.stream(&subset)?,
            length: subset.len(),
            glyphs: deflater.stream(&glyphs)?,
            unicode: deflater.stream(to_unicode(characters).as_bytes())?,
            widths,
        })
    }

    /// Writes the font under `id`.
    fn write(&self, file: &mut File, id: Id, face: &Face) -> Result<(), RenderError> {
        let [cid, descriptor, program, glyphs, unicode] = std::array::from_fn(|_| file.id());
        let name = &self.name;
        let mut dictionary =
            |id: Id, text: String| file.object(id, |out| out.extend_from_slice(text.as_bytes()));
        dictionary(
            id,
            format!(
                "<</Type/Font/Subtype/Type0/BaseFont/{name}/Encoding/Identity-H/DescendantFonts[{cid}]\
                 /ToUnicode {unicode}>>"
            ),
        )?;
        dictionary(
            cid,
            format!(
                "<</Type/Font/Subtype/CIDFontType2/BaseFont/{name}/CIDSystemInfo<</Registry(Adobe)\
                 /Ordering(Identity)/Supplement 0>>/FontDescriptor {descriptor}/DW 0/W[{}]/CIDToGIDMap {glyphs}>>",
                self.widths
            ),
        )?;
        let [left, bottom, right, top] = face.bounds;
        dictionary(
            descriptor,
            // Flag 4: its characters are not the standard Latin set (codes are ours).
            format!(
                "<</Type/FontDescriptor/FontName/{name}/Flags 4/FontBBox[{left} {bottom} {right} {top}]\
                 /ItalicAngle 0/Ascent {}/Descent {}/CapHeight {}/StemV {}/FontFile2 {program}>>",
                face.ascent, face.descent, face.cap_height, face.stem
            ),
        )?;
        file.compressed_stream(program, &format!("/Length1 {}", self.length), &self.file);
        file.compressed_stream(glyphs, "", &self.glyphs);
        file.compressed_stream(unicode, "", &self.unicode);
        Ok(())
    }
}

/// Six letters that tell a subset from others (ISO 32000-1, 9.6.4): the same for the same characters.
fn subset_tag(characters: &[char]) -> String {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for character in characters {
        hash = (hash ^ u64::from(*character)).wrapping_mul(0x0100_0000_01b3);
    }
    let letters = (0..6).map(|place| b'A' + ((hash >> (place * 8)) % 26) as u8);
    letters.map(char::from).collect()
}

/// The text of each code (ISO 32000-1, 9.10.3).
fn to_unicode(characters: &[char]) -> String {
    let mut map =
        "/CIDInit/ProcSet findresource begin\n12 dict begin\nbegincmap\n/CIDSystemInfo<</Registry(Adobe)\
                   /Ordering(UCS)/Supplement 0>>def\n/CMapName/Adobe-Identity-UCS def\n/CMapType 2 def\n\
                   1 begincodespacerange\n<0000><ffff>\nendcodespacerange\n"
            .to_owned();
    // At most a hundred entries a group.
    for (group, characters) in characters.chunks(100).enumerate() {
        // Writing into a String cannot fail.
        let _ = writeln!(map, "{} beginbfchar", characters.len());
        for (position, character) in characters.iter().enumerate() {
            let _ = write!(map, "<{:04x}><", group * 100 + position + 1);
            for unit in character.encode_utf16(&mut [0; 2]) {
                let _ = write!(map, "{unit:04x}");
            }
            map.push_str(">\n");
        }
        map.push_str("endbfchar\n");
    }
    map.push_str("endcmap\nCMapName currentdict/CMap defineresource pop\nend\nend\n");
    map
}

/// A font of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Font {
    pub(super) face: FaceKind,
    /// Whether it is the document's own subset of rarer characters.
    pub(super) is_rare: bool,
}

impl Font {
    /// The name under which pages know it.
    pub(super) fn resource(self) -> &'static str {
        match (self.face, self.is_rare) {
            (FaceKind::Regular, false) => "R",
            (FaceKind::Bold, false) => "B",
            (FaceKind::Regular, true) => "r",
            (FaceKind::Bold, true) => "b",
        }
    }
}

/// One face in one document.
pub(super) struct FontUse {
    face: &'static Face,
    kind: FaceKind,
    preset: &'static Preset,
    is_used: bool,
    rare: RareUse,
    /// Where a run is encoded before it is written.
    run: Vec<u8>,
}

/// The characters that the preset lacks.
#[derive(Default)]
struct RareUse {
    codes: HashMap<char, u16>,
    characters: Vec<char>,
}

impl RareUse {
    fn code(&mut self, character: char) -> u16 {
        if let Some(code) = self.codes.get(&character) {
            return *code;
        }
        // Beyond so many different characters in one document, the rest share the last code.
        let code = match u16::try_from(self.characters.len() + 1) {
            Ok(code) if code <= CODE_MAX => code,
            _ => return CODE_MAX,
        };
        self.characters.push(character);
        self.codes.insert(character, code);
        code
    }
}

/// The last code of a font.
const CODE_MAX: u16 = 65_000;

impl FontUse {
    /// `None` when the font of the crate cannot be used.
    pub(super) fn new(kind: FaceKind) -> Option<Self> {
        let (face, preset) = (kind.face()?, Preset::of(kind)?);
        Some(Self { face, kind, preset, is_used: false, rare: RareUse::default(), run: Vec::new() })
    }

    /// Cuts a text into runs of one font each and gives them to `show` as strings of a content stream.
    pub(super) fn encode(&mut self, text: &str, mut show: impl FnMut(Font, &[u8])) {
        let mut run = std::mem::take(&mut self.run);
        let mut string = Vec::new();
        let mut is_rare = false;
        run.clear();
        let mut flush = |run: &mut Vec<u8>, is_rare: bool| {
            if !run.is_empty() {
                string.clear();
                byte_string(&mut string, run);
                show(Font { face: self.kind, is_rare }, &string);
                run.clear();
            }
        };
        for character in text.chars() {
            let code = self.preset.code(character);
            if (code == 0) != is_rare {
                flush(&mut run, is_rare);
                is_rare = code == 0;
            }
            let code = if is_rare { self.rare.code(character) } else { u16::from(code) };
            self.is_used |= !is_rare;
            run.extend_from_slice(&code.to_be_bytes());
        }
        flush(&mut run, is_rare);
        self.run = run;
    }

    /// Writes the fonts that were used; gives their names with their objects.
    pub(super) fn write(&self, file: &mut File) -> Result<Vec<(&'static str, Id)>, RenderError> {
        let mut written = Vec::new();
        let mut write = |program: &Program, is_rare| {
            let id = file.id();
            written.push((Font { face: self.kind, is_rare }.resource(), id));
            program.write(file, id, self.face)
        };
        if self.is_used {
            write(&self.preset.program, false)?;
        }
        if !self.rare.characters.is_empty() {
            write(&Program::make(self.face, &self.rare.characters, Compression::fast())?, true)?;
        }
        Ok(written)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_characters_take_the_preset_and_others_a_font_of_their_own() {
        let mut font = FontUse::new(FaceKind::Regular).expect("the fonts of the crate parse");
        let mut runs = Vec::new();
        font.encode("Zażółć 1\u{202f}234,50 €", |font, string| {
            runs.push((font.is_rare, string.to_vec()))
        });
        assert_eq!(runs.len(), 1);
        assert!(!runs[0].0 && font.rare.characters.is_empty());
        runs.clear();
        font.encode("aØ🧾b", |font, string| runs.push((font.is_rare, string.to_vec())));
        let expected = [(false, &b"(\0B)"[..]), (true, b"(\0\x01\0\x02)"), (false, b"(\0C)")];
        assert_eq!(runs, expected.map(|(is_rare, string)| (is_rare, string.to_vec())));
        assert_eq!(font.rare.characters, ['Ø', '🧾']);
    }

    #[test]
    fn the_preset_has_a_glyph_for_every_character() {
        for kind in FaceKind::ALL {
            let face = kind.face().expect("parses");
            for character in (' '..='~').chain(COMMON.chars()) {
                assert_ne!(face.glyph(character), face.glyph('😀'), "{character:?} in {kind:?}");
            }
            assert!(Preset::of(kind).is_some());
        }
    }
}
