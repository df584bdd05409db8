//! Amounts of money in JSON.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

/// An amount, a JSON number with `format: double` in the API.
///
/// Held as a decimal number; JSON carries the shortest text of the nearest double, which is exact up to 15 digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Amount(pub Decimal);

impl serde::Serialize for Amount {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // A Decimal has at most 29 digits, so it always has a nearest double.
        serializer.serialize_f64(self.0.to_f64().unwrap_or(0.0))
    }
}

impl<'de> serde::Deserialize<'de> for Amount {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = serde_json::Number::deserialize(deserializer)?;
        let text = match number.as_f64() {
            Some(double) if !number.is_i64() && !number.is_u64() => double.to_string(),
            _ => number.to_string(),
        };
        text.parse().map(Self).map_err(|_| serde::de::Error::custom(format!("{number} is no amount")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_keep_their_grosze() {
        for text in ["0.1", "123.45", "-999999999999.99", "7", "1e2"] {
            let amount: Amount = serde_json::from_str(text).expect("an amount");
            let again = serde_json::to_string(&amount).expect("an amount is written");
            assert_eq!(serde_json::from_str::<Amount>(&again).expect("read again"), amount, "{text}");
        }
        assert!(serde_json::from_str::<Amount>("1e300").is_err());
        assert!(serde_json::from_str::<Amount>("\"1\"").is_err());
    }
}
