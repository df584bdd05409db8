//! Dates, amounts and numbers as people write them.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// The language of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// Polish.
    #[default]
    Pl,
    /// English.
    En,
}

/// The forms of a noun after a number: Polish has three, English two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plural {
    /// 1 faktura; 2 faktury; 5 faktur.
    pub pl: [&'static str; 3],
    /// 1 invoice; 2 invoices.
    pub en: [&'static str; 2],
}

impl Language {
    /// `pl` or `en`, as HTML has it.
    #[must_use]
    pub const fn code(self) -> &'static str {
        self.choose("pl", "en")
    }

    /// The language with this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        match code {
            "pl" => Some(Self::Pl),
            "en" => Some(Self::En),
            _ => None,
        }
    }

    /// One of two texts.
    #[must_use]
    pub const fn choose<'a>(self, pl: &'a str, en: &'a str) -> &'a str {
        match self {
            Self::Pl => pl,
            Self::En => en,
        }
    }

    /// A date as people write it: `02.12.2026`; in English as ISO 8601 has it, which nobody misreads.
    #[must_use]
    pub fn date(self, date: Date) -> String {
        match self {
            Self::Pl => date.strftime("%d.%m.%Y").to_string(),
            Self::En => date.to_string(),
        }
    }

    /// A date in words: `2 grudnia 2026`, `2 December 2026`.
    #[must_use]
    pub fn long_date(self, date: Date) -> String {
        let month = usize::try_from(date.month()).unwrap_or(1).clamp(1, 12) - 1;
        let name = match self {
            Self::Pl => MONTHS_PL[month],
            Self::En => MONTHS_EN[month],
        };
        format!("{} {name} {}", date.day(), date.year())
    }

    /// A moment in Warsaw time, to the minute: `02.12.2026 14:05`.
    #[must_use]
    pub fn moment(self, at: Timestamp) -> String {
        let local = at.to_zoned(warsaw());
        format!("{} {}", self.date(local.date()), local.strftime("%H:%M"))
    }

    /// The same to the second, for histories.
    #[must_use]
    pub fn exact_moment(self, at: Timestamp) -> String {
        let local = at.to_zoned(warsaw());
        format!("{} {}", self.date(local.date()), local.strftime("%H:%M:%S"))
    }

    /// A decimal with a point, with thousands apart and the language's decimal sign, at least two places.
    #[must_use]
    pub fn amount(self, decimal: &str) -> String {
        let (sign, digits) = decimal.strip_prefix('-').map_or(("", decimal), |rest| ("−", rest));
        let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
        let point = if self == Self::Pl { ',' } else { '.' };
        format!("{sign}{}{point}{part:0<2}", self.grouped(whole))
    }

    /// An amount with its currency: `1 234,56 zł`, `1 234,56 EUR`; in English `PLN 1,234.56`. Nothing in it breaks the line.
    #[must_use]
    pub fn money(self, decimal: &str, currency: &str) -> String {
        let amount = self.amount(decimal);
        match (self, currency) {
            (Self::Pl, "PLN") => format!("{amount}\u{a0}zł"),
            (Self::Pl, other) => format!("{amount}\u{a0}{other}"),
            (Self::En, other) => format!("{other}\u{a0}{amount}"),
        }
    }

    /// A count with thousands apart.
    #[must_use]
    pub fn count(self, count: i64) -> String {
        let sign = if count < 0 { "−" } else { "" };
        format!("{sign}{}", self.grouped(&count.unsigned_abs().to_string()))
    }

    /// A count and its noun: `5 faktur`.
    #[must_use]
    pub fn counted(self, count: i64, noun: Plural) -> String {
        format!("{}\u{a0}{}", self.count(count), self.noun(count, noun))
    }

    /// The noun alone in the form that the count wants.
    #[must_use]
    pub fn noun(self, count: i64, noun: Plural) -> &'static str {
        let number = count.unsigned_abs();
        match self {
            Self::En => noun.en[usize::from(number != 1)],
            Self::Pl => {
                let (tens, ones) = (number % 100, number % 10);
                let form = match () {
                    () if number == 1 => 0,
                    () if (2..=4).contains(&ones) && !(12..=14).contains(&tens) => 1,
                    () => 2,
                };
                noun.pl[form]
            }
        }
    }

    fn grouped(self, whole: &str) -> String {
        let gap = if self == Self::Pl { '\u{a0}' } else { ',' };
        let mut grouped = String::with_capacity(whole.len() + whole.len() / 3);
        for (place, digit) in whole.chars().enumerate() {
            if place > 0 && (whole.len() - place).is_multiple_of(3) {
                grouped.push(gap);
            }
            grouped.push(digit);
        }
        grouped
    }
}

/// A NIP as it is printed: `444-444-44-44`; anything else as it is.
#[must_use]
pub fn nip(text: &str) -> String {
    if text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        format!("{}-{}-{}-{}", &text[..3], &text[3..6], &text[6..8], &text[8..])
    } else {
        text.to_owned()
    }
}

fn warsaw() -> TimeZone {
    TimeZone::get("Europe/Warsaw").expect("the time zone database is compiled in")
}

const MONTHS_PL: [&str; 12] = [
    "stycznia",
    "lutego",
    "marca",
    "kwietnia",
    "maja",
    "czerwca",
    "lipca",
    "sierpnia",
    "września",
    "października",
    "listopada",
    "grudnia",
];
const MONTHS_EN: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn amounts_as_people_write_them() {
        let check = |lang: Language, decimal, expected| assert_eq!(lang.amount(decimal), expected);
        check(Language::Pl, "1234567.8", "1\u{a0}234\u{a0}567,80");
        check(Language::En, "1234567.89", "1,234,567.89");
        check(Language::Pl, "-12", "−12,00");
        check(Language::Pl, "123", "123,00");
        check(Language::En, "0.125", "0.125");
        assert_eq!(Language::Pl.money("1234.56", "PLN"), "1\u{a0}234,56\u{a0}zł");
        assert_eq!(Language::Pl.money("1", "EUR"), "1,00\u{a0}EUR");
        assert_eq!(Language::En.money("1234.5", "PLN"), "PLN\u{a0}1,234.50");
        assert_eq!(Language::Pl.count(-1234), "−1\u{a0}234");
    }

    #[test]
    fn dates_and_moments_are_warsaws() {
        let day = date(2026, 12, 2);
        assert_eq!(Language::Pl.date(day), "02.12.2026");
        assert_eq!(Language::Pl.long_date(day), "2 grudnia 2026");
        assert_eq!(
            (Language::En.date(day), Language::En.long_date(day)),
            ("2026-12-02".into(), "2 December 2026".into())
        );
        let moment: Timestamp = "2026-12-02T23:05:09Z".parse().expect("a moment");
        assert_eq!(Language::Pl.moment(moment), "03.12.2026 00:05");
        assert_eq!(Language::En.exact_moment(moment), "2026-12-03 00:05:09");
    }

    #[test]
    fn polish_counts_have_three_forms() {
        let noun = Plural { pl: ["faktura", "faktury", "faktur"], en: ["invoice", "invoices"] };
        for (count, pl, en) in [
            (0, "faktur", "invoices"),
            (1, "faktura", "invoice"),
            (2, "faktury", "invoices"),
            (4, "faktury", "invoices"),
            (5, "faktur", "invoices"),
            (12, "faktur", "invoices"),
            (14, "faktur", "invoices"),
            (21, "faktur", "invoices"),
            (22, "faktury", "invoices"),
            (112, "faktur", "invoices"),
            (1003, "faktury", "invoices"),
        ] {
            assert_eq!((Language::Pl.noun(count, noun), Language::En.noun(count, noun)), (pl, en), "{count}");
        }
        assert_eq!(Language::Pl.counted(1003, noun), "1\u{a0}003\u{a0}faktury");
    }

    #[test]
    fn a_nip_is_printed_in_groups_and_nothing_else_is() {
        assert_eq!(
            (nip("4444444444").as_str(), nip("DE444444444").as_str()),
            ("444-444-44-44", "DE444444444")
        );
        assert_eq!(nip("444444444ł"), "444444444ł");
    }
}
