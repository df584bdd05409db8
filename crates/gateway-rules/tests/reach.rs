//! Whether KSeF can be reached: our requests decide, Latarnia names.

use gateway_rules::latarnia::{Announcement, Reading, Status, gravest_in_force, outages};
use gateway_rules::offline::{InvoicingMode, Outage, OutageKind};
use gateway_rules::policy::SendingPolicy;
use gateway_rules::probes::{Outcome, ProbeSettings, Probes};
use gateway_rules::reach::{Reach, ReachSettings, offline_choice, reach};
use jiff::{SignedDuration, Timestamp};

/// So many minutes after nine in the morning of some day.
fn at(minutes: i64) -> Timestamp {
    let nine: Timestamp = "2026-05-20T07:00:00Z".parse().expect("an instant");
    nine + SignedDuration::from_mins(minutes)
}

/// Requests that ended at these minutes: `+` answered, `5` refused, `-` no connection.
fn probes(script: &[(i64, char)]) -> Probes {
    let mut probes = Probes::new(ProbeSettings::default());
    for (minutes, how) in script {
        let outcome = match how {
            '+' => Outcome::Answered,
            '5' => Outcome::Refused,
            _ => Outcome::NoConnection,
        };
        probes.record(at(*minutes), outcome);
    }
    probes
}

fn said(status: Option<OutageKind>, announcements: &[Announcement]) -> Reading {
    let status = status.map_or(Status::Unknown, Status::Out);
    Reading { read_at: at(0), status, announcements: announcements.to_vec() }
}

fn event(event: i64, kind: OutageKind, start: i64, end: Option<i64>) -> Announcement {
    Announcement { event: Some(event), kind, start: at(start), end: end.map(at) }
}

fn seen(reading: Option<&Reading>, probes: &Probes, now: i64) -> Reach {
    reach(reading, probes, at(now), &ReachSettings::default())
}

const DOWN: &[(i64, char)] = &[(0, '+'), (1, '5'), (2, '5'), (4, '5')];

#[test]
fn a_lost_packet_moves_nobody() {
    for script in [
        &[][..],
        &[(0, '-')],
        &[(0, '-'), (1, '-')],
        // Three failures within a second are one hiccup.
        &[(0, '-'), (0, '-'), (0, '-')],
        &[(0, '-'), (1, '-'), (2, '+'), (3, '-'), (4, '-')],
    ] {
        assert_eq!(seen(None, &probes(script), 10), Reach::Up, "{script:?}");
    }
}

#[test]
fn down_begins_with_the_first_failure_and_ends_with_two_answers() {
    let mut down = probes(DOWN);
    assert_eq!(seen(None, &down, 5), Reach::Down { since: at(1), never_connected: false });
    down.record(at(6), Outcome::Answered);
    assert_eq!(seen(None, &down, 6).as_str(), "down", "one answer among failures is no recovery");
    down.record(at(7), Outcome::NoConnection);
    down.record(at(8), Outcome::Answered);
    assert_eq!(seen(None, &down, 8).since(), Some(at(1)));
    down.record(at(9), Outcome::Answered);
    assert_eq!(seen(None, &down, 9), Reach::Up);
    // And a single failure after it is a hiccup again.
    down.record(at(10), Outcome::Refused);
    assert_eq!(seen(None, &down, 10), Reach::Up);
}

#[test]
fn no_connection_at_all_may_be_our_own_trouble() {
    let ours = probes(&[(1, '-'), (2, '-'), (4, '-')]);
    let reach = seen(None, &ours, 5);
    assert_eq!(reach, Reach::Down { since: at(1), never_connected: true });
    assert!(reach.words().en.contains("our side"));
    let theirs = probes(&[(1, '-'), (2, '5'), (4, '-')]);
    assert!(seen(None, &theirs, 5).words().en.contains("no failure was announced"));
}

#[test]
fn slow_is_told_apart_from_down() {
    let mut probes = probes(&[(0, '+')]);
    probes.set_processing_since(Some(at(0)));
    assert_eq!(seen(None, &probes, 59), Reach::Up);
    let slow = seen(None, &probes, 60);
    assert_eq!(slow, Reach::Slow { since: at(0) });
    assert!(slow.can_send());
    assert_eq!(offline_choice(SendingPolicy::ImmediateOrOffline, &slow), None);
    // Down outweighs it.
    for minutes in [61, 62, 64] {
        probes.record(at(minutes), Outcome::Refused);
    }
    assert_eq!(seen(None, &probes, 65).as_str(), "down");
    probes.set_processing_since(None);
    probes.record(at(66), Outcome::Answered);
    probes.record(at(67), Outcome::Answered);
    assert_eq!(seen(None, &probes, 68), Reach::Up);
}

#[test]
fn latarnia_is_evidence_and_never_a_gate() {
    let answering = probes(&[(0, '+'), (1, '+')]);
    let alarm = said(Some(OutageKind::TotalFailure), &[event(1, OutageKind::Failure, -10, None)]);
    assert_eq!(seen(Some(&alarm), &answering, 5), Reach::Up, "KSeF answers, so we send");
    assert_eq!(offline_choice(SendingPolicy::ImmediateOrOffline, &seen(Some(&alarm), &answering, 5)), None);
    // A Latarnia that cannot be read, was never read, or was read long ago changes nothing.
    let down = probes(DOWN);
    assert_eq!(seen(None, &down, 5).as_str(), "down");
    let mut old = alarm.clone();
    old.read_at = at(-6 * 60);
    assert_eq!(seen(Some(&old), &down, 5).as_str(), "down");
    // One that says that all is well does not make KSeF reachable.
    assert_eq!(seen(Some(&said(None, &[])), &down, 5).as_str(), "down");
}

#[test]
fn what_was_announced_names_the_trouble() {
    let down = probes(DOWN);
    let works =
        said(Some(OutageKind::Unavailability), &[event(1, OutageKind::Unavailability, -10, Some(120))]);
    assert_eq!(seen(Some(&works), &down, 5), Reach::Unavailable { since: at(-10), until: Some(at(120)) });
    // Works that have ended, or have not begun, are none.
    let past = said(None, &[event(1, OutageKind::Unavailability, -100, Some(-10))]);
    assert_eq!(seen(Some(&past), &down, 5).as_str(), "down");
    let coming = said(None, &[event(1, OutageKind::Unavailability, 60, Some(120))]);
    assert_eq!(seen(Some(&coming), &down, 5).as_str(), "down");
    let failure = said(Some(OutageKind::Failure), &[event(2, OutageKind::Failure, -5, None)]);
    assert_eq!(seen(Some(&failure), &down, 5), Reach::Failing { since: at(-5) });
    // The gravest counts; a state without its message counts from the reading.
    let both = said(
        None,
        &[
            event(2, OutageKind::Failure, -5, None),
            event(3, OutageKind::TotalFailure, -2, None),
            event(4, OutageKind::Unavailability, -9, None),
        ],
    );
    assert_eq!(seen(Some(&both), &down, 5), Reach::TotallyFailing { since: at(-2) });
    assert_eq!(seen(Some(&said(Some(OutageKind::Failure), &[])), &down, 5), Reach::Failing { since: at(0) });
}

#[test]
fn while_an_outage_is_announced_three_failures_suffice_but_not_one() {
    let failure = said(Some(OutageKind::Failure), &[]);
    assert_eq!(seen(Some(&failure), &probes(&[(1, '5')]), 2), Reach::Up);
    let quick = probes(&[(1, '5'), (1, '5'), (1, '5')]);
    assert_eq!(seen(None, &quick, 2), Reach::Up);
    assert_eq!(seen(Some(&failure), &quick, 2), Reach::Failing { since: at(0) });
}

#[test]
fn only_one_policy_goes_offline_by_itself() {
    let since = at(0);
    for (reach, expected) in [
        (Reach::Up, None),
        (Reach::Slow { since }, None),
        (Reach::Down { since, never_connected: true }, Some(InvoicingMode::Offline24)),
        (Reach::Unavailable { since, until: None }, Some(InvoicingMode::Unavailability)),
        (Reach::Failing { since }, Some(InvoicingMode::Failure)),
        (Reach::TotallyFailing { since }, Some(InvoicingMode::TotalFailure)),
    ] {
        for policy in SendingPolicy::ALL {
            let expected = expected.filter(|_| *policy == SendingPolicy::ImmediateOrOffline);
            assert_eq!(offline_choice(*policy, &reach), expected, "{policy} {reach:?}");
        }
    }
}

#[test]
fn the_ring_is_bounded_and_forgets_no_outage() {
    let mut probes = Probes::default();
    for minute in 0..10_000 {
        probes.record(at(minute), Outcome::Refused);
    }
    assert_eq!(probes.recent().count(), 64);
    assert_eq!(seen(None, &probes, 10_000).since(), Some(at(0)), "although the ring has forgotten it");
}

#[test]
fn start_and_end_become_one_outage() {
    let kind = OutageKind::Failure;
    let found = outages(&[event(7, kind, 30, Some(90)), event(7, kind, 30, None), event(8, kind, 10, None)]);
    assert_eq!(
        found,
        [
            Outage { kind, started: at(10), ended: None },
            Outage { kind, started: at(30), ended: Some(at(90)) },
        ]
    );
    // Without numbers kind and start tell them apart.
    let anonymous =
        |start, end: Option<i64>| Announcement { event: None, kind, start: at(start), end: end.map(at) };
    let found = outages(&[anonymous(0, None), anonymous(0, Some(20)), anonymous(40, None)]);
    assert_eq!(found.len(), 2);
    assert_eq!(found[0].ended, Some(at(20)));
    assert_eq!(gravest_in_force(&found, at(30)), None);
    assert_eq!(gravest_in_force(&found, at(40)).map(|outage| outage.started), Some(at(40)));
}

#[test]
fn a_failure_that_becomes_total_ends_whatever_its_end_is_called() {
    let (failure, total) = (OutageKind::Failure, OutageKind::TotalFailure);
    // The same event throughout, and one end, told for the total failure.
    let one =
        outages(&[event(5, failure, 0, None), event(5, total, 30, None), event(5, total, 30, Some(90))]);
    assert!(one.iter().all(|outage| outage.ended == Some(at(90))), "{one:?}");
    // Or told for the failure.
    let other =
        outages(&[event(5, failure, 0, None), event(5, total, 30, None), event(5, failure, 0, Some(90))]);
    assert!(other.iter().all(|outage| outage.ended == Some(at(90))), "{other:?}");
    // An end of the failure at the moment in which it becomes total does not end the total one.
    let passed = outages(&[event(5, failure, 0, Some(30)), event(5, total, 30, None)]);
    assert_eq!(gravest_in_force(&passed, at(60)).map(|outage| outage.kind), Some(total));
    // Two events: each has its own end.
    let two = outages(&[event(5, failure, 0, Some(30)), event(6, total, 20, None)]);
    assert_eq!(gravest_in_force(&two, at(60)).map(|outage| outage.kind), Some(total));
}

#[test]
fn an_end_that_was_lost_is_told_by_the_status() {
    let down = probes(DOWN);
    let lasting = event(1, OutageKind::Failure, -60, None);
    let works = event(2, OutageKind::Unavailability, -60, Some(120));
    let coming = event(3, OutageKind::Failure, 60, None);
    let read = |status, announcements: &[Announcement]| Reading {
        read_at: at(0),
        status,
        announcements: announcements.to_vec(),
    };
    assert_eq!(seen(Some(&read(Status::Unknown, &[lasting])), &down, 5).as_str(), "failing");
    assert_eq!(seen(Some(&read(Status::Available, &[lasting])), &down, 5).as_str(), "down");
    // An end that was told stands, and what has not begun is not over.
    assert_eq!(seen(Some(&read(Status::Available, &[works])), &down, 5).as_str(), "unavailable");
    let ends = |reading: Reading| reading.outages().iter().map(|outage| outage.ended).collect::<Vec<_>>();
    assert_eq!(ends(read(Status::Available, &[lasting, coming])), [Some(at(0)), None]);
    assert_eq!(ends(read(Status::Out(OutageKind::Failure), &[lasting, coming])), [None, None]);
}
