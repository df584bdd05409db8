//! The number under which several invoices of one seller are paid together.

use crate::checksum::ends_in_its_crc;
use crate::ksef_number::is_upper_hex;
use crate::{Nip, crc8, text_form};

/// A collective identifier: `9999999999-IZRRRRMM-FFFFFFFFFFFF-FF`, 35 characters, the CRC-8 of the first 32 at the
/// end.
///
/// Source: OpenAPI 2.9.0, `GenerateCollectiveIdentifierResponse`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CollectiveNumber(String);

/// Why a text is no [`CollectiveNumber`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CollectiveNumberError {
    /// Length, digits, month or hyphens are wrong.
    #[error("a collective identifier looks like 9999999999-IZRRRRMM-FFFFFFFFFFFF-FF; found {found:?}")]
    Shape {
        /// The text as it was given, cut at 60 characters.
        found: String,
    },
    /// The shape is right and the last two digits are not the CRC-8 of what stands before them.
    #[error(
        "the collective identifier {found} ends in another check sum than {expected:02X}: a digit was mistyped"
    )]
    Crc {
        /// The text as it was given.
        found: String,
        /// What the last two digits would have to be.
        expected: u8,
    },
}

impl CollectiveNumber {
    /// Parses the 35 characters and checks the CRC.
    ///
    /// # Errors
    /// [`CollectiveNumberError`] says whether the shape or the check sum is wrong.
    pub fn parse(text: &str) -> Result<Self, CollectiveNumberError> {
        let parts: Vec<&str> = text.split('-').collect();
        let is_shaped = match parts[..] {
            [seller, month, technical, crc] => {
                Nip::parse(seller).is_ok()
                    && is_month(month)
                    && (technical.len(), crc.len()) == (12, 2)
                    && is_upper_hex(technical)
                    && is_upper_hex(crc)
            }
            _ => false,
        };
        if !is_shaped {
            return Err(CollectiveNumberError::Shape { found: text.chars().take(60).collect() });
        }
        if !ends_in_its_crc(text) {
            let expected = crc8(&text.as_bytes()[..LENGTH - 3]);
            return Err(CollectiveNumberError::Crc { found: text.to_owned(), expected });
        }
        Ok(Self(text.to_owned()))
    }

    /// Builds an identifier made in the given (year, month); only the low 48 bits of `technical_part` are used.
    #[must_use]
    pub fn compose(seller: Nip, month: (u16, u8), technical_part: u64) -> Self {
        let (year, month) = month;
        let data = format!("{seller}-IZ{year:04}{month:02}-{:012X}", technical_part & 0xFFFF_FFFF_FFFF);
        let crc = crc8(data.as_bytes());
        Self(format!("{data}-{crc:02X}"))
    }

    /// The number as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The seller's NIP, with which the number begins.
    #[must_use]
    pub fn seller(&self) -> Nip {
        Nip::parse(&self.0[..10]).expect("a collective identifier begins with a NIP")
    }
}

/// `IZRRRRMM`.
fn is_month(text: &str) -> bool {
    text.strip_prefix("IZ").is_some_and(|digits| {
        digits.len() == 6
            && digits.bytes().all(|byte| byte.is_ascii_digit())
            && ("01"..="12").contains(&&digits[4..])
    })
}

impl std::fmt::Debug for CollectiveNumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "CollectiveNumber({self})")
    }
}

text_form!(CollectiveNumber, CollectiveNumberError);

const LENGTH: usize = 35;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documents_example_parses_and_is_composed() {
        let number = CollectiveNumber::parse("1111111111-IZ202607-65ED02180000-E7").expect("the example");
        assert_eq!(number.seller().as_str(), "1111111111");
        assert_eq!(CollectiveNumber::compose(number.seller(), (2026, 7), 0x65ED_0218_0000), number);
    }

    #[test]
    fn other_texts_are_refused() {
        for text in [
            "",
            "1111111111-IZ202613-65ED02180000-E7",
            "1111111111-XZ202607-65ED02180000-E7",
            "1111111111-IZ202607-65ed02180000-E7",
            "1111111111-IZ202607-65ED02180000",
            "1111111111-IZ2026ą-65ED02180000-E7",
        ] {
            assert!(
                matches!(CollectiveNumber::parse(text), Err(CollectiveNumberError::Shape { .. })),
                "{text}"
            );
        }
        let mistyped = CollectiveNumber::parse("1111111111-IZ202607-65ED02180000-E8");
        assert!(matches!(mistyped, Err(CollectiveNumberError::Crc { expected: 0xE7, .. })));
    }
}
