//! Decimal numbers as the neutral form has them: exact, written as text, read from text or from a JSON number.

use std::borrow::Cow;
use std::fmt;

use rust_decimal::Decimal;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Deserialize, Deserializer, Error as _};
use serde::ser::{Serialize, Serializer};
use serde_json::value::RawValue;

/// A decimal number: amount, price, quantity, rate.
///
/// In JSON it is a text (`"12.50"`) or a number (`12.50`); a number is read digit by digit and never passes through
/// floating point. It is written as text, so that no reader turns it into floating point either. At most 28 digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Number(pub Decimal);

impl Number {
    /// Reads `-12.50`: an optional minus, digits, and perhaps a point with digits. `None` for anything else (no
    /// exponents, no spaces, no comma) and for more than 28 digits.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('-').unwrap_or(text);
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
        let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if !is_digits(whole) || !is_digits(fraction) {
            return None;
        }
        Decimal::from_str_exact(text).ok().map(Self)
    }
}

impl From<Decimal> for Number {
    fn from(value: Decimal) -> Self {
        Self(value)
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A negative zero would be written "-0".
        let value = if self.0.is_zero() { self.0.abs() } else { self.0 };
        value.fmt(f)
    }
}

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = <Box<RawValue>>::deserialize(deserializer)?;
        let text = raw.get().trim();
        let text = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text);
        Self::parse(text).ok_or_else(|| D::Error::custom(format!("not a decimal number: {text}")))
    }
}

impl JsonSchema for Number {
    fn schema_name() -> Cow<'static, str> {
        "Number".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A decimal number, as text (\"12.50\") or as a JSON number; at most 28 digits, no exponent.",
            "type": ["string", "number"],
            "pattern": "^-?[0-9]+(\\.[0-9]+)?$",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_exact() {
        for (json, text) in [
            ("1234567890123456.78", "1234567890123456.78"),
            ("\"0.1\"", "0.1"),
            ("-0.00", "0.00"),
            ("7", "7"),
            ("99999999999999.12345678", "99999999999999.12345678"),
        ] {
            let number: Number = serde_json::from_str(json).expect(json);
            assert_eq!(number.to_string(), text);
        }
        for json in ["1e5", "\"1,5\"", "\"1 000\"", "\"\"", "\"-\"", "\".5\"", "true", "\"1_0\"", "null"] {
            assert!(serde_json::from_str::<Number>(json).is_err(), "{json}");
        }
        assert!(serde_json::from_str::<Number>("123456789012345678901234567890").is_err());
    }
}
