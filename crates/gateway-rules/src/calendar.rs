//! The Polish calendar: public holidays, working days, and days as Warsaw has them.
//!
//! Holidays are those of the act of 18 January 1951 on days free from work, as amended: 3 May since 1990, 6 January since
//! 2011, 24 December since 2025 (act of 6 December 2024), and 12 November in the year 2018 only. A working day is none of
//! them and no Saturday: terms that end on a Saturday run on to the next day in tax law too (Ordynacja podatkowa, art. 12
//! § 5). From 1990 on the list is complete; the last known state of the law is taken for years to come.

use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};

use crate::words::named_enum;

named_enum! {
    /// A public holiday.
    pub enum Holiday {
        /// 1 January.
        NewYear = "newYear", "Nowy Rok", "New Year's Day";
        /// 6 January, since 2011.
        Epiphany = "epiphany", "Święto Trzech Króli", "Epiphany";
        /// Easter Sunday.
        Easter = "easter", "Wielkanoc", "Easter Sunday";
        /// The day after.
        EasterMonday = "easterMonday", "Poniedziałek Wielkanocny", "Easter Monday";
        /// 1 May.
        LabourDay = "labourDay", "Święto Państwowe 1 maja", "Labour Day";
        /// 3 May.
        ConstitutionDay = "constitutionDay", "Święto Narodowe Trzeciego Maja", "Constitution Day";
        /// The seventh Sunday after Easter.
        Pentecost = "pentecost", "Zielone Świątki", "Whit Sunday";
        /// The Thursday sixty days after Easter.
        CorpusChristi = "corpusChristi", "Boże Ciało", "Corpus Christi";
        /// 15 August.
        Assumption = "assumption", "Wniebowzięcie Najświętszej Maryi Panny", "Assumption Day";
        /// 1 November.
        AllSaints = "allSaints", "Wszystkich Świętych", "All Saints' Day";
        /// 11 November.
        IndependenceDay = "independenceDay", "Narodowe Święto Niepodległości", "Independence Day";
        /// 12 November 2018, once.
        IndependenceCentenary = "independenceCentenary", "Święto setnej rocznicy niepodległości", "Centenary of independence";
        /// 24 December, since 2025.
        ChristmasEve = "christmasEve", "Wigilia Bożego Narodzenia", "Christmas Eve";
        /// 25 December.
        Christmas = "christmas", "Boże Narodzenie (pierwszy dzień)", "Christmas Day";
        /// 26 December.
        ChristmasSecondDay = "christmasSecondDay", "Boże Narodzenie (drugi dzień)", "Second Day of Christmas";
    }
}

/// The public holiday on a day, if it is one.
#[must_use]
pub fn holiday(date: Date) -> Option<Holiday> {
    fixed_holiday(date).or_else(|| movable_holiday(date))
}

/// Whether offices work on that day: neither Saturday nor Sunday nor holiday.
#[must_use]
pub fn is_working_day(date: Date) -> bool {
    !matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday) && holiday(date).is_none()
}

/// The first working day later than `date`.
#[must_use]
pub fn next_working_day_after(date: Date) -> Date {
    working_day_after(date, 1)
}

/// The `count`-th working day later than `date`; the day itself is not counted, and 0 gives it back. At the end of the
/// calendar (year 9999) it stops there.
#[must_use]
pub fn working_day_after(date: Date, count: u32) -> Date {
    let mut day = date;
    for _ in 0..count {
        loop {
            let Ok(tomorrow) = day.tomorrow() else { return day };
            day = tomorrow;
            if is_working_day(day) {
                break;
            }
        }
    }
    day
}

/// How many working days there are later than `after` and not later than `until`; 0 when `until` is not later. Those of ten
/// years are counted at most.
#[must_use]
pub fn working_days_between(after: Date, until: Date) -> u32 {
    let mut count = 0;
    let mut day = after;
    for _ in 0..COUNTED_DAYS_MAX {
        let Some(tomorrow) = day.tomorrow().ok().filter(|tomorrow| *tomorrow <= until) else { break };
        day = tomorrow;
        count += u32::from(is_working_day(day));
    }
    count
}

/// Easter Sunday of a year of the Gregorian calendar.
#[must_use]
pub fn easter(year: i16) -> Date {
    // The computus of the Gregorian calendar in the form without tables (Meeus, Astronomical Algorithms, chapter 8).
    let years = i32::from(year);
    let golden = years.rem_euclid(19);
    let (century, in_century) = (years.div_euclid(100), years.rem_euclid(100));
    let correction = (century + 8) / 25;
    let moon = (19 * golden + century - century / 4 - (century - correction + 1) / 3 + 15).rem_euclid(30);
    let weekday = (32 + 2 * (century % 4) + 2 * (in_century / 4) - moon - in_century % 4).rem_euclid(7);
    let late = (golden + 11 * moon + 22 * weekday) / 451;
    let days = moon + weekday - 7 * late;
    // 22 March is the earliest Easter.
    let earliest = Date::new(year, 3, 22).expect("every year has a 22nd of March");
    earliest.saturating_add(days.days())
}

/// The day that it is in Warsaw at an instant.
#[must_use]
pub fn warsaw_day(instant: Timestamp) -> Date {
    instant.to_zoned(WARSAW.clone()).date()
}

/// The first instant of a day in Warsaw.
#[must_use]
pub fn start_of_warsaw_day(date: Date) -> Timestamp {
    match date.to_zoned(WARSAW.clone()) {
        Ok(midnight) => midnight.timestamp(),
        Err(_) if date.year() < 0 => Timestamp::MIN,
        Err(_) => Timestamp::MAX,
    }
}

/// The first instant that is no longer in that day in Warsaw. A day is 23 or 25 hours long when clocks are changed.
#[must_use]
pub fn end_of_warsaw_day(date: Date) -> Timestamp {
    date.tomorrow().map_or(Timestamp::MAX, start_of_warsaw_day)
}

fn fixed_holiday(date: Date) -> Option<Holiday> {
    match (date.month(), date.day()) {
        (1, 1) => Some(Holiday::NewYear),
        (1, 6) if date.year() >= 2011 => Some(Holiday::Epiphany),
        (5, 1) => Some(Holiday::LabourDay),
        (5, 3) => Some(Holiday::ConstitutionDay),
        (8, 15) => Some(Holiday::Assumption),
        (11, 1) => Some(Holiday::AllSaints),
        (11, 11) => Some(Holiday::IndependenceDay),
        (11, 12) if date.year() == 2018 => Some(Holiday::IndependenceCentenary),
        (12, 24) if date.year() >= 2025 => Some(Holiday::ChristmasEve),
        (12, 25) => Some(Holiday::Christmas),
        (12, 26) => Some(Holiday::ChristmasSecondDay),
        _ => None,
    }
}

fn movable_holiday(date: Date) -> Option<Holiday> {
    // Easter is on 22 March to 25 April, so nothing that hangs on it falls outside these months.
    if !(3..=6).contains(&date.month()) {
        return None;
    }
    match date.day_of_year() - easter(date.year()).day_of_year() {
        0 => Some(Holiday::Easter),
        1 => Some(Holiday::EasterMonday),
        49 => Some(Holiday::Pentecost),
        60 => Some(Holiday::CorpusChristi),
        _ => None,
    }
}

const COUNTED_DAYS_MAX: u32 = 3_653;

/// Compiled in, so that no machine without a time zone database counts days by another zone.
pub(crate) static WARSAW: TimeZone = jiff::tz::get!("Europe/Warsaw");
