//! The calendar, against lists written by hand and against another computus.

use gateway_rules::calendar::{
    Holiday, easter, end_of_warsaw_day, holiday, is_working_day, next_working_day_after, start_of_warsaw_day,
    warsaw_day, working_day_after, working_days_between,
};
use jiff::civil::{Date, Weekday, date};
use jiff::{SignedDuration, Timestamp};

fn day(text: &str) -> Date {
    text.parse().expect("a date")
}

fn instant(text: &str) -> Timestamp {
    text.parse().expect("an instant")
}

/// Gauss's rule with its two exceptions: another way to the same feast than the code's.
fn easter_by_gauss(year: i16) -> Date {
    let years = i32::from(year);
    let (a, b, c) = (years % 19, years % 4, years % 7);
    let century = years / 100;
    let shift = (15 - (13 + 8 * century) / 25 + century - century / 4) % 30;
    let week = (4 + century - century / 4) % 7;
    let d = (19 * a + shift) % 30;
    let e = (2 * b + 4 * c + 6 * d + week) % 7;
    let e_late = (d == 29 && e == 6) || (d == 28 && e == 6 && a > 10);
    let after = d + e - if e_late { 7 } else { 0 };
    let march = 22 + after;
    if march <= 31 {
        date(year, 3, i8::try_from(march).expect("a day"))
    } else {
        date(year, 4, i8::try_from(march - 31).expect("a day"))
    }
}

#[test]
fn easter_agrees_with_another_rule_for_every_year() {
    for year in 1990..=2100 {
        let feast = easter(year);
        assert_eq!(feast, easter_by_gauss(year), "{year}");
        assert_eq!(feast.weekday(), Weekday::Sunday, "{year}");
        assert_eq!(holiday(feast), Some(Holiday::Easter));
    }
    // The extremes, and what people remember.
    for known in ["2008-03-23", "2038-04-25", "2024-03-31", "2025-04-20", "2026-04-05", "2100-03-28"] {
        assert_eq!(easter(day(known).year()), day(known));
    }
}

#[test]
fn the_holidays_of_five_years_are_those_of_the_printed_calendar() {
    // Movable feasts by hand; the fixed ones are the same each year.
    let movable = [
        (2026, ["2026-04-05", "2026-04-06", "2026-05-24", "2026-06-04"]),
        (2027, ["2027-03-28", "2027-03-29", "2027-05-16", "2027-05-27"]),
        (2028, ["2028-04-16", "2028-04-17", "2028-06-04", "2028-06-15"]),
        (2029, ["2029-04-01", "2029-04-02", "2029-05-20", "2029-05-31"]),
        (2030, ["2030-04-21", "2030-04-22", "2030-06-09", "2030-06-20"]),
    ];
    let fixed = ["01-01", "01-06", "05-01", "05-03", "08-15", "11-01", "11-11", "12-24", "12-25", "12-26"];
    for (year, feasts) in movable {
        let mut expected: Vec<Date> = fixed.iter().map(|rest| day(&format!("{year}-{rest}"))).collect();
        expected.extend(feasts.map(day));
        expected.sort();
        let found: Vec<Date> = date(year, 1, 1)
            .series(jiff::Span::new().days(1))
            .take_while(|day| day.year() == year)
            .filter(|day| holiday(*day).is_some())
            .collect();
        assert_eq!(found, expected, "{year}");
    }
}

#[test]
fn laws_begin_when_they_begin() {
    for (text, expected) in [
        ("1990-05-03", Some(Holiday::ConstitutionDay)),
        ("2010-01-06", None),
        ("2011-01-06", Some(Holiday::Epiphany)),
        ("2017-11-12", None),
        ("2018-11-12", Some(Holiday::IndependenceCentenary)),
        ("2019-11-12", None),
        ("2024-12-24", None),
        ("2025-12-24", Some(Holiday::ChristmasEve)),
        ("2026-12-31", None),
        ("2026-05-02", None),
    ] {
        assert_eq!(holiday(day(text)), expected, "{text}");
    }
    assert!(is_working_day(day("2024-12-24")), "a Tuesday on which people worked");
    assert!(!is_working_day(day("2026-12-24")));
    assert!(!is_working_day(day("2026-05-02")), "a Saturday");
    assert_eq!(Holiday::CorpusChristi.words().pl, "Boże Ciało");
    assert_eq!(Holiday::from_name("christmasEve"), Some(Holiday::ChristmasEve));
}

#[test]
fn every_year_has_as_many_holidays_as_the_law_gives_it() {
    for year in 1990..=2100_i16 {
        let count = date(year, 1, 1)
            .series(jiff::Span::new().days(1))
            .take_while(|day| day.year() == year)
            .filter(|day| holiday(*day).is_some())
            .count();
        let expected = match year {
            ..2011 => 12,
            2018 => 14,
            2011..2025 => 13,
            // One less where two feasts share a day, which none can in this span.
            _ => 14,
        };
        assert_eq!(count, expected, "{year}");
    }
}

#[test]
fn working_days_are_counted_over_every_day_of_a_century() {
    let mut today = date(1990, 1, 1);
    while today.year() <= 2100 {
        let next = next_working_day_after(today);
        assert!(next > today && is_working_day(next));
        // Christmas with a weekend behind it is the longest gap: five days without work at most.
        assert!((next - today).get_days() <= 6, "{today} to {next}");
        assert_eq!(working_days_between(today, next), 1, "{today}");
        let seventh = working_day_after(today, 7);
        assert_eq!(working_days_between(today, seventh), 7, "{today}");
        assert_eq!(working_day_after(today, 0), today);
        assert_eq!(next_working_day_after(working_day_after(today, 6)), seventh);
        today = today.tomorrow().expect("another day");
    }
}

#[test]
fn the_ends_of_the_calendar_stop_and_do_not_panic() {
    assert_eq!(working_day_after(Date::MAX, 7), Date::MAX);
    assert_eq!(working_days_between(Date::MAX, Date::MAX), 0);
    assert_eq!(working_days_between(date(2026, 5, 5), date(2026, 5, 1)), 0);
    let ten_years = working_days_between(date(2026, 1, 1), date(2036, 1, 1));
    assert_eq!(working_days_between(date(2026, 1, 1), Date::MAX), ten_years + 1, "and 2 January 2036");
    assert_eq!(end_of_warsaw_day(Date::MAX), Timestamp::MAX);
    assert_eq!(start_of_warsaw_day(Date::MIN), Timestamp::MIN);
    for year in [-9999, -1, 0, 9999] {
        assert!(easter(year) >= date(year, 3, 22) && easter(year) <= date(year, 4, 25), "{year}");
    }
    assert!(warsaw_day(Timestamp::MAX).year() == 9999 && warsaw_day(Timestamp::MIN).year() == -9999);
}

#[test]
fn days_are_those_of_warsaw_also_when_clocks_change() {
    for (text, expected) in [
        ("2026-01-31T22:59:59Z", "2026-01-31"),
        ("2026-01-31T23:00:00Z", "2026-02-01"),
        ("2026-07-31T21:59:59Z", "2026-07-31"),
        ("2026-07-31T22:00:00Z", "2026-08-01"),
    ] {
        assert_eq!(warsaw_day(instant(text)), day(expected), "{text}");
    }
    for (text, from, until, hours) in [
        ("2026-03-29", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z", 23),
        ("2026-10-25", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z", 25),
        ("2026-06-15", "2026-06-14T22:00:00Z", "2026-06-15T22:00:00Z", 24),
    ] {
        let (start, end) = (start_of_warsaw_day(day(text)), end_of_warsaw_day(day(text)));
        assert_eq!((start, end), (instant(from), instant(until)));
        assert_eq!(end.duration_since(start), SignedDuration::from_hours(hours));
    }
    // Every day of forty years: begins where the one before ended, and its last instant is its own.
    let mut today = date(2020, 1, 1);
    while today.year() < 2060 {
        let end = end_of_warsaw_day(today);
        let tomorrow = today.tomorrow().expect("another day");
        assert_eq!(end, start_of_warsaw_day(tomorrow));
        assert_eq!(warsaw_day(end), tomorrow);
        assert_eq!(warsaw_day(end - SignedDuration::from_nanos(1)), today);
        today = tomorrow;
    }
}
