//! The quick yes to a value: for the kinds of simple types that invoices are full of, a check that needs one look at the
//! bytes as they stand.
//!
//! It only ever says yes, and only to values that [`SimpleType::check`] takes as well (a test holds both against each
//! other); what it does not take is judged there.

use super::datatype::{Builtin, WhiteSpace};
use super::simple::{BoundKind, SimpleType};
use crate::xml::chars::is_space;

/// How a simple type's values are recognised at once.
#[derive(Debug)]
pub(crate) enum Quick {
    /// They are not.
    Never,
    /// Any text; lengths in bytes that are certainly enough and not too much.
    Text {
        /// Shorter values are not taken.
        min: usize,
        /// Longer values are not taken.
        max: usize,
        /// White space at the ends does not count.
        is_collapsed: bool,
        /// Bytes must be characters, because a least number of those is asked for.
        is_ascii: bool,
    },
    /// One of these short words, each packed into a number, sorted.
    Words(Box<[u64]>),
    /// A decimal of the shape `-?(0|[1-9]…)(\.…)?` with at most so many digits before and behind the point.
    Amount { whole: usize, fraction: usize },
    /// A whole number without sign and leading zero, with at most so many digits, within bounds.
    Whole { digits: usize, min: u64, max: u64 },
    /// `YYYY-MM-DD` within bounds, packed by [`packed_date`].
    Date { min: u32, max: u32 },
    /// What its patterns match, as it stands; no white space where that is treated.
    Pattern,
}

impl Quick {
    /// The quick check of a type.
    pub(crate) fn of(simple: &SimpleType) -> Self {
        if !simple.members.is_empty() {
            return Self::Never;
        }
        if simple.enumeration.is_some() {
            return words(simple).unwrap_or(Self::Never);
        }
        let quick = match simple.builtin {
            Builtin::String | Builtin::NormalizedString | Builtin::Token => texts(simple),
            Builtin::Decimal => amount(simple),
            Builtin::Integer | Builtin::NonNegativeInteger | Builtin::PositiveInteger => whole(simple),
            Builtin::Date => date(simple),
            _ => None,
        };
        quick.unwrap_or(Self::Never)
    }

    /// Whether the value is certainly valid by the type that this was made of.
    #[inline]
    pub(crate) fn takes(&self, simple: &SimpleType, value: &str) -> bool {
        let bytes = value.as_bytes();
        match self {
            Self::Never => false,
            Self::Text { min, max, is_collapsed, is_ascii } => {
                // Collapsing makes a text shorter but never empties one that does not begin with white space.
                let begins = !is_collapsed || bytes.first().is_none_or(|byte| !is_space(*byte));
                (*min..=*max).contains(&bytes.len()) && begins && (!is_ascii || value.is_ascii())
            }
            Self::Words(words) => packed_word(bytes).is_some_and(|word| match words.len() {
                ..=8 => words.contains(&word),
                _ => words.binary_search(&word).is_ok(),
            }),
            Self::Amount { whole, fraction } => is_amount(bytes, *whole, *fraction),
            Self::Whole { digits, min, max } => {
                let is_short = (1..=*digits).contains(&bytes.len()) && bytes[0] != b'0';
                is_short && number(bytes).is_some_and(|number| (*min..=*max).contains(&number))
            }
            Self::Date { min, max } => packed_date(bytes).is_some_and(|date| (*min..=*max).contains(&date)),
            Self::Pattern => {
                let is_treated = simple.white_space != WhiteSpace::Preserve;
                !(is_treated && bytes.iter().any(|byte| is_space(*byte))) && simple.fits(value)
            }
        }
    }
}

fn words(simple: &SimpleType) -> Option<Quick> {
    let mut words =
        simple.passes().iter().map(|value| packed_word(value.as_bytes())).collect::<Option<Vec<_>>>()?;
    words.sort_unstable();
    Some(Quick::Words(words.into_boxed_slice()))
}

fn texts(simple: &SimpleType) -> Option<Quick> {
    if !simple.bounds.is_empty() || simple.total_digits.is_some() || simple.fraction_digits.is_some() {
        return None;
    }
    if !simple.patterns.is_empty() {
        return Some(Quick::Pattern);
    }
    let is_collapsed = simple.white_space == WhiteSpace::Collapse;
    let (min, max) = match simple.length {
        None => (simple.min_length.unwrap_or(0), simple.max_length.unwrap_or(usize::MAX)),
        Some(length) => (length, length),
    };
    // What collapsing leaves of a longer text is not counted here.
    if is_collapsed && min > 1 {
        return None;
    }
    Some(Quick::Text { min, max, is_collapsed, is_ascii: min > 1 })
}

/// The state's amounts: their patterns have one shape, `-?([1-9]\d{0,15}|0)(\.\d{1,2})?`, with other counts.
fn amount(simple: &SimpleType) -> Option<Quick> {
    let [step] = &simple.patterns[..] else { return None };
    let [pattern] = &step[..] else { return None };
    if !simple.bounds.is_empty() {
        return None;
    }
    let counts = pattern.text.strip_prefix(r"-?([1-9]\d{0,")?.strip_suffix("})?")?;
    let (more, fraction) = counts.split_once(r"}|0)(\.\d{1,")?;
    let (whole, fraction) = (more.parse::<usize>().ok()? + 1, fraction.parse::<usize>().ok()?);
    let fits = simple.total_digits.is_none_or(|max| whole + fraction <= max)
        && simple.fraction_digits.is_none_or(|max| fraction <= max);
    fits.then_some(Quick::Amount { whole, fraction })
}

fn whole(simple: &SimpleType) -> Option<Quick> {
    if !simple.patterns.is_empty() {
        return None;
    }
    // Eighteen digits fit 64 bits.
    let digits = simple.total_digits.unwrap_or(18).min(18);
    let (mut min, mut max) = (0, u64::MAX);
    for bound in &simple.bounds {
        let value: u64 = bound.value.parse().ok()?;
        match bound.kind {
            BoundKind::MinInclusive => min = min.max(value),
            BoundKind::MinExclusive => min = min.max(value.checked_add(1)?),
            BoundKind::MaxInclusive => max = max.min(value),
            BoundKind::MaxExclusive => max = max.min(value.checked_sub(1)?),
        }
    }
    Some(Quick::Whole { digits, min, max })
}

fn date(simple: &SimpleType) -> Option<Quick> {
    // The pattern of the state's dates asks for what this check asks for anyway.
    let is_usual = |pattern: &str| pattern == r"((\d{4})-(\d{2})-(\d{2}))";
    if !simple.patterns.iter().all(|step| step.iter().any(|pattern| is_usual(pattern.text))) {
        return None;
    }
    let (mut min, mut max) = (0, u32::MAX);
    for bound in &simple.bounds {
        let value = packed_date(bound.value.as_bytes())?;
        match bound.kind {
            BoundKind::MinInclusive => min = min.max(value),
            BoundKind::MaxInclusive => max = max.min(value),
            BoundKind::MinExclusive | BoundKind::MaxExclusive => return None,
        }
    }
    Some(Quick::Date { min, max })
}

/// A word of at most eight bytes as a number; XML has no NUL, so no two words are the same number.
#[inline]
fn packed_word(bytes: &[u8]) -> Option<u64> {
    (bytes.len() <= 8).then(|| bytes.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte)))
}

#[inline]
fn is_amount(bytes: &[u8], whole_max: usize, fraction_max: usize) -> bool {
    let unsigned = if let [b'-', rest @ ..] = bytes { rest } else { bytes };
    let whole = unsigned.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let is_whole = match unsigned.first() {
        Some(b'0') => whole == 1,
        _ => (1..=whole_max).contains(&whole),
    };
    match &unsigned[whole..] {
        [] => is_whole,
        [b'.', fraction @ ..] => {
            is_whole
                && (1..=fraction_max).contains(&fraction.len())
                && fraction.iter().all(u8::is_ascii_digit)
        }
        _ => false,
    }
}

#[inline]
fn number(bytes: &[u8]) -> Option<u64> {
    bytes.iter().try_fold(0_u64, |number, byte| {
        byte.is_ascii_digit().then(|| number.wrapping_mul(10).wrapping_add(u64::from(byte - b'0')))
    })
}

/// A date of the shape `YYYY-MM-DD` as a number that sorts as dates do; `None` when there is no such day.
#[inline]
fn packed_date(bytes: &[u8]) -> Option<u32> {
    let &[a, b, c, d, b'-', e, f, b'-', g, h] = bytes else { return None };
    if ![a, b, c, d, e, f, g, h].iter().all(u8::is_ascii_digit) {
        return None;
    }
    let digit = |byte: u8| u32::from(byte - b'0');
    let year = digit(a) * 1000 + digit(b) * 100 + digit(c) * 10 + digit(d);
    let (month, day) = (digit(e) * 10 + digit(f), digit(g) * 10 + digit(h));
    // The few days beyond the 28th are counted by the slower check.
    let is_day = year > 0 && (1..=12).contains(&month) && (1..=31).contains(&day);
    let has_day = day <= 28
        || match month {
            2 => {
                day == 29 && year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
            }
            4 | 6 | 9 | 11 => day <= 30,
            _ => true,
        };
    (is_day && has_day).then_some(year << 9 | month << 5 | day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Form;
    use crate::schema::{Schema, Type};

    /// Values at and around the borders of every kind of type.
    fn values() -> Vec<String> {
        let mut values: Vec<String> = [
            "",
            " ",
            "0",
            "1",
            "2",
            "-0",
            "-1",
            "+1",
            "00",
            "01",
            "007",
            "1.",
            ".5",
            "0.5",
            "0.50",
            "-0.05",
            "1.23",
            "1.234",
            "12,3",
            "1e5",
            "--1",
            "1 ",
            " 1",
            "1\t",
            "ż",
            "żółć ",
            "\u{a0}",
            "a  b",
            "a\nb",
            "\n",
            "true",
            "PL",
            " PL",
            "PL ",
            "VAT",
            "KOR_ZAL",
            "np I",
            "0 KR",
            "zw",
            "23",
            "08",
            "100",
            "100.000001",
            "99.999999",
            "14",
            "127",
            "128",
            "2026-02-28",
            "2026-02-29",
            "2024-02-29",
            "2000-02-29",
            "1900-02-29",
            "2100-02-29",
            "2026-04-31",
            "2026-04-30",
            "2026-13-01",
            "2026-00-10",
            "2026-01-00",
            "0000-01-01",
            "0001-01-01",
            "1989-12-31",
            "1990-01-01",
            "2006-01-01",
            "2005-12-31",
            "2016-07-01",
            "2016-06-30",
            "2050-01-01",
            "2050-01-02",
            "2050-12-31",
            "2051-01-01",
            "2026-01-01Z",
            "12026-01-01",
            "-2026-01-01",
            "2026-1-1",
            "2026-01-01T00:00:00Z",
            "5265877635",
            "0265877635",
            "1000000000",
            "52658776351",
            "5265877635-12345",
            "a@b",
            "@",
            "a@",
            "12345678901",
            "123456789",
            "12345678901234",
            "1234567890123456",
            "٣٤",
            "ABCDEFGH",
            "ABCDEFGH1",
            "ABCDEF12345",
            "123abcdefghij",
            "5265877635-20250826-0100001AF629-AF",
            "18446744073709551616",
            "99999999999999",
            "100000000000000",
            "999999999999999999",
            "+48 123",
        ]
        .map(str::to_owned)
        .to_vec();
        for count in [8, 9, 13, 14, 15, 16, 17, 20, 21, 50, 51, 70, 240, 241, 256, 257, 512, 513, 3500, 3501]
        {
            for piece in ["1", "a", "ż", " ", "a "] {
                values.push(piece.repeat(count));
            }
            values.push(format!("{}.1", "9".repeat(count)));
            values.push(format!("1.{}", "9".repeat(count)));
        }
        values
    }

    /// What is taken at once is valid, for every simple type of every form; and the usual values are taken at once.
    #[test]
    fn a_quick_yes_is_never_wrong() {
        let values = values();
        for schema in Form::ALL.into_iter().map(Schema::of) {
            for kind in schema.types() {
                let Type::Simple(simple) = kind else { continue };
                let quick = Quick::of(simple);
                let own = simple.enumeration.iter().flatten().copied();
                for value in values.iter().map(String::as_str).chain(own) {
                    let taken = quick.takes(simple, value);
                    assert!(!taken || simple.check(schema, value).is_ok(), "{value:?} by {simple:?}");
                }
            }
        }
    }

    #[test]
    fn usual_values_are_taken_at_once() {
        let schema = Schema::of(Form::Fa3);
        for (name, value) in [
            ("TKwotowy", "-1234.56"),
            ("TKwotowy2", "0.12345678"),
            ("TIlosci", "12"),
            ("TZnakowy", "ul. Kwiatowa 1 m. 2"),
            ("TZnakowy512", "taśma"),
            ("TDataT", "2026-02-15"),
            ("TNaturalny", "10"),
            ("TStawkaPodatku", "23"),
            ("TStawkaPodatku", "np II"),
            ("TKodWaluty", "PLN"),
            ("etd:TWybor1_2", "2"),
            ("etd:TNrNIP", "5265877635"),
            ("TNrRB", "12345678901234567890123456"),
            ("etd:TAdresEmail", "a@b.pl"),
        ] {
            let id = schema.type_named(name).expect(name);
            let simple = schema.simple(id).expect(name);
            assert!(Quick::of(simple).takes(simple, value), "{name} {value}");
        }
    }
}
