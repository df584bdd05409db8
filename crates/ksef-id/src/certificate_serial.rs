//! The serial number of a KSeF certificate.

use crate::ksef_number::is_upper_hex;
use crate::text_form;

/// The serial number of a certificate that KSeF issued: 16 upper-case hexadecimal digits.
///
/// Source: OpenAPI 2.9.0, `certificateSerialNumber`; KOD II carries it in this form (guide, `kody-qr.md`).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CertificateSerial(String);

/// Why a text is no [`CertificateSerial`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the serial number of a KSeF certificate is 16 digits 0-9A-F; found {found:?}")]
pub struct CertificateSerialError {
    /// The text as it was given, cut at 60 characters.
    pub found: String,
}

impl CertificateSerial {
    /// Parses the 16 digits; lower case is refused, as KSeF does.
    ///
    /// # Errors
    /// [`CertificateSerialError`] when length or digits are wrong.
    pub fn parse(text: &str) -> Result<Self, CertificateSerialError> {
        if text.len() == LENGTH && is_upper_hex(text) {
            Ok(Self(text.to_owned()))
        } else {
            Err(CertificateSerialError { found: text.chars().take(60).collect() })
        }
    }

    /// The serial number of a certificate whose serial has this value.
    #[must_use]
    pub fn from_value(value: u64) -> Self {
        Self(format!("{value:016X}"))
    }

    /// The number as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The number as the eight bytes that stand in the certificate (with leading zeros).
    #[must_use]
    pub fn to_bytes(&self) -> [u8; 8] {
        u64::from_str_radix(&self.0, 16).expect("sixteen hexadecimal digits are 64 bits").to_be_bytes()
    }
}

impl std::fmt::Debug for CertificateSerial {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "CertificateSerial({self})")
    }
}

text_form!(CertificateSerial, CertificateSerialError);

const LENGTH: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sixteen_digits_parse() {
        let serial = CertificateSerial::parse("0321C82DA41B4362").expect("the document's example");
        assert_eq!(serial.to_bytes(), [0x03, 0x21, 0xC8, 0x2D, 0xA4, 0x1B, 0x43, 0x62]);
        assert_eq!(CertificateSerial::from_value(0x0321_C82D_A41B_4362), serial);
    }

    #[test]
    fn other_texts_are_refused() {
        for text in
            ["", "0321c82da41b4362", "0321C82DA41B436", "0321C82DA41B43620", "0321C82DA41B436G", "ąąąąąąąą"]
        {
            assert!(CertificateSerial::parse(text).is_err(), "{text}");
        }
    }
}
