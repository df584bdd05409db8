//! Midnight, markers, what is handed over, technical corrections, policies: tables.

use gateway_rules::handover::{Buyer, Handover, handover};
use gateway_rules::marker::{GivenNumber, Marker, Origin, marker, must_be_corrected};
use gateway_rules::midnight::{Margins, Midnight, Way, guard, is_marked_offline, shows_as_offline};
use gateway_rules::offline::{InvoicingMode, OutageKind};
use gateway_rules::policy::{SendingPolicy, UpoMode};
use gateway_rules::resending::{Ended, Over, ResendRefusal, may_be_sent_again};
use gateway_rules::technical_correction::{CorrectionRefusal, Rejected, may_be_corrected};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use ksef_id::{KsefNumber, Nip};

fn day(text: &str) -> Date {
    text.parse().expect("a date")
}

fn warsaw(text: &str) -> Timestamp {
    let local: jiff::civil::DateTime = text.replace(' ', "T").parse().expect("a local time");
    local.in_tz("Europe/Warsaw").expect("a time in Warsaw").timestamp()
}

#[test]
fn the_examples_of_the_guide_on_midnight() {
    // `automatyczne-okreslanie-trybu-offline.md`: P_1 3 October.
    let issued = day("2025-10-03");
    assert!(is_marked_offline(issued, warsaw("2025-10-04 00:00:01")));
    // A batch that was opened at 23:59:59 stays online, however late its parts come.
    assert!(!is_marked_offline(issued, warsaw("2025-10-03 23:59:59")));
    // Declared offline is never flipped.
    assert!(shows_as_offline(InvoicingMode::Offline24, issued, warsaw("2025-10-03 12:00")));
    assert!(!shows_as_offline(InvoicingMode::Online, issued, warsaw("2025-10-03 12:00")));
    assert!(shows_as_offline(InvoicingMode::Online, issued, warsaw("2025-10-04 12:00")));
}

#[test]
fn the_guard_keeps_its_distance_from_both_midnights() {
    let margins = Margins::default();
    for (issued, way, now, expected) in [
        ("2026-05-20", Way::OnlineSession, "2026-05-20 12:00:00", "online"),
        ("2026-05-20", Way::OnlineSession, "2026-05-20 23:57:59", "online"),
        ("2026-05-20", Way::OnlineSession, "2026-05-20 23:58:00", "uncertain"),
        ("2026-05-20", Way::OnlineSession, "2026-05-20 23:59:59", "uncertain"),
        ("2026-05-20", Way::OnlineSession, "2026-05-21 00:00:00", "offline"),
        ("2026-05-20", Way::Batch, "2026-05-20 23:59:29", "online"),
        ("2026-05-20", Way::Batch, "2026-05-20 23:59:30", "uncertain"),
        ("2026-05-20", Way::Batch, "2026-05-21 00:00:00", "offline"),
        ("2026-05-21", Way::OnlineSession, "2026-05-20 23:59:59", "early"),
        ("2026-05-21", Way::OnlineSession, "2026-05-21 00:00:04", "early"),
        ("2026-05-21", Way::OnlineSession, "2026-05-21 00:00:05", "online"),
        // The days on which clocks are changed, and the hour that comes twice.
        ("2026-03-29", Way::OnlineSession, "2026-03-29 03:30:00", "online"),
        ("2026-03-29", Way::OnlineSession, "2026-03-29 23:58:30", "uncertain"),
        ("2026-03-30", Way::OnlineSession, "2026-03-29 23:58:30", "early"),
        ("2026-10-25", Way::OnlineSession, "2026-10-25 02:30:00", "online"),
        ("2026-10-25", Way::OnlineSession, "2026-10-25 23:58:30", "uncertain"),
        ("2026-10-25", Way::OnlineSession, "2026-10-26 00:00:00", "offline"),
    ] {
        let verdict = guard(day(issued), way, warsaw(now), &margins);
        let found = match verdict {
            Midnight::StaysOnline { .. } => "online",
            Midnight::Uncertain { .. } => "uncertain",
            Midnight::BecomesOffline => "offline",
            Midnight::TooEarly { .. } => "early",
        };
        assert_eq!(found, expected, "{issued} {way:?} {now}: {verdict:?}");
        assert!(!verdict.words().pl.is_empty() && !verdict.words().en.is_empty());
    }
}

#[test]
fn the_guard_changes_its_mind_only_when_it_said() {
    // Every minute of the days around both changes of clocks and of an ordinary one.
    let margins = Margins::default();
    for issued in ["2026-03-29", "2026-06-15", "2026-10-25"].map(day) {
        let mut now = gateway_rules::calendar::start_of_warsaw_day(issued) - SignedDuration::from_hours(2);
        let end = gateway_rules::calendar::end_of_warsaw_day(issued) + SignedDuration::from_hours(2);
        while now < end {
            match guard(issued, Way::OnlineSession, now, &margins) {
                Midnight::StaysOnline { until } => {
                    assert!(now < until && !is_marked_offline(issued, until));
                    assert!(matches!(
                        guard(issued, Way::OnlineSession, until, &margins),
                        Midnight::Uncertain { .. }
                    ));
                }
                Midnight::Uncertain { midnight } => {
                    assert!(now < midnight && is_marked_offline(issued, midnight));
                }
                Midnight::BecomesOffline => assert!(is_marked_offline(issued, now)),
                Midnight::TooEarly { from } => {
                    assert!(now < from && !is_marked_offline(issued, from));
                    assert!(matches!(
                        guard(issued, Way::OnlineSession, from, &margins),
                        Midnight::StaysOnline { .. }
                    ));
                }
            }
            now += SignedDuration::from_mins(1);
        }
    }
}

#[test]
fn the_marker_is_that_of_the_day_of_filing() {
    let number = KsefNumber::compose(Nip::parse("5265877635").expect("a NIP"), (2026, 3, 20), 1);
    let given = |text: &str| Some(GivenNumber { number: &number, given_on: day(text) });
    let ksef = Origin::Ksef;
    for (origin, given_on, filed_on, field, to_correct) in [
        (ksef(InvoicingMode::Online), Some("2026-03-20"), "2026-04-25", Some("NrKSeF"), false),
        (ksef(InvoicingMode::Online), None, "2026-04-25", None, false),
        (ksef(InvoicingMode::Online), Some("2026-04-26"), "2026-04-25", None, false),
        (ksef(InvoicingMode::Offline24), Some("2026-04-25"), "2026-04-25", Some("NrKSeF"), false),
        (ksef(InvoicingMode::Offline24), Some("2026-04-26"), "2026-04-25", Some("DI"), true),
        (ksef(InvoicingMode::Offline24), None, "2026-04-25", Some("DI"), false),
        (ksef(InvoicingMode::Unavailability), Some("2026-04-26"), "2026-04-25", Some("DI"), true),
        (ksef(InvoicingMode::Failure), Some("2026-04-26"), "2026-04-25", Some("OFF"), false),
        (ksef(InvoicingMode::Failure), Some("2026-04-24"), "2026-04-25", Some("NrKSeF"), false),
        (ksef(InvoicingMode::TotalFailure), None, "2026-04-25", Some("BFK"), false),
        (Origin::OutsideKsef, None, "2026-04-25", Some("BFK"), false),
        (Origin::NoInvoice, None, "2026-04-25", Some("DI"), false),
    ] {
        let number = given_on.and_then(given);
        let found = marker(origin, number, day(filed_on));
        assert_eq!(found.map(|marker| marker.field()), field, "{origin:?} {given_on:?}");
        let correct = must_be_corrected(origin, number, day(filed_on), day("2026-05-10"));
        assert_eq!(correct, to_correct, "{origin:?} {given_on:?}");
    }
    assert_eq!(
        marker(ksef(InvoicingMode::Failure), given("2026-04-24"), day("2026-04-25")),
        Some(Marker::Number(&number))
    );
}

#[test]
fn before_the_number_a_taxpayer_is_given_the_confirmation() {
    use Handover::{Invoice, Nothing, TransactionConfirmation};
    use InvoicingMode::{Failure, Offline24, Online, TotalFailure, Unavailability};
    for (mode, to_taxpayer, to_others) in [
        (Online, Nothing, Nothing),
        (Offline24, TransactionConfirmation, Invoice),
        (Unavailability, TransactionConfirmation, Invoice),
        (Failure, Invoice, Invoice),
        (TotalFailure, Invoice, Invoice),
    ] {
        assert_eq!(handover(mode, false, Buyer::InKsef), to_taxpayer, "{mode}");
        assert_eq!(handover(mode, false, Buyer::OutsideKsef), to_others, "{mode}");
        assert_eq!(handover(mode, true, Buyer::InKsef), Invoice, "{mode}");
    }
    assert_eq!(
        InvoicingMode::ALL.iter().map(|mode| mode.codes_on_print()).collect::<Vec<_>>(),
        [1, 2, 2, 2, 0]
    );
}

#[test]
fn a_technical_correction_is_refused_for_each_reason() {
    let good = Rejected {
        mode: InvoicingMode::Offline24,
        status_code: Some(450),
        has_accepted_correction: false,
        has_correction_under_way: false,
        says_the_same: true,
    };
    assert_eq!(may_be_corrected(&good), Ok(()));
    // A duplicate may be corrected so (guide, `korekta-techniczna.md`).
    assert_eq!(may_be_corrected(&Rejected { status_code: Some(440), ..good }), Ok(()));
    for (bad, expected) in [
        (Rejected { mode: InvoicingMode::Online, ..good }, CorrectionRefusal::NotOffline),
        (Rejected { mode: InvoicingMode::TotalFailure, ..good }, CorrectionRefusal::NotOffline),
        (Rejected { status_code: None, ..good }, CorrectionRefusal::NotRejected),
        (Rejected { status_code: Some(410), ..good }, CorrectionRefusal::LacksPermission),
        (Rejected { has_accepted_correction: true, ..good }, CorrectionRefusal::AlreadyCorrected),
        (Rejected { has_correction_under_way: true, ..good }, CorrectionRefusal::UnderWay),
        (Rejected { says_the_same: false, ..good }, CorrectionRefusal::SaysOtherwise),
    ] {
        assert_eq!(may_be_corrected(&bad), Err(expected));
    }
}

#[test]
fn names_are_stable_and_found_again() {
    macro_rules! check {
        ($enum:ty, $names:expr) => {
            assert_eq!(<$enum>::ALL.iter().map(|value| value.as_str()).collect::<Vec<_>>(), $names);
            for value in <$enum>::ALL {
                assert_eq!(<$enum>::from_name(value.as_str()), Some(*value));
                assert_eq!(value.to_string(), value.as_str());
                assert!(!value.words().pl.is_empty() && !value.words().en.is_empty());
            }
            assert_eq!(<$enum>::from_name("Online"), None);
        };
    }
    check!(InvoicingMode, ["online", "offline24", "unavailability", "failure", "totalFailure"]);
    check!(OutageKind, ["unavailability", "failure", "totalFailure"]);
    check!(SendingPolicy, ["immediate", "immediateOrOffline", "afterApproval", "manual"]);
    check!(UpoMode, ["immediate", "batch", "automatic"]);
    check!(
        CorrectionRefusal,
        ["notOffline", "notRejected", "lacksPermission", "alreadyCorrected", "underWay", "saysOtherwise"]
    );
    for policy in SendingPolicy::ALL {
        let consequence = policy.consequence();
        assert!(consequence.pl.ends_with('.') && !consequence.pl.contains("  "), "{}", consequence.pl);
    }
    for upo in UpoMode::ALL {
        assert!(upo.consequence().en.ends_with('.'));
    }
}

#[test]
fn the_same_bytes_go_once_more_where_their_content_was_not_the_fault() {
    let check = |ended, is_offline, expected: Option<ResendRefusal>| {
        let over = Over { ended, is_offline, is_technical_correction: false };
        assert_eq!(may_be_sent_again(&over).err(), expected, "{over:?}");
        let over = Over { is_technical_correction: true, ..over };
        assert!(may_be_sent_again(&over).is_err(), "{over:?}");
    };
    check(Ended::Withdrawn, false, None);
    check(Ended::Refused(410), false, None);
    check(Ended::Refused(410), true, None);
    check(Ended::Refused(415), false, None);
    check(Ended::Refused(415), true, Some(ResendRefusal::OnlyCorrected));
    check(Ended::Refused(430), false, Some(ResendRefusal::Content));
    check(Ended::Refused(450), false, Some(ResendRefusal::Content));
    check(Ended::Refused(0), false, Some(ResendRefusal::Content));
    check(Ended::Refused(450), true, Some(ResendRefusal::OnlyCorrected));
    check(Ended::Collided, false, Some(ResendRefusal::Collision));
    check(Ended::Collided, true, Some(ResendRefusal::OnlyCorrected));
    check(Ended::InKsef, false, Some(ResendRefusal::InKsef));
    check(Ended::NotYet, true, Some(ResendRefusal::UnderWay));
}
