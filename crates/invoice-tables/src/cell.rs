//! Cells, and what a cell says when a field of some type is wanted.

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use crate::field::FieldType;

/// The content of a cell.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) enum Cell {
    /// Nothing, or nothing but white space.
    #[default]
    Empty,
    /// Text, trimmed.
    Text(String),
    /// A number of a workbook.
    Number(Decimal),
    /// A date of a workbook.
    Date(Date),
    /// True or false of a workbook.
    Bool(bool),
    /// An error of a formula, `#REF!`.
    Error(String),
}

/// Why a cell is no value of the field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BadCell {
    pub(crate) pl: String,
    pub(crate) en: String,
}

impl Cell {
    pub(crate) fn text(text: &str) -> Self {
        let text = text.trim();
        if text.is_empty() { Self::Empty } else { Self::Text(text.to_owned()) }
    }

    /// What stands there, for messages.
    pub(crate) fn shown(&self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Text(text) | Self::Error(text) => text.clone(),
            Self::Number(number) => number.to_string(),
            Self::Date(date) => date.to_string(),
            Self::Bool(yes) => yes.to_string(),
        }
    }

    /// The cell as a value of a field.
    pub(crate) fn value(&self, wanted: &FieldType) -> Result<Value, BadCell> {
        if let Self::Error(error) = self {
            return Err(BadCell {
                pl: format!("Formuła w komórce daje błąd {error}; popraw ją."),
                en: format!("The formula of the cell gives the error {error}; correct it."),
            });
        }
        match wanted {
            FieldType::Text => Ok(json!(self.shown())),
            FieldType::Digits => Ok(json!(
                self.shown().chars().filter(|c| !matches!(c, ' ' | '-' | '\u{A0}')).collect::<String>()
            )),
            FieldType::Number => self
                .number()
                .map(|number| json!(number.to_string()))
                .ok_or_else(|| self.bad("liczba, np. 1 234,56", "a number, e.g. 1234.56")),
            FieldType::Integer => {
                let whole = self.number().and_then(|number| u64::try_from(number.normalize()).ok());
                let whole = whole.filter(|_| self.number().is_some_and(|number| number.fract().is_zero()));
                whole
                    .map(|number| json!(number))
                    .ok_or_else(|| self.bad("liczba całkowita", "a whole number"))
            }
            FieldType::Date => self.date().map(|date| json!(date.to_string())).ok_or_else(|| {
                self.bad("data 2026-11-22 albo 22.11.2026", "a date 2026-11-22 or 22.11.2026")
            }),
            FieldType::Bool => {
                self.bool().map(|yes| json!(yes)).ok_or_else(|| self.bad("tak albo nie", "yes or no"))
            }
            FieldType::Code { codes, is_rate } => {
                self.code(codes, *is_rate).map(|code| json!(code)).ok_or_else(|| {
                    let list = codes.join(", ");
                    self.bad(&format!("jedna z wartości {list}"), &format!("one of {list}"))
                })
            }
        }
    }

    fn bad(&self, pl: &str, en: &str) -> BadCell {
        BadCell { pl: format!("Powinna tu być {pl}."), en: format!("This should be {en}.") }
    }

    /// A number as people write it: `1 234,56`, `1.234,56`, `1,234.56`, `1234.56 zł`, `-5`.
    fn number(&self) -> Option<Decimal> {
        let text = match self {
            Self::Number(number) => return Some(*number),
            Self::Text(text) => text,
            _ => return None,
        };
        let mut digits: String = text.chars().filter(|c| !is_thousands_space(*c)).collect();
        for unit in UNITS {
            if let Some(rest) = digits.strip_suffix(unit) {
                digits = rest.to_owned();
            }
        }
        match (digits.rfind(','), digits.rfind('.')) {
            // The later of the two is the decimal sign; the other separates thousands.
            (Some(comma), Some(point)) if comma > point => {
                grouped(&digits[..comma], '.')?;
                digits = digits.replace('.', "").replace(',', ".");
            }
            (Some(comma), Some(point)) if point > comma => {
                grouped(&digits[..point], ',')?;
                digits = digits.replace(',', "");
            }
            (Some(_), None) => digits = digits.replacen(',', ".", 1),
            _ => {}
        }
        let digits = digits.strip_prefix('+').unwrap_or(&digits);
        ksef_invoice::build::Number::parse(digits).map(|number| number.0)
    }

    fn date(&self) -> Option<Date> {
        let text = match self {
            Self::Date(date) => return Some(*date),
            Self::Text(text) => text,
            _ => return None,
        };
        // A time of day behind the date says nothing about an invoice.
        let text = text.split([' ', 'T']).next().unwrap_or_default();
        let separator = ['-', '.', '/'].into_iter().find(|separator| text.contains(*separator))?;
        let parts: Vec<&str> = text.split(separator).collect();
        let [first, second, third] = parts[..] else { return None };
        let is_digits =
            |part: &str| (1..=4).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
        if !parts.iter().all(|part| is_digits(part)) {
            return None;
        }
        let (year, month, day) =
            if first.len() == YEAR_DIGITS { (first, second, third) } else { (third, second, first) };
        if year.len() != YEAR_DIGITS || month.len() > 2 || day.len() > 2 {
            return None;
        }
        Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
    }

    fn bool(&self) -> Option<bool> {
        let text = match self {
            Self::Bool(yes) => return Some(*yes),
            Self::Number(number) if *number == Decimal::ONE => return Some(true),
            Self::Number(number) if number.is_zero() => return Some(false),
            Self::Text(text) => text.to_lowercase(),
            _ => return None,
        };
        match text.as_str() {
            "tak" | "t" | "true" | "prawda" | "yes" | "y" | "x" | "1" => Some(true),
            "nie" | "n" | "false" | "fałsz" | "no" | "0" | "2" | "-" => Some(false),
            _ => None,
        }
    }

    /// A member of a closed list; a tax rate also as people write it: `23%`, `23,00`, `0.23`, `zw.`, `np`.
    fn code<'c>(&self, codes: &'c [String], is_rate: bool) -> Option<&'c str> {
        let text = self.shown();
        let find =
            |wanted: &str| codes.iter().find(|code| code.eq_ignore_ascii_case(wanted)).map(String::as_str);
        if let Some(code) = find(&text) {
            return Some(code);
        }
        if !is_rate {
            return None;
        }
        let plain = text.trim_end_matches(['%', '.', ' ']).trim().to_lowercase();
        if let Some(code) = find(&plain) {
            return Some(code);
        }
        let spoken = match plain.replace([' ', '-', '_'], "").as_str() {
            "0kr" | "0krajowa" | "0krajowe" => "0-domestic",
            "0wdt" | "wdt" => "0-WDT",
            "0ex" | "0export" | "0eksport" | "export" | "eksport" => "0-export",
            "zwolniona" | "zwolnione" | "zwol" => "zw",
            "np" | "npi" => "np-I",
            "npii" => "np-II",
            "marża" | "marza" => "margin",
            _ => "",
        };
        if let Some(code) = find(spoken) {
            return Some(code);
        }
        // A cell formatted as per cent holds 0.23; 0 alone could be any of three rates.
        let number = Self::text(&plain).number()?;
        let percent = if number > Decimal::ZERO && number < Decimal::ONE {
            number * Decimal::ONE_HUNDRED
        } else {
            number
        };
        find(&percent.normalize().to_string())
    }
}

fn is_thousands_space(letter: char) -> bool {
    matches!(letter, ' ' | '\u{A0}' | '\u{202F}' | '\u{2009}' | '\'')
}

/// Whether digits are grouped by threes; a `None` means that the sign is no separator of thousands.
fn grouped(whole: &str, separator: char) -> Option<()> {
    let mut groups = whole.trim_start_matches(['-', '+']).split(separator);
    let first = groups.next()?;
    ((1..=3).contains(&first.len()) && groups.all(|group| group.len() == 3)).then_some(())
}

/// A column letter: 0 is `A`, 26 is `AA`.
pub(crate) fn letters(column: usize) -> String {
    let mut rest = column + 1;
    let mut letters = Vec::new();
    while rest > 0 {
        rest -= 1;
        letters.push(char::from(b'A' + (rest % 26) as u8));
        rest /= 26;
    }
    letters.iter().rev().collect()
}

/// What may stand behind an amount.
const UNITS: [&str; 5] = ["zł", "PLN", "pln", "EUR", "USD"];
const YEAR_DIGITS: usize = 4;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_as_people_write_them() {
        for (text, number) in [
            ("1 234,56", "1234.56"),
            ("1\u{A0}234,56 zł", "1234.56"),
            ("1.234,56", "1234.56"),
            ("1,234.56", "1234.56"),
            ("1.234.567,8", "1234567.8"),
            ("-5", "-5"),
            ("+5,10", "5.10"),
            ("0,1", "0.1"),
            ("1234.5", "1234.5"),
        ] {
            let found = Cell::text(text).value(&FieldType::Number);
            assert_eq!(found, Ok(json!(number)), "{text}");
        }
        for text in ["", "abc", "1,2,3", "1.2.3", "12.34,5", "1e5", "--1", "1 zł 2", "NaN", "٣"] {
            assert!(Cell::text(text).value(&FieldType::Number).is_err(), "{text}");
        }
    }

    #[test]
    fn dates_as_people_write_them() {
        for (text, date) in [
            ("2026-11-22", "2026-11-22"),
            ("22.11.2026", "2026-11-22"),
            ("2.1.2026", "2026-01-02"),
            ("22/11/2026", "2026-11-22"),
            ("22-11-2026", "2026-11-22"),
            ("2026.11.22 10:15", "2026-11-22"),
            ("2026-11-22T00:00:00", "2026-11-22"),
        ] {
            assert_eq!(Cell::text(text).value(&FieldType::Date), Ok(json!(date)), "{text}");
        }
        for text in ["22.11.26", "2026-13-01", "30.02.2026", "wczoraj", "20261122", "1.2.3.4"] {
            assert!(Cell::text(text).value(&FieldType::Date).is_err(), "{text}");
        }
    }

    #[test]
    fn rates_as_people_write_them() {
        let codes =
            ["23", "8", "5", "0-domestic", "0-WDT", "0-export", "zw", "oo", "np-I", "np-II", "margin"];
        let rate =
            FieldType::Code { codes: codes.iter().map(|code| (*code).to_owned()).collect(), is_rate: true };
        for (text, code) in [
            ("23", "23"),
            ("23%", "23"),
            ("23 %", "23"),
            ("23,00", "23"),
            ("0,23", "23"),
            ("8%", "8"),
            ("ZW", "zw"),
            ("zw.", "zw"),
            ("np", "np-I"),
            ("NP II", "np-II"),
            ("oo", "oo"),
            ("0 WDT", "0-WDT"),
            ("0% WDT", ""),
            ("0 EX", "0-export"),
            ("marża", "margin"),
            ("0", ""),
            ("24", ""),
            ("", ""),
        ] {
            let found = Cell::text(text).value(&rate).ok();
            let wanted = (!code.is_empty()).then(|| json!(code));
            assert_eq!(found, wanted, "{text}");
        }
        assert_eq!(Cell::Number(Decimal::new(5, 2)).value(&rate), Ok(json!("5")));
    }

    #[test]
    fn other_types() {
        assert_eq!(Cell::text("526-587-76-35").value(&FieldType::Digits), Ok(json!("5265877635")));
        assert_eq!(
            Cell::Number(Decimal::from(5_265_877_635_u64)).value(&FieldType::Digits),
            Ok(json!("5265877635"))
        );
        assert_eq!(Cell::text("Tak").value(&FieldType::Bool), Ok(json!(true)));
        assert_eq!(Cell::text("7").value(&FieldType::Integer), Ok(json!(7)));
        assert!(Cell::text("7,5").value(&FieldType::Integer).is_err());
        assert!(Cell::Error("#REF!".to_owned()).value(&FieldType::Text).is_err());
        assert_eq!(
            [letters(0), letters(25), letters(26), letters(701), letters(702)],
            ["A", "Z", "AA", "ZZ", "AAA"]
        );
    }
}
