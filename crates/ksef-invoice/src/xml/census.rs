//! Which bytes that need a closer look a document has at all.
//!
//! One pass over the whole text, without branches so that the compiler can use wide registers, spares every later step
//! its own: nearly all invoices have none of these.

use super::chars::is_space;

/// What occurs in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Census(u8);

impl Census {
    pub(crate) fn of(text: &str) -> Self {
        let mut kinds = 0;
        for block in text.as_bytes().chunks(64) {
            kinds |= block.iter().fold(0, |kinds, byte| kinds | kind(*byte));
        }
        Self(kinds)
    }

    /// A control character, or the first byte of one that XML does not allow.
    pub(crate) fn may_have_bad_characters(self) -> bool {
        self.0 & (CONTROL | LAST_PLANE_END) != 0
    }

    /// The first byte of a character that XML discourages ([`super::chars::is_discouraged`]).
    pub(crate) fn may_have_discouraged(self) -> bool {
        self.0 & (DISCOURAGED | LAST_PLANE_END) != 0
    }

    /// A reference, in text or anywhere else.
    pub(crate) fn has_references(self) -> bool {
        self.0 & AMPERSAND != 0
    }

    /// Whether texts mean what they say: no reference to resolve, no line end to change.
    pub(crate) fn is_plain(self) -> bool {
        self.0 & (AMPERSAND | RETURN) == 0
    }

    /// A control character that XML does not allow.
    pub(crate) fn may_have_controls(self) -> bool {
        self.0 & CONTROL != 0
    }

    /// Whether some text may not be what it says, or not be allowed ([`needs_a_look`]).
    pub(crate) fn may_need_a_look(self) -> bool {
        self.0 & LOOK != 0
    }

    /// A square bracket that may belong to `]]>`.
    pub(crate) fn has_closing_brackets(self) -> bool {
        self.0 & BRACKET != 0
    }
}

#[inline]
const fn kind(byte: u8) -> u8 {
    let control = (byte < b' ' && !is_space(byte)) as u8 * CONTROL;
    let discouraged = (byte == 0x7F || byte == 0xC2 || byte >= 0xF0) as u8 * DISCOURAGED;
    let end = (byte == 0xEF) as u8 * LAST_PLANE_END;
    let ampersand = (byte == b'&') as u8 * AMPERSAND;
    let carriage = (byte == b'\r') as u8 * RETURN;
    let bracket = (byte == b']') as u8 * BRACKET;
    control | discouraged | end | ampersand | carriage | bracket
}

/// Whether a text with this byte may mean something else than it says, or not be allowed.
#[inline]
pub(crate) const fn needs_a_look(byte: u8) -> bool {
    kind(byte) & LOOK != 0
}

const LOOK: u8 = CONTROL | LAST_PLANE_END | AMPERSAND | RETURN | BRACKET;

const CONTROL: u8 = 1;
const LAST_PLANE_END: u8 = 2;
const DISCOURAGED: u8 = 4;
const AMPERSAND: u8 = 8;
const RETURN: u8 = 16;
const BRACKET: u8 = 32;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_occurs() {
        let plain = Census::of("<a b=\"1\">zażółć\n\t</a>");
        assert_eq!(plain, Census::default());
        assert!(plain.is_plain() && !plain.has_references() && !plain.may_have_discouraged());
        let far = "x".repeat(1000);
        assert!(Census::of(&format!("{far}\u{1}")).may_have_bad_characters());
        assert!(Census::of(&format!("{far}\u{FFFF}")).may_have_bad_characters());
        assert!(Census::of(&format!("{far}\u{81}")).may_have_discouraged());
        assert!(Census::of(&format!("{far}\u{1FFFF}")).may_have_discouraged());
        assert!(!Census::of(&format!("{far}&")).is_plain());
        assert!(!Census::of(&format!("{far}\r")).is_plain());
        assert!(Census::of(&format!("{far}]")).has_closing_brackets());
    }
}
