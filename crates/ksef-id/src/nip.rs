//! NIP, the Polish tax identification number.

use crate::text_form;

/// A NIP: ten digits in the shape that KSeF's schemas ask for (`TNIP`: not starting with 0, second and third digit
/// not both 0).
///
/// The check digit is *not* part of validity here: KSeF's TEST environment takes numbers without it and only
/// production checks it (guide, `faktury/weryfikacja-faktury.md`), so ask [`Nip::has_valid_check_digit`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Nip([u8; LENGTH]);

/// Why a text is no [`Nip`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a NIP has 10 digits, the first not 0, without hyphens or spaces; found {found:?}")]
pub struct NipError {
    /// The text as it was given, cut at 40 characters.
    pub found: String,
}

impl Nip {
    /// Parses ten digits.
    ///
    /// # Errors
    /// [`NipError`] when the text does not have KSeF's shape.
    pub fn parse(text: &str) -> Result<Self, NipError> {
        let error = || NipError { found: text.chars().take(40).collect() };
        let digits: [u8; LENGTH] = text.as_bytes().try_into().map_err(|_| error())?;
        let shaped = digits.iter().all(u8::is_ascii_digit)
            && digits[0] != b'0'
            && (digits[1] != b'0' || digits[2] != b'0');
        if shaped { Ok(Self(digits)) } else { Err(error()) }
    }

    /// The ten digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // Invariant of the type: ASCII digits only.
        std::str::from_utf8(&self.0).expect("a NIP holds ASCII digits")
    }

    /// Whether the tenth digit is the weighted sum of the others modulo 11 (Polish tax administration's rule; a
    /// remainder of 10 is never issued).
    #[must_use]
    pub fn has_valid_check_digit(&self) -> bool {
        let sum: u32 =
            WEIGHTS.iter().zip(&self.0).map(|(weight, digit)| weight * u32::from(digit - b'0')).sum();
        sum % 11 == u32::from(self.0[LENGTH - 1] - b'0')
    }
}

impl std::fmt::Debug for Nip {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Nip({self})")
    }
}

text_form!(Nip, NipError);

const LENGTH: usize = 10;
const WEIGHTS: [u32; 9] = [6, 5, 7, 2, 3, 4, 5, 6, 7];

#[cfg(test)]
mod tests {
    use super::Nip;

    fn check(text: &str, parses: bool, check_digit: bool) {
        let nip = Nip::parse(text);
        assert_eq!(nip.is_ok(), parses, "{text}");
        if let Ok(nip) = nip {
            assert_eq!(nip.as_str(), text);
            assert_eq!(nip.has_valid_check_digit(), check_digit, "{text}");
        }
    }

    #[test]
    fn shape_and_check_digit() {
        check("5265877635", true, true);
        check("9999999999", true, true);
        check("5265877636", true, false);
        check("1234567890", true, false);
        check("0265877635", false, false);
        check("1001111111", false, false);
        check("526587763", false, false);
        check("52658776355", false, false);
        check("526-58-776", false, false);
        check("52658776３5", false, false);
        check("", false, false);
    }
}
