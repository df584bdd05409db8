//! Dates of law and of KSeF that people plan by. They have been moved before, so they are data with the day on which they
//! were last known to stand, shown as a warning and never a reason to refuse anything.

use jiff::civil::Date;
use ksef_crypto::diagnosis::{Finding, Message, TOKENS_UNTIL, TOKENS_UNTIL_AS_OF};

use crate::catalogue::{DATE_AHEAD, DATE_PASSED};

/// A date that may change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnnouncedDate {
    /// A stable name.
    pub name: &'static str,
    /// The day, in Warsaw.
    pub date: Date,
    /// What happens then, or what ends with that day.
    pub what: Message,
    /// The day on which it was last known to stand.
    pub as_of: Date,
    /// Where that is written.
    pub source: &'static str,
}

/// Every date, in order.
#[must_use]
pub fn announced() -> Vec<AnnouncedDate> {
    let row = |name, date, what: [&str; 2], as_of, source| {
        let [pl, en] = what.map(str::to_owned);
        AnnouncedDate { name, date, what: Message { pl, en }, as_of, source }
    };
    vec![
        row(
            "dutyLarge",
            Date::constant(2026, 2, 1),
            [
                "Obowiązek wystawiania w KSeF: firmy o sprzedaży ponad 200 mln zł w 2024 r.",
                "Duty to issue in KSeF: firms with sales over PLN 200 million in 2024",
            ],
            LAW_AS_OF,
            LAW,
        ),
        row(
            "dutyAll",
            Date::constant(2026, 4, 1),
            ["Obowiązek wystawiania w KSeF: pozostałe firmy", "Duty to issue in KSeF: the other firms"],
            LAW_AS_OF,
            LAW,
        ),
        row(
            "receiptsOutside",
            Date::constant(2026, 12, 31),
            [
                "Koniec okresu, w którym paragon z NIP jest fakturą poza KSeF",
                "End of the time in which a till receipt with a NIP is an invoice outside KSeF",
            ],
            LAW_AS_OF,
            LAW,
        ),
        row(
            "tokens",
            TOKENS_UNTIL,
            ["Zapowiedziany koniec tokenów KSeF", "Announced end of KSeF tokens"],
            TOKENS_UNTIL_AS_OF,
            "Dz. U. 2025, item 1815, § 13; CIRFMF/ksef-api#834",
        ),
        row(
            "dutySmallest",
            Date::constant(2027, 1, 1),
            [
                "Obowiązek wystawiania w KSeF: firmy o fakturach do 10 000 zł miesięcznie",
                "Duty to issue in KSeF: firms with invoices up to PLN 10,000 a month",
            ],
            LAW_AS_OF,
            LAW,
        ),
    ]
}

impl AnnouncedDate {
    /// The date as seen on a day: how long it is until then, or that it has passed.
    #[must_use]
    pub fn seen_on(&self, today: Date) -> Finding {
        let days = (self.date - today).get_days();
        let (date, as_of, days_text) = (self.date.to_string(), self.as_of.to_string(), days.to_string());
        let values = [
            ("what_pl", self.what.pl.as_str()),
            ("what_en", self.what.en.as_str()),
            ("date", &date),
            ("as_of", &as_of),
            ("days", &days_text),
        ];
        if days < 0 { DATE_PASSED.found(&values) } else { DATE_AHEAD.found(&values) }
    }
}

const LAW: &str = "Dz. U. 2025, item 1203";
const LAW_AS_OF: Date = Date::constant(2026, 9, 22);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_told_with_what_is_left_and_how_old_the_knowledge_is() {
        let dates = announced();
        assert!(dates.is_sorted_by_key(|row| row.date));
        let tokens = dates.iter().find(|row| row.name == "tokens").expect("listed");
        let before = tokens.seen_on(Date::constant(2026, 12, 1));
        assert_eq!(before.code, "CONN602");
        assert!(
            before.message.en.contains("in 30 days") && before.message.en.contains("2026-07-23"),
            "{before:?}"
        );
        let that_day = tokens.seen_on(Date::constant(2026, 12, 31));
        assert!(that_day.message.pl.contains("za 0 dni"), "{that_day:?}");
        let after = tokens.seen_on(Date::constant(2027, 1, 1));
        assert_eq!(after.code, "CONN601");
        // However far: days, not months.
        assert!(tokens.seen_on(Date::constant(2025, 1, 1)).message.en.contains("in 729 days"));
    }
}
