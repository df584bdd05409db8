//! The sentences of the schema layer.

use super::datatype::Builtin;
use super::simple::{BoundKind, Violation};
use crate::catalogue::{self, Rule};
use crate::xml::text;

/// The rule that a violated facet belongs to, what is allowed, and the end of the sentence in Polish and English.
pub(super) fn violation(violation: &Violation<'_>) -> (&'static Rule, String, String, String) {
    match violation {
        Violation::Lexical(builtin) => {
            let (pl, en, example) = builtin_words(*builtin);
            let allowed = format!("{en}, {example}");
            (
                &catalogue::WRONG_TYPE,
                allowed,
                format!("ma być: {pl}, np. {example}"),
                format!("must be {en}, e.g. {example}"),
            )
        }
        Violation::Length(length) => (
            &catalogue::WRONG_LENGTH,
            length.to_string(),
            format!("ma mieć dokładnie {length} znaków"),
            format!("must have exactly {length} characters"),
        ),
        Violation::MinLength(min) => (
            &catalogue::TOO_SHORT,
            format!("≥ {min}"),
            format!("ma mieć co najmniej {min} zn.; pusty element opcjonalny usuń"),
            format!("must have at least {min} character(s); leave an empty optional element out"),
        ),
        Violation::MaxLength(max) => (
            &catalogue::TOO_LONG,
            format!("≤ {max}"),
            format!("może mieć najwyżej {max} znaków; skróć wartość"),
            format!("may have at most {max} characters; shorten it"),
        ),
        Violation::Pattern(patterns) | Violation::Union(patterns) => {
            let allowed = patterns.join(" | ");
            let (pl, en) = pattern_words(&allowed);
            (&catalogue::PATTERN, allowed, pl, en)
        }
        Violation::Enumeration(values) => {
            let allowed = some_of(values);
            let (pl, en) = (format!("dozwolone: {allowed}"), format!("allowed: {allowed}"));
            (&catalogue::ENUMERATION, allowed, pl, en)
        }
        Violation::Bound(kind, bound) => {
            let (rule, sign, pl, en) = match kind {
                BoundKind::MinInclusive => (&catalogue::TOO_SMALL, "≥", "co najmniej", "at least"),
                BoundKind::MinExclusive => (&catalogue::TOO_SMALL, ">", "więcej niż", "more than"),
                BoundKind::MaxInclusive => (&catalogue::TOO_GREAT, "≤", "co najwyżej", "at most"),
                BoundKind::MaxExclusive => (&catalogue::TOO_GREAT, "<", "mniej niż", "less than"),
            };
            (rule, format!("{sign} {bound}"), format!("ma być {pl} {bound}"), format!("must be {en} {bound}"))
        }
        Violation::TotalDigits(max) => (
            &catalogue::TOTAL_DIGITS,
            format!("≤ {max}"),
            format!("może mieć najwyżej {max} cyfr"),
            format!("may have at most {max} digits"),
        ),
        Violation::FractionDigits(max) => (
            &catalogue::FRACTION_DIGITS,
            format!("≤ {max}"),
            format!("może mieć najwyżej {max} miejsc po przecinku; zaokrąglij ją"),
            format!("may have at most {max} decimal places; round it"),
        ),
    }
}

/// Names for a sentence, joined by commas; of many, the first ones.
pub(super) fn some_of<T: AsRef<str>>(values: &[T]) -> String {
    let mut list = values.iter().take(LISTED_MAX).map(AsRef::as_ref).collect::<Vec<_>>().join(", ");
    if values.len() > LISTED_MAX {
        list.push_str(", …");
    }
    list
}

/// A value as sentences quote it, in Polish and in English.
pub(super) fn quoted(value: &str) -> (String, String) {
    let value = text::cut(value, 60);
    (format!("„{value}”"), format!("“{value}”"))
}

fn builtin_words(builtin: Builtin) -> (&'static str, &'static str, &'static str) {
    match builtin {
        Builtin::String | Builtin::NormalizedString | Builtin::Token => ("tekst", "text", "abc"),
        Builtin::Decimal => {
            ("liczba z kropką, bez odstępów", "a number with a point, without blanks", "1234.56")
        }
        Builtin::Integer | Builtin::Int => ("liczba całkowita", "a whole number", "14"),
        Builtin::NonNegativeInteger => ("liczba całkowita nieujemna", "a whole number, not negative", "0"),
        Builtin::PositiveInteger => ("liczba całkowita dodatnia", "a whole number above zero", "1"),
        Builtin::Byte => ("liczba całkowita od -128 do 127", "a whole number from -128 to 127", "1"),
        Builtin::Boolean => ("true albo false", "true or false", "true"),
        Builtin::Time => ("godzina gg:mm:ss", "a time hh:mm:ss", "09:30:47"),
        Builtin::AnyUri => ("adres URI", "a URI", "https://example.com/a"),
        Builtin::Language => ("kod języka", "a language code", "pl"),
        Builtin::Id => ("nazwa bez odstępów i dwukropka", "a name without blanks and colon", "a1"),
        Builtin::Base64Binary => ("dane w base64", "base64 data", "QUJD"),
        Builtin::Date => ("istniejąca data RRRR-MM-DD", "an existing date YYYY-MM-DD", "2026-02-15"),
        Builtin::DateTime => (
            "data z godziną RRRR-MM-DDTgg:mm:ssZ",
            "a date with time YYYY-MM-DDThh:mm:ssZ",
            "2026-02-15T09:30:47Z",
        ),
    }
}

/// The patterns of frequent types in words; of others, the pattern itself.
fn pattern_words(pattern: &str) -> (String, String) {
    let words = match pattern {
        r"[1-9]((\d[1-9])|([1-9]\d))\d{7}" => Some((
            "ma być numerem NIP: 10 cyfr bez kresek i odstępów, pierwsza nie 0",
            "must be a NIP: 10 digits without hyphens or blanks, the first not 0",
        )),
        r"-?([1-9]\d{0,15}|0)(\.\d{1,2})?" => Some((
            "ma być kwotą z najwyżej 2 miejscami po kropce, bez zer na początku, np. 1234.50",
            "must be an amount with at most 2 places after the point and no leading zeros, e.g. 1234.50",
        )),
        r"-?([1-9]\d{0,13}|0)(\.\d{1,8})?" => Some((
            "ma być ceną z najwyżej 8 miejscami po kropce, bez zer na początku, np. 12.3456",
            "must be a price with at most 8 places after the point and no leading zeros, e.g. 12.3456",
        )),
        r"-?([1-9]\d{0,15}|0)(\.\d{1,6})?" => Some((
            "ma być liczbą z najwyżej 6 miejscami po kropce, bez zer na początku, np. 1.5",
            "must be a number with at most 6 places after the point and no leading zeros, e.g. 1.5",
        )),
        r"(.)+@(.)+" => Some(("ma być adresem e-mail", "must be an e-mail address")),
        r"((\d{4})-(\d{2})-(\d{2}))" => Some((
            "ma być datą RRRR-MM-DD bez strefy czasowej",
            "must be a date YYYY-MM-DD without time zone",
        )),
        _ if pattern.contains(r"-([0-9A-F]{6})-?([0-9A-F]{6})-") => Some((
            "ma być numerem KSeF, np. 5265877635-20250826-0100001AF629-AF",
            "must be a KSeF number, e.g. 5265877635-20250826-0100001AF629-AF",
        )),
        _ => None,
    };
    match words {
        Some((pl, en)) => (pl.to_owned(), en.to_owned()),
        None => (format!("ma pasować do wzorca {pattern}"), format!("must fit the pattern {pattern}")),
    }
}

/// How many values a sentence lists.
const LISTED_MAX: usize = 30;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_language_has_its_own_quotation_marks() {
        assert_eq!(quoted("12,5"), ("„12,5”".to_owned(), "“12,5”".to_owned()));
        assert_eq!(quoted(&"x".repeat(70)).1.chars().count(), 63);
    }
}
