//! The look ahead at what nearly every invoice consists of: `<name>text</name>`, `<name>` and `</name>`, with blanks
//! before it, without attributes, references or comments.
//!
//! Nothing is decided here: what is not as plain as that, or is wrong, is `None`, and the scanner's own way reads it and
//! finds the fault. Names are not checked for being names; who takes them compares them with names that are known.
//! Names and texts are short, so eight bytes are looked at together instead of one by one.

use super::Scanner;

/// What stands next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Plain<'a> {
    /// An element that holds a text and no child, perhaps an empty text.
    Leaf(Leaf<'a>),
    /// A start tag.
    Open(Tag<'a>),
    /// The end tag of the innermost element.
    Close { offset: usize, end: usize },
}

/// `<name>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tag<'a> {
    /// As it stands, with its prefix.
    pub(crate) qualified: &'a str,
    /// Of the name without its prefix.
    pub(crate) key: NameKey,
    /// Of the `<`.
    pub(crate) offset: usize,
    /// Behind the `>`.
    pub(crate) end: usize,
}

/// `<name>text</name>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Leaf<'a> {
    pub(crate) tag: Tag<'a>,
    /// Means what it says: there is no reference and no line end in it that stands for something else.
    pub(crate) text: &'a str,
    /// Behind the end tag.
    pub(crate) end: usize,
}

/// A name as machine words, so that comparing two is comparing numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NameKey {
    /// The first eight bytes, or all of a shorter name.
    pub(crate) head: u64,
    /// The last eight bytes, or all of a shorter name.
    pub(crate) tail: u64,
    /// In bytes.
    pub(crate) length: usize,
}

impl NameKey {
    /// Of a whole name; `None` when it is empty or longer than [`NAME_BYTES_MAX`].
    pub(crate) fn of(name: &str) -> Option<Self> {
        let bytes = name.as_bytes();
        if !(1..=NAME_BYTES_MAX).contains(&bytes.len()) {
            return None;
        }
        let pack = |bytes: &[u8]| bytes.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte));
        let head = pack(&bytes[..bytes.len().min(8)]);
        let tail = pack(&bytes[bytes.len().saturating_sub(8)..]);
        Some(Self { head, tail, length: bytes.len() })
    }

    /// Of the name that begins here and ends before the next `>`.
    #[inline]
    fn at(bytes: &[u8], start: usize) -> Option<Self> {
        let first = word(bytes, start)?;
        let hits = equal_bytes(first, b'>');
        if hits != 0 {
            let length = first_byte(hits);
            let head = first & !(u64::MAX << (8 * length));
            return (length > 0).then_some(Self { head, tail: head, length });
        }
        let mut at = start + 8;
        while at < start + NAME_BYTES_MAX {
            let hits = equal_bytes(word(bytes, at)?, b'>');
            if hits != 0 {
                let length = at - start + first_byte(hits);
                return Some(Self { head: first, tail: word(bytes, start + length - 8)?, length });
            }
            at += 8;
        }
        None
    }

    /// Whether the words tell all bytes of the name.
    #[inline]
    pub(crate) fn is_whole(&self) -> bool {
        self.length <= 16
    }

    /// Whether these bytes and then `>` stand here; `name` is the name itself.
    #[inline]
    fn stands_at(&self, bytes: &[u8], start: usize, name: &[u8]) -> bool {
        let Some(first) = word(bytes, start) else { return false };
        let end = start + self.length;
        let same = if self.length < 8 {
            first & !(u64::MAX << (8 * self.length)) == self.head
        } else {
            first == self.head
                && word(bytes, end - 8) == Some(self.tail)
                && (self.is_whole() || bytes.get(start..end) == Some(name))
        };
        same && bytes.get(end) == Some(&b'>')
    }
}

impl<'a> Scanner<'a> {
    /// What stands next, when it is plain; only inside the root. Element names must begin with `lead` (a prefix and its
    /// colon, or nothing).
    #[inline]
    pub(crate) fn peek_plain(&self, lead: &str) -> Option<Plain<'a>> {
        if self.owed_end.is_some() || self.census.may_have_controls() {
            return None;
        }
        let bytes = self.text.as_bytes();
        let offset = skip_blanks(bytes, self.at)?;
        let &[b'<', second] = bytes.get(offset..offset + 2)? else { return None };
        if second == b'/' {
            let open = self.open.last()?;
            let end = offset + 2 + open.len();
            let is_same = bytes.get(offset + 2..end)? == open.as_bytes() && bytes.get(end) == Some(&b'>');
            return is_same.then_some(Plain::Close { offset, end: end + 1 });
        }
        if self.open.len() >= super::DEPTH_MAX {
            return None;
        }
        let start = offset + 1 + lead.len();
        if !lead.is_empty() && bytes.get(offset + 1..start)? != lead.as_bytes() {
            return None;
        }
        let key = NameKey::at(bytes, start)?;
        let name_end = start + key.length;
        let qualified = self.text.get(offset + 1..name_end)?;
        let tag = Tag { qualified, key, offset, end: name_end + 1 };
        let text_end = find_less_than(bytes, tag.end)?;
        if bytes.get(text_end + 1) != Some(&b'/') {
            return Some(Plain::Open(tag));
        }
        let again = text_end + 2 + lead.len();
        let name = &bytes[start..name_end];
        let is_same = key.stands_at(bytes, again, name)
            && (lead.is_empty() || bytes.get(text_end + 2..again) == Some(lead.as_bytes()));
        let text = self.text.get(tag.end..text_end).filter(|_| is_same)?;
        if self.census.may_need_a_look() && text.bytes().any(super::census::needs_a_look) {
            return None;
        }
        Some(Plain::Leaf(Leaf { tag, text, end: again + key.length + 1 }))
    }

    /// Goes behind what [`Scanner::peek_plain`] has shown.
    #[inline]
    pub(crate) fn take_plain(&mut self, plain: &Plain<'a>) {
        match plain {
            Plain::Leaf(leaf) => self.at = leaf.end,
            Plain::Open(tag) => {
                self.at = tag.end;
                self.open.push(tag.qualified);
            }
            Plain::Close { end, .. } => {
                self.at = *end;
                self.open.pop();
            }
        }
        self.attributes.clear();
    }
}

/// Eight bytes as they stand, the first lowest.
#[inline]
fn word(bytes: &[u8], at: usize) -> Option<u64> {
    bytes.get(at..)?.first_chunk().map(|chunk| u64::from_le_bytes(*chunk))
}

/// A mark in the highest bit of each byte that is this one; above the first mark there may be false ones.
#[inline]
fn equal_bytes(word: u64, byte: u8) -> u64 {
    let differences = word ^ (ONES * u64::from(byte));
    differences.wrapping_sub(ONES) & !differences & HIGH_BITS
}

#[inline]
fn first_byte(marks: u64) -> usize {
    (marks.trailing_zeros() / 8) as usize
}

/// The place of the first byte above the blank. Without control characters, what is not above it is white space.
#[inline]
fn skip_blanks(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        let word = word(bytes, at)?;
        // Adding 0x5F carries a byte of seven bits into its highest bit from 0x21 on.
        let marks = (((word & !HIGH_BITS) + ONES * 0x5F) | word) & HIGH_BITS;
        if marks != 0 {
            return Some(at + first_byte(marks));
        }
        at += 8;
    }
}

#[inline]
fn find_less_than(bytes: &[u8], start: usize) -> Option<usize> {
    let mut at = start;
    while at < start + NEAR {
        let marks = equal_bytes(word(bytes, at)?, b'<');
        if marks != 0 {
            return Some(at + first_byte(marks));
        }
        at += 8;
    }
    memchr::memchr(b'<', bytes.get(at..)?).map(|found| at + found)
}

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGH_BITS: u64 = 0x8080_8080_8080_8080;

/// The forms' longest element name has some fifty bytes; what is longer goes the scanner's own way.
const NAME_BYTES_MAX: usize = 64;

/// From here on the wide search is quicker than words.
const NEAR: usize = 48;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::xml::Event;

    /// What the first look ahead behind the root's start tag shows.
    fn peek<'a>(document: &'a str, lead: &str) -> Option<Plain<'a>> {
        let mut scanner = Scanner::new(document).expect(document);
        assert!(matches!(scanner.next_event(), Ok(Event::Start { .. })));
        scanner.peek_plain(lead)
    }

    fn leaf<'a>(document: &'a str, lead: &str) -> Option<(&'a str, &'a str)> {
        match peek(document, lead)? {
            Plain::Leaf(leaf) => {
                assert_eq!(&document[leaf.tag.offset..leaf.tag.offset + 1], "<");
                assert!(document[..leaf.end].ends_with('>'));
                Some((leaf.tag.qualified, leaf.text))
            }
            _ => None,
        }
    }

    #[test]
    fn leaves() {
        for (name, text) in [
            ("a", ""),
            ("P_13_1", "1.00"),
            ("Nazwa123", "z ó ł ć"),
            ("Nazwa1234", "x"),
            ("NazwaDlugosci16b", "x"),
            ("NazwaDluzszaNizSzesnascie", "tekst dłuższy niż czterdzieści osiem bajtów, o wiele dłuższy"),
        ] {
            for blanks in ["", "\n", "\n\t\t\t", "\r\n            ", "  \t \n  \t \n  \t \n"] {
                let document = format!("<r>{blanks}<{name}>{text}</{name}></r>        ");
                assert_eq!(leaf(&document, ""), Some((name, text)), "{document}");
                let prefixed = format!("<r>{blanks}<p:{name}>{text}</p:{name}></r>        ");
                assert_eq!(leaf(&prefixed, "p:").map(|leaf| leaf.1), Some(text), "{prefixed}");
                assert_eq!(leaf(&document, "p:"), None);
            }
        }
    }

    #[test]
    fn what_is_not_plain_is_left_to_the_scanner() {
        for inside in [
            "x<a>1</a>",
            "<a >1</a>",
            "<a b='1'>1</a>",
            "<a/>",
            "<a>1</a >",
            "<a>1</b>",
            "<a>&amp;</a>",
            "<a>1\r\n2</a>",
            "<a>]]></a>",
            "<!-- --><a>1</a>",
            "<?p ?><a>1</a>",
            "<a>\u{FFFF}</a>",
            "\u{1}<a>1</a>",
            "<>1</>",
            "<NazwaDluzszaNizSzesnascie>1</NazwaDluzszXNizSzesnascie>",
        ] {
            let document = format!("<r>{inside}</r>        ");
            assert_eq!(leaf(&document, ""), None, "{document}");
        }
        assert_eq!(peek("<r/>        ", ""), None, "the end of an empty element comes first");
        assert_eq!(peek("<r><a>1</a", ""), None, "cut short");
    }

    #[test]
    fn tags() {
        assert!(
            matches!(peek("<r>\n<a>\n<b>1</b></a></r>", ""), Some(Plain::Open(tag)) if tag.qualified == "a")
        );
        assert!(matches!(peek("<r>\n</r>        ", ""), Some(Plain::Close { offset: 4, end: 8 })));
        assert_eq!(peek("<r></s>        ", ""), None);
    }

    #[test]
    fn keys_of_names() {
        for name in ["a", "abcdefg", "abcdefgh", "abcdefghi", "abcdefghijklmnop", "abcdefghijklmnopq"] {
            let document = format!("{name}>                ");
            assert_eq!(NameKey::at(document.as_bytes(), 0), NameKey::of(name), "{name}");
        }
        assert_eq!(NameKey::of(""), None);
        assert_eq!(NameKey::of(&"x".repeat(65)), None);
    }
}
