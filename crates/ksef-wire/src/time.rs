//! Points in time as KSeF writes them.

use jiff::Timestamp;

/// A point in time: written `2026-01-19T15:59:13.8057696+00:00` (seven digits, offset in digits; recorded with TEST,
/// `shared/ksef/behaviour.md`), read from any RFC 3339 text.
///
/// Written values are cut to 100 nanoseconds, so writing and reading again may lose the last two digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ApiTime(pub Timestamp);

impl ApiTime {
    /// Reads an RFC 3339 text (any offset, any number of fractional digits up to nine).
    ///
    /// # Errors
    /// The parser's error when the text is no point in time; a text without an offset is none.
    pub fn parse(text: &str) -> Result<Self, jiff::Error> {
        text.parse().map(Self)
    }

    /// Milliseconds since 1970-01-01T00:00:00Z, as `timestampMs` of a challenge counts them.
    #[must_use]
    pub fn as_millisecond(self) -> i64 {
        self.0.as_millisecond()
    }
}

impl From<Timestamp> for ApiTime {
    fn from(timestamp: Timestamp) -> Self {
        Self(timestamp)
    }
}

impl std::fmt::Display for ApiTime {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:.7}", self.0.display_with_offset(jiff::tz::Offset::UTC))
    }
}

impl serde::Serialize for ApiTime {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for ApiTime {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str> as serde::Deserialize>::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(input: &str, expected: &str) {
        let time = ApiTime::parse(input).expect("the input is a time");
        assert_eq!(time.to_string(), expected);
    }

    #[test]
    fn seven_digits_and_offset_are_written() {
        check("2026-01-19T15:59:13.8057696+00:00", "2026-01-19T15:59:13.8057696+00:00");
        check("2026-01-19T15:59:13Z", "2026-01-19T15:59:13.0000000+00:00");
        check("2026-01-19T16:59:13.5+01:00", "2026-01-19T15:59:13.5000000+00:00");
        check("2026-01-19T15:59:13.123456789Z", "2026-01-19T15:59:13.1234567+00:00");
    }

    #[test]
    fn text_without_offset_is_refused() {
        assert!(ApiTime::parse("2026-01-19T15:59:13").is_err());
        assert!(ApiTime::parse("2026-01-19").is_err());
        assert!(serde_json::from_str::<ApiTime>("17").is_err());
    }
}
