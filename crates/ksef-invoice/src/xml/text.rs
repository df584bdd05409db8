//! From raw character data to values: references, line ends, white space.

use std::borrow::Cow;

use super::chars::is_space;

/// The text that raw character data stands for: references resolved and line ends made `\n` (XML 2.11).
///
/// The raw text must have passed [`super::Scanner`], which has checked every reference.
pub(crate) fn decode(raw: &str) -> Cow<'_, str> {
    if memchr::memchr2(b'&', b'\r', raw.as_bytes()).is_none() {
        return Cow::Borrowed(raw);
    }
    let mut text = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = memchr::memchr2(b'&', b'\r', rest.as_bytes()) {
        text.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some(after) = rest.strip_prefix('\r') {
            text.push('\n');
            rest = after.strip_prefix('\n').unwrap_or(after);
        } else {
            let end = rest.find(';').map_or(rest.len(), |semicolon| semicolon + 1);
            text.extend(reference(&rest[1..end.max(2) - 1]));
            rest = &rest[end..];
        }
    }
    text.push_str(rest);
    Cow::Owned(text)
}

/// CDATA stands for itself, but for line ends.
pub(crate) fn decode_cdata(raw: &str) -> Cow<'_, str> {
    if memchr::memchr(b'\r', raw.as_bytes()).is_none() {
        return Cow::Borrowed(raw);
    }
    Cow::Owned(raw.replace("\r\n", "\n").replace('\r', "\n"))
}

/// The value of an attribute: references resolved, literal white space made blanks (XML 3.3.3).
pub(crate) fn decode_attribute(raw: &str) -> Cow<'_, str> {
    if !raw.bytes().any(|byte| byte == b'&' || (byte != b' ' && is_space(byte))) {
        return Cow::Borrowed(raw);
    }
    let mut text = String::with_capacity(raw.len());
    for (index, piece) in raw.split('&').enumerate() {
        let literal = if index == 0 {
            piece
        } else {
            let (name, literal) = piece.split_once(';').unwrap_or((piece, ""));
            text.extend(reference(name));
            literal
        };
        let literal = literal.replace("\r\n", " ");
        text.extend(literal.chars().map(|c| if matches!(c, '\t' | '\n' | '\r') { ' ' } else { c }));
    }
    Cow::Owned(text)
}

/// The character that a reference stands for, by what is between `&` and `;`: `amp`, `#65`, `#x41`.
pub(crate) fn reference(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let number = name.strip_prefix('#')?;
            let (digits, radix) = match number.strip_prefix('x') {
                Some(digits) => (digits, 16),
                None => (number, 10),
            };
            // `from_str_radix` would take a sign.
            if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
                return None;
            }
            char::from_u32(u32::from_str_radix(digits, radix).ok()?).filter(|c| super::chars::is_xml_char(*c))
        }
    }
}

/// Whether there is nothing but white space.
pub(crate) fn is_blank(text: &str) -> bool {
    text.bytes().all(is_space)
}

/// Without XML white space at both ends (`str::trim` would take more).
pub(crate) fn trim(text: &str) -> &str {
    let bytes = text.as_bytes();
    let is_padded = |byte: Option<&u8>| byte.copied().is_some_and(is_space);
    if is_padded(bytes.first()) || is_padded(bytes.last()) {
        text.trim_matches([' ', '\t', '\n', '\r'])
    } else {
        text
    }
}

/// XSD's `collapse`: runs of white space become one blank, those at the ends vanish.
pub(crate) fn collapse(text: &str) -> Cow<'_, str> {
    let trimmed = trim(text);
    let mut previous_is_space = false;
    let is_collapsed = trimmed.bytes().all(|byte| {
        let fine = !(is_space(byte) && (byte != b' ' || previous_is_space));
        previous_is_space = is_space(byte);
        fine
    });
    if is_collapsed {
        return Cow::Borrowed(trimmed);
    }
    let words = trimmed.split([' ', '\t', '\n', '\r']).filter(|word| !word.is_empty());
    Cow::Owned(words.collect::<Vec<_>>().join(" "))
}

/// XSD's `replace`: each white space character becomes a blank.
pub(crate) fn replace(text: &str) -> Cow<'_, str> {
    if !text.bytes().any(|byte| byte != b' ' && is_space(byte)) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.replace(['\t', '\n', '\r'], " "))
}

/// The first so many characters, for messages.
pub(crate) fn cut(text: &str, characters_max: usize) -> String {
    match text.char_indices().nth(characters_max) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", &text[..end]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_and_line_ends() {
        assert_eq!(decode("a&amp;b&#65;&#x142;\r\nc\rd"), "a&bAł\nc\nd");
        assert_eq!(decode("bez zmian\n"), "bez zmian\n");
        assert_eq!(decode_attribute("a\tb&#9;c\r\nd&lt;"), "a b\tc d<");
        assert_eq!(decode_cdata("&amp;\r\n"), "&amp;\n");
        for bad in ["nbsp", "#", "#x", "#0", "#xD800", "#+5", "#x110000", "#99999999999", ""] {
            assert_eq!(reference(bad), None, "{bad}");
        }
    }

    #[test]
    fn white_space() {
        assert_eq!(collapse("  a \n b  "), "a b");
        assert_eq!(collapse("a b"), "a b");
        assert_eq!(collapse(" \u{a0} "), "\u{a0}");
        assert_eq!(replace("a\tb"), "a b");
        assert_eq!(cut("zażółć", 4), "zażó…");
    }
}
