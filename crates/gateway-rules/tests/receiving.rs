//! What is asked for next, and how what was told is fetched.

use gateway_rules::plan::Left;
use gateway_rules::receiving::{First, ReadingBudget, Way, first, progress, way, window};
use jiff::{SignedDuration, Timestamp};

fn at(minute: i64) -> Timestamp {
    Timestamp::from_second(1_760_000_000 + minute * 60).expect("a time")
}

/// So many of the hour's are left; where there are none, the next one comes in so many minutes.
fn left(of_the_hour: u32, in_minutes: i64) -> Left {
    Left { now: of_the_hour.min(8), of_the_hour: Some(of_the_hour), next_at: at(in_minutes) }
}

fn budget(queries: u32, exports: u32, downloads: u32) -> ReadingBudget {
    ReadingBudget { queries: left(queries, 10), exports: left(exports, 20), downloads: left(downloads, 30) }
}

#[test]
fn few_come_by_number_and_many_as_a_package() {
    for (new, has_more, downloads, exports, failures, expected) in [
        (0, false, 64, 20, 0, Way::Nothing),
        (1, false, 64, 20, 0, Way::ByNumber(1)),
        (20, false, 64, 20, 0, Way::ByNumber(20)),
        (21, false, 64, 20, 0, Way::Export),
        (1, true, 64, 20, 0, Way::Export),
        // A page of known ones with more behind it is no end.
        (0, true, 64, 20, 0, Way::Export),
        // Four are left for people.
        (5, false, 8, 20, 0, Way::Export),
        (4, false, 8, 20, 0, Way::ByNumber(4)),
        // No packages left: as many as there are by number.
        (200, true, 10, 0, 0, Way::ByNumber(6)),
        (200, true, 4, 0, 0, Way::Wait(at(20))),
        // Packages that cannot be read are not asked for again.
        (200, true, 64, 20, 3, Way::ByNumber(60)),
        (200, true, 4, 20, 3, Way::Wait(at(30))),
    ] {
        let found = way(new, has_more, failures, &budget(20, exports, downloads));
        assert_eq!(found, expected, "{new} {has_more} {downloads} {exports} {failures}");
    }
}

#[test]
fn who_is_behind_asks_for_no_list_and_nobody_waits_while_the_other_way_is_open() {
    for (is_behind, is_past, failures, queries, exports, expected) in [
        (false, false, 0, 20, 20, First::Query),
        (true, false, 0, 20, 20, First::Export),
        (true, false, 0, 20, 0, First::Query),
        (false, false, 0, 0, 20, First::Wait(at(10))),
        (false, false, 0, 0, 0, First::Wait(at(10))),
        (true, false, 0, 0, 0, First::Wait(at(10))),
        (true, false, 3, 20, 20, First::Query),
        // A year to read: queries first, as far as this hour's own looks leave some.
        (false, true, 0, 20, 20, First::Query),
        (false, true, 0, 8, 20, First::Export),
        (false, true, 0, 8, 0, First::Query),
    ] {
        let found = first(is_behind, is_past, failures, &budget(queries, exports, 64));
        assert_eq!(found, expected, "{is_behind} {is_past} {failures} {queries} {exports}");
    }
}

#[test]
fn no_window_is_longer_than_ksef_takes_and_they_meet() {
    let now = at(0);
    let mut from = now - SignedDuration::from_hours(24 * 730);
    let mut windows = 0;
    while let (_, Some(until)) = window(from, now) {
        assert!(until.duration_since(from) < SignedDuration::from_hours(24 * 100) && until < now);
        from = until;
        windows += 1;
        assert!(windows < 20);
    }
    assert_eq!(windows, 8, "two years");
    assert_eq!(window(from, now), (from, None));
}

#[test]
fn progress_says_done_only_when_it_is() {
    let begun = at(0);
    for (read, is_behind, now, expected) in [
        (at(0), true, at(1000), 0),
        (at(500), true, at(1000), 50),
        (at(1000), true, at(1000), 99),
        (at(999), false, at(1000), 100),
        (at(500), false, at(1000), 50),
        (at(0), false, at(0), 100),
    ] {
        assert_eq!(progress(begun, read, is_behind, now), expected, "{read} {is_behind}");
    }
}
