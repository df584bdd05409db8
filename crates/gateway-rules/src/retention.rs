//! How long documents are kept, and what keeps one from being erased afterwards.
//!
//! KSeF keeps an invoice for ten years from the end of the year in which it was issued (art. 112aa of the act on VAT, as
//! field note A2 has it), and knows its number for as long; the books are kept until the tax is time-barred (art. 112), which
//! is less. So ten full years are the measure here. A document that has a KSeF number of a later year than its own, such as
//! one that was issued offline on the last of December, is counted from that later year: the reading that keeps it longer.

use jiff::civil::Date;

/// Full calendar years that KSeF itself keeps a document, and that a company keeps one unless it says otherwise.
pub const FULL_YEARS: i16 = 10;
/// The least that can be asked for. A tax is time-barred five years after the year in which it was due (art. 70 § 1 of the tax
/// ordinance), and what is issued in December is due in the next year.
pub const YEARS_MIN: i16 = 6;
/// The most that can be asked for.
pub const YEARS_MAX: i16 = 100;
/// KSeF takes invoices since 1 January 2022 (the act of 29 October 2021, Dz.U. 2021 poz. 2076).
const FIRST_KSEF_YEAR: i16 = 2022;

/// Whether so many years can be asked for; fewer than [`FULL_YEARS`] only by somebody who says that it is on purpose.
#[must_use]
pub fn may_keep_for(years: i64, is_shorter_on_purpose: bool) -> bool {
    let least = if is_shorter_on_purpose { YEARS_MIN } else { FULL_YEARS };
    (i64::from(least)..=i64::from(YEARS_MAX)).contains(&years)
}

/// The year from whose end a document's time is counted: of its issue, or of its receipt in KSeF when that is later.
#[must_use]
pub fn base_year(issued: Date, received: Option<Date>) -> i16 {
    received.map_or(issued.year(), |day| day.year().max(issued.year()))
}

/// The last day on which a document is kept for certain.
#[must_use]
pub fn kept_until(base_year: i16, years: i16) -> Date {
    Date::new(base_year.saturating_add(years).min(LAST_YEAR), 12, 31).unwrap_or(Date::MAX)
}

/// The first year whose documents are still kept on a day: those of the years before may be erased.
#[must_use]
pub fn first_kept_year(today: Date, years: i16) -> i16 {
    today.year().saturating_sub(years)
}

/// The last year whose documents KSeF gives up before the next but one new year, or has given up: from then on a copy here is the
/// only one. None while it keeps all that it ever took.
#[must_use]
pub fn last_year_leaving_ksef(today: Date) -> Option<i16> {
    Some(today.year().saturating_sub(FULL_YEARS)).filter(|year| *year >= FIRST_KSEF_YEAR)
}

/// What a hold is about: all that is set must fit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HoldConditions {
    /// A KSeF number, an invoice number, or the identifier that the document has here.
    pub document: Option<String>,
    /// The NIP or other identifier of the seller or of the buyer.
    pub party: Option<String>,
    /// Issued on this day or later.
    pub from: Option<Date>,
    /// Issued on this day or before.
    pub until: Option<Date>,
}

/// What holds look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HeldFacts<'a> {
    /// Its identifier here.
    pub id: &'a str,
    /// The seller's own number.
    pub invoice_number: &'a str,
    /// KSeF's number.
    pub ksef_number: Option<&'a str>,
    /// Identifiers of seller and buyer.
    pub parties: &'a [&'a str],
    /// When it was issued.
    pub issued: Date,
}

impl HoldConditions {
    /// Whether it is about anything at all: a hold without a condition would be on everything, which is said by a period.
    #[must_use]
    pub const fn is_about_something(&self) -> bool {
        self.document.is_some() || self.party.is_some() || self.from.is_some() || self.until.is_some()
    }

    /// Whether it keeps this document from being erased.
    #[must_use]
    pub fn stops(&self, facts: &HeldFacts<'_>) -> bool {
        let is_document = self.document.as_deref().is_none_or(|wanted| {
            let wanted = plain(wanted);
            [Some(facts.id), Some(facts.invoice_number), facts.ksef_number]
                .into_iter()
                .flatten()
                .any(|found| plain(found) == wanted)
        });
        let is_party = self.party.as_deref().is_none_or(|wanted| {
            let wanted = identifier(wanted);
            facts.parties.iter().any(|found| identifier(found) == wanted)
        });
        is_document
            && is_party
            && self.from.is_none_or(|first| facts.issued >= first)
            && self.until.is_none_or(|last| facts.issued <= last)
    }
}

/// Numbers are written with and without spaces, and in capitals or not.
fn plain(text: &str) -> String {
    text.chars().filter(|sign| !sign.is_whitespace()).flat_map(char::to_uppercase).collect()
}

/// A Polish NIP is the same with and without its country and hyphens.
fn identifier(text: &str) -> String {
    let signs: String =
        text.chars().filter(|sign| sign.is_alphanumeric()).flat_map(char::to_uppercase).collect();
    match signs.strip_prefix("PL") {
        Some(digits) if digits.len() == 10 && digits.bytes().all(|byte| byte.is_ascii_digit()) => {
            digits.to_owned()
        }
        _ => signs,
    }
}

/// Of dates in the databases' texts.
const LAST_YEAR: i16 = 9999;

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn ten_full_years_are_counted_from_the_end_of_the_year() {
        let check = |issued, received, years, until, first_day_without| {
            let base = base_year(issued, received);
            assert_eq!(kept_until(base, years), until);
            let is_erasable = |today| base < first_kept_year(today, years);
            assert!(!is_erasable(until) && is_erasable(first_day_without), "{issued}");
        };
        check(date(2026, 1, 1), None, 10, date(2036, 12, 31), date(2037, 1, 1));
        check(date(2026, 12, 31), None, 10, date(2036, 12, 31), date(2037, 1, 1));
        // Issued offline on the last day, in KSeF in the new year.
        check(date(2026, 12, 31), Some(date(2027, 1, 4)), 10, date(2037, 12, 31), date(2038, 1, 1));
        check(date(2026, 5, 5), Some(date(2026, 5, 5)), 6, date(2032, 12, 31), date(2033, 1, 1));
        assert_eq!(kept_until(9990, 100), date(9999, 12, 31));
    }

    #[test]
    fn less_than_ten_years_are_asked_for_on_purpose() {
        for (years, on_purpose, expected) in [
            (10, false, true),
            (9, false, false),
            (9, true, true),
            (6, true, true),
            (5, true, false),
            (100, false, true),
            (101, true, false),
            (-1, true, false),
        ] {
            assert_eq!(may_keep_for(years, on_purpose), expected, "{years} {on_purpose}");
        }
    }

    #[test]
    fn ksef_gives_up_what_is_in_its_tenth_full_year() {
        assert_eq!(last_year_leaving_ksef(date(2036, 1, 1)), Some(2026));
        assert_eq!(last_year_leaving_ksef(date(2035, 12, 31)), Some(2025));
        assert_eq!(last_year_leaving_ksef(date(2032, 1, 1)), Some(2022));
        assert_eq!(last_year_leaving_ksef(date(2031, 12, 31)), None);
    }

    #[test]
    fn a_hold_stops_what_all_its_conditions_fit() {
        let facts = HeldFacts {
            id: "17",
            invoice_number: "FV 1/2026",
            ksef_number: Some("5265877635-20260301-0A1B2C3D4E5F-6A"),
            parties: &["5265877635", "1111111111"],
            issued: date(2026, 3, 1),
        };
        let check = |conditions: HoldConditions, expected: bool| {
            assert_eq!(conditions.stops(&facts), expected, "{conditions:?}");
        };
        let of = |document: Option<&str>, party: Option<&str>| HoldConditions {
            document: document.map(str::to_owned),
            party: party.map(str::to_owned),
            ..HoldConditions::default()
        };
        check(of(Some("17"), None), true);
        check(of(Some("fv1/2026"), None), true);
        check(of(Some("5265877635-20260301-0A1B2C3D4E5F-6A"), None), true);
        check(of(Some("FV 2/2026"), None), false);
        check(of(None, Some("PL 111-111-11-11")), true);
        check(of(None, Some("2222222222")), false);
        check(of(Some("17"), Some("2222222222")), false);
        let period = |from, until| HoldConditions { from, until, ..HoldConditions::default() };
        check(period(Some(date(2026, 3, 1)), Some(date(2026, 3, 1))), true);
        check(period(Some(date(2026, 3, 2)), None), false);
        check(period(None, Some(date(2026, 2, 28))), false);
        assert!(!HoldConditions::default().is_about_something());
        assert!(period(None, Some(date(2026, 2, 28))).is_about_something());
    }
}
