//! Dates and numbers as the reader writes them.
//!
//! Numbers are formatted from their text, digit by digit: nothing is rounded, and what is not a number stays as it is.

use jiff::civil::Date;
use jiff::{Timestamp, tz::TimeZone};

use crate::Language;

/// Narrow no-break space: groups thousands in Polish, and a number never breaks at it.
const THIN_SPACE: char = '\u{202f}';

/// Most digits of a number that are grouped; longer ones are no amounts and stay as they are.
const DIGITS_MAX: usize = 40;

/// An amount of money: grouped, with at least two decimals; `None` when the text is not a decimal number.
pub(crate) fn amount(text: &str, language: Language) -> Option<String> {
    decimal(text, language, 2)
}

/// A number: grouped, with the decimals that it has; `None` when the text is not a decimal number.
pub(crate) fn number(text: &str, language: Language) -> Option<String> {
    decimal(text, language, 0)
}

/// The decimal separator of a language.
const fn separator(language: Language) -> char {
    match language {
        Language::Pl | Language::PlEn => ',',
        Language::En => '.',
    }
}

fn decimal(text: &str, language: Language, decimals_min: usize) -> Option<String> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let is_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || digits.len() > DIGITS_MAX || !is_digits(whole) || !is_digits(fraction) {
        return None;
    }
    let group = match language {
        Language::Pl | Language::PlEn => THIN_SPACE,
        Language::En => ',',
    };
    let mut out = String::with_capacity(text.len() + 8);
    out.push_str(sign);
    for (position, digit) in whole.chars().enumerate() {
        if position > 0 && (whole.len() - position).is_multiple_of(3) {
            out.push(group);
        }
        out.push(digit);
    }
    if decimals_min > 0 || !fraction.is_empty() {
        out.push(separator(language));
        out.push_str(fraction);
        out.extend(std::iter::repeat_n('0', decimals_min.saturating_sub(fraction.len())));
    }
    Some(out)
}

/// A date: `22.11.2026` in Polish, `2026-11-22` in English; `None` when the text is not a date.
pub(crate) fn date(text: &str, language: Language) -> Option<String> {
    Some(civil(parse_date(text)?, language))
}

/// Reads an `xsd:date` of the form that KSeF takes (no time zone).
pub(crate) fn parse_date(text: &str) -> Option<Date> {
    // jiff reads more (weeks, compact forms) than the schema has; those must stay as written.
    (text.len() == 10 && text.as_bytes()[4] == b'-' && text.as_bytes()[7] == b'-').then_some(())?;
    text.parse().ok()
}

fn civil(date: Date, language: Language) -> String {
    let (year, month, day) = (date.year(), date.month(), date.day());
    match language {
        Language::Pl => format!("{day:02}.{month:02}.{year:04}"),
        // The one form that readers of both languages read alike.
        Language::En | Language::PlEn => format!("{year:04}-{month:02}-{day:02}"),
    }
}

/// A moment in Warsaw time: `01.02.2026, 01:00:00`. A text without a time zone is taken as Warsaw time already, as the
/// schema means it; `None` when the text is not a moment.
pub(crate) fn moment(text: &str, language: Language) -> Option<String> {
    let local = match text.parse::<Timestamp>() {
        // Without the database only the offset is lost, and the text then stays as it is.
        Ok(timestamp) => timestamp.to_zoned(TimeZone::get("Europe/Warsaw").ok()?).datetime(),
        Err(_) => text.contains('T').then(|| text.parse().ok())??,
    };
    let (hour, minute, second) = (local.hour(), local.minute(), local.second());
    Some(format!("{}, {hour:02}:{minute:02}:{second:02}", civil(local.date(), language)))
}

/// The moment that a text says; one without a time zone is Warsaw time, a date alone its first moment there.
pub(crate) fn timestamp(text: &str) -> Option<Timestamp> {
    if let Ok(timestamp) = text.parse() {
        return Some(timestamp);
    }
    let local: jiff::civil::DateTime = match parse_date(text) {
        Some(date) => date.into(),
        None => text.contains('T').then(|| text.parse().ok())??,
    };
    Some(local.to_zoned(TimeZone::get("Europe/Warsaw").ok()?).ok()?.timestamp())
}

/// A bank account: a Polish one (26 digits, with or without `PL`) in its usual groups, any other as it stands.
pub(crate) fn account(text: &str) -> String {
    let (country, digits) = match text.strip_prefix("PL") {
        Some(rest) => ("PL", rest),
        None => ("", text),
    };
    if digits.len() != 26 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.to_owned();
    }
    let mut out = country.to_owned();
    for (position, digit) in digits.chars().enumerate() {
        if position >= 2 && (position - 2).is_multiple_of(4) {
            // A line may end between groups, and never within one.
            out.push(' ');
        }
        out.push(digit);
    }
    out
}

/// How many characters a formatted number has from its decimal separator on; 0 for a whole number and for anything that
/// does not end as a number.
pub(crate) fn fraction_length(text: &str, language: Language) -> usize {
    match text.rsplit_once(separator(language)) {
        Some((_, digits)) if digits.bytes().all(|byte| byte.is_ascii_digit()) => digits.len() + 1,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_every_digit() {
        for (input, polish, english) in [
            ("1234.5", "1\u{202f}234,50", "1,234.50"),
            ("2051", "2\u{202f}051,00", "2,051.00"),
            ("-0.05", "-0,05", "-0.05"),
            ("0.12345678", "0,12345678", "0.12345678"),
            ("-1234567.891", "-1\u{202f}234\u{202f}567,891", "-1,234,567.891"),
            ("999", "999,00", "999.00"),
        ] {
            assert_eq!(amount(input, Language::Pl).as_deref(), Some(polish));
            assert_eq!(amount(input, Language::En).as_deref(), Some(english));
        }
        assert_eq!(number("1000", Language::Pl).as_deref(), Some("1\u{202f}000"));
        assert_eq!(number("4.5005", Language::En).as_deref(), Some("4.5005"));
        for input in ["", "-", "1.2.3", "12 zł", ".5", "1e3", "١٢"] {
            assert_eq!(amount(input, Language::Pl), None, "{input}");
        }
        assert_eq!(amount(&"9".repeat(60), Language::Pl), None);
    }

    #[test]
    fn dates_and_moments() {
        assert_eq!(date("2026-11-22", Language::Pl).as_deref(), Some("22.11.2026"));
        assert_eq!(date("2026-11-22", Language::En).as_deref(), Some("2026-11-22"));
        for input in ["2026-13-01", "20261122", "2026-11-22Z", "dziś", ""] {
            assert_eq!(date(input, Language::Pl), None, "{input}");
        }
        // The evening of 31 January in Greenwich is February in Warsaw; in summer the clock is two hours ahead.
        assert_eq!(moment("2026-01-31T23:30:00Z", Language::Pl).as_deref(), Some("01.02.2026, 00:30:00"));
        assert_eq!(moment("2026-07-01T10:00:00.5Z", Language::En).as_deref(), Some("2026-07-01, 12:00:00"));
        assert_eq!(moment("2026-07-01T10:00:00", Language::En).as_deref(), Some("2026-07-01, 10:00:00"));
        assert_eq!(moment("2026-07-01", Language::En), None);
    }

    #[test]
    fn accounts_are_grouped_only_when_polish() {
        assert_eq!(account("73111111111111111111111111"), "73 1111 1111 1111 1111 1111 1111");
        assert!(account("PL73111111111111111111111111").starts_with("PL73 1111"));
        assert_eq!(account("DE89370400440532013000"), "DE89370400440532013000");
    }

    #[test]
    fn fractions_are_measured_with_their_separator() {
        assert_eq!(fraction_length("1,234.50", Language::En), 3);
        assert_eq!(fraction_length("12", Language::Pl), 0);
        assert_eq!(fraction_length("a, b", Language::Pl), 0);
    }
}
