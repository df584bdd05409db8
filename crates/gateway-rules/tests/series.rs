//! Number series: what they give, what they refuse, and that they give nothing twice.

use std::collections::HashSet;

use gateway_rules::series::{Period, Reset, Series, SeriesError, gaps};
use jiff::civil::{Date, date};
use proptest::prelude::*;

const DAY: Date = date(2026, 5, 20);

fn series(template: &str, reset: Reset) -> Series {
    Series::new(template, "KRK", "KOR", reset).unwrap_or_else(|error| panic!("{template}: {error}"))
}

#[test]
fn templates_are_filled_in() {
    for (template, reset, number, expected) in [
        ("FV/{year}/{month}/{number:4}", Reset::Monthly, 7, "FV/2026/05/0007"),
        ("FV/{year}/{month}/{number:4}", Reset::Monthly, 12_345, "FV/2026/05/12345"),
        ("{number}/{year:2}", Reset::Yearly, 1, "1/26"),
        ("{unit}-{kind}/{number:3}/{year}", Reset::Yearly, 42, "KRK-KOR/042/2026"),
        ("{{{number}}}", Reset::Never, 9, "{9}"),
        ("Faktura nr {number} ąę", Reset::Never, 9, "Faktura nr 9 ąę"),
        ("{year}{number:12}", Reset::Yearly, 5, "2026000000000005"),
    ] {
        let series = series(template, reset);
        let next = series.next(DAY, Some(number - 1).filter(|last| *last > 0)).expect("a number");
        assert_eq!((next.number, next.text.as_str()), (number, expected), "{template}");
        assert_eq!(series.read(DAY, expected), Some(number), "{template}");
    }
}

#[test]
fn a_period_is_what_numbers_run_within() {
    let last = date(2026, 12, 31);
    for (reset, year, month) in [
        (Reset::Yearly, Some(2026), None),
        (Reset::Monthly, Some(2026), Some(12)),
        (Reset::Never, None, None),
    ] {
        let series = series("{year}/{month}/{number}", reset);
        assert_eq!(series.period(last), Period { year, month });
        assert_eq!(series.reset(), reset);
        assert_eq!(series.next(last, None).expect("a number").period, Period { year, month });
    }
}

#[test]
fn what_is_not_the_series_number_is_not_read() {
    let series = series("FV/{year}/{number:3}", Reset::Yearly);
    for (text, expected) in [
        ("FV/2026/001", Some(1)),
        ("FV/2026/1234", Some(1234)),
        ("FV/2026/1", None),
        ("FV/2026/0001", None),
        ("FV/2026/000", None),
        ("FV/2025/001", None),
        ("FV/2026/", None),
        ("FV/2026/1a1", None),
        ("FV/2026/+11", None),
        ("FV/2026/99999999999999999999", None),
        ("", None),
    ] {
        assert_eq!(series.read(DAY, text), expected, "{text}");
    }
}

#[test]
fn bad_templates_are_refused_with_what_to_do() {
    let long = "x".repeat(250) + "/{number}";
    for (template, unit, reset, expected, pl) in [
        ("FV/{number", "A", Reset::Never, SeriesError::Brace { place: 4 }, "bez pary"),
        ("FV}/{number}", "A", Reset::Never, SeriesError::Brace { place: 3 }, "znak 3"),
        ("FV/{nr}", "A", Reset::Never, SeriesError::Unknown { place: 4, name: "nr".into() }, "{number:4}"),
        (
            "{number:0}",
            "A",
            Reset::Never,
            SeriesError::Unknown { place: 1, name: "number:0".into() },
            "nieznane pole",
        ),
        (
            "{number:13}",
            "A",
            Reset::Never,
            SeriesError::Unknown { place: 1, name: "number:13".into() },
            "nieznane pole",
        ),
        ("FV", "A", Reset::Never, SeriesError::NumberCount { count: 0 }, "dokładnie raz"),
        ("", "A", Reset::Never, SeriesError::NumberCount { count: 0 }, "dokładnie raz"),
        ("{number}/{number}", "A", Reset::Never, SeriesError::NumberCount { count: 2 }, "2 razy"),
        (
            "{number}",
            "A",
            Reset::Yearly,
            SeriesError::Repeats { reset: Reset::Yearly, missing: "year" },
            "co rok",
        ),
        (
            "{year}/{number}",
            "A",
            Reset::Monthly,
            SeriesError::Repeats { reset: Reset::Monthly, missing: "month" },
            "co miesiąc",
        ),
        (
            "{unit}{number}",
            "A",
            Reset::Never,
            SeriesError::Touch { first: "unit", second: "number" },
            "stykają",
        ),
        (
            "{unit}{kind}/{number}",
            "A",
            Reset::Never,
            SeriesError::Touch { first: "unit", second: "kind" },
            "stykają",
        ),
        ("FV1{number}", "A", Reset::Never, SeriesError::DigitTouches, "cyfra"),
        ("{number}7", "A", Reset::Never, SeriesError::DigitTouches, "cyfra"),
        ("{unit}/{number}", "", Reset::Never, SeriesError::Empty { name: "unit" }, "{unit}"),
        (" {number}", "A", Reset::Never, SeriesError::Characters, "spacji"),
        ("A  {number}", "A", Reset::Never, SeriesError::Characters, "spacji"),
        ("A\t{number}", "A", Reset::Never, SeriesError::Characters, "sterujących"),
        ("{unit}/{number}", "A\u{0}", Reset::Never, SeriesError::Characters, "sterujących"),
        (&long, "A", Reset::Never, SeriesError::TooLong { length: 263 }, "263 znaków"),
    ] {
        let error = Series::new(template, unit, "B", reset).expect_err(template);
        assert_eq!(error, expected, "{template}");
        let sentence = error.sentence();
        assert!(sentence.pl.contains(pl), "{template}: {}", sentence.pl);
        assert_eq!(sentence.en, error.to_string());
        // Braces are written for people, not for a formatter.
        assert!(!sentence.pl.contains("{{year") && !sentence.en.contains("{{year"), "{sentence:?}");
    }
}

#[test]
fn the_longest_number_fits_the_field() {
    // 256 characters with a number of twelve digits, and one more.
    let fits = "ż".repeat(243) + "/{number}";
    let series = series(&fits, Reset::Never);
    let last = series.next(DAY, Some(999_999_999_998)).expect("the last one");
    assert_eq!(last.text.chars().count(), 256);
    assert_eq!(series.next(DAY, Some(999_999_999_999)), Err(SeriesError::Exhausted));
    assert_eq!(series.next(DAY, Some(u64::MAX)), Err(SeriesError::Exhausted));
    let error = Series::new(&("ż".repeat(244) + "/{number}"), "", "", Reset::Never).expect_err("too long");
    assert_eq!(error, SeriesError::TooLong { length: 257 });
}

#[test]
fn gaps_are_told_as_ranges() {
    for (used, expected) in [
        (&[][..], vec![]),
        (&[1, 2, 3], vec![]),
        (&[2], vec![1..=1]),
        (&[5, 1, 9, 8, 1], vec![2..=4, 6..=7]),
        (&[0, 1, 3], vec![2..=2]),
        (&[u64::MAX], vec![1..=u64::MAX - 1]),
        (&[u64::MAX, u64::MAX - 2, u64::MAX], vec![1..=u64::MAX - 3, u64::MAX - 1..=u64::MAX - 1]),
    ] {
        assert_eq!(gaps(used), expected, "{used:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_a_series_gives_it_reads(number in 1_u64..999_999_999_999, width in 1_usize..=12, month in 1_i8..=12) {
        let series = series(&format!("{{kind}}/{{number:{width}}}{{month}}/{{year:2}}"), Reset::Monthly);
        let day = date(2026, month, 1);
        let next = series.next(day, Some(number - 1).filter(|last| *last > 0)).expect("a number");
        prop_assert_eq!(series.read(day, &next.text), Some(number));
    }

    #[test]
    fn two_invoices_of_one_company_never_get_the_same_number(
        units in prop::collection::hash_set("[A-Z0-9]{1,3}", 1..5),
        template in prop::sample::select(vec!["{unit}/{year}/{number}", "{year:2}{month}/{unit}-{number}", "{number}/{unit}/{month}/{year}", "{number}.{unit}.{year}{month}"]),
    ) {
        let mut seen = HashSet::new();
        for unit in &units {
            let reset = if template.contains("{month}") { Reset::Monthly } else { Reset::Yearly };
            let series = Series::new(template, unit, "", reset).expect("a good template");
            for year in 2026..2036 {
                for month in 1..=12 {
                    if reset == Reset::Yearly && month > 1 {
                        continue;
                    }
                    for last in [None, Some(1), Some(10), Some(11), Some(110)] {
                        let next = series.next(date(year, month, 1), last).expect("a number");
                        prop_assert!(seen.insert(next.text.clone()), "{} twice", next.text);
                    }
                }
            }
        }
    }

    #[test]
    fn no_template_panics(template in "[{}a-z0-9:/ ]{0,30}", unit in ".{0,5}") {
        for reset in Reset::ALL {
            if let Ok(series) = Series::new(&template, &unit, "K", *reset) {
                let next = series.next(DAY, None).expect("a first number");
                prop_assert!((1..=256).contains(&next.text.chars().count()));
                prop_assert_eq!(series.read(DAY, &next.text), Some(1));
            }
        }
    }

    #[test]
    fn gaps_and_numbers_together_leave_nothing_out(used in prop::collection::vec(1_u64..200, 0..50)) {
        let missing: Vec<u64> = gaps(&used).into_iter().flatten().collect();
        let mut all: Vec<u64> = used.iter().copied().chain(missing.iter().copied()).collect();
        all.sort_unstable();
        all.dedup();
        prop_assert!(missing.iter().all(|number| !used.contains(number)));
        prop_assert_eq!(all, (1..=used.iter().copied().max().unwrap_or(0)).collect::<Vec<_>>());
    }
}
