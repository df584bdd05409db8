//! Reference numbers: what KSeF calls a challenge, a session, an invoice in a session, a token and so on.

use crate::checksum::ends_in_its_crc;
use crate::ksef_number::{is_date, is_upper_hex};
use crate::{crc8, text_form};

/// A reference number: `YYYYMMDD-XX-HHHHHHHHHH-HHHHHHHHHH-CC`, 36 characters, `CC` the CRC-8 of all before the last
/// hyphen.
///
/// Source: `shared/ksef/behaviour.md`, "Shapes on the wire". KSeF's own examples carry wrong CRCs and even wrong
/// dates, so parsing checks the shape alone and [`ReferenceNumber::has_valid_crc`] the rest: a number that KSeF
/// gave us is used as it came.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReferenceNumber(String);

/// What a [`ReferenceNumber`] refers to, from its two letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ReferenceKind {
    /// `CR`: a challenge.
    Challenge,
    /// `AU`: an authentication operation and the session that comes of it.
    Authentication,
    /// `SO`: an online (interactive) session.
    OnlineSession,
    /// `SB`: a batch session.
    BatchSession,
    /// `EE`: an invoice within a session.
    Invoice,
    /// `EU`: a page of a session's UPO.
    Upo,
    /// `EH`: an export of invoices.
    Export,
    /// `EC`: a KSeF token or a permission operation.
    Token,
    /// `EG`: a permission operation.
    Permission,
}

/// Why a text is no [`ReferenceNumber`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a reference number looks like RRRRMMDD-XX-FFFFFFFFFF-FFFFFFFFFF-FF; found {found:?}")]
pub struct ReferenceNumberError {
    /// The text as it was given, cut at 60 characters.
    pub found: String,
}

impl ReferenceNumber {
    /// Parses the 36 characters; the CRC is not checked.
    ///
    /// # Errors
    /// [`ReferenceNumberError`] when length, letters or hyphens are wrong.
    pub fn parse(text: &str) -> Result<Self, ReferenceNumberError> {
        let parts: Vec<&str> = text.split('-').collect();
        let shaped = match parts[..] {
            [date, kind, first, second, crc] => {
                date.len() == 8
                    && date.bytes().all(|byte| byte.is_ascii_digit())
                    && kind.len() == 2
                    && kind.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase())
                    && [first, second].iter().all(|part| part.len() == 10 && is_upper_hex(part))
                    && crc.len() == 2
                    && is_upper_hex(crc)
            }
            _ => false,
        };
        if shaped {
            Ok(Self(text.to_owned()))
        } else {
            Err(ReferenceNumberError { found: text.chars().take(60).collect() })
        }
    }

    /// Builds a reference number; `day` is (year, month, day), only the low 40 bits of `first` and `second` are used.
    #[must_use]
    pub fn compose(kind: ReferenceKind, day: (u16, u8, u8), first: u64, second: u64) -> Self {
        let (year, month, day) = day;
        let letters = kind.letters();
        let (first, second) = (first & LOW_40_BITS, second & LOW_40_BITS);
        let data = format!("{year:04}{month:02}{day:02}-{letters}-{first:010X}-{second:010X}");
        let crc = crc8(data.as_bytes());
        Self(format!("{data}-{crc:02X}"))
    }

    /// The number as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What the number refers to; `None` for letters that this version does not know.
    #[must_use]
    pub fn kind(&self) -> Option<ReferenceKind> {
        ReferenceKind::ALL.into_iter().find(|kind| kind.letters() == &self.0[9..11])
    }

    /// Whether the date is possible and the last two digits are the CRC-8 of what stands before them.
    #[must_use]
    pub fn has_valid_crc(&self) -> bool {
        is_date(&self.0[..8]) && ends_in_its_crc(&self.0)
    }
}

impl ReferenceKind {
    /// Every kind.
    pub const ALL: [Self; 9] = [
        Self::Challenge,
        Self::Authentication,
        Self::OnlineSession,
        Self::BatchSession,
        Self::Invoice,
        Self::Upo,
        Self::Export,
        Self::Token,
        Self::Permission,
    ];

    /// The two letters at places 10 and 11 of the number.
    #[must_use]
    pub const fn letters(self) -> &'static str {
        match self {
            Self::Challenge => "CR",
            Self::Authentication => "AU",
            Self::OnlineSession => "SO",
            Self::BatchSession => "SB",
            Self::Invoice => "EE",
            Self::Upo => "EU",
            Self::Export => "EH",
            Self::Token => "EC",
            Self::Permission => "EG",
        }
    }
}

impl std::fmt::Debug for ReferenceNumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ReferenceNumber({self})")
    }
}

text_form!(ReferenceNumber, ReferenceNumberError);

const LOW_40_BITS: u64 = 0xFF_FFFF_FFFF;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_guides_challenge() {
        let challenge = ReferenceNumber::parse("20250604-CR-461EA5B000-537A6BA15D-D7").expect("the guide's");
        assert_eq!(challenge.kind(), Some(ReferenceKind::Challenge));
    }

    #[test]
    fn unknown_letters_are_carried() {
        let number =
            ReferenceNumber::parse("20260101-ZZ-0000000000-0000000000-00").expect("new kinds may come");
        assert_eq!(number.kind(), None);
        assert!(!number.has_valid_crc());
    }

    #[test]
    fn every_kind_composes_to_a_number_of_its_kind() {
        for kind in ReferenceKind::ALL {
            let number = ReferenceNumber::compose(kind, (2026, 1, 19), u64::MAX, 7);
            assert_eq!(ReferenceNumber::parse(number.as_str()), Ok(number.clone()));
            assert_eq!(number.kind(), Some(kind));
            assert!(number.has_valid_crc());
        }
    }

    #[test]
    fn other_shapes_are_refused() {
        for text in ["", "20250604-CR-461EA5B000-537A6BA15D", "2025060-CR-461EA5B0000-537A6BA15D-D7", "ż"] {
            assert!(ReferenceNumber::parse(text).is_err(), "{text}");
        }
    }
}
