//! The number that KSeF gives to an invoice.

use crate::checksum::ends_in_its_crc;
use crate::{Nip, crc8, text_form};

/// A KSeF number: `9999999999-RRRRMMDD-FFFFFFFFFFFF-FF`, 35 characters with the CRC-8 of the first 32 at the end, or
/// the 36 characters of KSeF 1.0 (`…-FFFFFF-FFFFFF-FF`), whose last two digits follow another rule.
///
/// Source: guide, `faktury/numer-ksef.md`; for the older form field notes B13 (issues #55 and csharp#26: numbers of
/// 1.0 fail the CRC-8 of 2.0, "intended").
///
/// A text with the right shape but the wrong CRC does not parse, since nothing but a typing error makes one; use
/// [`KsefNumber::has_shape`] where official examples with wrong CRCs must be told from garbage.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KsefNumber(String);

/// Why a text is no [`KsefNumber`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KsefNumberError {
    /// Length, digits, date or hyphens are not those of a KSeF number.
    #[error("a KSeF number looks like 9999999999-RRRRMMDD-FFFFFFFFFFFF-FF; found {found:?}")]
    Shape {
        /// The text as it was given, cut at 60 characters.
        found: String,
    },
    /// The shape is right and the last two digits are not the CRC-8 of what stands before them.
    #[error("the KSeF number {found} ends in {} where its check sum is {expected:02X}: a digit was mistyped", &found[found.len() - 2..])]
    Crc {
        /// The text as it was given.
        found: String,
        /// What the last two digits would have to be.
        expected: u8,
    },
}

impl KsefNumber {
    /// Parses a number of KSeF 2.0 (35 characters, CRC-8 checked) or of KSeF 1.0 (36 characters, shape only).
    ///
    /// # Errors
    /// [`KsefNumberError`] says whether the shape or the check sum is wrong.
    pub fn parse(text: &str) -> Result<Self, KsefNumberError> {
        if !Self::has_shape(text) {
            return Err(KsefNumberError::Shape { found: text.chars().take(60).collect() });
        }
        if text.len() == LENGTH && !ends_in_its_crc(text) {
            let expected = crc8(&text.as_bytes()[..LENGTH - 3]);
            return Err(KsefNumberError::Crc { found: text.to_owned(), expected });
        }
        Ok(Self(text.to_owned()))
    }

    /// Builds the number of an invoice accepted on the given day.
    ///
    /// `day` is a plain Gregorian date as (year, month, day); only the low 48 bits of `technical_part` are used.
    #[must_use]
    pub fn compose(seller: Nip, day: (u16, u8, u8), technical_part: u64) -> Self {
        let (year, month, day) = day;
        let data = format!("{seller}-{year:04}{month:02}{day:02}-{:012X}", technical_part & 0xFFFF_FFFF_FFFF);
        let crc = crc8(data.as_bytes());
        Self(format!("{data}-{crc:02X}"))
    }

    /// Whether the text has the shape of a KSeF number, whatever its check sum.
    #[must_use]
    pub fn has_shape(text: &str) -> bool {
        let parts: Vec<&str> = text.split('-').collect();
        let technical_ok = match parts[..] {
            [_, _, technical, _] => technical.len() == 12 && is_upper_hex(technical),
            [_, _, first, second, _] => {
                first.len() == 6 && second.len() == 6 && is_upper_hex(first) && is_upper_hex(second)
            }
            _ => false,
        };
        technical_ok && Nip::parse(parts[0]).is_ok() && is_date(parts[1]) && {
            let crc = parts[parts.len() - 1];
            crc.len() == 2 && is_upper_hex(crc)
        }
    }

    /// The number as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The seller's NIP, with which the number begins.
    #[must_use]
    pub fn seller(&self) -> Nip {
        Nip::parse(&self.0[..10]).expect("a KSeF number begins with a NIP")
    }

    /// The day on which KSeF took the invoice, as `RRRRMMDD`.
    #[must_use]
    pub fn acceptance_day(&self) -> &str {
        &self.0[11..19]
    }

    /// Whether the number is of KSeF 1.0 (36 characters), whose check sum cannot be verified by the rule of 2.0.
    #[must_use]
    pub fn is_of_ksef_1(&self) -> bool {
        self.0.len() != LENGTH
    }
}

impl std::fmt::Debug for KsefNumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "KsefNumber({self})")
    }
}

text_form!(KsefNumber, KsefNumberError);

pub(crate) fn is_upper_hex(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit() || (b'A'..=b'F').contains(&byte))
}

/// `RRRRMMDD` within the range of the API's pattern (years from 2020, months 01–12, days 01–31).
pub(crate) fn is_date(text: &str) -> bool {
    text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit()) && {
        let (year, month, day) = (&text[..4], &text[4..6], &text[6..]);
        year >= "2020" && ("01"..="12").contains(&month) && ("01"..="31").contains(&day)
    }
}

const LENGTH: usize = 35;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_guides_example_parses() {
        let number = KsefNumber::parse("5265877635-20250826-0100001AF629-AF").expect("the guide's number");
        assert_eq!(number.seller().as_str(), "5265877635");
        assert_eq!(number.acceptance_day(), "20250826");
        assert!(!number.is_of_ksef_1());
    }

    #[test]
    fn numbers_of_ksef_1_parse_without_a_check_sum() {
        let number = KsefNumber::parse("7781464139-20230721-80B510-9675F7-B5").expect("field notes B13");
        assert!(number.is_of_ksef_1());
    }

    #[test]
    fn a_wrong_check_sum_names_the_right_one() {
        let error = KsefNumber::parse("5265877635-20250826-0100001AF629-AE").expect_err("mistyped");
        assert_eq!(
            error,
            KsefNumberError::Crc { found: "5265877635-20250826-0100001AF629-AE".into(), expected: 0xAF }
        );
    }

    #[test]
    fn other_shapes_are_refused() {
        for text in [
            "",
            "5265877635-20250826-0100001AF629",
            "5265877635-20251326-0100001AF629-AF",
            "5265877635-20250826-0100001af629-AF",
            "5265877635-20250826-0100001AF62-9AF",
            "20250604-CR-461EA5B000-537A6BA15D-D7",
            "52658776ą5-20250826-0100001AF629-AF",
        ] {
            assert!(matches!(KsefNumber::parse(text), Err(KsefNumberError::Shape { .. })), "{text}");
        }
    }

    #[test]
    fn composed_numbers_parse() {
        let seller = Nip::parse("5265877635").expect("a NIP");
        let number = KsefNumber::compose(seller, (2025, 8, 26), 0x0100_001A_F629);
        assert_eq!(number.as_str(), "5265877635-20250826-0100001AF629-AF");
        assert_eq!(KsefNumber::parse(number.as_str()), Ok(number));
    }
}
