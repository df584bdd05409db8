//! The file: objects, object streams, cross references (ISO 32000-1, 7.5).
//!
//! Our own and not a library's, because a tagged invoice of a thousand lines has ten thousand small objects: they are
//! packed into compressed object streams while they are made, and nothing is kept per object but its place. Everything is
//! written once, in order; knows nothing of what objects mean.

use flate2::Compression;

use super::deflate::Deflater;
use crate::RenderError;

/// The number of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Id(u32);

impl Id {
    /// The object so many numbers on: a block of them was reserved by [`File::reserve`].
    pub(super) fn plus(self, count: usize) -> Self {
        Self(self.0.saturating_add(u32::try_from(count).unwrap_or(u32::MAX)))
    }
}

/// A reference: `12 0 R`.
impl std::fmt::Display for Id {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{} 0 R", self.0)
    }
}

/// Where an object is.
#[derive(Debug, Clone, Copy)]
enum Place {
    Nowhere,
    At(u32),
    Packed { stream: u32, index: u16 },
}

/// A file being written.
pub(super) struct File {
    bytes: Vec<u8>,
    places: Vec<Place>,
    /// Objects of the open object stream: numbers and offsets, and their bytes.
    directory: Vec<u8>,
    packed: Vec<u8>,
    packed_count: u16,
    /// Number of the open object stream.
    packer: Id,
    deflater: Deflater,
}

impl File {
    pub(super) fn new() -> Self {
        // The comment of four high bytes says that the file is binary (PDF/A demands it).
        let bytes = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n".to_vec();
        let places = vec![Place::Nowhere, Place::Nowhere];
        let (directory, packed) = (Vec::new(), Vec::new());
        let deflater = Deflater::new(Compression::fast());
        Self { bytes, places, directory, packed, packed_count: 0, packer: Id(1), deflater }
    }

    /// A number for an object that will be written later.
    pub(super) fn id(&mut self) -> Id {
        self.reserve(1)
    }

    /// Numbers for so many objects, from the one given on.
    pub(super) fn reserve(&mut self, count: usize) -> Id {
        let first = Id(u32::try_from(self.places.len()).unwrap_or(u32::MAX));
        self.places.resize(self.places.len() + count, Place::Nowhere);
        first
    }

    /// Writes an object that is no stream; `write` adds its body.
    pub(super) fn object(&mut self, id: Id, write: impl FnOnce(&mut Vec<u8>)) -> Result<(), RenderError> {
        self.directory.extend_from_slice(itoa(id.0, &mut [0; 10]));
        self.directory.push(b' ');
        let offset = u32::try_from(self.packed.len()).unwrap_or(u32::MAX);
        self.directory.extend_from_slice(itoa(offset, &mut [0; 10]));
        self.directory.push(b' ');
        write(&mut self.packed);
        self.packed.push(b'\n');
        if let Some(place) = self.places.get_mut(id.0 as usize) {
            *place = Place::Packed { stream: self.packer.0, index: self.packed_count };
        }
        self.packed_count += 1;
        if self.packed_count == PACKED_MAX {
            self.pack()?;
            self.packer = self.id();
        }
        Ok(())
    }

    /// Writes a stream with the entries of its dictionary (without length and filter), compressing it.
    pub(super) fn stream(&mut self, id: Id, entries: &str, data: &[u8]) -> Result<(), RenderError> {
        let data = self.deflater.stream(data)?;
        self.compressed_stream(id, entries, &data);
        Ok(())
    }

    /// Writes a stream whose data are compressed already.
    pub(super) fn compressed_stream(&mut self, id: Id, entries: &str, data: &[u8]) {
        let entries = format!("{entries}/Filter/FlateDecode");
        self.raw_stream(id, &entries, data);
    }

    /// Writes a stream as it is; the entries say its filter when it has one.
    pub(super) fn raw_stream(&mut self, id: Id, entries: &str, data: &[u8]) {
        if let Some(place) = self.places.get_mut(id.0 as usize) {
            *place = Place::At(u32::try_from(self.bytes.len()).unwrap_or(u32::MAX));
        }
        self.bytes.reserve(data.len() + entries.len() + 64);
        let head = format!("{} 0 obj\n<<{entries}/Length {}>>\nstream\n", id.0, data.len());
        self.bytes.extend_from_slice(head.as_bytes());
        self.bytes.extend_from_slice(data);
        self.bytes.extend_from_slice(b"\nendstream\nendobj\n");
    }

    /// Closes the open object stream.
    fn pack(&mut self) -> Result<(), RenderError> {
        if self.packed_count == 0 {
            return Ok(());
        }
        let first = self.directory.len();
        let entries = format!("/Type/ObjStm/N {}/First {first}", self.packed_count);
        let mut data = std::mem::take(&mut self.directory);
        data.append(&mut self.packed);
        self.stream(self.packer, &entries, &data)?;
        data.clear();
        self.directory = data;
        self.packed_count = 0;
        Ok(())
    }

    /// Ends the file: `root` is the catalog, `info` the document information.
    pub(super) fn finish(mut self, root: Id, info: Id) -> Result<Vec<u8>, RenderError> {
        self.pack()?;
        let id = self.id();
        let start = self.bytes.len();
        if start > OFFSET_MAX {
            return Err(RenderError::Internal("the file is too large"));
        }
        let mut table = Vec::with_capacity(self.places.len() * 7);
        for (number, place) in self.places.iter().enumerate() {
            let (kind, field, last) = match *place {
                _ if number == id.0 as usize => (1, start as u32, 0),
                Place::Nowhere => (0, 0, if number == 0 { u16::MAX } else { 0 }),
                Place::At(offset) => (1, offset, 0),
                Place::Packed { stream, index } => (2, stream, index),
            };
            table.push(kind);
            table.extend_from_slice(&field.to_be_bytes());
            table.extend_from_slice(&last.to_be_bytes());
        }
        let digest = ksef_crypto::sha256(&self.bytes);
        let identifier: String = digest[..16].iter().map(|byte| format!("{byte:02x}")).collect();
        let entries = format!(
            "/Type/XRef/Size {}/W[1 4 2]/Root {root}/Info {info}/ID[<{identifier}><{identifier}>]",
            self.places.len()
        );
        self.stream(id, &entries, &table)?;
        self.bytes.extend_from_slice(format!("startxref\n{start}\n%%EOF\n").as_bytes());
        Ok(self.bytes)
    }
}

/// Most objects in one object stream: few enough that a reader that wants one unpacks little.
const PACKED_MAX: u16 = 2000;

/// Offsets have four bytes.
const OFFSET_MAX: usize = u32::MAX as usize;

/// The digits of a number.
fn itoa(mut number: u32, buffer: &mut [u8; 10]) -> &[u8] {
    let mut at = buffer.len();
    loop {
        at -= 1;
        buffer[at] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 {
            return &buffer[at..];
        }
    }
}

/// Writes an integer.
pub(super) fn integer(out: &mut Vec<u8>, number: i32) {
    if number < 0 {
        out.push(b'-');
    }
    out.extend_from_slice(itoa(number.unsigned_abs(), &mut [0; 10]));
}

/// Writes hundredths as a decimal: `1250` is `12.5`.
pub(super) fn hundredths(out: &mut Vec<u8>, number: i32) {
    if number < 0 {
        out.push(b'-');
    }
    let number = number.unsigned_abs();
    let (whole, rest) = (number / 100, number % 100);
    if whole > 0 || rest == 0 {
        out.extend_from_slice(itoa(whole, &mut [0; 10]));
    }
    if rest > 0 {
        out.push(b'.');
        out.push(b'0' + (rest / 10) as u8);
        if rest % 10 > 0 {
            out.push(b'0' + (rest % 10) as u8);
        }
    }
}

/// Points as hundredths.
pub(super) fn to_hundredths(points: f32) -> i32 {
    (points * 100.0).round() as i32
}

/// A text string (ISO 32000-1, 7.9.2.2): ASCII as it is, anything else as UTF-16.
pub(super) fn text_string(text: &str) -> String {
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        let mut out = String::with_capacity(text.len() + 2);
        out.push('(');
        for character in text.chars() {
            if matches!(character, '(' | ')' | '\\') {
                out.push('\\');
            }
            out.push(character);
        }
        out.push(')');
        return out;
    }
    let mut out = "<feff".to_owned();
    for unit in text.encode_utf16() {
        out.push_str(&format!("{unit:04x}"));
    }
    out.push('>');
    out
}

/// A string of bytes for a content stream: literal, only what must be is escaped.
pub(super) fn byte_string(out: &mut Vec<u8>, bytes: &[u8]) {
    out.push(b'(');
    for &byte in bytes {
        match byte {
            b'(' | b')' | b'\\' => out.extend_from_slice(&[b'\\', byte]),
            // A bare carriage return would be read as a line feed.
            b'\r' => out.extend_from_slice(b"\\r"),
            _ => out.push(byte),
        }
    }
    out.push(b')');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_and_exact() {
        for (number, expected) in
            [(0, "0"), (5, ".05"), (50, ".5"), (-1250, "-12.5"), (100, "1"), (59528, "595.28"), (-7, "-.07")]
        {
            let mut out = Vec::new();
            hundredths(&mut out, number);
            assert_eq!(String::from_utf8(out).expect("ASCII"), expected);
        }
        let mut out = Vec::new();
        integer(&mut out, i32::MIN);
        assert_eq!(out, b"-2147483648");
    }

    #[test]
    fn strings_are_escaped() {
        assert_eq!(text_string("a (b) \\"), "(a \\(b\\) \\\\)");
        assert_eq!(text_string("ż"), "<feff017c>");
        let mut out = Vec::new();
        byte_string(&mut out, b"\0(\r)\\\n");
        assert_eq!(out, b"(\0\\(\\r\\)\\\\\n)");
    }
}
