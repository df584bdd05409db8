//! Passwords: from files, and in the forms that other programs may have used.
//!
//! A password is text; a key derivation takes bytes. Which bytes, was decided by the program and the console on which the
//! file was made: UTF-8 today, the code page of Polish Windows or of its console in older programs. For passwords with
//! Polish letters each is tried, so that a right password is never called wrong.

use secrecy::SecretString;
use zeroize::Zeroizing;

/// Reads a password or token from a file's bytes: one line end at the end and a byte order mark are no part of it. Text
/// that is no UTF-8 is taken as windows-1250, as a Polish Windows writes it; `None` when it is neither.
#[must_use]
pub fn secret_from_file(bytes: &[u8]) -> Option<SecretString> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    let bytes = bytes.strip_suffix(b"\r").unwrap_or(bytes);
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Some(SecretString::from(text.to_owned()));
    }
    let letters: Option<String> = bytes
        .iter()
        .map(|byte| {
            if byte.is_ascii() {
                return Some(char::from(*byte));
            }
            POLISH.iter().find(|(_, codes)| codes[WINDOWS_1250] == *byte).map(|(letter, _)| *letter)
        })
        .collect();
    letters.map(SecretString::from)
}

/// The bytes that a program may have made of a password, likeliest first; each once.
pub(crate) fn byte_forms(password: &str) -> Vec<Zeroizing<Vec<u8>>> {
    let mut forms = vec![Zeroizing::new(password.as_bytes().to_vec())];
    if !password.is_ascii() {
        for page in 0..CODE_PAGES {
            let encoded: Option<Vec<u8>> = password.chars().map(|letter| encoded(letter, page)).collect();
            forms.extend(encoded.map(Zeroizing::new).filter(|form| !forms.contains(form)));
        }
    }
    forms
}

/// The texts that PKCS#12 may have derived its keys from: the password itself, which the standard wants as UTF-16; and
/// each of its bytes as a letter, which is what OpenSSL made of it before 1.1.0 and still makes of what is no UTF-8.
pub(crate) fn text_forms(password: &str) -> Vec<Zeroizing<String>> {
    let mut forms = vec![Zeroizing::new(password.to_owned())];
    if !password.is_ascii() {
        let widened =
            |form: Zeroizing<Vec<u8>>| Zeroizing::new(form.iter().copied().map(char::from).collect());
        forms.extend(byte_forms(password).into_iter().map(widened));
    }
    forms
}

fn encoded(letter: char, page: usize) -> Option<u8> {
    if letter.is_ascii() {
        return u8::try_from(letter).ok();
    }
    POLISH.iter().find(|(known, _)| *known == letter).map(|(_, codes)| codes[page])
}

const CODE_PAGES: usize = 3;
const WINDOWS_1250: usize = 0;

/// The Polish letters in windows-1250, CP852 (the console of Polish Windows) and ISO 8859-2.
const POLISH: [(char, [u8; CODE_PAGES]); 18] = [
    ('ą', [0xB9, 0xA5, 0xB1]),
    ('ć', [0xE6, 0x86, 0xE6]),
    ('ę', [0xEA, 0xA9, 0xEA]),
    ('ł', [0xB3, 0x88, 0xB3]),
    ('ń', [0xF1, 0xE4, 0xF1]),
    ('ó', [0xF3, 0xA2, 0xF3]),
    ('ś', [0x9C, 0x98, 0xB6]),
    ('ź', [0x9F, 0xAB, 0xBC]),
    ('ż', [0xBF, 0xBE, 0xBF]),
    ('Ą', [0xA5, 0xA4, 0xA1]),
    ('Ć', [0xC6, 0x8F, 0xC6]),
    ('Ę', [0xCA, 0xA8, 0xCA]),
    ('Ł', [0xA3, 0x9D, 0xA3]),
    ('Ń', [0xD1, 0xE3, 0xD1]),
    ('Ó', [0xD3, 0xE0, 0xD3]),
    ('Ś', [0x8C, 0x97, 0xA6]),
    ('Ź', [0x8F, 0x8D, 0xAC]),
    ('Ż', [0xAF, 0xBD, 0xAF]),
];

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;

    #[test]
    fn one_line_end_is_no_part_of_a_password() {
        let check = |bytes: &[u8], expected: &str| {
            assert_eq!(secret_from_file(bytes).expect("text").expose_secret(), expected);
        };
        check(b"tajne", "tajne");
        check(b"tajne\n", "tajne");
        check(b"tajne\r\n", "tajne");
        check(b"tajne\n\n", "tajne\n");
        check(b" tajne \n", " tajne ");
        check("\u{FEFF}zażółć\r\n".as_bytes(), "zażółć");
        check(b"za\xBF\xF3\xB3\xE6 g\xEA\x9Cl\xB9", "zażółć gęślą");
        check(b"", "");
        assert!(secret_from_file(b"\x80\x81").is_none());
    }

    #[test]
    fn plain_passwords_have_one_form() {
        assert_eq!(byte_forms("abc").len(), 1);
        assert_eq!(text_forms("abc").len(), 1);
        // No Polish letter and no ASCII: no code page of ours has it.
        assert_eq!(byte_forms("日本").len(), 1);
        let forms = byte_forms("żółw");
        assert_eq!(forms[1].as_slice(), b"\xBF\xF3\xB3w");
        assert_eq!(forms[2].as_slice(), b"\xBE\xA2\x88w");
        assert_eq!(text_forms("ż")[2].as_str(), "¿");
    }
}
