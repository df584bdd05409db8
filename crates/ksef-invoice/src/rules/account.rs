//! Bank account numbers.

use super::{Place, words};
use crate::catalogue;
use crate::report::Findings;
use crate::xml::Cursor;

/// Reports an account number whose check sum is wrong.
pub(super) fn check(place: &Place<'_, '_>, at: Cursor<'_, '_>, findings: &mut Findings) {
    let number = at.text();
    if has_wrong_check_sum(number) {
        place.report(
            findings,
            &catalogue::ACCOUNT_CHECK_SUM,
            at,
            words(
                number,
                "",
                format!("Numer rachunku {number} ma złą sumę kontrolną; sprawdź cyfry."),
                format!("The account number {number} has a wrong check sum; check the digits."),
            ),
        );
    }
}

/// Whether a text is a Polish account number (26 digits) or an IBAN, perhaps with blanks, and its check sum is wrong.
/// Numbers of other shapes are no business of this rule: countries without IBAN have them.
fn has_wrong_check_sum(number: &str) -> bool {
    let mut buffer = [0_u8; IBAN_MAX];
    let mut length = 0;
    for byte in number.bytes().filter(|byte| !byte.is_ascii_whitespace()) {
        let Some(place) = buffer.get_mut(length) else { return false };
        (*place, length) = (byte, length + 1);
    }
    let text = &buffer[..length];
    let is_digits = |text: &[u8]| text.iter().all(u8::is_ascii_digit);
    // ISO 13616: the country and check digits go behind the number; letters count from A = 10.
    match text {
        _ if length == NRB_LENGTH && is_digits(text) => {
            remainder(text[2..].iter().chain(b"PL").chain(&text[..2])) != 1
        }
        [a, b, c, d, rest @ ..]
            if a.is_ascii_uppercase()
                && b.is_ascii_uppercase()
                && is_digits(&[*c, *d])
                && length >= IBAN_MIN
                && rest.iter().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase()) =>
        {
            remainder(rest.iter().chain(&text[..4])) != 1
        }
        _ => false,
    }
}

fn remainder<'t>(text: impl Iterator<Item = &'t u8>) -> u32 {
    text.fold(0, |remainder, byte| match byte {
        b'0'..=b'9' => (remainder * 10 + u32::from(byte - b'0')) % 97,
        _ => (remainder * 100 + u32::from(byte - b'A') + 10) % 97,
    })
}

const NRB_LENGTH: usize = 26;
const IBAN_MIN: usize = 15;
const IBAN_MAX: usize = 34;

#[cfg(test)]
mod tests {
    use super::has_wrong_check_sum;

    #[test]
    fn check_sums() {
        for right in [
            "61109010140000071219812874",
            "PL 61 1090 1014 0000 0712 1981 2874",
            "DE89370400440532013000",
            "GB82 WEST 1234 5698 7654 32",
            "1234567890",
            "ąęść1234567890123456",
            "US-123456789012345",
            "",
        ] {
            assert!(!has_wrong_check_sum(right), "{right}");
        }
        for wrong in ["61109010140000071219812875", "DE89370400440532013001", "PL61109010140000071219812875"]
        {
            assert!(has_wrong_check_sum(wrong), "{wrong}");
        }
    }
}
