//! Number series: what the numbers of a company's invoices (`P_2`) look like, and which comes next.
//!
//! KSeF knows an invoice by seller, kind and number for ten full years (field note A2), so a series must never make a number
//! twice in that time: it says the year if numbers begin anew with it, and what is variable stands apart from the number.
//! Which numbers were used is the store's business.

mod template;

use std::ops::RangeInclusive;

use jiff::civil::Date;

use crate::words::{Sentence, named_enum};
use template::{Piece, Template};

named_enum! {
    /// When numbers begin with 1 again.
    pub enum Reset {
        /// Each year.
        Yearly = "yearly", "co rok", "each year";
        /// Each month.
        Monthly = "monthly", "co miesiąc", "each month";
        /// Never.
        Never = "never", "nigdy", "never";
    }
}

/// The time within which numbers run: a year, a month of a year, or all time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period {
    /// The year; `None` in a series without reset.
    pub year: Option<i16>,
    /// The month, 1 to 12; `None` unless numbers begin anew each month.
    pub month: Option<i8>,
}

/// A series of numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Series {
    template: Template,
    unit: String,
    kind: String,
    reset: Reset,
}

/// A number that a series gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NextNumber {
    /// The period in which it counts.
    pub period: Period,
    /// The running number.
    pub number: u64,
    /// As it stands on the invoice, at most 256 characters.
    pub text: String,
}

/// Why a series cannot be used. Places are counted in characters, from 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SeriesError {
    /// A brace that opens or closes nothing.
    #[error("character {place}: a brace without its partner; write {{{{ or }}}} for a brace itself")]
    Brace {
        /// Where.
        place: usize,
    },
    /// A placeholder that nobody knows.
    #[error(
        "character {place}: {{{name}}} is no placeholder; known are {{year}}, {{year:2}}, {{month}}, {{number}}, {{number:4}}, {{unit}}, {{kind}}"
    )]
    Unknown {
        /// Where it begins.
        place: usize,
        /// What stands between the braces, at most 40 characters.
        name: String,
    },
    /// `{number}` is missing, or there twice.
    #[error("the template needs {{number}} exactly once, and has it {count} times")]
    NumberCount {
        /// How often it is there.
        count: usize,
    },
    /// Numbers begin anew, and the template does not say with what.
    #[error("numbers begin anew {}: the template must have {{{missing}}}, or numbers would repeat", reset.words().en)]
    Repeats {
        /// When they begin anew.
        reset: Reset,
        /// What is missing.
        missing: &'static str,
    },
    /// Two variable parts touch, so that different invoices could get the same number.
    #[error("{{{first}}} and {{{second}}} touch: put a character that is no digit between them, like /")]
    Touch {
        /// The part on the left.
        first: &'static str,
        /// The part on the right.
        second: &'static str,
    },
    /// A digit touches the running number.
    #[error(
        "a digit of the template touches {{number}}: put a character that is no digit between them, like /"
    )]
    DigitTouches,
    /// The template wants a value that is empty.
    #[error("the template has {{{name}}}, and the series has none")]
    Empty {
        /// Which.
        name: &'static str,
    },
    /// Characters that must not stand in a number, or spaces that its type (`xsd:token`) would drop.
    #[error(
        "control characters, two spaces in a row, and spaces at the beginning or end must not stand in a number"
    )]
    Characters,
    /// Numbers would be longer than `P_2` may be.
    #[error("numbers would have {length} characters; {NUMBER_CHARS_MAX} are allowed")]
    TooLong {
        /// Characters of the longest number.
        length: usize,
    },
    /// The running number has come to its end.
    #[error("the series has no number after {NUMBER_MAX}")]
    Exhausted,
}

impl Series {
    /// A series by its template, such as `FV/{year}/{month}/{number:4}`.
    ///
    /// Placeholders: `{year}` and `{year:2}`, `{month}` (two digits), `{number}` and `{number:N}` (at least N digits, N up to
    /// 12), `{unit}` and `{kind}` (the given texts); `{{` and `}}` stand for braces.
    ///
    /// # Errors
    /// [`SeriesError`], which says what to change; among others when the template could give a number twice.
    pub fn new(template: &str, unit: &str, kind: &str, reset: Reset) -> Result<Self, SeriesError> {
        let template = Template::parse(template)?;
        template.check(unit, kind, reset)?;
        let series = Self { template, unit: unit.to_owned(), kind: kind.to_owned(), reset };
        let longest = series.text(Date::constant(2026, 1, 1), NUMBER_MAX);
        let length = longest.chars().count();
        if length > NUMBER_CHARS_MAX {
            return Err(SeriesError::TooLong { length });
        }
        let is_odd = |character: char| character.is_control() || matches!(character, '\u{fffe}' | '\u{ffff}');
        if longest.trim() != longest || longest.contains("  ") || longest.chars().any(is_odd) {
            return Err(SeriesError::Characters);
        }
        Ok(series)
    }

    /// When its numbers begin anew.
    #[must_use]
    pub const fn reset(&self) -> Reset {
        self.reset
    }

    /// The period in which an invoice with this date of issue counts.
    #[must_use]
    pub fn period(&self, issue_date: Date) -> Period {
        match self.reset {
            Reset::Yearly => Period { year: Some(issue_date.year()), month: None },
            Reset::Monthly => Period { year: Some(issue_date.year()), month: Some(issue_date.month()) },
            Reset::Never => Period { year: None, month: None },
        }
    }

    /// The number after `last`, the greatest running number that was used in the period of `issue_date`; `None` when it is the
    /// period's first.
    ///
    /// # Errors
    /// [`SeriesError::Exhausted`].
    pub fn next(&self, issue_date: Date, last: Option<u64>) -> Result<NextNumber, SeriesError> {
        let number = last.map_or(Some(1), |last| last.checked_add(1));
        let number = number.filter(|number| *number <= NUMBER_MAX).ok_or(SeriesError::Exhausted)?;
        Ok(NextNumber { period: self.period(issue_date), number, text: self.text(issue_date, number) })
    }

    /// The running number within the text of an invoice's number, if this series made it for an invoice of that date.
    #[must_use]
    pub fn read(&self, issue_date: Date, text: &str) -> Option<u64> {
        let (before, after) = self.around_number(issue_date);
        let digits = text.strip_prefix(before.as_str())?.strip_suffix(after.as_str())?;
        let is_plain = (1..=NUMBER_DIGITS_MAX).contains(&digits.len())
            && digits.bytes().all(|byte| byte.is_ascii_digit());
        let number = is_plain.then(|| digits.parse::<u64>().ok())??;
        // `007` is not what the series writes for 7 unless it has that width.
        (number > 0 && self.text(issue_date, number) == text).then_some(number)
    }

    /// A number as it stands on the invoice.
    fn text(&self, issue_date: Date, number: u64) -> String {
        let (before, after) = self.around_number(issue_date);
        let width = self.template.number_width();
        format!("{before}{number:0width$}{after}")
    }

    /// What stands before and after the running number.
    #[must_use]
    pub fn around_number(&self, issue_date: Date) -> (String, String) {
        let (mut before, mut after) = (String::new(), String::new());
        let mut side = &mut before;
        for piece in self.template.pieces() {
            match piece {
                Piece::Text(text) => side.push_str(text),
                Piece::Year => side.push_str(&format!("{:04}", issue_date.year())),
                Piece::ShortYear => side.push_str(&format!("{:02}", issue_date.year().rem_euclid(100))),
                Piece::Month => side.push_str(&format!("{:02}", issue_date.month())),
                Piece::Unit => side.push_str(&self.unit),
                Piece::Kind => side.push_str(&self.kind),
                Piece::Number { .. } => side = &mut after,
            }
        }
        (before, after)
    }
}

/// The running numbers that are missing in a period: from 1 to the greatest that was used. `used` may come in any order and
/// name a number twice; 0 counts for nothing. At most one range more than there are numbers.
#[must_use]
pub fn gaps(used: &[u64]) -> Vec<RangeInclusive<u64>> {
    let mut used = used.to_vec();
    used.sort_unstable();
    let mut gaps = Vec::new();
    let mut last = 0;
    for number in used {
        // Sorted, so `number` is never the smaller one.
        if number - last > 1 {
            gaps.push(last + 1..=number - 1);
        }
        last = last.max(number);
    }
    gaps
}

impl SeriesError {
    /// The same for people. Display is its English.
    #[must_use]
    pub fn sentence(&self) -> Sentence {
        let pl = match self {
            Self::Brace { place } => {
                format!("znak {place}: nawias klamrowy bez pary; sam nawias zapisz jako {{{{ albo }}}}")
            }
            Self::Unknown { place, name } => format!(
                "znak {place}: nieznane pole {{{name}}}; znane są {{year}}, {{year:2}}, {{month}}, {{number}}, {{number:4}}, \
                 {{unit}}, {{kind}}"
            ),
            Self::NumberCount { count } => {
                format!("szablon musi zawierać {{number}} dokładnie raz, a zawiera {count} razy")
            }
            Self::Repeats { reset, missing } => format!(
                "numeracja zaczyna się od nowa {}: szablon musi zawierać {{{missing}}}, inaczej numery by się powtarzały",
                reset.words().pl
            ),
            Self::Touch { first, second } => {
                format!("{{{first}}} i {{{second}}} stykają się: wstaw między nie znak, który nie jest cyfrą, na przykład /")
            }
            Self::DigitTouches => {
                "cyfra szablonu styka się z {number}: wstaw między nie znak, który nie jest cyfrą, na przykład /".to_owned()
            }
            Self::Empty { name } => format!("szablon zawiera {{{name}}}, a seria nie ma tej wartości"),
            Self::Characters => {
                "numer nie może zawierać znaków sterujących, dwóch spacji obok siebie ani spacji na początku lub końcu".to_owned()
            }
            Self::TooLong { length } => {
                format!("numery miałyby {length} znaków; dozwolone jest {NUMBER_CHARS_MAX}")
            }
            Self::Exhausted => format!("seria nie ma numeru po {NUMBER_MAX}"),
        };
        Sentence { pl, en: self.to_string() }
    }
}

/// Length of `P_2` (FA(3), type `TZnakowy`).
const NUMBER_CHARS_MAX: usize = 256;
/// Digits of the greatest running number.
const NUMBER_DIGITS_MAX: usize = 12;
const NUMBER_MAX: u64 = 999_999_999_999;
