//! XSD's built-in types that the forms use: which texts they have and how their values compare.

use std::cmp::Ordering;

use super::lexical;
use crate::xml::text;

/// A built-in type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Builtin {
    String,
    NormalizedString,
    Token,
    Decimal,
    Integer,
    NonNegativeInteger,
    PositiveInteger,
    Int,
    Byte,
    Date,
    DateTime,
    Time,
    Boolean,
    AnyUri,
    Language,
    Id,
    Base64Binary,
}

/// What XSD does to white space before it looks at a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WhiteSpace {
    Preserve,
    Replace,
    Collapse,
}

impl WhiteSpace {
    pub(crate) fn apply(self, value: &str) -> std::borrow::Cow<'_, str> {
        match self {
            Self::Preserve => std::borrow::Cow::Borrowed(value),
            Self::Replace => text::replace(value),
            Self::Collapse => text::collapse(value),
        }
    }
}

impl Builtin {
    pub(crate) const ALL: [Self; 17] = [
        Self::String,
        Self::NormalizedString,
        Self::Token,
        Self::Decimal,
        Self::Integer,
        Self::NonNegativeInteger,
        Self::PositiveInteger,
        Self::Int,
        Self::Byte,
        Self::Date,
        Self::DateTime,
        Self::Time,
        Self::Boolean,
        Self::AnyUri,
        Self::Language,
        Self::Id,
        Self::Base64Binary,
    ];

    /// XSD's name as the tables have it.
    pub(crate) const fn table_name(self) -> &'static str {
        match self {
            Self::String => "xsd:string",
            Self::NormalizedString => "xsd:normalizedString",
            Self::Token => "xsd:token",
            Self::Decimal => "xsd:decimal",
            Self::Integer => "xsd:integer",
            Self::NonNegativeInteger => "xsd:nonNegativeInteger",
            Self::PositiveInteger => "xsd:positiveInteger",
            Self::Int => "xsd:int",
            Self::Byte => "xsd:byte",
            Self::Date => "xsd:date",
            Self::DateTime => "xsd:dateTime",
            Self::Time => "xsd:time",
            Self::Boolean => "xsd:boolean",
            Self::AnyUri => "xsd:anyURI",
            Self::Language => "xsd:language",
            Self::Id => "xsd:ID",
            Self::Base64Binary => "xsd:base64Binary",
        }
    }

    /// The nearest built-in type, of those here, that it is derived from.
    pub(crate) const fn base(self) -> Option<Self> {
        match self {
            Self::NormalizedString => Some(Self::String),
            Self::Token => Some(Self::NormalizedString),
            Self::Integer => Some(Self::Decimal),
            Self::NonNegativeInteger | Self::Int => Some(Self::Integer),
            Self::PositiveInteger => Some(Self::NonNegativeInteger),
            Self::Byte => Some(Self::Int),
            Self::Language | Self::Id => Some(Self::Token),
            Self::String
            | Self::Decimal
            | Self::Date
            | Self::DateTime
            | Self::Time
            | Self::Boolean
            | Self::AnyUri
            | Self::Base64Binary => None,
        }
    }

    pub(crate) const fn white_space(self) -> WhiteSpace {
        match self {
            Self::String => WhiteSpace::Preserve,
            Self::NormalizedString => WhiteSpace::Replace,
            _ => WhiteSpace::Collapse,
        }
    }

    /// Whether values are numbers.
    pub(crate) const fn is_number(self) -> bool {
        matches!(
            self,
            Self::Decimal
                | Self::Integer
                | Self::NonNegativeInteger
                | Self::PositiveInteger
                | Self::Int
                | Self::Byte
        )
    }

    /// Whether the text, white space already treated, is of the type.
    pub(crate) fn accepts(self, value: &str) -> bool {
        let integer = || Number::parse(value).filter(|_| !value.contains('.'));
        let within = |min: i64, max: i64| {
            integer().and_then(|number| number.as_i64()).is_some_and(|number| (min..=max).contains(&number))
        };
        match self {
            Self::String | Self::NormalizedString | Self::Token => true,
            Self::Decimal => Number::parse(value).is_some(),
            Self::Integer => integer().is_some(),
            Self::NonNegativeInteger => integer().is_some_and(|number| !number.is_negative),
            Self::PositiveInteger => {
                integer().is_some_and(|number| !number.is_negative && !number.whole.is_empty())
            }
            Self::Int => within(i32::MIN.into(), i32::MAX.into()),
            Self::Byte => within(i8::MIN.into(), i8::MAX.into()),
            Self::Date => Moment::parse_date(value).is_some(),
            Self::DateTime => Moment::parse_date_time(value).is_some(),
            Self::Time => Moment::parse_time(value).is_some(),
            Self::Boolean => matches!(value, "true" | "false" | "1" | "0"),
            Self::AnyUri => lexical::is_uri(value),
            Self::Language => lexical::is_language(value),
            Self::Id => lexical::is_ncname(value),
            Self::Base64Binary => lexical::is_base64(value),
        }
    }

    /// How two values of the type compare; `None` when they do not (dates with and without time zone near each other)
    /// or one is no value.
    pub(crate) fn compare(self, left: &str, right: &str) -> Option<Ordering> {
        if self.is_number() {
            return Some(Number::parse(left)?.cmp(&Number::parse(right)?));
        }
        match self {
            Self::Date => Moment::parse_date(left)?.compare(&Moment::parse_date(right)?),
            Self::DateTime => Moment::parse_date_time(left)?.compare(&Moment::parse_date_time(right)?),
            _ => (left == right).then_some(Ordering::Equal),
        }
    }
}

/// A decimal number of any length, as its significant digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Number<'a> {
    is_negative: bool,
    /// Without leading zeros.
    whole: &'a str,
    /// Without trailing zeros.
    fraction: &'a str,
}

impl<'a> Number<'a> {
    /// `[+-]? (digits (. digits?)? | . digits)`.
    pub(crate) fn parse(text: &'a str) -> Option<Self> {
        let (sign, unsigned) = match text.as_bytes().first()? {
            b'-' => (true, &text[1..]),
            b'+' => (false, &text[1..]),
            _ => (false, text),
        };
        let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(whole) || !digits(fraction) || (whole.is_empty() && fraction.is_empty()) {
            return None;
        }
        let (whole, fraction) = (whole.trim_start_matches('0'), fraction.trim_end_matches('0'));
        let is_zero = whole.is_empty() && fraction.is_empty();
        Some(Self { is_negative: sign && !is_zero, whole, fraction })
    }

    /// XSD's `totalDigits` of the value: the digits needed to write it.
    pub(crate) fn total_digits(&self) -> usize {
        let fraction = self.fraction.len();
        // Zeros right behind the point are not needed when nothing stands before it: 0.05 is 5 × 10⁻².
        let leading = self.fraction.len() - self.fraction.trim_start_matches('0').len();
        if self.whole.is_empty() { (fraction - leading).max(1) } else { self.whole.len() + fraction }
    }

    /// A whole number that fits; the digits beyond are none of the bounded types'.
    fn as_i64(&self) -> Option<i64> {
        if self.whole.is_empty() {
            return Some(0);
        }
        let magnitude: i64 = self.whole.parse().ok()?;
        Some(if self.is_negative { -magnitude } else { magnitude })
    }

    pub(crate) fn fraction_digits(&self) -> usize {
        self.fraction.len()
    }

    fn cmp(&self, other: &Self) -> Ordering {
        let magnitude = |left: &Self, right: &Self| {
            left.whole
                .len()
                .cmp(&right.whole.len())
                .then_with(|| left.whole.cmp(right.whole))
                .then_with(|| left.fraction.cmp(right.fraction))
        };
        match (self.is_negative, other.is_negative) {
            (false, true) => Ordering::Greater,
            (true, false) => Ordering::Less,
            (false, false) => magnitude(self, other),
            (true, true) => magnitude(other, self),
        }
    }
}

/// A date or a date with time, with or without time zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Moment<'a> {
    /// Seconds since 0000-03-01 in local time.
    seconds: i64,
    /// Digits of the fraction of a second, without trailing zeros.
    fraction: &'a str,
    /// Minutes east of UTC.
    zone: Option<i64>,
}

impl<'a> Moment<'a> {
    fn parse_date(text: &'a str) -> Option<Self> {
        let (days, rest) = date(text)?;
        Some(Self { seconds: days * DAY, fraction: "", zone: zone(rest)? })
    }

    fn parse_date_time(text: &'a str) -> Option<Self> {
        let (days, rest) = date(text)?;
        Self::parse_from_time(days, rest.strip_prefix('T')?)
    }

    fn parse_time(text: &'a str) -> Option<Self> {
        Self::parse_from_time(0, text)
    }

    fn parse_from_time(days: i64, rest: &'a str) -> Option<Self> {
        let (hour, rest) = two_digits(rest)?;
        let (minute, rest) = two_digits(rest.strip_prefix(':')?)?;
        let (second, rest) = two_digits(rest.strip_prefix(':')?)?;
        let (fraction, rest) = match rest.strip_prefix('.') {
            None => ("", rest),
            Some(digits) => {
                let end = digits.bytes().position(|byte| !byte.is_ascii_digit()).unwrap_or(digits.len());
                if end == 0 {
                    return None;
                }
                (digits[..end].trim_end_matches('0'), &digits[end..])
            }
        };
        let is_midnight_after = hour == 24 && minute == 0 && second == 0 && fraction.is_empty();
        if (hour > 23 && !is_midnight_after) || minute > 59 || second > 59 {
            return None;
        }
        let seconds = days * DAY + hour * 3600 + minute * 60 + second;
        Some(Self { seconds, fraction, zone: zone(rest)? })
    }

    fn compare(&self, other: &Self) -> Option<Ordering> {
        let order = |left: i64, right: i64| left.cmp(&right).then_with(|| self.fraction.cmp(other.fraction));
        match (self.zone, other.zone) {
            (None, None) => Some(order(self.seconds, other.seconds)),
            (Some(left), Some(right)) => Some(order(self.seconds - left * 60, other.seconds - right * 60)),
            // XSD 3.2.7.4: without a time zone it may be anywhere within 14 hours.
            (Some(left), None) => {
                let left = self.seconds - left * 60;
                let (earliest, latest) = (other.seconds - ZONE_MAX * 60, other.seconds + ZONE_MAX * 60);
                let (low, high) = (order(left, earliest), order(left, latest));
                (low == high && low != Ordering::Equal).then_some(low)
            }
            (None, Some(_)) => other.compare(self).map(Ordering::reverse),
        }
    }
}

/// Days since 0000-03-01 and what follows the date.
fn date(text: &str) -> Option<(i64, &str)> {
    let (is_before_christ, unsigned) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let digits = unsigned.bytes().position(|byte| !byte.is_ascii_digit())?;
    let year_text = &unsigned[..digits];
    // At least four digits, no needless zero, no year 0 (XSD 1.0); nine digits are more than any schema's bounds.
    if !(4..=9).contains(&digits) || (digits > 4 && year_text.starts_with('0')) {
        return None;
    }
    let year: i64 = year_text.parse().ok()?;
    if year == 0 {
        return None;
    }
    let year = if is_before_christ { 1 - year } else { year };
    let (month, rest) = two_digits(unsigned[digits..].strip_prefix('-')?)?;
    let (day, rest) = two_digits(rest.strip_prefix('-')?)?;
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days_in_month = match month {
        2 => 28 + i64::from(is_leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if !(1..=days_in_month).contains(&day) {
        return None;
    }
    let (march_year, march_month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let leap_days = march_year.div_euclid(4) - march_year.div_euclid(100) + march_year.div_euclid(400);
    Some((march_year * 365 + leap_days + (march_month * 153 + 2) / 5 + day - 1, rest))
}

/// Nothing, `Z`, or `±hh:mm` up to 14 hours; the outer `None` is an error.
fn zone(text: &str) -> Option<Option<i64>> {
    let sign = match text.as_bytes().first() {
        None => return Some(None),
        Some(b'Z') if text.len() == 1 => return Some(Some(0)),
        Some(b'+') => 1,
        Some(b'-') => -1,
        Some(_) => return None,
    };
    let (hours, rest) = two_digits(&text[1..])?;
    let (minutes, rest) = two_digits(rest.strip_prefix(':')?)?;
    let total = hours * 60 + minutes;
    (rest.is_empty() && minutes < 60 && total <= ZONE_MAX).then_some(Some(sign * total))
}

fn two_digits(text: &str) -> Option<(i64, &str)> {
    let (&[tens, ones], _) = text.as_bytes().split_first_chunk::<2>()?;
    let are_digits = tens.is_ascii_digit() && ones.is_ascii_digit();
    are_digits.then(|| (i64::from(tens - b'0') * 10 + i64::from(ones - b'0'), &text[2..]))
}

const DAY: i64 = 86_400;

/// A time zone is at most 14 hours off, in minutes.
const ZONE_MAX: i64 = 840;

#[cfg(test)]
mod tests {
    use super::*;

    fn check(builtin: Builtin, yes: &[&str], no: &[&str]) {
        for value in yes {
            assert!(builtin.accepts(value), "{value} is a {}", builtin.table_name());
        }
        for value in no {
            assert!(!builtin.accepts(value), "{value} is no {}", builtin.table_name());
        }
    }

    #[test]
    fn lexical_spaces() {
        check(
            Builtin::Decimal,
            &["0", "-1.5", "+1", "1.", ".5", "007"],
            &["", ".", "-", "1e5", "1,5", "--1"],
        );
        check(Builtin::Integer, &["0", "-5", "+5", "123456789012345678901"], &["1.0", "1.", "", "a"]);
        check(Builtin::Byte, &["127", "-128", "+3", "003"], &["128", "-129"]);
        check(Builtin::PositiveInteger, &["1", "001"], &["0", "-1"]);
        check(Builtin::NonNegativeInteger, &["0", "-0"], &["-1"]);
        check(
            Builtin::Date,
            &["2026-02-28", "2024-02-29", "2026-01-01Z", "2026-01-01+14:00", "-0001-01-01", "12026-01-01"],
            &[
                "2026-02-29",
                "2026-13-01",
                "2026-00-01",
                "26-01-01",
                "2026-1-1",
                "0000-01-01",
                "2026-01-01+14:01",
            ],
        );
        check(
            Builtin::DateTime,
            &["2026-02-01T00:00:00Z", "2026-02-01T23:59:59.123456789+02:00", "2026-02-01T24:00:00"],
            &[
                "2026-02-01",
                "2026-02-01T24:00:01",
                "2026-02-01T00:00",
                "2026-02-01T00:00:60",
                "2026-02-01T00:00:00.",
            ],
        );
    }

    #[test]
    fn order() {
        let compare = |builtin: Builtin, left, right| builtin.compare(left, right);
        assert_eq!(compare(Builtin::Decimal, "1.10", "1.1"), Some(Ordering::Equal));
        assert_eq!(compare(Builtin::Decimal, "-2", "-1"), Some(Ordering::Less));
        assert_eq!(compare(Builtin::Decimal, "10", "9.99"), Some(Ordering::Greater));
        assert_eq!(compare(Builtin::Decimal, "-0", "0"), Some(Ordering::Equal));
        assert_eq!(compare(Builtin::Date, "2025-12-31", "2026-01-01"), Some(Ordering::Less));
        let bound = "2025-09-01T00:00:00Z";
        assert_eq!(compare(Builtin::DateTime, "2025-09-01T02:00:00+02:00", bound), Some(Ordering::Equal));
        assert_eq!(compare(Builtin::DateTime, "2025-09-01T01:59:59.9+02:00", bound), Some(Ordering::Less));
        assert_eq!(compare(Builtin::DateTime, "2025-09-01T05:00:00", bound), None);
        assert_eq!(compare(Builtin::DateTime, "2025-09-02T00:00:00", bound), Some(Ordering::Greater));
        assert_eq!(compare(Builtin::DateTime, "2025-08-31T09:00:00", bound), Some(Ordering::Less));
    }

    #[test]
    fn digits() {
        let digits =
            |text| Number::parse(text).map(|number| (number.total_digits(), number.fraction_digits()));
        assert_eq!(digits("0012.340"), Some((4, 2)));
        assert_eq!(digits("0.05"), Some((1, 2)));
        assert_eq!(digits("0"), Some((1, 0)));
        assert_eq!(digits("100"), Some((3, 0)));
    }
}
