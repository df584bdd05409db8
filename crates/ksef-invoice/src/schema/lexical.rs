//! Which texts XSD's less frequent built-in types have; UBL and the signatures within it use them.

use crate::xml::chars::{is_name_char, is_name_start};

/// `anyURI`: a reference that RFC 2396 knows once letters beyond ASCII are escaped.
///
/// XSD's type takes nearly everything. Refused is what can be no URI even then: a percent sign that begins no escape, a
/// second fragment, and something before the first colon of the first segment that is no scheme.
pub(crate) fn is_uri(text: &str) -> bool {
    let (body, fragment) = text.split_once('#').unwrap_or((text, ""));
    if fragment.contains('#') || !has_whole_escapes(text) {
        return false;
    }
    let first_segment = body.split(['/', '?']).next().unwrap_or_default();
    let Some((scheme, rest)) = first_segment.split_once(':') else { return true };
    let mut letters = scheme.bytes();
    let is_scheme = letters.next().is_some_and(|byte| byte.is_ascii_alphabetic())
        && letters.all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'));
    is_scheme && !(rest.is_empty() && body.len() == scheme.len() + 1)
}

fn has_whole_escapes(text: &str) -> bool {
    text.split('%')
        .skip(1)
        .all(|after| after.len() >= 2 && after.bytes().take(2).all(|byte| byte.is_ascii_hexdigit()))
}

/// `language`: `[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*`.
pub(crate) fn is_language(text: &str) -> bool {
    text.split('-').enumerate().all(|(index, part)| {
        let fits = |byte: u8| byte.is_ascii_alphabetic() || (index > 0 && byte.is_ascii_digit());
        (1..=8).contains(&part.len()) && part.bytes().all(fits)
    })
}

/// `ID`: a name without colon. That no two are the same is the validator's business.
pub(crate) fn is_ncname(text: &str) -> bool {
    text.starts_with(is_name_start) && text.chars().all(is_name_char) && !text.contains(':')
}

/// `base64Binary`: groups of four characters, blanks anywhere, and no bits left over before the padding.
pub(crate) fn is_base64(text: &str) -> bool {
    let mut count = 0_usize;
    let mut padding = 0_usize;
    let mut last = 0;
    for byte in text.bytes().filter(|byte| *byte != b' ') {
        match digit(byte) {
            Some(digit) if padding == 0 => last = digit,
            None if byte == b'=' && padding < 2 => padding += 1,
            _ => return false,
        }
        count += 1;
    }
    let left_over = match padding {
        0 => 0,
        1 => last & 0b11,
        _ => last & 0b1111,
    };
    count.is_multiple_of(4) && left_over == 0
}

fn digit(byte: u8) -> Option<u8> {
    Some(match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(is: fn(&str) -> bool, yes: &[&str], no: &[&str]) {
        yes.iter().for_each(|text| assert!(is(text), "{text:?}"));
        no.iter().for_each(|text| assert!(!is(text), "{text:?}"));
    }

    #[test]
    fn lexical_spaces() {
        check(
            is_uri,
            &["", "a", "urn:a:b", "http://a/ł?x#y", "#a", "a/b:c", "a%20b"],
            &["%", "a#b#c", ":a", "1:a", "%zz"],
        );
        check(is_language, &["pl", "pl-PL", "x-1"], &["", "polszczyzna", "1", "pl-", "pl_PL"]);
        check(is_ncname, &["a", "_1", "ż.-"], &["", "1", "a:b", "a b"]);
        check(
            is_base64,
            &["", "QQ==", "QUI=", "QUJD", "QU JD"],
            &["Q", "QQ=", "QR==", "QUJ=", "=", "QQ==QQ==", "QQ-="],
        );
    }
}
