//! Terms of offline invoices: the guide's example, a table over 2026–2030 worked out by hand, and laws that hold for all.

use gateway_rules::calendar::{is_working_day, next_working_day_after, warsaw_day, working_day_after};
use gateway_rules::offline::{Alarm, Basis, InvoicingMode, Outage, OutageKind, Term, countdown, term};
use jiff::Timestamp;
use jiff::civil::Date;
use proptest::prelude::*;

fn day(text: &str) -> Date {
    text.parse().expect("a date")
}

/// An instant by Warsaw's clock: `2026-05-04 14:00`.
fn warsaw(text: &str) -> Timestamp {
    let local: jiff::civil::DateTime = text.replace(' ', "T").parse().expect("a local time");
    local.in_tz("Europe/Warsaw").expect("a time in Warsaw").timestamp()
}

/// `failure 2026-05-04 14:00..2026-05-05 09:00`; nothing after the dots while it lasts. Several are divided by commas.
fn outages(text: &str) -> Vec<Outage> {
    text.split(", ")
        .filter(|one| !one.is_empty())
        .map(|one| {
            let (kind, span) = one.split_once(' ').expect("kind and span");
            let (from, until) = span.split_once("..").expect("from and until");
            Outage {
                kind: OutageKind::from_name(kind).expect("a kind"),
                started: warsaw(from),
                ended: (!until.is_empty()).then(|| warsaw(until)),
            }
        })
        .collect()
}

/// Mode, date of issue, outages, and the term: a day, `open` or `none`.
const TABLE: &[(&str, &str, &str, &str)] = &[
    // The guide's example, day by day as more becomes known (`tryby-offline.md`; its dates, not its weekday names).
    ("offline24", "2025-07-08", "", "2025-07-09"),
    ("offline24", "2025-07-08", "failure 2025-07-09 10:00..", "open"),
    ("offline24", "2025-07-08", "failure 2025-07-09 10:00..2025-07-12 12:00", "2025-07-22"),
    // offline24: the next working day.
    ("offline24", "2026-02-02", "", "2026-02-03"),
    ("offline24", "2026-02-06", "", "2026-02-09"),
    ("offline24", "2026-02-07", "", "2026-02-09"),
    ("offline24", "2026-04-03", "", "2026-04-07"),
    ("offline24", "2026-04-30", "", "2026-05-04"),
    ("offline24", "2026-06-03", "", "2026-06-05"),
    ("offline24", "2026-12-23", "", "2026-12-28"),
    ("offline24", "2026-12-31", "", "2027-01-04"),
    ("offline24", "2027-01-05", "", "2027-01-07"),
    ("offline24", "2027-03-26", "", "2027-03-30"),
    ("offline24", "2027-04-30", "", "2027-05-04"),
    ("offline24", "2027-11-10", "", "2027-11-12"),
    ("offline24", "2028-01-05", "", "2028-01-07"),
    ("offline24", "2028-02-28", "", "2028-02-29"),
    ("offline24", "2028-12-22", "", "2028-12-27"),
    ("offline24", "2029-05-30", "", "2029-06-01"),
    ("offline24", "2029-08-14", "", "2029-08-16"),
    ("offline24", "2030-04-19", "", "2030-04-23"),
    ("offline24", "2030-10-31", "", "2030-11-04"),
    ("offline24", "2030-12-23", "", "2030-12-27"),
    // Unavailability: the next working day after its end, by Warsaw's day.
    ("unavailability", "2026-03-10", "unavailability 2026-03-10 20:00..2026-03-10 23:30", "2026-03-11"),
    ("unavailability", "2026-03-10", "unavailability 2026-03-10 20:00..2026-03-11 00:30", "2026-03-12"),
    ("unavailability", "2026-03-13", "unavailability 2026-03-13 20:00..2026-03-15 20:00", "2026-03-16"),
    ("unavailability", "2026-03-14", "unavailability 2026-03-13 20:00..2026-03-15 20:00", "2026-03-16"),
    ("unavailability", "2026-03-10", "unavailability 2026-03-10 20:00..", "open"),
    ("unavailability", "2026-10-24", "unavailability 2026-10-24 22:00..2026-10-25 23:59", "2026-10-26"),
    // Two on one day: the one that ended first, since only the day of issue is known.
    (
        "unavailability",
        "2026-03-10",
        "unavailability 2026-03-10 22:00..2026-03-11 04:00, unavailability 2026-03-09 22:00..2026-03-10 04:00",
        "2026-03-11",
    ),
    // None known: the term that can be late for nobody.
    ("unavailability", "2026-03-10", "", "2026-03-11"),
    ("unavailability", "2026-03-10", "unavailability 2026-03-12 20:00..2026-03-12 22:00", "2026-03-11"),
    ("failure", "2026-03-10", "unavailability 2026-03-10 08:00..2026-03-10 12:00", "2026-03-11"),
    // Failure: seven working days after its end.
    ("failure", "2026-03-10", "failure 2026-03-10 08:00..2026-03-10 12:00", "2026-03-19"),
    ("failure", "2026-03-10", "failure 2026-03-09 08:00..2026-03-13 12:00", "2026-03-24"),
    ("failure", "2026-03-10", "failure 2026-03-10 08:00..", "open"),
    ("failure", "2026-04-01", "failure 2026-04-01 08:00..2026-04-02 12:00", "2026-04-14"),
    ("failure", "2026-12-17", "failure 2026-12-17 08:00..2026-12-18 12:00", "2026-12-31"),
    ("failure", "2026-12-22", "failure 2026-12-22 08:00..2026-12-23 12:00", "2027-01-07"),
    ("failure", "2027-04-27", "failure 2027-04-27 08:00..2027-04-28 12:00", "2027-05-10"),
    ("failure", "2029-12-20", "failure 2029-12-20 08:00..2029-12-21 12:00", "2030-01-07"),
    // Ended after midnight in Warsaw, though not yet in UTC.
    ("failure", "2026-07-09", "failure 2026-07-09 08:00..2026-07-10 00:30", "2026-07-21"),
    // Counted anew from a further failure, and from one after that; not from one that comes too late.
    (
        "failure",
        "2026-03-10",
        "failure 2026-03-10 08:00..2026-03-10 12:00, failure 2026-03-19 23:00..2026-03-20 09:00",
        "2026-03-31",
    ),
    (
        "failure",
        "2026-03-10",
        "failure 2026-03-31 08:00..2026-04-01 09:00, failure 2026-03-10 08:00..2026-03-10 12:00, failure 2026-03-19 \
         23:00..2026-03-20 09:00",
        "2026-04-13",
    ),
    (
        "failure",
        "2026-03-10",
        "failure 2026-03-10 08:00..2026-03-10 12:00, failure 2026-03-20 08:00..2026-03-20 09:00",
        "2026-03-19",
    ),
    (
        "failure",
        "2026-03-10",
        "failure 2026-03-10 08:00..2026-03-10 12:00, failure 2026-03-19 08:00..",
        "open",
    ),
    // A short failure within a long one shortens nothing.
    (
        "failure",
        "2026-03-10",
        "failure 2026-03-10 08:00..2026-03-16 12:00, failure 2026-03-11 08:00..2026-03-11 09:00",
        "2026-03-25",
    ),
    // A failure in the term of offline24 and of an unavailability.
    ("offline24", "2026-03-13", "failure 2026-03-16 08:00..2026-03-16 12:00", "2026-03-25"),
    ("offline24", "2026-03-13", "failure 2026-03-17 08:00..2026-03-17 12:00", "2026-03-16"),
    ("offline24", "2026-03-13", "failure 2026-03-13 08:00..2026-03-13 12:00", "2026-03-16"),
    ("offline24", "2026-03-13", "failure 2026-03-13 08:00..2026-03-14 12:00", "2026-03-24"),
    ("offline24", "2026-03-13", "failure 2026-03-12 08:00..2026-03-12 12:00", "2026-03-16"),
    (
        "unavailability",
        "2026-03-10",
        "unavailability 2026-03-10 20:00..2026-03-10 23:30, failure 2026-03-11 09:00..2026-03-11 10:00",
        "2026-03-20",
    ),
    (
        "unavailability",
        "2026-03-10",
        "unavailability 2026-03-10 20:00..2026-03-10 23:30, failure 2026-03-11 09:00..",
        "open",
    ),
    // A further unavailability moves nothing.
    ("offline24", "2026-03-10", "unavailability 2026-03-11 08:00..2026-03-13 10:00", "2026-03-11"),
    // Total failure: no duty, for what was issued in it and for what waits when it is announced.
    ("totalFailure", "2026-03-10", "", "none"),
    ("offline24", "2026-03-10", "totalFailure 2026-03-11 09:00..2026-03-11 12:00", "none"),
    ("offline24", "2026-03-10", "totalFailure 2026-03-12 09:00..", "2026-03-11"),
    ("offline24", "2026-03-10", "totalFailure 2026-03-08 09:00..2026-03-09 12:00", "2026-03-11"),
    ("failure", "2026-03-10", "failure 2026-03-10 08:00.., totalFailure 2026-03-12 09:00..", "none"),
    (
        "failure",
        "2026-03-10",
        "failure 2026-03-10 08:00..2026-03-10 12:00, totalFailure 2026-03-19 09:00..2026-03-19 10:00",
        "none",
    ),
    (
        "failure",
        "2026-03-10",
        "failure 2026-03-10 08:00..2026-03-10 12:00, totalFailure 2026-03-20 09:00..",
        "2026-03-19",
    ),
    // A failure moves the term far enough for the total failure to fall into it.
    (
        "offline24",
        "2026-03-10",
        "failure 2026-03-11 08:00..2026-03-11 12:00, totalFailure 2026-03-18 09:00..2026-03-18 10:00",
        "none",
    ),
    // Online has none, whatever happens.
    ("online", "2026-03-10", "failure 2026-03-10 08:00..", "none"),
];

#[test]
fn every_row_of_the_table_holds() {
    for (mode, issued, happened, expected) in TABLE {
        let mode = InvoicingMode::from_name(mode).expect("a mode");
        let found = term(mode, day(issued), &outages(happened));
        let shown = match found {
            Term::Due { date, .. } => date.to_string(),
            Term::OpenUntilOutageEnds { .. } => "open".to_owned(),
            Term::NoDuty | Term::NoTerm => "none".to_owned(),
        };
        assert_eq!(&shown, expected, "{mode} {issued} {happened}: {found:?}");
    }
}

#[test]
fn a_term_says_what_it_is_counted_from() {
    let failure = outages("failure 2026-03-11 08:00..2026-03-11 12:00");
    let moved = term(InvoicingMode::Offline24, day("2026-03-10"), &failure);
    let ended = warsaw("2026-03-11 12:00");
    assert_eq!(
        moved,
        Term::Due { date: day("2026-03-20"), basis: Basis::OutageEnd { kind: OutageKind::Failure, ended } }
    );
    let unknown = term(InvoicingMode::Failure, day("2026-03-10"), &[]);
    assert_eq!(unknown, Term::Due { date: day("2026-03-11"), basis: Basis::NoOutageKnown });
    assert_eq!(term(InvoicingMode::Online, day("2026-03-10"), &[]), Term::NoTerm);
    assert_eq!(term(InvoicingMode::TotalFailure, day("2026-03-10"), &[]), Term::NoDuty);
}

#[test]
fn a_term_is_kept_up_to_the_last_instant_of_its_day() {
    let winter = term(InvoicingMode::Offline24, day("2026-03-27"), &[]);
    assert_eq!(winter.due(), Some(day("2026-03-30")));
    // Summer time has begun on the 29th: the day ends at 22:00 UTC.
    assert!(winter.is_kept_by("2026-03-30T21:59:59Z".parse().expect("an instant")));
    assert!(!winter.is_kept_by("2026-03-30T22:00:00Z".parse().expect("an instant")));
    assert!(Term::NoDuty.is_kept_by(Timestamp::MAX));
}

#[test]
fn the_countdown_grows_louder() {
    let failure = outages("failure 2026-03-10 08:00..2026-03-10 12:00");
    let term = term(InvoicingMode::Failure, day("2026-03-10"), &failure);
    for (now, alarm, days, hours, pl, en) in [
        (
            "2026-03-10 12:00",
            Alarm::Calm,
            7,
            228,
            "19.03.2026: 7 dni roboczych, 228 godzin",
            "7 working days, 228 hours",
        ),
        ("2026-03-16 12:00", Alarm::Calm, 3, 84, "3 dni robocze, 84 godziny", "3 working days"),
        ("2026-03-17 12:00", Alarm::Soon, 2, 60, "2 dni robocze, 60 godzin", "2 working days"),
        ("2026-03-18 22:30", Alarm::Soon, 1, 25, "1 dzień roboczy, 25 godzin", "1 working day, 25 hours"),
        (
            "2026-03-19 00:00",
            Alarm::Today,
            0,
            24,
            "dzisiaj, 19.03.2026: 24 pełne godziny",
            "2026-03-19: 24 full hours",
        ),
        ("2026-03-19 22:30", Alarm::Today, 0, 1, "1 pełna godzina do północy", "1 full hour to midnight"),
        ("2026-03-19 23:30", Alarm::Today, 0, 0, "0 pełnych godzin", "0 full hours"),
        (
            "2026-03-20 00:00",
            Alarm::Overdue,
            0,
            0,
            "minął 19.03.2026 (1 dzień temu)",
            "on 2026-03-19 (1 day ago)",
        ),
        ("2026-03-22 01:00", Alarm::Overdue, 0, -49, "(3 dni temu)", "(3 days ago)"),
    ] {
        let left = countdown(&term, warsaw(now));
        assert_eq!(left.alarm, alarm, "{now}");
        assert_eq!((left.working_days_left, left.hours_left), (Some(days), Some(hours)), "{now}");
        assert!(left.sentence.pl.contains(pl), "{now}: {}", left.sentence.pl);
        assert!(left.sentence.en.contains(en), "{now}: {}", left.sentence.en);
    }
    assert!(Alarm::Overdue > Alarm::Today && Alarm::Today > Alarm::Soon && Alarm::Soon > Alarm::Calm);
}

#[test]
fn hours_are_those_of_the_clock_when_it_is_changed() {
    // Due on Monday 2026-03-30; in the night to Sunday an hour is left out. And on 2026-10-26, with an hour more.
    for (issued, now, hours) in
        [("2026-03-27", "2026-03-28 12:00", 59), ("2026-10-23", "2026-10-24 12:00", 61)]
    {
        let left = countdown(&term(InvoicingMode::Offline24, day(issued), &[]), warsaw(now));
        assert_eq!((left.hours_left, left.alarm), (Some(hours), Alarm::Soon), "{issued}");
    }
}

#[test]
fn what_has_no_last_day_is_calm_and_says_why() {
    let lasting = outages("failure 2026-03-10 08:00..");
    let open = term(InvoicingMode::Failure, day("2026-03-10"), &lasting);
    let works = outages("unavailability 2026-03-10 08:00..");
    let unavailable = term(InvoicingMode::Unavailability, day("2026-03-10"), &works);
    for (term, en) in [
        (open, "when the failure of KSeF ends"),
        (unavailable, "when KSeF is available again"),
        (Term::NoDuty, "no duty"),
        (Term::NoTerm, "No term"),
    ] {
        let left = countdown(&term, warsaw("2026-05-01 12:00"));
        assert_eq!((left.alarm, left.working_days_left, left.hours_left), (Alarm::Calm, None, None));
        assert!(left.sentence.en.contains(en), "{}", left.sentence.en);
    }
}

fn any_outage() -> impl Strategy<Value = Outage> {
    let kind = prop::sample::select(OutageKind::ALL);
    // Within three weeks around the day of issue, to the quarter of an hour; some have no end, some an impossible one.
    (kind, -700_i64..1_400, prop::option::of(-50_i64..500)).prop_map(|(kind, start, length)| {
        let at = |quarters: i64| {
            let noon = warsaw("2026-05-20 12:00");
            noon + jiff::SignedDuration::from_mins(15 * quarters)
        };
        Outage { kind, started: at(start), ended: length.map(|length| at(start + length)) }
    })
}

fn odd_instant() -> impl Strategy<Value = Timestamp> {
    prop::sample::select(vec![
        Timestamp::MIN,
        Timestamp::MAX,
        Timestamp::UNIX_EPOCH,
        warsaw("2026-05-20 12:00"),
    ])
}

fn odd_outage() -> impl Strategy<Value = Outage> {
    (prop::sample::select(OutageKind::ALL), odd_instant(), prop::option::of(odd_instant()))
        .prop_map(|(kind, started, ended)| Outage { kind, started, ended })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_order_in_which_outages_are_told_does_not_matter(
        outages in prop::collection::vec(any_outage(), 0..6),
        turn in 0_usize..6,
        mode in prop::sample::select(InvoicingMode::ALL),
    ) {
        let issued = day("2026-05-20");
        let mut turned = outages.clone();
        if !turned.is_empty() {
            let by = turn % turned.len();
            turned.rotate_left(by);
            turned.reverse();
        }
        prop_assert_eq!(term(mode, issued, &outages), term(mode, issued, &turned));
    }

    #[test]
    fn a_term_is_a_working_day_and_never_before_the_one_of_offline24(
        outages in prop::collection::vec(any_outage(), 0..6),
        mode in prop::sample::select(InvoicingMode::ALL),
    ) {
        let issued = day("2026-05-20");
        if let Some(due) = term(mode, issued, &outages).due() {
            prop_assert!(is_working_day(due));
            prop_assert!(due >= next_working_day_after(issued));
            // And the law never gives more than seven working days after the last failure that counts.
            let last_end = outages.iter().filter_map(|outage| outage.ended.map(|end| end.max(outage.started))).max();
            let latest = last_end.map_or(issued, |end| warsaw_day(end).max(issued));
            prop_assert!(due <= working_day_after(latest, 7));
        }
    }

    #[test]
    fn a_further_failure_never_shortens_a_term(
        outages in prop::collection::vec(any_outage(), 0..5),
        further in any_outage(),
    ) {
        // For offline24 no outage is the invoice's own, so one more can only move the term on.
        let issued = day("2026-05-20");
        let before = term(InvoicingMode::Offline24, issued, &outages);
        let mut more = outages.clone();
        more.push(further);
        let after = term(InvoicingMode::Offline24, issued, &more);
        match (before.due(), after.due()) {
            (Some(before), Some(after)) => prop_assert!(after >= before),
            (None, after) => prop_assert!(after.is_none()),
            (Some(_), None) => (),
        }
    }

    #[test]
    fn no_date_and_no_outage_panics(
        mode in prop::sample::select(InvoicingMode::ALL),
        issued in prop::sample::select(vec![Date::MIN, Date::MAX, day("2026-05-20"), day("9999-12-30"), day("0001-01-01")]),
        outages in prop::collection::vec(odd_outage(), 0..5),
        now in odd_instant(),
    ) {
        let term = term(mode, issued, &outages);
        let left = countdown(&term, now);
        prop_assert_eq!(left.working_days_left.is_some(), term.due().is_some());
        prop_assert!(!left.sentence.pl.is_empty() && !left.sentence.en.is_empty());
    }
}
